"""An `emmc-NAME` item: what an eMMC says of its wear. No inventory agent reads it (quirks.md section 5).

JEDEC JESD84-B51: DEVICE_LIFE_TIME_EST in steps of 10 % (0x01 is 0-10 %, 0x0B is past its life) for two kinds of
cells, PRE_EOL_INFO by the spare blocks left.
"""

from __future__ import annotations

import re
from typing import Final

from hardware.evidence.decoding import as_hex, decode_text
from hardware.evidence.errors import EvidenceError
from hardware.evidence.leaves import absent
from hardware.evidence.tree import Tree, read_tree
from specs.facts import DiskHealth, Fact, Known

__all__ = ["read_emmc"]

_PRE_EOL: Final = {1: "normal", 2: "warning", 3: "urgent"}
_EXCEEDED: Final = 0x0B
_EXTCSD: Final = re.compile(r"\[EXT_CSD_(DEVICE_LIFE_TIME_EST_TYP_[AB]|PRE_EOL_INFO)\]: (0x[0-9A-Fa-f]{1,2})", re.ASCII)


def read_emmc(data: bytes, item: str) -> DiskHealth:
    """The wear facts of a tree of /sys/block/NAME/device, or of the text of `mmc extcsd read`.

    Raises `EvidenceError` where the bytes are neither.
    """
    if data[:1] == b"{":
        tree = read_tree(data)
        life, pre_eol = _first(tree, "life_time"), _first(tree, "pre_eol_info")
    else:
        found = dict(_EXTCSD.findall(decode_text(data)))
        if not found:
            raise EvidenceError("the bytes hold no eMMC wear information")
        bands = (found.get(f"DEVICE_LIFE_TIME_EST_TYP_{kind}") for kind in "AB")
        life, pre_eol = " ".join(band for band in bands if band), found.get("PRE_EOL_INFO")
    return DiskHealth(life_used=_life(life, item), pre_eol=_state(pre_eol, item))


def _first(tree: Tree, file: str) -> str | None:
    return next((text.strip() for path, text in tree.texts.items() if path.endswith(f"/device/{file}")), None)


def _life(text: str | None, item: str) -> Fact[int]:
    """The upper end of the worse of the two bands, in per cent; 110 where the rated life is exceeded."""
    bands = [as_hex(word) for word in (text or "")[:64].split()]
    defined = [band for band in bands if band is not None and 1 <= band <= _EXCEEDED]
    if not defined:
        return absent("the eMMC does not estimate its life", item)
    return Known(max(defined) * 10, (item,))


def _state(text: str | None, item: str) -> Fact[str]:
    state = _PRE_EOL.get(as_hex(text) or 0)
    return Known(state, (item,)) if state is not None else absent("the eMMC gives no pre-end-of-life state", item)
