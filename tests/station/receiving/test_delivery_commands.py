"""`station delivery`, driven as a supervisor does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from station.deciding.errors import DecisionRefused
from station.receiving.commands import delivery
from station.receiving.errors import DeliveryRefused
from station.store.bench_store import BenchStore
from station.store.receipt import Kind
from station.store.receipt_book import ReceiptBook

ONE, TWO = "106141412345678908", "006141411234567890"
LIST = f"pallet,carton,serial,model\n,{ONE},PF1A2B3C,ThinkPad L13\n,{ONE},PF1A2B3D,ThinkPad L13\n,{TWO},PF1A2B3E,\n"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "list.csv").write_text(LIST)
    return tmp_path


def tried(data: Path, *words: str) -> Result:
    return CliRunner().invoke(delivery, [*words, "--data", str(data)], standalone_mode=False)


def expected(data: Path, *words: str, reference: str = "d-1042") -> Result:
    file = str(data / "list.csv")
    return tried(data, "expect", file, "--reference", reference, "--supplier", "Acme Ltd", "--by", "Anna", *words)


def refused(result: Result) -> str:
    assert isinstance(result.exception, (DeliveryRefused, DecisionRefused)), result.exception
    assert result.stdout == ""
    return str(result.exception)


def shown(data: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(tried(data, "show", "D-1042", "--json").stdout)
    return document


def come(data: Path, *codes: tuple[str, Kind]) -> None:
    store = BenchStore(data / "bench" / "bench.sqlite")
    book = ReceiptBook(store)
    book.open("D-1042", "bob")
    for code, kind in codes:
        book.receive("D-1042", code, kind, "bob")
    book.damage("D-1042", codes[-1][0], "bob")
    store.close()


def test_a_list_makes_a_delivery_known(data: Path) -> None:
    result = expected(data)
    assert result.return_value == 0
    assert result.stdout == "Expected: D-1042 with 2 cartons, 3 laptops.\n"
    [line] = tried(data, "list").stdout.splitlines()
    assert line == "D-1042  from Acme Ltd: expected; 0 of 2 cartons received, 2 missing, 0 extra, 0 damaged"
    [listed] = json.loads(tried(data, "list", "--json").stdout)
    assert (listed["reference"], listed["made_by"]) == ("D-1042", "Anna")


def test_a_dry_run_says_what_it_would_change_and_changes_nothing(data: Path) -> None:
    assert expected(data, "--dry-run").stdout == "Would be expected: D-1042 with 2 cartons, 3 laptops.\n"
    assert json.loads(tried(data, "list", "--json").stdout) == []
    expected(data)
    (data / "list.csv").write_text(LIST.replace("PF1A2B3E", "PF1A2B3F"))
    said = expected(data, "--dry-run").stdout
    assert "1 added, 1 removed" in said
    assert "PF1A2B3F" in said
    assert "PF1A2B3E" in {one["code"] for one in shown(data)["missing"]}


def test_a_second_list_takes_the_place_of_the_first_and_says_what_it_changed(data: Path) -> None:
    expected(data)
    assert "same as before" in expected(data).stdout
    (data / "list.csv").write_text(LIST.replace("PF1A2B3E", "PF1A2B3F"))
    document = json.loads(expected(data, "--json").stdout)
    assert (document["added"], document["removed"]) == (["PF1A2B3F"], ["PF1A2B3E"])
    assert "PF1A2B3F" in {one["code"] for one in shown(data)["missing"]}


def test_a_list_for_a_delivery_that_was_opened_is_refused(data: Path) -> None:
    expected(data)
    come(data, (ONE, Kind.CARTON))
    before = shown(data)
    sentence = refused(expected(data))
    assert "was opened" in sentence
    assert "by bob" in sentence
    assert shown(data) == before


def test_a_list_with_a_fault_changes_nothing(data: Path) -> None:
    (data / "list.csv").write_text(LIST + f",{ONE[:-1]}7,PF1A2B3G,\n")
    assert "row 5: carton 106141412345678907: its check digit is wrong" in refused(expected(data))
    assert "No delivery is known" in tried(data, "list").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--reference", "\x1b[2J", "--supplier", "A", "--by", "B"), "no delivery's reference"),
        (("--reference", "D-1", "--supplier", " ", "--by", "B"), "--supplier"),
        (("--reference", "D-1", "--supplier", "A", "--by", "\u202e"), "--by"),
        (("--reference", "D-1", "--supplier", "A" * 81, "--by", "B"), "80 letters"),
    ],
)
def test_what_is_typed_wrong_is_said_in_one_sentence(data: Path, words: tuple[str, ...], said: str) -> None:
    sentence = refused(tried(data, "expect", str(data / "list.csv"), *words))
    assert said in sentence
    assert sentence.isprintable()


def test_a_file_that_is_not_there_is_said(data: Path) -> None:
    words = ("--reference", "D-1", "--supplier", "A", "--by", "B")
    assert "not there" in refused(tried(data, "expect", str(data / "none.csv"), *words))
    assert "folder" in refused(tried(data, "expect", str(data), *words))


def test_show_names_what_came_what_is_missing_what_is_extra_and_what_is_damaged(data: Path) -> None:
    expected(data)
    come(data, ("PF1A2B3C", Kind.LAPTOP), ("XX9Z8Y7X", Kind.LAPTOP), (ONE, Kind.CARTON))
    document = shown(data)
    assert [one["code"] for one in document["received"]] == ["PF1A2B3C"]
    assert [one["code"] for one in document["extra"]] == ["XX9Z8Y7X"]
    assert [(one["code"], one["by"]) for one in document["damaged"]] == [(ONE, "bob")]
    assert [one["code"] for one in document["came_within"]] == ["PF1A2B3D"]
    assert [one["code"] for one in document["missing"]] == [TWO, "PF1A2B3E"]
    lines = tried(data, "show", "d-1042").stdout.splitlines()
    assert "  cartons: 2 expected, 1 received, 1 missing" in lines
    # What is in a carton that is missing is not named a second time.
    assert lines[lines.index("MISSING: 1") + 1] == f"  carton {TWO}"
    assert any(line.startswith("  laptop XX9Z8Y7X") for line in lines)
    assert lines[lines.index("DAMAGED: 1") + 1].startswith(f"  carton {ONE}")


def test_a_delivery_that_nobody_knows_is_said_with_those_that_are_known(data: Path) -> None:
    expected(data)
    assert "known are D-1042" in refused(tried(data, "show", "D-1"))


def test_a_folder_without_a_bench_is_not_made_one_by_looking(tmp_path: Path) -> None:
    assert "No delivery is known" in tried(tmp_path, "list").stdout
    assert "no bench has worked" in refused(tried(tmp_path, "show", "D-1"))
    assert list(tmp_path.iterdir()) == []
