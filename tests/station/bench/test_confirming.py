"""What the engine does with a profile's rules: it reads a failing part again, heeds decisions, and starts no shift on a
profile that has a fault.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from checks.confirming import FLAKY
from checks.verdict import Finding, Verdict
from hardware.evidence.bundle import Item, ProbeName, make_item
from hardware.evidence.facts import read_facts
from hardware.laptops.link import CaptureStarted, LinkLost
from specs.decisions import Subject, Waiver
from specs.facts import Known
from station.bench.protocol import Answering, ScanAnswer, ScanOutcome, Stage, UseProfile
from station.cli import run as station
from station.clock import SYSTEM_CLOCK
from station.records import AttemptRecord, AttemptStatus
from station.store.bench_store import BenchStore
from station.store.decision_book import DecisionBook
from tests.station.bench.floor import HeldLaptop, PlainLaptop, open_floor

ONE = {"slot.1": "one"}


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("station.bench.hands_on.ANSWER_SETTLES_S", 0.05)


PROFILE = """
id = "cameras"
version = "1"
[require."camera.present"]
equals = true
confirm = "2 of 3"
source = "a test of the bench"
standing = "inferred"
"""
CAMERA = json.dumps({"/sys/class/video4linux/video0/name": "Webcam\n"}).encode()
NO_CAMERA = b"{}"


class Wavering(PlainLaptop):
    """A laptop whose camera is there or not, capture by capture; None: the laptop goes away."""

    def __init__(self, cameras: list[bool | None], *, live: bool = True) -> None:
        super().__init__("wavering laptop", live=live)
        self.captures = 0
        self._cameras = cameras

    async def collect(self, *, fast: bool = False) -> AsyncGenerator[CaptureStarted | Item, None]:
        if fast:
            yield self.started()
            return
        there = self._cameras[self.captures]
        self.captures += 1
        yield CaptureStarted("id", "2026-11-24T11:00:00.000Z", ProbeName("test", "1"), ("memory", "camera"))
        yield make_item("memory", b"MemTotal: 4000000 kB\n")
        if there is None:
            raise LinkLost("the laptop went away in the middle of the capture")
        yield make_item("camera", CAMERA if there else NO_CAMERA)


async def run(folder: Path, laptop: Wavering, *, again: bool = False) -> tuple[AttemptRecord, BenchStore]:
    """One attempt on that laptop, to its end. `again`: it has had a verdict, and its first reason is why."""
    profile = folder / "cameras.toml"
    profile.write_text(PROFILE)
    async with open_floor(folder, {"one": laptop}, {**ONE, "profile": str(profile)}) as floor:
        await floor.scan("PF1A2B3C")
        if again:
            await floor.until_asks(Answering.REASON)
            await floor.press("CHOICE", 1)
        await floor.until(lambda: floor.slot().stage in (Stage.DONE, Stage.ABORTED))
    store = BenchStore(folder / "bench.sqlite")
    return store.recent(1)[0], store


def camera(record: AttemptRecord) -> Finding:
    [finding] = [finding for finding in record.findings if finding.check == "camera.present"]
    return finding


async def test_a_camera_that_answers_twice_of_three_is_marginal_and_flaky_and_every_reading_is_kept(
    tmp_path: Path,
) -> None:
    laptop = Wavering([False, True, True])
    record, store = await run(tmp_path, laptop)
    finding = camera(record)
    assert (record.verdict, finding.verdict, finding.reason) == (Verdict.MARGINAL, Verdict.MARGINAL, FLAKY)
    assert [(one.value, one.verdict.value) for one in finding.readings] == [
        (False, "fail"),
        (True, "pass"),
        (True, "pass"),
    ]
    assert laptop.captures == 3
    bundle = store.evidence(record.attempt_id)
    assert set(bundle.items) == {"scans", "memory", "camera", "camera.again2", "camera.again3"}
    assert bundle.items["camera"].data == NO_CAMERA
    assert bundle.items["camera.again3"].data == CAMERA
    # The stored evidence alone gives every reading again.
    reading = read_facts(bundle)
    assert [
        isinstance(facts.camera, Known) and len(facts.camera.value) for facts in (reading.facts, *reading.again)
    ] == [
        0,
        1,
        1,
    ]
    assert reading.again[1].camera.evidence == ("camera.again3",)


async def test_a_second_failing_reading_settles_it(tmp_path: Path) -> None:
    laptop = Wavering([False, False])
    record, _ = await run(tmp_path, laptop)
    finding = camera(record)
    assert (record.verdict, finding.reason, len(finding.readings)) == (Verdict.FAIL, "different", 2)
    assert laptop.captures == 2


async def test_a_good_reading_is_not_taken_again(tmp_path: Path) -> None:
    laptop = Wavering([True])
    record, _ = await run(tmp_path, laptop)
    assert record.verdict is Verdict.PASS
    assert camera(record).readings == ()


async def test_recorded_evidence_is_not_asked_twice(tmp_path: Path) -> None:
    laptop = Wavering([False], live=False)
    record, _ = await run(tmp_path, laptop)
    assert record.verdict is Verdict.FAIL
    assert laptop.captures == 1


async def test_a_laptop_that_goes_away_while_it_is_read_again_fails_nothing(tmp_path: Path) -> None:
    record, _ = await run(tmp_path, Wavering([False, None]))
    assert (record.status, record.verdict) == (AttemptStatus.ABORTED, None)


async def test_a_waiver_lets_a_fault_through_and_the_record_says_who_and_why(tmp_path: Path) -> None:
    store = BenchStore(tmp_path / "bench.sqlite")
    made = DecisionBook(store).record(
        Waiver(
            id="",
            by="Supervisor 4",
            made_at="",
            until="2999-12-31",
            subject=Subject(serial="pf1a2b3c"),
            check="camera.present",
            reason="the school asked for none",
        )
    )
    store.close()
    record, store = await run(tmp_path, Wavering([False, False]))
    finding = camera(record)
    assert (record.verdict, finding.verdict, finding.reason) == (Verdict.WAIVED, Verdict.WAIVED, "different")
    assert finding.decision is not None
    assert (finding.decision.id, finding.decision.by, finding.decision.was) == (made.id, "Supervisor 4", Verdict.FAIL)
    assert DecisionBook(store).end(made.id, "Supervisor 4", "the camera is back")
    record, _ = await run(tmp_path, Wavering([False, False]), again=True)
    assert record.verdict is Verdict.FAIL


async def test_no_shift_starts_on_a_profile_that_has_a_fault(tmp_path: Path) -> None:
    profile = tmp_path / "faulty.toml"
    profile.write_text(PROFILE.replace("equals = true", 'equals = "4 GB"'))
    laptop = HeldLaptop()
    laptop.gate.set()
    async with open_floor(tmp_path, {"one": laptop}, {**ONE, "profile": str(profile)}) as floor:
        [notice] = floor.engine.state().notices
        assert "faulty.toml:5" in notice
        answer = await floor.scan("PF1A2B3C")
        assert answer.outcome is ScanOutcome.REFUSED
        assert answer.sentence == notice
        assert floor.slot().stage is Stage.READY
        # Choosing a sound one starts the shift, and the old notice goes.
        await floor.engine.handle(UseProfile("ghwt-2021w-chromebook"))
        assert notice not in floor.engine.state().notices
        assert (await floor.scan("PF1A2B3C")).outcome is ScanOutcome.ACCEPTED
        await floor.until_stage(Stage.DONE)
    assert [one.scan.serial for one in BenchStore(tmp_path / "bench.sqlite").recent(9)] == ["PF1A2B3C"]


async def test_a_faulty_profile_never_takes_the_place_of_a_sound_one(tmp_path: Path) -> None:
    profile = tmp_path / "faulty.toml"
    profile.write_text(PROFILE.replace('confirm = "2 of 3"', 'confirm = "3 of 2"'))
    async with open_floor(tmp_path, {"one": HeldLaptop()}, ONE, SYSTEM_CLOCK) as floor:
        before = floor.engine.state().bar.profile
        await floor.engine.handle(UseProfile(str(profile)))
        answer = floor.of(ScanAnswer)[-1]
        assert answer.outcome is ScanOutcome.REFUSED
        assert "faulty.toml" in answer.sentence
        assert floor.engine.state().bar.profile == before


async def test_a_profile_of_ones_own_is_kept_as_it_was_and_explains_its_verdicts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record, store = await run(tmp_path, Wavering([True]))
    kept = store.profile(record.profile_digest)
    assert kept is not None
    assert (kept.reference, kept.digest) == (record.profile, record.profile_digest)
    store.close()
    (tmp_path / "cameras.toml").write_text("this file is another one now")
    (tmp_path / "data" / "bench").mkdir(parents=True)
    (tmp_path / "bench.sqlite").rename(tmp_path / "data" / "bench" / "bench.sqlite")
    assert station(["explain", "PF1A2B3C", "camera.present", "--data", str(tmp_path / "data")]) == 0
    assert "row of cameras@1, inferred: a test of the bench" in capsys.readouterr().out


async def test_a_laptop_that_names_its_items_as_read_again_does_not_confirm_itself(tmp_path: Path) -> None:
    class Forging(Wavering):
        async def collect(self, *, fast: bool = False) -> AsyncGenerator[CaptureStarted | Item, None]:
            async for one in super().collect(fast=fast):
                yield one
            for number in (2, 3):
                yield make_item(f"camera.again{number}", CAMERA)

    laptop = Forging([False, False, False])
    record, store = await run(tmp_path, laptop)
    assert record.verdict is Verdict.FAIL
    assert laptop.captures == 2
    assert store.evidence(record.attempt_id).items["camera.again2"].data == NO_CAMERA
