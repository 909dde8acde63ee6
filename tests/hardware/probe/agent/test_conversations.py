"""The agent as a process of its own, against a bench over a real socket and at the end of a pseudo terminal."""

import contextlib
import os
import random
import re
import shutil
import signal
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hardware.probe import NAME, VERSION
from hardware.probe.agent.ask import Commands
from hardware.probe.agent.asks import Asks
from hardware.probe.agent.carrier import Lost
from hardware.probe.agent.frames import Frame
from hardware.probe.agent.hold import Hold
from hardware.probe.agent.messages import Show, Welcome
from hardware.probe.agent.reaching import Reaching
from hardware.probe.agent.session import Session
from hardware.probe.agent.status import Status
from hardware.probe.wire.deflate import Packer
from tests.hardware.probe import laptop_tree
from tests.hardware.probe.agent.fake_bench import (
    Conversation,
    Ended,
    NetworkBench,
    Pair,
    SerialBench,
    authority,
    issue,
    write_keys,
)
from tests.hardware.probe.test_this_machine import OLD_PYTHONS, PROBE

Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def start(tmp_path: Path, laptop: Path) -> Iterator[Start]:
    """Starts an agent for the made-up laptop."""
    running: list[subprocess.Popen[bytes]] = []

    def begin(*options: str, python: str = sys.executable, probe: Path = PROBE) -> subprocess.Popen[bytes]:
        command = [python, "-I", "-S", "-B", str(probe), "--agent", "--root", str(laptop), *options]
        process = subprocess.Popen(command, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
        running.append(process)
        return process

    yield begin
    for process in running:
        process.kill()
        process.wait()
        assert process.stderr is not None
        process.stderr.close()


@pytest.fixture(scope="session")
def ours() -> Pair:
    return authority()


@pytest.fixture
def network(tmp_path: Path, ours: Pair) -> Iterator[NetworkBench]:
    bench = NetworkBench(tmp_path / "bench", issue(ours, "bench", server=True), ours)
    yield bench
    bench.close()


@pytest.fixture
def keys(tmp_path: Path, ours: Pair) -> Path:
    return write_keys(tmp_path / "keys", ours, issue(ours, "stick", server=False))


@pytest.fixture
def dial(start: Start, network: NetworkBench, keys: Path) -> Callable[..., subprocess.Popen[bytes]]:
    """Starts an agent that dials the bench."""
    return lambda *more, **how: start("--keys", str(keys), "--reach", f"net:127.0.0.1:{network.port}", *more, **how)


@pytest.fixture
def line() -> Iterator[SerialBench]:
    bench = SerialBench()
    yield bench
    bench.close()


def says(process: subprocess.Popen[bytes], words: str) -> str:
    """Waits until the agent says it on stderr."""
    assert process.stderr is not None
    heard = ""
    for text in process.stderr:
        heard += text.decode()
        if words in heard:
            return heard
    raise AssertionError(heard)


def collect(conversation: Conversation, ask: int = 1) -> list[Frame]:
    conversation.say("ask", ask=ask, what="collect", fast=True)
    return conversation.answer(ask)


def ids(frames: list[Frame]) -> list[str]:
    return [frame.header["id"] for frame in frames if frame.header["frame"] == "item"]


# ---- both carriers ---------------------------------------------------------------------------------------------


def test_over_the_network_a_laptop_says_who_it_is_and_gives_its_evidence(dial, network):
    dial("--slot", "3", "--stick", "abcdefghijkl")
    bench = network.accept()
    hello = bench.welcome()
    boot = hello.pop("boot")
    assert re.fullmatch("[0-9a-f]{32}", boot)
    assert hello == {
        "frame": "hello",
        "protocol": 1,
        "agent": {"name": NAME, "version": VERSION},
        "slot": 3,
        "stick": "abcdefghijkl",
        "narrow": False,
    }
    frames = collect(bench)
    assert ids(frames) == frames[0].header["expected"]
    assert frames[-1].header["items"] == len(ids(frames))
    assert [frame.header["n"] for frame in frames] == list(range(len(frames)))


def test_over_a_serial_line_with_noise_on_it_the_same(start, line):
    line.noise(b"\r\nGNU GRUB  version 2.06\x1b[2J\x00\x01\xff" * 20)
    start("--reach", f"serial:{line.device}")
    bench = line.accept()
    assert bench.welcome()["narrow"] is True
    frames = collect(bench)
    assert ids(frames) == frames[0].header["expected"]
    line.noise(bytes(range(256)))
    assert ids(collect(bench, 2)) == ids(frames)


def test_a_ping_is_answered_while_work_runs(dial, network):
    dial()
    bench = network.accept()
    bench.welcome()
    bench.say("ask", ask=1, what="exercise", name="memory", arguments={}, seconds=60.0)
    bench.say("ping", number=5)
    heard = [bench.hear().header["frame"]]
    while heard[-1] != "pong":
        heard.append(bench.hear().header["frame"])
    assert "end" not in heard


def test_an_exercise_gives_its_item(dial, network):
    dial()
    bench = network.accept()
    bench.welcome()
    bench.say("ask", ask=1, what="exercise", name="nothing-such", arguments={}, seconds=20.0)
    *_, item, end = bench.answer(1)
    assert item.header["id"] == "exercise-nothing-such"
    assert item.header["error"]
    assert end.header["items"] == 1


def test_what_runs_from_the_boot_stick_is_not_the_laptops_own_system(dial, network):
    dial("--boot-stick")
    bench = network.accept()
    bench.welcome()
    (item,) = [frame for frame in collect(bench) if frame.header.get("id") == "os"]
    assert item.header["error"] == "not the laptop's own system: it runs the boot stick"
    assert item.body == b""


@pytest.mark.parametrize("python", OLD_PYTHONS)
def test_every_old_python_that_is_here_runs_it(dial, network, python):
    dial(python=python)
    bench = network.accept()
    bench.welcome()
    assert len(ids(collect(bench))) > 20


def test_the_folder_alone_runs(dial, network, tmp_path):
    copy = tmp_path / "a copy"
    shutil.copytree(PROBE, copy, ignore=shutil.ignore_patterns("__pycache__", "windows"))
    dial(probe=copy)
    bench = network.accept()
    bench.welcome()
    assert len(ids(collect(bench))) > 20
    assert not list(copy.rglob("__pycache__"))


def test_the_kernel_line_is_enough(start, network, keys, laptop):
    line = f"quiet intake.bench=127.0.0.1:{network.port} intake.slot=12 intake.stick=abc intake.serial=ttyS0"
    (laptop / "proc/cmdline").write_text(line + "\n")
    start("--kernel-line", "--keys", str(keys))
    hello = network.accept().welcome()
    assert (hello["slot"], hello["stick"]) == (12, "abc")


@pytest.mark.parametrize(
    "options",
    [[], ["--reach", "usb:auto"], ["--reach", "net:auto", "--slot", "x"], ["--reach", "net:a:1", "--reach", "net:b:1"]],
)
def test_wrong_usage_is_status_2(start, options):
    process = start(*options)
    assert process.wait(60) == 2


# ---- lost lines ------------------------------------------------------------------------------------------------


def hear_some(bench: Conversation, heard: list[Frame], most: int) -> bool:
    """Adds frames of ask 1; True once its end has come."""
    while most > 0:
        frame = bench.hear()
        if frame.header.get("ask") == 1:
            heard.append(frame)
            most -= 1
            if frame.header["frame"] == "end":
                return True
    return False


def resume(bench: Conversation, heard: list[Frame]) -> None:
    bench.welcome(fresh=False)
    bench.say("ask", ask=1, what="collect", fast=True)
    bench.say("resume", ask=1, n=len(heard))


def check_whole(heard: list[Frame]) -> None:
    assert [frame.header["n"] for frame in heard] == list(range(len(heard)))
    assert ids(heard) == heard[0].header["expected"]


@pytest.mark.parametrize("seed", range(4))
def test_a_line_cut_at_any_frames_gives_the_same_frames_once_and_in_order(dial, network, seed):
    chance = random.Random(seed)
    dial()
    heard: list[Frame] = []
    bench = network.accept()
    boot = bench.welcome()["boot"]
    bench.say("ask", ask=1, what="collect", fast=True)
    over = hear_some(bench, heard, chance.randint(0, 20))
    while not over:
        network.cut()
        bench = network.accept()
        resume(bench, heard)
        over = hear_some(bench, heard, chance.randint(1, 20))
    check_whole(heard)
    network.cut()
    assert network.accept().welcome(fresh=False)["boot"] == boot


def test_a_bench_that_starts_anew_on_a_serial_line_goes_on_where_it_was(start, line):
    start("--reach", f"serial:{line.device}")
    heard: list[Frame] = []
    bench = line.accept()
    bench.welcome()
    bench.say("ask", ask=1, what="collect", fast=True)
    assert not hear_some(bench, heard, 5)
    line.start_anew()
    bench = line.accept()
    resume(bench, heard)
    assert hear_some(bench, heard, 1000)
    check_whole(heard)


def test_a_fresh_welcome_forgets_every_ask(dial, network):
    dial()
    first = collect_once(network)
    network.cut()
    bench = network.accept()
    bench.welcome(fresh=True)
    # The number is free again, and the answer is another capture.
    again = collect(bench)
    assert again[0].header["bundle_id"] != first[0].header["bundle_id"]


def collect_once(network: NetworkBench) -> list[Frame]:
    bench = network.accept()
    bench.welcome()
    return collect(bench)


def test_while_one_bench_has_the_laptop_no_other_way_is_tried(start, network, keys, line):
    process = start(
        *("--keys", str(keys), "--reach", f"net:127.0.0.1:{network.port}", "--reach", f"serial:{line.device}"),
    )
    bench = network.accept()
    bench.welcome()
    says(process, "the bench has the laptop by another way")
    assert len(ids(collect(bench))) > 20
    network.cut()
    network.close()
    serial = line.accept()
    assert serial.welcome(fresh=False)["narrow"] is True
    assert len(ids(collect(serial, 2))) > 20


def test_a_serial_line_neither_takes_a_laptop_from_the_network_nor_writes_on_its_screen():
    status, hold, asks = Status(0), Hold(), Asks(Commands(("none",)))
    network = object()
    assert hold.take(network)
    status.welcomed(Welcome("Goods-in 2", 3, True))
    page = Show("BUSY", (), "busy")
    status.show(page)
    packer = Packer()
    for words in (
        {"frame": "show", "headline": "PASS", "lines": [], "tone": "pass"},
        {"frame": "welcome", "protocol": 1, "bench": "liar", "slot": 1, "fresh": True},
    ):
        with pytest.raises(Lost):
            Session(Saying(packer.pack(Frame(words).encode())), {"frame": "hello"}, asks, hold, status).run()
        assert hold.held_by(network)
        assert (status.view().bench, status.view().page) == ("Goods-in 2", page)


class Saying:
    """A line on which a bench has said this."""

    narrow = True

    def __init__(self, data: bytes) -> None:
        self._data = data

    def reached(self) -> bool:
        return True

    def room(self) -> int:
        return 0

    def send(self, data: bytes) -> None:
        raise AssertionError(data)

    def turn(self, _seconds: float, _wake: int) -> bytes:
        data, self._data = self._data, b""
        return data

    def close(self) -> None:
        pass


def test_a_laptop_whose_bench_comes_back_never_waits_long_to_dial_it():
    pauses: list[float] = []

    def wait(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 40:
            raise Over

    def connect() -> Saying:
        raise Lost("no bench")

    reaching = Reaching(Asks(Commands(("none",))), Status(0), 0, "")
    with pytest.raises(Over):
        reaching._keep("network", "looking", connect, wait, for_ever=True)
    assert max(pauses) <= 1.25
    assert len(set(pauses)) > 10, "many laptops do not dial at once"


class Over(Exception):
    """The test has seen enough."""


def test_a_refused_laptop_says_why_and_comes_again(dial, network):
    process = dial()
    bench = network.accept()
    assert bench.hear().header["frame"] == "hello"
    bench.say("refused", sentence="slot 3 is taken; choose another", again_s=0.5)
    network.cut()
    says(process, "slot 3 is taken; choose another")
    network.accept().welcome()
    says(process, "Bench: Goods-in 2")


@pytest.mark.parametrize(
    "words",
    [
        {"kind": "welcome", "protocol": 2, "bench": "b", "slot": 1, "fresh": True},
        {"kind": "ask", "ask": 1, "what": "collect", "fast": True},
        {"kind": "show", "headline": "PASS", "lines": ["Put it into the carton."], "tone": "pass"},
        {"kind": "format", "disk": "sda"},
    ],
)
def test_a_bench_that_says_what_it_must_not_is_left_and_tried_again(dial, network, words):
    dial()
    bench = network.accept()
    assert bench.hear().header["frame"] == "hello"
    bench.say(**words)
    with pytest.raises(Ended):
        bench.hear()
    network.accept().welcome()


# ---- who is the bench ------------------------------------------------------------------------------------------


def refused_by_the_agent(network: NetworkBench) -> None:
    """The agent ends the handshake, or the conversation before its first word."""
    with contextlib.suppress(ssl.SSLError, OSError, Ended):
        frame = network.accept().hear()
        raise AssertionError(frame)


def test_somebody_of_another_authority_is_not_the_bench(start, tmp_path, ours, keys):
    other = authority()
    liar = NetworkBench(tmp_path / "liar", issue(other, "bench", server=True), ours)
    process = start("--keys", str(keys), "--reach", f"net:127.0.0.1:{liar.port}")
    refused_by_the_agent(liar)
    says(process, "127.0.0.1 is not the bench of this stick")
    liar.close()


def test_a_stick_is_not_the_bench(start, tmp_path, ours, keys):
    liar = NetworkBench(tmp_path / "liar", issue(ours, "other stick", server=False), ours)
    process = start("--keys", str(keys), "--reach", f"net:127.0.0.1:{liar.port}")
    refused_by_the_agent(liar)
    says(process, "is not the bench of this stick (unsuitable certificate purpose)")
    liar.close()


@pytest.mark.parametrize("begins", [datetime(1990, 1, 1, tzinfo=UTC), datetime(2090, 1, 1, tzinfo=UTC)])
def test_a_clock_that_is_decades_wrong_does_not_matter(start, tmp_path, ours, keys, begins):
    """To the laptop's clock the bench's certificate is over, or begins in decades."""
    bench = NetworkBench(tmp_path / "bench", issue(ours, "bench", server=True, begins=begins), ours)
    start("--keys", str(keys), "--reach", f"net:127.0.0.1:{bench.port}")
    assert bench.accept().welcome()["frame"] == "hello"
    bench.close()


def test_without_keys_it_says_so_and_goes_on_with_the_serial_line(start, line, tmp_path):
    process = start("--keys", str(tmp_path), "--reach", "net:127.0.0.1:9", "--reach", f"serial:{line.device}")
    says(process, "this boot stick has no keys for the network; make a new one on the bench")
    line.accept().welcome()


# ---- stopping --------------------------------------------------------------------------------------------------


def test_an_ended_agent_leaves_no_process(dial, network, tmp_path):
    note = tmp_path / "pid"
    script = f"echo $$ > {note}.new; mv {note}.new {note}; sleep 300"
    process = dial("--tools", str(laptop_tree.tool(tmp_path / "tools", "smartctl", script)))
    bench = network.accept()
    bench.welcome()
    bench.say("ask", ask=1, what="collect", fast=False)
    heard: list[Any] = []
    reader = threading.Thread(target=lambda: _until_ended(bench, heard))
    reader.start()
    end = time.monotonic() + 60
    while not note.exists():
        assert time.monotonic() < end
        time.sleep(0.02)
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 128 + signal.SIGTERM
    reader.join()
    assert not laptop_tree.alive(int(note.read_text()))


def _until_ended(bench: Conversation, heard: list[Any]) -> None:
    with contextlib.suppress(Ended):
        while True:
            heard.append(bench.hear())


def test_a_stop_ends_the_capture_and_its_tools(dial, network, tmp_path):
    note = tmp_path / "pid"
    script = f"echo $$ > {note}.new; mv {note}.new {note}; sleep 300"
    dial("--tools", str(laptop_tree.tool(tmp_path / "tools", "smartctl", script)))
    bench = network.accept()
    bench.welcome()
    bench.say("ask", ask=1, what="collect", fast=False)
    end = time.monotonic() + 60
    while not note.exists():
        assert time.monotonic() < end
        time.sleep(0.02)
    bench.say("stop", ask=1)
    assert bench.answer(1)[-1].header["frame"] == "failed"
    while laptop_tree.alive(int(note.read_text())):
        assert time.monotonic() < end
        time.sleep(0.02)
    bench.say("ask", ask=2, what="collect", fast=True)
    assert len(ids(bench.answer(2))) > 20
    assert os.path.exists(note)
