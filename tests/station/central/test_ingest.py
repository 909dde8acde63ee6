"""The promises of the ingest: each attempt once, whatever the order, the batching and the number of repeats."""

import random
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from checks.verdict import Severity, Verdict
from station.central import schema
from station.central.benches import proof
from station.central.database import open_database, read, url_in, write
from station.central.enrol import enrol_local
from station.central.ingest import Ingested, ingest
from station.central.summaries import recount
from station.records import AttemptRecord, DeviceSeen, encode_record, record_digest
from station.sync.wire import SentRecord, send_form
from tests.station.central.samples import BENCH, batch, finding, record, sent, uuid7

AT = "2026-11-24T12:00:00.000Z"


def take(engine: Engine, records: Sequence[AttemptRecord | SentRecord]) -> Ingested:
    return ingest(engine, BENCH, batch(records), AT)


def statuses(done: Ingested) -> list[str]:
    return [receipt.status for receipt in done.answer.receipts]


def rows(engine: Engine, table: sa.Table, *leave: str) -> list[dict[str, Any]]:
    with read(engine) as connection:
        found = [dict(row) for row in connection.execute(sa.select(table)).mappings()]
    return [{key: value for key, value in row.items() if key not in leave} for row in found]


def everything(engine: Engine) -> dict[str, Any]:
    """All that central holds, without the numbers that say in which order it came."""
    with read(engine) as connection:
        ids = {
            row.sequence: row.attempt_id
            for row in connection.execute(sa.select(schema.attempt.c.sequence, schema.attempt.c.attempt_id))
        }

    def by_id(table: sa.Table) -> list[tuple[str, ...]]:
        return sorted((ids[row.pop("sequence")], repr(row)) for row in rows(engine, table))

    return {
        "attempts": sorted(map(repr, rows(engine, schema.attempt, "sequence"))),
        "findings": by_id(schema.finding),
        "items": by_id(schema.attempt_evidence),
        "quarantine": sorted(map(repr, rows(engine, schema.quarantine, "sequence"))),
        "numbers": sorted(map(repr, rows(engine, schema.bench_seq))),
        "bench": rows(engine, schema.bench, "token_sha256", "enrolled_at"),
        "day_model": sorted(map(repr, rows(engine, schema.day_model))),
        "day_check": sorted(map(repr, rows(engine, schema.day_check))),
    }


def assert_summaries_are_true(engine: Engine) -> None:
    with read(engine) as connection:
        models, checks = recount(connection)
    order = ("day", "model"), ("day", "check_id")
    for table, counted, keys in zip((schema.day_model, schema.day_check), (models, checks), order, strict=True):
        kept = sorted(rows(engine, table), key=lambda row: tuple(row[key] for key in keys))
        assert kept == sorted(counted, key=lambda row: tuple(row[key] for key in keys))


def test_a_new_attempt_is_stored_whole(engine: Engine) -> None:
    one = record(1, Verdict.FAIL)
    done = take(engine, [one])
    assert statuses(done) == ["stored"]
    (row,) = rows(engine, schema.attempt)
    assert row["record"] == encode_record(one)
    assert row["sha256"] == record_digest(row["record"])
    assert (row["outcome"], row["day"], row["model"]) == ("fail", "2026-11-24", "Satellite Pro C50-G")
    assert [f["check_id"] for f in rows(engine, schema.finding)] == ["memory.installed", "battery.health"]
    assert done.answer.evidence_wanted == tuple(meta.sha256 for meta in one.evidence)
    assert_summaries_are_true(engine)


def test_the_same_record_again_is_a_duplicate_and_changes_nothing(engine: Engine) -> None:
    take(engine, [record(1)])
    before = everything(engine)
    assert statuses(take(engine, [record(1), record(1)])) == ["duplicate", "duplicate"]
    assert everything(engine) == before


def test_the_same_record_twice_in_one_batch_is_stored_once(engine: Engine) -> None:
    assert statuses(take(engine, [record(1), record(1)])) == ["stored", "duplicate"]
    assert len(rows(engine, schema.attempt)) == 1


def test_another_record_under_a_known_id_is_a_conflict_and_overwrites_nothing(engine: Engine) -> None:
    take(engine, [record(1)])
    other = record(1, Verdict.FAIL)
    for _ in range(2):
        assert statuses(take(engine, [other])) == ["conflict"]
    (kept,) = rows(engine, schema.attempt)
    (parked,) = rows(engine, schema.quarantine)
    assert kept["record"] == encode_record(record(1))
    assert (parked["status"], parked["raw"]) == ("conflict", encode_record(other))
    assert_summaries_are_true(engine)


def test_a_conflict_within_one_batch_keeps_the_first(engine: Engine) -> None:
    assert statuses(take(engine, [record(1), record(1, Verdict.FAIL)])) == ["stored", "conflict"]


def _sent(seq: int, data: bytes, attempt_id: str | None = None) -> SentRecord:
    return send_form(seq, attempt_id or uuid7(seq), record_digest(data), data)


def _changed(**changes: Any) -> SentRecord:
    fields = msgspec.to_builtins(record(7))
    return _sent(7, msgspec.json.encode({**fields, **changes}))


POISON: dict[str, SentRecord] = {
    "not JSON": _sent(7, b"\x00\xff\xfe noise"),
    "empty": _sent(7, b""),
    "an unknown field": _changed(surprise=1),
    "a future schema": _changed(schema="intake-attempt/9"),
    "an unknown verdict": _changed(verdict="splendid"),
    "a verdict on an aborted attempt": _changed(status="aborted"),
    "nested beyond reason": _sent(7, b'{"findings":' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
    "another bench's": _changed(bench_id="bench-2"),
    "an id that is no UUID": _changed(attempt_id="../../etc/passwd"),
    "an id in capitals": _changed(attempt_id=uuid7(7).upper()),
    "a number that differs from its envelope": _changed(seq=8),
    "a number past every database": _changed(slot=2**70),
    "a time that is none": _changed(finished_at="yesterday"),
    "a time without a zone": _changed(finished_at="2026-11-24T10:00:31"),
    "a time in another zone": _changed(finished_at="2026-11-24T10:00:31+05:00"),
    "too many findings": _changed(findings=[msgspec.to_builtins(finding("x", Verdict.PASS))] * 1001),
    "a wrong hash": SentRecord(7, uuid7(7), "0" * 64, record=encode_record(record(7)).decode()),
    "no body": SentRecord(7, uuid7(7), "0" * 64),
    "two bodies": SentRecord(7, uuid7(7), "0" * 64, record="{}", record_base64="e30="),
    "base64 that is none": SentRecord(7, uuid7(7), "0" * 64, record_base64="***"),
}


@pytest.mark.parametrize("name", POISON)
def test_a_poison_record_is_rejected_with_its_bytes_kept_and_the_others_are_stored(engine: Engine, name: str) -> None:
    done = take(engine, [record(1), POISON[name], record(2)])
    assert statuses(done) == ["stored", "rejected", "stored"]
    assert done.answer.receipts[1].attempt_id == POISON[name].attempt_id
    assert done.answer.receipts[1].reason
    before = everything(engine)
    (parked,) = rows(engine, schema.quarantine)
    assert parked["status"] == "rejected"
    assert parked["reason"] == done.answer.receipts[1].reason
    assert statuses(take(engine, [POISON[name]])) == ["rejected"]
    assert everything(engine) == before
    assert_summaries_are_true(engine)


def test_poison_that_is_not_utf8_is_kept_to_the_byte(engine: Engine) -> None:
    take(engine, [POISON["not JSON"]])
    assert rows(engine, schema.quarantine)[0]["raw"] == b"\x00\xff\xfe noise"


def test_outside_text_is_cleaned_in_the_columns_and_exact_in_the_record(engine: Engine) -> None:
    hostile = record(1, device=DeviceSeen("Acme\x1b[2J", "x", "Mod\u202eel\x00", "S" * 5000), note="a\x07b")
    take(engine, [hostile])
    (row,) = rows(engine, schema.attempt)
    assert (row["manufacturer"], row["model"], row["note"]) == ("Acme[2J", "Model", "ab")
    assert len(row["serial"]) == 256
    assert row["record"] == encode_record(hostile)


def test_high_water_names_the_number_up_to_which_nothing_is_missing(engine: Engine) -> None:
    assert take(engine, [record(1), record(2)]).answer.high_water == 2
    late = take(engine, [record(5), record(7)]).answer
    assert (late.high_water, late.count, late.missing) == (2, 4, (3, 4, 6))
    assert take(engine, [record(3), record(4)]).answer.high_water == 5
    last = take(engine, [record(6)]).answer
    assert (last.high_water, last.count, last.missing) == (7, 7, ())


def test_completeness_is_claimed_only_when_every_number_is_stored(engine: Engine) -> None:
    take(engine, [record(1), POISON["not JSON"]])

    def shown() -> Any:
        with read(engine) as connection:
            return proof(connection, BENCH)

    assert not shown().complete
    take(engine, [record(seq) for seq in range(2, 7)])
    assert (shown().high_water, shown().stored, shown().quarantined, shown().complete) == (7, 6, 1, False)
    take(engine, [record(7)])
    assert (shown().stored, shown().quarantined, shown().complete) == (7, 0, True)


def test_missing_numbers_are_bounded_even_for_a_bench_that_counts_wildly(engine: Engine) -> None:
    answer = take(engine, [record(2**53, attempt_id=uuid7(1))]).answer
    assert answer.missing == tuple(range(1, 101))


def test_evidence_that_is_held_is_not_wanted(engine: Engine) -> None:
    one = record(1)
    known = one.evidence[0]
    with write(engine) as connection:
        connection.execute(
            schema.evidence.insert(), {"sha256": known.sha256, "size": 1, "received_at": AT, "data": b"x"}
        )
    assert take(engine, [one]).answer.evidence_wanted == (one.evidence[1].sha256,)


def test_aborted_attempts_and_bench_errors_are_no_part_of_a_rate(engine: Engine) -> None:
    take(engine, [record(1), record(2, Verdict.FAIL), record(3, Verdict.ERROR), record(4, None)])
    (row,) = rows(engine, schema.day_model)
    assert (row["attempts"], row["n_error"], row["n_aborted"]) == (4, 1, 1)
    assert (row["first_attempts"], row["first_shippable"]) == (2, 1)


def test_rows_for_information_and_undecided_ones_are_not_executed(engine: Engine) -> None:
    findings = (
        finding("a", Verdict.FAIL, severity=Severity.INFO),
        finding("b", Verdict.INCONCLUSIVE, None),
        finding("b", Verdict.FAIL),
    )
    take(engine, [record(1, Verdict.FAIL, findings=findings)])
    (row,) = rows(engine, schema.day_check)
    assert (row["check_id"], row["executed"], row["failed"], row["undecided"]) == ("b", 1, 1, 1)


_MIXED = [
    record(
        seq,
        verdict,
        device=DeviceSeen("Acme", f"P{seq % 3}", f"Model {seq % 3}", f"S{seq}"),
        finished_at=f"2026-11-{23 + seq % 2}T23:59:59.999Z",
        attempt_no=1 + seq % 2,
    )
    for seq, verdict in enumerate((*Verdict, None, *Verdict), start=1)
]


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(st.randoms(use_true_random=False), st.lists(st.integers(1, 6), min_size=1, max_size=8))
def test_any_order_duplication_and_batching_gives_the_same_tables(rng: random.Random, sizes: list[int]) -> None:
    sendings: list[AttemptRecord | SentRecord] = [*_MIXED, *rng.choices(_MIXED, k=10), POISON["an unknown field"]]
    rng.shuffle(sendings)
    with tempfile.TemporaryDirectory() as straight, tempfile.TemporaryDirectory() as shuffled:
        engines = []
        for folder in (straight, shuffled):
            enrol_local(Path(folder), BENCH)
            engines.append(open_database(url_in(Path(folder))))
        take(engines[0], [*_MIXED, POISON["an unknown field"]])
        start = 0
        while start < len(sendings):
            size = sizes[start % len(sizes)]
            take(engines[1], sendings[start : start + size])
            start += size
        assert everything(engines[1]) == everything(engines[0])
        assert_summaries_are_true(engines[1])
        for engine in engines:
            engine.dispose()


def test_a_batch_that_breaks_halfway_leaves_nothing(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    before = everything(engine)
    monkeypatch.setattr("station.central.summaries.apply", _break)
    with pytest.raises(RuntimeError, match="power"):
        take(engine, [record(1), POISON["not JSON"]])
    monkeypatch.undo()
    assert everything(engine) == before
    assert statuses(take(engine, [record(1)])) == ["stored"]


def _break(*_: object) -> None:
    raise RuntimeError("the power went")


def test_sent_helper_gives_the_exact_bytes() -> None:
    assert sent(record(1)).record == encode_record(record(1)).decode()
