"""ISO 15434 envelopes with ANSI MH10.8.2 data identifiers: `[)>` RS `06` GS `1P...` GS `S...` RS EOT, taken apart.

Some printers add a `>`, leave out the header or the end, or lose a separator (department.md section 5.4): what can
still be told apart is read, and every defect is named. What the identifiers mean is for `structure`.
"""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

from hardware.scanners.grammar import wording

__all__ = ["Envelope", "Item", "read_envelope"]

GS: Final = "\x1d"
RS: Final = "\x1e"
EOT: Final = "\x04"
MOST_ITEMS: Final = 32
"""Fields of one envelope that are looked at; a label holds some ten. One with more is not read at all."""

_HEADER: Final = re.compile(r">?\[\)>+(\x1e?)>?")
_FORMAT: Final = re.compile(r"([0-9]{2})(?:\x1d|$)")
_ITEM: Final = re.compile(r"([0-9]{0,3}[A-Z])(.+)", re.DOTALL)


class Item(Struct, frozen=True):
    """One field: its data identifier ("S", "1P"; empty where it has none), and the text behind it."""

    identifier: str
    text: str


class Envelope(Struct, frozen=True):
    """What was in the envelope. `gs1` are its parts of format 05: GS1 element strings. `defects` are sentences.

    `ended` tells that the mark behind its last field is there, so that this field is whole.
    """

    items: tuple[Item, ...] = ()
    gs1: tuple[str, ...] = ()
    defects: tuple[str, ...] = ()
    ended: bool = True


def read_envelope(text: str) -> Envelope | None:
    """The envelope that `text` is; None where it is none. An envelope that cannot be told apart has no items."""
    defects: list[str] = []
    header = _HEADER.match(text)
    if header is not None:
        rest = text[header.end() :]
        if header[0].replace(RS, "") != "[)>":
            defects.append(wording.STRAY_SIGN)
        if not header[1]:
            defects.append(wording.NO_RECORD_MARK)
    elif GS in text:
        rest = text
        defects.append(wording.NO_HEADER)
    else:
        return None
    bare = rest.removesuffix(EOT)
    ended = bare != rest or bare.endswith(RS)
    if bare == rest or not bare.endswith(RS):
        defects.append(wording.NO_END)
    return _records(bare.removesuffix(RS), defects, headed=header is not None, ended=ended)


def _records(text: str, defects: list[str], *, headed: bool, ended: bool) -> Envelope | None:
    items: list[Item] = []
    gs1: list[str] = []
    for record in text.split(RS)[:MOST_ITEMS]:
        record_format = _FORMAT.match(record)
        if record_format is not None and record_format[1] == "05":
            gs1.append(record[record_format.end() :])
        elif record_format is not None and record_format[1] == "06":
            items += _items(record[record_format.end() :])
        elif record_format is None and GS in record:
            items += _items(record.removeprefix(GS))
            defects.append(wording.NO_FORMAT)
        elif record_format is None and record:
            # "[)>06S123": without separators nobody can tell where a field ends.
            defects.append(wording.NO_SEPARATORS)
    if not headed and (len(items) < 2 or not all(item.identifier for item in items)):
        # Without a header only its own fields can prove that it is one.
        return None
    if len(items) > MOST_ITEMS:
        return Envelope(defects=(*defects, wording.too_many_fields(MOST_ITEMS)))
    return Envelope(tuple(items), tuple(gs1), tuple(dict.fromkeys(defects)), ended)


def _items(record: str) -> list[Item]:
    return [
        Item(found[1], found[2]) if (found := _ITEM.fullmatch(field)) is not None else Item("", field)
        for field in record.split(GS, MOST_ITEMS + 1)
        if field
    ]
