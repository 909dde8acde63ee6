"""One attempt judged again, against what is in force: the new verdict, and each check that says something else."""

from __future__ import annotations

import msgspec

from checks.judge import judge
from checks.verdict import Finding, Judgement
from hardware.evidence.facts import Reading, read_facts
from specs.decisions import Decisions
from specs.profile import Profile
from station.kept_facts import KeptFacts, ReadFacts, pack_facts, unpack_facts
from station.rejudging.archive import Archive, Change, EvidenceGone, Kept, Rejudged
from station.rejudging.recorded import with_recorded

__all__ = ["compare", "judge_again"]


def judge_again(archive: Archive, kept: Kept, profile: Profile, decisions: Decisions, moment: str) -> Rejudged:
    """Judges one attempt by its kept facts, or by its evidence where other parsers read those.

    Decisions count that were in force when the laptop was tested, or that are now: a waiver that has run out since does
    not call back a laptop which it let through, one that somebody has ended does. Those that stand in the attempt's own
    findings count wherever it is judged again, also where the book in which they were recorded is not at hand.
    """
    if kept.problem:
        return Rejudged(kept.number, kept.attempt_id, kept.serial, kept.verdict, None, problem=kept.problem)
    fresh: KeptFacts | None = None
    facts = unpack_facts(kept.facts) if kept.facts is not None else None
    if facts is None:
        try:
            reading: Reading = read_facts(archive.evidence(kept.attempt_id))
        except EvidenceGone as error:
            return Rejudged(kept.number, kept.attempt_id, kept.serial, kept.verdict, None, problem=str(error))
        fresh, facts = pack_facts(reading), ReadFacts(reading.facts, reading.again)
    known = with_recorded(decisions, kept.findings, facts.first)
    in_force = known.not_ended(moment).in_force(kept.finished_at, moment)
    judgement = judge(facts.first, profile, again=facts.again, decisions=in_force)
    return msgspec.structs.replace(compare(kept, judgement), facts=fresh)


def compare(kept: Kept, judgement: Judgement) -> Rejudged:
    """The new judgement beside the findings in force."""
    before = {finding.check: finding for finding in kept.findings}
    changes = [
        _change(before.get(finding.check), finding)
        for finding in judgement.findings
        if before.get(finding.check) != finding
    ]
    asked = {finding.check for finding in judgement.findings}
    gone = [
        Change(finding.check, finding.verdict, finding.severity.required, None)
        for finding in kept.findings
        if finding.check not in asked
    ]
    return Rejudged(
        number=kept.number,
        attempt_id=kept.attempt_id,
        serial=kept.serial,
        was=kept.verdict,
        verdict=judgement.verdict,
        changes=(*changes, *gone),
    )


def _change(old: Finding | None, new: Finding) -> Change:
    if old is None:
        return Change(new.check, None, was_required=False, finding=new)
    return Change(new.check, old.verdict, old.severity.required, new)
