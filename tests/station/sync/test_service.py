import asyncio
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from station.sync.outbox import OutboxStatus
from station.sync.service import make_job, run_once, status_words, watch
from station.sync.transport import AddressRefused, HttpTransport, Reply, TransportError
from station.sync.upload import Idle, Progress, RetryLater, Step, SyncJob
from tests.station.central.samples import record
from tests.station.sync.conftest import NOON
from tests.station.sync.memory_outbox import MemoryOutbox
from tests.station.sync.test_upload import Script, always, receipts, records, refused


def test_one_run_sends_everything(central: HttpTransport) -> None:
    outbox = MemoryOutbox(records(130))
    report = run_once(make_job(outbox, central))
    assert (report.stored, report.dead, report.finished) == (130, 0, True)
    assert report.sentence == "Everything is at central."


def test_one_run_against_a_central_that_is_away_says_so_and_keeps_everything() -> None:
    class Away:
        def post_batch(self, body: bytes) -> Reply:
            raise TransportError("central cannot be reached")

        def put_evidence(self, sha256: str, data: bytes) -> Reply:
            raise TransportError("central cannot be reached")

    outbox = MemoryOutbox(records(3))
    report = run_once(make_job(outbox, Away()))
    assert (report.finished, report.stopped, report.sentence) == (False, False, "Central cannot be reached.")
    assert outbox.status().unsent == 3


def test_one_run_stops_where_a_person_must_act() -> None:
    report = run_once(make_job(MemoryOutbox(records(1)), Script(always(refused(401)))))
    assert (report.stopped, report.sentence) == (True, "Central says no.")


def test_one_run_gets_past_a_record_that_breaks_central() -> None:
    def answer(batch):
        return Reply(500, b"") if any(one.seq == 7 for one in batch.records) else receipts(batch)

    outbox = MemoryOutbox(records(120))
    report = run_once(make_job(outbox, Script(answer)))
    assert (report.stored, report.finished) == (119, False)
    assert outbox.status().unsent == 1


def test_one_run_against_a_failing_central_ends() -> None:
    script = Script(always(Reply(500, b"")))
    assert not run_once(make_job(MemoryOutbox(records(200)), script)).finished
    assert len(script.sizes) < 20


def test_nothing_listens_and_the_transport_says_it_cannot_be_reached() -> None:
    with HttpTransport("http://127.0.0.1:9", "token") as transport, pytest.raises(TransportError, match="reached"):
        transport.post_batch(b"{}")


@pytest.mark.parametrize("url", ["", "central", "ftp://127.0.0.1", "http://", "http://u:p@127.0.0.1", "http://[::1"])
def test_what_is_no_address_is_refused_in_one_sentence(url: str) -> None:
    with pytest.raises(AddressRefused, match=r"is not an address; write it as in https://central\.example\.$"):
        HttpTransport(url, "token")


@pytest.mark.parametrize("url", ["http://central.example", "http://192.168.1.5:8600", "http://127.0.0.1.evil.example"])
def test_a_token_never_goes_unencrypted_to_another_machine(url: str) -> None:
    with pytest.raises(AddressRefused, match="must be reached by https"):
        HttpTransport(url, "token")


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8600", "http://localhost", "http://[::1]:1", "https://central.example"]
)
def test_this_machine_and_https_are_allowed(url: str) -> None:
    HttpTransport(url, "token").close()


async def test_a_watch_sends_at_once_when_woken_and_stops_when_told() -> None:
    outbox = MemoryOutbox()
    steps: list[Step] = []
    stop, wake = asyncio.Event(), asyncio.Event()
    job = make_job(outbox, Script(receipts))
    task = asyncio.create_task(watch(job, stop, wake, steps.append))
    while not steps:
        await asyncio.sleep(0.01)
    outbox.add(record(1))
    began = time.monotonic()
    wake.set()
    while not outbox.acknowledged:
        await asyncio.sleep(0.005)
    assert time.monotonic() - began < 1
    stop.set()
    wake.set()
    await asyncio.wait_for(task, 2)
    assert steps[0] == Idle()
    assert Progress(stored=1) in steps


async def test_a_watch_that_waits_for_central_stops_at_once_and_is_not_hurried_by_new_records() -> None:
    script = Script(always(Reply(503, b"", "600")))
    stop, wake = asyncio.Event(), asyncio.Event()
    steps: list[Step] = []
    job = SyncJob(MemoryOutbox(records(1)), script, lambda: NOON, random.Random(1))
    task = asyncio.create_task(watch(job, stop, wake, steps.append))
    while not steps:
        await asyncio.sleep(0.01)
    wake.set()
    await asyncio.sleep(0.1)
    assert len(script.sizes) == 1
    assert isinstance(steps[0], RetryLater)
    stop.set()
    await asyncio.wait_for(task, 1)


async def test_a_watch_uses_the_store_from_one_thread_that_can_be_given() -> None:
    threads: set[int] = set()

    class Told(MemoryOutbox):
        def pending(self, limit: int):
            threads.add(threading.get_ident())
            return super().pending(limit)

    stop, wake = asyncio.Event(), asyncio.Event()
    outbox = Told(records(300))
    with ThreadPoolExecutor(1) as executor:
        mine = executor.submit(threading.get_ident).result()
        task = asyncio.create_task(watch(make_job(outbox, Script(receipts)), stop, wake, executor=executor))
        while outbox.status().unsent:
            await asyncio.sleep(0.01)
        stop.set()
        wake.set()
        await asyncio.wait_for(task, 2)
    assert threads == {mine}


def test_the_status_is_said_in_one_line() -> None:
    now = datetime(2026, 11, 24, 12, 0, 0, tzinfo=UTC)
    busy = OutboxStatus(1200, "2026-11-24T11:57:00.000Z", "2026-11-24T10:50:51.000Z", 1, 40)
    assert status_words(busy, now) == (
        "1,200 unsent, oldest 3 min; 40 evidence items unsent; last receipt 10:50:51 UTC on 2026-11-24; 1 dead letter"
    )
    assert status_words(OutboxStatus(0, None, None, 0, 0), now) == "nothing unsent; no receipt yet"
