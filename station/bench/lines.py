"""From findings to what the screen shows. Pure."""

from __future__ import annotations

from typing import Final

from checks.verdict import Finding, Verdict
from specs.text import clean
from station.bench.protocol import CheckLine, RecentAttempt
from station.findings import finding_limit, finding_measured, finding_remedy, finding_title
from station.records import AttemptRecord

__all__ = ["check_line", "check_lines", "recent_attempt"]

_ORDER: Final = {
    Verdict.FAIL: 0,
    Verdict.ERROR: 1,
    Verdict.INCONCLUSIVE: 2,
    Verdict.MARGINAL: 3,
    Verdict.WAIVED: 4,
    Verdict.PASS: 5,
}


def check_line(finding: Finding) -> CheckLine:
    """One finding as the screen shows it."""
    return CheckLine(
        check=finding.check,
        title=finding_title(finding),
        verdict=finding.verdict,
        required=finding.severity.required,
        measured=finding_measured(finding),
        limit=finding_limit(finding),
        remedy=finding_remedy(finding),
    )


def check_lines(findings: tuple[Finding, ...]) -> tuple[CheckLine, ...]:
    """Every finding, what needs a person first: required before recorded, then by verdict."""
    ordered = sorted(findings, key=lambda one: (not one.severity.required, _ORDER[one.verdict], one.check))
    return tuple(check_line(finding) for finding in ordered)


def recent_attempt(record: AttemptRecord) -> RecentAttempt:
    """An ended attempt as a line of the bench's history."""
    return RecentAttempt(
        attempt_id=record.attempt_id,
        serial=record.scan.serial,
        laptop=clean(record.device.model, 60),
        slot=record.slot,
        finished_at=record.finished_at,
        status=record.status.value,
        verdict=record.verdict,
    )
