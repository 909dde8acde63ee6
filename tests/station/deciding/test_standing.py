"""How a decision stands, in which order decisions are listed, and which one an id means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from specs.decisions import Approval, Waiver
from station.deciding import wording
from station.deciding.choosing import named
from station.deciding.errors import DecisionRefused
from station.deciding.standing import Standing, document, in_order, of_kind, standing
from station.store.decision_book import Entry
from tests.station.deciding.samples import approval, waiver

NOW = "2021-10-20T12:00:00.000Z"
HELD = Entry(waiver())
ENDED = Entry(waiver(ended_at="2021-10-19T12:00:00.000Z"), "Bob", "the camera is back")
OVER = Entry(waiver(until="2021-10-19"))
AHEAD = Entry(waiver(made_at="2021-10-21T12:00:00.000Z"))


@pytest.mark.parametrize(
    ("entry", "state", "words"),
    [
        (HELD, Standing.IN_FORCE, "in force to 2021-12-31"),
        (Entry(approval()), Standing.IN_FORCE, "in force"),
        (ENDED, Standing.ENDED, "ended 2021-10-19 by Bob (the camera is back)"),
        (OVER, Standing.OVER, "ran out after 2021-10-19"),
        (AHEAD, Standing.NOT_YET, "counts from 2021-10-21T12:00:00.000Z on (the clock of this bench was set back)"),
    ],
)
def test_a_decision_stands_as_it_does_and_the_words_say_so(entry: Entry, state: Standing, words: str):
    assert standing(entry, NOW) is state
    assert wording.stands(entry, state) == words
    assert document(entry, NOW)["standing"] == state.value


def test_one_that_ran_out_after_it_was_ended_was_ended():
    both = Entry(waiver(until="2021-10-19", ended_at="2021-10-18T12:00:00.000Z"), "Bob", "over")
    assert standing(both, NOW) is Standing.ENDED


days = st.sampled_from(("2021-10-19", "2021-10-20", "2021-12-31"))
entries = st.lists(
    st.builds(
        lambda until, made, ended: Entry(waiver(until=until, made_at=f"{made}T00:00:00.000Z", ended_at=ended)),
        days,
        days,
        st.sampled_from(("", "2021-10-19T12:00:00.000Z")),
    ),
    max_size=6,
)


@given(entries)
def test_those_in_force_come_first_the_one_that_ends_soonest_before_all(some: list[Entry]):
    listed = in_order([*some, Entry(approval())], NOW)
    held = [standing(one, NOW) is Standing.IN_FORCE for one in listed]
    assert held == sorted(held, reverse=True)
    assert len(listed) == len(some) + 1
    ends = [one.decision.until or "9" for one, counts in zip(listed, held, strict=True) if counts]
    assert ends == sorted(ends)


def test_kinds_are_told_apart():
    both = (HELD, Entry(approval()))
    assert of_kind(both, Waiver) == (HELD,)
    assert of_kind(both, Approval) == (Entry(approval()),)


ONE = Entry(waiver(id="01a20f0d-68c8-7a48-aca3-9ed85e34d3fd"))
TWIN = Entry(waiver(id="01a20f0d-68c8-7a48-aca3-000000000000"[:-8] + "5e34d3fd"))
PAPER = Entry(approval(id="01a20f0e-0b39-77c6-b07c-c4b45e34d3fd"))


@pytest.mark.parametrize("typed", ["01a20f0d-68c8-7a48-aca3-9ed85e34d3fd", "5e34d3fd", "D85E34D3FD", " 9ed85e34d3fd "])
def test_a_decision_is_meant_by_its_id_or_by_its_last_characters(typed: str):
    # An approval whose id ends alike is of another kind, and not meant.
    assert named(typed, (ONE, PAPER), Waiver) is ONE


def test_a_whole_id_means_that_one_even_where_it_ends_another():
    longer = Entry(waiver(id="x" + ONE.decision.id))
    assert named(ONE.decision.id, (longer, ONE), Waiver) is ONE


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "too short"),
        ("e34d3fd", "too short"),
        ("5e34d3fd", "may mean 01a20f0d-68c8-7a48-aca3-9ed85e34d3fd or 01a20f0d-68c8-7a48-aca3-00005e34d3fd"),
        ("00000000", "no waiver on this bench has the id"),
        ("%%%%%%%%", "no waiver on this bench has the id"),
        ("c4b45e34d3fd", "is an approval; end it with `station approval end`"),
        ("\x1b[31m\u202e12345678", "no waiver on this bench has the id"),
    ],
)
def test_an_id_that_means_none_or_several_is_refused(typed: str, says: str):
    with pytest.raises(DecisionRefused) as refused:
        named(typed, (ONE, TWIN, PAPER), Waiver)
    assert says in str(refused.value)
    assert str(refused.value).isprintable()


def test_a_waiver_is_not_ended_as_an_approval():
    with pytest.raises(DecisionRefused, match="is a waiver; end it with `station waiver end`"):
        named(ONE.decision.id, (ONE,), Approval)


def test_a_decision_as_data_has_all_of_it_under_plain_names():
    shown = document(Entry(replace(ENDED.decision, ended_at="2021-10-19T12:00:00.000Z"), "Bob", "over"), NOW)
    assert shown["kind"] == "waiver"
    assert shown["title"] == "Camera"
    assert shown["subject"] == {"serial": "PF1A2B3C", "model": ""}
    assert (shown["by"], shown["until"], shown["ended_by"], shown["ended_reason"]) == (
        "Anna",
        "2021-12-31",
        "Bob",
        "over",
    )
    assert document(Entry(approval()), NOW)["claims"] == {"battery.hours": "at least 7 hours"}
