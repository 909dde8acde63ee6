"""One row of a profile file: from what it says to a `Requirement`, an `Attested` or a `Dropped`, or to its faults.

A row is read in the profile in which it stands, beside the rows that this profile inherits. What happens to it in the
profiles that extend this one is `specs.resolve`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from specs.asking import ASKING_KEYS, OWN_ROWS, Asking, asking_of_row
from specs.limits import Limit
from specs.nearest import choose
from specs.profile import (
    BY,
    MODEL,
    MOST_READINGS,
    SEVERITIES,
    TECHNICIAN,
    USUAL_UNKNOWN,
    WHEN_UNKNOWN,
    Attested,
    Confirm,
    ConfirmError,
    Dropped,
    Fault,
    Requirement,
    Shape,
    Standing,
)
from specs.profile_arguments import arguments_of_row
from specs.profile_file import NAME_PATTERN, RawProfile, date_text, dates_faults, fault_at
from specs.profile_limits import BESIDE, LIMIT_KEYS, WrongLimit, limit_of_row
from specs.text import LONGEST_TEXT, clean

__all__ = [
    "ATTEST_KEYS",
    "CONFIRM_RULES",
    "DROP_KEYS",
    "REQUIRE_KEYS",
    "claim_of_row",
    "dropped_row",
    "requirement_of_row",
    "unquoted_fault",
]

_DATES: Final = ("effective_from", "effective_to")
_COMMON: Final = frozenset({"source", "standing", "override", "severity", "drop", *_DATES})
REQUIRE_KEYS: Final = _COMMON | {*LIMIT_KEYS, *BESIDE, "when_unknown", "note", "confirm", "arguments"}
ATTEST_KEYS: Final = _COMMON | {"claim", "document", "by", "look", *ASKING_KEYS}
DROP_KEYS: Final = frozenset({"drop", "source", "standing"})

CONFIRM_RULES: Final = tuple(
    f"{passes} of {of}" for of in range(3, MOST_READINGS + 1) for passes in range(of // 2 + 1, of)
)
"""Every rule of confirmation there is, the one with the fewest readings first."""

Found: TypeAlias = list[Fault]


def dropped_row(
    level: RawProfile, table: str, name: str, row: Mapping[str, Any], inherited: Requirement | Attested | None
) -> Dropped | Found | None:
    """The dropping that a row asks for, its faults, or None where it drops nothing because it does not say `drop`."""
    if "drop" not in row:
        return None
    field = _field(table, name)
    if row["drop"] is not True:
        remedy = "write drop = true to leave the inherited row out, or remove it"
        return [fault_at(level, f"{field}.drop", "is not true", remedy)]
    found = [
        fault_at(
            level, f"{field}.{clean(key, 40)}", "says something of a row that is dropped", "remove it, or remove drop"
        )
        for key in row
        if key not in DROP_KEYS
    ]
    found += _source_faults(level, field, row)
    if inherited is None:
        found.append(fault_at(level, f"{field}.drop", "drops nothing: no such row is inherited", "remove this row"))
    if found or inherited is None:
        return found
    return Dropped(
        name=clean(name, 60),
        origin=_reference(level),
        replaces=inherited.origin,
        source=clean(row["source"]),
        standing=Standing(row["standing"]),
        attested=table == "attest",
    )


def unquoted_fault(level: RawProfile, table: str, name: str, row: Mapping[str, Any]) -> Fault | None:
    """The fault of a row whose name has a dot and no quotes: TOML takes it for a table in a table. None of others."""
    for inner, found in row.items():
        if isinstance(found, dict) and inner not in REQUIRE_KEYS | ATTEST_KEYS:
            whole = f"{clean(name, 60)}.{clean(inner, 40)}"
            remedy = f'put the name in quotes, as in [{table}."{whole}"]'
            return fault_at(level, f"{_field(table, name)}.{clean(inner, 40)}", "is a table in a table", remedy)
    return None


def requirement_of_row(
    level: RawProfile, check: str, row: Mapping[str, Any], shape: Shape, inherited: Requirement | None
) -> Requirement | Found:
    """One row of `require`, or its faults."""
    field = _field("require", check)
    found = _row_faults(level, field, row, REQUIRE_KEYS)
    found += _override_faults(level, field, row, inherited, "required")
    confirm = _confirm(level, field, row, found)
    start, end = _dates(level, field, row, found)
    arguments = arguments_of_row(row, shape.arguments)
    if isinstance(arguments, list):
        for wrong in arguments:
            at = f"{field}.arguments" + (f".{clean(wrong.name, 40)}" if wrong.name else "")
            found.append(fault_at(level, at, wrong.problem, wrong.remedy, wrong.member))
        arguments = {}
    limit: Limit | None = None
    try:
        limit = limit_of_row(row, shape.measure, shape.words)
    except WrongLimit as error:
        at = f"{field}.{error.key}" if error.key else field
        found.append(fault_at(level, at, clean(str(error), 160), error.remedy, error.member))
    if found or limit is None:
        return found
    return Requirement(
        check=check,
        limit=limit,
        measure=shape.measure,
        severity=row.get("severity", "blocker"),
        when_unknown=row.get("when_unknown", USUAL_UNKNOWN),
        source=clean(row["source"]),
        standing=Standing(row["standing"]),
        origin=_reference(level),
        note=clean(row.get("note", "")),
        says=clean(row.get("says", "")),
        confirm=confirm,
        arguments=arguments,
        effective_from=start,
        effective_to=end,
        replaces=inherited.origin if inherited else "",
    )


def claim_of_row(level: RawProfile, name: str, row: Mapping[str, Any], inherited: Attested | None) -> Attested | Found:
    """One row of `attest`, or its faults."""
    field = _field("attest", name)
    if re.fullmatch(NAME_PATTERN, name) is None:
        remedy = 'write it in small letters, digits, dots, dashes and underscores, as in [attest."warranty.months"]'
        return [fault_at(level, field, "is not a name of at most 60 letters", remedy)]
    if name.startswith(OWN_ROWS):
        remedy = f"give it a name that does not begin with {OWN_ROWS}"
        return [fault_at(level, field, "has a name that the bench keeps for its own questions", remedy)]
    found = _row_faults(level, field, row, ATTEST_KEYS)
    if not _says_something(row.get("claim")):
        found.append(fault_at(level, field, "has no claim", 'write what is claimed, as in claim = "12 months"'))
    found += _override_faults(level, field, row, inherited, "attested")
    found += _looking_faults(level, field, row)
    asking = _asking(level, field, row, found)
    start, end = _dates(level, field, row, found)
    if found:
        return found
    return Attested(
        name=name,
        claim=clean(row["claim"]),
        source=clean(row["source"]),
        standing=Standing(row["standing"]),
        origin=_reference(level),
        document=clean(row.get("document", "")),
        by=row.get("by", MODEL),
        look=clean(row.get("look", "")),
        severity=row.get("severity", "info"),
        replaces=inherited.origin if inherited else "",
        effective_from=start,
        effective_to=end,
        purpose=asking.purpose,
        steps=asking.steps,
        symptoms=asking.symptoms,
        exercise=asking.exercise,
        challenge=asking.challenge,
    )


def _field(table: str, name: str) -> str:
    return f'{table}."{clean(name, 60)}"'


def _reference(level: RawProfile) -> str:
    return f"{level.id}@{level.version}"


def _override_faults(
    level: RawProfile, field: str, row: Mapping[str, Any], inherited: Requirement | Attested | None, how: str
) -> Found:
    overrides = row.get("override") is True
    if inherited is not None and not overrides:
        problem = f"is already {how} by {inherited.origin}"
        return [fault_at(level, field, problem, "add override = true to replace it")]
    if inherited is None and overrides:
        return [fault_at(level, field, "overrides nothing", "remove override")]
    return []


def _confirm(level: RawProfile, field: str, row: Mapping[str, Any], found: Found) -> Confirm | None:
    """The row's rule of confirmation; what is wrong with it is added to `found`."""
    if "confirm" not in row:
        return None
    given, at = row["confirm"], f"{field}.confirm"
    remedy = f'write it as in confirm = "{CONFIRM_RULES[0]}": most of the readings, and not all of them'
    rule = re.fullmatch("([0-9]) of ([0-9])", given) if isinstance(given, str) else None
    if rule is None:
        found.append(fault_at(level, at, "is not a rule of confirmation", remedy))
        return None
    try:
        return Confirm(int(rule[1]), int(rule[2]))
    except ConfirmError as error:
        found.append(fault_at(level, at, str(error), remedy))
        return None


def _dates(level: RawProfile, field: str, row: Mapping[str, Any], found: Found) -> tuple[str, str]:
    """The row's own dates, else those of its profile; what is wrong with them is added to `found`."""
    wrong = dates_faults(level, {key: row[key] for key in _DATES if key in row}, field)
    start, end = (date_text(level.data.get(key)) for key in _DATES)
    own = [(key, date_text(row[key])) for key in _DATES if key in row]
    if not wrong:
        for key, day in own:
            if (start and day < start) or (end and day > end):
                term = f"{start or 'the beginning'} to {end or 'no end'}"
                remedy = f"write a day from {term}, or leave it out"
                wrong.append(fault_at(level, f"{field}.{key}", "is outside the dates of its profile", remedy))
    found += wrong
    dates = {"effective_from": start, "effective_to": end, **dict(own)}
    return dates["effective_from"], dates["effective_to"]


def _looking_faults(level: RawProfile, field: str, row: Mapping[str, Any]) -> Found:
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
    found: Found = []
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


def _asking(level: RawProfile, field: str, row: Mapping[str, Any], found: Found) -> Asking:
    """How the technician is asked; what is wrong with it is added to `found`."""
    given = [key for key in ASKING_KEYS if key in row]
    if row.get("by", MODEL) == MODEL:
        remedy = f'add by = "{TECHNICIAN}", or remove it'
        found += [fault_at(level, f"{field}.{key}", "is for the technician only", remedy) for key in given]
        return Asking()
    asking = asking_of_row(row)
    if isinstance(asking, Asking):
        return asking
    found += [fault_at(level, f"{field}.{one.key}", one.problem, one.remedy, one.member) for one in asking]
    return Asking()


def _row_faults(level: RawProfile, field: str, row: Mapping[str, Any], allowed: frozenset[str]) -> Found:
    """What is wrong with a row whatever it requires: its names, its texts, its choices, its source."""
    found = [
        fault_at(level, f"{field}.{clean(name, 40)}", "is not a field of a row", choose(name, sorted(allowed)))
        for name in row
        if name not in allowed
    ]
    found += _source_faults(level, field, row)
    for name in ("note", "document", "says", "look"):
        if name not in allowed or name not in row:
            continue
        if not isinstance(row[name], str):
            found.append(fault_at(level, f"{field}.{name}", "is not text", "put it in quotes"))
        elif not _says_something(row[name]) and name != "look":  # a blank look is told with the remedy of a missing one
            found.append(fault_at(level, f"{field}.{name}", "is blank", "write it, or remove it"))
    if not isinstance(row.get("override", False), bool):
        remedy = "write override = true, or remove it"
        found.append(fault_at(level, f"{field}.override", "is not true or false", remedy))
    for name, values in (("severity", SEVERITIES), ("when_unknown", WHEN_UNKNOWN)):
        if name in row and name in allowed and row[name] not in values:
            found.append(fault_at(level, f"{field}.{name}", "is wrong", "use one of " + ", ".join(values)))
    return found


def _says_something(text: object) -> bool:
    """True for a text with anything in it that a person sees: letters of no width are not."""
    return isinstance(text, str) and clean(text) != ""


def _source_faults(level: RawProfile, field: str, row: Mapping[str, Any]) -> Found:
    found: Found = []
    if not _says_something(row.get("source")):
        found.append(fault_at(level, field, "has no source", "say in source = where the number comes from"))
    standings = tuple(standing.value for standing in Standing)
    if row.get("standing") not in standings:
        problem = "is missing or wrong"
        found.append(fault_at(level, f"{field}.standing", problem, "use one of " + ", ".join(standings)))
    return found
