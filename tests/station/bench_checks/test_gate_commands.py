"""`station gate`, driven as a supervisor does."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from station.bench.expecting import GoldenKind
from station.bench.profile_in_use import DEFAULT_PROFILE
from station.bench_checks.commands import gate
from station.bench_commands import library
from station.clock import SYSTEM_CLOCK, Clock
from station.deciding.errors import DecisionRefused
from station.records import AttemptKind
from station.store.bench_store import BenchStore
from station.store.golden_book import GoldenBook
from station.store.override_book import OverrideBook
from station.store.people_book import PeopleBook
from tests.station.bench_checks.samples import BAD, GOOD, attempted, bad_findings, good_findings

DAY_SHIFT = "2027-01-15 06:00"


class Desk:
    """A supervisor's terminal at a bench of two slots, at eight in the morning by this computer's clock."""

    def __init__(self, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.data = data
        eight = datetime(2027, 1, 15, 8, 0).astimezone().timestamp()
        self.clock = Clock(lambda: eight, lambda: 0.0, SYSTEM_CLOCK.random_bytes)
        monkeypatch.setattr("station.clock.SYSTEM_CLOCK", self.clock)
        self.profile = library().open(DEFAULT_PROFILE)
        store = self.store()
        store.set_setting("slot.1", "network")
        store.set_setting("slot.3", "network")
        store.close()

    def store(self) -> BenchStore:
        return BenchStore(self.data / "bench" / "bench.sqlite", self.clock)

    def register(self) -> None:
        store = self.store()
        book = GoldenBook(store, self.clock)
        kinds: tuple[GoldenKind, ...] = ("good", "bad")
        for kind, serial, findings in zip(kinds, (GOOD, BAD), (good_findings(), bad_findings()), strict=True):
            profile = self.profile.reference
            record = attempted(store, serial, findings, profile=profile, kind=AttemptKind.PRODUCTION)
            book.register(kind, record, "Boss")
        store.close()

    def ran(self, serial: str, slot: int) -> None:
        """A golden laptop came out as expected."""
        store = self.store()
        book = GoldenBook(store, self.clock)
        known = book.golden(serial)
        assert known is not None
        record = attempted(store, serial, (), slot=slot, digest=self.profile.digest)
        book.keep_run(record, known, DAY_SHIFT, ())
        store.close()

    def tried(self, *words: str) -> Result:
        return CliRunner().invoke(gate, [*words, "--data", str(self.data)], standalone_mode=False)

    def run(self, *words: str) -> str:
        result = self.tried(*words)
        assert result.exception is None, result.exception
        assert result.return_value == 0
        return result.stdout

    def refused(self, *words: str) -> str:
        result = self.tried(*words)
        assert isinstance(result.exception, DecisionRefused), result.exception
        assert result.stdout == ""
        assert str(result.exception).isprintable()
        return str(result.exception)

    def shown(self) -> Any:
        return json.loads(self.run("show", "--json"))

    def states(self) -> dict[int, str]:
        return {one["slot"]: one["state"] for one in self.shown()["slots"]}


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(tmp_path, monkeypatch)


WAIVE = ("--by", "anna", "--and", "bob", "--reason", "the golden laptop is out")


def test_a_bench_without_golden_laptops_has_no_gate(desk: Desk) -> None:
    assert desk.states() == {1: "off", 3: "off"}
    assert desk.run("show").splitlines() == [
        f"Shift 06:00 to 14:00 (of 2027-01-15), profile {desk.profile.id}",
        "No golden laptop is registered, so the slots are not checked at the start of a shift.",
    ]


def test_each_slot_says_what_it_waits_for_until_it_is_proven(desk: Desk) -> None:
    desk.register()
    desk.ran(GOOD, 3)
    assert desk.states() == {1: "blocked", 3: "blocked"}
    said = desk.run("show")
    assert f"Slot 1: scan the golden laptop (good) {GOOD} first" in said
    assert f"Slot 3: now scan the known-bad laptop {BAD}." in said
    desk.ran(BAD, 3)
    assert desk.states() == {1: "blocked", 3: "open"}


def test_a_profile_that_cannot_be_used_proves_no_slot(desk: Desk) -> None:
    desk.register()
    desk.ran(GOOD, 3)
    desk.ran(BAD, 3)
    store = desk.store()
    store.set_setting("profile", "no-such-profile")
    store.close()
    assert desk.states() == {1: "blocked", 3: "blocked"}
    assert "no profile is in use" in desk.run("show")


def test_a_waiver_opens_one_slot_and_is_kept_with_both_people(desk: Desk) -> None:
    desk.register()
    said = desk.run("waive", "3", *WAIVE, "--until", "2027-01-15T12:00")
    assert said == (
        "Slot 3 works without its golden laptops until 2027-01-15 12:00: anna, approved by bob"
        " (the golden laptop is out).\n"
    )
    assert desk.states() == {1: "blocked", 3: "waived"}
    store = desk.store()
    [override] = OverrideBook(store).latest(5)
    store.close()
    assert (override.kind, override.slot, override.asked_by, override.approved_by) == ("gate_waiver", 3, "anna", "bob")
    assert "has ended" in desk.run("end", "3", "--by", "bob")
    assert desk.states() == {1: "blocked", 3: "blocked"}
    assert "no waiver is in force" in desk.refused("end", "3", "--by", "bob")


def test_a_waiver_as_json_is_what_was_kept(desk: Desk) -> None:
    made = json.loads(desk.run("waive", "3", *WAIVE, "--until", "2027-01-15T12:00", "--json"))
    noon = datetime(2027, 1, 15, 12, 0).astimezone()
    assert datetime.fromisoformat(made["until"]) == noon
    assert json.loads(desk.run("end", "3", "--by", "bob", "--json")) == {"slot": 3, "ended_by": "bob"}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"--and": "ANNA"}, "two people"),
        ({"--and": "\u202e"}, "--and"),
        ({"--by": " "}, "--by"),
        ({"--reason": ""}, "--reason"),
        ({"--reason": "x" * 300}, "256 letters"),
        ({"--until": "tomorrow"}, "2027-01-15T16:00"),
        ({"--until": "2027-01-15T07:59"}, "over already"),
        ({"--until": "2027-02-15T08:00"}, "7 days"),
    ],
)
def test_what_is_typed_wrong_is_said_in_one_sentence_and_opens_no_slot(
    desk: Desk, changed: dict[str, str], said: str
) -> None:
    desk.register()
    options = {"--by": "anna", "--and": "bob", "--reason": "why", "--until": "2027-01-15T12:00"} | changed
    assert said in desk.refused("waive", "3", *(word for option in options.items() for word in option))
    assert desk.states() == {1: "blocked", 3: "blocked"}


def test_where_people_are_enrolled_a_supervisor_stands_behind_a_waiver(desk: Desk) -> None:
    store = desk.store()
    for name, end in (("Anna", "A"), ("Bob", "B")):
        PeopleBook(store, desk.clock).enrol(name, "technician", f"IS1:ID:AAAAAAAAAAAAAAA{end}", "Boss")
    store.close()
    assert "supervisor" in desk.refused("waive", "3", *WAIVE, "--until", "2027-01-15T12:00")


def test_the_shifts_are_set_and_read_back(desk: Desk) -> None:
    assert desk.run("shifts") == "Shifts begin at 06:00, 14:00, 22:00 (local time).\n"
    assert desk.run("shifts", "19:30 7:30").startswith("Shifts begin at 07:30, 19:30 (local time).")
    assert json.loads(desk.run("shifts", "--json")) == {"shifts": ["07:30", "19:30"]}
    assert (desk.shown()["shift"], desk.shown()["hours"]) == ("2027-01-15 07:30", "07:30 to 19:30")
    assert "06:00 14:00 22:00" in desk.refused("shifts", "dawn")
    assert json.loads(desk.run("shifts", "--json")) == {"shifts": ["07:30", "19:30"]}


def test_a_folder_without_a_bench_is_not_made_one_by_looking(tmp_path: Path) -> None:
    result = CliRunner().invoke(gate, ["shifts", "--json", "--data", str(tmp_path)], standalone_mode=False)
    assert json.loads(result.stdout) == {"shifts": ["06:00", "14:00", "22:00"]}
    for words in (("show",), ("end", "3", "--by", "bob"), ("shifts", "06:00")):
        result = CliRunner().invoke(gate, [*words, "--data", str(tmp_path)], standalone_mode=False)
        assert "no bench has worked" in str(result.exception)
    assert not (tmp_path / "bench" / "bench.sqlite").exists()
