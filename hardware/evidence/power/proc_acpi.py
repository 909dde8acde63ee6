"""The text of /proc/acpi/battery/*/info and /state, from kernels before 2.6.39.

Capacities in mAh or mWh, voltages in mV. A heading with the path ("==> /proc/acpi/battery/BAT0/info <==", as head
and tail print it, or the bare path) tells the batteries apart; without one, each `info` begins a battery.
"""

from __future__ import annotations

import re
from typing import Final

from hardware.evidence.decoding import as_int
from hardware.evidence.power.record import MOST_BATTERIES, BatteryRecord, charge_energy
from specs.facts import Battery

__all__ = ["is_proc_acpi", "proc_acpi_batteries"]

_HEADING: Final = re.compile(r"/proc/acpi/battery/([A-Za-z0-9_]{1,16})(?:/(?:info|state))?", re.ASCII)
_MARKS: Final = ("design capacity:", "remaining capacity:", "charging state:")
_KEYS: Final = frozenset(
    (
        "present|design capacity|last full capacity|design voltage|model number|serial number|battery type|OEM info"
        "|charging state|capacity state|remaining capacity"
    ).split("|")
)


def is_proc_acpi(text: str) -> bool:
    """True where the text may be that of /proc/acpi/battery."""
    return "/proc/acpi/battery/" in text or ("present:" in text and any(mark in text for mark in _MARKS))


def proc_acpi_batteries(text: str, item: str) -> tuple[Battery, ...]:
    """The batteries in the order of the text; a bay without battery is one that is not there."""
    found: dict[str, dict[str, str]] = {}
    name = ""
    for line in text.splitlines():
        heading = _HEADING.search(line[:200])
        if heading:
            name = heading.group(1)
            continue
        key, colon, value = line.strip().partition(":")
        if not colon or key not in _KEYS:
            continue
        if not name or (key == "design capacity" and name.startswith("#") and key in found.get(name, {})):
            name = f"#{len(found)}"
        if name not in found and len(found) >= MOST_BATTERIES:
            break
        # `info` comes first; the second "present" of a battery is that of its `state`.
        found.setdefault(name, {}).setdefault(key, value.strip())
    return tuple(_record(name, values).battery(item) for name, values in found.items())


def _record(name: str, values: dict[str, str]) -> BatteryRecord:
    volts = _amount(values.get("design voltage"), "mV")
    design = {unit: _amount(values.get("design capacity"), unit) for unit in ("mWh", "mAh")}
    full = {unit: _amount(values.get("last full capacity"), unit) for unit in ("mWh", "mAh")}
    left = _amount(values.get("remaining capacity"), "mAh") or _amount(values.get("remaining capacity"), "mWh")
    whole = full["mAh"] or full["mWh"]
    return BatteryRecord(
        name=f"Battery {name[1:]}" if name.startswith("#") else name,
        present={"yes": True, "no": False}.get(values.get("present", "")),
        design_wh=_energy(design, volts),
        full_wh=_energy(full, volts),
        design_ah=(design["mAh"] or 0) / 1000,
        full_ah=(full["mAh"] or 0) / 1000,
        charge_percent=round(left / whole * 100) if left and whole else None,
        status=values.get("charging state"),
        chemistry=values.get("battery type"),
        model=values.get("model number"),
        serial=values.get("serial number"),
        manufacturer=values.get("OEM info"),
    )


def _amount(text: str | None, unit: str) -> int | None:
    number, _, printed = (text or "").partition(" ")
    return as_int(number) if printed.strip() == unit else None


def _energy(amounts: dict[str, int | None], millivolts: int | None) -> float | None:
    if amounts["mWh"]:
        return amounts["mWh"] / 1000
    charge = amounts["mAh"]
    return charge_energy(charge * 1000 if charge else None, millivolts * 1000 if millivolts else None)
