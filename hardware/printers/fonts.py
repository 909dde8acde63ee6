"""Letters: the font, and making a text fit its place.

Debian's DejaVu where it is installed, else the font that Pillow carries, so that a machine with no fonts prints too. A
letter that the font does not have is drawn as its empty box, and nothing fails.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PIL import ImageFont

__all__ = ["DEJAVU", "Fonts", "line_span"]

DEJAVU: Final = Path("/usr/share/fonts/truetype/dejavu")
"""Where Debian's package fonts-dejavu-core puts it."""

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


class Fonts:
    """The letters of one drawing; each size is loaded once. Where `folder` has no DejaVu, Pillow's own font is used."""

    def __init__(self, folder: Path = DEJAVU) -> None:
        self._folder = folder
        self._loaded: dict[tuple[int, bool], Font] = {}

    def of(self, dots: int, bold: bool) -> Font:
        """The font whose em is this many dots high."""
        key = (max(1, dots), bold)
        if key not in self._loaded:
            self._loaded[key] = self._load(*key)
        return self._loaded[key]

    def _load(self, dots: int, bold: bool) -> Font:
        path = self._folder / ("DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf")
        try:
            # The basic engine: the same picture whether or not a shaping library is installed.
            return ImageFont.truetype(str(path), dots, layout_engine=ImageFont.Layout.BASIC)
        except OSError:
            return ImageFont.load_default(dots)

    def fit(
        self, text: str, width: int, height: int, largest: int, smallest: int, lines: int, bold: bool
    ) -> tuple[Font, tuple[str, ...], bool]:
        """The font, the lines in which `text` stands within `width` x `height` dots, and whether that is all of it.

        As large as it goes from `largest` down to `smallest`; at the smallest its end is cut with "…". Words are broken
        where one alone is wider than the place.
        """
        for dots in range(largest, smallest, -1):
            font = self.of(dots, bold)
            broken = _broken(text, font, width, lines + 1)
            if len(broken) <= lines and line_span(font)[1] * len(broken) <= height:
                return font, broken, True
        font = self.of(smallest, bold)
        broken = _broken(text, font, width, lines + 1)
        kept = broken[: max(1, min(lines, height // line_span(font)[1]))]
        if len(broken) > len(kept):
            return font, (*kept[:-1], _ellipsis(kept[-1], font, width)), False
        return font, kept, True


def line_span(font: Font) -> tuple[int, int]:
    """Where a line's highest letter begins below its origin, and the dots from one line to the next."""
    _, top, _, bottom = font.getbbox("Ég")
    return int(top), max(1, int(bottom - top) + 1)


def _broken(text: str, font: Font, width: int, most: int) -> tuple[str, ...]:
    """The text in lines no wider than `width`; never more than `most` of them, the rest is left out."""
    lines: list[str] = []
    line = ""
    words = text.split()
    while words and len(lines) < most:
        word = words.pop(0)
        longer = f"{line} {word}" if line else word
        if font.getlength(longer) <= width:
            line = longer
        elif line:
            lines.append(line)
            line = ""
            words.insert(0, word)
        else:
            cut = _longest_beginning(word, font, width)
            lines.append(word[:cut])
            if word[cut:]:
                words.insert(0, word[cut:])
    if line and len(lines) < most:
        lines.append(line)
    return tuple(lines)


def _longest_beginning(word: str, font: Font, width: int) -> int:
    """How many letters of the word fit; at least one, so that every loop over words ends."""
    low, high = 1, len(word)
    while low < high:
        middle = (low + high + 1) // 2
        if font.getlength(word[:middle]) <= width:
            low = middle
        else:
            high = middle - 1
    return low


def _ellipsis(line: str, font: Font, width: int) -> str:
    while line and font.getlength(f"{line}…") > width:
        line = line[:-1]
    return f"{line.rstrip()}…"
