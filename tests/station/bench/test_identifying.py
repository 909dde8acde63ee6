"""A laptop that comes is asked who it is: by its firmware alone, without a scan, and never in the way of a test."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from hardware.evidence.bundle import Item, make_item
from hardware.laptops.link import CaptureStarted, LinkLost
from station.bench import identifying, wording
from station.bench.identifying import Identified
from station.bench.protocol import Stage, StopSlot
from station.bench.slot import Slot
from station.bench.worker import Identify
from station.bench.worker_client import WorkerClient
from tests.station.bench.floor import Floor, HeldLaptop, PlainLaptop, PlugDock, open_floor, smbios_item

ONE = {"slot.1": "one"}
SERIAL = "PF3K0A1"


class Asked(PlainLaptop):
    """A laptop whose answer to who it is waits for the test. `told` is the order in which things happened."""

    def __init__(self, serial: str = SERIAL) -> None:
        super().__init__("asked laptop", serial=serial)
        self.answers = asyncio.Event()
        self.closes = asyncio.Event()
        self.closes.set()
        self.told: list[str] = []

    async def collect(self, *, fast: bool = False) -> AsyncGenerator[CaptureStarted | Item, None]:
        kind = "asked" if fast else "tested"
        self.told.append(kind)
        try:
            yield self.started("memory")
            if fast:
                await self.answers.wait()
            if self.table is not None:
                yield self.table
            yield make_item("memory", b"MemTotal: 4000000 kB\n")
        finally:
            if fast:
                await self.closes.wait()
            self.told.append(f"{kind} no more")


def slot_of(floor: Floor) -> Slot:
    return floor.engine.slots[1]


def who(floor: Floor) -> Identified | None:
    return slot_of(floor).who


async def test_a_laptop_says_who_it_is_without_a_scan_and_the_slot_shows_it(tmp_path: Path) -> None:
    dock, laptop = PlugDock(), Asked()
    async with open_floor(tmp_path, {"one": dock}, ONE) as floor:
        assert (slot_of(floor).waits, slot_of(floor).free, who(floor)) == (True, False, None)
        dock.plug(laptop)
        await floor.until(lambda: floor.slot().stage is Stage.READY)
        assert (slot_of(floor).free, who(floor), floor.slot().says) == (True, None, "")
        laptop.answers.set()
        slot = await floor.until_stage(Stage.READY)
        assert (slot.says, slot.laptop, slot.headline) == (SERIAL, "Example Ltd Model 1", wording.READY)
        assert laptop.table is not None
        assert who(floor) == Identified(SERIAL, "Example Ltd Model 1", hashlib.sha256(laptop.table.data).hexdigest())
        # The rest of the capture is not waited for.
        assert laptop.told == ["asked", "asked no more"]


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ("VMware-56 4d 11 22 33 44 55 66-77", ""),
        ("A" * 33, ""),
        ("PF3", ""),
        ("pf3k0a1", SERIAL),
        (f" {SERIAL} ", SERIAL),
    ],
)
async def test_only_a_serial_that_a_label_could_carry_says_who_a_laptop_is(
    tmp_path: Path, said: str, known: str
) -> None:
    laptop = Asked(said)
    laptop.answers.set()
    async with open_floor(tmp_path, {"one": PlugDock(laptop)}, ONE) as floor:
        await floor.until(lambda: who(floor) is not None)
        found = who(floor)
        assert found is not None
        assert (found.serial, found.model, floor.slot().says) == (known, "Example Ltd Model 1", known)
        assert found.mark  # it is still known again by its firmware's table


async def test_a_laptop_that_is_back_is_not_asked_again_and_another_is(tmp_path: Path) -> None:
    laptop, other = Asked(), Asked("PF9Z9Z9")
    laptop.answers.set()
    other.answers.set()
    other.identity = "another start"
    dock = PlugDock(laptop)
    async with open_floor(tmp_path, {"one": dock}, ONE) as floor:
        for number, (there, says) in enumerate(((laptop, SERIAL), (other, "PF9Z9Z9"))):
            dock.unplug()
            await floor.until_stage(Stage.EMPTY)
            assert (who(floor), floor.slot().says) == (None, "")
            dock.plug(there)
            await floor.until_stage(Stage.READY)
            assert (floor.slot().says, len(other.told) // 2) == (says, number)
        assert laptop.told == ["asked", "asked no more"]


async def test_a_laptop_that_can_give_no_table_is_unknown_at_once(tmp_path: Path) -> None:
    laptop = Asked(serial="")  # it would say nothing for ever
    async with open_floor(tmp_path, {"one": PlugDock(laptop)}, ONE) as floor:
        assert who(floor) == Identified()
        assert (floor.slot().stage, floor.slot().says, floor.slot().headline) == (Stage.READY, "", wording.READY)


async def test_a_laptop_that_says_nothing_in_time_is_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identifying, "LONGEST_S", 0.02)
    laptop = Asked()
    async with open_floor(tmp_path, {"one": PlugDock(laptop)}, ONE) as floor:
        assert who(floor) == Identified()
        assert laptop.told == ["asked", "asked no more"]


HOSTILE = {
    "nothing": b"\0",
    "noise": bytes(range(256)) * 64,
    "cut short": smbios_item(SERIAL).data[:30],
    "a table without an end": smbios_item(SERIAL).data[:24] + b"\1\4\0\0" * 100_000,
    "a placeholder": smbios_item("To be filled by O.E.M.").data,
}


@pytest.mark.parametrize("kind", HOSTILE)
async def test_hostile_bytes_make_the_laptop_unknown_and_it_can_be_tested(kind: str, tmp_path: Path) -> None:
    laptop = HeldLaptop()
    laptop.gate.set()
    laptop.table = make_item("smbios", HOSTILE[kind])
    async with open_floor(tmp_path, {"one": PlugDock(laptop)}, ONE) as floor:
        found = who(floor)
        assert found is not None
        assert found.serial == ""
        await floor.scan("PF1A2B3C")
        assert (await floor.until_stage(Stage.DONE)).serial == "PF1A2B3C"


async def test_what_a_laptop_says_is_clean(tmp_path: Path) -> None:
    laptop = PlainLaptop(serial="PF\x1b[31m3K\u202e0A1")
    async with open_floor(tmp_path, {"one": PlugDock(laptop)}, ONE) as floor:
        assert floor.slot().says.isprintable()
        assert "\x1b" not in floor.slot().says


async def test_a_table_that_cannot_be_read_gives_way_to_the_next_best(tmp_path: Path) -> None:
    class Forbidden(PlainLaptop):
        async def collect(self, *, fast: bool = False) -> AsyncGenerator[CaptureStarted | Item, None]:
            yield self.started("dmidecode")
            yield make_item("smbios", b"", error="EACCES: needs root")
            yield make_item(
                "dmidecode", b"Handle 0x0001, DMI type 1, 27 bytes\nSystem Information\n\tSerial Number: X1Y2"
            )

    laptop = Forbidden(serial=SERIAL)
    async with open_floor(tmp_path, {"one": PlugDock(laptop)}, ONE) as floor:
        await floor.until(lambda: floor.slot().says == "X1Y2")


async def test_a_laptop_that_breaks_off_is_unknown_and_no_fault_is_shown(tmp_path: Path) -> None:
    class Breaking(PlainLaptop):
        async def collect(self, *, fast: bool = False) -> AsyncGenerator[CaptureStarted | Item, None]:
            yield self.started()
            raise LinkLost("the laptop went away")

    async with open_floor(tmp_path, {"one": PlugDock(Breaking(serial=SERIAL))}, ONE) as floor:
        assert who(floor) == Identified()
        assert (floor.slot().stage, floor.slot().headline, floor.slot().now) == (Stage.READY, wording.READY, "")


async def test_a_worker_that_dies_of_a_table_makes_the_laptop_unknown_and_the_next_one_has_a_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, dies = WorkerClient._send, {"now": True}

    async def send(self: WorkerClient, request: object) -> None:
        await real(self, request)  # type: ignore[arg-type]
        if isinstance(request, Identify) and dies["now"]:
            assert self._process is not None
            self._process.kill()

    monkeypatch.setattr(WorkerClient, "_send", send)
    # What it gives is so long that it cannot have been read before the worker is dead.
    laptop, following = PlainLaptop(serial=SERIAL), PlainLaptop(serial="PF9Z9Z9")
    laptop.table = make_item("smbios", smbios_item(SERIAL).data + bytes(3 * 2**20))
    following.identity = "another start"
    dock = PlugDock(laptop)
    async with open_floor(tmp_path, {"one": dock}, ONE) as floor:
        assert who(floor) == Identified()
        dies["now"] = False
        dock.plug(following)
        await floor.until(lambda: floor.slot().says == "PF9Z9Z9")


async def test_a_test_that_begins_meanwhile_waits_for_nothing_but_the_end_of_the_asking(tmp_path: Path) -> None:
    laptop = Asked()
    laptop.closes.clear()
    async with open_floor(tmp_path, {"one": PlugDock(laptop)}, {**ONE}, asked=False) as floor:
        await floor.until(lambda: laptop.told == ["asked"])
        await floor.begin("PF1A2B3C")
        assert (slot_of(floor).busy, floor.slot().stage) == (True, Stage.COLLECTING)
        assert "tested" not in laptop.told
        laptop.closes.set()
        await floor.until_stage(Stage.DONE)
        assert laptop.told[:3] == ["asked", "asked no more", "tested"]
        # It was broken off: once the laptop has its verdict, it is asked again.
        laptop.answers.set()
        await floor.until(lambda: floor.slot().says == SERIAL)
        assert floor.slot().stage is Stage.DONE


async def test_a_laptop_that_leaves_while_it_is_asked_is_asked_no_more(tmp_path: Path) -> None:
    laptop, following = Asked(), Asked("PF9Z9Z9")
    following.identity = "another start"
    following.answers.set()
    dock = PlugDock(laptop)
    async with open_floor(tmp_path, {"one": dock}, ONE, asked=False) as floor:
        await floor.until(lambda: laptop.told == ["asked"])
        dock.unplug()
        await floor.until_stage(Stage.EMPTY)
        dock.plug(following)
        await floor.until(lambda: floor.slot().says == "PF9Z9Z9")
        assert laptop.told == ["asked", "asked no more"]


async def test_a_test_that_is_stopped_before_the_asking_has_ended_is_aborted(tmp_path: Path) -> None:
    laptop = Asked()
    laptop.closes.clear()
    async with open_floor(tmp_path, {"one": PlugDock(laptop)}, ONE, asked=False) as floor:
        await floor.until(lambda: laptop.told == ["asked"])
        await floor.begin("PF1A2B3C")
        await floor.engine.handle(StopSlot(1))
        laptop.closes.set()
        assert (await floor.until_stage(Stage.ABORTED)).headline == wording.ABORTED_BY_OPERATOR
        assert "tested" not in laptop.told
