"""Whole laptops, from the bytes of their exercises to the verdict: a good one passes, each fault fails by its row."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec.structs import replace

from checks.catalogue import shapes
from checks.judge import judge
from checks.needing import exercises_of
from checks.verdict import Finding, Judgement, Severity, Verdict
from hardware.evidence.bundle import Bundle, Item, make_item
from hardware.evidence.facts import read_facts
from hardware.laptops.exercises import EXERCISES, item_of
from specs.facts import Answer, Facts, Known, Operator, known
from specs.profile import Profile
from specs.profiles import load_library
from tests.checks.strategies import GOOD
from tests.hardware.evidence.exercises.documents import GOOD as DONE
from tests.hardware.evidence.exercises.documents import document, frame, item_bytes

LIBRARY = load_library(shapes())
FULL, QUICK = LIBRARY.get("ghwt-2021w-boot-stick"), LIBRARY.get("ghwt-2021w-boot-stick-quick")
PROFILES = [pytest.param(FULL, id="full"), pytest.param(QUICK, id="quick")]


def seen(*said: Answer) -> Operator:
    """What a technician answers who looked at the colours and read the number, and what else was said."""
    row = next(one for one in FULL.attested if one.name == "display.colours")
    looked = Answer(row.name, "pass", "Anna", 9000, row.look, challenge=((7, 7),))
    return Operator(known((looked, *said), "operator"))


def at_work(items: list[Item], *said: Answer) -> Facts:
    """The good laptop of winter 2021, with what these items say of its exercises, and what the technician `said`."""
    assert isinstance(GOOD.storage, Known)
    disks = tuple(replace(disk, name="nvme0n1") for disk in GOOD.storage.value)  # as the items call it
    return replace(
        GOOD,
        processor=replace(GOOD.processor, threads=known(4, "cpu")),
        storage=known(disks, "block"),
        exercises=read_facts(Bundle.of(items)).facts.exercises,
        operator=seen(*said),
    )


def items(*left_out: str, **changed: dict[str, Any]) -> list[Item]:
    """Every exercise's item but some, with parts of what was measured changed."""
    return [
        make_item(item_of(name), item_bytes(name, **changed.get(name, {}))) for name in DONE if name not in left_out
    ]


def findings(judged: Judgement) -> dict[str, Finding]:
    return {finding.check: finding for finding in judged.findings}


def required_of(profile: Profile, exercise: str) -> list[str]:
    """The required rows of a profile that need an exercise."""
    one = [row for row in profile.requirements if exercises_of(replace(profile, requirements=(row,))) == (exercise,)]
    return [row.check for row in one if Severity(row.severity).required]


@pytest.mark.parametrize("profile", PROFILES)
def test_a_good_laptop_passes(profile: Profile) -> None:
    judged = judge(at_work(items()), profile)
    wrong = [
        finding for finding in judged.findings if finding.severity.required and finding.verdict is not Verdict.PASS
    ]
    assert wrong == []
    assert judged.verdict is Verdict.PASS


def test_nothing_of_the_system_that_ships_is_asked_of_the_stick() -> None:
    for profile in (FULL, QUICK):
        assert not any(row.check.startswith("system.") for row in profile.requirements)
        assert {one.name for one in profile.dropped} >= {"system.family", "system.sku"}


def test_the_quick_one_waits_for_nobody() -> None:
    assert not any(EXERCISES[name].hands_on for name in exercises_of(QUICK))
    assert [row.name for row in QUICK.attested if row.by == "technician" and row.severity != "info"] == []


def _disk(**changed: Any) -> dict[str, Any]:
    return {"disks": [{**DONE["storage"][1]["disks"][0], **changed}]}


def _loops(**changed: Any) -> dict[str, Any]:
    left, right = DONE["sound"][1]["loops"]
    return {"loops": [left, {**right, **changed}]}


BLACK = [{"name": "video0", "card": "", "frame": frame(bytes(256)), "error": None}]
FAULTS: dict[str, tuple[str, dict[str, Any], str]] = {
    "a bit that hangs": ("memory", {"mismatches": 1}, "memory.test"),
    "a sector that cannot be read": ("storage", _disk(error_count=1), "storage.read_errors"),
    "a disk that crawls": ("storage", _disk(seconds=400.0), "storage.read_speed"),
    "a processor that computes wrong": ("cpu", {"wrong": 1}, "processor.load"),
    "a camera that shows nothing": ("camera", {"cameras": BLACK}, "camera.picture"),
    "a loudspeaker that is silent": ("sound", _loops(tone_db=-61.0), "audio.loop"),
    "a radio that hears nothing": (
        "wifi",
        {"interfaces": [{"name": "wlan0", "networks": [], "error": None}]},
        "wireless.scan",
    ),
    "a key that does not answer": ("keyboard", {"keys": DONE["keyboard"][1]["keys"][1:]}, "keyboard.keys"),
    "a corner that feels nothing": ("touchpad", {"cells": list(range(24))}, "touchpad.cells"),
    "colours that were skipped": ("display", {"shown": DONE["display"][1]["shown"][:3]}, "display.shown"),
}


@pytest.mark.parametrize(("exercise", "changed", "row"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_fails_the_laptop_by_its_own_row_and_by_no_other(
    exercise: str, changed: dict[str, Any], row: str
) -> None:
    facts = at_work(items(**{exercise: changed}))
    for profile in (FULL, QUICK):
        wanted = [row] if exercise in exercises_of(profile) else []
        judged = judge(facts, profile)
        failed = [one.check for one in judged.findings if one.severity.required and one.verdict is Verdict.FAIL]
        assert failed == wanted
        assert judged.verdict is (Verdict.FAIL if wanted else Verdict.PASS)


def test_every_required_row_of_an_exercise_has_a_fault_here() -> None:
    required = {check for name in EXERCISES for check in required_of(FULL, name)}
    assert required == {row for _, _, row in FAULTS.values()}


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("exercise", sorted(DONE))
def test_a_laptop_that_did_not_do_an_exercise_with_a_required_row_does_not_pass(
    exercise: str, profile: Profile
) -> None:
    rows = required_of(profile, exercise)
    judged = judge(at_work(items(exercise)), profile)
    assert judged.verdict is (Verdict.ERROR if rows else Verdict.PASS)
    assert all(findings(judged)[row].reason == "not_collected" for row in rows)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("exercise", sorted(DONE))
def test_one_that_broke_off_passes_nothing_and_fails_by_what_it_found(exercise: str, profile: Profile) -> None:
    error = "it did not end in its time and was killed"
    rows = required_of(profile, exercise)
    cut = make_item(item_of(exercise), item_bytes(exercise), error=error, truncated=True)
    judged = judge(at_work([*items(exercise), cut]), profile)
    assert judged.verdict is (Verdict.ERROR if rows else Verdict.PASS)
    for _, changed, row in (one for one in FAULTS.values() if one[0] == exercise and one[2] in rows):
        cut = make_item(item_of(exercise), item_bytes(exercise, **changed), error=error, truncated=True)
        assert findings(judge(at_work([*items(exercise), cut]), profile))[row].verdict is Verdict.FAIL


def test_a_loud_moment_may_be_confirmed_and_is_then_no_clean_pass() -> None:
    loud, quiet = (at_work(items(sound=_loops(tone_db=level))) for level in (-61.0, -31.0))
    judged = judge(loud, FULL, again=[quiet, quiet])
    assert findings(judged)["audio.loop"].verdict is Verdict.MARGINAL
    assert judged.verdict is Verdict.MARGINAL


def test_a_technician_who_did_not_read_the_number_did_not_look() -> None:
    facts = at_work(items())
    row = next(one for one in FULL.attested if one.name == "display.colours")
    blind = Operator(known((Answer(row.name, "pass", "Anna", 9000, row.look, challenge=((7, 3),)),), "operator"))
    assert judge(replace(facts, operator=blind), FULL).verdict is Verdict.INCONCLUSIVE


def test_a_stick_beside_the_disk_changes_nothing_and_a_laptop_with_nothing_but_a_stick_does_not_pass() -> None:
    sticks = [{**one, "skipped": "on USB", "bytes_read": 0} for one in DONE["storage"][1]["disks"]]
    judged = judge(at_work(items(storage={"disks": sticks})), FULL)
    assert findings(judged)["storage.read_errors"].verdict is Verdict.INCONCLUSIVE
    assert judged.verdict is Verdict.INCONCLUSIVE


def test_a_result_of_another_exercise_is_none() -> None:
    swapped = make_item("exercise-lid", json.dumps(document("usb")).encode())
    judged = judge(at_work([*items("lid"), swapped]), FULL)
    assert findings(judged)["lid.switch"].verdict is Verdict.ERROR


# ---- left open ------------------------------------------------------------------------------------------------------

KEYS = DONE["keyboard"][1]["keys"]
LEFT_OPEN: dict[str, tuple[str, dict[str, Any], str]] = {
    "three keys": ("keyboard", {"keys": KEYS[:3], "complete": False}, "keyboard.keys"),
    "most keys": ("keyboard", {"keys": KEYS[:61], "complete": False}, "keyboard.keys"),
    "no key": ("keyboard", {"keys": [], "complete": False}, "keyboard.keys"),
    "one cell": (
        "touchpad",
        {"cells": [0], "left_clicks": 0, "right_clicks": 0, "complete": False},
        "touchpad.cells",
    ),
    "two colours": ("display", {"shown": DONE["display"][1]["shown"][:2], "complete": False}, "display.shown"),
}


@pytest.mark.parametrize(("exercise", "changed", "row"), LEFT_OPEN.values(), ids=LEFT_OPEN.keys())
def test_a_good_laptop_whose_technician_was_called_away_is_not_failed(
    exercise: str, changed: dict[str, Any], row: str
) -> None:
    judged = judge(at_work(items(**{exercise: changed})), FULL)
    assert (judged.verdict, findings(judged)[row].verdict) == (Verdict.INCONCLUSIVE, Verdict.INCONCLUSIVE)
    assert all(one.verdict is not Verdict.FAIL for one in judged.findings if one.severity.required)


def test_a_dead_key_among_sixty_five_fails_by_its_name() -> None:
    answered = [key for key in KEYS if key["code"] != 44]
    found = findings(judge(at_work(items(keyboard={"keys": answered, "complete": False})), FULL))["keyboard.keys"]
    assert (found.verdict, found.value, found.detail) == (Verdict.FAIL, 1, "Z")


def test_of_a_keyboard_that_was_left_open_the_technician_says_what_is_dead() -> None:
    dead = Answer(
        "exercise.keyboard", "fail", "Anna", 9000, "Every key must be there.", "key_dead", "A key does nothing"
    )
    judged = judge(at_work(items(keyboard={"keys": KEYS[:3], "complete": False}), dead), FULL)
    assert judged.verdict is Verdict.FAIL
    failed = [one.check for one in judged.findings if one.severity.required and one.verdict is Verdict.FAIL]
    assert failed == ["attested.exercise.keyboard"]


def test_a_laptop_that_names_one_key_has_not_shown_the_others() -> None:
    judged = judge(at_work(items(keyboard={"wanted": [30], "keys": [{"code": 30, "down": 1, "up": 1}]})), FULL)
    assert findings(judged)["keyboard.keys"].verdict is Verdict.INCONCLUSIVE
    assert judged.verdict is Verdict.INCONCLUSIVE


NEXT_TO_NOTHING: dict[str, dict[str, dict[str, Any]]] = {
    "8 bytes of memory": {"memory": {"bytes": 8}},
    "one look at the load": {"cpu": {"samples": DONE["cpu"][1]["samples"][:1]}},
    "one round of it": {"cpu": {"rounds": 1}},
    "one thread of four": {"cpu": {"threads": 1}},
    "a megabyte of the disk": {"storage": _disk(bytes_read=10**6, seconds=0.02, regions=1)},
    "another disk": {"storage": _disk(name="sdz")},
}


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("changed", NEXT_TO_NOTHING.values(), ids=NEXT_TO_NOTHING.keys())
def test_a_laptop_that_did_next_to_nothing_passes_nothing(changed: dict[str, dict[str, Any]], profile: Profile) -> None:
    assert judge(at_work(items(**changed)), profile).verdict is Verdict.INCONCLUSIVE


SLOW: dict[str, dict[str, Any]] = {
    "memory": {"bytes": 200 * 2**20, "available": 380 * 2**20, "passes": 1},
    "cpu": {"rounds": 147},
    "storage": _disk(bytes_read=300 * 10**6, seconds=2.3, regions=36),
}


@pytest.mark.parametrize("profile", PROFILES)
def test_a_slow_and_small_laptop_that_is_sound_passes(profile: Profile) -> None:
    assert judge(at_work(items(**SLOW)), profile).verdict is Verdict.PASS
