"""The processes and lines of a virtual laptop: they end with whoever started them, and carry every byte."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import serial

from hardware.simulated.line import CLEAN
from hardware.simulated.qemu import keeper, relay
from hardware.simulated.qemu.errors import LaptopDied, LaptopRefused, QmpError
from hardware.simulated.qemu.firmware import Firmware
from hardware.simulated.qemu.images import boot_from
from hardware.simulated.qemu.laptop import VirtualLaptop
from hardware.simulated.qemu.links import Meter, SerialLine, network_line
from hardware.simulated.qemu.machine import DirectBoot, PxeBoot, StickBoot
from hardware.simulated.qemu.models import model_named
from hardware.simulated.qemu.qmp import Qmp
from hardware.simulated.qemu.spec import laptop_spec

needs_qemu = pytest.mark.skipif(
    any(shutil.which(name) is None for name in ("qemu-system-x86_64", "iasl", "swtpm")),
    reason="QEMU, iasl or swtpm is not installed (docs/simulated-laptops.md)",
)


def until(what: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture
def short(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder whose path leaves room for the name of a socket."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="line-") as folder:
        yield Path(folder)


@pytest.fixture
def listener(short: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(short / "line.sock"))
        made.listen(1)
        made.settimeout(30)
        yield made


# ---- the keeper -----------------------------------------------------------------------------------------


def keep(folder: Path, helpers: list[dict[str, object]], main: list[str]) -> subprocess.Popen[bytes]:
    (folder / "processes.json").write_text(json.dumps({"helpers": helpers, "main": main}))
    return subprocess.Popen(
        [sys.executable, "-I", "-S", keeper.__file__, str(folder)], stdin=subprocess.PIPE, start_new_session=True
    )


def test_what_is_kept_ends_when_its_starter_is_gone(tmp_path: Path) -> None:
    pids, folder = tmp_path / "pids", tmp_path / "laptop"
    folder.mkdir()
    kept = keep(folder, [], ["sh", "-c", f"sleep 1000 & echo $! $$ >{pids}; wait"])
    until(lambda: pids.exists() and len(pids.read_text().split()) == 2)
    assert kept.stdin is not None
    # The kernel closes it when the starter dies, however it dies.
    kept.stdin.close()
    assert kept.wait(30) == -signal.SIGKILL
    until(lambda: not any(alive(int(pid)) for pid in pids.read_text().split()))
    assert not folder.exists()


def test_a_helper_is_there_before_the_main_process_and_ends_with_it(tmp_path: Path) -> None:
    ready, pid = tmp_path / "ready", tmp_path / "pid"
    helper = ["sh", "-c", f"echo $$ >{pid}; sleep 0.2; : >{ready}; exec sleep 1000"]
    kept = keep(tmp_path, [{"command": helper, "ready": str(ready)}], ["sh", "-c", f"test -e {ready} && exit 7"])
    assert kept.wait(30) == 7
    until(lambda: not alive(int(pid.read_text())))


@pytest.mark.parametrize(
    ("helpers", "main", "status"),
    [([], ["no-such-program"], 127), ([{"command": ["false"], "ready": "/nowhere"}], ["true"], 126)],
)
def test_what_cannot_be_started_is_written_down(
    helpers: list[dict[str, object]], main: list[str], status: int, tmp_path: Path
) -> None:
    assert keep(tmp_path, helpers, main).wait(30) == status
    assert (tmp_path / "said.txt").read_text().strip()


# ---- lines ----------------------------------------------------------------------------------------------


def test_a_serial_line_carries_every_byte_both_ways(short: Path, listener: socket.socket) -> None:
    meter = Meter()
    line = SerialLine(short, short / "port", meter, baud=10**7, faults=CLEAN, seed=0)
    laptop, _ = listener.accept()
    every = bytes(range(256)) * 100
    with laptop, serial.Serial(str(short / "port"), timeout=30) as port:
        laptop.sendall(every)
        assert port.read(len(every)) == every
        port.write(every[:2000])
        got = b""
        while len(got) < 2000:
            got += laptop.recv(4096)
        assert got == every[:2000]
    line.close()
    assert not (short / "port").exists()
    assert (meter.from_laptop, meter.to_laptop) == (len(every), 2000)


def test_a_network_line_dials_the_bench_for_each_connection(short: Path) -> None:
    with socket.socket() as bench:
        bench.bind(("127.0.0.1", 0))
        bench.listen(4)
        bench.settimeout(30)
        meter = Meter()
        line = network_line(short, bench.getsockname(), meter)
        for text in (b"first", b"second"):
            laptop = subprocess.Popen(
                [sys.executable, "-I", "-S", relay.__file__, str(short / "bench.sock")],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
            assert laptop.stdin is not None
            assert laptop.stdout is not None
            laptop.stdin.write(text)
            laptop.stdin.flush()
            there, _ = bench.accept()
            with there:
                there.settimeout(30)
                assert there.recv(100) == text
                there.sendall(b"answer")
            assert laptop.stdout.read() == b"answer"
            assert laptop.wait(30) == 0
            laptop.stdin.close()
        line.close()
        assert (meter.from_laptop, meter.to_laptop) == (11, 12)


def test_a_bench_that_is_not_there_hangs_up(short: Path) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        line = network_line(short, nobody.getsockname(), Meter())
        with socket.socket(socket.AF_UNIX) as laptop:
            laptop.settimeout(30)
            laptop.connect(str(short / "bench.sock"))
            assert laptop.recv(10) == b""
        line.close()


def test_the_power_fails_once_and_only_after_the_bench_has_answered() -> None:
    failures: list[int] = []
    meter = Meter(100, lambda: failures.append(1))
    meter.laptop_said(5000)
    assert not failures
    meter.bench_said(1)
    meter.laptop_said(99)
    assert not failures
    meter.laptop_said(1)
    meter.laptop_said(500)
    assert failures == [1]


# ---- the monitor ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (b'{"error": {"class": "GenericError", "desc": "no such device"}}\n', "no such device"),
        (b"not JSON at all\n", "not JSON"),
        (b"", "ended before"),
    ],
)
def test_an_answer_of_the_monitor_that_is_none_is_told(
    answer: bytes, says: str, short: Path, listener: socket.socket
) -> None:
    import threading

    def serve() -> None:
        there, _ = listener.accept()
        with there, there.makefile("rb") as lines:
            there.sendall(b'{"QMP": {}}\n')
            lines.readline()
            there.sendall(b'{"event": "RESUME"}\n{"return": {}}\n')
            lines.readline()
            there.sendall(answer)

    threading.Thread(target=serve, daemon=True).start()
    monitor = Qmp(short / "line.sock")
    with pytest.raises(QmpError, match=says):
        monitor.execute("query-status")
    monitor.close()


# ---- the laptop -----------------------------------------------------------------------------------------


@needs_qemu
def test_a_laptop_that_cannot_start_says_what_qemu_said_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "kernel").write_bytes(b"no kernel")
    (tmp_path / "initrd").write_bytes(b"")
    laptop = VirtualLaptop(
        laptop_spec(model_named("hp-255"), seed="1"),
        DirectBoot(tmp_path / "nothing", tmp_path / "initrd", ("quiet",)),
        "serial",
    )
    with pytest.raises(LaptopDied, match="nothing"):
        laptop.__enter__()
    assert not laptop.port.parent.exists()


@needs_qemu
def test_a_laptop_that_is_stopped_leaves_no_process_and_no_file(tmp_path: Path) -> None:
    # It finds nothing to start from, and waits.
    (tmp_path / "initrd").write_bytes(b"")
    spec = laptop_spec(model_named("geobook-1e"), seed="1")
    with VirtualLaptop(spec, PxeBoot(tmp_path, "nothing", Firmware.BIOS), "serial") as laptop:
        folder = laptop.port.parent
        assert laptop.running
        assert laptop.port.is_symlink()
        processes = [
            pid
            for pid in map(int, filter(str.isdecimal, os.listdir("/proc")))
            if alive(pid) and str(folder).encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
        ]
        assert len(processes) >= 3  # the keeper, swtpm and QEMU
    until(lambda: not any(alive(pid) for pid in processes))
    assert not folder.exists()


def test_what_is_not_installed_is_named_with_its_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    laptop = VirtualLaptop(
        laptop_spec(model_named("hp-255"), seed="1"), StickBoot(tmp_path / "stick", Firmware.BIOS), "serial"
    )
    with pytest.raises(LaptopRefused, match="qemu-system-x86"):
        laptop.__enter__()


def test_a_folder_without_a_stick_for_virtual_laptops_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LaptopRefused, match="--image"):
        boot_from(tmp_path, "secure", "serial")
