"""The 1-D codes of one region: upright, averaged along the bars, read by three decoders that do not know each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import cv2
import numpy as np
from msgspec.structs import replace
from zxingcpp import BarcodeFormat as Format

from hardware.scanners.decoding.bar_patterns import CODE_39, CODE_128, Array
from hardware.scanners.decoding.blurred_bars import BlurredRead, read_blurred
from hardware.scanners.decoding.engines import LINEAR, mapped, read_zbar, read_zxing
from hardware.scanners.decoding.regions import Bars, Field, Gray, Matrix
from hardware.scanners.decoding.straight import Run, Straight, contrasted, runs_of, stacked, straighten
from hardware.scanners.decoding.symbol_search import Candidate, find_symbols
from hardware.scanners.decoding.symbols import Symbol
from hardware.scanners.scanner import Code

__all__ = ["Strip", "look", "read_again", "read_strip", "second_opinion", "seconded"]

MOST_RUNS: Final = 5
"""Runs of one region that are looked at: a label has seven codes at most, one above the other only some of them."""
LIGHTEST: Final = 0.1
"""Weight of a run against the heaviest of its region: lines of text have less, the least of three codes a third."""
UNEVEN: Final = 0.15
"""How much the strips of a run differ, against the contrast of its bars, where something lies on it."""
WASHED_OUT: Final = 245.0
FAINTEST: Final = 0.08
"""Contrast of bars that glare has washed out, against that of the others."""
AROUND_SYMBOL: Final = 30
"""Pixels: the quiet zone of a symbol with modules of 3 pixels."""
SECONDED: Final = (Format.ITF, Format.EAN8, Format.UPCE)
"""Symbologies that `plausible` does not believe of one witness, and that neither the model nor zbar is asked for."""
CHECKED: Final = tuple(one for one in LINEAR if one != Format.Code39Std)
"""Symbologies that are read in single strips: of scratched Code 39, which has no check, zxing-cpp read a wrong text."""
PROMISING: Final = 1.6
"""Likeness from which on a candidate is worth more work."""


@dataclass(frozen=True, eq=False)
class Strip:
    """One run of a region, and where symbols may stand in it, which is looked for when it is asked."""

    straight: Straight
    run: Run

    @cached_property
    def sought(self) -> tuple[Array, list[Candidate]]:
        """The averaged row as darkness, and the candidates in it."""
        return _candidates(self.run.strips.mean(0), self.straight.scale)

    @property
    def darkness(self) -> Array:
        """The averaged row: +1 is a bar, -1 a space, of a label in reverse video as well."""
        return self.sought[0]

    @property
    def candidates(self) -> list[Candidate]:
        """The likeliest first."""
        return self.sought[1]

    @property
    def likeness(self) -> float:
        """How much the likeliest candidate looks like a symbol: 2 at most, of noise and text up to 1.76."""
        return self.candidates[0].likeness if self.candidates else 0.0

    @cached_property
    def glared(self) -> bool:
        """Whether a good part of it is as light as the camera can see."""
        return float((self.run.strips > WASHED_OUT).mean()) > 0.1


def look(gray: Gray, bars: Bars, most: int = MOST_RUNS) -> list[Strip]:
    """The runs of one region, the tallest and strongest first."""
    if most <= 0:
        return []
    straight = straighten(gray, bars)
    runs = sorted(runs_of(straight), key=lambda run: -run.weight)[: min(most, MOST_RUNS)]
    return [Strip(straight, run) for run in runs if run.weight >= LIGHTEST * runs[0].weight]


def _candidates(values: Field, scale: float, least: float = 0.3) -> tuple[Array, list[Candidate]]:
    darkness = contrasted(values, scale, least)
    candidates = find_symbols(darkness, scale)
    if not candidates or candidates[0].likeness < PROMISING:
        # Reverse video: light bars on dark.
        reverse = find_symbols(-darkness, scale)
        if reverse and reverse[0].likeness > max(PROMISING, candidates[0].likeness if candidates else 0.0):
            return -darkness, reverse
    return darkness, candidates


def read_strip(strip: Strip) -> list[Symbol]:
    """The symbols of one run, of dark bars on light or of light ones on dark: sharp bars by zxing-cpp, which others
    confirm or contradict; blurred ones by the model."""
    rows = stacked(strip.run.strips)
    for reverse in (False, True):
        sharp = _sharp(strip, 255 - rows if reverse else rows)
        if sharp:
            return [*sharp, *_seconded(strip, sharp, reverse), *_confirmed(strip, sharp, reverse)]
    read = read_blurred(strip.darkness, strip.candidates) if strip.likeness >= PROMISING else None
    return [] if read is None else [_symbol(strip, read, "model")]


def _sharp(strip: Strip, rows: Gray) -> list[Symbol]:
    found = read_zxing(rows, "region", LINEAR, any_direction=False, smaller_too=False)
    return [replace(one, corners=_placed(strip, one.corners[0][0], one.corners[1][0])) for one in found]


def _sharp_in_rows(strip: Strip, formats: Sequence[Format], *, reverse: bool = False) -> list[Symbol]:
    """What zxing-cpp reads in the strips each for itself, where a symbol may be above another one."""
    rows, to_frame = _rows(strip)
    rows = 255 - rows if reverse else rows
    return read_zxing(rows, "rows", formats, to_frame, any_direction=False, smaller_too=False, one_threshold=True)


def _seconded(strip: Strip, sharp: list[Symbol], reverse: bool) -> list[Symbol]:
    """What is read once more, in other rows and by another threshold, where one witness is not enough."""
    short = [format_ for format_ in SECONDED if any(one.format == format_.name for one in sharp)]
    return _sharp_in_rows(strip, short, reverse=reverse) if short else []


def seconded(gray: Gray, found: Sequence[Symbol]) -> list[Symbol]:
    """What was `found` in the whole picture and is not believed of one witness, read once more: enlarged, by another
    threshold."""
    again: list[Symbol] = []
    for format_ in SECONDED:
        for one in found:
            if one.format == format_.name:
                corners = np.array(one.corners)
                left, top = (max(0, int(side) - AROUND_SYMBOL) for side in corners.min(0))
                right, bottom = (max(0, int(side) + AROUND_SYMBOL) for side in corners.max(0))
                part = gray[top:bottom, left:right]
                if part.size:
                    large = np.asarray(
                        cv2.resize(part, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), dtype=np.uint8
                    )
                    to_frame = np.array([[0.5, 0, left], [0, 0.5, top], [0, 0, 1]])
                    again += read_zxing(large, "enlarged", (format_,), to_frame, inverted_too=True, one_threshold=True)
    return again


def _confirmed(strip: Strip, sharp: list[Symbol], reverse: bool) -> list[Symbol]:
    """What the model of blurred bars reads where zxing-cpp has read: the same, nothing, or a text that denies it."""
    scale = strip.straight.scale
    darkness = contrasted(strip.run.strips.mean(0), scale) * (-1 if reverse else 1)
    symbols = []
    to_strip = np.asarray(np.linalg.inv(strip.straight.to_frame), dtype=np.float64)
    for one in sharp:
        kinds = {"Code128": (CODE_128,), "Code39": CODE_39}.get(one.format)
        if kinds is None:
            continue
        begin, end = sorted(corner[0] for corner in mapped(one.corners, to_strip)[:2])
        read = read_blurred(darkness, find_symbols(darkness, scale, [(begin, end)], kinds), thorough=False)
        if read is not None:
            symbols.append(_symbol(strip, read, "model"))
    return symbols


def read_again(strip: Strip) -> list[Symbol]:
    """A run that nothing was read in, once more: its strips each for itself (what lies on the label spoils some of them
    only), then each column at its darkest (glare hides bars in some rows only), then at its lightest (so does something
    dark that lies across)."""
    found = _sharp_in_rows(strip, CHECKED)
    if found:
        return found
    darkest, lightest = strip.run.strips.min(0), strip.run.strips.max(0)
    contrast = float(np.ptp(strip.run.strips.mean(0)))
    if len(strip.run.strips) < 3 or float((lightest - darkest).mean()) < UNEVEN * contrast:
        return []
    for way, stage in ((darkest, "model under glare"), (lightest, "model under shade")):
        darkness, candidates = _candidates(way, strip.straight.scale, FAINTEST)
        read = read_blurred(darkness, candidates)
        if read is not None:
            return [_symbol(strip, read, stage)]
    return []


def second_opinion(strip: Strip) -> list[Symbol]:
    """What zbar reads in the run, which is small and upright: where it is costly is the whole picture.

    zbar believes a single line, and what two lines have in common has been a wrong text: it is asked for the averaged
    strips and for the rows as the camera saw them, and tells one symbol for each, which `plausible` counts.
    """
    averaged, to_frame = _rows(strip)
    found = read_zbar(averaged, "region", to_frame)
    if not found:
        return []
    top = strip.run.top
    single = np.array([[1.0, 0, 0], [0, 1, top], [0, 0, 1]])
    rows = np.ascontiguousarray(strip.straight.image[top : strip.run.bottom])
    return [*found, *read_zbar(rows, "rows", strip.straight.to_frame @ single)]


def _rows(strip: Strip) -> tuple[Gray, Matrix]:
    """The strips of a run, stretched to full contrast, two rows each, and the matrix that takes them to the whole
    picture: a sixth of the pixels, without most of the noise, for decoders that want two lines to agree."""
    strips, top = strip.run.strips, strip.run.top
    low, high = (float(value) for value in np.percentile(strips, (2, 98)))
    image = np.asarray(np.clip((strips - low) * (255 / max(high - low, 1.0)), 0, 255), dtype=np.uint8)
    tall = (strip.run.bottom - top) / (2 * len(strips))
    to_straight = np.array([[1.0, 0, 0], [0, tall, top], [0, 0, 1]])
    return np.asarray(np.repeat(image, 2, axis=0)), strip.straight.to_frame @ to_straight


def _symbol(strip: Strip, read: BlurredRead, stage: str) -> Symbol:
    corners = _placed(strip, read.begin, read.end)
    return Symbol(Code(read.text, read.symbology), read.format, True, corners, (stage,))


def _placed(
    strip: Strip, begin: float, end: float
) -> tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]:
    """Corners in the whole picture of a symbol between two columns; reading leftwards it stands on its head."""
    top, bottom = (strip.run.top, strip.run.bottom) if begin <= end else (strip.run.bottom, strip.run.top)
    return mapped([(begin, top), (end, top), (end, bottom), (begin, bottom)], strip.straight.to_frame)
