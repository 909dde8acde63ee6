"""What is asked of one laptop: the profile's rows, and what its requirements need a person's hands for."""

from __future__ import annotations

import pytest

from checks.catalogue import shapes
from hardware.laptops.exercises import EXERCISES
from hardware.laptops.link import Progress
from specs.asking import (
    GENERAL_SYMPTOMS,
    LONGEST_LINE,
    LONGEST_PURPOSE,
    MOST_STEPS,
    MOST_SYMPTOMS,
    asking_of_row,
    symptom_texts,
)
from specs.profile import Profile
from specs.profile_file import parse_profile
from specs.profiles import load_library
from station.bench.task_words import EXERCISE_WORDS, progress_words
from station.bench.tasks import SHOWS_NUMBER, tasks_of

ROW = 'source = "a test"\nstanding = "inferred"\n'
HEAD = f'id = "a.b"\ntitle = "t"\nversion = "1"\n[require."memory.installed"]\nat_least = "1 GB"\n{ROW}'


def requires(check: str, limit: str, severity: str = "blocker") -> str:
    return f'[require."{check}"]\n{limit}\nseverity = "{severity}"\n{ROW}'


def attests(name: str, more: str = "") -> str:
    return f'[attest."{name}"]\nclaim = "good"\nby = "technician"\nlook = "Look."\n{more}\n{ROW}'


def profile(*rows: str) -> Profile:
    return load_library(shapes()).resolve(parse_profile(HEAD + "".join(rows), "a.toml"))


KEYS = requires("keyboard.keys", "at_most = 0")


def test_each_exercise_that_needs_hands_has_its_words() -> None:
    assert EXERCISE_WORDS.keys() == {name for name, one in EXERCISES.items() if one.hands_on}
    assert EXERCISE_WORDS.keys() >= SHOWS_NUMBER


@pytest.mark.parametrize("name", EXERCISE_WORDS)
def test_the_words_of_an_exercise_are_as_a_profile_might_have_them(name: str) -> None:
    words = EXERCISE_WORDS[name]
    row = {"purpose": words.purpose, "steps": list(words.steps), "symptoms": symptom_texts(words.symptoms)}
    asking = asking_of_row(row)
    assert not isinstance(asking, list), asking
    assert (asking.symptoms, asking.steps) == (words.symptoms, words.steps)
    assert len(words.purpose) <= LONGEST_PURPOSE
    assert len(words.steps) <= MOST_STEPS
    assert len(words.symptoms) <= MOST_SYMPTOMS
    assert len(words.look) <= LONGEST_LINE


def test_what_a_requirement_needs_is_asked_before_the_rows_and_is_waited_for() -> None:
    tasks = tasks_of(profile(requires("lid.switch", "equals = true"), KEYS, attests("case.whole")), live=True)
    assert [(task.row, task.exercise, task.ends_itself, task.weighs) for task in tasks] == [
        ("exercise.keyboard", "keyboard", True, True),
        ("exercise.lid", "lid", True, True),
        ("case.whole", "", False, False),
    ]
    assert tasks[2].symptoms == GENERAL_SYMPTOMS


def test_what_is_only_recorded_is_asked_and_not_waited_for() -> None:
    [task] = tasks_of(profile(requires("keyboard.keys", "at_most = 0", "info")), live=True)
    assert (task.row, task.weighs) == ("exercise.keyboard", False)


def test_an_exercise_that_a_row_names_is_asked_once_and_weighs_what_the_requirement_does() -> None:
    [task] = tasks_of(profile(KEYS, attests("keys.feel", 'exercise = "keyboard"')), live=True)
    assert (task.row, task.exercise, task.ends_itself, task.weighs) == ("keys.feel", "keyboard", False, True)


def test_how_a_display_looked_a_person_says_who_knows_the_number() -> None:
    [task] = tasks_of(profile(requires("display.shown", "at_least = 6")), live=True)
    assert (task.row, task.ends_itself, task.challenge) == ("exercise.display", False, True)


def test_a_laptop_that_is_not_there_is_asked_for_nothing() -> None:
    tasks = tasks_of(profile(KEYS, attests("image", 'exercise = "display"\nchallenge = true')), live=False)
    assert [(task.row, task.exercise, task.challenge) for task in tasks] == [("image", "", False)]


def test_an_exercise_that_nobody_knows_is_not_done() -> None:
    [task] = tasks_of(profile(attests("image", 'exercise = "juggling"\nchallenge = true')), live=True)
    assert (task.exercise, task.challenge) == ("", False)


@pytest.mark.parametrize(
    ("limit", "wanted"), [("at_least = 3", 3), ("count = 2", 2), ("between = [2, 4]", 2), ("equals = 4", 4)]
)
def test_as_many_sockets_are_tried_as_the_profile_wants(limit: str, wanted: int) -> None:
    [task] = tasks_of(profile(requires("usb.ports_work", limit)), live=True)
    assert task.arguments == {"wanted": wanted}


@pytest.mark.parametrize(
    ("progress", "ended", "shown", "words"),
    [
        (None, False, False, "it starts in a moment"),
        (Progress("started"), False, False, "it starts in a moment"),
        (Progress("going"), False, False, "under way"),
        (Progress("going", 41, 87), False, False, "41 of 87 keys"),
        (Progress("going", 99, 87), False, False, "87 of 87 keys"),
        (Progress("shown", 7, 7), False, True, "all of it has been shown"),
        (Progress("going", 41, 87), True, False, "ended"),
    ],
)
def test_how_far_an_exercise_is_in_words(progress: Progress | None, ended: bool, shown: bool, words: str) -> None:
    assert progress_words("keyboard", progress, ended=ended, shown=shown, shows=False) == words


def test_what_ended_without_being_shown_says_how_to_go_on() -> None:
    words = progress_words("display", Progress("started"), ended=True, shown=False, shows=True)
    assert "PASS" in words
    assert "FAIL" in words
