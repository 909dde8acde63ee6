"""A waiver as a supervisor asks for it, checked against the catalogue and the profiles. Pure.

A waiver that could never do anything is refused as one that must not be: its owner would believe the fault covered.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from checks.catalogue import CATALOGUE
from checks.needing import exercises_of
from checks.verdict import ATTESTED_ROW
from specs.decisions import Waiver
from specs.limits import AtLeast, AtMost, limit_words
from specs.profile import Profile, ProfileError, Requirement
from specs.profiles import Library
from specs.quantities import Measure, QuantityError, parse_quantity
from station.bench.task_words import EXERCISE_WORDS
from station.bench.tasks import exercise_row
from station.deciding import wording
from station.deciding.errors import DecisionRefused
from station.deciding.typed import LONGEST_WAIVER, last_day, near, owner, subject_typed, text_typed
from station.findings import check_name

__all__ = ["WaiverAsked", "waiver_asked"]


class WaiverAsked(Struct, frozen=True):
    """What was typed, as it was typed. Empty, or None for the bound, where an option was left out."""

    check: str
    serial: str
    model: str
    by: str
    reason: str
    until: str
    no_worse_than: str | None = None
    profile: str = ""


def waiver_asked(asked: WaiverAsked, library: Library, today: date) -> Waiver:
    """The waiver that was asked for, ready for the book. Raises `DecisionRefused`, and `ProfileError` where the
    profile that was named has a fault.
    """
    check = asked.check.strip()
    profiles = _named(library, asked.profile.strip())
    _refuse_check(check, library, profiles)
    subject = subject_typed(asked.serial, asked.model)
    by = owner(asked.by)
    reason = text_typed(asked.reason, "--reason", wording.NO_REASON)
    until = last_day(asked.until, today, LONGEST_WAIVER)
    bound = asked.no_worse_than
    # An empty bound is a slip of the hand, and no bound at all would let anything through.
    worst = _bound(bound.strip(), check, profiles or _all(library)) if bound is not None else None
    profile = profiles[0].id if profiles else ""
    return Waiver(
        id="",
        by=by,
        made_at="",
        until=until,
        subject=subject,
        check=check,
        reason=reason,
        profile=profile,
        worst=worst,
    )


def _named(library: Library, name: str) -> tuple[Profile, ...]:
    """Every version of the profile that was named, or the one in a file; none where none was named."""
    if not name:
        return ()
    if name.endswith(".toml"):
        return (library.open(name),)
    if "@" in name:
        raise DecisionRefused(wording.every_version(name))
    versions = [reference for reference in library.references() if reference.partition("@")[0] == name]
    raws = [raw for reference in versions if (raw := library.find(reference)) is not None]
    if not raws or any(raw.data.get("abstract") is True for raw in raws):
        ids = {reference.partition("@")[0] for reference in library.references()}
        raise DecisionRefused(wording.no_profile(name, sorted(one for one in ids if _usable(library, one))))
    return tuple(library.resolve(raw) for raw in raws)


def _usable(library: Library, name: str) -> bool:
    raw = library.find(name)
    return raw is not None and raw.data.get("abstract") is not True


def _all(library: Library) -> tuple[Profile, ...]:
    """Every profile to judge by. One with a fault is left out: lint tells of it, and no shift starts on it."""
    found = []
    for reference in library.references():
        if _usable(library, reference):
            try:
                found.append(library.get(reference))
            except ProfileError:
                continue
    return tuple(found)


def _refuse_check(check: str, library: Library, profiles: tuple[Profile, ...]) -> None:
    """Raises where there is no such check, where nobody may let it through, and where the profile does not ask."""
    attested = _attested_names(library, profiles)
    if check not in CATALOGUE and check not in attested:
        known = {name: check_name(name) for name in (*CATALOGUE, *sorted(attested))}
        close = [(name, known[name]) for name in near(check, known)]
        raise DecisionRefused(wording.no_check(check, close))
    if check in CATALOGUE and not CATALOGUE[check].waivable:
        raise DecisionRefused(wording.not_waivable(check))
    if profiles and check in CATALOGUE and not _rows(profiles, check):
        raise DecisionRefused(wording.not_asked(check, profiles[0].id))


def _attested_names(library: Library, profiles: tuple[Profile, ...]) -> set[str]:
    """The attested rows of the profiles named, or of all that there are; and those that the bench asks by itself."""
    if profiles:
        own = {name for profile in profiles for name in exercises_of(profile) if name in EXERCISE_WORDS}
        rows = {claim.name for profile in profiles for claim in profile.attested}
    else:
        own = set(EXERCISE_WORDS)
        raws = [raw for reference in library.references() if (raw := library.find(reference)) is not None]
        rows = {name for raw in raws for name in raw.data.get("attest", {})}
    return {ATTESTED_ROW + row for row in (*rows, *map(exercise_row, own))}


def _rows(profiles: Iterable[Profile], check: str) -> list[Requirement]:
    return [row for profile in profiles for row in profile.requirements if row.check == check]


def _bound(typed: str, check: str, profiles: tuple[Profile, ...]) -> float:
    """The worst reading that is let through, in the canonical unit."""
    found = CATALOGUE.get(check)
    measure = found.measure if found else Measure.TEXT
    if not measure.is_number:
        raise DecisionRefused(wording.no_bound(check))
    try:
        value = parse_quantity(typed, measure).value
    except QuantityError as error:
        raise DecisionRefused(wording.wrong_bound(typed, str(error), measure.unit)) from error
    if value < 0:
        raise DecisionRefused(wording.below_zero(typed))
    rows = [(profile.reference, row) for profile in profiles for row in _rows((profile,), check)]
    compared = [(name, row) for name, row in rows if isinstance(row.limit, (AtLeast, AtMost))]
    if rows and not compared:
        raise DecisionRefused(wording.nothing_worse(check, limit_words(rows[0][1].limits())))
    if compared and not any(_beyond(value, row) for _, row in compared):
        name, row = compared[0]
        raise DecisionRefused(wording.within_limit(typed, name, limit_words(row.limits())))
    return value


def _beyond(value: float, row: Requirement) -> bool:
    """True where there are failing readings of this row that are no worse than the bound."""
    limit = row.limit
    if isinstance(limit, AtLeast):
        return value < limit.floor
    return isinstance(limit, AtMost) and value > limit.value
