"""Bytes of a serial line in, codes out: where one scan ends and the next begins, and what is no scan at all.

Pure: bytes come by `feed`, and time passes by `pass_time`, which is called only when the line was seen empty. A busy
machine that reads late therefore never tears a scan: silence is what the line had, not what the reader slept.

The rules; domain/barcodes.md section 5.1 has what scanners send:

- CR, LF, TAB or ETX ends a scan; several in a row end one. STX in front is dropped. All else is part of the code: GS
  and RS separate its fields, and EOT closes an ISO 15434 message.
- A scanner that was never seen to end a scan like that may be one that sends no end: `SILENCE` ends its scans.
- A scanner that does end its scans has sent only a part where no end came for `PATIENCE`. A part is never a code: a
  serial with its tail missing is worse than none. After that the scanner is watched anew, because its end may have been
  switched off.
- More than `LONGEST_FRAME` bytes without an end are dropped up to the next end or silence, and told once.
- A frame that nobody would write is noise, told once; until the line is silent only what cannot be chance is taken.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import Final, TypeAlias

from msgspec import Struct

from hardware.scanners.aim import code_of
from hardware.scanners.scanner import LONGEST_CODE, Code

__all__ = ["LONGEST_FRAME", "PATIENCE", "SILENCE", "Flaw", "Framed", "Framer", "Unreadable"]

SILENCE: Final = 0.1
"""Seconds without a byte that end a scan of a scanner that sends no end (barcodes.md 5.1: 60 to 100 ms). At 9,600 baud
a byte takes 1 ms, and the next follows at once."""

PATIENCE: Final = 1.0
"""Seconds that a scanner which ends its scans has for the rest of one."""

LONGEST_FRAME: Final = LONGEST_CODE
"""Bytes kept of what has no end."""

_ENDS: Final = re.compile(rb"[\r\n\t\x03]")
_STX: Final = b"\x02"
_SEPARATORS: Final = frozenset("\x04\x1c\x1d\x1e\x1f")
# What a hostile code may hold without being noise: it is the engine's to refuse, with the text in the record.
_NOISE_LEAST: Final = 4
_NOISE_SHARE: Final = 4
# Six or more characters, all of those that serials are made of: 40 of the 256 bytes are, and 4 end a frame, so that of
# frames of random bytes one in 3.7 million looks like this.
_NO_CHANCE: Final = re.compile(r"[A-Z0-9#./-]{6,}")


class Flaw(Enum):
    """Why something is no code."""

    PART = "part"
    TOO_LONG = "too long"
    NOISE = "noise"


class Unreadable(Struct, frozen=True):
    """What came and is no code; `text` is its beginning, raw, at most `LONGEST_CODE` characters."""

    text: str
    flaw: Flaw


Framed: TypeAlias = Code | Unreadable


class Framer:
    """One line's framing. Times are seconds on any clock that only goes forward; memory is bounded by `LONGEST_FRAME`.

    What is given for some bytes does not depend on how they were cut into pieces.
    """

    def __init__(self) -> None:
        self._frame = bytearray()
        self._flooded = False
        self._noisy = False
        self._ends_its_scans = False
        self._last_at = 0.0

    @property
    def due(self) -> float | None:
        """When `pass_time` has something to do if nothing comes; None while nothing waits."""
        if self._frame and self._ends_its_scans and not (self._flooded or self._noisy):
            return self._last_at + PATIENCE
        if self._frame or self._flooded or self._noisy:
            return self._last_at + SILENCE
        return None

    def feed(self, data: bytes, at: float) -> list[Framed]:
        """Bytes that were read at `at`. Gives what they completed."""
        done: list[Framed] = []
        begin = 0
        for end in _ENDS.finditer(data):
            done += self._keep(data[begin : end.start()])
            done += self._end()
            begin = end.end()
        done += self._keep(data[begin:])
        if data:
            self._last_at = at
        return done

    def pass_time(self, at: float) -> list[Framed]:
        """The line was empty at `at`. Gives what its silence ended."""
        if self.due is None or at < self.due:
            return []
        frame, flooded, noisy = self._take(), self._flooded, self._noisy
        self._flooded = self._noisy = False
        if flooded or noisy or not frame:
            return []
        if self._ends_its_scans:
            self._ends_its_scans = False
            return [Unreadable(_text(frame), Flaw.PART)]
        done = self._judge(frame)
        self._noisy = False  # the silence that would end it has just been
        return done

    def hang_up(self) -> list[Framed]:
        """The line is gone. What waited for its end is a part of a scan; what is learned about the scanner stays."""
        frame, told = self._take(), self._flooded or self._noisy
        self._flooded = self._noisy = False
        return [Unreadable(_text(frame), Flaw.PART)] if frame and not told else []

    def _keep(self, data: bytes) -> list[Framed]:
        if self._flooded:
            return []
        self._frame += data[: LONGEST_FRAME + 1 - len(self._frame)]
        if len(self._frame) <= LONGEST_FRAME:
            return []
        self._flooded = True
        frame = self._take()[:LONGEST_FRAME]
        text = _text(frame)
        if self._noisy:
            return []
        self._noisy = _is_noise(frame, text)
        return [Unreadable(text, Flaw.NOISE if self._noisy else Flaw.TOO_LONG)]

    def _end(self) -> list[Framed]:
        frame, flooded = self._take(), self._flooded
        self._flooded = False
        if flooded or not frame:
            return []
        done = self._judge(frame)
        self._ends_its_scans |= not self._noisy
        return done

    def _take(self) -> bytes:
        frame = bytes(self._frame).lstrip(_STX)
        self._frame.clear()
        return frame

    def _judge(self, frame: bytes) -> list[Framed]:
        text = _text(frame)
        code = code_of(text)
        if self._noisy:
            return [code] if code and _NO_CHANCE.fullmatch(code.text) else []
        if _is_noise(frame, text):
            self._noisy = True
            return [Unreadable(text, Flaw.NOISE)]
        return [code] if code else []


def _text(frame: bytes) -> str:
    """The text of bytes: UTF-8 where they are UTF-8, which other text hardly ever is by chance; else ISO 8859-1, the
    default of the two-dimensional codes, in which every byte is a character and so none is lost."""
    try:
        return frame.decode("utf-8")
    except UnicodeDecodeError:
        return frame.decode("latin-1")


def _is_noise(frame: bytes, text: str) -> bool:
    """Whether it is no code, not even a hostile one. ISO 8859-1 with a control character in it is noise: no label is
    written so, and of random bytes one in four is one. In ASCII and UTF-8, which are written on purpose, a quarter of
    the characters must be."""
    odd = sum(not (character.isprintable() or character in _SEPARATORS) for character in text)
    if len(text) == len(frame) and not text.isascii():
        return odd > 0
    return odd >= _NOISE_LEAST and _NOISE_SHARE * odd > len(text)
