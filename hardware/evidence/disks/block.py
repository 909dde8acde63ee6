"""The `block` item: every disk in /sys/block, with /sys/class/nvme for what NVMe keeps on its controller.

What stays out, though the kernel lists it (quirks.md nos. 23 and 27): loops, RAM disks, mappings and arrays, optical
drives and floppies, empty card readers, an eMMC's boot areas, RPMB and general-purpose areas, a UFS disk's boot units,
and the hidden paths of an NVMe disk (nvme0c0n1). The members of a RAID array stay: they are what is fitted. What hangs
on USB and every memory card is removable, whatever the kernel's flag says: it is 0 for an SD card in a built-in reader.
"""

from __future__ import annotations

import re
from typing import Final, Protocol

from hardware.evidence.decoding import LARGEST_NUMBER, as_int
from hardware.evidence.errors import EvidenceError
from hardware.evidence.leaves import absent, number_fact, text_fact, unreadable
from hardware.evidence.tree import Tree, read_tree
from specs.facts import Disk, Fact, Known, Unknown
from specs.text import clean

__all__ = ["MOST_DISKS", "SECTOR", "is_disk_name", "read_block"]

SECTOR: Final = 512
"""/sys/block/*/size counts these, whatever the disk's own sectors are."""

MOST_DISKS: Final = 64

_NOT_DISKS: Final = re.compile(
    r"(?:loop|ram|zram|dm-|md|md_d|sr|scd|fd|nbd|mtdblock|zd|bcache|rbd|drbd|pktcdvd|ubiblock|pmem|ublkb|nullb)\d.*"
    r"|mmcblk\d+(?:boot\d+|rpmb|gp\d+)|nvme\d+c\d+n\d+",
    re.ASCII,
)
_CARD: Final = re.compile(r"ms(?:p)?blk\d+", re.ASCII)
"""Memory Stick: never anything but a card."""
_CONTROLLER: Final = re.compile(r"/nvme/(nvme\d+)/", re.ASCII)
_UFS: Final = re.compile(r"[.]ufs|ufshc")
_SMALLEST_UFS: Final = 64 * 2**20
"""Bytes. A UFS disk shows its boot units as disks of their own, of 4 to 32 MiB."""
_VIRTUAL: Final = re.compile(r"(?:vd|xvd)[a-z]+", re.ASCII)
_NVME: Final = re.compile(r"(nvme\d+)n\d+", re.ASCII)


class _First(Protocol):
    """The first known text among some files of a disk's folders."""

    def __call__(self, what: str, *files: str) -> Fact[str]: ...


def is_disk_name(name: str) -> bool:
    """False for what /sys/block and lsblk list beside disks: loops, RAM, mappings, optical, eMMC boot areas."""
    return _NOT_DISKS.fullmatch(name) is None


def read_block(data: bytes, item: str) -> tuple[Disk, ...] | Unknown:
    """The disks, by name. Raises `EvidenceError` where the item is no tree."""
    tree = read_tree(data)
    gone = tree.refused("/sys/block", "the list of disks", item)
    if gone is not None:
        return gone
    names = [name for name in sorted(tree.names("/sys/block")) if is_disk_name(name)]
    if len(names) > MOST_DISKS:
        raise EvidenceError(f"the item lists more than {MOST_DISKS} disks")
    disks = []
    for name in names:
        here = f"/sys/block/{name}"
        size = as_int(tree.text(f"{here}/size"))
        if not _is_empty(tree, here, size) and not _is_boot_unit(tree, here, size):
            disks.append(_disk(tree, name, here, size or None, item))
    return tuple(disks)


def _is_empty(tree: Tree, here: str, size: int | None) -> bool:
    """True for an empty card reader and a drive with no medium. A fixed disk of size 0 is a broken disk, not none."""
    return size == 0 and (tree.text(f"{here}/removable") != "0" or _on_usb(tree, here))


def _is_boot_unit(tree: Tree, here: str, size: int | None) -> bool:
    return size is not None and size * SECTOR < _SMALLEST_UFS and _UFS.search(tree.link(here) or "") is not None


def _on_usb(tree: Tree, here: str) -> bool:
    return "/usb" in (tree.link(here) or tree.link(f"{here}/device") or "")


def _disk(tree: Tree, name: str, here: str, size: int | None, item: str) -> Disk:
    on_usb = _on_usb(tree, here)
    kind = _kind(tree, name, here, on_usb, item)
    folders = [f"{here}/device"]
    if nvme := _NVME.fullmatch(name):
        # The number in the name is its controller's as a rule; the link knows.
        controller = _CONTROLLER.search(tree.link(here) or "") or nvme
        folders.append(f"/sys/class/nvme/{controller.group(1)}")

    def first(what: str, *files: str) -> Fact[str]:
        facts = [tree.fact(f"{folder}/{file}", what, item) for folder in folders for file in files]
        return next((fact for fact in facts if isinstance(fact, Known)), facts[0])

    if size is not None and size > LARGEST_NUMBER // SECTOR:
        size = None
    error = tree.error(f"{here}/size")
    unread = error is not None and error != "ENOENT"
    return Disk(
        name=clean(name, 32),
        kind=kind,
        bytes=(
            unreadable(f"the disk's size could not be read ({error})", item)
            if unread
            else number_fact(size * SECTOR if size else None, "the disk's size (or the disk says 0)", item, at_least=1)
        ),
        model=_model(tree, here, first, item),
        serial=_serial(tree, here, first, item),
        firmware=first("the disk's firmware", "firmware_rev", "rev", "fwrev"),
        removable=_removable(tree, name, here, kind, on_usb, item),
    )


def _removable(tree: Tree, name: str, here: str, kind: Fact[str], on_usb: bool, item: str) -> Fact[bool]:
    flag = tree.text(f"{here}/removable")
    if on_usb or flag == "1" or tree.text(f"{here}/device/type") == "SD" or _CARD.fullmatch(name):
        return Known(True, (item,))
    # Of what may be a memory card the flag says nothing.
    if flag != "0" or (name.startswith("mmcblk") and not isinstance(kind, Known)):
        return absent("the kernel does not say whether the disk is removable", item)
    return Known(False, (item,))


def _kind(tree: Tree, name: str, here: str, on_usb: bool, item: str) -> Fact[str]:
    rotational = tree.text(f"{here}/queue/rotational")
    if _NVME.fullmatch(name):
        return Known("nvme", (item,))
    if name.startswith("mmcblk"):
        if tree.text(f"{here}/device/type") == "MMC" or tree.has(f"/sys/block/{name}boot0"):
            return Known("emmc", (item,))
        return absent("it is a memory card, or the kernel does not say what it is", item)
    if _CARD.fullmatch(name):
        return absent("it is a memory card", item)
    if on_usb:
        return absent("a disk on USB does not say reliably what it is", item)
    if _VIRTUAL.fullmatch(name) and rotational != "0":
        # The kernel says "rotational" of every virtual disk that says nothing.
        return absent("a virtual disk does not say what it is", item)
    match rotational:
        case "0":
            return Known("ssd", (item,))
        case "1":
            return Known("hdd", (item,))
        case _:
            return absent("the kernel does not say whether the disk rotates", item)


def _model(tree: Tree, here: str, first: _First, item: str) -> Fact[str]:
    model = first("the disk's model", "model", "name")
    vendor = text_fact(tree.text(f"{here}/device/vendor"), "the disk's maker", item)
    # "ATA" is what the kernel puts there for every SATA disk; a PCI or virtio number is no name.
    if isinstance(model, Known) and isinstance(vendor, Known) and vendor.value != "ATA" and vendor.value[:2] != "0x":
        return Known(clean(f"{vendor.value} {model.value}"), (item,))
    return model


def _serial(tree: Tree, here: str, first: _First, item: str) -> Fact[str]:
    serial = first("the disk's serial", "serial")
    page = tree.bytes.get(f"{here}/device/vpd_pg80")
    if isinstance(serial, Known) or page is None:
        return serial
    # SCSI's unit serial number page: four bytes of header, then the text.
    return text_fact(page[4:].decode("ascii", "replace"), "the disk's serial", item)
