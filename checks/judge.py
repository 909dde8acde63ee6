"""`judge(facts, profile)`: every requirement against the facts. Pure, total, and the same bytes every time.

No vacuous pass: an unknown reading is never a pass, a check that is not in the catalogue is an error, and a
profile without required rows gives `error`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from checks.catalogue import CATALOGUE
from checks.check import Check, Measured
from checks.verdict import Finding, Judgement, Severity, Verdict, roll_up
from specs.facts import Facts, Unknown
from specs.limits import Place, limit_data, place
from specs.profile import Attested, Profile, Requirement

__all__ = ["judge", "judge_requirement"]

_BY_PLACE: Final = {
    Place.WITHIN: Verdict.PASS,
    Place.MARGINAL: Verdict.MARGINAL,
    Place.BELOW: Verdict.FAIL,
    Place.ABOVE: Verdict.FAIL,
    Place.DIFFERENT: Verdict.FAIL,
}


def judge(facts: Facts, profile: Profile, catalogue: Mapping[str, Check] = CATALOGUE) -> Judgement:
    """The verdict and every finding, in the profile's order; attested rows last."""
    findings = tuple(judge_requirement(facts, row, catalogue) for row in profile.requirements)
    findings += tuple(_attested(row) for row in profile.attested)
    return Judgement(roll_up(findings), profile.reference, profile.digest, findings)


def judge_requirement(facts: Facts, row: Requirement, catalogue: Mapping[str, Check] = CATALOGUE) -> Finding:
    """One requirement against the facts."""
    limits = limit_data(row.limit, row.measure)
    severity = Severity(row.severity)
    check = catalogue.get(row.check)
    if check is None:
        return Finding(row.check, Verdict.ERROR, severity, None, row.measure.unit, limits, "no_such_check")
    reading = check.read(facts)
    if isinstance(reading, Unknown):
        verdict, reason = _of_unknown(reading, row)
        return Finding(
            row.check, verdict, severity, None, row.measure.unit, limits, reason, reading.reason, reading.evidence
        )
    return _of_reading(reading, row, severity, limits)


def _of_reading(reading: Measured, row: Requirement, severity: Severity, limits: dict[str, object]) -> Finding:
    where = place(reading.value, row.limit)
    return Finding(
        check=row.check,
        verdict=_BY_PLACE[where],
        severity=severity,
        value=list(reading.value) if isinstance(reading.value, tuple) else reading.value,
        unit=row.measure.unit,
        limits=limits,
        reason=where.value,
        detail=reading.detail,
        evidence=reading.evidence,
    )


def _of_unknown(reading: Unknown, row: Requirement) -> tuple[Verdict, str]:
    """A blank reading is what the profile says of blanks; what could not be read or was not collected is an error."""
    if reading.problem == "absent":
        return Verdict(row.when_unknown), "unknown"
    return Verdict.ERROR, "unreadable" if reading.problem == "unreadable" else "not_collected"


def _attested(row: Attested) -> Finding:
    """An attested row: recorded and never decided here. It says whether a document stands behind it."""
    documented = bool(row.document)
    return Finding(
        check=f"attested.{row.name}",
        verdict=Verdict.PASS if documented else Verdict.INCONCLUSIVE,
        severity=Severity.INFO,
        value=row.claim,
        unit="",
        limits=None,
        reason="attested" if documented else "not_yet_attested",
        detail=row.document or "no model approval document is on record",
    )
