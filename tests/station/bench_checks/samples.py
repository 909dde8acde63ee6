"""Attempts on golden laptops for tests: what they said, kept as the bench keeps it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from checks.verdict import Decided, Finding, Severity, Verdict, roll_up
from station.records import AttemptKind, AttemptRecord, AttemptStatus, DeviceSeen
from station.store.bench_store import BenchStore
from tests.station.kept import kept_scan

GOOD, BAD = "PF1A2B3C", "PF9Z8Y7X"
PROFILE = "demo@1"
DIGEST = "d1"

HEALTH, CAPACITY, CAMERA = "battery.health", "storage.capacity", "camera.present"


def finding(
    check: str,
    verdict: Verdict,
    value: Any = None,
    *,
    severity: Severity = Severity.MAJOR,
    unit: str = "",
    was: Verdict | None = None,
) -> Finding:
    decided = None if was is None else Decided("an id", "Anna", "agreed", "2027-12-31", was)
    return Finding(check, verdict, severity, value, unit, None, "a reason", decision=decided)


def good_findings(health: float = 97.5) -> tuple[Finding, ...]:
    return (
        finding(HEALTH, Verdict.PASS, health, unit="%"),
        finding(CAPACITY, Verdict.MARGINAL, 256e9, unit="B"),
        finding(CAMERA, Verdict.PASS, True),
        finding("memory.installed", Verdict.FAIL, 4 * 2.0**30, severity=Severity.INFO, unit="B"),
    )


def bad_findings() -> tuple[Finding, ...]:
    return (
        finding(HEALTH, Verdict.FAIL, 61.0, unit="%"),
        finding(CAPACITY, Verdict.PASS, 256e9, unit="B"),
        finding(CAMERA, Verdict.FAIL, False),
    )


def attempted(
    store: BenchStore,
    serial: str,
    findings: Sequence[Finding],
    *,
    slot: int = 1,
    kind: AttemptKind = AttemptKind.BENCH_CHECK,
    status: AttemptStatus = AttemptStatus.COMPLETED,
    profile: str = PROFILE,
    digest: str = DIGEST,
) -> AttemptRecord:
    """An ended attempt on a laptop, as the bench keeps it."""
    attempt_id = store.begin_attempt(
        kept_scan(store, serial),
        slot=slot,
        operator="anna",
        profile=profile,
        profile_digest=digest,
        link="recorded",
        kind=kind,
    )
    return store.finish_attempt(
        attempt_id,
        status=status,
        verdict=roll_up(findings) if status is AttemptStatus.COMPLETED else None,
        findings=findings,
        device=DeviceSeen("LENOVO", "81MA", "LENOVO 81MA", serial),
    )
