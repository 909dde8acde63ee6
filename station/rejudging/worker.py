"""A process that judges stored attempts again, one range of numbers at a time.

It speaks over its standard streams. Evidence is hostile: where a range takes too long or kills the process, the one
who asked starts another and goes on attempt by attempt.
"""

from __future__ import annotations

import resource
import sys
from typing import Final, TypeAlias

import msgspec
from msgspec import Struct

from specs.profile import Profile
from station.central.errors import CentralError
from station.frames import framed, read_frame
from station.rejudging import wording
from station.rejudging.archive import Archive, Kept, Plan, Rejudged
from station.rejudging.comparing import judge_again
from station.rejudging.places import Place, open_archive
from station.store.bench_store import StoreRefused
from station.store.database import StoreUnusable

__all__ = ["Answer", "Begin", "Failed", "Judged", "Range", "Ready", "main"]

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


class Ready(Struct, frozen=True, tag="ready"):
    """The store is open: ranges may come."""


class Judged(Struct, frozen=True, tag="judged"):
    """The answer to a range."""

    results: tuple[Rejudged, ...]


class Failed(Struct, frozen=True, tag="failed"):
    """The store cannot be read; nothing is wrong with the evidence. One sentence."""

    sentence: str


Answer: TypeAlias = Ready | Judged | Failed


def main() -> None:
    """Serves requests on standard input until it ends."""
    resource.setrlimit(resource.RLIMIT_AS, (LARGEST_MEMORY, LARGEST_MEMORY))
    first = read_frame(sys.stdin.buffer)
    if first is None:
        return
    begun = msgspec.msgpack.decode(first, type=Begin)
    profile = msgspec.msgpack.decode(begun.plan.profile_data, type=Profile)
    ranges = msgspec.msgpack.Decoder(Range)
    try:
        archive = open_archive(begun.place)
        _answer(Ready())
        while (message := read_frame(sys.stdin.buffer)) is not None:
            asked = ranges.decode(message)
            kept = archive.kept(asked.first, asked.last)
            _answer(Judged(tuple(_judged(archive, one, profile, begun.plan) for one in kept)))
    except (StoreUnusable, StoreRefused, CentralError) as error:
        _answer(Failed(str(error)))


def _judged(archive: Archive, kept: Kept, profile: Profile, plan: Plan) -> Rejudged:
    """One attempt; what goes wrong with it is its own problem, and the others go on."""
    try:
        return judge_again(archive, kept, profile, plan.decisions, plan.moment)
    except MemoryError:
        problem = wording.TOO_HARD
    except (StoreRefused, CentralError):
        raise
    except Exception as error:
        # A defect of ours. It stops at this attempt, which keeps its verdict and says so.
        problem = wording.mistake(type(error).__name__)
    return Rejudged(kept.number, kept.attempt_id, kept.serial, kept.verdict, None, problem=problem)


def _answer(answer: Answer) -> None:
    sys.stdout.buffer.write(framed(answer))
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
