"""A laptop that has had a verdict is tested again for a reason: asked first, waited for, and kept in its record."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from checks.verdict import Verdict
from hardware.evidence.bundle import Item, make_item
from hardware.evidence.facts import read_facts
from hardware.laptops.link import CaptureStarted
from specs.facts import Known
from specs.text import clean
from station.bench import retesting, wording
from station.bench.command_codes import CHOICES
from station.bench.protocol import Answering, ScanOutcome, Stage, StopSlot
from station.bench.retesting import REASONS, RETEST_ROW, reason_words, why_again
from station.bench.start import Start
from station.records import AttemptKind
from station.store.bench_store import BenchStore
from station.store.latest import LastVerdict
from tests.station.bench.floor import ITEMS, HeldLaptop, PlainLaptop, open_floor
from tests.station.bench.test_coming_and_going import LOOKED_AT

BEFORE = "It was tested here at 14:01: FAIL."
RETEST = Start(retest_of=BEFORE)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("station.bench.hands_on.ANSWER_SETTLES_S", 0.05)


def settings(folder: Path) -> dict[str, str]:
    (folder / "looked-at.toml").write_text(LOOKED_AT)
    return {"slot.1": "one", "profile": str(folder / "looked-at.toml")}


def ready() -> HeldLaptop:
    laptop = HeldLaptop(serial="PF1A2B3C")
    laptop.gate.set()
    return laptop


def test_each_reason_has_a_key_and_words_of_its_own_and_the_last_is_always_right() -> None:
    assert len({one.code for one in REASONS}) == len({one.words for one in REASONS}) == len(REASONS) <= CHOICES
    assert REASONS[-1].code == "other"
    assert all(reason_words(one.code) == one.words == clean(one.words) for one in REASONS)
    assert reason_words("gone\x1b[2J") == clean("gone\x1b[2J")


def test_what_became_of_it_before_is_said_with_the_day_where_that_was_another() -> None:
    last = LastVerdict(Verdict.FAIL, "2026-11-24T11:00:00.000Z")
    noon = 1_795_521_600.0  # 2026-11-24T12:00:00Z
    assert retesting.tested_before(last, noon).endswith("FAIL.")
    assert "24 Nov" not in retesting.tested_before(last, noon)
    assert "24 Nov" in retesting.tested_before(last, noon + 5 * 86_400)


def test_nothing_is_asked_of_a_laptop_that_is_tested_for_the_first_time() -> None:
    assert why_again("") == ()


def test_a_hostile_sentence_is_clean_and_short_where_it_is_asked() -> None:
    [task] = why_again("\x1b[31m" + "x" * 10_000)
    assert task.look == clean(task.look, 200)


async def test_the_reason_is_asked_first_while_the_laptop_is_read_and_nothing_else_answers_it(tmp_path: Path) -> None:
    laptop = HeldLaptop(serial="PF1A2B3C")
    async with open_floor(tmp_path, {"one": laptop}, settings(tmp_path)) as floor:
        await floor.begin("PF1A2B3C", RETEST)
        state = await floor.until_asks(Answering.REASON)
        assert (state.question_place, state.questions, state.stage) == (1, 2, Stage.COLLECTING)
        assert state.question.startswith(BEFORE)
        assert state.guide.choices == tuple(one.words for one in REASONS)
        for verb in ("PASS", "FAIL", "NEXT"):
            answer = await floor.press(verb)
            assert (answer.outcome, answer.sentence) == (
                ScanOutcome.REFUSED,
                wording.came_of_answer("reason", 1, len(REASONS)),
            )
        assert (await floor.press("CHOICE", 9)).outcome is ScanOutcome.REFUSED
        laptop.gate.set()
        await floor.until_stage(Stage.ASKING)
        assert (await floor.press("CHOICE", 1)).outcome is ScanOutcome.ACCEPTED
        assert (await floor.until_asks(Answering.VERDICT)).question_place == 2


async def test_the_reason_stands_in_the_record_and_in_the_evidence_and_weighs_on_no_verdict(tmp_path: Path) -> None:
    async with open_floor(tmp_path, {"one": ready()}, settings(tmp_path)) as floor:
        await floor.begin("PF1A2B3C", RETEST)
        await floor.until_asks(Answering.REASON)
        await floor.press("CHOICE", 1)
        await floor.press("UNDO")
        assert (await floor.until_asks(Answering.REASON)).question_place == 1
        await floor.press("CHOICE", 3)
        await floor.until_asks(Answering.VERDICT)
        await floor.press("PASS")
        state = await floor.until_stage(Stage.DONE)
        assert state.verdict is Verdict.PASS
    store = BenchStore(tmp_path / "bench.sqlite")
    [record] = store.recent(1)
    assert (record.retest, record.kind) == (REASONS[2].code, AttemptKind.PRODUCTION)
    reading = read_facts(store.evidence(record.attempt_id))
    assert reading.problems == ()
    assert isinstance(reading.facts.operator.answers, Known)
    [why] = [one for one in reading.facts.operator.answers.value if one.row == RETEST_ROW]
    assert (why.answer, why.saw, why.by) == ("pass", REASONS[2].words, "anna")
    assert all(RETEST_ROW not in finding.check for finding in record.findings)


async def test_there_is_no_verdict_without_the_reason(tmp_path: Path) -> None:
    async with open_floor(tmp_path, {"one": ready()}, {"slot.1": "one"}) as floor:
        await floor.begin("PF1A2B3C", RETEST)
        await floor.until_stage(Stage.ASKING)
        assert floor.slot().left == -1
        await floor.engine.handle(StopSlot(1))
        assert (await floor.until_stage(Stage.ABORTED)).verdict is None


async def test_an_aborted_retest_keeps_the_reason_that_was_given(tmp_path: Path) -> None:
    laptop = HeldLaptop(serial="PF1A2B3C")
    async with open_floor(tmp_path, {"one": laptop}, {"slot.1": "one"}) as floor:
        await floor.begin("PF1A2B3C", RETEST)
        await floor.until_asks(Answering.REASON)
        await floor.press("CHOICE", 2)
        await floor.engine.handle(StopSlot(1))
        await floor.until_stage(Stage.ABORTED)
    assert BenchStore(tmp_path / "bench.sqlite").recent(1)[0].retest == REASONS[1].code


class Recorded(PlainLaptop):
    """Recorded evidence with the answers of its own day in it."""

    def __init__(self, *, answers: bool) -> None:
        super().__init__("recorded", live=False)
        self.answered = json.dumps(
            {
                "answers": [
                    {
                        "row": "case.whole",
                        "asked": "Look at the case: nothing is broken.",
                        "answer": "pass",
                        "by": "ben",
                        "how": "key",
                        "shown_at": "2026-11-24T10:40:00.000Z",
                        "ms": 1,
                    }
                ]
            }
        ).encode()
        self.items = (*ITEMS, make_item("operator", self.answered)) if answers else ITEMS

    async def collect(self, *, fast: bool = False) -> AsyncGenerator[CaptureStarted | Item, None]:
        yield self.started(*(item.meta.id for item in self.items))
        for item in self.items:
            yield item


async def test_recorded_evidence_is_tested_again_for_a_reason_too_and_its_answers_stand(tmp_path: Path) -> None:
    laptop = Recorded(answers=True)
    async with open_floor(tmp_path, {"one": laptop}, settings(tmp_path)) as floor:
        await floor.begin("PF1A2B3C", RETEST)
        await floor.until_stage(Stage.ASKING)
        assert (await floor.until_asks(Answering.REASON)).questions == 1
        await floor.press("CHOICE", 5)
        state = await floor.until_stage(Stage.DONE)
        assert state.verdict is Verdict.PASS
    store = BenchStore(tmp_path / "bench.sqlite")
    [record] = store.recent(1)
    assert record.retest == REASONS[4].code
    assert store.evidence(record.attempt_id).items["operator"].data == laptop.answered


async def test_recorded_evidence_without_answers_keeps_the_reason_among_its_own(tmp_path: Path) -> None:
    async with open_floor(tmp_path, {"one": Recorded(answers=False)}, {"slot.1": "one"}) as floor:
        await floor.begin("PF1A2B3C", RETEST)
        await floor.until_asks(Answering.REASON)
        await floor.press("CHOICE", 5)
        await floor.until_stage(Stage.DONE)
    store = BenchStore(tmp_path / "bench.sqlite")
    assert REASONS[4].words.encode() in store.evidence(store.recent(1)[0].attempt_id).items["operator"].data


async def test_a_golden_laptop_is_marked_as_one_gets_no_label_and_gives_no_reason(tmp_path: Path) -> None:
    here, laptop = {"slot.1": "one", "printer": f"png:{tmp_path}"}, ready()
    async with open_floor(tmp_path, {"one": laptop}, here) as floor:
        await floor.begin("PF1A2B3C", Start(AttemptKind.BENCH_CHECK, approved_by="ben"))
        assert floor.slot().bench_check
        assert (await floor.until_stage(Stage.DONE)).bench_check
        assert floor.slot().headline == wording.BENCH_CHECK_DONE
        await floor.until(lambda: laptop.pages[-1].headline == wording.LAPTOP_BENCH_CHECK)
        await floor.press("HOLD")
        await floor.press("UNDO")
    store = BenchStore(tmp_path / "bench.sqlite")
    [record] = store.recent(1)
    assert (record.kind, record.approved_by, record.retest) == (AttemptKind.BENCH_CHECK, "ben", "")
    assert not list(store.database.query("SELECT 1 FROM print_job"))
