"""How the upload job reaches central: one small protocol, and HTTP over httpx.

    TransportError      no answer at all: central is away, or the connection broke. Try again.

Whatever comes back as an HTTP answer is a `Reply`, even a 500 or a proxy's page: what it means is `upload`'s
business.
"""

from __future__ import annotations

import ipaddress
from types import TracebackType
from typing import Final, Protocol

import httpx
import zstandard
from msgspec import Struct

from station.sync.wire import LARGEST_INFLATED

__all__ = ["AddressRefused", "HttpTransport", "Reply", "Transport", "TransportError"]

_TIMEOUT: Final = httpx.Timeout(30.0, connect=5.0)
_ZSTD_LEVEL: Final = 3


class TransportError(Exception):
    """There was no answer. The message says in a few words what happened."""


class AddressRefused(ValueError):
    """The address of central cannot be used; the message is one sentence."""


class Reply(Struct, frozen=True):
    """An HTTP answer, whoever gave it. `retry_after` is that header's text, or empty."""

    status: int
    body: bytes
    retry_after: str = ""


class Transport(Protocol):
    """The two things a bench says to central. Each call is one request; raises `TransportError` for no answer."""

    def post_batch(self, body: bytes) -> Reply:
        """Send a batch (JSON)."""
        ...

    def put_evidence(self, sha256: str, data: bytes) -> Reply:
        """Send one evidence item under its name."""
        ...


class HttpTransport:
    """Central over HTTP. Certificates are always verified; a token never goes unencrypted to another machine."""

    def __init__(self, base_url: str, token: str, client: httpx.Client | None = None) -> None:
        """`client` is for tests; its base URL and headers are left alone."""
        loopback = _check_address(base_url)
        self._client = client or httpx.Client(
            base_url=base_url,
            timeout=_TIMEOUT,
            verify=True,
            follow_redirects=False,
            # A proxy from the environment is for the way out, never for this machine.
            trust_env=not loopback,
        )
        self._authorization = {"Authorization": f"Bearer {token}"}
        self._compressor = zstandard.ZstdCompressor(level=_ZSTD_LEVEL)

    def __enter__(self) -> HttpTransport:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def post_batch(self, body: bytes) -> Reply:
        """Send a batch, compressed."""
        return self._send("POST", "/v1/batches", body, "application/json")

    def put_evidence(self, sha256: str, data: bytes) -> Reply:
        """Send one evidence item, compressed."""
        return self._send("PUT", f"/v1/evidence/{sha256}", data, "application/octet-stream")

    def _send(self, method: str, path: str, data: bytes, media_type: str) -> Reply:
        headers = {**self._authorization, "Content-Encoding": "zstd", "Content-Type": media_type}
        body = self._compressor.compress(data)
        try:
            with self._client.stream(method, path, content=body, headers=headers) as answer:
                received = bytearray()
                for chunk in answer.iter_bytes():
                    received += chunk
                    if len(received) > LARGEST_INFLATED:
                        raise TransportError("the answer is far too long")
                return Reply(answer.status_code, bytes(received), answer.headers.get("retry-after", ""))
        except httpx.TimeoutException as error:
            raise TransportError("central does not answer in time") from error
        except httpx.ConnectError as error:
            raise TransportError("central cannot be reached") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise TransportError("the connection to central broke") from error


def _check_address(base_url: str) -> bool:
    """True where `base_url` is this machine. Raises `AddressRefused` for what must not carry a token."""
    try:
        url = httpx.URL(base_url)
    except httpx.InvalidURL as error:
        raise AddressRefused(f"{base_url!r} is not an address; write it as in https://central.example.") from error
    if url.scheme not in ("http", "https") or not url.host or url.userinfo:
        raise AddressRefused(f"{base_url!r} is not an address; write it as in https://central.example.")
    loopback = _is_loopback(url.host)
    if url.scheme == "http" and not loopback:
        raise AddressRefused(f"Central at {url.host} must be reached by https; http is for this machine only.")
    return loopback


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
