"""Bytes of a serial line in, codes out: where one scan ends and the next begins, and what is no scan at all.

Pure: bytes come by `feed`, and time passes by `pass_time`, which is called only when the line was seen empty. A busy
machine that reads late therefore never tears a scan: silence is what the line had, not what the reader slept.

The rules; domain/barcodes.md section 5.1 has what scanners send:

- CR, LF, TAB or ETX ends a scan; several in a row end one. STX in front is dropped. All else is part of the code: GS
  and RS separate its fields, and EOT closes an ISO 15434 message.
- A scanner that does end its scans has sent only a part where no end came for `PATIENCE`. A part is never a code: a
  serial with its tail missing is worse than none. The same part twice in a row is whole: the end was switched off.
- A scanner of which it is not known whether it ends its scans has `PATIENCE` as well. If no end comes and the line did
  not pause within the scan, it sends none, and from then on `SILENCE` ends its scans. With a pause within, that were
  two scans or one torn in two: a part.
- The rest of a torn scan is no code either: `torn` says what is taken for one. The line being away tears too. Where
  a scan whose rest was lost is followed by the same one before anybody could say so, the second counts.
- What comes within `SILENCE` of the opening of the port was under way before: it is a part, up to its end.
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
from hardware.scanners.torn import TornScan, is_new_after

__all__ = ["LONGEST_FRAME", "PATIENCE", "SILENCE", "Flaw", "Framed", "Framer", "Unreadable"]

SILENCE: Final = 0.1
"""Seconds without a byte that end a scan of a scanner that sends no end (barcodes.md 5.1: 60 to 100 ms). At 9,600 baud
a byte takes 1 ms, and the next follows at once."""

PATIENCE: Final = 1.0
"""Seconds that a scanner which ends its scans, or may, has for the rest of one."""

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


class _Ending(Enum):
    """What is known of how a scanner ends its scans."""

    UNKNOWN = "unknown"
    SENT = "sent"
    SILENT = "silent"


class Framer:
    """One line's framing. Times are seconds on any clock that only goes forward; memory is bounded by `LONGEST_FRAME`.

    What is given for some bytes does not depend on how they were cut into pieces.
    """

    def __init__(self) -> None:
        self._frame = bytearray()
        self._flooded = False
        self._noisy = False
        self._opening = False
        self._ending = _Ending.UNKNOWN
        self._paused = False  # the line was seen silent after the last byte
        self._gap = 0  # bytes of the frame before the last such silence that more of it followed
        self._torn = TornScan()
        self._hung_up = False  # what is torn was torn by that
        self._last_at = 0.0

    @property
    def settled(self) -> bool:
        """Whether the next byte begins a scan, or is known to stand in one: false just after opening."""
        return not self._opening

    @property
    def due(self) -> float | None:
        """When `pass_time` has something to do if nothing comes; None while nothing waits."""
        if self._flooded or self._noisy or (self._opening and not self._frame):
            return self._last_at + SILENCE
        if self._frame:
            return self._last_at + (SILENCE if self._ending is _Ending.SILENT or not self._paused else PATIENCE)
        return self._torn.until if self._torn else None

    def open(self, at: float) -> None:
        """The port was opened at `at`, perhaps in the middle of a scan."""
        self._opening = True
        self._last_at = at
        if self._torn:
            self._torn.wait_anew(at)

    def feed(self, data: bytes, at: float) -> list[Framed]:
        """Bytes that were read at `at`. Gives what they completed."""
        done: list[Framed] = []
        if data:
            if self._paused:
                self._gap = len(self._frame)
            self._paused = False
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
        if self._flooded or self._noisy:
            self._take()
            self._flooded = self._noisy = False
            return []
        if not self._frame:
            # Nothing began before its time was over: after an opening there is nothing under way, and no rest comes.
            if self._torn and at >= self._torn.until:
                self._forget_torn()
            self._opening = False
            return []
        if self._ending is _Ending.UNKNOWN and not self._opening and self._is_noise_alone():
            return self._silence()  # it is no code, whatever may follow
        self._paused = True
        return self._silence() if at >= self.due else []

    def hang_up(self) -> list[Framed]:
        """The line is gone. What waited for its end is a part of a scan; what is learned about the scanner stays."""
        told = self._flooded or self._noisy
        frame = self._take()
        self._flooded = self._noisy = self._opening = False
        if not frame or told:
            return []
        self._hung_up = True
        return [self._part(frame)]

    def _is_noise_alone(self) -> bool:
        frame = bytes(self._frame).lstrip(_STX)
        return _is_noise(frame, _text(frame))

    def _silence(self) -> list[Framed]:
        """A frame that silence ended."""
        gapped, opening, self._opening = self._gap > 0, self._opening, False
        frame = self._take()
        if not frame:
            return []
        text = _text(frame)
        match self._ending:
            case _Ending.SENT:
                partial = text != self._torn.last
            case _Ending.UNKNOWN:
                partial = gapped or (text != self._torn.last and self._torn.may_end_with(text))
            case _Ending.SILENT:
                partial = self._hung_up and self._torn.may_end_with(text)
        if opening or partial:
            part = self._part(frame)
            if self._ending is _Ending.SILENT:
                self._torn.forget()
            return [part]
        unknown = self._ending is _Ending.UNKNOWN
        done = self._judge(frame)
        if self._noisy:
            self._noisy = False  # the silence that would end it has just been
            return done
        self._forget_torn()
        if done:
            self._ending = _Ending.SILENT
            if unknown:
                # Should it end its scans after all and have stalled in its first, the rest of that is no code.
                self._torn.add(text, self._last_at)
        return done

    def _part(self, frame: bytes) -> Unreadable:
        text = _text(frame)
        if not _is_noise(frame, text):
            self._torn.add(text, self._last_at)
        return Unreadable(text, Flaw.PART)

    def _forget_torn(self) -> None:
        self._torn.forget()
        self._hung_up = False

    def _keep(self, data: bytes) -> list[Framed]:
        if self._flooded:
            return []
        self._frame += data[: LONGEST_FRAME + 1 - len(self._frame)]
        if len(self._frame) <= LONGEST_FRAME:
            return []
        self._flooded = True
        self._opening = False
        frame = self._take()[:LONGEST_FRAME]
        text = _text(frame)
        if self._noisy:
            return []
        self._noisy = _is_noise(frame, text)
        return [Unreadable(text, Flaw.NOISE if self._noisy else Flaw.TOO_LONG)]

    def _end(self) -> list[Framed]:
        """An end came."""
        flooded, opening = self._flooded, self._opening
        self._flooded = self._opening = False
        if self._gap and is_new_after(_text(self._frame[: self._gap]), _text(self._frame[self._gap :])):
            del self._frame[: self._gap]
        frame = self._take()
        if flooded:
            return []
        if not frame:
            self._forget_torn()  # it was whole but for its end, or this is the second of two ends
            return []
        done = self._judge(frame)
        if not self._noisy:
            self._ending = _Ending.SENT
        text = _text(frame)
        if not any(isinstance(one, Code) for one in done):
            return done
        partial = opening or self._torn.may_end_with(text)
        self._forget_torn()
        return [Unreadable(text, Flaw.PART)] if partial else done

    def _take(self) -> bytes:
        frame = bytes(self._frame).lstrip(_STX)
        self._frame.clear()
        self._paused, self._gap = False, 0
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


def _text(frame: bytes | bytearray) -> str:
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
