"""Reads DER, the bytes in which certificates and signatures are written (ITU-T X.690): one element at a time.

For what `cryptography` has no reader for. Whatever the bytes are, they end in elements or in `DerBroken`.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["DerBroken", "Element", "first", "parts"]


class DerBroken(ValueError):
    """The bytes are no DER, or not what was expected there."""


class Element(NamedTuple):
    """One element: its tag, its contents, and all of it as it stood there."""

    tag: int
    data: bytes
    whole: bytes


def first(data: bytes, at: int = 0) -> Element:
    """The element that starts at `at`; what stands behind it is left. Raises `DerBroken`."""
    head = data[at : at + 6]
    if len(head) < 2:
        raise DerBroken("it is cut off")
    start, length = 2, head[1]
    if length & 0x80:
        # The length itself has so many bytes; 0 would be the form without one, which DER forbids.
        count = length & 0x7F
        if not 1 <= count <= 4:
            raise DerBroken("it has no length")
        start, length = 2 + count, int.from_bytes(head[2 : 2 + count], "big")
    if at + start + length > len(data):
        raise DerBroken("it is cut off")
    whole = data[at : at + start + length]
    return Element(head[0], whole[start:], whole)


def parts(element: Element, least: int = 0) -> list[Element]:
    """The elements inside one, at least so many. Raises `DerBroken`."""
    found: list[Element] = []
    at = 0
    while at < len(element.data):
        found.append(first(element.data, at))
        at += len(found[-1].whole)
    if len(found) < least:
        raise DerBroken("something is missing in it")
    return found
