"""What judging again needs of a store: its finished attempts, their facts or evidence, and room for new verdicts.

A finished attempt is one with a verdict that says what a laptop is. Bench checks (golden and known-bad laptops) are
none: their verdict tells of the bench that day. Nor is one whose verdict was taken back by a later attempt that took
over its evidence. Both stay as they are and are only counted.

Two stores are archives: a bench's own file (`bench_archive`) and central's database (`central_archive`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from msgspec import Struct

from checks.verdict import Finding, Verdict
from hardware.evidence.bundle import Bundle
from specs.decisions import Decisions
from station.kept_facts import KeptFacts

__all__ = ["Archive", "Change", "EvidenceGone", "Kept", "Plan", "Rejudged", "Run", "after"]


class EvidenceGone(Exception):
    """Evidence of an attempt is not here, or not the bytes that were judged. One sentence."""


class Change(Struct, frozen=True):
    """One check that says something else now. `finding` is None where the new profile does not ask for it any more.

    `was` is the old verdict, None where the check was not asked for; `was_required` whether it decided then.
    """

    check: str
    was: Verdict | None
    was_required: bool
    finding: Finding | None


class Kept(Struct, frozen=True):
    """A finished attempt as it is judged again. `number` is the store's own order, and never repeats.

    `verdict` and `findings` are those in force: the latest published judgement, else the attempt's own. `problem` says
    why it cannot be judged again: its record is damaged, or of another version.
    """

    number: int
    attempt_id: str
    serial: str
    finished_at: str
    verdict: Verdict
    findings: tuple[Finding, ...]
    facts: KeptFacts | None = None
    problem: str = ""


class Rejudged(Struct, frozen=True):
    """What judging one attempt again gave. Where it cannot be judged again `verdict` is None and `problem` says why.

    `facts` are those that had to be read from the evidence once more.
    """

    number: int
    attempt_id: str
    serial: str
    was: Verdict
    verdict: Verdict | None
    changes: tuple[Change, ...] = ()
    problem: str = ""
    facts: KeptFacts | None = None


class Plan(Struct, frozen=True):
    """What a run judges by: the profile as data, the decisions, and the moment at which those in force count.

    `key` is a digest of all that the results depend on: two runs with one key give the same results.
    """

    key: str
    profile: str
    profile_digest: str
    profile_data: bytes
    decisions: Decisions
    moment: str


class Run(Struct, frozen=True):
    """One run over a store. `done_to` is the number up to which it is done; `published_at` is empty for a preview.

    `complete` is true once the run has come to the end of what there was.
    """

    run_id: str
    profile: str
    profile_digest: str
    moment: str
    done_to: int
    complete: bool = False
    published_at: str = ""
    operator: str = ""
    reason: str = ""


class Archive(Protocol):
    """A store of finished attempts. Methods raise the store's own refusal where its disk fails."""

    def count(self, beyond: int = 0) -> int:
        """How many finished attempts have a number beyond this one."""
        ...

    def left_out(self) -> int:
        """How many attempts have a verdict and are no finished ones: bench checks, and those that were taken back."""
        ...

    def numbers(self, beyond: int, count: int) -> Sequence[int]:
        """The numbers of the next finished attempts, ascending."""
        ...

    def kept(self, first: int, last: int) -> Iterator[Kept]:
        """The finished attempts from one number to another, ascending."""
        ...

    def evidence(self, attempt_id: str) -> Bundle:
        """The evidence of an attempt, each item checked against its digest. Raises `EvidenceGone`."""
        ...

    def decisions(self) -> Decisions:
        """Every decision ever made here."""
        ...

    def published(self) -> Sequence[Run]:
        """The runs whose verdicts were put in force, oldest first."""
        ...

    def find_run(self, key: str) -> Run | None:
        """The unpublished run of a key; None where there is none."""
        ...

    def open_run(self, plan: Plan) -> Run:
        """The unpublished run of that plan's key, begun where there is none."""
        ...

    def keep(self, run: Run, judged: Sequence[Rejudged], done_to: int, *, complete: bool) -> Run:
        """Keeps results, the facts that were read, and how far the run has come, in one transaction.

        Raises `RejudgeRefused` where the run was published meanwhile, or where a newer one took its place.
        """
        ...

    def results(self, run: Run) -> Iterator[Rejudged]:
        """Every result of a run, ascending, without facts."""
        ...

    def latest(self, serials: Iterable[str]) -> dict[str, int]:
        """For each serial number the number of its latest finished attempt."""
        ...

    def publish(self, run: Run, operator: str, reason: str) -> Run:
        """Puts the run's verdicts in force, in one transaction. The old findings stay where they are.

        Raises `RejudgeRefused` where the run is gone, was published already, or was judged against other verdicts than
        those that are in force now.
        """
        ...

    def close(self) -> None:
        """Lets go of the store."""
        ...


def after(findings: tuple[Finding, ...], changes: Iterable[Change]) -> tuple[Finding, ...]:
    """Findings with changes made to them: the rest in its order, then what was not there before."""
    by_check = {finding.check: finding for finding in findings}
    for change in changes:
        if change.finding is None:
            by_check.pop(change.check, None)
        else:
            by_check[change.check] = change.finding
    return tuple(by_check.values())
