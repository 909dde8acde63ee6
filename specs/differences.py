"""What differs between two profiles: a list of typed changes, as data. Their sentences are in `station`'s catalogue.

Where it can be told from the data alone, a change says whether more laptops may ship (looser) or fewer (stricter).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any, Final, TypeVar

from msgspec import Struct

from specs.asking import symptom_texts
from specs.limits import AtLeast, AtMost, Between, Count, Equals, Limit, OneOf, Place, limit_data, place
from specs.profile import Attested, Confirm, Dropped, Profile, Requirement
from specs.quantities import Measure

__all__ = ["About", "Change", "Way", "What", "differences"]

Row = TypeVar("Row", Requirement, Attested)


class About(Enum):
    """What a change is about: the profile itself, a row that is measured, or a claim."""

    PROFILE = "profile"
    REQUIREMENT = "requirement"
    ATTESTED = "attested"


class What(Enum):
    """What has changed."""

    ADDED = "added"
    GONE = "gone"
    LIMIT = "limit"
    WORDS = "words"
    CLAIM = "claim"
    SEVERITY = "severity"
    WHEN_UNKNOWN = "when_unknown"
    CONFIRM = "confirm"
    ARGUMENTS = "arguments"
    BY = "by"
    LOOK = "look"
    PURPOSE = "purpose"
    STEPS = "steps"
    SYMPTOMS = "symptoms"
    EXERCISE = "exercise"
    CHALLENGE = "challenge"
    DOCUMENT = "document"
    SOURCE = "source"
    STANDING = "standing"
    DATES = "dates"
    NOTE = "note"
    TITLE = "title"
    EXTENDS = "extends"
    ABSTRACT = "abstract"


class Way(Enum):
    """What a change does to verdicts: fewer laptops may ship, more may, some differ and which is not known from the
    data, or none.
    """

    STRICTER = "stricter"
    LOOSER = "looser"
    OTHER = "other"
    NONE = "none"


class Change(Struct, frozen=True):
    """One change. `name` is the check's id or the claim's name, empty for the profile itself.

    `before` and `after` are plain data, as `what` has it: a limit as findings store it; a row that was added or is
    gone as a table of all it says; dates as [first day, last day]; None where there is nothing.
    """

    about: About
    name: str
    what: What
    way: Way
    before: Any
    after: Any


def differences(before: Profile, after: Profile) -> tuple[Change, ...]:
    """Everything that a person would want to know of the way from one profile to another, the profile itself first,
    then its rows and its claims by name. Empty where both say the same; where a row stands is no difference.
    """
    return (*_of_profiles(before, after), *_of_requirements(before, after), *_of_claims(before, after))


def _of_profiles(before: Profile, after: Profile) -> Iterator[Change]:
    told: tuple[tuple[What, Callable[[Profile], Any]], ...] = (
        (What.TITLE, lambda profile: profile.title),
        (What.EXTENDS, lambda profile: list(profile.lineage[1:2])),
        (What.DATES, _dates),
        (What.ABSTRACT, lambda profile: profile.abstract),
        (What.NOTE, lambda profile: profile.note),
    )
    for what, read in told:
        old, new = read(before), read(after)
        if old != new:
            yield Change(About.PROFILE, "", what, Way.NONE, old, new)


def _of_requirements(before: Profile, after: Profile) -> Iterator[Change]:
    old = {row.check: row for row in before.requirements}
    new = {row.check: row for row in after.requirements}
    for name in sorted({*old, *new}):
        was, now = old.get(name), new.get(name)
        if was is None or now is None:
            yield _whole_row(About.REQUIREMENT, name, was, now, after)
            continue
        for what, way, one, other in _of_rows(was, now):
            yield Change(About.REQUIREMENT, name, what, way, one, other)
        yield from _dates_of_rows(About.REQUIREMENT, name, (before, was), (after, now))


def _of_claims(before: Profile, after: Profile) -> Iterator[Change]:
    old = {row.name: row for row in before.attested}
    new = {row.name: row for row in after.attested}
    for name in sorted({*old, *new}):
        was, now = old.get(name), new.get(name)
        if was is None or now is None:
            yield _whole_row(About.ATTESTED, name, was, now, after)
            continue
        for what, way, one, other in _of_two_claims(was, now):
            yield Change(About.ATTESTED, name, what, way, one, other)
        yield from _dates_of_rows(About.ATTESTED, name, (before, was), (after, now))


def _whole_row(about: About, name: str, was: Row | None, now: Row | None, after: Profile) -> Change:
    """A row that was added, or is gone: with the reason where the profile says that it drops it."""
    if now is not None:
        way = Way.STRICTER if now.severity != "info" else Way.NONE
        return Change(about, name, What.ADDED, way, None, _row_data(now))
    way = Way.LOOSER if was is not None and was.severity != "info" else Way.NONE
    left_out = next((one for one in after.dropped if (one.name, one.attested) == (name, about is About.ATTESTED)), None)
    return Change(about, name, What.GONE, way, _row_data(was) if was else None, _dropped_data(left_out))


def _row_data(row: Requirement | Attested) -> dict[str, Any]:
    common = {"severity": row.severity, "source": row.source, "standing": row.standing.value}
    if isinstance(row, Requirement):
        return {"limit": row.limits(), "when_unknown": row.when_unknown, **common}
    return {"claim": row.claim, "by": row.by, "look": row.look, "document": row.document, **common}


def _dropped_data(dropped: Dropped | None) -> dict[str, Any] | None:
    if dropped is None:
        return None
    return {"dropped_by": dropped.origin, "source": dropped.source, "standing": dropped.standing.value}


def _of_rows(was: Requirement, now: Requirement) -> Iterator[tuple[What, Way, Any, Any]]:
    def way(found: Way) -> Way:
        """What is recorded only decides nothing; a row that begins or ends to decide says so by its severity."""
        return Way.NONE if "info" in (was.severity, now.severity) else found

    if (was.limit, was.measure) != (now.limit, now.measure):
        yield What.LIMIT, way(_way_of_limits(was, now)), _limit_data(was), _limit_data(now)
    elif was.says != now.says:
        yield What.WORDS, Way.NONE, was.says, now.says
    if was.severity != now.severity:
        yield What.SEVERITY, _way_of_severity(was.severity, now.severity), was.severity, now.severity
    # An unknown reading ships in no case; which verdict it gets decides who has to look.
    if was.when_unknown != now.when_unknown:
        yield What.WHEN_UNKNOWN, way(Way.OTHER), was.when_unknown, now.when_unknown
    if was.confirm != now.confirm:
        confirms = way(_way_of_confirmation(was.confirm, now.confirm))
        yield What.CONFIRM, confirms, _text_of(was.confirm), _text_of(now.confirm)
    if was.arguments != now.arguments:
        yield What.ARGUMENTS, way(Way.OTHER), was.arguments, now.arguments
    yield from _of_sources(was, now)
    if was.note != now.note:
        yield What.NOTE, Way.NONE, was.note, now.note


def _of_two_claims(was: Attested, now: Attested) -> Iterator[tuple[What, Way, Any, Any]]:
    decides = Way.OTHER if "info" not in (was.severity, now.severity) else Way.NONE
    if was.claim != now.claim:
        yield What.CLAIM, decides, was.claim, now.claim
    if was.severity != now.severity:
        yield What.SEVERITY, _way_of_severity(was.severity, now.severity), was.severity, now.severity
    if was.by != now.by:
        yield What.BY, decides, was.by, now.by
    if was.look != now.look:
        yield What.LOOK, decides, was.look, now.look
    yield from _of_askings(was, now, decides)
    if was.document != now.document:
        yield What.DOCUMENT, decides, was.document, now.document
    yield from _of_sources(was, now)


def _of_askings(was: Attested, now: Attested, decides: Way) -> Iterator[tuple[What, Way, Any, Any]]:
    """How the technician is asked. Only what the laptop does, and what a pass needs, may change an answer."""
    if was.purpose != now.purpose:
        yield What.PURPOSE, Way.NONE, was.purpose, now.purpose
    if was.steps != now.steps:
        yield What.STEPS, Way.NONE, list(was.steps), list(now.steps)
    if was.symptoms != now.symptoms:
        yield What.SYMPTOMS, Way.NONE, symptom_texts(was.symptoms), symptom_texts(now.symptoms)
    if was.exercise != now.exercise:
        yield What.EXERCISE, decides, was.exercise, now.exercise
    if was.challenge != now.challenge:
        stricter = Way.STRICTER if now.challenge else Way.LOOSER
        yield What.CHALLENGE, stricter if decides is Way.OTHER else Way.NONE, was.challenge, now.challenge


def _of_sources(was: Requirement | Attested, now: Requirement | Attested) -> Iterator[tuple[What, Way, Any, Any]]:
    if was.source != now.source:
        yield What.SOURCE, Way.NONE, was.source, now.source
    if was.standing != now.standing:
        yield What.STANDING, Way.NONE, was.standing.value, now.standing.value


def _dates_of_rows(
    about: About, name: str, old: tuple[Profile, Requirement | Attested], new: tuple[Profile, Requirement | Attested]
) -> Iterator[Change]:
    """A row's dates, where they are its own on one side at least: a profile's are told once, with the profile."""
    (before, was), (after, now) = old, new
    if _dates(was) != _dates(now) and (before.has_own_dates(was) or after.has_own_dates(now)):
        yield Change(about, name, What.DATES, Way.NONE, _dates(was), _dates(now))


def _dates(dated: Profile | Requirement | Attested) -> list[str]:
    return [dated.effective_from, dated.effective_to]


def _text_of(confirm: Confirm | None) -> str | None:
    return None if confirm is None else str(confirm)


def _limit_data(row: Requirement) -> dict[str, Any]:
    """The limit with its words, and without what is told of the row on its own."""
    data = limit_data(row.limit, row.measure)
    return {**data, "words": row.says} if row.says else data


def _way_of_severity(was: str, now: str) -> Way:
    """Only "info" differs from the others in what ships: blocker, major and minor must all hold."""
    if (was == "info") == (now == "info"):
        return Way.NONE
    return Way.LOOSER if now == "info" else Way.STRICTER


def _way_of_confirmation(was: Confirm | None, now: Confirm | None) -> Way:
    """A rule lets laptops ship that a single failing reading would hold back."""
    if was is None:
        return Way.LOOSER
    if now is None:
        return Way.STRICTER
    looser = now.passes <= was.passes and now.of >= was.of
    stricter = now.passes >= was.passes and now.of <= was.of
    return Way.LOOSER if looser else Way.STRICTER if stricter else Way.OTHER


def _way_of_limits(was: Requirement, now: Requirement) -> Way:
    """By what ships; where that is the same, by what is clean and not marginal."""
    if was.measure is not now.measure:
        return Way.OTHER
    for covers in (_covers, _covers_cleanly):
        wider = covers(now.limit, was.limit, now.measure)
        narrower = covers(was.limit, now.limit, now.measure)
        if not (wider and narrower):
            # What is not known to be narrower may let the same through: then nothing is claimed.
            known = wider is not None and narrower is not None
            return Way.LOOSER if wider and known else Way.STRICTER if narrower and known else Way.OTHER
    return Way.NONE


_SHIPS: Final = (Place.WITHIN, Place.MARGINAL)


def _covers(wide: Limit, narrow: Limit, measure: Measure) -> bool | None:
    """Whether every value that `narrow` lets ship is one that `wide` lets ship; None where the data does not tell."""
    if wide == narrow:
        return True
    listed = _values(narrow, measure)
    if listed is not None:
        return all(place(value, wide) in _SHIPS for value in listed)
    inner, outer = _range(narrow), _range(wide)
    if inner is None:
        return None  # a pattern, or a number of texts: what it lets ship cannot be listed
    if outer is None:
        # A range has more values than any list; a list of whole numbers may have them all.
        return None if measure.bounds.whole and inner[1] < math.inf else False
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def _covers_cleanly(wide: Limit, narrow: Limit, measure: Measure) -> bool | None:
    """The same of the values that are not marginal. Only ranges have a band."""
    inner, outer = _clean_range(narrow), _clean_range(wide)
    if inner is None or outer is None:
        return _covers(wide, narrow, measure)
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def _values(limit: Limit, measure: Measure) -> tuple[bool | float | str, ...] | None:
    """Every value that a limit lets ship, where that is a list. A count of texts is none, nor is a long range."""
    match limit:
        case Equals(value):
            return (value,)
        case OneOf(values):
            return values
        case Count(value) if measure is Measure.COUNT:
            return (value,)
    low, high = _range(limit) or (0, math.inf)
    if low == high:
        return (low,)
    if measure.bounds.whole and high - low < _LONGEST_LIST:
        return tuple(range(math.ceil(low), math.floor(high) + 1))
    return None


_LONGEST_LIST: Final = 1000
"""Members of a range of whole numbers that is compared number by number."""


def _range(limit: Limit) -> tuple[float, float] | None:
    """From where to where a limit lets ship, both allowed; None for what is no range. No measure goes below 0."""
    match limit:
        case AtLeast():
            return limit.floor, math.inf
        case AtMost(value):
            return min(0, value), value
        case Between(low, high):
            return low, high
    return None


def _clean_range(limit: Limit) -> tuple[float, float] | None:
    match limit:
        case AtLeast():
            return limit.floor if limit.marginal_below is None else limit.marginal_below, math.inf
        case AtMost(value, above):
            return min(0, value), value if above is None else above
        case Between(low, high, below, above):
            return low if below is None else below, high if above is None else above
    return None
