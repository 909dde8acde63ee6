"""Records, batches and servers for the tests of central and sync."""

from __future__ import annotations

import contextlib
import hashlib
import os
import random
import select
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

from checks.verdict import Finding, Severity, Verdict
from hardware.evidence.bundle import ItemMeta
from station.central import database
from station.central.database import open_database, read, url_in, write
from station.central.enrol import enrol_local
from station.central.ingest import ingest
from station.central.schema import metadata
from station.records import (
    SCHEMA,
    AttemptRecord,
    AttemptStatus,
    DeviceSeen,
    ScanSeen,
    encode_record,
    record_digest,
)
from station.sync.wire import BATCH_SCHEMA, Batch, SentRecord, send_form

PROJECT = Path(__file__).resolve().parents[3]
DAY = "2026-11-24"
BENCH = "bench-1"

MEMORY = {"op": "at_least", "value": 4 * 2**30, "measure": "memory_size"}
BATTERY = {"op": "at_least", "value": 95.0, "measure": "percent"}


def uuid7(seed: int) -> str:
    """A UUIDv7 that is always the same for a seed."""
    number = random.Random(seed).getrandbits(128)
    number = (1_700_000_000_000 + seed % 2**40) << 80 | number & ((1 << 80) - 1)
    number = number & ~(0xF << 76) | 7 << 76
    return str(uuid.UUID(int=number & ~(0x3 << 62) | 2 << 62))


def finding(check: str, verdict: Verdict, value: Any = 8 * 2**30, **changes: Any) -> Finding:
    fields: dict[str, Any] = {
        "severity": Severity.BLOCKER,
        "unit": "B",
        "limits": MEMORY,
        "reason": "below_limit" if verdict is Verdict.FAIL else "within",
        "evidence": ("smbios",),
    }
    return Finding(check, verdict, value=value, **{**fields, **changes})


def item(item_id: str, data: bytes, **changes: Any) -> ItemMeta:
    fields = {"file": f"{item_id}.bin", "source": f"/sys/{item_id}", "size": len(data)}
    return ItemMeta(item_id, sha256=hashlib.sha256(data).hexdigest(), **{**fields, **changes})


def record(seq: int = 1, verdict: Verdict | None = Verdict.PASS, **changes: Any) -> AttemptRecord:
    """A whole record; `changes` replaces its fields."""
    status = AttemptStatus.COMPLETED if verdict is not None else AttemptStatus.ABORTED
    failing = verdict is Verdict.FAIL
    fields: dict[str, Any] = {
        "schema": SCHEMA,
        "attempt_id": uuid7(seq),
        "bench_id": BENCH,
        "seq": seq,
        "slot": 1 + seq % 8,
        "operator": "anna",
        "attempt_no": 1,
        "status": status,
        "verdict": verdict,
        "profile": "ghwt-2021w-windows-laptop@2021-10-18",
        "profile_digest": "sha256:0123456789abcdef",
        "link": "this-machine",
        "scan": ScanSeen(f"PF3K{seq:04d}", f"PF3K{seq:04d}", f"{DAY}T10:00:00.000Z"),
        "device": DeviceSeen("Dynabook", "Satellite Pro C50-G", "Satellite Pro C50-G", f"PF3K{seq:04d}"),
        "started_at": f"{DAY}T10:00:01.000Z",
        "finished_at": f"{DAY}T10:00:31.000Z",
        "findings": (
            finding("memory.installed", Verdict.FAIL if failing else Verdict.PASS, 2 * 2**30 if failing else 8 * 2**30),
            finding("battery.health", Verdict.PASS, 97.4, unit="%", limits=BATTERY, evidence=("battery",)),
        ),
        "evidence": (item("smbios", b"smbios %d" % seq), item("battery", b"battery %d" % seq)),
    }
    return AttemptRecord(**{**fields, **changes})


def sent(one: AttemptRecord) -> SentRecord:
    data = encode_record(one)
    return send_form(one.seq, one.attempt_id, record_digest(data), data)


def batch(records: Sequence[AttemptRecord | SentRecord], bench_id: str = BENCH) -> Batch:
    forms = tuple(one if isinstance(one, SentRecord) else sent(one) for one in records)
    return Batch(BATCH_SCHEMA, bench_id, f"{DAY}T12:00:00.000Z", forms)


def old_database(folder: Path, version: str, records: Sequence[AttemptRecord]) -> Engine:
    """A database of an older version of the schema with these records of one bench in it, as that version kept them."""
    new_folder = folder / "new"
    new_folder.mkdir()
    enrol_local(new_folder, BENCH)
    new = open_database(url_in(new_folder))
    ingest(new, BENCH, batch(records), f"{DAY}T12:00:00.000Z")
    engine = open_database(url_in(folder))
    config = Config()
    config.set_main_option("script_location", str(Path(database.__file__).parent / "migrations"))
    with write(engine) as connection, read(new) as source:
        config.attributes["connection"] = connection
        command.upgrade(config, version)
        there = sa.inspect(connection)
        for table in metadata.sorted_tables:
            if there.has_table(table.name):
                names = [column["name"] for column in there.get_columns(table.name)]
                rows = [dict(row) for row in source.execute(sa.select(table)).mappings()]
                old = sa.table(table.name, *(sa.column(name, table.c[name].type) for name in names))
                if rows:
                    kept = [{name: row[name] for name in names} for row in rows]
                    connection.execute(sa.insert(old), kept)
    new.dispose()
    return engine


def body(records: Sequence[AttemptRecord | SentRecord], bench_id: str = BENCH) -> bytes:
    return msgspec.json.encode(batch(records, bench_id))


@dataclass
class Served:
    """A central that runs as a process of its own."""

    address: str
    process: subprocess.Popen[str]

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


def start(data_dir: Path, port: int = 0) -> Served:
    """Start central as a process; give it once it answers."""
    process = subprocess.Popen(
        [sys.executable, "-m", "station.central.serve", str(data_dir), str(port)],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], 30)
    address = process.stdout.readline().strip() if ready else ""
    if not address.startswith("http://"):
        process.kill()
        raise RuntimeError(f"central did not start: {address!r}")
    return Served(address, process)


@contextlib.contextmanager
def served(data_dir: Path) -> Iterator[Served]:
    """A running central that is stopped, cleanly, at the end."""
    running = start(data_dir)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.process.send_signal(signal.SIGTERM)
            try:
                running.process.wait(10)
            except subprocess.TimeoutExpired:
                running.kill()
        assert running.process.stdout is not None
        running.process.stdout.close()
