"""The facts in a bundle: every item read by its parser, and the partial facts put together, best source first.

Pure, and total: whatever the bytes are, `read_facts` returns. A parser may raise `EvidenceError` and nothing else; an
item that cannot be read is named among the problems, and its facts stay unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial, reduce
from typing import Final, TypeVar

import msgspec
from msgspec import Struct

from hardware.evidence.bundle import Bundle, Item
from hardware.evidence.catalogue import FEEDS
from hardware.evidence.devices.bluetooth import read_bluetooth, read_rfkill
from hardware.evidence.devices.camera import read_camera
from hardware.evidence.devices.input_devices import read_input
from hardware.evidence.devices.net import read_net
from hardware.evidence.devices.pci import read_pci
from hardware.evidence.devices.sound import read_sound
from hardware.evidence.devices.usb import read_usb
from hardware.evidence.devices.wifi import read_wifi
from hardware.evidence.disks.block import read_block
from hardware.evidence.disks.emmc import read_emmc
from hardware.evidence.disks.lsblk import read_lsblk
from hardware.evidence.disks.smart import read_smart
from hardware.evidence.disks.storage import storage
from hardware.evidence.errors import EvidenceError
from hardware.evidence.machine.cpu import read_cpu
from hardware.evidence.machine.dmi import read_dmi
from hardware.evidence.machine.dmi_facts import dmi_facts
from hardware.evidence.machine.dmi_records import DmiTable
from hardware.evidence.machine.dmidecode import read_dmidecode
from hardware.evidence.machine.efi import read_efi
from hardware.evidence.machine.firmware_attributes import read_firmware_attributes
from hardware.evidence.machine.memory import read_memory
from hardware.evidence.machine.msdm import no_key, read_msdm
from hardware.evidence.machine.operating_system import read_os
from hardware.evidence.machine.smbios import read_smbios
from hardware.evidence.machine.tpm import read_tpm
from hardware.evidence.merge import prefer, spread
from hardware.evidence.power.battery import read_battery
from hardware.evidence.scans import read_scans
from hardware.evidence.screens.displays import displays
from hardware.evidence.screens.drm import read_drm
from hardware.evidence.screens.edid import Edid, read_edid
from hardware.evidence.tree import read_tree
from hardware.evidence.windows.item import read_windows
from specs.facts import Disk, Display, Fact, Facts, Known, Network, Unknown
from specs.text import clean

__all__ = ["ItemProblem", "Reading", "read_facts"]

T = TypeVar("T")

# For each component its sources, best first. Identity: the raw table, then the two weaker views of it. Processor: the
# running kernel counts better than firmware (quirks.md no. 15). System: Windows is what ships, `os` what is running.
_PRECEDENCE: Final[Mapping[str, tuple[str, ...]]] = {
    "identity": ("smbios", "dmidecode", "dmi", "windows", "scans"),
    "firmware": ("efi", "msdm", "firmware-attributes", "smbios", "dmidecode", "dmi", "windows"),
    "processor": ("cpu", "windows", "smbios", "dmidecode"),
    "memory": ("smbios", "dmidecode", "memory", "windows"),
    "audio": ("sound",),
    "input": ("input",),
    "usb": ("pci", "usb"),
    "tpm": ("tpm", "windows", "smbios", "dmidecode"),
    "system": ("windows", "os"),
}

_SIMPLE: Final[Mapping[str, Callable[[bytes, str], Facts]]] = {
    "dmi": read_dmi,
    "cpu": read_cpu,
    "memory": read_memory,
    "os": read_os,
    "tpm": read_tpm,
    "efi": read_efi,
    "msdm": read_msdm,
    "firmware-attributes": read_firmware_attributes,
    "pci": read_pci,
    "usb": read_usb,
    "sound": read_sound,
    "input": read_input,
    "scans": read_scans,
}

_TABLES: Final[Mapping[str, Callable[[bytes], DmiTable]]] = {"smbios": read_smbios, "dmidecode": read_dmidecode}
_DOES_NOT_EXIST: Final = ("ENOENT", "ENODEV", "ENXIO", "ENOTDIR")
_MAY_BE_EMPTY: Final = ("edid-", "wifi", "input")
"""No screen, no radio, no input device: the kernel and iw then say nothing."""

_WHOLE_OR_NOTHING: Final = frozenset(
    ("block", "lsblk", "drm", "battery", "net", "bluetooth", "camera", "sound", "input", "usb", "pci", "tpm")
)
"""Lists of what the laptop has: a part of one would say that what is missing is not fitted."""
_NO_ANSWER: Final = ("ETIMEDOUT", "EIO")
_HUNG: Final = (*_NO_ANSWER, "timed out")


class ItemProblem(Struct, frozen=True):
    """An item that could not be read, or not to its end, in one sentence with the remedy."""

    item: str
    message: str


class Reading(Struct, frozen=True):
    """The facts of a bundle, and what was wrong with its items."""

    facts: Facts
    problems: tuple[ItemProblem, ...]


class _Items:
    """The items of one bundle, each read at most once, with the problems found on the way."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self.problems: list[ItemProblem] = []

    def ids(self, prefix: str) -> list[str]:
        return [item_id for item_id in self._bundle.items if item_id.startswith(prefix) and item_id != prefix]

    def read(self, item_id: str, parse: Callable[[bytes], T]) -> T | Unknown:
        """What `parse` makes of the item's bytes, or why there is nothing."""
        item = self._bundle.items.get(item_id)
        if item is None:
            return Unknown(f"{item_id} was not collected")
        error = item.meta.error
        if error and not item.data:
            return Unknown(f"{item_id}: {error}", (item_id,), _problem(error))
        try:
            if not item.data and not item_id.startswith(_MAY_BE_EMPTY):
                raise EvidenceError("the item is empty")
            hole = _hole(item) if item_id in _WHOLE_OR_NOTHING else None
            if hole is not None:
                return Unknown(f"{item_id} is not whole: {hole}", (item_id,), "unreadable")
            return parse(item.data)
        except EvidenceError as problem:
            if error:
                # The probe has already said what went wrong; what it got is only the beginning or a complaint.
                return Unknown(f"{item_id}: {error}", (item_id,), "unreadable")
            self.note(item_id, f"{problem}; capture the laptop again")
            return Unknown(f"{item_id} cannot be read: {problem}", (item_id,), "unreadable")

    def note(self, item_id: str, message: str) -> None:
        self.problems.append(ItemProblem(item_id, f"{item_id}: {message}"))


def read_facts(bundle: Bundle) -> Reading:
    """The facts in `bundle` and the items that could not be read. Never raises, whatever the bytes."""
    items = _Items(bundle)
    parts = {item_id: _part(items, item_id, parse) for item_id, parse in _SIMPLE.items()}
    for item_id, parse in _TABLES.items():
        parts[item_id] = _table(items, item_id, parse)
    if isinstance(gone := parts["msdm"].firmware.oem_key_present, Unknown) and gone.problem == "absent":
        # Linux lists the ACPI tables that exist: no MSDM among them is known absence of a key.
        parts["msdm"] = no_key("the firmware has no MSDM table", "msdm")
    windows = items.read("windows", lambda data: read_windows(data, "windows"))
    parts["windows"] = spread(FEEDS["windows"], windows) if isinstance(windows, Unknown) else windows.facts
    merged = {
        component: reduce(prefer, (getattr(parts[source], component) for source in sources))
        for component, sources in _PRECEDENCE.items()
    }
    facts = msgspec.structs.replace(
        Facts(),
        **merged,
        storage=_storage(items, windows if isinstance(windows, Unknown) else windows.disks),
        display=_displays(items),
        battery=_listed(items, "battery", read_battery),
        network=_network(items),
        camera=items.read("camera", lambda data: read_camera(data, "camera")),
        graphics=parts["pci"].graphics,
    )
    return Reading(facts, tuple(items.problems))


def _problem(error: str) -> str:
    """Which of the three ways of not knowing an item's error is (see `specs.facts.Unknown`)."""
    if error.startswith(_DOES_NOT_EXIST):
        return "absent"
    return "not_collected" if error.startswith("left out") else "unreadable"


def _hole(item: Item) -> str | None:
    """Why something may be missing in the item's list; None where it is whole, as far as anybody can tell."""
    if item.meta.truncated:
        return "it was cut short"
    for reason in (item.meta.error or "").split("; "):
        if reason.startswith(_HUNG):
            return reason
    if b'"error"' not in item.data:
        return None
    try:
        errors = read_tree(item.data).errors
    except EvidenceError:
        # Its own parser says what is wrong with it, or knows another form.
        return None
    return next(
        (f"{clean(path, 80)} did not answer ({name})" for path, name in errors.items() if name in _NO_ANSWER), None
    )


def _part(items: _Items, item_id: str, parse: Callable[[bytes, str], Facts]) -> Facts:
    found = items.read(item_id, lambda data: parse(data, item_id))
    return spread(FEEDS[item_id], found) if isinstance(found, Unknown) else found


def _table(items: _Items, item_id: str, parse: Callable[[bytes], DmiTable]) -> Facts:
    table = items.read(item_id, parse)
    if isinstance(table, Unknown):
        return spread(FEEDS[item_id], table)
    if table.damage is not None:
        items.note(item_id, f"{table.damage}; what comes after is not known, capture the laptop again if it is missed")
    return dmi_facts(table, item_id)


def _listed(items: _Items, item_id: str, parse: Callable[[bytes, str], tuple[T, ...] | Unknown]) -> Fact[tuple[T, ...]]:
    found = items.read(item_id, lambda data: parse(data, item_id))
    return found if isinstance(found, Unknown) else Known(found, (item_id,))


def _storage(items: _Items, windows: tuple[Disk, ...] | Unknown | None) -> Fact[tuple[Disk, ...]]:
    lists = {
        "block": items.read("block", lambda data: read_block(data, "block")),
        "lsblk": items.read("lsblk", lambda data: read_lsblk(data, "lsblk")),
    }
    if windows is not None:
        lists["windows"] = windows
    smart = {item_id.removeprefix("smart-"): items.read(item_id, read_smart) for item_id in items.ids("smart-")}
    emmc = {
        item_id.removeprefix("emmc-"): items.read(item_id, partial(read_emmc, item=item_id))
        for item_id in items.ids("emmc-")
    }
    return storage(lists, smart, emmc)


def _displays(items: _Items) -> Fact[tuple[Display, ...]]:
    def parse(data: bytes) -> Edid | None:
        return read_edid(data) if data else None

    edids = {item_id.removeprefix("edid-"): items.read(item_id, parse) for item_id in items.ids("edid-")}
    for name, edid in edids.items():
        if isinstance(edid, Edid) and not edid.checksum_ok:
            items.note(f"edid-{name}", "the EDID's checksum is wrong; its values may be too, compare them by eye")
    return displays(items.read("drm", lambda data: read_drm(data, "drm")), edids)


def _network(items: _Items) -> Network:
    standards = items.read("wifi", read_wifi)
    net = items.read("net", lambda data: read_net(data, "net", standards))
    bluetooth = items.read("bluetooth", lambda data: read_bluetooth(data, "bluetooth"))
    if isinstance(bluetooth, Unknown):
        switches = items.read("rfkill", lambda data: read_rfkill(data, "rfkill"))
        # No switch is no proof that there is no radio where the list of controllers could not be read.
        if isinstance(switches, Known) and (switches.value or bluetooth.problem != "unreadable"):
            bluetooth = switches
    adapters = Network(wifi=net, ethernet=net) if isinstance(net, Unknown) else net
    return msgspec.structs.replace(adapters, bluetooth=bluetooth)
