"""Texts of other encodings as UTF-8, and the way back to the offsets of the item's own bytes.

Windows writes UTF-16; every parser here reads UTF-8 as well, so parts are cut and put together in that.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable

__all__ = ["Utf8"]


class Utf8:
    """An item's text as UTF-8 bytes. Bytes that are neither are kept as they are."""

    def __init__(self, data: bytes) -> None:
        self._wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        self._size = len(data)
        if self._wide:
            self.data = data.decode("utf-16", "replace").encode("utf-8", "replace")
            self._skipped = 2
        else:
            self.data = data.removeprefix(codecs.BOM_UTF8)
            self._skipped = len(data) - len(self.data)

    def places(self, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
        """Spans of `data`, in order and none inside another, as spans of the item's bytes."""
        found: list[tuple[int, int]] = []
        seen, place = 0, self._skipped
        for start, end in spans:
            first = place + self._width(seen, start)
            place = first + self._width(start, end)
            seen = end
            found.append((min(first, self._size), min(place, self._size)))
        return found

    def _width(self, start: int, end: int) -> int:
        """How many bytes of the item stand for that part of `data`."""
        if not self._wide:
            return end - start
        return len(self.data[start:end].decode("utf-8", "replace").encode("utf-16-le", "replace"))
