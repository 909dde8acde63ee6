"""Storage: the laptop's own disks, never a stick, in any order."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from checks.catalogue import CATALOGUE
from checks.check import Measured
from checks.verdict import MAY_SHIP, Verdict
from specs.facts import Claim, Disagreement, Disk, Facts, Unknown, known
from specs.limits import AtLeast, Count, Equals, Limit, Matches, OneOf
from tests.checks.families import disks, outcome, unknowns, value, verdict

SMALL = Disk("mmcblk0", kind=known("emmc"), bytes=known(16 * 10**9), removable=known(False))
LARGE = Disk("nvme0n1", kind=known("nvme"), bytes=known(256 * 10**9), removable=known(False))
STICK = Disk("sda", bytes=known(128 * 10**9), removable=known(True))
PERHAPS = Disk("sdb", bytes=known(8 * 10**9), removable=Unknown("not said", (), "absent"))
UNSIZED = Disk("sdc", bytes=Unknown("locked", (), "unreadable"), removable=known(False))

UNSIZED_TOO = Disk("sdd", bytes=Unknown("not said", (), "absent"), removable=known(False))

READ_HERE = (
    "storage.capacity",
    "storage.count",
    "storage.kind",
    "storage.serial",
    "storage.model",
    "storage.firmware",
)


def of(*found: Disk, differ: str = "") -> Facts:
    claims = (Claim("1", ("block",)), Claim("2", ("windows",)))
    return Facts(storage=known(found, "block"), disagreements=known((Disagreement(differ, claims),) if differ else ()))


def read(check: str, *found: Disk, **arguments: Any) -> Any:
    return value(f"storage.{check}", of(*found), **arguments)


def test_a_stick_never_stands_in_for_the_disk():
    assert read("capacity", STICK, SMALL) == 16 * 10**9
    assert read("capacity", STICK) == 0
    assert read("count", STICK, SMALL) == 1
    assert read("kind", STICK, SMALL) == "emmc"


def test_a_disk_that_may_be_a_stick_is_never_a_pass():
    assert read("capacity", PERHAPS) is None
    assert read("count", PERHAPS, SMALL) is None
    assert read("kind", PERHAPS) is None
    assert read("capacity", PERHAPS, SMALL) == 16 * 10**9


def test_the_reason_for_a_disk_that_may_be_a_stick_is_its_own():
    reading = CATALOGUE["storage.count"].reading(of(PERHAPS, SMALL))
    assert isinstance(reading, Unknown)
    assert reading.problem == "absent"
    assert "sdb" in reading.reason
    assert "not said" in reading.reason


def test_a_laptop_without_a_disk_has_none_and_that_is_a_fault():
    assert read("capacity") == 0
    assert read("count") == 0
    assert read("kind") == read("model") == read("serial") == read("firmware") == "no disk"


def test_the_smallest_disk_is_known_only_where_no_other_could_be_smaller():
    assert read("capacity", SMALL, LARGE, of="smallest") == 16 * 10**9
    assert read("capacity", SMALL, STICK, of="smallest") == 16 * 10**9
    for other in (PERHAPS, UNSIZED):
        assert read("capacity", LARGE, other) == 256 * 10**9
        assert verdict("storage.capacity", AtLeast(200e9), of(LARGE, other), of="smallest") not in MAY_SHIP
        assert verdict("storage.capacity", AtLeast(500e9), of(LARGE, other), of="smallest") is Verdict.FAIL


def test_a_size_that_could_not_be_read_blames_the_bench():
    reading = CATALOGUE["storage.capacity"].reading(of(UNSIZED))
    assert isinstance(reading, Unknown)
    assert reading.problem == "unreadable"


def test_the_largest_disk_is_not_known_where_one_hides_its_size():
    assert read("kind", LARGE, SMALL) == "nvme"
    assert read("kind", LARGE, UNSIZED) is None
    assert verdict("storage.kind", Equals("ssd"), of(LARGE, UNSIZED)) is Verdict.FAIL


@pytest.mark.parametrize(
    ("check", "leaf", "limit"),
    [
        ("storage.capacity", "bytes", AtLeast(10)),
        ("storage.model", "model", Matches(".+")),
        ("storage.serial", "serial", Matches(".+")),
        ("storage.firmware", "firmware", Matches(".+")),
    ],
)
def test_two_accounts_that_differ_pass_nothing_and_excuse_nothing(check: str, leaf: str, limit: Any):
    disk = Disk("nvme0n1", known("nvme"), known(64), known("A"), known("S"), known("F"), known(False))
    differ = f"storage.nvme0n1.{leaf}"
    too_much: Limit = AtLeast(65) if leaf == "bytes" else Equals("x")
    assert verdict(check, limit, of(disk)) is Verdict.PASS
    assert verdict(check, limit, of(disk, differ=differ)) is Verdict.INCONCLUSIVE
    assert verdict(check, too_much, of(disk, differ=differ)) is Verdict.FAIL


def test_what_is_said_of_a_stick_puts_no_disk_in_doubt_unless_one_has_its_name():
    assert verdict("storage.capacity", AtLeast(1), of(SMALL, STICK, differ="storage.sda.bytes")) is Verdict.PASS
    twin = Disk("sda", bytes=known(64), removable=known(False))
    assert verdict("storage.capacity", AtLeast(1), of(twin, STICK, differ="storage.sda.bytes")) not in MAY_SHIP


def test_a_silent_disk_is_kept_beside_the_words_of_the_others():
    silent = Disk("sda", removable=known(False))
    named = Disk("sdb", model=known("A"), removable=known(False))
    reading = CATALOGUE["storage.model"].reading(of(silent, named))
    assert isinstance(reading, Measured)
    assert reading.value == ("A",)
    assert reading.unread == Unknown("sda: no evidence was collected for this")


def test_two_disks_must_both_be_the_ones_that_were_ordered():
    right, wrong = replace(LARGE, model=known("A"), serial=known("S1")), replace(SMALL, model=known("B"))
    assert verdict("storage.model", Equals("A"), of(right)) is Verdict.PASS
    assert verdict("storage.model", Equals("A"), of(right, wrong)) is Verdict.FAIL
    assert verdict("storage.model", OneOf(("A", "B")), of(right, wrong)) is Verdict.PASS
    assert verdict("storage.model", Count(2), of(right, wrong)) is Verdict.PASS


def test_a_disk_that_hides_its_size_is_told_by_its_name_only_where_there_is_another():
    alone, beside = (
        CATALOGUE["storage.capacity"].reading(of(*found)) for found in ((UNSIZED,), (UNSIZED, UNSIZED_TOO))
    )
    assert isinstance(alone, Unknown)
    assert isinstance(beside, Unknown)
    assert (alone.reason, beside.reason) == (
        "no disk gives its size (locked)",
        "no disk gives its size (sdc: locked)",
    )


def test_of_two_disks_nobody_knows_the_larger_where_two_sources_differ_about_a_size():
    differ = f"storage.{LARGE.name}.bytes"
    assert verdict("storage.kind", Equals("nvme"), of(LARGE, SMALL)) is Verdict.PASS
    assert verdict("storage.kind", Equals("nvme"), of(LARGE, SMALL, differ=differ)) is Verdict.INCONCLUSIVE
    assert verdict("storage.kind", Equals("nvme"), of(LARGE, differ=differ)) is Verdict.PASS


@given(st.lists(disks, max_size=4), st.sampled_from(READ_HERE), st.randoms())
def test_the_order_of_disks_never_matters(found: list[Disk], check: str, random):
    # Two of one name and size are not told apart.
    assume(len({(disk.name, disk.bytes) for disk in found}) == len(found))
    first = CATALOGUE[check].reading(of(*found))
    random.shuffle(found)
    assert outcome(CATALOGUE[check].reading(of(*found))) == outcome(first)


@given(st.lists(disks, max_size=3), disks, st.sampled_from((32e9, 64e9, 256e9)))
def test_another_disk_never_makes_the_smallest_large_enough(found: list[Disk], more: Disk, least: float):
    # A laptop without a disk of its own may well get one.
    assume(any(getattr(disk.removable, "value", None) is False for disk in found))
    if verdict("storage.capacity", AtLeast(least), of(*found), of="smallest") not in MAY_SHIP:
        assert verdict("storage.capacity", AtLeast(least), of(*found, more), of="smallest") not in MAY_SHIP


@given(unknowns(), st.sampled_from(READ_HERE))
def test_where_nobody_could_list_the_disks_everything_is_unknown_in_that_way(why: Unknown, check: str):
    assert CATALOGUE[check].reading(Facts(storage=why)) is why
