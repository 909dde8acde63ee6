"""Battery: is one fitted, what can it hold, is it new, and what is left of it?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from checks.check import Check, Example, Kind, Measured, Reading, every
from checks.disputes import disputed_part, doubted
from checks.several import gravest_of, sum_of, texts_of, worst_of
from specs.facts import Battery, Fact, Facts, Known, Unknown, known
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
    silent = _silent(fitted)
    if fitted and all(why is not None for _, why in silent):
        why = gravest_of(silent)
        if why is not None:
            return why
    return Measured(bool(fitted), every((facts.battery,)), _names(fitted))


def _silent(batteries: tuple[Battery, ...]) -> list[tuple[str, Unknown | None]]:
    """Why it is not known of each whether it is there; None where it is."""
    return [
        (one.name, one.present if isinstance(one.present, Unknown) and not _answers(one) else None) for one in batteries
    ]


def _names(batteries: tuple[Battery, ...]) -> str:
    return ", ".join(sorted(one.name for one in batteries))


def _count(facts: Facts) -> Reading:
    fitted = _fitted(facts)
    if isinstance(fitted, Unknown):
        return fitted
    return gravest_of(_silent(fitted)) or Measured(len(fitted), every((facts.battery,)), _names(fitted))


def _worst(pick: Callable[[Battery], Fact[int] | Fact[float]], which: Callable[..., Any]) -> Callable[[Facts], Reading]:
    """The worst of what the batteries say; of no battery nothing is known."""

    def read(facts: Facts) -> Reading:
        fitted = _fitted(facts)
        if isinstance(fitted, Unknown):
            return fitted
        # A missing battery is the fault of `battery.present`; it has no health to speak of.
        none = Unknown("no battery is fitted", every((facts.battery,)), "absent")
        return worst_of(((one.name, pick(one)) for one in fitted), which) or none

    return read


_worst_health: Final = _worst(lambda battery: battery.health_percent, min)


def _health(facts: Facts) -> Reading:
    return doubted(_worst_health(facts), _design_disputed(facts))


def _design_disputed(facts: Facts) -> Unknown | None:
    """Why nobody knows what a battery was designed to hold: two sources differ about it."""
    return disputed_part(facts, "battery", ("design_wh",))


def _design_energy(facts: Facts) -> Reading:
    fitted = _fitted(facts)
    if isinstance(fitted, Unknown):
        return fitted
    if not fitted:
        return Measured(0, every((facts.battery,)), "no battery is fitted")
    return doubted(sum_of((one.name, one.design_wh) for one in fitted), _design_disputed(facts))


def _texts(leaf: str) -> Callable[[Facts], Reading]:
    """What each of the batteries says under that name."""

    def read(facts: Facts) -> Reading:
        fitted = _fitted(facts)
        if isinstance(fitted, Unknown):
            return fitted
        none = Measured("no battery", every((facts.battery,)), "no battery is fitted")
        said: list[tuple[str, Fact[str]]] = [(one.name, getattr(one, leaf)) for one in fitted]
        return doubted(texts_of(said, none), disputed_part(facts, "battery", (leaf,)))

    return read


_TWO: Final = Facts(
    battery=known(
        (
            Battery(
                "BAT0",
                health_percent=known(99.0),
                cycles=known(2),
                design_wh=known(24.0),
                charge_percent=known(80),
                chemistry=known("Li-ion"),
                model=known("L17M3PB0"),
                serial=known("1032"),
            ),
            Battery(
                "BAT1",
                health_percent=known(91.5),
                cycles=known(7),
                design_wh=known(23.5),
                charge_percent=known(12),
                chemistry=known("Li-poly"),
                model=known("L17L3PB0"),
                serial=known("877"),
            ),
        )
    )
)
_NONE: Final = Facts(battery=known(()))
_SILENT: Final = Facts(battery=known((Battery("BAT0"),)))

CHECKS: Final = (
    Check(
        id="battery.present",
        title="Battery fitted",
        kind=Kind.INVENTORY,
        measure=Measure.YES_NO,
        looks_at="the laptop's own batteries; a mouse's or a headset's does not count",
        needs=("battery",),
        decides="yes where at least one is fitted; one that gives its capacity is, even if it does not say so",
        remedy="No battery answers. Put the laptop on the repair shelf; check that the battery is seated.",
        read=_present,
        examples=(
            Example("two batteries", _TWO, True),
            Example("none", _NONE, False),
            Example("one that says nothing at all", _SILENT, None),
        ),
    ),
    Check(
        id="battery.health",
        title="Battery health",
        kind=Kind.HEALTH,
        measure=Measure.PERCENT,
        looks_at="what the battery holds when full, as a share of what it was designed to hold",
        needs=("battery",),
        decides="the worse of two batteries; unknown where the design capacity is not given, or where two sources"
        " differ about it",
        remedy="The battery is worn. Put the laptop on the repair shelf for a new battery.",
        read=_health,
        examples=(Example("the worse of two", _TWO, 91.5), Example("no battery has no health", _NONE, None)),
    ),
    Check(
        id="battery.cycles",
        title="Battery cycles",
        kind=Kind.HEALTH,
        measure=Measure.COUNT,
        looks_at="how often the battery was charged; 0 means that the battery does not count",
        needs=("battery",),
        decides="the higher of two batteries; unknown where the battery does not count",
        remedy="The battery was used: this may be a used laptop. Put it on the query shelf.",
        read=_worst(lambda battery: battery.cycles, max),
        examples=(Example("the higher of two", _TWO, 7), Example("none", _NONE, None)),
    ),
    Check(
        id="battery.count",
        title="Number of batteries",
        kind=Kind.INVENTORY,
        measure=Measure.COUNT,
        looks_at="how many batteries of its own the laptop has; an empty bay is none",
        needs=("battery",),
        decides="the profile says how many; unknown where one says nothing at all of itself",
        remedy="A battery is missing, or there is one too many. Put the laptop on the repair shelf.",
        read=_count,
        examples=(
            Example("two batteries", _TWO, 2),
            Example("none", _NONE, 0),
            Example("one that says nothing at all", _SILENT, None),
        ),
    ),
    Check(
        id="battery.design_energy",
        title="Battery size",
        kind=Kind.INVENTORY,
        measure=Measure.ENERGY_WH,
        looks_at="the watt-hours that the batteries were designed to hold, all together",
        needs=("battery",),
        decides="the profile gives the least; unknown where one battery does not say, or where two sources differ",
        remedy="Another battery than ordered. Put the laptop on the query shelf.",
        read=_design_energy,
        examples=(
            Example("24 Wh and 23.5 Wh", _TWO, 47.5),
            Example("none is fitted", _NONE, 0),
            Example("one that does not say", _SILENT, None),
        ),
    ),
    Check(
        id="battery.charge",
        title="Battery charge",
        kind=Kind.HEALTH,
        measure=Measure.PERCENT,
        looks_at="how full the battery was when the evidence was taken",
        needs=("battery",),
        decides="the emptier of two batteries; unknown where one does not say",
        remedy="Charge the laptop, then test it again.",
        read=_worst(lambda battery: battery.charge_percent, min),
        examples=(Example("the emptier of two", _TWO, 12), Example("no battery has no charge", _NONE, None)),
    ),
    Check(
        id="battery.chemistry",
        title="Battery chemistry",
        kind=Kind.INVENTORY,
        measure=Measure.TEXT,
        looks_at="what the battery says it is made of, such as Li-ion or Li-poly; many firmwares name the wrong one",
        needs=("battery",),
        decides="within where each of them is allowed and each battery says; no battery at all is a fault",
        remedy="Another battery than ordered. Put the laptop on the query shelf.",
        read=_texts("chemistry"),
        examples=(
            Example("two kinds", _TWO, ("Li-ion", "Li-poly")),
            Example("none is fitted", _NONE, "no battery"),
            Example("one that does not say", _SILENT, None),
        ),
    ),
    Check(
        id="battery.model",
        title="Battery model",
        kind=Kind.INVENTORY,
        measure=Measure.TEXT,
        looks_at="the models that the batteries give themselves",
        needs=("battery",),
        decides="within where each of them is allowed and each battery gives one; no battery at all is a fault, and two"
        " sources that differ pass nothing",
        remedy="Another battery than ordered. Put the laptop on the query shelf.",
        read=_texts("model"),
        examples=(
            Example("two batteries", _TWO, ("L17L3PB0", "L17M3PB0")),
            Example("none is fitted", _NONE, "no battery"),
            Example("one that does not say", _SILENT, None),
        ),
    ),
    Check(
        id="battery.serial",
        title="Battery's serial number",
        kind=Kind.INVENTORY,
        measure=Measure.TEXT,
        looks_at="the serial numbers of the batteries, so that a swapped or recalled one is found later",
        needs=("battery",),
        decides="within where each of them is allowed and each battery gives one; no battery at all is a fault, and two"
        " sources that differ pass nothing",
        remedy="Run the probe again. If a battery still gives no serial number, put the laptop on the query shelf.",
        read=_texts("serial"),
        examples=(
            Example("two batteries", _TWO, ("1032", "877")),
            Example("none is fitted", _NONE, "no battery"),
            Example("one that does not say", _SILENT, None),
        ),
    ),
)
