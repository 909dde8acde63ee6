"""A process that judges stored attempts again, one range of numbers at a time.

It speaks over its standard streams. Evidence is hostile: where a range takes too long or kills the process, the one
who asked starts another and goes on attempt by attempt.
"""

from __future__ import annotations

import resource
import sys
from typing import Final

import msgspec
from msgspec import Struct

from specs.profile import Profile
from station.frames import framed, read_frame
from station.rejudging.archive import Plan, Rejudged
from station.rejudging.comparing import judge_again
from station.rejudging.places import Place, open_archive

__all__ = ["Begin", "Judged", "Range", "main"]

LARGEST_MEMORY: Final = 2 * 2**30
"""Bytes of address space, as for the bench's own worker: a 16 MiB bundle takes well under 256 MiB."""


class Begin(Struct, frozen=True, tag="begin"):
    """The store to read from and what to judge by. No answer."""

    place: Place
    plan: Plan


class Range(Struct, frozen=True, tag="range"):
    """Judge the attempts from one number to another."""

    first: int
    last: int


class Judged(Struct, frozen=True):
    """The answer to a range."""

    results: tuple[Rejudged, ...]


def main() -> None:
    """Serves requests on standard input until it ends."""
    resource.setrlimit(resource.RLIMIT_AS, (LARGEST_MEMORY, LARGEST_MEMORY))
    first = read_frame(sys.stdin.buffer)
    if first is None:
        return
    begun = msgspec.msgpack.decode(first, type=Begin)
    profile = msgspec.msgpack.decode(begun.plan.profile_data, type=Profile)
    ranges = msgspec.msgpack.Decoder(Range)
    archive = open_archive(begun.place)
    while (message := read_frame(sys.stdin.buffer)) is not None:
        asked = ranges.decode(message)
        results = tuple(
            judge_again(archive, kept, profile, begun.plan.decisions, begun.plan.moment)
            for kept in archive.kept(asked.first, asked.last)
        )
        sys.stdout.buffer.write(framed(Judged(results)))
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
