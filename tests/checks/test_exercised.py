"""Exercises: nothing passes that was not done to its end, and a fault that was found until then still counts."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from checks.catalogue import CATALOGUE
from checks.check import Check, Example, Kind, Measured
from checks.verdict import MAY_SHIP, Verdict
from specs.facts import (
    BrokenOff,
    DiskRead,
    Exercises,
    Facts,
    Known,
    MemoryTest,
    SoundLoop,
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
disks = st.builds(DiskRead, name=st.sampled_from(("sda", "sdb")), errors=numbers, speed_mb_s=levels)
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
    first = [outcome(CATALOGUE[check].reading(of(storage=tuple(found)))) for check in ids]
    random.shuffle(found)
    assert [outcome(CATALOGUE[check].reading(of(storage=tuple(found)))) for check in ids] == first


@given(st.lists(disks, max_size=3), disks)
def test_another_disk_never_helps_a_laptop_that_did_not_pass(found: list[DiskRead], other: DiskRead):
    for check, limit in (("storage.read_errors", AtMost(0)), ("storage.read_speed", AtLeast(15))):
        if found and verdict(check, limit, of(storage=tuple(found))) not in MAY_SHIP:
            assert verdict(check, limit, of(storage=(*found, other))) not in MAY_SHIP


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
    assert verdict("memory.test", AtMost(0), facts) is Verdict.INCONCLUSIVE
