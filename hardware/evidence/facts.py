"""The facts in a bundle: every item read by its parser, and the partial facts put together, best source first.

Pure, and total: whatever the bytes are, `read_facts` returns. A parser may raise `EvidenceError` and nothing else; an
item that cannot be read is named among the problems, and its facts stay unknown. Where two sources say different
things, the better one is believed and the disagreement is a fact of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial, reduce
from typing import Final

import msgspec
from msgspec import Struct

from hardware.evidence.bundle import Bundle
from hardware.evidence.devices.bluetooth import read_bluetooth
from hardware.evidence.devices.net import read_net
from hardware.evidence.devices.rfkill import read_rfkill
from hardware.evidence.devices.wifi import read_wifi
from hardware.evidence.disagreements import (
    MOST_DISAGREEMENTS,
    disagreements,
    display_disagreements,
)
from hardware.evidence.disks.reading import read_disks
from hardware.evidence.exercises.item import EXERCISE, broken_off
from hardware.evidence.items import ItemProblem, Items, Part
from hardware.evidence.joining import join, same_battery
from hardware.evidence.machine.msdm import no_key
from hardware.evidence.merge import prefer, renamed_evidence, says_something, with_evidence
from hardware.evidence.rounds import split_rounds
from hardware.evidence.screens.displays import displays, edid_display
from hardware.evidence.screens.drm import read_drm
from hardware.evidence.screens.edid import Edid, read_edid
from hardware.evidence.sources import READERS
from hardware.evidence.windows.item import facts_of
from hardware.evidence.windows.reading import read_rows
from hardware.evidence.windows.rows import Rows
from specs.facts import Disagreement, Display, Exercises, Fact, Facts, Known, Network, Unknown, Wifi, value_of

__all__ = ["ItemProblem", "Reading", "read_facts"]

_WINDOWS_TOGETHER: Final = "windows-*"
"""What the listings of Windows say when they are read together."""

# For each component its sources, best first; a source that is not named comes last. Identity: the raw table, then the
# weaker views of it. Processor: the running kernel counts better than firmware (quirks.md no. 15). System: Windows is
# what ships, `os` what is running.
_PRECEDENCE: Final[Mapping[str, tuple[str, ...]]] = {
    "identity": ("smbios", "dmidecode", "dmi", "windows", "windows-", "chromeos", "lshw", "hwinfo", "scans"),
    "firmware": ("efi", "msdm", "firmware-attributes", "smbios", "dmidecode", "dmi", "windows"),
    "processor": ("cpu", "lscpu", "windows", "windows-", "smbios", "dmidecode"),
    "memory": ("smbios", "dmidecode", "memory", "windows", "windows-"),
    "storage": ("block", "lsblk", "windows", _WINDOWS_TOGETHER, "windows-", "udevadm", "hwinfo", "lshw"),
    "battery": ("battery", "windows", _WINDOWS_TOGETHER, "windows-", "powercfg", "upower", "acpi", "lshw"),
    "camera": ("camera", "udevadm", "windows"),
    "audio": ("sound", "udevadm", "windows"),
    "input": ("input", "udevadm", "windows"),
    "graphics": ("pci", "lspci", "udevadm", "windows", _WINDOWS_TOGETHER, "windows-"),
    "usb": ("pci", "usb", "lspci", "windows"),
    "network": ("net", "udevadm", "windows", _WINDOWS_TOGETHER, "windows-", "lspci"),
    "display": ("windows", _WINDOWS_TOGETHER, "windows-"),
    "tpm": ("tpm", "windows", "windows-", "smbios", "dmidecode"),
    "system": ("windows", "windows-", "chromeos", "os"),
    "operator": ("operator",),
}


class Reading(Struct, frozen=True):
    """The facts of a bundle, and what was wrong with its items.

    `again` are the facts of the later rounds, where items were collected again to confirm a failing reading.
    """

    facts: Facts
    problems: tuple[ItemProblem, ...]
    again: tuple[Facts, ...] = ()


def read_facts(bundle: Bundle) -> Reading:
    """The facts in `bundle` and the items that could not be read. Never raises, whatever the bytes."""
    first, *later = split_rounds(bundle)
    reading = _read_round(first.bundle)
    if not later:
        return reading
    rounds = [(one, _read_round(one.bundle)) for one in later]
    again = tuple(renamed_evidence(read.facts, one.kept_as) for one, read in rounds)
    # Of what was not read again the first round has told already.
    problems = [
        ItemProblem(one.kept_as[problem.item], problem.message)
        for one, read in rounds
        for problem in read.problems
        if problem.item in one.kept_as
    ]
    return msgspec.structs.replace(reading, problems=(*reading.problems, *problems), again=again)


def _read_round(bundle: Bundle) -> Reading:
    items = Items(bundle)
    parts = [part for kind, read in READERS.items() for part in items.parts(kind, read)]
    parts = [_without_a_key(part) for part in parts]
    parts += _windows_texts(items)
    parts.append(Part("net", "net", Facts(network=_network(items))))
    screens, edid_disagreements = _displays(items)
    components = {
        component: reduce(prefer, (getattr(part.facts, component) for part in _of_one(parts, component)))
        for component in _MERGED
    }
    components["network"] = _radios(components["network"], parts)
    batteries = join([part.facts.battery for part in _best_first(parts, "battery")], same_battery)
    if batteries is not None:
        components["battery"] = batteries
    disks = read_disks(items, _best_first(parts, "storage"))
    components["storage"] = disks.storage
    windows = components["display"]
    # Windows knows which screen is built in; of EDIDs without the kernel's list of connectors nobody does.
    windows_first = isinstance(windows, Known) and not items.of("drm")
    components["display"] = prefer(windows, screens) if windows_first else prefer(screens, windows)
    components["exercises"] = exercises = _exercises(parts, bundle)
    for cut in exercises.broken_off:
        items.note(f"{EXERCISE}{cut.exercise}", f"the exercise broke off ({cut.reason}); scan the laptop again")
    compared = _compared([*parts, *disks.alone], [*disks.disagreements, *edid_disagreements], bundle)
    facts = msgspec.structs.replace(Facts(), **components, disagreements=compared)
    return Reading(facts, tuple(items.problems))


_ALONE: Final = ("operator", EXERCISE)
"""Kinds of items, by their beginning, that no other source could agree or disagree with."""

_MERGED: Final = tuple(name for name in Facts.__struct_fields__ if name not in ("exercises", "disagreements"))


def _of_one(parts: list[Part], component: str) -> list[Part]:
    """The component's sources, best first; of who the laptop is, without those that name another laptop.

    A serial of one laptop with the UUID of another would be a laptop that does not exist.
    """
    ordered = _best_first(parts, component)
    if component not in ("identity", "firmware"):
        return ordered
    by_identity = _best_first(parts, "identity")
    for leaf in ("serial", "uuid"):
        known = [value for part in by_identity if (value := value_of(getattr(part.facts.identity, leaf))) is not None]
        if known:
            others = {value for value in known if value.casefold() != known[0].casefold()}
            ordered = [part for part in ordered if value_of(getattr(part.facts.identity, leaf)) not in others]
            by_identity = [part for part in by_identity if part in ordered]
    return ordered


def _radios(network: Network, parts: list[Part]) -> Network:
    """An empty list of interfaces gives way to any source that has seen the radio: it may only lack its driver."""
    changed = {}
    for leaf in ("wifi", "bluetooth"):
        fact = getattr(network, leaf)
        if isinstance(fact, Known) and not fact.value:
            seen = [getattr(part.facts.network, leaf) for part in _best_first(parts, "network")]
            changed[leaf] = next((other for other in seen if isinstance(other, Known) and other.value), fact)
    return msgspec.structs.replace(network, **changed)


def _exercises(parts: list[Part], bundle: Bundle) -> Exercises:
    """Each exercise from its own item alone, which says why where nothing is known."""
    facts = {
        part.kind.removeprefix(EXERCISE): getattr(part.facts.exercises, part.kind.removeprefix(EXERCISE))
        for part in reversed(parts)
        if part.kind.startswith(EXERCISE)
    }
    return msgspec.structs.replace(Exercises(), **facts, broken_off=broken_off(bundle))


def _best_first(parts: list[Part], component: str) -> list[Part]:
    order = _PRECEDENCE.get(component, ())
    return sorted(parts, key=lambda part: order.index(part.kind) if part.kind in order else len(order))


def _compared(parts: list[Part], screens: list[Disagreement], bundle: Bundle) -> Fact[tuple[Disagreement, ...]]:
    """The disagreements, each component's sources in their own order; unknown where only one item says anything.

    What a technician answered is no source, nor is an exercise: each tells of what no other item can.
    """
    speaking = tuple(
        part.item
        for part in parts
        if part.item in bundle.items and not part.kind.startswith(_ALONE) and says_something(part.facts)
    )
    if len(speaking) < 2 and not screens:
        return Unknown("fewer than two items say anything, so there is nothing to compare")
    found = disagreements(lambda component: _best_first(parts, component))
    return Known((*found, *screens)[:MOST_DISAGREEMENTS], speaking)


def _without_a_key(part: Part) -> Part:
    """Linux lists the ACPI tables that exist: no MSDM among them is known absence of a key."""
    gone = part.facts.firmware.oem_key_present
    if part.kind == "msdm" and isinstance(gone, Unknown) and gone.problem == "absent":
        return Part(part.item, part.kind, no_key("the firmware has no MSDM table", part.item))
    return part


def _windows_texts(items: Items) -> list[Part]:
    """What was written down of Windows class by class: each listing, then all of them together.

    A screen and its connection, a disk and its counters, a graphics card and its registry key are two listings; a
    single fact is in one, which is its evidence.
    """
    read = {item_id: items.read(item_id, partial(read_rows, item=item_id)) for item_id in items.of("windows-")}
    rows = {item_id: found for item_id, found in read.items() if not isinstance(found, Unknown)}
    parts = [Part(item_id, "windows-", facts_of(found, item_id)) for item_id, found in rows.items()]
    if len(rows) < 2:
        return parts
    together = facts_of(Rows.together(rows.values()), "windows-")
    return [*parts, Part(next(iter(rows)), _WINDOWS_TOGETHER, with_evidence(together, lambda _: tuple(rows)))]


def _displays(items: Items) -> tuple[Fact[tuple[Display, ...]], list[Disagreement]]:
    """The screens, and where two EDIDs of one connector differ: the first good one is believed."""

    def parse(data: bytes) -> Edid | None:
        return read_edid(data) if data else None

    connectors = items.read("drm", lambda data: read_drm(data, "drm"))
    edids: dict[str, Edid | Unknown | None] = {}
    renamed: dict[str, str] = {}
    copies: dict[str, list[Display]] = {}
    for name, ids in items.named("edid-").items():
        for item_id in ids:
            edid = items.read(item_id, parse)
            if name not in edids or (isinstance(edid, Edid) and not isinstance(edids[name], Edid)):
                edids[name] = edid
                renamed[f"edid-{name}"] = item_id
            if isinstance(edid, Edid):
                copies.setdefault(name, []).append(edid_display(name, edid, item_id))
                if not edid.checksum_ok:
                    items.note(item_id, "the EDID's checksum is wrong; its values may be too, compare them by eye")
    return renamed_evidence(displays(connectors, edids), renamed), display_disagreements(copies)


def _standards(found: tuple[str, ...]) -> Fact[tuple[str, ...]]:
    return Known(found, ("wifi",)) if found else Unknown("iw names no band of this radio", ("wifi",), "absent")


def _network(items: Items) -> Network:
    standards = items.read("wifi", read_wifi)
    net = items.read("net", lambda data: read_net(data, "net", standards))
    bluetooth = items.read("bluetooth", lambda data: read_bluetooth(data, "bluetooth"))
    if isinstance(bluetooth, Unknown) or not bluetooth.value:
        switches = items.read("rfkill", lambda data: read_rfkill(data, "rfkill"))
        # No switch is no proof that there is no radio where the list of controllers could not be read.
        could_not_look = isinstance(bluetooth, Known) or bluetooth.problem == "unreadable"
        if isinstance(switches, Known) and (switches.value or not could_not_look):
            bluetooth = switches
    adapters = Network(wifi=net, ethernet=net) if isinstance(net, Unknown) else net
    if isinstance(net, Unknown) and net.problem == "not_collected" and not isinstance(standards, Unknown):
        radios = tuple(Wifi(name, standards=_standards(found)) for name, found in standards.items())
        adapters = Network(wifi=Known(radios, ("wifi",)) if radios else net, ethernet=net)
    return msgspec.structs.replace(adapters, bluetooth=bluetooth)
