"""The facts about a laptop: typed values with a unit, each with the evidence it was read from.

A fact is either `Known` (a value and the ids of the evidence items it came from) or `Unknown` (a reason).
It is never 0, "" or a guess: a placeholder such as "To be filled by O.E.M." is unknown. The names here are a
contract: `station facts BUNDLE --json` prints them, profiles and checks refer to them.

This module holds no parsing (that is `hardware.evidence`) and no judging (that is `checks`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, cast

import msgspec
from msgspec import Struct

from specs.exercises import (
    BatteryDraw,
    BrokenOff,
    CameraPicture,
    DiskRead,
    DisplayShown,
    Exercises,
    KeysPressed,
    LidMoved,
    MemoryTest,
    ProcessorLoad,
    SeenNetwork,
    SensorHeat,
    SoundLoop,
    TouchpadTouched,
    UsbPort,
    UsbTried,
    WifiScan,
)
from specs.fact import NOT_COLLECTED, Fact, Known, Unknown, known, unknown, value_of

__all__ = [
    "COMPONENTS",
    "NOT_COLLECTED",
    "Answer",
    "Audio",
    "Battery",
    "BatteryDraw",
    "Bluetooth",
    "BrokenOff",
    "Camera",
    "CameraPicture",
    "ChromeOs",
    "Claim",
    "Disagreement",
    "Disk",
    "DiskHealth",
    "DiskRead",
    "Display",
    "DisplayShown",
    "Ethernet",
    "Exercises",
    "Fact",
    "Facts",
    "Firmware",
    "Graphics",
    "Identity",
    "InputDevices",
    "KeysPressed",
    "Known",
    "LidMoved",
    "Memory",
    "MemoryModule",
    "MemoryTest",
    "Network",
    "Operator",
    "Processor",
    "ProcessorLoad",
    "SeenNetwork",
    "SensorHeat",
    "SoundLoop",
    "System",
    "TouchpadTouched",
    "Tpm",
    "Unknown",
    "Usb",
    "UsbPort",
    "UsbTried",
    "Wifi",
    "WifiScan",
    "known",
    "printable",
    "value_of",
    "walk",
]


class Identity(Struct, frozen=True):
    """Who the laptop says it is. `chassis` is the SMBIOS chassis name ("Notebook", "Convertible", ...).

    `label_serial` is the serial that was scanned or typed for this laptop (the `scans` item). `hardware_hash` is true
    where the Autopilot hardware hash was taken and sealed; the hash itself is never a fact.
    """

    manufacturer: Fact[str] = unknown()
    product: Fact[str] = unknown()
    version: Fact[str] = unknown()
    sku: Fact[str] = unknown()
    serial: Fact[str] = unknown()
    uuid: Fact[str] = unknown()
    board_serial: Fact[str] = unknown()
    asset_tag: Fact[str] = unknown()
    chassis: Fact[str] = unknown()
    label_serial: Fact[str] = unknown()
    family: Fact[str] = unknown()
    board_manufacturer: Fact[str] = unknown()
    board_product: Fact[str] = unknown()
    hardware_hash: Fact[bool] = unknown()


class Firmware(Struct, frozen=True):
    """The BIOS or UEFI. `date` is ISO 8601. The OA3 key itself is never a fact: presence and last five only.

    `power_on_password` is any firmware password but the administrator's.
    """

    vendor: Fact[str] = unknown()
    version: Fact[str] = unknown()
    date: Fact[str] = unknown()
    uefi: Fact[bool] = unknown()
    secure_boot: Fact[bool] = unknown()
    setup_mode: Fact[bool] = unknown()
    admin_password: Fact[bool] = unknown()
    power_on_password: Fact[bool] = unknown()
    oem_key_present: Fact[bool] = unknown()
    oem_key_last5: Fact[str] = unknown()


class Processor(Struct, frozen=True):
    """The processor. `vendor` is "Intel", "AMD" or the maker's own word; cores and threads of the machine, all
    `sockets` together. `architecture` is the kernel's word ("x86_64", "aarch64").

    `hypervisor` is true where the processor says that it runs under one: a virtual machine is no laptop
    (domain/quirks.md section 4, no. 43).
    """

    vendor: Fact[str] = unknown()
    model: Fact[str] = unknown()
    cores: Fact[int] = unknown()
    threads: Fact[int] = unknown()
    hypervisor: Fact[bool] = unknown()
    sockets: Fact[int] = unknown()
    architecture: Fact[str] = unknown()


class MemoryModule(Struct, frozen=True):
    """One populated memory device. `speed_mts` in megatransfers a second."""

    size_bytes: Fact[int] = unknown()
    type: Fact[str] = unknown()
    speed_mts: Fact[int] = unknown()
    locator: Fact[str] = unknown()
    manufacturer: Fact[str] = unknown()
    part: Fact[str] = unknown()
    serial: Fact[str] = unknown()


class Memory(Struct, frozen=True):
    """Memory in bytes: `installed` is what is fitted, `visible` what the running system sees (always less)."""

    installed_bytes: Fact[int] = unknown()
    visible_bytes: Fact[int] = unknown()
    modules: Fact[tuple[MemoryModule, ...]] = unknown()
    slots: Fact[int] = unknown()


class DiskHealth(Struct, frozen=True):
    """Wear and errors of one disk. `percent_used` and `life_used` in per cent of the rated life.

    `life_used` is the eMMC's own estimate (the upper end of its 10 % band); `pre_eol` is its JEDEC word:
    "normal", "warning" or "urgent". `life_time_a` and `life_time_b` are the two JEDEC bands behind it, 1 (0-10 %)
    to 11 (past its life). `available_spare` in per cent, `temperature_c` in degrees Celsius; `reallocated`, `pending`
    and `uncorrectable` count sectors (ATA attributes 5, 197 and 198, raw).
    """

    assessment: Fact[str] = unknown()
    percent_used: Fact[int] = unknown()
    power_on_hours: Fact[int] = unknown()
    power_cycles: Fact[int] = unknown()
    media_errors: Fact[int] = unknown()
    critical_warning: Fact[int] = unknown()
    life_used: Fact[int] = unknown()
    pre_eol: Fact[str] = unknown()
    reallocated: Fact[int] = unknown()
    pending: Fact[int] = unknown()
    uncorrectable: Fact[int] = unknown()
    available_spare: Fact[int] = unknown()
    temperature_c: Fact[int] = unknown()
    life_time_a: Fact[int] = unknown()
    life_time_b: Fact[int] = unknown()


class Disk(Struct, frozen=True):
    """One disk: `kind` is nvme, ssd, emmc or hdd; `bytes` is the raw size of the whole device."""

    name: str
    kind: Fact[str] = unknown()
    bytes: Fact[int] = unknown()
    model: Fact[str] = unknown()
    serial: Fact[str] = unknown()
    firmware: Fact[str] = unknown()
    removable: Fact[bool] = unknown()
    health: DiskHealth = DiskHealth()


class Display(Struct, frozen=True):
    """One screen by its EDID: native mode in pixels, visible size in millimetres, diagonal in inches.

    `manufacturer` is the PNP id ("AUO"); `product_code` the maker's 16-bit number; `week` and `year` of making;
    `edid_sound` is false where the EDID's checksum is wrong.
    """

    connector: str
    internal: Fact[bool] = unknown()
    width_px: Fact[int] = unknown()
    height_px: Fact[int] = unknown()
    width_mm: Fact[int] = unknown()
    height_mm: Fact[int] = unknown()
    diagonal_in: Fact[float] = unknown()
    manufacturer: Fact[str] = unknown()
    product: Fact[str] = unknown()
    serial: Fact[str] = unknown()
    year: Fact[int] = unknown()
    week: Fact[int] = unknown()
    product_code: Fact[int] = unknown()
    digital: Fact[bool] = unknown()
    edid_version: Fact[str] = unknown()
    edid_sound: Fact[bool] = unknown()


class Battery(Struct, frozen=True):
    """One battery of the laptop (never a mouse's). Energy in watt-hours; health = full / design in per cent.

    `charge_percent` is how full it was when the evidence was taken.
    """

    name: str
    present: Fact[bool] = unknown()
    design_wh: Fact[float] = unknown()
    full_wh: Fact[float] = unknown()
    cycles: Fact[int] = unknown()
    health_percent: Fact[float] = unknown()
    status: Fact[str] = unknown()
    chemistry: Fact[str] = unknown()
    model: Fact[str] = unknown()
    serial: Fact[str] = unknown()
    manufacturer: Fact[str] = unknown()
    charge_percent: Fact[int] = unknown()


class Wifi(Struct, frozen=True):
    """One Wi-Fi adapter. `standards` such as ("802.11n", "802.11ac"); ids are four hex digits."""

    name: str
    model: Fact[str] = unknown()
    vendor_id: Fact[str] = unknown()
    device_id: Fact[str] = unknown()
    driver: Fact[str] = unknown()
    standards: Fact[tuple[str, ...]] = unknown()
    mac: Fact[str] = unknown()


class Bluetooth(Struct, frozen=True):
    """One Bluetooth controller."""

    name: str
    address: Fact[str] = unknown()


class Ethernet(Struct, frozen=True):
    """One wired network adapter; ids are four hex digits."""

    name: str
    driver: Fact[str] = unknown()
    mac: Fact[str] = unknown()
    model: Fact[str] = unknown()
    vendor_id: Fact[str] = unknown()
    device_id: Fact[str] = unknown()


class Network(Struct, frozen=True):
    """The adapters. An empty tuple is known absence; unknown means that nobody could look."""

    wifi: Fact[tuple[Wifi, ...]] = unknown()
    bluetooth: Fact[tuple[Bluetooth, ...]] = unknown()
    ethernet: Fact[tuple[Ethernet, ...]] = unknown()


class Camera(Struct, frozen=True):
    """One camera."""

    name: str
    model: Fact[str] = unknown()


class Audio(Struct, frozen=True):
    """Sound: the cards' names, and how many playback and capture devices they offer."""

    cards: Fact[tuple[str, ...]] = unknown()
    playback: Fact[int] = unknown()
    capture: Fact[int] = unknown()


class InputDevices(Struct, frozen=True):
    """Which input devices are fitted."""

    keyboard: Fact[bool] = unknown()
    touchpad: Fact[bool] = unknown()
    touchscreen: Fact[bool] = unknown()


class Graphics(Struct, frozen=True):
    """One graphics adapter by its PCI address and ids (four hex digits); `memory_bytes` is its own memory."""

    name: str
    vendor_id: Fact[str] = unknown()
    device_id: Fact[str] = unknown()
    driver: Fact[str] = unknown()
    model: Fact[str] = unknown()
    memory_bytes: Fact[int] = unknown()


class Usb(Struct, frozen=True):
    """USB: number of host controllers, and of the ports on their root hubs."""

    controllers: Fact[int] = unknown()
    ports: Fact[int] = unknown()


class Tpm(Struct, frozen=True):
    """The trusted platform module. `version` is "2.0" or "1.2"."""

    present: Fact[bool] = unknown()
    version: Fact[str] = unknown()
    manufacturer: Fact[str] = unknown()


class System(Struct, frozen=True):
    """The operating system that the laptop ships with.

    `family` is "windows", "chromeos" or "linux"; `sku` is Windows' OperatingSystemSKU number (164 is Pro
    Education, 121 is Education; department.md section 5.2). `edition` is its EditionID ("Professional"), the same in
    every language; `version` its number ("10.0.22631"), `build` the third part of it.
    """

    family: Fact[str] = unknown()
    name: Fact[str] = unknown()
    edition: Fact[str] = unknown()
    sku: Fact[int] = unknown()
    build: Fact[str] = unknown()
    version: Fact[str] = unknown()
    oem_activated: Fact[bool] = unknown()
    devices_with_problems: Fact[tuple[str, ...]] = unknown()


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

    hwid: Fact[str] = unknown()
    developer_mode: Fact[bool] = unknown()
    write_protected: Fact[bool] = unknown()
    enrolment_checked: Fact[bool] = unknown()
    activated_on: Fact[str] = unknown()
    region: Fact[str] = unknown()
    keyboard: Fact[str] = unknown()
    update_expiry: Fact[str] = unknown()


class Answer(Struct, frozen=True):
    """What a technician answered to one row of a profile, by its name ("firmware.password").

    `answer` is "pass", "fail" or "skipped"; `by` is who gave it; `ms` how long it took, in milliseconds from when the
    question was shown; `asked` is the question as it stood there. `symptom` is the code of what is wrong, `saw` the
    words that were chosen. `challenge` holds the numbers that were to be read off the laptop: [asked, given] each.
    """

    row: str
    answer: str
    by: str
    ms: int = 0
    asked: str = ""
    symptom: str = ""
    saw: str = ""
    challenge: tuple[tuple[int, int], ...] = ()

    @property
    def met_challenge(self) -> bool:
        """True where the last number that was given was the right one."""
        return self.challenge != () and self.challenge[-1][0] == self.challenge[-1][1]


class Operator(Struct, frozen=True):
    """What people said of the laptop at the bench: the last answer for each row. Nothing here was measured."""

    answers: Fact[tuple[Answer, ...]] = unknown()


class Facts(Struct, frozen=True):
    """Everything known about one laptop from one bundle.

    `disagreements` is known and empty where all sources that were compared agree.
    """

    identity: Identity = Identity()
    firmware: Firmware = Firmware()
    processor: Processor = Processor()
    memory: Memory = Memory()
    storage: Fact[tuple[Disk, ...]] = unknown()
    display: Fact[tuple[Display, ...]] = unknown()
    battery: Fact[tuple[Battery, ...]] = unknown()
    network: Network = Network()
    camera: Fact[tuple[Camera, ...]] = unknown()
    audio: Audio = Audio()
    input: InputDevices = InputDevices()
    graphics: Fact[tuple[Graphics, ...]] = unknown()
    usb: Usb = Usb()
    tpm: Tpm = Tpm()
    system: System = System()
    chromeos: ChromeOs = ChromeOs()
    operator: Operator = Operator()
    exercises: Exercises = Exercises()
    disagreements: Fact[tuple[Disagreement, ...]] = unknown()


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
        elif isinstance(value, Struct):
            yield from _walk(path, value)
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
