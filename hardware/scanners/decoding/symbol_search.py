"""Where in a row of grey values a Code 128 or Code 39 symbol may stand, and of how many characters.

What is known of a symbol before it is read is how it begins, how it ends and that it stands between light zones: its
start and stop patterns, blurred, are compared with the row at every size that the stretch between two light zones may
have. Nothing is read here.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np

from hardware.scanners.decoding.bar_blur import BLURS, MOST_BLOCKS, PER_MODULE, REACH, blur_of
from hardware.scanners.decoding.bar_patterns import KINDS, Array, Kind

__all__ = ["Candidate", "find_symbols"]

MOST_SPANS: Final = 5
WORTH_A_LOOK: Final = 1.2
"""Likeness under which a candidate is noise or text, and not looked at more closely."""


class Candidate(NamedTuple):
    """A place where a symbol may be: it begins at `begin` (samples) of the row, reversed where `reversed_`."""

    likeness: float
    reversed_: bool
    begin: float
    length: float
    kind: Kind
    blocks: int

    @property
    def module(self) -> float:
        """Width of a module in samples of the row."""
        return self.length / self.kind.modules(self.blocks)


class _Ends(NamedTuple):
    """Blurred start and stop patterns of unit length and no mean, with the places of their samples in modules from the
    symbol's begin and end."""

    starts: Array
    at_start: Array
    stop: Array
    at_stop: Array


@lru_cache(maxsize=8)
def _ends(kind: Kind) -> _Ends:
    blur, quiet, light, unknown = blur_of(*BLURS[0], kind), 3, -np.ones(3 + REACH), np.zeros(REACH)

    def row(*parts: Array, keep: int) -> Array:
        bars = np.concatenate(parts)
        impulses = np.zeros(len(bars) * PER_MODULE)
        impulses[::PER_MODULE] = bars
        # Every other sample is enough to tell where a symbol may be.
        return _unit(blur.blur(impulses)[REACH * PER_MODULE : (REACH + keep) * PER_MODULE : 2])

    size, stop = kind.size, len(kind.stop)
    starts = np.array([row(light, kind.patterns[start], unknown, keep=quiet + size) for start in kind.starts])
    stops = row(unknown, kind.stop, light, keep=stop + quiet)
    step = 2 / PER_MODULE
    return _Ends(
        starts.astype(np.float32),
        ((np.arange(starts.shape[1]) + 0.25) * step - quiet).astype(np.float32),
        stops.astype(np.float32),
        ((np.arange(len(stops)) + 0.25) * step - stop).astype(np.float32),
    )


def _unit(rows: Array) -> Array:
    middle = rows - rows.mean(-1, keepdims=True)
    return np.asarray(middle / np.sqrt(np.einsum("...i,...i->...", middle, middle) + 1e-6)[..., None])


def _at(row: Array, places: Array) -> Array:
    """The samples nearest to `places`; beyond its ends the row goes on as it ended."""
    return row.take(places.astype(np.int32), mode="clip")


def find_symbols(
    row: Array,
    scale: float,
    spans: Sequence[tuple[float, float]] | None = None,
    kinds: Sequence[Kind] = KINDS,
    most: int = 3,
) -> list[Candidate]:
    """Where a symbol may stand in `row` (dark is +1, light is -1), the most likely first.

    `scale` is samples for each pixel of the camera: a module has at least 0.9 pixels and at most 9. `spans` are the
    stretches that are looked at, where they are known.
    """
    stretches = np.array(_spans(row, scale) if spans is None else spans, dtype=np.float32)
    if not len(stretches):
        return []
    # Each span is read both ways: from begin to end, and from end to begin.
    first = np.concatenate([stretches[:, 0], stretches[:, 1]])[:, None, None]
    last = np.concatenate([stretches[:, 1], stretches[:, 0]])[:, None, None]
    found: list[Candidate] = []
    row = row.astype(np.float32)
    for kind in kinds:
        blocks = np.arange(3, MOST_BLOCKS)
        module = (last - first)[:, :, 0] / (blocks * kind.size + len(kind.stop))
        fits = (np.abs(module) > 0.9 * scale) & (np.abs(module) < 9 * scale)
        columns = fits.any(0)
        blocks, module, fits = blocks[columns], module[:, columns], fits[:, columns]
        if not len(blocks):
            continue
        ends = _ends(kind)
        head = _unit(_at(row, first + module[:, :, None].astype(np.float32) * ends.at_start)) @ ends.starts.T
        tail = _unit(_at(row, last + module[:, :, None].astype(np.float32) * ends.at_stop)) @ ends.stop
        likeness = np.where(fits, head.max(2) + tail, 0.0)
        for flat in np.argpartition(-likeness.ravel(), min(3, likeness.size - 1))[:4]:
            span, nth = divmod(int(flat), likeness.shape[1])
            reversed_ = span >= len(stretches)
            begin, end = (float(side) for side in stretches[span % len(stretches)])
            at = len(row) - end if reversed_ else begin
            found.append(Candidate(float(likeness[span, nth]), reversed_, at, end - begin, kind, int(blocks[nth])))
    found.sort(key=lambda one: -one.likeness)
    if not found or found[0].likeness < WORTH_A_LOOK:
        return found[:1]
    close = [one for one in found if one.likeness > found[0].likeness - 0.3]
    return sorted((_nudged(row, one) for one in close[: most + 1]), key=lambda one: -one.likeness)[:most]


def _nudged(row: Array, one: Candidate) -> Candidate:
    """The candidate with its ends moved by up to 1.2 modules to where start and stop fit best."""
    module, ends = one.module, _ends(one.kind)
    facing = row[::-1] if one.reversed_ else row
    shifts = np.arange(-6, 7) * 0.2 * module
    head = (_unit(_at(facing, one.begin + shifts[:, None] + module * ends.at_start)) @ ends.starts.T).max(1)
    end = one.begin + one.length
    tail = _unit(_at(facing, end + shifts[:, None] + module * ends.at_stop)) @ ends.stop
    begin = one.begin + shifts[head.argmax()]
    length = end + shifts[tail.argmax()] - begin
    return one._replace(likeness=float(head.max() + tail.max()), begin=float(begin), length=float(length))


def _spans(row: Array, scale: float) -> list[tuple[float, float]]:
    """Stretches between two long light runs; what is long depends on the symbol's size, so several are tried."""
    spans: list[tuple[float, float]] = []
    for threshold in (0.0, -0.4):
        dark = row > threshold
        edges = np.concatenate([[0], np.flatnonzero(dark[1:] != dark[:-1]) + 1, [len(row)]])
        if len(edges) < 6:
            continue
        widths, is_dark = np.diff(edges) / scale, dark[edges[:-1]]
        for longest in (6.0, 9.0, 13.0, 19.0, 28.0):
            breaks = np.flatnonzero(widths > np.where(is_dark, 5 * longest, longest))
            first, last = np.concatenate([[0], breaks + 1]), np.concatenate([breaks, [len(widths)]])
            lengths = edges[last] - edges[np.minimum(first, len(widths))]
            a, b = int(first[lengths.argmax()]), int(last[lengths.argmax()])
            if a < b and not is_dark[a]:
                a += 1
            if b > a and not is_dark[b - 1]:
                b -= 1
            if b - a < 7:
                continue
            span = float(edges[a]), float(edges[b])
            if all(abs(span[0] - x) + abs(span[1] - y) > 2 * scale for x, y in spans):
                spans.append(span)
    # The longest are the least probable to be a part of a symbol.
    return sorted(spans, key=lambda span: span[0] - span[1])[:MOST_SPANS]
