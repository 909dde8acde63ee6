"""The nodes of an lshw listing, from `lshw -json` or from lshw's text, in the order of the listing.

lshw's JSON is often none: `-class` lists objects side by side without brackets, old versions leave a comma before a
closing bracket, strings hold control characters and bytes of any code page. All of that is mended before decoding. The
text has the same words, but rounds its sizes and may be in another language, in which nothing is read from it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from hardware.evidence.decoding import as_int, count_of, decode_json, decode_text, text_of
from hardware.evidence.errors import EvidenceError

__all__ = ["Node", "lshw_nodes"]

_MOST_NODES: Final = 20_000
_MOST_LINES: Final = 200_000


class Node(Struct, frozen=True):
    """One node: its words as lshw gives them, its size in bytes, its clock in hertz, and its ancestors.

    `size_is_exact` is false where lshw's text has rounded it.
    """

    id: str
    kind: str
    words: Mapping[str, str]
    names: tuple[str, ...] = ()
    settings: Mapping[str, str] = {}
    abilities: frozenset[str] = frozenset()
    size: int | None = None
    size_is_exact: bool = True
    clock: int | None = None
    parents: tuple[Node, ...] = ()

    def word(self, key: str) -> str | None:
        """One of description, product, vendor, version, serial, slot, date, businfo."""
        return self.words.get(key)


_WORDS: Final = ("description", "product", "vendor", "version", "serial", "slot", "date", "businfo")
_SANITIZED: Final = "[REMOVED]"
"""What `lshw -sanitize` writes over serials and addresses."""
_DEEPEST: Final = 32


def lshw_nodes(data: bytes) -> list[Node]:
    """Every node. Raises `EvidenceError` where the bytes are no listing of lshw's."""
    start = data[:64].lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")
    if start[:1] in (b"{", b"[") or re.match(rb"WARNING:[^\n]{0,200}\n\s{0,8}[{[]", start + data[64:400]):
        return _from_json(data)
    return _from_text(decode_text(data))


# --- JSON ---------------------------------------------------------------------------------------------------------

# Strings are passed over, so that only what stands between them is mended.
_MEND: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"|,(?=\s*+[}\]])|\}(?=\s*+\{)', re.DOTALL)
_LARGEST_BROKEN: Final = 2**20
"""Bytes. Mending costs some hundred times what it reads; the listing of a laptop has 30 to 300 kB."""
_CONTROLS: Final = bytes.maketrans(bytes(range(32)), b" " * 32)


def _from_json(data: bytes) -> list[Node]:
    try:
        tree = decode_json(data)
    except EvidenceError:
        if len(data) > _LARGEST_BROKEN:
            raise
        tree = decode_json(_mended(data))
    nodes: list[Node] = []
    waiting: list[tuple[object, tuple[Node, ...]]] = [(tree, ())]
    while waiting:
        value, parents = waiting.pop()
        if isinstance(value, list):
            waiting += [(child, parents) for child in reversed(value)]
        elif isinstance(value, dict) and isinstance(value.get("id"), str):
            node = _json_node(value, parents)
            nodes.append(node)
            if len(nodes) > _MOST_NODES or len(parents) > _DEEPEST:
                raise EvidenceError(f"the listing has more than {_MOST_NODES} nodes or is nested too deep")
            waiting.append((value.get("children"), (*parents, node)))
    if not any(node.kind for node in nodes):
        raise EvidenceError("the JSON is not what lshw -json prints")
    return nodes


def _mended(data: bytes) -> bytes:
    starts = [place for place in (data.find(b"{"), data.find(b"[")) if place >= 0]
    stop = max(data.rfind(b"}"), data.rfind(b"]"))
    if not starts or stop < 0:
        raise EvidenceError("the bytes are not JSON")
    body = data[min(starts) : stop + 1].decode("utf-8", errors="replace").encode().translate(_CONTROLS)
    body = _MEND.sub(_mend, body)
    return body if body.startswith(b"[") else b"[" + body + b"]"


def _mend(match: re.Match[bytes]) -> bytes:
    found = match.group()
    return b"" if found == b"," else b"}," if found == b"}" else found


def _json_node(value: dict[str, object], parents: tuple[Node, ...]) -> Node:
    names = value.get("logicalname")
    settings, abilities = value.get("configuration"), value.get("capabilities")
    return Node(
        id=str(value["id"]),
        kind=text_of(value.get("class")) or "",
        words={k: w for k in _WORDS if (w := text_of(value.get(k))) is not None and w != _SANITIZED},
        names=tuple(name for name in (names if isinstance(names, list) else [names]) if isinstance(name, str)),
        settings=(
            {k: v for k, v in settings.items() if isinstance(v, str) and v != _SANITIZED}
            if isinstance(settings, dict)
            else {}
        ),
        abilities=frozenset(map(str, abilities)) if isinstance(abilities, dict) else frozenset(),
        size=count_of(value.get("size")),
        clock=count_of(value.get("clock")),
        parents=parents,
    )


# --- text ---------------------------------------------------------------------------------------------------------

_NODE: Final = re.compile(r"( *)\*-([\w:.-]{1,64})(?: +(?:UNCLAIMED|DISABLED))*\s*", re.ASCII)
_LINE: Final = re.compile(r" *([a-z][a-z ]{2,14}?) ?: ?(.*)", re.ASCII)
_SIZE: Final = re.compile(r"(\d{1,12})([KMGTP]?)(i?)B(?: \(\d{1,12}[KMGTP]?B\))?", re.ASCII)
_CLOCK: Final = re.compile(r"(\d{1,6})([MG])Hz(?: .*)?", re.ASCII)
_SETTING: Final = re.compile(r"(?:^| )([a-z][A-Za-z._-]{1,30})=", re.ASCII)
_KEYS: Final = {
    "description": "description",
    "product": "product",
    "vendor": "vendor",
    "version": "version",
    "serial": "serial",
    "slot": "slot",
    "date": "date",
    "bus info": "businfo",
}
_KINDS: Final = {
    "core": "bus",
    "memory": "memory",
    "bank": "memory",
    "firmware": "memory",
    "cache": "memory",
    "flash": "memory",
    "cpu": "processor",
    "display": "display",
    "network": "network",
    "battery": "power",
    "disk": "disk",
    "cdrom": "disk",
    "namespace": "disk",
    "device": "generic",
}
"""The class that lshw's text does not print, by the node's name."""
_POWERS: Final[Mapping[str, int]] = {"": 0, "K": 1, "M": 2, "G": 3, "T": 4, "P": 5}


def _from_text(text: str) -> list[Node]:
    nodes: list[Node] = []
    path: list[tuple[int, Node]] = []
    lines = text.splitlines()[:_MOST_LINES]
    first = next((place for place, line in enumerate(lines) if _NODE.fullmatch(line[:200])), None)
    if first is None:
        raise EvidenceError("the text is not what lshw prints")
    blocks: list[tuple[int, str, list[str]]] = [(-1, "", [])]
    for line in lines:
        if match := _NODE.fullmatch(line[:200]):
            blocks.append((len(match.group(1)), match.group(2), []))
        else:
            blocks[-1][2].append(line[:2000])
        if len(blocks) > _MOST_NODES:
            raise EvidenceError(f"the listing has more than {_MOST_NODES} nodes")
    for depth, name, body in blocks:
        while path and path[-1][0] >= depth:
            path.pop()
        if len(path) > _DEEPEST:
            raise EvidenceError("the listing is nested too deep")
        # What stands before the first node is the machine itself.
        kind = "system" if depth < 0 else _KINDS.get(re.split(r"[:0-9]", name, maxsplit=1)[0], "")
        node = _text_node(name, kind, body, tuple(parent for _, parent in path))
        if depth >= 0 or node.words:
            nodes.append(node)
            path.append((depth, node))
    if not any(node.words for node in nodes):
        raise EvidenceError("lshw's text is in another language; run it again with LC_ALL=C")
    return nodes


def _text_node(name: str, kind: str, body: list[str], parents: tuple[Node, ...]) -> Node:
    words: dict[str, str] = {}
    names: list[str] = []
    settings: dict[str, str] = {}
    abilities: frozenset[str] = frozenset()
    size: int | None = None
    clock: int | None = None
    for line in body:
        match = _LINE.fullmatch(line)
        if match is None:
            continue
        key, value = match.group(1), match.group(2).strip()
        if value == _SANITIZED:
            continue
        if key in _KEYS:
            words.setdefault(_KEYS[key], value)
        elif key == "logical name" and len(names) < 64:
            names.append(value)
        elif key == "configuration":
            settings = _settings(value)
        elif key == "capabilities":
            abilities = frozenset(value.split())
        elif key == "size":
            size = _size(value)
        elif key == "clock":
            clock = _hertz(value)
    return Node(name, kind, words, tuple(names), settings, abilities, size, False, clock, parents)


def _settings(value: str) -> dict[str, str]:
    """Key to value; a value may hold blanks, so it goes to the next key."""
    marks = list(_SETTING.finditer(value))[:256]
    stops = [*(mark.start() for mark in marks[1:]), len(value)]
    found = {mark.group(1): value[mark.end() : stop].strip() for mark, stop in zip(marks, stops, strict=False)}
    return {key: text for key, text in found.items() if text != _SANITIZED}


def _size(value: str) -> int | None:
    match = _SIZE.fullmatch(value)
    if match is None:
        return None
    unit = 1024 if match.group(3) else 1000
    size: int = int(match.group(1)) * unit ** _POWERS[match.group(2)]
    return size


def _hertz(value: str) -> int | None:
    match = _CLOCK.fullmatch(value)
    number = as_int(match.group(1)) if match else None
    return number * (10**6 if match and match.group(2) == "M" else 10**9) if number is not None else None
