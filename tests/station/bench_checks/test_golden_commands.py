"""`station golden`, driven as a supervisor does."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from checks.verdict import Finding, Verdict
from station.bench_checks.commands import golden
from station.deciding.errors import DecisionRefused
from station.records import AttemptKind, AttemptRecord, AttemptStatus, encode_record
from station.store.bench_store import BenchStore
from station.store.golden_book import GoldenBook
from tests.station.bench_checks.samples import (
    BAD,
    CAMERA,
    GOOD,
    HEALTH,
    attempted,
    bad_findings,
    finding,
    good_findings,
)


class Desk:
    """A supervisor's terminal at a bench that has tested a good and a bad laptop."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.good = self.tested(GOOD, good_findings())
        self.bad = self.tested(BAD, bad_findings())

    def store(self) -> BenchStore:
        return BenchStore(self.data / "bench" / "bench.sqlite")

    def tested(self, serial: str, findings: Sequence[Finding], **changes: Any) -> AttemptRecord:
        store = self.store()
        try:
            return attempted(store, serial, findings, **({"kind": AttemptKind.PRODUCTION} | changes))
        finally:
            store.close()

    def tried(self, *words: str) -> Result:
        return CliRunner().invoke(golden, [*words, "--data", str(self.data)], standalone_mode=False)

    def run(self, *words: str) -> Result:
        result = self.tried(*words)
        assert result.exception is None, result.exception
        assert result.return_value == 0
        return result

    def refused(self, *words: str) -> str:
        result = self.tried(*words)
        assert isinstance(result.exception, DecisionRefused), result.exception
        assert result.stdout == ""
        assert str(result.exception).isprintable()
        return str(result.exception)

    def listed(self, *words: str) -> Any:
        return json.loads(self.run("list", "--json", *words).stdout)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_both_laptops_are_registered_from_their_latest_attempts(desk: Desk) -> None:
    # As a scanner with caps lock on types it.
    first = desk.run("add", GOOD.lower(), "--kind", "good", "--by", "Boss")
    assert first.stdout.startswith(f"Registered: {GOOD}, golden laptop (good) for demo;")
    assert "until a known-bad laptop for demo is registered too" in first.stderr
    second = desk.run("add", BAD, "--kind", "bad", "--by", "Boss")
    assert "these must fail, and no other: Battery health, Camera." in second.stdout
    assert second.stderr == ""
    assert [(one["serial"], one["kind"], one["profile"]) for one in desk.listed()] == [
        (GOOD, "good", "demo"),
        (BAD, "bad", "demo"),
    ]
    assert desk.run("list").stdout.splitlines()[0].startswith(f"{GOOD}  LENOVO 81MA, golden laptop (good) for demo")


def test_an_attempt_that_is_named_is_the_one_that_counts(desk: Desk) -> None:
    desk.tested(BAD, (*bad_findings()[:2], finding(CAMERA, Verdict.PASS)))
    words = ("add", BAD, "--kind", "bad", "--by", "Boss", "--json")
    made = json.loads(desk.run(*words, "--attempt", desk.bad.attempt_id[-12:]).stdout)
    assert made["attempt_id"] == desk.bad.attempt_id
    assert made["expected"][CAMERA] == ["fail"]
    desk.run("end", BAD, "--by", "Boss")
    assert "fail" not in json.loads(desk.run(*words).stdout)["expected"][CAMERA]


def test_what_makes_no_golden_laptop_is_refused_in_one_sentence(desk: Desk) -> None:
    def add(serial: str, kind: str, *more: str) -> str:
        return desk.refused("add", serial, "--kind", kind, "--by", "Boss", *more)

    assert "Battery health, Camera" in add(BAD, "good")
    assert "failed no required check" in add(GOOD, "bad")
    assert "has not been tested" in add("PF0000AA", "good")
    assert "serial number" in add("\x1b[31m", "good")
    assert "names no single attempt" in add(GOOD, "good", "--attempt", desk.bad.attempt_id)
    assert "names no single attempt" in add(GOOD, "good", "--attempt", "x\x1b[2J" * 900)
    stopped = desk.tested(GOOD, (), status=AttemptStatus.ABORTED)
    assert "aborted" in add(GOOD, "good", "--attempt", stopped.attempt_id)
    assert "--by" in desk.refused("add", GOOD, "--kind", "good", "--by", " ")
    assert desk.listed("--all") == []
    desk.run("add", GOOD, "--kind", "good", "--by", "Boss")
    assert f"station golden end {GOOD}" in add(GOOD, "good")


def test_a_damaged_record_registers_nothing(desk: Desk) -> None:
    store = desk.store()
    forged = encode_record(desk.bad).replace(b'"fail"', b'"pass"')
    store.database.execute("UPDATE attempt SET record = ? WHERE serial = ?", [forged, BAD])
    store.close()
    assert "damaged" in desk.refused("add", BAD, "--kind", "good", "--by", "Boss")


def test_a_laptop_that_is_ended_is_tested_as_any_other(desk: Desk) -> None:
    desk.run("add", GOOD, "--kind", "good", "--by", "Boss")
    assert "It is tested as any other now." in desk.run("end", GOOD, "--by", "Chief").stdout
    assert desk.run("list").stdout.startswith("No golden laptop is registered")
    assert "by Chief" in desk.run("list", "--all").stdout
    assert "is not registered" in desk.refused("end", GOOD, "--by", "Chief")


def test_drift_says_how_each_reading_stands(desk: Desk) -> None:
    assert "nothing to chart" in desk.run("drift").stdout
    desk.run("add", GOOD, "--kind", "good", "--by", "Boss")
    store = desk.store()
    book = GoldenBook(store)
    known = book.golden(GOOD)
    assert known is not None
    for health in (97.0, 98.0) * 5 + (80.0,):
        record = attempted(store, GOOD, (finding(HEALTH, Verdict.PASS, health, unit="%"),))
        book.keep_run(record, known, "2027-01-15 06:00", ())
    store.close()
    [line] = json.loads(desk.run("drift", "--json").stdout)
    assert (line["serial"], line["state"], len(line["values"])) == (GOOD, "drifting", 11)
    said = desk.run("drift").stdout
    assert said.startswith(f"{GOOD}  drifting  Battery health: 80 % lies beyond")


def test_a_folder_without_a_bench_is_not_made_one_by_looking(tmp_path: Path) -> None:
    for words in (("list", "--json"), ("drift", "--json")):
        result = CliRunner().invoke(golden, [*words, "--data", str(tmp_path)], standalone_mode=False)
        assert json.loads(result.stdout) == []
    result = CliRunner().invoke(
        golden, ["add", GOOD, "--kind", "good", "--by", "Boss", "--data", str(tmp_path)], standalone_mode=False
    )
    assert "no bench has worked" in str(result.exception)
    assert not (tmp_path / "bench" / "bench.sqlite").exists()
