"""The text of the `acpi` command (`-V`, `-b`, `-bi`): "Battery 0: Discharging, 98%, 01:43:14 remaining".

Capacities are in mAh and there is no voltage, so there is no energy; the health is the one by the other (the
command's own per cent is cut to a whole number and stops at 100).
"""

from __future__ import annotations

import re
from typing import Any, Final

from hardware.evidence.leaves import absent
from hardware.evidence.power.record import MOST_BATTERIES, BatteryRecord
from specs.facts import Battery, Unknown

__all__ = ["acpi_batteries", "is_acpi"]

_LINE: Final = re.compile(r"\s{0,16}Battery (\d{1,3}): ([^\n]{1,200})", re.ASCII)
_OTHER: Final = re.compile(r"^\s{0,16}(?:Adapter|AC Adapter|Thermal|Cooling) \d{1,3}: ", re.MULTILINE | re.ASCII)
_CAPACITY: Final = re.compile(
    r"design capacity (\d{1,9}) (m[AW]h), last full capacity (\d{1,9}) (m[AW]h) = (\d{1,3})%", re.ASCII
)
_STATE: Final = re.compile(r"([A-Za-z][A-Za-z -]{0,30}), (\d{1,3})%(?:, ([^\n]{1,150}))?", re.ASCII)
_BARE_STATE: Final = re.compile(r"[A-Za-z][A-Za-z -]{0,30}", re.ASCII)
_EMPTY: Final = ("slot empty", "not present", "absent")
_NO_RATE: Final = "rate information unavailable"


def is_acpi(text: str) -> bool:
    """True where the text may be the acpi command's."""
    return any(_LINE.match(line) for line in text.splitlines()) or _OTHER.search(text) is not None


def acpi_batteries(text: str, item: str) -> tuple[Battery, ...] | Unknown:
    """The batteries by number. The command says nothing of a bay without battery, so that none is no known absence."""
    found: dict[str, dict[str, Any]] = {}
    for line in text.splitlines():
        match = _LINE.match(line)
        if match is None or (match.group(1) not in found and len(found) >= MOST_BATTERIES):
            continue
        record = found.setdefault(match.group(1), {"name": f"Battery {match.group(1)}"})
        record |= {key: value for key, value in _values(match.group(2).strip()).items() if key not in record}
    if not found:
        return absent("acpi lists no battery", item)
    return tuple(BatteryRecord(**record).battery(item) for record in found.values())


def _values(text: str) -> dict[str, Any]:
    if text.lower() in _EMPTY:
        return {"present": False}
    capacity = _CAPACITY.fullmatch(text)
    if capacity:
        design, unit, full, second, percent = capacity.groups()
        if unit != second or not int(design):
            return {}
        if int(full) <= 100:
            # Some firmware gives a per cent in place of the capacity; the command prints what it made of that.
            return {"health": float(percent)}
        suffix = "ah" if unit == "mAh" else "wh"
        return {"present": True, f"design_{suffix}": int(design) / 1000, f"full_{suffix}": int(full) / 1000}
    state = _STATE.fullmatch(text)
    if state:
        word, percent, rest = state.groups()
        # A phantom (a mouse, an empty bay): 0 % is what the command prints for no value.
        phantom = int(percent) == 0 and rest == _NO_RATE
        return {"status": word} if phantom else {"present": True, "status": word, "charge_percent": int(percent)}
    return {"status": text} if _BARE_STATE.fullmatch(text) else {}
