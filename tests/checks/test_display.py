"""Display: the built-in panel and no other."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from checks.catalogue import CATALOGUE
from checks.check import Measured
from checks.verdict import Verdict
from specs.facts import Claim, Disagreement, Display, Facts, Unknown, known
from specs.limits import AtLeast, Equals, Limit, Matches
from tests.checks.families import facts_of, of_what_is_fitted, outcome, value, verdict

PANEL = Display("eDP-1", internal=known(True), diagonal_in=known(11.6), width_px=known(1366), height_px=known(768))
MONITOR = Display("HDMI-A-1", internal=known(False), diagonal_in=known(27.0), width_px=known(3840))
EITHER = Display("card0", diagonal_in=known(15.6), width_px=known(1920))


def read(check: str, *displays: Display) -> Any:
    reading = CATALOGUE[check].reading(Facts(display=known(displays, "drm")))
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


BOE = Display(
    "eDP-1",
    internal=known(True),
    manufacturer=known("BOE"),
    product=known("NT116WHM-N21"),
    year=known(2020),
    edid_sound=known(True),
)


def test_a_laptop_without_a_panel_has_no_panel_of_any_kind():
    assert read("display.count", MONITOR) == 0
    assert read("display.panel", MONITOR) == "no panel"
    assert read("display.edid_sound", MONITOR) is False
    assert read("display.year", MONITOR) == 0


def test_panels_are_counted_only_where_it_is_known_which_screens_are_built_in():
    assert read("display.count", PANEL, MONITOR) == 1
    assert read("display.count", PANEL, EITHER) is None


def test_a_panel_has_a_name_only_with_its_maker_and_its_product():
    assert read("display.panel", BOE) == "BOE NT116WHM-N21"
    assert read("display.panel", Display("eDP-1", internal=known(True), manufacturer=known("BOE"))) is None
    assert read("display.panel", Display("eDP-1", internal=known(True), product=known("NT116WHM-N21"))) is None


def test_a_garbled_description_is_a_fault():
    assert read("display.edid_sound", Display("eDP-1", internal=known(True), edid_sound=known(False))) is False


@pytest.mark.parametrize(
    ("check", "within", "outside"),
    [
        ("display.panel", Matches("BOE.*"), Equals("AUO X")),
        ("display.year", AtLeast(2019), AtLeast(2021)),
        ("display.edid_sound", Equals(True), Equals(False)),
    ],
)
def test_two_descriptions_of_two_panels_pass_nothing_and_excuse_nothing(check: str, within: Limit, outside: Limit):
    claims = (Claim("BOE", ("edid-eDP-1",)), Claim("AUO", ("edid-eDP-1+2",)))

    def facts(*connectors: str) -> Facts:
        found = tuple(Disagreement(f"display.{name}.manufacturer", claims) for name in connectors)
        return Facts(display=known((BOE, MONITOR), "drm"), disagreements=known(found))

    assert verdict(check, within, facts()) is Verdict.PASS
    assert verdict(check, within, facts("eDP-1")) is Verdict.INCONCLUSIVE
    assert verdict(check, outside, facts("eDP-1")) is Verdict.FAIL
    assert verdict(check, within, facts("HDMI-A-1")) is Verdict.PASS


screens = st.builds(
    Display,
    connector=st.sampled_from(("eDP-1", "eDP-2", "HDMI-A-1")),
    internal=facts_of(st.booleans()),
    diagonal_in=facts_of(st.sampled_from((11.6, 14.0))),
    manufacturer=facts_of(st.sampled_from(("BOE", "AUO"))),
    product=facts_of(st.sampled_from(("X", "Y"))),
    year=facts_of(st.sampled_from((2018, 2021))),
    edid_sound=facts_of(st.booleans()),
)


@given(st.lists(screens, max_size=3), st.randoms())
def test_the_order_of_screens_never_matters(found: list[Display], random):
    assume(len({screen.connector for screen in found}) == len(found))
    checks = of_what_is_fitted("display")
    first = [outcome(CATALOGUE[check].reading(Facts(display=known(tuple(found))))) for check in checks]
    random.shuffle(found)
    assert [outcome(CATALOGUE[check].reading(Facts(display=known(tuple(found))))) for check in checks] == first


@pytest.mark.parametrize("problem", ["absent", "not_collected", "unreadable"])
def test_where_nobody_could_list_the_screens_everything_is_unknown_in_that_way(problem: str):
    why = Unknown("for a reason", ("drm",), problem)
    for check in of_what_is_fitted("display"):
        assert CATALOGUE[check].reading(Facts(display=why)) is why
        assert value(check, Facts(display=why)) is None
