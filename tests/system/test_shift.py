"""One shift at the bench, as people work it: a real terminal (tmux), keys, a wedge scanner's typing, printed badges.

What a person does is sent as keys; what a person reads is waited for on the screen. Nothing else is looked at until the
shift is over: then the store must hold every laptop exactly as it was told.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

import cv2
import pytest
import zxingcpp

from checks.verdict import Verdict
from station.bench.command_codes import CommandCode, Verb, command_key, command_text
from station.paths import Paths
from station.records import AttemptKind, AttemptStatus
from station.store.bench_store import BenchStore
from station.store.hold_book import HoldBook

pytestmark = [pytest.mark.system, pytest.mark.slow, pytest.mark.timeout(600)]

STATION: Final = [sys.executable, "-P", "-m", "station"]
PATIENCE_S: Final = 60.0

PROFILE: Final = """
id = "one-shift"
title = "One shift"
version = "2021-10-18"
effective_from = 2021-10-18
[require."memory.installed"]
at_least = "4 GB"
severity = "blocker"
source = "the department's specification, 18 Oct 2021"
standing = "published"
[require."identity.serial"]
matches = "[A-Z0-9]+"
severity = "major"
source = "the makers' grammars"
standing = "secondary"
[attest."case.whole"]
claim = "the case is whole"
by = "technician"
severity = "major"
look = "Turn the laptop over: the case must be whole."
source = "new stock"
standing = "inferred"
"""

DMI: Final = """# dmidecode 3.3
Getting SMBIOS data from sysfs.
SMBIOS 3.2.0 present.

Handle 0x0001, DMI type 1, 27 bytes
System Information
\tManufacturer: LENOVO
\tProduct Name: 20X2
\tVersion: ThinkPad 11e
\tSerial Number: {serial}
\tUUID: 4c4c4544-0043-3010-8052-b4c04f564631
\tWake-up Type: Power Switch
\tSKU Number: LENOVO_MT_20X2
\tFamily: ThinkPad 11e

Handle 0x0003, DMI type 3, 22 bytes
Chassis Information
\tManufacturer: LENOVO
\tType: Notebook
\tSerial Number: {serial}

Handle 0x0010, DMI type 16, 23 bytes
Physical Memory Array
\tLocation: System Board Or Motherboard
\tUse: System Memory
\tMaximum Capacity: 16 GB
\tNumber Of Devices: 1

Handle 0x0011, DMI type 17, 92 bytes
Memory Device
\tArray Handle: 0x0010
\tTotal Width: 64 bits
\tData Width: 64 bits
\tSize: {gigabytes} GB
\tForm Factor: SODIMM
\tLocator: ChannelA-DIMM0
\tType: DDR4
\tSpeed: 2667 MT/s
\tManufacturer: Samsung
\tSerial Number: 12345678
"""


class Terminal:
    """The bench's terminal, with a wedge scanner at its keyboard."""

    def __init__(self, folder: Path) -> None:
        self._server = f"shift-{os.getpid()}"
        self._folder = folder
        command = f"'{sys.executable}' -P -m station; echo ended with $?; sleep 60"
        root = str(Path(__file__).parents[2])
        self._tmux("-f", os.devnull, "new-session", "-d", "-x", "80", "-y", "24", "-c", root, command)

    def scan(self, text: str, *sees: str) -> str:
        """A scanner types a code and Enter."""
        self._tmux("send-keys", "-l", text, ";", "send-keys", "Enter")
        return self.sees(*sees) if sees else ""

    def press(self, key: str, *sees: str) -> str:
        """A finger presses a key, after its owner has looked."""
        time.sleep(0.8)
        self._tmux("send-keys", key)
        return self.sees(*sees) if sees else ""

    def sees(self, *parts: str) -> str:
        """The page once all of this stands on it, on however many rows."""
        end = time.monotonic() + PATIENCE_S
        while True:
            page = self.page()
            if all(part in " ".join(page.split()) for part in parts):
                return page
            assert time.monotonic() < end, f"{parts} did not come:\n{page}\n{self._engine()}"
            time.sleep(0.05)

    def _engine(self) -> str:
        """What its processes are, and what its log says."""
        log = self._folder / "data" / "logs" / "engine.log"
        processes = subprocess.run(
            ["ps", "-eo", "pid,ppid,stat,wchan:20,args"], capture_output=True, text=True, check=False
        )
        ours = [line for line in processes.stdout.splitlines() if str(self._folder) in line or "station" in line]
        return "\n".join([*ours, log.read_text()[-2000:] if log.exists() else "no log"])

    def page(self) -> str:
        return self._tmux("capture-pane", "-p")

    def resize(self, width: int, height: int) -> None:
        self._tmux("resize-window", "-x", str(width), "-y", str(height))

    def close(self) -> None:
        self._tmux("kill-server")

    def _tmux(self, *arguments: str) -> str:
        done = subprocess.run(
            ["tmux", "-L", self._server, *arguments], capture_output=True, text=True, timeout=30, check=True
        )
        return done.stdout


class Shift:
    """The bench of one shift: its data, its laptops, its people's badges, its command sheet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = Paths.prepare(folder / "data")
        self.profile = folder / "one-shift.toml"
        self.profile.write_text(PROFILE)
        self.paper = folder / "paper"
        self.paper.mkdir()
        with self.store() as store:
            self._key = command_key(store)

    def store(self) -> closing[BenchStore]:
        return closing(BenchStore(self.data.store))

    def laptop(self, serial: str, gigabytes: int = 4) -> Path:
        """A laptop whose firmware says that serial, as recorded evidence."""
        place = self.folder / serial
        place.mkdir()
        (place / "dmidecode.txt").write_text(DMI.format(serial=serial, gigabytes=gigabytes))
        return place

    def command(self, verb: Verb, number: int = 0) -> str:
        """What a barcode of the command sheet holds."""
        return command_text(CommandCode(verb, number), self._key)

    def station(self, *arguments: str) -> str:
        """A supervisor's command in another terminal."""
        done = subprocess.run(
            [*STATION, *arguments], input="", capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    def badge(self, name: str, role: str) -> str:
        """Takes somebody on, and reads the printed badge as a scanner would."""
        path = self.folder / f"{name}.png"
        self.station("operator", "add", name, "--role", role, "--by", "the manager", "-o", str(path))
        [code] = zxingcpp.read_barcodes(cv2.imread(str(path)))
        return code.text

    def put(self, slot: int, laptop: Path) -> None:
        """Somebody puts a laptop in a slot."""
        self.station("bench", "--headless", "--slot", f"{slot}={laptop}")

    def engine(self) -> int:
        """The engine's process."""
        for place in Path("/proc").iterdir():
            try:
                words = (place / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if b"station.bench" in words and str(self.data.data).encode() in words:
                return int(place.name)
        raise AssertionError("no engine runs")


@pytest.fixture
def shift(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shift]:
    monkeypatch.setenv("STATION_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("STATION_CENTRAL_PORT", "0")
    monkeypatch.setenv("STATION_AGENTS", "127.0.0.1:0")
    monkeypatch.setenv("STATION_SOUND", "off")
    yield Shift(tmp_path)
    subprocess.run([*STATION, "bench", "--stop"], check=False, capture_output=True, timeout=60)


@pytest.fixture
def bench(shift: Shift) -> Iterator[Terminal]:
    terminal = Terminal(shift.folder)
    yield terminal
    terminal.close()


WHOLE: Final = "Turn the laptop over"


def test_a_whole_shift(shift: Shift, bench: Terminal) -> None:
    good, bad = shift.laptop("PF0G00D1"), shift.laptop("PF0BAD01", 2)
    first, second, third = shift.laptop("PF3K0A1"), shift.laptop("PF3K0A2"), shift.laptop("PF3K0A3", 2)

    # Monday: the bench is set up, and nobody has to sign in yet.
    bench.sees("SCAN A LAPTOP", "today 0")
    shift.station("bench", "--headless", "--slot", f"1={good}", "--slot", f"2={bad}", "--printer", f"png:{shift.paper}")
    shift.station("bench", "--headless", "--profile", str(shift.profile))
    bench.sees("says PF0G00D1", "says PF0BAD01")
    bench.scan("PF0G00D1", "PF0G00D1: slot 1 started", WHOLE)
    bench.press("F5", "Meets the profile")
    bench.scan("PF0BAD01", "PF0BAD01: slot 2 started", WHOLE)
    bench.press("F5", "Does not meet the profile")
    shift.station("golden", "add", "PF0G00D1", "--kind", "good", "--by", "the manager")
    shift.station("golden", "add", "PF0BAD01", "--kind", "bad", "--by", "the manager")
    anna, ben = shift.badge("Anna", "technician"), shift.badge("Ben", "supervisor")

    # Nobody is signed in: nothing is taken in, and the sentence says what to do.
    bench.sees("SCAN YOUR BADGE")
    bench.scan("PF0G00D1", "Nobody is signed in. Scan your badge first")
    assert anna not in bench.scan(anna, "Anna is signed in")

    # The golden laptops open slot 1; no laptop of a delivery is tested before.
    shift.put(2, first)
    bench.sees("Slot 2: scan the golden laptop", "says PF3K0A1")
    bench.scan("PF3K0A1", "✖ PF3K0A1", "scan the golden laptop")
    bench.scan("PF0G00D1", "PF0G00D1: slot 1 started", WHOLE)
    bench.press("F5", "as expected")
    shift.put(1, bad)
    bench.scan("PF0BAD01", "PF0BAD01: slot 1 started", WHOLE)
    bench.press("F5", "as expected")

    # Slot 2 is opened by two people, until the end of the shift.
    bench.scan(shift.command(Verb.SLOT, 2), "Slot 2")
    bench.press("F12", "SCAN A BADGE", "second person")
    bench.scan(anna, "Another person's badge is needed")
    bench.scan(ben, "until")
    bench.scan("PF3K0A1", "PF3K0A1: slot 2 started", WHOLE)
    bench.press("F5", "Meets the profile")

    # A laptop that fails, with what the technician saw.
    shift.put(1, third)
    bench.scan("PF3K0A3", "PF3K0A3: slot 1 started", WHOLE)
    bench.press("F7", "choose what is wrong")
    bench.press("1", "Does not meet the profile")

    # The label of another laptop: this slot stops, the others do not, and one key settles it.
    shift.put(2, second)
    bench.sees("says PF3K0A2")
    bench.scan(shift.command(Verb.SLOT, 2), "Slot 2")
    bench.scan("PF9Z9Z9Z", "STOP", "PF9Z9Z9Z", "PF3K0A2", "F4 HOLD")
    bench.press("F4", "PF9Z9Z9Z and PF3K0A2 are on hold")

    # A retest asks why.
    bench.scan("PF3K0A3", "PF3K0A3: slot 1 started", "It was tested here", "FAIL")
    bench.press("1", WHOLE)

    # The power fails in the middle of it; one key goes on.
    os.kill(shift.engine(), signal.SIGKILL)
    bench.sees("STOP", "F12 GO", "PF3K0A3")
    bench.press("F12", "PF3K0A3: slot 1 goes on", WHOLE)
    bench.press("F5", "Does not meet the profile")

    # A delivery at the door.
    listed = shift.folder / "delivery.csv"
    listed.write_text("carton,serial\n003401230000000014,PF3K0A1\n003401230000000021,PF3K0A2\n")
    shift.station("delivery", "expect", str(listed), "--reference", "D-1042", "--supplier", "Acme", "--by", "Ben")
    bench.press("F11", "RECEIVE", "HISTORY")
    bench.press("3", "SCAN A DELIVERY NOTE")
    bench.scan("D-1042", "D-1042", "Acme")
    bench.scan("003401230000000014", "003401230000000014", "received")
    bench.press("F9", "F12")
    bench.press("F12", "closed")

    # Ben releases the laptop that was put aside, after a look at its history.
    bench.scan(shift.command(Verb.SCREEN, 4), "SCAN OR TYPE A SERIAL")
    bench.scan("PF3K0A3", "PF3K0A3: 3 tests here")
    bench.press("1", "Memory")
    bench.press("Escape", "SCAN THE NEXT LAPTOP")
    bench.scan(ben, "Ben is signed in")
    bench.resize(160, 50)
    bench.press("F11", "SUPERVISOR")
    bench.press("5", "PF9Z9Z9Z", "PF3K0A2")
    bench.press("1", "Why is PF9Z9Z9Z released?")
    bench.press("1", "released")
    bench.press("F11", "BENCH HEALTH")
    bench.press("6", "Disk space", "Clock")
    bench.press("F1", "What the bench needs to be trusted")
    bench.press("F1")
    bench.press("F11", "SIGN OFF")
    bench.press("7", "Ben is signed off")
    bench.press("Escape", "SCAN YOUR BADGE")
    bench.press("F10", "ended with 0")

    with shift.store() as store:
        records = list(reversed(store.recent(50)))
        assert [(one.scan.serial, one.slot, one.status, one.verdict) for one in records] == [
            ("PF0G00D1", 1, AttemptStatus.COMPLETED, Verdict.PASS),
            ("PF0BAD01", 2, AttemptStatus.COMPLETED, Verdict.FAIL),
            ("PF0G00D1", 1, AttemptStatus.COMPLETED, Verdict.PASS),
            ("PF0BAD01", 1, AttemptStatus.COMPLETED, Verdict.FAIL),
            ("PF3K0A1", 2, AttemptStatus.COMPLETED, Verdict.PASS),
            ("PF3K0A3", 1, AttemptStatus.COMPLETED, Verdict.FAIL),
            ("PF9Z9Z9Z", 2, AttemptStatus.ABORTED, None),
            ("PF3K0A3", 1, AttemptStatus.INTERRUPTED, None),
            ("PF3K0A3", 1, AttemptStatus.COMPLETED, Verdict.FAIL),
        ]
        assert [one.operator for one in records[2:]] == ["Anna"] * 7
        assert [one.kind for one in records].count(AttemptKind.BENCH_CHECK) == 2
        assert records[-1].resumes == records[-2].attempt_id
        assert records[-1].retest
        assert len(HoldBook(store).open_holds()) == 1
        assert anna not in str(list(store.database.query("SELECT * FROM scan")))
    # One label for each verdict on a laptop of a delivery, none for a golden one, none for what has no verdict.
    assert len(list(shift.paper.glob("*.png"))) == 5
