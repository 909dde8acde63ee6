"""One profile file: its TOML, the lines in which its fields stand, and what is wrong at its top.

Reads no files: texts come in. Rows are not looked into here; that is `specs.resolve`, which knows what they inherit.

    id = "ghwt-2021w-windows-laptop"        # and title, version, extends, effective_from, effective_to
    [require."memory.installed"]            # one row per check
    at_least = "4 GB"                       # exactly one of at_least at_most between equals one_of matches count
    severity = "blocker"                    # blocker major minor info
    source = "..."                          # where the number comes from: required
    standing = "published"                  # published secondary inferred unverified
    override = true                         # required where the row replaces an inherited one
    [attest."warranty.months"]              # what no bench can measure: recorded, never decided here
    claim = "at least 12 months"
    by = "technician"                       # who attests it: model (once, on paper: the default) or technician
    look = "..."                            # where to look and what must be seen: required with by = "technician"
"""

from __future__ import annotations

import re
import tomllib
from datetime import date, datetime
from typing import Any, Final

from msgspec import Struct

from specs.profile import Fault, ProfileError
from specs.text import clean

__all__ = ["LARGEST_PROFILE", "RawProfile", "date_text", "fault_at", "parse_profile"]

LARGEST_PROFILE: Final = 256 * 2**10
"""Bytes of a profile file. The library's are under 10 kB."""
MOST_DOTS: Final = 64
"""Dots in one line. `tomllib` keeps every beginning of a dotted key: one of 64,000 parts would take 16 GB."""

_ID: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,63}", re.ASCII)
_VERSION: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]{0,31}", re.ASCII)
_TOP: Final = frozenset(
    {"id", "title", "version", "extends", "effective_from", "effective_to", "abstract", "require", "attest", "note"}
)


class RawProfile(Struct, frozen=True):
    """A profile file as parsed, before inheritance. `lines` says in which line each field or row stands."""

    file: str
    text: str
    data: dict[str, Any]
    lines: dict[str, int] = {}

    @property
    def id(self) -> str:
        found = self.data.get("id")
        return found if isinstance(found, str) else ""

    @property
    def version(self) -> str:
        return date_text(self.data.get("version"))


def parse_profile(text: str, file: str) -> RawProfile:
    """The parsed file, not yet resolved.

    Raises `ProfileError` where it is not TOML, or where a field at its top is missing, unknown or of a wrong kind.
    """
    file = clean(file, 120)
    if len(text) > LARGEST_PROFILE:
        raise ProfileError((Fault(file, 0, "file", "is too large for a profile", "name a profile file"),))
    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") > MOST_DOTS:
            remedy = "break that line up"
            raise ProfileError((Fault(file, number, "file", f"has more than {MOST_DOTS} dots in a line", remedy),))
    try:
        text.encode()
        data = tomllib.loads(text)
    except UnicodeEncodeError as error:
        line_number = text[: error.start].count("\n") + 1
        raise ProfileError((Fault(file, line_number, "file", "is not UTF-8 text", "save it as UTF-8"),)) from error
    except RecursionError as error:
        raise ProfileError((Fault(file, 0, "file", "is nested too deeply", "write it flat"),)) from error
    except ValueError as error:  # tomllib's own, and Python's for a number of more than 4,300 digits
        problem = f"is not TOML ({clean(str(error), 120)})"
        raise ProfileError((Fault(file, _line_of_error(text, error), "file", problem, "correct that line"),)) from error
    raw = RawProfile(file, text, data, _line_index(text))
    faults = tuple(_top_faults(raw))
    if faults:
        raise ProfileError(faults)
    return raw


def fault_at(raw: RawProfile, field: str, problem: str, remedy: str) -> Fault:
    """A fault with the line in which its field stands."""
    return Fault(raw.file, _line_of(raw, field), field, problem, remedy)


def _line_of(raw: RawProfile, field: str) -> int:
    """The line where a field stands, else where its row begins; 0 where it is nowhere."""
    row = re.match(r'(?:require|attest)\."[^"]*"', field)
    return raw.lines.get(field) or (raw.lines.get(row[0], 0) if row else 0)


def _line_of_error(text: str, error: ValueError) -> int:
    found = re.search(r"\(at (?:line (\d+), column \d+|end of document)\)$", str(error))
    if found is None:
        return 0
    return int(found[1]) if found[1] else text.rstrip().count("\n") + 1


_KEY: Final = re.compile(r"""[ \t]*(?:"([^"\n]*)"|'([^'\n]*)'|([A-Za-z0-9_-]+))[ \t]*""")


def _line_index(text: str) -> dict[str, int]:
    """The first line of each field, row and key of a row, by the names that faults use.

    `tomllib` gives no positions, so this reads the headers and keys again. It only ever names a line: what it does
    not understand has none.
    """
    index: dict[str, int] = {}
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.split("\n"), 1):
        bracket = len(line) - len(line.lstrip(" \t["))
        header = "[" in line[:bracket]
        path, end = _key_path(line, bracket if header else 0)
        if header and line.startswith("]", end):
            table = path
        elif not header and path and line.startswith("=", end):
            path = (*table, *path)
        else:
            continue
        for name in _names(path):
            index.setdefault(name, number)
    return index


def _key_path(line: str, at: int) -> tuple[tuple[str, ...], int]:
    parts: list[str] = []
    while (found := _KEY.match(line, at)) is not None:
        parts.append(next(group for group in found.groups() if group is not None))
        at = found.end()
        if not line.startswith(".", at):
            break
        at += 1
    return tuple(parts), at


def _names(path: tuple[str, ...]) -> list[str]:
    names = [clean(part, 60) for part in path[:1]]
    if len(path) > 1 and path[0] in ("require", "attest"):
        names.append(f'{path[0]}."{clean(path[1], 60)}"')
        names += [f"{names[-1]}.{clean(part, 40)}" for part in path[2:3]]
    return names


def _top_faults(raw: RawProfile) -> list[Fault]:
    faults: list[Fault] = []
    data = raw.data
    for name in data:
        if name not in _TOP:
            remedy = "use one of " + ", ".join(sorted(_TOP))
            faults.append(fault_at(raw, clean(name, 60), "is not a field of a profile", remedy))
    if _ID.fullmatch(raw.id) is None:
        remedy = 'write it in small letters, digits, dots and dashes, as in id = "ghwt-windows"'
        faults.append(fault_at(raw, "id", "is missing or is not an id", remedy))
    if _VERSION.fullmatch(raw.version) is None:
        remedy = 'write it as in version = "2021-10-18"'
        faults.append(fault_at(raw, "version", "is missing or is not a version", remedy))
    for name in ("title", "extends", "note"):
        if not isinstance(data.get(name, ""), str):
            faults.append(fault_at(raw, name, "is not text", "put it in quotes"))
    if not isinstance(data.get("abstract", False), bool):
        faults.append(fault_at(raw, "abstract", "is not true or false", "write abstract = true, or leave it out"))
    for name in ("effective_from", "effective_to"):
        if name in data and not _is_date(data[name]):
            faults.append(fault_at(raw, name, "is not a date", f"write it as in {name} = 2021-10-18"))
    for name in ("require", "attest"):
        table = data.get(name, {})
        if not isinstance(table, dict) or not all(isinstance(row, dict) for row in table.values()):
            remedy = f'write each row under [{name}."name"]'
            faults.append(fault_at(raw, name, "is not a table of rows", remedy))
    return faults


def _is_date(value: object) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


def date_text(value: object) -> str:
    """A TOML date as text, a text as it is, and nothing for anything else."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, str) else ""
