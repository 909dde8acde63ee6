"""`station waiver` and `station approval`, driven as a supervisor does, on a day that stands still."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
from click import ClickException, Group
from click.testing import CliRunner, Result

from checks.verdict import Verdict
from specs.profile import ProfileError
from station.clock import Clock
from station.deciding.commands import approval, waiver
from station.deciding.errors import DecisionRefused
from station.records import AttemptStatus, DeviceSeen
from station.store.bench_store import BenchStore
from station.store.decision_book import DecisionBook
from tests.station.deciding.samples import demo
from tests.station.kept import kept_scan

T = TypeVar("T")

START = 1_634_547_600.0  # 2021-10-18 09:00 UTC
DAY = 86_400.0
GRANT = ("grant", "--check", "battery.health", "--by", "Anna", "--reason", "agreed with the school")
ONE = (*GRANT, "--serial", "PF1A2B3C", "--until", "2021-12-31")
HOSTILE = "\x1b[31mAnna\x07\u202e"


def still(days: float = 0.0) -> Clock:
    """A clock that moves a millisecond at each look."""
    ticks = itertools.count()
    chance = itertools.count(int(days * 1000) + 1)
    return Clock(
        wall=lambda: START + days * DAY + next(ticks) / 1000,
        monotonic=lambda: 0.0,
        random_bytes=lambda size: next(chance).to_bytes(size, "big"),
    )


class Desk:
    """A supervisor's terminal at one data folder."""

    def __init__(self, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.data = data
        self.store = data / "bench" / "bench.sqlite"
        self._patch = monkeypatch
        self.wait(0)

    def wait(self, days: float) -> None:
        """So many days after the first."""
        self._patch.setattr("station.clock.SYSTEM_CLOCK", still(days))

    def run(self, command: Group, *arguments: str) -> Result:
        """Runs a command that is done."""
        result = self.tried(command, *arguments)
        assert result.exception is None, result.exception
        assert result.return_value == 0
        return result

    def refused(self, command: Group, *arguments: str) -> str:
        """The sentence with which a command is refused."""
        result = self.tried(command, *arguments)
        assert isinstance(result.exception, (DecisionRefused, ProfileError, ClickException)), result.output
        assert result.stdout == ""
        return str(result.exception)

    def tried(self, command: Group, *arguments: str) -> Result:
        """Runs a command to its end."""
        return CliRunner().invoke(command, [*arguments, "--data", str(self.data)], standalone_mode=False)

    def book(self, read: Callable[[DecisionBook], T]) -> T:
        """What a bench reads in the book a little later."""
        store = BenchStore(self.store)
        try:
            return read(DecisionBook(store, still(0.5)))
        finally:
            store.close()

    def json(self, command: Group, *arguments: str) -> Any:
        """What a command prints as JSON."""
        return json.loads(self.run(command, *arguments, "--json").stdout)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(tmp_path / "data", monkeypatch)


@pytest.fixture
def own(tmp_path: Path) -> str:
    """A profile file of one's own."""
    path = tmp_path / "demo.toml"
    path.write_text(demo().replace('extends = "base"\n', ""))
    return str(path)


def attempt(desk: Desk, serial: str, device: DeviceSeen) -> None:
    """An attempt that ended on this bench."""
    desk.store.parent.mkdir(parents=True, exist_ok=True)
    store = BenchStore(desk.store)
    scan = kept_scan(store, serial)
    begun = store.begin_attempt(scan, slot=1, operator="anna", profile="p@1", profile_digest="d" * 64, link="here")
    store.finish_attempt(begun, status=AttemptStatus.COMPLETED, verdict=Verdict.FAIL, device=device)
    store.close()


def test_a_waiver_is_granted_with_what_it_does_not_cover(desk: Desk) -> None:
    said = desk.run(waiver, *ONE, "--no-worse-than", "90 %").stdout
    [entry] = desk.book(lambda book: book.entries())
    assert said.splitlines() == [
        f"Waiver {entry.decision.id[-8:]}: Battery health (battery.health) is let through for laptop PF1A2B3C, no worse"
        " than 90 %, under every profile, until the end of 2021-12-31 (UTC). Owner: Anna. Reason: agreed with the"
        " school",
        "It does not cover what the bench could not test (NO TEST), a blank reading, or one worse than 90 %.",
        "It counts from the next attempt on: scan the laptop again.",
    ]
    assert entry.decision.made_at.startswith("2021-10-18T09:00:00")


def test_a_waiver_without_a_bound_says_that_it_lets_everything_through_but_what_was_not_tested(desk: Desk) -> None:
    said = desk.run(waiver, *GRANT, "--model", "LENOVO 81MA", "--until", "2021-12-31").stdout
    assert "for every LENOVO 81MA, under every profile" in said
    assert "any reading through, and a blank one. It does not cover what the bench could not test (NO TEST)" in said


def test_a_size_of_a_disk_comes_with_the_warning_that_it_reads_less(desk: Desk, own: str) -> None:
    asked = ["storage.capacity" if one == "battery.health" else one for one in ONE]
    assert (
        "a little less than it is sold as"
        in desk.run(waiver, *asked, "--no-worse-than", "31 GB", "--profile", own).stdout
    )


@pytest.mark.parametrize("missing", ["--check", "--by", "--reason", "--until"])
def test_a_waiver_has_a_check_an_owner_a_reason_and_an_end(desk: Desk, missing: str) -> None:
    at = ONE.index(missing)
    result = desk.tried(waiver, *ONE[:at], *ONE[at + 2 :])
    assert isinstance(result.exception, ClickException)
    assert missing in result.exception.format_message()
    assert not desk.store.exists()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        (("--check", "batery.health"), "did you mean battery.health (Battery health)?"),
        (("--check", "identity.serial"), "cannot be waived"),
        (("--serial", "000000"), "as it is on the label"),
        (("--model", "LENOVO 81MA"), "either --serial or --model"),
        (("--by", "\u202e"), "--by"),
        (("--reason", " "), "--reason"),
        (("--until", "2021-10-17"), "is over already"),
        (("--until", "2022-10-20"), "a new profile"),
        (("--no-worse-than", "ninety"), "is not a number"),
        (("--profile", "no-such-profile"), "there is no profile"),
    ],
)
def test_what_is_refused_leaves_nothing_behind(desk: Desk, changes: tuple[str, str], says: str) -> None:
    assert says in desk.refused(waiver, *ONE, *changes)
    assert not desk.store.exists()


def test_hostile_texts_are_clean_before_they_are_stored_and_printed(desk: Desk, own: str) -> None:
    granted = desk.run(waiver, *ONE, "--by", HOSTILE, "--reason", f"{HOSTILE}\nline two")
    desk.run(waiver, "end", desk.json(waiver, "list")[0]["id"], "--by", HOSTILE, "--reason", HOSTILE)
    paper = desk.run(
        approval, "record", "--model", f"LENOVO{HOSTILE} 81MA", "--profile", own, "--document", HOSTILE, "--by", HOSTILE
    )
    shown = [
        granted.output,
        paper.output,
        desk.run(waiver, "list", "--all").output,
        desk.run(approval, "list", "--all").output,
        desk.refused(waiver, *ONE, "--check", HOSTILE),
        desk.refused(waiver, *ONE, "--until", HOSTILE),
        desk.refused(waiver, *ONE, "--profile", HOSTILE),
        desk.refused(waiver, *ONE, "--no-worse-than", HOSTILE),
        desk.refused(waiver, "end", HOSTILE * 2, "--by", "x", "--reason", "y"),
    ]
    assert all(line.isprintable() for text in shown for line in text.split("\n"))
    data = desk.json(waiver, "list", "--all")
    assert (data[0]["by"], data[0]["reason"], data[0]["ended_by"]) == ("[31mAnna", "[31mAnna line two", "[31mAnna")


def test_lists_show_those_in_force_first_and_the_others_when_asked(desk: Desk) -> None:
    assert desk.run(waiver, "list").stdout == "No waiver is in force.\n"
    assert not desk.store.exists()  # looking makes no bench
    for until in ("2021-12-31", "2021-10-19", "2021-11-30"):
        desk.run(waiver, *GRANT, "--serial", "PF1A2B3C", "--until", until)
    desk.wait(3)
    assert [one["until"] for one in desk.json(waiver, "list")] == ["2021-11-30", "2021-12-31"]
    last = desk.json(waiver, "list")[-1]["id"]
    desk.run(waiver, "end", last[-8:], "--by", "Bob", "--reason", "new battery")
    assert [(one["until"], one["standing"]) for one in desk.json(waiver, "list", "--all")] == [
        ("2021-11-30", "in_force"),
        ("2021-10-19", "over"),
        ("2021-12-31", "ended"),
    ]
    short = desk.run(waiver, "list").stdout
    assert short.splitlines()[-1] == "2 other waivers ended or ran out; --all shows them."
    full = desk.run(waiver, "list", "--all").stdout
    assert (
        f"{last[-8:]}  ended 2021-10-21 by Bob (new battery): Battery health (battery.health) of laptop PF1A2B3C"
        in full
    )
    assert "ran out after 2021-10-19" in full
    assert "          by Anna, 2021-10-18: agreed with the school" in full


def test_a_waiver_is_ended_once_by_the_end_of_its_id(desk: Desk) -> None:
    made = desk.json(waiver, *ONE)
    said = desk.run(waiver, "end", made["id"][-8:], "--by", "Bob", "--reason", "new battery").stdout
    assert said.startswith(f"Waiver {made['id'][-8:]} (Battery health")
    assert "ended 2021-10-18 by Bob (new battery)" in said
    again = desk.refused(waiver, "end", made["id"], "--by", "Carl", "--reason", "again")
    assert "ended 2021-10-18 by Bob (new battery); there is nothing to end" in again
    [kept] = desk.json(waiver, "list", "--all")
    assert (kept["ended_by"], kept["ended_reason"]) == ("Bob", "new battery")
    assert desk.book(lambda book: book.in_force().waivers) == ()


def test_one_that_ran_out_needs_no_end(desk: Desk) -> None:
    made = desk.json(waiver, *GRANT, "--serial", "PF1A2B3C", "--until", "2021-10-18")
    desk.wait(1)
    assert "ran out after 2021-10-18" in desk.refused(waiver, "end", made["id"], "--by", "Bob", "--reason", "over")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("1234", "--by", "Bob", "--reason", "x"), "too short"),
        (("12345678", "--by", "Bob", "--reason", "x"), "no waiver on this bench"),
        (("12345678", "--by", " ", "--reason", "x"), "--by"),
        (("12345678", "--by", "Bob", "--reason", "\u200b"), "ending a decision needs a reason"),
    ],
)
def test_an_end_needs_a_waiver_an_owner_and_a_reason(desk: Desk, arguments: tuple[str, ...], says: str) -> None:
    assert says in desk.refused(waiver, "end", *arguments)


def test_an_approval_shows_the_claims_that_it_approves(desk: Desk, own: str) -> None:
    record = ("record", "--model", "LENOVO 81MA", "--profile", own, "--document", "MA-17", "--by", "Anna")
    said = desk.run(approval, *record, "--until", "2022-10-18").stdout.splitlines()
    assert said[0].endswith(
        ": MA-17 stands behind 1 claim of demo@1 for LENOVO 81MA, until the end of 2022-10-18 (UTC). Owner: Anna."
        " Claims:"
    )
    assert said[1] == "  Battery hours (battery.hours): at least 7 hours"
    assert "word for word" in said[2]
    [kept] = desk.json(approval, "list")
    assert (kept["kind"], kept["claims"], kept["document"]) == (
        "approval",
        {"battery.hours": "at least 7 hours"},
        "MA-17",
    )
    assert desk.json(waiver, "list") == []
    assert "is an approval" in desk.refused(waiver, "end", kept["id"], "--by", "Bob", "--reason", "x")
    desk.run(approval, "end", kept["id"][-8:], "--by", "Bob", "--reason", "withdrawn")
    assert desk.run(approval, "list").stdout.splitlines() == [
        "No approval is in force.",
        "1 other approval ended or ran out; --all shows it.",
    ]


def test_an_approval_of_an_unknown_claim_or_profile_is_refused(desk: Desk, own: str) -> None:
    record = ("record", "--model", "LENOVO 81MA", "--document", "MA-17", "--by", "Anna", "--profile")
    assert "did you mean battery.hours?" in desk.refused(approval, *record, own, "--claim", "battery.hour")
    assert "there is no profile" in desk.refused(approval, *record, "no-such-profile")
    assert not desk.store.exists()


def test_a_name_that_no_laptop_has_had_here_is_recorded_with_a_note(desk: Desk) -> None:
    model = (*GRANT, "--until", "2021-12-31", "--model")
    first = desk.run(waiver, *model, "LENOVO 81MB")
    assert "no bench has worked in" in first.stderr
    assert "no bench has worked" not in first.stdout
    attempt(desk, "PF1A2B3C", DeviceSeen("LENOVO", "81MA", "LENOVO V130", "PF1A2B3C"))
    assert desk.run(waiver, *ONE).stderr == ""
    for known in ("lenovo v130", "Lenovo 81MA"):
        assert desk.run(waiver, *model, known).stderr == ""
    unseen = desk.run(waiver, *model, "LENOVO 81MB").stderr
    assert unseen.startswith("note: ")
    assert "LENOVO 81MB" in unseen
    assert "PF999999" in desk.run(waiver, *GRANT, "--until", "2021-12-31", "--serial", "PF999999").stderr


def test_json_is_one_document_and_nothing_else(desk: Desk, own: str) -> None:
    made = desk.json(waiver, *ONE, "--no-worse-than", "90 %")
    assert (made["kind"], made["worst"], made["title"], made["standing"]) == (
        "waiver",
        90.0,
        "Battery health",
        "in_force",
    )
    ended = desk.json(waiver, "end", made["id"], "--by", "Bob", "--reason", "new battery")
    assert (ended["standing"], ended["ended_by"]) == ("ended", "Bob")
    record = ("record", "--model", "LENOVO 81MA", "--profile", own, "--document", "MA-17", "--by", "Anna")
    assert desk.json(approval, *record)["claims"] == {"battery.hours": "at least 7 hours"}
