"""What `station waiver` and `station approval` say: every sentence of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Final

from checks.catalogue import CATALOGUE
from checks.verdict import Verdict
from specs.decisions import Approval, Subject, Waiver
from specs.quantities import Measure, render_exact
from specs.text import clean
from station.deciding.standing import Standing
from station.findings import check_name
from station.store.decision_book import Entry
from station.store.lookup import SHORTEST_END
from station.wording import VERDICT_WORD

__all__ = [
    "APPROVED_ONLY",
    "DISK_SIZE",
    "FROM_NEXT",
    "NO_DOCUMENT",
    "NO_END_REASON",
    "NO_MODEL",
    "NO_OWNER",
    "NO_REASON",
    "ONE_SUBJECT",
    "ambiguous_id",
    "approval_recorded",
    "below_zero",
    "claim",
    "day_is_over",
    "day_too_far",
    "ended",
    "ended_already",
    "every_version",
    "half_a_model",
    "kind_word",
    "listed",
    "more_listed",
    "new_store",
    "no_bound",
    "no_check",
    "no_claim",
    "no_claims",
    "no_day",
    "no_decision",
    "no_profile",
    "no_serial",
    "none_listed",
    "not_asked",
    "not_waivable",
    "nothing_worse",
    "other_kind",
    "short_id",
    "stands",
    "technician_claim",
    "too_long",
    "unseen",
    "waiver_covers_not",
    "waiver_granted",
    "within_limit",
    "wrong_bound",
]

_SHOWN: Final = 80

NO_OWNER: Final = "a decision needs an owner: give your name with --by"
NO_REASON: Final = "a waiver needs a reason: say with --reason why this fault is let through"
NO_END_REASON: Final = "ending a decision needs a reason: say with --reason why it ends"
NO_DOCUMENT: Final = "an approval needs its document: name it with --document, as it is filed"
NO_MODEL: Final = 'name the model with --model, maker and name as the bench shows them: --model "LENOVO 81MA"'
ONE_SUBJECT: Final = "a waiver is for one laptop or for one model: give either --serial or --model, and not both"

DISK_SIZE: Final = (
    "Sizes are compared as they are read, and a disk reads a little less than it is sold as (31.3 GB where it is sold"
    " as 32 GB): give the smallest reading that you accept."
)
FROM_NEXT: Final = "It counts from the next attempt on: scan the laptop again."


# What is refused


def too_long(option: str, longest: int) -> str:
    """A text has more letters than are kept."""
    return f"{option} has more than {longest} letters; say it shorter"


def no_serial(why: str) -> str:
    """The serial number cannot be one."""
    return f"--serial: {why[:1].lower()}{why[1:]}; type the serial number as it is on the label"


def half_a_model(typed: str) -> str:
    """A model of one word."""
    return f'{clean(typed, _SHOWN)!r} is not a whole model; give maker and name as the bench shows them: "LENOVO 81MA"'


def no_day(typed: str, example: date) -> str:
    """Not a date."""
    return f"--until {clean(typed, 40)!r} is not a date; write it as in --until {example}"


def day_is_over(typed: str, today: date) -> str:
    """The last day has gone by."""
    return f"--until {typed} is over already: today is {today} (UTC); name today or a later day"


def day_too_far(typed: str, longest: int, latest: date) -> str:
    """The end of a waiver is too far away."""
    return (
        f"--until {typed} is more than {longest} days away, and a waiver without a near end is a new profile that"
        f" nobody has published; name {latest} or an earlier day, or have the profile changed"
    )


def no_check(typed: str, close: Sequence[tuple[str, str]]) -> str:
    """There is no such check."""
    meant = " or ".join(f"{name} ({clean(title)})" for name, title in close)
    hint = f"did you mean {meant}? " if meant else ""
    return (
        f"there is no check {clean(typed, _SHOWN)!r}; {hint}`station checks` lists the checks, and"
        " `station profile show` a profile's attested rows"
    )


def not_waivable(check: str) -> str:
    """Nobody may let that through."""
    return (
        f"{check_name(check)} ({check}) cannot be waived: a laptop is handed out only where it is certain which one it"
        " is; put it on the query shelf"
    )


def every_version(typed: str) -> str:
    """A version was named."""
    name = clean(typed.partition("@")[0], _SHOWN)
    return f"a waiver holds for every version of a profile: write --profile {name}"


def no_profile(typed: str, known: Sequence[str]) -> str:
    """There is no such profile."""
    return (
        f"there is no profile {clean(typed, _SHOWN)!r} to judge by; use one of {', '.join(known)}, a .toml file, or"
        " leave --profile out"
    )


def not_asked(check: str, profile: str) -> str:
    """The profile does not ask for the check."""
    return f"{profile} does not ask for {check}, so there is nothing to let through; name another profile, or none"


def no_bound(check: str) -> str:
    """The check reads no number."""
    return f"{check_name(check)} ({check}) is not read as a number; leave --no-worse-than out"


def wrong_bound(typed: str, why: str, unit: str) -> str:
    """The bound cannot be read."""
    example = f"90 {unit}".strip()
    return f'--no-worse-than {clean(typed, 40)!r}: {clean(why)}; write it as in --no-worse-than "{example}"'


def below_zero(typed: str) -> str:
    """The bound is below every reading."""
    return f"--no-worse-than {clean(typed, 40)!r}: no reading is below zero; name the worst reading that you accept"


def nothing_worse(check: str, limit: str) -> str:
    """No reading is worse than another."""
    return (
        f"{check} is right or wrong ({clean(limit)}): no wrong reading is worse than another; leave --no-worse-than out"
    )


def within_limit(typed: str, profile: str, limit: str) -> str:
    """The bound lets nothing through."""
    return (
        f"--no-worse-than {clean(typed, 40)!r} lets nothing through, because {profile} allows that itself:"
        f" {clean(limit)}; name a reading beyond the limit, or name another profile with --profile"
    )


def no_claims(profile: str) -> str:
    """The profile has no claim that a model attests."""
    return f"{profile} has no claim that is attested once per model; name another profile"


def no_claim(typed: str, profile: str, close: Sequence[str], known: Collection[str]) -> str:
    """There is no such claim."""
    hint = f"did you mean {' or '.join(close)}?" if close else "name one of them"
    return f"{profile} has no claim {clean(typed, _SHOWN)!r} (it has {', '.join(known)}); {hint}"


def technician_claim(name: str, known: Collection[str]) -> str:
    """The row is not attested by paper."""
    return (
        f"{name} is looked at by the technician on every laptop, so no document can approve it;"
        f" approve one of {', '.join(known)}"
    )


def short_id(typed: str, word: str) -> str:
    """Too few characters of an id."""
    return (
        f"{clean(typed, 40)!r} is too short for an id; give the last {SHORTEST_END} characters or more, as"
        f" `station {word} list` shows them"
    )


def no_decision(typed: str, word: str) -> str:
    """No decision is meant by that."""
    return f"no {word} on this bench has the id {clean(typed, 40)!r}; `station {word} list --all` shows them all"


def ambiguous_id(typed: str, ids: Sequence[str]) -> str:
    """Several decisions may be meant."""
    return f"{clean(typed, 40)!r} may mean {' or '.join(ids)}; give the whole id of one"


def other_kind(typed: str, word: str) -> str:
    """It is a decision of the other kind."""
    return f"{clean(typed, 40)!r} is {'an' if word == 'approval' else 'a'} {word}; end it with `station {word} end`"


def ended_already(entry: Entry, state: Standing) -> str:
    """It does nothing any more."""
    return f"{entry.decision.id[-SHORTEST_END:]} {stands(entry, state)}; there is nothing to end"


# What was done


def kind_word(kind: type[Approval] | type[Waiver]) -> str:
    """The command that a kind of decision belongs to."""
    return "approval" if kind is Approval else "waiver"


def waiver_granted(waiver: Waiver) -> str:
    """A waiver was recorded."""
    where = f"under {waiver.profile}" if waiver.profile else "under every profile"
    return (
        f"Waiver {waiver.id[-SHORTEST_END:]}: {_check(waiver.check)} is let through for {_subject(waiver.subject)}"
        f"{_bound(waiver)}, {where}, until the end of {waiver.until} (UTC). Owner: {waiver.by}. Reason: {waiver.reason}"
    )


def waiver_covers_not(waiver: Waiver) -> str:
    """What a waiver does not cover, so that nobody relies on it."""
    bench = f"what the bench could not test ({VERDICT_WORD[Verdict.ERROR]})"
    if waiver.worst is None:
        return f"It lets any reading through, and a blank one. It does not cover {bench}: no decision does."
    return f"It does not cover {bench}, a blank reading, or one worse than {_worst(waiver)}."


def approval_recorded(approval: Approval, profile: str) -> str:
    """An approval was recorded; its claims follow."""
    count = len(approval.claims)
    until = f"until the end of {approval.until} (UTC)" if approval.until else "with no end"
    return (
        f"Approval {approval.id[-SHORTEST_END:]}: {approval.document} stands behind {count}"
        f" claim{'s' if count != 1 else ''} of {profile} for {approval.model}, {until}. Owner: {approval.by}. Claims:"
    )


def claim(name: str, text: str) -> str:
    """One claim that is approved."""
    return f"  {clean(check_name(f'attested.{name}'))} ({clean(name)}): {clean(text)}"


APPROVED_ONLY: Final = (
    "It speaks for these claims word for word: where a profile claims something else, or the technician has to look,"
    " it says nothing."
)


def ended(entry: Entry) -> str:
    """A decision was ended."""
    word = kind_word(type(entry.decision)).capitalize()
    return (
        f"{word} {entry.decision.id[-SHORTEST_END:]} ({_about(entry)}) {stands(entry, Standing.ENDED)}."
        " Attempts from now on are judged without it; earlier ones keep their verdict."
    )


def new_store(folder: str) -> str:
    """No bench has worked in this data folder."""
    return (
        f"note: no bench has worked in {clean(folder)} before; a bench with another data folder will not know of this"
    )


def unseen(subject: Subject, attempts: int) -> str:
    """No laptop that the decision is about has been here lately: the name may be mistyped."""
    return (
        f"note: none of the latest attempts on this bench ({attempts:,} looked at) was on {_laptop(subject)}; check"
        " that it is typed as the bench shows it"
    )


# Lists


def none_listed(word: str) -> str:
    """There is none in force."""
    return f"No {word} is in force."


def more_listed(count: int, word: str) -> str:
    """Some are not shown."""
    others = f"{count:,} other {word}{'s' if count != 1 else ''}"
    return f"{others} ended or ran out; --all shows {'them' if count != 1 else 'it'}."


def listed(entry: Entry, state: Standing) -> tuple[str, str]:
    """A decision in a list: how it stands and what it is about, then who decided it and why."""
    decision = entry.decision
    words = decision.reason if isinstance(decision, Waiver) else decision.document
    return (
        f"{decision.id[-SHORTEST_END:]}  {stands(entry, state)}: {_about(entry)}",
        f"          by {decision.by}, {decision.made_at[:10]}: {words}",
    )


def stands(entry: Entry, state: Standing) -> str:
    """How a decision stands, and how it came to its end where it has."""
    decision = entry.decision
    match state:
        case Standing.IN_FORCE:
            return f"in force to {decision.until}" if decision.until else "in force"
        case Standing.ENDED:
            return f"ended {decision.ended_at[:10]} by {entry.ended_by} ({entry.ended_reason})"
        case Standing.OVER:
            return f"ran out after {decision.until}"
        case Standing.NOT_YET:
            return f"counts from {decision.made_at} on (the clock of this bench was set back)"


def _about(entry: Entry) -> str:
    decision = entry.decision
    if isinstance(decision, Approval):
        return f"{decision.model}: {', '.join(decision.claims)}"
    where = f", under {decision.profile}" if decision.profile else ""
    return f"{_check(decision.check)} of {_subject(decision.subject)}{_bound(decision)}{where}"


def _check(check: str) -> str:
    return f"{check_name(check)} ({check})"


def _subject(subject: Subject) -> str:
    return f"laptop {subject.serial}" if subject.serial else f"every {subject.model}"


def _laptop(subject: Subject) -> str:
    return f"laptop {subject.serial}" if subject.serial else f"a laptop called {subject.model}"


def _bound(waiver: Waiver) -> str:
    return "" if waiver.worst is None else f", no worse than {_worst(waiver)}"


def _worst(waiver: Waiver) -> str:
    check = CATALOGUE.get(waiver.check)
    return render_exact(waiver.worst or 0.0, check.measure if check else Measure.COUNT)
