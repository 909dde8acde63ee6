"""The network as a way to the bench: TCP and TLS 1.3, in which each side proves who it is.

Addresses are found, and anybody may answer there: only a certificate of the bench's own authority counts. A laptop's
clock may be years wrong, so the times in a certificate are not judged here; the bench judges the laptop's.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import ssl
from typing import TYPE_CHECKING

from . import wording
from .carrier import Lost

if TYPE_CHECKING:
    from .finding import Finder

CONNECT_SECONDS = 2.0
"""For a connection. TCP asks at once and after 1 s, then ever more rarely (tcp(7)); a new one asks at once again."""
HANDSHAKE_SECONDS = 5.0
WINDOW = 64 * 1024
"""Bytes that wait to be sent before no more is taken."""
_NO_CHECK_TIME = 0x200000
"""X509_V_FLAG_NO_CHECK_TIME (openssl/x509_vfy.h), which the ssl module has no name for."""
_PIECE = 16 * 1024
_ALIVE = (
    (socket.TCP_KEEPIDLE, 4),
    (socket.TCP_KEEPINTVL, 2),
    (socket.TCP_KEEPCNT, 3),
    (socket.TCP_USER_TIMEOUT, 10000),
)
"""A cable that is pulled is noticed after 10 s, whether anything is being sent or not (tcp(7))."""


def trust(keys: str) -> ssl.SSLContext:
    """What a connection is made with, from a stick's keys (ca.pem, stick.pem, stick.key). Raises `Lost`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    # The address was found, so it proves nothing: the authority's signature does.
    context.check_hostname = False
    context.verify_mode = ssl.CERT_REQUIRED
    context.verify_flags |= _NO_CHECK_TIME
    try:
        context.load_verify_locations(os.path.join(keys, "ca.pem"))
        context.load_cert_chain(os.path.join(keys, "stick.pem"), os.path.join(keys, "stick.key"))
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        raise Lost(wording.NO_KEYS) from error
    return context


def dial(finder: Finder, context: ssl.SSLContext) -> NetworkCarrier:
    """A connection to the first place where a bench of ours answers. Raises `Lost` with the last reason."""
    why = wording.NO_BENCH_FOUND
    for host, port in finder.places():
        try:
            return NetworkCarrier(_connect(host, port, context))
        except ssl.SSLCertVerificationError as error:
            why = wording.not_our_bench(host, error.verify_message)
        except OSError as error:  # ssl.SSLError is one
            why = wording.no_connection(host, port, _reason(error))
        finder.failed((host, port))
    raise Lost(why)


def _connect(host: str, port: int, context: ssl.SSLContext) -> ssl.SSLSocket:
    plain = socket.create_connection((host, port), CONNECT_SECONDS)
    try:
        plain.settimeout(HANDSHAKE_SECONDS)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for option, value in _ALIVE:
            plain.setsockopt(socket.IPPROTO_TCP, option, value)
        secure = context.wrap_socket(plain)
    except BaseException:
        plain.close()
        raise
    secure.setblocking(False)
    return secure


class NetworkCarrier:
    """One connection."""

    narrow = False

    def __init__(self, connection: ssl.SSLSocket) -> None:
        self._socket = connection
        self._out = bytearray()
        self._sending = b""

    def reached(self) -> bool:
        """True: the handshake is done."""
        return True

    def room(self) -> int:
        """As `Carrier`."""
        return max(0, WINDOW - len(self._out) - len(self._sending))

    def send(self, data: bytes) -> None:
        """As `Carrier`."""
        self._out += data

    def turn(self, seconds: float, wake: int) -> bytes:
        """As `Carrier`. What the bench said before it closed is given first."""
        why = self._write()
        if why is None and not self._socket.pending():
            fd = self._socket.fileno()
            select.select([fd, wake], [fd] if self._out or self._sending else [], [], seconds)
        data, end = self._read()
        if data:
            return data
        if why is not None or end is not None:
            raise Lost(why or end or "")
        return b""

    def close(self) -> None:
        """As `Carrier`."""
        with contextlib.suppress(OSError):
            self._socket.close()

    def _write(self) -> str | None:
        """Sends what goes now; the sentence where the connection has ended."""
        try:
            while self._out or self._sending:
                if not self._sending:
                    # What TLS has begun to send must be offered again just as it was.
                    self._sending = bytes(self._out[:_PIECE])
                    del self._out[:_PIECE]
                self._sending = self._sending[self._socket.send(self._sending) :]
        except (ssl.SSLWantWriteError, ssl.SSLWantReadError):
            pass
        except OSError as error:
            return wording.connection_ended(_reason(error))
        return None

    def _read(self) -> tuple[bytes, str | None]:
        """What has come, and the sentence where nothing more will."""
        data = bytearray()
        try:
            while len(data) < WINDOW:
                piece = self._socket.recv(_PIECE)
                if not piece:
                    return bytes(data), wording.connection_ended("")
                data += piece
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            pass
        except OSError as error:
            return bytes(data), wording.connection_ended(_reason(error))
        return bytes(data), None


def _reason(error: OSError) -> str:
    """What TLS or the system says of it."""
    return getattr(error, "reason", None) or error.strerror or str(error)
