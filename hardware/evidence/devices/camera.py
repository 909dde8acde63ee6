"""The `camera` item, video4linux: cameras, not nodes. One camera has two to four nodes, for pictures and metadata."""

from __future__ import annotations

from hardware.evidence.leaves import text_fact
from hardware.evidence.tree import read_tree
from specs.facts import Camera, Fact, Known
from specs.text import clean

__all__ = ["read_camera"]

_ROOT = "/sys/class/video4linux"


def read_camera(data: bytes, item: str) -> Fact[tuple[Camera, ...]]:
    """The cameras, each by its first node. Raises `EvidenceError` where the item is no tree."""
    tree = read_tree(data)
    gone = tree.refused(_ROOT, "the list of cameras", item)
    if gone is not None:
        return gone
    found: dict[str, Camera] = {}
    for node in sorted(tree.names(_ROOT), key=lambda name: (len(name), name)):
        name = tree.text(f"{_ROOT}/{node}/name")
        if not node.startswith("video"):
            continue
        # Nodes of one camera share the device behind them.
        device = tree.link(f"{_ROOT}/{node}/device") or name or node
        found.setdefault(device, Camera(clean(node, 32), text_fact(name, "the camera's name", item)))
    return Known(tuple(found.values()), (item,))
