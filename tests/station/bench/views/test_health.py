"""The view of the bench's health: the doctor looks in a process of its own, and the gate is told what was found."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import tzset

import pytest

from station.bench.command_codes import CommandCode, Verb
from station.bench.gate import Gate
from station.bench.protocol import ScanOutcome
from station.bench.views import health
from station.bench.views.health import LOOK_AGAIN_S, HealthView
from station.bench.views.view import Who
from station.paths import Paths
from tests.station.bench.views.benches import Wall, keeping

ANNA = Who("anna")
GOOD = '{"name": "Clock", "ok": true, "required": true, "found": "is right.", "remedy": ""}'
BAD = '{"name": "Store", "ok": false, "required": true, "found": "is damaged.", "remedy": "Call the supervisor."}'
HOSTILE = (
    '{"name": "\\u001b[31m\\u202ex", "ok": false, "required": false, "found": "[/b]\\u0000", "remedy": "\\u0007r"}'
)


@pytest.fixture(autouse=True)
def in_london(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/London")
    tzset()
    yield
    monkeypatch.undo()
    tzset()


@pytest.fixture
def says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], tuple[str, ...]]:
    """Makes a doctor that does what the text of a program says."""
    folder = tmp_path / "doctors"
    folder.mkdir()
    monkeypatch.setenv("PYTHONPATH", str(folder))

    def doctor(program: str) -> tuple[str, ...]:
        (folder / "stand_in_doctor.py").write_text(program)
        return ("stand_in_doctor",)

    return doctor


class Bench:
    """A view with a gate, and how often it told that something was found."""

    def __init__(self, view: HealthView, gate: Gate, wall: Wall, told: list[int]) -> None:
        self.view, self.gate, self.wall, self.told = view, gate, wall, told


@asynccontextmanager
async def bench(tmp_path: Path, command: tuple[str, ...]) -> AsyncIterator[Bench]:
    wall = Wall()
    paths = Paths.prepare(tmp_path / "data")
    told: list[int] = []
    async with keeping(paths.store, wall.clock()) as keeper:
        gate = Gate(keeper, wall.clock())
        view = HealthView(
            keeper, wall.clock(), paths, gate, slots=lambda: (1, 2), told=lambda: told.append(1), command=command
        )
        try:
            yield Bench(view, gate, wall, told)
        finally:
            await view.stop()


async def test_what_the_doctor_finds_is_shown_and_told_to_the_gate(
    tmp_path: Path, says: Callable[[str], tuple[str, ...]]
) -> None:
    async with bench(tmp_path, says(f"print('[{GOOD}, {BAD}]')")) as one:
        await one.view.open(ANNA)
        assert one.view.page.looked_at == ""
        await one.view.look()
        page = one.view.page
        assert [(line.name, line.well, line.must, line.found, line.remedy) for line in page.lines] == [
            ("Clock", True, True, "is right.", ""),
            ("Store", False, True, "is damaged.", "Call the supervisor."),
        ]
        assert page.looked_at == one.wall.clock().now_text()
        assert page.shift == "06:00 to 14:00"
        assert [gate.slot for gate in page.gates] == [1, 2]
        assert "is damaged." in one.gate.blocked(1)
        assert one.told == [1]


async def test_a_bench_that_was_mended_is_blocked_no_more(
    tmp_path: Path, says: Callable[[str], tuple[str, ...]]
) -> None:
    async with bench(tmp_path, says(f"print('[{BAD}]')")) as one:
        await one.view.look()
        assert one.gate.blocked(1)
        says(f"print('[{GOOD}]')")
        came = await one.view.obey(CommandCode(Verb.NEXT), ANNA)
        assert came is not None
        assert came.outcome is ScanOutcome.ACCEPTED
        await one.view.look()
        assert one.gate.blocked(1) == ""


@pytest.mark.parametrize(
    "program",
    [
        "print('no JSON')",
        "print('[]')",
        "print('[{\"name\": 5}]')",
        f"print('[{GOOD}]'); raise SystemExit(3)",
        "raise SystemExit(3)",
        "while True: print('x' * 100_000)",
    ],
    ids=["no JSON", "nothing", "not a symptom", "refuses after all", "refuses", "without end"],
)
async def test_a_doctor_who_says_nothing_sensible_changes_nothing_and_that_is_told(
    tmp_path: Path, says: Callable[[str], tuple[str, ...]], program: str
) -> None:
    async with bench(tmp_path, says(f"print('[{BAD}]')")) as one:
        await one.view.look()
        says(program)
        await one.view.look()
        first, *before = one.view.page.lines
        assert (first.name, first.well) == ("Doctor", False)
        assert "station doctor" in first.remedy
        assert [line.name for line in before] == ["Store"]
        assert one.gate.blocked(1)


async def test_a_doctor_who_hangs_is_ended_with_all_that_he_started(
    tmp_path: Path, says: Callable[[str], tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "PATIENCE_S", 2.0)
    mark = tmp_path / "child"
    program = (
        "import os, sys, time, pathlib\n"
        f"mark = pathlib.Path({str(mark)!r})\n"
        "child = os.fork()\n"
        "if child:\n"
        "    mark.with_suffix('.new').write_text(f'{os.getpid()} {child}')\n"
        "    mark.with_suffix('.new').rename(mark)\n"
        "time.sleep(600)\n"
    )
    async with bench(tmp_path, says(program)) as one:
        await one.view.look()
        [line] = one.view.page.lines
        assert line.name == "Doctor"
        assert "2 seconds" in line.found
        # On a machine so busy that he had not begun there is nobody left to look for.
        for pid in map(int, mark.read_text().split() if mark.exists() else ()):
            await gone(pid)


async def gone(pid: int) -> None:
    """Returns when a process is dead. Buried it may not be yet: whoever adopts it does that."""
    async with asyncio.timeout(30):
        while True:
            try:
                state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
            except (FileNotFoundError, ProcessLookupError):
                return
            if state in "ZX":
                return
            await asyncio.sleep(0.05)


async def test_closing_the_bench_ends_a_doctor_who_looks(
    tmp_path: Path, says: Callable[[str], tuple[str, ...]]
) -> None:
    mark = tmp_path / "doctor"
    program = (
        "import os, time, pathlib\n"
        f"mark = pathlib.Path({str(mark)!r})\n"
        "mark.with_suffix('.new').write_text(str(os.getpid())); mark.with_suffix('.new').rename(mark)\n"
        "time.sleep(600)\n"
    )
    async with bench(tmp_path, says(program)) as one:
        one.view.look()
        async with asyncio.timeout(30):
            while not mark.exists():
                await asyncio.sleep(0.02)
        await one.view.stop()
        await gone(int(mark.read_text()))


async def test_two_who_ask_at_once_get_one_doctor(tmp_path: Path, says: Callable[[str], tuple[str, ...]]) -> None:
    async with bench(tmp_path, says(f"print('[{GOOD}]')")) as one:
        assert one.view.look() is one.view.look()
        await one.view.look()


async def test_the_doctor_looks_again_after_five_minutes_in_view(
    tmp_path: Path, says: Callable[[str], tuple[str, ...]]
) -> None:
    async with bench(tmp_path, says(f"print('[{GOOD}]')")) as one:
        await one.view.open(ANNA)
        await one.view.look()
        assert await one.view.refresh()
        assert one.view.page.looked_at
        assert not await one.view.refresh()
        one.wall.now += LOOK_AGAIN_S
        await one.view.refresh()
        assert one.view.page.looked_at == ""
        assert [line.name for line in one.view.page.lines] == ["Clock"]
        await one.view.look()


async def test_nothing_of_a_doctor_reaches_a_screen_raw(tmp_path: Path, says: Callable[[str], tuple[str, ...]]) -> None:
    async with bench(tmp_path, says(f"print(r'''[{HOSTILE}]''')")) as one:
        await one.view.look()
        [line] = one.view.page.lines
        assert all(text.isprintable() for text in (line.name, line.found, line.remedy))
        assert "\u202e" not in line.name
        assert "[/b]" in line.found


async def test_the_real_doctor_is_understood(tmp_path: Path) -> None:
    async with bench(tmp_path, ("station.bench.doctor_child",)) as one:
        await one.view.look()
        names = [line.name for line in one.view.page.lines]
        assert "Doctor" not in names
        assert "Store" in names


async def test_other_commands_and_scans_mean_nothing_here(
    tmp_path: Path, says: Callable[[str], tuple[str, ...]]
) -> None:
    async with bench(tmp_path, says(f"print('[{GOOD}]')")) as one:
        for verb in (Verb.PASS, Verb.FAIL, Verb.HOLD, Verb.GO, Verb.UNDO, Verb.CHOICE):
            assert await one.view.obey(CommandCode(verb, 1 if verb is Verb.CHOICE else 0), ANNA) is None
