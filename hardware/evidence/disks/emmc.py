"""An `emmc-NAME` item: what an eMMC says of its wear. No inventory agent reads it (quirks.md section 5).

JEDEC JESD84-B51: DEVICE_LIFE_TIME_EST in steps of 10 % (1 is 0-10 %, 11 is past its life, 0 is not defined) for two
kinds of cells, PRE_EOL_INFO by the spare blocks left. The three are estimates of their own: life can be exceeded while
the pre-end-of-life state is still "normal" (quirks.md no. 26), so whoever judges takes the worst of them.

Read are a tree of /sys/block/NAME/device, the text of those two attributes, and what `mmc extcsd read` prints in the
wordings of its branches: "Life Time Estimation A [EXT_CSD_DEVICE_LIFE_TIME_EST_TYP_A]: 0x02", "Device life time
estimation type A [DEVICE_LIFE_TIME_EST_TYP_A: 0x02]", with or without the brackets, hexadecimal or decimal.
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
_MOST_LINES: Final = 50_000
"""`mmc extcsd read` prints some 200."""

_LIFE_LINE: Final = re.compile(
    r"life[ _]?time[ _]?est(?:imation)?(?:[ _]typ(?:e)?)?[ _]([ab])\b", re.IGNORECASE | re.ASCII
)
_STATE_LINE: Final = re.compile(r"pre[ _]eol[ _]info", re.IGNORECASE | re.ASCII)
_VALUE: Final = re.compile(r"[:=] ?(0[xX][0-9A-Fa-f]{1,4}|\d{1,4})\b", re.ASCII)
_PAIR: Final = re.compile(
    r"\blife_time\W{1,8}(0x[0-9A-Fa-f]{1,2})[ ,]{1,4}(0x[0-9A-Fa-f]{1,2})\b", re.IGNORECASE | re.ASCII
)
_WORDS: Final = re.compile(
    r"\s*(0x[0-9a-f]{1,2})\s+(0x[0-9a-f]{1,2})(?:\s+(0x[0-9a-f]{1,2}))?\s*", re.IGNORECASE | re.ASCII
)
_FILES: Final = ("life_time", "pre_eol_info")


def read_emmc(data: bytes, item: str) -> DiskHealth:
    """The wear facts. Raises `EvidenceError` where the bytes hold none, or those of several eMMCs."""
    if data[:1] == b"{":
        bands, state = _from_tree(read_tree(data), item.removeprefix("emmc-"))
    else:
        bands, state = _from_text(decode_text(data))
    first, second = (_band(band, kind, item) for band, kind in zip(bands, "AB", strict=True))
    defined = [fact.value for fact in (first, second) if isinstance(fact, Known)]
    return DiskHealth(
        life_used=Known(max(defined) * 10, (item,)) if defined else absent("the eMMC does not estimate its life", item),
        pre_eol=_state(state, item),
        life_time_a=first,
        life_time_b=second,
    )


_Bands = tuple[int | None, int | None]


def _from_tree(tree: Tree, name: str) -> tuple[_Bands, int | None]:
    texts = [path.rpartition("/") for path in tree.texts if path.endswith(tuple(f"/device/{file}" for file in _FILES))]
    folders = {folder for folder, _, _ in texts}
    here = f"/sys/block/{name}/device"
    if here not in folders:
        if len(folders) > 1:
            raise EvidenceError("the item holds the wear of several eMMCs")
        here = next(iter(folders), here)
    words = (tree.text(f"{here}/life_time") or "")[:64].split()
    first, second = (as_hex(word) for word in [*words, "", ""][:2])
    return (first, second), as_hex(tree.text(f"{here}/pre_eol_info"))


def _from_text(text: str) -> tuple[_Bands, int | None]:
    if match := _WORDS.fullmatch(text[:256]):
        return (as_hex(match.group(1)), as_hex(match.group(2))), as_hex(match.group(3))
    found: dict[str, int | None] = {}
    for line in text.splitlines()[:_MOST_LINES]:
        line = line[:256]
        if pair := _PAIR.search(line):
            _put(found, "a", as_hex(pair.group(1)))
            _put(found, "b", as_hex(pair.group(2)))
        if label := _LIFE_LINE.search(line):
            _put(found, label.group(1).lower(), _value(line, label.end()))
        elif label := _STATE_LINE.search(line):
            _put(found, "state", _value(line, label.end()))
    if not found:
        raise EvidenceError("the bytes hold no eMMC wear information")
    return (found.get("a"), found.get("b")), found.get("state")


def _put(found: dict[str, int | None], key: str, value: int | None) -> None:
    if value is None:
        return
    if found.setdefault(key, value) != value:
        raise EvidenceError("the item holds the wear of several eMMCs")


def _value(line: str, after: int) -> int | None:
    match = _VALUE.search(line, after)
    if match is None:
        return None
    number = match.group(1)
    return as_hex(number) if number[:2] in ("0x", "0X") else int(number)


def _band(band: int | None, kind: str, item: str) -> Fact[int]:
    if band is None or not 1 <= band <= _EXCEEDED:
        return absent(f"the eMMC does not estimate the life of its cells of type {kind}", item)
    return Known(band, (item,))


def _state(value: int | None, item: str) -> Fact[str]:
    state = _PRE_EOL.get(value or 0)
    return Known(state, (item,)) if state is not None else absent("the eMMC gives no pre-end-of-life state", item)
