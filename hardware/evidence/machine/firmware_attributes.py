"""The `firmware-attributes` item: whether firmware passwords are set, where the maker's driver shows it."""

from __future__ import annotations

import re
from typing import Final

from hardware.evidence.leaves import absent, unreadable
from hardware.evidence.tree import read_tree
from specs.facts import Fact, Facts, Firmware, Known

__all__ = ["read_firmware_attributes"]

_ENABLED: Final = re.compile(
    r"(/sys/class/firmware-attributes/[^/]{1,128}/authentication/([^/]{1,128}))/is_enabled", re.ASCII
)
_ADMIN_NAMES: Final = ("admin", "setup password", "supervisor")


def read_firmware_attributes(data: bytes, item: str) -> Facts:
    """Whether an administrator's password and any other is set. Raises `EvidenceError` where the item is no tree."""
    tree = read_tree(data)
    admin: list[str | None] = []
    others: list[str | None] = []
    for path in (*tree.texts, *tree.errors):
        match = _ENABLED.fullmatch(path)
        if match is None or tree.error(path) == "ENOENT":
            continue
        # The kernel's ABI gives the role; drivers differ in the folder's name.
        role = (tree.text(f"{match.group(1)}/role") or "").lower()
        is_admin = role == "bios-admin" or (not role and match.group(2).lower() in _ADMIN_NAMES)
        (admin if is_admin else others).append(tree.text(path))
    return Facts(firmware=Firmware(admin_password=_password(admin, item), power_on_password=_password(others, item)))


def _password(states: list[str | None], item: str) -> Fact[bool]:
    """One that is set counts; None is a state that could not be read."""
    if "1" in states:
        return Known(True, (item,))
    if None in states:
        return unreadable("the state of a firmware password could not be read", item)
    if "0" in states:
        return Known(False, (item,))
    return absent("the kernel has no driver that shows this maker's firmware passwords", item)
