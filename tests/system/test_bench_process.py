"""The bench as a process, through its real doors: the command line, the socket, the store, and SIGKILL."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hardware.evidence.bundle import Bundle, Item
from hardware.evidence.facts import read_facts
from hardware.laptops.this_machine import ThisMachine
from specs.facts import value_of
from specs.identifiers import BadIdentifier, Serial
from station.bench.badges import new_badge
from station.bench.command_codes import command_key
from station.bench.launch import EngineUnreachable, start_and_watch
from station.paths import Paths
from station.store.bench_store import BenchStore
from station.store.people_book import PeopleBook
from tests.station.store.test_bench_store import begin, finish

pytestmark = pytest.mark.system

STATION = [sys.executable, "-P", "-m", "station"]
CPU = b"processor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: Intel(R) Celeron(R) N4020 CPU @ 1.10GHz\n"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data folder of its own; whatever runs there is gone afterwards."""
    folder = tmp_path / "data"
    monkeypatch.setenv("STATION_DATA", str(folder))
    monkeypatch.setenv("STATION_CENTRAL_PORT", "0")
    yield folder
    subprocess.run([*STATION, "bench", "--stop"], check=False, capture_output=True, timeout=60)


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    folder = tmp_path / "laptop"
    folder.mkdir()
    (folder / "cpu.txt").write_bytes(CPU)
    (folder / "memory.txt").write_bytes(b"MemTotal:        3893412 kB\n")
    return folder


def events_of(output: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


def headless(scans: bytes, *options: str, timeout: float = 60) -> tuple[int, list[dict[str, Any]], str]:
    result = subprocess.run(
        [*STATION, "bench", "--headless", *options], input=scans, capture_output=True, timeout=timeout, check=False
    )
    return result.returncode, events_of(result.stdout), result.stderr.decode()


def store_of(data: Path) -> BenchStore:
    return BenchStore(Paths(data).store)


class Screen:
    """A bare client of the engine's socket."""

    def __init__(self, data: Path) -> None:
        deadline = time.monotonic() + 20
        while True:
            try:
                self._socket = socket.socket(socket.AF_UNIX)
                self._socket.settimeout(30)
                self._socket.connect(str(Paths(data).engine_socket))
                # A child of an engine that was just killed may hold its socket for a moment, and answers nobody.
                if self._socket.recv(1, socket.MSG_PEEK):
                    break
            except OSError:
                if time.monotonic() > deadline:
                    raise
            time.sleep(0.02)
        self._file = self._socket.makefile("rb")

    def read(self) -> dict[str, Any]:
        line = self._file.readline()
        if not line:
            raise EOFError
        found: dict[str, Any] = json.loads(line)
        return found

    def scan(self, text: str) -> None:
        self._socket.sendall(json.dumps({"type": "scan", "text": text}).encode() + b"\n")


def start_engine(data: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "station.bench", "--data", str(data)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def test_headless_takes_scans_and_prints_an_event_a_line(data: Path, bundle: Path) -> None:
    status, events, errors = headless(b"PF1A2B3C\nAB\x1b[31mCD\n[/foo]\n", "--slot", f"1={bundle}")
    assert status == 0, errors
    answers = [event["outcome"] for event in events if event["type"] == "scan"]
    assert answers == ["accepted", "refused", "refused"]
    last = [event["slot"] for event in events if event["type"] == "slot"][-1]
    assert (last["stage"], last["serial"]) == ("done", "PF1A2B3C")
    [record] = store_of(data).recent(10)
    assert record.scan.serial == "PF1A2B3C"
    assert store_of(data).database.table("scan").count == 3


def test_headless_ends_also_after_scans_of_which_nothing_can_be_shown(data: Path, bundle: Path) -> None:
    status, events, errors = headless("   \n\a\n\u202e\nPF1A2B3C\n".encode(), "--slot", f"1={bundle}")
    assert status == 0, errors
    answers = [event["outcome"] for event in events if event["type"] == "scan"]
    assert answers == ["refused", "refused", "refused", "accepted"]


def test_headless_ends_when_its_input_ends_long_after_the_last_verdict(data: Path, bundle: Path) -> None:
    process = subprocess.Popen(
        [*STATION, "bench", "--headless", "--slot", f"1={bundle}"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"PF1A2B3C\n")
    process.stdin.flush()
    event: dict[str, Any] = {"type": ""}
    while event["type"] != "slot" or event["slot"]["stage"] != "done":
        event = json.loads(process.stdout.readline())
    time.sleep(2)
    process.stdin.close()
    assert process.wait(20) == 0
    assert len(store_of(data).recent(10)) == 1


def serial_of_this_machine() -> str:
    """What a label of the computer that the tests run on would say: its firmware's own serial number, if it has any."""

    async def read() -> str:
        items = [one async for one in ThisMachine().collect(fast=True) if isinstance(one, Item)]
        return value_of(read_facts(Bundle.of(items)).facts.identity.serial) or ""

    try:
        return Serial.from_scan(asyncio.run(read())).text
    except BadIdentifier:
        return "PF1A2B3C"


def test_this_machine_is_the_laptop_of_a_first_run(data: Path) -> None:
    status, events, errors = headless(f"{serial_of_this_machine()}\n".encode())
    assert status == 0, errors
    state = next(event for event in events if event["type"] == "state")
    assert state["slots"][0]["link"] == "this machine"
    [record] = store_of(data).recent(10)
    assert {"cpu", "memory", "os", "block"} <= {meta.id for meta in record.evidence}


def test_an_engine_that_another_started_in_the_same_moment_is_not_ended(data: Path, bundle: Path) -> None:
    Paths.prepare(data)
    first = start_engine(data)
    status, _, errors = headless(b"PF1A2B3C\n", "--slot", f"1={bundle}")
    assert status == 0, errors
    assert first.poll() is None
    assert len(store_of(data).recent(10)) == 1


def test_a_second_engine_for_the_same_data_gives_way(data: Path) -> None:
    Paths.prepare(data)
    first = start_engine(data)
    Screen(data).read()
    second = start_engine(data)
    assert second.wait(20) == 75
    assert first.poll() is None


def test_an_engine_that_ends_as_soon_as_it_is_started_says_why_to_whoever_started_it(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATION_CENTRAL_PORT", "nowhere")
    with pytest.raises(EngineUnreachable, match="STATION_CENTRAL_PORT is 'nowhere'"):
        start_and_watch(Paths.prepare(data))


@pytest.mark.slow
def test_killed_at_any_moment_the_attempt_is_whole_or_interrupted_and_the_scan_is_kept(
    data: Path, bundle: Path
) -> None:
    """Twelve kills at seeded moments between the scan and the verdict, and every scan accounted for."""
    Paths.prepare(data)
    store = store_of(data)
    # No laptop with a serial number of its own: this computer may have one.
    store.set_setting("slot.1", str(bundle))
    store.close()
    moments = random.Random(2021)
    seen = {"completed": 0, "interrupted": 0}
    for number in range(12):
        engine = start_engine(data)
        screen = Screen(data)
        screen.scan(f"KILL{number:04d}")
        # Once the laptop has said who it is, and its test begins.
        while (event := screen.read())["type"] != "scan" or not event["slot"]:
            pass
        time.sleep(moments.uniform(0, 0.12))
        engine.send_signal(signal.SIGKILL)
        engine.wait()
    engine = start_engine(data)
    Screen(data).read()
    deadline = time.monotonic() + 30
    store = store_of(data)
    while time.monotonic() < deadline and len(store.recent(100)) < 12:
        time.sleep(0.1)
    records = store.recent(100)
    assert sorted(record.scan.serial for record in records) == [f"KILL{number:04d}" for number in range(12)]
    assert sorted(record.seq for record in records) == list(range(1, 13))
    for record in records:
        seen[record.status.value] += 1
        kept = store.evidence(record.attempt_id)
        assert [meta.id for meta in record.evidence] == list(kept.items)
        if record.verdict is not None:
            assert record.findings
    assert store.database.table("scan").count == 12
    assert seen["interrupted"] > 0, seen


def test_the_companions_end_with_an_engine_that_is_killed_outright(data: Path) -> None:
    Paths.prepare(data)
    engine = start_engine(data)
    screen = Screen(data)
    while True:
        event = screen.read()
        if event["type"] in ("bench", "state") and event["bar"]["central"] == "ok":
            break
    children = [int(pid) for pid in Path(f"/proc/{engine.pid}/task/{engine.pid}/children").read_text().split()]
    assert len(children) >= 3  # a worker, central, the upload
    engine.send_signal(signal.SIGKILL)
    engine.wait()
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline and any(_alive(pid) for pid in children):
        time.sleep(0.1)
    assert not [pid for pid in children if _alive(pid)]


def test_results_reach_the_embedded_central_store_by_themselves(data: Path, bundle: Path) -> None:
    Paths.prepare(data)
    start_engine(data)
    screen = Screen(data)
    subprocess.run([*STATION, "bench", "--headless", "--slot", f"1={bundle}"], input=b"", check=True, timeout=60)
    screen.scan("PF1A2B3C")
    unsent = -1
    while unsent != 0:
        event = screen.read()
        if event["type"] == "bench" and event["bar"]["today"] == 1:
            unsent = event["bar"]["unsent"]
    result = subprocess.run([*STATION, "sync", "status", "--json"], capture_output=True, check=True, timeout=60)
    assert json.loads(result.stdout)["unsent"] == 0
    once = subprocess.run([*STATION, "sync", "--json"], capture_output=True, check=False, timeout=60)
    assert once.returncode == 0, once.stderr.decode()
    assert json.loads(once.stdout)["finished"] is True


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1][0] != "Z"
    except (OSError, IndexError):
        return False


def test_a_central_store_served_by_itself_takes_what_the_bench_has_kept(data: Path) -> None:
    Paths.prepare(data)
    store = store_of(data)
    finish(store, begin(store, "PF1A2B3C"))
    serving = subprocess.Popen([*STATION, "central", "serve", "--port", "0"], stderr=subprocess.PIPE)
    assert serving.stderr is not None
    try:
        assert b"Central answers at http://127.0.0.1:" in serving.stderr.readline()
        sent = subprocess.run([*STATION, "sync", "--json"], capture_output=True, check=False, timeout=60)
        assert sent.returncode == 0, sent.stderr.decode()
        assert json.loads(sent.stdout)["stored"] == 1
    finally:
        serving.terminate()
    assert serving.wait(20) == 0
    away = subprocess.run([*STATION, "sync"], capture_output=True, check=False, timeout=60)
    assert away.returncode == 3
    assert b"station central serve" in away.stderr


def test_a_script_says_why_a_laptop_is_tested_again(data: Path, bundle: Path) -> None:
    Paths.prepare(data)
    store = store_of(data)
    finish(store, begin(store, "PF1A2B3C"))
    scans = f"PF1A2B3C\nIS1:CHOICE-1:{command_key(store)}\n".encode()
    status, events, errors = headless(scans, "--slot", f"1={bundle}")
    assert status == 0, errors
    asked = [event["slot"]["question"] for event in events if event["type"] == "slot" and event["slot"]["question"]]
    assert any(question.endswith("Why is it tested again?") for question in asked)
    record = store.recent(1)[0]
    assert (record.status.value, record.retest) == ("completed", "repaired")


def test_a_reason_that_nobody_gives_is_waited_for_only_as_long_as_there_is_input(data: Path, bundle: Path) -> None:
    Paths.prepare(data)
    store = store_of(data)
    finish(store, begin(store, "PF1A2B3C"))
    status, _, errors = headless(b"PF1A2B3C\n", "--slot", f"1={bundle}")
    assert status == 0, errors
    record = store.recent(1)[0]
    assert (record.status.value, record.verdict) == ("aborted", None)


def test_a_badge_signs_in_from_a_script_and_is_in_no_event(data: Path, bundle: Path) -> None:
    Paths.prepare(data)
    badge = new_badge(os.urandom)
    PeopleBook(store_of(data)).enrol("Kofi", "technician", badge, "boss")
    scans = f"PF1A2B3C\n{badge}\nPF1A2B3C\nIS1:SCREEN-4:{command_key(store_of(data))}\nPF1A2B3C\n".encode()
    status, events, errors = headless(scans, "--slot", f"1={bundle}")
    assert status == 0, errors
    answers = [event for event in events if event["type"] == "scan" and event["scanner"] == "stdin"]
    assert [answer["outcome"] for answer in answers[:4]] == ["refused", "accepted", "accepted", "accepted"]
    assert answers[4]["slot"] == 0  # looked up in the history, and tested no second time
    pages = [event["page"] for event in events if event["type"] == "page"]
    assert pages[0]["type"] == "history"
    assert badge[-16:-4] not in json.dumps(events)
    assert [record.operator for record in store_of(data).recent(9)] == ["Kofi"]
