"""Whether a bench reads golden laptops as it used to: an individuals chart of each reading, over its runs.

Centre and limits come from the first 8 to 20 runs, and from the twentieth on stand still: they are never made anew in
silence. A reading drifts where the newest value lies beyond a limit, or ends a run of eight on one side of the centre.
Golden laptops are no laptops of deliveries: nothing here counts in a yield, and no yield in here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from msgspec import Struct

from checks.catalogue import CATALOGUE
from specs.quantities import render
from station.bench import gate_wording
from station.bench.pages import DriftLine
from station.clock import Clock
from station.store.bench_store import BenchStore
from station.store.golden_book import FIRST_RUNS, Golden, GoldenBook, Readings

__all__ = ["FEWEST", "Chart", "beyond", "chart_of", "drift_lines", "moving_range_sigma", "same_side"]

FEWEST: Final = 8
"""Runs without which there are no limits."""
_D2: Final = 1.128
"""Mean range of two values of a normal spread of one (domain/central.md section 6: Minitab, qicharts2)."""
_SIGMAS: Final = 3
"""Western Electric's first rule, 1956 (domain/central.md section 6): one beyond three sigma."""
_RUN: Final = 8
"""Western Electric's fourth rule, as there: eight on one side."""
_SAME: Final = 1e-9
"""Of the larger value: readings that differ by less are one reading, rounded twice."""
_ORDER: Final = ("drifting", "steady", "too few")


class Chart(Struct, frozen=True):
    """Centre and limits of an individuals chart, in the unit of the readings."""

    centre: float
    low: float
    high: float


def moving_range_sigma(values: Sequence[float]) -> float:
    """The spread of single values by their mean moving range: mean of the steps between neighbours, over d2."""
    return math.fsum(abs(later - earlier) for earlier, later in pairwise(values)) / (len(values) - 1) / _D2


def chart_of(values: Sequence[float]) -> Chart | None:
    """The chart whose limits come from these first readings, at most twenty of them; None for fewer than eight."""
    first = values[:FIRST_RUNS]
    if len(first) < FEWEST:
        return None
    centre = math.fsum(first) / len(first)
    reach = _SIGMAS * moving_range_sigma(first)
    return Chart(centre, centre - reach, centre + reach)


def beyond(value: float, chart: Chart) -> bool:
    """True for a value beyond a limit."""
    return _less(value, chart.low) or _less(chart.high, value)


def same_side(values: Sequence[float], centre: float) -> int:
    """How many of the newest values lie on the same side of the centre as the last one; 0 where that is on it."""
    run, side = 0, 0
    for value in reversed(values):
        here = _less(centre, value) - _less(value, centre)
        side = side or here
        if not here or here != side:
            break
        run += 1
    return run


def drift_lines(store: BenchStore, clock: Clock) -> tuple[DriftLine, ...]:
    """Each numeric reading of each golden (good) laptop that is registered: those that drift first, then by title.

    Raises `StoreRefused`.
    """
    book = GoldenBook(store, clock)
    lines = [
        _line(golden, readings)
        for golden in book.goldens()
        if golden.kind == "good"
        for readings in book.readings(golden.golden_id)
    ]
    return tuple(sorted(lines, key=lambda line: (_ORDER.index(line.state), line.title, line.serial)))


def _line(golden: Golden, readings: Readings) -> DriftLine:
    chart = chart_of(readings.first)
    state, sentence = "too few", gate_wording.too_few(readings.title, len(readings.first), FEWEST)
    if chart is not None:
        newest = readings.values[-1]
        run = same_side(readings.values, chart.centre)
        newest_words, low, high = (_words(readings.check, value) for value in (newest, chart.low, chart.high))
        if beyond(newest, chart):
            state, sentence = "drifting", gate_wording.drifts_beyond(readings.title, newest_words, low, high)
        elif run >= _RUN:
            state, sentence = (
                "drifting",
                gate_wording.drifts_aside(readings.title, run, _words(readings.check, chart.centre)),
            )
        else:
            state, sentence = "steady", gate_wording.steady(readings.title, low, high)
    drawn = chart or Chart(0.0, 0.0, 0.0)
    marks = (*readings.values[-1:], *((drawn.centre, drawn.low, drawn.high) if chart is not None else ()))
    return DriftLine(
        golden.serial,
        readings.title,
        readings.unit,
        readings.values,
        drawn.centre,
        drawn.low,
        drawn.high,
        state,
        sentence,
        tuple(_words(readings.check, value) for value in marks),
    )


def _words(check: str, value: float) -> str:
    known = CATALOGUE.get(check)
    return render(value, known.measure) if known else f"{value:.4g}"


def _less(one: float, other: float) -> bool:
    return one < other and not math.isclose(one, other, rel_tol=_SAME)
