"""Secrets taken out of an item's bytes before anybody keeps them.

Product keys (but for their last five characters), the TPM's owner authorisation, the encoded keys in the registry
(DigitalProductId) and the Autopilot hardware hash, in JSON, in the lists and CSV of wmic and PowerShell and in registry
exports, as ASCII or UTF-16. The probe masks what it ships; evidence copied by hand comes unmasked. Masking twice
changes nothing.

What has a name is looked for in every item. Five groups of five characters alone are a key only in items from Windows
and in those whose kind nobody knows: elsewhere they may be a part number, unless the item speaks of product keys.
Every pattern is possessive or bounded, so that the time is linear in the bytes.
"""

from __future__ import annotations

import re
from typing import Final

from hardware.evidence.catalogue import known_item

__all__ = ["without_secrets"]

_ITEMS: Final = frozenset(("msdm", "windows"))
_PREFIX: Final = "windows-"
_SEALED: Final = "sealed-"
"""What is encrypted holds nothing to mask, and may look like anything."""
# A character of ASCII as itself, as UTF-16LE and as UTF-16BE: what stands before and after each.
_ENCODINGS: Final = ((b"", b""), (b"", b"\\x00"), (b"\\x00", b""))
_NAMES: Final = ("ascii", "utf-16-le", "utf-16-be")
_NAMED: Final = (b"OwnerAuth", b"DigitalProductId", b"DeviceHardwareData")
_SUFFIXES: Final = (b"Full", b"4")
_KEY_NAMES: Final = (b"ProductKey", b"Product Key", b"OA3x")
_FEWEST_BASE64: Final = 60
"""Characters in a row that make a hardware hash, which has some thousands; a console wraps it at 80 or more."""


class _Encoding:
    """The patterns for one way of writing ASCII."""

    def __init__(self, before: bytes, after: bytes, name: str) -> None:
        self._before, self._after = before, after
        self._any = b"." if not before + after else b".."
        self.removed = "removed".encode(name)
        self.quoted = '"removed"'.encode(name)
        self.groups = ("XXXXX-" * 4).encode(name)
        self.key = self._key()
        self.key_named = re.compile(b"|".join(self._word(word) for word in _KEY_NAMES))
        names = b"(?:" + b"|".join(self._word(word) for word in _NAMED) + b")"
        suffix = b"(?:" + b"|".join(self._word(word) for word in _SUFFIXES) + b")?"
        self.named = re.compile(names)
        self.text = self._text(names + suffix)
        self.list = self._list(names + suffix)
        self.rest_of_line = self._rest_of_line(names + suffix)
        self.owner = self._owner()
        self.hash_begins = self._characters(b"T") + self._characters(b"0") + self._characters(b"EFGH")
        self.hash = self._hash()

    def _characters(self, inside: bytes) -> bytes:
        return self._before + b"[" + inside + b"]" + self._after

    def _word(self, text: bytes) -> bytes:
        """The text in any case."""
        letters = (b"%c%c" % (letter, letter ^ 32) if chr(letter).isalpha() else b"%c" % letter for letter in text)
        return b"".join(self._characters(letter) for letter in letters)

    def _key(self) -> re.Pattern[bytes]:
        character, dash = self._characters(b"A-Z0-9"), self._characters(b"-")
        return re.compile(rb"((?:(?:%b){5}%b){4})(?:%b){5}" % (character, dash, character))

    def _text(self, name: bytes) -> re.Pattern[bytes]:
        """JSON's "NAME": "VALUE and the registry's "NAME"="VALUE, up to the closing quote or the end."""
        quote, sign = self._characters(b'"'), self._characters(b":=")
        gap = b"(?:" + self._characters(rb" \t\r\n") + b")*+"
        escaped = self._characters(rb"\\") + self._any
        value = b"(?:(?!" + quote + b")(?:" + escaped + b"|" + self._any + b"))*+"
        return re.compile(b"(" + name + quote + gap + sign + gap + quote + b")" + value, re.DOTALL)

    def _list(self, name: bytes) -> re.Pattern[bytes]:
        """JSON's "NAME": [1, 2, 3], also where PowerShell puts the list into an object."""
        quote, colon = self._characters(b'"'), self._characters(b":")
        gap = b"(?:" + self._characters(rb" \t\r\n") + b")*+"
        inside = b"(?:" + self._characters(rb"0-9A-Za-z, \t\r\n.+-") + b")*+"
        whole = self._characters(rb"\[") + inside + b"(?:" + self._characters(rb"\]") + b")?+"
        wrapped = self._characters(rb"{") + gap + self._word(b'"value"') + gap + colon + gap
        return re.compile(b"(" + name + quote + gap + colon + gap + b"(?:" + wrapped + b")?+)" + whole, re.DOTALL)

    def _rest_of_line(self, name: bytes) -> re.Pattern[bytes]:
        """NAME=VALUE, NAME : VALUE and the registry's "NAME"=hex:..., with the lines that go on with it."""
        blank, sign = self._characters(rb" \t"), self._characters(b":=")
        quote, equals = self._characters(b'"'), self._characters(b"=")
        line = b"(?:(?!" + self._characters(rb"\r\n") + b")" + self._any + b")*+"
        break_ = b"(?:" + self._characters(rb"\r\n") + b"){1,3}+"
        # Of a wrapped value only what can be one: in an indented list the next name is indented too.
        end = b"(?=" + self._characters(rb"\r\n") + rb"|\Z)"
        piece = b"(?:" + self._characters(rb"A-Za-z0-9+/=,\\") + b")++" + b"(?:" + blank + b")*+" + end
        further = b"(?:" + break_ + b"(?:" + blank + b"){2,}+" + piece + b")*+"
        first = b"(?!" + self._characters(rb'" \t\r\n') + b")" + self._any
        head = name + b"(?:" + quote + equals + b"|(?:" + blank + b")*+" + sign + b")(?:" + blank + b")*+"
        return re.compile(b"(" + head + b")" + first + line + further, re.DOTALL)

    def _owner(self) -> re.Pattern[bytes]:
        """An owner authorisation by its shape, for tables and CSV: 20 bytes in base64."""
        character = self._characters(b"A-Za-z0-9+/")
        equals = self._characters(b"=")
        return re.compile(b"(?<!" + character + b")(?:" + character + b"){27}" + equals + b"(?!" + equals + b")")

    def _hash(self) -> re.Pattern[bytes]:
        """Base64 that begins with "OA" and the version, as every hardware hash does, with its further lines."""
        character, blank = self._characters(b"A-Za-z0-9+/"), self._characters(rb" \t")
        # JSON may escape the slash.
        one = b"(?:" + self._characters(rb"\\") + b")?+" + character
        run = b"(?:" + one + b"){%d,}+" % _FEWEST_BASE64
        more = b"(?:" + self._characters(rb"\r\n") + b"){1,3}+(?:" + blank + b")*+(?:" + one + b"){20,}+"
        end = b"(?:" + self._characters(b"=") + b"){0,2}+"
        return re.compile(b"(?<!" + character + b")" + self.hash_begins + run + b"(?:" + more + b")*+" + end)


_PATTERNS: Final = tuple(_Encoding(*sides, name) for sides, name in zip(_ENCODINGS, _NAMES, strict=True))


def without_secrets(item_id: str, data: bytes) -> bytes:
    """`data` without its secrets. Keys keep their length and last five characters; all else becomes "removed"."""
    if item_id.startswith(_SEALED):
        return data
    ours = item_id in _ITEMS or item_id.startswith(_PREFIX) or not known_item(item_id)
    # ASCII in UTF-16 is half zeros.
    for encoding in _PATTERNS if b"\0" in data else _PATTERNS[:1]:
        if encoding.named.search(data) is not None:
            data = encoding.text.sub(lambda found, to=encoding: found.group(1) + to.removed, data)  # type: ignore[misc]
            data = encoding.list.sub(lambda found, to=encoding: found.group(1) + to.quoted, data)  # type: ignore[misc]
            data = encoding.rest_of_line.sub(
                lambda found, to=encoding: found.group(1) + to.removed,  # type: ignore[misc]
                data,
            )
            data = encoding.owner.sub(encoding.removed, data)
        data = encoding.hash.sub(encoding.removed, data)
        if ours or encoding.key_named.search(data) is not None:
            data = _without_keys(data, encoding.key, encoding.groups)
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
