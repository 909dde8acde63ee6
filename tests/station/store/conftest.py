from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from station.clock import Clock
from station.store.bench_store import BenchStore


def still_clock(start: float = 1_800_000_000.0) -> Clock:
    """A clock that moves a millisecond at each look, and chance that never repeats."""
    ticks = itertools.count()
    chance = itertools.count(1)
    return Clock(
        wall=lambda: start + next(ticks) / 1000,
        monotonic=lambda: next(ticks) / 1000,
        random_bytes=lambda size: next(chance).to_bytes(size, "big"),
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[BenchStore]:
    opened = BenchStore(tmp_path / "bench.sqlite", still_clock())
    yield opened
    opened.close()
