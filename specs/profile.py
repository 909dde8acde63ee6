"""Profiles: what the department requires, as data, with the source and the dates of every number.

This module turns the TOML of one or more profiles into a resolved `Profile` (inheritance with visible origin)
and explains every fault it finds. It reads no files: texts come in (`specs.library` brings those that ship).

A profile file:

    id = "ghwt-2021w-windows-laptop"        # and title, version, extends, effective_from, effective_to
    [require."memory.installed"]            # one row per check
    at_least = "4 GB"                       # exactly one of at_least at_most between equals one_of matches
    severity = "blocker"                    # blocker major minor info
    source = "..."                          # where the number comes from: required
    standing = "published"                  # published secondary inferred unverified
    override = true                         # required where the row replaces an inherited one
    [attest."warranty.months"]              # what no bench can measure: recorded, never decided here
    claim = "at least 12 months"
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any, Final

import msgspec
from msgspec import Struct

from specs.limits import AtLeast, AtMost, Between, Equals, Limit, LimitError, Matches, OneOf, limit_data
from specs.quantities import Measure, QuantityError, parse_quantity
from specs.text import clean

__all__ = [
    "Attested",
    "Fault",
    "Profile",
    "ProfileError",
    "RawProfile",
    "Requirement",
    "Standing",
    "parse_profile",
    "resolve",
]

LARGEST_PROFILE: Final = 256 * 2**10
"""Bytes of a profile file. The library's are under 10 kB."""
DEEPEST_EXTENDS: Final = 8
MOST_DOTS: Final = 64
"""Dots in one line. `tomllib` keeps every beginning of a dotted key: one of 64,000 parts would take 16 GB."""


class Standing(Enum):
    """How sure a number is. `unverified` must be shown as such (department.md section 9)."""

    PUBLISHED = "published"
    SECONDARY = "secondary"
    INFERRED = "inferred"
    UNVERIFIED = "unverified"


class Fault(Struct, frozen=True):
    """One thing wrong with a profile: the file, the line (0 where none can be named), the field, and the remedy."""

    file: str
    line: int
    field: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.field}: {self.problem}; {self.remedy}"


class ProfileError(Exception):
    """The profile cannot be used. `faults` holds every fault found; the message is the first."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(str(faults[0]) if faults else "the profile cannot be used")
        self.faults = faults


class Requirement(Struct, frozen=True):
    """One row: a check, its limit, how much it weighs, where the number is from, and in which profile it stands.

    `says` puts a limit that is a list or a pattern in words; a limit that is a number always speaks for itself.
    """

    check: str
    limit: Limit
    measure: Measure
    severity: str
    when_unknown: str
    source: str
    standing: Standing
    origin: str
    note: str = ""
    says: str = ""

    def limits(self) -> dict[str, Any]:
        """The limit as data, as findings store it, with its words where the row has any."""
        data = limit_data(self.limit, self.measure)
        return {**data, "words": self.says} if self.says else data


class Attested(Struct, frozen=True):
    """One row that no bench can measure: claimed once per model on paper. Recorded with each judgement."""

    name: str
    claim: str
    source: str
    standing: Standing
    origin: str
    document: str = ""


class Profile(Struct, frozen=True):
    """A resolved profile: every row with its origin. `digest` is the SHA-256 of all that decides a verdict."""

    id: str
    version: str
    title: str
    lineage: tuple[str, ...]
    effective_from: str
    effective_to: str
    abstract: bool
    requirements: tuple[Requirement, ...]
    attested: tuple[Attested, ...]
    digest: str

    @property
    def reference(self) -> str:
        """ID@VERSION, as findings name it."""
        return f"{self.id}@{self.version}"


_ID: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,63}", re.ASCII)
_VERSION: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]{0,31}", re.ASCII)
_TOP: Final = frozenset(
    {"id", "title", "version", "extends", "effective_from", "effective_to", "abstract", "require", "attest", "note"}
)
_LIMITS: Final = ("at_least", "at_most", "between", "equals", "one_of", "matches", "count")
_ROW: Final = frozenset(
    {*_LIMITS, "accepted_from", "marginal_below", "marginal_above", "severity", "when_unknown", "source", "standing"}
    | {"note", "override", "says"}
)
_ATTEST: Final = frozenset({"claim", "source", "standing", "document", "override"})
_SEVERITIES: Final = ("blocker", "major", "minor", "info")
_WHEN_UNKNOWN: Final = ("inconclusive", "error", "fail")


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
        return _date_text(self.data.get("version"))


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


def resolve(raw: RawProfile, find: Callable[[str], RawProfile | None], measures: Mapping[str, Measure]) -> Profile:
    """The profile with everything it inherits.

    `find` gives the parsed profile of a reference ("ID" or "ID@VERSION") or None; `measures` says which checks
    exist and what each measures. Raises `ProfileError` with every fault: a cycle, an unknown parent or check, a
    row without a source, an empty range, a unit that does not fit.
    """
    chain: list[RawProfile] = [raw]
    faults: list[Fault] = []
    while isinstance(parent := chain[-1].data.get("extends"), str):
        place = chain[-1]
        found = find(parent)
        if found is None:
            remedy = "name a profile that `station profile list` shows"
            raise ProfileError((_fault(place, "extends", f"there is no profile {clean(parent, 80)!r}", remedy),))
        if any(found.id == seen.id and found.version == seen.version for seen in chain):
            raise ProfileError((_fault(place, "extends", "the profile extends itself", "break the circle"),))
        chain.append(found)
        if len(chain) > DEEPEST_EXTENDS:
            problem = f"more than {DEEPEST_EXTENDS} profiles extend each other"
            raise ProfileError((_fault(place, "extends", problem, "flatten the chain"),))
    requirements: dict[str, Requirement] = {}
    attested: dict[str, Attested] = {}
    for level in reversed(chain):
        _apply_rows(level, requirements, measures, faults)
    faulty_rows = bool(faults)
    for level in reversed(chain):
        _apply_attested(level, attested, faults)
    abstract = raw.data.get("abstract", False) is True
    # Where rows are refused, what they would have required is not known.
    if not abstract and not faulty_rows and not any(row.severity != "info" for row in requirements.values()):
        faults.append(_fault(raw, "require", "requires nothing, so that anything would pass", "add a requirement"))
    start, end = _date_text(raw.data.get("effective_from")), _date_text(raw.data.get("effective_to"))
    if start and end and end < start:
        faults.append(_fault(raw, "effective_to", "ends before it starts", "put effective_to after effective_from"))
    if faults:
        raise ProfileError(tuple(faults))
    rows = tuple(requirements[name] for name in sorted(requirements))
    claims = tuple(attested[name] for name in sorted(attested))
    digest = hashlib.sha256(msgspec.json.encode((raw.id, raw.version, rows, claims), order="sorted")).hexdigest()
    return Profile(
        id=raw.id,
        version=raw.version,
        title=clean(str(raw.data.get("title", raw.id))),
        lineage=tuple(f"{level.id}@{level.version}" for level in chain),
        effective_from=start,
        effective_to=end,
        abstract=abstract,
        requirements=rows,
        attested=claims,
        digest=digest,
    )


def _top_faults(raw: RawProfile) -> list[Fault]:
    faults: list[Fault] = []
    data = raw.data
    for name in data:
        if name not in _TOP:
            remedy = "use one of " + ", ".join(sorted(_TOP))
            faults.append(_fault(raw, clean(name, 60), "is not a field of a profile", remedy))
    if _ID.fullmatch(raw.id) is None:
        remedy = 'write it in small letters, digits, dots and dashes, as in id = "ghwt-windows"'
        faults.append(_fault(raw, "id", "is missing or is not an id", remedy))
    if _VERSION.fullmatch(raw.version) is None:
        faults.append(_fault(raw, "version", "is missing or is not a version", 'write it as in version = "2021-10-18"'))
    for name in ("title", "extends", "note"):
        if not isinstance(data.get(name, ""), str):
            faults.append(_fault(raw, name, "is not text", "put it in quotes"))
    if not isinstance(data.get("abstract", False), bool):
        faults.append(_fault(raw, "abstract", "is not true or false", "write abstract = true, or leave it out"))
    for name in ("effective_from", "effective_to"):
        if name in data and not _is_date(data[name]):
            faults.append(_fault(raw, name, "is not a date", f"write it as in {name} = 2021-10-18"))
    for name in ("require", "attest"):
        table = data.get(name, {})
        if not isinstance(table, dict) or not all(isinstance(row, dict) for row in table.values()):
            remedy = f'write each row under [{name}."name"]'
            faults.append(_fault(raw, name, "is not a table of rows", remedy))
    return faults


def _apply_rows(
    level: RawProfile, rows: dict[str, Requirement], measures: Mapping[str, Measure], faults: list[Fault]
) -> None:
    for check, row in level.data.get("require", {}).items():
        field = f'require."{clean(check, 60)}"'
        measure = measures.get(check)
        if measure is None:
            remedy = "use a check that `station checks` lists"
            faults.append(_fault(level, field, "there is no check of that name", remedy))
            continue
        found = _row_faults(level, field, row, _ROW)
        if check in rows and row.get("override") is not True:
            problem = f"is already required by {rows[check].origin}"
            found.append(_fault(level, field, problem, "add override = true to replace it"))
        if check not in rows and row.get("override") is True:
            found.append(_fault(level, field, "overrides nothing", "remove override"))
        limit: Limit | None = None
        try:
            limit = _limit(row, measure)
        except _Wrong as error:
            at = f"{field}.{error.key}" if error.key else field
            found.append(_fault(level, at, clean(str(error), 160), error.remedy))
        if found or limit is None:
            faults.extend(found)
            continue
        rows[check] = Requirement(
            check=check,
            limit=limit,
            measure=measure,
            severity=row.get("severity", "blocker"),
            when_unknown=row.get("when_unknown", "inconclusive"),
            source=clean(row["source"]),
            standing=Standing(row["standing"]),
            origin=f"{level.id}@{level.version}",
            note=clean(row.get("note", "")),
            says=clean(row.get("says", "")),
        )


def _apply_attested(level: RawProfile, rows: dict[str, Attested], faults: list[Fault]) -> None:
    for name, row in level.data.get("attest", {}).items():
        field = f'attest."{clean(name, 60)}"'
        found = _row_faults(level, field, row, _ATTEST)
        if not isinstance(row.get("claim"), str) or not row["claim"].strip():
            found.append(_fault(level, field, "has no claim", 'write what is claimed, as in claim = "12 months"'))
        if name in rows and row.get("override") is not True:
            problem = f"is already attested by {rows[name].origin}"
            found.append(_fault(level, field, problem, "add override = true to replace it"))
        if name not in rows and row.get("override") is True:
            found.append(_fault(level, field, "overrides nothing", "remove override"))
        if found:
            faults.extend(found)
            continue
        rows[name] = Attested(
            name=clean(name, 60),
            claim=clean(row["claim"]),
            source=clean(row["source"]),
            standing=Standing(row["standing"]),
            origin=f"{level.id}@{level.version}",
            document=clean(row.get("document", "")),
        )


def _row_faults(level: RawProfile, field: str, row: dict[str, Any], allowed: frozenset[str]) -> list[Fault]:
    found = [
        _fault(
            level, f"{field}.{clean(name, 40)}", "is not a field of a row", "use one of " + ", ".join(sorted(allowed))
        )
        for name in row
        if name not in allowed
    ]
    if not isinstance(row.get("source"), str) or not row["source"].strip():
        found.append(_fault(level, field, "has no source", "say in source = where the number comes from"))
    for name in ("note", "document", "says"):
        if name in allowed and not isinstance(row.get(name, ""), str):
            found.append(_fault(level, f"{field}.{name}", "is not text", "put it in quotes"))
    if not isinstance(row.get("override", False), bool):
        found.append(_fault(level, f"{field}.override", "is not true or false", "write override = true, or remove it"))
    choices = {
        "standing": tuple(standing.value for standing in Standing),
        "severity": _SEVERITIES,
        "when_unknown": _WHEN_UNKNOWN,
    }
    for name, values in choices.items():
        required = name == "standing"
        if (required or name in row) and name in allowed and row.get(name) not in values:
            found.append(_fault(level, f"{field}.{name}", "is missing or wrong", "use one of " + ", ".join(values)))
    return found


class _Wrong(Exception):
    """A row's limit cannot be one: which of its keys, why, and what to do."""

    def __init__(self, key: str, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.key, self.remedy = key, remedy


def _limit(row: Mapping[str, Any], measure: Measure) -> Limit:
    named = [name for name in _LIMITS if name in row]
    if len(named) != 1:
        problem = f"has {len(named)} limits: {', '.join(named)}" if named else "has no limit"
        raise _Wrong(named[1] if named else "", problem, "write exactly one of " + ", ".join(_LIMITS))
    op = named[0]
    for extra, needs in (("accepted_from", "at_least"), ("marginal_below", "at_least"), ("marginal_above", "at_most")):
        if extra in row and op != needs:
            raise _Wrong(extra, f"goes with {needs} only", f"remove it, or use {needs}")
    if "says" in row and op not in ("one_of", "matches"):
        raise _Wrong("says", "goes with one_of or matches only", "remove it: the limit speaks for itself")
    try:
        return _LIMIT_OF[op](op, row, measure)
    except LimitError as error:
        # The message of a limit names the key that is wrong where it is not the limit itself.
        key = str(error).split(" ", 1)[0]
        raise _Wrong(key if key in row else op, str(error), "correct that row") from error


def _number(key: str, given: Any, measure: Measure) -> float:
    if not isinstance(given, (str, int, float)):
        raise _Wrong(key, "is not a number with a unit", f"write it as in {_example(key, measure)}")
    try:
        return parse_quantity(given, measure).value
    except QuantityError as error:
        remedy = f"write it as in {_example(key, measure)}" if measure.is_number else "use equals, one_of or matches"
        raise _Wrong(key, str(error).partition("; ")[0], remedy) from error


def _example(key: str, measure: Measure) -> str:
    return f'{key} = "4 {measure.unit}"' if measure.unit else f"{key} = 4"


def _optional(key: str, row: Mapping[str, Any], measure: Measure) -> float | None:
    return _number(key, row[key], measure) if key in row else None


def _at_least(op: str, row: Mapping[str, Any], measure: Measure) -> Limit:
    accepted, marginal = _optional("accepted_from", row, measure), _optional("marginal_below", row, measure)
    return AtLeast(_number(op, row[op], measure), accepted, marginal)


def _at_most(op: str, row: Mapping[str, Any], measure: Measure) -> Limit:
    return AtMost(_number(op, row[op], measure), _optional("marginal_above", row, measure))


def _between(op: str, row: Mapping[str, Any], measure: Measure) -> Limit:
    given = row[op]
    if not isinstance(given, list) or len(given) != 2:
        raise _Wrong(op, "needs two values", 'write it as in between = ["10 in", "14 in"]')
    return Between(_number(op, given[0], measure), _number(op, given[1], measure))


def _count(op: str, row: Mapping[str, Any], measure: Measure) -> Limit:
    if measure is not Measure.COUNT:
        raise _Wrong(op, f"does not fit a check of {measure.value}", "use another limit")
    return Equals(_number(op, row[op], measure))


def _equals(op: str, row: Mapping[str, Any], measure: Measure) -> Limit:
    return Equals(_exact(op, row[op], measure))


def _one_of(op: str, row: Mapping[str, Any], measure: Measure) -> Limit:
    if measure is Measure.YES_NO:
        raise _Wrong(op, "does not fit a check of yes or no", "use equals = true or equals = false")
    if not isinstance(row[op], list):
        raise _Wrong(op, "is not a list", "write it as in one_of = [121, 164]")
    return OneOf(tuple(_exact(op, item, measure) for item in row[op]))


def _matches(op: str, row: Mapping[str, Any], measure: Measure) -> Limit:
    if measure is not Measure.TEXT or not isinstance(row[op], str):
        raise _Wrong(op, "needs a pattern in quotes, and a check of text", "use another limit")
    return Matches(row[op])


_LIMIT_OF: Final[dict[str, Callable[[str, Mapping[str, Any], Measure], Limit]]] = {
    "at_least": _at_least,
    "at_most": _at_most,
    "between": _between,
    "count": _count,
    "equals": _equals,
    "one_of": _one_of,
    "matches": _matches,
}


def _exact(key: str, given: Any, measure: Measure) -> bool | float | str:
    if measure is Measure.YES_NO:
        if not isinstance(given, bool):
            raise _Wrong(key, "a check of yes or no needs true or false", f"write {key} = true or {key} = false")
        return given
    if measure is Measure.TEXT:
        if not isinstance(given, str):
            raise _Wrong(key, "a check of text needs text", "put it in quotes")
        if not given or clean(given) != given:
            problem = "is blank or holds characters that no reading has"
            raise _Wrong(key, problem, "write the text as the laptop gives it")
        return given
    return _number(key, given, measure)


def _fault(raw: RawProfile, field: str, problem: str, remedy: str) -> Fault:
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


def _is_date(value: object) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


def _date_text(value: object) -> str:
    """A TOML date as text, a text as it is, and nothing for anything else."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, str) else ""
