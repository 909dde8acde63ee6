"""What the commands print for a person: plain text, one thing a line, nothing that a terminal could obey."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from checks.arguments import arguments_of
from checks.check import Check
from checks.needing import exercises_of
from checks.verdict import Judgement
from specs.facts import Answer, Facts, Known, Unknown, value_of, walk
from specs.limits import limit_words
from specs.profile import MODEL, TECHNICIAN, USUAL_UNKNOWN, Attested, Profile, Requirement
from specs.text import clean
from station.bench.lines import check_lines
from station.bench.plan import machine_seconds
from station.profile_words import EXERCISES_NEEDED, NOTE, WHEN_UNKNOWN, asking_words, dropped_words, row_dates
from station.wording import (
    ANSWERED,
    ARGUMENTS,
    ATTESTED_EACH,
    ATTESTED_ONCE,
    CONFIRMED,
    LEFT_OUT,
    LOOK,
    SOURCES_DISAGREE,
    VERDICT_GLYPH,
    VERDICT_WORD,
)

__all__ = [
    "check_summary",
    "print_checks",
    "print_disagreements",
    "print_facts",
    "print_judgement",
    "print_profile",
    "print_profiles",
    "profile_summary",
]

Echo = Callable[[str], Any]


def print_facts(facts: Facts, echo: Echo) -> None:
    """Every fact with its path; an unknown one with its reason."""
    for path, fact in walk(facts):
        if isinstance(fact, Known):
            if path == "disagreements":
                print_disagreements(facts, echo)
                continue
            if path == "operator.answers":
                _print_answers(fact, echo)
                continue
            evidence = f"  [{', '.join(fact.evidence)}]" if fact.evidence else ""
            for place, value in _plain_lines(path, fact.value):
                echo(f"{place} = {_plain(value)}{evidence}")
        else:
            echo(f"{path} unknown: {clean(fact.reason)}")


def _plain_lines(path: str, value: object) -> Iterator[tuple[str, object]]:
    """A value with its path. Of a value of several parts each of them that is no fact itself: those have lines of their
    own, and so have the members of a list that hold any.
    """
    if isinstance(value, Struct):
        for name in value.__struct_fields__:
            part = getattr(value, name)
            if not isinstance(part, Known | Unknown):
                yield from _plain_lines(f"{path}.{name}", part)
    elif isinstance(value, tuple) and any(isinstance(member, Struct) for member in value):
        for index, member in enumerate(value):
            parts = [getattr(member, name) for name in member.__struct_fields__]
            if not any(isinstance(part, Known | Unknown | Struct) for part in parts):
                yield from _plain_lines(f"{path}[{index}]", member)
    else:
        yield path, value


def print_disagreements(facts: Facts, echo: Echo) -> None:
    """Each fact about which two sources differ, what each says, and where it was read."""
    for found in value_of(facts.disagreements) or ():
        said = "; ".join(f"{clean(claim.value)} [{', '.join(claim.evidence)}]" for claim in found.claims)
        echo(SOURCES_DISAGREE.format(fact=found.fact, said=said))


def _print_answers(answers: Known[tuple[Answer, ...]], echo: Echo) -> None:
    """What the technician said of each row, and how long it took; that nothing was asked, where nothing was."""
    evidence = f"  [{', '.join(answers.evidence)}]" if answers.evidence else ""
    if not answers.value:
        echo(f"operator.answers = none{evidence}")
    for one in answers.value:
        row, answer, by = clean(one.row), clean(one.answer), clean(one.by)
        answer += f" ({clean(one.saw) or clean(one.symptom)})" if one.symptom else ""
        echo(ANSWERED.format(row=row, answer=answer, by=by, seconds=one.ms / 1000, evidence=evidence))


def print_judgement(judgement: Judgement, facts: Facts, echo: Echo) -> None:
    """The verdict first, then every finding, what needs a person on top; last where two sources disagree."""
    echo(f"{VERDICT_GLYPH[judgement.verdict]} {VERDICT_WORD[judgement.verdict]}  by {judgement.profile}")
    for line in check_lines(judgement.findings):
        mark = VERDICT_GLYPH[line.verdict] if line.required else "·"
        limit = f"  (wanted: {line.limit})" if line.limit else ""
        echo(f" {mark} {line.title}: {line.measured}{limit}")
        if line.remedy and line.required:
            echo(f"     {line.remedy}")
    print_disagreements(facts, echo)


def profile_summary(profile: Profile) -> dict[str, Any]:
    """A profile in a list."""
    return {
        "id": profile.id,
        "version": profile.version,
        "title": profile.title,
        "abstract": profile.abstract,
        "effective_from": profile.effective_from,
        "effective_to": profile.effective_to,
        "requirements": len(profile.requirements),
        "digest": profile.digest,
    }


def print_profiles(profiles: Iterable[Profile], echo: Echo) -> None:
    """One profile a line."""
    for profile in profiles:
        kind = " (only to be extended)" if profile.abstract else ""
        echo(f"{profile.reference}  {profile.title}{kind}")


def print_profile(profile: Profile, origin: bool, echo: Echo) -> None:
    """A profile row by row, each with its source and standing, and with its origin where asked for.

    What an unknown reading means is said where it is not the usual. Attested rows come last, in two groups: by whom.
    """
    echo(f"{profile.reference}: {profile.title}")
    echo(f"in force {row_dates(profile.effective_from, profile.effective_to)}; digest {profile.digest}")
    if profile.note:
        echo(NOTE.format(note=profile.note))
    if exercises := exercises_of(profile):
        echo(EXERCISES_NEEDED.format(names=", ".join(exercises), seconds=machine_seconds(exercises)))
    for row in profile.requirements:
        words = limit_words(row.limits())
        confirmed = f", {CONFIRMED.format(rule=row.confirm)}" if row.confirm else ""
        echo(f"  {row.check}: {words} [{row.severity}{confirmed}]")
        if row.arguments:
            echo(f"      {ARGUMENTS.format(arguments=_arguments(row.arguments))}")
        if row.when_unknown != USUAL_UNKNOWN:
            echo(f"      {WHEN_UNKNOWN.format(verdict=row.when_unknown)}")
        if row.note:
            echo(f"      {NOTE.format(note=row.note)}")
        echo(f"      {row.standing.value}: {row.source}")
        _print_origin(profile, row, origin, echo)
    for by, heading in ((MODEL, ATTESTED_ONCE), (TECHNICIAN, ATTESTED_EACH)):
        claims = [claim for claim in profile.attested if claim.by == by]
        if claims:
            echo(heading)
        for claim in claims:
            weighs = "" if claim.severity == "info" else f", {claim.severity}"
            echo(f"  {claim.name}: {claim.claim} [attested, not measured{weighs}]")
            if claim.look:
                echo(f"      {LOOK.format(look=claim.look)}")
            for line in asking_words(claim):
                echo(f"      {line}")
            echo(f"      {claim.standing.value}: {claim.source}")
            _print_origin(profile, claim, origin, echo)
    if profile.dropped:
        echo(LEFT_OUT)
    for dropped in profile.dropped:
        echo(f"  {dropped_words(dropped)}")


def _print_origin(profile: Profile, row: Requirement | Attested, origin: bool, echo: Echo) -> None:
    """From where a row comes, where asked for; and its dates where they are not the profile's."""
    if profile.has_own_dates(row):
        echo(f"      {row_dates(row.effective_from, row.effective_to)}")
    if origin:
        replaces = f", in place of {row.replaces}" if row.replaces else ""
        echo(f"      from {row.origin}{replaces}")


def _arguments(arguments: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {_plain(value)}" for name, value in sorted(arguments.items()))


def check_summary(check: Check) -> dict[str, Any]:
    """A check of the catalogue as data."""
    return {
        "id": check.id,
        "title": check.title,
        "measure": check.measure.value,
        "unit": check.measure.unit,
        "looks_at": check.looks_at,
        "needs": list(check.needs),
        "decides": check.decides,
        "remedy": check.remedy,
        "kind": check.kind.value,
        "waivable": check.waivable,
        "arguments": [msgspec.to_builtins(argument) for argument in arguments_of(check)],
        "examples": [example.says for example in check.examples],
    }


def print_checks(checks: Iterable[Check], echo: Echo) -> None:
    """Each check with what it looks at and how it decides."""
    for check in checks:
        echo(f"{check.id}: {check.title}")
        echo(f"    looks at {check.looks_at}")
        echo(f"    {check.decides}")


def _plain(value: object) -> str:
    if isinstance(value, (tuple, list)):
        items: Sequence[object] = value
        return ", ".join(str(item) for item in items) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
