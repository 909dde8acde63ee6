"""JSON, cut into its leaves; a text of several lines, as sysfs files are, further into those.

A leaf that is left out is left out with its name, and an object or list of which nothing is left goes too. What is kept
is kept as it was written, so a number is never written in another way than the laptop's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from hardware.evidence.decoding import decode_json
from hardware.evidence.errors import EvidenceError
from specs.text import clean
from station.explaining.forms.encodings import Utf8
from station.explaining.forms.form import LONGEST_LINE, Run, runs

__all__ = ["MOST_LEAVES", "JsonLeaves"]

MOST_LEAVES: Final = 100_000
"""More take seconds to cut. The largest tree that a parser reads has 50,000 paths."""

# Possessive: linear on any bytes. What it is given is known to be JSON.
_TOKEN: Final = re.compile(rb'[\s,:]*+([{}\[\]]|"(?:[^"\\]++|\\.)*+"|[^\s{}\[\],:"]++)', re.DOTALL)
_LINES: Final = re.compile(rb"(?:[^\\]++|\\[^n])*+(?:\\n|\Z)", re.DOTALL)
_PLAIN: Final = re.compile(r"[\w/:+-]+")


class _Container(Struct, frozen=True):
    """An object or a list: the number of the one around it, the name or place under which it stands there, and the
    numbers of all around it, itself last.
    """

    above: int | None
    is_object: bool
    name: bytes
    index: int
    way: tuple[int, ...]


class _Part(Struct, frozen=True):
    """A leaf, or a line of one: `line` is 0 for a whole leaf, else counts from 1."""

    leaf: int
    above: int | None
    name: bytes
    index: int
    start: int
    end: int
    line: int


class JsonLeaves:
    """A JSON item. Raises `EvidenceError` where it is none, or has more than `MOST_LEAVES` leaves."""

    name = "JSON members"

    def __init__(self, data: bytes) -> None:
        decode_json(data)
        self._text = Utf8(data)
        self._containers: list[_Container] = []
        self._parts: list[_Part] = []
        self._cut()

    def parts(self) -> Sequence[int]:
        return range(len(self._parts))

    def doubtful(self, kept: Sequence[int]) -> Sequence[int]:
        return ()

    def spoilt(self, kept: Sequence[int], part: int) -> bytes:
        return self.rebuilt(kept)

    def rebuilt(self, kept: Sequence[int]) -> bytes:
        out: list[bytes] = []
        opened: list[int] = []
        filled: list[bool] = []
        position = 0

        def begin(name: bytes) -> None:
            """What stands before a member: the comma, and in an object its name."""
            if opened:
                if filled[-1]:
                    out.append(b",")
                filled[-1] = True
                if self._containers[opened[-1]].is_object:
                    out.append(name + b":")

        while position < len(kept):
            part = self._parts[kept[position]]
            way = self._containers[part.above].way if part.above is not None else ()
            common = 0
            while common < min(len(way), len(opened)) and way[common] == opened[common]:
                common += 1
            while len(opened) > common:
                out.append(b"}" if self._containers[opened.pop()].is_object else b"]")
                filled.pop()
            for number in way[common:]:
                container = self._containers[number]
                begin(container.name)
                out.append(b"{" if container.is_object else b"[")
                opened.append(number)
                filled.append(False)
            begin(part.name)
            last = position + 1
            while last < len(kept) and self._parts[kept[last]].leaf == part.leaf:
                last += 1
            text = b"".join([self._raw(self._parts[number]) for number in kept[position:last]])
            out.append(b'"' + text + b'"' if part.line else text)
            position = last
        while opened:
            out.append(b"}" if self._containers[opened.pop()].is_object else b"]")
        return b"".join(out)

    def spans(self, kept: Sequence[int]) -> list[Run]:
        return runs(self._text.places((self._parts[part].start, self._parts[part].end) for part in kept))

    def shown(self, kept: Sequence[int]) -> Iterator[str]:
        for number in kept:
            part = self._parts[number]
            where = f", line {part.line}" if part.line else ""
            yield f"{self._path(part)}{where} = {self._value(part)}"

    def _raw(self, part: _Part) -> bytes:
        return self._text.data[part.start : part.end]

    def _value(self, part: _Part) -> str:
        raw = self._raw(part)
        if not part.line:
            if raw[:1] != b'"':
                return clean(raw[:LONGEST_LINE].decode("utf-8", "replace"), LONGEST_LINE)
            raw = raw[1:-1]
        return clean(_read_string(raw[: 8 * LONGEST_LINE]), LONGEST_LINE)

    def _path(self, part: _Part) -> str:
        steps: list[tuple[bytes, int]] = [(part.name, part.index)]
        above = part.above
        while above is not None:
            container = self._containers[above]
            steps.append((container.name, container.index))
            above = container.above
        # The outermost has no name: it is the document.
        steps = steps[::-1][1:]
        if not steps:
            return "the value"
        words = ""
        for name, index in steps:
            if not name:
                words += f"[{index}]"
                continue
            key = clean(_read_string(name[1:-1]), LONGEST_LINE)
            if not _PLAIN.fullmatch(key) and len(steps) > 1:
                key = f'"{key}"'
            words += f".{key}" if words else key
        return words

    def _cut(self) -> None:
        """One pass over the tokens: brackets open and close, in objects every second text is a name."""
        data = self._text.data
        inside: int | None = None
        name = b""
        counts: list[int] = []
        leaf = 0
        opened_at: list[int] = []
        for match in _TOKEN.finditer(data):
            token, (start, end) = match.group(1), match.span(1)
            in_object = inside is not None and self._containers[inside].is_object
            if token in (b"{", b"["):
                index = self._counted(counts)
                number = len(self._containers)
                way = (*(self._containers[inside].way if inside is not None else ()), number)
                self._containers.append(_Container(inside, token == b"{", name, index, way))
                inside, name = number, b""
                counts.append(0)
                opened_at.append(start)
            elif token in (b"}", b"]"):
                if inside is None:
                    raise EvidenceError("the brackets of the JSON do not match")
                closed, begun = self._containers[inside], opened_at.pop()
                if not counts.pop():
                    # Empty: a leaf of its own, in the place of the container.
                    self._containers.pop()
                    self._parts.append(_Part(leaf, closed.above, closed.name, closed.index, begun, end, 0))
                    leaf += 1
                inside, name = closed.above, b""
            elif in_object and not name:
                name = token
            else:
                index = self._counted(counts)
                for line, (first, last) in enumerate(_pieces(token, start, end), start=1):
                    whole = first == start
                    self._parts.append(_Part(leaf, inside, name, index, first, last, 0 if whole else line))
                leaf += 1
                name = b""
            if max(len(self._parts), len(self._containers)) > MOST_LEAVES:
                raise EvidenceError(f"the JSON has more than {MOST_LEAVES} leaves")

    @staticmethod
    def _counted(counts: list[int]) -> int:
        """The place of the next member in the innermost container."""
        if not counts:
            return 0
        counts[-1] += 1
        return counts[-1] - 1


def _pieces(token: bytes, start: int, end: int) -> list[tuple[int, int]]:
    """The lines of a text of several, without its quotes; else the whole token."""
    if token[:1] != b'"' or b"\\n" not in token:
        return [(start, end)]
    inner = token[1:-1]
    spans = [match.span() for match in _LINES.finditer(inner) if match.end() > match.start()]
    if len(spans) < 2:
        return [(start, end)]
    return [(start + 1 + first, start + 1 + last) for first, last in spans]


def _read_string(raw: bytes) -> str:
    """The text that a JSON text means, or as much of it as can be read: it may have been cut."""
    text = raw.decode("utf-8", "replace")
    for cut in range(7):
        try:
            return str(json.loads(f'"{text[: len(text) - cut]}"', strict=False))
        except ValueError:
            continue
    return text
