"""How findings roll up into one verdict."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.verdict import MAY_SHIP, Finding, Judgement, Severity, Verdict, roll_up

REQUIRED = [severity for severity in Severity if severity.required]


def finding(verdict: Verdict, severity: Severity = Severity.BLOCKER) -> Finding:
    return Finding("memory.installed", verdict, severity, 1, "B", None, "within")


findings = st.lists(st.builds(finding, st.sampled_from(Verdict), st.sampled_from(Severity)), max_size=8)


def test_nothing_tested_is_an_error():
    assert roll_up([]) is Verdict.ERROR


@given(st.lists(st.builds(finding, st.sampled_from(Verdict), st.just(Severity.INFO))))
def test_rows_that_never_decide_cannot_make_a_pass(infos: list[Finding]):
    assert roll_up(infos) is Verdict.ERROR


@given(findings)
def test_an_attempt_ships_only_if_every_required_finding_does(given_findings: list[Finding]):
    required = [one.verdict for one in given_findings if one.severity.required]
    assert (roll_up(given_findings) in MAY_SHIP) == (bool(required) and set(required) <= MAY_SHIP)


@given(findings, st.randoms())
def test_the_order_of_findings_never_matters(given_findings: list[Finding], random):
    shuffled = list(given_findings)
    random.shuffle(shuffled)
    assert roll_up(shuffled) is roll_up(given_findings)


@given(findings, st.sampled_from(REQUIRED))
def test_a_failed_required_row_fails_the_attempt_whatever_else_was_found(
    given_findings: list[Finding], severity: Severity
):
    assert roll_up([*given_findings, finding(Verdict.FAIL, severity)]) is Verdict.FAIL


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ("pass pass", "pass"),
        ("pass marginal", "marginal"),
        ("pass waived", "waived"),
        ("pass inconclusive", "inconclusive"),
        ("inconclusive error", "error"),
        ("error fail inconclusive", "fail"),
    ],
)
def test_the_heaviest_finding_decides(verdicts: str, expected: str):
    assert roll_up(finding(Verdict(word)) for word in verdicts.split()) is Verdict(expected)


@given(findings)
def test_a_judgement_survives_its_way_through_json(given_findings: list[Finding]):
    judgement = Judgement(roll_up(given_findings), "demo@1", "00", tuple(given_findings))
    data = msgspec.json.encode(judgement)
    assert msgspec.json.decode(data, type=Judgement) == judgement
    assert msgspec.json.encode(msgspec.json.decode(data, type=Judgement)) == data
