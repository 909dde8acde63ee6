"""The `firmware-attributes` item: whether a firmware password is set, where the maker's driver shows it."""

from __future__ import annotations

import re
from typing import Final

from hardware.evidence.leaves import absent
from hardware.evidence.tree import Tree, read_tree
from specs.facts import Fact, Facts, Firmware, Known

__all__ = ["read_firmware_attributes"]

_ENABLED: Final = re.compile(
    r"(/sys/class/firmware-attributes/[^/]{1,128}/authentication/([^/]{1,128}))/is_enabled", re.ASCII
)
_ADMIN_NAMES: Final = ("admin", "setup password", "supervisor")


def read_firmware_attributes(data: bytes, item: str) -> Facts:
    """Whether an administrator password is set. Raises `EvidenceError` where the item is no tree."""
    return Facts(firmware=Firmware(admin_password=_admin_password(read_tree(data), item)))


def _admin_password(tree: Tree, item: str) -> Fact[bool]:
    states = []
    for path, text in tree.texts.items():
        match = _ENABLED.fullmatch(path)
        if match is None:
            continue
        # The kernel's ABI gives the role; drivers differ in the folder's name.
        role = (tree.text(f"{match.group(1)}/role") or "").lower()
        if role == "bios-admin" or (not role and match.group(2).lower() in _ADMIN_NAMES):
            states.append(text.strip())
    if "1" in states:
        return Known(True, (item,))
    if "0" in states:
        return Known(False, (item,))
    return absent("the kernel has no driver that shows this maker's firmware passwords", item)
