"""A bench store with finished attempts on invented laptops, made through the store's own doors."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from checks.catalogue import shapes
from checks.judge import judge
from hardware.evidence.bundle import Bundle, Item, make_item
from hardware.evidence.facts import read_facts
from specs.decisions import NO_DECISIONS, Decisions
from specs.profile import Profile
from specs.profile_file import parse_profile
from specs.profiles import Library
from station.bench.worker import device_seen
from station.clock import SYSTEM_CLOCK, Clock
from station.kept_facts import pack_facts
from station.records import AttemptKind, AttemptStatus
from station.store.bench_store import BenchStore
from tests.station.kept import kept_scan

__all__ = ["OLD", "STRICT", "finish", "items", "profile_of"]

_ROW = 'source = "a test of judging again"\nstanding = "inferred"\n'
OLD = f"""
id = "disks"
version = "1"
[require."storage.capacity"]
at_least = "64 GB"
{_ROW}
[require."battery.health"]
at_least = "90 %"
{_ROW}
"""
STRICT = OLD.replace('"64 GB"', '"128 GB"').replace('version = "1"', 'version = "2"')


def profile_of(text: str) -> Profile:
    """A profile by its text."""
    raw = parse_profile(text, "test.toml")
    return Library((raw,), shapes()).resolve(raw)


def items(gigabytes: int, health: int = 99, serial: str = "") -> list[Item]:
    """The evidence of a laptop with one disk and one battery, and its label where a serial is given."""
    block = {
        "/sys/block/sda/size": f"{gigabytes * 10**9 // 512}\n",
        "/sys/block/sda/removable": "0\n",
        "/sys/block/sda/queue/rotational": "0\n",
        "/sys/block/sda": {"link": "../devices/pci0000:00/0000:00:17.0/ata1/host0/target0:0:0/0:0:0:0/block/sda"},
    }
    battery = {
        "/sys/class/power_supply/BAT0/type": "Battery\n",
        "/sys/class/power_supply/BAT0/uevent": (
            "POWER_SUPPLY_NAME=BAT0\nPOWER_SUPPLY_TYPE=Battery\nPOWER_SUPPLY_PRESENT=1\n"
            f"POWER_SUPPLY_ENERGY_FULL_DESIGN=50000000\nPOWER_SUPPLY_ENERGY_FULL={health * 500000}\n"
        ),
    }
    scans = {"scans": [{"text": serial, "serial": serial, "taken_for": "serial"}]}
    return [
        make_item("block", json.dumps(block).encode()),
        make_item("battery", json.dumps(battery).encode()),
        *([make_item("scans", json.dumps(scans).encode())] if serial else []),
    ]


def finish(
    path: Path,
    serial: str,
    evidence: Sequence[Item],
    profile: Profile,
    *,
    clock: Clock = SYSTEM_CLOCK,
    keep_facts: bool = True,
    status: AttemptStatus = AttemptStatus.COMPLETED,
    decisions: Decisions = NO_DECISIONS,
    kind: AttemptKind = AttemptKind.PRODUCTION,
    resumes: str = "",
) -> str:
    """One attempt on a laptop, judged as the bench judges; its id."""
    store = BenchStore(path, clock)
    reading = read_facts(Bundle.of(evidence))
    judged = judge(reading.facts, profile, again=reading.again, decisions=decisions)
    completed = status is AttemptStatus.COMPLETED
    scan = kept_scan(store, serial)
    attempt = store.begin_attempt(
        scan,
        slot=1,
        operator="anna",
        profile=profile.reference,
        profile_digest=profile.digest,
        link="a test",
        kind=kind,
        resumes=resumes,
    )
    for position, item in enumerate(evidence):
        store.spool_item(attempt, position, item)
    store.finish_attempt(
        attempt,
        status=status,
        verdict=judged.verdict if completed else None,
        findings=judged.findings if completed else (),
        device=device_seen(reading.facts),
        facts=pack_facts(reading) if keep_facts and completed else None,
    )
    store.close()
    return attempt
