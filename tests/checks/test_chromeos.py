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


def read(check: str, arguments: dict[str, Any] | None = None, **chromeos: Any) -> Any:
    reading = CATALOGUE[f"chromeos.{check}"].reading(Facts(chromeos=ChromeOs(**chromeos)), arguments)
    return reading.value if isinstance(reading, Measured) else None


@pytest.mark.parametrize("problem", ["absent", "not_collected", "unreadable"])
@pytest.mark.parametrize("check", CHECKS)
def test_what_was_not_read_is_unknown_in_its_own_way(check: str, problem: str):
    why = Unknown("for a reason", ("chromeos",), problem)
    facts = Facts(chromeos=ChromeOs(*[why] * len(ChromeOs.__struct_fields__)))
    assert CATALOGUE[check].reading(facts, CATALOGUE[check].examples[0].arguments) == why


def test_a_date_of_first_use_is_told():
    reading = CATALOGUE["chromeos.not_used_before"].reading(
        Facts(chromeos=ChromeOs(activated_on=known("2020-50", "x")))
    )
    assert reading == Measured(False, ("x",), "first used in 2020-50")


def test_the_layout_counts_before_the_region():
    assert read("keyboard", keyboard=known("us"), region=known("gb")) == "us"
    assert read("keyboard", region=known("GB")) == "gb"
    assert read("keyboard", region=known("ie")) is None


@pytest.mark.parametrize(
    ("end", "answer"), [("2029-06-30", True), ("2029-07-01", True), ("2029-06-29", False), ("2019-12-31", False)]
)
def test_updates_that_end_on_the_very_day_go_on_long_enough(end: str, answer: bool):
    assert read("updates_until", {"until": "2029-06-30"}, update_expiry=known(end)) is answer


@pytest.mark.parametrize("text", ["", "June 2029", "never", "2029-13-01", "2029-06", "\udcff"])
def test_an_end_of_updates_that_is_no_date_is_unknown(text: str):
    assert read("updates_until", {"until": "2029-06-30"}, update_expiry=known(text)) is None


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
