"""Decisions: whom one covers, when it is in force, and what none can be made without."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from specs.decisions import NO_DECISIONS, Approval, Decisions, Subject, Waiver
from specs.facts import Facts, Identity, Unknown, known

BLANK = Unknown("blank", ("smbios",), "absent")
LAPTOP = Facts(
    identity=Identity(
        manufacturer=known("LENOVO"),
        product=known("81MA"),
        version=known("Lenovo V130"),
        serial=known("PF1A2B3C"),
        label_serial=known("PF1A2B3C"),
    )
)
START = datetime(2021, 10, 18, tzinfo=UTC)


def moment(seconds: int) -> str:
    """A moment of the programme as the clock writes it."""
    return (START + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def waiver(**changes: Any) -> Waiver:
    made = Waiver(
        id="1",
        by="Anna",
        made_at="2021-10-18T09:00:00.000Z",
        until="2021-10-20",
        subject=Subject(serial="PF1A2B3C"),
        check="camera.present",
        reason="the school asked for none",
    )
    return replace(made, **changes)


def approval(**changes: Any) -> Approval:
    made = Approval(
        id="2",
        by="Anna",
        made_at="2021-10-18T09:00:00.000Z",
        model="LENOVO 81MA",
        claims={"battery.hours": "at least 7 hours"},
        document="MA-17",
    )
    return replace(made, **changes)


@pytest.mark.parametrize(("serial", "model"), [("", ""), ("PF1A2B3C", "LENOVO 81MA")])
def test_a_decision_is_about_one_laptop_or_about_one_model(serial: str, model: str):
    with pytest.raises(ValueError, match="one serial number or about one model"):
        Subject(serial, model)


@pytest.mark.parametrize(
    ("made", "changes", "says"),
    [
        (waiver, {"by": " "}, "owner"),
        (waiver, {"reason": "\t"}, "reason"),
        (waiver, {"until": ""}, "has an end"),
        (waiver, {"worst": float("inf")}, "finite"),
        (waiver, {"worst": float("nan")}, "finite"),
        (approval, {"by": ""}, "owner"),
        (approval, {"document": " "}, "document"),
        (approval, {"model": ""}, "model"),
    ],
)
def test_no_decision_is_without_what_it_must_have(made: Any, changes: dict[str, Any], says: str):
    with pytest.raises(ValueError, match=says):
        made(**changes)


# "never" and "9" sort after every day, and ISO 8601 has forms that sort elsewhere.
@pytest.mark.parametrize("until", ["never", "9", "20211231", "2021-W52-5", "2021-12-32", "31.12.2021", "2021-12-31 "])
@pytest.mark.parametrize("made", [waiver, approval])
def test_an_end_that_is_no_day_is_refused_for_it_would_never_come(made: Any, until: str):
    with pytest.raises(ValueError, match="2026-12-31"):
        made(until=until)


@pytest.mark.parametrize("kept", [waiver(worst=90.0), waiver(profile="p"), approval(), approval(until="2021-12-31")])
def test_a_decision_comes_back_from_json_as_it_was(kept: Approval | Waiver):
    assert msgspec.json.decode(msgspec.json.encode(kept), type=Approval | Waiver) == kept


def test_an_endless_bound_is_refused_in_json_too():
    data = msgspec.json.encode(waiver(worst=90.0)).replace(b"90.0", b"1e999")
    with pytest.raises(msgspec.DecodeError):
        msgspec.json.decode(data, type=Waiver)


@pytest.mark.parametrize("model", ["LENOVO 81MA", "lenovo 81ma", "Lenovo V130"])
def test_a_model_is_known_by_each_of_its_names_in_any_case(model: str):
    assert Subject(model=model).covers(LAPTOP)
    assert approval(model=model).covers(LAPTOP)


@pytest.mark.parametrize("model", ["LENOVO", "81MA", "LENOVO 81M", "LENOVO 81MAX", "PF1A2B3C"])
def test_a_part_of_a_name_is_no_model(model: str):
    assert not Subject(model=model).covers(LAPTOP)
    assert not approval(model=model).covers(LAPTOP)


def test_a_serial_is_the_label_s_and_the_firmware_s():
    subject = Subject(serial="pf1a2b3c")
    assert subject.covers(LAPTOP)
    for changed in ("serial", "label_serial"):
        other = replace(LAPTOP, identity=replace(LAPTOP.identity, **{changed: known("PF999999")}))
        assert not subject.covers(other)
        blank = replace(LAPTOP, identity=replace(LAPTOP.identity, **{changed: BLANK}))
        assert subject.covers(blank)


def test_a_laptop_of_which_nothing_is_known_is_covered_by_nothing():
    assert not Subject(serial="PF1A2B3C").covers(Facts())
    assert not Subject(model="LENOVO 81MA").covers(Facts())


def test_the_last_day_belongs_to_it_and_the_next_does_not():
    assert waiver().in_force("2021-10-20T23:59:59.999Z")
    assert not waiver().in_force("2021-10-21T00:00:00.000Z")
    assert approval().in_force("2999-12-31T00:00:00.000Z")


def test_it_does_nothing_before_it_was_made_and_after_it_was_ended():
    assert not waiver().in_force("2021-10-18T08:59:59.999Z")
    assert waiver().in_force("2021-10-18T09:00:00.000Z")
    ended = waiver(ended_at="2021-10-19T12:00:00.000Z")
    assert ended.in_force("2021-10-19T11:59:59.999Z")
    assert not ended.in_force("2021-10-19T12:00:00.000Z")


seconds = st.integers(0, 30 * 86400)
days = seconds.map(lambda at: moment(at)[:10])
waivers = st.builds(
    waiver,
    id=st.text("ab", min_size=1, max_size=2),
    made_at=seconds.map(moment),
    until=days,
    ended_at=st.just("") | seconds.map(moment),
)
approvals = st.builds(
    approval, made_at=seconds.map(moment), until=st.just("") | days, ended_at=st.just("") | seconds.map(moment)
)


@given(st.lists(waivers, max_size=4), st.lists(approvals, max_size=4), seconds.map(moment))
def test_what_ended_ran_out_or_is_not_yet_made_is_never_in_force(some: list[Waiver], others: list[Approval], now: str):
    held = Decisions(tuple(others), tuple(some)).in_force(now)
    for one in (*held.waivers, *held.approvals):
        assert one.made_at <= now
        assert not one.ended_at or now < one.ended_at
        assert not one.until or now[:10] <= one.until
    for one in {*some} - {*held.waivers}:
        assert one.made_at > now or (one.ended_at and one.ended_at <= now) or one.until < now[:10]


@given(st.lists(waivers, max_size=4), st.lists(seconds.map(moment), max_size=3))
def test_of_several_moments_one_is_enough(some: list[Waiver], moments: list[str]):
    every = Decisions(waivers=tuple(some))
    alone = {one for now in moments for one in every.in_force(now).waivers}
    assert set(every.in_force(*moments).waivers) == alone


@given(waivers, seconds)
def test_once_it_is_over_it_never_comes_back(one: Waiver, at: int):
    if one.made_at <= moment(at) and not one.in_force(moment(at)):
        assert not any(one.in_force(moment(at + later)) for later in (1, 3600, 86400, 400 * 86400))


def test_no_decisions_are_none():
    assert NO_DECISIONS.in_force("2021-10-18T09:00:00.000Z") == Decisions()
