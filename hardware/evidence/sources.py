"""Which parser reads which kind of item, each as (bytes, item id) -> partial facts.

Not here: items that mean something only together (a disk's SMART data and the list of disks, the EDIDs and the
connectors, the adapters and what their radios can do). `facts` puts those together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, TypeVar

import msgspec

from hardware.evidence.devices.camera import read_camera
from hardware.evidence.devices.input_devices import read_input
from hardware.evidence.devices.iw_dev import read_iw_dev
from hardware.evidence.devices.lspci import read_lspci
from hardware.evidence.devices.pci import read_pci
from hardware.evidence.devices.sound import read_sound
from hardware.evidence.devices.udevadm import read_udevadm
from hardware.evidence.devices.usb import read_usb
from hardware.evidence.disks.block import read_block
from hardware.evidence.disks.lsblk import read_lsblk
from hardware.evidence.exercises.battery import read_battery_draw
from hardware.evidence.exercises.camera import read_camera_pictures
from hardware.evidence.exercises.cpu import read_processor_load
from hardware.evidence.exercises.display import read_display_shown
from hardware.evidence.exercises.keyboard import read_keys_pressed
from hardware.evidence.exercises.lid import read_lid_moved
from hardware.evidence.exercises.memory import read_memory_test
from hardware.evidence.exercises.sound import read_sound_loops
from hardware.evidence.exercises.storage import read_disk_reads
from hardware.evidence.exercises.touchpad import read_touchpad_touched
from hardware.evidence.exercises.usb import read_usb_ports
from hardware.evidence.exercises.wifi import read_wifi_scan
from hardware.evidence.items import Noted
from hardware.evidence.listings.hwinfo import read_hwinfo
from hardware.evidence.listings.lshw import read_lshw
from hardware.evidence.machine.chromeos import read_chromeos
from hardware.evidence.machine.cpu import read_cpu
from hardware.evidence.machine.dmi import read_dmi
from hardware.evidence.machine.dmi_facts import dmi_facts
from hardware.evidence.machine.dmi_records import DmiTable
from hardware.evidence.machine.dmidecode import read_dmidecode
from hardware.evidence.machine.efi import read_efi
from hardware.evidence.machine.firmware_attributes import read_firmware_attributes
from hardware.evidence.machine.lscpu import read_lscpu
from hardware.evidence.machine.memory import read_memory
from hardware.evidence.machine.msdm import read_msdm
from hardware.evidence.machine.operating_system import read_os
from hardware.evidence.machine.smbios import read_smbios
from hardware.evidence.machine.tpm import read_tpm
from hardware.evidence.operator import read_operator
from hardware.evidence.power.battery import read_battery
from hardware.evidence.scans import read_scans
from hardware.evidence.sealing import read_sealed
from hardware.evidence.windows.item import read_windows
from specs.facts import Fact, Facts, Known, Unknown

__all__ = ["READERS", "Reader"]

T = TypeVar("T")

Reader = Callable[[bytes, str], Facts | Noted]


def _table(parse: Callable[[bytes], DmiTable]) -> Reader:
    def read(data: bytes, item: str) -> Facts | Noted:
        table = parse(data)
        facts = dmi_facts(table, item)
        if table.damage is None:
            return facts
        return Noted(facts, f"{table.damage}; what comes after is not known, capture the laptop again if it is missed")

    return read


def _listed(component: str, parse: Callable[[bytes, str], tuple[T, ...] | Fact[tuple[T, ...]]]) -> Reader:
    """A reader of a list that is one whole component ("storage", "battery", "camera")."""

    def read(data: bytes, item: str) -> Facts:
        found = parse(data, item)
        fact = found if isinstance(found, Known | Unknown) else Known(found, (item,))
        return msgspec.structs.replace(Facts(), **{component: fact})

    return read


READERS: Final[Mapping[str, Reader]] = MappingProxyType(
    {
        "smbios": _table(read_smbios),
        "dmidecode": _table(read_dmidecode),
        "dmi": read_dmi,
        "cpu": read_cpu,
        "memory": read_memory,
        "os": read_os,
        "tpm": read_tpm,
        "efi": read_efi,
        "msdm": read_msdm,
        "firmware-attributes": read_firmware_attributes,
        "block": _listed("storage", read_block),
        "lsblk": _listed("storage", read_lsblk),
        "battery": _listed("battery", read_battery),
        "camera": _listed("camera", read_camera),
        "pci": read_pci,
        "usb": read_usb,
        "sound": read_sound,
        "input": read_input,
        "operator": read_operator,
        "scans": read_scans,
        "windows": read_windows,
        "lscpu": read_lscpu,
        "lspci": read_lspci,
        "udevadm": read_udevadm,
        "iw-dev": read_iw_dev,
        "lshw": read_lshw,
        "hwinfo": read_hwinfo,
        "upower": _listed("battery", read_battery),
        "acpi": _listed("battery", read_battery),
        "powercfg": _listed("battery", read_battery),
        "chromeos": read_chromeos,
        "sealed-": read_sealed,
        "exercise-memory": read_memory_test,
        "exercise-storage": read_disk_reads,
        "exercise-cpu": read_processor_load,
        "exercise-camera": read_camera_pictures,
        "exercise-sound": read_sound_loops,
        "exercise-wifi": read_wifi_scan,
        "exercise-battery": read_battery_draw,
        "exercise-keyboard": read_keys_pressed,
        "exercise-touchpad": read_touchpad_touched,
        "exercise-display": read_display_shown,
        "exercise-lid": read_lid_moved,
        "exercise-usb": read_usb_ports,
    }
)
