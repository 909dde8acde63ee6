"""A bundle: the evidence of one capture, a manifest and its items, as a folder or a zip.

A folder with no manifest is a bundle too: each file's stem is its item id, so that `dmidecode.txt` copied by
hand is evidence; so is such a file alone, whatever it is called, where its content says what it is. Bundles come
from outside: everything is bounded, nothing is unpacked to disk, links are not followed.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from hardware.evidence.recognise import recognised_id
from hardware.evidence.secrets import without_secrets
from specs.text import clean

__all__ = [
    "FORMAT",
    "LARGEST_BUNDLE",
    "LARGEST_ITEM",
    "MOST_ITEMS",
    "Bundle",
    "BundleError",
    "Item",
    "ItemMeta",
    "Manifest",
    "ProbeName",
    "is_item_id",
    "make_item",
    "read_bundle",
    "write_bundle",
    "zip_bytes",
]

FORMAT: Final = "intake-bundle/1"
LARGEST_ITEM: Final = 4 * 2**20
"""Bytes of one item (design.md section 5); what is over is cut and marked."""
LARGEST_BUNDLE: Final = 16 * 2**20
"""Bytes of all items of a bundle together (design.md section 5)."""
MOST_ITEMS: Final = 512
"""Items of one bundle. A laptop gives about 30; a docked one with many disks fewer than 100."""
LARGEST_MANIFEST: Final = 2**20
LARGEST_ZIP: Final = LARGEST_BUNDLE + 2 * LARGEST_MANIFEST
"""Bytes of a zip: its items stored as they are, its manifest, and its own list of what it holds."""

_END_OF_ZIP: Final = 22
"""Bytes of a zip's end record, before its comment."""
_LOCATOR_64: Final = 20
"""Bytes of what stands before the end record of a zip64 and leads to a longer list."""
_LARGEST_ENTRY: Final = 46 + 256
"""Bytes of one entry in a zip's list: the fixed part, and a name and extras that are longer than any item's."""

_NO_ROOM: Final = f"left out: the bundle is larger than {LARGEST_BUNDLE // 2**20} MiB"

_Reader = Callable[[str], bytes | None]

_NOT_IN_ID: Final = re.compile(r"[^A-Za-z0-9_.+-]+", re.ASCII)
_ITEM_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+-]{0,79}", re.ASCII)


class BundleError(Exception):
    """The path holds no bundle that can be read. The message is one sentence: what is wrong and the remedy."""


class ProbeName(Struct, frozen=True):
    """Who captured the bundle."""

    name: str
    version: str


class ItemMeta(Struct, frozen=True):
    """What is known about one item beside its bytes.

    `source` is the path or command it came from; `exit` a command's exit status; `ms` how long it took in
    milliseconds; `size` and `sha256` are of the bytes kept; `error` says why an item is missing or partial.
    """

    id: str
    file: str = ""
    source: str = ""
    exit: int | None = None
    ms: float = 0.0
    size: int = 0
    sha256: str = ""
    truncated: bool = False
    error: str | None = None


class Manifest(Struct, frozen=True):
    """The list of a bundle. `captured_at` is UTC, RFC 3339; empty where a bundle has no manifest."""

    format: str = FORMAT
    bundle_id: str = ""
    captured_at: str = ""
    probe: ProbeName = ProbeName("", "")
    items: tuple[ItemMeta, ...] = ()


class Item(Struct, frozen=True):
    """One raw observation: its description and its bytes. An item with `meta.error` may have none."""

    meta: ItemMeta
    data: bytes = b""


class Bundle(Struct, frozen=True):
    """The evidence of one capture, immutable. Items keep the order in which they were collected."""

    manifest: Manifest
    items: Mapping[str, Item]

    @classmethod
    def of(
        cls, items: Iterable[Item], *, bundle_id: str = "", captured_at: str = "", probe: ProbeName | None = None
    ) -> Bundle:
        """A bundle of `items`; a second item of the same id is dropped."""
        kept: dict[str, Item] = {}
        for item in items:
            kept.setdefault(item.meta.id, item)
        manifest = Manifest(
            bundle_id=bundle_id,
            captured_at=captured_at,
            probe=probe or ProbeName("", ""),
            items=tuple(item.meta for item in kept.values()),
        )
        return cls(manifest, kept)


def is_item_id(text: str) -> bool:
    """True where `text` may name an item: letters, digits and _ . + - , at most 80."""
    return _ITEM_ID.fullmatch(text) is not None


def make_item(
    item_id: str,
    data: bytes,
    *,
    source: str = "",
    exit: int | None = None,
    ms: float = 0.0,
    error: str | None = None,
    truncated: bool = False,
) -> Item:
    """An item of `data`, cut to `LARGEST_ITEM` and marked where it was longer, with its size and SHA-256.

    Secrets are masked here, where every item comes in (see `secrets`); size and SHA-256 are of what is kept.
    An item that has an error and no bytes names no file and has no SHA-256: there is nothing to keep.
    """
    kept = without_secrets(item_id, data)[:LARGEST_ITEM]
    missing = error is not None and not kept
    return Item(
        ItemMeta(
            id=item_id,
            file="" if missing else f"items/{item_id}",
            source=_said(source),
            exit=exit,
            ms=ms,
            size=len(kept),
            sha256="" if missing else hashlib.sha256(kept).hexdigest(),
            truncated=truncated or len(data) > LARGEST_ITEM,
            error=_said(error) if error is not None else None,
        ),
        kept,
    )


def read_bundle(path: Path) -> Bundle:
    """The bundle in a folder or a zip file; any other file is a bundle of one item.

    Raises `BundleError` where there is none: nothing there, an empty file, a zip that is cut short, a manifest
    that cannot be read or that does not match its items, too many items or too many bytes.
    """
    name = clean(path.name)
    try:
        if path.is_dir():
            return _from_folder(path, name)
        if path.is_file():
            return _from_zip(path, name) if _says_zip(path) else _from_file(path)
    except OSError as error:
        raise BundleError(f"{name} cannot be read ({error.strerror}); check the file and its permissions") from error
    raise BundleError(f"{name}: there is no such file or folder; name a bundle that exists")


def write_bundle(path: Path, bundle: Bundle) -> None:
    """Writes `bundle` as a zip, whole or not at all: to a temporary file, flushed to disk, then renamed.

    Raises `OSError` where the disk refuses; `path` is then as it was.
    """
    content = zip_bytes(bundle)
    handle, temporary = tempfile.mkstemp(prefix=".bundle-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def zip_bytes(bundle: Bundle) -> bytes:
    """The zip of `bundle`. The same bundle gives the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        entries = [("manifest.json", msgspec.json.format(msgspec.json.encode(bundle.manifest), indent=1))]
        entries += [(item.meta.file, item.data) for item in bundle.items.values() if item.meta.file]
        for entry, data in entries:
            # A fixed date: zip times are local, and a bundle's time is in its manifest.
            info = zipfile.ZipInfo(entry, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return buffer.getvalue()


def _from_folder(folder: Path, name: str) -> Bundle:
    manifest_path = folder / "manifest.json"
    if manifest_path.is_file() and not manifest_path.is_symlink():
        manifest = _parse_manifest(_read_bounded(manifest_path, LARGEST_MANIFEST), name)

        def read(file: str) -> bytes | None:
            place = folder / file
            if place.is_symlink() or place.parent.is_symlink() or not place.is_file():
                return None
            return _read_bounded(place, LARGEST_ITEM + 1)

        return _with_items(manifest, read, name)
    items: list[Item] = []
    total = 0
    for place in sorted(folder.iterdir()):
        if place.is_symlink() or not place.is_file() or place.name.startswith("."):
            continue
        if len(items) >= MOST_ITEMS:
            raise BundleError(f"{name} holds more than {MOST_ITEMS} files; name the folder of one capture")
        data = _read_bounded(place, min(LARGEST_ITEM, LARGEST_BUNDLE - total) + 1)
        items.append(_by_hand(place, data, LARGEST_BUNDLE - total))
        total += items[-1].meta.size
    if not items:
        raise BundleError(f"{name} holds no manifest.json and no item files; name the folder or zip of one capture")
    return Bundle.of(_numbered(items))


def _by_hand(place: Path, data: bytes, room: int) -> Item:
    """A file copied by hand as an item: its stem is the id where that is known, else its content says what it is."""
    stem = _NOT_IN_ID.sub("_", place.stem).lstrip("_.+-")[:80] or "item"
    return _capped(recognised_id(stem, data), data, room, source=place.name)


def _numbered(items: list[Item]) -> list[Item]:
    """Each item under an id of its own: `dmidecode.log` beside a different `dmidecode.txt` is "dmidecode+2".

    The same bytes twice are one item: copying a file does not make two observations.
    """
    kept: dict[str, Item] = {}
    for item in items:
        item_id, number = item.meta.id, 1
        while item_id in kept and kept[item_id].meta.sha256 != item.meta.sha256:
            number += 1
            item_id = f"{item.meta.id[:75]}+{number}"
        if item_id not in kept:
            meta = msgspec.structs.replace(item.meta, id=item_id, file=f"items/{item_id}" if item.meta.file else "")
            kept[item_id] = Item(meta, item.data)
    return list(kept.values())


def _says_zip(path: Path) -> bool:
    with path.open("rb") as file:
        return path.suffix.lower() == ".zip" or file.read(4) in (b"PK\3\4", b"PK\5\6")


def _from_file(path: Path) -> Bundle:
    data = _read_bounded(path, LARGEST_ITEM + 1)
    if not data:
        raise BundleError(f"{clean(path.name)} is empty; name a bundle, or a file that holds evidence")
    return Bundle.of([_by_hand(path, data, LARGEST_BUNDLE)])


def _from_zip(path: Path, name: str) -> Bundle:
    if path.stat().st_size > LARGEST_ZIP:
        raise BundleError(f"{name} is larger than {LARGEST_ZIP // 2**20} MiB, so it is no bundle; name the right file")
    try:
        # The list alone of a hostile zip costs seconds and hundreds of megabytes: its length is read first.
        if _zip_entries(path) > MOST_ITEMS + 16:
            raise BundleError(f"{name} holds more than {MOST_ITEMS} items, so it is no bundle; name the right file")
        with zipfile.ZipFile(path) as archive:
            members = {info.filename: info for info in archive.infolist()}
            if "manifest.json" not in members:
                raise BundleError(f"{name} is a zip but holds no manifest.json; name a bundle that the probe wrote")

            def read(file: str, limit: int = LARGEST_ITEM + 1) -> bytes | None:
                info = members.get(file)
                if info is None:
                    return None
                if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                    raise zipfile.BadZipFile("compressed in a way that no bundle is")
                with archive.open(info) as member:
                    return member.read(limit)

            manifest = _parse_manifest(read("manifest.json", LARGEST_MANIFEST) or b"", name)
            return _with_items(manifest, read, name)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        ValueError,
        struct.error,
    ) as error:
        raise BundleError(
            f"{name} is not a bundle or is cut short (no whole zip could be read); copy it again or capture it again"
        ) from error


def _zip_entries(path: Path) -> int:
    """How many entries the zip can have: what its list, by the end record's word, has room for.

    The count in that record is not used by `zipfile`, which reads the list to its end: so its size counts too.
    """
    with path.open("rb") as file:
        file.seek(-min(path.stat().st_size, _LOCATOR_64 + _END_OF_ZIP + 2**16), os.SEEK_END)
        tail = file.read()
    at = tail.rfind(b"PK\5\6")
    if at < 0 or len(tail) < at + _END_OF_ZIP:
        raise zipfile.BadZipFile("no end record")
    if tail[max(at - _LOCATOR_64, 0) : at].startswith(b"PK\6\7"):
        raise zipfile.BadZipFile("a zip64, which no bundle is")
    count, size = struct.unpack_from("<HL", tail, at + 10)
    return max(int(count), int(size) // _LARGEST_ENTRY)


def _parse_manifest(data: bytes, name: str) -> Manifest:
    try:
        manifest = msgspec.json.decode(data, type=Manifest)
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError, RecursionError) as error:
        raise BundleError(
            f"{name}: manifest.json cannot be read ({clean(str(error), 120)}); capture the laptop again"
        ) from error
    if manifest.format != FORMAT:
        raise BundleError(
            f"{name}: manifest.json field format is {clean(manifest.format, 40)!r}, but this station reads {FORMAT!r};"
            " capture it again with this station's probe"
        )
    if len(manifest.items) > MOST_ITEMS:
        raise BundleError(f"{name}: manifest.json lists more than {MOST_ITEMS} items; capture the laptop again")
    seen: set[str] = set()
    for meta in manifest.items:
        if not is_item_id(meta.id) or meta.id in seen:
            raise BundleError(
                f"{name}: manifest.json field items has a wrong or repeated id {clean(meta.id, 40)!r};"
                " capture the laptop again"
            )
        seen.add(meta.id)
        if meta.file not in ("", f"items/{meta.id}"):
            parts = meta.file.split("/")
            if len(parts) != 2 or parts[0] != "items" or not is_item_id(parts[1]):
                raise BundleError(
                    f"{name}: manifest.json item {meta.id} names the file {clean(meta.file, 60)!r} outside items/;"
                    " capture the laptop again"
                )
    return manifest


def _with_items(manifest: Manifest, read: _Reader, name: str) -> Bundle:
    items: list[Item] = []
    total = 0
    for meta in manifest.items:
        if not meta.file:
            items.append(_without_bytes(meta, meta.error))
            continue
        if total >= LARGEST_BUNDLE:
            items.append(_without_bytes(msgspec.structs.replace(meta, truncated=True), meta.error or _NO_ROOM))
            continue
        data = read(meta.file)
        if data is None:
            raise BundleError(f"{name}: item {meta.id} is listed but {meta.file} is missing; copy the bundle again")
        if hashlib.sha256(data).hexdigest() != meta.sha256 and len(data) <= LARGEST_ITEM:
            raise BundleError(
                f"{name}: item {meta.id} is not the bytes that its manifest.json names (SHA-256 differs);"
                " copy the bundle again"
            )
        item = _capped(meta.id, data, LARGEST_BUNDLE - total, source=meta.source)
        total += item.meta.size
        kept = item.meta
        items.append(
            Item(
                msgspec.structs.replace(
                    meta,
                    file=kept.file,
                    source=_said(meta.source),
                    error=_said(meta.error) if meta.error is not None else None,
                    size=kept.size,
                    sha256=kept.sha256,
                    truncated=meta.truncated or kept.truncated,
                ),
                item.data,
            )
        )
    return Bundle.of(
        items,
        bundle_id=clean(manifest.bundle_id, 64),
        captured_at=clean(manifest.captured_at, 64),
        probe=ProbeName(clean(manifest.probe.name, 64), clean(manifest.probe.version, 64)),
    )


def _said(text: str) -> str:
    """What a manifest says of an item, for people: clean, and without the secrets that an exception may quote."""
    return clean(without_secrets("", text[:LARGEST_MANIFEST].encode("utf-8", "replace")).decode("utf-8", "replace"))


def _without_bytes(meta: ItemMeta, error: str | None) -> Item:
    error = _said(error) if error is not None else None
    return Item(msgspec.structs.replace(meta, file="", source=_said(meta.source), size=0, sha256="", error=error))


def _capped(item_id: str, data: bytes, room: int, *, source: str) -> Item:
    limit = min(LARGEST_ITEM, max(room, 0))
    return make_item(item_id, data[:limit], source=source, truncated=len(data) > limit)


def _read_bounded(path: Path, limit: int) -> bytes:
    with path.open("rb") as file:
        return file.read(limit)
