"""The `drm` item: the connectors of the graphics, which are in use, and the mode each prefers."""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

from hardware.evidence.tree import read_tree
from specs.facts import Unknown

__all__ = ["Connector", "read_drm", "short_name"]

_CARD: Final = re.compile(r"card\d+-", re.ASCII)
_MODE: Final = re.compile(r"(\d{2,5})x(\d{2,5})", re.ASCII)


class Connector(Struct, frozen=True):
    """One connector, by its name in /sys/class/drm ("card0-eDP-1"). `mode` is the first that it lists."""

    name: str
    connected: bool | None
    mode: tuple[int, int] | None


def short_name(name: str) -> str:
    """The connector's name without the card in front of it."""
    return _CARD.sub("", name, count=1)


def read_drm(data: bytes, item: str) -> tuple[Connector, ...] | Unknown:
    """All connectors. Raises `EvidenceError` where the item is no tree."""
    tree = read_tree(data)
    gone = tree.refused("/sys/class/drm", "the list of screens", item)
    if gone is not None:
        return gone
    found = []
    for name in sorted(tree.names("/sys/class/drm")):
        status = tree.text(f"/sys/class/drm/{name}/status")
        if _CARD.match(name) is None or status is None:
            continue
        match = _MODE.match(tree.text(f"/sys/class/drm/{name}/modes") or "")
        mode = (int(match.group(1)), int(match.group(2))) if match else None
        found.append(Connector(name, {"connected": True, "disconnected": False}.get(status), mode))
    return tuple(found)
