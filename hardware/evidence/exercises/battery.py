"""The `exercise-battery` item: the charger is unplugged, and what the batteries give is sampled.

A driver tells the power, or a current and a voltage, or only what is left, which is compared over the time. What tells
no change at all is no reading: many gauges answer with zeros until they have settled.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Final

from msgspec import Meta, Struct

from hardware.evidence.exercises.item import Head, Name, Seconds, opened, told
from hardware.evidence.items import Noted
from hardware.evidence.leaves import absent
from specs.facts import BatteryDraw, Fact, Facts, Known

__all__ = ["read_battery_draw"]

SETTLING_S: Final = 3.0
"""Seconds after unplugging that are not counted (domain/test-executives.md section 5, battery/charger: settle 3 s)."""
SHORTEST_S: Final = 5.0
"""Seconds over which what is left must be compared: a gauge moves in steps."""
_MICRO: Final = 1e-6
_NUMBER: Final = re.compile(r"-?\d{1,12}", re.ASCII)

_Attributes = Annotated[dict[str, Name | None], Meta(max_length=32)]


class _Sample(Struct, frozen=True):
    at: Seconds
    mains: bool | None
    batteries: Annotated[dict[str, _Attributes], Meta(max_length=8)]


class _Measured(Struct, frozen=True):
    samples: Annotated[tuple[_Sample, ...], Meta(max_length=64)]


class _Item(Head, frozen=True):
    measured: _Measured


def read_battery_draw(data: bytes, item: str) -> Facts | Noted:
    """Watts drawn while the mains were unplugged. Raises `EvidenceError` where the item is no such result."""
    found = opened(data, item, "battery", _Item)
    unplugged = sorted((one for one in found.measured.samples if one.mains is False), key=lambda one: one.at)
    seconds = unplugged[-1].at - unplugged[0].at if unplugged else 0.0
    return told(found, item, battery=BatteryDraw(seconds, _watts(unplugged, item)))


def _watts(unplugged: Sequence[_Sample], item: str) -> Fact[float]:
    if not unplugged:
        return absent("the laptop was never seen without its charger", item)
    settled = [one for one in unplugged if one.at >= unplugged[0].at + SETTLING_S]
    if not settled:
        return absent(f"the charger was unplugged for less than {SETTLING_S:g} s", item)
    powers = [power for one in settled if (power := sum(map(_power, one.batteries.values()))) > 0]
    if powers:
        return Known(round(sum(powers) / len(powers), 3), (item,))
    fallen = _fallen(settled)
    if fallen > 0:
        return Known(round(fallen, 3), (item,))
    return absent("the batteries told of no power and of no change", item)


def _power(battery: Mapping[str, str | None]) -> float:
    """Watts that one battery gives now; 0 where it does not say. Some drivers write what flows out as negative."""
    if (battery.get("status") or "").strip().casefold() == "charging":
        return 0.0
    power = _number(battery, "power_now")
    if power:
        return abs(power) * _MICRO
    current, voltage = _number(battery, "current_now"), _number(battery, "voltage_now")
    return abs(current * _MICRO * voltage * _MICRO) if current and voltage else 0.0


def _fallen(settled: Sequence[_Sample]) -> float:
    """Watts by what was left at first and at last of each battery; 0 where that did not change."""
    first, last = settled[0], settled[-1]
    hours = (last.at - first.at) / 3600
    if last.at - first.at < SHORTEST_S:
        return 0.0
    return (
        sum(
            _left(battery) - _left(last.batteries.get(name, {}))
            for name, battery in first.batteries.items()
            if _left(battery) and _left(last.batteries.get(name, {}))
        )
        / hours
    )


def _left(battery: Mapping[str, str | None]) -> float:
    """Watt-hours that are left; 0 where the battery does not say."""
    energy = _number(battery, "energy_now")
    if energy:
        return energy * _MICRO
    charge, voltage = _number(battery, "charge_now"), _number(battery, "voltage_now")
    return charge * _MICRO * voltage * _MICRO if charge and voltage else 0.0


def _number(battery: Mapping[str, str | None], name: str) -> int:
    text = (battery.get(name) or "").strip()
    return int(text) if _NUMBER.fullmatch(text) else 0
