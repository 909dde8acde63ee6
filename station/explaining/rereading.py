"""The evidence read and judged once more, by the same check with the same arguments and limit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from msgspec import Struct

from checks.catalogue import CATALOGUE
from checks.judge import judge_requirement
from checks.verdict import Finding
from hardware.evidence.bundle import Bundle
from hardware.evidence.facts import read_facts
from specs.limits import Limit
from specs.profile import Requirement, Standing
from specs.quantities import Measure

__all__ = ["Outcome", "outcome_of", "reread", "row_of"]

_NOT_KNOWN: Final = frozenset({"unknown", "unreadable", "not_collected", "no_such_check", "judge_failed"})


class Outcome(Struct, frozen=True):
    """What a reading came to: its value, whether it is known, and the items that it was read from."""

    value: Any
    known: bool
    evidence: frozenset[str]


def outcome_of(finding: Finding, kept_as: Mapping[str, str] | None = None) -> Outcome:
    """The outcome in a finding. `kept_as` are the ids under which a later round's items are kept."""
    names = kept_as or {}
    value = tuple(finding.value) if isinstance(finding.value, (list, tuple)) else finding.value
    known = value is not None and finding.reason not in _NOT_KNOWN
    return Outcome(value, known, frozenset(names.get(item, item) for item in finding.evidence))


def row_of(finding: Finding) -> Requirement | None:
    """The row that a finding was judged by, as far as a finding holds it; None where nothing can be judged by it.

    The stored limit, not the library's: a reading with a part that could not be read counts only where it fails.
    """
    check, limits = CATALOGUE.get(finding.check), finding.limits
    if check is None or not limits:
        return None
    try:
        limit = msgspec.convert(dict(limits), Limit)
        measure = Measure[str(limits.get("measure", "")).upper()]
        arguments = msgspec.convert(limits.get("arguments") or {}, dict[str, Any])
    except (msgspec.ValidationError, KeyError):
        return None
    return Requirement(
        check=finding.check,
        limit=limit,
        measure=measure,
        severity=finding.severity.value,
        when_unknown="inconclusive",
        source="",
        standing=Standing.UNVERIFIED,
        origin="",
        arguments=arguments,
    )


def reread(bundle: Bundle, row: Requirement) -> Finding:
    """What today's parsers and today's check make of the evidence of one round."""
    return judge_requirement(read_facts(bundle).facts, row)
