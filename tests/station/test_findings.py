"""Findings in words: what was read again, and what a supervisor let through, is said beside the reading."""

from __future__ import annotations

from checks import attesting
from checks.catalogue import shapes
from checks.confirming import FLAKY
from checks.deciding import ATTESTED
from checks.verdict import Decided, Finding, Retaken, Severity, Verdict
from specs.limits import Place
from specs.profiles import load_library
from station.central import wording as central
from station.explaining import wording as explaining
from station.findings import check_name, finding_measured, finding_remedy

LIMIT = {"op": "equals", "value": True, "measure": "yes_no"}


def finding(verdict: Verdict, **more: object) -> Finding:
    return Finding("camera.present", verdict, Severity.MAJOR, False, "", LIMIT, "different", **more)  # type: ignore[arg-type]


def test_a_reading_that_was_taken_again_says_how_many_were_good() -> None:
    readings = (Retaken(False, Verdict.FAIL), Retaken(True, Verdict.PASS), Retaken(True, Verdict.PASS))
    flaky = finding(Verdict.MARGINAL, readings=readings)
    assert finding_measured(flaky) == "no; 2 of 3 readings good"
    assert finding_remedy(flaky) == ""
    assert finding_measured(finding(Verdict.FAIL, readings=readings[:1] * 2)) == "no; 0 of 2 readings good"


def test_a_waived_fault_says_who_let_it_through_until_when_and_why() -> None:
    decision = Decided("id", "Supervisor 4", "the school\x1b[31m takes it", "2026-12-31", Verdict.FAIL)
    said = finding_measured(finding(Verdict.WAIVED, decision=decision))
    assert said == "no; let through by Supervisor 4 until 2026-12-31: the school[31m takes it"


def test_every_claim_of_the_library_has_a_name_for_people() -> None:
    library = load_library(shapes())
    for reference in library.references():
        raw = library.find(reference)
        assert raw is not None
        for claim in library.resolve(raw).attested:
            assert check_name(f"attested.{claim.name}") != claim.name, claim.name


def test_a_check_that_nobody_knows_keeps_its_id_and_no_escape() -> None:
    assert check_name("moon.phase") == "moon.phase"
    assert check_name("moon\x1b[2J") == "moon[2J"


def test_every_reason_that_the_judge_gives_has_words_at_central_and_in_explain() -> None:
    codes = {place.value for place in Place} | {
        FLAKY,
        ATTESTED,
        "unknown",
        "sources_differ",
        "unreadable",
        "not_collected",
        "no_such_check",
        *attesting.REASONS,
    }
    assert codes <= set(central.REASONS)
    assert codes <= set(explaining.REASONS)


def attested(verdict: Verdict, severity: Severity, reason: str) -> Finding:
    return Finding("attested.keyboard.layout", verdict, severity, "UK keyboard", "", None, reason, "seen by Anna")


def test_what_a_technician_saw_says_who_saw_it() -> None:
    seen = attested(Verdict.PASS, Severity.MAJOR, attesting.SAW)
    assert finding_measured(seen) == "UK keyboard (seen by Anna)"
    assert finding_remedy(seen) == ""


def test_a_question_that_decides_says_what_to_do_and_one_that_does_not_asks_for_nothing() -> None:
    for reason in (attesting.NOT_LOOKED, attesting.SAW_FAULT, attesting.ASKED_OTHERWISE, attesting.ANSWERS_UNREADABLE):
        assert finding_remedy(attested(Verdict.INCONCLUSIVE, Severity.MINOR, reason)).endswith(".")
        assert finding_remedy(attested(Verdict.INCONCLUSIVE, Severity.INFO, reason)) == ""
    assert finding_remedy(attested(Verdict.INCONCLUSIVE, Severity.MAJOR, attesting.NOT_ATTESTED)) == ""
    assert finding_remedy(attested(Verdict.WAIVED, Severity.MINOR, attesting.SAW_FAULT)) == ""
