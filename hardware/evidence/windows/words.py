"""The bytes of what somebody saved on Windows, as text: whatever encoding the tool that wrote them used.

wmic and PowerShell 5's `>` write UTF-16 with a byte order mark; a redirected console writes its code page.
"""

from __future__ import annotations

from typing import Final

from hardware.evidence.decoding import decode_text

__all__ = ["lines_of", "windows_text"]

MOST_LINES: Final = 200_000
"""Lines that are looked at, whichever way they are read. Every class that the probe asks, listed of a laptop with 300
devices, is some 15,000; a listing of 4 MiB with lines of 40 characters has half as many as this. Only a text of next to
nothing but line ends has more, and each line costs some microseconds however short it is."""

_MARKS: Final = (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")
_LOOKED_AT: Final = 4096


def windows_text(data: bytes) -> str:
    """The text in `data`, its lines ended by a line feed each. Raises `EvidenceError` where it is none."""
    # wmic's output cut or joined by hand has no mark: in UTF-16 every second byte of plain text is zero.
    start = data[:_LOOKED_AT]
    if not start.startswith(_MARKS) and len(start) >= 4:
        for offset, name in ((1, "utf-16-le"), (0, "utf-16-be")):
            zeros, others = start[offset::2].count(0), start[1 - offset :: 2].count(0)
            if zeros * 10 >= len(start) // 2 * 8 and others * 10 <= len(start) // 2:
                data = data.decode(name, errors="replace").encode("utf-8", errors="replace")
                break
        else:
            data = _from_code_page(data)
    # wmic ends its lines with CR CR LF when it is redirected.
    return decode_text(data).replace("\r\r\n", "\n").replace("\r\n", "\n").replace("\r", "\n")


def lines_of(text: str) -> list[str]:
    """The lines of `text`, at most `MOST_LINES`."""
    return text.split("\n", MOST_LINES)[:MOST_LINES]


def _from_code_page(data: bytes) -> bytes:
    """Text that is not UTF-8 taken for cp1252: the letters of another code page are wrong, what matters is ASCII."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        # An item that was cut in the middle of a character is still UTF-8.
        if data.decode("utf-8", errors="replace").count("\N{REPLACEMENT CHARACTER}") > 1:
            return data.decode("cp1252", errors="replace").encode("utf-8")
    return data
