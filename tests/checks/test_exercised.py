"""Exercises: nothing passes that was not done to its end, and a fault that was found until then still counts."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from checks.catalogue import CATALOGUE
from checks.check import Check, Example, Kind, Measured
from checks.keyboard_layouts import KEYS
from checks.verdict import MAY_SHIP, Verdict
from hardware.evidence.exercises.key_names import key_name
from hardware.probe.exercises.keyboard import LAYOUTS
from specs.facts import (
    BrokenOff,
    Disk,
    DiskRead,
    DisplayShown,
    Exercises,
    Facts,
    KeysPressed,
    Known,
    MemoryTest,
    Processor,
    ProcessorLoad,
    SoundLoop,
    TouchpadTouched,
    Unknown,
    WifiScan,
    known,
)
from specs.limits import AtLeast, AtMost, Equals, Limit
from tests.checks.families import PROBLEMS, outcome, unknowns, value, verdict

AT_WORK = [check for check in CATALOGUE.values() if check.kind is Kind.EXERCISE]
DONE = [
    pytest.param(check, example, id=f"{check.id}: {example.says}")
    for check in AT_WORK
    for example in check.examples
    if example.value is not None
]


def only_need(check: Check) -> str:
    """The one exercise that the check needs."""
    [need] = check.needs
    return need.removeprefix("exercise-")


def passing(example: Example) -> Limit:
    """A limit that the example's reading meets."""
    assert example.value is not None
    return Equals(example.value) if not isinstance(example.value, tuple) else Equals(example.value[0])


def failing(example: Example) -> Limit:
    """A limit that it does not meet."""
    if isinstance(example.value, bool):
        return Equals(not example.value)
    assert isinstance(example.value, int | float)
    return AtLeast(example.value + 1)


def without(facts: Facts, exercise: str, why: Unknown) -> Facts:
    return replace(facts, exercises=replace(facts.exercises, **{exercise: why}))


def broken(facts: Facts, exercise: str) -> Facts:
    return replace(facts, exercises=replace(facts.exercises, broken_off=(BrokenOff(exercise, "it hung"),)))


def test_each_check_of_an_exercise_needs_one_that_the_facts_have():
    assert {only_need(check) for check in AT_WORK} == {*Exercises.__struct_fields__} - {"broken_off"}


@pytest.mark.parametrize(("check", "example"), DONE)
class TestEveryExample:
    def test_passes_by_a_limit_that_it_meets(self, check: Check, example: Example):
        assert verdict(check.id, passing(example), example.facts, **example.arguments) is Verdict.PASS

    @pytest.mark.parametrize("problem", PROBLEMS)
    def test_passes_nothing_without_its_item(self, check: Check, example: Example, problem: str):
        why = Unknown("for a reason", (check.needs[0],), problem)
        facts = without(example.facts, only_need(check), why)
        assert check.reading(facts, example.arguments) == why
        assert verdict(check.id, passing(example), facts, **example.arguments) not in MAY_SHIP

    def test_passes_nothing_where_the_exercise_broke_off(self, check: Check, example: Example):
        facts = broken(example.facts, only_need(check))
        assert verdict(check.id, passing(example), facts, **example.arguments) is Verdict.ERROR
        reading = check.reading(facts, example.arguments)
        assert isinstance(reading, Measured)
        assert reading.unread is not None
        assert "it hung" in reading.unread.reason

    def test_fails_by_what_was_found_before_it_broke_off(self, check: Check, example: Example):
        facts = broken(example.facts, only_need(check))
        assert verdict(check.id, failing(example), facts, **example.arguments) is Verdict.FAIL

    def test_does_not_mind_that_another_exercise_broke_off(self, check: Check, example: Example):
        other = "lid" if only_need(check) != "lid" else "usb"
        facts = broken(example.facts, other)
        assert check.reading(facts, example.arguments) == check.reading(example.facts, example.arguments)


# ---- several parts --------------------------------------------------------------------------------------------------

numbers = st.builds(Known, st.sampled_from((0, 3)), st.just(("item",))) | unknowns()
levels = st.builds(Known, st.sampled_from((0.5, 12.0, 30.0)), st.just(("item",))) | unknowns()
amounts = st.sampled_from((0, 10**6, 10**9))
disks = st.builds(DiskRead, name=st.sampled_from(("sda", "sdb")), read_bytes=amounts, errors=numbers, speed_mb_s=levels)
fitted = st.builds(
    Disk,
    name=st.sampled_from(("sda", "sdb", "nvme0n1")),
    bytes=st.builds(Known, st.sampled_from((4 * 10**6, 64 * 10**9)), st.just(("item",))) | unknowns(),
    removable=st.builds(Known, st.booleans(), st.just(("item",))) | unknowns(),
)
LEAST_MB = {"least_mb": 100}
loops = st.builds(
    SoundLoop,
    playback=st.sampled_from(("hw:0,0", "hw:1,0")),
    capture=st.sampled_from(("hw:0,0", "hw:0,2")),
    channel=st.sampled_from(("left", "right")),
    hertz=st.just(2000),
    over_noise_db=levels,
)


def of(**exercises: Any) -> Facts:
    done = {name: known(parts, f"exercise-{name}") for name, parts in exercises.items()}
    return Facts(exercises=replace(Exercises(), **done))


@given(st.lists(disks, max_size=3), st.randoms())
def test_the_order_of_disks_never_matters(found: list[DiskRead], random: Any):
    ids = ("storage.read_errors", "storage.read_speed")
    first = [outcome(CATALOGUE[check].reading(of(storage=tuple(found)), LEAST_MB)) for check in ids]
    random.shuffle(found)
    assert [outcome(CATALOGUE[check].reading(of(storage=tuple(found)), LEAST_MB)) for check in ids] == first


@given(st.lists(disks, max_size=3), disks)
def test_another_disk_never_helps_a_laptop_that_did_not_pass(found: list[DiskRead], other: DiskRead):
    for check, limit in (("storage.read_errors", AtMost(0)), ("storage.read_speed", AtLeast(15))):
        if found and verdict(check, limit, of(storage=tuple(found)), **LEAST_MB) not in MAY_SHIP:
            assert verdict(check, limit, of(storage=(*found, other)), **LEAST_MB) not in MAY_SHIP


@given(st.lists(disks, max_size=3), st.lists(fitted, max_size=3))
def test_a_disk_passes_only_where_enough_of_each_that_is_built_in_was_read(found: list[DiskRead], own: list[Disk]):
    facts = replace(of(storage=tuple(found)), storage=known(tuple(own)))
    if verdict("storage.read_errors", AtMost(0), facts, **LEAST_MB) not in MAY_SHIP:
        return
    read = {disk.name: disk.read_bytes for disk in found}
    built_in = [disk for disk in own if disk.removable == Known(False, ("item",))]
    for disk in built_in:
        assert read[disk.name] >= (4 * 10**6 if disk.bytes == Known(4 * 10**6, ("item",)) else 10**8)
    assert built_in or min(read.values()) >= 10**8


@given(st.lists(loops, max_size=6), st.randoms())
def test_the_order_of_loops_never_matters(found: list[SoundLoop], random: Any):
    first = outcome(CATALOGUE["audio.loop"].reading(of(sound=tuple(found))))
    random.shuffle(found)
    assert outcome(CATALOGUE["audio.loop"].reading(of(sound=tuple(found)))) == first


@given(st.lists(loops, max_size=8))
def test_sound_passes_only_where_one_microphone_hears_both_loudspeakers(found: list[SoundLoop]):
    if verdict("audio.loop", AtLeast(2.5), of(sound=tuple(found))) not in MAY_SHIP:
        return
    good: dict[tuple[str, str], set[str]] = {}
    for loop in found:
        if isinstance(loop.over_noise_db, Known) and loop.over_noise_db.value >= 2.5:
            good.setdefault((loop.playback, loop.capture), set()).add(loop.channel)
    assert {"left", "right"} in good.values()


def test_a_microphone_socket_with_nothing_in_it_fails_no_laptop():
    def loop(capture: str, channel: str, db: float) -> SoundLoop:
        return SoundLoop("hw:0,0", capture, channel, 2000, known(db))

    own = (loop("hw:0,0", "left", 30.0), loop("hw:0,0", "right", 20.0))
    socket = (loop("hw:0,2", "left", 0.1), loop("hw:0,2", "right", 0.0))
    assert value("audio.loop", of(sound=(*socket, *own))) == 20.0


def test_a_loop_that_could_not_be_played_passes_nothing_and_excuses_no_silence():
    refused = SoundLoop("hw:0,0", "hw:0,0", "right", 2000, Unknown("busy", (), "unreadable"))
    heard, silent = (SoundLoop("hw:0,0", "hw:0,0", "left", 2000, known(db)) for db in (30.0, 0.0))
    assert verdict("audio.loop", AtLeast(2.5), of(sound=(heard, refused))) is Verdict.ERROR
    assert verdict("audio.loop", AtLeast(2.5), of(sound=(silent, refused))) is Verdict.FAIL


def test_a_second_adapter_that_cannot_scan_is_no_pass():
    scans = (WifiScan("wlan0", known(())), WifiScan("wlan1", Unknown("busy", (), "unreadable")))
    assert verdict("wireless.scan", AtLeast(1), of(wifi=scans)) is Verdict.FAIL
    assert value("wireless.scan", of(wifi=scans[1:])) is None


@pytest.mark.parametrize(("tested", "passes"), [(0, 5), (2**30, 0), (0, 0)])
def test_a_memory_test_that_tested_nothing_finds_no_memory_sound(tested: int, passes: int):
    facts = Facts(exercises=Exercises(memory=known(MemoryTest(tested, 2**30, passes, 0))))
    assert verdict("memory.test", AtMost(0), facts, least_mb=1, least_percent=1) is Verdict.INCONCLUSIVE


# ---- enough of it ---------------------------------------------------------------------------------------------------

MEMORY = {"least_mb": 64, "least_percent": 10}


def memory(tested: int, free: int, mismatches: int = 0) -> Verdict:
    facts = Facts(exercises=Exercises(memory=known(MemoryTest(tested, free, 5, mismatches))))
    return verdict("memory.test", AtMost(0), facts, **MEMORY)


def test_memory_passes_by_the_share_and_the_amount_that_the_profile_asks_for():
    assert memory(200 * 2**20, 380 * 2**20) is Verdict.PASS
    assert memory(64 * 2**20, 640 * 2**20) is Verdict.PASS
    for tested, free in ((8, 8), (64 * 2**20 - 1, 64 * 2**20), (64 * 2**20, 641 * 2**20), (2**30, 32 * 2**30)):
        assert memory(tested, free) is Verdict.INCONCLUSIVE


def test_a_fault_counts_however_little_was_done():
    assert memory(8, 2**30, mismatches=1) is Verdict.FAIL
    little = (DiskRead("sda", 10**6, known(1), known(2.0)),)
    assert verdict("storage.read_errors", AtMost(0), of(storage=little), **LEAST_MB) is Verdict.FAIL
    assert verdict("storage.read_speed", AtLeast(15), of(storage=little), **LEAST_MB) is Verdict.FAIL
    assert load(ProcessorLoad(1, 1, 1, 0.0)) is Verdict.FAIL


def load(done: ProcessorLoad, threads: int | None = None) -> Verdict:
    processor = Processor() if threads is None else Processor(threads=known(threads))
    facts = Facts(processor=processor, exercises=Exercises(cpu=known(done)))
    return verdict("processor.load", AtMost(0), facts, least_s=10)


def test_a_slow_processor_passes_and_one_that_worked_too_short_or_in_part_does_not():
    assert load(ProcessorLoad(2, 2, 0, 10.0), 2) is Verdict.PASS
    assert load(ProcessorLoad(2, 900, 0, 17.0)) is Verdict.PASS
    assert load(ProcessorLoad(2, 900, 0, 9.9), 2) is Verdict.INCONCLUSIVE
    assert load(ProcessorLoad(2, 900, 0, 17.0), 4) is Verdict.INCONCLUSIVE
    assert load(ProcessorLoad(2, 1, 0, 17.0), 2) is Verdict.INCONCLUSIVE


def test_a_built_in_disk_that_the_exercise_leaves_out_passes_nothing():
    read = DiskRead("sda", 10**9, known(0), known(100.0))
    small = Disk("sdb", bytes=known(4 * 10**6), removable=known(False))
    facts = replace(of(storage=(read,)), storage=known((Disk("sda", removable=known(False)), small)))
    assert verdict("storage.read_errors", AtMost(0), facts, **LEAST_MB) is Verdict.INCONCLUSIVE
    whole = DiskRead("sdb", 4 * 10**6, known(0), known(100.0))
    facts = replace(facts, exercises=Exercises(storage=known((read, whole))))
    assert verdict("storage.read_errors", AtMost(0), facts, **LEAST_MB) is Verdict.PASS


def test_a_stick_is_not_waited_for():
    read = DiskRead("sda", 10**9, known(0), known(100.0))
    beside = (Disk("sda", removable=known(False)), Disk("sdb", removable=known(True)), Disk("mmcblk0"))
    facts = replace(of(storage=(read,)), storage=known(beside))
    assert verdict("storage.read_errors", AtMost(0), facts, **LEAST_MB) is Verdict.PASS


# ---- hands ----------------------------------------------------------------------------------------------------------

UK = KEYS["iso-uk"]


def keys(check: str, pressed: tuple[str, ...], stuck: tuple[str, ...] = (), **arguments: Any) -> Verdict:
    facts = Facts(exercises=Exercises(keyboard=known(KeysPressed(pressed, stuck))))
    return verdict(check, AtMost(0), facts, **arguments)


def test_the_keys_that_count_are_those_that_the_laptop_is_told_to_ask_for():
    assert KEYS.keys() == LAYOUTS.keys()
    for layout, names in KEYS.items():
        assert sorted(names) == sorted(map(key_name, LAYOUTS[layout]))


@given(st.integers(0, len(UK)), st.integers(50, 100))
def test_a_silent_key_is_a_fault_only_where_somebody_went_through_the_keys(silent: int, percent: int):
    found = keys("keyboard.keys", UK[silent:], gone_through_percent=percent)
    if not silent:
        assert found is Verdict.PASS
    elif 100 * (len(UK) - silent) >= percent * len(UK):
        assert found is Verdict.FAIL
    else:
        assert found is Verdict.INCONCLUSIVE


def test_keys_beside_the_layouts_own_stand_for_none_of_them():
    others = tuple(f"key {number}" for number in range(200, 265))
    assert keys("keyboard.keys", (*others, "A"), gone_through_percent=50) is Verdict.INCONCLUSIVE


def test_that_no_key_hangs_is_known_once_they_were_gone_through_and_one_that_hangs_at_once():
    assert keys("keyboard.stuck", UK) is Verdict.PASS
    assert keys("keyboard.stuck", UK[:3]) is Verdict.INCONCLUSIVE
    assert keys("keyboard.stuck", UK[:3], ("Enter",)) is Verdict.FAIL
    assert keys("keyboard.stuck", (), ("Enter",)) is Verdict.FAIL


@given(st.integers(0, 25), st.integers(0, 2), st.integers(0, 2), st.integers(50, 100))
def test_a_dead_part_is_a_fault_only_where_somebody_went_through_the_touchpad(
    cells: int, left: int, right: int, percent: int
):
    facts = Facts(exercises=Exercises(touchpad=known(TouchpadTouched(cells, left, right, 1, 0))))
    through = 100 * (cells + bool(left) + bool(right)) >= percent * 27
    felt = verdict("touchpad.cells", AtLeast(25), facts, gone_through_percent=percent)
    clicks = verdict("touchpad.clicks", AtLeast(1), facts, gone_through_percent=percent)
    if through:
        assert felt is (Verdict.PASS if cells == 25 else Verdict.FAIL)
    else:
        assert felt is Verdict.INCONCLUSIVE
    if through and (left or right):
        assert clicks is (Verdict.PASS if left and right else Verdict.FAIL)
    else:
        assert clicks is Verdict.INCONCLUSIVE


def test_colours_that_somebody_did_not_go_through_are_no_fault_of_the_laptop():
    for shown in (("red",), ("red", "green", "blue", "white", "black", "grey")):
        facts = Facts(exercises=Exercises(display=known(DisplayShown(shown, complete=False))))
        assert verdict("display.shown", AtLeast(6), facts) is Verdict.INCONCLUSIVE


def test_where_nothing_was_found_until_it_broke_off_that_it_broke_off_is_why():
    few = Facts(exercises=Exercises(keyboard=known(KeysPressed(UK[:3], ()))))
    assert verdict("keyboard.keys", AtMost(0), few) is Verdict.INCONCLUSIVE
    assert verdict("keyboard.keys", AtMost(0), broken(few, "keyboard")) is Verdict.ERROR
