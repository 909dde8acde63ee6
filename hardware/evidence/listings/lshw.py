"""The `lshw` item: what `lshw` says of the whole machine, as `lshw -json` or as its text.

Its disks are not a list to rely on: lshw of 2018 shows neither eMMC nor NVMe (quirks.md no. 24), and nothing in the
listing tells its version. They are a known list only where an NVMe or MMC disk stands in it, which proves that this
lshw knows both; `lshw_disks` gives what there is. Its batteries are SMBIOS's, whose numbers are wrong as often as right
(quirks.md section 2): none are taken. Memory is that of the banks; without them lshw gives what the kernel sees.
No library on PyPI reads lshw's JSON as it is printed; the standard decoder fails on what `lshw_nodes` mends.
"""

from __future__ import annotations

import re
from typing import Final

from hardware.evidence.decoding import as_int
from hardware.evidence.errors import EvidenceError
from hardware.evidence.leaves import absent, number_fact, text_fact
from hardware.evidence.listings.lshw_nodes import Node, lshw_nodes
from hardware.evidence.machine.dmi_facts import firmware_date, uuid_fact, vendor_word
from specs.facts import (
    Disk,
    Ethernet,
    Fact,
    Facts,
    Firmware,
    Graphics,
    Identity,
    Known,
    Memory,
    MemoryModule,
    Network,
    Processor,
    Unknown,
    Wifi,
)
from specs.text import clean

__all__ = ["lshw_disks", "read_lshw"]

_MOST: Final = 64
"""Of disks, modules, adapters each."""
_LARGEST_MODULE: Final = 2**42

_CHASSIS: Final = {
    "desktop": "Desktop",
    "low-profile": "Low Profile Desktop",
    "pizzabox": "Pizza Box",
    "mini-tower": "Mini Tower",
    "tower": "Tower",
    "portable": "Portable",
    "laptop": "Laptop",
    "notebook": "Notebook",
    "handheld": "Hand Held",
    "docking": "Docking Station",
    "all-in-one": "All In One",
    "subnotebook": "Sub Notebook",
    "spacesaving": "Space-saving",
    "lunchbox": "Lunch Box",
    "server": "Main Server Chassis",
    "sealed": "Sealed-case PC",
    "tablet": "Tablet",
    "convertible": "Convertible",
    "detachable": "Detachable",
    "mini": "Mini PC",
    "stick": "Stick PC",
}
"""lshw's words for SMBIOS's chassis types."""

_DEVICE: Final = re.compile(r"/dev/((?:[shv]d|xvd)[a-z]{1,3}|nvme\d{1,4}n\d{1,4}|mmcblk\d{1,4})", re.ASCII)
_SPEED: Final = re.compile(r"(\d{1,6})rpm", re.ASCII)
_DDR: Final = re.compile(r"\b((?:LP)?DDR\d?|SDRAM|RDRAM)\b", re.ASCII)
_MHZ: Final = re.compile(r"\b(\d{3,5}) MHz", re.ASCII)
_PCI: Final = re.compile(r"pci@([0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7])", re.ASCII)
_IDS: Final = re.compile(r"\[([0-9A-Fa-f]{4}):([0-9A-Fa-f]{4})\]", re.ASCII)
_MAC: Final = re.compile(r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}", re.ASCII)
_FIELDS: Final = re.compile(r"([0-9A-F]{8})-([0-9A-F]{4})-([0-9A-F]{4})(-[0-9A-F]{4}-[0-9A-F]{12})", re.ASCII)
_PASSWORDS: Final = {"enabled": True, "disabled": False}


def read_lshw(data: bytes, item: str) -> Facts:
    """The facts in the listing. Raises `EvidenceError` where the bytes are no listing of lshw's."""
    nodes = lshw_nodes(data)
    return Facts(
        identity=_identity(nodes, item),
        firmware=_firmware(nodes, item),
        processor=_processor(nodes, item),
        memory=_memory(nodes, item),
        storage=_storage(nodes, item),
        battery=absent("lshw has only SMBIOS's view of the batteries, which is not to be relied on", item),
        network=_network(nodes, item),
        graphics=_graphics(nodes, item),
    )


def lshw_disks(data: bytes, item: str) -> tuple[Disk, ...]:
    """The disks that lshw shows, by name: not always all of them. Raises `EvidenceError` as `read_lshw` does."""
    return _disks(lshw_nodes(data), item)


def _identity(nodes: list[Node], item: str) -> Identity:
    system = next((node for node in nodes if node.kind == "system"), Node("", "", {}))
    board = next((node for node in nodes if node.id == "core"), Node("", "", {}))
    chassis = system.settings.get("chassis")
    sku = system.settings.get("sku")
    return Identity(
        manufacturer=text_fact(system.word("vendor"), "the manufacturer", item),
        product=text_fact(_product(system.word("product"), sku), "the product name", item),
        version=text_fact(system.word("version"), "the product version", item),
        sku=text_fact(sku, "the SKU number", item),
        serial=text_fact(system.word("serial"), "the system serial", item),
        uuid=_uuid(system.settings.get("uuid"), item),
        board_serial=text_fact(board.word("serial"), "the board serial", item),
        chassis=text_fact(_CHASSIS.get((chassis or "").lower()), "the chassis type", item),
        family=text_fact(system.settings.get("family"), "the product family", item),
        board_manufacturer=text_fact(board.word("vendor"), "the board's maker", item),
        board_product=text_fact(board.word("product"), "the board's name", item),
    )


def _product(raw: str | None, sku: str | None) -> str | None:
    """The product's name; lshw puts the SKU number behind it in brackets."""
    if raw is None:
        return None
    name = raw.strip()
    for suffix in ([sku.strip()] if sku else []) + [""]:
        if name.endswith(f"({suffix})"):
            return name.removesuffix(f"({suffix})").rstrip()
    return name


def _uuid(raw: str | None, item: str) -> Fact[str]:
    """The UUID. Older lshw prints it in capitals and without the swapped bytes of its first three fields."""
    if raw is None or raw != raw.upper():
        return uuid_fact(raw, item)
    if not raw.strip("0123456789-"):
        return absent("lshw does not say in which order it wrote the UUID's bytes", item)
    fields = _FIELDS.fullmatch(raw.strip())
    if fields is None:
        return uuid_fact(raw, item)
    first, second, third, rest = fields.groups()
    swapped = "-".join(bytes.fromhex(part)[::-1].hex() for part in (first, second, third))
    return uuid_fact(swapped + rest, item)


def _firmware(nodes: list[Node], item: str) -> Firmware:
    bios = next((node for node in nodes if node.id == "firmware"), Node("", "", {}))
    system = next((node for node in nodes if node.kind == "system"), Node("", "", {}))
    return Firmware(
        vendor=text_fact(bios.word("vendor"), "the firmware's maker", item),
        version=text_fact(bios.word("version"), "the firmware's version", item),
        date=firmware_date(bios.word("date"), item),
        admin_password=_password(system, "administrator_password", item),
        power_on_password=_password(system, "power-on_password", item),
    )


def _password(system: Node, key: str, item: str) -> Fact[bool]:
    state = _PASSWORDS.get(system.settings.get(key, ""))
    return absent("lshw does not say whether the password is set", item) if state is None else Known(state, (item,))


def _processor(nodes: list[Node], item: str) -> Processor:
    found = [node for node in nodes if node.kind == "processor" and node.id.partition(":")[0] == "cpu"]
    fitted = [node for node in found if node.word("product") and "[empty]" not in (node.word("description") or "")]
    first = fitted[0] if fitted else Node("", "", {})
    # Some firmware lists one processor four to eight times (quirks.md no. 15): then the counts cannot be trusted.
    alone = first.settings if len(fitted) == 1 else {}
    vendor = (first.word("vendor") or "").replace("Intel Corp.", "Intel").replace("Advanced Micro Devices [AMD]", "AMD")
    return Processor(
        vendor=text_fact(vendor_word(vendor or None), "the processor's maker", item),
        model=text_fact(first.word("product"), "the processor's model", item),
        cores=number_fact(as_int(alone.get("cores")), "the number of cores", item, at_least=1),
        threads=number_fact(as_int(alone.get("threads")), "the number of threads", item, at_least=1),
    )


# --- memory -------------------------------------------------------------------------------------------------------


def _memory(nodes: list[Node], item: str) -> Memory:
    banks = [node for node in nodes if node.kind == "memory" and _is_bank(node)]
    fitted = [node for node in banks if not _is_empty(node)]
    slots = number_fact(len(banks), "the number of memory slots", item, at_least=1)
    if not fitted or len(fitted) > _MOST or any(not 0 < (node.size or 0) <= _LARGEST_MODULE for node in fitted):
        gone = absent("lshw does not list the memory modules with their sizes", item)
        return Memory(installed_bytes=gone, visible_bytes=_visible(nodes, item), modules=gone, slots=slots)
    return Memory(
        installed_bytes=Known(sum(node.size or 0 for node in fitted), (item,)),
        visible_bytes=absent("lshw gives the memory that is fitted, not what is left of it", item),
        modules=Known(tuple(_module(node, item) for node in fitted), (item,)),
        slots=slots,
    )


def _is_bank(node: Node) -> bool:
    """True for a memory slot; the flash chip of the firmware is listed like one (quirks.md no. 6)."""
    above = node.parents[-1].word("description") if node.parents else ""
    described = (node.word("description") or "").lower()
    return (
        node.id.partition(":")[0] == "bank"
        and not any(word in described for word in ("flash", "non-volatile", "rom"))
        and "flash" not in (above or "").lower()
        and "video" not in (above or "").lower()
    )


def _is_empty(node: Node) -> bool:
    return "[empty]" in (node.word("description") or "") or (
        node.size in (None, 0) and node.word("description") is None
    )


def _visible(nodes: list[Node], item: str) -> Fact[int]:
    """Without SMBIOS lshw has one "System memory", whose size is the kernel's."""
    described = [node for node in nodes if node.kind == "memory" and node.word("description") == "System memory"]
    size = described[0].size if len(described) == 1 and described[0].size_is_exact else None
    return number_fact(size, "the memory that the kernel sees", item, at_least=1)


def _module(node: Node, item: str) -> MemoryModule:
    kind = _DDR.search(node.word("description") or "")
    # `clock` is half of it where lshw has the configured clock; the description has SMBIOS's transfers.
    shown = _MHZ.search(node.word("description") or "")
    speed = int(shown.group(1)) if shown else node.clock // 10**6 if node.clock else None
    return MemoryModule(
        size_bytes=number_fact(node.size, "the module's size", item, at_least=1),
        type=text_fact(kind.group(1) if kind else None, "the module's type", item),
        speed_mts=number_fact(speed, "the module's speed", item, at_least=1),
        locator=text_fact(node.word("slot"), "the slot's name", item),
        manufacturer=text_fact(node.word("vendor"), "the module's maker", item),
        part=text_fact(node.word("product"), "the module's part number", item),
        serial=text_fact(node.word("serial"), "the module's serial", item),
    )


# --- disks --------------------------------------------------------------------------------------------------------


def _storage(nodes: list[Node], item: str) -> Fact[tuple[Disk, ...]]:
    disks = _disks(nodes, item)
    if any(disk.name.startswith(("nvme", "mmcblk")) for disk in disks):
        return Known(disks, (item,))
    return absent("lshw leaves out eMMC and NVMe disks in many versions, so its list may not be whole", item)


def _disks(nodes: list[Node], item: str) -> tuple[Disk, ...]:
    disks: dict[str, Disk] = {}
    for node in nodes:
        name = next((match.group(1) for text in node.names if (match := _DEVICE.fullmatch(text))), None)
        if name is None or name in disks or node.kind not in ("disk", "generic") or node.id.startswith("cdrom"):
            continue
        # A card reader without a card has a disk without a size.
        if node.size or not _is_on_usb(node):
            disks[name] = _disk(node, name, item)
        if len(disks) > _MOST:
            raise EvidenceError(f"lshw lists more than {_MOST} disks")
    return tuple(disks[name] for name in sorted(disks))


def _disk(node: Node, name: str, item: str) -> Disk:
    # An NVMe namespace and a card's medium have their names on the node above.
    named = node
    if node.word("product") is None and node.parents and (node.id.startswith("namespace") or name.startswith("mmcblk")):
        named = node.parents[-1]
    return Disk(
        name=name,
        kind=_disk_kind(node, name, item),
        bytes=_disk_size(node, item),
        model=text_fact(_without_maker(named), "the disk's model", item),
        serial=text_fact(named.word("serial"), "the disk's serial", item),
        firmware=text_fact(named.word("version"), "the disk's firmware", item),
        removable=_disk_removable(node, name, item),
    )


def _without_maker(node: Node) -> str | None:
    """The product; lshw finds the maker's name in it ("Hitachi HTS54505") and gives that apart as well."""
    product, maker = node.word("product"), node.word("vendor")
    if product and maker and product.lower().startswith(f"{maker.lower()} "):
        return product[len(maker) :].strip() or product
    return product


def _disk_size(node: Node, item: str) -> Fact[int]:
    if not node.size_is_exact:
        return absent("lshw's text rounds the disk's size; lshw -json gives the bytes", item)
    return number_fact(node.size, "the disk's size", item, at_least=1)


def _disk_kind(node: Node, name: str, item: str) -> Fact[str]:
    if name.startswith("nvme"):
        return Known("nvme", (item,))
    if name.startswith("mmcblk"):
        # lshw calls both "device"; what it is stands among the abilities.
        if "mmc" in node.abilities:
            return Known("emmc", (item,))
        return absent("it is a memory card, or lshw does not say what it is", item)
    if not _is_on_usb(node) and any(
        (match := _SPEED.fullmatch(ability)) and int(match.group(1)) > 0 for ability in node.abilities
    ):
        return Known("hdd", (item,))
    return absent("lshw does not say whether the disk rotates", item)


def _disk_removable(node: Node, name: str, item: str) -> Fact[bool]:
    if _is_on_usb(node) or "removable" in node.abilities or "sd" in node.abilities:
        return Known(True, (item,))
    described = node.word("description") or ""
    # Older lshw hangs what it cannot place under the machine itself: "SCSI Disk" there may be a stick.
    if name.startswith("nvme") or described.startswith(("ATA Disk", "IDE")) or "mmc" in node.abilities:
        return Known(False, (item,))
    if any((parent.word("businfo") or "").startswith("pci@") and parent.kind == "storage" for parent in node.parents):
        return Known(False, (item,))
    return absent("lshw does not say what the disk hangs on", item)


def _is_on_usb(node: Node) -> bool:
    return any(
        (parent.word("businfo") or "").startswith("usb@") or parent.settings.get("driver") in ("usb-storage", "uas")
        for parent in (node, *node.parents)
    )


# --- adapters -----------------------------------------------------------------------------------------------------


def _graphics(nodes: list[Node], item: str) -> Fact[tuple[Graphics, ...]]:
    found = [node for node in nodes if node.kind == "display" and _PCI.fullmatch(node.word("businfo") or "")]
    if not found:
        return absent("lshw lists no graphics adapter", item)
    return Known(tuple(_adapter(node, item) for node in found[:_MOST]), (item,))


def _adapter(node: Node, item: str) -> Graphics:
    address = _PCI.fullmatch(node.word("businfo") or "")
    vendor, device = _ids(node, item)
    return Graphics(
        name=address.group(1) if address else "",
        vendor_id=vendor,
        device_id=device,
        driver=text_fact(node.settings.get("driver"), "the adapter's driver", item),
        model=_model(node, item),
        memory_bytes=absent("lshw gives address ranges, not the adapter's memory", item),
    )


def _network(nodes: list[Node], item: str) -> Network:
    found = [node for node in nodes if node.kind == "network"]
    if not found:
        gone: Unknown = absent("lshw lists no network adapter", item)
        return Network(wifi=gone, ethernet=gone)
    wifi: list[Wifi] = []
    ethernet: list[Ethernet] = []
    unclear = False
    for node in found[:_MOST]:
        described = (node.word("description") or "").lower()
        bus = (node.word("businfo") or "").partition("@")[0]
        if "bluetooth" in described or node.settings.get("wireless", "").lower() == "bluetooth":
            continue
        # An interface on no bus is made of software, or plugged in where lshw does not see it.
        if bus not in ("pci", "usb", "virtio", "mmc"):
            continue
        if "wireless" in node.settings or "wireless" in node.abilities or "wireless" in described:
            wifi.append(_wifi(node, item))
        elif "ethernet" in described:
            ethernet.append(_ethernet(node, item))
        else:
            # "Network controller": a radio without its driver, as a rule.
            unclear = True
    wireless: Fact[tuple[Wifi, ...]] = Known(tuple(wifi), (item,))
    if not wifi:
        why = (
            "has no driver, so that it does not say what it is" if unclear else "is no Wi-Fi adapter that lshw can see"
        )
        wireless = absent(f"a network adapter {why}", item)
    return Network(wifi=wireless, ethernet=Known(tuple(ethernet), (item,)))


def _wifi(node: Node, item: str) -> Wifi:
    vendor, device = _ids(node, item)
    return Wifi(
        name=_name(node),
        model=_model(node, item),
        vendor_id=vendor,
        device_id=device,
        driver=text_fact(node.settings.get("driver"), "the adapter's driver", item),
        standards=absent("lshw does not say what the radio can do", item),
        mac=_mac(node, item),
    )


def _ethernet(node: Node, item: str) -> Ethernet:
    vendor, device = _ids(node, item)
    return Ethernet(
        name=_name(node),
        driver=text_fact(node.settings.get("driver"), "the adapter's driver", item),
        mac=_mac(node, item),
        model=_model(node, item),
        vendor_id=vendor,
        device_id=device,
    )


def _name(node: Node) -> str:
    return clean(node.names[0] if node.names else node.word("businfo") or node.id, 32)


def _model(node: Node, item: str) -> Fact[str]:
    """The product. Without its list of names lshw repeats the maker's."""
    product = _IDS.sub("", node.word("product") or "").strip()
    if product and product == _IDS.sub("", node.word("vendor") or "").strip():
        return absent("lshw does not know the adapter's name", item)
    return text_fact(product or None, "the adapter's name", item)


def _ids(node: Node, item: str) -> tuple[Fact[str], Fact[str]]:
    """The PCI ids, which lshw prints behind the product with -numeric only."""
    match = _IDS.search(node.word("product") or "")
    if match is None:
        gone: Fact[str] = absent("lshw was not asked for the adapter's ids", item)
        return gone, gone
    return Known(match.group(1).lower(), (item,)), Known(match.group(2).lower(), (item,))


def _mac(node: Node, item: str) -> Fact[str]:
    address = (node.word("serial") or "").lower()
    if _MAC.fullmatch(address) is None or not address.strip("0:") or not address.strip("f:"):
        return absent("the adapter has no address of its own", item)
    return Known(address, (item,))
