"""What the tests of the evidence parsers share: invented bytes, and a fact's value without its type."""

from __future__ import annotations

from typing import Any

from specs import facts


def value_of(fact: Any) -> Any:
    """The value of a known fact, None for an unknown one."""
    return facts.value_of(fact)


def panel(
    mm: tuple[int, int] = (309, 174),
    cm: tuple[int, int] = (31, 17),
    pixels: tuple[int, int] = (1366, 768),
    texts: tuple[bytes, ...] = (b"B140XTN07.2",),
    year: int = 2021,
    week: int = 1,
) -> bytes:
    """The EDID of an invented laptop panel."""
    block = bytearray(128)
    block[0:8] = b"\x00\xff\xff\xff\xff\xff\xff\x00"
    block[8:10] = (0x06 << 10 | 0x01 << 5 | 0x0F).to_bytes(2, "big")
    block[10:12] = (0x1234).to_bytes(2, "little")
    block[16], block[17], block[18], block[19], block[20] = week, year - 1990, 1, 4, 0x80
    block[21], block[22] = cm
    timing = bytearray(18)
    timing[0:2] = (7600).to_bytes(2, "little")
    timing[2], timing[4] = pixels[0] & 255, pixels[0] >> 8 << 4
    timing[5], timing[7] = pixels[1] & 255, pixels[1] >> 8 << 4
    timing[12], timing[13], timing[14] = mm[0] & 255, mm[1] & 255, mm[0] >> 8 << 4 | mm[1] >> 8
    block[54:72] = timing
    for index, text in enumerate(texts):
        block[72 + 18 * index : 90 + 18 * index] = (b"\0\0\0\xfe\0" + text + b"\n").ljust(18, b" ")
    block[127] = -sum(block[:127]) % 256
    return bytes(block)
