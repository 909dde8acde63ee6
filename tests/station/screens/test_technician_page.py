"""`docs/technician.md` says what the screen does."""

from pathlib import Path

import pytest

from hardware.scanners.wording import BROKEN_SCAN
from station.screens import wording
from station.screens.keymap import KEYS
from station.screens.sounds import BELLS
from station.screens.theme import ABORTED, VERDICTS


@pytest.fixture
def page(project: Path) -> str:
    return (project / "docs" / "technician.md").read_text(encoding="utf-8")


def test_every_word_of_a_verdict_is_explained(page):
    for look in (*VERDICTS.values(), ABORTED):
        assert f"`{look.glyph} {look.word}`" in page


def test_every_key_is_explained(page):
    names = {"escape": "Esc", "down": "↓", "up": "↑", "home": "Home", "end": "End"}
    silent = {"pageup", "pagedown", "ctrl+c", "ctrl+q"}
    for key in KEYS.keys() - silent:
        assert names.get(key, key.upper()) in page


def test_every_sound_is_in_the_table(page):
    table = page.split("## Sounds")[1].split("Each of them")[0]
    assert table.count("\n| ") - 1 == len(BELLS)


def test_the_sentences_it_quotes_are_said(page):
    assert f"**{BROKEN_SCAN}**" in page
    assert "**The bench engine is away.**" in page
    assert wording.LOST.startswith("The bench engine is away.")
