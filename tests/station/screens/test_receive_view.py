"""Receiving as it is shown: exactly as large as the screen, read from afar, and told by words and not by colour."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from rich.cells import cell_len

from specs.text import clean
from station.bench.pages import ReceiveLine, ReceivePage
from station.screens.receive_view import OUTCOMES, receive_view
from station.screens.theme import STYLES
from tests.station.screens import samples

AT = "2026-11-30T14:01:00.000Z"
LINES = (
    ReceiveLine("340123450000004471", "carton", "again", "scanned already: counted once", AT),
    ReceiveLine("340123450000004471", "carton", "received", "12 laptops, pallet 340123450000000017", AT),
    ReceiveLine("340999000000000017", "carton", "extra", "not on this delivery: query shelf", AT),
    ReceiveLine("PF1A2B3C", "laptop", "damaged", "carton 340123450000004488 not scanned", AT),
)
OPEN = ReceivePage(
    reference="D-1042",
    supplier="Acme Ltd",
    prompt="SCAN A CARTON",
    counted="carton",
    expected=24,
    received=19,
    missing=5,
    extra=1,
    damaged=1,
    lines=LINES,
    missing_named=tuple(f"34012345000000{number}" for number in (4402, 4419, 4426, 4433, 4440)),
)
PAGES = {
    "none": ReceivePage(prompt="SCAN OR TYPE THE DELIVERY'S REFERENCE"),
    "to_come": ReceivePage(prompt="SCAN", missing_named=("D-1042 (Acme Ltd)", "D-1043")),
    "asks_blind": ReceivePage(prompt="SCAN", asked="PO 4711 is not known here. Open it as a delivery without a list?"),
    "open": OPEN,
    "fresh": replace(OPEN, received=0, missing=24, extra=0, damaged=0, lines=()),
    "complete": replace(OPEN, received=24, missing=0, missing_named=()),
    "blind": replace(OPEN, supplier="", expected=0, missing=0, missing_named=()),
    "asks": replace(OPEN, asked="Close D-1042? 5 of 24 cartons are missing."),
    "large": replace(OPEN, expected=50_000, received=49_000, missing=1_000, damaged=123),
    "full": replace(OPEN, lines=LINES[1:2] * 30, missing_named=OPEN.missing_named * 8, missing=4_000),
}
SIZES = [(80, 17), (160, 43), (80, 24), (120, 30), (40, 10), (20, 5), (300, 90), (12, 3), (3, 12), (2, 2), (1, 1)]


def text_of(lines) -> str:
    return "\n".join("".join(text for text, _ in line) for line in lines)


def shows(page: ReceivePage, width=80, height=17, number=0) -> str:
    return text_of(receive_view(page, width, height, number)[0])


def fills(lines, width: int, height: int) -> bool:
    return len(lines) == height and all(sum(cell_len(text) for text, _ in line) == width for line in lines)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", PAGES)
def test_every_page_fills_every_size_exactly(name, size):
    width, height = size
    lines, pages = receive_view(PAGES[name], width, height, 0)
    assert pages >= 1
    for number in (0, 1, pages - 1, pages + 3, -1):
        lines, _ = receive_view(PAGES[name], width, height, number)
        assert fills(lines, width, height)
        assert {style for line in lines for _, style in line} <= STYLES.keys()


hostile = st.one_of(
    st.text(max_size=80), st.sampled_from([samples.HOSTILE, samples.LONG, "界" * 300, "e\u0301" * 300, "[bold]x[/]"])
)


@given(hostile, st.sampled_from(SIZES), st.integers(-5, 10**9), st.sampled_from([*OUTCOMES, "other"]), st.booleans())
def test_no_text_breaks_the_page(value, size, number, outcome, asks):
    value = clean(value)
    line = ReceiveLine(value, value, outcome, value, value)
    page = ReceivePage(
        reference=value,
        supplier=value,
        prompt=value,
        counted=value,
        expected=number,
        received=number,
        missing=number,
        extra=number,
        damaged=number,
        lines=(line,) * 5,
        missing_named=(value,) * 3,
        asked=value if asks else "",
    )
    width, height = size
    lines, _ = receive_view(page, width, height, 0)
    assert fills(lines, width, height)
    assert all(character.isprintable() for line in lines for words, _ in line for character in words)


def test_markup_in_a_suppliers_name_stays_as_it_is_written():
    assert "[red]Acme[/]" in shows(replace(OPEN, supplier="[red]Acme[/]"))


@pytest.mark.parametrize("size", [(80, 17), (160, 43)])
def test_without_colour_each_outcome_has_its_glyph_and_its_word(size):
    page = shows(OPEN, *size)
    for glyph, word in (("✔", "RECEIVED"), ("=", "AGAIN"), ("✖", "EXTRA"), ("!", "DAMAGED"), ("?", "MISSING")):
        assert any(glyph in row and word in row for row in page.splitlines())
    assert "19 of 24 cartons received" in page
    assert "not on this delivery: query shelf" in page


@pytest.mark.parametrize(("size", "rows"), [((80, 17), 5), ((160, 43), 10)])
def test_the_counts_are_large(size, rows):
    """Three rows of block letters are 54 arc minutes at two metres, and 16 can be read (`block_text`)."""
    page = shows(OPEN, *size).splitlines()
    assert sum(1 for row in page if "█" in row) >= rows


def test_many_thousands_are_large_too():
    page = shows(PAGES["large"]).splitlines()
    assert sum(1 for row in page if "█" in row or "▀" in row) >= 3
    assert "49,000 of 50,000 cartons received" in "\n".join(page)


def test_what_is_missing_is_named_and_what_has_no_room_is_counted():
    assert "Still missing 34012345000000…:  4402 4419 4426 4433 4440" in shows(OPEN)
    few = shows(PAGES["full"])
    assert "more" in few
    assert "Still missing" in few
    assert "Still missing" not in shows(PAGES["complete"])


def test_codes_that_share_nothing_are_named_whole():
    page = shows(replace(OPEN, missing=2, missing_named=("PF1A2B3C", "340123450000004471")))
    assert "PF1A2B3C 340123450000004471" in page


def test_a_question_is_whole_with_the_keys_that_answer_it():
    page = shows(PAGES["asks"])
    assert "Close D-1042? 5 of 24 cartons are missing." in page
    assert "F12  yes" in page
    assert "F6  no" in page
    assert "F9" not in page
    assert "Close D-1042?" in shows(PAGES["asks"], 40, 3)


def test_the_keys_are_there_while_a_delivery_is_open():
    page = shows(OPEN)
    for key in ("F7  damaged", "F6  undo", "F9  close"):
        assert key in page
    assert "F7" not in shows(PAGES["none"])


def test_with_no_delivery_open_it_says_what_to_do_and_which_are_to_come():
    page = shows(PAGES["to_come"])
    assert "Scan or type the reference" in page
    assert "D-1042 (Acme Ltd)" in page
    assert "station delivery expect" in shows(PAGES["none"])


def test_every_line_is_on_one_of_its_pages():
    lines = tuple(ReceiveLine(f"CTN-{number:04}", "carton", "received", "", AT) for number in range(30))
    page = replace(OPEN, lines=lines)
    _, pages = receive_view(page, 80, 17, 0)
    assert pages > 1
    whole = "\n".join(shows(page, number=number) for number in range(pages))
    assert all(line.code in whole for line in lines)
