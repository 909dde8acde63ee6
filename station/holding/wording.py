"""What `station hold` says to a person: every sentence of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from specs.text import clean
from station.store.hold_book import Hold

__all__ = [
    "NONE_HELD",
    "NO_OWNER",
    "NO_REASON",
    "hold_lines",
    "no_serial",
    "no_store",
    "not_held",
    "released",
]

NONE_HELD: Final = "No laptop is on hold."
NO_OWNER: Final = "a release needs an owner: give your name with --by"
NO_REASON: Final = "a release needs a reason: say with --reason why the laptop may go on"


def no_store(folder: str) -> str:
    """There is no bench store in the data folder."""
    return f"no bench has worked in {clean(folder)} yet; name its data folder with --data"


def no_serial(why: str) -> str:
    """The serial number cannot be one."""
    return f"{why[:1].lower()}{why[1:]}; type the serial number as it is on the label"


def not_held(serial: str, held: Sequence[str]) -> str:
    """The laptop is not on hold."""
    others = f"on hold are {', '.join(held)}" if held else "no laptop is"
    return f"{serial} is not on hold at this bench; {others}"


def released(hold: Hold) -> str:
    """A laptop was let go."""
    return (
        f"Released: {hold.serial}, on hold since {_moment(hold.made_at)} ({hold.made_by}: {hold.reason})."
        " Print its label again, or test it again: one that was printed meanwhile says HOLD."
    )


def hold_lines(hold: Hold) -> tuple[str, ...]:
    """A hold in the list."""
    line = f"{hold.serial}  since {_moment(hold.made_at)}, by {hold.made_by}: {hold.reason}"
    if not hold.ended_at:
        return (line,)
    return (line, f"    released {_moment(hold.ended_at)} by {hold.ended_by}: {hold.ended_reason}")


def _moment(utc: str) -> str:
    return f"{utc[:16].replace('T', ' ')} UTC"
