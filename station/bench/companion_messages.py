"""What the engine's companions tell it, one JSON line at a time.

Apart from the companions themselves, so that the engine need not load a web server and an HTTP client to read it.
"""

from __future__ import annotations

from msgspec import Struct

__all__ = ["CentralReady", "PrintSaid", "SyncSaid"]


class CentralReady(Struct, frozen=True):
    """Central answers: its address, and the file with the bench's token."""

    address: str
    token_file: str


class SyncSaid(Struct, frozen=True):
    """How the upload is: "ok", "away" or "stopped", and a sentence where there is one."""

    state: str
    sentence: str = ""


class PrintSaid(Struct, frozen=True):
    """How the label printer is: "ok", "trouble" or "off" (none is set), and a sentence where there is one.

    `printer` is what it is called, blank where none is set. `waiting` labels are still to come out; at `to_look_at` a
    person must look.
    """

    state: str
    sentence: str = ""
    waiting: int = 0
    printer: str = ""
    to_look_at: int = 0
