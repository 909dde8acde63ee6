"""Attempts that have ended, in a real store."""

from __future__ import annotations

from checks.verdict import Finding, Severity, Verdict
from hardware.scanners.scanner import Code
from station.records import AttemptKind, AttemptRecord, AttemptStatus, DeviceSeen
from station.store.bench_store import BenchStore
from station.store.journal import ScanFate

__all__ = ["PROFILE", "begun", "ended", "finding"]

PROFILE = "ghwt-2021w-windows-laptop@2021-10-18"


def finding(check: str, verdict: Verdict, severity: Severity = Severity.BLOCKER) -> Finding:
    return Finding(check, verdict, severity, 1.0, "", {"op": "at_least"}, "within")


def begun(
    store: BenchStore,
    serial: str = "PF1A2B3C",
    profile: str = PROFILE,
    operator: str = "anna",
    kind: AttemptKind = AttemptKind.PRODUCTION,
    resumes: str = "",
) -> str:
    """The id of an attempt that is open."""
    kept = store.journal.keep([Code(serial)], "keyboard")
    kept = store.journal.settle(kept, ScanFate.KEPT, serial=serial)
    return store.begin_attempt(
        kept.giving,
        slot=1,
        operator=operator,
        profile=profile,
        profile_digest="d" * 64,
        link="this machine",
        kind=kind,
        resumes=resumes,
    )


def ended(
    store: BenchStore,
    serial: str = "PF1A2B3C",
    verdict: Verdict = Verdict.PASS,
    *,
    profile: str = PROFILE,
    operator: str = "anna",
    findings: tuple[Finding, ...] = (),
    kind: AttemptKind = AttemptKind.PRODUCTION,
    resumes: str = "",
    **more: object,
) -> AttemptRecord:
    """The record of an attempt that was completed with this verdict; `more` goes to `finish_attempt`."""
    return store.finish_attempt(
        begun(store, serial, profile, operator, kind, resumes),
        status=AttemptStatus.COMPLETED,
        verdict=verdict,
        findings=findings,
        device=DeviceSeen("LENOVO", "81MA", "Lenovo 100e", serial),
        **more,  # type: ignore[arg-type]
    )
