"""What `station rejudge` says: every sentence of it."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
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
    "NOT_COME",
    "NOT_HERE",
    "NOT_PREVIEWED",
    "NOT_PUBLISHING",
    "NOT_WHAT_WAS_JUDGED",
    "NO_REASON",
    "NO_WORKERS",
    "OVERTAKEN",
    "PREVIEW_ONLY",
    "RECORD_DAMAGED",
    "RUN_GONE",
    "SHIPPED_UNKNOWN",
    "THIS_BENCH",
    "TOO_HARD",
    "begins",
    "by_check",
    "changed",
    "device",
    "devices",
    "goes_on",
    "how_to_publish",
    "left_out",
    "mistake",
    "more_devices",
    "more_not_judged",
    "move",
    "no_bench_store",
    "none_shipped",
    "not_all_previewed",
    "not_judged",
    "published",
    "shipped",
    "store_failed",
    "too_long",
]

BY_CHECK: Final = "By check:"
THIS_BENCH: Final = "this bench"
CENTRAL_STORE: Final = "the central store"
NO_REASON: Final = "--publish needs --operator and --reason: say who puts the verdicts in force, and why"
NOT_PUBLISHING: Final = "--operator and --reason go with --publish; leave them out for a preview"
RECORD_DAMAGED: Final = "its record is damaged, or of another version of the station"
NOT_HERE: Final = "is not here"
NOT_COME: Final = "has not come from its bench"
NOT_WHAT_WAS_JUDGED: Final = "is not what was judged"
TOO_HARD: Final = "its evidence could not be read in time, or took too much memory"
OVERTAKEN: Final = (
    "other verdicts were put in force since this preview, and it was judged against those before;"
    " run the preview again and read what it would change now"
)
RUN_GONE: Final = (
    "this preview was published, or another one by the same profile took its place, while it was running;"
    " run the preview again"
)
NO_WORKERS: Final = (
    "the processes that judge cannot be started, or end at once; free some memory and run it again:"
    " it goes on where it was"
)
NOTHING_STORED: Final = "There are no finished attempts here, so there is nothing to judge again."
PREVIEW_ONLY: Final = "This is a preview: nothing has changed."
NOT_PREVIEWED: Final = (
    "there is no complete preview by this profile, these decisions and this version of the station;"
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


def mistake(name: str) -> str:
    """A defect of ours."""
    return f"the station made a mistake on it ({name}); report it"


def too_long(name: int, text: int) -> str:
    """A name or a reason that would be cut."""
    return f"--operator has at most {name} characters and --reason at most {text}; say it shorter"


def no_bench_store(folder: str) -> str:
    """There is nothing to judge again."""
    return f"no bench has worked in {clean(folder, 200)}; name its data folder with --data or STATION_DATA"


def store_failed(sentence: str) -> str:
    """A process could not read the store."""
    return clean(sentence, 300)


def not_all_previewed(count: int) -> str:
    """What was published is what was previewed, and no more."""
    if count == 1:
        return "1 attempt has come since the preview and keeps its verdict; preview again to see it."
    return f"{count:,} attempts have come since the preview and keep their verdicts; preview again to see them."


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


def left_out(count: int) -> str:
    """Attempts whose verdict says nothing of a laptop that is to ship."""
    words = "bench checks, and verdicts that were taken back before the label came out"
    return f"{count:,} {'is' if count == 1 else 'are'} left out: {words}."


def more_not_judged(count: int) -> str:
    """A long list is cut."""
    return f"{count:,} more cannot be judged again, for reasons of this kind; --json lists them all."


def how_to_publish(options: Sequence[str]) -> str:
    """What to do after a preview: the same command, and who and why."""
    return f'Put it in force with: station rejudge {shlex.join(options)} --publish --operator NAME --reason "WHY"'


def published(run: Run) -> str:
    """The run is in force."""
    return (
        f"In force since {run.published_at}, by {clean(run.operator, 80)}: {clean(run.reason)}."
        " The old findings are kept beside the new ones."
    )
