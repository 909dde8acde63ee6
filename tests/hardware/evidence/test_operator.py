"""What the technician answered: the last answer for each row is a fact, and one that is garbled spoils the list."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.evidence.bundle import Bundle, make_item
from hardware.evidence.errors import EvidenceError
from hardware.evidence.facts import read_facts
from hardware.evidence.operator import LONGEST_NAME, MOST_ANSWERS, read_operator
from specs.facts import Answer, Facts, Known, Unknown, known, walk
from specs.profile_file import NAME_PATTERN

LOOK = "On the keys: £ above 3."


def answer(row: str = "keyboard.layout", says: str = "pass", **more: Any) -> dict[str, Any]:
    told = {"row": row, "asked": LOOK, "answer": says, "by": "Anna", "how": "barcode"}
    return {**told, "shown_at": "2026-11-24T10:40:00.000Z", "ms": 4200, **more}


def item(*answers: dict[str, Any]) -> bytes:
    return json.dumps({"answers": list(answers)}).encode()


def answers(facts: Facts) -> tuple[Answer, ...]:
    assert isinstance(facts.operator.answers, Known)
    return facts.operator.answers.value


def test_an_answer_is_a_fact_with_who_gave_it_what_was_asked_and_how_long_it_took() -> None:
    reading = read_facts(Bundle.of([make_item("operator", item(answer()))]))
    assert reading.facts.operator.answers == known((Answer("keyboard.layout", "pass", "Anna", 4200, LOOK),), "operator")
    assert reading.problems == ()


def test_nothing_answered_is_known_and_nothing_collected_is_not() -> None:
    assert answers(read_operator(item(), "operator")) == ()
    assert read_facts(Bundle.of([])).facts.operator.answers == Unknown("operator was not collected")


def test_the_last_answer_for_a_row_counts() -> None:
    given = [
        answer("a.row", "fail"),
        answer("b.row", "pass"),
        answer("a.row", "pass", by="Bob"),
        answer("c", "skipped"),
    ]
    assert [(one.row, one.answer, one.by) for one in answers(read_operator(item(*given), "operator"))] == [
        ("b.row", "pass", "Anna"),
        ("a.row", "pass", "Bob"),
        ("c", "skipped", "Anna"),
    ]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(("pass", "fail", "skipped"))), max_size=9))
def test_each_row_has_one_answer_and_it_is_the_last(given_answers: list[tuple[str, str]]) -> None:
    found = answers(read_operator(item(*(answer(*one) for one in given_answers)), "operator"))
    assert {one.row: one.answer for one in found} == dict(given_answers)
    assert len(found) == len(dict(given_answers))


@pytest.mark.parametrize(
    "wrong",
    [
        {"answer": "yes"},
        {"answer": "PASS"},
        {"answer": True},
        {"answer": None},
        {"row": ""},
        {"row": "Keyboard"},
        {"row": "a\n"},
        {"row": "x" * 61},
        {"row": "a\u202e"},
        {"by": ""},
        {"by": "\u200b"},
        {"by": 7},
        {"how": "telepathy"},
        {"ms": -1},
        {"ms": 2**63},
        {"ms": 1.5},
        {"ms": "4200"},
        {"asked": None},
        {"shown_at": 1},
        {"seen": "yes"},
        {"seen": False},
        {"answer": "fail", "symptom": "Dead pixels"},
        {"answer": "fail", "symptom": "x" * 33},
        {"answer": "fail", "symptom": 3},
        {"symptom": "dark"},
        {"challenge": [{"asked": 0, "given": 4}]},
        {"challenge": [{"asked": 4, "given": 10}]},
        {"challenge": [{"asked": 4}]},
        {"challenge": {"asked": 4, "given": 4}},
        {"challenge": [{"asked": 4, "given": 4}] * 101},
        {"mood": "good"},
    ],
    ids=str,
)
def test_an_answer_that_is_not_understood_spoils_the_whole_list(wrong: dict[str, Any]) -> None:
    data = item(answer("a.row", "fail"), answer(**wrong))
    with pytest.raises(EvidenceError):
        read_operator(data, "operator")
    fact = read_facts(Bundle.of([make_item("operator", data)])).facts.operator.answers
    assert isinstance(fact, Unknown)
    assert (fact.problem, fact.evidence) == ("unreadable", ("operator",))


@pytest.mark.parametrize("missing", ["row", "asked", "answer", "by", "how", "shown_at", "ms"])
def test_an_answer_with_a_part_missing_spoils_the_whole_list(missing: str) -> None:
    with pytest.raises(EvidenceError):
        read_operator(item({key: value for key, value in answer().items() if key != missing}), "operator")


def test_a_fail_has_what_is_wrong_and_an_answer_the_numbers_that_were_given_for_it() -> None:
    given_numbers = [{"asked": 4, "given": 7}, {"asked": 2, "given": 2}]
    found = answers(
        read_operator(
            item(
                answer("display.image", "fail", seen=True, symptom="dead_pixels", symptom_words="Dots\x1b[31m stay"),
                answer("display.colours", seen=True, challenge=given_numbers),
                answer("exercise.lid", "skipped", seen=False),
            ),
            "operator",
        )
    )
    assert [(one.symptom, one.saw, one.challenge, one.met_challenge) for one in found] == [
        ("dead_pixels", "Dots[31m stay", (), False),
        ("", "", ((4, 7), (2, 2)), True),
        ("", "", (), False),
    ]


def test_answers_from_before_there_were_symptoms_read_as_they_did() -> None:
    [old] = answers(read_operator(item(answer("a.row", "fail")), "operator"))
    assert old == Answer("a.row", "fail", "Anna", 4200, LOOK)


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"{}", b'{"answers": 3}', b'{"answers": [3]}', b'{"answers": [], "more": 1}', b"\xff" * 20, b"[" * 99],
)
def test_what_is_no_list_of_answers_is_the_documented_error(data: bytes) -> None:
    with pytest.raises(EvidenceError):
        read_operator(data, "operator")


def test_answers_for_which_the_bundle_had_no_room_are_told_from_answers_that_nobody_gave() -> None:
    left_out = make_item("operator", b"", error="left out: the bundle is full")
    fact = read_facts(Bundle.of([left_out])).facts.operator.answers
    assert isinstance(fact, Unknown)
    assert fact.evidence == ("operator",)


def test_a_laptop_that_sends_answers_of_its_own_answers_for_nobody() -> None:
    ours, theirs = make_item("operator", item(answer(says="fail"))), make_item("operator+2", item(answer()))
    for items in ([ours, theirs], [theirs, ours]):
        [found] = answers(read_facts(Bundle.of(items)).facts)
        assert found.answer == "fail"
    alone = read_facts(Bundle.of([theirs])).facts.operator.answers
    assert isinstance(alone, Unknown)
    assert alone.problem == "unreadable"


def test_more_answers_than_anybody_gives_are_refused() -> None:
    assert answers(read_operator(item(*[answer()] * MOST_ANSWERS), "operator"))
    with pytest.raises(EvidenceError):
        read_operator(item(*[answer()] * (MOST_ANSWERS + 1)), "operator")


def test_names_and_questions_come_out_clean_and_bounded() -> None:
    hostile = answer(by="An\x1b[31mna\u202e" + "x" * 500, asked="look\x07 here\n" * 100)
    [found] = answers(read_operator(item(hostile), "operator"))
    assert "\x1b" not in found.by + found.asked
    assert "\u202e" not in found.by
    assert (len(found.by), len(found.asked)) == (LONGEST_NAME, 256)


def test_every_name_that_a_row_may_have_can_be_answered() -> None:
    for row in ("a", "0.a-b_c", "x" * 60, "keyboard.layout"):
        assert answers(read_operator(item(answer(row)), "operator"))[0].row == row
    # The two are written once each; a name of one that the other refuses would lose its answers.
    assert NAME_PATTERN == "[a-z0-9][a-z0-9._-]{0,59}"


def test_an_answer_is_no_source_with_which_another_could_differ() -> None:
    table = make_item(
        "dmidecode", b"Handle 0x0001, DMI type 1, 27 bytes\nSystem Information\n\tSerial Number: PF1A2B3C\n"
    )
    answered = make_item("operator", item(answer()))
    without, beside = (read_facts(Bundle.of(items)).facts for items in ([table], [table, answered]))
    before, after = (
        [pair for pair in walk(facts) if not pair[0].startswith("operator.")] for facts in (without, beside)
    )
    assert before == after
