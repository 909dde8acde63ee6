from time import tzset

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from rich.cells import cell_len

from checks.verdict import Verdict
from specs.text import clean
from station.bench.pages import AttemptShown, CheckLine, HistoryPage, HistoryRow
from station.screens.history_view import history_view
from station.screens.theme import STYLES, VERDICTS
from tests.station.screens import views_samples as samples
from tests.station.screens.samples import FAILS, HOSTILE, LONG, PASSES

SIZES = [(80, 17), (160, 43), (120, 20), (40, 9), (20, 3), (3, 3), (1, 1)]
PAGES = {name: getattr(samples, name) for name in ("NEWEST", "FOUND", "NOT_FOUND", "NO_TESTS", "OPENED")}


@pytest.fixture(autouse=True)
def in_london(monkeypatch):
    monkeypatch.setenv("TZ", "Europe/London")
    tzset()
    yield
    monkeypatch.undo()
    tzset()


def shows(page: HistoryPage, size=(80, 17), number=0) -> str:
    lines, _ = history_view(page, size[0], size[1], number)
    return "\n".join("".join(text for text, _ in line) for line in lines)


def fills(lines, width: int, height: int) -> bool:
    return len(lines) == height and all(sum(cell_len(text) for text, _ in line) == width for line in lines)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", PAGES)
def test_every_page_fills_every_size_exactly_in_styles_of_the_theme(name, size):
    lines, pages = history_view(PAGES[name], size[0], size[1], 0)
    assert fills(lines, *size)
    assert pages >= 1
    assert {style for line in lines for _, style in line} <= STYLES.keys()


def test_nine_rows_are_numbered_and_each_says_its_outcome_by_glyph_and_word():
    rows = shows(samples.NEWEST).splitlines()
    for number, row in enumerate(samples.ROWS, 1):
        line = next(line for line in rows if row.serial in line)
        assert line.startswith(f" {number} ")
        word = VERDICTS[row.verdict].word if row.verdict else row.status.upper()
        glyph = VERDICTS[row.verdict].glyph if row.verdict else "■"
        assert f" {glyph} " in line
        assert word in line
        assert f"slot {row.slot}" in line


def test_a_row_says_that_its_laptop_is_on_hold_was_tested_again_or_checks_the_bench():
    rows = shows(samples.NEWEST).splitlines()
    held = next(line for line in rows if "PF3K0A4X" in line)
    assert "‖" in held
    assert " again " in held
    assert "bench check" in next(line for line in rows if "GOLDEN01" in line)
    assert "‖" not in next(line for line in rows if "PF3K0A5X" in line)


def test_times_are_by_the_clock_on_the_wall():
    summer = replace(samples.ROWS[0], finished_at="2021-07-03T22:58:10.000Z")
    assert "03 Jul 23:58" in shows(replace(samples.NEWEST, rows=(summer,)))


def test_where_one_stands_in_the_list_is_told():
    assert "1 to 9 of 1,204" in shows(samples.NEWEST)
    assert "10 to 18 of 1,204" in shows(replace(samples.NEWEST, first=10))


def test_what_was_looked_for_and_found_is_told():
    page = shows(samples.FOUND)
    assert "Looked for: PF3K0A4X" in page
    assert "3 tests here; last FAIL at 13:48. It is on hold." in page
    assert "no laptop with that" in shows(samples.NOT_FOUND)


@pytest.mark.parametrize("size", SIZES[:2])
def test_an_opened_attempt_shows_every_failing_check_with_its_remedy_page_by_page(size):
    _, pages = history_view(samples.OPENED, size[0], size[1], 0)
    whole = " ".join(" ".join(shows(samples.OPENED, size, number).split()) for number in range(pages))
    for check in FAILS:
        assert check.title in whole
        assert check.measured in whole
    for check in PASSES:
        assert check.title in whole
    for words in ("ON HOLD", "Tested again: It was repaired", "Ben Achebe approved it", "took 5 min"):
        assert words in whole


def test_a_wide_screen_keeps_the_list_beside_what_is_open_and_marks_its_row():
    rows = shows(samples.OPENED, (160, 43)).splitlines()
    assert all(any(row.serial in line for line in rows) for row in samples.ROWS)
    assert "▶" in next(line for line in rows if line.startswith(" 2 "))


text = st.one_of(st.text(max_size=60), st.sampled_from([HOSTILE, LONG, "界" * 300, "e\u0301" * 400]))


@given(text, st.sampled_from(SIZES), st.integers(0, 3), st.sampled_from([None, *Verdict]), st.booleans())
def test_no_text_breaks_the_page_or_reaches_it_raw(value, size, number, verdict, held):
    value = clean(value)
    row = HistoryRow(1, value, value, value, 10**9, value, value, value, verdict, value, value, held)
    check = CheckLine(value, value, Verdict.FAIL, True, value, value, value)
    opened = AttemptShown(row, 9e9, value, value, (check, check))
    for page in (HistoryPage(value, value, (row,) * 9, 1, 10**9), HistoryPage(value, value, (row,), 1, 1, opened)):
        lines, _ = history_view(page, size[0], size[1], number)
        assert fills(lines, *size)
        assert all(character.isprintable() for line in lines for words, _ in line for character in words)
