"""A scan as the bench keeps it, for tests that begin an attempt by themselves."""

from __future__ import annotations

from hardware.scanners.scanner import Code
from station.store.bench_store import BenchStore
from station.store.journal import KeptLabel, KeptScan, ScanFate


def kept_label(store: BenchStore, serial: str) -> KeptLabel:
    label = store.journal.keep((Code(serial),), "keyboard")
    return store.journal.settle(label, ScanFate.KEPT, serial=serial)


def kept_scan(store: BenchStore, serial: str) -> KeptScan:
    return kept_label(store, serial).giving
