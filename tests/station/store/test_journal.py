"""The journal: a scan is on the disk before anybody understands it, and nothing of it is ever lost or altered."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.scanners.scanner import Code
from station.store.bench_store import BenchStore
from station.store.journal import ScanFate, Understood


@pytest.fixture
def store(tmp_path: Path) -> BenchStore:
    return BenchStore(tmp_path / "bench.sqlite")


def rows(store: BenchStore) -> list[dict[str, object]]:
    return list(store.database.query("SELECT * FROM scan ORDER BY rowid"))


def test_what_was_read_is_kept_as_read_and_unsettled_until_it_is_understood(store: BenchStore, tmp_path: Path) -> None:
    label = store.journal.keep((Code("SPF1A2B3C", "]C0"), Code("1P20XX", "]A0")), "camera 0")
    other = BenchStore(tmp_path / "bench.sqlite")  # a second connection sees it at once
    [found] = other.journal.unsettled()
    assert found == label
    assert [(scan.raw, scan.symbology, scan.outcome) for scan in found.scans] == [
        ("SPF1A2B3C", "]C0", "read"),
        ("1P20XX", "]A0", "read"),
    ]


def test_what_became_of_a_label_stands_beside_each_of_its_codes(store: BenchStore) -> None:
    label = store.journal.keep((Code("20XX"), Code("PF1A2B3C")), "camera 0")
    understood = (Understood("part number", "20XX", "lenovo.mtm"), Understood("serial", "PF1A2B3C", "lenovo.serial"))
    settled = store.journal.settle(label, ScanFate.KEPT, serial="PF1A2B3C", chosen=1, understood=understood)
    assert (settled.giving.raw, settled.giving.serial) == ("PF1A2B3C", "PF1A2B3C")
    assert settled.scans[0].serial == ""
    assert [row["taken_for"] for row in rows(store)] == ["part number", "serial"]
    assert store.journal.unsettled() == []
    assert store.journal.unused() == [settled]


def test_all_codes_of_a_label_belong_to_the_attempt_that_it_began(store: BenchStore) -> None:
    label = store.journal.keep((Code("20XX"), Code("PF1A2B3C")), "camera 0")
    settled = store.journal.settle(label, ScanFate.KEPT, serial="PF1A2B3C", chosen=1)
    attempt = store.begin_attempt(
        settled.giving, slot=1, operator="anna", profile="p@1", profile_digest="", link="this machine"
    )
    assert [(row["outcome"], row["attempt_id"]) for row in rows(store)] == [("accepted", attempt)] * 2
    assert store.journal.unused() == []


@settings(max_examples=60)
@given(st.text(st.characters(), max_size=5000), st.text(max_size=60))
def test_any_text_is_kept_and_bounded(text: str, scanner: str) -> None:
    store = BenchStore(Path(":memory:"))
    label = store.journal.keep((Code(text + "\ud800", "]C0"),), scanner)
    store.journal.settle(label, ScanFate.REFUSED, reason=text)
    [row] = rows(store)
    assert len(str(row["raw"])) <= 4096 * 10  # a character that cannot be kept becomes an escape of up to ten
    if text.isprintable():
        assert str(row["raw"]).startswith(text[:4096])
    assert "\0" not in str(row["raw"])
    store.close()


def test_a_store_from_before_labels_is_read(tmp_path: Path) -> None:
    store = BenchStore(tmp_path / "bench.sqlite")
    store.database.table("scan").insert(
        {"id": "1", "raw": "AAAA1", "serial": "AAAA1", "scanner": "keyboard", "scanned_at": "x", "outcome": "kept"}
    )
    [label] = store.journal.unused()
    assert (label.giving.serial, label.id) == ("AAAA1", "1")


def test_a_label_that_waited_keeps_what_its_codes_were_taken_for(store: BenchStore) -> None:
    kept = store.journal.keep((Code("PF1A2B3C"), Code("288C2B994EF7")), "wedge")
    understood = (Understood("serial number", "PF1A2B3C", "a rule"), Understood("MAC address", "288C2B994EF7", "b"))
    waits = store.journal.settle(kept, ScanFate.WAITING, serial="PF1A2B3C", understood=understood)
    assert [label.giving.serial for label in store.journal.waiting()] == ["PF1A2B3C"]
    moved = store.journal.move(waits, ScanFate.LOST, "the bench stopped")
    assert {scan.outcome for scan in moved.scans} == {"lost"}
    assert store.journal.waiting() == []
    rows = list(store.database.query("SELECT outcome, serial, taken_for, reason FROM scan ORDER BY rowid"))
    assert [tuple(row.values()) for row in rows] == [
        ("lost", "PF1A2B3C", "serial number", "the bench stopped"),
        ("lost", "", "MAC address", "the bench stopped"),
    ]
