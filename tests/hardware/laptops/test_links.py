"""The contract of a `Link`, for every way of reaching a laptop; and what is special to each."""

import asyncio
import contextlib
import hashlib
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any, cast

import pytest

from hardware.evidence.bundle import Item, is_item_id
from hardware.laptops.exercises import EXERCISES, item_of
from hardware.laptops.link import CaptureStarted, ExerciseOrder, LaptopPage, Link, LinkError, LinkLost, Progress
from hardware.laptops.recorded import RecordedBundle
from hardware.laptops.this_machine import ThisMachine
from tests.hardware.laptops.places import over_a_pair, over_a_pty, over_tls
from tests.hardware.laptops.stand_in import StandIn
from tests.hardware.probe import laptop_tree

PROBE = Path(__file__).resolve().parents[3] / "hardware" / "probe"


@pytest.fixture
def laptop(tmp_path: Path) -> Path:
    return laptop_tree.build(tmp_path / "laptop")


def probe_of(laptop: Path, *more: str) -> list[str]:
    return [sys.executable, "-I", "-S", "-B", str(PROBE), "--root", str(laptop), *more]


def this_machine(_laptop: Path) -> Link:
    return ThisMachine()


def made_up(laptop: Path) -> Link:
    return ThisMachine(probe_of(laptop))


def recorded(laptop: Path) -> Link:
    file = laptop.parent / "a.zip"
    command = [sys.executable, str(PROBE), "-o", str(file), "--root", str(laptop)]
    subprocess.run(command, check=True, capture_output=True)
    return RecordedBundle(file)


def folder_by_hand(laptop: Path) -> Link:
    folder = laptop.parent / "by-hand"
    folder.mkdir()
    (folder / "dmidecode.txt").write_text("# dmidecode 3.3\n")
    (folder / "edid-eDP-1.bin").write_bytes(laptop_tree.EDID)
    return RecordedBundle(folder)


@asynccontextmanager
async def agent_over_a_pair(_laptop: Path) -> AsyncIterator[Link]:
    async with over_a_pair(StandIn()) as link:
        yield link


@asynccontextmanager
async def agent_over_tls(laptop: Path) -> AsyncIterator[Link]:
    async with over_tls(StandIn(), laptop.parent) as link:
        yield link


@asynccontextmanager
async def agent_over_a_pty(_laptop: Path) -> AsyncIterator[Link]:
    async with over_a_pty(StandIn()) as link:
        yield link


ALONE = [this_machine, made_up, recorded, folder_by_hand]
AGENTS = [agent_over_a_pair, agent_over_tls, agent_over_a_pty]


@pytest.fixture(params=[*ALONE, *AGENTS], ids=lambda make: make.__name__)
async def link(request: pytest.FixtureRequest, laptop: Path) -> AsyncIterator[Link]:
    made = request.param(laptop)
    if request.param in AGENTS:
        async with made as link:
            yield link
    else:
        yield made


def children() -> set[int]:
    """The processes of this test that still run."""
    found = set()
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            with contextlib.suppress(OSError, IndexError):
                fields = Path("/proc", entry, "stat").read_bytes().rpartition(b")")[2].split()
                if int(fields[1]) == os.getpid() and fields[0] != b"Z":
                    found.add(int(entry))
    return found


async def gather(link: Link, **how: bool) -> list[Any]:
    return [value async for value in link.collect(**how)]


# ---- the contract -----------------------------------------------------------------------------------------


async def test_the_start_comes_first_and_names_the_items_in_their_order(link):
    started, *items = await gather(link)
    assert isinstance(started, CaptureStarted)
    assert all(isinstance(item, Item) for item in items)
    assert [item.meta.id for item in items] == list(started.expected)
    assert items


async def test_every_item_is_the_bytes_that_its_hash_names(link):
    for item in (await gather(link))[1:]:
        assert is_item_id(item.meta.id)
        assert item.meta.size == len(item.data)
        if item.data:
            assert item.meta.sha256 == hashlib.sha256(item.data).hexdigest()
        else:
            assert item.meta.error is not None or item.meta.file


async def test_it_can_be_collected_again(link):
    first, second = await gather(link), await gather(link, fast=True)
    assert [value.meta.id for value in first[1:]] == [value.meta.id for value in second[1:]]


async def test_it_has_a_name_for_people(link):
    assert link.name
    assert "/" not in link.name


@pytest.mark.parametrize("after", [1, 3])
async def test_closing_early_leaves_no_process(link, after):
    before = children()
    values = cast(AsyncGenerator[Any, None], link.collect())
    for _ in range(after):
        await anext(values)
    await values.aclose()
    assert children() == before


async def test_two_at_once_do_not_disturb_each_other(link):
    first, second = await asyncio.gather(gather(link), gather(link))
    assert len(first) == len(second)


async def exercised(link: Link, name: str, arguments: dict[str, Any], seconds: float) -> list[Any]:
    return [value async for value in link.exercise(ExerciseOrder(name, arguments, seconds))]


async def test_it_is_known_again(link):
    assert link.identity
    assert link.identity == link.identity


async def test_an_exercise_gives_its_progress_and_its_one_item(link):
    if not link.live:
        with pytest.raises(LinkError, match="cannot be exercised"):
            await exercised(link, "memory", {}, 10.0)
        return
    *before, item = await exercised(link, "memory", {}, 10.0)
    assert all(isinstance(one, Progress) for one in before)
    assert isinstance(item, Item)
    assert item.meta.id == item_of("memory")
    assert item.data or item.meta.error


async def test_an_exercise_that_nobody_knows_gives_its_item_with_the_reason_or_is_answered(link):
    if link.live:
        *_, item = await exercised(link, "no-such", {}, 5.0)
        assert item.meta.id == "exercise-no-such"
        assert item.data or item.meta.error


async def test_exercises_run_beside_a_capture(link):
    if link.live:
        captured, one, other = await asyncio.gather(
            gather(link), exercised(link, "wifi", {}, 20.0), exercised(link, "storage", {}, 20.0)
        )
        assert len(captured) > 2
        assert (one[-1].meta.id, other[-1].meta.id) == ("exercise-wifi", "exercise-storage")


async def test_an_exercise_that_is_left_early_leaves_no_process(link):
    if link.live:
        before = children()
        async with aclosing(link.exercise(ExerciseOrder("memory", {}, 60.0))) as values:
            async for _ in values:
                break
        assert children() == before


async def test_an_exercise_can_be_ended_with_what_it_has(link):
    if link.live:
        link.finish("keyboard")  # nothing of that name runs
        seconds = EXERCISES["keyboard"].deadline_s
        async with aclosing(link.exercise(ExerciseOrder("keyboard", {"layout": "iso-uk"}, seconds))) as values:
            async for value in values:
                if isinstance(value, Item):
                    break
                link.finish("keyboard")
        assert value.meta.id == item_of("keyboard")


async def test_a_page_can_be_shown_at_any_time(link):
    await link.show(LaptopPage("Slot 3", ("Put it in the tray.",), "pass"))
    await gather(link)


async def test_a_laptop_that_is_there_is_not_lost_in_an_attempt_or_out_of_it(link):
    losing = asyncio.create_task(link.lost())
    link.busy(True)
    await gather(link)
    link.busy(False)
    await gather(link)
    assert not losing.done()
    losing.cancel()


# ---- this machine -----------------------------------------------------------------------------------------


def hanging(tmp_path: Path, laptop: Path) -> tuple[Link, Path]:
    """A link to a laptop whose smartctl never ends and writes its process id first."""
    note = tmp_path / "pid"
    script = f"echo $$ > {note}.new; mv {note}.new {note}; sleep 300"
    return ThisMachine(probe_of(laptop, "--tools", str(laptop_tree.tool(tmp_path / "tools", "smartctl", script)))), note


async def until_it_hangs(link: Link, note: Path) -> tuple[asyncio.Task[list[Any]], int]:
    task = asyncio.create_task(gather(link))
    until = time.monotonic() + 20
    while not note.exists() and time.monotonic() < until:
        await asyncio.sleep(0.02)
    return task, int(note.read_text())


async def test_items_arrive_while_a_slow_one_is_still_being_asked(tmp_path, laptop):
    link, note = hanging(tmp_path, laptop)
    values = cast(AsyncGenerator[Any, None], link.collect())
    began = time.monotonic()
    seen = []
    async for value in values:
        seen.append(value)
        if isinstance(value, Item) and value.meta.id == "kernel":
            break
    assert time.monotonic() - began < 5
    await values.aclose()
    if note.exists():
        assert not laptop_tree.alive(int(note.read_text()))


async def test_a_cancelled_capture_leaves_no_process_not_even_the_probes_own(tmp_path, laptop):
    before = children()
    task, tool = await until_it_hangs(*hanging(tmp_path, laptop))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.sleep(0.1)
    assert not laptop_tree.alive(tool)
    assert children() == before


async def test_a_killed_probe_is_a_lost_laptop_and_takes_its_tools_with_it(tmp_path, laptop):
    before = children()
    task, tool = await until_it_hangs(*hanging(tmp_path, laptop))
    (probe,) = children() - before
    os.kill(probe, signal.SIGKILL)
    with pytest.raises(LinkLost, match="ended by signal 9 in the middle of the capture; scan the laptop again"):
        await task
    await asyncio.sleep(0.1)
    assert not laptop_tree.alive(tool)


async def test_a_capture_has_an_end_in_time(tmp_path, laptop):
    link, _ = hanging(tmp_path, laptop)
    short = ThisMachine(cast(ThisMachine, link)._command, seconds=1.0)
    before = children()
    began = time.monotonic()
    with pytest.raises(LinkLost, match="sent nothing whole within 1 s"):
        await gather(short)
    assert time.monotonic() - began < 5
    assert children() == before


async def test_what_the_bench_does_meanwhile_is_not_the_probes_time(laptop):
    values = []
    async for value in ThisMachine(probe_of(laptop), seconds=2.0).collect():
        values.append(value)
        await asyncio.sleep(0.1)
    assert len(values) > 20


async def test_a_probe_that_is_not_there_cannot_be_asked():
    with pytest.raises(LinkError, match="could not be started \\(No such file or directory\\)") as caught:
        await gather(ThisMachine(["/nowhere/probe"]))
    assert not isinstance(caught.value, LinkLost)


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("echo 'what went wrong' >&2; exit 7", r"ended with status 7 \(what went wrong\) before it began"),
        ("yes noise | head -c 3000000 >&2; exit 1", "ended with status 1"),
        ("exit 0", "ended with status 0 before it began"),
        ("echo this is no stream at all", "sent a header of 1952999795 bytes"),
    ],
)
async def test_a_probe_that_never_begins_could_not_be_asked(script, words):
    with pytest.raises(LinkError, match=words) as caught:
        await gather(ThisMachine(["/bin/sh", "-c", script]))
    assert not isinstance(caught.value, LinkLost)


async def test_a_stream_that_breaks_off_or_turns_to_noise_is_a_lost_laptop(laptop):
    command = shlex.join([*probe_of(laptop), "--stream"])
    for change, words in (
        ("head -c 3000", "ended with status 0"),
        ("head -c 3000; yes noise | head -c 100000", "sent "),
    ):
        with pytest.raises(LinkLost, match=words):
            await gather(ThisMachine(["/bin/sh", "-c", f"{command} | ({change})"]))


async def test_a_probe_that_stays_after_its_end_is_not_waited_for(laptop):
    command = shlex.join([*probe_of(laptop), "--stream"])
    before = children()
    began = time.monotonic()
    values = await gather(ThisMachine(["/bin/sh", "-c", f"{command}; sleep 300"]))
    assert len(values) > 20
    assert time.monotonic() - began < 10
    assert children() == before
