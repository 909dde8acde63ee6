"""Reads Code 128 and Code 39 from a row of grey values that is too blurred for edges to be found in it.

A decoder that looks for edges fails where the blur is as wide as a bar. Here the printed bars are guessed and blurred,
and the guess that explains the grey values best is the reading:

1. `symbol_search`: where a symbol may stand, of how many characters: its start and stop patterns are known.
2. A Wiener filter gives each module's most probable value with its covariance; each character is the pattern nearest
   to it under that covariance.
3. The chosen bars are blurred and compared; grid (shift, scale, bend), contrast and ink spread are fitted, and the
   characters are chosen again with their neighbours known, until nothing changes.

`margin` says how much better the chosen row is than the next best, in units of log likelihood for the character that
is least sure. On the 282 frames of ../shared/labels and 1,989 generated ones, wrong readings with a right check
character had margins of 1.6 at most, right ones 15 in the median and up to thousands: `LEAST_MARGIN` stands between.
Code 39 has no check character (a wrong reading had a margin of 9.5 once), so more is asked of it.

A scratch or a stroke of a pen spoils one character and leaves the rest of the row as good as it was: a margin against
the whole row's residual does not feel it. `local_margin` measures each character against what is unexplained in the
worst three modules of its own bars. On 2,400 damaged Code 39 labels the wrong readings had 5.9 at most, where their
margins went up to 70; of the right ones on sound labels nine of ten have 9 and more.

Pure: grey values in, text out.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from hardware.scanners.decoding.bar_blur import AROUND, BLURS, PER_MODULE, REACH, Blur, blur_of
from hardware.scanners.decoding.bar_patterns import CODE_128, Array, Kind, text_of
from hardware.scanners.decoding.symbol_search import Candidate

__all__ = ["BlurredRead", "read_blurred"]

BENDS: Final = (-0.5, 0.5, -1.0, 1.0)
"""Modules by which the middle of a symbol in perspective may stand away from an even grid."""
LEAST_LIKENESS: Final = 1.75
"""Start and stop together, correlations of which each is 1 at most. Right readings have 1.79 and more."""
LEAST_MARGIN: Final = 4.5
LEAST_MARGIN_39: Final = 18.0
MOST_RESIDUAL: Final = 0.12
"""Mean square of what the bars leave unexplained, against a contrast of 1. Of noise it is 0.2 and more."""
MOST_RESIDUAL_39: Final = 0.08
HOPELESS: Final = 0.2
"""Residual after three tries from which on the rest is not tried: it is no symbol, or one of another length."""
LEAST_LOCAL_MARGIN_39: Final = 9.0
LEAST_LOCAL_MARGIN: Final = 1.5
LEAST_LOCAL_MARGIN_SPOILT: Final = 6.0
"""Of Code 128: in any row, and in one that has a spoilt spot. Of 2,400 damaged labels 298 had a wrong row that only the
check character held back before there were these two, and 81 with them; one such row in 103 has it right by chance."""
SPOILT: Final = 5.0
"""How much more than the whole row a spot leaves unexplained where something is on it, and not blur and noise alone."""
SPOT: Final = 3
"""Modules that a scratch or a stroke reaches over, with its blur."""


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
    local_margin: float
    worst_spot: float
    blocks: list[int]


def read_blurred(row: Array, candidates: list[Candidate], *, thorough: bool = True) -> BlurredRead | None:
    """The symbol in `row` (dark is +1, light is -1) at the likeliest of `candidates`, or None. Never a guess.

    Where it is not `thorough` only the likeliest blur on an even grid is tried.
    """
    for place, one in enumerate(candidates[:2]):
        if one.likeness < LEAST_LIKENESS or (place and one.likeness < candidates[0].likeness - 0.04):
            return None
        facing = row[::-1] if one.reversed_ else row
        tries = [(BLURS[0], 0.0)]
        if not place and thorough:
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
        local = LEAST_LOCAL_MARGIN_SPOILT if fit.worst_spot > SPOILT * fit.residual else LEAST_LOCAL_MARGIN
        return fit.margin >= LEAST_MARGIN and fit.local_margin >= local and fit.residual <= MOST_RESIDUAL
    enough = fit.margin >= LEAST_MARGIN_39 and fit.local_margin >= LEAST_LOCAL_MARGIN_39
    return enough and fit.residual <= MOST_RESIDUAL_39


def _first_residual(row: Array, one: Candidate, bend: float) -> float:
    return _fit(row, one, BLURS[0], bend, rounds=1).residual


def _fit(row: Array, one: Candidate, of: tuple[float, float], bend: float, rounds: int) -> _Fit:
    kind, module = one.kind, one.module
    count = kind.modules(one.blocks)
    blur, modules = blur_of(*of, kind), count + 2 * AROUND
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
    unexplained = (grey - model) ** 2
    residual = float(np.mean(unexplained[core])) + 1e-4
    nearest = np.partition(costs, 1, axis=1)
    # Neighbouring samples share their noise, half of them count.
    ahead = (nearest[:, 1] - nearest[:, 0]) / PER_MODULE
    spots = np.convolve(unexplained.reshape(-1, PER_MODULE).mean(1), np.full(SPOT, 1 / SPOT), "same")
    own = spots[AROUND : AROUND + one.blocks * kind.size].reshape(one.blocks, kind.size).max(1)
    local = float((ahead / (own + residual)).min())
    return _Fit(residual, float(ahead.min()) / residual, local, float(spots[AROUND:-AROUND].max()), chosen)


def _choose(grey: Array, blocks: int, kind: Kind, blur: Blur, fixed: Array) -> tuple[list[int], Array, Array]:
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
