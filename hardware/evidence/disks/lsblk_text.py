"""The text that lsblk prints, as one mapping of column to cell a line: the tree, the list (-l), raw (-r), pairs (-P).

Only the positions tell which cell is blank: a column of numbers is set to the right, so its cell is the word that ends
under its heading's end; every other column is set to the left, so its cell begins under its heading's beginning. jc
1.26 reads the six captured trees right, but makes an empty list of -P without a word, shifts the cells of -r (RM comes
out true), and takes a rounded "238.5G" for 256,087,425,024 bytes.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from typing import Final

from hardware.evidence.decoding import decode_text
from hardware.evidence.errors import EvidenceError

__all__ = ["lsblk_rows"]

_MOST_LINES: Final = 1024
_LONGEST_LINE: Final = 2048
_MOST_COLUMNS: Final = 128
_MOST_WORDS: Final = 256
"""In a line. -O of 2025 has some 90 columns; a few of their cells hold several words."""

_RIGHT: Final = frozenset(
    "RM SIZE RO RA ALIGNMENT MIN-IO OPT-IO PHY-SEC LOG-SEC ROTA RQ-SIZE DISC-ALN DISC-GRAN DISC-MAX DISC-ZERO WSAME"
    " RAND HOTPLUG FSAVAIL FSSIZE FSUSED FSUSE% START PARTN DAX MQ DISK-SEQ ZONE-SZ ZONE-WGRAN ZONE-APP ZONE-NR"
    " REV ZONE-OMAX ZONE-AMAX PARTFLAGS-N".split()
)
_COLUMN: Final = re.compile(r"[A-Z][A-Z0-9:%_-]*", re.ASCII)
_WORD: Final = re.compile(r"\S+")
_PAIR: Final = re.compile(r'([A-Z][A-Z0-9:%_-]*)="((?:[^"\\]|\\.)*+)"', re.ASCII)
_ESCAPE: Final = re.compile(r"\\x([0-9A-Fa-f]{2})", re.ASCII)
_BRANCH: Final = " │├└─|`-?\ufffd"
"""What draws the tree before a name."""
# Its bytes taken for Windows' Latin letters, three for each.
_MISREAD: Final = (("â”œâ”€", "├─"), ("â””â”€", "└─"), ("â”‚", "│"))
_NEVER_BLANK: Final = frozenset(("NAME", "KNAME", "PATH", "MAJ:MIN", "RM", "SIZE", "RO", "TYPE", "ROTA", "HOTPLUG"))
_FLAGS: Final = ("RM", "RO", "ROTA", "HOTPLUG")


def lsblk_rows(data: bytes) -> list[dict[str, str]]:
    """The rows; columns in lower case with "-" for "_", blank cells left out.

    Raises `EvidenceError` where it is not lsblk's text or its columns cannot be told apart.
    """
    text = decode_text(data)
    for misread, drawn in _MISREAD:
        text = text.replace(misread, drawn)
    lines = [line.rstrip()[:_LONGEST_LINE] for line in text.splitlines()[:_MOST_LINES]]
    pairs = [_PAIR.findall(line) for line in lines if line.lstrip()[:1].isupper() and '="' in line]
    if pairs and any(key in ("NAME", "KNAME", "PATH") for key, _ in pairs[0]):
        return [_row((key, _plain(cell)) for key, cell in found) for found in pairs]
    start = next((number for number, line in enumerate(lines) if _is_heading(line)), None)
    if start is None:
        raise EvidenceError("the text is not what lsblk prints with its headings")
    # The pasted text may be set in; a second heading or an empty line ends the listing.
    heading = lines[start]
    rows: list[str] = []
    for line in lines[start + 1 :]:
        if not line.strip() or _is_heading(line):
            break
        rows.append(line)
    names = heading.split()
    if heading == " ".join(names) and rows and all(line.count(" ") < len(names) for line in rows):
        return [_row(zip(names, map(_plain, line.split(" ")), strict=False)) for line in rows]
    columns = [(match.group(), match.start(), match.end()) for match in _WORD.finditer(heading)]
    # A line without a name goes on with the mount points of the one before.
    placed = [_placed(columns, line) for line in rows]
    if all(row is not None and _is_sane(row) for row in placed):
        return [row for row in placed if row and (row.get("name") or row.get("kname"))]
    # Somebody's paste has folded the blanks: what stands before the first column that may be blank is still certain.
    certain = names[: next((place for place, name in enumerate(names) if name not in _NEVER_BLANK), len(names))]
    folded = [_row(zip(certain, line.strip(_BRANCH).split(), strict=False)) for line in rows]
    if "SIZE" in certain and all(len(row) == len(certain) and _is_sane(row) for row in folded):
        return folded
    raise EvidenceError("the columns of lsblk's text do not stand under their headings")


def _is_heading(line: str) -> bool:
    words = line.split()
    named = 0 < len(words) <= _MOST_COLUMNS and any(word in ("NAME", "KNAME") for word in words)
    return named and all(map(_COLUMN.fullmatch, words))


def _row(cells: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, cell in cells:
        name, text = key.lower().replace("_", "-"), cell.strip()
        if name in ("name", "kname"):
            text = text.lstrip(_BRANCH)
        if text:
            found.setdefault(name, text)
    return found


def _placed(columns: list[tuple[str, int, int]], line: str) -> dict[str, str] | None:
    """The cells; None where a word stands under no heading or across two."""
    ends = {end: name for name, _, end in columns if name in _RIGHT}
    spans = [match.span() for match in _WORD.finditer(line)]
    if len(spans) > _MOST_WORDS:
        return None
    right = {ends[end]: (start, end) for start, end in spans if end in ends}
    cells = {name: line[start:end] for name, (start, end) in right.items()}
    starts: list[int] = []
    stops: list[int] = []
    for place, (name, start, _) in enumerate(columns):
        if name in _RIGHT:
            continue
        stop = len(line)
        if place + 1 < len(columns):
            following, begin, _ = columns[place + 1]
            stop = min(begin, right.get(following, (begin, begin))[0])
        cells[name] = line[start:stop]
        starts.append(start)
        stops.append(stop)
    for start, end in spans:
        column = bisect_right(starts, start) - 1
        if end not in ends and (column < 0 or end > stops[column]):
            return None
    return _row(cells.items())


def _is_sane(row: dict[str, str]) -> bool:
    """False where the cells cannot be what their headings say."""
    return all(row.get(flag.lower(), "0") in ("0", "1") for flag in _FLAGS) and " " not in row.get("type", "")


def _plain(cell: str) -> str:
    return _ESCAPE.sub(lambda match: chr(int(match.group(1), 16)), cell)
