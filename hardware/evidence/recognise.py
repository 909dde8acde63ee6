"""What kind of evidence a file is that has no manifest: by its name, else by what stands in its first bytes.

A file copied by hand is called what the technician called it. The marks are those that only one tool writes; bytes
that carry none of them are no evidence that this station knows, rather than a guess.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from typing import Final

from hardware.evidence.catalogue import EXACT, source_of
from hardware.evidence.errors import EvidenceError
from hardware.evidence.machine.smbios import read_smbios
from hardware.evidence.windows.reading import read_rows

__all__ = ["recognised_id"]

_HEAD: Final = 65536
"""Bytes that are looked at. Every mark stands near the beginning; lshw's and udevadm's are on their first lines."""

_ONE_OF_A_KIND: Final = frozenset(source.id for source in EXACT)
_EDID_HEADER: Final = b"\x00\xff\xff\xff\xff\xff\xff\x00"
_EDID_HEX: Final = re.compile(rb"\s*(?:0x)?00[\s,:x0]{0,4}(?:ff[\s,:x0]{0,4}){6}00", re.IGNORECASE)

_TREES: Final[Mapping[str, str]] = {
    "/sys/class/power_supply": "battery",
    "/sys/block": "block",
    "/sys/class/drm": "drm",
    "/sys/bus/pci": "pci",
    "/sys/bus/usb": "usb",
    "/sys/class/net": "net",
    "/sys/class/bluetooth": "bluetooth",
    "/sys/class/rfkill": "rfkill",
    "/sys/class/tpm": "tpm",
    "/sys/class/dmi": "dmi",
    "/sys/class/video4linux": "camera",
    "/sys/class/sound": "sound",
    "/sys/class/firmware-attributes": "firmware-attributes",
    "/sys/firmware/efi": "efi",
    "/sys/firmware/vpd": "chromeos",
    "/sys/devices/platform": "chromeos",
}
_TREE: Final = re.compile(r'\s*\{\s*"(/sys(?:/[a-z0-9_-]+){1,2})[/"]', re.ASCII)


def _mark(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.MULTILINE | re.ASCII)


# In this order: a mark further down may also stand inside an item that one further up is a mark of.
_JSON_MARKS: Final = (
    ("lsblk", _mark(r'"blockdevices"\s*:')),
    ("smart-", _mark(r'"smartctl"\s*:|"json_format_version"\s*:')),
    ("lscpu", _mark(r'"lscpu"\s*:')),
    ("rfkill", _mark(r'"rfkilldevices"\s*:')),
    ("windows", _mark(r'"(?:Win32|MSFT|CIM|Wmi)_?[A-Z]\w*"\s*:|"Get-[A-Z]\w+"\s*:|"Bios(?:Version|SeralNumber)"\s*:')),
    (
        "chromeos",
        _mark(r'"(?:first_power_date|activate_date|product_serial_number|release_milestone|marketing_name)"\s*:'),
    ),
    ("lshw", _mark(r'"class"\s*:\s*"(?:system|bus|bridge|processor|multimedia|volume)"')),
)
_TEXT_MARKS: Final = (
    ("powercfg", _mark(r"<BatteryReport[\s>]")),
    ("windows", _mark(r"\A\s*(?:Windows Registry Editor Version 5\.00|REGEDIT4)")),
    ("hwinfo", _mark(r"^\d\d: [\w()]+ .{0,80}\n[ \t]{1,8}\[Created at |^=+ start (?:hardware probing|debug info) =+")),
    ("dmidecode", _mark(r"^\s{0,8}Handle 0x[0-9A-Fa-f]{1,8}, DMI type \d{1,3}|^# dmidecode \d")),
    ("smart-", _mark(r"^smartctl (?:version )?\d\.\d|^=== START OF (?:INFORMATION|READ SMART|SMART DATA) ")),
    ("upower", _mark(r"^Device: /org/freedesktop/UPower/|^[ \t]{1,40}native-path:[ \t]")),
    ("udevadm", _mark(r"^P: /devices/")),
    ("battery", _mark(r"^POWER_SUPPLY_NAME=")),
    ("acpi", _mark(r"^Battery \d{1,2}: ")),
    ("lspci", _mark(r"^(?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7] |^Slot:\t|^Device:\t[0-9a-f]{2}:")),
    ("lscpu", _mark(r"^(?:Architecture|CPU op-mode\(s\)):\s")),
    ("cpu", _mark(r"^processor\s{0,8}: ?\d|^Processor\s{0,8}: |^model name\s{0,8}: ")),
    ("memory", _mark(r"^MemTotal:\s+\d+ kB")),
    (
        "chromeos",
        _mark(r'^CHROMEOS_RELEASE_\w+=|^(?:devsw_boot|mainfw_type|wpsw_cur)\s+=|^"?serial_number"?='),
    ),
    ("os", _mark(r'^(?:ID|PRETTY_NAME)=["\w]')),
    ("emmc-", _mark(r"EXT_CSD_(?:DEVICE_LIFE_TIME|PRE_EOL)|^eMMC (?:Life Time Estimation|Pre EOL)")),
    ("wifi", _mark(r"^Wiphy phy\d")),
    ("iw-dev", _mark(r"^phy#\d")),
    ("bluetooth", _mark(r"^Controller (?:[0-9A-F]{2}:){5}[0-9A-F]{2}|^hci\d:\s+Type: ")),
    ("rfkill", _mark(r"^\d{1,2}: [\w-]+: (?:Wireless LAN|Bluetooth)")),
    ("input", _mark(r"^I: Bus=[0-9a-f]{4} Vendor=[0-9a-f]{4}")),
    ("lsblk", _mark(r'^(?:NAME|KNAME)\s.*\b(?:MAJ:MIN|SIZE|TYPE|RM|RO)\b|^(?:NAME|KNAME)="')),
    ("lshw", _mark(r"^\s{4}description: .+\n|^\s{2}\*-(?:core|firmware|cpu|memory)\s*$")),
)


def recognised_id(stem: str, data: bytes) -> str:
    """The item id for a file called `stem`: the stem where it is an id, else one by what stands in the bytes.

    A kind that there may be many of keeps the stem behind its prefix ("edid-left-screen"). Bytes that nobody here
    knows keep the stem.
    """
    if source_of(stem) is not None:
        return stem
    kind = _by_content(data)
    if kind is None:
        return stem
    return kind if kind in _ONE_OF_A_KIND else f"{kind}{stem}"[:80]


def _by_content(data: bytes) -> str | None:
    head = data[:_HEAD]
    if head.startswith(_EDID_HEADER) or _EDID_HEX.match(head):
        return "edid-"
    text = _text(head)
    tree = _TREE.match(text)
    if tree is not None:
        return next((kind for path, kind in _TREES.items() if tree.group(1).startswith(path)), None)
    is_json = text.lstrip()[:1] in ("{", "[")
    found = next((kind for kind, mark in (_JSON_MARKS if is_json else _TEXT_MARKS) if mark.search(text)), None)
    return found if found or is_json else _by_reading(data)


def _text(head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return head.decode("utf-16", errors="replace").replace("\r\n", "\n")
    return head.decode("utf-8-sig", errors="replace").replace("\r\n", "\n")


def _by_reading(data: bytes) -> str | None:
    """What has no mark of its own: a table of CIM properties, and the raw SMBIOS table."""
    try:
        if read_rows(data, "windows").classes:
            return "windows"
    except EvidenceError:
        pass
    try:
        table = read_smbios(data)
    except EvidenceError:
        return None
    return "smbios" if table.system and table.bios else None
