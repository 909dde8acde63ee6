"""One profile file: its TOML, the lines in which its fields stand, and what is wrong at its top.

Reads no files: texts come in. Rows are not looked into here; that is `specs.resolve`, which knows what they inherit.

    id = "ghwt-2021w-windows-laptop"        # and title, version, extends, effective_from, effective_to, abstract, note
    [require."memory.installed"]            # one row per check
    at_least = "4 GB"                       # exactly one of at_least at_most between equals one_of matches count
    marginal_below = "6 GB"                 # and marginal_above, accepted_from, says: beside the limits they fit
    severity = "blocker"                    # blocker major minor info
    when_unknown = "inconclusive"           # inconclusive error fail
    confirm = "2 of 3"                      # a failing reading is taken again
    arguments = { of = "smallest" }         # of a check that takes some
    effective_to = 2022-04-01               # of this row alone, within the profile's own dates
    source = "..."                          # where the number comes from: required
    standing = "published"                  # published secondary inferred unverified
    override = true                         # required where the row replaces an inherited one
    [require."display.width"]
    drop = true                             # an inherited row is left out: with its source and standing
    [attest."warranty.months"]              # what no bench can measure: recorded, decided by a model's approval
    claim = "at least 12 months"
    by = "technician"                       # who attests it: model (once, on paper: the default) or technician
    look = "..."                            # where to look and what must be seen: required with by = "technician"
    purpose = "..."                         # and of a technician's row: what it is for, in one sentence
    steps = ["...", "..."]                  # what to do, one short sentence each
    symptoms = ["dark: It stays dark"]      # of which a fail names one, as code: words
    exercise = "display"                    # what the laptop does meanwhile
    challenge = true                        # a pass needs the number that the exercise shows

What a technician attests is waited for at the bench where its severity is another than "info"; an info row is asked
while the test runs.
"""

from __future__ import annotations

import re
import tomllib
from datetime import date, datetime
from typing import Any, Final

from msgspec import Struct

from specs.nearest import choose
from specs.profile import Fault, ProfileError
from specs.text import clean
from specs.toml_lines import Path, places, written_twice

__all__ = [
    "ID_PATTERN",
    "LARGEST_PROFILE",
    "LONGEST_NOTE",
    "NAME_PATTERN",
    "TOP_KEYS",
    "VERSION_PATTERN",
    "RawProfile",
    "date_text",
    "dates_faults",
    "fault_at",
    "parse_profile",
]

LARGEST_PROFILE: Final = 256 * 2**10
"""Bytes of a profile file. The library's are under 10 kB."""
MOST_DOTS: Final = 64
"""Dots in one line. `tomllib` keeps every beginning of a dotted key: one of 64,000 parts would take 16 GB."""

ID_PATTERN: Final = "[a-z0-9][a-z0-9.-]{1,63}"
NAME_PATTERN: Final = "[a-z0-9][a-z0-9._-]{0,59}"
"""Of a claim; "attested.NAME" is what findings call it."""
LONGEST_NOTE: Final = 1000
"""Letters of a profile's note that are kept."""
VERSION_PATTERN: Final = "[0-9A-Za-z][0-9A-Za-z.-]{0,31}"
TOP_KEYS: Final = frozenset(
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
        line_number = _deepest_line(text)
        raise ProfileError((Fault(file, line_number, "file", "is nested too deeply", "write it flat"),)) from error
    except ValueError as error:  # tomllib's own, and Python's for a number of too many digits
        raise ProfileError((_no_toml(file, text, error),)) from error
    raw = RawProfile(file, text, data, _line_index(text))
    faults = tuple(_top_faults(raw))
    if faults:
        raise ProfileError(faults)
    return raw


def fault_at(raw: RawProfile, field: str, problem: str, remedy: str, member: int = 0) -> Fault:
    """A fault with the line in which its field stands: of a list, that of the member in this place (from 1)."""
    if member:
        line = raw.lines.get(f"{field}#{member}") or _line_of(raw, field)
        return Fault(raw.file, line, field, f"value {member} of the list: {problem}", remedy)
    return Fault(raw.file, _line_of(raw, field), field, problem, remedy)


def dates_faults(raw: RawProfile, data: dict[str, Any], field: str = "") -> list[Fault]:
    """What is wrong with `effective_from` and `effective_to` of the profile, or of one of its rows."""
    prefix = f"{field}." if field else ""
    faults = [
        fault_at(raw, f"{prefix}{name}", "is not a date", f"write it as in {name} = 2021-10-18")
        for name in ("effective_from", "effective_to")
        if name in data and not _is_date(data[name])
    ]
    start, end = date_text(data.get("effective_from")), date_text(data.get("effective_to"))
    if not faults and start and end and end < start:
        remedy = "put effective_to after effective_from"
        faults.append(fault_at(raw, f"{prefix}effective_to", "ends before it starts", remedy))
    return faults


def _line_of(raw: RawProfile, field: str) -> int:
    """The line where a field stands, else where its table or row begins; 0 where it is nowhere."""
    while field:
        if field in raw.lines:
            return raw.lines[field]
        row = re.fullmatch(r'((?:require|attest)\."[^"]*"(?:\.arguments)?)\..*', field)
        field = row[1] if row else ""
    return 0


def _no_toml(file: str, text: str, error: ValueError) -> Fault:
    twice = written_twice(text) if re.search("twice|overwrite|Duplicate", str(error)) else None
    if twice is not None:
        first, second = twice
        problem = f"is written twice; the first time in line {first.line}"
        return Fault(file, second.line, _name(second.path), problem, "keep one of the two, and remove the other")
    if (digits := _TOO_MANY_DIGITS.search(text)) is not None and "(at " not in str(error):
        line = text.count("\n", 0, digits.start()) + 1
        return Fault(file, line, "file", "holds a number of thousands of digits", "write a number that can be meant")
    problem = f"is not TOML ({clean(str(error), 120)})"
    return Fault(file, _line_of_error(text, error), "file", problem, "correct that line")


_TOO_MANY_DIGITS: Final = re.compile(r"[0-9_]{4000,}")
"""Python reads no whole number of more than 4,300 digits, and tells so without a line."""


def _line_of_error(text: str, error: ValueError) -> int:
    found = re.search(r"\(at (?:line (\d+), column \d+|end of document)\)$", str(error))
    if found is None:
        return 0
    return int(found[1]) if found[1] else text.rstrip().count("\n") + 1


def _deepest_line(text: str) -> int:
    """The line with the most opening brackets, where there is one that opens many."""
    opened = [line.count("[") + line.count("{") for line in text.split("\n")]
    most = max(opened)
    return opened.index(most) + 1 if most > 16 else 0


def _line_index(text: str) -> dict[str, int]:
    """The first line of each field, row, key of a row, and member of a list, by the names that faults use."""
    index: dict[str, int] = {}
    for place in places(text):
        index.setdefault(_name(place.path), place.line)
    return index


def _name(path: Path) -> str:
    """`require."memory.installed".arguments.of`, with "#2" behind it for the second member of a list."""
    keys = [clean(part, 60) for part in path if isinstance(part, str)]
    members = "".join(f"#{part}" for part in path if isinstance(part, int))
    if len(keys) > 1 and keys[0] in ("require", "attest"):
        return ".".join([keys[0], f'"{keys[1]}"', *(clean(part, 40) for part in keys[2:4])]) + members
    return ".".join(keys[:2]) + members


def _top_faults(raw: RawProfile) -> list[Fault]:
    faults: list[Fault] = []
    data = raw.data
    for name in data:
        if name not in TOP_KEYS:
            remedy = choose(name, sorted(TOP_KEYS))
            faults.append(fault_at(raw, clean(name, 60), "is not a field of a profile", remedy))
    if re.fullmatch(ID_PATTERN, raw.id) is None:
        remedy = 'write it in 2 to 64 small letters, digits, dots and dashes, as in id = "ghwt-windows"'
        faults.append(fault_at(raw, "id", "is missing or is not an id", remedy))
    if re.fullmatch(VERSION_PATTERN, raw.version) is None:
        remedy = 'write it as in version = "2021-10-18"'
        faults.append(fault_at(raw, "version", "is missing or is not a version", remedy))
    for name in ("title", "extends", "note"):
        if not isinstance(data.get(name, ""), str):
            faults.append(fault_at(raw, name, "is not text", "put it in quotes"))
        elif name in data and not clean(data[name]):
            faults.append(fault_at(raw, name, "is blank", "write it, or remove it"))
    if not isinstance(data.get("abstract", False), bool):
        faults.append(fault_at(raw, "abstract", "is not true or false", "write abstract = true, or leave it out"))
    faults += dates_faults(raw, data)
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
