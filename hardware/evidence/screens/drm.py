"""The `drm` item: the connectors of the graphics, which are in use, and the mode each prefers."""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

from hardware.evidence.tree import read_tree
from specs.facts import Unknown

__all__ = ["Connector", "built_in", "read_drm", "short_name"]

MOST_CONNECTORS: Final = 64
"""A laptop has about six on each of two graphics cards; a chain of DisplayPort monitors adds some."""

_CARD: Final = re.compile(r"card\d{1,3}-", re.ASCII)
_NAME: Final = re.compile(r"card\d{1,3}-[A-Za-z0-9]{1,24}(?:-[A-Za-z0-9]{1,8}){0,6}", re.ASCII)
_MODE: Final = re.compile(r"(\d{2,5})x(\d{2,5})", re.ASCII)
# What the kernel calls its connector types (drm_connector.c), and X the same without a dash ("LVDS1", "eDP-1-1").
_INTERNAL: Final = re.compile(r"(?:eDP|LVDS|DSI)(?:[-0-9].*)?", re.ASCII)
_EXTERNAL: Final = re.compile(
    r"(?:DP|DisplayPort|HDMI|DVI|VGA|TV|Composite|SVIDEO|Component|DIN|USB|Virtual|Writeback|CRT)(?:[-0-9].*)?",
    re.ASCII,
)


class Connector(Struct, frozen=True):
    """One connector, by its name in /sys/class/drm ("card0-eDP-1"). `mode` is the first that it lists."""

    name: str
    connected: bool | None
    mode: tuple[int, int] | None


def short_name(name: str) -> str:
    """The connector's name without the card in front of it."""
    return _CARD.sub("", name, count=1)


def built_in(name: str) -> bool | None:
    """Whether the screen on the connector is part of the laptop; None where the name does not say.

    `Unknown-1` is what the kernel has before the graphics' own driver: it may be any screen.
    """
    short = short_name(name)
    if _INTERNAL.fullmatch(short) is not None:
        return True
    return False if _EXTERNAL.fullmatch(short) is not None else None


def read_drm(data: bytes, item: str) -> tuple[Connector, ...] | Unknown:
    """All connectors. Raises `EvidenceError` where the item is no tree."""
    tree = read_tree(data)
    gone = tree.refused("/sys/class/drm", "the list of screens", item)
    if gone is not None:
        return gone
    found: list[Connector] = []
    for name in sorted(tree.names("/sys/class/drm")):
        status = tree.text(f"/sys/class/drm/{name}/status")
        if _NAME.fullmatch(name) is None or status is None or len(found) >= MOST_CONNECTORS:
            continue
        match = _MODE.match(tree.text(f"/sys/class/drm/{name}/modes") or "")
        mode = (int(match.group(1)), int(match.group(2))) if match else None
        found.append(Connector(name, {"connected": True, "disconnected": False}.get(status), mode))
    return tuple(found)
