"""Registry exports (`.reg`): keys and their values. `REGEDIT4` and `Windows Registry Editor Version 5.00`.

The libraries on PyPI read hives, not exports; configparser splits lines and unquotes in its own way.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import Final

__all__ = ["is_export", "registry_values"]

_HEADINGS: Final = ("windows registry editor version", "regedit4")
_KIND: Final = re.compile(r"hex(?:\(([0-9a-f]{1,8})\))?", re.IGNORECASE | re.ASCII)
_QUOTED: Final = re.compile(r'"((?:[^"\\]++|\\.)*+)"', re.DOTALL)
_NOT_HEX: Final = re.compile(r"[^0-9A-Fa-f]+")
_ROOTS: Final = {"hkey_local_machine": "hklm", "hkey_current_user": "hkcu", "hkey_users": "hku"}
_MOST_LINES: Final = 250_000
_LONGEST_VALUE: Final = 262_144


def is_export(text: str) -> bool:
    """True where `text` begins as a registry export does."""
    return text[:256].lstrip().lower().startswith(_HEADINGS)


def registry_values(lines: Sequence[str], *, wide: bool) -> dict[str, object]:
    """Values by their lower-case full name: texts, whole numbers, and bytes. `wide` is false for REGEDIT4.

    In REGEDIT4 the texts among the hexadecimal values have one byte a character.
    """
    values: dict[str, object] = {}
    key = ""
    for line in itertools.islice(_joined(lines), _MOST_LINES):
        if line.startswith("["):
            path = line.rpartition("]")[0].removeprefix("[").lower()
            # "[-KEY]" takes a key away.
            root, _, rest = path.partition("\\")
            key = "" if path.startswith("-") else f"{_ROOTS.get(root, root)}\\{rest}"[:2048]
            continue
        match = _QUOTED.match(line)
        if match is None or not key:
            continue
        raw = line[match.end() :].lstrip()
        if raw.startswith("="):
            value = _value(raw[1:].strip(), wide=wide)
            if value is not None:
                values[f"{key}\\{_plain(match.group(1)).lower()}"] = value
    return values


def _joined(lines: Sequence[str]) -> Iterator[str]:
    """The lines, those put together that a backslash at the end continues (only hexadecimal ones do)."""
    parts: list[str] = []
    for line in lines:
        stripped = line.strip()
        if stripped.endswith("\\") and (parts or "=hex" in stripped[:2048].lower()):
            parts.append(stripped[:-1])
            continue
        if parts:
            parts.append(stripped)
            yield "".join(parts)
            parts = []
        elif stripped:
            yield stripped
    if parts:
        yield "".join(parts)


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)


def _value(raw: str, *, wide: bool) -> object:
    if raw.startswith('"'):
        match = _QUOTED.match(raw)
        return _plain(match.group(1)) if match else None
    kind, _, digits = raw.partition(":")
    if kind.lower() == "dword":
        digits = digits.strip()
        return int(digits, 16) if re.fullmatch(r"[0-9A-Fa-f]{1,8}", digits) else None
    match = _KIND.fullmatch(kind)
    if match is None or len(digits) > _LONGEST_VALUE * 3:
        return None
    hexadecimal = _NOT_HEX.sub("", digits)
    data = bytes.fromhex(hexadecimal[: len(hexadecimal) // 2 * 2])
    number = int(match.group(1) or "3", 16)
    if number in (1, 2):
        return _text(data, wide=wide)
    if number == 7:
        return [part for part in _text(data, wide=wide, stop=False).split("\0") if part]
    if number == 4 and len(data) == 4:
        return int.from_bytes(data, "little")
    if number == 11 and len(data) == 8:
        return int.from_bytes(data, "little")
    return data


def _text(data: bytes, *, wide: bool, stop: bool = True) -> str:
    text = data.decode("utf-16-le" if wide else "cp1252", errors="replace")
    return text.partition("\0")[0] if stop else text
