"""UNDO after the verdict: the last answer can be taken back until the label has come out, and never after it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from checks.verdict import Verdict
from station.bench import wording
from station.bench.protocol import Answering, ScanOutcome, Stage
from station.bench.retesting import REASONS
from station.bench.start import Start
from station.records import AttemptStatus
from station.store.bench_store import BenchStore
from station.store.print_queue import JobState, PrintQueue
from tests.station.bench.floor import Floor, PlugDock, open_floor
from tests.station.bench.test_resuming import SERIAL, Cut, answer_all, records, settings
from tests.station.bench.test_retesting import Recorded


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("station.bench.hands_on.ANSWER_SETTLES_S", 0.05)


def printing(folder: Path) -> dict[str, str]:
    return {**settings(folder), "printer": f"png:{folder}"}


async def undo(floor: Floor) -> bool:
    profile = floor.engine.judged_by
    assert not isinstance(profile, str)
    return await floor.engine.slots[1].take_back(profile, "ben")


async def failed_by_mistake(floor: Floor) -> None:
    """The last answer is a fail that nobody meant."""
    await floor.begin(SERIAL)
    await floor.until_asks(Answering.VERDICT)
    await floor.press("PASS")
    await floor.press("FAIL")
    await floor.press("CHOICE", 2)
    assert (await floor.until_stage(Stage.DONE)).verdict is Verdict.FAIL


async def test_the_last_answer_is_asked_again_and_the_verdict_is_another(tmp_path: Path) -> None:
    laptop = Cut()
    async with open_floor(tmp_path, {"one": laptop}, printing(tmp_path)) as floor:
        await failed_by_mistake(floor)
        first = floor.slot().attempt_id
        answer = await floor.press("UNDO")
        assert answer.outcome is ScanOutcome.ACCEPTED
        asked = await floor.until_asks(Answering.VERDICT)
        assert (asked.question, asked.question_place, asked.serial) == ("Open and close the lid.", 2, SERIAL)
        await floor.until_stage(Stage.ASKING)  # nobody hurries them
        assert (await answer_all(floor)).verdict is Verdict.PASS
        # Nothing is read, done or asked a second time.
        assert (laptop.captures, len(laptop.exercised)) == (1, 1)
    old, new = records(tmp_path)
    assert (old.attempt_id, old.status, old.verdict) == (first, AttemptStatus.COMPLETED, Verdict.FAIL)
    assert (new.status, new.verdict, new.resumes, new.retest) == (AttemptStatus.COMPLETED, Verdict.PASS, first, "")
    store = BenchStore(tmp_path / "bench.sqlite")
    before, after = store.evidence(old.attempt_id).items, store.evidence(new.attempt_id).items
    assert {name: item for name, item in after.items() if name != "operator"} == {
        name: item for name, item in before.items() if name != "operator"
    }
    assert [one["answer"] for one in json.loads(after["operator"].data)["answers"]] == ["pass", "pass"]
    jobs = [(job.attempt_id, job.state, job.problem) for job in PrintQueue(store).jobs()]
    assert jobs == [
        (old.attempt_id, JobState.CANCELLED, wording.LABEL_OF_ANSWER),
        (new.attempt_id, JobState.PENDING, ""),
    ]


@pytest.mark.parametrize("state", ["printing", "printed", "unsure"])
async def test_a_label_that_is_out_or_may_be_leaves_the_verdict_as_it_is(state: str, tmp_path: Path) -> None:
    async with open_floor(tmp_path, {"one": Cut()}, printing(tmp_path)) as floor:
        await failed_by_mistake(floor)
        before = floor.slot()
        queue = PrintQueue(BenchStore(tmp_path / "bench.sqlite"))
        [job] = queue.jobs()
        assert queue.begin(job.job_id)
        if state == "printed":
            queue.done(job.job_id, "test")
        elif state == "unsure":
            queue.doubt(job.job_id, "the cable")
        assert not await undo(floor)
        assert floor.slot() == before
        assert (await floor.press("UNDO")).sentence == wording.NOTHING_TO_UNDO
        assert (floor.engine.slots[1].busy, floor.engine.slots[1].free) == (False, True)
    assert len(records(tmp_path)) == 1


async def test_without_a_printer_it_can_be_until_the_laptop_leaves(tmp_path: Path) -> None:
    dock = PlugDock(Cut())
    async with open_floor(tmp_path, {"one": dock}, settings(tmp_path)) as floor:
        await failed_by_mistake(floor)
        assert await undo(floor)
        assert (await answer_all(floor)).verdict is Verdict.PASS
        dock.unplug()
        await floor.until(lambda: floor.slot().away)
        assert not await undo(floor)
        dock.plug(Cut(serial="PF9Z9Z9", identity="another start"))
        await floor.until_stage(Stage.READY)
        assert not await undo(floor)


async def test_the_bar_counts_a_label_that_was_called_back_no_longer(tmp_path: Path) -> None:
    woken: list[bool] = []
    async with open_floor(tmp_path, {"one": Cut()}, printing(tmp_path)) as floor:
        await failed_by_mistake(floor)
        floor.engine.labels_changed = lambda: woken.append(True)
        await floor.press("UNDO")
        # Whoever prints looks at the queue again, and says how many are left.
        assert woken == [True]


async def test_it_can_be_after_the_bench_was_started_anew(tmp_path: Path) -> None:
    async with open_floor(tmp_path, {"one": Cut()}, printing(tmp_path)) as floor:
        await failed_by_mistake(floor)
    async with open_floor(tmp_path, {"one": Cut()}) as floor:
        assert (floor.slot().stage, floor.slot().away) == (Stage.DONE, False)
        assert await undo(floor)
        assert (await answer_all(floor)).verdict is Verdict.PASS


async def test_one_answer_after_the_other_can_be_taken_back(tmp_path: Path) -> None:
    async with open_floor(tmp_path, {"one": Cut()}, settings(tmp_path)) as floor:
        await failed_by_mistake(floor)
        assert await undo(floor)
        assert (await floor.until_asks(Answering.VERDICT)).question_place == 2
        assert (await floor.press("UNDO")).sentence == wording.taken_back(1)
        assert floor.slot().question_place == 1
        assert (await answer_all(floor)).verdict is Verdict.PASS


async def test_where_nothing_was_answered_there_is_nothing_to_take_back(tmp_path: Path) -> None:
    (tmp_path / "plain.toml").write_text(
        'id = "plain"\nversion = "1"\n[require."processor.vendor"]\none_of = ["Intel"]\n'
        'source = "a test"\nstanding = "inferred"\n'
    )
    here = {"slot.1": "one", "profile": str(tmp_path / "plain.toml")}
    async with open_floor(tmp_path, {"one": Cut()}, here) as floor:
        assert not await undo(floor)
        await floor.begin(SERIAL)
        await floor.until_stage(Stage.DONE)
        assert not await undo(floor)


async def test_answers_that_were_recorded_are_nobodys_to_take_back(tmp_path: Path) -> None:
    async with open_floor(tmp_path, {"one": Recorded(answers=True)}, settings(tmp_path)) as floor:
        await floor.begin(SERIAL)
        await floor.until_stage(Stage.DONE)
        assert not await undo(floor)


async def test_why_it_was_tested_again_can_be_taken_back_too_and_is_asked_in_the_same_words(tmp_path: Path) -> None:
    async with open_floor(tmp_path, {"one": Recorded(answers=False)}, {"slot.1": "one"}) as floor:
        await floor.begin(SERIAL, Start(retest_of="It was tested here at 14:01: FAIL."))
        asked = await floor.until_asks(Answering.REASON)
        await floor.press("CHOICE", 1)
        await floor.until_stage(Stage.DONE)
        assert await undo(floor)
        again = await floor.until_asks(Answering.REASON)
        assert (again.question, again.guide) == (asked.question, asked.guide)
        await floor.press("CHOICE", 2)
        await floor.until_stage(Stage.DONE)
    assert [one.retest for one in records(tmp_path)] == [REASONS[0].code, REASONS[1].code]


async def test_a_power_cut_while_it_is_asked_again_takes_nothing_back_twice(tmp_path: Path) -> None:
    async with open_floor(tmp_path, {"one": Cut()}, printing(tmp_path), abandon=True) as floor:
        await failed_by_mistake(floor)
        assert await undo(floor)
        await floor.until_asks(Answering.VERDICT)
    async with open_floor(tmp_path, {"one": Cut()}) as floor:
        await floor.until_stage(Stage.STOPPED)
        profile = floor.engine.judged_by
        assert not isinstance(profile, str)
        floor.engine.slots[1].resume(profile, "ben")
        # It is the same test, and no retest; only the answer that was taken back is asked for.
        assert (await floor.until_asks(Answering.VERDICT)).question_place == 2
        assert (await answer_all(floor)).verdict is Verdict.PASS
    assert records(tmp_path)[-1].retest == ""
