"""Who is at the bench: badges sign in, nobody tests a laptop unnamed, and an override takes two people."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from hardware.scanners.scanner import Code, Garbled, Heard
from station.bench import wording
from station.bench.badges import hidden, new_badge
from station.bench.command_codes import Verb, command_key
from station.bench.gate import Gate
from station.bench.overriding import CONFLICT
from station.bench.people import WISH_S
from station.bench.protocol import BrokenScan, Press, ScanOutcome, SignOff, Stage
from station.clock import SYSTEM_CLOCK, Clock
from station.doctor_symptom import Symptom
from station.records import AttemptKind
from station.store.golden_book import GoldenBook
from station.store.override_book import GATE_WAIVER, OverrideBook
from station.store.people_book import LONGEST_SHIFT_S, PeopleBook, Role
from tests.station.bench.floor import HeldLaptop, PlugDock, open_floor
from tests.station.bench.test_scan_desk import ASKING_PROFILE, Hand, fates, store_of
from tests.station.bench_checks.samples import attempted, good_findings

OURS, OTHER = "PF1A2B3C", "PF9Z9Z9Z"


class Badges:
    """A bench whose people are known by name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.of: dict[str, str] = {}

    def enrol(self, name: str, role: Role = "technician") -> str:
        badge = new_badge(SYSTEM_CLOCK.random_bytes)
        PeopleBook(store_of(self._folder)).enrol(name, role, badge, "boss")
        self.of[name] = badge
        return badge


@asynccontextmanager
async def bench(folder: Path, laptop: HeldLaptop, badges: Badges, profile: str = "") -> AsyncIterator[Hand]:
    now = [1_000.0]
    clock = Clock(lambda: SYSTEM_CLOCK.wall() + now[0] - 1_000.0, lambda: now[0], SYSTEM_CLOCK.random_bytes)
    settings = {"slot.1": "one"}
    if profile:
        (folder / "asking.toml").write_text(profile)
        settings["profile"] = str(folder / "asking.toml")
    async with open_floor(folder, {"one": laptop}, settings, clock) as floor:
        yield Hand(floor, now, command_key(store_of(folder)))


def ready(serial: str = "") -> HeldLaptop:
    laptop = HeldLaptop(serial=serial)
    laptop.gate.set()
    return laptop


@asynccontextmanager
async def golden_bench(folder: Path, laptop: HeldLaptop, badges: Badges) -> AsyncIterator[Hand]:
    """A bench with a golden laptop, which nobody has tested in this shift."""
    store = store_of(folder)
    profile = "ghwt-2021w-windows-laptop@2021-10-18"
    record = attempted(store, "GOLDEN01", good_findings(), kind=AttemptKind.PRODUCTION, profile=profile, slot=9)
    GoldenBook(store).register("good", record, "boss")
    async with bench(folder, laptop, badges) as hand:
        yield hand


def everything_kept(folder: Path) -> str:
    """Whatever the store's tables hold, as text."""
    database = store_of(folder).database
    return repr([list(database.query(f'SELECT * FROM "{name}"')) for name in database.table_names()])


# Signing in


async def test_where_nobody_is_enrolled_nobody_signs_in(tmp_path: Path) -> None:
    async with bench(tmp_path, ready(), Badges(tmp_path)) as hand:
        bar = hand.floor.engine.state().bar
        assert (bar.operator, bar.role) == ("anna", "")
        await hand.scan(OURS)
        await hand.floor.until_serial(OURS)
        assert (await hand.command(Verb.SIGNOFF)).sentence == wording.NOBODY_ENROLLED
    assert store_of(tmp_path).recent(1)[0].operator == "anna"


async def test_a_badge_signs_in_and_the_record_carries_the_name(tmp_path: Path) -> None:
    badges = Badges(tmp_path)
    badge = badges.enrol("Kofi Mensah")
    async with bench(tmp_path, ready(), badges) as hand:
        assert hand.floor.engine.state().bar.operator == ""
        refused = await hand.scan(OURS)
        assert (refused.outcome, refused.sentence) == (ScanOutcome.REFUSED, wording.SIGN_IN)
        answer = await hand.scan(badge)
        assert (answer.outcome, answer.sentence) == (ScanOutcome.ACCEPTED, wording.signed_in("Kofi Mensah"))
        assert answer.text == hidden(badge)
        bar = hand.floor.engine.state().bar
        assert (bar.operator, bar.role) == ("Kofi Mensah", "technician")
        assert (await hand.scan(badge)).outcome is ScanOutcome.KNOWN
        await hand.scan(OURS)
        await hand.floor.until_serial(OURS)
        assert store_of(tmp_path).recent(1)[0].operator == "Kofi Mensah"
        assert (await hand.command(Verb.SIGNOFF)).sentence == wording.signed_off("Kofi Mensah")
        assert hand.floor.engine.state().bar.operator == ""
        assert (await hand.scan(OURS)).sentence == wording.SIGN_IN
        await hand.scan(badge)
        await hand.floor.engine.handle(SignOff())
        assert hand.floor.engine.state().bar.operator == ""


async def test_a_badge_is_nowhere_but_its_end(tmp_path: Path) -> None:
    badges = Badges(tmp_path)
    badge, nobodys = badges.enrol("Kofi"), new_badge(SYSTEM_CLOCK.random_bytes)
    secrets = [text[-16:-4] for text in (badge, nobodys)]
    async with bench(tmp_path, ready(), badges) as hand:
        for text in (badge, nobodys, badge.lower(), f"{badge}X", f"{badge[:-2]}", f"{badge}:K7Q2"):
            await hand.scan(text)
        engine = hand.floor.engine
        await engine.heard(Heard("camera 0", (Code(badge, "]Q3"), Code("PF1A2B3C"))))
        await engine.heard(Garbled("serial scanner", f"\x01{badge}\x02{badge[:12]}", f"Noise {badge}"))
        await engine.handle(BrokenScan(badge[:15], "wedge", "Broken scan.", "c"))
        said = "".join(msgspec.json.encode(event).decode() for event in hand.floor.events)
        for secret in secrets:
            assert secret not in said.upper()
            assert secret[:4] not in said.upper().split("IS1:ID:", 1)[-1]
    kept = everything_kept(tmp_path).upper()
    assert not any(secret in kept for secret in secrets)
    assert (hidden(badge), "badge") in fates(tmp_path)


async def test_a_badge_of_nobody_or_of_one_who_left_opens_nothing(tmp_path: Path) -> None:
    badges = Badges(tmp_path)
    badge = badges.enrol("Kofi")
    badges.enrol("Ama")
    PeopleBook(store_of(tmp_path)).end("Kofi", "boss")
    async with bench(tmp_path, ready(), badges) as hand:
        for text in (badge, new_badge(SYSTEM_CLOCK.random_bytes)):
            answer = await hand.scan(text)
            assert (answer.outcome, answer.sentence) == (ScanOutcome.REFUSED, wording.UNKNOWN_BADGE)
        assert (await hand.scan(OURS)).sentence == wording.SIGN_IN


async def test_who_is_ended_or_works_too_long_is_signed_in_no_more(tmp_path: Path) -> None:
    badges = Badges(tmp_path)
    kofi, ama = badges.enrol("Kofi"), badges.enrol("Ama")
    async with bench(tmp_path, ready(), badges) as hand:
        await hand.scan(kofi)
        assert (await hand.scan(ama)).sentence == wording.signed_in("Ama")
        PeopleBook(store_of(tmp_path)).end("Ama", "boss")
        await hand.floor.engine.tick()
        assert hand.floor.engine.state().bar.operator == ""
        await hand.scan(kofi)
        hand.wait(LONGEST_SHIFT_S + 60)
        await hand.floor.engine.tick()
        assert hand.floor.engine.state().bar.operator == ""


async def test_a_sign_in_outlives_the_bench(tmp_path: Path) -> None:
    badges = Badges(tmp_path)
    badge = badges.enrol("Kofi")
    async with bench(tmp_path, ready(), badges) as hand:
        await hand.scan(badge)
    async with bench(tmp_path, ready(), badges) as hand:
        assert hand.floor.engine.state().bar.operator == "Kofi"


async def test_a_question_is_answered_only_in_somebodys_name(tmp_path: Path) -> None:
    badges = Badges(tmp_path)
    badge = badges.enrol("Kofi")
    async with bench(tmp_path, ready(), badges, ASKING_PROFILE) as hand:
        await hand.scan(badge)
        await hand.scan(OURS)
        await hand.floor.until_stage(Stage.ASKING)
        await hand.command(Verb.SIGNOFF)
        for verb in (Verb.PASS, Verb.FAIL, Verb.NEXT, Verb.HOLD, Verb.UNDO, Verb.GO):
            assert (await hand.command(verb)).sentence == wording.SIGN_IN
        await hand.scan(badge)
        assert (await hand.command(Verb.PASS)).outcome is ScanOutcome.ACCEPTED
        await hand.command(Verb.PASS)
        await hand.floor.until_stage(Stage.DONE)
    store = store_of(tmp_path)
    assert b'"by":"Kofi"' in store.evidence(store.recent(1)[0].attempt_id).items["operator"].data


# Overrides


async def test_two_people_test_a_laptop_against_its_firmware_and_the_record_names_the_second(tmp_path: Path) -> None:
    badges = Badges(tmp_path)
    kofi, efua = badges.enrol("Kofi"), badges.enrol("Efua", "supervisor")
    async with bench(tmp_path, ready(OTHER), badges) as hand:
        await hand.scan(kofi)
        await hand.scan(OURS)
        answer = await hand.command(Verb.GO)
        assert (answer.outcome, answer.sentence) == (ScanOutcome.ACCEPTED, wording.badge_for_conflict(OURS, 1))
        assert hand.floor.engine.state().bar.badge_wanted == wording.badge_for_conflict(OURS, 1)
        answer = await hand.scan(efua)
        assert (answer.outcome, answer.slot) == (ScanOutcome.ACCEPTED, 1)
        assert answer.sentence == wording.approved(OURS, 1, "Efua")
        assert hand.floor.engine.state().bar.badge_wanted == ""
        assert hand.floor.engine.state().bar.operator == "Kofi"
        await hand.floor.until_serial(OURS)
    store = store_of(tmp_path)
    [record] = store.recent(9)
    assert (record.operator, record.approved_by) == ("Kofi", "Efua")
    [override] = OverrideBook(store).latest(9)
    assert (override.kind, override.slot, override.serial) == (CONFLICT, 1, OURS)
    assert (override.asked_by, override.approved_by) == ("Kofi", "Efua")
    assert override.reason == wording.conflict(OURS, OTHER, 1)


async def test_nobody_approves_alone_and_two_technicians_do_not(tmp_path: Path) -> None:
    badges = Badges(tmp_path)
    kofi, ama = badges.enrol("Kofi"), badges.enrol("Ama")
    efua = badges.enrol("Efua", "supervisor")
    async with bench(tmp_path, ready(OTHER), badges) as hand:
        await hand.scan(efua)
        await hand.scan(OURS)
        await hand.command(Verb.GO)
        assert (await hand.scan(efua)).sentence == wording.another_person("Efua")
        assert (await hand.scan(kofi)).sentence == wording.approved(OURS, 1, "Kofi")
        await hand.floor.until_serial(OURS)
        await hand.scan(ama)
        await hand.scan("PF0000000")
        await hand.command(Verb.GO)
        assert (await hand.scan(kofi)).sentence == wording.a_supervisor_too("Ama", "Kofi")
        assert hand.floor.slot().stage is Stage.STOPPED
        assert hand.floor.engine.state().bar.operator == "Ama"
    assert len(OverrideBook(store_of(tmp_path)).latest(9)) == 1


async def test_what_a_second_person_is_asked_for_is_forgotten_after_thirty_seconds_and_by_undo(tmp_path: Path) -> None:
    badges = Badges(tmp_path)
    kofi, efua = badges.enrol("Kofi"), badges.enrol("Efua", "supervisor")
    async with bench(tmp_path, ready(OTHER), badges) as hand:
        await hand.scan(kofi)
        await hand.scan(OURS)
        await hand.command(Verb.GO)
        assert (await hand.command(Verb.UNDO)).sentence == wording.UNDONE_ASKING
        assert hand.floor.engine.state().bar.badge_wanted == ""
        assert hand.floor.slot().stage is Stage.STOPPED
        await hand.command(Verb.GO)
        hand.wait(WISH_S)
        await hand.floor.engine.tick()
        assert hand.floor.engine.state().bar.badge_wanted == ""
        assert (await hand.scan(efua)).sentence == wording.signed_in("Efua")
    assert OverrideBook(store_of(tmp_path)).latest(9) == []


async def test_a_badge_that_approved_is_not_read_again_as_a_sign_in(tmp_path: Path) -> None:
    badges = Badges(tmp_path)
    kofi, efua = badges.enrol("Kofi"), badges.enrol("Efua", "supervisor")
    async with bench(tmp_path, ready(OTHER), badges) as hand:
        await hand.scan(kofi)
        await hand.scan(OURS)
        await hand.command(Verb.GO)
        await hand.scan(efua)
        hand.wait(-2.0)  # the scanner bounces
        assert (await hand.scan(efua)).sentence == wording.BADGE_TWICE
        assert hand.floor.engine.state().bar.operator == "Kofi"


async def test_what_was_approved_is_done_only_while_it_is_still_so(tmp_path: Path) -> None:
    badges = Badges(tmp_path)
    kofi, efua = badges.enrol("Kofi"), badges.enrol("Efua", "supervisor")
    async with bench(tmp_path, ready(OTHER), badges) as hand:
        await hand.scan(kofi)
        await hand.scan(OURS)
        await hand.command(Verb.GO)
        await hand.scan("PF0000000")  # another label stops the slot now
        answer = await hand.scan(efua)
        assert (answer.outcome, answer.sentence) == (ScanOutcome.REFUSED, wording.JUST_CHANGED)
        assert hand.floor.slot().stage is Stage.STOPPED
    assert OverrideBook(store_of(tmp_path)).latest(9) == []


async def test_a_bench_that_knows_nobody_cannot_override_and_says_how_to(tmp_path: Path) -> None:
    async with bench(tmp_path, ready(OTHER), Badges(tmp_path)) as hand:
        await hand.scan(OURS)
        answer = await hand.press("GO")
        assert (answer.outcome, answer.sentence) == (ScanOutcome.REFUSED, wording.NO_SECOND_PERSON)
        assert "station operator add" in answer.sentence


async def test_go_where_nothing_is_stopped_does_nothing(tmp_path: Path) -> None:
    async with bench(tmp_path, ready(), Badges(tmp_path)) as hand:
        assert (await hand.command(Verb.GO)).sentence == wording.nothing_stopped(1)
        await hand.floor.engine.handle(Press("SIGNOFF", 1))  # no key of a slot
        assert hand.floor.engine.state().bar.operator == "anna"


# A slot that is blocked


async def test_a_supervisor_opens_a_blocked_slot_until_the_end_of_the_shift(tmp_path: Path) -> None:
    badges = Badges(tmp_path)
    kofi, efua = badges.enrol("Kofi"), badges.enrol("Efua", "supervisor")
    async with golden_bench(tmp_path, ready(), badges) as hand:
        blocked = hand.floor.slot().blocked
        assert blocked
        await hand.scan(kofi)
        refused = await hand.scan(OURS)
        assert (refused.outcome, refused.sentence) == (ScanOutcome.REFUSED, blocked)
        assert (await hand.command(Verb.GO)).sentence == wording.badge_for_waiver(1)
        assert (await hand.scan(efua)).outcome is ScanOutcome.ACCEPTED
        assert hand.floor.slot().blocked == ""
        assert (await hand.scan(OURS)).outcome is ScanOutcome.ACCEPTED
        await hand.floor.until_serial(OURS)
    [override] = OverrideBook(store_of(tmp_path)).latest(9)
    assert (override.kind, override.asked_by, override.approved_by) == (GATE_WAIVER, "Kofi", "Efua")


async def test_a_golden_laptop_is_tested_in_a_blocked_slot_and_counts_in_no_yield(tmp_path: Path) -> None:
    async with golden_bench(tmp_path, ready(), Badges(tmp_path)) as hand:
        answer = await hand.scan("GOLDEN01")
        assert answer.outcome is ScanOutcome.ACCEPTED
        state = await hand.floor.until_serial("GOLDEN01")
        assert state.bench_check
        await hand.floor.until(lambda: "GOLDEN01" in hand.floor.of(type(answer))[-1].sentence)
        # Whoever stands there reads what it proved, and is not told to pack it.
        await hand.floor.until(lambda: "as expected in slot 1" in hand.floor.slot().headline)
        said = hand.floor.slot().headline
        assert said == hand.floor.of(type(answer))[-1].sentence
        await hand.floor.engine.tick()
        assert hand.floor.engine.state().bar.today == 1  # the attempt from which it was registered
        # The next run of it asks for no reason.
        await hand.scan("GOLDEN01")
        await hand.floor.until(lambda: len(store_of(tmp_path).recent(9)) == 3)
    records = store_of(tmp_path).recent(9)
    assert {one.retest for one in records} == {""}
    assert [one.kind for one in records[:2]] == [AttemptKind.BENCH_CHECK] * 2
    async with open_floor(tmp_path, {"one": PlugDock()}, {"slot.1": "one"}) as floor:
        assert floor.slot().headline == said


async def test_a_golden_laptop_that_was_interrupted_goes_on_in_a_blocked_slot_with_one_key(tmp_path: Path) -> None:
    store = store_of(tmp_path)
    profile = "ghwt-2021w-windows-laptop@2021-10-18"
    record = attempted(store, "GOLDEN01", good_findings(), kind=AttemptKind.PRODUCTION, profile=profile, slot=9)
    GoldenBook(store).register("good", record, "boss")
    held = HeldLaptop(serial="GOLDEN01")
    async with open_floor(tmp_path, {"one": held}, {"slot.1": "one"}, abandon=True) as floor:
        await floor.scan("GOLDEN01")
        await floor.until(lambda: floor.slot().done > 0)
    async with open_floor(tmp_path, {"one": ready("GOLDEN01")}, {"slot.1": "one"}) as floor:
        assert (await floor.until_stage(Stage.STOPPED)).blocked
        assert (await floor.press("GO")).sentence == wording.resumed("GOLDEN01", 1)
        assert (await floor.until_serial("GOLDEN01")).bench_check


async def test_what_the_bench_cannot_do_without_blocks_every_slot_and_no_waiver_helps(tmp_path: Path) -> None:
    badges = Badges(tmp_path)
    kofi = badges.enrol("Kofi", "supervisor")
    async with bench(tmp_path, ready(), badges) as hand:
        await hand.scan(kofi)
        gate = hand.floor.engine.gates._gate
        gate.symptoms([Symptom("disk", False, True, "The disk is full.", "Free some space.")])
        await hand.floor.engine.tick()
        blocked = hand.floor.slot().blocked
        assert "The disk is full." in blocked
        assert (await hand.scan(OURS)).sentence == blocked
        assert (await hand.command(Verb.GO)).sentence == blocked
        gate.symptoms([])
        await hand.floor.engine.tick()
        assert (await hand.scan(OURS)).outcome is ScanOutcome.ACCEPTED


async def test_a_defect_in_the_gate_stops_no_scan_from_being_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def defect(self: Gate, *args: object) -> None:
        raise ZeroDivisionError("a defect")

    async with bench(tmp_path, ready(), Badges(tmp_path)) as hand:
        for name in ("golden", "blocked", "refresh", "ended"):
            monkeypatch.setattr(Gate, name, defect)
        await hand.floor.engine.tick()
        assert (await hand.scan(OURS)).outcome is ScanOutcome.ACCEPTED
        await hand.floor.until_serial(OURS)
    assert "ZeroDivisionError" in capsys.readouterr().err


async def test_a_defect_of_the_desk_is_answered_too_and_repeats_no_badge(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def defect(self: PeopleBook, *args: object) -> None:
        raise ZeroDivisionError("a defect")

    badges = Badges(tmp_path)
    badge = badges.enrol("Kofi")
    async with bench(tmp_path, ready(), badges) as hand:
        with monkeypatch.context() as patched:
            patched.setattr(PeopleBook, "by_badge", defect)
            answer = await hand.scan(badge)
        assert (answer.outcome, answer.sentence) == (ScanOutcome.REFUSED, wording.SCAN_DEFECT)
        assert answer.text == hidden(badge)
        assert (await hand.scan(badge)).outcome is ScanOutcome.ACCEPTED
    assert badge not in capsys.readouterr().err
