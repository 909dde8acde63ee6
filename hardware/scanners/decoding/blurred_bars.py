"""Reads Code 128 and Code 39 from a row of grey values that is too blurred for edges to be found in it.

A decoder that looks for edges fails where the blur is as wide as a bar. Here the printed bars are guessed and blurred,
and the guess that explains the grey values best is the reading:

1. `find_symbols`: where a symbol may stand, of how many characters: its start and stop patterns are known.
2. A Wiener filter gives each module's most probable value with its covariance; each character is the pattern nearest
   to it under that covariance.
3. The chosen bars are blurred and compared; grid (shift, scale, bend), contrast and ink spread are fitted, and the
   characters are chosen again with their neighbours known, until nothing changes.

`margin` says how much better the chosen row is than the next best, in units of log likelihood for the character that
is least sure. On 282 frames of ../shared/labels and on 1,000 and more generated ones right readings have margins of 5
to 4,000, and wrong ones with a right check character at most 2: `LEAST_MARGIN` stands between. Code 39 has no check
character, so more is asked of it. Pure: grey values in, text out.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np

from hardware.scanners.decoding.bar_patterns import CODE_128, KINDS, Array, Kind, text_of

__all__ = ["BlurredRead", "Candidate", "find_symbols", "read_blurred"]

PER_MODULE: Final = 4
"""Samples of the grid in each module."""
AROUND: Final = 8
"""Modules of quiet zone on each side that are part of the fit."""
REACH: Final = 10
"""Modules over which one module's blur is felt, on each side."""
MOST_BLOCKS: Final = 45
"""Characters of the longest symbol looked for: a GS1-128 has 48 at most, and no label comes near it."""
MOST_SPANS: Final = 5
NOISE: Final = 0.05
"""What the Wiener filter takes the noise's power for, against the bars' 1."""

# Blur as (Gaussian sigma, width of motion), in modules; the first reads nine of ten that can be read.
BLURS: Final = ((0.6, 0.0), (0.85, 0.0), (0.35, 0.0), (1.05, 0.0))
BENDS: Final = (-0.5, 0.5, -1.0, 1.0)
"""Modules by which the middle of a symbol in perspective may stand away from an even grid."""
LEAST_LIKENESS: Final = 1.75
"""Start and stop together, correlations of which each is 1 at most. Right readings have 1.79 and more."""
WORTH_A_LOOK: Final = 1.2
"""Likeness under which a candidate is noise or text, and not looked at more closely."""
LEAST_MARGIN: Final = 6.0
LEAST_MARGIN_39: Final = 25.0
MOST_RESIDUAL: Final = 0.12
"""Mean square of what the bars leave unexplained, against a contrast of 1. Of noise it is 0.2 and more."""
MOST_RESIDUAL_39: Final = 0.08
HOPELESS: Final = 0.2
"""Residual after three tries from which on the rest is not tried: it is no symbol, or one of another length."""


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


class BlurredRead(NamedTuple):
    """A symbol that was read: from sample `begin` to `end` of the row, in its reading direction."""

    text: str
    symbology: str
    format: str
    begin: float
    end: float
    margin: float


class _Fit(NamedTuple):
    residual: float
    margin: float
    blocks: list[int]


class _Blur:
    """What a blur does to modules, worked out once: a module's trace, and the nearest-pattern rule of a kind."""

    def __init__(self, sigma: float, width: float, kind: Kind) -> None:
        size, count = kind.size, 64 * PER_MODULE
        box = np.zeros(count)
        box[count // 2 : count // 2 + PER_MODULE] = 1
        f = np.fft.rfftfreq(count) * PER_MODULE
        spectrum = np.fft.rfft(box) * np.exp(-2 * (np.pi * sigma * f) ** 2) * np.sinc(width * f)
        trace = np.fft.irfft(spectrum, count)
        self.trace = trace[count // 2 - REACH * PER_MODULE : count // 2 + (REACH + 1) * PER_MODULE]
        overlap = np.correlate(self.trace, self.trace, "full")[len(self.trace) - 1 :: PER_MODULE][: 2 * REACH + 1]
        self.overlap_both = np.concatenate([overlap[:0:-1], overlap])
        self.span = 1 << (kind.modules(MOST_BLOCKS) + 2 * AROUND + 2 * REACH).bit_length()
        ring = np.zeros(self.span)
        ring[: len(overlap)] = overlap
        ring[-len(overlap) + 1 :] = overlap[1:][::-1]
        self.power = np.fft.rfft(ring).real + NOISE
        lag = np.abs(np.arange(size)[:, None] - np.arange(size))
        covariance = np.fft.irfft(NOISE / self.power, self.span)[lag] + 1e-4 * np.eye(size)
        self.whiten = np.linalg.cholesky(np.linalg.inv(covariance))
        self.white_patterns = (kind.patterns @ self.whiten).T * 2
        self.white_lengths = ((kind.patterns @ self.whiten) ** 2).sum(1)
        padded = np.concatenate([overlap, np.zeros(max(0, size - len(overlap)))])
        self.gram = padded[lag]
        self.pattern_energy = np.einsum("pi,ij,pj->p", kind.patterns, self.gram, kind.patterns)

    def project(self, row: Array, modules: int) -> Array:
        """For each module how much of its trace is in the row."""
        padded = np.pad(row, (REACH * PER_MODULE, REACH * PER_MODULE + PER_MODULE))
        return np.correlate(padded, self.trace, "valid")[::PER_MODULE][:modules]

    def blur(self, impulses: Array, late: int = 0) -> Array:
        """The row that impulses, one sample each, leave; `late` moves it by so many samples."""
        begin = REACH * PER_MODULE - late
        return np.convolve(impulses, self.trace)[begin : begin + len(impulses)]


@lru_cache(maxsize=32)
def _blur(sigma: float, width: float, kind: Kind) -> _Blur:
    return _Blur(sigma, width, kind)


class _Ends(NamedTuple):
    """Blurred start and stop patterns of unit length and no mean, with the places of their samples in modules from the
    symbol's begin and end."""

    starts: Array
    at_start: Array
    stop: Array
    at_stop: Array


@lru_cache(maxsize=8)
def _ends(kind: Kind) -> _Ends:
    blur, quiet, light, unknown = _blur(*BLURS[0], kind), 3, -np.ones(3 + REACH), np.zeros(REACH)

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


def find_symbols(row: Array, scale: float, most: int = 3) -> list[Candidate]:
    """Where a symbol may stand in `row` (dark is +1, light is -1), the most likely first.

    `scale` is samples for each pixel of the camera: a module has at least 0.9 pixels and at most 9.
    """
    spans = np.array(_spans(row, scale), dtype=np.float32)
    if not len(spans):
        return []
    # Each span is read both ways: from begin to end, and from end to begin.
    first = np.concatenate([spans[:, 0], spans[:, 1]])[:, None, None]
    last = np.concatenate([spans[:, 1], spans[:, 0]])[:, None, None]
    found: list[Candidate] = []
    row = row.astype(np.float32)
    for kind in KINDS:
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
            reversed_ = span >= len(spans)
            begin, end = (float(side) for side in spans[span % len(spans)])
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


def read_blurred(row: Array, candidates: list[Candidate]) -> BlurredRead | None:
    """The symbol in `row` (dark is +1, light is -1) at the likeliest of `candidates`, or None. Never a guess."""
    for place, one in enumerate(candidates[:2]):
        if one.likeness < LEAST_LIKENESS or (place and one.likeness < candidates[0].likeness - 0.04):
            return None
        facing = row[::-1] if one.reversed_ else row
        tries = [(BLURS[0], 0.0)]
        if not place:
            bends = sorted(BENDS, key=lambda bend: _first_residual(facing, one, bend))
            tries += [(BLURS[0], bends[0]), (BLURS[1], 0.0), (BLURS[0], bends[1]), (BLURS[2], 0.0), (BLURS[3], 0.0)]
        nearest = HOPELESS
        for nth, (blur, bend) in enumerate(tries):
            fit = _fit(facing, one, blur, bend, rounds=4)
            nearest = min(nearest, fit.residual)
            if nth == 2 and nearest >= HOPELESS:
                break
            told = text_of(one.kind, fit.blocks)
            if told is None or not told.text or not _sure(one.kind, fit):
                continue
            begin, end = one.begin, one.begin + one.length
            if one.reversed_:
                begin, end = len(row) - begin, len(row) - end
            name = one.kind.name.split()[0]
            return BlurredRead(told.text, told.symbology, name, begin, end, fit.margin)
    return None


def _sure(kind: Kind, fit: _Fit) -> bool:
    if kind is CODE_128:
        return fit.margin >= LEAST_MARGIN and fit.residual <= MOST_RESIDUAL
    return fit.margin >= LEAST_MARGIN_39 and fit.residual <= MOST_RESIDUAL_39


def _first_residual(row: Array, one: Candidate, bend: float) -> float:
    return _fit(row, one, BLURS[0], bend, rounds=1).residual


def _fit(row: Array, one: Candidate, blur_of: tuple[float, float], bend: float, rounds: int) -> _Fit:
    kind, module = one.kind, one.module
    count = kind.modules(one.blocks)
    blur, modules = _blur(*blur_of, kind), count + 2 * AROUND
    fixed = np.full(modules, -1.0)
    fixed[AROUND + one.blocks * kind.size : AROUND + count] = kind.stop
    at = (np.arange(modules * PER_MODULE) + 0.5) / PER_MODULE - AROUND
    along, places = at / count * 2 - 1, np.arange(len(row))
    core = slice((AROUND - 2) * PER_MODULE, (modules - AROUND + 2) * PER_MODULE)
    moved = np.array([-bend, 0.0, bend])

    def sampled() -> Array:
        grid = at - (moved[0] + along * (moved[1] + along * moved[2]))
        return np.asarray(np.interp(one.begin + module * grid - 0.5, places, row))

    grey, best = sampled(), None
    for turn in range(rounds):
        chosen, costs, bars = _choose(grey, one.blocks, kind, blur, fixed)
        impulses = np.zeros(len(grey))
        impulses[::PER_MODULE] = bars
        model = blur.blur(impulses)
        settled = best is not None and chosen == best
        best = chosen
        if turn == rounds - 1 or (settled and turn > 1):
            break
        slope = np.gradient(model) * PER_MODULE
        impulses[::PER_MODULE] = np.abs(np.diff(bars, prepend=bars[0]))
        ink = blur.blur(impulses, late=PER_MODULE // 2)
        terms = np.stack(
            [np.ones(len(grey)), along, model, model * along, slope, slope * along, slope * along**2, ink], 1
        )
        inner = terms[core]
        parts = np.linalg.solve(inner.T @ inner + 1e-3 * np.eye(8), inner.T @ grey[core])
        if parts[2] < 0.15:
            break
        moved = moved + np.clip(parts[4:7] / parts[2], -1, 1)
        level = parts[0] + parts[1] * along + 0.8 * parts[7] * ink
        grey = (sampled() - level) / np.maximum(parts[2] + parts[3] * along, 0.2)
    residual = float(np.mean((grey - model)[core] ** 2)) + 1e-4
    nearest = np.partition(costs, 1, axis=1)
    # Neighbouring samples share their noise, half of them count.
    margin = float((nearest[:, 1] - nearest[:, 0]).min()) / residual / PER_MODULE
    return _Fit(residual, margin, chosen)


def _choose(grey: Array, blocks: int, kind: Kind, blur: _Blur, fixed: Array) -> tuple[list[int], Array, Array]:
    """The likeliest pattern of each block; for each the cost of every pattern, its neighbours given; all modules."""
    modules, size, patterns = len(fixed), kind.size, kind.patterns
    seen = blur.project(grey, modules)
    ring = np.zeros(blur.span)
    ring[:modules], ring[modules : modules + REACH], ring[-REACH:] = seen, seen[-1], seen[0]
    values = np.fft.irfft(np.fft.rfft(ring) / blur.power, blur.span)
    part = slice(AROUND, AROUND + blocks * size)
    white = values[part].reshape(blocks, size) @ blur.whiten
    best = (white @ blur.white_patterns - blur.white_lengths).argmax(1)
    bars = fixed.copy()
    bars[part] = patterns[best].ravel()
    even = np.arange(blocks) % 2 == 0
    for turn in range(5):
        left = seen - np.convolve(bars, blur.overlap_both, "same")
        own = left[part].reshape(blocks, size) + bars[part].reshape(blocks, size) @ blur.gram
        costs = blur.pattern_energy - 2 * own @ patterns.T
        changed = costs.argmin(1) != best
        if turn == 4 or not changed.any():
            break
        # Two neighbours that change together can swing for ever: the even ones and the odd ones take turns.
        turned = changed & (even if turn % 2 == 0 else ~even)
        best = np.where(turned if turned.any() else changed, costs.argmin(1), best)
        bars[part] = patterns[best].ravel()
    return [int(block) for block in best], costs, bars
