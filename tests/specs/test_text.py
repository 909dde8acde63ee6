"""Outside text is made safe once, and never makes anything raise."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs.text import LONGEST_TEXT, clean, is_clean

# Every code point, lone surrogates included.
anything = st.text(st.characters(codec=None), max_size=400)


@given(anything, st.integers(1, 300))
def test_cleaning_twice_changes_nothing_more(text: str, longest: int):
    once = clean(text, longest)
    assert clean(once, longest) == once
    assert is_clean(once, longest)


@given(anything, st.integers(1, 300))
def test_cleaned_text_is_never_longer_than_asked_for(text: str, longest: int):
    assert len(clean(text, longest)) <= longest


@given(anything)
def test_cleaned_text_never_holds_what_a_terminal_or_a_reader_can_be_tricked_with(text: str):
    cleaned = clean(text)
    assert not {unicodedata.category(character) for character in cleaned} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert cleaned.encode().decode() == cleaned
    assert "\n" not in cleaned
    assert cleaned == cleaned.strip()


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("\x1b[31mDell\x07", "[31mDell"),
        ("\u202eevil\u2066", "evil"),
        ("a\tb\r\nc", "a b c"),
        ("  two   blanks ", "two blanks"),
        ("no\u00a0break", "no break"),
        ("zero\u200bwidth", "zerowidth"),
        ("sd\udcff", "sd"),
        ("[bold]kept[/bold]", "[bold]kept[/bold]"),
        ("", ""),
    ],
)
def test_what_can_be_honest_stays_and_what_cannot_goes(raw: str, expected: str):
    assert clean(raw) == expected


def test_a_cut_text_says_that_it_was_cut():
    assert clean("x" * 300) == "x" * (LONGEST_TEXT - 1) + "…"
    assert clean("\x00" * 5000 + "x").endswith("…")


def test_a_text_of_four_mebibytes_costs_no_more_than_a_name():
    started = time.perf_counter()
    clean("x" * 4 * 2**20)
    assert time.perf_counter() - started < 0.5


@pytest.mark.parametrize("trick", ["PF1A2B3C\x1c", "\x1dPF1A2B3C", "PF1A\x00", "PF1A\u2028", "\u200bPF1A"])
def test_a_control_character_at_the_edge_is_no_blank(trick: str):
    assert not is_clean(trick)


def test_blanks_around_a_clean_text_do_no_harm():
    assert is_clean(" PF1A2B3C\r\n")
