"""What a person is asked: one thing after another, seen before it is answered, taken back until it is evidence."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.catalogue import shapes
from specs.asking import GENERAL_SYMPTOMS, Symptom
from specs.profiles import load_library
from station.bench.protocol import Answering
from station.bench.questions import Came, Questions
from station.bench.retesting import REASONS, RETEST_ROW, why_again
from station.bench.tasks import Task, tasks_of

LIBRARY = load_library(shapes())
PROFILE = LIBRARY.open("ghwt-2021w-windows-laptop")
ROWS = [claim for claim in PROFILE.attested if claim.by == "technician"]
CRACKED = (Symptom("cracked", "It is cracked"), Symptom("dark", "It stays dark"))


def task(row: str, **changes: object) -> Task:
    return msgspec.structs.replace(Task(row, f"look at {row}", weighs=True), **changes)


class Person:
    """Looks at each question before answering it. `now` goes on by a second with each act."""

    def __init__(self, *tasks: Task) -> None:
        self.questions = Questions(tasks)
        self.now = 0.0
        self.shown = True

    def look(self) -> None:
        self.questions.seen(self.questions.turn)
        if self.shown and self.questions.current is not None:
            self.questions.answerable(1_000.0 + self.now, self.now)

    def says(self, answer: str, *, look: bool = True) -> Came:
        if look:
            self.look()
        self.now += 1.0
        return self.questions.verdict(answer, "anna", "key", (1_000.0 + self.now, self.now), shown=self.shown)

    def chooses(self, number: int, asked: int = 0, *, look: bool = True) -> Came:
        if look:
            self.look()
        self.now += 1.0
        at = (1_000.0 + self.now, self.now)
        return self.questions.choice(number, asked, "anna", "barcode", at, shown=self.shown)

    def answers(self) -> list[dict[str, object]]:
        item = self.questions.close()
        return list(msgspec.json.decode(item.data)["answers"]) if item else []


def test_the_librarys_laptop_asks_for_a_look_and_waits_for_none() -> None:
    questions = Questions(tasks_of(PROFILE, live=False))
    assert questions.current is not None
    assert questions.current.row == ROWS[0].name
    assert not questions.waiting


def test_each_answer_says_what_was_asked_when_it_stood_there_and_how_long_it_took() -> None:
    person = Person(task("case"), task("hinge", weighs=False))
    before = person.questions.waiting
    person.look()
    person.now = 3.2  # a long look
    assert person.says("pass") is Came.ANSWERED
    assert (before, person.questions.waiting) == (True, False)
    assert person.says("fail") is Came.LISTED
    assert person.chooses(2) is Came.ANSWERED
    assert person.questions.current is None
    first, second = person.answers()
    assert first == {
        "row": "case",
        "asked": "look at case",
        "answer": "pass",
        "by": "anna",
        "how": "key",
        "shown_at": "1970-01-01T00:16:40.000Z",
        "ms": 4200,
        "seen": True,
    }
    assert {name: second[name] for name in ("answer", "how", "ms", "symptom", "symptom_words")} == {
        "answer": "fail",
        "how": "barcode",
        "ms": 2000,  # from the question, not from the list
        "symptom": GENERAL_SYMPTOMS[1].code,
        "symptom_words": GENERAL_SYMPTOMS[1].words,
    }


@pytest.mark.parametrize("answer", ["pass", "fail"])
def test_what_nobody_has_seen_is_not_answered(answer: str) -> None:
    person = Person(task("case"))
    assert person.says(answer, look=False) is Came.UNSEEN
    assert person.answers() == []


def test_what_nobody_has_seen_can_be_left_open_and_its_evidence_says_so() -> None:
    person = Person(task("case"))
    assert person.says("skipped", look=False) is Came.ANSWERED
    [answer] = person.answers()
    assert (answer["seen"], answer["ms"]) == (False, 0)


@pytest.mark.parametrize("answer", ["pass", "fail"])
def test_what_the_laptop_has_not_shown_is_not_answered(answer: str) -> None:
    person = Person(task("display", exercise="display"))
    person.shown = False
    assert person.says(answer) is Came.UNSHOWN
    person.shown = True
    assert person.says(answer) is not Came.UNSHOWN


def test_the_time_of_an_answer_runs_from_when_the_laptop_has_shown_it() -> None:
    person = Person(task("display", exercise="display"))
    person.shown = False
    person.look()
    person.now, person.shown = 20.0, True
    person.look()
    person.says("pass")
    assert person.answers()[0]["ms"] == 1000


def test_a_fail_names_one_of_its_symptoms_and_nothing_else_counts_meanwhile() -> None:
    person = Person(task("display", symptoms=CRACKED))
    assert person.chooses(1) is Came.NO_CHOICE
    person.says("fail")
    assert person.questions.answering is Answering.SYMPTOM
    assert [person.says(answer) for answer in ("pass", "fail", "skipped")] == [Came.CHOOSE] * 3
    assert [person.chooses(number) for number in (0, 3, 9)] == [Came.NO_SUCH] * 3
    assert person.chooses(1, look=False) is Came.ANSWERED
    assert person.answers()[0]["symptom"] == "cracked"


def test_a_list_that_nobody_has_seen_is_not_chosen_from() -> None:
    person = Person(task("display"))
    person.says("fail")
    assert person.chooses(1, look=False) is Came.UNSEEN


def test_from_a_list_the_way_leads_back_to_the_question() -> None:
    person = Person(task("display"))
    person.says("fail")
    turn = person.questions.turn
    assert person.questions.ask_again()
    assert person.questions.turn > turn
    assert not person.questions.ask_again()
    assert person.says("pass") is Came.ANSWERED


def test_a_pass_with_a_challenge_needs_the_number_on_the_laptop() -> None:
    person = Person(task("display", challenge=True))
    assert person.says("pass") is Came.NUMBER
    assert person.chooses(4, asked=4) is Came.ANSWERED
    [answer] = person.answers()
    assert (answer["answer"], answer["challenge"]) == ("pass", [{"asked": 4, "given": 4}])


def test_a_wrong_number_is_asked_for_once_more_and_then_the_question_stays_open() -> None:
    person = Person(task("display", challenge=True), task("case"))
    person.says("pass")
    turn = person.questions.turn
    assert person.chooses(4, asked=5) is Came.WRONG
    assert person.questions.turn > turn
    assert person.chooses(5, asked=7) is Came.GIVEN_UP
    assert person.questions.place == 2
    assert person.questions.undo()
    assert person.says("pass") is Came.SPENT  # an UNDO buys no third guess
    assert person.says("skipped") is Came.ANSWERED
    [answer] = person.answers()
    assert answer["answer"] == "skipped"
    assert answer["challenge"] == [{"asked": 5, "given": 4}, {"asked": 7, "given": 5}]


def test_after_a_wrong_number_the_laptop_must_show_the_next_one_first() -> None:
    person = Person(task("display", challenge=True))
    person.says("pass")
    person.chooses(4, asked=5)
    person.shown = False
    assert person.chooses(6, asked=6) is Came.UNSHOWN


def test_a_task_that_ends_by_itself_is_no_answer_and_the_next_is_asked() -> None:
    person = Person(task("exercise.keyboard", exercise="keyboard", ends_itself=True), task("case"))
    assert person.questions.answering is Answering.DOING
    assert person.says("pass") is Came.DOING
    assert person.questions.ended()
    assert (person.questions.place, person.questions.answering) == (2, Answering.VERDICT)
    person.says("pass")
    assert [answer["row"] for answer in person.answers()] == ["case"]


def test_a_task_that_ends_while_its_symptoms_are_listed_still_takes_the_symptom() -> None:
    person = Person(task("exercise.keyboard", exercise="keyboard", ends_itself=True))
    person.says("fail")
    assert not person.questions.ended()
    assert person.chooses(1) is Came.ANSWERED
    assert person.answers()[0]["answer"] == "fail"


def test_an_undo_leads_past_what_has_ended_by_itself() -> None:
    person = Person(task("case"), task("exercise.lid", exercise="lid", ends_itself=True), task("hinge"))
    person.says("pass")
    person.questions.ended()
    assert person.questions.undo()
    assert person.questions.place == 1
    person.says("pass")
    assert person.questions.place == 3  # the lid has been done


def test_what_is_closed_takes_no_answer_and_gives_none_back() -> None:
    person = Person(task("case"), task("hinge"))
    person.says("pass")
    person.questions.close()
    assert person.questions.current is None
    assert person.says("fail") is Came.NOTHING
    assert person.chooses(1) is Came.NOTHING
    assert not person.questions.undo()
    assert not person.questions.ask_again()


def test_what_was_not_kept_has_not_happened() -> None:
    person = Person(task("display", challenge=True))
    person.says("pass")
    person.look()
    mark = person.questions.mark
    person.chooses(4, asked=4)
    person.questions.back_to(mark)
    assert person.questions.answering is Answering.NUMBER
    assert person.chooses(4, asked=4, look=False) is Came.ANSWERED


def test_a_reason_is_chosen_once_it_was_seen_and_nothing_else_is_an_answer() -> None:
    person = Person(*why_again("It was tested here at 14:01: FAIL."), task("case"))
    assert person.questions.answering is Answering.REASON
    assert [person.says(answer) for answer in ("pass", "fail", "skipped")] == [Came.REASON] * 3
    assert [person.chooses(number) for number in (0, len(REASONS) + 1)] == [Came.NO_SUCH] * 2
    assert (person.questions.waiting, person.questions.reason) == (True, "")
    assert person.chooses(2) is Came.ANSWERED
    assert person.questions.reason == REASONS[1].code
    assert person.questions.undo()
    assert (person.questions.reason, person.questions.place) == ("", 1)
    assert person.chooses(3, look=False) is Came.UNSEEN
    assert person.chooses(3) is Came.ANSWERED
    [answer] = person.answers()
    assert (answer["row"], answer["answer"], answer["symptom_words"]) == (RETEST_ROW, "pass", REASONS[2].words)
    assert "symptom" not in answer


@pytest.mark.parametrize("chosen", [0, 4])
def test_where_recorded_answers_stand_the_reason_alone_is_asked_for(chosen: int) -> None:
    person = Person(*why_again("It was tested here."), task("case"))
    if chosen:
        person.chooses(chosen)
        person.says("pass")
    turn = person.questions.turn
    assert person.questions.keep_reason()
    assert person.questions.turn > turn
    assert (person.questions.count, person.questions.waiting) == (1, not chosen)
    assert person.questions.reason == (REASONS[chosen - 1].code if chosen else "")
    plain = Person(task("case"))
    assert not plain.questions.keep_reason()
    assert plain.questions.closed


ACTS = st.sampled_from(["pass", "fail", "skipped", "undo", "back", "ended", "right", "wrong"])


@given(
    st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), max_size=4),
    st.lists(st.tuples(ACTS, st.booleans()), max_size=24),
    st.booleans(),
)
def test_whatever_is_done_no_answer_lacks_what_it_needs(
    kinds: list[tuple[bool, bool, bool]], acts: list[tuple[str, bool]], again: bool
) -> None:
    """A fail has its symptom, a pass was seen and has met its challenge, a retest has its reason, and each row is
    answered once, in order.
    """
    tasks = [
        *(why_again("It was tested here.") if again else ()),
        *(
            task(f"row.{place}", weighs=weighs, challenge=challenge, ends_itself=ends and not challenge)
            for place, (weighs, challenge, ends) in enumerate(kinds)
        ),
    ]
    person = Person(*tasks)
    turns = [person.questions.turn]
    for act, look in acts:
        match act:
            case "undo":
                person.questions.undo()
            case "back":
                person.questions.ask_again()
            case "ended":
                person.questions.ended()
            case "right" | "wrong":
                person.chooses(1, asked=1 if act == "right" else 2, look=look)
            case _:
                person.says(act, look=look)
        turns.append(person.questions.turn)
    done = [place for place in range(len(tasks)) if person.questions.is_done(place + 1)]
    assert turns == sorted(turns)
    assert person.questions.waiting == any(one.weighs for place, one in enumerate(tasks) if place not in done)
    reason = person.questions.reason
    assert (reason != "") == (again and person.questions.is_done(1))
    answers = person.answers()
    rows = [answer["row"] for answer in answers]
    assert len(set(rows)) == len(rows)
    for answer in answers:
        one = next(one for one in tasks if one.row == answer["row"])
        numbers = answer.get("challenge", [])
        assert isinstance(numbers, list)
        assert (answer["answer"] == "fail") == ("symptom" in answer)
        assert answer["seen"] or answer["answer"] == "skipped"
        assert not one.gives_reason or answer["symptom_words"] in {choice.words for choice in REASONS}
        if answer["answer"] == "pass":
            assert not one.ends_itself
            assert not one.challenge or numbers[-1] == {"asked": 1, "given": 1}
        assert sum(number["asked"] != number["given"] for number in numbers) <= 2


@pytest.mark.parametrize("weighs", [True, False])
def test_a_task_that_weighs_is_waited_for(weighs: bool) -> None:
    assert Questions((task("case", weighs=weighs),)).waiting is weighs
