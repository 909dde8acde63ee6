"""What the extension blocks of an EDID say of the screen's own mode and size, for the base blocks that do not.

CEA-861 (tag 0x02) and DisplayID 1.x and 2.x (tag 0x70, VESA DisplayID 1.3 section 3, 2.0 section 4). A block whose
checksum is wrong says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

__all__ = ["BLOCK", "Timing", "detailed_timing", "from_extensions"]

BLOCK: Final = 128
_CEA: Final = 0x02
_DISPLAY_ID: Final = 0x70
# DisplayID's data blocks: the display's parameters and its detailed timings, each as 1.x and 2.x number them.
_PARAMETERS: Final = (0x01, 0x21)
_TIMINGS: Final = (0x03, 0x22)
_TIMING_SIZE: Final = 20


class Timing(Struct, frozen=True):
    """One detailed timing: pixels and, where it says so, millimetres."""

    mode: tuple[int, int] | None
    interlaced: bool
    millimetres: tuple[int, int] | None


def detailed_timing(timing: bytes) -> Timing | None:
    """The 18 bytes of a detailed timing; None where they are a descriptor or nothing (no pixel clock)."""
    if len(timing) < 18 or (timing[0] == 0 and timing[1] == 0):
        return None
    width = timing[2] | (timing[4] & 0xF0) << 4
    height = timing[5] | (timing[7] & 0xF0) << 4
    interlaced = bool(timing[17] & 0x80)
    if interlaced:
        height *= 2
    size = (timing[12] | (timing[14] & 0xF0) << 4, timing[13] | (timing[14] & 0x0F) << 8)
    return Timing((width, height) if width and height else None, interlaced, size if all(size) else None)


def from_extensions(data: bytes) -> Timing:
    """The first mode that the extensions of the EDID `data` give, and DisplayID's size: CEA's is often made up."""
    mode: tuple[int, int] | None = None
    size: tuple[int, int] | None = None
    interlaced = False
    for start in range(BLOCK, min(len(data), BLOCK * (1 + data[126])), BLOCK):
        block = data[start : start + BLOCK]
        if len(block) < BLOCK or sum(block) % 256:
            continue
        for timing in _timings(block):
            if mode is None and timing.mode is not None:
                mode, interlaced = timing.mode, timing.interlaced
            if block[0] == _DISPLAY_ID:
                size = size or timing.millimetres
    return Timing(mode, interlaced, size)


def _timings(block: bytes) -> Iterator[Timing]:
    # CEA-861's lowest four bits of byte 3 count the native ones, which come first.
    if block[0] == _CEA and block[2] >= 4 and block[3] & 0x0F:
        for offset in range(block[2], BLOCK - 18, 18):
            timing = detailed_timing(block[offset : offset + 18])
            if timing is None:
                return
            yield timing
    elif block[0] == _DISPLAY_ID:
        yield from _display_id(block[5 : min(5 + block[2], BLOCK - 2)])


def _display_id(payload: bytes) -> Iterator[Timing]:
    at = 0
    while at + 3 <= len(payload):
        tag, revision, length = payload[at], payload[at + 1], payload[at + 2]
        body = payload[at + 3 : at + 3 + length]
        at += 3 + length
        if tag in _PARAMETERS and len(body) >= 8:
            width, height, across, down = (int.from_bytes(body[n : n + 2], "little") for n in (0, 2, 4, 6))
            # Tenths of a millimetre; 2.x may say whole ones.
            parts = 1 if tag == 0x21 and revision & 0x80 else 10
            size = (round(width / parts), round(height / parts))
            yield Timing((across, down) if across and down else None, False, size if all(size) else None)
        elif tag in _TIMINGS:
            for start in range(0, len(body) - _TIMING_SIZE + 1, _TIMING_SIZE):
                timing = body[start : start + _TIMING_SIZE]
                across, down = (int.from_bytes(timing[n : n + 2], "little") + 1 for n in (4, 12))
                interlaced = bool(timing[3] & 0x10)
                if not timing[3] & 0x80:
                    continue  # not the preferred one
                yield Timing((across, down * 2 if interlaced else down), interlaced, None)
