"""The promises of the upload: nothing leaves the outbox unless central's own answer names it."""

import hashlib
import json
import random
from collections.abc import Callable, Sequence

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checks.verdict import Verdict
from station.records import AttemptRecord
from station.sync.outbox import Outbox, OutboxRow
from station.sync.transport import HttpTransport, Reply, Transport, TransportError
from station.sync.upload import LONGEST_WAIT, Idle, Progress, RetryLater, Step, Stopped, SyncJob
from station.sync.wire import ANSWER_SCHEMA, Batch, BatchAnswer, Problem, Receipt
from tests.station.central.samples import item, record, uuid7
from tests.station.sync.conftest import NOON
from tests.station.sync.memory_outbox import MemoryOutbox

MakeJob = Callable[[Outbox, Transport], SyncJob]


class Script:
    """A central whose every answer is given: a reply, an exception, or a function of the batch."""

    def __init__(self, answer: Callable[[Batch], Reply], evidence: Callable[[str], Reply] | None = None) -> None:
        self._answer = answer
        self._evidence = evidence or (lambda sha256: Reply(201, b""))
        self.sizes: list[int] = []
        self.bodies: list[bytes] = []

    def post_batch(self, body: bytes) -> Reply:
        batch = msgspec.json.decode(body, type=Batch)
        self.sizes.append(len(batch.records))
        self.bodies.append(body)
        return self._answer(batch)

    def put_evidence(self, sha256: str, data: bytes) -> Reply:
        return self._evidence(sha256)


def receipts(batch: Batch, status: str = "stored") -> Reply:
    named = tuple(Receipt(one.attempt_id, status, "why") for one in batch.records)
    return answered(named)


def answered(named: tuple[Receipt, ...]) -> Reply:
    return Reply(200, msgspec.json.encode(BatchAnswer(ANSWER_SCHEMA, "", 0, 0, (), (), named)))


def refused(status: int, error: str = "x", message: str = "Central says no.") -> Reply:
    return Reply(status, msgspec.json.encode(Problem(error, message)))


def always(reply: Reply) -> Callable[[Batch], Reply]:
    return lambda batch: reply


def _always_evidence(reply: Reply) -> Callable[[str], Reply]:
    return lambda sha256: reply


def run(job: SyncJob, most: int = 200) -> list[Step]:
    """Steps until nothing waits, without waiting; at most `most`."""
    steps: list[Step] = []
    while len(steps) < most:
        steps.append(job.step())
        if isinstance(steps[-1], (Idle, Stopped)):
            break
    return steps


def records(n: int, first: int = 1) -> list[AttemptRecord]:
    return [record(seq) for seq in range(first, first + n)]


# ---- with the real central -------------------------------------------------------------------------------


def test_everything_reaches_central_and_then_nothing_waits(central: HttpTransport, make_job: MakeJob) -> None:
    evidence = {
        hashlib.sha256(data).hexdigest(): data
        for seq in range(1, 251)
        for data in (b"smbios %d" % seq, b"battery %d" % seq)
    }
    outbox = MemoryOutbox(records(250), evidence)
    steps = run(make_job(outbox, central))
    assert steps[:3] == [Progress(stored=100), Progress(stored=100), Progress(stored=50)]
    assert steps[-1] == Idle()
    assert len(outbox.acknowledged) == 250
    assert sorted(outbox.uploaded) == sorted(evidence)
    assert outbox.status().unsent == outbox.status().evidence_unsent == 0


def test_a_lost_answer_is_sent_again_and_counted_once(central: HttpTransport, make_job: MakeJob) -> None:
    lost = Losing(central, [True, False])
    outbox = MemoryOutbox(records(3))
    job = make_job(outbox, lost)
    assert isinstance(job.step(), RetryLater)
    assert outbox.acknowledged == {}
    assert job.step() == Progress(duplicates=3)
    assert set(outbox.acknowledged.values()) == {"duplicate"}


def test_poison_is_a_dead_letter_with_its_reason_and_blocks_nothing(central: HttpTransport, make_job: MakeJob) -> None:
    outbox = MemoryOutbox([record(1), record(3)])
    outbox.add_row(OutboxRow(2, uuid7(2), hashlib.sha256(b"\xff{").hexdigest(), b"\xff{"))
    assert make_job(outbox, central).step() == Progress(stored=2, dead=1)
    assert outbox.dead[2].startswith("rejected: ")
    assert run(make_job(outbox, central)) == [Idle()]


def test_a_conflict_is_a_dead_letter(central: HttpTransport, make_job: MakeJob) -> None:
    run(make_job(MemoryOutbox([record(1)]), central))
    other = MemoryOutbox([record(1, Verdict.FAIL), record(2)])
    assert make_job(other, central).step() == Progress(stored=1, dead=1)
    assert other.dead[1] == "conflict: central already holds a different record with this id"


def test_evidence_that_is_damaged_on_the_bench_is_held_back_and_blocks_nothing(
    central: HttpTransport, make_job: MakeJob
) -> None:
    good, bad = item("good", b"good"), item("bad", b"bad")
    outbox = MemoryOutbox([record(1, evidence=(bad, good))], {good.sha256: b"good", bad.sha256: b"rotten"})
    steps = run(make_job(outbox, central))
    assert outbox.uploaded == [good.sha256]
    assert steps[-1] == Idle(held_back=1)
    assert outbox.status().evidence_unsent == 1


class Losing:
    """A transport that loses answers: the request arrives, its answer does not."""

    def __init__(self, inner: Transport, lose: Sequence[bool]) -> None:
        self._inner = inner
        self._lose = iter(lose)

    def _maybe(self, reply: Reply) -> Reply:
        if next(self._lose, False):
            raise TransportError("the connection to central broke")
        return reply

    def post_batch(self, body: bytes) -> Reply:
        return self._maybe(self._inner.post_batch(body))

    def put_evidence(self, sha256: str, data: bytes) -> Reply:
        return self._maybe(self._inner.put_evidence(sha256, data))


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32), st.lists(st.sampled_from("ok lost away 500 html 429".split()), max_size=30))
def test_whatever_the_network_does_every_record_arrives_exactly_once(
    central: HttpTransport, make_job: MakeJob, seed: int, weather: list[str]
) -> None:
    first = 1000 * (seed % 1_000_000) + 1
    stored: list[str] = []

    class Network:
        def __init__(self) -> None:
            self.weather = iter(weather)

        def post_batch(self, body: bytes) -> Reply:
            now = next(self.weather, "ok")
            match now:
                case "away":
                    raise TransportError("central cannot be reached")
                case "500" | "429":
                    return Reply(int(now), b"")
                case "html":
                    return Reply(200, b"<html>please log in</html>")
            reply = central.post_batch(body)
            named = json.loads(reply.body)["receipts"]
            stored.extend(one["attempt_id"] for one in named if one["status"] == "stored")
            if now == "lost":
                raise TransportError("the connection to central broke")
            return reply

        def put_evidence(self, sha256: str, data: bytes) -> Reply:
            return Reply(201, b"")

    mine = [record(seq, attempt_id=uuid7(seed * 7 + seq)) for seq in range(first, first + 12)]
    before = MemoryOutbox(mine)
    run(make_job(before, Network()), most=300)
    assert len(before.acknowledged) == 12
    assert before.dead == {}
    assert len(stored) == len(set(stored)) <= 12


# ---- with answers that are given -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "reply",
    [
        Reply(200, b""),
        Reply(200, b"<html>Welcome to the hotel's wireless network</html>"),
        Reply(200, b"{}"),
        Reply(200, b"[" * 100_000),
        Reply(200, b"\xff\xfe"),
        Reply(200, b'{"schema":"other/1","received_at":"","high_water":9,"count":9,"missing":[],'
              b'"evidence_wanted":[],"receipts":[]}'),
        Reply(201, b""),
        Reply(204, b""),
        Reply(302, b""),
        Reply(404, b"not here"),
        Reply(404, b'{"error":"not_understood","message":"Not Found."}'),
        Reply(400, b'{"error":"Bad Request","message":"from a proxy"}'),
        answered(()),
        answered((Receipt(uuid7(99), "stored"),)),
        answered((Receipt(uuid7(1), "perhaps"),)),
    ],
)  # fmt: skip
def test_what_is_not_our_answer_acknowledges_and_buries_nothing(make_job: MakeJob, reply: Reply) -> None:
    outbox = MemoryOutbox(records(2))
    script = Script(always(reply))
    job = make_job(outbox, script)
    for _ in range(20):
        assert isinstance(job.step(), RetryLater)
    assert outbox.acknowledged == outbox.dead == {}
    assert set(script.bodies) == {script.bodies[0]}


def test_a_record_that_the_answer_does_not_name_stays(make_job: MakeJob) -> None:
    outbox = MemoryOutbox(records(3))
    script = Script(lambda batch: answered((Receipt(uuid7(2), "stored"),)))
    assert make_job(outbox, script).step() == Progress(stored=1)
    assert outbox.acknowledged == {2: "stored"}


def test_records_are_sent_in_order(make_job: MakeJob) -> None:
    outbox = MemoryOutbox([record(seq) for seq in (3, 1, 2)])
    script = Script(receipts)
    make_job(outbox, script).step()
    assert [one["seq"] for one in json.loads(script.bodies[0])["records"]] == [1, 2, 3]


def test_a_batch_has_at_most_100_records_and_some_4_mb(make_job: MakeJob) -> None:
    script = Script(receipts)
    run(make_job(MemoryOutbox(records(150)), script))
    assert script.sizes == [100, 50]
    script = Script(receipts)
    run(make_job(MemoryOutbox([record(seq, note="x" * 1_500_000) for seq in range(1, 6)]), script))
    assert script.sizes == [2, 2, 1]


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_token_stops_with_a_sentence(make_job: MakeJob, status: int) -> None:
    outbox = MemoryOutbox(records(2))
    assert make_job(outbox, Script(always(refused(status)))).step() == Stopped("Central says no.")
    assert make_job(outbox, Script(always(Reply(status, b"?")))).step() == Stopped(
        "Central refuses this bench; enrol it again."
    )
    assert outbox.acknowledged == outbox.dead == {}


def test_a_central_that_reads_no_such_schema_stops_the_job_and_buries_nothing(make_job: MakeJob) -> None:
    outbox = MemoryOutbox(records(2))
    step = make_job(outbox, Script(always(refused(422, "unknown_schema", "Update it.")))).step()
    assert step == Stopped("Update it.")
    assert outbox.dead == {}


def test_a_batch_that_is_too_large_is_halved_down_to_the_one_that_is(make_job: MakeJob) -> None:
    big = 5

    def answer(batch: Batch) -> Reply:
        if any(one.seq == big for one in batch.records):
            return refused(413, "too_large", "Send less at once.")
        return receipts(batch)

    outbox = MemoryOutbox(records(20))
    steps = run(make_job(outbox, Script(answer)))
    assert not any(isinstance(step, RetryLater) for step in steps)
    assert outbox.dead == {big: "too_large: Send less at once."}
    assert len(outbox.acknowledged) == 19


def test_a_record_that_breaks_central_lets_the_others_go_and_is_parked_in_the_end(make_job: MakeJob) -> None:
    def answer(batch: Batch) -> Reply:
        return Reply(500, b"oops") if any(one.seq == 4 for one in batch.records) else receipts(batch)

    outbox = MemoryOutbox(records(30))
    job = make_job(outbox, Script(answer))
    for _ in range(40):
        job.step()
    assert len(outbox.acknowledged) == 29
    assert outbox.dead == {}
    for more in range(3):
        outbox.add(record(31 + more))
        for _ in range(3):
            job.step()
    assert list(outbox.dead) == [4]
    assert "every time" in outbox.dead[4]


def test_a_central_that_is_down_never_makes_a_dead_letter(make_job: MakeJob) -> None:
    down = True
    outbox = MemoryOutbox(records(30))
    script = Script(lambda batch: Reply(502, b"<html>") if down else receipts(batch))
    job = make_job(outbox, script)
    for _ in range(300):
        assert isinstance(job.step(), RetryLater)
    assert min(script.sizes) == 1
    down = False
    run(job)
    assert len(outbox.acknowledged) == 30
    assert outbox.dead == {}


@pytest.mark.parametrize(
    ("header", "low", "high"),
    [
        ("7", 7, 9),
        ("0", 0, 2),
        ("Tue, 24 Nov 2026 12:01:00 GMT", 60, 62),
        ("Tue, 24 Nov 2020 12:01:00 GMT", 0, 2),
        ("99999999999999999999", 3600, 3602),
        ("soon", 0, 4),
        ("", 0, 4),
        ("-5", 0, 4),
        ("NaN", 0, 4),
        ("Tue, 24 Nov 2026 12:01:00", 0, 4),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_central_is_left_alone_as_long_as_it_asks(
    make_job: MakeJob, status: int, header: str, low: float, high: float
) -> None:
    step = make_job(MemoryOutbox(records(1)), Script(always(Reply(status, b"", header)))).step()
    assert isinstance(step, RetryLater)
    assert low <= step.seconds <= high


def test_waiting_grows_with_full_jitter_to_five_minutes_and_starts_over_after_success() -> None:
    waits: list[list[float]] = []
    for seed in range(300):
        away = Script(always(Reply(418, b"")))
        job = SyncJob(MemoryOutbox(records(1)), away, lambda: NOON, random.Random(seed))
        steps = [job.step() for _ in range(40)]
        waits.append([step.seconds for step in steps if isinstance(step, RetryLater)])
    longest = [max(wait[at] for wait in waits) for at in range(40)]
    shortest = [min(wait[at] for wait in waits) for at in range(40)]
    assert longest[0] <= 4 < longest[2] <= 16
    assert LONGEST_WAIT * 0.9 < longest[-1] <= LONGEST_WAIT
    assert max(shortest) < 10
    ok = False
    job = SyncJob(
        MemoryOutbox(records(1)),
        Script(lambda batch: receipts(batch) if ok else Reply(418, b"")),
        lambda: NOON,
        random.Random(1),
    )
    for _ in range(20):
        job.step()
    ok = True
    assert job.step() == Progress(stored=1)


def test_results_never_wait_for_evidence(make_job: MakeJob) -> None:
    data = {hashlib.sha256(b"smbios %d" % seq).hexdigest(): b"smbios %d" % seq for seq in range(1, 201)}
    outbox = MemoryOutbox(records(200), data)
    steps = run(make_job(outbox, Script(receipts)))
    kinds = ["evidence" if isinstance(step, Progress) and step.evidence else "records" for step in steps[:-1]]
    assert kinds == sorted(kinds, reverse=True)


def test_evidence_that_central_cannot_take_now_is_tried_later(make_job: MakeJob) -> None:
    one = record(1)
    outbox = MemoryOutbox([one], {one.evidence[0].sha256: b"x"})
    job = make_job(outbox, Script(receipts, lambda sha256: Reply(500, b"")))
    job.step()
    assert isinstance(job.step(), RetryLater)
    assert outbox.uploaded == []


def test_evidence_is_not_marked_by_somebody_elses_answer(make_job: MakeJob) -> None:
    one = record(1)
    for reply in (Reply(200, b"<html>"), Reply(302, b""), Reply(404, b"<html>")):
        outbox = MemoryOutbox([one], {one.evidence[0].sha256: b"x"})
        job = make_job(outbox, Script(receipts, _always_evidence(reply)))
        job.step()
        assert isinstance(job.step(), RetryLater)
        assert outbox.uploaded == []
