"""What `station profile show` says of the rows that no bench measures: by whom each is attested, and where to look."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from checks.catalogue import shapes
from specs.facts import (
    Answer,
    Exercises,
    Facts,
    MemoryTest,
    Operator,
    SeenNetwork,
    Unknown,
    UsbPort,
    UsbTried,
    WifiScan,
    known,
)
from specs.profile import Profile
from specs.profiles import load_library
from station.cli import main
from station.printing import print_facts, print_profile
from station.wording import ATTESTED_EACH, ATTESTED_ONCE
from tests.specs.loading import BASE, load


def lines_of(profile: Profile, origin: bool = False) -> list[str]:
    lines: list[str] = []
    print_profile(profile, origin, lines.append)
    return lines


@pytest.fixture(scope="module")
def chromebook() -> Profile:
    return load_library(shapes()).get("ghwt-2021w-chromebook")


def test_attested_rows_stand_in_two_groups(chromebook: Profile) -> None:
    lines = lines_of(chromebook)
    once, each = lines.index(ATTESTED_ONCE), lines.index(ATTESTED_EACH)
    assert once < each
    for claim in chromebook.attested:
        at = lines.index(f"  {claim.name}: {claim.claim} [attested, not measured]")
        if claim.by == "technician":
            assert at > each
            assert lines[at + 1] == f"      look: {claim.look}"
        else:
            assert once < at < each
            assert not lines[at + 1].strip().startswith("look:")
        assert f"      {claim.standing.value}: {claim.source}" in lines[at : at + 3]


def test_a_profile_that_asks_nothing_of_the_technician_has_no_such_group() -> None:
    lines = lines_of(load(BASE))
    assert ATTESTED_ONCE in lines
    assert ATTESTED_EACH not in lines


def test_each_attested_row_says_where_it_is_from(chromebook: Profile) -> None:
    lines = lines_of(chromebook, origin=True)
    assert lines.count("      from ghwt-laptop@2020-08-28") > 0
    assert len([line for line in lines if line.startswith("      from ")]) == len(chromebook.requirements) + len(
        chromebook.attested
    )


def test_what_an_unknown_reading_means_is_said_where_it_is_not_inconclusive() -> None:
    assert not [line for line in lines_of(load(BASE)) if "unknown" in line]
    for verdict in ("error", "fail"):
        told = load(BASE.replace('severity = "blocker"', f'when_unknown = "{verdict}"'))
        lines = lines_of(told)
        at = lines.index("  memory.installed: at least 4 GB [blocker]")
        assert lines[at + 1] == f"      an unknown reading counts as {verdict}"
        assert len([line for line in lines if "unknown" in line]) == 1


def test_the_notes_of_a_profile_and_of_its_rows_are_said() -> None:
    assert not [line for line in lines_of(load(BASE)) if "note" in line]
    noted = BASE.replace('severity = "blocker"', 'note = "as ordered in May"')
    lines = lines_of(load(f'note = "of the \\u001b[31mred house"\n{noted}'))
    assert lines[2] == "note: of the [31mred house"
    assert lines[lines.index("  memory.installed: at least 4 GB [blocker]") + 1] == "      note: as ordered in May"


def test_the_document_says_by_whom_and_where() -> None:
    done = CliRunner().invoke(main, ["profile", "show", "ghwt-2021w-chromebook", "--json"], standalone_mode=False)
    rows = {row["name"]: row for row in json.loads(done.output)["attested"]}
    assert rows["battery.hours"]["by"] == "model"
    assert rows["battery.hours"]["look"] == ""
    assert rows["keyboard.layout"]["by"] == "technician"
    assert "£" in rows["keyboard.layout"]["look"]


def told(facts: Facts) -> list[str]:
    lines: list[str] = []
    print_facts(facts, lines.append)
    return [line for line in lines if line.startswith("operator.")]


def test_the_facts_say_what_the_technician_answered_and_how_long_it_took() -> None:
    answers = (Answer("keyboard.layout", "pass", "Anna", 4200), Answer("firmware.password", "fail", "Bob\x1b[2J", 950))
    assert told(Facts(operator=Operator(known(answers, "operator")))) == [
        "operator.answers keyboard.layout = pass, said Anna after 4.2 s  [operator]",
        "operator.answers firmware.password = fail, said Bob[2J after 0.9 s  [operator]",
    ]
    assert told(Facts(operator=Operator(known((), "operator")))) == ["operator.answers = none  [operator]"]
    assert told(Facts()) == ["operator.answers unknown: no evidence was collected for this"]


def test_the_facts_show_what_each_exercise_gave_part_by_part() -> None:
    scan = WifiScan("wlan0", known((SeenNetwork("02:00:00:00:00:01", "BENCH", -47.0, 5180),), "exercise-wifi"))
    done = Exercises(
        memory=known(MemoryTest(1024, 4096, 5, 0), "exercise-memory"),
        usb=known(UsbTried((UsbPort("1-2", 480),), 4, True), "exercise-usb"),
        wifi=known((scan,), "exercise-wifi"),
        lid=Unknown("the laptop shows no lid", ("exercise-lid",), "absent"),
    )
    lines: list[str] = []
    print_facts(Facts(exercises=done), lines.append)
    assert "exercises.memory.passes = 5  [exercise-memory]" in lines
    assert "exercises.usb.ports[0].speed_mbps = 480  [exercise-usb]" in lines
    assert "exercises.usb.complete = yes  [exercise-usb]" in lines
    assert "exercises.wifi[0].networks[0].ssid = BENCH  [exercise-wifi]" in lines
    assert "exercises.lid unknown: the laptop shows no lid" in lines
    assert not any("Struct" in line or "MemoryTest(" in line for line in lines)


def test_the_exercises_of_a_profile_and_their_machine_time_are_said() -> None:
    library = load_library(shapes())
    [line] = [one for one in lines_of(library.open("ghwt-2021w-boot-stick-quick")) if one.startswith("exercises: ")]
    assert "memory" in line
    assert line.endswith("usually 40 s of machine time")
    assert not any(one.startswith("exercises: ") for one in lines_of(library.open("ghwt-2021w-windows-laptop")))
