"""What a virtual laptop is: a model, its own numbers, what is fitted, and what is wrong with it."""

from __future__ import annotations

import random
import re
import uuid
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Final, Literal

import msgspec
from msgspec import Struct

from hardware.simulated.qemu import wording
from hardware.simulated.qemu.acpi import Battery, Drain, HostControlled, made_up_key
from hardware.simulated.qemu.disks import Disk
from hardware.simulated.qemu.errors import LaptopRefused
from hardware.simulated.qemu.models import Model, made_up
from hardware.simulated.qemu.smbios import FirmwareTables

__all__ = ["DIES_AFTER", "FAULTS", "LaptopSpec", "laptop_spec", "with_faults"]

DIES_AFTER: Final = 4096
"""Bytes that a laptop that dies has told its bench by then: more than the greeting, less than a capture."""

_LEAST_GUEST_MIB: Final = 256
"""The stick's image unpacks into half of the memory; with less its end is missing (boot-and-virtual-laptops.md)."""

_SERIAL: Final = re.compile(r"[!-~](?:[ -~]{0,58}[!-~])?")
_NO_LONGER_RELIABLE: Final = 4


Sound = Literal["loop", "heard", "none"]


class LaptopSpec(Struct, frozen=True, kw_only=True):
    """One laptop. `label_serial` stands on its label, `serial` in its firmware: those of a good one are the same.

    guest_mib: the memory that QEMU really gives it; the firmware tells `tables.memory_bytes`.
    recorded: a whole recorded SMBIOS table that the firmware tells in place of `tables`.
    sound: what becomes of what it plays: nothing of its sound card's, and a pretended card beside it hears itself
    ("loop"); written to a file, while its microphone hears silence ("heard"); or it has no sound card ("none").
    dead_keys: keys (QEMU's names) that do nothing when they are pressed.
    dies_after: bytes to the bench after which the power fails, or None.
    """

    model: Model
    label_serial: str
    serial: str
    tables: FirmwareTables
    disks: tuple[Disk, ...]
    battery: Battery | None
    power: Drain | HostControlled = HostControlled()
    windows_key: str = ""
    mac: str = ""
    guest_mib: int = 512
    tpm: bool = True
    camera: bool = True
    wifi: bool = True
    bluetooth: bool = True
    sound: Sound = "loop"
    dead_keys: frozenset[str] = frozenset()
    dies_after: int | None = None
    recorded: bytes | None = None

    def __post_init__(self) -> None:
        if self.guest_mib < _LEAST_GUEST_MIB:
            raise LaptopRefused(wording.no_guest_memory(_LEAST_GUEST_MIB))
        for serial in (self.label_serial, self.serial):
            if not _SERIAL.fullmatch(serial):
                raise LaptopRefused(wording.no_such_serial(serial))


def laptop_spec(model: Model, *, serial: str = "", seed: str = "") -> LaptopSpec:
    """A good laptop of the model. Its serial, where none is given, and all its other numbers follow from the seed.

    Raises `LaptopRefused` where no firmware can hold the serial.
    """
    serial = serial or made_up(model.serial, seed)
    chance = random.Random(f"laptop/{serial}")
    full_mwh = round(model.battery_wh * 1000)
    battery = Battery(
        name=model.battery_name,
        serial=f"{chance.randrange(100, 99999):05d}",
        maker="SMP",
        design_mwh=full_mwh,
        full_mwh=round(full_mwh * 0.995),
        now_mwh=round(full_mwh * 0.7),
        volts_mv=round(model.battery_volts * 1000),
        cycles=1,
    )
    disk = Disk(model.disk, model.disk_bytes, made_up("S4EVNF0M######", serial), model.disk_model)
    return LaptopSpec(
        model=model,
        label_serial=serial,
        serial=serial,
        tables=_tables(model, serial, chance, battery),
        disks=(disk,),
        battery=battery,
        windows_key=made_up_key(serial),
        mac="8c:16:45:" + ":".join(f"{chance.randrange(256):02x}" for _ in range(3)),
    )


def with_faults(spec: LaptopSpec, names: Iterable[str]) -> LaptopSpec:
    """The laptop with these faults, of those in `FAULTS`. Raises `LaptopRefused` for a name that is not there."""
    for name in names:
        if name not in FAULTS:
            raise LaptopRefused(wording.no_such_fault(name, sorted(FAULTS)))
        spec = FAULTS[name](spec)
    return spec


def _tables(model: Model, serial: str, chance: random.Random, battery: Battery) -> FirmwareTables:
    return FirmwareTables(
        bios_vendor=model.bios_vendor,
        bios_version=model.bios_version,
        bios_date=model.bios_date,
        manufacturer=model.manufacturer,
        product=model.product,
        version=model.version,
        serial=serial,
        sku=model.sku,
        family=model.family,
        uuid=str(uuid.UUID(int=chance.getrandbits(128), version=4)),
        board=model.board,
        board_serial=made_up("L1HF#######", serial),
        processor=model.processor,
        processor_maker=model.processor_maker,
        threads=1,
        memory_bytes=model.memory_gib * 2**30,
        memory_kind=model.memory_kind,
        memory_serial=f"{chance.getrandbits(32):08X}",
        battery_name=battery.name,
        battery_serial=battery.serial,
        battery_mwh=battery.design_mwh,
        battery_mv=battery.volts_mv,
        tpm=True,
    )


def _change(spec: LaptopSpec, **changes: object) -> LaptopSpec:
    return msgspec.structs.replace(spec, **changes)


def _little_memory(spec: LaptopSpec) -> LaptopSpec:
    return _change(spec, tables=msgspec.structs.replace(spec.tables, memory_bytes=2 * 2**30))


def _small_disk(spec: LaptopSpec) -> LaptopSpec:
    first, *others = spec.disks
    # What a "32 GB" eMMC really has (quirks.md no. 25).
    return _change(spec, disks=(msgspec.structs.replace(first, bytes=31_268_536_320), *others))


def _worn_disk(spec: LaptopSpec) -> LaptopSpec:
    # Only QEMU's NVMe can say that it is worn.
    first, *others = spec.disks
    worn = msgspec.structs.replace(first, kind="nvme", model="", warning=_NO_LONGER_RELIABLE)
    return _change(spec, disks=(worn, *others))


def _worn_battery(spec: LaptopSpec) -> LaptopSpec:
    if spec.battery is None:
        return spec
    full = round(spec.battery.design_mwh * 0.78)
    worn = msgspec.structs.replace(spec.battery, full_mwh=full, now_mwh=round(full * 0.7), cycles=412)
    return _change(spec, battery=worn)


def _wrong_serial(spec: LaptopSpec) -> LaptopSpec:
    other = made_up(spec.model.serial, f"other/{spec.label_serial}")
    return _change(spec, serial=other, tables=msgspec.structs.replace(spec.tables, serial=other))


def _blank_serial(spec: LaptopSpec) -> LaptopSpec:
    blank = "To be filled by O.E.M."
    return _change(spec, serial=blank, tables=msgspec.structs.replace(spec.tables, serial=blank))


def _no_tpm(spec: LaptopSpec) -> LaptopSpec:
    return _change(spec, tpm=False, tables=msgspec.structs.replace(spec.tables, tpm=False))


FAULTS: Final[Mapping[str, Callable[[LaptopSpec], LaptopSpec]]] = MappingProxyType(
    {
        "little-memory": _little_memory,
        "small-disk": _small_disk,
        "worn-disk": _worn_disk,
        "worn-battery": _worn_battery,
        "no-battery": lambda spec: _change(spec, battery=None),
        "wrong-serial": _wrong_serial,
        "blank-serial": _blank_serial,
        "no-tpm": _no_tpm,
        "no-camera": lambda spec: _change(spec, camera=False),
        "no-wifi": lambda spec: _change(spec, wifi=False),
        "no-sound": lambda spec: _change(spec, sound="none"),
        "dead-key": lambda spec: _change(spec, dead_keys=frozenset({"h"})),
        "dies-in-mid-test": lambda spec: _change(spec, dies_after=DIES_AFTER),
    }
)
"""What can be wrong with a laptop, by name."""
