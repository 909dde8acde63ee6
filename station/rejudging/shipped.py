"""What has shipped, from a list that somebody else keeps: the department's asset file, a courier's list, plain serials.

Until the station keeps its own ledger of what leaves, this is how a run learns which laptops a new profile would call
back.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Final

from specs.identifiers import BadIdentifier, Serial
from specs.text import clean
from station.rejudging.errors import RejudgeRefused

__all__ = ["read_shipped"]

LARGEST_LIST: Final = 64 * 2**20
"""Bytes. The whole programme's 500,000 laptops as a list of serials have some 6 MB; a day's asset file far less."""

# The asset file of winter 2021 has SerialNumber, the ServiceNow form serial_number (department.md 1.2 and 1.3).
_DELIMITERS: Final = (";", ",", "\t")
_COLUMNS: Final = ("serialnumber", "serial_number", "serial", "serial number")


def read_shipped(path: Path) -> frozenset[str]:
    """The serial numbers, case-folded, in a file: one in each line, or a CSV ("," or ";") with a column of serials.

    Raises `RejudgeRefused` where the file cannot be read or a line is no serial number: a list of which a part is
    not understood would call back too few.
    """
    name = clean(path.name, 80)
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_LIST + 1)
        text = data.decode("utf-8-sig")
    except OSError as error:
        reason = clean(error.strerror or "it is not there", 80)
        raise RejudgeRefused(f"{name} cannot be read ({reason}); name a list of serial numbers") from error
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise RejudgeRefused(f"{name}:{line}: is not UTF-8 text; save it as UTF-8") from error
    if len(data) > LARGEST_LIST:
        raise RejudgeRefused(f"{name} is larger than {LARGEST_LIST // 2**20} MiB; split the list")
    if not text.strip():
        raise RejudgeRefused(f"{name} is empty; name a list of serial numbers")
    first = text.lstrip().splitlines()[0]
    delimiter = next((one for one in _DELIMITERS if one in first), None)
    serials = _from_table(text, delimiter, name) if delimiter else _from_lines(text, name)
    if not serials:
        raise RejudgeRefused(f"{name} holds no serial number under its header; name the whole list")
    return serials


def _from_lines(text: str, name: str) -> frozenset[str]:
    """One serial in each line, in quotes or not; a first line may say what they are."""
    lines = [line.strip().strip('"').strip() for line in text.splitlines()]
    first = next((index for index, line in enumerate(lines) if line), None)
    if first is not None and lines[first].casefold() in _COLUMNS:
        lines[first] = ""
    return frozenset(_serial(line, name, number) for number, line in enumerate(lines, 1) if line)


def _from_table(text: str, delimiter: str, name: str) -> frozenset[str]:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        header = [field.strip().casefold() for field in next((row for row in rows if any(row)), [])]
        found = [index for index, field in enumerate(header) if field in _COLUMNS]
        if len(found) != 1:
            raise RejudgeRefused(
                f"{name}:{rows.line_num}: has {len(found)} columns of serial numbers; name one of them SerialNumber"
            )
        serials = set()
        for row in rows:
            if not any(field.strip() for field in row):
                continue
            if len(row) != len(header):
                raise RejudgeRefused(
                    f"{name}:{rows.line_num}: has {len(row)} fields and the header {len(header)}; mend that line"
                )
            serials.add(_serial(row[found[0]], name, rows.line_num))
    except csv.Error as error:
        raise RejudgeRefused(f"{name}:{rows.line_num}: is not CSV ({clean(str(error), 80)}); mend it") from error
    return frozenset(serials)


def _serial(text: str, name: str, line: int) -> str:
    if not text.strip():
        raise RejudgeRefused(f"{name}:{line}: has no serial number; mend that line")
    try:
        return Serial.from_scan(text).text.casefold()
    except BadIdentifier as error:
        raise RejudgeRefused(f"{name}:{line}: {error}; mend that line") from error
