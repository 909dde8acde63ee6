"""The 1-D codes of one region: upright, averaged along the bars, read by three decoders that do not know each other."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from msgspec.structs import replace

from hardware.scanners.decoding.bar_patterns import CODE_39, CODE_128, Array
from hardware.scanners.decoding.blurred_bars import BlurredRead, read_blurred
from hardware.scanners.decoding.engines import LINEAR, mapped, read_zbar, read_zxing
from hardware.scanners.decoding.regions import Bars, Field, Gray
from hardware.scanners.decoding.straight import Run, Straight, contrasted, runs_of, stacked, straighten
from hardware.scanners.decoding.symbol_search import Candidate, find_symbols
from hardware.scanners.decoding.symbols import Symbol
from hardware.scanners.scanner import Code

__all__ = ["Strip", "look", "read_again", "read_strip", "second_opinion"]

MOST_RUNS: Final = 5
"""Runs of one region that are looked at: a label has seven codes at most, one above the other only some of them."""
LIGHTEST: Final = 0.1
"""Weight of a run against the heaviest of its region: lines of text have less, the least of three codes a third."""
UNEVEN: Final = 0.15
"""How much the strips of a run differ, against the contrast of its bars, where something lies on it."""
WASHED_OUT: Final = 245.0
FAINTEST: Final = 0.08
"""Contrast of bars that glare has washed out, against that of the others."""
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
    """The symbols of one run: sharp bars by zxing-cpp, which the model confirms or contradicts; others by the model."""
    rows = stacked(strip.run.strips)
    sharp = _sharp(strip, rows)
    if sharp:
        return [*sharp, *_confirmed(strip, sharp)]
    read = read_blurred(strip.darkness, strip.candidates) if strip.likeness >= PROMISING else None
    if read is not None:
        return [_symbol(strip, read, "model")]
    return _sharp(strip, 255 - rows) if strip.likeness < PROMISING else []


def _sharp(strip: Strip, rows: Gray) -> list[Symbol]:
    found = read_zxing(rows, "region", LINEAR, any_direction=False, smaller_too=False)
    return [replace(one, corners=_placed(strip, one.corners[0][0], one.corners[1][0])) for one in found]


def _confirmed(strip: Strip, sharp: list[Symbol]) -> list[Symbol]:
    """What the model of blurred bars reads where zxing-cpp has read: the same, nothing, or a text that denies it."""
    scale = strip.straight.scale
    darkness = contrasted(strip.run.strips.mean(0), scale)
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
    """A run that nothing was read in, once more: each column at its darkest (glare hides bars in some rows only), then
    at its lightest (so does something dark that lies across)."""
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
    """What zbar reads in the run, which is small and upright: where it is costly is the whole picture."""
    strips = strip.run.strips
    low, high = (float(value) for value in np.percentile(strips, (2, 98)))
    # Strips, not rows: they are averages, a sixth as many, and zbar looks along the columns as well.
    image = np.asarray(np.clip((strips - low) * (255 / max(high - low, 1.0)), 0, 255), dtype=np.uint8)
    tall = (strip.run.bottom - strip.run.top) / (2 * len(strips))
    to_straight = np.array([[1.0, 0, 0], [0, tall, strip.run.top], [0, 0, 1]])
    return read_zbar(np.repeat(image, 2, axis=0), "region", strip.straight.to_frame @ to_straight)


def _symbol(strip: Strip, read: BlurredRead, stage: str) -> Symbol:
    corners = _placed(strip, read.begin, read.end)
    return Symbol(Code(read.text, read.symbology), read.format, True, corners, (stage,))


def _placed(
    strip: Strip, begin: float, end: float
) -> tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]:
    """Corners in the whole picture of a symbol between two columns; reading leftwards it stands on its head."""
    top, bottom = (strip.run.top, strip.run.bottom) if begin <= end else (strip.run.bottom, strip.run.top)
    return mapped([(begin, top), (end, top), (end, bottom), (begin, bottom)], strip.straight.to_frame)
