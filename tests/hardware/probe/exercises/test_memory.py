"""The memory test finds cells and lines that are broken, and never takes what the laptop needs."""

import mmap
import time

import pytest

from hardware.probe.exercises import memory
from hardware.probe.exercises.memory import BLOCK, Passes, patterns
from hardware.probe.exercises.session import CannotMeasure

SIZE = 8 * BLOCK


class Broken:
    """Memory in which `spoil` changes what is read."""

    def __init__(self, spoil=None, size=SIZE):
        self._data = bytearray(size)
        self._spoil = spoil or (lambda data: None)

    def __len__(self):
        return len(self._data)

    def __setitem__(self, place, data):
        self._data[place] = data

    def __getitem__(self, place):
        data = bytearray(self._data)
        self._spoil(data)
        return bytes(data[place])


def measured_of(session_of, area):
    session = session_of()
    test = Passes(area, 10**9, lambda: True, lambda place, size: None)
    test.run(session, session.limit(20.0))
    return test.measured()


def test_good_memory_passes_every_pattern(session_of):
    assert measured_of(session_of, Broken()) == {
        "bytes": SIZE,
        "available": 10**9,
        "passes": len(list(patterns())),
        "mismatches": 0,
        "first": [],
    }


@pytest.mark.parametrize("bit", [0, 3, 7])
@pytest.mark.parametrize("stuck", [0, 1])
def test_one_cell_that_is_stuck_is_found_where_it_is(session_of, bit, stuck):
    place = 5 * BLOCK + 1234

    def spoil(data):
        data[place] = data[place] | 1 << bit if stuck else data[place] & ~(1 << bit)

    measured = measured_of(session_of, Broken(spoil))
    assert measured["mismatches"] >= 1
    first = measured["first"][0]
    assert first["offset"] == place // 8 * 8
    difference = int(first["expected"], 16) ^ int(first["found"], 16)
    assert difference == 1 << (8 * (place % 8) + bit)


def test_a_line_of_addresses_that_is_stuck_is_found(session_of):
    # The second half of the memory answers with what is in the first.
    def spoil(data):
        data[SIZE // 2 :] = data[: SIZE // 2]

    measured = measured_of(session_of, Broken(spoil))
    assert measured["mismatches"] > 1000
    assert len(measured["first"]) == 8


def test_two_lines_that_touch_are_found(session_of):
    def spoil(data):
        for place in range(0, SIZE, 8):
            both = (data[place] >> 2 | data[place] >> 3) & 1
            data[place] = data[place] & ~0b1100 | both << 2 | both << 3

    assert measured_of(session_of, Broken(spoil))["mismatches"] > 1000


def test_each_pattern_is_another_each_time_and_its_blocks_differ():
    first, again = next(iter(patterns())), next(iter(patterns()))
    assert first(0) != again(0)
    for pattern in patterns():
        blocks = {pattern(place) for place in range(0, 4 * BLOCK, BLOCK)}
        assert len(blocks) == 4
        assert all(len(block) == BLOCK for block in blocks)


def test_memory_that_gets_short_while_it_is_taken_is_not_taken(session_of, monkeypatch):
    monkeypatch.setattr(memory, "PIECE", 2 * BLOCK)
    session = session_of()
    answers = iter([True, False])
    test = Passes(Broken(), 10**9, lambda: next(answers), lambda place, size: None)
    test.run(session, session.limit(20))
    assert test.tested == 4 * BLOCK


def test_a_stop_in_the_middle_gives_what_was_read(session_of):
    def on(message):
        if message.get("progress", ("",))[0] == "going" and message["progress"][1] > 3 * SIZE:
            session.stop()

    session = session_of(on=on)
    test = Passes(Broken(), 10**9, lambda: True, lambda place, size: None)
    test.run(session, session.limit(20))
    assert 1 <= test.passes < 5
    assert test.tested == SIZE


def test_a_test_that_was_cut_after_its_first_pass_is_not_a_whole_one(session_of):
    def on(message):
        if "note" in message:
            session.stop()

    session = session_of(on=on)
    measured = memory.run(session, 0.01, 0.1)
    assert measured["passes"] == 1
    assert session.shortfall == "stopped after 1 of 5 passes"


def test_every_pattern_has_its_turn_even_where_the_laptop_is_slower_than_it_was_thought(session_of):
    session = session_of()
    test = Passes(Broken(), 10**9, lambda: True, lambda place, size: None)
    test.run(session, session.limit(0.0))
    assert test.passes == 5
    assert 0 < test.tested < SIZE


def test_too_little_free_memory_is_a_reason_and_nothing_is_taken(do, files):
    root = files({"proc/meminfo": "MemTotal: 256000 kB\nMemAvailable: 90000 kB\n"})
    assert do("memory", {}, root=root).error.startswith("there is too little free memory")
    assert do("memory", {}, root=files({"proc/meminfo": "MemTotal: 1 kB\n"})).error.startswith("/proc/meminfo does not")


@pytest.mark.parametrize("available", [200_000, 300_000, 8_000_000])
def test_what_is_taken_leaves_a_reserve(session_of, files, monkeypatch, available):
    taken = []

    class Nothing:
        def __enter__(self):
            return Broken(size=0)

        def __exit__(self, *_):
            pass

    def take(_file, size, flags):
        taken.append(size)
        return Nothing()

    monkeypatch.setattr(mmap, "mmap", take)
    monkeypatch.setattr(memory, "_locker", lambda area: lambda place, size: None)
    root = files({"proc/meminfo": f"MemTotal: 8000000 kB\nMemAvailable: {available} kB\n"})
    with pytest.raises(CannotMeasure):
        memory.run(session_of(root), 0.9, 1.0)
    assert all(size <= available * 1024 - 8_000_000 * 1024 // 16 for size in taken)
    assert bool(taken) == (available > 500_000)


def test_this_machines_memory_is_tested_within_its_time(do):
    answer = do("memory", {"work_s": 1.0, "share": 0.05})
    assert answer.measured["bytes"] >= BLOCK
    assert answer.measured["mismatches"] == 0
    assert answer.document["restored"] is None
    assert answer.header["error"] is None
    assert answer.progress[-1][0] == "going"


def test_a_short_time_makes_it_small_not_long(session_of):
    session = session_of(seconds=3.0)
    began = time.monotonic()
    measured = memory.run(session, 0.2, 0.5)
    assert measured["bytes"] > 0
    assert time.monotonic() - began < 30  # not a measure of speed: it does not go on for the whole of the memory
