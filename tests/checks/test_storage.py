"""Storage: the laptop's own disk, and every fault that a disk tells of."""

from __future__ import annotations

from typing import Any

import pytest

from checks.catalogue import CATALOGUE
from checks.check import Measured
from specs.facts import Disk, DiskHealth, Facts, Unknown, known


def read(check: str, *disks: Disk) -> Any:
    reading = CATALOGUE[check].read(Facts(storage=known(disks, "block")))
    return reading.value if isinstance(reading, Measured) else None


SMALL = Disk("mmcblk0", bytes=known(16 * 10**9), removable=known(False))
STICK = Disk("sda", bytes=known(128 * 10**9), removable=known(True))
PERHAPS = Disk("sdb", bytes=known(256 * 10**9), removable=Unknown("not asked"))


def test_a_stick_never_stands_in_for_the_disk():
    assert read("storage.capacity", STICK, SMALL) == 16 * 10**9
    assert read("storage.capacity", STICK) == 0


def test_a_disk_that_may_be_a_stick_is_never_a_pass():
    assert read("storage.capacity", PERHAPS) is None
    assert read("storage.capacity", PERHAPS, SMALL) == 16 * 10**9


def test_a_laptop_without_a_disk_has_no_disk_and_no_health():
    assert read("storage.capacity") == 0
    assert read("storage.no_fault_found") is None
    assert read("storage.percent_used") is None


@pytest.mark.parametrize(
    "health",
    [
        DiskHealth(assessment=known("FAILED")),
        DiskHealth(assessment=known("passed"), critical_warning=known(1)),
        DiskHealth(pre_eol=known("urgent")),
    ],
)
def test_one_fault_of_one_disk_is_a_fault(health: DiskHealth):
    fine = Disk("nvme0n1", health=DiskHealth(assessment=known("passed"), critical_warning=known(0)))
    assert read("storage.no_fault_found", fine) is True
    assert read("storage.no_fault_found", fine, Disk("sda", health=health)) is False


def test_a_disk_that_hides_its_wear_is_named_beside_the_reading():
    told = Disk("nvme0n1", health=DiskHealth(percent_used=known(3), life_used=known(10)))
    assert read("storage.percent_used", told) == 10
    assert read("storage.percent_used", Disk("sda")) is None
    both = CATALOGUE["storage.percent_used"].read(Facts(storage=known((told, Disk("sda")), "block")))
    assert isinstance(both, Measured)
    assert both.value == 10
    assert both.unread is not None


def test_a_health_report_that_nobody_could_read_is_the_benchs_error():
    locked = Disk("sda", health=DiskHealth(assessment=Unknown("needs root", problem="unreadable")))
    fine = Disk("nvme0n1", health=DiskHealth(assessment=known("passed")))
    reading = CATALOGUE["storage.no_fault_found"].read(Facts(storage=known((fine, locked), "block")))
    assert isinstance(reading, Unknown)
    assert reading.problem == "unreadable"
