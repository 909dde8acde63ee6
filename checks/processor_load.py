"""The processor under load: does it compute right, and how hot does it get?"""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from checks.check import Check, Example, Kind, Measured, Reading, absent
from checks.disputes import doubted
from checks.exercised import unless_broken_off
from checks.several import worst_of
from specs.facts import Exercises, Facts, Known, ProcessorLoad, SensorHeat, Unknown, known, value_of
from specs.quantities import Measure, render

__all__ = ["CHECKS"]

_NEEDS: Final = ("exercise-cpu",)


class LoadArguments(Struct, frozen=True, forbid_unknown_fields=True):
    """How long it must have worked before a processor counts as sound."""

    least_s: Annotated[
        int,
        Meta(ge=1, le=3600, description="seconds of work that must have been watched, from the first look to the last"),
    ]


def _wrong(facts: Facts, arguments: LoadArguments) -> Reading:
    load = facts.exercises.cpu
    if isinstance(load, Unknown):
        return load
    found = load.value
    if found.rounds <= 0 or found.threads <= 0:
        return absent("nothing was computed", load)
    reading = Measured(found.wrong, load.evidence, f"threads: {found.threads}, rounds: {found.rounds}")
    return doubted(reading, _too_little(facts, load, arguments))


def _too_little(facts: Facts, load: Known[ProcessorLoad], arguments: LoadArguments) -> Unknown | None:
    """Why what was computed says nothing of the processor; None where it was enough. Seconds, and no number of rounds:
    a slow processor is as sound as a fast one.
    """
    found, has = load.value, value_of(facts.processor.threads)
    if not found.watched_s >= arguments.least_s:
        return absent(f"it was watched at work for {found.watched_s:.1f} s, which is too short", load)
    if has is not None and found.threads < has:
        return absent(f"threads at work: {found.threads} of {has}", load, facts.processor.threads)
    if found.rounds < found.threads:
        return absent(f"rounds: {found.rounds} of {found.threads} threads, so that one of them did none", load)
    return None


def _sensors(facts: Facts) -> tuple[SensorHeat, ...] | Unknown:
    load = facts.exercises.cpu
    if isinstance(load, Unknown):
        return load
    return load.value.sensors if isinstance(load.value.sensors, Unknown) else load.value.sensors.value


def _hottest(facts: Facts) -> Reading:
    sensors, load = _sensors(facts), facts.exercises.cpu
    if isinstance(sensors, Unknown):
        return sensors
    heats = ((one.sensor, Known(one.hottest_c, load.evidence)) for one in sensors)
    worst = worst_of(heats, max)
    if worst is None:
        return absent("no sensor told a temperature", load)
    slowed = value_of(load.value.throttled) if isinstance(load, Known) else None
    if isinstance(worst, Unknown) or not slowed:
        return worst
    return msgspec.structs.replace(worst, detail=f"{worst.detail}; slowed down for its heat, times: {slowed}")


def _heat(facts: Facts) -> Reading:
    sensors = _sensors(facts)
    if isinstance(sensors, Unknown):
        return sensors
    shares = [
        (
            f"{one.sensor}, {_degrees(one.hottest_c)} of {_degrees(one.critical_c.value)}",
            Known(100 * one.hottest_c / one.critical_c.value, one.critical_c.evidence),
        )
        for one in sensors
        if isinstance(one.critical_c, Known) and one.critical_c.value > 0
    ]
    return worst_of(shares, max) or absent("no sensor names a critical temperature", facts.exercises.cpu)


def _degrees(value: float) -> str:
    return render(value, Measure.TEMPERATURE_C)


def _of(wrong: int = 0, rounds: int = 900, *sensors: SensorHeat, watched_s: float = 17.0) -> Facts:
    heat = known(sensors) if sensors else Unknown("no sensor told a temperature", (), "absent")
    return Facts(exercises=Exercises(cpu=known(ProcessorLoad(4, rounds, wrong, watched_s, heat))))


_CORE: Final = SensorHeat("coretemp Package id 0", 84.0, known(105.0))
_BOARD: Final = SensorHeat("acpitz", 61.0, Unknown("the sensor names no critical temperature", (), "absent"))

_LEAST: Final = {"least_s": 10}

CHECKS: Final = (
    Check(
        id="processor.load",
        title="Processor under load",
        kind=Kind.EXERCISE,
        measure=Measure.COUNT,
        looks_at="how many results were wrong while all threads computed what has a known result",
        needs=_NEEDS,
        decides="a sound processor has none; where it worked shorter than the profile asks for, or with fewer threads"
        " than it has, a fault counts and nothing passes",
        remedy="The processor computes wrong. Put the laptop on the repair shelf.",
        read=unless_broken_off("cpu", _wrong),
        arguments=LoadArguments,
        examples=(
            Example("all right", _of(), 0, _LEAST),
            Example("one wrong", _of(1), 1, _LEAST),
            Example("it worked for two seconds", _of(watched_s=2.0), None, _LEAST),
            Example("no round was finished", _of(0, 0), None, _LEAST),
            Example("nobody asked it to", Facts(), None, _LEAST),
        ),
    ),
    Check(
        id="processor.hottest",
        title="Hottest under load",
        kind=Kind.EXERCISE,
        measure=Measure.TEMPERATURE_C,
        looks_at="the highest temperature that any sensor told under load",
        needs=_NEEDS,
        decides="the profile gives the most; unknown where no sensor tells",
        remedy="The laptop gets too hot. Check that its fan turns and its vents are free; then the repair shelf.",
        read=unless_broken_off("cpu", _hottest),
        examples=(
            Example("two sensors", _of(0, 900, _BOARD, _CORE), 84.0),
            Example("no sensor", _of(), None),
            Example("nobody asked it to", Facts(), None),
        ),
    ),
    Check(
        id="processor.heat",
        title="Heat against the sensor's limit",
        kind=Kind.EXERCISE,
        measure=Measure.PERCENT,
        looks_at="the highest temperature under load as a share of what that sensor itself calls critical",
        needs=_NEEDS,
        decides="the sensor nearest to its limit counts; unknown where none names a limit",
        remedy="The laptop nears its critical temperature. Check its fan and vents, then put it on the repair shelf.",
        read=unless_broken_off("cpu", _heat),
        examples=(
            Example("84 of 105 degrees", _of(0, 900, _BOARD, _CORE), 80.0),
            Example("no sensor names a limit", _of(0, 900, _BOARD), None),
            Example("nobody asked it to", Facts(), None),
        ),
    ),
)
