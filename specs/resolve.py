"""A profile with everything it inherits: every row with its origin, and every fault that it has."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from typing import Any, Final

import msgspec
from msgspec import Struct

from specs.nearest import nearest
from specs.profile import MODEL, Attested, Dropped, Fault, Profile, ProfileError, Requirement, Shape
from specs.profile_file import LONGEST_NOTE, RawProfile, date_text, fault_at
from specs.profile_rows import claim_of_row, dropped_row, requirement_of_row, unquoted_fault
from specs.quantities import Measure
from specs.text import clean

__all__ = ["no_such_profile", "resolve"]

DEEPEST_EXTENDS: Final = 8
"""Profiles that extend each other. The library's deepest chain has four."""
MOST_GUESSES: Final = 100
"""Faults of one profile after which no likely name is looked for any more: ten thousand would take half a minute."""


def resolve(
    raw: RawProfile,
    find: Callable[[str], RawProfile | None],
    shapes: Mapping[str, Shape],
    references: Sequence[str] = (),
) -> Profile:
    """The profile with everything it inherits.

    `find` gives the parsed profile of a reference ("ID" or "ID@VERSION") or None; `shapes` says which checks
    exist, and what each measures and takes; `references` are those that `find` knows, for remedies. Raises
    `ProfileError` with every fault: a cycle, an unknown parent or check, a row without a source, an empty range, a unit
    that does not fit.
    """
    chain = _chain(raw, find, references)
    resolving = _Resolving({}, {}, {}, [], set())
    for level in reversed(chain):
        _apply_rows(level, shapes, resolving)
    requirements, faults = resolving.requirements, resolving.faults
    faulty_rows = bool(faults)
    for level in reversed(chain):
        _apply_attested(level, resolving)
    abstract = raw.data.get("abstract", False) is True
    # Where rows are refused, what they would have required is not known.
    if not abstract and not faulty_rows and not any(row.severity != "info" for row in requirements.values()):
        faults.append(fault_at(raw, "require", "requires nothing, so that anything would pass", "add a requirement"))
    if faults:
        raise ProfileError(tuple(faults))
    rows = tuple(requirements[name] for name in sorted(requirements))
    claims = tuple(resolving.attested[name] for name in sorted(resolving.attested))
    decides = (raw.id, raw.version, [_digested(row) for row in rows], [_digested(claim) for claim in claims])
    digest = hashlib.sha256(msgspec.json.encode(decides, order="sorted")).hexdigest()
    dates = tuple(
        (date_text(level.data.get("effective_from")), date_text(level.data.get("effective_to"))) for level in chain
    )
    return Profile(
        id=raw.id,
        version=raw.version,
        title=clean(str(raw.data.get("title", raw.id))),
        lineage=tuple(f"{level.id}@{level.version}" for level in chain),
        effective_from=dates[0][0],
        effective_to=dates[0][1],
        abstract=abstract,
        requirements=rows,
        attested=claims,
        digest=digest,
        lineage_dates=dates,
        dropped=tuple(resolving.dropped[key] for key in sorted(resolving.dropped)),
        note=clean(str(raw.data.get("note", "")), LONGEST_NOTE),
    )


def no_such_profile(reference: str, references: Sequence[str]) -> tuple[str, str]:
    """What is wrong with a reference that names none of these ("ID@VERSION"), and what to do about it."""
    name, at, version = reference.partition("@")
    versions = [one.partition("@")[2] for one in references if one.partition("@")[0] == name]
    ids = sorted({one.partition("@")[0] for one in references})
    if versions and at and not version:
        return f"{clean(reference, 80)!r} names no version", f"write {name}@{versions[-1]}, or {name} for the newest"
    if versions:
        problem = f"there is no version {clean(version, 40)!r} of {name}"
        return problem, f"use one of these versions: {', '.join(versions)}"
    meant = nearest(name, ids)
    remedy = f"use {meant}, or another that `station profile list` shows" if meant else ""
    return f"there is no profile {clean(reference, 80)!r}", remedy


def _chain(raw: RawProfile, find: Callable[[str], RawProfile | None], references: Sequence[str]) -> list[RawProfile]:
    """The profile, what it extends, what that extends, and so on. Raises `ProfileError` where it never ends."""
    chain = [raw]
    while isinstance(parent := chain[-1].data.get("extends"), str):
        place = chain[-1]
        if parent in (place.id, f"{place.id}@{place.version}"):
            # Said of itself before anything is looked up: a file of one's own is in no library, and of its own id the
            # newest version is the file itself, wherever it lies.
            raise ProfileError((_circle([place], parent),))
        found = find(parent)
        if found is None:
            problem, remedy = no_such_profile(parent, references)
            remedy = remedy or "name a profile that `station profile list` shows"
            raise ProfileError((fault_at(place, "extends", problem, remedy),))
        for number, seen in enumerate(chain):
            if (seen.id, seen.version) == (found.id, found.version):
                raise ProfileError((_circle(chain[number:], parent),))
        chain.append(found)
        if len(chain) > DEEPEST_EXTENDS:
            problem = f"more than {DEEPEST_EXTENDS} profiles extend each other"
            raise ProfileError((fault_at(place, "extends", problem, "flatten the chain"),))
    return chain


def _circle(members: list[RawProfile], reference: str) -> Fault:
    """The fault of profiles that extend each other in a circle, at the line that closes it."""
    last = members[-1]
    remedy = "break the circle"
    if "@" not in reference:
        remedy += f', or name an older version that is meant, as in extends = "{clean(reference, 64)}@2020-08-28"'
    if len(members) == 1:
        return fault_at(last, "extends", "the profile extends itself", remedy)
    ring = [f"{member.id}@{member.version} ({member.file}:{member.lines.get('extends', 0)})" for member in members]
    names = " extends ".join([*ring, f"{members[0].id}@{members[0].version}"])
    return fault_at(last, "extends", f"the profiles extend each other in a circle: {names}", remedy)


class _Resolving(Struct):
    """What the levels that were read so far come to: the rows by name, the rows that were left out, every fault.

    A row that was refused is not read again in the profiles that extend its own: whether they may override it, nobody
    knows before it is mended.
    """

    requirements: dict[str, Requirement]
    attested: dict[str, Attested]
    dropped: dict[tuple[str, str], Dropped]
    faults: list[Fault]
    refused: set[tuple[str, str]]

    def refuse(self, table: str, name: str, faults: list[Fault]) -> None:
        self.faults.extend(faults)
        self.refused.add((table, name))


def _apply_rows(level: RawProfile, shapes: Mapping[str, Shape], resolving: _Resolving) -> None:
    rows = resolving.requirements
    for check, row in level.data.get("require", {}).items():
        if ("require", check) in resolving.refused:
            continue
        shape = shapes.get(check)
        if shape is None:
            fault = unquoted_fault(level, "require", check, row) or _unknown_check(level, check, shapes, resolving)
            resolving.refuse("require", check, [fault])
            continue
        dropped = dropped_row(level, "require", check, row, rows.get(check))
        if dropped is not None:
            _drop(rows, resolving, "require", check, dropped)
            continue
        read = requirement_of_row(level, check, row, shape, rows.get(check))
        if isinstance(read, list):
            resolving.refuse("require", check, read)
            continue
        rows[check] = read
        resolving.dropped.pop(("require", check), None)


def _unknown_check(level: RawProfile, check: str, shapes: Mapping[str, Shape], resolving: _Resolving) -> Fault:
    meant = nearest(check, shapes) if len(resolving.faults) < MOST_GUESSES else ""
    remedy = f"use {meant}, or another check" if meant else "use a check"
    field = f'require."{clean(check, 60)}"'
    return fault_at(level, field, "there is no check of that name", f"{remedy} that `station checks` lists")


def _apply_attested(level: RawProfile, resolving: _Resolving) -> None:
    rows = resolving.attested
    for name, row in level.data.get("attest", {}).items():
        if ("attest", name) in resolving.refused:
            continue
        unquoted = unquoted_fault(level, "attest", name, row)
        if unquoted is not None:
            resolving.refuse("attest", name, [unquoted])
            continue
        dropped = dropped_row(level, "attest", name, row, rows.get(name))
        if dropped is not None:
            _drop(rows, resolving, "attest", name, dropped)
            continue
        read = claim_of_row(level, name, row, rows.get(name))
        if isinstance(read, list):
            resolving.refuse("attest", name, read)
            continue
        rows[name] = read
        resolving.dropped.pop(("attest", name), None)


def _drop(
    rows: MutableMapping[str, Any], resolving: _Resolving, table: str, name: str, dropped: Dropped | list[Fault]
) -> None:
    if isinstance(dropped, list):
        resolving.refuse(table, name, dropped)
        return
    del rows[name]
    resolving.dropped[table, name] = dropped


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
    if isinstance(row, Requirement):
        data["limit"] = _digested_limit(data["limit"], row.measure)
    return data


def _digested_limit(limit: dict[str, Any], measure: Measure) -> dict[str, Any]:
    """A limit as the digest sees it: the bands of a range came later, and a count of numbers was once an `equals`."""
    if limit["op"] == "between":
        return {key: value for key, value in limit.items() if value is not None}
    if limit["op"] == "count" and measure is Measure.COUNT:
        return {"op": "equals", "value": float(limit["value"])}
    return limit


_LATER_OF_ROWS: Final[dict[str, Any]] = {"confirm": None, "arguments": {}}
_LATER_OF_CLAIMS: Final[dict[str, Any]] = {
    "by": MODEL,
    "look": "",
    "severity": "info",
    "purpose": "",
    "steps": (),
    "symptoms": (),
    "exercise": "",
    "challenge": False,
}
