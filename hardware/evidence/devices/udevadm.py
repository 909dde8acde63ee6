"""The text of `udevadm info --export-db`: every device that the kernel lists, with what udev has made of it.

A record begins with "P:" and a path below /sys; "E:" lines are its properties. The other kinds of line (N S, since
systemd 248 also M R U T D L Q V I) say what E: says again, or nothing that is wanted. Devices are told apart by
SUBSYSTEM and udev's own words (ID_INPUT_TOUCHPAD, ID_V4L_CAPABILITIES), which are the kernel's in every language.
jc 1.26 raises ValueError on all six captures and python's pyudev asks the running system, so neither is used.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from hardware.evidence.decoding import as_hex, as_int, decode_text
from hardware.evidence.devices.addresses import own_mac
from hardware.evidence.devices.input_devices import OUTSIDE_BUSES, TOUCHPAD_NAME, keyboard_fact
from hardware.evidence.disks.block import is_disk_name
from hardware.evidence.errors import EvidenceError
from hardware.evidence.leaves import absent, text_fact
from hardware.evidence.machine.dmi_facts import firmware_date
from hardware.evidence.machine.dmi_records import CHASSIS_NAMES
from specs.facts import (
    Audio,
    Bluetooth,
    Camera,
    Disk,
    Ethernet,
    Fact,
    Facts,
    Firmware,
    Graphics,
    Identity,
    InputDevices,
    Known,
    Network,
    Usb,
    Wifi,
)
from specs.text import clean

__all__ = ["MOST_RECORDS", "UdevDatabase", "UdevRecord", "read_udevadm", "udev_database"]

MOST_RECORDS: Final = 50_000
"""A laptop has some 600 to 2000."""

_MOST_PROPERTIES: Final = 256
_LONGEST_PATH: Final = 1024
_DEEPEST_PATH: Final = 40
_MOST_OF_A_KIND: Final = 64

_VIRTUAL: Final = "/devices/virtual/"
# Where the kernel can reach an NVMe disk by two ways, the disk itself hangs on neither.
_NVME: Final = "/nvme-subsystem/"
_NULL: Final = "/devices/virtual/mem/null"
_USB_PART: Final = re.compile(r"/usb\d{1,3}/", re.ASCII)
_ESCAPED: Final = re.compile(r"\\x([0-9a-fA-F]{2})", re.ASCII)
_IDS: Final = re.compile(r"([0-9A-Fa-f]{1,4})[:/]([0-9A-Fa-f]{1,4})(?:/.*)?", re.ASCII)
_CARD: Final = re.compile(r"card\d{1,3}", re.ASCII)
_PCM: Final = re.compile(r"pcmC\d{1,3}D\d{1,3}([pc])", re.ASCII)
_CONTROLLER: Final = re.compile(r"hci\d{1,3}", re.ASCII)
_MAC_NAME: Final = re.compile(r"[a-z]{2}x([0-9a-f]{12})", re.ASCII)
# Programming interfaces of class 0C03 that are no host controller: USB4's router, and a device's own end.
_NOT_A_HOST: Final = (0x40, 0xFE)


class UdevRecord(Struct, frozen=True):
    """One device: its path below /sys, and its properties."""

    path: str
    properties: Mapping[str, str]

    @property
    def name(self) -> str:
        """The kernel's name ("sda", "wlan0")."""
        return self.path.rpartition("/")[2]

    @property
    def subsystem(self) -> str:
        """The kernel's subsystem ("net")."""
        return self.properties.get("SUBSYSTEM", "")

    @property
    def virtual(self) -> bool:
        """True for what has no hardware behind it."""
        return self.path.startswith(_VIRTUAL)

    @property
    def on_usb(self) -> bool:
        """True for what is plugged into USB, or soldered to it."""
        return _USB_PART.search(self.path) is not None

    @property
    def database_name(self) -> str | None:
        """The maker's and the device's name in the laptop's own hardware database; None where it lacks the device."""
        model = self.properties.get("ID_MODEL_FROM_DATABASE")
        return f"{self.properties.get('ID_VENDOR_FROM_DATABASE', '')} {model}".strip() if model else None


class UdevDatabase(Struct, frozen=True):
    """All records, by path."""

    records: Mapping[str, UdevRecord]

    def of(self, subsystem: str) -> list[UdevRecord]:
        """The records of one subsystem, in the order of the text."""
        return [record for record in self.records.values() if record.subsystem == subsystem]

    def bus_device(self, record: UdevRecord) -> UdevRecord | None:
        """The nearest device with ids (PCI, USB or SDIO) that `record` hangs on."""
        path = record.path
        for _ in range(_DEEPEST_PATH):
            path = path.rpartition("/")[0]
            if not path:
                return None
            parent = self.records.get(path)
            if parent and any(key in parent.properties for key in ("PCI_ID", "SDIO_ID")):
                return parent
            if parent and parent.subsystem == "usb" and "PRODUCT" in parent.properties:
                return parent
        return None


def read_udevadm(data: bytes, item: str) -> Facts:
    """Graphics, network, Bluetooth, cameras, sound, input, disks (no sizes: udev has none), and what DMI is sure of.

    Raises `EvidenceError` where the text is not the whole database: what a part lacks would look as if it were not
    fitted.
    """
    database = udev_database(data)
    if _NULL not in database.records:
        raise EvidenceError("the text is only a part of udev's database; udevadm info --export-db prints all of it")
    dmi, graphics, hosts = _dmi(database), _graphics(database, item), _usb_hosts(database)
    return Facts(
        identity=Identity(chassis=text_fact(_chassis(dmi), "the chassis type", item)),
        firmware=Firmware(date=firmware_date(dmi.get("bd"), item)),
        storage=Known(_disks(database, item), (item,)),
        network=_network(database, item),
        camera=Known(_cameras(database, item), (item,)),
        audio=_audio(database, item),
        input=_input(database, item),
        graphics=Known(graphics, (item,)) if graphics else absent("no graphics adapter is on PCI", item),
        usb=Usb(controllers=Known(hosts, (item,)) if hosts else absent("no USB controller is on PCI", item)),
    )


def udev_database(data: bytes) -> UdevDatabase:
    """The records in the text. Raises `EvidenceError` where there is none."""
    text = decode_text(data)
    records: dict[str, UdevRecord] = {}
    properties: dict[str, str] = {}
    for line in text.splitlines():
        kind, value = line[:3], line[3:].strip()
        if kind == "P: ":
            properties = {}
            if value.startswith("/") and len(value) <= _LONGEST_PATH and value not in records:
                if len(records) >= MOST_RECORDS:
                    raise EvidenceError(f"the text lists more than {MOST_RECORDS} devices")
                records[value] = UdevRecord(value, properties)
        elif kind == "E: " and len(properties) < _MOST_PROPERTIES:
            key, equals, content = value.partition("=")
            if equals:
                properties.setdefault(key, content[:4096])
    if not records:
        raise EvidenceError("the text is not what udevadm info --export-db prints (it names no device)")
    return UdevDatabase(records)


def _dmi(database: UdevDatabase) -> dict[str, str]:
    """The parts of the DMI alias that are sure. It drops the blanks, so that the names in it are not the laptop's."""
    record = database.records.get("/devices/virtual/dmi/id")
    alias = record.properties.get("MODALIAS", "") if record else ""
    if not alias.startswith("dmi:"):
        return {}
    parts = alias.split(":")[1:64]
    return {part[:2]: part[2:] for part in parts if part.startswith(("bd", "ct"))}


def _chassis(dmi: Mapping[str, str]) -> str | None:
    return CHASSIS_NAMES.get(as_int(dmi.get("ct")) or 0)


def _unescaped(text: str | None) -> str | None:
    """udev writes blanks and slashes of a name as "\\x20"."""
    return _ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), text[:1024]).strip() if text else None


def _ids(record: UdevRecord | None, item: str) -> tuple[Fact[str], Fact[str]]:
    """Vendor and device id, four lower-case hex digits each."""
    for key in ("PCI_ID", "SDIO_ID", "PRODUCT"):
        match = _IDS.fullmatch(record.properties.get(key, "")) if record else None
        if match:
            first, second = (number.lower().zfill(4) for number in match.groups())
            return Known(first, (item,)), Known(second, (item,))
    why = absent("udev gives no ids of the device", item)
    return why, why


def _driver(database: UdevDatabase, record: UdevRecord, item: str) -> Fact[str]:
    """The driver of the nearest device that has one: behind a bridge (bcma) it is not that of the PCI device."""
    name = record.properties.get("ID_NET_DRIVER")
    path = record.path
    for _ in range(_DEEPEST_PATH):
        path = path.rpartition("/")[0]
        parent = database.records.get(path)
        if name or not path:
            break
        name = parent.properties.get("DRIVER") if parent else None
    return text_fact(name, "the device's driver", item)


def _model(record: UdevRecord, bus: UdevRecord | None, item: str) -> Fact[str]:
    name = record.database_name or (bus.database_name if bus else None)
    return text_fact(name, "the device's name in udev's database", item)


def _class(record: UdevRecord) -> int:
    return as_hex(record.properties.get("PCI_CLASS")) or 0


def _graphics(database: UdevDatabase, item: str) -> tuple[Graphics, ...]:
    found = []
    for record in database.of("pci"):
        if _class(record) >> 16 == 0x03:
            vendor, device = _ids(record, item)
            driver = text_fact(record.properties.get("DRIVER"), "the device's driver", item)
            found.append(Graphics(clean(record.name, 64), vendor, device, driver, _model(record, None, item)))
    return tuple(sorted(found, key=lambda adapter: adapter.name)[:_MOST_OF_A_KIND])


def _usb_hosts(database: UdevDatabase) -> int:
    classes = [_class(record) for record in database.of("pci")]
    return sum(number >> 8 == 0x0C03 and number & 0xFF not in _NOT_A_HOST for number in classes)


def _network(database: UdevDatabase, item: str) -> Network:
    radios = {record.path.rpartition("/ieee80211/")[0] for record in database.of("ieee80211")}
    wifi: list[Wifi] = []
    ethernet: list[Ethernet] = []
    plugged = {"wifi": False, "ethernet": False}
    for record in database.of("net"):
        kind = record.properties.get("DEVTYPE")
        is_wifi = kind == "wlan" or record.path.rpartition("/net/")[0] in radios
        if record.virtual or not (is_wifi or (kind is None and not record.name.startswith(("ib", "ppp", "can")))):
            continue
        if record.on_usb:
            plugged["wifi" if is_wifi else "ethernet"] = True
            continue
        bus = database.bus_device(record)
        name = clean(record.properties.get("INTERFACE") or record.name, 32)
        vendor, device = _ids(bus, item)
        driver, model, mac = _driver(database, record, item), _model(record, bus, item), _mac(record, item)
        if is_wifi:
            why = absent("udev does not say what the radio can do", item)
            wifi.append(Wifi(name, model, vendor, device, driver, why, mac))
        else:
            ethernet.append(Ethernet(name, driver, mac, model, vendor, device))
    outside = "only a {} adapter on USB answers; look whether it is built in"
    return Network(
        wifi=absent(outside.format("Wi-Fi"), item)
        if plugged["wifi"] and not wifi
        else Known(tuple(sorted(wifi, key=lambda adapter: adapter.name)[:_MOST_OF_A_KIND]), (item,)),
        bluetooth=Known(_bluetooth(database, item), (item,)),
        ethernet=absent(outside.format("wired"), item)
        if plugged["ethernet"] and not ethernet
        else Known(tuple(sorted(ethernet, key=lambda adapter: adapter.name)[:_MOST_OF_A_KIND]), (item,)),
    )


def _mac(record: UdevRecord, item: str) -> Fact[str]:
    """The permanent address is in the name that udev makes of it ("enx001122334455")."""
    match = _MAC_NAME.fullmatch(record.properties.get("ID_NET_NAME_MAC", ""))
    if match is None:
        return absent("udev names no interface by its address", item)
    digits = match.group(1)
    return own_mac(":".join(digits[place : place + 2] for place in range(0, 12, 2)), item)


def _bluetooth(database: UdevDatabase, item: str) -> tuple[Bluetooth, ...]:
    why = absent("udev does not show the controller's address", item)
    names = sorted(record.name for record in database.of("bluetooth") if _CONTROLLER.fullmatch(record.name))
    return tuple(Bluetooth(name, why) for name in names[:_MOST_OF_A_KIND])


def _cameras(database: UdevDatabase, item: str) -> tuple[Camera, ...]:
    """Cameras, not nodes: those of one camera share the device behind them, and one of them captures."""
    found: dict[str, Camera] = {}
    nodes = [record for record in database.of("video4linux") if record.name.startswith("video") and not record.virtual]
    for record in sorted(nodes, key=lambda node: (len(node.name), node.name)):
        properties = record.properties
        if ":capture:" not in properties.get("ID_V4L_CAPABILITIES", ":capture:"):
            continue
        name = properties.get("ID_V4L_PRODUCT") or _unescaped(properties.get("ID_MODEL_ENC"))
        behind = record.path.rpartition("/video4linux/")[0]
        found.setdefault(behind, Camera(clean(record.name, 32), text_fact(name, "the camera's name", item)))
    return tuple(found.values())[:_MOST_OF_A_KIND]


def _audio(database: UdevDatabase, item: str) -> Audio:
    records = database.of("sound")
    cards = sorted((record for record in records if _CARD.fullmatch(record.name)), key=lambda card: card.name)
    kinds = [match.group(1) for record in records if (match := _PCM.fullmatch(record.name))]
    return Audio(
        cards=Known(tuple(_card_name(database, card) for card in cards[:_MOST_OF_A_KIND]), (item,)),
        playback=Known(kinds.count("p"), (item,)),
        capture=Known(kinds.count("c"), (item,)),
    )


def _card_name(database: UdevDatabase, card: UdevRecord) -> str:
    bus = database.bus_device(card)
    name = card.database_name or (bus.database_name if bus else None)
    return clean(name or _unescaped(card.properties.get("ID_MODEL_ENC")) or card.name) or clean(card.name)


def _input(database: UdevDatabase, item: str) -> InputDevices:
    devices = [record for record in database.of("input") if "NAME" in record.properties]

    def any_with(key: str) -> bool:
        return any(record.properties.get(key) == "1" and not record.virtual for record in devices)

    keyboards = [
        _input_bus(record)
        for record in devices
        if record.properties.get("ID_INPUT_KEYBOARD") == "1" and not record.virtual
    ]
    # A touchpad that acts as a mouse is known by its name only, as in /proc/bus/input/devices.
    named = any(TOUCHPAD_NAME.search(record.properties["NAME"][:256]) for record in devices)
    return InputDevices(
        keyboard=keyboard_fact(keyboards, item),
        touchpad=Known(named or any_with("ID_INPUT_TOUCHPAD"), (item,)),
        touchscreen=Known(any_with("ID_INPUT_TOUCHSCREEN"), (item,)),
    )


def _input_bus(record: UdevRecord) -> str:
    """The bus as /proc/bus/input/devices prints it: "0003" is USB. PRODUCT is bus/vendor/product/version."""
    bus = record.properties.get("PRODUCT", "").partition("/")[0].zfill(4)
    usb = next(key for key, word in OUTSIDE_BUSES.items() if word == "USB")
    return usb if record.properties.get("ID_BUS") == "usb" else bus


def _disks(database: UdevDatabase, item: str) -> tuple[Disk, ...]:
    blocks = [record for record in database.of("block") if record.properties.get("DEVTYPE") == "disk"]
    names = {record.name for record in blocks}
    disks = [
        _disk(record, f"{record.name}boot0" in names, item)
        for record in blocks
        if (not record.virtual or _NVME in record.path) and is_disk_name(record.name) and not _is_optical(record)
    ]
    return tuple(sorted(disks, key=lambda disk: disk.name)[:_MOST_OF_A_KIND])


def _is_optical(record: UdevRecord) -> bool:
    return "ID_CDROM" in record.properties or record.properties.get("ID_TYPE") in ("cd", "floppy", "tape")


def _disk(record: UdevRecord, has_boot_area: bool, item: str) -> Disk:
    properties = record.properties
    usb = properties.get("ID_BUS") == "usb" or record.on_usb
    model = _unescaped(properties.get("ID_MODEL_ENC")) or properties.get("ID_MODEL") or properties.get("ID_NAME")
    return Disk(
        name=clean(record.name, 32),
        # Only an eMMC has boot areas beside it; a memory card has the same name.
        kind=Known("emmc", (item,)) if has_boot_area else _kind(record, usb, item),
        bytes=absent("udev does not know the disk's size", item),
        model=text_fact(model, "the disk's model", item),
        serial=text_fact(properties.get("ID_SERIAL_SHORT"), "the disk's serial", item),
        firmware=text_fact(properties.get("ID_REVISION"), "the disk's firmware", item),
        removable=Known(True, (item,)) if usb else absent("udev does not say whether the disk is removable", item),
    )


def _kind(record: UdevRecord, usb: bool, item: str) -> Fact[str]:
    if record.name.startswith("nvme"):
        return Known("nvme", (item,))
    speed = as_int(record.properties.get("ID_ATA_ROTATION_RATE_RPM"))
    if usb or speed is None or record.name.startswith(("mmcblk", "vd", "xvd")):
        return absent("udev does not say what kind of disk it is", item)
    return Known("hdd" if speed else "ssd", (item,))
