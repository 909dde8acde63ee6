"""The text of `lspci` in every form that names devices: plain, `-n`, `-nn`, `-v`, `-k`, `-mm`, `-vmm`, old `-vm`.

Names come from the laptop's own pci.ids and are kept as its words; ids come only with `-n` or `-nn`. Without them a
class is told by its name in pci.ids, which is English everywhere. pylspci reads `-vmm` only (2 of the 9 captures; of
the others it exits the process or raises TypeError), jc 1.26 the same two, so neither is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import msgspec
from msgspec import Struct

from hardware.evidence.decoding import decode_text
from hardware.evidence.errors import EvidenceError
from hardware.evidence.leaves import absent, text_fact
from specs.facts import Audio, Ethernet, Fact, Facts, Graphics, Known, Network, Usb, Wifi
from specs.text import clean

__all__ = ["MOST_DEVICES", "LspciReading", "PciDevice", "lspci_reading", "read_lspci"]

MOST_DEVICES: Final = 1024
"""A laptop lists about 20, a server some hundreds."""

_LONGEST_LINE: Final = 2000
_MOST_ADAPTERS: Final = 16

_SLOT: Final = re.compile(r"(?:([0-9A-Fa-f]{4,8}):)?([0-9A-Fa-f]{2}:[0-9A-Fa-f]{2}\.[0-7])", re.ASCII)
_ID: Final = re.compile(r"[0-9A-Fa-f]{4}", re.ASCII)
_IDS: Final = re.compile(r"\[([0-9A-Fa-f]{4}):([0-9A-Fa-f]{4})\]", re.ASCII)
_BARE_IDS: Final = re.compile(r"(?:Device )?([0-9A-Fa-f]{4}):([0-9A-Fa-f]{4})", re.ASCII)
_BRACKETED: Final = re.compile(r"\[([0-9A-Fa-f]{4})\]", re.ASCII)
_PROG_IF: Final = re.compile(r"\(prog-if ([0-9A-Fa-f]{2})", re.ASCII)
# What lspci prints for a device that its pci.ids does not know.
_NAMELESS: Final = re.compile(r"Device(?: [0-9A-Fa-f]{4}(?::[0-9A-Fa-f]{4})?)?", re.ASCII)
# Possessive: linear on any line.
_TOKEN: Final = re.compile(r'"((?:[^"\\]|\\.)*+)"|(\S++)')
_TAGGED: Final = re.compile(r"([A-Za-z]{1,16}):\t?\s{0,8}", re.ASCII)
_TAGS: Final = frozenset("Slot Class Vendor Device SVendor SDevice Rev ProgIf Driver Module PhySlot NUMANode".split())
_DRIVER: Final = "Kernel driver in use:"

_CLASS_NAMES: Final = {
    "vga compatible controller": "0300",
    "xga compatible controller": "0301",
    "3d controller": "0302",
    "display controller": "0380",
    "ethernet controller": "0200",
    "network controller": "0280",
    "infiniband controller": "0207",
    "multimedia audio controller": "0401",
    "audio device": "0403",
    "usb controller": "0c03",
    "802.1a controller": "0d20",
    "802.1b controller": "0d21",
    "wireless controller": "0d80",
}
_AUDIO: Final = ("0401", "0403")
# 0280 is "network controller, other", and is Wi-Fi unless its name says what else.
_RADIO_CLASSES: Final = ("0280", "0d20", "0d21")
_WIFI_NAME: Final = re.compile(r"wi-?fi|wireless|wlan|802\.11|centrino|airport", re.IGNORECASE | re.ASCII)
_NOT_WIFI_NAME: Final = re.compile(
    r"wwan|\blte\b|\b5g\b|modem|bluetooth|infiniband|ethernet|gigabit|fpga|smartnic", re.IGNORECASE | re.ASCII
)
# Of the kernel's wireless drivers what their names begin with; rtl8192ce is one, r8169 is Ethernet's.
_WIFI_DRIVER: Final = re.compile(
    r"iwl|ath\d|wl$|b43|brcm[fs]mac|bcma-pci|rtw|rtl8|r8\d{3}[a-z]e|mt7|rt2[458]|mwifiex|ipw|wil6210|wcn", re.ASCII
)
# Programming interfaces of class 0c03 that are no host controller: a USB4 router's, and a device's own end.
_NOT_A_HOST: Final = ("40", "fe")


class PciDevice(Struct, frozen=True):
    """One device as lspci printed it. `class_id` is four hex digits ("0300"); ids are None where they are not printed.

    `name` is the maker's and the device's name in one, without ids and revision.
    """

    slot: str
    class_id: str | None = None
    class_name: str | None = None
    vendor_id: str | None = None
    device_id: str | None = None
    name: str | None = None
    prog_if: str | None = None
    driver: str | None = None

    @property
    def ids(self) -> str | None:
        """ "8086:9a49"; None where lspci was not asked for numbers."""
        return f"{self.vendor_id}:{self.device_id}" if self.vendor_id and self.device_id else None

    @property
    def address(self) -> str:
        """The slot with its domain, as sysfs has it. lspci leaves the domain out where all are 0."""
        return self.slot if self.slot.count(":") == 2 else f"0000:{self.slot}"

    @property
    def is_graphics(self) -> bool:
        """VGA, XGA, 3D (the second adapter of a hybrid laptop) and other display controllers."""
        return (self.class_id or "").startswith("03")

    @property
    def is_network(self) -> bool:
        """Wired, Wi-Fi or anything else of class 02."""
        return (self.class_id or "").startswith("02")

    @property
    def is_wifi(self) -> bool:
        """A Wi-Fi adapter, by class, and by name and driver where the class does not tell."""
        name = self.name or ""
        if _WIFI_DRIVER.match(self.driver or ""):
            return self.is_network or self.class_id in (*_RADIO_CLASSES, "0d80")
        if _NOT_WIFI_NAME.search(name) and not _WIFI_NAME.search(name):
            return False
        # Old Atheros cards say that they are Ethernet.
        return self.class_id in _RADIO_CLASSES or (
            self.class_id in ("0200", "0d80") and _WIFI_NAME.search(name) is not None
        )

    @property
    def is_ethernet(self) -> bool:
        """A wired adapter."""
        return self.class_id == "0200" and not self.is_wifi

    @property
    def is_usb_host(self) -> bool:
        """A USB host controller; where the programming interface is not printed, a USB4 router by its name (NHI)."""
        if self.class_id != "0c03" or self.prog_if in _NOT_A_HOST:
            return False
        return self.prog_if is not None or " NHI" not in (self.name or "")


class LspciReading(Struct, frozen=True):
    """All devices, in lspci's order, each slot once."""

    devices: tuple[PciDevice, ...]

    @property
    def gpu_ids(self) -> tuple[str, ...] | None:
        """The ids ("8086:9a49") of the graphics adapters; None where lspci was not asked for numbers."""
        return self._ids([device for device in self.devices if device.is_graphics])

    @property
    def network_ids(self) -> tuple[str, ...] | None:
        """The ids of the network adapters, wired and wireless."""
        return self._ids([device for device in self.devices if device.is_network or device.is_wifi])

    def _ids(self, chosen: list[PciDevice]) -> tuple[str, ...] | None:
        if all(device.ids is None for device in self.devices):
            return None
        return tuple(device.ids for device in chosen if device.ids)


def read_lspci(data: bytes, item: str) -> Facts:
    """Graphics, network adapters, sound cards and USB controllers on PCI.

    What is not on PCI is not in the list: an empty list of any of them is unknown, not known absence. Raises
    `EvidenceError` where the text is not lspci's.
    """
    devices = lspci_reading(data).devices
    if all(device.class_id is None for device in devices):
        raise EvidenceError("lspci's list has no class that is known here")
    graphics = tuple(_graphics(device, item) for device in devices if device.is_graphics)[:_MOST_ADAPTERS]
    wifi = tuple(_wifi(device, item) for device in devices if device.is_wifi)[:_MOST_ADAPTERS]
    ethernet = tuple(_ethernet(device, item) for device in devices if device.is_ethernet)[:_MOST_ADAPTERS]
    cards = tuple(_card(device) for device in devices if device.class_id in _AUDIO)[:_MOST_ADAPTERS]
    hosts = sum(device.is_usb_host for device in devices)
    return Facts(
        graphics=Known(graphics, (item,)) if graphics else absent("lspci lists no graphics adapter", item),
        network=Network(
            wifi=Known(wifi, (item,)) if wifi else absent("no Wi-Fi adapter is on PCI; it may be on USB", item),
            ethernet=Known(ethernet, (item,)) if ethernet else absent("no wired adapter is on PCI", item),
        ),
        audio=Audio(cards=Known(cards, (item,)) if cards else absent("no sound card is on PCI", item)),
        usb=Usb(controllers=Known(hosts, (item,)) if hosts else absent("no USB controller is on PCI", item)),
    )


def lspci_reading(data: bytes) -> LspciReading:
    """All devices in lspci's text. Raises `EvidenceError` where it names none."""
    lines = [line[:_LONGEST_LINE] for line in decode_text(data).splitlines()]
    found: dict[str, PciDevice] = {}
    for number, device in enumerate(_tagged(lines) if _is_tagged(lines) else _listed(lines)):
        # Two runs in one text ("lspci; lspci -nn") describe each device twice.
        known = found.get(device.address)
        if (known is None and len(found) >= MOST_DEVICES) or number >= MOST_DEVICES * 8:
            raise EvidenceError(f"the text lists more than {MOST_DEVICES} PCI devices")
        found[device.address] = device if known is None else _joined(known, device)
    if not found:
        raise EvidenceError("the text is not what lspci prints (it names no PCI device)")
    return LspciReading(tuple(found.values()))


def _is_tagged(lines: list[str]) -> bool:
    """True for `-vmm` (Slot:) and `-vm` (where the slot's tag is "Device:" too)."""
    first = next((line for line in lines if line.strip()), "")
    tag, _, value = first.partition(":")
    return tag in ("Slot", "Device") and _SLOT.fullmatch(value.strip()) is not None


def _tagged(lines: list[str]) -> Iterator[PciDevice]:
    values: dict[str, str] = {}
    for line in [*lines, ""]:
        match = _TAGGED.match(line)
        if match and match.group(1) in _TAGS:
            tag, value = match.group(1), line[match.end() :].strip()
            if tag == "Device" and "Slot" not in values and _SLOT.fullmatch(value):
                tag = "Slot"
            values.setdefault(tag, value)
        elif not line.strip() and values:
            if _SLOT.fullmatch(values.get("Slot", "")):
                kind, kind_id = _named(values.get("Class"))
                yield _device(
                    values["Slot"], kind, kind_id, _named(values.get("Vendor")), _named(values.get("Device")),
                    values.get("ProgIf"), values.get("Driver"),
                )  # fmt: skip
            values = {}


def _listed(lines: list[str]) -> Iterator[PciDevice]:
    """Devices of which each begins with its slot; of the indented lines below only the driver's counts."""
    device: PciDevice | None = None
    for line in lines:
        slot, _, rest = line.partition(" ")
        if _SLOT.fullmatch(slot):
            if device is not None:
                yield device
            rest = rest.strip()
            device = _quoted(slot, rest) if rest.startswith('"') else _printed(slot, rest)
        elif device is not None and line[:1].isspace() and line.strip().startswith(_DRIVER):
            driver = clean(line.strip().removeprefix(_DRIVER), 64)
            device = msgspec.structs.replace(device, driver=driver or None)
    if device is not None:
        yield device


def _quoted(slot: str, rest: str) -> PciDevice | None:
    """A line of `-mm`: class, vendor and device in quotes, then -rREV and -pPROGIF."""
    quoted: list[str] = []
    prog_if = None
    for match in _TOKEN.finditer(rest):
        if match.group(1) is not None:
            quoted.append(match.group(1).replace('\\"', '"').replace("\\\\", "\\"))
        elif match.group(2).startswith("-p"):
            prog_if = match.group(2)[2:]
    if len(quoted) < 3:
        return None
    kind, kind_id = _named(quoted[0])
    return _device(slot, kind, kind_id, _named(quoted[1]), _named(quoted[2]), prog_if, None)


def _printed(slot: str, rest: str) -> PciDevice | None:
    """A line for people: "VGA compatible controller [0300]: Intel Corporation ... [8086:9a49] (rev 01)"."""
    head, colon, tail = rest.partition(": ")
    if not colon:
        return None
    # "Class 0300" is how pciutils before 3 printed a number.
    kind, kind_id = _named(head.removeprefix("Class "))
    prog_if = _PROG_IF.search(tail)
    for mark in (" (prog-if ", " (rev "):
        tail = tail.partition(mark)[0]
    tail = tail.strip()
    bracketed = list(_IDS.finditer(tail))
    # The last: a name may hold brackets too.
    ids = bracketed[-1] if bracketed else _BARE_IDS.fullmatch(tail)
    name = tail[: bracketed[-1].start()].strip() if bracketed else None if ids else tail
    vendor_id, device_id = (ids.group(1).lower(), ids.group(2).lower()) if ids else (None, None)
    return PciDevice(
        clean(slot, 32), kind_id or _CLASS_NAMES.get((kind or "").lower()), kind, vendor_id, device_id,
        clean(name) or None if name else None, prog_if.group(1).lower() if prog_if else None,
    )  # fmt: skip


def _device(
    slot: str,
    kind: str | None,
    kind_id: str | None,
    vendor: tuple[str | None, str | None],
    device: tuple[str | None, str | None],
    prog_if: str | None,
    driver: str | None,
) -> PciDevice:
    names = " ".join(name for name in (vendor[0], device[0]) if name)
    return PciDevice(
        slot=clean(slot, 32),
        class_id=kind_id or _CLASS_NAMES.get((kind or "").lower()),
        class_name=kind,
        vendor_id=vendor[1],
        device_id=device[1],
        name=clean(names) or None,
        prog_if=prog_if.lower() if prog_if else None,
        driver=clean(driver, 64) or None if driver else None,
    )


def _named(text: str | None) -> tuple[str | None, str | None]:
    """A name and its id: "Intel Corporation [8086]", "Intel Corporation" or "8086"."""
    text = (text or "").strip()
    if _ID.fullmatch(text):
        return None, text.lower()
    start = text.rfind("[")
    match = _BRACKETED.fullmatch(text[start:]) if start >= 0 else None
    name = text[:start].strip() if match else text
    return clean(name, 128) or None, match.group(1).lower() if match else None


def _joined(first: PciDevice, second: PciDevice) -> PciDevice:
    values = (getattr(first, name) or getattr(second, name) for name in PciDevice.__struct_fields__)
    return PciDevice(*values)


def _model(device: PciDevice, item: str) -> Fact[str]:
    words = (device.name or "").rpartition("Device")
    if device.name is None or _NAMELESS.fullmatch("Device" + words[2] if words[1] else ""):
        return absent("lspci does not know the device's name", item)
    return text_fact(device.name, "the device's name", item)


def _id_fact(number: str | None, item: str) -> Fact[str]:
    return Known(number, (item,)) if number else absent("lspci was not asked for ids (-nn)", item)


def _driver(device: PciDevice, item: str) -> Fact[str]:
    return text_fact(device.driver, "the device's driver", item)


def _graphics(device: PciDevice, item: str) -> Graphics:
    return Graphics(
        name=device.address,
        vendor_id=_id_fact(device.vendor_id, item),
        device_id=_id_fact(device.device_id, item),
        driver=_driver(device, item),
        model=_model(device, item),
        memory_bytes=absent("lspci does not tell an adapter's own memory from its windows", item),
    )


def _wifi(device: PciDevice, item: str) -> Wifi:
    return Wifi(
        name=device.address,
        model=_model(device, item),
        vendor_id=_id_fact(device.vendor_id, item),
        device_id=_id_fact(device.device_id, item),
        driver=_driver(device, item),
        standards=absent("lspci does not say what the radio can do", item),
        mac=absent("lspci does not show addresses", item),
    )


def _ethernet(device: PciDevice, item: str) -> Ethernet:
    return Ethernet(
        name=device.address,
        driver=_driver(device, item),
        mac=absent("lspci does not show addresses", item),
        model=_model(device, item),
        vendor_id=_id_fact(device.vendor_id, item),
        device_id=_id_fact(device.device_id, item),
    )


def _card(device: PciDevice) -> str:
    return device.name or device.address
