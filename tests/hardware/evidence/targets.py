"""Every evidence parser there is, by family, and what each may give back: what the hostile tests and the fuzzer run.

A parser is a public function `read_X(data: bytes, ...)` of a module below `hardware.evidence`. `FAMILIES` says which
of them share a fuzzing run; one that no family names is found all the same and joins the family of its room.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import io
import math
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from hardware.evidence.catalogue import FEEDS
from hardware.evidence.decoding import LARGEST_NUMBER
from hardware.evidence.errors import EvidenceError
from hardware.evidence.machine.dmi_facts import dmi_facts
from hardware.evidence.machine.dmi_records import DmiTable
from hardware.evidence.screens.displays import displays
from hardware.evidence.screens.edid import Edid
from specs.facts import Unknown
from specs.text import is_clean

__all__ = ["FAMILIES", "LONGEST_OUTPUT", "Target", "family_of", "faults", "parsers", "targets", "zip_of"]

LONGEST_OUTPUT: Final = 512
"""The longest text that may come out: a cleaned field (256 characters) inside a sentence that says what is wrong."""

FAMILIES: Final[Mapping[str, tuple[str, ...]]] = {
    "dmi": ("machine.smbios:read_smbios", "machine.dmidecode:read_dmidecode", "machine.dmi:read_dmi"),
    "edid": ("screens.edid:read_edid", "screens.drm:read_drm"),
    "smart": ("disks.smart:read_smart",),
    "disks": ("disks.block:read_block", "disks.lsblk:read_lsblk", "disks.emmc:read_emmc"),
    "power": ("power.battery:read_battery",),
    "buses": (
        "devices.pci:read_pci",
        "devices.usb:read_usb",
        "machine.cpu:read_cpu",
        "machine.memory:read_memory",
    ),
    "devices": (
        "devices.net:read_net",
        "devices.wifi:read_wifi",
        "devices.bluetooth:read_bluetooth",
        "devices.rfkill:read_rfkill",
        "devices.camera:read_camera",
        "devices.sound:read_sound",
        "devices.input_devices:read_input",
    ),
    "firmware": (
        "machine.efi:read_efi",
        "machine.tpm:read_tpm",
        "machine.msdm:read_msdm",
        "machine.firmware_attributes:read_firmware_attributes",
        "machine.operating_system:read_os",
        "scans:read_scans",
        "operator:read_operator",
        "tree:read_tree",
    ),
    "windows": ("windows.item:read_windows",),
    "listings": (),
    "exercises": (),
    "sealed": ("sealing:read_sealed",),
    "bundle": (),
}

# Where a parser belongs that no family names, by the beginning of its module's name.
_ROOMS: Final = {
    "machine.lscpu": "buses",
    "machine": "dmi",
    "screens": "edid",
    "disks.smart": "smart",
    "disks": "disks",
    "power": "power",
    "devices.lspci": "buses",
    "devices.udev": "buses",
    "devices": "devices",
    "windows": "windows",
    "listings": "listings",
    "exercises": "exercises",
}
# What a parser may want beside the bytes; and a function that reads the station's own key, not evidence.
_ARGUMENTS: Final[dict[str, Any]] = {"item": "it", "standards": Unknown("nobody asked")}
_NOT_EVIDENCE: Final = frozenset(("sealing:read_public_xml",))
# Results that are raw by contract: what a parser's own text parts into, before it is made facts.
_RAW: Final = frozenset(("Tree", "Rows"))
_EVIDENCE: Final = Path(__file__).resolve().parents[3] / "hardware" / "evidence"


class Target(Struct, frozen=True):
    """One parser to run: `run` takes the item's bytes and returns everything that comes of them."""

    name: str
    run: Callable[[bytes], object]


def family_of(name: str) -> str:
    """The family of the parser `name` ("machine.smbios:read_smbios")."""
    for family, names in FAMILIES.items():
        if name in names:
            return family
    return next((family for room, family in _ROOMS.items() if name.startswith(room)), "firmware")


def parsers() -> list[str]:
    """The names of all parsers below `hardware.evidence`, found in the source: nothing is imported."""
    found = []
    for file in sorted(_EVIDENCE.rglob("*.py")):
        module = ".".join(file.relative_to(_EVIDENCE).with_suffix("").parts)
        for node in ast.parse(file.read_bytes()).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("read_"):
                first, *rest = [argument.arg for argument in node.args.args] or [""]
                path = f"{module}:{node.name}"
                if first == "data" and set(rest) <= _ARGUMENTS.keys() and path not in _NOT_EVIDENCE:
                    found.append(path)
    return found


def targets(family: str) -> list[Target]:
    """The targets of one family; only their modules are imported."""
    found = [_target(name) for name in parsers() if family_of(name) == family]
    if family == "bundle":
        found += [Target("a zip", _zip), Target("a file in a folder", _folder), Target("any items", _items)]
    return found


def faults(result: object) -> list[str]:
    """What is wrong with what a parser gave: unclean or endless texts, numbers out of bounds, lists without an end."""
    return list(_faults(result, "", 0))


def _faults(node: object, path: str, depth: int) -> Iterator[str]:
    if depth > 12:
        yield f"{path}: nested too deep"
    elif isinstance(node, str):
        if len(node) > LONGEST_OUTPUT or not is_clean(node, LONGEST_OUTPUT):
            yield f"{path}: {node[:60]!a} is not clean"
    elif isinstance(node, bool) or node is None:
        return
    elif isinstance(node, int):
        if abs(node) > LARGEST_NUMBER:
            yield f"{path}: a number past the bounds"
    elif isinstance(node, float):
        if not math.isfinite(node) or abs(node) > LARGEST_NUMBER:
            yield f"{path}: {node} is no measure"
    elif isinstance(node, Struct):
        for name in node.__struct_fields__:
            yield from _faults(getattr(node, name), f"{path}.{name}", depth + 1)
    elif isinstance(node, tuple | list | frozenset):
        for index, part in enumerate(node):
            yield from _faults(part, f"{path}[{index}]", depth + 1)
    elif isinstance(node, Mapping):
        for key, part in node.items():
            yield from _faults(key, f"{path} key", depth + 1)
            yield from _faults(part, f"{path}[…]", depth + 1)


def _target(path: str) -> Target:
    module, _, name = path.partition(":")
    function = getattr(importlib.import_module(f"hardware.evidence.{module}"), name)
    wanted = [
        parameter.name
        for parameter in inspect.signature(function).parameters.values()
        if parameter.default is parameter.empty and parameter.kind is parameter.POSITIONAL_OR_KEYWORD
    ]
    fixed = {**_ARGUMENTS, "item": "sealed-autopilot"} if module == "sealing" else _ARGUMENTS
    return Target(path, partial(_run, partial(function, **{name: fixed[name] for name in wanted[1:]})))


def _run(function: Callable[[bytes], object], data: bytes) -> object:
    """What `function` gives; records and trees, which are raw by contract, are followed to the facts made of them."""
    result = function(data)
    if isinstance(result, DmiTable):
        return dmi_facts(result, "it")
    if isinstance(result, Edid):
        return result, displays((), {"it": result})
    return None if type(result).__name__ in _RAW else result


# A bundle brings every parser there is, so its modules are imported only where one is read.


def _zip(data: bytes) -> object:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bundle.zip"
        path.write_bytes(data)
        return _read(path)


_FILES: Final = ("copied.txt", "dmidecode.txt", "edid-eDP-1.bin", "smart-sda.json", "battery.txt")


def _folder(data: bytes) -> object:
    with tempfile.TemporaryDirectory() as folder:
        for name in _FILES if len(data) < 2**20 else _FILES[:1]:
            (Path(folder) / name).write_bytes(data)
        if data.startswith(b"{"):
            (Path(folder) / "manifest.json").write_bytes(data)
        return _read(Path(folder))


def _read(path: Path) -> object:
    from hardware.evidence.bundle import BundleError, read_bundle
    from hardware.evidence.facts import read_facts

    try:
        bundle = read_bundle(path)
    except BundleError as error:
        raise EvidenceError(str(error)) from error
    reading = read_facts(bundle)
    return reading.facts, reading.problems


def _items(data: bytes) -> object:
    """One bundle whose items are the parts of `data`, an id each; the parts end at a line of two slashes."""
    from hardware.evidence.bundle import Bundle, make_item
    from hardware.evidence.facts import read_facts

    ids = [*FEEDS, "edid-eDP-1", "edid-DP-2", "smart-sda", "emmc-mmcblk0"]
    parts = data.split(b"\n//\n", len(ids) - 1)
    shift = len(data) % len(ids)
    made = [make_item(ids[(index + shift) % len(ids)], part) for index, part in enumerate(parts)]
    reading = read_facts(Bundle.of(made))
    return reading.facts, reading.problems


def zip_of(items: Mapping[str, bytes]) -> bytes:
    """A plain zip of some files, for a seed."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        for name, data in items.items():
            archive.writestr(name, data)
    return memory.getvalue()
