from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from rich.cells import cell_len

import specs.text
from checks.verdict import Verdict
from station.bench.protocol import BenchState, SlotState, Stage, View
from station.clock import age_words
from station.screens import help_wording, wording
from station.screens.block_text import block_rows, block_width, largest_scale
from station.screens.checks_list import check_blocks, paged
from station.screens.cleaning import cleaned_event
from station.screens.help import help_view
from station.screens.page import paint
from station.screens.painting import wrap
from station.screens.question import shows_question
from station.screens.shown import SLOT_VIEWS, Act, Answer, Contact, Question, Seen, Shown
from station.screens.slot_words import word_of
from station.screens.theme import ABORTED, ASKING, BLOCKED, HELD, STOPPED, STYLES, VERDICTS
from tests.station.screens import page_samples, samples

SIZES = [(80, 24), (160, 50), (40, 10), (20, 5), (300, 90)]
FRONTS: list[dict[str, Any]] = [
    {},
    {"page": 1},
    {"helping": True},
    {"listing": True},
    {"helping": True, "listing": True},
    {"contact": Contact.LOST},
    {"contact": Contact.STARTING},
]
STATES = {
    name: getattr(samples, name)
    for name in (
        "READY COLLECTING JUDGING PASS MARGINAL FAIL REVIEW ERROR ABORTED FOUR ASKING ASKED_WHILE_READING HELD "
        "HELD_WHILE_READING TROUBLED ALL_WELL PROMISED SIXTEEN DOING SHOWING LISTED LISTED_SHORT NUMBER CROWDED_LIST "
        "CONFLICT INTERRUPTED BLOCKED_READY BLOCKED_DONE BENCH_CHECK SAYS REASON MIXED MIXED_8 MIXED_4 BADGE_WANTED "
        "NOBODY"
    ).split()
}


def words(lines) -> str:
    return "\n".join("".join(text for text, _ in line) for line in lines)


def shows(state: BenchState | None, size=(80, 24), **changes) -> str:
    lines, _ = paint(Shown(**{"state": state, "contact": Contact.LIVE, "clock": "14:02", **changes}), *size)
    return words(lines)


def fills(lines, width: int, height: int) -> bool:
    return len(lines) == height and all(sum(cell_len(text) for text, _ in line) == width for line in lines)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", STATES)
def test_every_state_fills_every_size_exactly(name, size):
    for view in (View.BENCH, View.SLOT):
        for changes in FRONTS:
            shown = Shown(**{"state": samples.looks_at(STATES[name], view), "contact": Contact.LIVE, **changes})
            lines, _ = paint(shown, *size)
            assert fills(lines, *size)
            assert {style for line in lines for _, style in line} <= STYLES.keys()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", page_samples.PAGES)
def test_every_page_of_a_view_fills_every_size_exactly(name, size):
    view, content = page_samples.PAGES[name]
    state = samples.looks_at(samples.MIXED, view, content)
    for changes in FRONTS:
        lines, _ = paint(Shown(**{"state": state, "contact": Contact.LIVE, **changes}), *size)
        assert fills(lines, *size)
        assert {style for line in lines for _, style in line} <= STYLES.keys()


@pytest.mark.parametrize("text", [samples.HOSTILE, samples.LONG, "[/foo]", "\u202e\u2066abc", "界" * 300])
@pytest.mark.parametrize("size", SIZES)
def test_a_page_in_which_everything_is_hostile_is_painted_as_text(text, size):
    for view, content in page_samples.hostile(text).values():
        state = cleaned_event(samples.hostile(text, view, content))
        lines, pages = paint(Shown(state, Contact.LIVE, typed=text), *size)
        for page in range(min(pages, 3)):
            lines, _ = paint(Shown(state, Contact.LIVE, typed=text, page=page), *size)
            assert fills(lines, *size)
            assert all(character.isprintable() for line in lines for words, _ in line for character in words)


@pytest.mark.parametrize("view", [view for view in View if view not in SLOT_VIEWS])
@pytest.mark.parametrize("content", [None, *(content for _, content in page_samples.PAGES.values())])
def test_a_page_of_another_view_is_never_shown_in_its_place(view, content):
    page = shows(samples.looks_at(samples.READY, view, content))
    if content is None or dict(page_samples.PAGES.values()).get(view).__class__ is not content.__class__:
        assert wording.ONE_MOMENT in page
    else:
        assert wording.ONE_MOMENT not in page


text = st.one_of(st.text(max_size=60), st.sampled_from([samples.HOSTILE, samples.LONG, "界" * 300, "e\u0301" * 400]))


@given(text, st.sampled_from(SIZES), st.sampled_from(Stage), st.integers(0, 3), st.booleans(), st.booleans())
def test_no_text_breaks_the_page_or_reaches_it_raw(value, size, stage, page, held, live):
    state = samples.hostile(value)
    checks = state.slots[0].checks
    slot = SlotState(1, stage, value, value, value, value, 5, 9, 3.0, checks, 9, None, value, value, value, 2, 3, held)
    cleaned = specs.text.clean
    for slots in ((slot,), (slot, *(SlotState(n, stage, value, value) for n in range(2, 17)))):
        clean = cleaned_event(BenchState(state.bar, slots, state.recent, state.notices))
        # What was typed or scanned here is raw; what the engine says was cleaned by the bridge.
        said = Answer("refused", value, cleaned(value))
        contact = Contact.LIVE if live else Contact.LOST
        shown = Shown(clean, contact, cleaned(value), value, said, (cleaned(value),) * 3, page=page)
        lines, _ = paint(shown, *size)
        assert len(lines) == size[1]
        assert all(character.isprintable() for line in lines for words, _ in line for character in words)


@pytest.mark.parametrize("size", SIZES[:2])
def test_four_failing_checks_are_whole_on_the_first_page(size):
    page = shows(samples.FAIL, size)
    for check in samples.FAILS:
        assert check.title in page
        assert check.measured in page
        assert check.limit in page
        assert check.remedy in page


@pytest.mark.parametrize("size", [*SIZES[:2], (60, 16)])
def test_nothing_is_cut_silently_every_check_is_on_some_page(size):
    first, pages = paint(Shown(samples.FAIL, Contact.LIVE), *size)
    every = "".join(shows(samples.FAIL, size, page=page) for page in range(pages))
    for check in (*samples.PASSES[:3], *samples.FAILS, *samples.PASSES[4:]):
        assert check.title in every
    if pages > 1:
        assert "more: F3" in words(first)


@given(st.integers(0, 60), st.integers(2, 30), st.integers(30, 160))
def test_the_pages_together_show_each_check_once_and_count_the_rest(count, height, width):
    checks = [
        samples.check(f"c{n}", f"Check {n}.", Verdict.FAIL if n % 3 else Verdict.PASS, "1", "2", "Do it.")
        for n in range(count)
    ]
    blocks = check_blocks(checks, width)
    _, pages = paged(blocks, width, height, 0)
    every = ""
    for page in range(pages):
        lines, again = paged(blocks, width, height, page)
        assert again == pages
        assert len(lines) == height
        every += words(lines)
    assert all(every.count(f"Check {n}.") == 1 for n in range(count))


@pytest.mark.parametrize("verdict", Verdict)
def test_a_verdict_is_told_by_glyph_and_word_and_colour(verdict):
    state = samples.bench(samples.slot(stage=Stage.DONE, verdict=verdict, headline="So it is."))
    lines, _ = paint(Shown(state, Contact.LIVE), 80, 24)
    look = VERDICTS[verdict]
    assert f"{look.glyph} {look.word}: " in words(lines)
    assert any(style == f"{look.block}-ink" for line in lines for _, style in line)


def test_the_looks_differ_in_each_of_glyph_and_word_and_colour():
    looks = {VERDICTS[v].word: VERDICTS[v] for v in Verdict}
    looks |= {look.word: look for look in (ABORTED, ASKING, HELD, STOPPED, BLOCKED)}
    assert len({look.glyph for look in looks.values()}) == len(looks)
    assert len({STYLES[look.block][1] for look in looks.values()}) == len(looks)


def test_text_on_every_colour_has_contrast():
    def light(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    for name, (front, back, _) in STYLES.items():
        if name.endswith("-ink"):
            continue  # ground only
        low, high = sorted((light(front), light(back)))
        assert (high + 0.05) / (low + 0.05) >= 4.5, name


@pytest.mark.parametrize("size", SIZES[:2])
@pytest.mark.parametrize(
    "name", ["PASS", "FAIL", "REVIEW", "ERROR", "ABORTED", "ASKING", "HELD", "CONFLICT", "BLOCKED_DONE"]
)
def test_the_word_stands_at_least_five_rows_high(name, size):
    lines, _ = paint(Shown(STATES[name], Contact.LIVE), *size)
    assert sum(any(style.endswith("-ink") for _, style in line) for line in lines) >= 5


def test_a_marginal_pass_says_so():
    assert "MARGINAL" in shows(samples.MARGINAL)


def test_an_engine_that_is_away_is_told_in_a_sentence_and_the_rest_is_grey():
    lines, _ = paint(Shown(samples.FAIL, Contact.LOST), 120, 30)
    assert wording.LOST.split(".")[0] in words(lines)
    assert "Battery health" in words(lines)
    assert not {"fail", "text-fail", "fail-ink"} & {style for line in lines for _, style in line}


def test_kept_scans_are_counted_and_named():
    assert "2 scans kept here: PF3K0A5X, PF3K0A6X" in shows(samples.READY, kept=("PF3K0A5X", "PF3K0A6X"))


def test_what_is_typed_is_shown_and_controls_are_seen_as_pictures():
    assert "▸ PF3K␛[31m" in shows(samples.READY, typed="PF3K\x1b[31m")


def test_the_bar_says_what_waits():
    state = samples.bench(dead_letters=3, central="away")
    page = shows(state, (100, 24))
    for part in ("3 rejected", "12 unsent, oldest 5 min", "central away", "14:02", "Bench 3"):
        assert part in page


def test_a_question_takes_the_answer_row():
    question = Question(Act.STOP, wording.ASK_STOP.format(slot=1), 0.0, Seen(1, "a1"))
    assert "Stop the test in slot 1?" in shows(samples.COLLECTING, question=question)


@pytest.mark.parametrize("size", SIZES[:2])
@pytest.mark.parametrize("name", ["ASKING", "ASKED_WHILE_READING"])
@pytest.mark.parametrize("devices", [(), samples.TROUBLED.bar.devices])
def test_a_question_is_whole_with_every_way_to_answer_it_and_the_laptop_it_is_about(name, size, devices):
    slot = STATES[name].slots[0]
    for count in (1, 4, 16):
        page = shows(samples.bench(*(replace(slot, number=n + 1) for n in range(count)), devices=devices), size)
        asked = " ".join(page.split())
        assert f"question {slot.question_place} of 3: {slot.question}" in asked
        assert slot.serial in page
        for key, verb, _ in wording.ANSWER_KEYS:
            assert f"{key} {verb}" in page


@pytest.mark.parametrize("size", SIZES[:2])
def test_a_question_stays_where_it_is_when_the_test_comes_to_wait_for_it(size):
    slot = samples.ASKED_WHILE_READING.slots[0]

    def row(one: SlotState) -> int:
        lines = shows(samples.bench(one), size).splitlines()
        return next(number for number, line in enumerate(lines) if "question 1 of 3" in line)

    assert row(slot) == row(replace(slot, stage=Stage.ASKING))


@pytest.mark.parametrize("size", [(80, 24), (160, 50), (60, 20), (40, 24)])
@pytest.mark.parametrize("state", [samples.LISTED, samples.LISTED_SHORT], ids=["eight", "four"])
def test_a_list_is_whole_with_its_numbers_and_the_way_back(state, size):
    page = shows(state, size=size)
    for words in state.slots[0].guide.choices:
        assert words in page
    assert f"1-{len(state.slots[0].guide.choices)} CHOICE" in page
    assert "F6 UNDO" in page
    assert wording.PROMPT_CHOOSE in page


def _cells(line: str) -> tuple[str, ...]:
    """Where the numbers of the first column stand."""
    return (line[2:7],)


def test_the_numbers_of_a_list_are_read_from_two_metres():
    """In block letters, three rows high, at both usual sizes."""
    for size in [(80, 24), (160, 50)]:
        lines = shows(samples.LISTED, size=size).splitlines()
        places = [
            [place for place, line in enumerate(lines) if any(cell.rstrip() == row.rstrip() for cell in _cells(line))]
            for row in block_rows("1")
        ]
        assert any(first + 1 in places[1] and first + 2 in places[2] for first in places[0])


def test_what_is_done_on_the_laptop_is_told_with_its_steps_and_how_far_it_is():
    for size in [(80, 24), (160, 50)]:
        page = shows(samples.DOING, size=size)
        guide = samples.DOING.slots[0].guide
        for words in (guide.purpose, *guide.steps, "On the laptop: 41 of 87 keys", "F7 FAIL", "F9 NEXT"):
            assert words in page
        assert "F5 PASS" not in page
    assert word_of(samples.DOING.slots[0], ASKING) == "47%"


def test_with_little_room_the_question_and_its_answers_stay():
    page = shows(samples.SHOWING, size=(80, 14))
    assert samples.SHOWING.slots[0].question in page
    assert "F5 PASS" in page
    assert "What for" not in page


def test_a_question_is_seen_where_it_is_painted_and_nowhere_else():
    def seen(state=samples.ASKING, **changes) -> bool:
        return shows_question(paint(Shown(state=state, contact=Contact.LIVE, **changes), 80, 24)[0])

    assert seen()
    assert seen(samples.LISTED)
    assert seen(samples.NUMBER)
    assert not seen(helping=True)
    assert not seen(samples.PASS)
    assert not shows_question(paint(Shown(state=samples.ASKING, contact=Contact.LOST), 80, 24)[0])
    assert not seen(samples.PROMISED, focus=1)  # another slot asks


def test_a_question_that_outlived_its_attempt_is_not_asked():
    for stage in (Stage.DONE, Stage.ABORTED, Stage.READY):
        page = shows(samples.bench(replace(samples.ASKING.slots[0], stage=stage, verdict=Verdict.PASS)))
        assert "question 2 of 3" not in page


def test_who_waits_for_a_person_is_told_by_glyph_and_word_and_colour():
    lines, _ = paint(Shown(samples.ASKING, Contact.LIVE), 80, 24)
    assert f"{ASKING.glyph} {wording.PROMPT_ASKING}" in words(lines)
    assert any(style == "ask-ink" for line in lines for _, style in line)
    lines, _ = paint(Shown(samples.PROMISED, Contact.LIVE, focus=3), 80, 24)
    assert f"{ASKING.glyph} {wording.LOOK_AT.format(slots='2')}" in words(lines)


@pytest.mark.parametrize("size", SIZES[:2])
@pytest.mark.parametrize("verdict", Verdict)
def test_what_is_held_never_shows_the_colour_of_a_pass_in_large(size, verdict):
    done = replace(samples.PASS.slots[0], verdict=verdict, held=True)
    for state in (samples.bench(done), samples.bench(done, samples.slot(2))):
        lines, _ = paint(Shown(state, Contact.LIVE), *size)
        assert HELD.word in words(lines)
        assert not any(style == "pass-ink" for line in lines for _, style in line)


@pytest.mark.parametrize("size", SIZES[:2])
def test_a_hold_is_seen_beside_its_verdict_and_while_the_laptop_is_tested_again(size):
    page = shows(samples.HELD, size)
    assert "✔ PASS " in page
    assert wording.HELD in page
    for stage in Stage:
        if stage not in {Stage.READY, Stage.EMPTY}:
            assert HELD.word in shows(samples.bench(replace(samples.HELD.slots[0], stage=stage)), size)


@pytest.mark.parametrize("size", SIZES[:2])
def test_a_device_that_needs_somebody_is_named_and_says_what_to_do(size):
    page = " ".join(shows(samples.TROUBLED, size).split())
    assert f"SCANNER {samples.SCANNER_AWAY.sentence}" in page
    assert f"PRINTER {samples.NO_LABELS.sentence} (3 labels to print)" in page
    assert "ove it slowly to and fro until it is sharp." in page
    assert "CAMERA" in page


def test_a_camera_that_cannot_read_moves_nothing():
    ready, blind = (
        shows(samples.bench(samples.PASS.slots[0], devices=devices)).splitlines()
        for devices in ((), (samples.CAMERA_BLIND,))
    )
    assert [row for row, (one, other) in enumerate(zip(ready, blind, strict=True)) if one != other] == [1]


def test_devices_that_are_well_are_named_where_there_is_room_and_silent_where_there_is_none():
    assert "camera 0 ✔" in shows(samples.ALL_WELL, (160, 50))
    narrow = shows(samples.ALL_WELL)
    assert "camera" not in narrow
    assert "1 label to print" in narrow
    assert "SCANNER" not in narrow


def test_more_devices_than_fit_are_counted():
    state = samples.bench(devices=(samples.SCANNER_AWAY,) * 5)
    assert wording.DEVICES_MORE.format(count=3) in shows(state, (160, 50))


def test_an_engine_that_is_away_says_nothing_of_its_devices():
    assert "SCANNER" not in shows(samples.TROUBLED, contact=Contact.LOST)


@pytest.mark.parametrize("size", SIZES[:2])
def test_the_slot_of_the_next_laptop_is_named_above_and_marked_below(size):
    page = shows(samples.PROMISED, size)
    assert wording.NEXT_LAPTOP.format(slot=3) in page
    assert wording.NEXT_HERE in page
    assert wording.NEXT_HERE not in shows(samples.bench(*samples.PROMISED.slots), size).replace(
        wording.NEXT_LAPTOP.format(slot=3), ""
    )


def test_the_seconds_go_on_while_the_engine_reads():
    assert "22 s" in shows(samples.COLLECTING, now=110.0, heard={1: 100.0})


@pytest.mark.parametrize("view", View)
def test_every_key_of_the_bar_is_in_the_help_of_its_view(view):
    said = " ".join(f"{term} {words}" for term, words in help_wording.HELPS[view.value])
    keys = (*wording.KEYS, *wording.ANSWER_KEYS) if view in SLOT_VIEWS else (*wording.VIEW_KEYS[view.value], ("F11",))
    for key, *_ in keys:
        assert key.replace("1-9", "1 to 9") in said
    assert "Esc" in said


def test_the_help_is_about_the_screen_that_one_is_on():
    titles = set()
    for view in View:
        titles.add(shows(samples.looks_at(samples.READY, view), helping=True).splitlines()[5])
    titles.add(shows(samples.READY, helping=True, listing=True).splitlines()[5])
    assert len(titles) == len(View) + 1


@pytest.mark.parametrize("topic", help_wording.HELPS)
def test_every_line_of_a_help_is_on_some_page_at_80x24(topic):
    pages, every = 1, ""
    while every.count("\f") < pages:
        lines, pages = help_view(topic, 80, 19, every.count("\f"))
        every += " ".join(words(lines).split()) + "\f"
    said = " ".join(every.replace("\f", " ").split())
    for term, text in help_wording.HELPS[topic]:
        assert term in said
        assert all(word in said for word in text.split())


def test_sixteen_slots_fit_both_sizes():
    slots = tuple(samples.slot(n, Stage.DONE, verdict=Verdict.PASS, serial=f"PF3K{n:02}") for n in range(1, 17))
    for size in SIZES[:2]:
        page = shows(samples.bench(*slots), size)
        assert all(f"PF3K{n:02}" in page for n in range(1, 17))


@pytest.mark.parametrize("size", SIZES[:2])
def test_a_tile_keeps_the_size_of_its_number_from_the_first_percent_to_the_last(size):
    def inked_rows(done: int) -> int:
        slots = (replace(slot, done=done, expected=100) for slot in samples.SIXTEEN.slots)
        lines, _ = paint(Shown(samples.bench(*slots), Contact.LIVE), *size)
        return sum(any(style == "busy-ink" for _, style in line) for line in lines)

    assert len({inked_rows(done) for done in (0, 4, 9, 10, 44, 99)}) == 1


# ---- block letters ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("scale", [1, 2, 3, 4])
@pytest.mark.parametrize(
    "word", ["✔ PASS", "✖ FAIL", "? REVIEW", "! NO TEST", "■ ABORTED", "◆ LOOK", "‖ ON HOLD", "▶ 41%", "PF3K0A5X"]
)
def test_block_letters_are_as_wide_as_they_say(word, scale):
    rows = block_rows(word, scale)
    assert {len(row) for row in rows} == {block_width(word, scale)}
    assert len(rows) == -(-5 * scale // 2)


def test_a_letter_without_a_block_has_no_scale():
    assert largest_scale("pass", 80, 5) == 0
    assert largest_scale("", 80, 5) == 0


@given(st.text(max_size=300).map(lambda text: "".join(filter(str.isprintable, text))), st.integers(4, 60))
def test_wrapping_keeps_every_character_and_the_width(value, width):
    rows = wrap(value, width)
    assert all(cell_len(row) <= width for row in rows)
    if len(rows) < 64:
        assert "".join(rows).replace(" ", "") == "".join(value.split())


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 s"), (59, "59 s"), (312, "5 min"), (7200, "2 h"), (3 * 86400, "3 days"), (float("inf"), "?"), (-1, "?")],
)
def test_a_length_of_time_is_said_in_its_largest_unit(seconds, said):
    assert age_words(seconds) == said


# ---- what became of a scan --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("IS1:PASS:K7Q2", "PASS"),
        ("is1:slot-3:k7q2", "SLOT 3"),
        ("IS1:SIGNOFF:K7Q2", "SIGN OFF"),
        ("IS1:ID:…JKLM", "badge"),
        ("IS1:LABEL:PF1A2B3C:x", "IS1:LABEL:PF1A2B3C:x"),
        ("PF3K0A5X", "PF3K0A5X"),
    ],
)
def test_a_command_is_called_by_its_verb_and_a_badge_a_badge(text, called):
    row = shows(samples.READY, answer=Answer("accepted", text, "It was read.", fresh=False)).splitlines()[3]
    assert row.split() == ["✔", *called.split(), "It", "was", "read."]


@pytest.mark.parametrize("size", SIZES[:2])
def test_nothing_moves_when_an_answer_is_longer_than_the_last(size):
    short, long = Answer("accepted", "", "Started."), Answer("refused", "PF3K0A5X", "Scan it again. " * 30)
    pages = [shows(samples.FOUR, size, answer=answer).splitlines() for answer in (None, short, long)]
    assert len({tuple(page[5:]) for page in pages}) == 1


def test_a_tile_says_its_number_once_and_cuts_no_word_in_two():
    blocked = (replace(one, stage=Stage.READY, stop=None, says="") for one in samples.FOUR.slots)
    slots = [replace(one, blocked=f"Slot {one.number}: scan the golden laptop first.") for one in blocked]
    tiles = "\n".join(shows(samples.bench(*slots)).splitlines()[5:12])
    assert "scan the golden" in tiles
    assert "laptop first." in tiles
    assert "Slot 2:" not in tiles
    reading = (replace(one, stage=Stage.COLLECTING, now="reading smart-nvme0n1") for one in slots)
    tiles = "\n".join(shows(samples.bench(*reading)).splitlines()[5:12])
    assert "smart-nvme0n1" in tiles


def test_with_the_engine_away_nobody_is_told_to_answer():
    page = shows(samples.ASKING, contact=Contact.LOST)
    assert wording.PROMPT_LOST[0] in page
    assert wording.PROMPT_ASKING not in page


def test_f6_is_offered_wherever_undo_takes_something_back():
    def offers(state: BenchState) -> bool:
        return "F6 undo" in shows(state).splitlines()[-1]

    judged = replace(samples.PASS.slots[0], questions=2)
    assert not offers(samples.bench(judged))
    assert offers(samples.bench(judged, labels_waiting=1))
    assert offers(samples.bench(samples.PASS.slots[0], badge_wanted="Slot 1: badge of a second person."))
