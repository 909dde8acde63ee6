"""The engine: a scan is never lost, a laptop that goes away fails nothing, a verdict is shown only once it is kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from checks.verdict import Verdict
from hardware.evidence.bundle import Item, make_item
from hardware.laptops.link import CaptureStarted, Link
from station.bench import wording
from station.bench.protocol import (
    BenchChanged,
    PutInSlot,
    Scan,
    ScanAnswer,
    ScanOutcome,
    SlotChanged,
    Stage,
    StopSlot,
    UseProfile,
)
from station.clock import SYSTEM_CLOCK, Clock
from station.records import AttemptStatus
from station.store.bench_store import BenchStore, StoreRefused
from station.store.journal import ScanJournal
from tests.station.bench.floor import HeldLaptop, open_floor
from tests.station.kept import kept_scan

ONE = {"slot.1": "one"}


def kept(folder: Path) -> BenchStore:
    return BenchStore(folder / "bench.sqlite")


async def test_a_scan_leads_to_a_verdict_that_is_kept_and_then_to_the_next_scan(tmp_path: Path) -> None:
    laptop = HeldLaptop()
    laptop.gate.set()
    async with open_floor(tmp_path, {"one": laptop}, ONE) as floor:
        answer = await floor.scan("pf1a2b3c\r\n")
        assert (answer.outcome, answer.slot) == (ScanOutcome.ACCEPTED, 1)
        state = await floor.until_stage(Stage.DONE)
        assert state.verdict is Verdict.ERROR  # two items are not enough evidence for any verdict on the laptop
        following = [Stage.READY, Stage.COLLECTING, Stage.JUDGING, Stage.SAVING, Stage.DONE]
        assert floor.stages() == [Stage.EMPTY, *following]
        assert laptop.closed == 1
        assert (await floor.scan("PF9Z9Z9Z")).outcome is ScanOutcome.ACCEPTED
        await floor.until_serial("PF9Z9Z9Z")
    records = kept(tmp_path).recent(10)
    assert [record.scan.serial for record in records] == ["PF9Z9Z9Z", "PF1A2B3C"]
    assert {meta.id for meta in records[0].evidence} == {"scans", "cpu", "memory"}


async def test_the_scan_itself_is_evidence_of_the_attempt(tmp_path: Path) -> None:
    laptop = HeldLaptop()
    laptop.gate.set()
    async with open_floor(tmp_path, {"one": laptop}, ONE) as floor:
        await floor.scan("PF1A2B3C")
        await floor.until_stage(Stage.DONE)
    store = kept(tmp_path)
    bundle = store.evidence(store.recent(1)[0].attempt_id)
    assert b'"serial":"PF1A2B3C"' in bundle.items["scans"].data


async def test_each_check_is_shown_as_soon_as_its_evidence_is_there(tmp_path: Path) -> None:
    laptop = HeldLaptop()
    async with open_floor(tmp_path, {"one": laptop}, ONE) as floor:
        await floor.scan("PF1A2B3C")
        await floor.until(lambda: any(line.check == "processor.vendor" for line in floor.slot().checks))
        state = floor.slot()
        assert state.stage is Stage.COLLECTING
        assert state.verdict is None
        [vendor] = [line for line in state.checks if line.check == "processor.vendor"]
        assert (vendor.verdict, vendor.measured, vendor.limit) == (Verdict.PASS, "Intel", "one of Intel, AMD")
        laptop.gate.set()
        await floor.until_stage(Stage.DONE)


async def test_a_verdict_is_shown_only_after_it_is_on_the_disk(tmp_path: Path) -> None:
    laptop = HeldLaptop()
    laptop.gate.set()
    async with open_floor(tmp_path, {"one": laptop}, ONE) as floor:
        await floor.scan("PF1A2B3C")
        await floor.until_stage(Stage.DONE)
        shown = [event.slot for event in floor.of(SlotChanged) if event.slot.verdict is not None]
        assert {slot.stage for slot in shown} == {Stage.DONE}
        # A second connection sees the committed row at once.
        assert kept(tmp_path).record(shown[0].attempt_id) is not None


async def test_a_laptop_that_vanishes_is_aborted_and_never_failed(tmp_path: Path) -> None:
    laptop = HeldLaptop(vanishes=True)
    laptop.gate.set()
    async with open_floor(tmp_path, {"one": laptop}, ONE) as floor:
        await floor.scan("PF1A2B3C")
        state = await floor.until_stage(Stage.ABORTED)
        assert state.verdict is None
        assert "Nothing is held against the laptop" in state.headline
    [record] = kept(tmp_path).recent(10)
    assert (record.status, record.verdict) == (AttemptStatus.ABORTED, None)
    assert {meta.id for meta in record.evidence} == {"scans", "cpu"}


async def test_an_attempt_can_be_stopped_and_the_laptop_is_let_go(tmp_path: Path) -> None:
    laptop = HeldLaptop()
    async with open_floor(tmp_path, {"one": laptop}, ONE) as floor:
        await floor.scan("PF1A2B3C")
        await floor.until(lambda: floor.slot().done == 1)
        await floor.engine.handle(StopSlot(1))
        state = await floor.until_stage(Stage.ABORTED)
        assert state.headline == wording.ABORTED_BY_OPERATOR
        assert laptop.closed == 1
    assert kept(tmp_path).recent(1)[0].status is AttemptStatus.ABORTED


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("AB\x1b[31mCD", "control characters"),
        ("[/foo][@click=app.quit]x[/]", "no serial number has"),
        ("To be filled by O.E.M.", "no serial number has"),
        ("00000000", "placeholder"),
        pytest.param("A" * 10_000, "characters; a serial number has at most 32", id="10,000 letters"),
        ("\u202eABCDEF", "no serial number has"),
        ("", "empty"),
    ],
)
async def test_what_is_no_serial_is_refused_with_one_sentence_and_kept(text: str, says: str, tmp_path: Path) -> None:
    async with open_floor(tmp_path, {"one": HeldLaptop()}, ONE) as floor:
        answer = await floor.scan(text)
        assert answer.outcome is ScanOutcome.REFUSED
        assert says in answer.sentence
        assert "\x1b" not in answer.sentence
        assert len(answer.text) <= 60
        assert floor.slot().stage is Stage.READY
    store = kept(tmp_path)
    assert store.open_attempts() == []
    assert store.journal.unused() == []
    assert store.journal.unsettled() == []
    assert store.database.table("scan").count == 1


async def test_a_scan_while_the_slot_is_busy_starts_nothing_and_wipes_no_verdict(tmp_path: Path) -> None:
    laptop = HeldLaptop()
    async with open_floor(tmp_path, {"one": laptop}, ONE) as floor:
        await floor.scan("AAAA1")
        await floor.until(lambda: floor.slot().done == 1)
        answer = await floor.scan("BBBB2")
        assert answer.outcome is ScanOutcome.REFUSED
        assert answer.sentence == "The slot is still testing. Scan BBBB2 again when it is in a slot."
        assert (await floor.scan("AAAA1")).sentence == "AAAA1 is already in slot 1."
        laptop.gate.set()
        await floor.until_serial("AAAA1")
        await asyncio.sleep(0.1)
        assert (floor.slot().serial, floor.slot().stage) == ("AAAA1", Stage.DONE)
        assert (await floor.scan("BBBB2")).outcome is ScanOutcome.ACCEPTED
        await floor.until_serial("BBBB2")
    store = kept(tmp_path)
    assert [record.scan.serial for record in store.recent(9)] == ["BBBB2", "AAAA1"]
    assert store.database.table("scan").count == 4


async def test_after_a_crash_the_attempt_and_the_scan_without_one_are_listed_and_nothing_starts(tmp_path: Path) -> None:
    async with open_floor(tmp_path, {"one": HeldLaptop()}, ONE, abandon=True) as floor:
        await floor.scan("AAAA1")
        await floor.until(lambda: floor.slot().done == 1)
    kept_scan(kept(tmp_path), "BBBB2")
    second = HeldLaptop()
    second.gate.set()
    async with open_floor(tmp_path, {"one": second}) as floor:
        for serial in ("AAAA1", "BBBB2"):
            assert any(serial in notice and "no verdict" in notice for notice in floor.engine.state().notices)
        assert [one.status for one in floor.engine.state().recent] == ["interrupted", "interrupted"]
        # It says nothing of itself, so nobody knows that what was kept is its own.
        await floor.until(lambda: not floor.slot().away)
        assert (floor.slot().stage, floor.slot().verdict) == (Stage.ABORTED, None)
        await floor.engine.handle(UseProfile("ghwt-2021w-chromebook"))
        assert any("AAAA1" in notice for notice in floor.engine.state().notices)
        await floor.scan("AAAA1")
        await floor.until_serial("AAAA1")
        await floor.until(lambda: not any("AAAA1" in notice for notice in floor.engine.state().notices))
    store = kept(tmp_path)
    assert [(one.scan.serial, one.status.value, one.attempt_no) for one in store.recent(9)] == [
        ("AAAA1", "completed", 2),
        ("BBBB2", "interrupted", 1),
        ("AAAA1", "interrupted", 1),
    ]


async def test_a_stop_while_the_disk_is_full_does_not_leave_the_slot_stuck(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = {"is": False}
    real = BenchStore.finish_attempt

    def full(self: BenchStore, *args: object, **more: object) -> object:
        if not room["is"]:
            raise StoreRefused("database or disk is full")
        return real(self, *args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(BenchStore, "finish_attempt", full)
    monkeypatch.setattr("station.bench.keeper.RETRY_S", 0.02)
    laptop = HeldLaptop(vanishes=True)
    laptop.gate.set()
    async with open_floor(tmp_path, {"one": laptop}, ONE) as floor:
        await floor.scan("AAAA1")
        await floor.until(lambda: floor.slot().now == wording.DISK_REFUSES)
        await floor.engine.handle(StopSlot(1))
        room["is"] = True
        await floor.until_stage(Stage.ABORTED)
        assert not floor.engine._slots[1].busy


async def test_a_profile_counts_only_once_it_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: BenchStore, name: str, value: str) -> None:
        raise StoreRefused("database or disk is full")

    async with open_floor(tmp_path, {"one": HeldLaptop()}, ONE) as floor:
        monkeypatch.setattr(BenchStore, "set_setting", full)
        await floor.engine.handle(UseProfile("ghwt-2021w-chromebook"))
        assert floor.of(ScanAnswer)[-1].sentence == wording.NOT_SAVED
        assert floor.engine.state().bar.profile.startswith("ghwt-2021w-windows-laptop@")
        assert floor.engine.profile.profile is not None
        assert floor.engine.profile.profile.id == "ghwt-2021w-windows-laptop"


async def test_a_bounce_of_the_scanner_starts_nothing_twice(tmp_path: Path) -> None:
    now = [0.0]
    clock = Clock(SYSTEM_CLOCK.wall, lambda: now[0], SYSTEM_CLOCK.random_bytes)
    laptop = HeldLaptop()
    laptop.gate.set()
    async with open_floor(tmp_path, {"one": laptop}, ONE, clock) as floor:
        await floor.scan("AAAA1")
        await floor.until_stage(Stage.DONE)
        for moment in (1.9, 3.8):  # a scanner that goes on reading the same label is one reading
            now[0] = moment
            assert (await floor.scan("AAAA1")).outcome is ScanOutcome.KNOWN
        now[0] = 5.8
        assert (await floor.scan("AAAA1")).outcome is ScanOutcome.ACCEPTED
        await floor.until(lambda: len(kept(tmp_path).recent(9)) == 2)


async def test_a_full_disk_is_said_and_the_attempt_goes_on_when_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse = {"left": 2}
    real = BenchStore.finish_attempt

    def full(self: BenchStore, *args: object, **more: object) -> object:
        if refuse["left"]:
            refuse["left"] -= 1
            raise StoreRefused("database or disk is full")
        return real(self, *args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(BenchStore, "finish_attempt", full)
    monkeypatch.setattr("station.bench.keeper.RETRY_S", 0.05)
    laptop = HeldLaptop()
    laptop.gate.set()
    async with open_floor(tmp_path, {"one": laptop}, ONE) as floor:
        await floor.scan("AAAA1")
        await floor.until(lambda: floor.slot().now == wording.DISK_REFUSES)
        assert floor.slot().verdict is None
        await floor.until_stage(Stage.DONE)
    assert len(kept(tmp_path).recent(9)) == 1


async def test_a_scan_that_cannot_be_kept_is_refused_aloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: ScanJournal, *args: object) -> None:
        raise StoreRefused("database or disk is full")

    async with open_floor(tmp_path, {"one": HeldLaptop()}, ONE) as floor:
        monkeypatch.setattr(ScanJournal, "keep", full)
        answer = await floor.scan("AAAA1")
        assert (answer.outcome, answer.sentence) == (ScanOutcome.REFUSED, wording.NOT_SAVED)
        assert floor.slot().stage is Stage.READY


async def test_evidence_that_kills_its_reader_is_the_benchs_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("station.bench.worker_client.DEADLINE_S", 0.0)
    laptop = HeldLaptop()
    laptop.gate.set()
    async with open_floor(tmp_path, {"one": laptop}, ONE) as floor:
        await floor.scan("AAAA1")
        state = await floor.until_stage(Stage.DONE)
        assert state.verdict is Verdict.ERROR
        assert {line.verdict for line in state.checks if line.required} == {Verdict.ERROR}
        monkeypatch.setattr("station.bench.worker_client.DEADLINE_S", 20.0)
        await floor.scan("BBBB2")
        await floor.until_serial("BBBB2")
        assert any(line.verdict is Verdict.PASS for line in floor.slot().checks)
    assert {item.id for item in kept(tmp_path).recent(9)[1].evidence} == {"scans", "cpu", "memory"}


async def test_slots_run_side_by_side_and_one_that_hangs_holds_up_nobody(tmp_path: Path) -> None:
    stuck, quick = HeldLaptop(), HeldLaptop()
    quick.gate.set()
    laptops: dict[str, Link] = {"one": stuck, "two": quick}
    async with open_floor(tmp_path, laptops, {"slot.1": "one", "slot.2": "two"}) as floor:
        await floor.scan("AAAA1")
        await floor.scan("BBBB2")
        await floor.until_stage(Stage.DONE, 2)
        assert floor.slot(1).stage is Stage.COLLECTING
        await floor.scan("CCCC3")
        await floor.until_serial("CCCC3", 2)
        stuck.gate.set()
        await floor.until_stage(Stage.DONE, 1)


async def test_a_flood_of_items_is_bounded(tmp_path: Path) -> None:
    items = tuple(make_item(f"edid-{number}", b"x" * 2**20) for number in range(40))
    laptop = HeldLaptop((*items, items[0], make_item("cpu", b"")))
    laptop.gate.set()
    async with open_floor(tmp_path, {"one": laptop}, ONE) as floor:
        await floor.scan("AAAA1")
        await floor.until_stage(Stage.DONE)
    [record] = kept(tmp_path).recent(1)
    assert sum(meta.size for meta in record.evidence) <= 16 * 2**20
    assert any(meta.error and "full" in meta.error for meta in record.evidence)


async def test_a_recorded_bundle_sits_in_a_slot_and_stays_there(tmp_path: Path) -> None:
    bundle = tmp_path / "bundle"
    bundle.mkdir()
    (bundle / "cpu.txt").write_bytes(b"processor\t: 0\nvendor_id\t: AuthenticAMD\n")
    async with open_floor(tmp_path) as floor:
        assert floor.slot().link == "this machine"
        await floor.engine.handle(PutInSlot(1, str(tmp_path / "nothing")))
        assert floor.slot().link == "this machine"
        await floor.engine.handle(PutInSlot(1, str(bundle)))
        await floor.scan("AAAA1")
        state = await floor.until_stage(Stage.DONE)
        assert any(line.measured == "AMD" for line in state.checks)
    async with open_floor(tmp_path) as floor:
        assert "bundle" in floor.slot().link


async def test_another_profile_is_used_from_the_next_scan_on_and_a_wrong_one_is_refused(tmp_path: Path) -> None:
    laptop = HeldLaptop()
    laptop.gate.set()
    async with open_floor(tmp_path, {"one": laptop}, ONE) as floor:
        await floor.engine.handle(UseProfile("no-such-profile"))
        assert floor.engine.state().bar.profile.startswith("ghwt-2021w-windows-laptop@")
        await floor.engine.handle(UseProfile("ghwt-2021w-chromebook"))
        await floor.scan("AAAA1")
        await floor.until_stage(Stage.DONE)
        assert any(event.bar.profile.startswith("ghwt-2021w-chromebook@") for event in floor.of(BenchChanged))
    assert kept(tmp_path).recent(1)[0].profile == "ghwt-2021w-chromebook@2021-10-18"


async def test_without_a_laptop_a_scan_is_refused_with_the_remedy(tmp_path: Path) -> None:
    async with open_floor(tmp_path, {"one": HeldLaptop()}, ONE) as floor:
        await floor.engine.handle(PutInSlot(1, ""))
        answer = await floor.scan("AAAA1")
        assert (answer.outcome, answer.sentence) == (ScanOutcome.REFUSED, wording.NO_LAPTOP)


async def test_a_label_that_is_not_the_firmwares_is_a_fault_of_identity(tmp_path: Path) -> None:
    table = make_item(
        "dmidecode", b"Handle 0x0001, DMI type 1, 27 bytes\nSystem Information\n\tSerial Number: PF1A2B3C\n"
    )
    laptop = HeldLaptop((table, table))
    laptop.gate.set()
    async with open_floor(tmp_path, {"one": laptop}, ONE) as floor:
        for serial, verdict in (("PF1A2B3C", Verdict.PASS), ("PF9Z9Z9Z", Verdict.FAIL)):
            await floor.scan(serial)
            await floor.until_serial(serial)
            [line] = [line for line in floor.slot().checks if line.check == "identity.agrees"]
            assert line.verdict is verdict
        assert "label PF9Z9Z9Z is not firmware PF1A2B3C" in line.measured


async def test_a_defect_of_ours_frees_the_slot_and_fails_no_laptop(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    class Broken(HeldLaptop):
        async def collect(self, *, fast: bool = False) -> AsyncGenerator[CaptureStarted | Item, None]:
            if self.name:
                raise ZeroDivisionError("a defect")
            yield make_item("cpu", b"")

    laptop = HeldLaptop()
    laptop.gate.set()
    laptops: dict[str, Link] = {"one": Broken(), "good": laptop}
    async with open_floor(tmp_path, laptops, ONE) as floor:
        await floor.scan("AAAA1")
        state = await floor.until_stage(Stage.ABORTED)
        assert state.headline == wording.DEFECT
        await floor.scan("BBBB2")
        await floor.until(lambda: floor.slot().serial == "BBBB2" and floor.slot().stage is Stage.ABORTED)
    assert [record.status for record in kept(tmp_path).recent(9)] == [AttemptStatus.ABORTED] * 2
    assert "ZeroDivisionError" in capsys.readouterr().err


async def test_an_attempt_that_cannot_be_ended_is_listed_by_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def defect(self: BenchStore, *args: object, **more: object) -> None:
        raise ZeroDivisionError("a defect")

    laptop = HeldLaptop()
    laptop.gate.set()
    with monkeypatch.context() as patched:
        patched.setattr(BenchStore, "finish_attempt", defect)
        async with open_floor(tmp_path, {"one": laptop}, ONE) as floor:
            await floor.scan("AAAA1")
            assert (await floor.until_stage(Stage.ABORTED)).headline == wording.DEFECT
            assert not floor.engine._slots[1].busy
    async with open_floor(tmp_path, {"one": laptop}) as floor:
        assert [one.status for one in floor.engine.state().recent] == ["interrupted"]


async def test_two_screens_that_scan_one_laptop_at_once_start_it_once(tmp_path: Path) -> None:
    async with open_floor(tmp_path, {"one": HeldLaptop()}, ONE) as floor:
        await asyncio.gather(floor.engine.handle(Scan("AAAA1")), floor.engine.handle(Scan("AAAA1")))
        outcomes = [answer.outcome for answer in floor.of(ScanAnswer)]
        assert outcomes == [ScanOutcome.ACCEPTED, ScanOutcome.KNOWN]


async def test_stopping_twice_is_stopping_once(tmp_path: Path) -> None:
    async with open_floor(tmp_path, {"one": HeldLaptop()}, ONE) as floor:
        await floor.scan("AAAA1")
        await floor.until(lambda: floor.slot().done == 1)
        for _ in range(3):
            await floor.engine.handle(StopSlot(1))
            await asyncio.sleep(0)
        await floor.until_stage(Stage.ABORTED)
        assert not floor.engine._slots[1].busy
