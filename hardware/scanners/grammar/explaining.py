"""A label's reading in words: every code, what it was taken for and why, and which one is the serial number."""

from __future__ import annotations

from hardware.scanners.grammar import wording
from hardware.scanners.grammar.meaning import LabelReading
from hardware.scanners.grammar.shapes import shown
from hardware.scanners.grammar.symbologies import symbology_words

__all__ = ["explain"]


def explain(reading: LabelReading) -> list[str]:
    """Lines for a person, clean and short enough for a screen; secrets are not in them."""
    lines = []
    for place, code in enumerate(reading.codes if reading.meanings else ()):
        lines.append(wording.code_line(place + 1, symbology_words(code.symbology), code.symbology, shown(code.text)))
        for number, meaning in enumerate(reading.meanings):
            if meaning.code == place:
                lines.append(wording.meaning_line(meaning, chosen=number == reading.chosen))
    if reading.chosen is not None:
        chosen = reading.meanings[reading.chosen]
        lines.append(wording.chosen_line(reading.serial, chosen.code + 1, chosen.why))
    else:
        lines.append(reading.sentence)
    return lines
