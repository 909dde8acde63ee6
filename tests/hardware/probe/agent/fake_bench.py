"""A bench that does just what a test says, over a real socket or at the other end of a pseudo terminal."""

import os
import pty
import select
import socket
import ssl
import time
import tty
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from hardware.probe.agent.frames import Frame, FrameReader
from hardware.probe.wire.arq import LineEnd
from hardware.probe.wire.deflate import Packer, Unpacker
from hardware.probe.wire.packets import Role

PATIENCE = 60.0
"""Seconds after which a test that waits has failed; nothing here waits that long when it is well."""


class Ended(Exception):
    """The agent has ended the conversation."""


class Conversation:
    """The bench's end of one conversation. `receive` gives bytes, or b"" after some time; it raises `Ended`."""

    def __init__(self, send: Callable[[bytes], None], receive: Callable[[], bytes]) -> None:
        self._send = send
        self._receive = receive
        self._packer = Packer()
        self._unpacker = Unpacker()
        self._reader = FrameReader()
        self._frames: list[Frame] = []

    def say(self, kind: str, **fields: Any) -> None:
        self._send(self._packer.pack(Frame({"frame": kind, **fields}).encode()))

    def hear(self) -> Frame:
        """The next frame."""
        until = time.monotonic() + PATIENCE
        while not self._frames:
            assert time.monotonic() < until, "the agent says nothing"
            for piece in self._unpacker.unpack(self._receive()):
                self._frames += self._reader.feed(piece)
        return self._frames.pop(0)

    def welcome(self, *, fresh: bool = True, slot: int = 3) -> dict[str, Any]:
        """Waits for the hello and welcomes; gives the hello."""
        hello = self.hear().header
        assert hello["frame"] == "hello"
        self.say("welcome", protocol=1, bench="Goods-in 2", slot=slot, fresh=fresh)
        return hello

    def answer(self, ask: int) -> list[Frame]:
        """All frames of an ask up to its end."""
        frames: list[Frame] = []
        while not frames or frames[-1].header["frame"] not in ("end", "failed"):
            frame = self.hear()
            if frame.header.get("ask") == ask:
                frames.append(frame)
        return frames


# ---- over the network ------------------------------------------------------------------------------------------


class Pair(NamedTuple):
    """A certificate and its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def authority(name: str = "bench authority") -> Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    return Pair(_certificate(name, key, name, key, None, None), key)


def issue(by: Pair, name: str, *, server: bool, begins: datetime | None = None) -> Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    usage = ExtendedKeyUsageOID.SERVER_AUTH if server else ExtendedKeyUsageOID.CLIENT_AUTH
    issuer = by.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
    return Pair(_certificate(name, key, str(issuer), by.key, usage, begins), key)


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    signer: ec.EllipticCurvePrivateKey,
    usage: x509.ObjectIdentifier | None,
    begins: datetime | None,
) -> x509.Certificate:
    begins = begins or datetime.now(UTC) - timedelta(days=1)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=365))
        .add_extension(x509.BasicConstraints(ca=usage is None, path_length=None), critical=True)
    )
    if usage is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
    return builder.sign(signer, hashes.SHA256())


def write_keys(folder: Path, trusted: Pair, stick: Pair) -> Path:
    """A stick's keys, as the agent reads them."""
    folder.mkdir(exist_ok=True)
    (folder / "ca.pem").write_bytes(_pem(trusted.certificate))
    (folder / "stick.pem").write_bytes(_pem(stick.certificate))
    (folder / "stick.key").write_bytes(_key(stick.key))
    return folder


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _key(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


class NetworkBench:
    """Listens on the loopback with this certificate, and takes sticks of `trusted`."""

    def __init__(self, folder: Path, me: Pair, trusted: Pair) -> None:
        folder.mkdir(exist_ok=True)
        (folder / "bench.pem").write_bytes(_pem(me.certificate))
        (folder / "bench.key").write_bytes(_key(me.key))
        (folder / "trusted.pem").write_bytes(_pem(trusted.certificate))
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(folder / "bench.pem", folder / "bench.key")
        self._context.load_verify_locations(folder / "trusted.pem")
        self._context.verify_mode = ssl.CERT_REQUIRED
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._listening.settimeout(PATIENCE)
        self.port: int = self._listening.getsockname()[1]
        self._open: list[ssl.SSLSocket] = []

    def accept(self) -> Conversation:
        """The next agent that dials. Raises `ssl.SSLError` and `OSError` where the handshake fails."""
        plain, _ = self._listening.accept()
        plain.settimeout(PATIENCE)
        try:
            secure = self._context.wrap_socket(plain, server_side=True)
        except BaseException:
            plain.close()
            raise
        self._open.append(secure)

        def receive() -> bytes:
            try:
                data = secure.recv(64 * 1024)
            except OSError as error:
                raise Ended from error
            if not data:
                raise Ended
            return data

        return Conversation(secure.sendall, receive)

    def cut(self) -> None:
        """Ends the newest connection."""
        self._open.pop().close()

    def close(self) -> None:
        for one in self._open:
            one.close()
        self._listening.close()


# ---- over a serial line ----------------------------------------------------------------------------------------


class SerialBench:
    """The bench at the end of a pseudo terminal; `device` is the laptop's port."""

    def __init__(self) -> None:
        self._fd, self._laptop = pty.openpty()
        tty.setraw(self._laptop)
        self.device = os.ttyname(self._laptop)
        self.end = self._new_end()

    def _new_end(self) -> LineEnd:
        return LineEnd(Role.BENCH, int.from_bytes(os.urandom(8), "big") or 1, time.monotonic())

    def start_anew(self) -> None:
        """As a bench does whose program was started again."""
        self.end = self._new_end()

    def accept(self) -> Conversation:
        """A conversation with whoever is there, from the next bytes on."""
        restarts = self.end.restarts

        def send(data: bytes) -> None:
            while data:
                data = data[self.end.write(data) :]
                self.turn()

        def receive() -> bytes:
            data = self.end.read()
            if not data:
                self.turn()
            if self.end.restarts != restarts:
                raise Ended
            return data

        return Conversation(send, receive)

    def turn(self) -> None:
        now = time.monotonic()
        out = self.end.outgoing(now)
        while out:
            out = out[os.write(self._fd, out) :]
        wait = max(0.0, min(0.2, self.end.wake_at - now))
        if select.select([self._fd], [], [], wait)[0]:
            self.end.feed(os.read(self._fd, 4096), time.monotonic())

    def noise(self, data: bytes) -> None:
        """Bytes that are no packet."""
        os.write(self._fd, data)

    def close(self) -> None:
        os.close(self._fd)
        os.close(self._laptop)
