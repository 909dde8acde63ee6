"""Secrets taken out of an item's bytes before anybody keeps them: product keys and the TPM's owner authorisation.

The probe masks what it ships; evidence copied by hand comes unmasked. Masking twice changes nothing. Only the items
that can hold such secrets are looked at: elsewhere five groups of five characters may be a part number.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["without_secrets"]

_ITEMS: Final = frozenset(("msdm", "windows"))
# A character of ASCII as itself, as UTF-16LE and as UTF-16BE: what stands before and after each.
_ENCODINGS: Final = ((b"", b""), (b"", b"\\x00"), (b"\\x00", b""))


def _key_pattern(before: bytes, after: bytes) -> re.Pattern[bytes]:
    character, dash = before + b"[A-Z0-9]" + after, before + b"-" + after
    return re.compile(rb"((?:(?:%b){5}%b){4})(?:%b){5}" % (character, dash, character))


def _owner_pattern(before: bytes, after: bytes) -> re.Pattern[bytes]:
    def word(text: bytes) -> bytes:
        return b"".join(before + b"[%c%c]" % (letter, letter ^ 32) + after for letter in text)

    quote, blank = before + b'"' + after, before + rb"[ \t\r\n]" + after
    colon, escaped = before + b":" + after, before + rb"\\" + after + (b"." if not before + after else b"..")
    other = b"." if not before + after else b".."
    name = word(b"OwnerAuth") + b"(?:" + word(b"Full") + b")?" + quote
    gap = b"(?:" + blank + b")*+"
    value = b"(?:(?!" + quote + b")(?:" + escaped + b"|" + other + b"))*+"
    return re.compile(b"(" + name + gap + colon + gap + quote + b")" + value, re.DOTALL)


_NAMES: Final = ("ascii", "utf-16-le", "utf-16-be")
_KEYS: Final = tuple(
    (_key_pattern(*sides), ("XXXXX-" * 4).encode(name)) for sides, name in zip(_ENCODINGS, _NAMES, strict=True)
)
_OWNERS: Final = tuple(
    (_owner_pattern(*sides), "removed".encode(name)) for sides, name in zip(_ENCODINGS, _NAMES, strict=True)
)


def without_secrets(item_id: str, data: bytes) -> bytes:
    """`data` with each product key cut down to its last five characters and no owner authorisation in it.

    The bytes keep their length but for the owner authorisation, which becomes the word "removed".
    """
    if item_id not in _ITEMS:
        return data
    for pattern, removed in _OWNERS:
        data = pattern.sub(lambda match, removed=removed: match.group(1) + removed, data)  # type: ignore[misc]
    for pattern, groups in _KEYS:
        data = _without_keys(data, pattern, groups)
    return data


def _without_keys(data: bytes, pattern: re.Pattern[bytes], groups: bytes) -> bytes:
    match = pattern.search(data)
    if match is None:
        return data
    masked = bytearray(data)
    while match is not None:
        masked[match.start(1) : match.end(1)] = groups
        # Searched in the bytes as they came, a group further on: where one key ends another may begin.
        match = pattern.search(data, match.start() + len(groups) // 4)
    return bytes(masked)
