"""Bytes with no inner form: a byte that does not count is zeroed, so that the rest stays in place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from station.explaining.forms.form import Run, hex_rows, runs

__all__ = ["PlainBytes"]

MOST_PARTS: Final = 4096
"""Parts of one item; a longer one is cut into parts of several bytes."""
NEIGHBOURS: Final = 2
"""How far from a byte that counts a zero may count as well: numbers here have at most four bytes."""
OTHER: Final = 0x55


class PlainBytes:
    """The bytes of an item behind a header that is always kept."""

    name = "bytes"

    def __init__(self, data: bytes, header: int = 0) -> None:
        self._data = data
        self._header = header
        self._step = max(1, -(-(len(data) - header) // MOST_PARTS))
        self._starts = range(header, len(data), self._step)

    def parts(self) -> Sequence[int]:
        return range(len(self._starts))

    def rebuilt(self, kept: Sequence[int]) -> bytes:
        built = bytearray(len(self._data))
        built[: self._header] = self._data[: self._header]
        for part in kept:
            start, end = self._span(part)
            built[start:end] = self._data[start:end]
        return bytes(built)

    def doubtful(self, kept: Sequence[int]) -> Sequence[int]:
        if self._step > 1:
            return ()
        near = {part + far for part in kept for far in range(-NEIGHBOURS, NEIGHBOURS + 1)}
        near = near.difference(kept).intersection(self.parts())
        return sorted(part for part in near if self._data[self._starts[part]] == 0)

    def spoilt(self, kept: Sequence[int], part: int) -> bytes:
        built = bytearray(self.rebuilt(kept))
        built[self._starts[part]] = OTHER
        return bytes(built)

    def spans(self, kept: Sequence[int]) -> list[Run]:
        return runs(self._span(part) for part in kept)

    def shown(self, kept: Sequence[int]) -> Iterator[str]:
        marked = frozenset(place for part in kept for place in range(*self._span(part)))
        yield from hex_rows(self._data, marked)

    def _span(self, part: int) -> tuple[int, int]:
        start = self._starts[part]
        return start, min(start + self._step, len(self._data))
