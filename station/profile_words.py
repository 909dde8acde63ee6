"""The sentences about profiles: what `diff` says of each change, and `show` of dates and of rows that are left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from specs.asking import symptom_texts
from specs.differences import About, Change, Way, What
from specs.limits import limit_words
from specs.profile import MODEL, TECHNICIAN, Attested, Dropped, Profile
from specs.text import clean
from station.findings import check_name

__all__ = [
    "EXERCISES_NEEDED",
    "NOTE",
    "NO_CHANGES",
    "WHEN_UNKNOWN",
    "asking_words",
    "change_words",
    "diff_heading",
    "dropped_words",
    "row_dates",
    "ways_words",
]

NO_CHANGES: Final = "Nothing differs: both profiles say the same."
WHEN_UNKNOWN: Final = "an unknown reading counts as {verdict}"
EXERCISES_NEEDED: Final = "exercises: {names}; usually {seconds:.0f} s of machine time"
NOTE: Final = "note: {note}"
_WAY: Final = {
    Way.STRICTER: ": stricter",
    Way.LOOSER: ": looser",
    Way.OTHER: ": may decide differently",
    Way.NONE: "",
}
PURPOSE: Final = "for: {purpose}"
STEP: Final = "step {place}: {step}"
SYMPTOM: Final = "a fail may be {symptom}"
EXERCISE: Final = "meanwhile the laptop does the exercise {name}"
CHALLENGE: Final = ", and a pass needs the number that it shows"
_DATES: Final = "in force {now}, was {was}"
_BY: Final = {MODEL: "once per model, on paper", TECHNICIAN: "on every laptop, by the technician"}


def diff_heading(before: Profile, after: Profile) -> str:
    """What is compared with what."""
    return f"From {before.reference} to {after.reference}:"


def change_words(change: Change) -> str:
    """One change as a sentence: "Storage (storage.capacity): at least 64 GB, was at least 32 GB: stricter."."""
    said = _SAID[change.what](change.before, change.after)
    return f"{_subject(change)}: {said}{_WAY[change.way]}."


def ways_words(changes: tuple[Change, ...]) -> str:
    """How many changes go which way, for the last line of a difference."""
    counts = {way: sum(change.way is way for change in changes) for way in Way}
    changed = f"{len(changes)} change{'s' if len(changes) != 1 else ''}"
    either = f"{counts[Way.OTHER]} that may decide differently, {counts[Way.NONE]} with no effect on a verdict"
    return f"{changed}: {counts[Way.STRICTER]} stricter, {counts[Way.LOOSER]} looser, {either}."


def dropped_words(dropped: Dropped) -> str:
    """A row that a profile leaves out: "Weight (weight.kilograms): left out by X, stood in Y; published: SOURCE"."""
    about = About.ATTESTED if dropped.attested else About.REQUIREMENT
    where = f"left out by {dropped.origin}, stood in {dropped.replaces}"
    return f"{_named(about, dropped.name)}: {where}; {dropped.standing.value}: {dropped.source}"


def asking_words(claim: Attested) -> list[str]:
    """How a technician is asked about a row, a line each; none where the row says no more than where to look."""
    lines = [PURPOSE.format(purpose=claim.purpose)] if claim.purpose else []
    lines += [STEP.format(place=place, step=step) for place, step in enumerate(claim.steps, 1)]
    lines += [SYMPTOM.format(symptom=one) for one in symptom_texts(claim.symptoms)]
    if claim.exercise:
        lines.append(EXERCISE.format(name=claim.exercise) + (CHALLENGE if claim.challenge else ""))
    return lines


def row_dates(start: str, end: str) -> str:
    """From when to when: "from 2021-10-18 to 2022-04-01", "from the beginning"."""
    return f"from {start or 'the beginning'}" + (f" to {end}" if end else "")


def _subject(change: Change) -> str:
    return "The profile" if change.about is About.PROFILE else _named(change.about, change.name)


def _named(about: About, name: str) -> str:
    attested = about is About.ATTESTED
    title = check_name(f"attested.{name}" if attested else name)
    known = [name] if title != name else []
    notes = ", ".join([*known, *(["attested"] if attested else [])])
    return clean(f"{title} ({notes})" if notes else title)


def _plain(was: str, now: str) -> str:
    return f"{clean(now)}, was {clean(was)}"


def _quoted(was: str, now: str) -> str:
    return f"{_quote(now)}, was {_quote(was)}"


def _quote(text: str) -> str:
    return f"“{clean(text)}”" if text else "nothing"


def _listed(symptoms: list[str]) -> str:
    return ", ".join(_quote(one) for one in symptoms) or "the general symptoms"


def _limit(was: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    if limit_words(was) == limit_words(now):  # the same words for other values: the values speak
        was, now = ({key: part for key, part in data.items() if key != "words"} for data in (was, now))
    return f"{limit_words(now)}, was {limit_words(was)}"


def _row(row: Mapping[str, Any]) -> str:
    if "claim" in row:
        return f"{row['claim']} [{row['severity']}]"
    extras = []
    if row["limit"].get("arguments"):
        extras.append(f"told {_arguments_words(row['limit']['arguments'])}")
    if row["limit"].get("confirm"):
        extras.append(f"confirmed by {row['limit']['confirm']}")
    return f"{', '.join([limit_words(row['limit']), *extras])} [{row['severity']}]"


def _added(_: Any, now: Mapping[str, Any]) -> str:
    return f"new: {_row(now)} ({now['standing']}: {clean(now['source'])})"


def _gone(was: Mapping[str, Any], dropped: Mapping[str, Any] | None) -> str:
    if dropped is None:
        return f"no longer asked for, was {_row(was)}"
    why = f"{dropped['dropped_by']} leaves it out; {dropped['standing']}: {clean(dropped['source'])}"
    return f"no longer asked for, was {_row(was)} ({why})"


def _when_unknown(was: str, now: str) -> str:
    return f"{WHEN_UNKNOWN.format(verdict=now)}, was {was}"


def _confirm(was: str | None, now: str | None) -> str:
    if now is None:
        return f"a failing reading is final, was confirmed by {was}"
    return f"a failing reading is confirmed by {now}" + (f", was by {was}" if was else ", was final")


def _arguments(was: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    return f"the check is told {_arguments_words(now)}, was told {_arguments_words(was)}"


def _arguments_words(arguments: Mapping[str, Any]) -> str:
    """ "“until: 2024-06-01”, “ignore: Biometrics and Camera”"; what is left out has its default."""
    parts = [f"“{name.replace('_', ' ')}: {_argument(value)}”" for name, value in arguments.items()]
    return ", ".join(parts) or "nothing"


def _argument(value: Any) -> str:
    if isinstance(value, list):
        return " and ".join(str(item) for item in value) or "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return clean(str(value))


def _dates(was: list[str], now: list[str]) -> str:
    return _DATES.format(now=row_dates(*now), was=row_dates(*was))


_SAID: Final[dict[What, Callable[[Any, Any], str]]] = {
    What.ADDED: _added,
    What.GONE: _gone,
    What.LIMIT: _limit,
    What.WORDS: lambda was, now: f"put in other words: {_quoted(was, now)}",
    What.CLAIM: _plain,
    What.SEVERITY: lambda was, now: f"weighs {now}, was {was}",
    What.WHEN_UNKNOWN: _when_unknown,
    What.CONFIRM: _confirm,
    What.ARGUMENTS: _arguments,
    What.BY: lambda was, now: f"attested {_BY.get(now, now)}, was {_BY.get(was, was)}",
    What.LOOK: lambda was, now: f"the technician looks otherwise: {_quoted(was, now)}",
    What.PURPOSE: lambda was, now: f"the technician is told another purpose: {_quoted(was, now)}",
    What.STEPS: lambda was, now: f"the technician is told other steps: {_quoted(' '.join(was), ' '.join(now))}",
    What.SYMPTOMS: lambda was, now: f"a fail names one of {_listed(now)}, was one of {_listed(was)}",
    What.EXERCISE: lambda was, now: f"meanwhile the laptop does {_quoted(was, now)}",
    What.CHALLENGE: lambda was, now: (
        "a pass needs the number on the laptop's screen" if now else "a pass needs no number any more"
    ),
    What.DOCUMENT: lambda was, now: f"shown by {_quoted(was, now)}",
    What.SOURCE: lambda was, now: f"source {_quoted(was, now)}",
    What.STANDING: lambda was, now: f"its source is {now}, was {was}",
    What.DATES: _dates,
    What.NOTE: lambda was, now: f"note {_quoted(was, now)}",
    What.TITLE: lambda was, now: f"title {_quoted(was, now)}",
    What.EXTENDS: lambda was, now: f"extends {', '.join(now) or 'nothing'}, was {', '.join(was) or 'nothing'}",
    What.ABSTRACT: lambda was, now: "only there to be extended" if now else "judges laptops now, which it did not",
}
