"""The outbox: a row leaves it only by central's word, and nothing is deleted."""

from __future__ import annotations

from station.store.bench_store import BenchStore
from station.store.outbox import StoreOutbox
from tests.station.store.test_bench_store import begin, finish

AT = "2026-11-24T11:00:00.000Z"


def filled(store: BenchStore, count: int) -> StoreOutbox:
    for number in range(count):
        finish(store, begin(store, f"SER{number:04d}"))
    return StoreOutbox(store)


def test_pending_is_in_order_and_shrinks_only_by_acknowledgement(store: BenchStore) -> None:
    outbox = filled(store, 5)
    assert [row.seq for row in outbox.pending(3)] == [1, 2, 3]
    outbox.acknowledge([2, 1], ["stored", "duplicate"], AT)
    assert [row.seq for row in outbox.pending(9)] == [3, 4, 5]
    outbox.acknowledge([2, 1], ["stored", "stored"], AT)
    assert outbox.status().unsent == 3


def test_a_dead_letter_blocks_nothing_and_keeps_its_reason(store: BenchStore) -> None:
    outbox = filled(store, 3)
    outbox.dead_letter(2, "rejected: \x1b[31mbad", AT)
    assert [row.seq for row in outbox.pending(9)] == [1, 3]
    [(seq, _, reason)] = outbox.dead_letters()
    assert (seq, reason) == (2, "rejected: [31mbad")
    assert outbox.status().dead == 1
    outbox.acknowledge([2], ["stored"], AT)
    assert outbox.status().dead == 1


def test_evidence_waits_for_its_record_and_is_sent_once(store: BenchStore) -> None:
    outbox = filled(store, 2)
    assert outbox.wanted_evidence(10) == []
    assert outbox.status().evidence_unsent == 2
    outbox.acknowledge([1], ["stored"], AT)
    wanted = outbox.wanted_evidence(10)
    assert len(wanted) == 2
    assert all(outbox.evidence_bytes(sha256) is not None for sha256 in wanted)
    outbox.evidence_sent(wanted[0], AT)
    assert outbox.wanted_evidence(10) == wanted[1:]
    assert outbox.evidence_bytes("0" * 64) is None


def test_the_status_says_how_old_the_oldest_is(store: BenchStore) -> None:
    outbox = filled(store, 2)
    first = store.recent(2)[1]
    assert outbox.status().oldest_unsent_at == first.finished_at
    assert outbox.status().last_receipt_at is None
    outbox.acknowledge([1, 2], ["stored", "stored"], AT)
    assert outbox.status().oldest_unsent_at is None
    assert outbox.status().last_receipt_at == AT
