"""The bytes of an item made rows, in whichever way Windows was asked and its answer was kept.

JSON of our probe or of ConvertTo-Json; lists, tables and CSV of wmic and PowerShell; registry exports; systeminfo.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from hardware.evidence.decoding import decode_json
from hardware.evidence.errors import EvidenceError
from hardware.evidence.windows.classes import PROPERTIES, class_hint, class_of
from hardware.evidence.windows.computer_info import from_computer_info
from hardware.evidence.windows.dates import day_first_of
from hardware.evidence.windows.listing import Listed, listed_rows, single_spaced
from hardware.evidence.windows.reg import is_export, registry_values
from hardware.evidence.windows.rows import MOST_ROWS, Row, Rows
from hardware.evidence.windows.systeminfo import read_systeminfo, systeminfo_rows
from hardware.evidence.windows.tables import csv_rows, table_rows
from hardware.evidence.windows.words import lines_of, windows_text

__all__ = ["read_rows"]

_JSON_STARTS: Final = (b"{", b"[")
# BOM, blanks: what may stand before JSON.
_BEFORE_JSON: Final = b"\xef\xbb\xbf\xff\xfe \t\r\n\0"
_OTHER_KEYS: Final = frozenset(("registry", "Confirm-SecureBootUEFI"))


def read_rows(data: bytes, item: str) -> Rows:
    """What Windows said in `data`. `item` (an id, a file's name) is a hint at the class where a text names none.

    Raises `EvidenceError` where nothing in the bytes is a row or a registry value.
    """
    if data[:64].lstrip(_BEFORE_JSON).startswith(_JSON_STARTS):
        try:
            tree = decode_json(data)
        except EvidenceError:
            # Format-List of a list begins with a brace too, but only in the middle of a line.
            if data[:64].lstrip(_BEFORE_JSON).startswith(b"{"):
                raise
        else:
            return _from_json(tree, item)
    text = windows_text(data)
    if text[:64].lstrip().startswith("{"):
        return _from_json(decode_json(text.encode("utf-8", errors="replace")), item)
    if is_export(text):
        values = registry_values(lines_of(text), wide=not text[:256].lstrip().lower().startswith("regedit4"))
        if not values:
            raise EvidenceError("the registry export holds no value")
        return Rows({}, values)
    return _from_text(text, item)


def _from_json(tree: object, item: str) -> Rows:
    tree = _unwrapped(tree)
    hint = class_hint(item)
    if isinstance(tree, list):
        return _named([(row, hint) for row in tree[: 4 * MOST_ROWS] if isinstance(row, dict)])
    if not isinstance(tree, dict):
        raise EvidenceError("the JSON is not an object of CIM classes")
    if not tree or any(name in PROPERTIES or name in _OTHER_KEYS for name in tree):
        return _renamed(Rows.of(tree))
    if class_of(tree, hint) is not None:
        return _named([(tree, hint)])
    return _renamed(Rows.of(tree))


def _unwrapped(tree: object) -> object:
    """PowerShell 5.1 writes some arrays as {"value": [...], "Count": n}: these as arrays, down to a row's values."""
    tree = _bare(tree)
    if isinstance(tree, list):
        return [_bare_row(row) for row in tree]
    return {name: _bare_rows(value) for name, value in tree.items()} if isinstance(tree, dict) else tree


def _bare(value: object) -> object:
    if isinstance(value, dict) and len(value) == 2 and isinstance(value.get("value"), list) and "Count" in value:
        return value["value"]
    return value


def _bare_rows(value: object) -> object:
    value = _bare(value)
    return [_bare_row(row) for row in value] if isinstance(value, list) else _bare_row(value)


def _bare_row(row: object) -> object:
    return {name: _bare(value) for name, value in row.items()} if isinstance(row, dict) else row


def _renamed(rows: Rows) -> Rows:
    """Classes under the name of the command that listed them ("Get-PhysicalDisk") under their own."""
    classes: dict[str, list[Row]] = {}
    for name, found in rows.classes.items():
        known = name if name in PROPERTIES or name in _OTHER_KEYS else class_hint(name) or name
        classes.setdefault(known, []).extend(found)
    return _with_computer_info(Rows(classes, rows.values, whole=rows.whole, day_first=_day_first(classes)))


def _from_text(text: str, item: str) -> Rows:
    lines = single_spaced(text)
    said = read_systeminfo(lines)
    if said is not None:
        rows = systeminfo_rows(said)
        return Rows(rows, {}, day_first=_day_first(rows))
    hint = class_hint(item)
    listed = csv_rows(lines, hint)
    if listed is None:
        listed = [*listed_rows(lines), *table_rows(lines)]
    listed = [(row, spoken or hint) for row, spoken in listed]
    return _named(listed)


def _named(listed: Listed) -> Rows:
    classes: dict[str, list[Row]] = {}
    for row, hint in listed:
        name = class_of(row, hint)
        if name is not None and len(kept := classes.setdefault(name, [])) < MOST_ROWS:
            kept.append(row)
    if not classes:
        raise EvidenceError("nothing in the item is known from Windows")
    return _with_computer_info(Rows(classes, {}, day_first=_day_first(classes)))


def _day_first(classes: Mapping[str, list[Row]]) -> bool | None:
    return day_first_of(
        value for rows in classes.values() for row in rows for value in row.values() if isinstance(value, str)
    )


def _with_computer_info(rows: Rows) -> Rows:
    """The rows, with those that Get-ComputerInfo put together from several classes under these again."""
    told = rows.first("Get-ComputerInfo")
    if told is None:
        return rows
    classes, values = from_computer_info(told)
    return Rows({**classes, **rows.classes}, {**values, **rows.values}, whole=rows.whole, day_first=rows.day_first)
