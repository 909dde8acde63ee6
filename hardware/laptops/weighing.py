"""Large items looked at in a process of its own.

Secrets are looked for in every item, which takes up to half a second for one of 4 MiB and holds Python's lock
meanwhile: in a thread it would keep every scan and every other laptop waiting.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from asyncio.subprocess import Process
from typing import Final

import msgspec
from msgspec import Struct

from hardware.evidence.bundle import Item, ItemMeta
from hardware.laptops.answers import ItemFrame, whole_item
from hardware.laptops.connection import ConnectionEnded
from hardware.laptops.framing import LENGTHS, PIECE, FrameError, framed

__all__ = ["Scales", "Weighed"]

LARGE: Final = PIECE
"""Bytes from which on an item is looked at in the process: less takes some 10 ms at worst."""
WEIGH_SECONDS: Final = 30.0
"""Time for one item: sixty times what the slowest was seen to take."""


class Weighed(Struct, frozen=True):
    """What the process says of one item: its description, or what is wrong with it. The item's bytes follow."""

    meta: ItemMeta | None
    error: str = ""


class Scales:
    """The process, started when the first large item comes, and anew where it failed."""

    def __init__(self) -> None:
        self._process: Process | None = None
        self._one = asyncio.Lock()

    async def whole_item(self, frame: ItemFrame, body: bytes) -> Item:
        """As `answers.whole_item`. Raises `FrameError`, and `ConnectionEnded` where the process failed: the laptop
        then says the item again.
        """
        if len(body) < LARGE:
            return whole_item(frame, body)
        async with self._one:
            try:
                async with asyncio.timeout(WEIGH_SECONDS):
                    weighed, data = await self._weigh(frame, body)
            except (OSError, EOFError, TimeoutError, msgspec.MsgspecError) as error:
                await self._end()
                raise ConnectionEnded from error
            except asyncio.CancelledError:
                # What it would answer now belongs to nobody.
                self._kill()
                raise
        if weighed.meta is None:
            raise FrameError(weighed.error)
        return Item(weighed.meta, data)

    async def close(self) -> None:
        """Ends the process."""
        await self._end()

    async def _weigh(self, frame: ItemFrame, body: bytes) -> tuple[Weighed, bytes]:
        process = self._process
        if process is None or process.returncode is not None:
            process = self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", "hardware.laptops.weighing_child"),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                limit=PIECE,
                start_new_session=True,
            )
        assert process.stdin is not None
        assert process.stdout is not None
        plain = ItemFrame(*(getattr(frame, name) for name in ItemFrame.__struct_fields__))
        process.stdin.write(framed(msgspec.json.encode(plain), body))
        await process.stdin.drain()
        header_length, body_length = LENGTHS.unpack(await process.stdout.readexactly(LENGTHS.size))
        weighed = msgspec.json.decode(await process.stdout.readexactly(header_length), type=Weighed)
        return weighed, await process.stdout.readexactly(body_length)

    def _kill(self) -> None:
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()

    async def _end(self) -> None:
        self._kill()
        process, self._process = self._process, None
        if process is not None:
            if process.stdin is not None:
                process.stdin.close()
            await process.wait()
