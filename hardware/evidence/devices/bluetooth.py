"""The `bluetooth` and `rfkill` items: the Bluetooth controllers that the kernel drives."""

from __future__ import annotations

import re
from typing import Final

from hardware.evidence.leaves import absent
from hardware.evidence.tree import read_tree
from specs.facts import Bluetooth, Fact, Known
from specs.text import clean

__all__ = ["read_bluetooth", "read_rfkill"]

_CONTROLLER: Final = re.compile(r"hci\d{1,3}", re.ASCII)
_ADDRESS: Final = re.compile(r"[0-9a-f]{2}(?::[0-9a-f]{2}){5}", re.ASCII)


def read_bluetooth(data: bytes, item: str) -> Fact[tuple[Bluetooth, ...]]:
    """The controllers in /sys/class/bluetooth (its connections are not). Raises `EvidenceError` for no tree."""
    tree = read_tree(data)
    root = "/sys/class/bluetooth"
    gone = tree.refused(root, "the list of Bluetooth controllers", item)
    if gone is not None:
        return gone
    found = []
    for name in sorted(tree.names(root)):
        if _CONTROLLER.fullmatch(name):
            address = (tree.text(f"{root}/{name}/address") or "").lower()
            good = _ADDRESS.fullmatch(address) and address.strip("0:")
            why = absent("the kernel shows no address of the controller", item)
            found.append(Bluetooth(name, Known(address, (item,)) if good else why))
    return Known(tuple(found), (item,))


def read_rfkill(data: bytes, item: str) -> Fact[tuple[Bluetooth, ...]]:
    """The controllers that have a radio switch. None is not known absence: a controller need not have one."""
    tree = read_tree(data)
    root = "/sys/class/rfkill"
    names = [
        tree.text(f"{root}/{switch}/name") or switch
        for switch in tree.names(root)
        if tree.text(f"{root}/{switch}/type") == "bluetooth"
    ]
    if not names:
        return absent("no Bluetooth radio has a switch", item)
    why = absent("a radio switch has no address", item)
    return Known(tuple(Bluetooth(clean(name, 32), why) for name in sorted(names)), (item,))
