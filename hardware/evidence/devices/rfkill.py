"""The radio switches: the `rfkill` item, or what `rfkill list`, `rfkill` and `rfkill -J` print.

A switch named hciN is a controller's own; others of type bluetooth are the platform's (tpacpi_bluetooth_sw) and say
only that a radio is fitted, so they count where no controller has one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from hardware.evidence.decoding import decode_json, decode_text, dig, text_of
from hardware.evidence.errors import EvidenceError
from hardware.evidence.leaves import absent
from hardware.evidence.tree import Tree, read_tree
from specs.facts import Bluetooth, Fact, Known
from specs.text import clean

__all__ = ["read_rfkill"]

_ROOT: Final = "/sys/class/rfkill"
_MOST_SWITCHES: Final = 256
_CONTROLLER: Final = re.compile(r"hci\d{1,3}", re.ASCII)
_LISTED: Final = re.compile(r"\d{1,4}: (\S{1,64}): ([A-Za-z][A-Za-z -]{0,30})\s*", re.ASCII)
_ROW: Final = re.compile(r"\s{0,8}\d{1,4}\s{1,8}([a-z]{1,16})\s{1,16}(\S{1,64})\s{1,32}(?:un)?blocked\b", re.ASCII)

_Switch = tuple[str, str]


def read_rfkill(data: bytes, item: str) -> Fact[tuple[Bluetooth, ...]]:
    """The Bluetooth controllers that have a radio switch. None is not known absence: one need not have a switch.

    Raises `EvidenceError` where the item is none of the forms.
    """
    switches = list(_switches(data))[:_MOST_SWITCHES]
    names = sorted({clean(name, 32) for name, kind in switches if kind.lower() == "bluetooth"})
    names = [name for name in names if _CONTROLLER.fullmatch(name)] or names
    if not names:
        return absent("no Bluetooth radio has a switch", item)
    why = absent("a radio switch has no address", item)
    return Known(tuple(Bluetooth(name, why) for name in names[:16]), (item,))


def _switches(data: bytes) -> Iterator[_Switch]:
    if data.lstrip()[:1] != b"{":
        return _from_text(decode_text(data))
    if b"/sys/" in data or data.strip() == b"{}":
        return _from_tree(read_tree(data))
    return _from_json(data)


def _from_tree(tree: Tree) -> Iterator[_Switch]:
    for switch in tree.names(_ROOT):
        yield tree.text(f"{_ROOT}/{switch}/name") or switch, tree.text(f"{_ROOT}/{switch}/type") or ""


def _from_json(data: bytes) -> Iterator[_Switch]:
    value = decode_json(data)
    # util-linux 2.31 to 2.33 gave the list no name.
    rows = dig(value, "rfkilldevices")
    rows = rows if rows is not None else dig(value, "")
    if not isinstance(rows, list):
        raise EvidenceError("the JSON is not what rfkill -J prints")
    for row in rows[:_MOST_SWITCHES]:
        yield text_of(dig(row, "device")) or "", text_of(dig(row, "type")) or ""


def _from_text(text: str) -> Iterator[_Switch]:
    lines = text.splitlines()
    found = [(match.group(1), match.group(2).strip()) for line in lines if (match := _LISTED.fullmatch(line.rstrip()))]
    found += [(match.group(2), match.group(1)) for line in lines if (match := _ROW.match(line))]
    if not found:
        raise EvidenceError("the text is not what rfkill prints (it lists no switch)")
    yield from found
