"""A stored bundle in a laptop's place: the same items, given as a laptop would."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

from hardware.evidence.bundle import BundleError, Item, read_bundle
from hardware.laptops import wording
from hardware.laptops.link import CaptureStarted, ExerciseOrder, LaptopPage, LinkError, Progress
from specs.text import clean

__all__ = ["RecordedBundle"]


class RecordedBundle:
    """The `Link` to the bundle at `path`, a folder or a zip. It is read anew for each capture.

    A folder that was made by hand has no manifest: its `bundle_id` and `captured_at` are empty.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def name(self) -> str:
        """recorded bundle x.zip"""
        return f"recorded bundle {clean(self._path.name, 80)}"

    @property
    def live(self) -> bool:
        """False: the same bundle says the same each time."""
        return False

    @property
    def identity(self) -> str:
        """The bundle's path."""
        return f"recorded {self._path}"

    @property
    def narrow(self) -> bool:
        """False."""
        return False

    async def collect(self, *, fast: bool = False) -> AsyncGenerator[CaptureStarted | Item, None]:
        """The bundle's items in their order; `fast` leaves nothing out, because nothing in it is slow.

        Raises `LinkError` where there is no bundle.
        """
        try:
            bundle = await asyncio.to_thread(read_bundle, self._path)
        except BundleError as error:
            raise LinkError(str(error)) from error
        manifest = bundle.manifest
        yield CaptureStarted(manifest.bundle_id, manifest.captured_at, manifest.probe, tuple(bundle.items))
        for item in bundle.items.values():
            yield item

    def exercise(self, order: ExerciseOrder) -> AsyncGenerator[Progress | Item, None]:
        """Raises `LinkError`: what is recorded cannot be exercised."""
        raise LinkError(wording.NOT_LIVE)

    def finish(self, name: str) -> None:
        """Nothing: none runs."""

    def busy(self, busy: bool) -> None:
        """Nothing: it cannot leave."""

    async def lost(self) -> str:
        """Never returns."""
        never: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        return await never

    async def show(self, page: LaptopPage) -> None:
        """Nothing: there is no screen."""
