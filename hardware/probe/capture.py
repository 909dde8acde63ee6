"""One capture: every item of the table in turn, each with its description, none able to stop the others."""

from __future__ import annotations

import hashlib
import os
import time
from typing import TYPE_CHECKING, NamedTuple

from . import FORMAT, NAME, VERSION
from .items_linux import Entry, Place, Raw, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .laptop import Laptop
    from .tools import Tools

LARGEST_ITEM = 4 * 2**20
LARGEST_BUNDLE = 16 * 2**20
CAPTURE_SECONDS = 100.0
"""After this the remaining items are only listed. The bench waits 120 s."""
LONGEST_WORDS = 250


class Meta(NamedTuple):
    """The description of an item, as the manifest lists it."""

    id: str
    file: str
    source: str
    exit: int | None
    ms: float
    size: int
    sha256: str
    truncated: bool
    error: str | None


class Capture:
    """What is known before the first item: which capture this is, when, and what will come."""

    def __init__(self, laptop: Laptop, tools: Tools | None, *, fast: bool = False, boot_stick: bool = False) -> None:
        now = time.time()
        self.bundle_id = new_id(now)
        self.captured_at = rfc3339(now)
        self._laptop = laptop
        self._tools = tools
        self._fast = fast
        self._began = time.monotonic()
        laptop.allow(10.0)
        self._table = table(laptop, boot_stick)

    def head(self) -> dict[str, object]:
        """The capture's own description, for the manifest and the first frame."""
        return {
            "format": FORMAT,
            "bundle_id": self.bundle_id,
            "captured_at": self.captured_at,
            "probe": {"name": NAME, "version": VERSION},
        }

    def expected(self) -> list[str]:
        """The ids of the items, in order."""
        return [entry.id for entry in self._table]

    def items(self) -> Iterator[tuple[Meta, bytes]]:
        """Each item as it is collected. Never fails: an item that cannot be had has its reason."""
        left = LARGEST_BUNDLE
        for entry in self._table:
            start = time.monotonic()
            raw = self._collect(entry, min(LARGEST_ITEM, left))
            meta = _describe(entry, raw, (time.monotonic() - start) * 1000)
            left -= meta.size
            yield meta, raw.data

    def _collect(self, entry: Entry, room: int) -> Raw:
        left = CAPTURE_SECONDS - (time.monotonic() - self._began)
        if self._fast and entry.slow:
            return Raw(error="left out: --fast")
        if left < (entry.seconds if entry.slow else 0):
            return Raw(error=f"left out: the capture may take {CAPTURE_SECONDS:.0f} s")
        if room < 1024:
            return Raw(error="left out: the bundle is full (16 MiB)")
        seconds = min(entry.seconds, left)
        self._laptop.allow(seconds)
        start = time.monotonic()
        try:
            raw = entry.collect(Place(self._laptop, self._tools, room))
        except Exception as error:
            # A mistake of ours in one item must not cost the others.
            return Raw(error=f"the probe failed: {type(error).__name__}: {error}")
        late = time.monotonic() - start >= seconds and raw.error is not None
        if late and not str(raw.error).startswith("timed out after"):
            raw = raw._replace(error=f"timed out after {seconds:.0f} s; {raw.error}", cut=True)
        return raw._replace(data=raw.data[:room], cut=raw.cut or len(raw.data) > room)


def _describe(entry: Entry, raw: Raw, ms: float) -> Meta:
    error = raw.error
    if error is not None:
        error = os.fsencode(error).decode("utf-8", "replace")[:LONGEST_WORDS]
    missing = error is not None and not raw.data
    return Meta(
        id=entry.id,
        file="" if missing else f"items/{entry.id}",
        source=entry.source,
        exit=raw.exit,
        ms=round(ms, 3),
        size=len(raw.data),
        sha256="" if missing else hashlib.sha256(raw.data).hexdigest(),
        truncated=raw.cut,
        error=error,
    )


def new_id(now: float) -> str:
    """A UUID version 7 (RFC 9562 section 5.7): 48 bits of milliseconds, then chance."""
    number = int(now * 1000) << 80 | int.from_bytes(os.urandom(10), "big")
    number = number & ~(0xF << 76) | 0x7 << 76
    number = number & ~(0x3 << 62) | 0x2 << 62
    text = f"{number & (1 << 128) - 1:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def rfc3339(now: float) -> str:
    """A time as UTC with milliseconds: 2021-10-18T09:30:00.000Z."""
    ms = int(now * 1000)
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(ms // 1000))}.{ms % 1000:03d}Z"
