"""What all exercises share: an item is of its exercise, whole and alone; what broke off or was not put back is told."""

from __future__ import annotations

import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.evidence.bundle import Bundle, make_item
from hardware.evidence.exercises.item import MOST_ARGUMENTS, Head, head_of
from hardware.evidence.facts import read_facts
from hardware.laptops.exercises import EXERCISES, item_of
from specs.facts import BrokenOff, Exercises, Facts, Known, Unknown
from tests.hardware.evidence.exercises.documents import GOOD, document, item_bytes
from tests.hardware.evidence.exercises.reading import exercises_in, fact

NAMES = sorted(GOOD)


def told(exercises: Exercises, name: str) -> Any:
    return getattr(exercises, name)


def test_there_is_a_fact_for_every_exercise_that_the_bench_can_ask_for() -> None:
    assert set(GOOD) == set(EXERCISES)
    assert {*Exercises.__struct_fields__} - {"broken_off"} == set(EXERCISES)


@pytest.mark.parametrize("name", NAMES)
class TestEveryExercise:
    def test_a_good_result_is_known_with_its_item_and_without_a_problem(self, name: str) -> None:
        reading = read_facts(Bundle.of([make_item(item_of(name), item_bytes(name))]))
        assert isinstance(told(reading.facts.exercises, name), Known)
        assert told(reading.facts.exercises, name).evidence == (item_of(name),)
        assert reading.problems == ()

    def test_nothing_collected_is_told_from_what_cannot_be_read(self, name: str) -> None:
        missing = told(read_facts(Bundle.of([])).facts.exercises, name)
        assert isinstance(missing, Unknown)
        assert missing == Unknown(f"{item_of(name)} was not collected")
        broken = told(exercises_in(name, b'{"exercise": '), name)
        assert isinstance(broken, Unknown)
        assert (broken.problem, broken.evidence) == ("unreadable", (item_of(name),))

    @pytest.mark.parametrize(
        ("error", "problem"),
        [
            ("the laptop shows no camera", "absent"),
            ("ENODEV: no such device", "absent"),
            ("it did not end in its time and was killed", "unreadable"),
            ("left out: the bundle is full", "not_collected"),
        ],
    )
    def test_an_exercise_that_gave_nothing_says_in_which_way(self, name: str, error: str, problem: str) -> None:
        found = told(exercises_in(name, b"", error=error), name)
        assert isinstance(found, Unknown)
        assert found.problem == problem
        assert error in found.reason

    @pytest.mark.parametrize(
        "spoilt",
        [
            {"exercise": "another"},
            {"version": 2},
            {"version": "1"},
            {"seconds": -1},
            {"seconds": 1e9},
            {"seconds": "9"},
            {"restored": "yes"},
            {"arguments": None},
            {"arguments": [1]},
            {"arguments": "{}"},
            {"arguments": {"padding": "x" * MOST_ARGUMENTS}},
            {"measured": None},
            {"measured": {}},
            {"measured": []},
        ],
        ids=lambda spoilt: str(spoilt)[:40],
    )
    def test_what_is_no_result_of_it_is_not_read(self, name: str, spoilt: dict[str, Any]) -> None:
        data = json.dumps({**document(name), **spoilt}).encode()
        found = told(exercises_in(name, data), name)
        assert isinstance(found, Unknown)
        assert found.problem == "unreadable"

    def test_a_result_with_a_part_missing_is_not_read(self, name: str) -> None:
        whole = document(name)
        for part in ("exercise", "version", "arguments", "seconds", "restored", "measured"):
            data = json.dumps({key: value for key, value in whole.items() if key != part}).encode()
            assert isinstance(told(exercises_in(name, data), name), Unknown), part

    def test_a_second_result_is_refused_and_never_excuses_the_first(self, name: str) -> None:
        items = [make_item(f"{item_of(name)}+2", item_bytes(name)), make_item(item_of(name), b"{}")]
        for order in (items, items[::-1]):
            found = told(read_facts(Bundle.of(order)).facts.exercises, name)
            assert isinstance(found, Unknown)
            assert found.problem == "unreadable"

    def test_one_that_broke_off_is_named_and_what_it_had_found_stays(self, name: str) -> None:
        error = "it did not end in its time and was killed"
        reading = read_facts(Bundle.of([make_item(item_of(name), item_bytes(name), error=error, truncated=True)]))
        assert reading.facts.exercises.broken_off == (BrokenOff(name, error),)
        assert isinstance(told(reading.facts.exercises, name), Known)
        [problem] = reading.problems
        assert problem.item == item_of(name)
        assert error in problem.message

    def test_a_laptop_that_was_not_put_back_is_told_of(self, name: str) -> None:
        data = json.dumps({**document(name), "restored": False}).encode()
        reading = read_facts(Bundle.of([make_item(item_of(name), data)]))
        assert isinstance(told(reading.facts.exercises, name), Known)
        [problem] = reading.problems
        assert problem.item == item_of(name)
        assert "start the laptop anew" in problem.message

    def test_fields_that_a_later_probe_adds_are_no_fault(self, name: str) -> None:
        data = json.dumps({**document(name, later=[1]), "later": True}).encode()
        assert isinstance(told(exercises_in(name, data), name), Known)


class TestHead:
    """What the bench compares with what it asked for, before anything is judged."""

    @pytest.mark.parametrize("name", NAMES)
    def test_tells_the_exercise_and_all_that_it_was_told_to_do(self, name: str) -> None:
        assert head_of(item_bytes(name)) == Head(name, 1, GOOD[name][0], 9.5, None)

    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"null",
            b"[]",
            b"{}",
            b'{"exercise": ',
            b"\xff" * 40,
            b"\xef\xbb\xbf" + item_bytes("sound"),
            item_bytes("sound").decode().encode("utf-16"),
            json.dumps({**document("sound"), "arguments": {"hertz": [1] * MOST_ARGUMENTS}}).encode(),
            json.dumps({**document("sound"), "exercise": "sound" * 1000}).encode(),
            json.dumps(document("sound")).replace("2410", "[" * 1900 + "]" * 1900).encode(),
        ],
        ids=range(11),
    )
    def test_what_is_no_result_has_none_and_is_never_read(self, data: bytes) -> None:
        assert head_of(data) is None
        assert isinstance(exercises_in("sound", data).sound, Unknown)

    @given(st.lists(st.sampled_from(["exercise", "arguments"]), max_size=6), st.randoms())
    def test_of_a_name_that_stands_there_twice_the_one_counts_that_is_judged(
        self, twice: list[str], random: Any
    ) -> None:
        parts = list(document("sound").items())
        for name in twice:
            other = {"exercise": "lid", "arguments": {"hertz": [100, 200]}}[name]
            parts.insert(random.randrange(len(parts) + 1), (name, other))
        data = "{" + ",".join(f"{json.dumps(key)}:{json.dumps(value)}" for key, value in parts) + "}"
        head = head_of(data.encode())
        assert head is not None
        found = exercises_in("sound", data.encode()).sound
        assert isinstance(found, Known) == (head.exercise == "sound")
        if isinstance(found, Known):
            measured = isinstance(found.value[0].over_noise_db, Known)  # only of the tone that was asked for
            assert measured == (head.arguments == GOOD["sound"][0])

    @pytest.mark.parametrize("piece", ["{},", '"",', "[],", "1e9,"])
    @pytest.mark.parametrize("part", ["arguments", "measured"])
    def test_costs_little_of_the_largest_item(self, part: str, piece: str) -> None:
        # 4 MiB of small values are 70 MiB of objects, made while nothing else on the bench can run.
        filled = '{"h":[' + piece * (4 * 2**20 // len(piece)) + "0]}"
        data = json.dumps({**document("lid"), part: "here"}).replace('"here"', filled).encode()
        tracemalloc.start()
        head = head_of(data)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert (head is None) == (part == "arguments")
        assert peak < 2**16


def test_an_exercise_is_no_source_with_which_another_could_differ() -> None:
    one = make_item(
        "dmidecode", b"Handle 0x0001, DMI type 1, 27 bytes\nSystem Information\n\tSerial Number: PF1A2B3C\n"
    )
    done = make_item("exercise-memory", item_bytes("memory"))
    without, beside = (read_facts(Bundle.of(items)).facts.disagreements for items in ([one], [one, done]))
    assert without == beside


def test_a_later_reading_of_an_exercise_is_a_round_of_its_own() -> None:
    first = make_item("exercise-sound", item_bytes("sound"))
    again = make_item("exercise-sound.again2", item_bytes("sound", loops=[]))
    reading = read_facts(Bundle.of([first, again]))
    assert len(reading.again) == 1
    assert reading.again[0].exercises.sound == Known((), ("exercise-sound.again2",))


def test_an_exercise_of_a_later_probe_is_kept_and_not_read() -> None:
    reading = read_facts(Bundle.of([make_item("exercise-suspend", b"{}")]))
    assert reading.problems == ()
    assert reading.facts.exercises == read_facts(Bundle.of([])).facts.exercises


def test_nothing_is_known_of_what_nobody_did() -> None:
    assert Facts().exercises == Exercises()
    assert fact("lid").evidence == ("exercise-lid",)
