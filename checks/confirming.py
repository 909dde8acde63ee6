"""Several readings of one row: a fault that any of them shows counts, and only a rule of the profile lets it pass.

`confirm = "2 of 3"`: the row holds where two of its first three readings are within the limit. It is then marginal and
flaky, never a clean pass (design.md section 8), so that a supervisor sees which model or bench wavers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from checks.verdict import MAY_SHIP, Finding, Retaken, Verdict
from specs.profile import Profile, Requirement

__all__ = ["FLAKY", "confirmed", "to_confirm"]

FLAKY: Final = "flaky"
"""The reason code of a row that holds only by its rule of confirmation."""

_GRAVITY: Final = {"unreadable": 0, "not_collected": 1, "differs": 2, "absent": 3}


def confirmed(row: Requirement, first: Finding, later: Sequence[Finding]) -> Finding:
    """What one row's readings come to, first to last.

    A reading that is unknown never counts as a good one. Readings past those that the rule names are not looked at, so
    that nobody can go on until it suits them.
    """
    if not later:
        return first
    counted = [first, *later][: row.confirm.of if row.confirm else None]
    faults = [finding for finding in counted if _shows_a_fault(finding)]
    good = [finding for finding in counted if finding.verdict in MAY_SHIP]
    readings = tuple(Retaken(finding.value, finding.verdict) for finding in counted)
    if not faults and first.verdict in MAY_SHIP:
        near = next((finding for finding in good if finding.verdict is Verdict.MARGINAL), first)
        return first if near is first else msgspec.structs.replace(near, readings=readings)
    if row.confirm is not None and len(good) >= row.confirm.passes:
        # What is shown is the fault, where there was one: that is what a supervisor has to know of.
        shown = (faults or good)[0]
        return msgspec.structs.replace(shown, verdict=Verdict.MARGINAL, reason=FLAKY, readings=readings)
    problems = [finding.unread for finding in faults if finding.unread]
    unread = min(problems, key=lambda problem: _GRAVITY.get(problem, 0), default="")
    return msgspec.structs.replace(faults[0] if faults else first, readings=readings, unread=unread)


def to_confirm(profile: Profile, findings: Iterable[Finding]) -> tuple[str, ...]:
    """The checks whose failing reading should be taken again, once more: the rule allows it and is not settled yet.

    Only required rows: a recorded one decides nothing, so nobody should wait for it.
    """
    rows = {row.check: row for row in profile.requirements}
    return tuple(finding.check for finding in findings if _is_open(rows.get(finding.check), finding))


def _is_open(row: Requirement | None, finding: Finding) -> bool:
    if row is None or row.confirm is None or not finding.severity.required or not _shows_a_fault(finding):
        return False
    readings = finding.readings or (Retaken(finding.value, finding.verdict),)
    held = sum(reading.verdict in MAY_SHIP for reading in readings)
    left = row.confirm.of - len(readings)
    return left > 0 and held + left >= row.confirm.passes


def _shows_a_fault(finding: Finding) -> bool:
    return finding.verdict is Verdict.FAIL and finding.value is not None
