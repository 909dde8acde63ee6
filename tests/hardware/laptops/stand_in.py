"""An agent written from what hardware/probe/agent promises, in the test's own process, over any carrier.

`StandIn` keeps the promises; `Hand` says what the test tells it to, true or not.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import os
import secrets
import socket
import ssl
import struct
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from hardware.evidence.bundle import FORMAT
from hardware.laptops.connection import Carrier
from hardware.laptops.keys import StickKeys
from hardware.probe.wire.arq import LineEnd
from hardware.probe.wire.deflate import Packer, Unpacker
from hardware.probe.wire.packets import Role

CAPTURE = {"dmi": b"DMI" * 100, "cpu": b"processor\t: 0\n", "kernel": bytes(range(256)) * 1000}
MEASURED = {"exercise": "memory", "version": 1, "arguments": {}, "seconds": 0.1, "restored": None, "measured": {}}


def encoded(header: dict[str, Any], body: bytes = b"") -> bytes:
    text = json.dumps(header).encode()
    return struct.pack(">II", len(text), len(body)) + text + body


def start(ask: int, n: int = 0, **changes: Any) -> dict[str, Any]:
    head = {
        "frame": "start",
        "format": FORMAT,
        "bundle_id": secrets.token_hex(8),
        "captured_at": "2021-10-18T09:30:00Z",
    }
    return {**head, "probe": {"name": "p", "version": "1"}, "expected": [*CAPTURE], "ask": ask, "n": n, **changes}


def item(ask: int, n: int, item_id: str, body: bytes, **changes: Any) -> dict[str, Any]:
    meta = {"source": "s", "exit": None, "ms": 1.0, "size": len(body), "sha256": hashlib.sha256(body).hexdigest()}
    return {
        "frame": "item",
        "id": item_id,
        **meta,
        "truncated": False,
        "error": None,
        "ask": ask,
        "n": n,
        **changes,
    }


class Hand:
    """One connection of an agent, moved by hand."""

    def __init__(
        self, carrier: Carrier, *, boot: str = "", slot: int = 0, stick: str = "s1", narrow: bool = False
    ) -> None:
        self.carrier = carrier
        self.boot = boot or secrets.token_hex(16)
        self.slot, self.stick, self.narrow = slot, stick, narrow
        self._packer, self._unpacker = Packer(), Unpacker()
        self._packing = asyncio.Lock()
        self._heard = bytearray()

    async def say(self, *frames: dict[str, Any] | tuple[dict[str, Any], bytes]) -> None:
        await self.say_raw(b"".join(encoded(*one) if isinstance(one, tuple) else encoded(one) for one in frames))

    async def say_raw(self, data: bytes) -> None:
        # A real laptop packs on its own processor, not on the bench's event loop.
        async with self._packing:
            large = len(data) > 64 * 1024
            packed = await asyncio.to_thread(self._packer.pack, data) if large else self._packer.pack(data)
            await self.carrier.write(packed)

    async def hello(self, **changes: Any) -> None:
        words = {"frame": "hello", "protocol": 1, "agent": {"name": "t", "version": "1"}, "boot": self.boot}
        await self.say({**words, "slot": self.slot, "stick": self.stick, "narrow": self.narrow, **changes})

    async def hear(self) -> AsyncIterator[dict[str, Any]]:
        """What the bench says; ends with the connection."""
        while True:
            while len(self._heard) >= 8:
                length, body = struct.unpack_from(">II", self._heard)
                assert not body
                if len(self._heard) < 8 + length:
                    break
                header = json.loads(bytes(self._heard[8 : 8 + length]))
                del self._heard[: 8 + length]
                yield header
            try:
                data = await self.carrier.read()
            except OSError:
                return
            if not data:
                return
            for piece in self._unpacker.unpack(data):
                self._heard += piece

    async def until(self, kind: str) -> dict[str, Any]:
        """The next frame of a kind; answers pings meanwhile. Raises `EOFError` where the connection ends first."""
        async for frame in self.hear():
            if frame["frame"] == kind:
                return frame
            if frame["frame"] == "ping":
                await self.say({"frame": "pong", "number": frame["number"]})
        raise EOFError

    async def ended(self) -> None:
        """Until the bench has ended the connection."""
        async for _ in self.hear():
            pass

    async def greet(self) -> dict[str, Any]:
        await self.hello()
        return await self.until("welcome")


class StandIn:
    """An agent that keeps its promises, over one connection after the other."""

    def __init__(self, capture: dict[str, bytes] | None = None, *, slot: int = 0, stick: str = "s1") -> None:
        self.boot = secrets.token_hex(16)
        self.slot, self.stick = slot, stick
        self.capture = CAPTURE if capture is None else capture
        self.asks: dict[int, list[bytes]] = {}
        self.begun: list[int] = []
        self.pages: list[dict[str, Any]] = []
        self.stopped: list[int] = []
        self.welcomes: list[dict[str, Any]] = []
        self.refused: list[dict[str, Any]] = []
        self.pause_before: Callable[[int], Any] | None = None
        """Awaited before frame n of an answer is said."""
        self.holds: dict[int, asyncio.Event] = {}
        """Exercises that end only when they are stopped."""
        self._saying: dict[int, asyncio.Task[None]] = {}

    async def serve(self, carrier: Carrier) -> None:
        """One connection, until it ends."""
        hand = Hand(carrier, boot=self.boot, slot=self.slot, stick=self.stick)
        try:
            await hand.hello()
            async for frame in hand.hear():
                await self._obey(hand, frame)
        except OSError:
            pass
        finally:
            for task in self._saying.values():
                task.cancel()
            await asyncio.gather(*self._saying.values(), return_exceptions=True)
            self._saying.clear()
            carrier.close()

    async def _obey(self, hand: Hand, frame: dict[str, Any]) -> None:
        match frame:
            case {"frame": "welcome"}:
                self.welcomes.append(frame)
                if frame["fresh"]:
                    self.asks.clear()
            case {"frame": "refused"}:
                self.refused.append(frame)
            case {"frame": "ping", "number": number}:
                await hand.say({"frame": "pong", "number": number})
            case {"frame": "show"}:
                self.pages.append(frame)
            case {"frame": "ask", "ask": ask}:
                if ask not in self.asks:
                    self.begun.append(ask)
                    self.asks[ask] = self._answer(frame)
                    self._say(hand, ask, 0)
            case {"frame": "resume", "ask": ask, "n": n}:
                if ask in self.asks:
                    self._say(hand, ask, n)
                else:
                    await hand.say({"frame": "failed", "ask": ask, "n": n, "error": "not known"})
            case {"frame": "done", "ask": ask}:
                self.asks.pop(ask, None)
            case {"frame": "stop", "ask": ask}:
                self.stopped.append(ask)
                if ask in self.holds:
                    self.holds[ask].set()
                elif ask in self._saying:
                    self._saying.pop(ask).cancel()

    def _answer(self, frame: dict[str, Any]) -> list[bytes]:
        ask = frame["ask"]
        if frame["what"] == "exercise":
            if frame["name"] == "keyboard":
                self.holds[ask] = asyncio.Event()
            name = f"exercise-{frame['name']}"
            body = json.dumps({**MEASURED, "exercise": frame["name"], "arguments": frame["arguments"]}).encode()
            progress = {"frame": "progress", "ask": ask, "done": 1, "of": 2}
            return [
                encoded({**progress, "n": 0, "state": "started"}),
                encoded({**progress, "n": 1, "state": "going"}),
                encoded(item(ask, 2, name, body), body),
                encoded({"frame": "end", "ask": ask, "n": 3, "items": 1}),
            ]
        frames = [encoded(start(ask, expected=[*self.capture]))]
        for item_id, body in self.capture.items():
            frames.append(encoded(item(ask, len(frames), item_id, body), body))
        return [*frames, encoded({"frame": "end", "ask": ask, "n": len(frames), "items": len(self.capture)})]

    def _say(self, hand: Hand, ask: int, n: int) -> None:
        if (before := self._saying.pop(ask, None)) is not None:
            before.cancel()
        self._saying[ask] = asyncio.create_task(self._say_from(hand, ask, n))

    async def _say_from(self, hand: Hand, ask: int, n: int) -> None:
        with contextlib.suppress(OSError):
            for number, frame in enumerate(self.asks[ask][n:], n):
                if self.pause_before is not None:
                    await self.pause_before(number)
                if ask in self.holds and number == 2:
                    await self.holds[ask].wait()
                await hand.say_raw(frame)


# ---- carriers ------------------------------------------------------------------------------------------


class StreamEnd:
    """Either end of a stream as a `Carrier`."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.cut = False

    async def read(self) -> bytes:
        return await self.reader.read(64 * 1024)

    async def write(self, data: bytes) -> None:
        if self.writer.is_closing():
            raise ConnectionResetError
        self.writer.write(data)
        await self.writer.drain()
        await asyncio.sleep(0)  # where the line takes everything, `drain` gives nobody else a turn

    def close(self) -> None:
        self.writer.transport.abort()


async def pair() -> tuple[StreamEnd, StreamEnd]:
    """Both ends of a local connection: the bench's and the laptop's."""
    one, other = socket.socketpair()
    return StreamEnd(*await asyncio.open_connection(sock=one)), StreamEnd(*await asyncio.open_connection(sock=other))


def client_context(keys: StickKeys, folder: Path) -> ssl.SSLContext:
    folder.mkdir(exist_ok=True)
    for name, content in zip(("ca.pem", "stick.pem", "stick.key"), keys, strict=True):
        (folder / name).write_bytes(content)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.load_verify_locations(folder / "ca.pem")
    context.load_cert_chain(folder / "stick.pem", folder / "stick.key")
    return context


async def dial(port: int, context: ssl.SSLContext) -> StreamEnd:
    return StreamEnd(*await asyncio.open_connection("127.0.0.1", port, ssl=context))


class LineLaptop:
    """The laptop's end of a serial line, over the master of a pty."""

    def __init__(self, master: int) -> None:
        self._master = master
        self._end = LineEnd(Role.LAPTOP, secrets.randbits(63) + 1, time.monotonic())
        self._news = asyncio.Condition()
        self._got = bytearray()
        self._seen: int | None = None
        self.over = False
        self.cut = False
        """While true the line is cut: nothing goes either way."""
        self._task = asyncio.create_task(self._turn())

    async def _turn(self) -> None:
        loop = asyncio.get_running_loop()
        os.set_blocking(self._master, False)
        out = b""
        while not self.over:
            readable = asyncio.Event()
            loop.add_reader(self._master, readable.set)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.02):
                    await readable.wait()
            loop.remove_reader(self._master)
            data = b""
            try:
                with contextlib.suppress(BlockingIOError):
                    data = os.read(self._master, 4096)
            except OSError:
                await asyncio.sleep(0.02)  # nobody has the other end open
            now = time.monotonic()
            if not self.cut:
                self._end.feed(data, now)
            out = out or self._end.outgoing(now)
            if self.cut:
                out = b""
            with contextlib.suppress(BlockingIOError):
                out = out[os.write(self._master, out) :]
            async with self._news:
                self._got += self._end.read()
                if self._end.connected and self._seen is None:
                    self._seen = self._end.restarts
                elif self._seen is not None and self._seen != self._end.restarts:
                    self.over = True
                self._news.notify_all()

    async def read(self) -> bytes:
        async with self._news:
            await self._news.wait_for(lambda: self._got or self.over)
            data = bytes(self._got)
            self._got.clear()
            return data

    async def write(self, data: bytes) -> None:
        async with self._news:
            while data:
                if self.over:
                    raise ConnectionResetError
                data = data[self._end.write(data) :]
                if data:
                    await self._news.wait()

    def close(self) -> None:
        self.over = True
        self._task.cancel()
