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
from datetime import date
from enum import Enum
from typing import Any, Final

import msgspec
from msgspec import Struct

from specs.limits import AtLeast, AtMost, Between, Equals, Limit, LimitError, Matches, OneOf
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
    """One row: a check, its limit, how much it weighs, where the number is from, and in which profile it stands."""

    check: str
    limit: Limit
    measure: Measure
    severity: str
    when_unknown: str
    source: str
    standing: Standing
    origin: str
    note: str = ""


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
    | {"note", "override"}
)
_ATTEST: Final = frozenset({"claim", "source", "standing", "document", "override"})
_SEVERITIES: Final = ("blocker", "major", "minor", "info")
_WHEN_UNKNOWN: Final = ("inconclusive", "error", "fail")


class RawProfile(Struct, frozen=True):
    """A profile file as parsed, before inheritance."""

    file: str
    text: str
    data: dict[str, Any]

    @property
    def id(self) -> str:
        return str(self.data.get("id", ""))

    @property
    def version(self) -> str:
        return _date_text(self.data.get("version", ""))


def parse_profile(text: str, file: str) -> RawProfile:
    """The parsed file, not yet resolved. Raises `ProfileError` where it is not TOML or lacks an id or version."""
    file = clean(file, 120)
    if len(text) > LARGEST_PROFILE:
        raise ProfileError((Fault(file, 0, "file", "is too large for a profile", "name a profile file"),))
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        found = re.search(r"at line (\d+)", str(error))
        line = int(found[1]) if found else 0
        problem = f"is not TOML ({clean(str(error), 120)})"
        raise ProfileError((Fault(file, line, "file", problem, "correct that line"),)) from error
    raw = RawProfile(file, text, data)
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
    while (parent := chain[-1].data.get("extends")) is not None:
        place = chain[-1]
        found = find(parent) if isinstance(parent, str) else None
        if found is None:
            remedy = "name a profile that `station profile list` shows"
            raise ProfileError((_fault(place, "extends", f"there is no profile {clean(str(parent), 80)!r}", remedy),))
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
        _apply_attested(level, attested, faults)
    abstract = raw.data.get("abstract", False) is True
    if not abstract and not any(row.severity != "info" for row in requirements.values()):
        faults.append(_fault(raw, "require", "requires nothing, so that anything would pass", "add a requirement"))
    start, end = _date_text(raw.data.get("effective_from", "")), _date_text(raw.data.get("effective_to", ""))
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
            faults.append(_fault(raw, name, "is not a field of a profile", remedy))
    if not isinstance(data.get("id"), str) or _ID.fullmatch(raw.id) is None:
        remedy = 'write it in small letters, digits, dots and dashes, as in id = "ghwt-windows"'
        faults.append(_fault(raw, "id", "is missing or is not an id", remedy))
    if _VERSION.fullmatch(raw.version) is None:
        faults.append(_fault(raw, "version", "is missing or is not a version", 'write it as in version = "2021-10-18"'))
    if not isinstance(data.get("title", ""), str):
        faults.append(_fault(raw, "title", "is not text", "put it in quotes"))
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
        except (LimitError, QuantityError) as error:
            found.append(_fault(level, field, clean(str(error), 160), "correct that row"))
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
            note=clean(str(row.get("note", ""))),
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
        if found:
            faults.extend(found)
            continue
        rows[name] = Attested(
            name=clean(name, 60),
            claim=clean(row["claim"]),
            source=clean(row["source"]),
            standing=Standing(row["standing"]),
            origin=f"{level.id}@{level.version}",
            document=clean(str(row.get("document", ""))),
        )


def _row_faults(level: RawProfile, field: str, row: dict[str, Any], allowed: frozenset[str]) -> list[Fault]:
    found = [
        _fault(level, f"{field}.{clean(name, 40)}", "is not a field of a row", "use one of " + ", ".join(sorted(allowed)))
        for name in row
        if name not in allowed
    ]
    if not isinstance(row.get("source"), str) or not row["source"].strip():
        found.append(_fault(level, field, "has no source", "say in source = where the number comes from"))
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


def _limit(row: Mapping[str, Any], measure: Measure) -> Limit:
    named = [name for name in _LIMITS if name in row]
    if len(named) != 1:
        raise LimitError("needs exactly one of " + ", ".join(_LIMITS) + (f"; it has {', '.join(named)}" if named else ""))
    op = named[0]
    for extra, needs in (("accepted_from", "at_least"), ("marginal_below", "at_least"), ("marginal_above", "at_most")):
        if extra in row and op != needs:
            raise LimitError(f"{extra} goes with {needs} only")
    given = row[op]

    def number(value: Any) -> float:
        if not isinstance(value, (str, int, float)):
            raise LimitError(f"{op} is not a number with a unit")
        return parse_quantity(value, measure).value

    def optional(name: str) -> float | None:
        return number(row[name]) if name in row else None

    match op:
        case "at_least":
            return AtLeast(number(given), optional("accepted_from"), optional("marginal_below"))
        case "at_most":
            return AtMost(number(given), optional("marginal_above"))
        case "between":
            if not isinstance(given, list) or len(given) != 2:
                raise LimitError("between needs two values, as in between = [\"10 in\", \"14 in\"]")
            return Between(number(given[0]), number(given[1]))
        case "count":
            if measure is not Measure.COUNT:
                raise LimitError(f"count does not fit a check of {measure.value}")
            return Equals(number(given))
        case "equals":
            return Equals(_exact(given, measure))
        case "one_of":
            if not isinstance(given, list):
                raise LimitError("one_of needs a list")
            exact = [_exact(item, measure) for item in given]
            return OneOf(tuple(item for item in exact if not isinstance(item, bool)))
    if measure is not Measure.TEXT or not isinstance(given, str):
        raise LimitError("matches needs a text pattern, and a check of text")
    return Matches(given)


def _exact(given: Any, measure: Measure) -> bool | float | str:
    if measure is Measure.YES_NO:
        if not isinstance(given, bool):
            raise LimitError("a check of yes or no needs true or false")
        return given
    if measure is Measure.TEXT:
        if not isinstance(given, str):
            raise LimitError("a check of text needs text in quotes")
        return given
    if not isinstance(given, (str, int, float)):
        raise LimitError("is not a number with a unit")
    return parse_quantity(given, measure).value


def _fault(raw: RawProfile, field: str, problem: str, remedy: str) -> Fault:
    return Fault(raw.file, _line_of(raw.text, field), field, problem, remedy)


def _line_of(text: str, field: str) -> int:
    """The line where a field or its row's header stands, by its text; 0 where it is nowhere.

    `tomllib` gives no positions, so this looks for the header and then for the key below it.
    """
    row = re.match(r'(require|attest)\."([^"]*)"(?:\.(.+))?', field)
    lines = text.splitlines()
    if row is None:
        wanted = re.compile(rf"\s*\[?{re.escape(field)}\b")
        return next((number for number, line in enumerate(lines, 1) if wanted.match(line)), 0)
    table, name, key = row.groups()
    header = re.compile(rf"""\s*\[\s*{table}\s*\.\s*["']?{re.escape(name)}["']?\s*\]""")
    start = next((number for number, line in enumerate(lines, 1) if header.match(line)), 0)
    if not start or key is None:
        return start
    for number, line in enumerate(lines[start:], start + 1):
        if line.lstrip().startswith("["):
            break
        if re.match(rf"\s*{re.escape(key)}\s*=", line):
            return number
    return start


def _is_date(value: object) -> bool:
    if isinstance(value, date):
        return True
    try:
        date.fromisoformat(str(value))
    except ValueError:
        return False
    return isinstance(value, str)


def _date_text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
