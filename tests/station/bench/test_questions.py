"""What a person is asked: one question after the other, answers can be taken back until they are evidence."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.catalogue import shapes
from specs.profiles import load_library
from station.bench.questions import Questions

LIBRARY = load_library(shapes())
PROFILE = LIBRARY.open("ghwt-2021w-windows-laptop")
ROWS = [claim for claim in PROFILE.attested if claim.by == "technician"]


def weighing(*severities: str) -> Questions:
    rows = tuple(
        msgspec.structs.replace(ROWS[0], name=f"row.{place}", look=f"look {place}", severity=severity)
        for place, severity in enumerate(severities)
    )
    return Questions(msgspec.structs.replace(PROFILE, attested=rows), 1_000.0, 0.0)


def test_the_librarys_laptop_asks_for_a_look_and_waits_for_none() -> None:
    questions = Questions(PROFILE, 0.0, 0.0)
    assert questions.current == ROWS[0]
    assert not questions.waiting


def test_each_answer_says_what_was_asked_when_and_how_long_it_took() -> None:
    questions = weighing("blocker", "info")
    before = questions.waiting
    assert questions.answer("pass", "anna", "barcode", 1_004.0, 4.2)
    assert (before, questions.waiting) == (True, False)
    assert questions.answer("fail", "anna", "key", 1_006.0, 6.0)
    assert questions.current is None
    item = questions.close()
    assert item is not None
    first, second = msgspec.json.decode(item.data)["answers"]
    assert first == {
        "row": "row.0",
        "asked": "look 0",
        "answer": "pass",
        "by": "anna",
        "how": "barcode",
        "shown_at": "1970-01-01T00:16:40.000Z",
        "ms": 4200,
    }
    assert (second["answer"], second["ms"]) == ("fail", 1800)


def test_an_answer_taken_back_is_asked_again_and_is_no_evidence() -> None:
    questions = weighing("blocker")
    questions.answer("fail", "anna", "barcode", 0.0, 1.0)
    assert questions.undo(0.0, 2.0)
    assert questions.waiting
    assert questions.current is not None
    assert not questions.undo(0.0, 3.0)
    assert questions.close() is None


def test_what_is_closed_takes_no_answer_and_gives_none_back() -> None:
    questions = weighing("info", "info")
    questions.answer("pass", "anna", "barcode", 0.0, 1.0)
    questions.close()
    assert questions.current is None
    assert not questions.answer("fail", "anna", "barcode", 0.0, 2.0)
    assert not questions.undo(0.0, 2.0)


@given(
    st.lists(st.sampled_from(["info", "blocker", "minor"]), max_size=4),
    st.lists(st.sampled_from(["pass", "fail", "skipped", "undo"]), max_size=12),
)
def test_any_answers_in_any_order_leave_one_answer_a_row_in_the_profiles_order(
    severities: list[str], acts: list[str]
) -> None:
    questions = weighing(*severities)
    wanted: list[str] = []
    for act in acts:
        if act == "undo":
            assert (questions.undo(0.0, 0.0) is not None) == bool(wanted)
            wanted = wanted[:-1]
        else:
            assert questions.answer(act, "anna", "key", 0.0, 0.0) == (len(wanted) < len(severities))
            wanted = [*wanted, act][: len(severities)]
    assert questions.waiting == any(one != "info" for one in severities[len(wanted) :])
    item = questions.close()
    given_answers = msgspec.json.decode(item.data)["answers"] if item else []
    assert [one["answer"] for one in given_answers] == wanted
    assert [one["row"] for one in given_answers] == [f"row.{place}" for place in range(len(wanted))]


@pytest.mark.parametrize("severity", ["blocker", "major", "minor"])
def test_a_row_that_weighs_is_waited_for(severity: str) -> None:
    assert weighing(severity).waiting
