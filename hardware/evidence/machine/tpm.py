"""The `tpm` item, /sys/class/tpm: whether there is a TPM that the kernel drives, and of which version."""

from __future__ import annotations

import re
from typing import Final

from hardware.evidence.decoding import as_hex
from hardware.evidence.leaves import absent, text_fact
from hardware.evidence.merge import spread
from hardware.evidence.tree import Tree, read_tree
from specs.facts import Fact, Facts, Known, Tpm

__all__ = ["read_tpm"]

_ROOT: Final = "/sys/class/tpm"
_MAKER: Final = re.compile(r"Manufacturer: (0x[0-9A-Fa-f]{1,8})", re.ASCII)


def read_tpm(data: bytes, item: str) -> Facts:
    """The TPM facts; a class that was listed and is empty is known absence. Raises `EvidenceError` for no tree."""
    tree = read_tree(data)
    gone = tree.refused(_ROOT, "the TPM", item)
    if gone is not None:
        return spread(("tpm",), gone)
    names = [name for name in sorted(tree.names(_ROOT)) if not name.startswith("tpmrm")]
    if not names:
        none = absent("there is no TPM", item)
        return Facts(tpm=Tpm(Known(False, (item,)), none, none))
    here = f"{_ROOT}/{names[0]}"
    return Facts(tpm=Tpm(Known(True, (item,)), _version(tree, here, item), _maker(tree, here, item)))


def _version(tree: Tree, here: str, item: str) -> Fact[str]:
    # The kernel says it itself since 5.6; before, a 1.2 shows its capabilities and ACPI names a 2.0.
    version = {"2": "2.0", "1": "1.2"}.get(tree.text(f"{here}/tpm_version_major") or "")
    caps = tree.text(f"{here}/caps") or tree.text(f"{here}/device/caps") or ""
    described = tree.text(f"{here}/device/description") or ""
    if version is None and ("TPM 2.0" in described or "MSFT0101" in (tree.text(f"{here}/device/uevent") or "")):
        version = "2.0"
    if version is None and ("TCG version: 1.2" in caps or "TPM 1.2" in described):
        version = "1.2"
    return Known(version, (item,)) if version else absent("the kernel does not say which version the TPM has", item)


def _maker(tree: Tree, here: str, item: str) -> Fact[str]:
    match = _MAKER.search(tree.text(f"{here}/caps") or tree.text(f"{here}/device/caps") or "")
    number = as_hex(match.group(1)) if match else None
    if number is None:
        return absent("the kernel does not name the TPM's maker", item)
    return text_fact(number.to_bytes(4, "big").rstrip(b"\0").decode("ascii", "replace"), "the TPM's maker", item)
