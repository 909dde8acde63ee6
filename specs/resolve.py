"""A profile with everything it inherits: every row with its origin, and every fault that it has."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from specs.limits import Limit
from specs.profile import (
    BY,
    MODEL,
    SEVERITIES,
    TECHNICIAN,
    WHEN_UNKNOWN,
    Attested,
    Fault,
    Profile,
    ProfileError,
    Requirement,
    Shape,
    Standing,
)
from specs.profile_file import RawProfile, date_text, fault_at
from specs.profile_limits import LIMIT_KEYS, WrongLimit, limit_of_row
from specs.text import LONGEST_TEXT, clean

__all__ = ["resolve"]

DEEPEST_EXTENDS: Final = 8
"""Profiles that extend each other. The library's deepest chain has three."""

_ROW: Final = frozenset(
    {*LIMIT_KEYS, "accepted_from", "marginal_below", "marginal_above", "severity", "when_unknown", "source", "standing"}
    | {"note", "override", "says"}
)
_ATTEST: Final = frozenset({"claim", "source", "standing", "document", "override", "by", "look"})


def resolve(raw: RawProfile, find: Callable[[str], RawProfile | None], shapes: Mapping[str, Shape]) -> Profile:
    """The profile with everything it inherits.

    `find` gives the parsed profile of a reference ("ID" or "ID@VERSION") or None; `shapes` says which checks
    exist, and what each measures and takes. Raises `ProfileError` with every fault: a cycle, an unknown parent or
    check, a row without a source, an empty range, a unit that does not fit.
    """
    chain: list[RawProfile] = [raw]
    faults: list[Fault] = []
    while isinstance(parent := chain[-1].data.get("extends"), str):
        place = chain[-1]
        found = find(parent)
        if found is None:
            remedy = "name a profile that `station profile list` shows"
            raise ProfileError((fault_at(place, "extends", f"there is no profile {clean(parent, 80)!r}", remedy),))
        if any(found.id == seen.id and found.version == seen.version for seen in chain):
            raise ProfileError((fault_at(place, "extends", "the profile extends itself", "break the circle"),))
        chain.append(found)
        if len(chain) > DEEPEST_EXTENDS:
            problem = f"more than {DEEPEST_EXTENDS} profiles extend each other"
            raise ProfileError((fault_at(place, "extends", problem, "flatten the chain"),))
    requirements: dict[str, Requirement] = {}
    attested: dict[str, Attested] = {}
    for level in reversed(chain):
        _apply_rows(level, requirements, shapes, faults)
    faulty_rows = bool(faults)
    for level in reversed(chain):
        _apply_attested(level, attested, faults)
    abstract = raw.data.get("abstract", False) is True
    # Where rows are refused, what they would have required is not known.
    if not abstract and not faulty_rows and not any(row.severity != "info" for row in requirements.values()):
        faults.append(fault_at(raw, "require", "requires nothing, so that anything would pass", "add a requirement"))
    start, end = date_text(raw.data.get("effective_from")), date_text(raw.data.get("effective_to"))
    if start and end and end < start:
        faults.append(fault_at(raw, "effective_to", "ends before it starts", "put effective_to after effective_from"))
    if faults:
        raise ProfileError(tuple(faults))
    rows = tuple(requirements[name] for name in sorted(requirements))
    claims = tuple(attested[name] for name in sorted(attested))
    decides = (raw.id, raw.version, [_digested(row) for row in rows], [_digested(claim) for claim in claims])
    digest = hashlib.sha256(msgspec.json.encode(decides, order="sorted")).hexdigest()
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


def _apply_rows(
    level: RawProfile, rows: dict[str, Requirement], shapes: Mapping[str, Shape], faults: list[Fault]
) -> None:
    for check, row in level.data.get("require", {}).items():
        field = f'require."{clean(check, 60)}"'
        shape = shapes.get(check)
        if shape is None:
            remedy = "use a check that `station checks` lists"
            faults.append(fault_at(level, field, "there is no check of that name", remedy))
            continue
        found = _row_faults(level, field, row, _ROW)
        if check in rows and row.get("override") is not True:
            problem = f"is already required by {rows[check].origin}"
            found.append(fault_at(level, field, problem, "add override = true to replace it"))
        if check not in rows and row.get("override") is True:
            found.append(fault_at(level, field, "overrides nothing", "remove override"))
        limit: Limit | None = None
        try:
            limit = limit_of_row(row, shape.measure)
        except WrongLimit as error:
            at = f"{field}.{error.key}" if error.key else field
            found.append(fault_at(level, at, clean(str(error), 160), error.remedy))
        if found or limit is None:
            faults.extend(found)
            continue
        rows[check] = Requirement(
            check=check,
            limit=limit,
            measure=shape.measure,
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
            found.append(fault_at(level, field, "has no claim", 'write what is claimed, as in claim = "12 months"'))
        if name in rows and row.get("override") is not True:
            problem = f"is already attested by {rows[name].origin}"
            found.append(fault_at(level, field, problem, "add override = true to replace it"))
        if name not in rows and row.get("override") is True:
            found.append(fault_at(level, field, "overrides nothing", "remove override"))
        found += _looking_faults(level, field, row)
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
            by=row.get("by", MODEL),
            look=clean(row.get("look", "")),
        )


def _looking_faults(level: RawProfile, field: str, row: dict[str, Any]) -> list[Fault]:
    """What is wrong with who attests a row and where they look."""
    by, look = row.get("by", MODEL), row.get("look", "")
    if by not in BY:
        remedy = "use one of " + ", ".join(BY) + ", or leave it out"
        return [fault_at(level, f"{field}.by", "is wrong", remedy)]
    if not isinstance(look, str):
        return []  # said already
    if by == MODEL:
        remedy = f'add by = "{TECHNICIAN}", or remove look'
        return [fault_at(level, f"{field}.look", "is for the technician only", remedy)] if "look" in row else []
    found: list[Fault] = []
    if not clean(look):
        remedy = 'write where to look and what must be seen, as in look = "On the keys: £ above 3."'
        found.append(fault_at(level, field, "does not say where the technician looks", remedy))
    elif len(look) > LONGEST_TEXT:
        problem = f"is longer than {LONGEST_TEXT} letters"
        found.append(fault_at(level, f"{field}.look", problem, "say it in one sentence"))
    if "document" in row:
        problem = "speaks for a model, and this row is looked at on every laptop"
        remedy = f'remove document, or write by = "{MODEL}"'
        found.append(fault_at(level, f"{field}.document", problem, remedy))
    return found


def _digested(row: Requirement | Attested) -> dict[str, Any]:
    """A row as the digest sees it: fields that came later count only where they say something.

    So a profile keeps its digest when the language grows, and what was judged by it stays comparable. When a row is in
    force and what it replaces decide nothing.
    """
    data: dict[str, Any] = msgspec.to_builtins(row)
    later = _LATER_OF_ROWS if isinstance(row, Requirement) else _LATER_OF_CLAIMS
    for name, silent in later.items():
        if data[name] == silent:
            del data[name]
    for name in ("effective_from", "effective_to", "replaces"):
        data.pop(name, None)
    return data


_LATER_OF_ROWS: Final[dict[str, Any]] = {"confirm": None, "arguments": {}}
_LATER_OF_CLAIMS: Final[dict[str, Any]] = {"by": MODEL, "look": "", "severity": "info"}


def _row_faults(level: RawProfile, field: str, row: dict[str, Any], allowed: frozenset[str]) -> list[Fault]:
    found = [
        fault_at(
            level, f"{field}.{clean(name, 40)}", "is not a field of a row", "use one of " + ", ".join(sorted(allowed))
        )
        for name in row
        if name not in allowed
    ]
    if not isinstance(row.get("source"), str) or not row["source"].strip():
        found.append(fault_at(level, field, "has no source", "say in source = where the number comes from"))
    for name in ("note", "document", "says", "look"):
        if name in allowed and not isinstance(row.get(name, ""), str):
            found.append(fault_at(level, f"{field}.{name}", "is not text", "put it in quotes"))
    if not isinstance(row.get("override", False), bool):
        remedy = "write override = true, or remove it"
        found.append(fault_at(level, f"{field}.override", "is not true or false", remedy))
    choices = {
        "standing": tuple(standing.value for standing in Standing),
        "severity": SEVERITIES,
        "when_unknown": WHEN_UNKNOWN,
    }
    for name, values in choices.items():
        required = name == "standing"
        if (required or name in row) and name in allowed and row.get(name) not in values:
            found.append(fault_at(level, f"{field}.{name}", "is missing or wrong", "use one of " + ", ".join(values)))
    return found
