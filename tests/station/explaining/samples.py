"""Laptops, profiles and attempts that the tests explain: invented bytes, real parsers, a real store."""

from __future__ import annotations

import itertools
import json
import textwrap
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from checks.catalogue import shapes
from checks.judge import judge
from checks.verdict import Finding
from hardware.evidence.bundle import Bundle, Item, make_item
from hardware.evidence.facts import read_facts
from specs.profile import Profile
from specs.profile_file import parse_profile
from specs.profiles import Library
from station.clock import Clock
from station.records import AttemptRecord, AttemptStatus, DeviceSeen
from station.store.bench_store import BenchStore
from tests.hardware.evidence.machine.test_smbios import END, LAPTOP, entry_point_3, memory, structure
from tests.hardware.evidence.support import panel
from tests.station.kept import kept_scan

PROFILE = """
id = "explained-laptop"
title = "A laptop to explain"
version = "2021-10-18"
effective_from = 2021-10-18
[require."memory.installed"]
at_least = "4 GB"
severity = "blocker"
source = "the department's specification, 18 Oct 2021"
standing = "published"
[require."battery.health"]
at_least = "95 %"
severity = "major"
source = "new stock"
standing = "inferred"
[require."storage.percent_used"]
at_most = "2 %"
severity = "major"
source = "new stock"
standing = "inferred"
[require."display.width"]
at_least = "1366 px"
severity = "major"
source = "the department's specification, 18 Oct 2021"
standing = "published"
[require."identity.serial"]
matches = "[A-Z0-9]+"
severity = "major"
source = "the makers' grammars"
standing = "secondary"
[require."battery.cycles"]
at_most = "3"
severity = "info"
source = "new stock"
standing = "inferred"
[attest."psu.plug"]
claim = "a British plug"
source = "the order"
standing = "published"
"""

UEVENT = "POWER_SUPPLY_NAME=BAT0\nPOWER_SUPPLY_TYPE=Battery\nPOWER_SUPPLY_PRESENT=1\n"
BATTERY = {
    "/sys/class/power_supply/BAT0/type": "Battery\n",
    "/sys/class/power_supply/BAT0/uevent": UEVENT
    + "POWER_SUPPLY_ENERGY_FULL_DESIGN=51000000\nPOWER_SUPPLY_ENERGY_FULL=50300000\nPOWER_SUPPLY_STATUS=Full\n",
    "/sys/class/power_supply/AC/type": "Mains\n",
}
SMART = {
    "smartctl": {"exit_status": 0, "version": [7, 4]},
    "device": {"name": "/dev/nvme0n1", "protocol": "NVMe", "type": "nvme"},
    "model_name": "EXAMPLE SSD 256GB",
    "serial_number": "S512345678",
    "user_capacity": {"bytes": 256060514304},
    "nvme_smart_health_information_log": {"percentage_used": 1, "media_errors": 0, "available_spare": 100},
}
DMIDECODE = textwrap.dedent(
    """\
    # dmidecode 3.4
    Handle 0x0001, DMI type 1, 27 bytes
    System Information
    \tManufacturer: Example Ltd
    \tProduct Name: Model 1
    \tSerial Number: EX12345678

    Handle 0x0005, DMI type 17, 84 bytes
    Memory Device
    \tSize: 4 GB
    \tType: LPDDR4
    """
)
CPU = b"processor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: Celeron\nphysical id\t: 0\ncore id\t: 0\n"


def table(*structures: bytes) -> bytes:
    """An SMBIOS item as Linux gives it."""
    whole = b"".join((structure(0, bytes(14), b"Example", b"1.2"), LAPTOP, *structures, END))
    return entry_point_3(whole) + whole


def as_json(value: Any) -> bytes:
    return json.dumps(value, indent=1).encode()


def laptop_items() -> tuple[Item, ...]:
    """A whole laptop: two modules of 2 GB in four slots, a good battery, a new disk, a panel."""
    array = structure(16, bytes((3, 3, 3)) + bytes(6) + bytes((4, 0)))
    return (
        make_item("smbios", table(array, memory(2048), memory(0), memory(2048), memory(0)), source="/sys/firmware/dmi"),
        make_item("cpu", CPU, source="/proc/cpuinfo", ms=3.0),
        make_item("battery", as_json(BATTERY), source="/sys/class/power_supply"),
        make_item("smart-nvme0n1", as_json(SMART), source="smartctl --json -x /dev/nvme0n1", exit=0),
        make_item("drm", as_json({"/sys/class/drm/card0-eDP-1/status": "connected\n"})),
        make_item("edid-eDP-1", panel()),
        make_item("tpm", b"", error="ENOENT"),
    )


def profile() -> Profile:
    return Library((), shapes()).resolve(parse_profile(PROFILE, "explained-laptop.toml"))


def library() -> Library:
    return Library((parse_profile(PROFILE, "explained-laptop.toml"),), shapes())


def finding_of(items: Iterable[Item], check: str) -> Finding:
    """What the profile's row of that check says of these items."""
    judgement = judge(read_facts(Bundle.of(items)).facts, profile())
    return next(finding for finding in judgement.findings if finding.check == check)


def still_clock() -> Clock:
    ticks, chance = itertools.count(), itertools.count(1)
    return Clock(
        wall=lambda: 1_800_000_000.0 + next(ticks) / 1000,
        monotonic=lambda: next(ticks) / 1000,
        random_bytes=lambda size: next(chance).to_bytes(size, "big"),
    )


def attempt(
    store: BenchStore,
    serial: str = "PF1A2B3C",
    items: tuple[Item, ...] | None = None,
    findings: tuple[Finding, ...] | None = None,
) -> AttemptRecord:
    """An attempt that the bench has finished, judged by the profile unless findings are given."""
    items = laptop_items() if items is None else items
    used = profile()
    judgement = judge(read_facts(Bundle.of(items)).facts, used)
    scan = kept_scan(store, serial)
    attempt_id = store.begin_attempt(
        scan, slot=2, operator="anna", profile=used.reference, profile_digest=used.digest, link="this machine"
    )
    for position, item in enumerate(items):
        store.spool_item(attempt_id, position, item)
    return store.finish_attempt(
        attempt_id,
        status=AttemptStatus.COMPLETED,
        verdict=judgement.verdict,
        findings=judgement.findings if findings is None else findings,
        device=DeviceSeen("Example Ltd", "Model 1", "Example Ltd Model 1", "EX12345678"),
    )


def store_in(data: Path) -> BenchStore:
    (data / "bench").mkdir(parents=True, exist_ok=True)
    return BenchStore(data / "bench" / "bench.sqlite", still_clock())
