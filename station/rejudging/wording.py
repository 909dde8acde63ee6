"""What `station rejudge` says: every sentence of it."""

from __future__ import annotations

from typing import Final

from checks.verdict import Verdict
from specs.text import clean
from station.findings import check_name
from station.rejudging.archive import Run
from station.rejudging.summary import ByCheck, Device
from station.wording import VERDICT_WORD

__all__ = [
    "BY_CHECK",
    "CENTRAL_STORE",
    "NOTHING_STORED",
    "NOT_PREVIEWED",
    "NOT_PUBLISHING",
    "NO_REASON",
    "PREVIEW_ONLY",
    "SHIPPED_UNKNOWN",
    "THIS_BENCH",
    "begins",
    "by_check",
    "came_since",
    "changed",
    "device",
    "devices",
    "goes_on",
    "how_to_publish",
    "more_devices",
    "more_not_judged",
    "move",
    "none_shipped",
    "not_judged",
    "published",
    "shipped",
]

BY_CHECK: Final = "By check:"
THIS_BENCH: Final = "this bench"
CENTRAL_STORE: Final = "the central store"
NO_REASON: Final = "--publish needs --operator and --reason: say who puts the verdicts in force, and why"
NOT_PUBLISHING: Final = "--operator and --reason go with --publish; leave them out for a preview"
NOTHING_STORED: Final = "There are no finished attempts here, so there is nothing to judge again."
PREVIEW_ONLY: Final = "This is a preview: nothing has changed."
NOT_PREVIEWED: Final = (
    "there is no complete preview by this profile, these decisions and these parsers;"
    " run the same command without --publish first and read what it would change"
)
SHIPPED_UNKNOWN: Final = (
    "Which of them have shipped is not known here: give the list of what has left with --shipped FILE."
)


def begins(count: int, where: str, profile: str, digest: str) -> str:
    """A run begins."""
    return f"Judging {count:,} attempts of {where} again by {profile} (digest {digest[:12]})."


def goes_on(done: int, count: int) -> str:
    """A run that was broken off goes on."""
    return f"{done:,} of {count:,} were done before; it goes on from there."


def changed(attempts: int, changes: int, worse: int, better: int, otherwise: int) -> str:
    """How many verdicts change, and which way."""
    if not changes:
        return f"Of {attempts:,} verdicts none changes."
    parts = (
        (worse, "may ship no longer"),
        (better, "may ship now"),
        (otherwise, "get another word and are treated as before"),
    )
    said = ", ".join(f"{count:,} {words}" for count, words in parts if count)
    return f"Of {attempts:,} verdicts {changes:,} {'changes' if changes == 1 else 'change'}: {said}."


def move(was: Verdict, now: Verdict, count: int) -> str:
    """How many go from one verdict to another."""
    return f"  {VERDICT_WORD[was]} -> {VERDICT_WORD[now]}: {count:,}"


def by_check(line: ByCheck) -> str:
    """How many one check turns."""
    parts = ((line.worse, "may ship no longer"), (line.better, "may ship now"))
    said = ", ".join(f"{count:,} {words}" for count, words in parts if count)
    return f"  {check_name(line.check)} ({line.check}): {said}"


def devices(worse: int, better: int) -> str:
    """Laptops rather than attempts."""
    return f"Laptops, by their latest attempt: {worse:,} may ship no longer, {better:,} may ship now."


def shipped(count: int, listed: int) -> str:
    """How many of them have left."""
    have = "has" if count == 1 else "have"
    return f"Of those that may ship no longer {count:,} {have} shipped (of {listed:,} on the list):"


def none_shipped(listed: int) -> str:
    """None of them has left."""
    return f"None of those that may ship no longer is among the {listed:,} that have shipped."


def device(one: Device) -> str:
    """One laptop that has shipped."""
    checks = ", ".join(one.checks)
    return (
        f"  {clean(one.serial, 40)}: {VERDICT_WORD[one.was]} -> {VERDICT_WORD[one.verdict]}"
        f" by {checks or 'several'} (attempt {one.attempt_id[-8:]})"
    )


def more_devices(count: int) -> str:
    """A long list is cut."""
    return f"  and {count:,} more; --json lists them all."


def not_judged(problem: str, count: int) -> str:
    """Attempts that cannot be judged again."""
    return f"{count:,} cannot be judged again and keep their verdict: {clean(problem)}."


def more_not_judged(count: int) -> str:
    """A long list is cut."""
    return f"{count:,} more cannot be judged again, for reasons of this kind; --json lists them all."


def how_to_publish(profile: str) -> str:
    """What to do after a preview."""
    return f'Put it in force with: station rejudge --profile {profile} --publish --operator NAME --reason "WHY"'


def came_since(count: int) -> str:
    """The run was longer than its preview."""
    return f"{count:,} attempts came since the preview; they are judged by it as well."


def published(run: Run) -> str:
    """The run is in force."""
    return (
        f"In force since {run.published_at}, by {clean(run.operator, 80)}: {clean(run.reason)}."
        " The old findings are kept beside the new ones."
    )
