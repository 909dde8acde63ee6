"""A request's body, bounded twice: as it travels, and again as it inflates. Nothing here trusts a length."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from typing import Final

import zstandard

__all__ = ["BodyRefused", "inflate", "read_bounded"]

# Level 19 uses windows of 8 MiB; a frame that asks for more memory than this is refused.
_LARGEST_WINDOW: Final = 2**23
_PIECE: Final = 2**20


class BodyRefused(Exception):
    """The body is not taken: an HTTP status, a code and one sentence."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


async def read_bounded(chunks: AsyncIterator[bytes], announced: str | None, limit: int) -> bytes:
    """All of `chunks`. Raises `BodyRefused` 413 as soon as more than `limit` bytes are announced or have come."""
    too_large = BodyRefused(413, "too_large", f"The body is larger than {limit} bytes; send less at once.")
    if announced is not None and announced.isdecimal() and int(announced[:20]) > limit:
        raise too_large
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > limit:
            raise too_large
    return bytes(body)


def inflate(body: bytes, encoding: str | None, limit: int) -> bytes:
    """The body without its content encoding, at most `limit` bytes. Raises `BodyRefused` 400, 413 or 415."""
    coding = (encoding or "identity").strip().lower()
    if coding == "identity":
        if len(body) > limit:
            raise BodyRefused(413, "too_large", f"The body is larger than {limit} bytes; send less at once.")
        return body
    if coding != "zstd":
        raise BodyRefused(415, "unknown_encoding", "Send the body as it is or with Content-Encoding: zstd.")
    inflated = io.BytesIO()
    try:
        with zstandard.ZstdDecompressor(max_window_size=_LARGEST_WINDOW).stream_reader(body) as reader:
            while piece := reader.read(_PIECE):
                inflated.write(piece)
                if inflated.tell() > limit:
                    message = f"The body inflates to more than {limit} bytes; send less at once."
                    raise BodyRefused(413, "too_large", message)
    except zstandard.ZstdError as error:
        raise BodyRefused(400, "not_zstd", "The body is not zstd, although its header says so.") from error
    return inflated.getvalue()
