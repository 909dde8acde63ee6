"""What every way of reaching a laptop can do: say what it is, and collect evidence item by item.

Implementations: `this_machine` (the probe as a process on the bench computer), `recorded` (a stored bundle).
A link over a wire speaks the frames of `hardware.laptops.frames`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Protocol

from msgspec import Struct

from hardware.evidence.bundle import Item, ProbeName

__all__ = ["CaptureStarted", "Link", "LinkError", "LinkLost"]


class LinkError(Exception):
    """The laptop could not be asked; the bench's fault, not the laptop's. One sentence with the remedy."""


class LinkLost(LinkError):
    """The laptop went away in the middle of a capture: the attempt is aborted, never failed."""


class CaptureStarted(Struct, frozen=True):
    """The first thing a link gives: which capture this is, and which items will come (in this order)."""

    bundle_id: str
    captured_at: str
    probe: ProbeName
    expected: tuple[str, ...] = ()


class Link(Protocol):
    """One laptop that can be asked for its evidence."""

    @property
    def name(self) -> str:
        """What a person calls this link: "this machine", "recorded bundle x.zip"."""
        ...

    @property
    def live(self) -> bool:
        """True for a laptop: asked again, it answers anew. False for recorded evidence, which cannot change."""
        ...

    def collect(self, *, fast: bool = False) -> AsyncGenerator[CaptureStarted | Item, None]:
        """One capture: `CaptureStarted`, then each item as it arrives; ends when the capture is whole.

        Raises `LinkLost` where the laptop vanishes first, `LinkError` where it cannot be asked at all.
        Closing the iterator early stops the capture and leaves no process behind.
        """
        ...
