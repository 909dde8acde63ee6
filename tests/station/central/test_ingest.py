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
from station.records import (
    AttemptKind,
    AttemptRecord,
    AttemptStatus,
    DeviceSeen,
    ScanSeen,
    encode_record,
    record_digest,
)
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
        kept_apart = connection.execute(sa.select(schema.attempt).where(schema.attempt.c.standing != "counts")).all()
    for row in kept_apart:
        assert row.standing == ("bench_check" if row.kind == "bench_check" else "taken_back")
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
    "an unknown kind": _changed(kind="practice"),
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


def first_pass(engine: Engine) -> tuple[int, int]:
    """First attempts that are counted, and how many of them may ship."""
    found = rows(engine, schema.day_model)
    return sum(row["first_attempts"] for row in found), sum(row["first_shippable"] for row in found)


def tries(*attempts: tuple[Verdict | None, dict[str, Any]], serial: str = "PF3K0001") -> list[AttemptRecord]:
    """A laptop's attempts at one bench, in the bench's own order."""
    device, scan = DeviceSeen("Acme", "P", "Model", serial), ScanSeen(serial, serial, AT)
    return [
        record(seq, verdict, attempt_no=seq, device=device, scan=scan, **changes)
        for seq, (verdict, changes) in enumerate(attempts, start=1)
    ]


INTERRUPTED = {"status": AttemptStatus.INTERRUPTED}


def test_bench_checks_are_in_no_number_and_are_kept(engine: Engine) -> None:
    golden: dict[str, Any] = {"kind": AttemptKind.BENCH_CHECK}
    take(engine, [record(1), record(2, Verdict.FAIL, **golden), record(3, **golden), record(4, None, **golden)])
    assert [(row["attempts"], row["n_fail"], row["n_aborted"]) for row in rows(engine, schema.day_model)] == [(1, 0, 0)]
    assert [(row["check_id"], row["failed"]) for row in rows(engine, schema.day_check)] == [
        ("battery.health", 0),
        ("memory.installed", 0),
    ]
    assert [row["standing"] for row in rows(engine, schema.attempt)] == ["counts"] + ["bench_check"] * 3
    assert first_pass(engine) == (1, 1)
    assert_summaries_are_true(engine)


def test_a_bench_check_takes_nobodys_first_pass(engine: Engine) -> None:
    take(engine, tries((Verdict.FAIL, {"kind": AttemptKind.BENCH_CHECK}), (Verdict.PASS, {})))
    assert first_pass(engine) == (1, 1)


@pytest.mark.parametrize("before", [None, Verdict.ERROR])
def test_what_was_broken_off_or_blamed_the_bench_is_nobodys_first_pass(engine: Engine, before: Verdict | None) -> None:
    take(engine, tries((before, {}), (Verdict.PASS, {}), (Verdict.FAIL, {"retest": "disputed"})))
    assert first_pass(engine) == (1, 1)
    assert_summaries_are_true(engine)


def test_an_attempt_that_goes_on_after_a_power_cut_is_the_laptops_first(engine: Engine) -> None:
    take(engine, tries((None, INTERRUPTED), (Verdict.FAIL, {"resumes": uuid7(1)}), (Verdict.PASS, {})))
    assert first_pass(engine) == (1, 0)
    (row,) = rows(engine, schema.day_model)
    assert (row["attempts"], row["n_interrupted"], row["n_fail"], row["n_pass"]) == (3, 1, 1, 1)
    assert_summaries_are_true(engine)


def test_each_bench_has_its_own_first_attempt_on_a_serial_and_who_has_none_is_nobodys_first(engine: Engine) -> None:
    unread = ScanSeen("???", "", AT)
    take(engine, [record(1, scan=unread), record(2, Verdict.FAIL, scan=unread, resumes=uuid7(1)), record(3)])
    assert first_pass(engine) == (1, 1)
    assert {row["standing"] for row in rows(engine, schema.attempt)} == {"counts"}
    assert_summaries_are_true(engine)


def test_a_verdict_that_was_taken_back_counts_in_nothing_and_the_one_that_took_over_counts(engine: Engine) -> None:
    slip, right = tries((Verdict.FAIL, {}), (Verdict.PASS, {"resumes": uuid7(1)}))
    take(engine, [slip])
    assert first_pass(engine) == (1, 0)
    take(engine, [right])
    (row,) = rows(engine, schema.day_model)
    assert (row["attempts"], row["n_fail"], row["n_pass"]) == (1, 0, 1)
    assert first_pass(engine) == (1, 1)
    assert {row["check_id"]: row["failed"] for row in rows(engine, schema.day_check)}["memory.installed"] == 0
    assert [row["standing"] for row in rows(engine, schema.attempt)] == ["taken_back", "counts"]
    assert rows(engine, schema.attempt)[0]["record"] == encode_record(slip)
    assert_summaries_are_true(engine)


def test_a_verdict_stays_taken_back_where_the_attempt_after_it_was_broken_off(engine: Engine) -> None:
    yesterday = {"finished_at": "2026-11-23T23:59:00.000Z"}
    take(engine, tries((Verdict.PASS, yesterday), (None, {"resumes": uuid7(1)})))
    assert [(row["day"], row["attempts"]) for row in rows(engine, schema.day_model)] == [("2026-11-24", 1)]
    assert rows(engine, schema.day_check) == []
    assert first_pass(engine) == (0, 0)
    assert_summaries_are_true(engine)


@pytest.mark.parametrize(
    "claims",
    [
        {"resumes": uuid7(2)},  # itself
        {"resumes": uuid7(3)},  # what comes after it
        {"resumes": uuid7(9)},  # another laptop's
        {"resumes": uuid7(1), "kind": AttemptKind.BENCH_CHECK},
        {"resumes": "../\x1b[2J"},
    ],
)
def test_only_a_later_attempt_of_the_same_laptop_takes_a_verdict_back(engine: Engine, claims: dict[str, Any]) -> None:
    take(engine, [record(9), *tries((Verdict.PASS, {}), (Verdict.FAIL, claims), (Verdict.PASS, {}))])
    assert "taken_back" not in {row["standing"] for row in rows(engine, schema.attempt)}
    assert_summaries_are_true(engine)


def _mixed() -> list[AttemptRecord]:
    """Attempts of every outcome and kind on a few laptops, some of which go on with the one before."""
    found = []
    for seq, verdict in enumerate((*Verdict, None, *Verdict, None, *reversed(Verdict), *Verdict), start=1):
        serial = f"S{seq % 4}" if seq % 9 else ""
        changes: dict[str, Any] = INTERRUPTED if verdict is None and seq % 2 else {}
        found.append(
            record(
                seq,
                verdict,
                scan=ScanSeen(serial, serial, AT),
                device=DeviceSeen("Acme", f"P{seq % 3}", f"Model {seq % 3}", f"S{seq}"),
                finished_at=f"2026-11-{23 + seq % 2}T23:59:59.999Z",
                attempt_no=1 + seq % 2,
                kind=AttemptKind.BENCH_CHECK if seq % 5 == 0 else AttemptKind.PRODUCTION,
                resumes=uuid7(seq - 4) if seq > 4 and seq % 3 == 0 else "",
                **changes,
            )
        )
    return found


_MIXED = _mixed()


def test_the_mixture_has_some_of_everything(engine: Engine) -> None:
    take(engine, _MIXED)
    assert {row["standing"] for row in rows(engine, schema.attempt)} == set(schema.STANDINGS)
    assert {row["outcome"] for row in rows(engine, schema.attempt)} == set(schema.OUTCOMES)
    firsts, shippable = first_pass(engine)
    assert 0 < shippable < firsts <= 4
    assert_summaries_are_true(engine)


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
            assert_summaries_are_true(engines[1])
            start += size
        assert everything(engines[1]) == everything(engines[0])
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
