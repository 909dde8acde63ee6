"""What each key does, and what it never does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from station.bench.command_codes import SCREENS as SHEET
from station.bench.protocol import (
    BenchBar,
    BenchChanged,
    BenchState,
    FocusSlot,
    Leafed,
    PageChanged,
    Press,
    Show,
    SignOff,
    SlotChanged,
    Stage,
    View,
)
from station.screens import wording
from station.screens.acting import after_act, after_choice, after_screen
from station.screens.following import after_event
from station.screens.screen_list import SCREENS, SIGN_OFF
from station.screens.shown import SLOT_VIEWS, Act, Answer, Contact, Shown
from tests.station.screens import page_samples, samples

OTHERS = [view for view in View if view not in SLOT_VIEWS]
VERBS = {Act.PASS: "PASS", Act.FAIL: "FAIL", Act.NEXT: "NEXT", Act.UNDO: "UNDO", Act.HOLD: "HOLD", Act.GO: "GO"}


def live(state, **changes) -> Shown:
    return Shown(**{"state": state, "contact": Contact.LIVE, "focus": state.bar.focus, **changes})


def bench_of(shown: Shown) -> BenchState:
    assert shown.state
    return shown.state


def bar_of(shown: Shown) -> BenchBar:
    return bench_of(shown).bar


def in_view(view: View, content=None, **changes) -> Shown:
    return live(samples.looks_at(samples.FOUR, view, content), **changes)


def test_the_numbers_of_the_list_are_those_of_the_command_sheet():
    assert SCREENS == SHEET
    assert set(wording.SCREENS) == {view.value for view in View}


@pytest.mark.parametrize("number", range(1, 10))
def test_a_number_of_the_list_shows_its_screen_or_signs_off_and_closes_the_list(number):
    shown, effect = after_screen(live(samples.FOUR, listing=True), number)
    if number > SIGN_OFF:
        assert effect is None
        assert shown.listing
    else:
        assert effect == (SignOff() if number == SIGN_OFF else Show(SCREENS[number - 1]))
        assert not shown.listing


def test_no_screen_is_asked_for_while_the_engine_is_away():
    shown, effect = after_screen(live(samples.FOUR, listing=True, contact=Contact.LOST), 4)
    assert effect is None
    assert shown.answer == Answer("refused", "", wording.AWAY)


@pytest.mark.parametrize("view", View)
def test_the_barcodes_help_and_more_do_what_their_keys_do(view):
    before = live(samples.looks_at(samples.FOUR, view), page=1, pages=3)
    for verb, act in (("HELP", Act.HELP), ("MORE", Act.FORTH)):
        by_key, _ = after_act(before, act, 1.0)
        assert after_event(before, Leafed(verb), 1.0) == by_key
        assert by_key != before
    assert after_event(after_event(before, Leafed("HELP"), 1.0), Leafed("HELP"), 1.0).helping is False
    assert after_event(before, Leafed("DANCE"), 1.0) == before


@pytest.mark.parametrize("view", OTHERS)
@pytest.mark.parametrize("act", VERBS)
def test_in_another_view_a_key_goes_to_the_view_and_never_to_a_slot(view, act):
    for state in (samples.FOUR, samples.ASKING, samples.CONFLICT, samples.BLOCKED_DONE):
        shown, effect = after_act(live(samples.looks_at(state, view)), act, 1.0)
        assert effect == Press(VERBS[act], view=view)
        assert shown.question is None


@pytest.mark.parametrize("view", OTHERS)
@pytest.mark.parametrize(("act", "key"), [(Act.NEXT_SLOT, "F2"), (Act.STOP, "F8")])
def test_the_keys_of_slots_say_that_they_do_nothing_elsewhere(view, act, key):
    shown, effect = after_act(live(samples.looks_at(samples.SIXTEEN, view)), act, 1.0)
    assert effect is None
    assert shown.answer == Answer("note", "", wording.NO_SLOT_HERE.format(key=key))
    assert shown.focus == samples.SIXTEEN.bar.focus


@pytest.mark.parametrize("view", [View.BENCH, View.SLOT])
def test_in_the_views_of_slots_a_key_says_the_view_and_the_slot(view):
    shown = live(samples.looks_at(samples.ASKING, view))
    _, effect = after_act(shown, Act.PASS, 1.0)
    assert effect == Press("PASS", 1, "a1", samples.ASKING.slots[0].turn, view=view)
    four = live(samples.looks_at(samples.FOUR, view))
    assert after_act(four, Act.NEXT_SLOT, 1.0)[1] == FocusSlot(2)


@pytest.mark.parametrize(
    ("state", "act", "verb"),
    [
        (samples.CONFLICT, Act.HOLD, "HOLD"),
        (samples.CONFLICT, Act.GO, "GO"),
        (samples.INTERRUPTED, Act.GO, "GO"),
        (samples.BLOCKED_READY, Act.GO, "GO"),
    ],
)
def test_what_stopped_goes_on_by_one_key_and_not_before_it_could_be_read(state, act, verb):
    slot = state.slots[0]
    before = live(samples.bench(samples.slot()))
    stopped = after_event(before, SlotChanged(slot), 10.0)
    too_soon, effect = after_act(stopped, act, 10.1)
    assert effect is None
    assert too_soon.answer == Answer("refused", "", wording.TOO_SOON)
    shown, effect = after_act(too_soon, act, 10.4)
    assert effect == Press(verb, 1, slot.attempt_id, slot.turn)
    assert shown.question is None


def test_a_hold_still_asks_first_where_it_is_not_what_settles_the_stop():
    shown, effect = after_act(live(samples.INTERRUPTED), Act.HOLD, 1.0)
    assert effect is None
    assert shown.question


@pytest.mark.parametrize("view", [view for view in View if view is not View.BENCH])
def test_esc_closes_what_lies_in_front_then_wipes_what_is_typed_then_shows_the_bench(view):
    shown = in_view(view, typed="PF3", helping=True, listing=True)
    for left in ((False, True), (False, False)):
        shown, effect = after_act(shown, Act.ESCAPE, 1.0)
        assert effect is None
        assert (shown.helping, shown.listing) == left
    shown, effect = after_act(shown, Act.ESCAPE, 1.0)
    assert effect is Act.ESCAPE
    _, effect = after_act(in_view(view), Act.ESCAPE, 1.0)
    assert effect == Show(View.BENCH)
    assert after_act(in_view(View.BENCH), Act.ESCAPE, 1.0)[1] is Act.ESCAPE


@pytest.mark.parametrize("act", [*VERBS, Act.STOP])
def test_a_key_that_would_answer_what_the_help_or_the_list_hides_does_nothing(act):
    for front, sentence in (({"listing": True}, wording.LIST_IS_OPEN), ({"helping": True}, wording.HELP_IS_OPEN)):
        shown, effect = after_act(live(samples.ASKING, **front), act, 1.0)
        assert effect is None
        assert shown.answer == Answer("note", "", sentence)


def test_a_number_chooses_from_a_page_only_where_the_page_stood_there_when_it_was_pressed():
    shown = after_event(in_view(View.HISTORY), PageChanged(page_samples.HISTORY), 10.0)
    assert after_choice(shown, 3, 9.9, shown.seen)[1] is None  # it came up after the press
    assert after_choice(shown, 3, 10.2, shown.seen)[1] is None
    assert after_choice(shown, 3, 10.4, shown.seen)[1] == Press("CHOICE", choice=3, view=View.HISTORY)
    other = replace(page_samples.HISTORY, rows=page_samples.HISTORY.rows[1:])
    shown = after_event(shown, PageChanged(other), 20.0)
    refused, effect = after_choice(shown, 3, 19.9, shown.seen)
    assert effect is None
    assert refused.answer == Answer("refused", "", wording.TOO_SOON)


def test_yes_to_what_a_delivery_asks_is_not_taken_before_it_could_be_read():
    shown = after_event(in_view(View.RECEIVE), PageChanged(page_samples.RECEIVE_ASKED), 10.0)
    assert after_act(shown, Act.GO, 10.2)[1] is None
    assert after_act(shown, Act.GO, 10.4)[1] == Press("GO", view=View.RECEIVE)


def test_another_view_begins_at_its_first_page_with_nothing_in_front():
    shown = in_view(View.HISTORY, page_samples.HISTORY, page=2, pages=3, helping=True, listing=True)
    bar = replace(bar_of(shown), view=View.HEALTH)
    shown = after_event(shown, BenchChanged(bar, ()), 1.0)
    assert (shown.view, shown.page, shown.helping, shown.listing) == (View.HEALTH, 0, False, False)


@pytest.mark.parametrize("view", OTHERS)
def test_slots_that_go_on_do_not_turn_the_page_of_another_view(view):
    shown = in_view(view, page=2, pages=3)
    shown = after_event(shown, SlotChanged(samples.slot(1, Stage.COLLECTING, attempt_id="new")), 1.0)
    shown = after_event(shown, BenchChanged(replace(bar_of(shown), focus=3), ()), 1.0)
    assert (shown.page, shown.focus) == (2, 3)


def test_the_page_of_a_view_stays_while_slots_and_the_bar_change():
    shown = in_view(View.HISTORY, page_samples.HISTORY)
    shown = after_event(shown, SlotChanged(samples.slot(1)), 1.0)
    shown = after_event(shown, BenchChanged(bar_of(shown), ()), 1.0)
    assert bench_of(shown).page == page_samples.HISTORY


@given(
    st.lists(st.sampled_from([act for act in Act if act is not Act.CHOICE]), max_size=8),
    st.sampled_from(View),
    st.sampled_from([samples.FOUR, samples.ASKING, samples.CONFLICT, samples.MIXED]),
)
def test_no_row_of_keys_in_a_view_without_slots_ever_speaks_to_one(acts, view, state):
    shown, now = live(samples.looks_at(state, view)), 100.0
    for act in acts:
        now += 0.4
        shown, effect = after_act(shown, act, now)
        if isinstance(effect, Press):
            assert effect.view is view
            assert (effect.slot > 0) == (view in SLOT_VIEWS)
        elif view not in SLOT_VIEWS:
            assert effect is None or isinstance(effect, Show) or effect in {Act.LEAVE, Act.ESCAPE}
