from time import tzset

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from rich.cells import cell_len

from specs.text import clean
from station.bench.pages import CountRow, DriftLine, HoldRow, SupervisorPage
from station.screens.drift_chart import drift_block
from station.screens.supervisor_view import supervisor_view
from station.screens.theme import STYLES
from tests.station.screens import views_samples as samples
from tests.station.screens.samples import HOSTILE, LONG

SIZES = [(80, 17), (160, 43), (120, 20), (40, 9), (20, 3), (3, 3), (1, 1)]
PAGES = {name: getattr(samples, name) for name in ("FIGURES", "ASKED", "NOTHING_DONE")}


@pytest.fixture(autouse=True)
def in_london(monkeypatch):
    monkeypatch.setenv("TZ", "Europe/London")
    tzset()
    yield
    monkeypatch.undo()
    tzset()


def shows(page: SupervisorPage, size=(80, 17), number=0) -> str:
    lines, _ = supervisor_view(page, size[0], size[1], number)
    return "\n".join("".join(text for text, _ in line) for line in lines)


def whole(page: SupervisorPage, size) -> str:
    """Every page, with blanks folded."""
    _, pages = supervisor_view(page, size[0], size[1], 0)
    return " ".join(" ".join(shows(page, size, number).split()) for number in range(pages))


def fills(lines, width: int, height: int) -> bool:
    return len(lines) == height and all(sum(cell_len(text) for text, _ in line) == width for line in lines)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", PAGES)
def test_every_page_fills_every_size_exactly_in_styles_of_the_theme(name, size):
    for number in range(3):
        lines, _ = supervisor_view(PAGES[name], size[0], size[1], number)
        assert fills(lines, *size)
        assert {style for line in lines for _, style in line} <= STYLES.keys()


@pytest.mark.parametrize("size", SIZES[:2])
def test_the_counts_stand_on_the_first_page_with_glyph_and_word(size):
    page = shows(samples.FIGURES, size)
    for words in ("✔ 187 PASS", "✖ 14 FAIL", "? 9 REVIEW", "! 2 NO TEST", "■ 3 not finished", "11 retests"):
        assert words in page
    assert "first pass 89 % (179 of 201)" in page
    assert "This shift, 06:00 to 14:00" in page
    assert "█" in page or "▀" in page


@pytest.mark.parametrize("size", [(80, 17), (160, 43), (160, 12), (80, 6)])
def test_everything_is_on_some_page(size):
    page = whole(samples.FIGURES, size)
    figures = samples.FIGURES
    for hold in figures.holds:
        assert hold.serial in page
    for row in (*figures.reasons, *figures.models[1:]):
        assert row.name in page
    for line in figures.drift:
        assert line.title in page
    assert "tested against its label" in page
    for row in figures.slots:
        assert f" {row.done} {row.passed} {row.failed} {row.review} " in page


def test_holds_are_numbered_as_the_keys_are_and_those_past_nine_are_shown_without():
    rows = shows(samples.FIGURES, (160, 43)).splitlines()
    for hold in samples.FIGURES.holds:
        line = next(line for line in rows if hold.serial in line)
        assert line.startswith(f" {hold.number} " if hold.number else "   ")
        assert "‖" in line


@pytest.mark.parametrize("size", SIZES[:3])
def test_what_a_hold_is_released_for_is_asked_with_every_answer_in_view_on_every_page(size):
    for number in range(2):
        page = " ".join(shows(samples.ASKED, size, number).split())
        assert "Why is PF3K0B1X released?" in page
        assert "1-6 CHOICE" in page
        assert "F6 UNDO" in page
        assert "Repaired, and it may go on" in page


def test_a_shift_without_a_test_says_so():
    page = shows(samples.NOTHING_DONE)
    assert "No test of a delivery has been completed in this time." in page
    assert "No laptop is on hold." in page


def test_the_chart_has_its_limits_its_centre_and_marks_what_lies_beyond_a_limit():
    drifting = samples.DRIFT[0]
    rows = ["".join(text for text, _ in line) for line in drift_block(drifting, 80).lines]
    assert "✖ DRIFTING" in rows[0]
    assert "89.9 %" in rows[0]
    high, _, centre, _, low = rows[-5:]
    assert "high 92.1 %" in high
    assert "centre 91.2 %" in centre
    assert "low 90.4 %" in low
    assert set(high.split()[-1]) == {"▁"}
    assert low.count("▼") == 1
    assert len(drift_block(samples.DRIFT[1], 80).lines) <= 8


def test_a_reading_without_limits_yet_is_told_in_words_and_has_no_chart():
    rows = ["".join(text for text, _ in line) for line in drift_block(samples.DRIFT[2], 80).lines]
    assert len(rows) == 2
    assert "TOO FEW" in rows[0]
    assert "1.32 kg" in rows[0]


number = st.one_of(st.integers(-(10**6), 10**9), st.just(0))
reading = st.floats(allow_nan=False, allow_infinity=False)
text = st.one_of(st.text(max_size=60), st.sampled_from([HOSTILE, LONG, "界" * 300, "e\u0301" * 400]))


@given(text, st.sampled_from(SIZES), st.integers(0, 3), number, number, st.lists(reading, min_size=2, max_size=30))
def test_no_text_and_no_number_breaks_the_page_or_reaches_it_raw(value, size, place, one, other, values):
    low, high = values[:2]
    value = clean(value)
    count = CountRow(value, one, other, one, other)
    hold = HoldRow(1, value, value, value, value)
    drift = DriftLine(value, value, value, tuple(values), low, low, high, value, value, (value,) * 3)
    counts = (one, other, one, other, one, other, one, other, one)
    lists = ((count,), (count,), (count,), (hold,), (value,), (drift,))
    page = SupervisorPage(value, *counts, *lists)
    for shown in (page, replace(page, asked=value or "?", choices=(value,) * 9)):
        lines, _ = supervisor_view(shown, size[0], size[1], place)
        assert fills(lines, *size)
        assert all(character.isprintable() for line in lines for words, _ in line for character in words)
