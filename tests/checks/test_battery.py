"""Battery: a laptop is as good as its worse battery, and an empty bay is none."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.catalogue import CATALOGUE
from checks.check import Measured
from checks.judge import judge_requirement
from checks.verdict import MAY_SHIP, Verdict
from specs.facts import Battery, Claim, Disagreement, Facts, Unknown, known
from specs.limits import AtLeast, AtMost, Equals, Limit, Matches, OneOf
from specs.profile import Requirement, Standing
from tests.checks.families import batteries, of_what_is_fitted, outcome, unknowns
from tests.checks.families import verdict as verdict_of


def read(check: str, *batteries: Battery) -> Any:
    reading = CATALOGUE[check].reading(Facts(battery=known(batteries, "battery")))
    return reading.value if isinstance(reading, Measured) else None


GOOD = Battery("BAT0", present=known(True), health_percent=known(99.0), cycles=known(2))
EMPTY_BAY = Battery("BAT1", present=known(False))
SILENT = Battery("BAT1", present=Unknown("not said"))


def test_an_empty_bay_is_no_battery_and_hides_none():
    assert read("battery.present", EMPTY_BAY) is False
    assert read("battery.health", EMPTY_BAY) is None
    assert read("battery.health", GOOD, EMPTY_BAY) == 99.0


def test_a_battery_that_says_nothing_at_all_is_not_known_to_be_there():
    assert read("battery.present", SILENT) is None
    assert read("battery.present", GOOD, SILENT) is True
    assert read("battery.present", Battery("BAT0", design_wh=known(38.0))) is True


@pytest.mark.parametrize(("check", "limit"), [("battery.health", AtLeast(95)), ("battery.cycles", AtMost(5))])
def test_a_silent_battery_is_never_taken_for_a_good_one_and_never_excuses_a_bad_one(check: str, limit: Limit):
    row = Requirement(check, limit, CATALOGUE[check].measure, "major", "inconclusive", "test", Standing.INFERRED, "t@1")
    worn = Battery("BAT0", present=known(True), health_percent=known(60.0), cycles=known(400))

    def verdict(*batteries: Battery) -> Verdict:
        return judge_requirement(Facts(battery=known(batteries, "battery")), row).verdict

    assert verdict(GOOD) is Verdict.PASS
    assert verdict(GOOD, SILENT) not in MAY_SHIP
    assert verdict(SILENT, GOOD) not in MAY_SHIP
    assert verdict(worn, SILENT) is Verdict.FAIL
    assert verdict(GOOD, worn) is Verdict.FAIL


CHECKS = of_what_is_fitted("battery")
LIMITS: dict[str, Limit] = {
    "battery.health": AtLeast(95),
    "battery.cycles": AtMost(1),
    "battery.charge": AtLeast(50),
    "battery.design_energy": AtLeast(40),
    "battery.chemistry": Matches("Li-.*"),
    "battery.model": Matches("L17.*"),
    "battery.serial": Matches("[0-9]+"),
}


def of(*found: Battery, differ: str = "") -> Facts:
    claims = (Claim("38.0", ("battery",)), Claim("57.0", ("powercfg",)))
    return Facts(
        battery=known(found, "battery"), disagreements=known((Disagreement(differ, claims),) if differ else ())
    )


def test_no_battery_is_none_that_holds_nothing_and_is_made_of_nothing():
    for found in ((), (EMPTY_BAY,)):
        assert read("battery.count", *found) == 0
        assert read("battery.design_energy", *found) == 0
        for check in ("battery.chemistry", "battery.model", "battery.serial"):
            assert read(check, *found) == "no battery"
        assert read("battery.charge", *found) is None


def test_a_battery_that_says_nothing_at_all_is_not_counted():
    assert read("battery.count", GOOD) == 1
    assert read("battery.count", GOOD, EMPTY_BAY) == 1
    assert read("battery.count", GOOD, SILENT) is None


def test_two_batteries_must_both_be_the_ones_that_were_ordered():
    right, wrong = (Battery(f"BAT{number}", known(True), model=known(model)) for number, model in enumerate("AB"))
    assert verdict_of("battery.model", Equals("A"), of(right)) is Verdict.PASS
    assert verdict_of("battery.model", Equals("A"), of(right, wrong)) is Verdict.FAIL
    assert verdict_of("battery.model", OneOf(("A", "B")), of(right, wrong)) is Verdict.PASS


@pytest.mark.parametrize("leaf", ["model", "serial"])
def test_two_sources_that_differ_about_which_battery_it_is_pass_nothing_and_excuse_nothing(leaf: str):
    battery, check = Battery("BAT0", known(True), model=known("1"), serial=known("1")), f"battery.{leaf}"
    assert verdict_of(check, Equals("1"), of(battery)) is Verdict.PASS
    assert verdict_of(check, Equals("1"), of(battery, differ=f"battery.BAT0.{leaf}")) is Verdict.INCONCLUSIVE
    assert verdict_of(check, Equals("2"), of(battery, differ=f"battery.BAT0.{leaf}")) is Verdict.FAIL


def test_which_of_two_batteries_does_not_say_is_told():
    reading = CATALOGUE["battery.cycles"].reading(of(Battery("BAT0", cycles=known(1)), Battery("BAT1")))
    assert isinstance(reading, Measured)
    assert reading.unread == Unknown("BAT1: no evidence was collected for this")


def test_a_sum_with_an_unknown_part_is_unknown():
    one = Battery("BAT0", present=known(True), design_wh=known(24.0))
    assert read("battery.design_energy", one, Battery("BAT1", design_wh=known(23.5))) == 47.5
    assert read("battery.design_energy", one, SILENT) is None


@pytest.mark.parametrize(
    ("check", "loose", "strict"),
    [
        ("battery.health", AtLeast(95), AtLeast(100)),
        ("battery.design_energy", AtLeast(30), AtLeast(50)),
    ],
)
def test_two_sources_that_differ_about_the_design_pass_nothing_and_excuse_nothing(
    check: str, loose: Limit, strict: Limit
):
    battery = Battery("BAT0", present=known(True), design_wh=known(38.0), health_percent=known(99.0))
    assert verdict_of(check, loose, of(battery)) is Verdict.PASS
    assert verdict_of(check, loose, of(battery, differ="battery.BAT0.design_wh")) is Verdict.INCONCLUSIVE
    assert verdict_of(check, strict, of(battery, differ="battery.BAT0.design_wh")) is Verdict.FAIL
    assert verdict_of(check, loose, of(battery, differ="battery.BAT0.model")) is Verdict.PASS


@given(st.lists(batteries, max_size=3), st.sampled_from(CHECKS), st.randoms())
def test_the_order_of_batteries_never_matters(found: list[Battery], check: str, random):
    first = CATALOGUE[check].reading(of(*found))
    random.shuffle(found)
    assert outcome(CATALOGUE[check].reading(of(*found))) == outcome(first)


@given(
    st.lists(batteries, min_size=1, max_size=2),
    batteries,
    st.sampled_from(("battery.health", "battery.cycles", "battery.charge")),
)
def test_another_battery_never_turns_a_row_that_did_not_pass_into_one_that_does(
    found: list[Battery], more: Battery, check: str
):
    fitted = [one for one in found if getattr(one.present, "value", None) is not False]
    if fitted and verdict_of(check, LIMITS[check], of(*found)) not in MAY_SHIP:
        assert verdict_of(check, LIMITS[check], of(*found, more)) not in MAY_SHIP


@given(st.lists(batteries, min_size=1, max_size=3), st.sampled_from(sorted(LIMITS)))
def test_a_battery_that_falls_silent_never_turns_a_row_into_a_pass(found: list[Battery], check: str):
    if verdict_of(check, LIMITS[check], of(*found)) not in MAY_SHIP:
        silent = Battery(found[0].name, present=known(True))
        if getattr(found[0].present, "value", None) is True:
            assert verdict_of(check, LIMITS[check], of(silent, *found[1:])) not in MAY_SHIP


@given(unknowns(), st.sampled_from(CHECKS))
def test_where_nobody_could_list_the_batteries_everything_is_unknown_in_that_way(why: Unknown, check: str):
    assert CATALOGUE[check].reading(Facts(battery=why)) is why


def test_the_count_is_compared_with_a_number():
    assert verdict_of("battery.count", Equals(1.0), of(GOOD)) is Verdict.PASS
    assert verdict_of("battery.count", Equals(1.0), of()) is Verdict.FAIL
