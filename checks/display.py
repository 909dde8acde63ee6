"""Display: the laptop's own panel, never a monitor on the bench."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from checks.check import Check, Example, Measured, Reading, every
from specs.facts import Display, Fact, Facts, Known, Unknown, known
from specs.quantities import Measure

__all__ = ["CHECKS"]


def _panel(facts: Facts) -> Display | Reading:
    """The internal panel, or what to say where there is none."""
    if isinstance(facts.display, Unknown):
        return facts.display
    panels = [one for one in facts.display.value if isinstance(one.internal, Known) and one.internal.value]
    if not panels:
        for one in facts.display.value:
            if isinstance(one.internal, Unknown):
                return one.internal
        return Measured(0, every((facts.display,)), "no built-in panel answers")
    return panels[0]


def _of_panel(pick: Callable[[Display], Fact[Any]]) -> Callable[[Facts], Reading]:
    def read(facts: Facts) -> Reading:
        panel = _panel(facts)
        if not isinstance(panel, Display):
            return panel
        fact = pick(panel)
        if isinstance(fact, Unknown):
            return fact
        name = panel.product.value if isinstance(panel.product, Known) else panel.connector
        return Measured(fact.value, fact.evidence, name)

    return read


_PANEL: Final = Facts(
    display=known(
        (
            Display("HDMI-A-1", internal=known(False), diagonal_in=known(24.0), width_px=known(1920)),
            Display(
                "eDP-1",
                internal=known(True),
                diagonal_in=known(11.6),
                width_px=known(1366),
                height_px=known(768),
            ),
        )
    )
)
_MONITOR_ONLY: Final = Facts(display=known((Display("HDMI-A-1", internal=known(False), diagonal_in=known(24.0)),)))

CHECKS: Final = (
    Check(
        id="display.diagonal",
        title="Screen size",
        measure=Measure.LENGTH_IN,
        looks_at="the diagonal of the built-in panel, from the millimetres in its EDID",
        needs=("drm", "edid-*"),
        decides="the profile gives the least; an external monitor never counts",
        remedy="The screen is too small or does not answer. Put the laptop on the query shelf.",
        read=_of_panel(lambda panel: panel.diagonal_in),
        examples=(
            Example("an 11.6 inch panel beside a monitor", _PANEL, 11.6),
            Example("only a monitor answers", _MONITOR_ONLY, 0),
            Example("a screen that may be the panel", Facts(display=known((Display("card0"),))), None),
        ),
    ),
    Check(
        id="display.width",
        title="Screen width",
        measure=Measure.PIXELS,
        looks_at="the width of the built-in panel's native mode",
        needs=("drm", "edid-*"),
        decides="the profile gives the least",
        remedy="The screen has too few pixels. Put the laptop on the query shelf.",
        read=_of_panel(lambda panel: panel.width_px),
        examples=(Example("1366 x 768", _PANEL, 1366),),
    ),
    Check(
        id="display.height",
        title="Screen height",
        measure=Measure.PIXELS,
        looks_at="the height of the built-in panel's native mode",
        needs=("drm", "edid-*"),
        decides="the profile gives the least",
        remedy="The screen has too few pixels. Put the laptop on the query shelf.",
        read=_of_panel(lambda panel: panel.height_px),
        examples=(Example("1366 x 768", _PANEL, 768),),
    ),
)
