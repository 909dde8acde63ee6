"""Faults of disks: one fault of one disk counts, and nobody's silence is taken for health."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from checks.catalogue import CATALOGUE
from checks.check import Measured
from checks.verdict import MAY_SHIP
from specs.facts import Claim, Disagreement, Disk, DiskHealth, Facts, Unknown, known
from specs.limits import Equals
from tests.checks.families import disks, outcome, unknowns, value, verdict

BOTH = ("storage.no_fault_found", "storage.no_bad_sectors_found")
COUNTERS = ("reallocated", "pending", "uncorrectable", "media_errors")
LOCKED = Unknown("needs root", ("smart-sda",), "unreadable")
NO_SUCH = Unknown("no such report", ("smart-sda",), "absent")
FINE = DiskHealth(
    assessment=known("passed"),
    critical_warning=known(0),
    reallocated=known(0),
    pending=known(0),
    uncorrectable=known(0),
    media_errors=known(0),
)
SILENT = DiskHealth(*[NO_SUCH] * len(DiskHealth.__struct_fields__))


def of(*found: Disk, differ: str = "") -> Facts:
    claims = (Claim("1", ("one",)), Claim("2", ("two",)))
    return Facts(storage=known(found, "block"), disagreements=known((Disagreement(differ, claims),) if differ else ()))


def read(check: str, *healths: DiskHealth, **arguments: Any) -> Any:
    found = (Disk(f"sd{index}", health=health) for index, health in enumerate(healths))
    return value(f"storage.{check}", of(*found), **arguments)


@pytest.mark.parametrize(
    "health",
    [
        DiskHealth(assessment=known("FAILED")),
        DiskHealth(assessment=known("passed"), critical_warning=known(1)),
        DiskHealth(pre_eol=known("urgent")),
    ],
)
def test_one_fault_of_one_disk_is_a_fault(health: DiskHealth):
    assert read("no_fault_found", FINE) is True
    assert read("no_fault_found", FINE, health) is False
    assert read("no_fault_found", health, FINE) is False


@pytest.mark.parametrize("leaf", COUNTERS)
def test_one_bad_sector_of_any_kind_counts_and_only_its_own_argument_allows_it(leaf: str):
    bad = replace(FINE, **{leaf: known(1)})
    assert read("no_bad_sectors_found", FINE, bad) is False
    assert read("no_bad_sectors_found", FINE, bad, **{leaf: 1}) is True
    assert read("no_bad_sectors_found", bad, **{other: 9 for other in COUNTERS if other != leaf}) is False


def test_the_bad_sectors_are_told_with_the_disk_that_has_them():
    facts = of(Disk("sda", health=FINE), Disk("sdb", health=replace(FINE, pending=known(499), media_errors=known(2))))
    reading = CATALOGUE["storage.no_bad_sectors_found"].reading(facts)
    assert isinstance(reading, Measured)
    assert reading.detail == "sdb: media errors 2, sdb: pending 499"


@pytest.mark.parametrize("check", BOTH)
def test_a_report_that_nobody_could_read_is_the_benchs_error(check: str):
    locked = DiskHealth(*[LOCKED] * len(DiskHealth.__struct_fields__))
    reading = CATALOGUE[check].reading(of(Disk("sda", health=FINE), Disk("sdb", health=locked)))
    assert isinstance(reading, Unknown)
    assert reading.problem == "unreadable"


def test_one_counter_that_could_not_be_read_is_not_a_counter_of_nothing():
    reading = CATALOGUE["storage.no_bad_sectors_found"].reading(of(Disk("sda", health=replace(FINE, pending=LOCKED))))
    assert reading is LOCKED


@pytest.mark.parametrize("check", BOTH)
def test_silence_is_no_health_unless_the_profile_counts_it_as_good_and_it_is_told(check: str):
    facts = of(Disk("sda", health=FINE), Disk("mmcblk0", health=SILENT))
    reading = CATALOGUE[check].reading(facts)
    assert isinstance(reading, Unknown)
    assert (reading.problem, reading.evidence) == ("absent", ("block", "smart-sda"))
    allowed = CATALOGUE[check].reading(facts, {"silent_passes": True})
    assert isinstance(allowed, Measured)
    assert allowed.value is True
    assert allowed.detail == reading.reason
    assert reading.reason.startswith("mmcblk0: no ")


@pytest.mark.parametrize("check", BOTH)
def test_silence_that_counts_as_good_excuses_no_fault_and_nothing_unread(check: str):
    failing = replace(FINE, assessment=known("failed"), pending=known(1))
    silent, unasked = Disk("mmcblk0", health=SILENT), Disk("sdb")
    assert value(check, of(silent, Disk("sda", health=failing)), silent_passes=True) is False
    assert value(check, of(silent, unasked), silent_passes=True) is None


@pytest.mark.parametrize("check", BOTH)
def test_which_of_two_disks_nobody_could_ask_is_told(check: str):
    facts = of(Disk("sda", health=FINE), Disk("sdb", health=DiskHealth(*[LOCKED] * len(DiskHealth.__struct_fields__))))
    reading = CATALOGUE[check].reading(facts)
    assert isinstance(reading, Unknown)
    assert reading.reason == "sdb: needs root"


@pytest.mark.parametrize("check", BOTH)
@pytest.mark.parametrize("path", ["storage.sda.health.reallocated", "storage.sda.serial"])
def test_two_accounts_that_differ_pass_nothing(check: str, path: str):
    disk = Disk("sda", health=FINE)
    assert value(check, of(disk)) is True
    assert isinstance(CATALOGUE[check].reading(of(disk, differ=path)), Unknown)
    assert value(check, of(disk, differ="storage.sda.model")) is True
    failing = Disk("sda", health=replace(FINE, assessment=known("failed"), pending=known(1)))
    assert value(check, of(failing, differ=path)) is False


def test_no_disk_has_no_health():
    for check in BOTH:
        assert isinstance(CATALOGUE[check].reading(of()), Unknown)


@given(st.lists(disks, max_size=4), st.sampled_from(BOTH), st.randoms())
def test_the_order_of_disks_never_matters(found: list[Disk], check: str, random):
    first = CATALOGUE[check].reading(of(*found))
    random.shuffle(found)
    assert outcome(CATALOGUE[check].reading(of(*found))) == outcome(first)


@given(st.lists(disks, min_size=1, max_size=3), disks, st.sampled_from(BOTH))
def test_another_disk_never_turns_a_fault_into_a_pass(found: list[Disk], more: Disk, check: str):
    own = [disk for disk in found if getattr(disk.removable, "value", None) is not True]
    if own and verdict(check, Equals(True), of(*found)) not in MAY_SHIP:
        assert verdict(check, Equals(True), of(*found, more)) not in MAY_SHIP


@given(unknowns(), st.sampled_from(BOTH))
def test_where_nobody_could_list_the_disks_everything_is_unknown_in_that_way(why: Unknown, check: str):
    assert CATALOGUE[check].reading(Facts(storage=why)) is why
