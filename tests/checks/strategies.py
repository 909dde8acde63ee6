"""Facts for property tests: arbitrary ones built from the structs' own type hints, and one good laptop to spoil."""

from __future__ import annotations

import math
import typing
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from specs.facts import (
    Audio,
    Battery,
    Bluetooth,
    Camera,
    Disk,
    DiskHealth,
    Display,
    Fact,
    Facts,
    Firmware,
    Identity,
    InputDevices,
    Known,
    Memory,
    MemoryModule,
    Network,
    Processor,
    System,
    Tpm,
    Unknown,
    Usb,
    Wifi,
    known,
    walk,
)

NASTY = (
    "",
    " ",
    "\u200b",
    "\x1b[31mred\x07",
    "\u202eevil",
    "[bold]markup[/bold]",
    "=cmd|' /C calc'!A0",
    "To be filled by O.E.M.",
    "ümlaut 漢字 🙂",
    "x" * 10_000,
    "nan",
    "inf",
    "1e999",
    "2_0",
)
TELLING = ("2.0", "1.2", "failed", "passed", "urgent", "QEMU", "LENOVO", "Intel", "windows", "chromeos", "802.11ac")
FAR = (0, -1, 1, 2**63 - 1, 2**63, 2**64, -(2**64), 10**400, -(10**400))

texts = st.sampled_from(NASTY + TELLING) | st.text(max_size=20)
whole_numbers = st.sampled_from(FAR) | st.integers() | st.integers(0, 200)
numbers = st.floats() | st.floats(0, 200)
evidence = st.lists(st.sampled_from(("smbios", "block", "edid-eDP-1", "battery")), max_size=2).map(tuple)
unknowns = st.builds(
    Unknown,
    reason=texts,
    evidence=evidence,
    problem=st.sampled_from(("absent", "not_collected", "unreadable", "differs")),
)

_LEAVES: dict[type, st.SearchStrategy[Any]] = {str: texts, int: whole_numbers, float: numbers, bool: st.booleans()}
_PLAIN: dict[type, st.SearchStrategy[Any]] = {
    str: st.text(max_size=20),
    int: st.integers(-(2**63), 2**63 - 1),
    float: st.floats(allow_nan=False, allow_infinity=False),
    bool: st.booleans(),
}


def of_type(hint: Any, leaves: dict[type, st.SearchStrategy[Any]]) -> st.SearchStrategy[Any]:
    """Values of any type that a facts struct names."""
    if hint in leaves:
        return leaves[hint]
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Known:
        return st.builds(Known, value=of_type(arguments[0], leaves), evidence=evidence)
    if origin is tuple and Ellipsis not in arguments:
        return st.tuples(*(of_type(one, leaves) for one in arguments))
    if origin is tuple:
        return st.lists(of_type(arguments[0], leaves), max_size=2).map(tuple)
    if hint is Unknown:
        return unknowns
    if arguments:
        return st.one_of([of_type(one, leaves) for one in arguments])
    assert issubclass(hint, Struct), hint
    fields = typing.get_type_hints(hint)
    return st.builds(hint, **{name: of_type(fields[name], leaves) for name in hint.__struct_fields__})


def any_facts() -> st.SearchStrategy[Facts]:
    """Any facts at all: not a number, endless, negative, empty, hostile."""
    facts: st.SearchStrategy[Facts] = of_type(Facts, _LEAVES)
    return facts


def plain_facts() -> st.SearchStrategy[Facts]:
    """Any facts that JSON can hold."""
    facts: st.SearchStrategy[Facts] = of_type(Facts, _PLAIN)
    return facts


def paths(facts: Facts) -> list[str]:
    """The path of every known fact."""
    return [path for path, fact in walk(facts) if isinstance(fact, Known)]


def with_fact(facts: Facts, path: str, change: Callable[[Fact[Any]], Fact[Any]]) -> Facts:
    """The same facts but for one, given by its path as `walk` gives it."""
    changed: Facts = _changed(facts, path.replace("[", ".[").split("."), change)
    return changed


def _changed(node: Any, steps: list[str], change: Callable[[Fact[Any]], Fact[Any]]) -> Any:
    if not steps:
        return change(node)
    if steps[0].startswith("["):
        index = int(steps[0][1:-1])
        items = list(node.value)
        items[index] = _changed(items[index], steps[1:], change)
        return Known(tuple(items), node.evidence)
    return replace(node, **{steps[0]: _changed(getattr(node, steps[0]), steps[1:], change)})


GOOD = Facts(
    identity=Identity(
        manufacturer=known("LENOVO", "smbios"),
        product=known("81MA", "smbios"),
        serial=known("PF1A2B3C", "smbios"),
        chassis=known("Notebook", "smbios"),
        label_serial=known("PF1A2B3C", "scans"),
    ),
    firmware=Firmware(
        vendor=known("LENOVO", "smbios"),
        version=known("6NET84WW", "smbios"),
        uefi=known(True, "efi"),
        secure_boot=known(True, "efi"),
        admin_password=known(False, "smbios"),
        power_on_password=known(False, "smbios"),
    ),
    processor=Processor(
        vendor=known("Intel", "cpu"), model=known("N4000", "cpu"), cores=known(2, "cpu"), hypervisor=known(False, "cpu")
    ),
    memory=Memory(
        installed_bytes=known(4 * 2**30, "smbios"),
        modules=known((MemoryModule(size_bytes=known(4 * 2**30, "smbios")),), "smbios"),
    ),
    storage=known(
        (
            Disk(
                "mmcblk0",
                kind=known("emmc", "block"),
                bytes=known(62_537_072_640, "block"),
                removable=known(False, "block"),
                health=DiskHealth(
                    assessment=known("passed", "smart-mmcblk0"),
                    percent_used=known(1, "smart-mmcblk0"),
                    critical_warning=known(0, "smart-mmcblk0"),
                    media_errors=known(0, "smart-mmcblk0"),
                    reallocated=known(0, "smart-mmcblk0"),
                    pending=known(0, "smart-mmcblk0"),
                    uncorrectable=known(0, "smart-mmcblk0"),
                    pre_eol=known("normal", "emmc-mmcblk0"),
                ),
            ),
        ),
        "block",
    ),
    display=known(
        (
            Display(
                "eDP-1",
                internal=known(True, "drm"),
                width_px=known(1366, "edid-eDP-1"),
                height_px=known(768, "edid-eDP-1"),
                diagonal_in=known(11.6, "edid-eDP-1"),
            ),
        ),
        "drm",
    ),
    battery=known(
        (Battery("BAT0", present=known(True), health_percent=known(99.2), cycles=known(2), design_wh=known(38.0)),),
        "battery",
    ),
    network=Network(
        wifi=known((Wifi("wlan0", standards=known(("802.11n", "802.11ac"), "wifi")),), "net"),
        bluetooth=known((Bluetooth("hci0"),), "bluetooth"),
    ),
    camera=known((Camera("video0"),), "camera"),
    audio=Audio(playback=known(1, "sound"), capture=known(1, "sound")),
    input=InputDevices(keyboard=known(True, "input")),
    usb=Usb(controllers=known(1, "pci"), ports=known(4, "usb")),
    tpm=Tpm(present=known(True, "tpm"), version=known("2.0", "tpm")),
    system=System(
        family=known("windows", "windows"),
        name=known("Windows 10 Pro Education", "windows"),
        sku=known(164, "windows"),
        devices_with_problems=known((), "windows"),
    ),
)
"""A laptop that meets the winter-2021 Windows profile."""


@st.composite
def spoiled_facts(draw: st.DrawFn) -> Facts:
    """The good laptop with a few of its facts replaced by others of the same kind, or made unknown."""
    facts = GOOD
    for path in draw(st.lists(st.sampled_from(paths(GOOD)), max_size=4)):
        if path in paths(facts):
            facts = with_fact(facts, path, lambda fact: draw(_other(fact)))
    return facts


def _other(fact: Fact[Any]) -> st.SearchStrategy[Any]:
    if isinstance(fact, Known) and type(fact.value) in _LEAVES:
        return unknowns | st.builds(Known, _LEAVES[type(fact.value)], evidence)
    return unknowns


def is_finite(value: float) -> bool:
    """True for a number that a float holds."""
    try:
        return math.isfinite(value)
    except OverflowError:
        return False
