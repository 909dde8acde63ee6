"""The `exercise-cpu` item: all threads computing what has a known result, and the temperatures meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

from msgspec import Meta, Struct

from hardware.evidence.exercises.item import Celsius, Count, Head, Name, Seconds, opened, told
from hardware.evidence.items import Noted
from hardware.evidence.leaves import absent
from specs.facts import Fact, Facts, Known, ProcessorLoad, SensorHeat
from specs.text import clean

__all__ = ["read_processor_load"]

MOST_SENSORS: Final = 64
COLDEST_C: Final = -40.0
HOTTEST_C: Final = 150.0
"""What a sensor says beyond these is no temperature of a laptop: nothing is connected to it."""

_Sensors = Annotated[dict[Name, Celsius], Meta(max_length=MOST_SENSORS)]


class _Sample(Struct, frozen=True):
    at: Seconds
    celsius: _Sensors


class _Measured(Struct, frozen=True):
    threads: Count
    rounds: Count
    wrong: Count
    samples: Annotated[tuple[_Sample, ...], Meta(max_length=64)]
    critical: _Sensors
    throttled_before: Count | None
    throttled_after: Count | None


class _Item(Head, frozen=True):
    measured: _Measured


def read_processor_load(data: bytes, item: str) -> Facts | Noted:
    """Wrong results, and how hot each sensor was. Raises `EvidenceError` where the item is no such result."""
    found = opened(data, item, "cpu", _Item)
    seen = found.measured
    looks = [sample.at for sample in seen.samples]
    load = ProcessorLoad(
        threads=seen.threads,
        rounds=seen.rounds,
        wrong=seen.wrong,
        watched_s=round(max(looks, default=0.0) - min(looks, default=0.0), 3),
        sensors=_sensors(seen, item),
        throttled=_throttled(seen, item),
    )
    return told(found, item, cpu=load)


def _sensors(seen: _Measured, item: str) -> Fact[tuple[SensorHeat, ...]]:
    hottest: dict[str, float] = {}
    for sample in seen.samples:
        for sensor, celsius in sample.celsius.items():
            if COLDEST_C <= celsius <= HOTTEST_C:
                hottest[sensor] = max(hottest.get(sensor, celsius), celsius)
    if not hottest:
        return absent("no sensor told a temperature", item)
    # Which sensors there are comes from the laptop: of a thousand names the hottest count.
    kept = sorted(hottest.items(), key=lambda one: (-one[1], one[0]))[:MOST_SENSORS]
    return Known(
        tuple(SensorHeat(clean(name, 60), heat, _critical(seen.critical, name, item)) for name, heat in kept), (item,)
    )


def _critical(told_critical: Mapping[str, float], sensor: str, item: str) -> Fact[float]:
    degrees = told_critical.get(sensor)
    if degrees is None or not 0 < degrees <= HOTTEST_C:
        return absent("the sensor names no critical temperature", item)
    return Known(degrees, (item,))


def _throttled(seen: _Measured, item: str) -> Fact[int]:
    before, after = seen.throttled_before, seen.throttled_after
    if before is None or after is None or after < before:
        return absent("the kernel does not count how often the processor was slowed down", item)
    return Known(after - before, (item,))
