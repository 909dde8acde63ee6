"""A supplier's list of one delivery: CSV with a header, read strictly. Pure; the bytes are hostile.

    pallet,carton,serial,model
    340123450000000017,003401234500004471,PF1A2B3C,ThinkPad L13

Columns `carton` and/or `serial`, and where there are any `pallet` and `model`; in any order, apart by comma, semicolon
or tabulator. A row with a carton and a serial says which laptop is in which carton; one with a carton alone, that it
comes. Every fault is named with its row, and a list with one fault is not taken.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable
from typing import Final

from specs.identifiers import BadIdentifier, Serial
from specs.text import clean
from station.receiving import wording
from station.receiving.codes import BadCode, carton_code, is_rounded
from station.receiving.errors import DeliveryRefused
from station.store.receipt import Expected, Kind

__all__ = ["LARGEST_FILE", "LONGEST_MODEL", "MOST_ROWS", "parse_list"]

LARGEST_FILE: Final = 16 * 2**20
"""Bytes: 50,000 rows of 300, three times what a row with all four columns has."""
MOST_ROWS: Final = 50_000
"""Rows below the header. The department's largest delivery is a few thousand laptops; a fault of an export is more."""
LONGEST_MODEL: Final = 80
_MOST_NAMED: Final = 20
_COLUMNS: Final = ("carton", "serial", "pallet", "model")
_SEPARATORS: Final = ",;\t"
_LONGEST_FIELD: Final = 256
"""Characters; the longest that means anything is a model's name."""


def parse_list(data: bytes, name: str) -> tuple[Expected, ...]:
    """What the list advises: pallets, cartons and laptops, each once, every parent among them.

    `name` is the file's, for the sentences. Raises `DeliveryRefused`: a line for each fault, the first twenty of them.
    """
    try:
        columns, lines = _rows(_text(data))
    except _Unusable as unusable:
        raise DeliveryRefused(wording.file_refused(name, str(unusable))) from unusable
    reading = _Reading()
    for number, fields in lines:
        if len(fields) != len(columns):
            reading.faults.append((number, wording.wrong_fields(len(fields), len(columns))))
            continue
        reading.row(number, dict(zip(columns, fields, strict=True)))
    if reading.faults:
        named = [wording.row_fault(number, problem) for number, problem in reading.faults[:_MOST_NAMED]]
        raise DeliveryRefused(wording.list_faults(name, named, len(reading.faults) - len(named)))
    return tuple(one for one, _ in reading.known.values())


class _Unusable(Exception):
    """The file as a whole; the message stands after its name."""


def _text(data: bytes) -> str:
    if not data.strip():
        raise _Unusable(wording.EMPTY)
    if b"\0" in data:
        raise _Unusable(wording.ZERO_BYTES)
    try:
        return data.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as error:
        raise _Unusable(wording.NOT_UTF8) from error


def _rows(text: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The columns' names, and the rows that hold anything, with their places in the file (the header is row 1)."""
    head = text.lstrip("\r\n ").partition("\n")[0]
    # The one that takes the header apart; a list with one column has none.
    separator = max(_SEPARATORS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    columns: list[str] = []
    rows: list[tuple[int, list[str]]] = []
    try:
        for number, fields in enumerate(reader, 1):
            if not any(field.strip() for field in fields):
                continue
            if not columns:
                columns = _header([field.strip() for field in fields])
                continue
            if len(rows) == MOST_ROWS:
                raise _Unusable(wording.too_many_rows(MOST_ROWS))
            rows.append((number, fields))
    except csv.Error as error:
        raise _Unusable(wording.BAD_CSV.format(why=f"{clean(str(error), 80)} (line {reader.line_num})")) from error
    if not columns:
        raise _Unusable(wording.NO_HEADER)
    if not rows:
        raise _Unusable(wording.NO_ROWS)
    return columns, rows


def _header(fields: list[str]) -> list[str]:
    columns = [field.lower() for field in fields]
    if not {"carton", "serial"} & set(columns):
        raise _Unusable(wording.no_codes_column(fields))
    if unknown := [field for field in fields if field.lower() not in _COLUMNS]:
        raise _Unusable(wording.unknown_columns(unknown))
    if twice := sorted({column for column in columns if columns.count(column) > 1}):
        raise _Unusable(wording.columns_twice(twice))
    return columns


class _Reading:
    """What the rows have said so far: each code with the row that named it first, and the faults."""

    def __init__(self) -> None:
        self.known: dict[str, tuple[Expected, int]] = {}
        self.faults: list[tuple[int, str]] = []
        # Cartons that stand in a row without a serial: in no other.
        self._alone: set[str] = set()

    def row(self, number: int, fields: dict[str, str]) -> None:
        """Takes one row in."""
        before = len(self.faults)
        pallet = self._code(number, "pallet", fields, carton_code)
        carton = self._code(number, "carton", fields, carton_code)
        serial = self._code(number, "serial", fields, _serial)
        model = fields.get("model", "").strip()
        if clean(model, LONGEST_MODEL) != " ".join(model.split()):
            self._fault(number, wording.bad_value("model", model, wording.UNREADABLE_MODEL))
        if len(self.faults) > before:
            return
        named = [code for code in (pallet, carton, serial) if code]
        if not (carton or serial):
            self._fault(number, wording.NOTHING_TOLD)
        elif len(set(named)) < len(named):
            self._fault(number, wording.another_use(max(named, key=named.count)))
        else:
            self._things(number, pallet, carton, serial, clean(model, LONGEST_MODEL))

    def _things(self, number: int, pallet: str, carton: str, serial: str, model: str) -> None:
        if pallet:
            self._shared(number, Expected(pallet, Kind.PALLET))
        if carton:
            alone = not serial
            seen = self.known.get(carton)
            if seen is not None and seen[0].kind is Kind.CARTON and (alone or carton in self._alone):
                self._fault(number, wording.CARTON_NAMED_BEFORE.format(code=carton, row=seen[1]))
                return
            self._shared(number, Expected(carton, Kind.CARTON, pallet, model if alone else ""))
            if alone:
                self._alone.add(carton)
        if serial:
            seen = self.known.get(serial)
            if seen is None:
                self.known[serial] = (Expected(serial, Kind.LAPTOP, carton or pallet, model), number)
            elif seen[0].kind is Kind.LAPTOP:
                self._fault(number, wording.serial_twice(serial, seen[1]))
            else:
                self._fault(number, wording.another_carton(serial, seen[0].kind, seen[1]))

    def _shared(self, number: int, one: Expected) -> None:
        """A pallet or a carton, which several rows may name."""
        seen = self.known.setdefault(one.code, (one, number))
        if seen[0].kind is not one.kind:
            self._fault(number, wording.another_carton(one.code, seen[0].kind, seen[1]))
        elif seen[0].parent != one.parent:
            self._fault(number, wording.another_pallet(one.code, seen[0].parent, seen[1]))

    def _code(self, number: int, column: str, fields: dict[str, str], read: Callable[[str], str]) -> str:
        text = fields.get(column, "")
        if not text.strip():
            return ""
        try:
            if len(text) > _LONGEST_FIELD:
                raise BadCode(wording.too_long(len(text)))
            return read(text)
        except BadCode as error:
            self._fault(number, wording.bad_value(column, text, str(error)))
            return ""

    def _fault(self, number: int, problem: str) -> None:
        self.faults.append((number, problem))


def _serial(text: str) -> str:
    if is_rounded(text):
        raise BadCode(wording.ROUNDED)
    try:
        return Serial.from_scan(text).text
    except BadIdentifier as error:
        raise BadCode(wording.no_serial(str(error))) from error
