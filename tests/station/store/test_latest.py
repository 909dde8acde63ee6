"""The latest attempts of a laptop and of each slot, as the bench asks for them."""

from __future__ import annotations

from checks.verdict import Verdict
from station.records import AttemptKind, AttemptStatus
from station.store.bench_store import BenchStore
from station.store.latest import last_verdict, latest_in_slots
from tests.station.bench_checks.samples import attempted, bad_findings, finding, good_findings

SERIAL = "PF1A2B3C"
LONG_AGO = "2000-01-01T00:00:00.000Z"


def test_a_retest_is_of_the_latest_verdict_and_of_no_bench_check(store: BenchStore) -> None:
    assert last_verdict(store, SERIAL) is None
    attempted(store, SERIAL, good_findings(), kind=AttemptKind.PRODUCTION)
    first = last_verdict(store, SERIAL)
    assert first is not None
    assert first.verdict is Verdict.MARGINAL
    attempted(store, SERIAL, bad_findings(), kind=AttemptKind.BENCH_CHECK)
    attempted(store, SERIAL, (), kind=AttemptKind.PRODUCTION, status=AttemptStatus.ABORTED)
    attempted(store, SERIAL, (finding("camera.present", Verdict.ERROR),), kind=AttemptKind.PRODUCTION)
    attempted(store, "PF9Z9Z9Z", bad_findings(), kind=AttemptKind.PRODUCTION)
    assert last_verdict(store, SERIAL) == first
    latest = attempted(store, SERIAL, bad_findings(), kind=AttemptKind.PRODUCTION)
    found = last_verdict(store, SERIAL)
    assert found is not None
    assert (found.verdict, found.finished_at) == (Verdict.FAIL, latest.finished_at)
    assert last_verdict(store, SERIAL, before=latest.attempt_no) == first


def test_the_latest_of_each_slot_is_found_but_for_old_ones_and_those_left_out(store: BenchStore) -> None:
    older = attempted(store, SERIAL, good_findings(), slot=1)
    newer = attempted(store, "PF9Z9Z9Z", bad_findings(), slot=1)
    other = attempted(store, SERIAL, (), slot=2, status=AttemptStatus.INTERRUPTED)
    assert latest_in_slots(store, (1, 2, 3), LONG_AGO) == {1: newer, 2: other}
    assert latest_in_slots(store, (1, 2), LONG_AGO, {newer.attempt_id, other.attempt_id}) == {1: older}
    assert latest_in_slots(store, (1, 2), "2999-01-01T00:00:00.000Z") == {}
