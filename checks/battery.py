"""Battery: is one fitted, is it new, and what is left of it?"""

from __future__ import annotations

from typing import Final

from checks.check import Check, Example, Measured, Reading, every, worst
from specs.facts import Battery, Facts, Known, Unknown, known
from specs.quantities import Measure

__all__ = ["CHECKS"]


def _fitted(facts: Facts) -> tuple[Battery, ...] | Unknown:
    """The batteries that are not known to be missing from their bay."""
    if isinstance(facts.battery, Unknown):
        return facts.battery
    return tuple(one for one in facts.battery.value if not (isinstance(one.present, Known) and not one.present.value))


def _answers(battery: Battery) -> bool:
    """True where it tells anything of itself: an empty bay cannot."""
    return any(isinstance(fact, Known) for fact in (battery.design_wh, battery.full_wh, battery.health_percent))


def _present(facts: Facts) -> Reading:
    fitted = _fitted(facts)
    if isinstance(fitted, Unknown):
        return fitted
    silent = [one.present for one in fitted if isinstance(one.present, Unknown) and not _answers(one)]
    if silent and len(silent) == len(fitted):
        return silent[0]
    return Measured(bool(fitted), every((facts.battery,)), ", ".join(one.name for one in fitted))


def _health(facts: Facts) -> Reading:
    fitted = _fitted(facts)
    if isinstance(fitted, Unknown):
        return fitted
    # A missing battery is the fault of `battery.present`; it has no health to speak of.
    none = Unknown("no battery is fitted", every((facts.battery,)), "absent")
    return worst(((one.name, one.health_percent) for one in fitted), min) or none


def _cycles(facts: Facts) -> Reading:
    fitted = _fitted(facts)
    if isinstance(fitted, Unknown):
        return fitted
    none = Unknown("no battery is fitted", every((facts.battery,)), "absent")
    return worst(((one.name, one.cycles) for one in fitted), max) or none


_TWO: Final = Facts(
    battery=known(
        (
            Battery("BAT0", health_percent=known(99.0), cycles=known(2)),
            Battery("BAT1", health_percent=known(91.5), cycles=known(7)),
        )
    )
)
_NONE: Final = Facts(battery=known(()))

CHECKS: Final = (
    Check(
        id="battery.present",
        title="Battery fitted",
        measure=Measure.YES_NO,
        looks_at="the laptop's own batteries; a mouse's or a headset's does not count",
        needs=("battery",),
        decides="yes where at least one is fitted; one that gives its capacity is, even if it does not say so",
        remedy="No battery answers. Put the laptop on the repair shelf; check that the battery is seated.",
        read=_present,
        examples=(
            Example("two batteries", _TWO, True),
            Example("none", _NONE, False),
            Example("one that says nothing at all", Facts(battery=known((Battery("BAT0"),))), None),
        ),
    ),
    Check(
        id="battery.health",
        title="Battery health",
        measure=Measure.PERCENT,
        looks_at="what the battery holds when full, as a share of what it was designed to hold",
        needs=("battery",),
        decides="the worse of two batteries; unknown where the design capacity is not given",
        remedy="The battery is worn. Put the laptop on the repair shelf for a new battery.",
        read=_health,
        examples=(Example("the worse of two", _TWO, 91.5), Example("no battery has no health", _NONE, None)),
    ),
    Check(
        id="battery.cycles",
        title="Battery cycles",
        measure=Measure.COUNT,
        looks_at="how often the battery was charged; 0 means that the battery does not count",
        needs=("battery",),
        decides="the higher of two batteries; unknown where the battery does not count",
        remedy="The battery was used: this may be a used laptop. Put it on the query shelf.",
        read=_cycles,
        examples=(Example("the higher of two", _TWO, 7), Example("none", _NONE, None)),
    ),
)
