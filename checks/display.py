"""Display: the laptop's own panel, never a monitor on the bench."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from checks.check import Check, Example, Kind, Measured, Reading, every
from checks.disputes import disputed_part, doubted
from checks.several import gravest_of
from specs.facts import Display, Fact, Facts, Known, Unknown, known, value_of
from specs.quantities import Measure

__all__ = ["CHECKS"]


_NO_PANEL: Final = "no built-in panel answers"
_WHICH: Final = ("manufacturer", "product_code", "serial")
"""What says which panel it is: where two EDIDs of one connector differ in it, they are of two panels."""


def _panels(facts: Facts) -> tuple[Display, ...] | Unknown:
    """The built-in panels by connector; unknown where none is known and a screen may be one."""
    if isinstance(facts.display, Unknown):
        return facts.display
    panels = [one for one in facts.display.value if isinstance(one.internal, Known) and one.internal.value]
    perhaps = gravest_of((one.connector, one.internal) for one in facts.display.value)
    if not panels and perhaps is not None:
        return perhaps
    return tuple(sorted(panels, key=lambda panel: panel.connector))


def _of_panel(pick: Callable[[Display], Fact[Any]], missing: bool | int) -> Callable[[Facts], Reading]:
    """What the first built-in panel says; `missing` is the reading of a laptop without one."""

    def read(facts: Facts) -> Reading:
        panels = _panels(facts)
        if isinstance(panels, Unknown):
            return panels
        if not panels:
            return Measured(missing, every((facts.display,)), _NO_PANEL)
        fact = pick(panels[0])
        if isinstance(fact, Unknown):
            return fact
        product = panels[0].product
        return Measured(fact.value, fact.evidence, product.value if isinstance(product, Known) else panels[0].connector)

    return read


def _believed(read: Callable[[Facts], Reading], *leaves: str) -> Callable[[Facts], Reading]:
    """The reading, passing nothing where two EDIDs are of two panels, or differ in one of these."""

    def reading(facts: Facts) -> Reading:
        screens = value_of(facts.display) or ()
        monitors = [one.connector for one in screens if isinstance(one.internal, Known) and not one.internal.value]
        return doubted(read(facts), disputed_part(facts, "display", (*_WHICH, *leaves), monitors))

    return reading


def _count(facts: Facts) -> Reading:
    panels = _panels(facts)
    if isinstance(panels, Unknown):
        return panels
    perhaps = gravest_of((one.connector, one.internal) for one in value_of(facts.display) or ())
    if perhaps is not None:
        return perhaps
    names = ", ".join(panel.connector for panel in panels)
    return Measured(len(panels), every((facts.display,)), names or _NO_PANEL)


def _name(facts: Facts) -> Reading:
    panels = _panels(facts)
    if isinstance(panels, Unknown):
        return panels
    if not panels:
        return Measured("no panel", every((facts.display,)), _NO_PANEL)
    maker, product = panels[0].manufacturer, panels[0].product
    if isinstance(maker, Unknown):
        return maker
    if isinstance(product, Unknown):
        return product
    return Measured(f"{maker.value} {product.value}", every((maker, product)), panels[0].connector)


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
                manufacturer=known("BOE"),
                product=known("NT116WHM-N21"),
                year=known(2020),
                edid_sound=known(True),
            ),
        )
    )
)
_BARE: Final = Facts(display=known((Display("eDP-1", internal=known(True)),)))
_MAYBE: Final = Facts(display=known((Display("card0"),)))
_MONITOR_ONLY: Final = Facts(display=known((Display("HDMI-A-1", internal=known(False), diagonal_in=known(24.0)),)))

CHECKS: Final = (
    Check(
        id="display.diagonal",
        title="Screen size",
        kind=Kind.INVENTORY,
        measure=Measure.LENGTH_IN,
        looks_at="the diagonal of the built-in panel, from the millimetres in its EDID",
        needs=("drm", "edid-*"),
        decides="the profile gives the least; an external monitor never counts; two EDIDs of two panels pass nothing",
        remedy="The screen is too small or does not answer. Put the laptop on the query shelf.",
        read=_believed(_of_panel(lambda panel: panel.diagonal_in, missing=0)),
        examples=(
            Example("an 11.6 inch panel beside a monitor", _PANEL, 11.6),
            Example("only a monitor answers", _MONITOR_ONLY, 0),
            Example("a screen that may be the panel", _MAYBE, None),
        ),
    ),
    Check(
        id="display.width",
        title="Screen width",
        kind=Kind.INVENTORY,
        measure=Measure.PIXELS,
        looks_at="the width of the built-in panel's native mode",
        needs=("drm", "edid-*"),
        decides="the profile gives the least; two EDIDs that differ pass nothing",
        remedy="The screen has too few pixels. Put the laptop on the query shelf.",
        read=_believed(_of_panel(lambda panel: panel.width_px, missing=0), "width_px"),
        examples=(Example("1366 x 768", _PANEL, 1366), Example("the EDID names no native mode", _BARE, None)),
    ),
    Check(
        id="display.height",
        title="Screen height",
        kind=Kind.INVENTORY,
        measure=Measure.PIXELS,
        looks_at="the height of the built-in panel's native mode",
        needs=("drm", "edid-*"),
        decides="the profile gives the least; two EDIDs that differ pass nothing",
        remedy="The screen has too few pixels. Put the laptop on the query shelf.",
        read=_believed(_of_panel(lambda panel: panel.height_px, missing=0), "height_px"),
        examples=(Example("1366 x 768", _PANEL, 768), Example("the EDID names no native mode", _BARE, None)),
    ),
    Check(
        id="display.count",
        title="Built-in panels",
        kind=Kind.INVENTORY,
        measure=Measure.COUNT,
        looks_at="how many built-in panels answer; an external monitor never counts",
        needs=("drm", "edid-*"),
        decides="the profile says how many, 1 as a rule; unknown where a screen may be a panel or a monitor",
        remedy="Unplug every monitor and test again. If the panel still does not answer, put the laptop on the repair"
        " shelf.",
        read=_count,
        examples=(
            Example("a panel beside a monitor", _PANEL, 1),
            Example("only a monitor answers", _MONITOR_ONLY, 0),
            Example("a screen that may be the panel", _MAYBE, None),
        ),
    ),
    Check(
        id="display.panel",
        title="Panel model",
        kind=Kind.INVENTORY,
        measure=Measure.TEXT,
        looks_at="the maker and the product in the EDID of the built-in panel, such as BOE NT116WHM-N21",
        needs=("drm", "edid-*"),
        decides="the profile says which; no panel at all is a fault; two EDIDs of two panels pass nothing",
        remedy="Another panel than ordered. Put the laptop on the query shelf.",
        read=_believed(_name),
        examples=(
            Example("a panel by BOE", _PANEL, "BOE NT116WHM-N21"),
            Example("only a monitor answers", _MONITOR_ONLY, "no panel"),
            Example("an EDID without a name", _BARE, None),
        ),
    ),
    Check(
        id="display.edid_sound",
        title="Panel's description whole",
        kind=Kind.HEALTH,
        measure=Measure.YES_NO,
        looks_at="the checksum of the built-in panel's EDID",
        needs=("drm", "edid-*"),
        decides="no where it is wrong, and where there is no panel; two EDIDs of two panels pass nothing",
        remedy="The panel or its cable garbles its description. Put the laptop on the repair shelf.",
        read=_believed(_of_panel(lambda panel: panel.edid_sound, missing=False)),
        examples=(
            Example("a sound one", _PANEL, True),
            Example("only a monitor answers", _MONITOR_ONLY, False),
            Example("no EDID was read", _BARE, None),
        ),
    ),
    Check(
        id="display.year",
        title="Panel's year of making",
        kind=Kind.INVENTORY,
        measure=Measure.COUNT,
        looks_at="the year in the EDID of the built-in panel",
        needs=("drm", "edid-*"),
        decides="the profile gives the earliest; no panel at all is the year 0; two EDIDs of two panels pass nothing",
        remedy="The panel is older than the laptop should be: this may be a used laptop. Put it on the query shelf.",
        read=_believed(_of_panel(lambda panel: panel.year, missing=0)),
        examples=(
            Example("of 2020", _PANEL, 2020),
            Example("an EDID without a year", _BARE, None),
        ),
    ),
)
