"""The `battery` item: the kernel's power supplies, as a tree of attributes or as the text of their uevent files.

SMBIOS's type 22 is not used: a third of its capacities are wrong (quirks.md section 2). upower's numbers depend on
the locale and on its own rounding; the kernel's do not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from hardware.evidence.decoding import as_int, decode_text
from hardware.evidence.errors import EvidenceError
from hardware.evidence.leaves import absent, number_fact, text_fact
from hardware.evidence.tree import Tree, read_tree
from specs.facts import Battery, Fact, Known, Unknown
from specs.text import clean

__all__ = ["read_battery"]

_PREFIX: Final = "POWER_SUPPLY_"
_ROOT: Final = "/sys/class/power_supply"
# Mice, keyboards and pens of drivers that do not say scope=Device (quirks.md no. 20).
_PERIPHERALS: Final = ("hidpp", "hid-", "wacom", "sony", "apple_", "magicmouse", "steelseries", "ps-controller")

_Supply = Mapping[str, str]


def read_battery(data: bytes, item: str) -> tuple[Battery, ...] | Unknown:
    """The laptop's batteries, by name; none is known absence.

    Raises `EvidenceError` where the bytes are neither tree nor uevent text.
    """
    if data.lstrip()[:1] == b"{":
        tree = read_tree(data)
        gone = tree.refused(_ROOT, "the list of batteries", item)
        if gone is not None:
            return gone
        supplies = _from_tree(tree)
    else:
        supplies = _from_uevents(data)
    batteries = [supply for supply in supplies if _is_battery(supply)]
    return tuple(_battery(supply, item) for supply in sorted(batteries, key=lambda supply: supply["NAME"])[:16])


def _from_tree(tree: Tree) -> list[_Supply]:
    supplies: list[_Supply] = []
    for name in tree.names(_ROOT):
        here = f"{_ROOT}/{name}"
        supply = _properties(tree.text(f"{here}/uevent") or "")
        for file in tree.names(here):
            text = tree.text(f"{here}/{file}")
            if text is not None:
                supply.setdefault(file.upper(), text)
        supplies.append({**supply, "NAME": name})
    return supplies


def _from_uevents(data: bytes) -> list[_Supply]:
    """One supply for each block that begins with POWER_SUPPLY_NAME."""
    supplies: list[_Supply] = []
    for block in f"\n{decode_text(data)}".replace("\r", "").split(f"\n{_PREFIX}NAME=")[1:]:
        name, _, rest = block.partition("\n")
        supplies.append({**_properties(rest), "NAME": name.strip()})
    if not supplies:
        raise EvidenceError("the text is not that of power supply uevent files (no POWER_SUPPLY_NAME)")
    return supplies


def _properties(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in text.splitlines():
        key, equals, value = line.strip().partition("=")
        if equals and key.startswith(_PREFIX):
            found.setdefault(key.removeprefix(_PREFIX), value.strip())
    return found


def _is_battery(supply: _Supply) -> bool:
    if supply.get("SCOPE", "System") == "Device" or supply["NAME"].lower().startswith(_PERIPHERALS):
        return False
    kind = supply.get("TYPE")
    if kind is not None:
        return kind == "Battery"
    # A uevent of an old kernel has no type; a charger has ONLINE and no technology.
    return "TECHNOLOGY" in supply or "CHARGE_FULL_DESIGN" in supply or "ENERGY_FULL_DESIGN" in supply


def _battery(supply: _Supply, item: str) -> Battery:
    name = clean(supply["NAME"], 32)
    present = {"0": False, "1": True}.get(supply.get("PRESENT", ""))
    if present is False:
        empty = absent("there is no battery in the bay", item)
        return Battery(name, Known(False, (item,)), **dict.fromkeys(Battery.__struct_fields__[2:], empty))
    design, full = _energy(supply, "FULL_DESIGN", item), _energy(supply, "FULL", item)
    return Battery(
        name=name,
        present=Known(True, (item,)) if present else absent("the battery does not say whether it is there", item),
        design_wh=design,
        full_wh=full,
        # 0 is what firmware says that does not count (quirks.md no. 18).
        cycles=number_fact(as_int(supply.get("CYCLE_COUNT")), "the count of charge cycles", item, at_least=1),
        health_percent=_health(supply, item),
        status=text_fact(supply.get("STATUS"), "the battery's state", item),
        chemistry=text_fact(supply.get("TECHNOLOGY"), "the battery's chemistry", item),
        model=text_fact(supply.get("MODEL_NAME"), "the battery's model", item),
        serial=text_fact(supply.get("SERIAL_NUMBER"), "the battery's serial", item),
        manufacturer=text_fact(supply.get("MANUFACTURER"), "the battery's maker", item),
        charge_percent=number_fact(as_int(supply.get("CAPACITY")), "how full the battery is", item),
    )


def _energy(supply: _Supply, which: str, item: str) -> Fact[float]:
    """Watt-hours: the energy, else the charge times the design's lowest voltage (never the voltage of the moment)."""
    energy = as_int(supply.get(f"ENERGY_{which}"))
    if energy:
        return Known(round(energy / 1e6, 3), (item,))
    charge, voltage = as_int(supply.get(f"CHARGE_{which}")), as_int(supply.get("VOLTAGE_MIN_DESIGN"))
    word = "design" if which == "FULL_DESIGN" else "full"
    if charge and voltage:
        return Known(round(charge * voltage / 1e12, 3), (item,))
    if charge:
        return absent(f"the battery gives its {word} charge but no design voltage", item)
    return absent(f"the battery does not give its {word} capacity", item)


def _health(supply: _Supply, item: str) -> Fact[float]:
    for unit in ("ENERGY", "CHARGE"):
        design, full = as_int(supply.get(f"{unit}_FULL_DESIGN")), as_int(supply.get(f"{unit}_FULL"))
        if design and full:
            return Known(round(full / design * 100, 1), (item,))
    return Unknown("the battery does not give both its full and its design capacity", (item,), "absent")
