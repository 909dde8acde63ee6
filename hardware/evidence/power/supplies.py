"""The kernel's power supplies: sysfs as a tree of attributes, or the text of their uevent files.

Units are microwatt-hours, microampere-hours and microvolts (the kernel's Documentation/power/power_supply_class.rst).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from hardware.evidence.decoding import as_int
from hardware.evidence.errors import EvidenceError
from hardware.evidence.leaves import absent
from hardware.evidence.power.record import MOST_BATTERIES, BatteryRecord, charge_energy
from hardware.evidence.tree import Tree, read_tree
from specs.facts import Battery, Unknown

__all__ = ["supplies_in_tree", "supplies_in_uevents"]

_PREFIX: Final = "POWER_SUPPLY_"
_ROOT: Final = "/sys/class/power_supply"
_MOST_SUPPLIES: Final = 256
# Mice, keyboards and pens of drivers that do not say scope=Device (quirks.md no. 20).
_PERIPHERALS: Final = (
    "hidpp", "hid-", "wacom", "sony", "apple_", "magicmouse", "steelseries", "ps-controller", "nintendo", "xpad",
    "corsair", "razer", "wiimote", "dualshock", "gip",
)  # fmt: skip

_Supply = Mapping[str, str]


def supplies_in_tree(data: bytes, item: str) -> tuple[Battery, ...] | Unknown:
    """The laptop's batteries in a tree of /sys/class/power_supply, by name; none is known absence.

    Raises `EvidenceError` where the item is no tree.
    """
    tree = read_tree(data)
    gone = tree.refused(_ROOT, "the list of batteries", item)
    return gone if gone is not None else _batteries(_from_tree(tree), item)


def supplies_in_uevents(text: str, item: str) -> tuple[Battery, ...] | Unknown:
    """The laptop's batteries in the text of one or more uevent files, by name.

    A text without a battery proves nothing: it may be the charger's file alone.

    Raises `EvidenceError` where no line is a power supply's.
    """
    found = _batteries(_from_uevents(text), item)
    return found or absent("the text has no battery's uevent; it may be the charger's alone", item)


def _batteries(supplies: list[_Supply], item: str) -> tuple[Battery, ...]:
    batteries = sorted((supply for supply in supplies if _is_battery(supply)), key=lambda supply: supply["NAME"])
    return tuple(_record(supply).battery(item) for supply in batteries[:MOST_BATTERIES])


def _from_tree(tree: Tree) -> list[_Supply]:
    supplies: list[_Supply] = []
    for name in tree.names(_ROOT)[:_MOST_SUPPLIES]:
        here = f"{_ROOT}/{name}"
        supply = _properties(tree.text(f"{here}/uevent") or "")
        for file in tree.names(here):
            text = tree.text(f"{here}/{file}")
            # A blank line in uevent may stand for a value that the file has.
            if text is not None and not supply.get(file.upper()):
                supply[file.upper()] = text
        supplies.append({**supply, "NAME": name})
    return supplies


def _from_uevents(text: str) -> list[_Supply]:
    """The supplies, told apart by blank lines where each part has its name, else by the names.

    udev's listing sorts the keys, so that the name is not the first; `cat` puts no blank line between two files.
    """
    parts = [_properties(part) for part in text.replace("\r", "").split("\n\n")]
    supplies = [part for part in parts if part]
    if not supplies:
        raise EvidenceError("the text is not that of power supply uevent files (no POWER_SUPPLY_NAME)")
    if text.count(f"{_PREFIX}NAME=") != len(supplies) or not all("NAME" in supply for supply in supplies):
        supplies = _by_name(text)
    return [{**supply, "NAME": supply.get("NAME") or "battery"} for supply in supplies[:_MOST_SUPPLIES]]


def _by_name(text: str) -> list[dict[str, str]]:
    """One supply for each name; what comes before the first is the first's (its first line may not be copied)."""
    head, *rest = text.split(f"{_PREFIX}NAME=", _MOST_SUPPLIES)
    supplies = [{**_properties(more), "NAME": more.partition("\n")[0].strip()} for more in rest] or [{}]
    supplies[0] = {**_properties(head), **supplies[0]}
    return supplies


def _properties(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in text.splitlines():
        # udev's own listing puts "E: " before each.
        key, equals, value = line.strip().removeprefix("E: ").partition("=")
        if equals and key.startswith(_PREFIX):
            found.setdefault(key.removeprefix(_PREFIX), value.strip())
    return found


def _is_battery(supply: _Supply) -> bool:
    if supply.get("SCOPE", "System") == "Device" or supply["NAME"].lower().startswith(_PERIPHERALS):
        return False
    kind = supply.get("TYPE")
    if kind:
        return kind == "Battery"
    # A uevent of an old kernel has no type; a charger has ONLINE and no technology.
    return "TECHNOLOGY" in supply or "CHARGE_FULL_DESIGN" in supply or "ENERGY_FULL_DESIGN" in supply


def _record(supply: _Supply) -> BatteryRecord:
    charge = {which: as_int(supply.get(f"CHARGE_{which}")) for which in ("FULL_DESIGN", "FULL")}
    return BatteryRecord(
        name=supply["NAME"],
        present={"0": False, "1": True}.get(supply.get("PRESENT", "")),
        design_wh=_energy(supply, charge["FULL_DESIGN"], "FULL_DESIGN"),
        full_wh=_energy(supply, charge["FULL"], "FULL"),
        design_ah=(charge["FULL_DESIGN"] or 0) / 1e6,
        full_ah=(charge["FULL"] or 0) / 1e6,
        cycles=as_int(supply.get("CYCLE_COUNT")),
        charge_percent=as_int(supply.get("CAPACITY")),
        status=supply.get("STATUS"),
        chemistry=supply.get("TECHNOLOGY"),
        model=supply.get("MODEL_NAME"),
        serial=supply.get("SERIAL_NUMBER"),
        manufacturer=supply.get("MANUFACTURER"),
    )


def _energy(supply: _Supply, charge: int | None, which: str) -> float | None:
    """Watt-hours: the energy, else the charge times the design's lowest voltage."""
    energy = as_int(supply.get(f"ENERGY_{which}"))
    return energy / 1e6 if energy else charge_energy(charge, as_int(supply.get("VOLTAGE_MIN_DESIGN")))
