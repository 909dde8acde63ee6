"""What a technician answered, judged: a fail never ships, a pass answers its own question, silence changes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from checks.attesting import (
    ANSWERS_UNREADABLE,
    ASKED_OTHERWISE,
    CHALLENGE_NOT_MET,
    NOT_LOOKED,
    SAW,
    SAW_FAULT,
    attested,
)
from checks.catalogue import shapes
from checks.judge import judge
from checks.verdict import ATTESTED_ROW, MAY_SHIP, Finding, Judgement, Severity, Verdict
from specs.decisions import Decisions, Subject, Waiver
from specs.facts import Answer, Facts, Operator, Unknown, known
from specs.profile import SEVERITIES, TECHNICIAN, Attested, Profile, Standing
from specs.profile_file import parse_profile
from specs.profiles import load_library
from tests.checks.strategies import GOOD, any_facts, spoiled_facts, texts

WINDOWS = load_library(shapes()).get("ghwt-2021w-windows-laptop")
LOOK = "On the keys: £ above 3."
ROW = "keyboard.layout"
NO_ANSWERS = Unknown("operator was not collected")


def claim(severity: str = "info", name: str = ROW, look: str = LOOK, **more: Any) -> Attested:
    return Attested(
        name, "UK keyboard", "a test", Standing.INFERRED, "demo@1", by=TECHNICIAN, look=look, severity=severity, **more
    )


def asks(*claims: Attested) -> Profile:
    """The Windows profile with these rows for the technician, and no others."""
    return replace(WINDOWS, attested=claims)


def says(*answers: Answer, facts: Facts = GOOD) -> Facts:
    return replace(facts, operator=Operator(known(answers, "operator")))


def answer(says: str, row: str = ROW, asked: str = LOOK, by: str = "Anna") -> Answer:
    return Answer(row, says, by, 4200, asked)


def finding(judgement: Judgement, row: str = ROW) -> Finding:
    return next(one for one in judgement.findings if one.check == ATTESTED_ROW + row)


@pytest.mark.parametrize("severity", SEVERITIES)
def test_a_pass_passes_and_says_who_saw_it(severity: str):
    judgement = judge(says(answer("pass")), asks(claim(severity)))
    found = finding(judgement)
    assert (found.verdict, found.reason, found.detail) == (Verdict.PASS, SAW, "seen by Anna")
    assert (found.severity.value, found.value, found.evidence) == (severity, "UK keyboard", ("operator",))
    assert judgement.verdict is Verdict.PASS


@pytest.mark.parametrize("severity", SEVERITIES)
def test_a_fail_fails_the_laptop_whatever_the_row_weighs(severity: str):
    judgement = judge(says(answer("fail")), asks(claim(severity)))
    found = finding(judgement)
    assert (found.verdict, found.reason) == (Verdict.FAIL, SAW_FAULT)
    assert found.detail == f"not so, says Anna: {LOOK}"
    assert found.severity is (Severity.MINOR if severity == "info" else Severity(severity))
    assert judgement.verdict is Verdict.FAIL


@pytest.mark.parametrize("severity", SEVERITIES)
@pytest.mark.parametrize("given_answer", ["skipped", "", "PASS", "\u200b", None])
def test_a_row_that_nobody_answered_is_open_and_decides_where_it_weighs_something(
    severity: str, given_answer: str | None
):
    facts = says() if given_answer is None else says(answer(given_answer))
    judgement = judge(facts, asks(claim(severity)))
    found = finding(judgement)
    assert (found.verdict, found.reason, found.detail) == (Verdict.INCONCLUSIVE, NOT_LOOKED, LOOK)
    assert found.severity.value == severity
    assert judgement.verdict is (Verdict.PASS if severity == "info" else Verdict.INCONCLUSIVE)
    assert judgement == judge(GOOD, asks(claim(severity)))


def test_a_pass_stands_behind_no_other_question_and_a_fail_stays():
    asked_before = asks(claim("major", look="On the keys: £ above 3, and no scratches."))
    passed, failed = (judge(says(answer(one)), asked_before) for one in ("pass", "fail"))
    assert (finding(passed).verdict, finding(passed).reason) == (Verdict.INCONCLUSIVE, ASKED_OTHERWISE)
    assert finding(passed).detail == "On the keys: £ above 3, and no scratches."
    assert (finding(failed).verdict, finding(failed).detail) == (Verdict.FAIL, f"not so, says Anna: {LOOK}")


def test_the_last_answer_counts():
    for last in ("pass", "fail"):
        first = "fail" if last == "pass" else "pass"
        found = finding(judge(says(answer(first, by="Bob"), answer(last)), asks(claim())))
        assert found.verdict is Verdict(last)
        assert "Anna" in found.detail


def test_what_is_attested_on_paper_is_no_question_for_the_technician():
    paper = replace(claim(), by="model", look="")
    documented = replace(paper, document="D-1")
    for row in (paper, documented):
        assert judge(says(answer("fail")), asks(row)) == judge(GOOD, asks(row))


def test_answers_alone_test_nothing():
    bare = replace(asks(claim("blocker")), requirements=())
    assert judge(says(answer("pass")), bare).verdict is Verdict.ERROR


@pytest.mark.parametrize(
    "lost",
    [
        Unknown("operator cannot be read: the bytes are not JSON", ("operator",), "unreadable"),
        Unknown("operator: left out: the bundle is full", ("operator",), "not_collected"),
    ],
    ids=lambda lost: lost.problem,
)
@pytest.mark.parametrize("severity", SEVERITIES)
def test_answers_that_were_kept_and_cannot_be_read_blame_the_bench_for_one_may_be_a_fail(lost: Unknown, severity: str):
    judgement = judge(replace(GOOD, operator=Operator(lost)), asks(claim(severity)))
    found = finding(judgement)
    assert (judgement.verdict, found.verdict, found.reason) == (Verdict.ERROR, Verdict.ERROR, ANSWERS_UNREADABLE)
    assert (found.detail, found.evidence) == (lost.reason, ("operator",))


def test_answers_that_cannot_be_read_are_no_matter_where_nothing_was_asked():
    lost = Unknown("cannot be read", ("operator",), "unreadable")
    nothing_asked = asks(replace(claim(), by="model", look=""))
    assert judge(replace(GOOD, operator=Operator(lost)), nothing_asked) == judge(GOOD, nothing_asked)


def test_a_fail_says_in_words_what_is_wrong():
    told = replace(answer("fail"), symptom="dark", saw="It stays dark")
    found = finding(judge(says(told), asks(claim())))
    assert (found.verdict, found.detail) == (Verdict.FAIL, f"It stays dark, says Anna: {LOOK}")


def test_a_pass_that_needs_the_number_on_the_laptop_is_none_without_it():
    challenged = asks(claim("major", exercise="display", challenge=True))
    for numbers, verdict in (
        ((), Verdict.INCONCLUSIVE),
        (((4, 7),), Verdict.INCONCLUSIVE),
        (((4, 4),), Verdict.PASS),
        (((4, 7), (2, 2)), Verdict.PASS),
    ):
        judgement = judge(says(replace(answer("pass"), challenge=numbers)), challenged)
        assert (finding(judgement).verdict, judgement.verdict) == (verdict, verdict)
    assert judge(says(answer("pass")), challenged).findings[-1].reason == CHALLENGE_NOT_MET


def test_two_wrong_numbers_leave_the_row_open_and_the_finding_says_so():
    wrong = replace(answer("skipped"), challenge=((4, 7), (2, 3)))
    found = finding(judge(says(wrong), asks(claim("major", exercise="display", challenge=True))))
    assert (found.verdict, found.reason) == (Verdict.INCONCLUSIVE, CHALLENGE_NOT_MET)
    assert found.detail == "Anna gave 7, 3 for the number on the laptop's screen, which was another"


def test_a_fault_seen_while_an_exercise_was_done_decides_though_no_row_names_it():
    seen = replace(answer("fail", row="exercise.keyboard"), symptom="key_dead", saw="A key does nothing")
    judgement = judge(says(seen), asks(claim()))
    found = finding(judgement, "exercise.keyboard")
    assert (judgement.verdict, found.verdict, found.severity) == (Verdict.FAIL, Verdict.FAIL, Severity.MINOR)
    assert found.detail == f"A key does nothing, says Anna: {LOOK}"


@pytest.mark.parametrize("given_answer", ["pass", "skipped"])
def test_what_was_not_failed_while_an_exercise_was_done_is_no_finding(given_answer: str):
    told = says(answer(given_answer, row="exercise.keyboard"))
    assert judge(told, asks(claim())) == judge(says(), asks(claim()))


def test_a_display_that_nobody_looked_at_does_not_pass_by_its_measurements():
    wrong = replace(answer("skipped", row="exercise.display"), challenge=((4, 7), (2, 3)))
    judgement = judge(says(wrong), asks(claim()))
    assert finding(judgement, "exercise.display").reason == CHALLENGE_NOT_MET
    assert judgement.verdict is Verdict.INCONCLUSIVE


def test_lost_answers_blame_the_bench_where_only_exercises_were_done():
    lost = Unknown("cannot be read", ("operator",), "unreadable")
    exercised = load_library(shapes()).resolve(parse_profile(EXERCISED, "exercised.toml"))
    judgement = judge(replace(GOOD, operator=Operator(lost)), exercised)
    assert finding(judgement, "exercise.answers").reason == ANSWERS_UNREADABLE
    assert judgement.verdict is Verdict.ERROR


EXERCISED = """
id = "exercised"
title = "Keys"
version = "1"
[require."keyboard.keys"]
at_most = 0
source = "a test"
standing = "inferred"
"""

# Waivers

WAIVER = Waiver(
    id="w1",
    by="Supervisor 4",
    made_at="2021-10-18T09:00:00.000Z",
    until="2021-12-31",
    subject=Subject(serial="PF1A2B3C"),
    check=ATTESTED_ROW + ROW,
    reason="the school takes it",
)


@pytest.mark.parametrize("severity", SEVERITIES)
def test_a_supervisor_lets_through_what_a_technician_failed_and_it_stays_told(severity: str):
    judgement = judge(says(answer("fail")), asks(claim(severity)), decisions=Decisions(waivers=(WAIVER,)))
    found = finding(judgement)
    assert (judgement.verdict, found.verdict, found.reason) == (Verdict.WAIVED, Verdict.WAIVED, SAW_FAULT)
    assert found.decision is not None
    assert (found.decision.was, found.decision.by) == (Verdict.FAIL, "Supervisor 4")


@pytest.mark.parametrize("change", [{"worst": 1.0}, {"profile": "other"}, {"subject": Subject(serial="PF9Z9Z9Z")}])
def test_a_waiver_of_something_else_lets_no_fail_through(change: dict[str, Any]):
    decisions = Decisions(waivers=(replace(WAIVER, **change),))
    assert judge(says(answer("fail")), asks(claim()), decisions=decisions).verdict is Verdict.FAIL


def test_no_waiver_covers_answers_that_cannot_be_read():
    lost = replace(GOOD, operator=Operator(Unknown("cannot be read", ("operator",), "unreadable")))
    assert judge(lost, asks(claim()), decisions=Decisions(waivers=(WAIVER,))).verdict is Verdict.ERROR


# For any laptop, any answers and any profile.

words = st.sampled_from(("pass", "fail", "skipped")) | texts
rows = st.sampled_from((ROW, "firmware.password", "lid.marking")) | texts
answers = st.lists(
    st.builds(Answer, row=rows, answer=words, by=texts, ms=st.integers(), asked=st.just(LOOK) | texts), max_size=5
)
profiles = st.builds(
    lambda severities: asks(*(claim(severity, name) for name, severity in severities.items())),
    st.dictionaries(st.sampled_from((ROW, "firmware.password", "lid.marking")), st.sampled_from(SEVERITIES)),
)


@given(spoiled_facts(), answers, profiles, st.sampled_from(SEVERITIES), st.booleans())
@settings(max_examples=200)
def test_a_laptop_that_a_person_failed_never_ships_unless_it_is_waived(
    facts: Facts, others: list[Answer], profile: Profile, severity: str, first: bool
):
    mine = [one for one in others if one.row != ROW]
    given_answers = [answer("fail"), *mine] if first else [*mine, answer("fail")]
    profile = replace(profile, attested=(*(row for row in profile.attested if row.name != ROW), claim(severity)))
    judgement = judge(says(*given_answers, facts=facts), profile)
    assert judgement.verdict is Verdict.FAIL
    assert finding(judgement).severity.required
    waived = judge(says(*given_answers, facts=facts), profile, decisions=Decisions(waivers=(WAIVER,)))
    if waived.verdict in MAY_SHIP:
        assert finding(waived).verdict is Verdict.WAIVED


@given(any_facts() | spoiled_facts(), answers, st.sampled_from((WINDOWS, asks(), asks(claim("major")))))
@settings(max_examples=150)
def test_answers_to_what_the_profile_does_not_ask_change_nothing(facts: Facts, others: list[Answer], profile: Profile):
    asked = {row.name for row in profile.attested if row.by == TECHNICIAN}
    strange = [one for one in others if one.row not in asked]
    silent = replace(facts, operator=Operator(NO_ANSWERS))
    assert repr(judge(says(*strange, facts=facts), profile)) == repr(judge(silent, profile))


@given(spoiled_facts(), answers, profiles)
def test_answers_touch_the_rows_of_the_technician_alone(facts: Facts, some: list[Answer], profile: Profile):
    pairs = zip(judge(facts, profile).findings, judge(says(*some, facts=facts), profile).findings, strict=True)
    changed = {after.check.removeprefix(ATTESTED_ROW) for before, after in pairs if before != after}
    assert changed <= {one.row for one in some} & {row.name for row in profile.attested}


@given(spoiled_facts(), answers, profiles)
def test_a_row_for_the_technician_passes_only_on_a_pass_to_its_own_question(
    facts: Facts, some: list[Answer], profile: Profile
):
    judgement = judge(says(*some, facts=facts), profile)
    for row in profile.attested:
        if finding(judgement, row.name).verdict in MAY_SHIP:
            last = [one for one in some if one.row == row.name][-1]
            assert (last.answer, last.asked) == ("pass", row.look)


@given(spoiled_facts(), profiles, st.sampled_from(("absent", "not_collected", "unreadable", "differs")), st.booleans())
def test_a_laptop_without_answers_ships_only_where_nothing_that_weighs_was_asked(
    facts: Facts, profile: Profile, problem: str, kept: bool
):
    nothing = Operator(Unknown("why", ("operator",) if kept else (), problem))
    judgement = judge(replace(facts, operator=nothing), profile)
    for row in profile.attested:
        assert finding(judgement, row.name).verdict not in MAY_SHIP
    if any(row.severity != "info" for row in profile.attested):
        assert judgement.verdict not in MAY_SHIP


@given(st.lists(st.sampled_from(("pass", "fail", "skipped")), min_size=1, max_size=3), st.sampled_from(SEVERITIES))
def test_the_answers_of_a_later_reading_are_not_asked_for(history: list[str], severity: str):
    profile = asks(claim(severity))
    again = [says(answer(one)) for one in history]
    assert finding(judge(GOOD, profile, again=again)) == finding(judge(GOOD, profile))
    first = says(answer("fail"))
    assert finding(judge(first, profile, again=again)) == finding(judge(first, profile))


@given(texts, texts)
def test_a_finding_shows_no_escape_that_a_name_or_a_question_holds(by: str, asked: str):
    assume(asked != LOOK)
    for one in ("pass", "fail"):
        detail = attested(claim(), known((answer(one, by=by, asked=asked),), "operator")).detail
        assert "\x1b" not in detail
        assert "\u202e" not in detail
        assert len(detail) <= 512
