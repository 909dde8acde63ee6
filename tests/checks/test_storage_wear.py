"""Wear of disks: the worst of them counts, and one that hides its wear never passes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.catalogue import CATALOGUE
from checks.check import Measured
from checks.verdict import MAY_SHIP, Verdict
from specs.facts import Claim, Disagreement, Disk, DiskHealth, Facts, Unknown, known
from specs.limits import AtLeast, AtMost, Equals, Limit
from tests.checks.families import disks, outcome, unknowns, value, verdict

LIMITS: dict[str, Limit] = {
    "storage.percent_used": AtMost(1),
    "storage.power_on_hours": AtMost(2 * 3600),
    "storage.power_cycles": AtMost(1),
    "storage.media_errors": AtMost(0),
    "storage.available_spare": AtLeast(95),
    "storage.pre_eol": Equals("normal"),
}
GOOD = DiskHealth(
    percent_used=known(0),
    power_on_hours=known(1),
    power_cycles=known(1),
    media_errors=known(0),
    available_spare=known(100),
    pre_eol=known("normal"),
)
BAD = DiskHealth(
    percent_used=known(80),
    power_on_hours=known(9000),
    power_cycles=known(700),
    media_errors=known(3),
    available_spare=known(4),
    pre_eol=known("urgent"),
)


def of(*found: Disk, differ: str = "") -> Facts:
    claims = (Claim("1", ("one",)), Claim("2", ("two",)))
    return Facts(storage=known(found, "block"), disagreements=known((Disagreement(differ, claims),) if differ else ()))


def emmc(name: str, health: DiskHealth) -> Disk:
    return Disk(name, kind=known("emmc"), health=health)


@pytest.mark.parametrize("check", LIMITS)
def test_the_worst_disk_counts_and_a_silent_one_excuses_nothing(check: str):
    good, bad, silent = (emmc(name, health) for name, health in (("sda", GOOD), ("sdb", BAD), ("sdc", DiskHealth())))
    limit = LIMITS[check]
    assert verdict(check, limit, of(good)) is Verdict.PASS
    assert verdict(check, limit, of(good, bad)) is Verdict.FAIL
    assert verdict(check, limit, of(good, silent)) not in MAY_SHIP
    assert verdict(check, limit, of(silent, bad)) is Verdict.FAIL


@pytest.mark.parametrize("check", LIMITS)
def test_two_accounts_that_differ_pass_nothing_and_excuse_nothing(check: str):
    leaf = check.removeprefix("storage.")
    for path in (f"storage.sda.health.{leaf}", "storage.sda.serial"):
        assert verdict(check, LIMITS[check], of(emmc("sda", GOOD), differ=path)) is Verdict.INCONCLUSIVE
        assert verdict(check, LIMITS[check], of(emmc("sda", BAD), differ=path)) is Verdict.FAIL


def test_the_worse_of_a_disks_two_words_for_its_wear_counts():
    told = Disk("nvme0n1", health=DiskHealth(percent_used=known(3), life_used=known(10)))
    assert value("storage.percent_used", of(told)) == 10


def test_hours_are_told_in_seconds_and_in_hours():
    reading = CATALOGUE["storage.power_on_hours"].reading(of(emmc("sda", GOOD)))
    assert isinstance(reading, Measured)
    assert (reading.value, reading.detail) == (3600, "sda, 1 hours")


def test_a_disk_that_is_no_emmc_has_no_end_of_an_emmcs_life():
    nvme = Disk("nvme0n1", kind=known("nvme"), health=DiskHealth(pre_eol=Unknown("only an eMMC", (), "absent")))
    assert value("storage.pre_eol", of(nvme, emmc("mmcblk0", GOOD))) == "normal"
    reading = CATALOGUE["storage.pre_eol"].reading(of(nvme))
    assert isinstance(reading, Unknown)
    assert reading.problem == "absent"
    perhaps = Disk("sda", health=DiskHealth(pre_eol=Unknown("nobody asked")))
    assert value("storage.pre_eol", of(perhaps, emmc("mmcblk0", GOOD))) is None


def test_a_word_that_jedec_does_not_have_is_worse_than_urgent():
    odd = emmc("a", DiskHealth(pre_eol=known("splendid")))
    assert value("storage.pre_eol", of(odd, emmc("b", BAD))) == "splendid"


def test_wear_that_nobody_could_read_blames_the_bench():
    locked = Unknown("needs root", ("smart-sda",), "unreadable")
    health = DiskHealth(*[locked] * len(DiskHealth.__struct_fields__))
    for check in LIMITS:
        reading = CATALOGUE[check].reading(of(emmc("sda", health)))
        assert isinstance(reading, Unknown)
        assert reading.problem == "unreadable"


@given(st.lists(disks, max_size=4), st.sampled_from(sorted(LIMITS)), st.randoms())
def test_the_order_of_disks_never_matters(found: list[Disk], check: str, random):
    first = CATALOGUE[check].reading(of(*found))
    random.shuffle(found)
    assert outcome(CATALOGUE[check].reading(of(*found))) == outcome(first)


@given(st.lists(disks, min_size=1, max_size=3), disks, st.sampled_from(sorted(LIMITS)))
def test_another_disk_never_turns_a_row_that_did_not_pass_into_one_that_does(found: Any, more: Disk, check: str):
    own = [disk for disk in found if getattr(disk.removable, "value", None) is not True]
    if check == "storage.pre_eol":  # of a laptop without an eMMC there is nothing to judge, until it has one
        own = [disk for disk in own if getattr(disk.kind, "value", "emmc") == "emmc"]
    if own and verdict(check, LIMITS[check], of(*found)) not in MAY_SHIP:
        assert verdict(check, LIMITS[check], of(*found, more)) not in MAY_SHIP


@given(unknowns(), st.sampled_from(sorted(LIMITS)))
def test_where_nobody_could_list_the_disks_everything_is_unknown_in_that_way(why: Unknown, check: str):
    assert CATALOGUE[check].reading(Facts(storage=why)) is why
