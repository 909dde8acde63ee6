"""The tiles fill their place exactly, whatever the slots say and however many there are."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from rich.cells import cell_len

from station.bench.protocol import SlotState
from station.screens.shown import Contact, Shown
from station.screens.slot_grid import grid, grid_height
from tests.station.screens import samples

KINDS = st.sampled_from(
    [
        state.slots[0]
        for state in (
            samples.READY,
            samples.COLLECTING,
            samples.JUDGING,
            samples.PASS,
            samples.FAIL,
            samples.REVIEW,
            samples.HELD,
            samples.ASKING,
            samples.DOING,
            samples.ABORTED,
            samples.ASKED_WHILE_READING,
        )
    ]
)
WORDS = st.sampled_from(["", "PF3K0A5X", "漢字の名前 長い", "é" * 200, samples.LONG[:200]])
SLOTS = st.lists(st.builds(lambda slot, words: replace(slot, serial=words, now=words), KINDS, WORDS), max_size=16)


@given(SLOTS, st.integers(20, 200), st.integers(4, 60), st.integers(1, 16))
def test_each_line_of_the_tiles_is_exactly_as_wide_as_the_screen(
    slots: list[SlotState], width: int, height: int, focus: int
) -> None:
    numbered = tuple(replace(slot, number=number) for number, slot in enumerate(slots, 1)) or (samples.slot(),)
    shown = Shown(state=samples.bench(*numbered), contact=Contact.LIVE, focus=focus)
    tall = grid_height(len(numbered), width, height)
    lines = grid(shown, width, tall)
    assert len(lines) == tall
    for line in lines:
        assert sum(cell_len(text) for text, _ in line) == width
