"""Bytes to and from a laptop over TLS."""

from __future__ import annotations

import asyncio
import socket
import ssl
from typing import Final

from hardware.laptops.framing import PIECE

__all__ = ["TlsCarrier"]

CLOSING_SECONDS: Final = 5.0
"""Time for the last words to go out; then the connection is cut."""


class TlsCarrier(asyncio.Protocol):
    """A `Carrier`. What comes is kept up to about 64 KiB and what TLS gives at once; then the laptop has to wait."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._received = bytearray()
        self._news = asyncio.Event()
        self._writable = asyncio.Event()
        self._writable.set()
        self._over = False
        self._closed = False

    @classmethod
    async def accepted(cls, connection: socket.socket, context: ssl.SSLContext, seconds: float) -> TlsCarrier:
        """The carrier over a connection that was just accepted, after the handshake. Raises `OSError` (`ssl.SSLError`
        and `TimeoutError` are such); the connection is closed then.
        """
        loop = asyncio.get_running_loop()
        try:
            _, carrier = await loop.connect_accepted_socket(
                cls,
                connection,
                ssl=context,
                ssl_handshake_timeout=seconds,
                ssl_shutdown_timeout=CLOSING_SECONDS,
            )
        except BaseException:
            connection.close()
            raise
        return carrier

    @property
    def certificate(self) -> bytes:
        """The laptop's certificate (DER)."""
        assert self._transport is not None
        tls: ssl.SSLObject = self._transport.get_extra_info("ssl_object")
        return tls.getpeercert(binary_form=True) or b""

    async def read(self) -> bytes:
        """As `Carrier`."""
        while not self._received and not self._over and not self._closed:
            self._news.clear()
            await self._news.wait()
        if self._closed:
            return b""
        piece = bytes(self._received[:PIECE])
        del self._received[:PIECE]
        if self._transport is not None and len(self._received) < PIECE and not self._over:
            self._transport.resume_reading()
        return piece

    async def write(self, data: bytes) -> None:
        """As `Carrier`."""
        if self._transport is None or self._over or self._closed:
            raise ConnectionResetError("the connection is over")
        self._transport.write(data)
        await self._writable.wait()

    def close(self) -> None:
        """As `Carrier`; what was written goes out first, for some seconds."""
        self._closed = True
        self._received.clear()
        self._news.set()
        self._writable.set()
        if self._transport is not None:
            self._transport.close()

    # ---- told by asyncio -----------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        if self._closed:
            return
        self._received += data
        self._news.set()
        if self._transport is not None and len(self._received) >= PIECE:
            self._transport.pause_reading()

    def eof_received(self) -> None:
        self._over = True
        self._news.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self._over = True
        self._news.set()
        self._writable.set()

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()
