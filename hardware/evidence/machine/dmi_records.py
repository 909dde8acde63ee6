"""The SMBIOS structures that matter, as records: what `smbios` (raw) and `dmidecode` (text) both give.

Strings are as the firmware has them (placeholders included); numbers are SI; None is "not there". What they mean
for the laptop is `dmi_facts`. Numbers in comments are sections of the SMBIOS specification, DSP0134 3.7.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

__all__ = [
    "CHASSIS_NAMES",
    "LARGEST_MODULE",
    "MEMORY_TYPES",
    "BatteryRecord",
    "BiosRecord",
    "BoardRecord",
    "ChassisRecord",
    "DmiTable",
    "MemoryArray",
    "MemoryDevice",
    "ProcessorRecord",
    "SystemRecord",
    "TpmRecord",
]


LARGEST_MODULE: Final = 2**43
"""Bytes of one memory device: 8 TiB, far over any that is made; a firmware that says more says nonsense."""


class BiosRecord(Struct, frozen=True):
    """Type 0. `date` as written, usually mm/dd/yyyy."""

    vendor: str | None = None
    version: str | None = None
    date: str | None = None


class SystemRecord(Struct, frozen=True):
    """Type 1. `uuid` in the usual form, upper or lower case."""

    manufacturer: str | None = None
    product: str | None = None
    version: str | None = None
    serial: str | None = None
    uuid: str | None = None
    sku: str | None = None
    family: str | None = None


class BoardRecord(Struct, frozen=True):
    """Type 2."""

    manufacturer: str | None = None
    product: str | None = None
    serial: str | None = None


class ChassisRecord(Struct, frozen=True):
    """Type 3. `kind` is the name that dmidecode prints ("Notebook")."""

    kind: str | None = None
    serial: str | None = None
    asset_tag: str | None = None


class ProcessorRecord(Struct, frozen=True):
    """Type 4, one socket. `in_use` is false for an empty socket and for a processor that is switched off."""

    manufacturer: str | None = None
    version: str | None = None
    in_use: bool = True
    cores: int | None = None
    threads: int | None = None


class MemoryArray(Struct, frozen=True):
    """Type 16: how many type 17 records it announces; `system` where it is the main memory."""

    devices: int | None = None
    system: bool = True


class MemoryDevice(Struct, frozen=True):
    """Type 17: `size_bytes` 0 is an empty slot, None is a size that the firmware does not say."""

    size_bytes: int | None = None
    kind: str | None = None
    speed_mts: int | None = None
    locator: str | None = None
    manufacturer: str | None = None
    part: str | None = None
    serial: str | None = None


class BatteryRecord(Struct, frozen=True):
    """Type 22. A third of these capacities are wrong (quirks.md section 2): kept for comparison, never a fact."""

    design_mwh: int | None = None


class TpmRecord(Struct, frozen=True):
    """Type 43."""

    version: str | None = None
    vendor: str | None = None


class DmiTable(Struct, frozen=True):
    """One machine's records, in table order. `damage` says in one clause where the table is broken, if it is."""

    bios: tuple[BiosRecord, ...] = ()
    system: tuple[SystemRecord, ...] = ()
    board: tuple[BoardRecord, ...] = ()
    chassis: tuple[ChassisRecord, ...] = ()
    processor: tuple[ProcessorRecord, ...] = ()
    arrays: tuple[MemoryArray, ...] = ()
    memory: tuple[MemoryDevice, ...] = ()
    battery: tuple[BatteryRecord, ...] = ()
    tpm: tuple[TpmRecord, ...] = ()
    admin_password: bool | None = None
    power_on_password: bool | None = None
    damage: str | None = None


# 7.4.1
CHASSIS_NAMES: Final = dict(
    enumerate(
        "Other|Unknown|Desktop|Low Profile Desktop|Pizza Box|Mini Tower|Tower|Portable|Laptop|Notebook|Hand Held"
        "|Docking Station|All In One|Sub Notebook|Space-saving|Lunch Box|Main Server Chassis|Expansion Chassis"
        "|Sub Chassis|Bus Expansion Chassis|Peripheral Chassis|RAID Chassis|Rack Mount Chassis|Sealed-case PC"
        "|Multi-system|CompactPCI|AdvancedTCA|Blade|Blade Enclosing|Tablet|Convertible|Detachable|IoT Gateway"
        "|Embedded PC|Mini PC|Stick PC".split("|"),
        start=1,
    )
)

# 7.18.2
MEMORY_TYPES: Final = dict(
    enumerate(
        "Other|Unknown|DRAM|EDRAM|VRAM|SRAM|RAM|ROM|Flash|EEPROM|FEPROM|EPROM|CDRAM|3DRAM|SDRAM|SGRAM|RDRAM|DDR|DDR2"
        "|DDR2 FB-DIMM|-|-|-|DDR3|FBD2|DDR4|LPDDR|LPDDR2|LPDDR3|LPDDR4|Logical non-volatile device|HBM|HBM2|DDR5"
        "|LPDDR5|HBM3".split("|"),
        start=1,
    )
)
