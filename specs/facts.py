"""The facts about a laptop: typed values with a unit, each with the evidence it was read from.

A fact is either `Known` (a value and the ids of the evidence items it came from) or `Unknown` (a reason).
It is never 0, "" or a guess: a placeholder such as "To be filled by O.E.M." is unknown. The names here are a
contract: `station facts BUNDLE --json` prints them, profiles and checks refer to them.

This module holds no parsing (that is `hardware.evidence`) and no judging (that is `checks`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Generic, TypeAlias, TypeVar, cast

import msgspec
from msgspec import Struct, field

__all__ = [
    "COMPONENTS",
    "Answer",
    "Audio",
    "Battery",
    "Bluetooth",
    "Camera",
    "ChromeOs",
    "Claim",
    "Disagreement",
    "Disk",
    "DiskHealth",
    "Display",
    "Ethernet",
    "Fact",
    "Facts",
    "Firmware",
    "Graphics",
    "Identity",
    "InputDevices",
    "Known",
    "Memory",
    "MemoryModule",
    "Network",
    "Operator",
    "Processor",
    "System",
    "Tpm",
    "Unknown",
    "Usb",
    "Wifi",
    "known",
    "printable",
    "value_of",
    "walk",
]

T = TypeVar("T")


class Known(Struct, Generic[T], frozen=True, tag="known"):
    """A value that was read, and the ids of the evidence items it was read from."""

    value: T
    evidence: tuple[str, ...] = ()


class Unknown(Struct, frozen=True, tag="unknown"):
    """Why a value is not known, in plain English, and the evidence items that were looked at.

    `problem` tells apart the ways of not knowing. `absent`: the evidence was read and does not say (a blank, a
    placeholder). `not_collected`: the item is not in the bundle. `unreadable`: the item is there or was tried, but
    could not be read or parsed; this one blames the bench, not the laptop. A check knows a fourth, `differs`: two
    sources say different things.
    """

    reason: str
    evidence: tuple[str, ...] = ()
    problem: str = "not_collected"


Fact: TypeAlias = Known[T] | Unknown

NOT_COLLECTED: Final = Unknown("no evidence was collected for this")


def known(value: T, *evidence: str) -> Known[T]:
    """`Known(value)` read from the evidence items named."""
    return Known(value, evidence)


def value_of(fact: Fact[T]) -> T | None:
    """The value of a known fact, None for an unknown one."""
    return fact.value if isinstance(fact, Known) else None


def _unknown() -> Any:
    return field(default=NOT_COLLECTED)


class Identity(Struct, frozen=True):
    """Who the laptop says it is. `chassis` is the SMBIOS chassis name ("Notebook", "Convertible", ...).

    `label_serial` is the serial that was scanned or typed for this laptop (the `scans` item). `hardware_hash` is true
    where the Autopilot hardware hash was taken and sealed; the hash itself is never a fact.
    """

    manufacturer: Fact[str] = _unknown()
    product: Fact[str] = _unknown()
    version: Fact[str] = _unknown()
    sku: Fact[str] = _unknown()
    serial: Fact[str] = _unknown()
    uuid: Fact[str] = _unknown()
    board_serial: Fact[str] = _unknown()
    asset_tag: Fact[str] = _unknown()
    chassis: Fact[str] = _unknown()
    label_serial: Fact[str] = _unknown()
    family: Fact[str] = _unknown()
    board_manufacturer: Fact[str] = _unknown()
    board_product: Fact[str] = _unknown()
    hardware_hash: Fact[bool] = _unknown()


class Firmware(Struct, frozen=True):
    """The BIOS or UEFI. `date` is ISO 8601. The OA3 key itself is never a fact: presence and last five only.

    `power_on_password` is any firmware password but the administrator's.
    """

    vendor: Fact[str] = _unknown()
    version: Fact[str] = _unknown()
    date: Fact[str] = _unknown()
    uefi: Fact[bool] = _unknown()
    secure_boot: Fact[bool] = _unknown()
    setup_mode: Fact[bool] = _unknown()
    admin_password: Fact[bool] = _unknown()
    power_on_password: Fact[bool] = _unknown()
    oem_key_present: Fact[bool] = _unknown()
    oem_key_last5: Fact[str] = _unknown()


class Processor(Struct, frozen=True):
    """The processor. `vendor` is "Intel", "AMD" or the maker's own word; cores and threads of the machine, all
    `sockets` together. `architecture` is the kernel's word ("x86_64", "aarch64").

    `hypervisor` is true where the processor says that it runs under one: a virtual machine is no laptop
    (domain/quirks.md section 4, no. 43).
    """

    vendor: Fact[str] = _unknown()
    model: Fact[str] = _unknown()
    cores: Fact[int] = _unknown()
    threads: Fact[int] = _unknown()
    hypervisor: Fact[bool] = _unknown()
    sockets: Fact[int] = _unknown()
    architecture: Fact[str] = _unknown()


class MemoryModule(Struct, frozen=True):
    """One populated memory device. `speed_mts` in megatransfers a second."""

    size_bytes: Fact[int] = _unknown()
    type: Fact[str] = _unknown()
    speed_mts: Fact[int] = _unknown()
    locator: Fact[str] = _unknown()
    manufacturer: Fact[str] = _unknown()
    part: Fact[str] = _unknown()
    serial: Fact[str] = _unknown()


class Memory(Struct, frozen=True):
    """Memory in bytes: `installed` is what is fitted, `visible` what the running system sees (always less)."""

    installed_bytes: Fact[int] = _unknown()
    visible_bytes: Fact[int] = _unknown()
    modules: Fact[tuple[MemoryModule, ...]] = _unknown()
    slots: Fact[int] = _unknown()


class DiskHealth(Struct, frozen=True):
    """Wear and errors of one disk. `percent_used` and `life_used` in per cent of the rated life.

    `life_used` is the eMMC's own estimate (the upper end of its 10 % band); `pre_eol` is its JEDEC word:
    "normal", "warning" or "urgent". `life_time_a` and `life_time_b` are the two JEDEC bands behind it, 1 (0-10 %)
    to 11 (past its life). `available_spare` in per cent, `temperature_c` in degrees Celsius; `reallocated`, `pending`
    and `uncorrectable` count sectors (ATA attributes 5, 197 and 198, raw).
    """

    assessment: Fact[str] = _unknown()
    percent_used: Fact[int] = _unknown()
    power_on_hours: Fact[int] = _unknown()
    power_cycles: Fact[int] = _unknown()
    media_errors: Fact[int] = _unknown()
    critical_warning: Fact[int] = _unknown()
    life_used: Fact[int] = _unknown()
    pre_eol: Fact[str] = _unknown()
    reallocated: Fact[int] = _unknown()
    pending: Fact[int] = _unknown()
    uncorrectable: Fact[int] = _unknown()
    available_spare: Fact[int] = _unknown()
    temperature_c: Fact[int] = _unknown()
    life_time_a: Fact[int] = _unknown()
    life_time_b: Fact[int] = _unknown()


class Disk(Struct, frozen=True):
    """One disk: `kind` is nvme, ssd, emmc or hdd; `bytes` is the raw size of the whole device."""

    name: str
    kind: Fact[str] = _unknown()
    bytes: Fact[int] = _unknown()
    model: Fact[str] = _unknown()
    serial: Fact[str] = _unknown()
    firmware: Fact[str] = _unknown()
    removable: Fact[bool] = _unknown()
    health: DiskHealth = DiskHealth()


class Display(Struct, frozen=True):
    """One screen by its EDID: native mode in pixels, visible size in millimetres, diagonal in inches.

    `manufacturer` is the PNP id ("AUO"); `product_code` the maker's 16-bit number; `week` and `year` of making;
    `edid_sound` is false where the EDID's checksum is wrong.
    """

    connector: str
    internal: Fact[bool] = _unknown()
    width_px: Fact[int] = _unknown()
    height_px: Fact[int] = _unknown()
    width_mm: Fact[int] = _unknown()
    height_mm: Fact[int] = _unknown()
    diagonal_in: Fact[float] = _unknown()
    manufacturer: Fact[str] = _unknown()
    product: Fact[str] = _unknown()
    serial: Fact[str] = _unknown()
    year: Fact[int] = _unknown()
    week: Fact[int] = _unknown()
    product_code: Fact[int] = _unknown()
    digital: Fact[bool] = _unknown()
    edid_version: Fact[str] = _unknown()
    edid_sound: Fact[bool] = _unknown()


class Battery(Struct, frozen=True):
    """One battery of the laptop (never a mouse's). Energy in watt-hours; health = full / design in per cent.

    `charge_percent` is how full it was when the evidence was taken.
    """

    name: str
    present: Fact[bool] = _unknown()
    design_wh: Fact[float] = _unknown()
    full_wh: Fact[float] = _unknown()
    cycles: Fact[int] = _unknown()
    health_percent: Fact[float] = _unknown()
    status: Fact[str] = _unknown()
    chemistry: Fact[str] = _unknown()
    model: Fact[str] = _unknown()
    serial: Fact[str] = _unknown()
    manufacturer: Fact[str] = _unknown()
    charge_percent: Fact[int] = _unknown()


class Wifi(Struct, frozen=True):
    """One Wi-Fi adapter. `standards` such as ("802.11n", "802.11ac"); ids are four hex digits."""

    name: str
    model: Fact[str] = _unknown()
    vendor_id: Fact[str] = _unknown()
    device_id: Fact[str] = _unknown()
    driver: Fact[str] = _unknown()
    standards: Fact[tuple[str, ...]] = _unknown()
    mac: Fact[str] = _unknown()


class Bluetooth(Struct, frozen=True):
    """One Bluetooth controller."""

    name: str
    address: Fact[str] = _unknown()


class Ethernet(Struct, frozen=True):
    """One wired network adapter; ids are four hex digits."""

    name: str
    driver: Fact[str] = _unknown()
    mac: Fact[str] = _unknown()
    model: Fact[str] = _unknown()
    vendor_id: Fact[str] = _unknown()
    device_id: Fact[str] = _unknown()


class Network(Struct, frozen=True):
    """The adapters. An empty tuple is known absence; unknown means that nobody could look."""

    wifi: Fact[tuple[Wifi, ...]] = _unknown()
    bluetooth: Fact[tuple[Bluetooth, ...]] = _unknown()
    ethernet: Fact[tuple[Ethernet, ...]] = _unknown()


class Camera(Struct, frozen=True):
    """One camera."""

    name: str
    model: Fact[str] = _unknown()


class Audio(Struct, frozen=True):
    """Sound: the cards' names, and how many playback and capture devices they offer."""

    cards: Fact[tuple[str, ...]] = _unknown()
    playback: Fact[int] = _unknown()
    capture: Fact[int] = _unknown()


class InputDevices(Struct, frozen=True):
    """Which input devices are fitted."""

    keyboard: Fact[bool] = _unknown()
    touchpad: Fact[bool] = _unknown()
    touchscreen: Fact[bool] = _unknown()


class Graphics(Struct, frozen=True):
    """One graphics adapter by its PCI address and ids (four hex digits); `memory_bytes` is its own memory."""

    name: str
    vendor_id: Fact[str] = _unknown()
    device_id: Fact[str] = _unknown()
    driver: Fact[str] = _unknown()
    model: Fact[str] = _unknown()
    memory_bytes: Fact[int] = _unknown()


class Usb(Struct, frozen=True):
    """USB: number of host controllers, and of the ports on their root hubs."""

    controllers: Fact[int] = _unknown()
    ports: Fact[int] = _unknown()


class Tpm(Struct, frozen=True):
    """The trusted platform module. `version` is "2.0" or "1.2"."""

    present: Fact[bool] = _unknown()
    version: Fact[str] = _unknown()
    manufacturer: Fact[str] = _unknown()


class System(Struct, frozen=True):
    """The operating system that the laptop ships with.

    `family` is "windows", "chromeos" or "linux"; `sku` is Windows' OperatingSystemSKU number (164 is Pro
    Education, 121 is Education; department.md section 5.2). `edition` is its EditionID ("Professional"), the same in
    every language; `version` its number ("10.0.22631"), `build` the third part of it.
    """

    family: Fact[str] = _unknown()
    name: Fact[str] = _unknown()
    edition: Fact[str] = _unknown()
    sku: Fact[int] = _unknown()
    build: Fact[str] = _unknown()
    version: Fact[str] = _unknown()
    oem_activated: Fact[bool] = _unknown()
    devices_with_problems: Fact[tuple[str, ...]] = _unknown()


class Claim(Struct, frozen=True):
    """What one source says: the value as text, and the evidence items it was read from."""

    value: str
    evidence: tuple[str, ...] = ()


class Disagreement(Struct, frozen=True):
    """Two or more sources that say different things about one fact.

    `fact` is its path ("identity.serial", "storage.sda.bytes"). The first claim is the one that the facts use.
    """

    fact: str
    claims: tuple[Claim, ...]


class ChromeOs(Struct, frozen=True):
    """What a Chromebook says of its own state (department.md section 5.3).

    `hwid` is Google's hardware id; `developer_mode` the developer switch; `write_protected` the firmware's write
    protection; `enrolment_checked` is true where the device asks Google whether it belongs to a domain, which new
    stock does not; `activated_on` is the week it was first used, "never" where the whole product data was read and has
    no such entry; `keyboard` the layout in its product data ("gb");
    `update_expiry` the date its automatic updates end.
    """

    hwid: Fact[str] = _unknown()
    developer_mode: Fact[bool] = _unknown()
    write_protected: Fact[bool] = _unknown()
    enrolment_checked: Fact[bool] = _unknown()
    activated_on: Fact[str] = _unknown()
    region: Fact[str] = _unknown()
    keyboard: Fact[str] = _unknown()
    update_expiry: Fact[str] = _unknown()


class Answer(Struct, frozen=True):
    """What a technician answered to one row of a profile, by its name ("firmware.password").

    `answer` is "pass", "fail" or "skipped"; `by` is who gave it; `ms` how long it took, in milliseconds from when the
    question was shown; `asked` is the question as it stood there.
    """

    row: str
    answer: str
    by: str
    ms: int = 0
    asked: str = ""


class Operator(Struct, frozen=True):
    """What people said of the laptop at the bench: the last answer for each row. Nothing here was measured."""

    answers: Fact[tuple[Answer, ...]] = _unknown()


class Facts(Struct, frozen=True):
    """Everything known about one laptop from one bundle.

    `disagreements` is known and empty where all sources that were compared agree.
    """

    identity: Identity = Identity()
    firmware: Firmware = Firmware()
    processor: Processor = Processor()
    memory: Memory = Memory()
    storage: Fact[tuple[Disk, ...]] = _unknown()
    display: Fact[tuple[Display, ...]] = _unknown()
    battery: Fact[tuple[Battery, ...]] = _unknown()
    network: Network = Network()
    camera: Fact[tuple[Camera, ...]] = _unknown()
    audio: Audio = Audio()
    input: InputDevices = InputDevices()
    graphics: Fact[tuple[Graphics, ...]] = _unknown()
    usb: Usb = Usb()
    tpm: Tpm = Tpm()
    system: System = System()
    chromeos: ChromeOs = ChromeOs()
    operator: Operator = Operator()
    disagreements: Fact[tuple[Disagreement, ...]] = _unknown()


COMPONENTS: Final = tuple(Facts.__struct_fields__)


def walk(facts: Facts) -> Iterator[tuple[str, Fact[Any]]]:
    """Every fact with its path ("memory.installed_bytes", "storage[0].health.percent_used"), in fixed order."""
    for name in Facts.__struct_fields__:
        yield from _walk(name, getattr(facts, name))


def _walk(path: str, node: object) -> Iterator[tuple[str, Fact[Any]]]:
    if isinstance(node, Unknown):
        yield path, node
    elif isinstance(node, Known):
        value = node.value
        yield path, node
        if isinstance(value, tuple) and any(isinstance(item, Struct) for item in value):
            for index, item in enumerate(value):
                yield from _walk(f"{path}[{index}]", item)
    elif isinstance(node, Struct):
        for name in node.__struct_fields__:
            yield from _walk(f"{path}.{name}", getattr(node, name))


def printable(facts: Facts) -> dict[str, Any]:
    """The facts as `station facts --json` prints them.

    One plain tree with the contract's names, where an unknown value is null; beside it two maps by path:
    `unknown` (reason) and `evidence` (the ids of the items a value was read from).
    """
    tree = {name: _plain(getattr(facts, name)) for name in Facts.__struct_fields__}
    unknown: dict[str, str] = {}
    evidence: dict[str, list[str]] = {}
    for path, fact in walk(facts):
        if isinstance(fact, Unknown):
            unknown[path] = fact.reason
        elif fact.evidence:
            evidence[path] = list(fact.evidence)
    return {**tree, "unknown": unknown, "evidence": evidence}


def _plain(node: object) -> object:
    if isinstance(node, Unknown):
        return None
    if isinstance(node, Known):
        return _plain(node.value)
    if isinstance(node, tuple):
        return [_plain(item) for item in node]
    if isinstance(node, Struct):
        return {name: _plain(getattr(node, name)) for name in node.__struct_fields__}
    return cast("object", msgspec.to_builtins(node))
