"""What the commands print for a person: plain text, one thing a line, nothing that a terminal could obey."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from checks.check import Check
from checks.verdict import Judgement
from specs.facts import Facts, Known, value_of, walk
from specs.limits import limit_words
from specs.profile import MODEL, TECHNICIAN, Profile
from specs.text import clean
from station.bench.lines import check_lines
from station.wording import ATTESTED_EACH, ATTESTED_ONCE, LOOK, SOURCES_DISAGREE, VERDICT_GLYPH, VERDICT_WORD

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
            if isinstance(fact.value, tuple) and any(not isinstance(item, str) for item in fact.value):
                continue  # its members follow, each on a line of its own
            echo(f"{path} = {_plain(fact.value)}" + (f"  [{', '.join(fact.evidence)}]" if fact.evidence else ""))
        else:
            echo(f"{path} unknown: {clean(fact.reason)}")


def print_disagreements(facts: Facts, echo: Echo) -> None:
    """Each fact about which two sources differ, what each says, and where it was read."""
    for found in value_of(facts.disagreements) or ():
        said = "; ".join(f"{clean(claim.value)} [{', '.join(claim.evidence)}]" for claim in found.claims)
        echo(SOURCES_DISAGREE.format(fact=found.fact, said=said))


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

    Attested rows come last, in two groups: by whom.
    """
    echo(f"{profile.reference}: {profile.title}")
    until = f" to {profile.effective_to}" if profile.effective_to else ""
    echo(f"in force from {profile.effective_from or 'the beginning'}{until}; digest {profile.digest}")
    for row in profile.requirements:
        words = limit_words(row.limits())
        echo(f"  {row.check}: {words} [{row.severity}]")
        echo(f"      {row.standing.value}: {row.source}")
        if origin:
            echo(f"      from {row.origin}")
    for by, heading in ((MODEL, ATTESTED_ONCE), (TECHNICIAN, ATTESTED_EACH)):
        claims = [claim for claim in profile.attested if claim.by == by]
        if claims:
            echo(heading)
        for claim in claims:
            echo(f"  {claim.name}: {claim.claim} [attested, not measured]")
            if claim.look:
                echo(f"      {LOOK.format(look=claim.look)}")
            echo(f"      {claim.standing.value}: {claim.source}")
            if origin:
                echo(f"      from {claim.origin}")


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
