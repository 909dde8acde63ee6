"""Verdicts, findings and how they roll up.

Six verdicts and what they blame: `pass`; `marginal` (within the limits but in the marginal band: ships, and is
counted); `waived` (a supervisor's recorded decision); `fail` (the laptop); `inconclusive` (the evidence is not
enough); `error` (the bench).
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import Any, Final

from msgspec import Struct

__all__ = ["ATTESTED_ROW", "MAY_SHIP", "Decided", "Finding", "Judgement", "Retaken", "Severity", "Verdict", "roll_up"]


class Verdict(Enum):
    """The answer to one check, or to a whole attempt."""

    PASS = "pass"
    MARGINAL = "marginal"
    WAIVED = "waived"
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"
    ERROR = "error"


class Severity(Enum):
    """How much a requirement weighs. `info` rows are recorded and never decide; all others are required."""

    BLOCKER = "blocker"
    MAJOR = "major"
    MINOR = "minor"
    INFO = "info"

    @property
    def required(self) -> bool:
        """True where an attempt can pass only if this row does."""
        return self is not Severity.INFO

    @property
    def deciding(self) -> Severity:
        """This severity where it decides, else the lowest that does."""
        return self if self.required else Severity.MINOR


ATTESTED_ROW: Final = "attested."
"""What the check of an attested row's finding begins with; its name follows."""

MAY_SHIP: Final = frozenset({Verdict.PASS, Verdict.MARGINAL, Verdict.WAIVED})

# A measured fault stands whatever else the bench could not do, so fail outweighs error and inconclusive. A bench
# that could not look outweighs evidence that was not enough, because only a retest can settle either.
_WEIGHT: Final = {
    Verdict.PASS: 0,
    Verdict.MARGINAL: 1,
    Verdict.WAIVED: 2,
    Verdict.INCONCLUSIVE: 3,
    Verdict.ERROR: 4,
    Verdict.FAIL: 5,
}


class Retaken(Struct, frozen=True):
    """One reading of several: its value (None where nothing was known) and what it would mean alone."""

    value: Any
    verdict: Verdict


class Decided(Struct, frozen=True):
    """A recorded decision behind a finding: who made it, why or by which document, until when, and what the finding
    would be without it. A waiver's bounds are here too, so that the record alone says what it covered: the profile's
    id (empty: every profile) and the worst reading.
    """

    id: str
    by: str
    reason: str
    until: str
    was: Verdict
    profile: str = ""
    worst: float | None = None


class Finding(Struct, frozen=True):
    """One check's answer, with the reading and the limits as data.

    `value` is in `unit`, the canonical unit of the check's measure, or None where nothing was known. `limits`
    is the limit as data (`specs.limits.limit_data`), None for an attested row. `reason` is a code
    ("below_limit", "not_collected", ...); `detail` is the reading's own words where there are any;
    `evidence` the ids of the items the value was read from. `unread` is the problem of a part that gave no reading,
    such as a second battery. `readings` are all readings of a row that was read more than once, first to last;
    `decision` is the waiver or the model approval that stands behind the verdict.
    """

    check: str
    verdict: Verdict
    severity: Severity
    value: Any
    unit: str
    limits: dict[str, Any] | None
    reason: str
    detail: str = ""
    evidence: tuple[str, ...] = ()
    unread: str = ""
    readings: tuple[Retaken, ...] = ()
    decision: Decided | None = None


class Judgement(Struct, frozen=True):
    """What `judge` gives: the verdict, the profile it was judged by, and every finding."""

    verdict: Verdict
    profile: str
    profile_digest: str
    findings: tuple[Finding, ...]


def roll_up(findings: Iterable[Finding]) -> Verdict:
    """The verdict of an attempt: the heaviest of its required findings; `error` where there are none.

    No findings is `error`, so that a run which tested nothing cannot pass.
    """
    required = [finding.verdict for finding in findings if finding.severity.required]
    return max(required, key=_WEIGHT.__getitem__, default=Verdict.ERROR)
