"""A bench's store with attempts in it, and its keeper, for the tests of the views."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from checks.verdict import Finding, Severity, Verdict
from station.bench.keeper import Keeper
from station.clock import Clock
from station.records import AttemptKind, AttemptRecord, AttemptStatus, DeviceSeen
from station.store.bench_store import BenchStore
from tests.station.kept import kept_scan


class Wall:
    """A clock that stands still until it is moved. `now` is in Unix seconds."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self.now = now
        self._chance = 0

    def clock(self) -> Clock:
        return Clock(wall=lambda: self.now, monotonic=lambda: self.now, random_bytes=self._random)

    def _random(self, size: int) -> bytes:
        self._chance += 1
        return self._chance.to_bytes(size, "big")


def finding(check: str = "memory.installed", verdict: Verdict = Verdict.FAIL, info: bool = False) -> Finding:
    severity = Severity.INFO if info else Severity.BLOCKER
    return Finding(check, verdict, severity, 4 * 2**30, "B", {"op": "at_least"}, "within")


def ended(
    store: BenchStore,
    serial: str = "PF3K0A1",
    verdict: Verdict | None = Verdict.PASS,
    *,
    slot: int = 1,
    findings: Sequence[Finding] = (),
    status: AttemptStatus | None = None,
    kind: AttemptKind = AttemptKind.PRODUCTION,
    model: str = "Lenovo 300e",
    retest: str = "",
    note: str = "",
    approved_by: str = "",
) -> AttemptRecord:
    """An attempt that has ended: completed with this verdict, or aborted."""
    attempt = store.begin_attempt(
        kept_scan(store, serial),
        slot=slot,
        operator="anna",
        profile="ghwt-2021w-windows-laptop@2021-10-18",
        profile_digest="d" * 64,
        link="this machine",
        kind=kind,
        approved_by=approved_by,
    )
    return store.finish_attempt(
        attempt,
        status=status or (AttemptStatus.COMPLETED if verdict else AttemptStatus.ABORTED),
        verdict=verdict,
        findings=tuple(findings),
        device=DeviceSeen("Lenovo", model, model, serial),
        retest=retest,
        note=note,
    )


@asynccontextmanager
async def keeping(path: Path, clock: Clock) -> AsyncIterator[Keeper]:
    keeper = Keeper(path, clock)
    await keeper.open()
    try:
        yield keeper
    finally:
        await keeper.close()
