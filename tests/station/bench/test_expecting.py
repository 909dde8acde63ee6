"""What golden laptops are expected to say: what was measured counts, and silence proves nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.verdict import Finding, Severity, Verdict
from station.bench.expecting import GoldenKind, NotGolden, Problem, expected_of, problems_of, profile_id
from tests.station.bench_checks.samples import CAMERA, CAPACITY, HEALTH, bad_findings, finding, good_findings

FINE = ("pass", "marginal")


def test_a_good_laptop_is_expected_to_pass_and_near_a_limit_is_as_good() -> None:
    expected = expected_of("good", good_findings())
    assert expected == {HEALTH: FINE, CAPACITY: FINE, CAMERA: FINE}
    assert problems_of("good", expected, good_findings()) == ()


@pytest.mark.parametrize("verdict", [Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.ERROR])
def test_a_laptop_that_may_not_ship_is_no_golden_one(verdict: Verdict) -> None:
    with pytest.raises(NotGolden) as refused:
        expected_of("good", (*good_findings(), finding("usb.ports", verdict)))
    assert refused.value.checks == ("usb.ports",)


def test_a_laptop_of_which_nothing_was_required_is_neither() -> None:
    kinds: tuple[GoldenKind, ...] = ("good", "bad")
    for kind in kinds:
        for nothing in ((), (finding(HEALTH, Verdict.FAIL, severity=Severity.INFO),)):
            with pytest.raises(NotGolden):
                expected_of(kind, nothing)


def test_a_known_bad_laptop_must_have_a_fault() -> None:
    with pytest.raises(NotGolden):
        expected_of("bad", good_findings())
    expected = expected_of("bad", bad_findings())
    assert {check for check, verdicts in expected.items() if verdicts == ("fail",)} == {HEALTH, CAMERA}


def test_a_bench_that_misses_a_known_fault_or_finds_another_is_found_out() -> None:
    expected = expected_of("bad", bad_findings())
    health, capacity, camera = bad_findings()
    assert problems_of("bad", expected, bad_findings()) == ()
    missed = problems_of("bad", expected, (finding(HEALTH, Verdict.PASS), capacity, camera))
    assert missed == (Problem(HEALTH, ("fail",), "pass"),)
    [another] = problems_of("bad", expected, (health, finding(CAPACITY, Verdict.FAIL), camera))
    assert (another.check, another.found) == (CAPACITY, "fail")
    assert problems_of("bad", expected, (health, capacity)) == (Problem(CAMERA, ("fail",)),)
    # That the rest could not be settled is the good one's matter.
    assert problems_of("bad", expected, (health, finding(CAPACITY, Verdict.INCONCLUSIVE), camera)) == ()


def test_a_fault_that_a_supervisor_lets_through_is_still_a_fault_of_the_laptop() -> None:
    expected = expected_of("bad", bad_findings())
    _, capacity, camera = bad_findings()
    waived = finding(HEALTH, Verdict.WAIVED, was=Verdict.FAIL)
    assert problems_of("bad", expected, (waived, capacity, camera)) == ()
    assert expected_of("bad", (waived, capacity))[HEALTH] == ("fail",)
    # And a good laptop on which the bench suddenly finds one does not pass by a waiver.
    [problem] = problems_of("good", expected_of("good", good_findings()), (waived, *good_findings()[1:]))
    assert (problem.check, problem.found) == (HEALTH, "fail")


def test_a_good_laptop_with_a_waived_fault_must_go_on_having_it() -> None:
    waived = finding(HEALTH, Verdict.WAIVED, was=Verdict.FAIL)
    others = good_findings()[1:]
    expected = expected_of("good", (waived, *others))
    assert expected[HEALTH] == ("fail",)
    assert problems_of("good", expected, (finding(HEALTH, Verdict.FAIL), *others)) == ()
    assert problems_of("good", expected, (finding(HEALTH, Verdict.PASS), *others)) != ()


def test_another_version_of_the_profile_may_ask_for_more_or_for_less() -> None:
    expected = expected_of("good", good_findings())
    assert problems_of("good", expected, good_findings()[:2]) == ()
    assert problems_of("good", expected, (*good_findings(), finding("usb.ports", Verdict.PASS))) == ()
    [new] = problems_of("good", expected, (*good_findings(), finding("usb.ports", Verdict.INCONCLUSIVE)))
    assert new == Problem("usb.ports", FINE, "inconclusive")


def test_nothing_tested_proves_nothing() -> None:
    assert problems_of("good", expected_of("good", good_findings()), ()) == (Problem("", FINE),)
    assert len(problems_of("bad", expected_of("bad", bad_findings()), ())) == 2
    assert problems_of("bad", {}, good_findings()) == (Problem("", ("fail",)),)


def test_the_id_of_a_profile_is_the_same_in_every_version() -> None:
    assert profile_id("demo@1") == profile_id("demo@2021-10-18") == "demo"


FINDINGS = st.lists(
    st.builds(
        finding,
        st.sampled_from([HEALTH, CAPACITY, CAMERA, "usb.ports", "lid.works"]),
        st.sampled_from([Verdict.PASS, Verdict.MARGINAL, Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.ERROR]),
        severity=st.sampled_from([Severity.BLOCKER, Severity.INFO]),
    ),
    max_size=5,
    unique_by=lambda one: one.check,
)


@given(findings=FINDINGS, kind=st.sampled_from(["good", "bad"]))
def test_who_is_registered_comes_out_as_expected_when_nothing_has_changed(
    findings: list[Finding], kind: GoldenKind
) -> None:
    try:
        expected = expected_of(kind, findings)
    except NotGolden:
        return
    assert problems_of(kind, expected, findings) == ()


@given(findings=FINDINGS, later=FINDINGS, kind=st.sampled_from(["good", "bad"]))
def test_no_problem_means_that_every_fault_was_found_and_none_was_made_up(
    findings: list[Finding], later: list[Finding], kind: GoldenKind
) -> None:
    try:
        expected = expected_of(kind, findings)
    except NotGolden:
        return
    if problems_of(kind, expected, later):
        return
    failed = {one.check for one in later if one.severity.required and one.verdict is Verdict.FAIL}
    assert failed == {check for check, verdicts in expected.items() if verdicts == ("fail",)}
    if kind == "good":
        assert all(one.verdict in (Verdict.PASS, Verdict.MARGINAL) for one in later if one.severity.required)
