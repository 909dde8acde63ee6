"""ChromeOS: only what was read may pass, and a Chromebook's verdict is the one its evidence deserves."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from checks.catalogue import CATALOGUE
from checks.check import Measured
from checks.judge import judge
from checks.verdict import Verdict
from specs.facts import ChromeOs, Facts, System, Unknown, known
from specs.profile import Profile
from tests.checks.strategies import GOOD

UNREAD = Unknown("not given", ("chromeos",), "absent")
CHROMEBOOK = replace(
    GOOD,
    system=System(family=known("chromeos", "chromeos")),
)
CHECKS = [check for check in CATALOGUE if check.startswith("chromeos.")]
NEW = ChromeOs(
    developer_mode=known(False, "chromeos"),
    write_protected=known(True, "chromeos"),
    enrolment_checked=known(False, "chromeos"),
    activated_on=known("never", "chromeos"),
    keyboard=known("gb", "chromeos"),
)


def read(check: str, **chromeos: Any) -> Any:
    reading = CATALOGUE[f"chromeos.{check}"].read(Facts(chromeos=ChromeOs(**chromeos)))
    return reading.value if isinstance(reading, Measured) else None


@pytest.mark.parametrize("problem", ["absent", "not_collected", "unreadable"])
@pytest.mark.parametrize("check", CHECKS)
def test_what_was_not_read_is_unknown_in_its_own_way(check: str, problem: str):
    why = Unknown("for a reason", ("chromeos",), problem)
    reading = CATALOGUE[check].read(Facts(chromeos=ChromeOs(*[why] * len(ChromeOs.__struct_fields__))))
    assert reading == why


def test_a_date_of_first_use_is_told():
    reading = CATALOGUE["chromeos.not_used_before"].read(Facts(chromeos=ChromeOs(activated_on=known("2020-50", "x"))))
    assert reading == Measured(False, ("x",), "first used in 2020-50")


def test_the_layout_counts_before_the_region():
    assert read("keyboard", keyboard=known("us"), region=known("gb")) == "us"
    assert read("keyboard", region=known("GB")) == "gb"
    assert read("keyboard", region=known("ie")) is None


def verdicts(facts: Facts, profile: Profile) -> dict[str, Verdict]:
    return {f.check: f.verdict for f in judge(facts, profile).findings if f.check in CHECKS}


def test_a_new_chromebook_that_could_be_read_passes(chromebook: Profile):
    judgement = judge(replace(CHROMEBOOK, chromeos=NEW), chromebook)
    assert judgement.verdict is Verdict.PASS


def test_a_chromebook_that_says_nothing_of_its_state_is_for_a_person_to_look_at(chromebook: Profile):
    silent = replace(CHROMEBOOK, chromeos=ChromeOs(*[UNREAD] * len(ChromeOs.__struct_fields__)))
    assert judge(silent, chromebook).verdict is Verdict.INCONCLUSIVE
    assert set(verdicts(silent, chromebook).values()) == {Verdict.INCONCLUSIVE}


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({"developer_mode": known(True)}, Verdict.FAIL),
        ({"write_protected": known(False)}, Verdict.FAIL),
        ({"enrolment_checked": known(True)}, Verdict.FAIL),
        ({"keyboard": known("us")}, Verdict.FAIL),
        ({"activated_on": known("2020-50")}, Verdict.PASS),
        ({"activated_on": UNREAD}, Verdict.PASS),
        ({"write_protected": UNREAD}, Verdict.INCONCLUSIVE),
    ],
)
def test_each_row_weighs_as_the_profile_says(chromebook: Profile, changed: dict[str, Any], verdict: Verdict):
    assert judge(replace(CHROMEBOOK, chromeos=replace(NEW, **changed)), chromebook).verdict is verdict


def test_a_windows_laptop_is_not_asked(windows: Profile):
    assert not verdicts(GOOD, windows)
    assert judge(GOOD, windows).verdict is Verdict.PASS
