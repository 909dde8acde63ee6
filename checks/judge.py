"""`judge(facts, profile)`: every requirement against the facts. Pure, total, and the same bytes every time.

No vacuous pass: an unknown reading is never a pass, a blank text is unknown, a check that is not in the catalogue
is an error, and a profile without required rows gives `error`. What people decided comes in as data (`decisions`,
those in force), as do later readings of the same laptop (`again`): nothing here reads a clock.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from checks.attesting import attested, seen_besides
from checks.catalogue import CATALOGUE
from checks.check import Check, Measured, Reading
from checks.confirming import confirmed
from checks.deciding import approved, waived
from checks.verdict import Finding, Judgement, Severity, Verdict, roll_up
from specs.decisions import NO_DECISIONS, Decisions
from specs.facts import Facts, Unknown
from specs.limits import Limit, Place, place, place_of_all
from specs.profile import Profile, Requirement
from specs.text import LONGEST_TEXT, clean

__all__ = ["judge", "judge_requirement"]

_BY_PLACE: Final = {
    Place.WITHIN: Verdict.PASS,
    Place.MARGINAL: Verdict.MARGINAL,
    Place.BELOW: Verdict.FAIL,
    Place.ABOVE: Verdict.FAIL,
    Place.DIFFERENT: Verdict.FAIL,
}


LONGEST_DETAIL: Final = 3 * LONGEST_TEXT
"""Of the text in a finding: a maker and a product, or two serials and what is said of them."""

LARGEST_VALUE: Final = 2**63 - 1
"""The largest whole number that every store keeps; no honest reading comes near it."""


def judge(
    facts: Facts,
    profile: Profile,
    catalogue: Mapping[str, Check] = CATALOGUE,
    *,
    again: Sequence[Facts] = (),
    decisions: Decisions = NO_DECISIONS,
) -> Judgement:
    """The verdict and every finding, in the profile's order: what is measured, what is attested, and last the faults
    that a technician saw while an exercise was done that no row names.

    `again` are later readings of the same laptop, in order, for the rows that may be confirmed; a fault that any of
    them shows counts. What a technician answered is asked once, and stands in `facts`. `decisions` are the approvals
    and waivers in force, of which those about this laptop count.
    """
    findings = []
    for row in profile.requirements:
        first = judge_requirement(facts, row, catalogue)
        later = [judge_requirement(reading, row, catalogue) for reading in again]
        check = catalogue.get(row.check)
        found = confirmed(row, first, later)
        if check is not None and check.waivable:
            found = waived(found, row.limit, profile.id, facts, decisions.waivers)
        findings.append(found)
    for claim in profile.attested:
        found = approved(attested(claim, facts.operator.answers), claim, facts, decisions.approvals)
        findings.append(waived(found, None, profile.id, facts, decisions.waivers))
    for found in seen_besides(profile, facts.operator.answers):
        findings.append(waived(found, None, profile.id, facts, decisions.waivers))
    measured = any(Severity(row.severity).required for row in profile.requirements)
    # What is only attested has not been tested: a profile that measures nothing passes nothing.
    verdict = roll_up(findings) if measured else Verdict.ERROR
    return Judgement(verdict, profile.reference, profile.digest, tuple(findings))


def judge_requirement(facts: Facts, row: Requirement, catalogue: Mapping[str, Check] = CATALOGUE) -> Finding:
    """One requirement against the facts of one reading, before anybody confirms or decides anything."""
    limits = row.limits()
    severity = Severity(row.severity)
    check = catalogue.get(row.check)
    if check is None:
        return Finding(row.check, Verdict.ERROR, severity, None, row.measure.unit, limits, "no_such_check")
    reading = _decisive(_sound(check.reading(facts, row.arguments)), row)
    if isinstance(reading, Unknown):
        verdict, reason = _of_unknown(reading, row)
        detail = clean(reading.reason, LONGEST_DETAIL)
        return Finding(row.check, verdict, severity, None, row.measure.unit, limits, reason, detail, reading.evidence)
    return _of_reading(reading, row, severity, limits)


def _of_reading(reading: Measured, row: Requirement, severity: Severity, limits: dict[str, object]) -> Finding:
    where = _place(reading, row.limit)
    return Finding(
        check=row.check,
        verdict=_BY_PLACE[where],
        severity=severity,
        value=list(reading.value) if isinstance(reading.value, tuple) else reading.value,
        unit=row.measure.unit,
        limits=limits,
        reason=where.value,
        detail=clean(reading.detail, LONGEST_DETAIL),
        evidence=reading.evidence,
        unread=reading.unread.problem if reading.unread is not None else "",
    )


def _decisive(reading: Reading, row: Requirement) -> Reading:
    """The reading, but for one that would pass with a part of it unread: that part may be worse."""
    if isinstance(reading, Unknown) or reading.unread is None:
        return reading
    return reading if _BY_PLACE[_place(reading, row.limit)] is Verdict.FAIL else reading.unread


def _place(reading: Measured, limit: Limit) -> Place:
    if reading.all_must and isinstance(reading.value, tuple):
        return place_of_all(reading.value, limit)
    return place(reading.value, limit)


def _sound(reading: Reading) -> Reading:
    """The reading, where a finding can hold it: a blank text is unknown; a number that is none blames the bench."""
    if isinstance(reading, Unknown):
        return reading
    value = reading.value
    if isinstance(value, str):
        text = clean(value, LONGEST_DETAIL)
        return msgspec.structs.replace(reading, value=text) if text else _blank(reading)
    if isinstance(value, tuple):
        texts = tuple(filter(None, map(clean, value)))
        return msgspec.structs.replace(reading, value=texts) if texts else _blank(reading)
    if (isinstance(value, float) and not math.isfinite(value)) or abs(value) > LARGEST_VALUE:
        return Unknown("what was read is no number that can be true", reading.evidence, "unreadable")
    return reading


def _blank(reading: Measured) -> Unknown:
    return Unknown("what was read is blank", reading.evidence, "absent")


def _of_unknown(reading: Unknown, row: Requirement) -> tuple[Verdict, str]:
    """A blank reading is what the profile says of blanks; what could not be read or was not collected is an error."""
    if reading.problem == "absent":
        return Verdict(row.when_unknown), "unknown"
    if reading.problem == "differs":
        return Verdict(row.when_unknown), "sources_differ"
    return Verdict.ERROR, "unreadable" if reading.problem == "unreadable" else "not_collected"
