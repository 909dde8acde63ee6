"""What the engine's companions tell it, one JSON line at a time.

Apart from the companions themselves, so that the engine need not load a web server and an HTTP client to read it.
"""

from __future__ import annotations

from msgspec import Struct

__all__ = ["CentralReady", "SyncSaid"]


class CentralReady(Struct, frozen=True):
    """Central answers: its address, and the file with the bench's token."""

    address: str
    token_file: str


class SyncSaid(Struct, frozen=True):
    """How the upload is: "ok", "away" or "stopped", and a sentence where there is one."""

    state: str
    sentence: str = ""
