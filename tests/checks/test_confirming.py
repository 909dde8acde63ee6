"""Several readings of one row: a fault counts, a rule may let it pass as flaky, and nobody can go on until it suits."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from checks.confirming import FLAKY, confirmed, to_confirm
from checks.judge import judge
from checks.verdict import MAY_SHIP, Finding, Severity, Verdict
from specs.facts import Camera, Facts, Unknown, known
from specs.limits import Equals
from specs.profile import Confirm, Profile, Requirement, Standing
from specs.quantities import Measure
from tests.checks.strategies import GOOD

RANK = [Verdict.PASS, Verdict.MARGINAL, Verdict.WAIVED, Verdict.INCONCLUSIVE, Verdict.ERROR, Verdict.FAIL]
rules = st.none() | st.sampled_from([Confirm(2, 3), Confirm(3, 4), Confirm(3, 5), Confirm(4, 5)])
verdicts = st.sampled_from([Verdict.PASS, Verdict.MARGINAL, Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.ERROR])


def row(confirm: Confirm | None = None, severity: str = "blocker") -> Requirement:
    return Requirement(
        "camera.present",
        Equals(True),
        Measure.YES_NO,
        severity,
        "inconclusive",
        "a test",
        Standing.INFERRED,
        "demo@1",
        confirm=confirm,
    )


def finding(verdict: Verdict) -> Finding:
    measured = verdict in (Verdict.PASS, Verdict.MARGINAL, Verdict.FAIL)
    value = (verdict is not Verdict.FAIL) if measured else None
    return Finding("camera.present", verdict, Severity.BLOCKER, value, "", None, "a reason")


def come_to(rule: Confirm | None, *readings: Verdict) -> Finding:
    first, *later = map(finding, readings)
    return confirmed(row(rule), first, later)


F, P, E, I = Verdict.FAIL, Verdict.PASS, Verdict.ERROR, Verdict.INCONCLUSIVE  # noqa: E741
TWO_OF_THREE = Confirm(2, 3)


def test_two_good_readings_of_three_are_marginal_and_flaky_and_the_fault_is_what_is_shown() -> None:
    found = come_to(TWO_OF_THREE, F, P, P)
    assert (found.verdict, found.reason, found.value) == (Verdict.MARGINAL, FLAKY, False)
    assert [one.verdict for one in found.readings] == [F, P, P]


def test_one_good_reading_of_three_fails() -> None:
    assert come_to(TWO_OF_THREE, F, P, F).verdict is F
    assert come_to(TWO_OF_THREE, F, F).verdict is F


def test_a_reading_that_says_nothing_does_not_count_as_a_good_one() -> None:
    assert come_to(TWO_OF_THREE, F, P, E).verdict is F
    assert come_to(TWO_OF_THREE, F, P, I).verdict is F


def test_readings_past_those_of_the_rule_do_not_help() -> None:
    assert come_to(TWO_OF_THREE, F, F, P, P, P, P).verdict is F


def test_without_a_rule_one_fault_is_a_fault_whatever_the_others_say() -> None:
    assert come_to(None, P, P, F).verdict is F
    assert come_to(None, F, P, P).verdict is F


def test_a_first_reading_that_said_nothing_may_be_made_good_by_the_rule_and_is_flaky_too() -> None:
    found = come_to(TWO_OF_THREE, E, P, P)
    assert (found.verdict, found.reason, found.value) == (Verdict.MARGINAL, FLAKY, True)
    assert come_to(TWO_OF_THREE, E, P).verdict is E
    assert come_to(None, E, P, P).verdict is E


@given(rules, st.lists(verdicts, min_size=1, max_size=6))
def test_a_row_that_showed_a_fault_is_never_a_clean_pass(rule: Confirm | None, readings: list[Verdict]) -> None:
    found = come_to(rule, *readings)
    counted = readings[: rule.of if rule else None]
    holds = rule is not None and sum(one in MAY_SHIP for one in counted) >= rule.passes
    if len(readings) > 1 and F in counted:
        assert found.verdict is (Verdict.MARGINAL if holds else F)
    if found.verdict in MAY_SHIP:
        assert found.value is not None
        assert readings[0] in MAY_SHIP or holds


@given(rules, st.lists(verdicts, min_size=1, max_size=5), st.integers(0, 5))
def test_one_more_fault_among_the_readings_never_improves_them(
    rule: Confirm | None, readings: list[Verdict], at: int
) -> None:
    before = come_to(rule, *readings).verdict
    worse = [*readings]
    worse[min(at, len(readings) - 1)] = F
    assert RANK.index(come_to(rule, *worse).verdict) >= RANK.index(before)
    assert RANK.index(come_to(rule, *readings, F).verdict) >= RANK.index(before)


def camera(there: bool) -> Facts:
    return replace(GOOD, camera=known((Camera("video0"),) if there else (), "camera"))


def profile(windows: Profile, one: Requirement) -> Profile:
    rest = tuple(other for other in windows.requirements if other.check != one.check)
    return replace(windows, requirements=(*rest, one))


def test_the_judge_reads_every_round_and_says_what_is_still_to_be_read(windows: Profile) -> None:
    by = profile(windows, row(TWO_OF_THREE))
    first = judge(camera(False), by)
    assert first.verdict is F
    assert to_confirm(by, first.findings) == ("camera.present",)
    second = judge(camera(False), by, again=[camera(True)])
    assert second.verdict is F
    assert to_confirm(by, second.findings) == ("camera.present",)
    third = judge(camera(False), by, again=[camera(True), camera(True)])
    assert third.verdict is Verdict.MARGINAL
    assert to_confirm(by, third.findings) == ()


def test_what_cannot_be_settled_any_more_is_not_read_again(windows: Profile) -> None:
    by = profile(windows, row(TWO_OF_THREE))
    assert to_confirm(by, judge(camera(False), by, again=[camera(False)]).findings) == ()


def test_nobody_waits_for_a_row_that_decides_nothing_or_has_no_rule_or_was_not_measured(windows: Profile) -> None:
    info, no_rule = profile(windows, row(TWO_OF_THREE, "info")), profile(windows, row())
    assert to_confirm(info, judge(camera(False), info).findings) == ()
    assert to_confirm(no_rule, judge(camera(False), no_rule).findings) == ()
    strict = profile(windows, replace(row(TWO_OF_THREE), when_unknown="fail"))
    blank = replace(GOOD, camera=Unknown("the list is blank", ("camera",), "absent"))
    assert judge(blank, strict).verdict is F
    assert to_confirm(strict, judge(blank, strict).findings) == ()


def test_a_later_round_that_shows_another_fault_counts_against_the_laptop(windows: Profile) -> None:
    worse = replace(camera(True), battery=known(()))
    judged = judge(camera(True), windows, again=[worse])
    assert judged.verdict is F
    [battery] = [one for one in judged.findings if one.check == "battery.present"]
    assert [reading.verdict for reading in battery.readings] == [P, F]
