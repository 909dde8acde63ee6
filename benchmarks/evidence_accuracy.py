"""How often the facts are right on the captures of real machines: right, wrong, invented, lost and unknown per field.

    python -m benchmarks.evidence_accuracy [FOLDER] [--misses N]

FOLDER is a set of captures with its manifest.json (by default the one beside the project). Exit status 1 where fewer
than 99 % of the expected values are right, 2 where there is no such set.

`parse(kind, data, name)` is what the captures' own scorer calls. It goes the way of `station facts`: the bytes become
an item, the item becomes facts, and `FIELDS` says which of our facts each of the scorer's fields is, and in which
unit. Where the scorer asks for what a source printed and a fact is the laptop's (which of two sockets, every type 22
record that no fact believes, a date as the firmware writes it), it is taken from the parser's own record of the
source; those rows are marked by `record`.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from hardware.evidence.bundle import Bundle, make_item
from hardware.evidence.decoding import decode_text
from hardware.evidence.devices.lspci import lspci_reading
from hardware.evidence.disks.emmc import read_emmc
from hardware.evidence.disks.smart import read_smart
from hardware.evidence.errors import EvidenceError
from hardware.evidence.facts import read_facts
from hardware.evidence.leaves import text_fact
from hardware.evidence.listings.lshw import lshw_disks
from hardware.evidence.machine.cpu import processors
from hardware.evidence.machine.dmidecode import read_dmidecode
from hardware.evidence.machine.lscpu import lscpu_reading
from hardware.evidence.machine.smbios import read_smbios
from hardware.evidence.power.upower import upower_devices
from hardware.evidence.recognise import recognised_id
from hardware.evidence.screens.edid import read_edid
from hardware.evidence.windows.disks import HEALTH_WORDS, MEDIA_WORDS, is_eui64
from hardware.evidence.windows.reading import read_rows
from hardware.evidence.windows.rows import Row, Rows, enum_in, number_in, text_in
from specs.facts import Disk, Fact, Facts, Known, Unknown, value_of
from specs.text import clean

__all__ = ["FIELDS", "ITEM_OF_KIND", "parse"]

ENOUGH: Final = 0.99
MIB: Final = 2**20

ITEM_OF_KIND: Final[Mapping[str, str]] = {
    "dmidecode": "dmidecode",
    "smbios-bin": "smbios",
    "edid": "edid-screen",
    "smart": "smart-disk",
    "emmc": "emmc-mmcblk0",
    "lscpu": "lscpu",
    "cpuinfo": "cpu",
    "lspci": "lspci",
    "lshw": "lshw",
    "lsblk": "lsblk",
    "hwinfo": "hwinfo",
    "udevadm": "udevadm",
    "bluetooth": "bluetooth",
}
"""The item that a kind of capture is; the others (batteries, Windows, Wi-Fi) are recognised by their content."""


class Capture(Struct, frozen=True):
    """One capture as read: the facts, and the source's own record where there is one."""

    facts: Facts
    record: Any
    data: bytes
    name: str


Field = Callable[[Capture], Any]


def fact(path: str) -> Field:
    """The fact at `path`, None where it is unknown. A list's first member stands for the list ("storage.bytes")."""

    def read(capture: Capture) -> Any:
        node: Any = capture.facts
        for name in path.split("."):
            if isinstance(node, tuple):
                node = node[0] if node else None
            node = _value(getattr(node, name)) if node is not None else None
        return node

    return read


def record(read: Callable[[Any], Any]) -> Field:
    """What the source's own record says; None where the source could not be read at all."""
    return lambda capture: read(capture.record) if capture.record is not None else None


def scaled(path: str, factor: float, digits: int = 0) -> Field:
    """The number at `path` times `factor`."""
    plain = fact(path)

    def read(capture: Capture) -> Any:
        value = plain(capture)
        return None if value is None else round(value * factor, digits)

    return read


def _value(node: Any) -> Any:
    if isinstance(node, Known):
        return node.value
    return None if isinstance(node, Unknown) else node


def _usable(raw: str | None) -> str | None:
    """A text of the source by the same rule as a fact: cleaned, and no placeholder."""
    return value_of(text_fact(raw, "text"))


def _first(records: Iterable[Any], name: str) -> Any:
    return next((getattr(one, name) for one in records), None)


def _modules_mb(capture: Capture) -> Any:
    modules = _value(capture.facts.memory.modules) or ()
    return [size // MIB for module in modules if (size := _value(module.size_bytes)) is not None]


def _total_mb(capture: Capture) -> Any:
    total = _value(capture.facts.memory.installed_bytes)
    return None if total is None else total // MIB


def _memory_mb(capture: Capture) -> Any:
    total = _value(capture.facts.memory.installed_bytes)
    if total is None and isinstance(capture.record, Rows):
        # systeminfo and Get-ComputerInfo without the firmware's number say what Windows can use.
        total = _value(capture.facts.memory.visible_bytes)
    return None if total is None else total // MIB


_TABLE: Final[Mapping[str, Field]] = {
    "manufacturer": fact("identity.manufacturer"),
    "product": fact("identity.product"),
    "version": fact("identity.version"),
    "serial": record(lambda table: _usable(_first(table.system, "serial"))),
    "sku": fact("identity.sku"),
    "family": fact("identity.family"),
    "board_manufacturer": fact("identity.board_manufacturer"),
    "board_product": fact("identity.board_product"),
    "bios_vendor": fact("firmware.vendor"),
    "bios_version": fact("firmware.version"),
    "bios_date": record(lambda table: _usable(_first(table.bios, "date"))),
    "chassis_type": fact("identity.chassis"),
    "memory_total_mb": _total_mb,
    "memory_modules_mb": _modules_mb,
    "cpus": record(lambda table: [_usable(one.version) for one in table.processor if one.in_use]),
    "battery_design_mwh": record(lambda table: [one.design_mwh for one in table.battery]),
    "tpm_spec": fact("tpm.version"),
}

_SCREEN: Final[Mapping[str, Field]] = {
    "pnp_id": fact("display.manufacturer"),
    "product_code": fact("display.product_code"),
    "week": fact("display.week"),
    "year": fact("display.year"),
    # A fact's size is the native mode's in millimetres; the scorer asks for the whole centimetres beside it.
    "width_cm": record(lambda edid: edid.width_cm),
    "height_cm": record(lambda edid: edid.height_cm),
    "native": record(lambda edid: list(edid.native) if edid.native else None),
    "product_name": record(lambda edid: edid.name),
    "serial": fact("display.serial"),
    "digital": fact("display.digital"),
    "edid_version": fact("display.edid_version"),
    "checksum_ok": fact("display.edid_sound"),
}

_SMART: Final[Mapping[str, Field]] = {
    "model": record(lambda disk: disk.model),
    "serial": record(lambda disk: disk.serial),
    "firmware": record(lambda disk: disk.firmware),
    "capacity_bytes": fact("storage.bytes"),
    "smart_passed": record(lambda disk: disk.passed),
    "power_on_hours": fact("storage.health.power_on_hours"),
    "temperature_c": fact("storage.health.temperature_c"),
    "is_ssd": record(lambda disk: None if disk.rotates is None else not disk.rotates),
    "reallocated": fact("storage.health.reallocated"),
    "pending": fact("storage.health.pending"),
    "uncorrectable": fact("storage.health.uncorrectable"),
    "nvme_percentage_used": record(lambda disk: disk.percent_used if disk.protocol == "NVMe" else None),
    "nvme_available_spare": fact("storage.health.available_spare"),
    "nvme_critical_warning": fact("storage.health.critical_warning"),
    "nvme_media_errors": fact("storage.health.media_errors"),
}


def _band(letter: str) -> Field:
    """JEDEC's band as the scorer writes it: 1 is "0-10%"."""

    def read(capture: Capture) -> Any:
        band = capture.record[f"life_time_{letter}"]
        if band is None or band > 10:
            return None if band is None else "exceeded"
        return f"{band * 10 - 10}-{band * 10}%"

    return read


_EMMC: Final[Mapping[str, Field]] = {
    "life_time_a": record(lambda wear: wear["life_time_a"]),
    "life_time_b": record(lambda wear: wear["life_time_b"]),
    "pre_eol": record(lambda wear: {"normal": 1, "warning": 2, "urgent": 3}.get(wear["pre_eol"])),
    "wear_a": _band("a"),
    "wear_b": _band("b"),
    "pre_eol_text": record(lambda wear: wear["pre_eol"]),
}

_BATTERY: Final[Mapping[str, Field]] = {
    "batteries": lambda capture: [_battery(one) for one in _value(capture.facts.battery) or ()],
    "design_mwh": scaled("battery.design_wh", 1000),
    "full_mwh": scaled("battery.full_wh", 1000),
    "health_pct": fact("battery.health_percent"),
    "cycles": fact("battery.cycles"),
    "serial": fact("battery.serial"),
    "model": fact("battery.model"),
    "name": fact("battery.model"),
    "is_system_battery": lambda capture: _is_system_battery(capture),
}


def _battery(one: Any) -> dict[str, Any]:
    wh = {"design_mwh": _value(one.design_wh), "full_mwh": _value(one.full_wh)}
    return {
        "name": _value(one.model),
        **{key: None if value is None else round(value * 1000) for key, value in wh.items()},
        "health_pct": _value(one.health_percent),
        "serial": _value(one.serial),
        "chemistry": _value(one.chemistry),
        "manufacturer": _value(one.manufacturer),
    }


def _is_system_battery(capture: Capture) -> bool | None:
    if _value(capture.facts.battery):
        return True
    try:
        devices = upower_devices(decode_text(capture.data))
    except EvidenceError:
        return None
    return any(device.is_laptops_battery() for device in devices) if devices else None


_LSCPU: Final[Mapping[str, Field]] = {
    name: record(lambda cpu, name=name: getattr(cpu, name))  # type: ignore[misc]
    for name in ("model_name", "cpus", "cores_per_socket", "threads_per_core", "sockets", "vendor", "arch")
}
_CPUINFO: Final[Mapping[str, Field]] = {
    "entries": record(len),
    "model_name": fact("processor.model"),
}
_LSPCI: Final[Mapping[str, Field]] = {
    "gpu_ids": record(lambda pci: pci.gpu_ids),
    "wifi_or_net_ids": record(lambda pci: pci.network_ids),
    "device_count": record(lambda pci: len(pci.devices)),
}


def _short_model(capture: Capture) -> Any:
    maker, product = (_value(getattr(capture.facts.identity, name)) for name in ("manufacturer", "product"))
    return product.removeprefix(f"{maker} ") if product and maker else product


_LSHW: Final[Mapping[str, Field]] = {
    "manufacturer": fact("identity.manufacturer"),
    "model": _short_model,
    "serial": fact("identity.serial"),
    "ram_mb": lambda capture: [float(size) for size in _modules_mb(capture)],
    "disks": lambda capture: [_lshw_disk(disk) for disk in capture.record if _value(disk.removable) is not True],
}


def _lshw_disk(disk: Disk) -> dict[str, Any]:
    size = _value(disk.bytes)
    return {
        "type": "HardDrive",
        "model": _value(disk.model),
        "serial": _value(disk.serial),
        "size_mb": None if size is None else round(size / 1e6),
    }


def _mb(fact_of_bytes: Fact[int]) -> int | None:
    size = _value(fact_of_bytes)
    return None if size is None else size // MIB


def _gpus(capture: Capture) -> Any:
    cards = _value(capture.facts.graphics)
    if cards is None or capture.record.all("Win32_VideoController"):
        return None if cards is None else [_value(card.model) for card in cards]
    return [{"name": _value(card.model), "memory_mb": _mb(card.memory_bytes)} for card in cards]


def _windows_disks(capture: Capture) -> Any:
    rows: Rows = capture.record
    disks = _value(capture.facts.storage)
    if disks is None:
        return None
    listed = rows.all("MSFT_PhysicalDisk") or rows.all("Win32_DiskDrive")
    by_model = {text_in(row, "Model") or text_in(row, "FriendlyName"): row for row in listed}
    return [_windows_disk(disk, by_model.get(_value(disk.model), {})) for disk in disks]


def _windows_disk(disk: Disk, row: Row) -> dict[str, Any]:
    return {
        "model": _value(disk.model),
        "bytes": _value(disk.bytes),
        "serial": _value(disk.serial),
        "interface": text_in(row, "InterfaceType"),
        "media": {3: "HDD", 4: "SSD"}.get(enum_in(row, "MediaType", MEDIA_WORDS) or 0),
        "health": {0: "Healthy", 1: "Warning", 2: "Unhealthy"}.get(_or(enum_in(row, "HealthStatus", HEALTH_WORDS), -1)),
        "serial_is_eui64": is_eui64(text_in(row, "SerialNumber")),
    }


def _or(value: int | None, other: int) -> int:
    return other if value is None else value


def _windows_manufacturer(capture: Capture) -> Any:
    made_by = fact("identity.manufacturer")(capture)
    # What the TPM's own listing calls a manufacturer is the TPM's.
    return made_by or (fact("tpm.manufacturer")(capture) if capture.record.all("Get-Tpm") else None)


def _reported(name: str, path: str) -> Field:
    """systeminfo's own line, which holds maker, version and date together; else the fact."""

    def read(capture: Capture) -> Any:
        line = text_in(capture.record.first("systeminfo"), name)
        return line or fact(path)(capture)

    return read


def _wear(capture: Capture) -> Any:
    counters = capture.record.all("MSFT_StorageReliabilityCounter")
    used = fact("storage.health.percent_used")(capture)
    # Zero is what Windows says of disks that their makers' tools call worn (quirks.md no. 30).
    wear = [number_in(row, "Wear") for row in counters]
    return used if used is not None else (wear[0] or None if len(wear) == 1 else None)


def _monitors(capture: Capture) -> Any:
    screens = _value(capture.facts.display)
    return None if screens is None else len(screens)


def _pnp_ids(capture: Capture) -> Any:
    screens = _value(capture.facts.display)
    if screens is None:
        return None
    codes = [(_value(screen.manufacturer), _value(screen.product_code)) for screen in screens]
    return [f"{maker}{code:04X}" for maker, code in codes if maker is not None and code is not None]


_WINDOWS: Final[Mapping[str, Field]] = {
    "manufacturer": _windows_manufacturer,
    "model": fact("identity.product"),
    "serial": fact("identity.serial"),
    "bios_version": _reported("BIOS Version", "firmware.version"),
    "bios_date": fact("firmware.date"),
    "memory_total_mb": _memory_mb,
    "modules_mb": lambda capture: _modules_mb(capture) or None,
    "os_version": _reported("OS Version", "system.version"),
    "edition": fact("system.edition"),
    "os_build": fact("system.build"),
    "disks": _windows_disks,
    "gpus": _gpus,
    "memory_mb": lambda capture: [_mb(card.memory_bytes) for card in _value(capture.facts.graphics) or ()] or None,
    "design_mwh": scaled("battery.design_wh", 1000),
    "charge_pct": fact("battery.charge_percent"),
    "wear": _wear,
    "monitors": _monitors,
    "pnp_ids": _pnp_ids,
}

FIELDS: Final[Mapping[str, Mapping[str, Field]]] = {
    "dmidecode": _TABLE,
    "smbios-bin": _TABLE,
    "edid": _SCREEN,
    "smart": _SMART,
    "emmc": _EMMC,
    "battery": _BATTERY,
    "windows": _WINDOWS,
    "lscpu": _LSCPU,
    "cpuinfo": _CPUINFO,
    "lspci": _LSPCI,
    "lshw": _LSHW,
}
"""For each kind of capture, what each of the scorer's fields is among our facts."""

_RECORDS: Final[Mapping[str, Callable[[bytes, str], Any]]] = {
    "dmidecode": lambda data, item: read_dmidecode(data),
    "smbios-bin": lambda data, item: read_smbios(data),
    "edid": lambda data, item: read_edid(data),
    "smart": lambda data, item: read_smart(data),
    "emmc": lambda data, item: {name: _value(read) for name, read in _wear_of(data, item).items()},
    "windows": read_rows,
    "lscpu": lambda data, item: lscpu_reading(data),
    "cpuinfo": lambda data, item: processors(data),
    "lspci": lambda data, item: lspci_reading(data),
    "lshw": lshw_disks,
}


def _wear_of(data: bytes, item: str) -> dict[str, Fact[Any]]:
    health = read_emmc(data, item)
    return {name: getattr(health, name) for name in health.__struct_fields__}


def parse(kind: str, data: bytes, name: str) -> dict[str, Any]:
    """What the scorer asks of one capture. A capture that cannot be read has None everywhere."""
    stem = re.sub(r"[^A-Za-z0-9_.+-]+", "_", Path(name).stem)[:80] or "item"
    item = ITEM_OF_KIND.get(kind) or (f"windows-{stem}"[:80] if kind == "windows" else recognised_id(stem, data))
    # The SMART data of one disk alone, as somebody who has no list of the disks would bring it.
    reading = read_facts(Bundle.of([make_item(item, data)]))
    made = _RECORDS.get(kind)
    try:
        kept = made(data, item) if made is not None else None
    except EvidenceError:
        return dict.fromkeys(FIELDS.get(kind, ()))
    capture = Capture(reading.facts, kept, data, name)
    return {field: read(capture) for field, read in FIELDS.get(kind, {}).items()}


def main() -> int:
    """Prints the table and the misses; see the module."""
    options = argparse.ArgumentParser(prog="evidence_accuracy", description=(__doc__ or "").partition("\n")[0])
    beside = Path(__file__).resolve().parents[2] / "shared" / "captures"
    options.add_argument("folder", nargs="?", type=Path, default=beside, help="the captures and their manifest.json")
    options.add_argument("--misses", type=int, default=20, help="how many misses to print")
    chosen = options.parse_args()
    manifest = chosen.folder / "manifest.json"
    if not manifest.is_file():
        print(f"evidence_accuracy: {clean(str(manifest))} is not there; name a folder of captures", file=sys.stderr)
        return 2
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    misses: list[str] = []
    for entry in json.loads(manifest.read_text())["entries"]:
        if entry["kind"] in FIELDS:
            _score(chosen.folder, entry, counts, misses)
    return _report(counts, misses[: chosen.misses])


def _score(
    folder: Path, entry: Mapping[str, Any], counts: dict[tuple[str, str], Counter[str]], misses: list[str]
) -> None:
    kind, file = entry["kind"], entry["file"]
    got = parse(kind, (folder / file).read_bytes(), file)
    for field, want in entry["facts"].items():
        if field not in FIELDS[kind] or field in (entry.get("ambiguous") or ()):
            continue
        value = got[field]
        outcome = "right" if same(field, want, value) else "wrong"
        if outcome == "wrong":
            outcome = "invented" if want is None else "lost" if value is None else "wrong"
            misses.append(f"{file}: {field}: {outcome}: wanted {want!r}, got {value!r}")
        elif want is None:
            outcome = "unknown"
        counts[kind, field][outcome] += 1


def _report(counts: Mapping[tuple[str, str], Counter[str]], misses: list[str]) -> int:
    outcomes = ("right", "unknown", "wrong", "invented", "lost")
    print(f"{'kind and field':34}" + "".join(f"{name:>9}" for name in outcomes))
    total: Counter[str] = Counter()
    for (kind, field), row in sorted(counts.items()):
        total.update(row)
        print(f"{kind + '.' + field:34}" + "".join(f"{row[name]:9}" for name in outcomes))
    print(f"{'all':34}" + "".join(f"{total[name]:9}" for name in outcomes))
    for miss in misses:
        print(clean(miss, 300))
    asked = sum(total.values())
    share = (total["right"] + total["unknown"]) / asked if asked else 0.0
    print(f"{share:.2%} of {asked} expected values are right ('unknown' where that was the honest answer counts)")
    return 0 if share >= ENOUGH else 1


_NEAR: Final[Mapping[str, Callable[[float], float]]] = {
    "health_pct": lambda want: 0.5,
    "wear": lambda want: 0.5,
    "design_mwh": lambda want: max(1, want * 0.005),
    "full_mwh": lambda want: max(1, want * 0.005),
}
_UNORDERED: Final = frozenset(("memory_modules_mb", "modules_mb", "cpus"))


def same(field: str, want: Any, got: Any) -> bool:
    """Equal by the captures' own rules: blanks folded, capacities within half a per cent, some lists in any order."""
    want, got = _folded(want), _folded(got)
    if field in _NEAR and isinstance(want, float) and isinstance(got, float):
        return abs(want - got) <= _NEAR[field](want)
    if field in _UNORDERED and isinstance(want, list) and isinstance(got, list):
        return sorted(map(str, want)) == sorted(map(str, got))
    if isinstance(want, list) and isinstance(got, list) and want and isinstance(want[0], dict):
        return len(want) == len(got) and all(
            all(_folded(have.get(key)) == value for key, value in row.items() if value is not None)
            for row, have in zip(want, got, strict=True)
        )
    return bool(want == got)


def _folded(value: Any) -> Any:
    if isinstance(value, str):
        return " ".join(value.split()) or None
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        return round(float(value), 3)
    if isinstance(value, list | tuple):
        return [_folded(one) for one in value]
    return {key: _folded(one) for key, one in value.items()} if isinstance(value, dict) else value


if __name__ == "__main__":
    raise SystemExit(main())
