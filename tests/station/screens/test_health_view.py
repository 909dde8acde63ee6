from time import tzset

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from rich.cells import cell_len

from specs.text import clean
from station.bench.pages import HealthLine, HealthPage, SlotGate
from station.screens.health_view import health_view
from station.screens.theme import STYLES
from tests.station.screens import views_samples as samples
from tests.station.screens.samples import HOSTILE, LONG

SIZES = [(80, 17), (160, 43), (120, 20), (40, 9), (20, 3), (3, 3), (1, 1)]
PAGES = {name: getattr(samples, name) for name in ("READY", "TROUBLED", "ALL_OFF", "LOOKING")}


@pytest.fixture(autouse=True)
def in_london(monkeypatch):
    monkeypatch.setenv("TZ", "Europe/London")
    tzset()
    yield
    monkeypatch.undo()
    tzset()


def shows(page: HealthPage, size=(80, 17), number=0) -> str:
    lines, _ = health_view(page, size[0], size[1], number)
    return "\n".join("".join(text for text, _ in line) for line in lines)


def whole(page: HealthPage, size) -> str:
    _, pages = health_view(page, size[0], size[1], 0)
    return " ".join(" ".join(shows(page, size, number).split()) for number in range(pages))


def fills(lines, width: int, height: int) -> bool:
    return len(lines) == height and all(sum(cell_len(text) for text, _ in line) == width for line in lines)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", PAGES)
def test_every_page_fills_every_size_exactly_in_styles_of_the_theme(name, size):
    lines, _ = health_view(PAGES[name], size[0], size[1], 0)
    assert fills(lines, *size)
    assert {style for line in lines for _, style in line} <= STYLES.keys()


def test_one_word_says_how_the_whole_bench_stands():
    assert "✔ READY" in shows(samples.READY)
    assert "⊘ BLOCKED" in shows(samples.TROUBLED).splitlines()[0]
    assert "▶ LOOKING" in shows(samples.LOOKING)
    gap = replace(samples.READY, lines=(HealthLine("Sound", False, False, "no player.", "Install one."),))
    assert "? WARNING" in shows(gap)
    blocked = replace(samples.READY, gates=(SlotGate(1, "blocked", "", "", "Slot 1: scan the golden laptop."),))
    assert "⊘ BLOCKED" in shows(blocked)


@pytest.mark.parametrize("size", SIZES[:2])
def test_what_needs_somebody_comes_first_with_what_to_do(size):
    page = shows(samples.TROUBLED, size)
    assert "→ Set it: timedatectl set-ntp true." in page
    assert page.index("Clock") < page.index("Printer") < page.index("Slots in this shift")
    assert "✖  Clock" in page
    assert "?  Printer" in page


@pytest.mark.parametrize("size", [(80, 17), (160, 43), (60, 8)])
def test_every_line_and_every_slot_is_on_some_page(size):
    page = whole(samples.TROUBLED, size)
    for line in samples.TROUBLED.lines:
        assert line.name in page
    for word in ("OPEN", "BLOCKED", "WAIVED"):
        assert word in page
    assert "scan the golden laptop (good) GOLDEN01 first" in page


def test_slots_that_stand_alike_are_one_row():
    page = shows(samples.ALL_OFF)
    assert page.count("OFF") == 1
    assert " 1-16 " in page


def test_when_the_doctor_looked_is_by_the_clock_on_the_wall_and_that_it_looks_is_told():
    summer = replace(samples.READY, looked_at="2021-07-03T13:02:00.000Z")
    assert "looked at 14:02" in shows(summer)
    again = shows(replace(samples.READY, looked_at=""))
    assert "The doctor is looking" in again
    assert "SQLite" in again


slots_given = st.lists(st.integers(), max_size=9)
text = st.one_of(st.text(max_size=60), st.sampled_from([HOSTILE, LONG, "界" * 300, "e\u0301" * 400]))


@given(
    text, st.sampled_from(SIZES), st.integers(0, 3), st.booleans(), st.booleans(), st.lists(st.integers(), max_size=9)
)
def test_no_text_breaks_the_page_or_reaches_it_raw(value, size, number, well, must, slots):
    value = clean(value)
    lines = (HealthLine(value, well, must, value, value),) * 3
    gates = tuple(SlotGate(slot, state, value, value, value) for slot in slots for state in ("open", "waived", value))
    shown, _ = health_view(HealthPage(value, value, lines, gates), size[0], size[1], number)
    assert fills(shown, *size)
    assert all(character.isprintable() for line in shown for words, _ in line for character in words)
