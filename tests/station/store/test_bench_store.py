"""The bench's store: the scan is never lost, an attempt is there whole or is listed as interrupted."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest

from checks.verdict import Finding, Severity, Verdict
from hardware.evidence.bundle import Item, make_item
from hardware.scanners.scanner import Code
from station.records import AttemptStatus, DeviceSeen, decode_record, record_digest
from station.store import database as database_module
from station.store.bench_store import BenchStore, StoreRefused
from station.store.database import StoreUnusable, open_database, sqlite_version
from station.store.journal import ScanFate
from station.store.outbox import StoreOutbox
from tests.station.kept import kept_label, kept_scan

FINDING = Finding("memory.installed", Verdict.PASS, Severity.BLOCKER, 4 * 2**30, "B", {"op": "at_least"}, "within")
ITEMS = (make_item("smbios", b"\x00\x01"), make_item("cpu", b"vendor_id: x\n"), make_item("tpm", b"", error="ENOENT"))


def begin(store: BenchStore, serial: str = "PF1A2B3C", items: tuple[Item, ...] = ITEMS) -> str:
    scan = kept_scan(store, serial)
    attempt = store.begin_attempt(
        scan, slot=1, operator="anna", profile="p@1", profile_digest="d" * 64, link="this machine"
    )
    for position, item in enumerate(items):
        store.spool_item(attempt, position, item)
    return attempt


def finish(store: BenchStore, attempt: str, verdict: Verdict = Verdict.PASS) -> None:
    store.finish_attempt(
        attempt,
        status=AttemptStatus.COMPLETED,
        verdict=verdict,
        findings=(FINDING,),
        device=DeviceSeen("Dell", "3100", "Dell 3100", "PF1A2B3C"),
    )


def rows(store: BenchStore, table: str) -> int:
    return int(store.database.table(table).count)


def test_a_finished_attempt_has_its_findings_evidence_and_outbox_row(store: BenchStore) -> None:
    attempt = begin(store)
    finish(store, attempt)

    record = store.record(attempt)
    assert record is not None
    assert record.verdict is Verdict.PASS
    assert record.findings == (FINDING,)
    assert [meta.id for meta in record.evidence] == ["smbios", "cpu", "tpm"]
    assert {item.meta.id: item.data for item in store.evidence(attempt).items.values()} == {
        "smbios": b"\x00\x01",
        "cpu": b"vendor_id: x\n",
        "tpm": b"",
    }
    pending = StoreOutbox(store).pending(10)
    assert [row.attempt_id for row in pending] == [attempt]
    assert record_digest(pending[0].record) == pending[0].sha256
    assert decode_record(pending[0].record) == record
    assert rows(store, "spool") == 0
    assert store.open_attempts() == []


def test_a_missing_item_keeps_its_reason(store: BenchStore) -> None:
    attempt = begin(store)
    finish(store, attempt)
    assert store.evidence(attempt).items["tpm"].meta.error == "ENOENT"


def test_the_outbox_counts_without_gaps_whatever_happens_between(store: BenchStore) -> None:
    for number in range(1, 8):
        attempt = begin(store, f"SERIAL{number}")
        if number % 3 == 0:
            store.finish_attempt(attempt, status=AttemptStatus.ABORTED, verdict=None, note="unplugged")
        elif number % 3 == 1:
            with pytest.raises(ValueError, match="verdict"):
                store.finish_attempt(attempt, status=AttemptStatus.COMPLETED, verdict=None)
            finish(store, attempt)
        else:
            finish(store, attempt)
    assert [row.seq for row in StoreOutbox(store).pending(100)] == [1, 2, 3, 4, 5, 6, 7]


def test_retests_are_new_attempts_counted_from_one(store: BenchStore) -> None:
    for _ in range(3):
        finish(store, begin(store))
    finish(store, begin(store, "OTHER1"))
    assert [(one.scan.serial, one.attempt_no) for one in reversed(store.recent(10))] == [
        ("PF1A2B3C", 1),
        ("PF1A2B3C", 2),
        ("PF1A2B3C", 3),
        ("OTHER1", 1),
    ]


def test_the_same_bytes_from_two_laptops_are_kept_once(store: BenchStore) -> None:
    finish(store, begin(store, "AAAA1"))
    finish(store, begin(store, "BBBB2"))
    assert rows(store, "evidence") == 2
    assert rows(store, "attempt_evidence") == 6


def test_an_open_attempt_is_recovered_as_interrupted_with_the_evidence_that_had_come(tmp_path: Path) -> None:
    path = tmp_path / "bench.sqlite"
    first = BenchStore(path)
    attempt = begin(first)
    first.close()

    second = BenchStore(path)
    assert [one.attempt_id for one in second.recover("the bench stopped")] == [attempt]
    record = second.record(attempt)
    assert record is not None
    assert record.status is AttemptStatus.INTERRUPTED
    assert record.verdict is None
    assert second.evidence(attempt).items["smbios"].data == b"\x00\x01"
    assert second.recover("again") == []
    assert len(StoreOutbox(second).pending(10)) == 1
    second.close()


def test_a_scan_whose_attempt_never_began_is_there_after_a_restart(tmp_path: Path) -> None:
    first = BenchStore(tmp_path / "bench.sqlite")
    kept = kept_label(first, "PF1A2B3C")
    first.journal.settle(first.journal.keep((Code("rubbish"),), "keyboard"), ScanFate.REFUSED, reason="no serial")
    first.close()
    second = BenchStore(tmp_path / "bench.sqlite")
    assert second.journal.unused() == [kept]
    second.close()


def test_a_full_disk_refuses_and_changes_nothing(store: BenchStore) -> None:
    attempt = begin(store)
    store.database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    pages = store.database.execute("PRAGMA page_count").fetchone()[0]
    store.database.execute(f"PRAGMA max_page_count={pages}")
    large = make_item("windows", b"x" * 2**20)
    with pytest.raises(StoreRefused, match="full"):
        store.spool_item(attempt, 3, large)
    with pytest.raises(StoreRefused):
        store.finish_attempt(
            attempt,
            status=AttemptStatus.COMPLETED,
            verdict=Verdict.PASS,
            findings=(FINDING,) * 1,
            note="x" * 200,
            device=DeviceSeen("m" * 100_000),
        )
    assert store.open_attempts() == [attempt]
    assert rows(store, "attempt") == rows(store, "outbox") == 0

    store.database.execute("PRAGMA max_page_count=1000000")
    finish(store, attempt)
    assert rows(store, "attempt") == 1


def test_the_bench_keeps_its_id(tmp_path: Path) -> None:
    first = BenchStore(tmp_path / "bench.sqlite")
    name = first.bench_id()
    first.close()
    second = BenchStore(tmp_path / "bench.sqlite")
    assert second.bench_id() == name
    second.close()


CRASHING = """
    import os, sys
    from pathlib import Path
    from checks.verdict import Verdict
    from station.records import AttemptStatus
    from station.store.bench_store import BenchStore
    from tests.station.store import test_bench_store as helpers

    path, wanted = Path(sys.argv[1]), int(sys.argv[2])
    store = BenchStore(path)
    attempt = helpers.begin(store)
    count = 0

    def trace(statement):
        global count
        count += 1
        if count == wanted:
            os.kill(os.getpid(), 9)

    store.database.conn.set_trace_callback(trace)
    helpers.finish(store, attempt)
    print(count)
"""


@pytest.mark.slow
@pytest.mark.timeout(400)  # a process for each statement
def test_killed_at_each_statement_the_attempt_is_whole_or_interrupted(tmp_path: Path, project: Path) -> None:
    """Every SQL statement of `finish_attempt` is a crash point; all of them are tried."""
    script = tmp_path / "crash.py"
    script.write_text(textwrap.dedent(CRASHING))

    def run(folder: str, wanted: int) -> tuple[Path, subprocess.CompletedProcess[bytes]]:
        place = tmp_path / folder
        place.mkdir()
        command = [sys.executable, str(script), str(place / "bench.sqlite"), str(wanted)]
        result = subprocess.run(
            command, capture_output=True, cwd=project, env={"PYTHONPATH": str(project)}, check=False
        )
        return place / "bench.sqlite", result

    path, whole = run("whole", 0)
    assert whole.returncode == 0, whole.stderr.decode()
    statements = int(whole.stdout)
    assert statements > 10
    outcomes = set()
    for wanted in range(1, statements + 1):
        path, crashed = run(str(wanted), wanted)
        assert crashed.returncode == -9
        store = BenchStore(path)
        left = store.recover("the bench stopped")
        kept = store.recent(10)
        assert len(kept) == 1
        interrupted = kept[0].status is AttemptStatus.INTERRUPTED
        assert interrupted == (len(left) == 1)
        outcomes.add(interrupted)
        bundle = store.evidence(kept[0].attempt_id)
        assert hashlib.sha256(bundle.items["smbios"].data).hexdigest() == bundle.items["smbios"].meta.sha256
        assert len(bundle.items) == len(ITEMS)
        assert rows(store, "finding") == (0 if interrupted else 1)
        assert rows(store, "outbox") == rows(store, "attempt") == rows(store, "scan") == 1
        assert store.database.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        store.close()
    assert True in outcomes


def test_an_old_sqlite_is_refused_with_the_remedy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert sqlite_version() >= (3, 51, 3)
    monkeypatch.setattr(database_module, "sqlite_version", lambda: (3, 40, 1))
    with pytest.raises(StoreUnusable, match=r"SQLite 3\.40\.1 can damage the store"):
        open_database(tmp_path / "bench.sqlite")
    assert not (tmp_path / "bench.sqlite").exists()


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "bench.sqlite"
    path.write_bytes(b"not a database" * 100)
    with pytest.raises(StoreUnusable, match="cannot be opened"):
        open_database(path)
    assert path.read_bytes() == b"not a database" * 100


def test_several_that_open_a_new_store_at_once_all_succeed(tmp_path: Path) -> None:
    errors: list[Exception] = []

    def one() -> None:
        try:
            open_database(tmp_path / "bench.sqlite").close()
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=one) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_a_store_is_durable(store: BenchStore) -> None:
    assert store.database.journal_mode == "wal"
    # 2 is FULL: a commit is on the disk before it is answered (domain/central.md section 0).
    assert store.database.execute("PRAGMA synchronous").fetchone()[0] == 2
    assert store.database.execute("PRAGMA foreign_keys").fetchone()[0] == 1
