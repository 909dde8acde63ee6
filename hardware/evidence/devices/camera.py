"""The `camera` item, video4linux: cameras, not nodes. One camera has two to four nodes, for pictures and metadata.

Nodes without a camera are left out: what programs feed (v4l2loopback), and on ARM the video codecs, scalers and JPEG
units, which are told by their drivers' names.
"""

from __future__ import annotations

import re
from typing import Final

from hardware.evidence.leaves import text_fact
from hardware.evidence.tree import read_tree
from specs.facts import Camera, Fact, Known
from specs.text import clean

__all__ = ["read_camera"]

_ROOT: Final = "/sys/class/video4linux"
_MOST_CAMERAS: Final = 64
_NO_CAMERA: Final = re.compile(
    r"codec|venus|hantro|rkvdec|cedrus|-vpu|-(?:enc|dec)\b|jpe?g|\brga\b|\bmdp|scaler"
    r"|loopback|dummy video|virtual camera",
    re.IGNORECASE | re.ASCII,
)


def read_camera(data: bytes, item: str) -> Fact[tuple[Camera, ...]]:
    """The cameras, each by its first node. Raises `EvidenceError` where the item is no tree."""
    tree = read_tree(data)
    gone = tree.refused(_ROOT, "the list of cameras", item)
    if gone is not None:
        return gone
    found: dict[str, Camera] = {}
    for node in sorted(tree.names(_ROOT), key=lambda name: (len(name), name)):
        name = tree.text(f"{_ROOT}/{node}/name")
        if not node.startswith("video") or _NO_CAMERA.search((name or "")[:256]):
            continue
        if "/devices/virtual/" in (tree.link(f"{_ROOT}/{node}") or ""):
            continue
        # Nodes of one camera share the device behind them.
        device = tree.link(f"{_ROOT}/{node}/device") or name or node
        found.setdefault(device, Camera(clean(node, 32), text_fact(name, "the camera's name", item)))
    return Known(tuple(found.values())[:_MOST_CAMERAS], (item,))
