"""Central as a process: it starts with no questions, ticks, stops when told, and survives what kills it."""

import random
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select

from checks.verdict import Verdict
from station.central.database import open_database, read, url_in
from station.central.enrol import enrol_local
from station.central.errors import PortTaken
from station.central.schema import attempt, attempt_evidence, day_check, day_model, finding
from station.central.serve import serve
from station.central.summaries import recount
from tests.station.central.samples import BENCH, PROJECT, body, record, served, start

pytestmark = pytest.mark.system


def client(address: str, token: str = "none") -> httpx.Client:
    return httpx.Client(base_url=address, headers={"Authorization": f"Bearer {token}"}, trust_env=False, timeout=20)


def test_a_first_start_needs_nothing_but_a_folder(tmp_path: Path) -> None:
    with served(tmp_path / "new" / "folder") as central:
        assert central.address.startswith("http://127.0.0.1:")
        assert httpx.get(central.address, trust_env=False).status_code == 200


def test_it_stops_at_once_and_cleanly_although_a_page_is_open(tmp_path: Path) -> None:
    with served(tmp_path) as central, client(central.address) as page, page.stream("GET", "/live") as events:
        next(events.iter_lines())
        began = time.monotonic()
        central.process.send_signal(signal.SIGTERM)
        assert central.process.wait(10) == 0
        assert time.monotonic() - began < 2.5


def test_a_port_in_use_is_said_in_one_sentence_with_status_3(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "station.central.serve", str(tmp_path), str(port)],
            cwd=PROJECT,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        with pytest.raises(PortTaken):
            serve(tmp_path, port)
    assert done.returncode == 3
    assert done.stderr == f"Port {port} is in use; stop what listens there or choose another port.\n"


def test_it_listens_on_this_machine_only(tmp_path: Path) -> None:
    with served(tmp_path) as central:
        port = int(central.address.rpartition(":")[2])
        listening = [
            line.split()[1]
            for line in Path("/proc/net/tcp").read_text().splitlines()[1:]
            if line.split()[3] == "0A" and line.split()[1].endswith(f":{port:04X}")
        ]
        assert listening == [f"0100007F:{port:04X}"]


def test_a_tick_arrives_within_a_second_of_a_batch_and_not_for_a_duplicate(tmp_path: Path) -> None:
    token = enrol_local(tmp_path, BENCH)
    ticks: list[float] = []
    with served(tmp_path) as central, client(central.address, token) as bench:
        ready = threading.Event()

        def listen() -> None:
            with client(central.address) as page, page.stream("GET", "/live") as events:
                for line in events.iter_lines():
                    if line == "event: hello":
                        ready.set()
                    elif line == "event: tick":
                        ticks.append(time.monotonic())

        listener = threading.Thread(target=listen, daemon=True)
        listener.start()
        assert ready.wait(10)
        for expected in (1, 2, 3):
            sent = time.monotonic()
            bench.post("/v1/batches", content=body([record(expected)])).raise_for_status()
            while len(ticks) < expected and time.monotonic() - sent < 2:
                time.sleep(0.005)
            assert ticks[-1] - sent < 1.0
        bench.post("/v1/batches", content=body([record(1)])).raise_for_status()
        time.sleep(0.3)
        assert len(ticks) == 3
    listener.join(5)
    assert not listener.is_alive()


@pytest.mark.slow
def test_kill_9_in_the_middle_of_ingest_then_replay_stores_each_attempt_exactly_once(tmp_path: Path) -> None:
    token = enrol_local(tmp_path, BENCH)
    rng = random.Random(7)
    records = [record(seq, rng.choice([*Verdict, None])) for seq in range(1, 601)]
    batches = [records[at : at + 20] for at in range(0, len(records), 20)]
    acknowledged: set[str] = set()
    kills = 0
    while batches:
        central = start(tmp_path)
        killer = threading.Timer(rng.uniform(0.02, 0.25), central.kill)
        killer.start()
        with client(central.address, token) as bench:
            try:
                while batches:
                    answer = bench.post("/v1/batches", content=body(batches[0]))
                    if answer.status_code == 200:
                        acknowledged |= {receipt["attempt_id"] for receipt in answer.json()["receipts"]}
                        batches.pop(0)
            except httpx.HTTPError:
                kills += 1
        killer.cancel()
        central.kill()
        assert central.process.stdout is not None
        central.process.stdout.close()
        assert_exactly(tmp_path, acknowledged)
    assert kills > 0
    with served(tmp_path) as again, client(again.address, token) as bench:
        for at in range(0, len(records), 100):
            said = bench.post("/v1/batches", content=body(records[at : at + 100])).json()
            assert {receipt["status"] for receipt in said["receipts"]} == {"duplicate"}
        assert said["high_water"] == said["count"] == 600
    assert_exactly(tmp_path, {one.attempt_id for one in records})


def assert_exactly(folder: Path, acknowledged: set[str]) -> None:
    """Everything acknowledged is there, whole; nothing is there in part; the summaries agree with the rows."""
    engine = open_database(url_in(folder))
    with read(engine) as connection:
        ids = list(connection.scalars(select(attempt.c.attempt_id)))
        assert len(ids) == len(set(ids))
        assert acknowledged <= set(ids)
        for table in (finding, attempt_evidence):
            assert connection.scalar(select(func.count()).select_from(table)) == 2 * len(ids)
        models, checks = recount(connection)
        assert models == [dict(row) for row in connection.execute(select(day_model)).mappings()]
        assert checks == [
            dict(row) for row in connection.execute(select(day_check).order_by(day_check.c.check_id)).mappings()
        ]
    engine.dispose()
