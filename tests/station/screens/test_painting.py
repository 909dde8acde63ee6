"""What is told by a short cut is what the long way tells."""

from hypothesis import given
from hypothesis import strategies as st
from rich import cells

from station.screens.block_text import block_rows, block_width, inked, largest_scale
from station.screens.painting import cell_len, fit, line_width, shorten, wrap
from station.screens.theme import VERDICTS

SHOWN = st.text(st.characters(exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")), max_size=60)
LETTERS = st.text(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789%?- "), min_size=1, max_size=12)


@given(SHOWN)
def test_a_text_takes_the_cells_that_a_terminal_gives_it(text: str) -> None:
    assert cell_len(text) == cells.cell_len(text)


@given(st.lists(st.tuples(SHOWN, st.sampled_from(["plain", "dim"])), max_size=6), st.integers(0, 60))
def test_a_line_is_exactly_as_wide_as_asked_for(line: list[tuple[str, str]], width: int) -> None:
    assert sum(cells.cell_len(text) for text, _ in fit(line, width, "plain")) == width
    assert line_width(fit(line, width, "plain")) == width


@given(SHOWN, st.integers(1, 60))
def test_a_shortened_text_fits_and_a_wrapped_one_too(text: str, width: int) -> None:
    assert cells.cell_len(shorten(text, width)) <= width
    assert all(cells.cell_len(row) <= max(4, width) for row in wrap(text, width))


@given(LETTERS, st.integers(1, 3))
def test_block_letters_are_as_wide_as_they_are_said_to_be(text: str, scale: int) -> None:
    rows = block_rows(text, scale)
    assert {len(row) for row in rows} == {block_width(text, scale)}
    assert largest_scale(text, block_width(text, scale), len(rows)) == scale


@given(LETTERS, st.sampled_from([look.block for look in VERDICTS.values()]))
def test_ink_stands_behind_the_full_pixels_and_nowhere_else(text: str, block: str) -> None:
    for row in block_rows(text):
        spans = inked(row, block)
        assert "".join(span for span, _ in spans) == row
        cell_styles = [name for span, name in spans for _ in span]
        assert cell_styles == [f"{block}-ink" if cell == "█" else block for cell in row]
