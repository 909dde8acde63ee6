"""Secrets taken out of an item's bytes before anybody keeps them.

Product keys (but for their last five characters), the TPM's owner authorisation, the encoded keys in the registry
(DigitalProductId) and the Autopilot hardware hash; of a Chromebook's product data the codes that bind it to an owner
and the ids that the firmware keeps for ChromeOS alone. In JSON, in lists (wmic, PowerShell, `vpd -l`), CSV and
registry exports, as ASCII or UTF-16. The probe masks what it ships; evidence copied by hand comes unmasked. Masking
twice changes nothing.

What has a name is looked for in every item. Five groups of five characters alone are a key only in items from Windows
and in those whose kind nobody knows: elsewhere they may be a part number, unless the item speaks of product keys.
Every pattern is possessive or bounded, so that the time is linear in the bytes; none runs where a plain search finds
nothing that it could mask.
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
_CHROMEOS: Final = (
    b"gbind_attribute",
    b"ubind_attribute",
    b"stable_device_secret_DO_NOT_SHARE",
    b"attested_device_id",
)
_KEY_NAMES: Final = (b"ProductKey", b"Product Key", b"OA3x")
_FEWEST_BASE64: Final = 60
"""Characters in a row that make a hardware hash, which has some thousands; a console wraps it at 80 or more."""
_DASHES_OF_A_KEY: Final = 4

_Way = tuple[bytes, re.Pattern[bytes], bytes]
"""How a name and its value may be written: what is in the bytes then, the pattern, what comes after its first group."""


class _Encoding:
    """The patterns for one way of writing ASCII."""

    def __init__(self, before: bytes, after: bytes, name: str) -> None:
        self._before, self._after, self._name = before, after, name
        self._any = b"." if not before + after else b".."
        self.removed = "removed".encode(name)
        self.quoted = '"removed"'.encode(name)
        self.hex = b"removed".hex().encode(name)
        self.groups = ("XXXXX-" * 4).encode(name)
        self.dash = "-".encode(name)
        self.key = self._key()
        self.key_words = self._spelt(_KEY_NAMES)
        suffix = b"(?:" + b"|".join(self._word(word) for word in _SUFFIXES) + b")?"
        self.named = self._spelt(_NAMED)
        self.named_values = self._values(self._names(_NAMED) + suffix, wrapped=True)
        self.chromeos = self._spelt(_CHROMEOS)
        # `vpd -l` wraps nothing, and the line below may be the next name.
        self.chromeos_values = self._values(self._names(_CHROMEOS), wrapped=False)
        self.owner = self._owner()
        self.hash_begins = "T0".encode(name)
        self.hash = self._hash()

    def _spelt(self, words: tuple[bytes, ...]) -> tuple[bytes, ...]:
        """The words in lower case, to look for in bytes in lower case."""
        return tuple(word.decode("ascii").lower().encode(self._name) for word in words)

    def _values(self, names: bytes, *, wrapped: bool) -> tuple[_Way, ...]:
        """The ways to write one of `names` with its value."""
        quote, bracket, brace = (sign.encode(self._name) for sign in '"[{')
        mark = '\\"'.encode(self._name)
        return (
            (quote, self._text(names), self.removed),
            (mark, self._escaped(names), self.removed),
            (quote, self._quoted(names), self.removed),
            (bracket, self._list(names), self.quoted),
            (brace, self._hex(names), self.hex),
            (b"", self._rest_of_line(names, wrapped=wrapped), self.removed),
        )

    def _names(self, words: tuple[bytes, ...]) -> bytes:
        """Any of the words, its first letter looked for first: a set of characters is found fast."""
        firsts = b"".join(word[:1].upper() + word[:1].lower() for word in words)
        rest = (b"(?<=" + self._word(word[:1]) + b")" + self._word(word[1:]) for word in words)
        return self._characters(firsts) + b"(?:" + b"|".join(rest) + b")"

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

    def _escaped(self, name: bytes) -> re.Pattern[bytes]:
        r"""The same where the whole stands in a JSON string: \"NAME\"=\"VALUE."""
        quote, sign = self._characters(b'"'), self._characters(b":=")
        mark = self._characters(rb"\\") + quote
        blanks = b"(?:" + self._characters(rb" \t") + b")*+"
        value = b"(?:(?!" + mark + b"|" + quote + b")" + self._any + b")*+"
        return re.compile(b"(" + name + mark + blanks + sign + blanks + mark + b")" + value, re.DOTALL)

    def _quoted(self, name: bytes) -> re.Pattern[bytes]:
        """NAME = "VALUE"; what follows tells it from the end of a JSON string that happens to be NAME."""
        quote, sign = self._characters(b'"'), self._characters(b":=")
        blanks = b"(?:" + self._characters(rb" \t") + b")*+"
        escaped = self._characters(rb"\\") + self._any
        value = b"(?:(?!" + self._characters(rb'"\r\n') + b")(?:" + escaped + b"|" + self._any + b"))++"
        end = b"(?:(?=" + quote + b"(?:" + self._characters(rb" \t\r\n,;}#") + rb"|\Z))|\Z)"
        return re.compile(b"(" + name + blanks + sign + blanks + quote + b")" + value + end, re.DOTALL)

    def _list(self, name: bytes) -> re.Pattern[bytes]:
        """JSON's "NAME": [1, 2, 3], also where PowerShell puts the list into an object."""
        quote, colon = self._characters(b'"'), self._characters(b":")
        gap = b"(?:" + self._characters(rb" \t\r\n") + b")*+"
        inside = b"(?:" + self._characters(rb"0-9A-Za-z, \t\r\n.+-") + b")*+"
        whole = self._characters(rb"\[") + inside + b"(?:" + self._characters(rb"\]") + b")?+"
        wrapped = self._characters(rb"{") + gap + self._word(b'"value"') + gap + colon + gap
        return re.compile(b"(" + name + quote + gap + colon + gap + b"(?:" + wrapped + b")?+)" + whole, re.DOTALL)

    def _hex(self, name: bytes) -> re.Pattern[bytes]:
        """JSON's "NAME": {"hex": "VALUE: how our probe writes a file that is no text."""
        quote, colon = self._characters(b'"'), self._characters(b":")
        gap = b"(?:" + self._characters(rb" \t\r\n") + b")*+"
        inside = self._characters(rb"{") + gap + self._word(b'"hex"') + gap + colon + gap + quote
        value = b"(?:(?!" + quote + b")" + self._any + b")*+"
        return re.compile(b"(" + name + quote + gap + colon + gap + inside + b")" + value, re.DOTALL)

    def _rest_of_line(self, name: bytes, *, wrapped: bool) -> re.Pattern[bytes]:
        """NAME=VALUE, NAME : VALUE and the registry's "NAME"=hex:..., where `wrapped` with the lines that go on."""
        blank, sign = self._characters(rb" \t"), self._characters(b":=")
        quote, equals = self._characters(b'"'), self._characters(b"=")
        line = b"(?:(?!" + self._characters(rb"\r\n") + b")" + self._any + b")*+"
        break_ = b"(?:" + self._characters(rb"\r\n") + b"){1,3}+"
        # Of a wrapped value only what can be one: in an indented list the next name is indented too.
        end = b"(?=" + self._characters(rb"\r\n") + rb"|\Z)"
        piece = b"(?:" + self._characters(rb"A-Za-z0-9+/=,\\") + b")++" + b"(?:" + blank + b")*+" + end
        further = b"(?:" + break_ + b"(?:" + blank + b"){2,}+" + piece + b")*+" if wrapped else b""
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
        begins = self._characters(b"T") + self._characters(b"0") + self._characters(b"EFGH")
        return re.compile(b"(?<!" + character + b")" + begins + run + b"(?:" + more + b")*+" + end)


_PATTERNS: Final = tuple(_Encoding(*sides, name) for sides, name in zip(_ENCODINGS, _NAMES, strict=True))


def without_secrets(item_id: str, data: bytes) -> bytes:
    """`data` without its secrets. Keys keep their length and last five characters; all else becomes "removed"."""
    if item_id.startswith(_SEALED):
        return data
    ours = item_id in _ITEMS or item_id.startswith(_PREFIX) or not known_item(item_id)
    lowered = data.lower()
    # ASCII in UTF-16 is half zeros.
    for encoding in _PATTERNS if b"\0" in data else _PATTERNS[:1]:
        if _any_in(encoding.named, lowered):
            data = _without_values(data, encoding.named_values)
            data = encoding.owner.sub(encoding.removed, data)
        if _any_in(encoding.chromeos, lowered):
            data = _without_values(data, encoding.chromeos_values)
        if encoding.hash_begins in data:
            data = encoding.hash.sub(encoding.removed, data)
        if (ours or _any_in(encoding.key_words, lowered)) and data.count(encoding.dash) >= _DASHES_OF_A_KEY:
            data = _without_keys(data, encoding.key, encoding.groups)
    return data


def _any_in(words: tuple[bytes, ...], lowered: bytes) -> bool:
    return any(word in lowered for word in words)


def _without_values(data: bytes, ways: tuple[_Way, ...]) -> bytes:
    for sign, pattern, instead in ways:
        if sign in data:
            data = pattern.sub(rb"\g<1>" + instead, data)
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
