"""Solid block letters for what must be read at two metres: five pixels high, scaled, two pixels to a row.

Plain capitals are 13 arc minutes high at two metres on an 80x24 screen, and 16 is the least for reading; three rows
of solid blocks are 54. Textual's own `Digits` are hairlines and weak at that distance.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from station.screens.painting import Span

__all__ = ["block_rows", "block_width", "inked", "largest_scale"]

_HEIGHT: Final = 5

# Rows from the top, split by "/"; "#" is ink.
_FONT: Final = {
    "A": ".##./#..#/####/#..#/#..#",
    "B": "###./#..#/###./#..#/###.",
    "C": ".###/#.../#.../#.../.###",
    "D": "###./#..#/#..#/#..#/###.",
    "E": "####/#.../###./#.../####",
    "F": "####/#.../###./#.../#...",
    "G": ".###/#.../#.##/#..#/.###",
    "H": "#..#/#..#/####/#..#/#..#",
    "I": "###/.#./.#./.#./###",
    "J": "..##/...#/...#/#..#/.##.",
    "K": "#..#/#.#./##../#.#./#..#",
    "L": "#.../#.../#.../#.../####",
    "M": "#...#/##.##/#.#.#/#...#/#...#",
    "N": "#...#/##..#/#.#.#/#..##/#...#",
    "O": ".##./#..#/#..#/#..#/.##.",
    "P": "###./#..#/###./#.../#...",
    "Q": ".##./#..#/#..#/#.##/.###",
    "R": "###./#..#/###./#.#./#..#",
    "S": ".###/#.../.##./...#/###.",
    "T": "####/.##./.##./.##./.##.",
    "U": "#..#/#..#/#..#/#..#/.##.",
    "V": "#...#/#...#/#...#/.#.#./..#..",
    "W": "#...#/#...#/#.#.#/##.##/#...#",
    "X": "#..#/#..#/.##./#..#/#..#",
    "Z": "####/...#/.##./#.../####",
    "Y": "#..#/#..#/.##./.##./.##.",
    "0": ".###./#..##/#.#.#/##..#/.###.",  # no O
    "1": ".#./##./.#./.#./###",
    "2": "###./...#/.##./#.../####",
    "3": "###./...#/.##./...#/###.",
    "4": "#..#/#..#/####/...#/...#",
    "5": "####/#.../###./...#/###.",
    "6": ".##./#.../###./#..#/.##.",
    "7": "####/...#/..#./.#../.#..",
    "8": ".##./#..#/.##./#..#/.##.",
    "9": ".##./#..#/.###/...#/.##.",
    "%": "##..#/##.#./..#../.#.##/#..##",
    "✔": "......#/.....##/#...##./##.##../.###...",
    "✖": "##.##/.###./..#../.###./##.##",
    "?": "###./...#/.##./..../.##.",
    "!": "##/##/##/../##",
    "■": "..../####/####/####/....",
    "▶": "##.../####./#####/####./##...",
    "◆": "..#../.###./#####/.###./..#..",
    "‖": "##.##/##.##/##.##/##.##/##.##",
    "▲": "..#../.###./.###./#####/#####",
    "⊘": ".####./#..###/#.##.#/###..#/.####.",
    "-": ".../.../###/.../...",
    " ": "././././.",
}


@lru_cache(maxsize=256)
def block_width(text: str, scale: int = 1) -> int:
    """Columns that `text` takes."""
    return sum(len(_FONT[letter].split("/")[0]) + 1 for letter in text) * scale - scale


def largest_scale(text: str, width: int, rows: int) -> int:
    """The largest scale at which `text` fits in so many columns and rows; 0 if none does, or if a letter is unknown."""
    if not text or any(letter not in _FONT for letter in text):
        return 0
    return max(0, min(width // block_width(text), 2 * rows // _HEIGHT))


@lru_cache(maxsize=256)
def block_rows(text: str, scale: int = 1) -> tuple[str, ...]:
    """`text` as rows of " ", "█", "▀" and "▄"."""
    pixels = [_pixel_row(text, row // scale, scale) for row in range(_HEIGHT * scale)]
    if len(pixels) % 2:
        pixels.append("." * len(pixels[0]))
    return tuple(
        "".join(_CELL[pair] for pair in zip(upper, lower, strict=True))
        for upper, lower in zip(pixels[::2], pixels[1::2], strict=True)
    )


@lru_cache(maxsize=1024)
def inked(row: str, block: str) -> tuple[Span, ...]:
    """A row of block letters; full pixels have ink behind them too, so that no font leaves gaps."""
    spans: list[Span] = []
    for cell in row:
        span: Span = (cell, f"{block}-ink" if cell == "█" else block)
        if spans and spans[-1][1] == span[1]:
            spans[-1] = (spans[-1][0] + span[0], span[1])
        else:
            spans.append(span)
    return tuple(spans)


_CELL: Final = {("#", "#"): "█", ("#", "."): "▀", (".", "#"): "▄", (".", "."): " "}


def _pixel_row(text: str, row: int, scale: int) -> str:
    letters = ".".join(_FONT[letter].split("/")[row] for letter in text)
    return "".join(pixel * scale for pixel in letters)
