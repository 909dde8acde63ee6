"""The `windows` item: one JSON object of CIM classes, registry values and Get-Tpm, as our PowerShell probe writes it.

Numbers, never localised words: OperatingSystemSKU, BusType, MediaType (quirks.md no. 31, 32, 37). Text tables of wmic
or Format-List are not this item. Rows are strict: a value of another type than Windows documents is not there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from hardware.evidence.decoding import count_of, decode_json, dig, flag_of, text_of
from hardware.evidence.errors import EvidenceError
from hardware.evidence.leaves import absent, text_fact
from hardware.evidence.windows.hardware import windows_disks, windows_identity, windows_memory, windows_processor
from hardware.evidence.windows.rows import Rows, number_in
from specs.facts import Disk, Fact, Facts, Firmware, Known, System, Tpm

__all__ = ["WindowsReading", "read_windows"]

_VERSION: Final = re.compile(r"(\d\.\d)(?:,.*)?", re.ASCII)


class WindowsReading(Struct, frozen=True):
    """The facts, and the disks where MSFT_PhysicalDisk was asked for."""

    facts: Facts
    disks: tuple[Disk, ...] | None


def read_windows(data: bytes, item: str) -> WindowsReading:
    """What Windows says. Raises `EvidenceError` where the bytes are no JSON object."""
    tree = decode_json(data)
    if not isinstance(tree, dict):
        raise EvidenceError("the JSON is not an object of CIM classes")
    rows = Rows.of(tree)
    identity, bios = windows_identity(rows, item)
    uefi, secure_boot = _boot(rows, tree, item)
    return WindowsReading(
        Facts(
            identity=identity,
            firmware=Firmware(
                vendor=bios.vendor, version=bios.version, date=bios.date, uefi=uefi, secure_boot=secure_boot
            ),
            processor=windows_processor(rows, item),
            memory=windows_memory(rows, item),
            tpm=_tpm(rows, tree, item),
            system=_system(rows, item),
        ),
        windows_disks(rows, item) if "MSFT_PhysicalDisk" in rows.classes else None,
    )


def _system(rows: Rows, item: str) -> System:
    row = rows.first("Win32_OperatingSystem")
    if row is None:
        return System()
    caption = text_of(dig(row, "Caption"))
    sku = number_in(row, "OperatingSystemSKU")
    return System(
        family=Known("windows", (item,)),
        name=text_fact(caption, "the name of Windows", item),
        edition=text_fact(text_of(rows.registry("EditionID")) or caption, "the edition of Windows", item),
        # 0 is "undefined" in Windows' own list.
        sku=Known(sku, (item,)) if sku else absent("Windows does not give its OperatingSystemSKU", item),
        build=text_fact(text_of(dig(row, "BuildNumber")), "the build of Windows", item),
    )


def _boot(rows: Rows, tree: Mapping[str, object], item: str) -> tuple[Fact[bool], Fact[bool]]:
    confirmed = flag_of(dig(tree, "Confirm-SecureBootUEFI"))
    if confirmed is None:
        confirmed = {0: False, 1: True}.get(_whole(rows.registry("UEFISecureBootEnabled")))
    # PEFirmwareType: 1 is BIOS, 2 is UEFI.
    uefi = {1: False, 2: True}.get(_whole(rows.registry("PEFirmwareType")))
    if uefi is None and confirmed:
        uefi = True
    if uefi is False and confirmed is None:
        confirmed = False
    return (
        Known(uefi, (item,)) if uefi is not None else absent("Windows does not say how the laptop started", item),
        Known(confirmed, (item,)) if confirmed is not None else absent("Windows gives no state of Secure Boot", item),
    )


def _tpm(rows: Rows, tree: Mapping[str, object], item: str) -> Tpm:
    row = rows.first("Win32_Tpm")
    present = flag_of(dig(tree, "Get-Tpm", "TpmPresent"))
    if present is None and row is not None and text_of(dig(row, "SpecVersion")):
        present = True
    if present is None:
        why = absent("Windows says nothing about a TPM", item)
        return Tpm(why, why, why)
    if not present:
        none = absent("there is no TPM", item)
        return Tpm(Known(False, (item,)), none, none)
    match = _VERSION.fullmatch(text_of(dig(row, "SpecVersion")) or "")
    maker = text_of(dig(tree, "Get-Tpm", "ManufacturerIdTxt")) or text_of(dig(row, "ManufacturerIdTxt"))
    return Tpm(
        Known(True, (item,)),
        Known(match.group(1), (item,)) if match else absent("Windows does not give the TPM's version", item),
        text_fact(maker, "the TPM's maker", item),
    )


def _whole(value: object) -> int:
    number = count_of(value)
    return number if number is not None else -1
