"""What a form of evidence can do: be cut into parts, be put together again from some of them, and be shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Protocol

from msgspec import Struct

__all__ = ["LONGEST_LINE", "Form", "Run", "hex_rows", "plural", "runs"]

LONGEST_LINE: Final = 160
"""Characters of a line or value that are kept for people; the screen cuts further."""
ROW: Final = 16
"""Bytes in a line of a hexadecimal dump."""

_NOT_SHOWN: Final = re.compile(rb"[^\x20-\x7e]")


class Run(Struct, frozen=True):
    """Bytes of an item: the first one's offset, and the offset behind the last."""

    start: int
    end: int


class Form(Protocol):
    """One item in its form. Parts are numbered from 0, in their order in the item."""

    @property
    def name(self) -> str:
        """What the parts are called: "lines"."""
        ...

    def parts(self) -> Sequence[int]:
        """Every part."""
        ...

    def rebuilt(self, kept: Sequence[int]) -> bytes:
        """The item with only these parts (in order): valid in its form, whatever is left out."""
        ...

    def doubtful(self, kept: Sequence[int]) -> Sequence[int]:
        """Parts beside those kept that look the same when they are left out: a zero among zeroed bytes."""
        ...

    def spoilt(self, kept: Sequence[int], part: int) -> bytes:
        """`rebuilt(kept)` with another value in the place of a doubtful part."""
        ...

    def spans(self, kept: Sequence[int]) -> list[Run]:
        """Where the parts are in the item's bytes, neighbours as one."""
        ...

    def shown(self, kept: Sequence[int]) -> Iterator[str]:
        """The parts for a person, a line each, with where they are. Clean, and nothing that a terminal could obey."""
        ...


def runs(spans: Iterable[tuple[int, int]]) -> list[Run]:
    """Spans in order, those that touch put together."""
    found: list[Run] = []
    for start, end in spans:
        if found and start <= found[-1].end:
            found[-1] = Run(found[-1].start, max(found[-1].end, end))
        else:
            found.append(Run(start, end))
    return found


def plural(count: int, word: str) -> str:
    """A count in words: "1 byte", "2 bytes"."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def hex_rows(data: bytes, marked: frozenset[int], *, all_rows: bool = False) -> Iterator[str]:
    """A hexadecimal dump with an ASCII column: the rows that hold a marked byte, those bytes in brackets.

    Offsets are those in `data`, four digits or more. What is not printable ASCII is a dot.
    """
    for start in range(0, len(data), ROW):
        row = data[start : start + ROW]
        inside = [start + index in marked for index in range(len(row))]
        if not all_rows and not any(inside):
            continue
        cells = []
        before = False
        for byte, mark in zip(row, inside, strict=True):
            cells.append(("[" if mark and not before else "]" if before and not mark else " ") + f"{byte:02x}")
            before = mark
        text = "".join(cells) + ("]" if before else " ")
        shown = _NOT_SHOWN.sub(b".", row).decode("ascii")
        yield f"{start:04x} {text.ljust(3 * ROW + 1)} |{shown}|"
