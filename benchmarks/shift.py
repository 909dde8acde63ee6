"""A shift at a real bench, speeded up: laptops come to 16 slots, are scanned, tested, asked about, judged, and leave.

What `bench_latency` measures memory by, and where it takes its real engine from. The laptops are recorded bundles of a
typical laptop (`evidence_speed`), each with a serial number of its own in its firmware. A second client of the engine
puts them into the slots and answers what is asked; their labels are scanned at the screen. Eight hours become minutes:
what grows by the hour and not by the laptop would grow that much less here.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import statistics
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

from benchmarks.evidence_speed import items
from benchmarks.terminals import PROJECT, Terminal, resident_kb
from hardware.evidence.bundle import Bundle, Item, make_item, write_bundle
from station.bench.protocol import (
    LONGEST_LINE,
    Answering,
    BenchState,
    Command,
    FocusSlot,
    Press,
    PutInSlot,
    Quit,
    Seen,
    SlotChanged,
    SlotState,
    Stage,
    decode_event,
    encode,
)
from station.paths import Paths

__all__ = ["Bench", "Grown", "bench", "work"]

SLOTS: Final = 16
STARTING_S: Final = 60.0
STUCK_S: Final = 120.0
FLAT_KB: Final = 10.0
"""kB a laptop, the most that is called flat for one process: 5 MB in a shift of 500, a tenth of what the screen has at
its start. Bounded caches that are still filling take 1 to 6 (SQLite's pages of a store that grows: 2 MB at most); one
record kept for each laptop would take more: its checks alone are 10 kB.
"""
_ENDED: Final = frozenset({Stage.DONE, Stage.ABORTED})

Turn: TypeAlias = tuple[int, str, int]
"""A question: its slot, attempt and turn."""


def _structure(kind: int, body: bytes, *strings: str) -> bytes:
    text = b"".join(string.encode() + b"\0" for string in strings) or b"\0"
    return struct.pack("<BBH", kind, len(body) + 4, kind) + body + text + b"\0"


def _firmware(serial: str) -> Item:
    """The SMBIOS table of that laptop (DMTF DSP0134: system, chassis, end)."""
    system = _structure(
        1, bytes((1, 2, 3, 4)) + serial.encode().ljust(16)[:16] + bytes(3), "LENOVO", "81M9", "1", serial
    )
    chassis = _structure(3, bytes((1, 10, 0, 2, 0)) + bytes(8), "LENOVO", serial)
    return make_item("smbios", bytes((0, 3, 2, 0)) + struct.pack("<I", len(system + chassis)) + system + chassis)


def serial_of(number: int) -> str:
    """The serial number of the laptop of that number."""
    return f"PF{number:05}X"


class Bench:
    """The real engine, and a client that follows its slots."""

    def __init__(self, place: Path, pid: int, door: socket.socket) -> None:
        self.pid = pid
        self.slots: dict[int, SlotState] = {}
        self._place = place
        self._door = door
        self._rest = b""
        self._items = [item for item in items(place) if item.meta.id != "smbios"]

    def send(self, *commands: Command) -> None:
        """Commands, as a screen sends them."""
        self._door.sendall(b"".join(map(encode, commands)))

    def hear(self, seconds: float) -> None:
        """Follows what the engine says, for at most so long."""
        while select.select([self._door], [], [], seconds)[0]:
            seconds = 0.0
            data = self._door.recv(LONGEST_LINE)
            if not data:
                raise EOFError("the engine has ended")
            *lines, self._rest = (self._rest + data).split(b"\n")
            for line in lines:
                match decode_event(line):
                    case BenchState(slots=slots):
                        self.slots = {slot.number: slot for slot in slots}
                    case SlotChanged(slot=slot):
                        self.slots[slot.number] = slot

    def put(self, slot: int, number: int) -> None:
        """Puts the laptop of that number in a slot."""
        path = self._place / f"laptop-{slot}-{number}.zip"
        serial = serial_of(number)
        write_bundle(path, Bundle.of([_firmware(serial), *self._items], bundle_id=serial))
        for old in self._place.glob(f"laptop-{slot}-*.zip"):
            if old != path:
                old.unlink()
        self.send(PutInSlot(slot, str(path)))

    def children(self) -> list[int]:
        """The engine's children."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [int(child) for child in children]


@contextlib.contextmanager
def bench(place: Path, environment: dict[str, str]) -> Iterator[Bench]:
    """An engine with 16 slots in a data folder of its own; it ends at once."""
    socket_path = Paths.prepare(Path(environment["STATION_DATA"])).engine_socket
    engine = subprocess.Popen(
        [sys.executable, "-P", "-m", "station.bench", "--data", environment["STATION_DATA"]],
        env={**os.environ, **environment},
        cwd=PROJECT,
        stdin=subprocess.DEVNULL,
    )
    try:
        end = time.monotonic() + STARTING_S
        while not socket_path.exists():
            if engine.poll() is not None or time.monotonic() > end:
                raise RuntimeError("the engine did not start")
            time.sleep(0.05)
        with socket.socket(socket.AF_UNIX) as door:
            door.connect(str(socket_path))
            one = Bench(place, engine.pid, door)
            for slot in range(1, SLOTS + 1):
                one.put(slot, slot)
            end = time.monotonic() + STARTING_S
            while sum(state.stage is Stage.READY for state in one.slots.values()) < SLOTS:
                if time.monotonic() > end:
                    raise RuntimeError(f"not every laptop is heard: {one.slots}")
                one.hear(0.1)
            yield one
            with contextlib.suppress(OSError):
                one.send(Quit(now=True))
    finally:
        try:
            engine.wait(STARTING_S)
        except subprocess.TimeoutExpired:
            engine.kill()
            engine.wait()


class Grown(NamedTuple):
    """What each kind of process has once warm and at the end (MB), and how it grows (kB a laptop, after warming up:
    the median of the slopes between all pairs of samples, which a single step does not move). The engine's children,
    a worker for each slot and those for central, labels and the upload, count as their mean.
    """

    laptops: int
    minutes: float
    first: dict[str, float]
    last: dict[str, float]
    slopes: dict[str, float]

    @property
    def flat(self) -> bool:
        """Whether none of them grows."""
        return all(slope <= FLAT_KB for slope in self.slopes.values())

    @property
    def figures(self) -> dict[str, float]:
        """The same, by name."""
        return {f"{name} {what}": figure for name in self.slopes for what, figure in self._of(name).items()}

    def _of(self, name: str) -> dict[str, float]:
        return {"kB a laptop": self.slopes[name], "MB": self.last[name]}

    def __str__(self) -> str:
        rows = (
            f"memory  {name}: {self.first[name]:.1f} MB when warm, {self.last[name]:.1f} MB at the end, "
            f"{slope:+.2f} kB a laptop (flat: at most {FLAT_KB:.0f})"
            for name, slope in self.slopes.items()
        )
        return "\n".join([*rows, f"memory  {self.laptops} laptops in {self.minutes:.1f} minutes"])


class _Hands:
    """Who puts laptops in, scans them and answers. Each slot's laptop is scanned once it is there."""

    def __init__(self, one: Bench, terminal: Terminal) -> None:
        self._bench = one
        self._terminal = terminal
        self._laptop = {slot: slot for slot in range(1, SLOTS + 1)}
        self._next = SLOTS + 1
        self._scanned: dict[int, float] = {}
        self._answered: set[Turn] = set()
        self.ended = 0

    def go_on(self) -> None:
        """One look at every slot."""
        self._bench.hear(0.02)
        for number, slot in sorted(self._bench.slots.items()):
            serial = serial_of(self._laptop[number])
            if slot.stage in _ENDED and slot.serial == serial and slot.verdict is not None:
                self.ended += 1
                self._scanned.pop(self._laptop[number], None)
                self._laptop[number] = self._next
                self._bench.put(number, self._next)
                self._next += 1
            elif slot.stage is Stage.READY and self._due(self._laptop[number]) and slot.says in ("", serial):
                self._scanned[self._laptop[number]] = time.monotonic()
                self._terminal.writes(serial.encode() + b"\r", 0.02)
            elif slot.question and (number, slot.attempt_id, slot.turn) not in self._answered:
                self._answer(slot)
        self._terminal.rest(0.02)

    def _due(self, laptop: int) -> bool:
        """Not scanned yet, or so long ago that whoever stands there scans again."""
        return time.monotonic() - self._scanned.get(laptop, float("-inf")) > 5.0

    def _answer(self, slot: SlotState) -> None:
        self._answered.add((slot.number, slot.attempt_id, slot.turn))
        choice = 1 if slot.guide.choices else 0
        verb = "CHOICE" if choice else "NEXT" if slot.guide.answering is Answering.DOING else "PASS"
        self._bench.send(
            FocusSlot(slot.number),
            Seen(slot.number, slot.attempt_id, slot.turn),
            Press(verb, slot.number, slot.attempt_id, slot.turn, choice),
        )


def work(one: Bench, terminal: Terminal, laptops: int, warm: int) -> Grown:
    """So many laptops, one after the other in each slot; memory is looked at after each from the `warm`-th on."""
    hands = _Hands(one, terminal)
    screen = terminal.pid
    begun = moved = time.monotonic()
    samples: list[tuple[int, dict[str, int]]] = []
    while hands.ended < laptops:
        before = hands.ended
        hands.go_on()
        if hands.ended == before:
            if time.monotonic() - moved > STUCK_S:
                raise TimeoutError(f"no laptop has ended for {STUCK_S:.0f} s: {one.slots}")
            continue
        moved = time.monotonic()
        if hands.ended >= warm:
            children = [resident_kb(child) for child in one.children()]
            each = sum(children) // len(children)
            sizes = {"screen": resident_kb(screen), "engine": resident_kb(one.pid), "each child": each}
            samples.append((hands.ended, sizes))
    return Grown(
        laptops,
        (time.monotonic() - begun) / 60,
        {name: size / 1024 for name, size in samples[0][1].items()},
        {name: size / 1024 for name, size in samples[-1][1].items()},
        {name: _slope([(count, sizes[name]) for count, sizes in samples]) for name in samples[0][1]},
    )


def _slope(samples: list[tuple[int, int]]) -> float:
    """The median of the slopes between all pairs (Theil and Sen's estimator)."""
    return statistics.median((b - a) / (y - x) for (x, a), (y, b) in combinations(samples, 2) if y != x)
