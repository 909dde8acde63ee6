"""The `lsblk` item, for evidence copied by hand: `lsblk -J` of any version, or its text. The `block` item says more.

A size that lsblk has rounded ("223.6G") is not the disk's size: it is unknown, -b gives the bytes. jc was measured on
the text (see `lsblk_text`); of the JSON it would do no more than decode it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from hardware.evidence.decoding import as_int, count_of, decode_json, dig, flag_of, text_of
from hardware.evidence.disks.block import is_disk_name
from hardware.evidence.disks.lsblk_text import lsblk_rows
from hardware.evidence.errors import EvidenceError
from hardware.evidence.leaves import absent, number_fact, text_fact
from specs.facts import Disk, Fact, Known
from specs.text import clean

__all__ = ["read_lsblk"]

_MOST_DISKS: Final = 64
_MOST_ROWS: Final = 4096
_Row = Mapping[str, object]

# Where nobody asked for TYPE the name must tell a disk from its partitions.
_DISK: Final = re.compile(r"(?:[shv]d|xvd)[a-z]{1,3}|nvme\d{1,4}n\d{1,4}|mmcblk\d{1,4}", re.ASCII)


def read_lsblk(data: bytes, item: str) -> tuple[Disk, ...]:
    """The disks, by name. Raises `EvidenceError` where the bytes are nothing that lsblk prints."""
    start = data[:64].lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")
    rows: list[_Row] = _json_rows(data) if start[:1] in (b"{", b"[") else [*lsblk_rows(data)]
    names = {name for row in rows if (name := _name(row))}
    disks: dict[str, Disk] = {}
    for row in rows:
        name = _name(row)
        if name and name not in disks and _is_disk(name, row) and _bytes(row) != 0:
            disks[name] = _disk(row, name, f"{name}boot0" in names, item)
        if len(disks) > _MOST_DISKS:
            raise EvidenceError(f"lsblk lists more than {_MOST_DISKS} disks")
    return tuple(disks[name] for name in sorted(disks))


def _json_rows(data: bytes) -> list[_Row]:
    """Every row of the tree: listed the other way round (-s) the disks are the leaves."""
    waiting = dig(decode_json(data), "blockdevices")
    if not isinstance(waiting, list):
        raise EvidenceError("the JSON is not what lsblk -J prints")
    rows: list[_Row] = []
    level: list[object] = waiting
    while level and len(rows) <= _MOST_ROWS:
        found: list[_Row] = [
            {str(key).lower().replace("_", "-"): value for key, value in row.items()}
            for row in level[:_MOST_ROWS]
            if isinstance(row, dict) and len(row) <= 256
        ]
        rows += found
        level = [child for row in found if isinstance(children := row.get("children"), list) for child in children]
    return rows


def _name(row: _Row) -> str | None:
    """The kernel's name, without "/dev/"."""
    raw = text_of(row.get("kname")) or text_of(row.get("name")) or text_of(row.get("path"))
    return clean(raw.removeprefix("/dev/"), 32) if raw else None


def _is_disk(name: str, row: _Row) -> bool:
    if "type" in row:
        return row["type"] == "disk" and is_disk_name(name)
    return _DISK.fullmatch(name) is not None


def _disk(row: _Row, name: str, has_boot_area: bool, item: str) -> Disk:
    transport = (text_of(row.get("tran")) or "").lower()
    # Only an eMMC has boot areas beside it; a memory card has the same name.
    kind = Known("emmc", (item,)) if has_boot_area else _kind(name, transport, _flag(row.get("rota")), item)
    return Disk(
        name=name,
        kind=kind,
        bytes=_size(row, item),
        model=_model(row, item),
        serial=text_fact(text_of(row.get("serial")), "the disk's serial", item),
        firmware=text_fact(text_of(row.get("rev")), "the disk's firmware", item),
        removable=_removable(row, name, transport, kind, item),
    )


def _model(row: _Row, item: str) -> Fact[str]:
    model = text_fact(text_of(row.get("model")), "the disk's model", item)
    vendor = text_fact(text_of(row.get("vendor")), "the disk's maker", item)
    # "ATA" is what the kernel puts there for every SATA disk; a PCI or virtio number is no name.
    named = isinstance(vendor, Known) and vendor.value != "ATA" and vendor.value[:2] != "0x"
    if isinstance(model, Known) and isinstance(vendor, Known) and named and not model.value.startswith(vendor.value):
        return Known(clean(f"{vendor.value} {model.value}"), (item,))
    return model


def _size(row: _Row, item: str) -> Fact[int]:
    number = _bytes(row)
    if number is None and text_of(row.get("size")):
        return absent("lsblk rounded the disk's size; lsblk -b gives the bytes", item)
    return number_fact(number, "the disk's size", item, at_least=1)


def _bytes(row: _Row) -> int | None:
    """lsblk before 2.33 writes numbers as strings. "0B" is an empty reader's."""
    size = row.get("size")
    if isinstance(size, str):
        return 0 if size.strip() == "0B" else as_int(size)
    return count_of(size)


def _removable(row: _Row, name: str, transport: str, kind: Fact[str], item: str) -> Fact[bool]:
    flag, hotplug = _flag(row.get("rm")), _flag(row.get("hotplug"))
    # lsblk calls everything on the MMC bus hot-pluggable, an eMMC too.
    if transport == "usb" or flag is True or (hotplug is True and name.startswith("sd")):
        return Known(True, (item,))
    if flag is None:
        return absent("lsblk was not asked for RM", item)
    # A large disk on USB says 0 as well.
    if name.startswith("sd") and not transport and hotplug is None:
        return absent("lsblk was not asked for TRAN, so the disk may be on USB", item)
    # Of a memory card the kernel says that it is not removable.
    if name.startswith("mmcblk") and not isinstance(kind, Known):
        return absent("it is an eMMC or a memory card, and lsblk does not say which", item)
    return Known(False, (item,))


def _kind(name: str, transport: str, rotates: bool | None, item: str) -> Fact[str]:
    if transport == "nvme" or name.startswith("nvme"):
        return Known("nvme", (item,))
    if transport == "usb" or name.startswith(("mmcblk", "msblk", "mspblk", "vd", "xvd")) or rotates is None:
        return absent("lsblk does not say what kind of disk it is", item)
    return Known("hdd" if rotates else "ssd", (item,))


def _flag(value: object) -> bool | None:
    """lsblk before 2.33 writes flags as strings."""
    if isinstance(value, str):
        return {"0": False, "1": True, "false": False, "true": True}.get(value.strip().lower())
    if isinstance(value, int) and not isinstance(value, bool):
        return {0: False, 1: True}.get(value)
    return flag_of(value)
