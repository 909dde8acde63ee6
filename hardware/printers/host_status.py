"""What a ZPL printer answers to ~HS, "host status return": three lines, read strictly.

The fields are those of Zebra's ZPL II programming guide, chapter "ZPL Commands", ~HS:

    <STX>aaa,b,c,dddd,eee,f,g,h,iii,j,k,l<ETX><CR><LF>     b paper out, c paused, d label length, e formats held,
                                                           f buffer full, g diagnostic mode, h partial format,
                                                           j settings lost, k too cold, l too hot
    <STX>mmm,n,o,p,q,r,s,t,uuuuuuuu,v,www<ETX><CR><LF>     o head open, p ribbon out, t label waiting, u labels left
    <STX>xxxx,y<ETX><CR><LF>                               x password, y static memory

The guide also says that a printer does not answer while it has no media, no ribbon, an open head or a head too hot:
many do, some do not. Silence alone therefore says nothing of a printer that never answered.
"""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

__all__ = ["LONGEST_ANSWER", "BadStatus", "HostStatus", "is_whole", "parse_host_status"]

LONGEST_ANSWER: Final = 512
"""Bytes of an answer that are looked at; a real one has about 90."""

_FLAG: Final = rb"([01])"
_NUMBER: Final = rb"(\d{1,8})"
_MODE: Final = rb"([0-9A-Z]{1,2})"
_END: Final = rb"\x03\r?\n?"
_ANSWER: Final = re.compile(
    rb"\s*\x02"
    + rb",".join((_NUMBER, _FLAG, _FLAG, _NUMBER, _NUMBER, _FLAG, _FLAG, _FLAG, _NUMBER, _FLAG, _FLAG, _FLAG))
    + _END
    + rb"\x02"
    + rb",".join((_NUMBER, _MODE, _FLAG, _FLAG, _FLAG, _MODE, _MODE, _FLAG, _NUMBER, _MODE, _NUMBER))
    + _END
    + rb"\x02"
    + rb",".join((rb"([0-9A-Za-z]{1,8})", _MODE))
    + _END
)


class BadStatus(ValueError):
    """The answer is no host status."""


class HostStatus(Struct, frozen=True):
    """How a ZPL printer says it is. `formats_held` and `labels_left` tell whether something is still to come out."""

    paper_out: bool = False
    paused: bool = False
    buffer_full: bool = False
    diagnostic: bool = False
    partial_format: bool = False
    ram_lost: bool = False
    under_temperature: bool = False
    over_temperature: bool = False
    head_open: bool = False
    ribbon_out: bool = False
    formats_held: int = 0
    labels_left: int = 0

    @property
    def busy(self) -> bool:
        """True while something that was sent has not come out."""
        return self.formats_held > 0 or self.labels_left > 0 or self.partial_format


def is_whole(answer: bytes) -> bool:
    """True once the third line has ended, or where no more is worth waiting for."""
    return answer.count(b"\x03") >= 3 or len(answer) >= LONGEST_ANSWER


def parse_host_status(answer: bytes) -> HostStatus:
    """The status in one answer. Raises `BadStatus` for anything that is not exactly one."""
    found = _ANSWER.fullmatch(answer) if len(answer) <= LONGEST_ANSWER else None
    if found is None:
        raise BadStatus(answer[:40])

    def flag(number: int) -> bool:
        return found[number] == b"1"

    return HostStatus(
        paper_out=flag(2),
        paused=flag(3),
        formats_held=int(found[5]),
        buffer_full=flag(6),
        diagnostic=flag(7),
        partial_format=flag(8),
        ram_lost=flag(10),
        under_temperature=flag(11),
        over_temperature=flag(12),
        head_open=flag(15),
        ribbon_out=flag(16),
        labels_left=int(found[21]),
    )
