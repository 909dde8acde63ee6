"""The `efi` item: whether the laptop started with UEFI, and two of its variables, SecureBoot and SetupMode."""

from __future__ import annotations

from typing import Final

from hardware.evidence.leaves import absent, unreadable
from hardware.evidence.tree import Tree, read_tree
from specs.facts import Fact, Facts, Firmware, Known

__all__ = ["read_efi"]

_ROOT: Final = "/sys/firmware/efi"
_GLOBAL: Final = "8be4df61-93ca-11d2-aa0d-00e098032b8c"
"""UEFI's EFI_GLOBAL_VARIABLE."""


def read_efi(data: bytes, item: str) -> Facts:
    """The firmware's boot facts. Raises `EvidenceError` where the item is no tree or says nothing of UEFI.

    A laptop that started the old way (BIOS, CSM) has no Secure Boot: that is known, not unknown.
    """
    tree = read_tree(data)
    error = tree.error(_ROOT)
    if error == "ENOENT":
        no = Known(False, (item,))
        return Facts(
            firmware=Firmware(uefi=no, secure_boot=no, setup_mode=absent("a BIOS start has no setup mode", item))
        )
    if error is not None or not tree.has(_ROOT):
        why = unreadable(f"how the laptop started could not be read ({error or 'nothing recorded'})", item)
        return Facts(firmware=Firmware(uefi=why, secure_boot=why, setup_mode=why))
    return Facts(
        firmware=Firmware(
            uefi=Known(True, (item,)),
            secure_boot=_variable(tree, "SecureBoot", item),
            setup_mode=_variable(tree, "SetupMode", item),
        )
    )


def _variable(tree: Tree, name: str, item: str) -> Fact[bool]:
    ending = f"/{name}-{_GLOBAL}"
    for path, error in tree.errors.items():
        if path.endswith(ending) and error != "ENOENT":
            return unreadable(f"the UEFI variable {name} could not be read ({error}); run the probe as root", item)
    for path in (*tree.bytes, *tree.texts):
        if path.endswith(ending):
            # efivarfs: four bytes of attributes, then the value. Six zero bytes are text to the probe.
            content = tree.bytes[path] if path in tree.bytes else tree.texts[path].encode()
            if len(content) == 5 and content[4] in (0, 1):
                return Known(content[4] == 1, (item,))
            return unreadable(f"the UEFI variable {name} is not one byte of 0 or 1", item)
    return absent(f"the firmware has no variable {name}", item)
