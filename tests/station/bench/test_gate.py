"""The gate: a slot that nobody has proven in this shift tests no laptop of a delivery."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.verdict import Verdict
from specs.profile import Profile
from specs.text import is_clean
from station.bench.expecting import GoldenKind, Problem
from station.bench.gate import Gate, GoldenRunTold
from station.bench.gating import GateFacts, slot_gate
from station.bench.keeper import Keeper
from station.bench.shifts import SHIFTS
from station.clock import Clock
from station.doctor_symptom import Symptom
from station.records import AttemptKind, AttemptRecord, AttemptStatus
from station.store.bench_store import BenchStore
from station.store.golden_book import GateWaiver, Golden, GoldenBook, GoldenRun
from tests.station.bench_checks.samples import (
    BAD,
    CAMERA,
    GOOD,
    HEALTH,
    attempted,
    bad_findings,
    finding,
    good_findings,
)
from tests.station.deciding.samples import LIBRARY
from tests.station.store.conftest import still_clock

SHIFT = "2027-01-15 06:00"
NOW = "2027-01-15T08:00:00.000Z"


def golden(kind: GoldenKind = "good", serial: str = "", profile: str = "demo") -> Golden:
    named = serial or (GOOD if kind == "good" else BAD)
    return Golden(f"id of {named}", named, kind, "LENOVO 81MA", profile, {}, "an attempt", NOW, "Boss")


def run(kind: GoldenKind, well: bool = True, **changes: object) -> GoldenRun:
    problems = () if well else (Problem(HEALTH, ("pass", "marginal"), "fail"),)
    made = GoldenRun("an attempt", GOOD if kind == "good" else BAD, kind, 3, SHIFT, "d1", well, problems, NOW)
    return msgspec.structs.replace(made, **changes)


def facts(*runs: GoldenRun, **changes: object) -> GateFacts:
    made = GateFacts(SHIFT, "demo", "d1", (golden("good"), golden("bad")), runs)
    return msgspec.structs.replace(made, **changes)


def state(found: GateFacts, slot: int = 3, now: str = NOW) -> str:
    return slot_gate(slot, found, now, UTC).state


BOTH = (run("good"), run("bad"))


def test_without_a_golden_laptop_the_gate_is_off() -> None:
    assert state(facts(goldens=())) == "off"


def test_a_slot_opens_with_a_good_and_a_bad_run_of_this_shift_slot_and_profile() -> None:
    assert state(facts()) == "blocked"
    assert state(facts(run("good"))) == "blocked"
    assert state(facts(run("bad"))) == "blocked"
    assert state(facts(*BOTH)) == "open"
    assert state(facts(*BOTH), slot=4) == "blocked"
    assert state(facts(*BOTH, digest="d2")) == "blocked"
    assert state(facts(*BOTH, shift="2027-01-15 14:00")) == "blocked"
    assert state(facts(*BOTH, profile="", digest="")) == "blocked"


def test_a_later_run_that_comes_out_otherwise_closes_the_slot_until_one_does_not() -> None:
    assert state(facts(*BOTH, run("bad", well=False))) == "blocked"
    assert state(facts(*BOTH, run("good", well=False), run("bad"))) == "blocked"
    assert state(facts(*BOTH, run("good", well=False), run("good"))) == "open"
    # Another slot's trouble is another slot's.
    assert state(facts(*BOTH, run("good", well=False, slot=4))) == "open"


def test_a_laptop_that_is_golden_no_longer_proves_nothing_and_its_doubt_stays() -> None:
    gone = {"registered": False}
    assert state(facts(run("good", **gone), run("bad"))) == "blocked"
    assert state(facts(*BOTH, run("good", well=False, **gone))) == "blocked"
    assert state(facts(*BOTH, run("good", well=False, **gone), run("good"))) == "open"


def waiver(slot: int = 3, until: str = "2027-01-15T14:00:00.000Z", ended: str = "") -> GateWaiver:
    return GateWaiver("an id", slot, NOW, until, "anna", "bob", "the golden laptop is out", ended)


def test_a_waiver_opens_its_slot_until_its_end() -> None:
    waived = facts(waivers=(waiver(),))
    assert state(waived) == "waived"
    assert state(waived, slot=4) == "blocked"
    assert state(waived, now="2027-01-15T13:59:59.999Z") == "waived"
    assert state(waived, now="2027-01-15T14:00:00.000Z") == "blocked"
    assert state(facts(waivers=(waiver(ended=NOW),))) == "blocked"
    assert state(facts(*BOTH, waivers=(waiver(),))) == "open"
    sentence = slot_gate(3, waived, NOW, ZoneInfo("Europe/London")).sentence
    assert all(word in sentence for word in ("2027-01-15 14:00", "anna", "bob", "the golden laptop is out"))


def test_what_the_bench_cannot_do_without_blocks_every_slot_whatever_else_is_well() -> None:
    needed = Symptom("disk", False, True, "no space is left.", "Free some.")
    for found in (facts(*BOTH), facts(waivers=(waiver(),)), facts(goldens=())):
        blocked = msgspec.structs.replace(found, symptoms=(needed,))
        assert [state(blocked, slot) for slot in (1, 3)] == ["blocked", "blocked"]
        assert "disk: no space is left. Free some." in slot_gate(3, blocked, NOW, UTC).sentence
    for fine in (Symptom("disk", True, True, "10 GB."), Symptom("camera", False, False, "none.")):
        assert state(facts(*BOTH, symptoms=(fine,))) == "open"


def sentence(found: GateFacts) -> str:
    return slot_gate(3, found, NOW, UTC).sentence


def test_the_sentence_says_what_to_scan_next() -> None:
    first = sentence(facts())
    assert first.startswith("Slot 3: scan the golden laptop (good) PF1A2B3C first; then")
    assert "PF9Z8Y7X" in first
    assert sentence(facts(run("good"))) == "Slot 3: now scan the known-bad laptop PF9Z8Y7X."
    assert BAD not in sentence(facts(run("bad")))
    several = sentence(facts(goldens=(golden(), golden(serial="PF0000AA"), golden("bad"))))
    assert "PF1A2B3C or PF0000AA" in several


def test_the_sentence_names_the_checks_that_came_out_otherwise() -> None:
    failed = sentence(facts(run("bad"), run("good", well=False)))
    assert "PF1A2B3C did not come out as expected (Battery health failed and should not)" in failed
    missed = run("bad", problems=(Problem(CAMERA, ("fail",), "pass"), Problem("usb.ports", ("fail",))), well=False)
    assert "Camera passed and should fail" in sentence(facts(run("good"), missed))
    shown = slot_gate(3, facts(run("good"), missed), "2027-01-15T08:30:00.000Z", UTC)
    assert shown.good == "as expected at 08:00 (PF1A2B3C)"
    assert shown.bad.startswith("not as expected at 08:00 (PF9Z8Y7X): ")


def test_a_missing_kind_is_said_with_the_command_that_mends_it() -> None:
    assert "station golden add SERIAL --kind bad" in sentence(facts(goldens=(golden("good"),)))
    for_another = sentence(facts(goldens=(golden("good", profile="other"), golden("bad", profile="other"))))
    assert "for demo" in for_another
    assert "--kind good" in for_another


KINDS: tuple[GoldenKind, ...] = ("good", "bad")
RUNS = st.lists(
    st.builds(
        lambda kind, well, slot, digest, shift, registered: run(
            kind, well, slot=slot, profile_digest=digest, shift=shift, registered=registered
        ),
        st.sampled_from(KINDS),
        st.booleans(),
        st.sampled_from([3, 4]),
        st.sampled_from(["d1", "d2"]),
        st.sampled_from([SHIFT, "2027-01-14 22:00"]),
        st.booleans(),
    ),
    max_size=12,
)
WAIVERS = st.lists(
    st.builds(
        waiver,
        st.sampled_from([3, 4]),
        st.sampled_from(["2027-01-15T07:00:00.000Z", NOW, "2027-01-15T14:00:00.000Z"]),
        st.sampled_from(["", NOW]),
    ),
    max_size=3,
)
SYMPTOMS = st.lists(st.builds(Symptom, st.just("disk"), st.booleans(), st.booleans(), st.text(max_size=30)), max_size=2)


@given(runs=RUNS, waivers=WAIVERS, symptoms=SYMPTOMS)
def test_no_slot_tests_unproven_or_with_something_missing(
    runs: list[GoldenRun], waivers: list[GateWaiver], symptoms: list[Symptom]
) -> None:
    found = facts(*runs, waivers=tuple(waivers), symptoms=tuple(symptoms))
    stands = slot_gate(3, found, NOW, UTC)
    missing = any(one.needed and not one.well for one in symptoms)
    in_force = any(one.slot == 3 and one.until > NOW and not one.ended_at for one in waivers)
    if stands.state == "open":
        for kind in KINDS:
            here = [
                one for one in runs if (one.kind, one.slot, one.shift, one.profile_digest) == (kind, 3, SHIFT, "d1")
            ]
            proven = max((place for place, one in enumerate(here) if one.well and one.registered), default=-1)
            doubted = max((place for place, one in enumerate(here) if not one.well), default=-1)
            assert proven > doubted
    if stands.state == "waived":
        assert in_force
    assert (stands.state == "blocked") or not missing
    assert stands.state != "blocked" or missing or not in_force
    assert stands.sentence
    assert is_clean(stands.sentence, 512)


@given(text=st.text(max_size=300))
def test_what_laptops_people_and_devices_say_is_safe_to_show(text: str) -> None:
    hostile = golden(serial=text or "x")
    shown = [
        slot_gate(3, facts(goldens=(hostile, golden("bad"))), NOW, UTC),
        slot_gate(3, facts(run("good", well=False, serial=text, problems=(Problem(text, (text,), text),))), NOW, UTC),
        slot_gate(3, facts(symptoms=(Symptom(text, False, True, text, text),)), NOW, UTC),
        slot_gate(3, facts(waivers=(msgspec.structs.replace(waiver(), asked_by=text, reason=text),)), NOW, UTC),
    ]
    for one in shown:
        for said in (one.good, one.bad, one.sentence):
            assert said.isprintable()
            assert len(said) <= 600


class Bench:
    """A gate over a store of its own, at a time that stands where it is put."""

    def __init__(self, path: Path) -> None:
        self.now = datetime.fromisoformat(NOW).timestamp()
        still = still_clock()
        self.clock = Clock(lambda: self.now, lambda: self.now, still.random_bytes)
        self.keeper = Keeper(path, self.clock)
        self.profile: Profile = LIBRARY.open("demo@1")
        self.gate = Gate(self.keeper, self.clock, UTC)

    async def tested(self, serial: str, *, well: bool = True, slot: int = 3, **changes: object) -> AttemptRecord:
        findings = good_findings() if (serial == GOOD) is well else bad_findings()
        kept = {"slot": slot, "digest": self.profile.digest, **changes}
        return await self.keeper.ask(lambda store: attempted(store, serial, findings, **kept))  # type: ignore[arg-type]

    async def register(self) -> None:
        """Both laptops, each from an attempt as on any laptop."""
        for serial, kind in zip((GOOD, BAD), KINDS, strict=True):
            record = await self.tested(serial, kind=AttemptKind.PRODUCTION)

            def keep(store: BenchStore, kind: GoldenKind = kind, record: AttemptRecord = record) -> Golden:
                return GoldenBook(store, self.clock).register(kind, record, "Boss")

            await self.keeper.ask(keep)
        await self.refresh()

    async def refresh(self) -> bool:
        return await self.gate.refresh(self.profile, range(1, 5))

    async def ran(self, serial: str, **changes: object) -> str:
        return (await self.told(serial, **changes)).sentence

    async def told(self, serial: str, **changes: object) -> GoldenRunTold:
        return await self.gate.ended(await self.tested(serial, **changes), self.profile)  # type: ignore[arg-type]


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    made = Bench(tmp_path / "bench.sqlite")
    await made.keeper.open()
    yield made
    await made.keeper.close()


async def test_a_bench_without_golden_laptops_works_at_once(bench: Bench) -> None:
    assert bench.gate.blocked(3) == ""
    assert not await bench.refresh()
    assert [one.state for one in bench.gate.gates((1, 2))] == ["off", "off"]
    assert bench.gate.golden(GOOD) is None


async def test_a_shift_begins_blocked_and_each_slot_is_proven_by_itself(bench: Bench) -> None:
    await bench.register()
    assert GOOD in bench.gate.blocked(3)
    assert bench.gate.golden(GOOD) is not None
    said = await bench.ran(GOOD)
    assert said == "The golden laptop (good) PF1A2B3C came out as expected in slot 3."
    assert bench.gate.blocked(3) == "Slot 3: now scan the known-bad laptop PF9Z8Y7X."
    await bench.ran(BAD)
    assert bench.gate.blocked(3) == ""
    assert bench.gate.blocked(4) != ""
    assert [one.state for one in bench.gate.gates((3, 4))] == ["open", "blocked"]


async def test_the_next_shift_begins_blocked_without_anybody_looking(bench: Bench) -> None:
    await bench.register()
    await bench.ran(GOOD)
    await bench.ran(BAD)
    assert bench.gate.shift.name == SHIFT
    bench.now = bench.gate.shift.ends - 0.001
    assert bench.gate.blocked(3) == ""
    bench.now = bench.gate.shift.ends
    assert bench.gate.blocked(3) != ""
    assert bench.gate.shift.name == "2027-01-15 14:00"
    assert await bench.refresh() is False


async def test_a_bench_that_finds_a_fault_on_a_good_laptop_is_blocked_again(bench: Bench) -> None:
    await bench.register()
    await bench.ran(GOOD)
    await bench.ran(BAD)
    told = await bench.told(GOOD, well=False)
    assert not told.well
    assert "Battery health failed and should not" in told.sentence
    assert GOOD in bench.gate.blocked(3)
    await bench.ran(GOOD)
    assert bench.gate.blocked(3) == ""


async def test_what_was_not_tested_to_its_end_or_by_another_profile_proves_nothing(bench: Bench) -> None:
    await bench.register()
    await bench.ran(BAD)
    assert "not tested to its end" in await bench.ran(GOOD, status=AttemptStatus.ABORTED)
    assert "other" in await bench.ran(GOOD, profile="other@1")
    assert bench.gate.blocked(3) != ""
    # Under the same profile as it was yesterday it came out well, and counts for that one alone.
    await bench.ran(GOOD, digest="yesterday's")
    assert bench.gate.blocked(3) != ""
    assert await bench.ran(GOOD, kind=AttemptKind.PRODUCTION) == ""
    assert bench.gate.blocked(3) != ""
    await bench.ran(GOOD)
    assert bench.gate.blocked(3) == ""


async def test_a_waiver_opens_a_slot_until_the_end_of_the_shift(bench: Bench) -> None:
    await bench.register()
    assert bench.gate.waivable(3)
    said = await bench.gate.waive(3, "anna", "bob", "the golden laptop is out")
    assert "until 2027-01-15 14:00" in said
    assert (bench.gate.blocked(3), bench.gate.waivable(3)) == ("", False)
    assert bench.gate.blocked(4) != ""
    bench.now = bench.gate.shift.ends
    assert bench.gate.blocked(3) != ""


async def test_no_waiver_is_asked_for_where_none_would_help(bench: Bench) -> None:
    await bench.register()
    bench.gate.symptoms([Symptom("disk", False, True, "no space is left.", "Free some.")])
    assert "no space is left" in bench.gate.blocked(1)
    assert not bench.gate.waivable(1)
    bench.gate.symptoms([Symptom("disk", True, True, "10 GB.")])
    assert bench.gate.waivable(1)


async def test_what_changes_on_the_command_line_is_seen_at_the_next_look(bench: Bench) -> None:
    await bench.register()
    await bench.ran(GOOD)
    await bench.ran(BAD)
    await bench.keeper.ask(lambda store: store.set_setting(SHIFTS, "07:30 19:30"))
    assert await bench.refresh()
    assert (bench.gate.shift.name, bench.gate.blocked(3) != "") == ("2027-01-15 07:30", True)
    await bench.keeper.ask(lambda store: store.set_setting(SHIFTS, "no time at all"))
    assert await bench.refresh()
    assert bench.gate.blocked(3) == ""
    await bench.keeper.ask(lambda store: [GoldenBook(store).end(serial, "Boss") for serial in (GOOD, BAD)])
    assert await bench.refresh()
    assert bench.gate.gates((3,))[0].state == "off"


async def test_a_run_counts_in_the_shift_in_which_it_ended(bench: Bench) -> None:
    await bench.register()
    late = await bench.tested(GOOD)
    await bench.ran(BAD)
    bench.now = bench.gate.shift.ends
    await bench.gate.ended(late, bench.profile)
    await bench.ran(BAD)
    assert GOOD in bench.gate.blocked(3)


async def test_a_check_that_could_not_be_done_on_a_good_laptop_blocks(bench: Bench) -> None:
    await bench.register()
    findings = (*good_findings()[1:], finding(HEALTH, Verdict.ERROR))
    digest = bench.profile.digest
    record = await bench.keeper.ask(lambda store: attempted(store, GOOD, findings, slot=3, digest=digest))
    assert (
        "Battery health could not be tested and should pass" in (await bench.gate.ended(record, bench.profile)).sentence
    )
