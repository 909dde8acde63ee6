"""The ids and drivers of devices on PCI, USB and SDIO, as sysfs shows them: the same for network and graphics."""

from __future__ import annotations

import re
from typing import Final

from hardware.evidence.leaves import absent
from hardware.evidence.tree import Tree
from specs.facts import Fact, Known
from specs.text import clean

__all__ = ["bus_ids", "driver_of", "properties"]

_ID: Final = re.compile(r"(?:0x)?([0-9A-Fa-f]{4})", re.ASCII)
_PRODUCT: Final = re.compile(r"([0-9A-Fa-f]{1,4})[:/]([0-9A-Fa-f]{1,4})(?:/.*)?", re.ASCII)


def properties(text: str | None) -> dict[str, str]:
    """The KEY=value lines of a uevent file."""
    found: dict[str, str] = {}
    for line in (text or "").splitlines():
        key, equals, value = line.strip().partition("=")
        if equals:
            found.setdefault(key, value)
    return found


def bus_ids(tree: Tree, device: str, item: str) -> tuple[Fact[str], Fact[str]]:
    """Vendor and device id, four lower-case hex digits each, of the device whose sysfs folder is `device`."""
    vendor = _ID.fullmatch(tree.text(f"{device}/vendor") or "")
    product = _ID.fullmatch(tree.text(f"{device}/device") or "")
    if vendor and product:
        return Known(vendor.group(1).lower(), (item,)), Known(product.group(1).lower(), (item,))
    uevent = properties(tree.text(f"{device}/uevent"))
    for key in ("PCI_ID", "SDIO_ID", "PRODUCT"):
        match = _PRODUCT.fullmatch(uevent.get(key, ""))
        if match:
            first, second = (number.lower().zfill(4) for number in match.groups())
            return Known(first, (item,)), Known(second, (item,))
    why = absent("the device's bus gives no ids", item)
    return why, why


def driver_of(tree: Tree, device: str, item: str) -> Fact[str]:
    """The kernel driver of the device whose sysfs folder is `device`."""
    name = tree.link_name(f"{device}/driver") or properties(tree.text(f"{device}/uevent")).get("DRIVER")
    return Known(clean(name, 64), (item,)) if name and clean(name, 64) else absent("the device has no driver", item)
