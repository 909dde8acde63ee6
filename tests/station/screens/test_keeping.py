"""What a screen keeps on the disk while the engine is away: there when it is told, whole, and nobody's twice."""

import errno
import fcntl
import itertools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from msgspec.structs import replace

from station.bench.protocol import BrokenScan, Scan, ScanAnswer, ScanKept, ScanOutcome, decode_command
from station.screens import keeping
from station.screens.bridge import Bridge, Connection, Handed
from station.screens.keeping import DiskRefuses, KeptScans, NoRoom

KEY = "AAAAA-BBBBB-CCCCC-DDDDD-EEEEE"


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "kept"


def keep(kept: KeptScans, *commands):
    waiting = [kept.waiting(command) for command in commands]
    kept.keep(waiting)
    return waiting


def left(folder: Path) -> list[Any]:
    """What the next screen would send, without its marks; it then ends too."""
    screen = KeptScans(folder)
    try:
        return [replace(one.command, ref="") for one in screen.adopt()]
    finally:
        screen.close()


def one_file(folder: Path) -> Path:
    [path] = folder.iterdir()
    return path


def test_what_is_kept_outlives_the_screen_in_order_and_whole(folder):
    scans = [Scan("PF3K0A5X", "wedge", "]C0"), Scan('\x1d\u202e"\\\n', "keyboard"), BrokenScan("PF3", "wedge", "Why.")]
    screen = KeptScans(folder)
    for scan in scans:
        keep(screen, scan)
    assert left(folder) == []  # it lives
    screen.close()
    assert left(folder) == scans
    assert left(folder) == scans  # nobody answered


def test_each_scan_is_one_line_that_a_person_can_read_and_nobody_else(folder):
    keep(KeptScans(folder), Scan("PF3K0A5X", "wedge", "]C0"))
    [line] = map(msgspec.json.decode, one_file(folder).read_text().splitlines())
    assert {name: line[name] for name in ("text", "scanner", "symbology")} == {
        "text": "PF3K0A5X",
        "scanner": "wedge",
        "symbology": "]C0",
    }
    assert line["time"].endswith("Z")
    assert one_file(folder).stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700


def test_nothing_is_made_before_there_is_something_to_keep(folder):
    KeptScans(folder).adopt()
    assert not folder.exists()


def test_what_was_answered_is_not_replayed_and_the_file_goes_with_the_last(folder):
    screen = KeptScans(folder)
    first, second, third = keep(screen, Scan("A1"), Scan("B2"), Scan("C3"))
    screen.answered(second)
    screen.close()
    next_screen = KeptScans(folder)
    again = next_screen.adopt()
    assert [one.command.text for one in again] == ["A1", "C3"]
    next_screen.answered(again[0])
    next_screen.close()
    assert [one.text for one in left(folder)] == ["C3"]
    last = KeptScans(folder)
    last.answered(last.adopt()[0])
    assert list(folder.iterdir()) == []
    keep(last, Scan("D4"))
    last.close()
    assert [one.text for one in left(folder)] == ["D4"]
    assert (first.number, third.number) == (1, 3)


def test_two_screens_do_not_take_over_the_same_file_and_not_each_others(folder):
    old = KeptScans(folder)
    keep(old, Scan("A1"))
    old.close()
    one, other = KeptScans(folder), KeptScans(folder)
    keep(other, Scan("B2"))
    assert [each.command.text for each in one.adopt()] == ["A1"]
    assert other.adopt() == []
    other.close()
    assert [each.command.text for each in one.adopt()] == ["B2"]


def test_the_order_of_scanning_counts_and_not_that_of_writing(folder):
    screen = KeptScans(folder)
    sent = screen.waiting(Scan("A1"))
    keep(screen, Scan("B2"))
    screen.keep([sent])
    screen.close()
    assert [one.text for one in left(folder)] == ["A1", "B2"]


@pytest.mark.parametrize("text", [KEY, f"KEY {KEY} PF3K0A5X", KEY.replace("-", "\u200b-"), "WIFI:S:x;P:hunter2;;"])
@pytest.mark.parametrize("kind", [Scan, lambda text: BrokenScan(text, "wedge", "Why.")])
def test_a_secret_is_cut_before_it_is_written_and_in_memory_too(folder, text, kind):
    screen = KeptScans(folder)
    [waiting] = keep(screen, kind(text))
    content = one_file(folder).read_text()
    assert not {"AAAAA", "DDDDD", "hunter2"} & {part for part in ("AAAAA", "DDDDD", "hunter2") if part in content}
    assert "AAAAA" not in waiting.command.text
    assert "hunter2" not in waiting.command.text


def test_a_command_that_somebody_wrote_into_the_file_is_never_replayed(folder):
    screen = KeptScans(folder)
    keep(screen, Scan("IS1:PASS:K7Q2"), Scan("A1"))
    screen.close()
    assert [one.text for one in left(folder)] == ["A1"]


def test_a_file_cut_anywhere_gives_every_whole_line_before_the_cut_and_can_be_added_to(folder):
    screen = KeptScans(folder)
    keep(screen, Scan("A1"), Scan("B2"))
    keep(screen, Scan("C3"))
    screen.close()
    path = one_file(folder)
    whole = path.read_bytes()
    ends = [place for place, byte in enumerate(whole) if byte == ord("\n")]
    for cut in range(len(whole), 0, -1):
        path.write_bytes(whole[:cut])
        expected = ["A1", "B2", "C3"][: sum(end <= cut for end in ends)]
        taker = KeptScans(folder)
        again = taker.adopt()
        assert [one.command.text for one in again] == expected
        if len(again) > 1:
            taker.answered(again[0])
            taker.close()
            assert [one.text for one in left(folder)] == expected[1:]
        taker.close()


@pytest.mark.parametrize(
    "noise", [b"\xff\xfe\n", b"{}\n", b"[" * 5000 + b"\n", b"\0" * 4096, b'{"type":"kept"}\n', b"\n\n"]
)
def test_noise_in_a_file_is_skipped(folder, noise):
    screen = KeptScans(folder)
    keep(screen, Scan("A1"))
    screen.close()
    path = one_file(folder)
    path.write_bytes(noise + b"\n" + path.read_bytes() + noise)
    assert [one.text for one in left(folder)] == ["A1"]


def test_what_is_no_file_is_left_alone(folder, tmp_path):
    folder.mkdir()
    os.mkfifo(folder / "1.jsonl")
    (folder / "2.jsonl").mkdir()
    (folder / "3.jsonl").symlink_to(tmp_path / "elsewhere")
    (folder / "4.txt").write_text("x")
    assert left(folder) == []
    assert len(list(folder.iterdir())) == 4


def test_a_scan_keeps_its_mark_and_the_time_at_which_it_was_read_from_screen_to_screen(folder):
    clock = iter([1_000.5, 2_000.0])
    screen = KeptScans(folder, lambda: next(clock))
    first, broken = keep(screen, Scan("A1", "wedge", "]C0"), BrokenScan("B", "wedge", "Why."))
    assert first.command.ref
    assert first.command == Scan("A1", "wedge", "]C0", first.command.ref)
    assert first.later == Scan("A1", "wedge", "]C0", first.command.ref, "1970-01-01T00:16:40.500Z")
    assert broken.later == broken.command
    screen.close()
    for _ in range(2):
        screen = KeptScans(folder, lambda: 9e9)
        assert [one.later for one in screen.adopt()] == [first.later, broken.later]
        screen.close()


@pytest.mark.parametrize("ref", ["", "x" * 65, "\x1b[2J", "a b", "\u202e", "ab\n"])
def test_a_mark_that_no_screen_makes_is_replaced(folder, ref):
    screen = KeptScans(folder)
    keep(screen, Scan("A1"), Scan("B2"))
    screen.close()
    path = one_file(folder)
    lines = [msgspec.json.decode(line) | {"ref": ref} for line in path.read_text().splitlines()]
    path.write_bytes(b"\n".join(map(msgspec.json.encode, lines)))
    refs = [one.command.ref for one in KeptScans(folder).adopt()]
    assert len(set(refs)) == 2
    assert all(0 < len(one) <= 64 and set(one) <= set("0123456789abcdef-") for one in refs)


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("2026-11-24T10:40:29+00:00", "2026-11-24T10:40:29.000Z"),
        ("2026-11-24T11:40:29.123+01:00", "2026-11-24T10:40:29.123Z"),
        ("2026-11-24T10:40:29", "1970-01-01T00:00:00.000Z"),
        ("9999-12-31T23:59:59-23:59", "1970-01-01T00:00:00.000Z"),
        ("yesterday", "1970-01-01T00:00:00.000Z"),
        ("", "1970-01-01T00:00:00.000Z"),
    ],
)
def test_a_time_that_cannot_be_read_is_long_ago_and_never_now(folder, written, sent):
    screen = KeptScans(folder)
    keep(screen, Scan("A1"))
    screen.close()
    path = one_file(folder)
    path.write_bytes(msgspec.json.encode(msgspec.json.decode(path.read_bytes()) | {"time": written}))
    assert [msgspec.structs.asdict(one.later)["read_at"] for one in KeptScans(folder).adopt()] == [sent]


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.ENOTSUP, errno.EIO])
def test_a_file_system_without_locks_is_a_disk_that_refuses_and_nothing_is_left_on_it(folder, monkeypatch, number):
    old = KeptScans(folder)
    keep(old, Scan("A1"))
    old.close()
    asked = []

    def no_locks(handle, operation):
        asked.append(handle)
        raise OSError(number, os.strerror(number))

    before = open_files()
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(fcntl, "flock", no_locks)
        screen = KeptScans(folder)
        assert screen.adopt() == []
        with pytest.raises(DiskRefuses):
            keep(screen, Scan("B2"))
    assert (len(asked), len(list(folder.iterdir())), open_files()) == (2, 1, before)
    assert left(folder) == [Scan("A1")]


def test_a_new_file_that_others_always_take_is_given_up_after_some_tries(folder, monkeypatch):
    def taken(handle, operation):
        asked.append(handle)
        raise BlockingIOError(errno.EWOULDBLOCK, os.strerror(errno.EWOULDBLOCK))

    asked: list[int] = []
    before = open_files()
    monkeypatch.setattr(fcntl, "flock", taken)
    with pytest.raises(DiskRefuses):
        keep(KeptScans(folder), Scan("A1"))
    assert (len(asked), list(folder.iterdir()), open_files()) == (keeping.MOST_TRIES, [], before)


def test_a_new_file_that_another_screen_took_once_is_followed_by_one_of_our_own(folder, monkeypatch):
    flock, asked = fcntl.flock, []

    def taken_once(handle, operation):
        asked.append(handle)
        if len(asked) == 1:
            raise BlockingIOError(errno.EWOULDBLOCK, os.strerror(errno.EWOULDBLOCK))
        flock(handle, operation)

    with monkeypatch.context() as busy:
        busy.setattr(fcntl, "flock", taken_once)
        screen = KeptScans(folder)
        keep(screen, Scan("A1"))
    screen.close()
    assert left(folder) == [Scan("A1")]


class Disk:
    """Stands between a screen and its disk: takes `room` bytes more, then refuses."""

    def __init__(self, monkeypatch, room: int) -> None:
        self.room = room
        self._write, self._sync = os.write, os.fsync
        monkeypatch.setattr(os, "write", self.write)
        monkeypatch.setattr(os, "fsync", self.fsync)

    def write(self, handle, data) -> int:
        if not self.room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written = self._write(handle, bytes(data[: self.room]))
        self.room -= written
        return written

    def fsync(self, handle) -> None:
        if self.room < 0:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        self._sync(handle)


@pytest.mark.parametrize("room", [0, 1, 40, -1])
def test_a_disk_that_refuses_keeps_nothing_and_says_so_and_the_next_scan_is_whole(folder, monkeypatch, room):
    screen = KeptScans(folder)
    keep(screen, Scan("A1"))
    disk = Disk(monkeypatch, room)
    if room < 0:
        monkeypatch.setattr(disk, "write", disk._write)
        monkeypatch.setattr(os, "write", disk._write)
    refused = screen.waiting(Scan("B2"))
    with pytest.raises(DiskRefuses):
        screen.keep([refused])
    assert not refused.on_disk
    disk.room = 10**6
    keep(screen, Scan("C3"))
    screen.close()
    assert [one.text for one in left(folder)] == ["A1", "C3"]


def test_a_disk_that_cannot_even_take_back_half_a_line_still_keeps_the_next_one(folder, monkeypatch):
    screen = KeptScans(folder)
    keep(screen, Scan("A1"))
    disk = Disk(monkeypatch, 40)

    def fails(handle, size):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as broken:
        broken.setattr(os, "ftruncate", fails)
        with pytest.raises(DiskRefuses):
            keep(screen, Scan("B2"))
    disk.room = 10**6
    keep(screen, Scan("C3"))
    screen.close()
    assert [one.text for one in left(folder)] == ["A1", "C3"]


def test_a_folder_that_cannot_be_made_is_a_disk_that_refuses(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DiskRefuses):
        keep(KeptScans(tmp_path / "file" / "kept"), Scan("A1"))


def test_a_file_has_a_size_that_it_does_not_pass(folder, monkeypatch):
    monkeypatch.setattr(keeping, "LARGEST_FILE", 10_000)
    screen = KeptScans(folder)
    keep(screen, *(Scan(f"{number:0100}") for number in range(40)))
    before = one_file(folder).stat().st_size
    with pytest.raises(NoRoom):
        keep(screen, *(Scan(f"{number:0100}") for number in range(40)))
    assert one_file(folder).stat().st_size == before <= 10_000
    screen.close()
    assert len(left(folder)) == 40


DYING = """
import sys
from pathlib import Path
from station.bench.protocol import Scan
from station.screens.keeping import KeptScans
kept = KeptScans(Path(sys.argv[1]))
for number in range(100_000):
    kept.keep([kept.waiting(Scan(f"PF{number:06}"))])
    print(number, flush=True)
"""


def test_a_screen_killed_while_it_writes_has_lost_nothing_that_it_told(folder):
    process = subprocess.Popen(
        [sys.executable, "-c", DYING, str(folder)], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3]
    )
    assert process.stdout is not None
    told = [int(process.stdout.readline()) for _ in range(30)]
    process.send_signal(signal.SIGKILL)
    told += map(int, process.stdout.read().split())
    process.wait()
    process.stdout.close()
    found = [one.text for one in left(folder)]
    assert found[: len(told)] == [f"PF{number:06}" for number in told]
    assert len(found) <= len(told) + 1


class Line:
    """The engine's end of a connection, as the bridge's writer: what was written and not yet read dies with either."""

    def __init__(self) -> None:
        self.unread: list[Any] = []

    def write(self, data: bytes) -> None:
        self.unread.append(decode_command(data))

    def is_closing(self) -> bool:
        return False

    def close(self) -> None:
        pass


async def _nowhere() -> Connection:
    raise OSError


class Screen:
    """A bridge without its loop: connections come, go and speak when the test says so."""

    def __init__(self, name: int, folder: Path) -> None:
        self.name = name
        self.keeping = KeptScans(folder)
        self.bridge: Any = Bridge(_nowhere, lambda news: None, self.keeping)
        self.bridge._adopt()
        self.line: Any = None


class EveryScanArrives(RuleBasedStateMachine):
    """Two places for screens, one engine, one disk; each of them may go at any moment."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.disk_works = True
        self.engine_up = False
        self.journal: list[Any] = []
        self.names = itertools.count(1)
        self.screens = [Screen(next(self.names), self.folder), Screen(next(self.names), self.folder)]
        self.answers: dict[int, list[Any]] = {}
        self.promised: list[Any] = []
        self.refused_since: set[str] = set()
        self.of: dict[str, int] = {}
        self.number = 0
        self._fsync = os.fsync
        setattr(os, "fsync", self.fsync)  # noqa: B010 - its types know only the real one

    def fsync(self, handle) -> None:
        if not self.disk_works:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def teardown(self) -> None:
        self.disk_works = True
        self.everything_arrives()
        os.fsync = self._fsync
        shutil.rmtree(self.folder)

    @rule(place=st.integers(0, 1), broken=st.booleans(), by=st.sampled_from(["wedge", "keyboard"]), alike=st.booleans())
    def scan(self, place, broken, by, alike):
        screen = self.screens[place]
        self.number += 1
        text = "PF3K0A5X" if alike else f"{screen.name}-{self.number:04}"
        handed = screen.bridge.send(BrokenScan(text, by, "Why.") if broken else Scan(text, by))
        assert handed in ({Handed.SENT} if screen.line else {Handed.KEPT, Handed.DISK_REFUSES})
        assert (handed is Handed.DISK_REFUSES) <= (not self.disk_works)
        if handed is Handed.DISK_REFUSES:
            return
        command = screen.line.unread[-1] if screen.line else screen.bridge._kept[-1].command
        assert command.text == text
        assert command.ref not in self.of
        assert broken or command.read_at == ""
        self.of[command.ref] = screen.name
        if handed is Handed.KEPT or not broken:
            self.promised.append(command.ref)

    @rule(place=st.integers(0, 1))
    def command_barcode(self, place):
        screen = self.screens[place]
        handed = screen.bridge.send(Scan("IS1:PASS:K7Q2", "wedge"))
        assert handed is (Handed.SENT if screen.line else Handed.AWAY)
        if screen.line:
            screen.line.unread.pop()  # it is for this moment, and not for the journal of this test

    @rule(place=st.integers(0, 1))
    def both_die_at_a_scan(self, place):
        self.engine_comes()
        self.scan(place, False, "wedge", alike=False)
        self.engine_dies()
        self.screen_dies(place)

    @rule()
    def disk_fills_or_empties(self):
        self.disk_works = not self.disk_works

    @rule()
    def engine_comes(self):
        self.engine_up = True
        for screen in self.screens:
            self.connect(screen)

    def connect(self, screen: Screen) -> None:
        if screen.line is None and self.engine_up:
            screen.line = Line()
            screen.bridge._catch_up(screen.line)
            assert all(one.read_at for one in screen.line.unread if isinstance(one, Scan))

    @rule(place=st.integers(0, 1), count=st.integers(1, 5))
    def engine_reads(self, place, count):
        screen = self.screens[place]
        while screen.line and screen.line.unread and count:
            count -= 1
            command = screen.line.unread.pop(0)
            assert "IS1:" not in command.text
            self.journal.append(command.ref)
            if isinstance(command, Scan):
                answer: Any = ScanAnswer(ScanOutcome.ACCEPTED, command.text, "So.", 1, command.scanner, command.ref)
            else:
                answer = ScanKept(command.ref)
            for each in self.screens:  # every screen hears every answer
                if each.line:
                    self.answers.setdefault(each.name, []).append(answer)

    @rule(place=st.integers(0, 1), count=st.integers(1, 5))
    def screen_hears(self, place, count):
        screen = self.screens[place]
        answers = self.answers.get(screen.name, [])
        while answers and count:
            count -= 1
            screen.bridge._hear(answers.pop(0), screen.line)

    @rule(place=st.integers(0, 1))
    def something_else_is_answered(self, place):
        bridge = self.screens[place].bridge
        for one in [*bridge._unanswered]:
            for scanner in ("", "key", "serial scanner /dev/ttyACM0", one.command.scanner):
                bridge._hear(ScanAnswer(ScanOutcome.REFUSED, one.shown, "No.", 0, scanner), self.screens[place].line)

    @rule()
    def engine_dies(self):
        self.engine_up = False
        for screen in self.screens:
            self.answers.pop(screen.name, None)
            if screen.line:
                screen.line = None
                # Sent to an engine that died, and refused by the disk since: the one thing that is in memory alone.
                if not self.disk_works:
                    self.refused_since |= {one.command.ref for one in screen.bridge._unanswered if not one.on_disk}
                screen.bridge._hang_up(Line(), leaving=False)
                assert not self.disk_works or all(one.on_disk for one in screen.bridge._kept)

    @rule(place=st.integers(0, 1))
    def screen_dies(self, place):
        """The engine reads to its end what the screen has sent."""
        screen = self.screens[place]
        while screen.line and screen.line.unread:
            self.engine_reads(place, 5)
        at_risk = [one for one in screen.bridge._kept if not one.on_disk]
        lost = {one.command.ref for one in at_risk}
        assert lost <= self.refused_since
        # It is lost with the screen, which warns of it and names it.
        assert {one.shown for one in at_risk} <= set(screen.bridge.at_risk)
        self.promised = [ref for ref in self.promised if ref not in lost]
        self.answers.pop(screen.name, None)
        screen.keeping.close()
        self.screens[place] = Screen(next(self.names), self.folder)
        self.connect(self.screens[place])

    @invariant()
    def what_was_told_as_taken_has_arrived_or_is_on_its_way(self):
        known = set(self.journal)
        for screen in self.screens:
            known |= {one.command.ref for one in (*screen.bridge._kept, *screen.bridge._unanswered)}
            known |= {command.ref for command in screen.line.unread} if screen.line else set()
        assert set(self.promised) <= known

    def everything_arrives(self):
        for _ in range(2):
            self.engine_dies()
            self.engine_comes()
            for place in (0, 1):
                while self.screens[place].line.unread:
                    self.engine_reads(place, 5)
                    self.screen_hears(0, 99)
                    self.screen_hears(1, 99)
        assert set(self.promised) <= set(self.journal)
        assert not any(screen.bridge._unanswered or screen.bridge._kept for screen in self.screens)
        for screen in self.screens:
            screen.keeping.close()
        assert left(self.folder) == [], "answered, and still on the disk"
        first: dict[str, int] = {}
        for place, ref in enumerate(self.journal):
            first.setdefault(ref, place)
        for name in {self.of[ref] for ref in self.promised}:
            arrived = [first[ref] for ref in self.promised if self.of[ref] == name]
            assert arrived == sorted(arrived), "in the order of scanning, screen by screen"


TestEveryScanArrives = EveryScanArrives.TestCase
TestEveryScanArrives.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
