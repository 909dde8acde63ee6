"""The queue of labels: none is lost, none is sent twice by itself, and each is in exactly one state."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

import pysqlite3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specs.text import is_clean
from station.store.bench_store import BenchStore, StoreRefused
from station.store.print_queue import (
    JobState,
    LabelAsked,
    PrintJob,
    PrintQueue,
    cancel_inside,
    latest_out_inside,
    on_its_way_inside,
)
from station.store.refusing import storing
from tests.station.labelling.samples import ended
from tests.station.store.conftest import still_clock

HOSTILE = "\x1b[31mAnna\x07\u202e"


@pytest.fixture
def queue(store: BenchStore) -> PrintQueue:
    return PrintQueue(store, still_clock())


def asked(store: BenchStore, serial: str = "PF1A2B3C", **changes: str) -> LabelAsked:
    record = ended(store, serial)
    return LabelAsked(
        **{
            "attempt_id": record.attempt_id,
            "serial": serial,
            "layout": "carton",
            "fields": "{}",
            "by": "anna",
            "reason": "verdict",
            **changes,
        }
    )


def state(queue: PrintQueue, job: PrintJob) -> JobState:
    found = queue.job(job.job_id)
    assert found is not None
    return found.state


def test_a_job_is_kept_as_it_was_asked_for_after_the_file_was_closed(tmp_path: Path) -> None:
    path = tmp_path / "bench.sqlite"
    store = BenchStore(path, still_clock())
    made = PrintQueue(store, still_clock()).add(asked(store, fields='{"serial":"PF1A2B3C"}'))
    store.close()
    again = BenchStore(path)
    assert PrintQueue(again).jobs() == [made]
    assert made.state is JobState.PENDING
    assert made.fields == '{"serial":"PF1A2B3C"}'
    again.close()


def test_the_way_of_a_job_to_paper(store: BenchStore, queue: PrintQueue) -> None:
    job = queue.add(asked(store))
    assert queue.next_pending() == job
    assert queue.begin(job.job_id)
    assert queue.next_pending() is None
    assert queue.done(job.job_id, "label printer 127.0.0.1:9100")
    found = queue.job(job.job_id)
    assert found is not None
    assert (found.state, found.printer, found.problem) == (JobState.PRINTED, "label printer 127.0.0.1:9100", "")
    assert found.settled_at
    assert not queue.begin(job.job_id)


def test_only_one_may_begin_a_job(store: BenchStore, queue: PrintQueue) -> None:
    job = queue.add(asked(store))
    other = PrintQueue(store, still_clock())
    assert [queue.begin(job.job_id), other.begin(job.job_id)] == [True, False]


def test_a_failed_job_waits_in_its_old_place_and_shows_its_problem(store: BenchStore, queue: PrintQueue) -> None:
    first, second = queue.add(asked(store)), queue.add(asked(store, "PF9Z8Y7X"))
    assert queue.begin(first.job_id)
    assert queue.fail(first.job_id, "no paper")
    assert queue.next_pending() == queue.job(first.job_id)
    waiting = queue.waiting()
    assert (waiting.jobs, waiting.problem, waiting.to_look_at) == (2, "no paper", 0)
    assert queue.begin(first.job_id)
    assert queue.waiting().problem == ""
    assert queue.done(first.job_id, "p")
    assert queue.next_pending() == second


def test_a_refused_job_blocks_nothing_behind_it_and_a_person_sees_it(store: BenchStore, queue: PrintQueue) -> None:
    first, second = queue.add(asked(store)), queue.add(asked(store, "PF9Z8Y7X"))
    assert queue.refuse(first.job_id, "its picture does not read back")
    assert queue.next_pending() == second
    assert (queue.waiting().jobs, queue.waiting().to_look_at) == (1, 1)


def test_what_a_dead_process_was_printing_is_put_aside_and_not_printed_again(
    store: BenchStore, queue: PrintQueue
) -> None:
    first, second = queue.add(asked(store)), queue.add(asked(store, "PF9Z8Y7X"))
    queue.begin(first.job_id)
    assert [job.job_id for job in queue.recover("look")] == [first.job_id]
    found = queue.job(first.job_id)
    assert found is not None
    assert (found.state, found.problem) == (JobState.UNSURE, "look")
    assert queue.next_pending() == second
    assert not queue.begin(first.job_id)
    assert queue.recover("look") == []


def test_printing_again_is_a_row_of_its_own_and_settles_what_waited_for_a_person(
    store: BenchStore, queue: PrintQueue
) -> None:
    wanted = asked(store)
    first = queue.add(wanted)
    queue.begin(first.job_id)
    queue.recover("look")
    again = queue.add_again(first.job_id, LabelAsked(**{**_plain(wanted), "by": "bob", "reason": "torn"}), "bob: torn")
    assert again is not None
    assert (again.copy_of, again.queued_by, again.reason) == (first.job_id, "bob", "torn")
    assert state(queue, first) is JobState.CANCELLED
    assert [job.job_id for job in queue.of_attempt(wanted.attempt_id)] == [first.job_id, again.job_id]
    queue.begin(again.job_id)
    queue.done(again.job_id, "p")
    assert queue.add_again(again.job_id, wanted, "") is not None
    assert state(queue, again) is JobState.PRINTED


def test_what_is_still_to_be_printed_is_not_queued_a_second_time(store: BenchStore, queue: PrintQueue) -> None:
    wanted = asked(store)
    job = queue.add(wanted)
    assert queue.add_again(job.job_id, wanted, "") is None
    queue.begin(job.job_id)
    assert queue.add_again(job.job_id, wanted, "") is None
    assert queue.add_again("0" * 36, wanted, "") is None
    assert len(queue.jobs()) == 1


@pytest.mark.parametrize("old", [JobState.CANCELLED, JobState.PRINTED, JobState.REFUSED, JobState.UNSURE])
def test_what_has_a_copy_on_its_way_is_not_queued_a_second_time(
    store: BenchStore, queue: PrintQueue, old: JobState
) -> None:
    wanted = asked(store)
    first = queue.add(wanted)
    if old is JobState.CANCELLED:
        queue.cancel(first.job_id, "bob: torn")
    else:
        queue.begin(first.job_id)
        {JobState.PRINTED: queue.done, JobState.REFUSED: queue.refuse, JobState.UNSURE: queue.doubt}[old](
            first.job_id, "p"
        )
    again = queue.add_again(first.job_id, wanted, "bob: torn")
    assert again is not None
    for _ in range(2):
        assert queue.add_again(first.job_id, wanted, "bob: torn") is None
        assert on_its_way_inside(store.database, wanted.attempt_id, "carton") == queue.job(again.job_id)
        queue.begin(again.job_id)
    assert len(queue.jobs()) == 2
    # Another label of the same laptop is another label.
    other = LabelAsked(**{**_plain(wanted), "layout": "paperwork"})
    assert queue.add_again(first.job_id, other, "bob: torn") is not None
    queue.done(again.job_id, "p")
    assert queue.add_again(first.job_id, wanted, "bob: torn") is not None


def test_every_label_of_a_laptop_that_still_waits_is_cancelled_and_no_other(
    store: BenchStore, queue: PrintQueue
) -> None:
    printing, printed = queue.add(asked(store)), queue.add(asked(store))
    for job in (printing, printed):
        queue.begin(job.job_id)
    queue.done(printed.job_id, "p")
    waiting = [queue.add(asked(store)), queue.add(asked(store, layout="paperwork"))]
    another, refused = queue.add(asked(store, "PF9Z8Y7X")), queue.add(asked(store, refusal="it does not fit"))
    with storing(store.database):
        assert cancel_inside(store.database, still_clock(), "PF1A2B3C", HOSTILE) == 2
        assert cancel_inside(store.database, still_clock(), "PF1A2B3C", HOSTILE) == 0
    assert [state(queue, job) for job in waiting] == [JobState.CANCELLED] * 2
    assert all(job.settled_at and is_clean(job.problem) for job in queue.jobs([JobState.CANCELLED]))
    assert [state(queue, job) for job in (printing, printed, another, refused)] == [
        JobState.PRINTING,
        JobState.PRINTED,
        JobState.PENDING,
        JobState.REFUSED,
    ]


def test_the_latest_label_that_may_be_on_paper(store: BenchStore, queue: PrintQueue) -> None:
    wanted = asked(store)
    assert latest_out_inside(store.database, wanted.attempt_id) is None
    jobs = [queue.add(wanted) for _ in range(3)]
    queue.add(asked(store, "PF9Z8Y7X"))
    assert latest_out_inside(store.database, wanted.attempt_id) is None
    for job in jobs:
        assert queue.begin(job.job_id)
        assert latest_out_inside(store.database, wanted.attempt_id) == queue.job(job.job_id)
    queue.refuse(jobs[2].job_id, "it does not fit")
    queue.done(jobs[1].job_id, "p")
    assert latest_out_inside(store.database, wanted.attempt_id) == queue.job(jobs[1].job_id)
    queue.doubt(jobs[0].job_id, "look")
    assert latest_out_inside(store.database, wanted.attempt_id) == queue.job(jobs[1].job_id)


@pytest.mark.parametrize("blank", [{"by": ""}, {"by": "\x1b\u202e"}, {"reason": ""}, {"reason": " \n"}])
def test_a_label_that_nobody_asked_for_or_for_no_reason_is_not_queued(store: BenchStore, blank: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="asked for"):
        asked(store, **blank)


def test_what_people_typed_is_safe_to_show(store: BenchStore, queue: PrintQueue) -> None:
    job = queue.add(asked(store, by=HOSTILE, reason=HOSTILE * 100))
    queue.fail(job.job_id, HOSTILE * 100)
    found = queue.job(job.job_id)
    assert found is not None
    assert all(is_clean(text) for text in (found.queued_by, found.reason, found.problem))


def test_a_cancelled_job_is_not_printed_and_one_on_its_way_cannot_be_called_back(
    store: BenchStore, queue: PrintQueue
) -> None:
    first, second = queue.add(asked(store)), queue.add(asked(store, "PF9Z8Y7X"))
    assert queue.cancel(first.job_id, "bob: no carton")
    assert not queue.begin(first.job_id)
    queue.begin(second.job_id)
    assert not queue.cancel(second.job_id, "bob: no carton")
    assert state(queue, second) is JobState.PRINTING


def test_a_label_that_cannot_be_made_is_kept_as_refused(store: BenchStore, queue: PrintQueue) -> None:
    job = queue.add(asked(store, refusal="that is no serial number"))
    assert (job.state, job.problem) == (JobState.REFUSED, "that is no serial number")
    assert queue.next_pending() is None


def test_a_clock_that_is_set_back_does_not_change_the_order(store: BenchStore) -> None:
    early = PrintQueue(store, still_clock(1_800_000_000.0)).add(asked(store))
    late = PrintQueue(store, still_clock(1_000_000_000.0)).add(asked(store, "PF9Z8Y7X"))
    queue = PrintQueue(store)
    assert queue.next_pending() == early
    assert queue.jobs() == [early, late]
    assert queue.jobs(limit=1) == [late]


def test_a_job_is_found_by_the_end_of_its_id(store: BenchStore, queue: PrintQueue) -> None:
    job = queue.add(asked(store))
    assert queue.named(job.job_id[-8:]) == [job]
    assert queue.named("%") == []


def test_a_disk_that_refuses_leaves_the_job_where_it_was(store: BenchStore, queue: PrintQueue) -> None:
    job = queue.add(asked(store))
    store.database.execute("PRAGMA query_only = ON")
    with pytest.raises(StoreRefused):
        queue.begin(job.job_id)
    store.database.execute("PRAGMA query_only = OFF")
    assert state(queue, job) is JobState.PENDING


def test_a_job_of_no_attempt_is_a_defect(store: BenchStore, queue: PrintQueue) -> None:
    wanted = asked(store)
    with pytest.raises(pysqlite3.IntegrityError):
        queue.add(LabelAsked(**{**_plain(wanted), "attempt_id": "none"}))


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["add", "begin", "send", "done", "fail", "refuse", "doubt", "die", "cancel", "again"]),
        st.integers(0, 5),
    ),
    max_size=40,
)
ENDED = (JobState.PRINTED, JobState.CANCELLED)


@settings(max_examples=60)
@given(ACTS)
def test_whatever_happens_no_job_vanishes_and_none_is_sent_twice_by_itself(acts: list[tuple[str, int]]) -> None:
    """One process prints, and may die at any moment; people add, cancel and print again meanwhile."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.sqlite"
        store = BenchStore(path, still_clock())
        store.database.execute("PRAGMA synchronous=OFF")  # what is tested is the order of things, not the disk
        queue, wanted = PrintQueue(store, still_clock()), asked(store)
        made: list[str] = []
        sent: Counter[str] = Counter()
        held: str | None = None  # what the process holds in its memory between begin and done
        for act, which in acts:
            before = {job.job_id: job.state for job in queue.jobs()}
            one = made[which % len(made)] if made else ""
            if act == "add":
                made.append(queue.add(wanted).job_id)
            elif act == "again" and one:
                again = queue.add_again(one, wanted, "bob: torn")
                made += [again.job_id] if again else []
            elif act == "cancel" and one:
                queue.cancel(one, "bob: torn")
            elif act == "begin" and held is None:
                job = queue.next_pending()
                held = job.job_id if job is not None and queue.begin(job.job_id) else None
            elif act == "send" and held is not None and sent[held] == 0:
                sent[held] += 1
            elif act == "done" and held is not None and sent[held]:
                assert queue.done(held, "p")
                held = None
            elif act == "fail" and held is not None and not sent[held]:
                assert queue.fail(held, "no paper")
                held = None
            elif act in ("refuse", "doubt") and held is not None:
                assert queue.refuse(held, "no") if act == "refuse" else queue.doubt(held, "?")
                held = None
            elif act == "die":
                held = None
                store.close()
                store = BenchStore(path, still_clock(1_800_000_000.0 + len(made)))
                store.database.execute("PRAGMA synchronous=OFF")
                queue = PrintQueue(store, store.clock)
                queue.recover("look")
            now = {job.job_id: job.state for job in queue.jobs()}
            assert list(now) == made
            assert all(now[job] is was for job, was in before.items() if was in ENDED)
            assert [job for job, is_now in now.items() if is_now is JobState.PRINTING] == ([held] if held else [])
            # What was sent is never again where it would be taken up by itself.
            assert all(now[job] is not JobState.PENDING for job in sent)
            counts = queue.waiting()
            assert counts.jobs == sum(one in (JobState.PENDING, JobState.PRINTING) for one in now.values())
            assert counts.to_look_at == sum(one in (JobState.UNSURE, JobState.REFUSED) for one in now.values())
        store.close()


def _plain(wanted: LabelAsked) -> dict[str, str]:
    return {name: getattr(wanted, name) for name in LabelAsked.__struct_fields__}
