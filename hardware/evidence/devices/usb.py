"""The `usb` item: the ports on the root hubs. A USB 3 socket counts twice, once for each speed's root hub."""

from __future__ import annotations

import re
from typing import Final

from hardware.evidence.decoding import as_int
from hardware.evidence.leaves import absent
from hardware.evidence.tree import read_tree
from specs.facts import Facts, Known, Usb

__all__ = ["read_usb"]

_ROOT: Final = "/sys/bus/usb/devices"
_ROOT_HUB: Final = re.compile(r"usb\d{1,3}", re.ASCII)
_MOST_PORTS: Final = 255


def read_usb(data: bytes, item: str) -> Facts:
    """Ports on all root hubs. Raises `EvidenceError` where the item is no tree."""
    tree = read_tree(data)
    gone = tree.refused(_ROOT, "the list of USB devices", item)
    if gone is not None:
        return Facts(usb=Usb(ports=gone))
    hubs = [name for name in tree.names(_ROOT) if _ROOT_HUB.fullmatch(name)]
    counts = [as_int(tree.text(f"{_ROOT}/{name}/maxchild")) for name in hubs]
    known = [count for count in counts if count is not None and count <= _MOST_PORTS]
    if len(known) < len(hubs):
        return Facts(usb=Usb(ports=absent("a USB root hub does not say how many ports it has", item)))
    return Facts(usb=Usb(ports=Known(sum(known), (item,))))
