"""Display: the built-in panel and no other."""

from __future__ import annotations

from typing import Any

from checks.catalogue import CATALOGUE
from checks.check import Measured
from specs.facts import Display, Facts, known

PANEL = Display("eDP-1", internal=known(True), diagonal_in=known(11.6), width_px=known(1366), height_px=known(768))
MONITOR = Display("HDMI-A-1", internal=known(False), diagonal_in=known(27.0), width_px=known(3840))
EITHER = Display("card0", diagonal_in=known(15.6), width_px=known(1920))


def read(check: str, *displays: Display) -> Any:
    reading = CATALOGUE[check].read(Facts(display=known(displays, "drm")))
    return reading.value if isinstance(reading, Measured) else None


def test_a_monitor_on_the_bench_never_counts_wherever_it_stands():
    assert read("display.diagonal", MONITOR, PANEL) == read("display.diagonal", PANEL, MONITOR) == 11.6
    assert read("display.width", MONITOR) == 0
    assert read("display.width") == 0


def test_a_screen_that_may_be_the_panel_is_neither_a_pass_nor_a_fault():
    assert read("display.diagonal", EITHER) is None
    assert read("display.diagonal", EITHER, PANEL) == 11.6


def test_a_panel_without_a_size_is_unknown():
    assert read("display.height", Display("eDP-1", internal=known(True))) is None
