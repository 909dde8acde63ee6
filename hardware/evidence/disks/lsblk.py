"""The `lsblk` item: `lsblk -J -b -O`, for evidence copied by hand. The probe's own `block` item says more."""

from __future__ import annotations

from hardware.evidence.decoding import as_int, count_of, decode_json, dig, flag_of, text_of
from hardware.evidence.disks.block import is_disk_name
from hardware.evidence.errors import EvidenceError
from hardware.evidence.leaves import absent, number_fact, text_fact
from specs.facts import Disk, Fact, Known
from specs.text import clean

__all__ = ["read_lsblk"]


def read_lsblk(data: bytes, item: str) -> tuple[Disk, ...]:
    """The disks, by name. Raises `EvidenceError` for text: its sizes are rounded, `lsblk -J -b` gives the bytes."""
    rows = dig(decode_json(data), "blockdevices")
    if not isinstance(rows, list):
        raise EvidenceError("the JSON is not what lsblk -J -b prints")
    disks = []
    rows = rows[:512]
    names = [text_of(dig(row, "name")) or text_of(dig(row, "kname")) for row in rows]
    for name, row in zip(names, rows, strict=True):
        if name and dig(row, "type") == "disk" and is_disk_name(name) and _number(dig(row, "size")) != 0:
            disks.append(_disk(row, clean(name, 32), f"{name}boot0" in names, item))
    return tuple(sorted(disks, key=lambda disk: disk.name))


def _disk(row: object, name: str, has_boot_area: bool, item: str) -> Disk:
    transport = text_of(dig(row, "tran"))
    removable = _flag(dig(row, "rm"))
    if transport == "usb":
        removable = True
    return Disk(
        name=name,
        # Only an eMMC has boot areas beside it; a memory card has the same name.
        kind=Known("emmc", (item,)) if has_boot_area else _kind(name, transport, _flag(dig(row, "rota")), item),
        bytes=number_fact(_number(dig(row, "size")), "the disk's size", item, at_least=1),
        model=text_fact(text_of(dig(row, "model")), "the disk's model", item),
        serial=text_fact(text_of(dig(row, "serial")), "the disk's serial", item),
        firmware=text_fact(text_of(dig(row, "rev")), "the disk's firmware", item),
        removable=Known(removable, (item,)) if removable is not None else absent("lsblk was not asked for RM", item),
    )


def _kind(name: str, transport: str | None, rotates: bool | None, item: str) -> Fact[str]:
    if transport == "nvme" or name.startswith("nvme"):
        return Known("nvme", (item,))
    if transport == "usb" or name.startswith(("mmcblk", "vd", "xvd")) or rotates is None:
        return absent("lsblk does not say what kind of disk it is", item)
    return Known("hdd" if rotates else "ssd", (item,))


def _number(value: object) -> int | None:
    """lsblk before 2.33 writes numbers and flags as strings."""
    return count_of(value) if not isinstance(value, str) else as_int(value)


def _flag(value: object) -> bool | None:
    if isinstance(value, str):
        return {"0": False, "1": True}.get(value)
    return flag_of(value)
