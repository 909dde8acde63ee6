"""A slot that needs somebody is seen at a glance, with the sentence and the key; the others run on."""

import pytest
from msgspec.structs import replace

from checks.verdict import Verdict
from station.bench.protocol import SlotChanged, Stage, View
from station.screens import wording
from station.screens.cues import Cue, cue_of
from station.screens.following import after_event, after_time
from station.screens.page import paint
from station.screens.shown import Contact, Shown
from station.screens.slot_words import look_of
from station.screens.theme import BLOCKED, HELD, STOPPED, VERDICTS
from tests.station.screens import page_samples, samples

SIZES = [(80, 24), (160, 50)]


def shows(state, size=(80, 24), **changes) -> str:
    shown = Shown(**{"state": state, "contact": Contact.LIVE, "clock": "14:02", "focus": state.bar.focus, **changes})
    return "\n".join("".join(text for text, _ in line) for line in paint(shown, *size)[0])


def at_places(slot, count: int):
    """So many slots, all alike, the last in view."""
    return samples.bench(*(replace(slot, number=n) for n in range(1, count + 1)), focus=count, devices=samples.WELL)


STOPS = {
    "conflict": (samples.CONFLICT.slots[0], samples.TWO_SERIALS, "F4 HOLD", STOPPED),
    "interrupted": (samples.INTERRUPTED.slots[0], samples.POWER_CUT, "F12 GO", STOPPED),
    "blocked": (samples.BLOCKED_READY.slots[0], samples.WHY_BLOCKED, "F12 GO", BLOCKED),
    "blocked_done": (samples.BLOCKED_DONE.slots[0], samples.WHY_BLOCKED, "F12 GO", BLOCKED),
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("count", [1, 4, 8, 16])
@pytest.mark.parametrize("name", STOPS)
@pytest.mark.parametrize("view", [View.BENCH, View.SLOT])
def test_the_sentence_and_its_one_key_are_there_at_any_number_of_slots(name, count, size, view):
    slot, sentence, key, look = STOPS[name]
    page = shows(samples.looks_at(at_places(slot, count), view), size)
    assert sentence in " ".join(page.split())
    assert key in page
    lines, _ = paint(Shown(samples.looks_at(at_places(slot, count), view), Contact.LIVE, focus=count), *size)
    assert {look.block, f"{look.block}-ink"} & {style for line in lines for _, style in line}


@pytest.mark.parametrize("name", STOPS)
def test_also_with_scanner_and_printer_out_of_order_and_sixteen_slots(name):
    slot, sentence, key, _ = STOPS[name]
    state = at_places(slot, 16)
    page = shows(replace(state, bar=replace(state.bar, devices=samples.TROUBLED.bar.devices)))
    assert sentence in " ".join(page.split())
    assert key in page


@pytest.mark.parametrize("size", SIZES)
def test_every_stage_is_told_by_its_glyph_and_word_among_sixteen(size):
    page = shows(samples.MIXED, size)
    styles = {style for line in paint(Shown(samples.MIXED, Contact.LIVE), *size)[0] for _, style in line}
    for slot in samples.MIXED.slots:
        look = look_of(slot)
        assert look.block in styles or f"{look.block}-ink" in styles
        if size == (80, 24) and slot.stage is not Stage.COLLECTING:
            assert f"{look.glyph} {look.word}" in page
    for slot in samples.MIXED.slots:
        assert (slot.says if slot.stage is Stage.READY else slot.serial or slot.link[:12]) in page


def test_a_blocked_slot_still_says_what_its_laptop_is():
    page = shows(samples.BLOCKED_DONE)
    assert "✔ PASS " in page
    assert "✔ PASS " in shows(samples.looks_at(at_places(samples.BLOCKED_DONE.slots[0], 4), View.BENCH))
    held = replace(samples.BLOCKED_DONE.slots[0], held=True)
    assert look_of(held) is HELD  # it must not be taken for one that ships
    assert look_of(replace(held, held=False, blocked="")) is VERDICTS[Verdict.PASS]


@pytest.mark.parametrize("stage", [Stage.COLLECTING, Stage.ASKING, Stage.JUDGING, Stage.SAVING])
def test_a_block_hides_nothing_of_a_test_that_runs(stage):
    slot = replace(samples.COLLECTING.slots[0], stage=stage)
    assert look_of(replace(slot, blocked=samples.WHY_BLOCKED)) == look_of(slot)


def test_what_needs_somebody_elsewhere_is_named_in_every_view():
    for view, content in page_samples.PAGES.values():
        page = shows(samples.looks_at(samples.MIXED_4, view, content), (160, 50))
        assert "▲ stopped: slot 3" in page
        assert "◆ look at slot 4" in page
    for overlay in ("helping", "listing"):
        assert "▲ stopped: slot 3" in shows(samples.MIXED_4, (160, 50), **{overlay: True})


def test_what_has_no_room_is_said_in_short_and_the_most_urgent_stays():
    top = shows(samples.MIXED).splitlines()[2]
    for part in (wording.PROMPT_NEXT, "▲ slot 5, 11", "◆ slot 6", "1 label waiting"):
        assert part in top
    assert "PF3K0D1X waits for its laptop" in shows(samples.MIXED, (160, 50))


def test_the_badge_that_is_waited_for_comes_before_everything_in_every_view():
    why = samples.BADGE_WANTED.bar.badge_wanted
    for view, content in [(View.BENCH, None), (View.SLOT, None), *page_samples.PAGES.values()]:
        assert why in shows(samples.looks_at(samples.BADGE_WANTED, view, content))
    long = replace(samples.BADGE_WANTED, bar=replace(samples.BADGE_WANTED.bar, badge_wanted=f"{why}, {why}"))
    assert why in " ".join(shows(long).split())
    assert "▸ PF3" in shows(samples.BADGE_WANTED, typed="PF3")


def test_nobody_is_signed_in_is_told_and_what_to_do():
    page = shows(samples.NOBODY)
    assert wording.PROMPT_BADGE in page
    assert wording.NOBODY in page


def test_a_supervisor_is_marked_and_a_technician_is_not():
    assert "Anna Kowalska ★" in shows(samples.MIXED)
    assert "★ supervisor  late shift" in shows(samples.MIXED, (160, 50))
    assert "★" not in shows(replace(samples.MIXED, bar=replace(samples.MIXED.bar, role="technician")))


def test_what_works_is_told_at_each_width():
    assert "scan ✔  print ✔" in shows(samples.ALL_WELL)
    assert "printer 10.0.0.9 ✔" in shows(samples.ALL_WELL, (160, 50))


def test_a_laptop_that_waits_for_its_label_says_who_it_is():
    assert wording.SAYS.format(serial="PF3K0A5X") in shows(samples.SAYS)
    page = shows(samples.MIXED_8)
    assert "says PF3K0B8X" in page
    assert wording.TILE_SCAN_LABEL in page


def test_a_laptop_of_the_bench_itself_is_marked():
    assert f"◇ {wording.BENCH_CHECK}" in shows(samples.BENCH_CHECK)
    assert f"◇ {wording.BENCH_CHECK_SHORT}" in shows(samples.MIXED)


def test_what_is_left_counts_down_by_itself_and_never_below_nothing():
    shown = after_event(Shown(samples.READY, Contact.LIVE), SlotChanged(samples.BENCH_CHECK.slots[0]), 100.0)

    def said(now: float) -> str:
        lines, _ = paint(after_time(shown, now, "14:02"), 80, 24)
        return "\n".join("".join(text for text, _ in line) for line in lines)

    assert "about 45 s left" in said(100.0)
    assert "about 20 s left" in said(121.5)
    assert "about 5 s left" in said(140.9)
    for now in (141.0, 150.0, 9e9):
        assert wording.LEFT_NOTHING in said(now)
    unknown = after_event(shown, SlotChanged(samples.COLLECTING.slots[0]), 100.0)
    assert "left" not in "".join(text for line in paint(unknown, 80, 24)[0] for text, _ in line)


def test_a_retest_asks_for_its_reason_and_offers_no_other_answer():
    for size in SIZES:
        for count in (1, 16):
            page = shows(at_places(samples.REASON.slots[0], count), size)
            for choice in samples.REASON.slots[0].guide.choices:
                assert choice in page
            assert "1-4 CHOICE" in page
            assert "F5 PASS" not in page
            assert "F7 FAIL" not in page


def test_a_stop_is_heard_like_a_refusal_and_once():
    before = Shown(samples.COLLECTING, Contact.LIVE)
    stopped = SlotChanged(samples.CONFLICT.slots[0])
    assert cue_of(before, stopped) is Cue.REFUSED
    assert cue_of(after_event(before, stopped, 1.0), stopped) is None


def test_the_layout_of_the_bench_stays_when_a_slot_out_of_view_stops():
    run_on = samples.bench(*samples.FOUR.slots, focus=1)
    stopped = samples.bench(*samples.FOUR.slots[:3], replace(samples.CONFLICT.slots[0], number=4), focus=1)
    for size in SIZES:
        before, after = shows(run_on, size).splitlines(), shows(stopped, size).splitlines()
        places = [row for row, (one, other) in enumerate(zip(before, after, strict=True)) if one[:60] != other[:60]]
        assert set(places) <= {2}  # the first row of the scan bar; else only the fourth tile has changed
