"""One finding explained, as data: the rule, its version, the limit, the reading, and the bytes it was read from."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec
from msgspec import Struct

from checks.catalogue import CATALOGUE, shapes
from checks.verdict import ATTESTED_ROW, Finding
from hardware.evidence.bundle import Bundle, Item
from hardware.evidence.rounds import Round, split_rounds
from specs.profile import Attested, Profile, ProfileError, Requirement
from specs.profiles import Library, load_library
from station.explaining import wording
from station.explaining.excerpt import MOST_ITEMS_NARROWED, Excerpt, narrowed
from station.explaining.kept import Kept, KeptItem
from station.explaining.rereading import Outcome, outcome_of, reread, row_of
from station.findings import finding_limit, finding_reading, finding_title, is_attested
from station.records import AttemptRecord

__all__ = ["Again", "Explanation", "ItemSeen", "Rule", "explained", "profile_of"]

Clock = Callable[[], float]

_DAMAGED: Final = frozenset({Kept.MISSING, Kept.DIFFERENT})


class Rule(Struct, frozen=True):
    """What was asked, and by whom. What only a library with this very profile knows is empty without it; then
    `missing` says so.
    """

    check: str
    title: str
    looks_at: str
    decides: str
    profile: str
    digest: str
    origin: str = ""
    source: str = ""
    standing: str = ""
    note: str = ""
    look: str = ""
    missing: str = ""


class Again(Struct, frozen=True):
    """The evidence read again today. `same` is None where it was not; `value` is today's reading where it differs."""

    same: bool | None
    sentence: str
    value: Any = None


class ItemSeen(Struct, frozen=True):
    """One item behind the finding. `state` is what the store has of it; `note` is one clause for a person, or empty."""

    id: str
    state: str
    sha256: str = ""
    size: int = 0
    source: str = ""
    exit: int | None = None
    error: str | None = None
    truncated: bool = False
    note: str = ""
    excerpt: Excerpt | None = None


class Explanation(Struct, frozen=True):
    """All of it. `limit`, `reading` and `reason` are in words; the finding has them as data."""

    finding: Finding
    rule: Rule
    limit: str
    reading: str
    reason: str
    again: Again
    evidence: tuple[ItemSeen, ...]


def explained(
    record: AttemptRecord, finding: Finding, kept: Mapping[str, KeptItem], profile: Profile | None, clock: Clock
) -> Explanation:
    """The finding of that record, explained from its evidence. `clock` gives monotonic seconds: the search for the
    bytes is bounded. `profile` is the one of the record's id, version and digest, None where there is none.
    """
    again, excerpts, named = _read_again(finding, kept, clock)
    return Explanation(
        finding=finding,
        rule=_rule(record, finding, profile),
        limit=finding_limit(finding),
        reading=finding_reading(finding),
        reason=wording.reason_words(finding.reason),
        again=again,
        evidence=tuple(
            _seen(item_id, kept.get(item_id), excerpts.get(item_id), finding, same=again.same is True)
            for item_id in named
        ),
    )


def profile_of(record: AttemptRecord, kept: Profile | None, library: Library | None = None) -> Profile | None:
    """The profile that the record was judged by: the one that the bench `kept`, else the library's of the same id,
    version and digest; None where there is none that is all three.
    """
    if kept is not None and (kept.reference, kept.digest) == (record.profile, record.profile_digest):
        return kept
    try:
        library = library or load_library(shapes())
        raw = library.find(record.profile)
        profile = library.resolve(raw) if raw is not None else None
    except ProfileError:
        return None
    if profile is None or profile.reference != record.profile or profile.digest != record.profile_digest:
        return None
    return profile


def _rule(record: AttemptRecord, finding: Finding, profile: Profile | None) -> Rule:
    check = CATALOGUE.get(finding.check)
    row = _row(finding, profile)
    rule = Rule(
        check=finding.check,
        title=finding_title(finding),
        looks_at=check.looks_at if check else "",
        decides=check.decides if check else "",
        profile=record.profile,
        digest=record.profile_digest,
    )
    if row is None:
        unasked = profile is not None and is_attested(finding)
        missing = wording.NO_ROW if unasked else wording.not_in_library(record.profile, record.profile_digest)
        return msgspec.structs.replace(rule, missing=missing)
    return msgspec.structs.replace(
        rule,
        origin=row.origin,
        source=row.source,
        standing=row.standing.value,
        note=row.note if isinstance(row, Requirement) else "",
        look=row.look if isinstance(row, Attested) else "",
    )


def _row(finding: Finding, profile: Profile | None) -> Requirement | Attested | None:
    if profile is None:
        return None
    if is_attested(finding):
        name = finding.check.removeprefix(ATTESTED_ROW)
        return next((row for row in profile.attested if row.name == name), None)
    return next((row for row in profile.requirements if row.check == finding.check), None)


def _read_again(
    finding: Finding, kept: Mapping[str, KeptItem], clock: Clock
) -> tuple[Again, Mapping[str, Excerpt], Sequence[str]]:
    """How today's reading compares, the excerpts by item id, and the items to tell of."""
    if is_attested(finding):
        return Again(None, wording.ANSWERED if finding.evidence else wording.NOT_ATTESTED), {}, finding.evidence
    named = _named(finding, kept)
    row = row_of(finding)
    if row is None:
        why = "this station does not know the check" if finding.check not in CATALOGUE else "the limit cannot be read"
        return Again(None, wording.not_read_again(why)), {}, named
    damaged = [item_id for item_id in named if item_id in kept and kept[item_id].state in _DAMAGED]
    if damaged:
        return Again(None, wording.not_read_again(wording.damaged_evidence(damaged))), {}, named
    rounds = split_rounds(_bundle(kept))
    stored = outcome_of(finding)
    chosen, today = _round_of(stored, rounds, row)
    same = outcome_of(today, chosen.kept_as) == stored
    target = outcome_of(today)
    if not same:
        named = tuple(dict.fromkeys((*named, *(chosen.kept_as.get(one, one) for one in today.evidence))))
    again = Again(True, wording.SAME)
    if not same:
        was_read = finding.reason not in ("no_such_check", "judge_failed")
        again = Again(False, wording.changed(finding_reading(today), was_read=was_read), today.value)
    if not target.known:
        return again, {}, named
    return again, _excerpts(chosen, row, today, target, clock), named


def _round_of(stored: Outcome, rounds: Sequence[Round], row: Requirement) -> tuple[Round, Finding]:
    """The round that gave the stored reading, and its finding today; the first round where none does."""
    first: Finding | None = None
    for one in rounds:
        found = reread(one.bundle, row)
        if outcome_of(found, one.kept_as) == stored:
            return one, found
        first = first or found
    return rounds[0], first or reread(rounds[0].bundle, row)


def _excerpts(chosen: Round, row: Requirement, today: Finding, target: Outcome, clock: Clock) -> Mapping[str, Excerpt]:
    items = [one for one in today.evidence if one in chosen.bundle.items and chosen.bundle.items[one].data]
    if not items:
        return {}
    found = narrowed(chosen.bundle, row, target, items[:MOST_ITEMS_NARROWED], clock)
    return {chosen.kept_as.get(excerpt.item, excerpt.item): excerpt for excerpt in found.excerpts}


def _named(finding: Finding, kept: Mapping[str, KeptItem]) -> tuple[str, ...]:
    """The items to tell of: those that the reading came from; where nothing is known, those that could have said it."""
    if finding.value is not None:
        return finding.evidence
    check = CATALOGUE.get(finding.check)
    needed: list[str] = []
    for need in check.needs if check else ():
        matching = [item_id for item_id in kept if fnmatch.fnmatchcase(item_id, need)]
        needed += matching or [need]
    return tuple(dict.fromkeys((*finding.evidence, *needed)))


def _bundle(kept: Mapping[str, KeptItem]) -> Bundle:
    return Bundle.of(Item(one.meta, one.data) for one in kept.values() if one.state not in _DAMAGED)


_LOOKED_AT: Final = {"unreadable": wording.NOT_READABLE, "sources_differ": wording.SAYS_ITS_OWN}
"""What a source of an unknown reading has said, by the reason why it is unknown."""


def _seen(item_id: str, item: KeptItem | None, excerpt: Excerpt | None, finding: Finding, *, same: bool) -> ItemSeen:
    if item is None:
        return ItemSeen(item_id, "not collected", note=wording.NOT_NAMED)
    note = wording.STATES[item.state]
    if item.state is Kept.WHOLE and not item.data:
        note = wording.EMPTY if finding.value is not None else wording.EMPTY_UNKNOWN
    elif item.state is Kept.WHOLE and excerpt is None and finding.value is None:
        looked_at = _LOOKED_AT.get(finding.reason, wording.DOES_NOT_SAY)
        note = looked_at if item_id in finding.evidence else wording.COLLECTED
    elif item.state is Kept.WHOLE and excerpt is None and item_id in finding.evidence and same:
        note = wording.NOT_NARROWED
    elif excerpt is not None and not excerpt.pieces:
        note = wording.NOTHING_NEEDED
    elif excerpt is not None and not excerpt.finished:
        note = wording.UNFINISHED
    meta = item.meta
    return ItemSeen(
        id=item_id,
        state=item.state.value,
        sha256=meta.sha256,
        size=meta.size,
        source=meta.source,
        exit=meta.exit,
        error=meta.error,
        truncated=meta.truncated,
        note=note,
        excerpt=excerpt,
    )
