"""Battery: a laptop is as good as its worse battery, and an empty bay is none."""

from __future__ import annotations

from typing import Any

import pytest

from checks.catalogue import CATALOGUE
from checks.check import Measured
from checks.judge import judge_requirement
from checks.verdict import MAY_SHIP, Verdict
from specs.facts import Battery, Facts, Unknown, known
from specs.limits import AtLeast, AtMost, Limit
from specs.profile import Requirement, Standing


def read(check: str, *batteries: Battery) -> Any:
    reading = CATALOGUE[check].read(Facts(battery=known(batteries, "battery")))
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
