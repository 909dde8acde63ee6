"""One conversation with an agent: packed bytes of any carrier in, frames out, and the other way round.

Nothing here waits for the laptop without a bound, keeps more than one frame, or does more than a piece of 64 KiB in
one step of the event loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import Final, Protocol

from hardware.evidence.bundle import LARGEST_ITEM
from hardware.laptops.framing import LARGEST_HEADER, PIECE, FrameError, Framing
from hardware.laptops.messages import BenchSays, Hello, LaptopSays, read_laptop, said
from hardware.probe.wire.deflate import NotPacked, Packer, Unpacker
from specs.text import clean

__all__ = ["Carrier", "Connection", "ConnectionEnded"]

WRITE_SECONDS: Final = 15.0
"""Time for the carrier to take what the bench says; a laptop that reads nothing for so long is not there."""
MOST_WAITING: Final = 256 * 1024
"""Bytes that wait to be sent. The bench says a few hundred bytes for each ask."""
MOST_FOR_A_FRAME: Final = LARGEST_ITEM + LARGEST_HEADER + 2**20
"""Packed bytes that may come before a frame is whole: the largest frame, were it packed badly. A packed stream can
also be endless and hold nothing.
"""
FRAMES_A_STEP: Final = 32
"""Frames that are given before others on the event loop have their turn; each takes some 20 microseconds."""


class Carrier(Protocol):
    """Bytes to and from a laptop, in order and whole, or an end."""

    async def read(self) -> bytes:
        """What comes next, at most 64 KiB; nothing where there will be no more. Raises `OSError` where it broke."""
        ...

    async def write(self, data: bytes) -> None:
        """Returns when there is room for more. Raises `OSError` where it broke."""
        ...

    def close(self) -> None:
        """Ends it at once; who waits in `read` is given nothing. May be called again."""
        ...


class ConnectionEnded(Exception):
    """The carrier is at its end or broke, or the other side takes nothing."""


class Connection:
    """One connection, from its first frame on. It is closed by whoever made it."""

    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier
        self._packer = Packer()
        self._unpacker = Unpacker(PIECE)
        self._framing = Framing(self._read)
        self._frames = self._all_frames()
        self._waiting = bytearray()
        self._say = asyncio.Event()
        self._closed = False
        self._listening_since: float | None = None
        self.heard = 0
        """How often anything has come."""
        self.expect: Callable[[LaptopSays, int], None] = _only_hello
        """Told of each frame before its body is there (its length is given); raises `FrameError` to refuse it."""

    @property
    def listening(self) -> bool:
        """False while the bench does not read, because it still works on what has come."""
        return self._listening_since is not None

    @property
    def silent_s(self) -> float:
        """Seconds for which the bench has listened in vain; what it does between two pieces is not silence."""
        if self._listening_since is None:
            return 0.0
        return asyncio.get_running_loop().time() - self._listening_since

    async def hello(self) -> Hello:
        """The first frame. Raises `FrameError` where it is something else, `ConnectionEnded` where there is none."""
        async for frame, _ in self._frames:
            if isinstance(frame, Hello):
                return frame
        raise ConnectionEnded

    def frames(self) -> AsyncGenerator[tuple[LaptopSays, bytes], None]:
        """Each further frame and its body. Raises `FrameError` and `ConnectionEnded`."""
        return self._frames

    def send(self, *messages: BenchSays) -> None:
        """Has the messages sent, soon, by whoever runs `write_all`. Never waits and never raises."""
        for message in messages:
            self._waiting += said(message)
        if len(self._waiting) > MOST_WAITING:
            self.close()
        self._say.set()

    async def write_all(self) -> None:
        """Sends what is given to `send`, for ever. Raises `ConnectionEnded`."""
        while True:
            await self._say.wait()
            self._say.clear()
            await self.flush()

    async def flush(self) -> None:
        """Sends what waits now. Raises `ConnectionEnded`."""
        if self._closed:
            raise ConnectionEnded
        data, self._waiting = bytes(self._waiting), bytearray()
        try:
            async with asyncio.timeout(WRITE_SECONDS):
                await self._carrier.write(self._packer.pack(data))
        except (OSError, TimeoutError) as error:
            raise ConnectionEnded from error

    def close(self) -> None:
        """Ends it at once. May be called again."""
        self._closed = True
        self._say.set()
        self._carrier.close()

    async def _all_frames(self) -> AsyncGenerator[tuple[LaptopSays, bytes], None]:
        given = unframed = 0
        loop = asyncio.get_running_loop()
        while True:
            self._listening_since = loop.time()
            try:
                data = await self._carrier.read()
            except OSError as error:
                raise ConnectionEnded from error
            if not data or self._closed:
                raise ConnectionEnded
            self._listening_since = None
            self.heard += 1
            unframed += len(data)
            try:
                for piece in self._unpacker.unpack(data):
                    for frame in self._framing.feed(piece):
                        yield frame
                        unframed = 0
                        given += 1
                        if given % FRAMES_A_STEP == 0:
                            await asyncio.sleep(0)
                    await asyncio.sleep(0)
            except NotPacked as error:
                raise FrameError(f"bytes that cannot be unpacked ({clean(str(error), 80)})") from error
            if unframed > MOST_FOR_A_FRAME:
                raise FrameError(f"{unframed} bytes that make no frame")

    def _read(self, header: bytes, body_length: int) -> LaptopSays:
        frame = read_laptop(header)
        self.expect(frame, body_length)
        return frame


def _only_hello(frame: LaptopSays, body_length: int) -> None:
    if not isinstance(frame, Hello) or body_length:
        raise FrameError("something before its hello")
