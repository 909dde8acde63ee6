"""`station hold`, driven as a supervisor does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from station.deciding.errors import DecisionRefused
from station.holding.commands import hold
from station.store.bench_store import BenchStore
from station.store.hold_book import HoldBook


@pytest.fixture
def data(tmp_path: Path) -> Path:
    store = BenchStore(tmp_path / "bench" / "bench.sqlite")
    book = HoldBook(store)
    book.put("PF1A2B3C", "", "anna", "a cracked lid")
    book.put("PF9Z8Y7X", "", "anna", "wrong carton")
    store.close()
    return tmp_path


def tried(data: Path, *words: str) -> Result:
    return CliRunner().invoke(hold, [*words, "--data", str(data)], standalone_mode=False)


def refused(data: Path, *words: str) -> str:
    result = tried(data, *words)
    assert isinstance(result.exception, DecisionRefused), result.exception
    assert result.stdout == ""
    return str(result.exception)


def listed(data: Path, *words: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(tried(data, "list", "--json", *words).stdout)
    return found


def test_the_list_says_who_was_put_aside_by_whom_and_why(data: Path) -> None:
    lines = tried(data, "list").stdout.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("PF1A2B3C  since ")
    assert lines[0].endswith("by anna: a cracked lid")
    assert [one["serial"] for one in listed(data)] == ["PF1A2B3C", "PF9Z8Y7X"]


def test_a_release_is_kept_with_its_owner_and_its_reason(data: Path) -> None:
    # As a scanner with caps lock on types it.
    result = tried(data, "release", "pf1a2b3c", "--by", "Bob", "--reason", "only a scratch")
    assert result.return_value == 0
    assert result.stdout.startswith("Released: PF1A2B3C")
    assert [one["serial"] for one in listed(data)] == ["PF9Z8Y7X"]
    [first, _] = listed(data, "--all")
    assert (first["ended_by"], first["ended_reason"]) == ("Bob", "only a scratch")
    assert "released" in tried(data, "list", "--all").stdout
    assert "PF9Z8Y7X" in refused(data, "release", "PF1A2B3C", "--by", "Bob", "--reason", "again")


def test_a_release_as_json_is_the_hold_as_it_is_now(data: Path) -> None:
    result = tried(data, "release", "PF1A2B3C", "--by", "Bob", "--reason", "only a scratch", "--json")
    assert json.loads(result.stdout)["ended_by"] == "Bob"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("XX1A2B3C", "--by", "Bob", "--reason", "x"), "not on hold"),
        (("a b", "--by", "Bob", "--reason", "x"), "serial number"),
        (("\x1b[31m", "--by", "Bob", "--reason", "x"), "serial number"),
        (("PF1A2B3C", "--by", " ", "--reason", "x"), "--by"),
        (("PF1A2B3C", "--by", "Bob", "--reason", "\u202e"), "--reason"),
        (("PF1A2B3C", "--by", "B" * 81, "--reason", "x"), "80 letters"),
        (("PF1A2B3C", "--by", "Bob", "--reason", "x" * 300), "256 letters"),
    ],
)
def test_what_is_typed_wrong_is_said_in_one_sentence_and_releases_nobody(
    data: Path, words: tuple[str, ...], said: str
) -> None:
    sentence = refused(data, "release", *words)
    assert said in sentence
    assert sentence.isprintable()
    assert len(listed(data)) == 2


def test_a_folder_without_a_bench_is_not_made_one_by_looking(tmp_path: Path) -> None:
    assert tried(tmp_path, "list").stdout == "No laptop is on hold.\n"
    assert listed(tmp_path) == []
    assert "no bench has worked" in refused(tmp_path, "release", "PF1A2B3C", "--by", "Bob", "--reason", "x")
    assert not (tmp_path / "bench" / "bench.sqlite").exists()
