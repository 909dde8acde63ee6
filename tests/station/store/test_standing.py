"""What counts at a bench is what counts at central, whatever the attempts on a laptop were."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checks.verdict import Verdict
from station.central.standing import COUNTS, TAKEN_BACK, Counting, Told, count_for
from station.records import AttemptKind, AttemptRecord, AttemptStatus
from station.store.bench_store import BenchStore
from station.store.standing import taken_back_by, that_count
from tests.station.kept import kept_scan


def attempt(
    store: BenchStore,
    verdict: Verdict | None = Verdict.PASS,
    serial: str = "PF1A2B3C",
    kind: AttemptKind = AttemptKind.PRODUCTION,
    resumes: str = "",
) -> AttemptRecord:
    scan = kept_scan(store, serial)
    attempt_id = store.begin_attempt(
        scan, slot=1, operator="a", profile="p@1", profile_digest="d", link="l", kind=kind, resumes=resumes
    )
    status = AttemptStatus.COMPLETED if verdict is not None else AttemptStatus.INTERRUPTED
    return store.finish_attempt(attempt_id, status=status, verdict=verdict)


def counting(store: BenchStore) -> set[str]:
    rows = store.database.query(f"SELECT a.attempt_id FROM attempt a WHERE {that_count('a')}")
    return {row["attempt_id"] for row in rows}


TRIES = st.lists(
    st.tuples(
        st.sampled_from([Verdict.PASS, Verdict.FAIL, Verdict.ERROR, None]),
        st.sampled_from(["PF1A2B3C", "PF9Z8Y7X"]),
        st.sampled_from(AttemptKind),
        st.none() | st.integers(0, 5),
    ),
    max_size=6,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(TRIES)
def test_a_bench_and_central_leave_the_same_attempts_out(
    tries: list[tuple[Verdict | None, str, AttemptKind, int | None]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = BenchStore(Path(folder) / "bench.sqlite")
        records: list[AttemptRecord] = []
        for verdict, serial, kind, before in tries:
            resumes = records[before].attempt_id if before is not None and before < len(records) else ""
            records.append(attempt(store, verdict, serial, kind, resumes))
        expected: dict[str, Counting] = {}
        for serial in {record.scan.serial for record in records}:
            expected |= count_for(
                Told(
                    record.seq,
                    record.attempt_id,
                    serial,
                    record.kind.value,
                    record.verdict.value if record.verdict else record.status.value,
                    record.resumes,
                )
                for record in records
                if record.scan.serial == serial
            )
        assert counting(store) == {attempt_id for attempt_id, one in expected.items() if one.standing == COUNTS}
        for record in records:
            taken_back = expected[record.attempt_id].standing == TAKEN_BACK
            if record.kind is AttemptKind.PRODUCTION:
                assert bool(taken_back_by(store, record)) is taken_back
        store.close()


@pytest.mark.parametrize("verdict", [None, Verdict.FAIL])
def test_what_took_over_from_a_broken_off_attempt_takes_nothing_back(tmp_path: Path, verdict: Verdict | None) -> None:
    store = BenchStore(tmp_path / "bench.sqlite")
    cut = attempt(store, None)
    on = attempt(store, verdict, resumes=cut.attempt_id)
    assert taken_back_by(store, cut) == ""
    assert counting(store) == {cut.attempt_id, on.attempt_id}
    store.close()
