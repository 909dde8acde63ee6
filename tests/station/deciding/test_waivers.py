"""What a supervisor may ask a waiver for, and each thing that is refused with what to do instead."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from checks.catalogue import CATALOGUE
from checks.judge import judge
from checks.verdict import Decided, Verdict
from specs.decisions import Decisions, Subject, Waiver
from specs.facts import known
from specs.profile import ProfileError
from specs.text import is_clean
from station.deciding.errors import DecisionRefused
from station.deciding.typed import near
from station.deciding.waivers import WaiverAsked, waiver_asked
from tests.checks.strategies import GOOD, with_fact
from tests.station.deciding.samples import LIBRARY, TODAY, demo

ASKED = WaiverAsked(
    check="battery.health",
    serial="pf1a2b3c",
    model="",
    by="Anna",
    reason="agreed with the school",
    until="2021-12-31",
    no_worse_than="90 %",
    profile="demo",
)
PLAIN = replace(ASKED, no_worse_than=None, profile="")


def ask(asked: WaiverAsked = ASKED, **changes: Any) -> Waiver:
    return waiver_asked(replace(asked, **changes), LIBRARY, TODAY)


def refusal(asked: WaiverAsked = ASKED, **changes: Any) -> str:
    """The one sentence with which it is refused."""
    with pytest.raises(DecisionRefused) as refused:
        ask(asked, **changes)
    sentence = str(refused.value)
    assert "\n" not in sentence
    assert sentence.isprintable()
    return sentence


def test_a_waiver_is_what_was_asked_for():
    assert ask() == Waiver(
        id="",
        by="Anna",
        made_at="",
        until="2021-12-31",
        subject=Subject(serial="PF1A2B3C"),
        check="battery.health",
        reason="agreed with the school",
        profile="demo",
        worst=90.0,
    )


def test_without_profile_and_bound_it_holds_for_every_profile_and_reading():
    made = ask(PLAIN, serial="", model=" LENOVO   81MA ")
    assert (made.profile, made.worst, made.subject) == ("", None, Subject(model="LENOVO 81MA"))


def test_the_whole_way_from_the_keyboard_to_a_finding_that_says_who_why_and_until_when():
    worn = with_fact(GOOD, "battery[0].health_percent", lambda _: known(91.0, "battery"))
    profile = LIBRARY.get("demo")
    made = replace(ask(), id="w1", made_at="2021-10-18T09:00:00.000Z")
    decisions = Decisions(waivers=(made,)).in_force("2021-10-18T10:00:00.000Z")
    found = {finding.check: finding for finding in judge(worn, profile, decisions=decisions).findings}
    waived = found["battery.health"]
    assert waived.verdict is Verdict.WAIVED
    assert waived.decision == Decided(
        "w1", "Anna", "agreed with the school", "2021-12-31", Verdict.FAIL, profile="demo", worst=90.0
    )
    over = Decisions(waivers=(made,)).in_force("2022-01-01T00:00:00.000Z")
    assert judge(worn, profile, decisions=over) == judge(worn, profile)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("batery.health", "battery.health (Battery health)"),
        ("Battery.Health", "battery.health (Battery health)"),
        ("Battery health", "battery.health (Battery health)"),
        ("attested.battery.hour", "attested.battery.hours (Battery hours)"),
    ],
)
def test_an_unknown_check_is_refused_with_those_that_may_have_been_meant(typed: str, meant: str):
    sentence = refusal(check=typed, profile="")
    assert f"there is no check '{typed}'" in sentence
    assert f"did you mean {meant}" in sentence


def test_a_check_that_is_like_no_other_is_refused_with_where_they_are_listed():
    sentence = refusal(check="zzz")
    assert "did you mean" not in sentence
    assert "`station checks`" in sentence


@pytest.mark.parametrize("check", sorted(check.id for check in CATALOGUE.values() if not check.waivable))
def test_who_a_laptop_is_cannot_be_waived(check: str):
    assert "cannot be waived" in refusal(PLAIN, check=check)


def test_an_attested_row_may_be_waived_where_there_is_one():
    assert ask(PLAIN, check="attested.battery.hours").check == "attested.battery.hours"
    assert ask(PLAIN, check="attested.keyboard.layout", profile="demo").check == "attested.keyboard.layout"
    assert "there is no check" in refusal(PLAIN, check="attested.battery.years")
    # What the bench asks by itself, where a profile needs it done.
    assert ask(PLAIN, check="attested.exercise.keyboard").check == "attested.exercise.keyboard"
    assert "there is no check" in refusal(PLAIN, check="attested.exercise.juggling")
    assert "there is no check" in refusal(PLAIN, check="attested.exercise.keyboard", profile="bare")
    assert "there is no check" in refusal(PLAIN, check="attested.battery.hours", profile="bare")


@pytest.mark.parametrize(("serial", "model"), [("", ""), (" ", "\t"), ("PF1A2B3C", "LENOVO 81MA")])
def test_a_waiver_is_for_one_laptop_or_one_model_and_not_for_both_or_neither(serial: str, model: str):
    assert "either --serial or --model" in refusal(serial=serial, model=model)


@pytest.mark.parametrize(
    "serial", ["ABC", "PF1A 2B3C", "000000", "To be filled by O.E.M.", "x" * 33, "PF\x1b1A2B3C", "ß123"]
)
def test_what_is_no_serial_number_is_refused(serial: str):
    sentence = refusal(serial=serial)
    assert sentence.startswith("--serial: ")
    assert "as it is on the label" in sentence


@pytest.mark.parametrize("model", ["Dell", "81MA", "Dell\u200b"])
def test_a_maker_alone_is_no_model(model: str):
    assert "not a whole model" in refusal(PLAIN, serial="", model=model)


@pytest.mark.parametrize("blank", ["", "  ", "\t\n", "\u200b\u202e", "\x1b"])
def test_without_an_owner_and_a_reason_there_is_no_waiver(blank: str):
    assert "--by" in refusal(by=blank)
    assert "--reason" in refusal(reason=blank)


def test_a_text_is_refused_where_it_is_too_long_and_never_cut():
    assert "--by has more than 80 letters" in refusal(by="x" * 81)
    assert "--reason has more than 256 letters" in refusal(reason="x" * 257)
    assert "--reason has more than 256 letters" in refusal(reason="x" + " " * 3000 + "y")
    assert "--model has more than 513 letters" in refusal(PLAIN, serial="", model="x " * 300)
    assert ask(by="x" * 80, reason="y" * 256).reason == "y" * 256


def test_the_last_day_is_from_today_to_a_year_from_now():
    assert ask(until="2021-10-18").until == "2021-10-18"
    assert ask(until="2022-10-19").until == "2022-10-19"
    over = refusal(until="2021-10-17")
    assert "over already" in over
    assert "today is 2021-10-18" in over
    far = refusal(until="2022-10-20")
    assert "more than 366 days" in far
    assert "a waiver without a near end is a new profile" in far
    assert "2022-10-19" in far


@pytest.mark.parametrize(
    "until", ["", "never", "31.12.2021", "20211231", "2021-W52-5", "2021-13-01", "2021-12-31T00:00"]
)
def test_what_is_no_date_is_refused_with_an_example(until: str):
    assert "write it as in --until 2021-11-17" in refusal(until=until)


@pytest.mark.parametrize(
    ("check", "typed", "says"),
    [
        ("battery.health", "ninety", "'ninety' is not a number"),
        ("battery.health", "90", '--no-worse-than "90 %"'),
        ("battery.health", "90 GB", "not a unit of per cent"),
        ("battery.health", " ", "is not a number"),
        ("battery.health", "", "is not a number"),
        ("battery.health", "nan %", "is not a number"),
        ("battery.health", "-1 %", "no reading is below zero"),
        ("battery.health", "95 %", "demo@1 allows that itself: at least 95 %"),
        ("storage.capacity", "57 GiB", "demo@1 allows that itself: at least 64 GB"),
        ("battery.cycles", "50", "demo@1 allows that itself: at most 50"),
        ("usb.ports", "1", "is right or wrong (2 to 4)"),
        ("camera.present", "1", "is not read as a number"),
        ("camera.present", "yes", "is not read as a number"),
        ("attested.battery.hours", "6", "is not read as a number"),
    ],
)
@pytest.mark.parametrize("profile", ["demo", ""])
def test_a_bound_that_could_let_nothing_through_is_refused(check: str, typed: str, says: str, profile: str):
    assert says in refusal(check=check, no_worse_than=typed, profile=profile)


@pytest.mark.parametrize(
    ("check", "typed", "worst"),
    [
        ("battery.health", "90%", 90.0),
        ("storage.capacity", "31 GB", 31e9),
        ("battery.cycles", "51", 51.0),
        ("memory.installed", "2 GB", 2.0 * 2**30),  # no profile here asks for it, another may
    ],
)
def test_a_bound_is_kept_in_the_unit_in_which_the_check_reads(check: str, typed: str, worst: float):
    assert ask(PLAIN, check=check, no_worse_than=typed).worst == worst


def test_a_profile_is_named_without_its_version_for_a_waiver_outlives_one():
    assert "write --profile demo" in refusal(profile="demo@1")


@pytest.mark.parametrize("profile", ["nope", "base", "demo2", "\x1b[31m"])
def test_a_profile_that_nobody_judges_by_is_refused_with_those_that_there_are(profile: str):
    sentence = refusal(profile=profile)
    assert "there is no profile" in sentence
    assert "bare, demo, faulty" in sentence


def test_a_profile_that_does_not_ask_for_the_check_is_refused():
    assert "bare does not ask for battery.health" in refusal(PLAIN, profile="bare")


def test_a_profile_with_a_fault_says_its_fault_and_stands_in_no_other_s_way():
    with pytest.raises(ProfileError, match=r"no\.such_check"):
        ask(profile="faulty")
    assert ask(profile="").worst == 90.0


def test_a_profile_of_one_s_own_is_named_by_its_file(tmp_path: Path):
    own = tmp_path / "own.toml"
    own.write_text(demo().replace('id = "demo"', 'id = "own"'))
    assert ask(profile=str(own)).profile == "own"
    with pytest.raises(ProfileError, match="cannot be read"):
        ask(profile=str(tmp_path / "none.toml"))


any_text = st.text(max_size=12) | st.sampled_from(
    ("PF1A2B3C", "LENOVO 81MA", "battery.health", "demo", "90 %", "2021-12-31")
)


def outcome(asked: WaiverAsked) -> tuple[str, Waiver | None]:
    """The sentence with which it is refused, or the waiver."""
    try:
        return "", waiver_asked(asked, LIBRARY, TODAY)
    except (DecisionRefused, ProfileError) as refused:
        return str(refused), None


@given(st.builds(WaiverAsked, *[any_text] * 8))
def test_whatever_is_typed_is_a_sound_waiver_or_one_sentence(asked: WaiverAsked):
    sentence, made = outcome(asked)
    if made is None:
        assert sentence.isprintable()
        return
    assert CATALOGUE[made.check].waivable if made.check in CATALOGUE else made.check.startswith("attested.")
    assert all(is_clean(text) and text for text in (made.by, made.reason))
    assert TODAY <= date.fromisoformat(made.until) <= TODAY + timedelta(days=366)


@given(st.text(max_size=200))
def test_what_may_have_been_meant_is_at_most_three_that_there_are(typed: str):
    known_checks = {check.id: check.title for check in CATALOGUE.values()}
    found = near(typed, known_checks)
    assert len(found) <= 3
    assert set(found) <= known_checks.keys()
