"""The batteries: the battery driver's classes (root\\wmi), else Win32_Battery and Win32_PortableBattery.

BatteryStaticData has the design capacity that the battery reports; Win32_Battery's is empty on modern laptops, and
Win32_PortableBattery is a second view of the same batteries out of SMBIOS (quirks.md no. 22), whose capacities are
wrong in a third of laptops (section 2): never used. Capacities in mWh.
"""

from __future__ import annotations

from typing import Final

from hardware.evidence.leaves import absent, number_fact, text_fact
from hardware.evidence.windows.rows import Row, Rows, flag_in, number_in, text_in
from specs.facts import Battery, Fact, Known
from specs.text import clean

__all__ = ["windows_batteries"]

_MOST_BATTERIES: Final = 16
_LARGEST_MWH: Final = 2_000_000
"""No laptop's battery holds two kilowatt-hours: 0xFFFFFFFF is what a battery says that does not know."""
_RELATIVE: Final = 0x4000_0000
"""Bit of BatteryStaticData.Capabilities: the capacities are not in mWh but parts of an unknown whole."""
_STATES: Final = {1: "Discharging", 3: "Full", 4: "Discharging", 5: "Discharging",
                  6: "Charging", 7: "Charging", 8: "Charging", 9: "Charging"}  # fmt: skip
_CHEMISTRIES: Final = {3: "Lead acid", 4: "NiCd", 5: "NiMH", 6: "Li-ion", 7: "Zinc air", 8: "Li-poly"}
_CODES: Final = {"lion": "Li-ion", "li-i": "Li-ion", "lip": "Li-poly", "lipo": "Li-poly", "nimh": "NiMH",
                 "nicd": "NiCd", "pbac": "Lead acid", "rame": "Alkaline"}  # fmt: skip


def windows_batteries(rows: Rows, item: str) -> Fact[tuple[Battery, ...]]:
    """The batteries, by the first of the classes that lists them."""
    generic = rows.all("Win32_Battery")
    if rows.all("BatteryStaticData"):
        listed = [row for row in rows.all("BatteryStaticData") if flag_in(row, "Active") is not False]
        found = [_static(rows, row, index, item) for index, row in enumerate(listed[:_MOST_BATTERIES])]
        return Known(tuple(found), (item,))
    if rows.asked("Win32_Battery"):
        found = [_generic(rows, row, index, item) for index, row in enumerate(generic[:_MOST_BATTERIES])]
        return Known(tuple(found), (item,))
    return absent("Windows was not asked for its batteries", item)


def _static(rows: Rows, row: Row, index: int, item: str) -> Battery:
    def of(cim: str) -> Row | None:
        return _same(rows, cim, row)

    relative = bool((number_in(row, "Capabilities") or 0) & _RELATIVE)
    design = None if relative else _mwh(row, "DesignedCapacity")
    full = None if relative else _mwh(of("BatteryFullChargedCapacity"), "FullChargedCapacity")
    status, generic = of("BatteryStatus"), _partner(rows, row)
    return Battery(
        name=clean(text_in(row, "DeviceName") or f"Battery{index}", 32),
        present=Known(True, (item,)),
        design_wh=_wh(design, "design", item),
        full_wh=_wh(full, "full", item),
        # 0 is what firmware says that does not count (quirks.md no. 18).
        cycles=number_fact(number_in(of("BatteryCycleCount"), "CycleCount"), "the count of charge cycles", item,
                           at_least=1),
        health_percent=_health(design, full, item),
        status=text_fact(_state(status, generic), "the battery's state", item),
        chemistry=text_fact(_code(row) or _chemistry(generic), "the battery's chemistry", item),
        model=text_fact(text_in(row, "DeviceName"), "the battery's model", item),
        serial=text_fact(text_in(row, "SerialNumber"), "the battery's serial", item),
        manufacturer=text_fact(text_in(row, "ManufactureName"), "the battery's maker", item),
        charge_percent=_charge(generic, _mwh(status, "RemainingCapacity"), full, item),
    )  # fmt: skip


def _generic(rows: Rows, row: Row, index: int, item: str) -> Battery:
    design, full = _mwh(row, "DesignCapacity"), _mwh(row, "FullChargeCapacity")
    alone = len(rows.all("Win32_Battery")) == 1
    if full is None and alone and len(rows.all("BatteryFullChargedCapacity")) == 1:
        full = _mwh(rows.first("BatteryFullChargedCapacity"), "FullChargedCapacity")
    cycles = rows.first("BatteryCycleCount") if alone and len(rows.all("BatteryCycleCount")) == 1 else None
    return Battery(
        name=clean(text_in(row, "Name") or f"Battery{index}", 32),
        present=Known(True, (item,)),
        design_wh=_wh(design, "design", item),
        full_wh=_wh(full, "full", item),
        cycles=number_fact(number_in(cycles, "CycleCount"), "the count of charge cycles", item, at_least=1),
        health_percent=_health(design, full, item),
        status=text_fact(_state(None, row), "the battery's state", item),
        chemistry=text_fact(_chemistry(row), "the battery's chemistry", item),
        model=text_fact(text_in(row, "Name"), "the battery's model", item),
        # DeviceID is serial, maker and name in one, in no fixed way.
        serial=absent("Win32_Battery gives no serial", item),
        manufacturer=absent("Win32_Battery gives no maker", item),
        charge_percent=_charge(row, None, None, item),
    )


def _same(rows: Rows, cim: str, row: Row) -> Row | None:
    """The row of another class about the same battery."""
    others, name = rows.all(cim), text_in(row, "InstanceName")
    if name is None:
        return others[0] if len(others) == len(rows.all("BatteryStaticData")) == 1 else None
    return next((other for other in others if text_in(other, "InstanceName") == name), None)


def _partner(rows: Rows, row: Row) -> Row | None:
    """The Win32_Battery of the same battery: by its id, or because there is only one."""
    others = rows.all("Win32_Battery")
    if len(others) == len(rows.all("BatteryStaticData")) == 1:
        return others[0]
    unique = clean(text_in(row, "UniqueID") or "")
    return next((other for other in others if unique and clean(text_in(other, "DeviceID") or "") == unique), None)


def _mwh(row: Row | None, name: str) -> int | None:
    number = number_in(row, name)
    return number if number and number <= _LARGEST_MWH else None


def _wh(mwh: int | None, word: str, item: str) -> Fact[float]:
    if mwh is None:
        return absent(f"Windows does not give the battery's {word} capacity", item)
    return Known(mwh / 1000, (item,))


# More than twice its design is a unit that was mixed up, as in power.record.
def _health(design: int | None, full: int | None, item: str) -> Fact[float]:
    if design and full and full <= 2 * design:
        return Known(round(full / design * 100, 1), (item,))
    return absent("Windows does not give both the battery's full and its design capacity", item)


def _charge(row: Row | None, remaining: int | None, full: int | None, item: str) -> Fact[int]:
    percent = number_in(row, "EstimatedChargeRemaining")
    if percent is None and remaining is not None and full is not None:
        percent = round(remaining / full * 100)
    return number_fact(percent if percent is not None and percent <= 100 else None, "how full the battery is", item)


def _state(status: Row | None, generic: Row | None) -> str | None:
    if flag_in(status, "Charging"):
        return "Charging"
    if flag_in(status, "Discharging"):
        return "Discharging"
    return _STATES.get(number_in(generic, "BatteryStatus") or 0)


def _chemistry(row: Row | None) -> str | None:
    return _CHEMISTRIES.get(number_in(row, "Chemistry") or 0)


def _code(row: Row) -> str | None:
    """BatteryStaticData's chemistry: four letters in a number."""
    number = number_in(row, "Chemistry")
    if not number or number >= 2**32:
        return None
    letters = number.to_bytes(4, "little").rstrip(b"\0 ").decode("ascii", errors="replace")
    return _CODES.get(letters.lower(), letters if letters.isalnum() and letters.isascii() else None)
