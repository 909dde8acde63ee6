"""The whole virtual laptop as QEMU's command line, and the files that it needs in the laptop's folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal

from msgspec import Struct

from hardware.simulated.qemu import acpi, disks, links, recorded_table, smbios, swtpm
from hardware.simulated.qemu.controls import CONTROLS_BYTES
from hardware.simulated.qemu.firmware import Firmware, firmware_options
from hardware.simulated.qemu.guest_parts import hung_on
from hardware.simulated.qemu.spec import LaptopSpec
from hardware.simulated.qemu.sticks import folder_with_parts, stick_with_parts

__all__ = ["Boot", "DirectBoot", "LinkKind", "PxeBoot", "StickBoot", "qemu_command"]

LinkKind = Literal["serial", "ftdi", "network"]

QEMU: Final = "qemu-system-x86_64"

_CPU: Final = {
    "Intel": "family=6,model=122,stepping=8,vendor=GenuineIntel",
    "AMD": "family=23,model=32,stepping=1,vendor=AuthenticAMD",
}


class DirectBoot(Struct, frozen=True):
    """Kernel and start image without a boot loader: the fastest. `words` are the kernel's command line."""

    kernel: Path
    initrd: Path
    words: tuple[str, ...]


class StickBoot(Struct, frozen=True):
    """A copy of the stick in a USB port."""

    image: Path
    firmware: Firmware


class PxeBoot(Struct, frozen=True):
    """Over the network, from the folder that was built for it; `first` is the file that the firmware asks for."""

    folder: Path
    first: str
    firmware: Firmware


Boot = DirectBoot | StickBoot | PxeBoot


def qemu_command(spec: LaptopSpec, boot: Boot, link: LinkKind, folder: Path) -> list[str]:
    """QEMU's command line; the files that it names are written into the folder. Raises `LaptopRefused`."""
    firmware = Firmware.BIOS if isinstance(boot, DirectBoot) else boot.firmware
    machine, firmware_parts = firmware_options(firmware, folder)
    recorded = recorded_table.split(spec.recorded) if spec.recorded is not None else None
    if recorded and recorded.wide:
        machine += ",smbios-entry-point-type=64"
    return [
        # Never a hypervisor's help: where there is one it may not work.
        *(QEMU, "-M", f"q35{machine}", "-accel", "tcg", "-m", str(spec.guest_mib), "-smp", "1"),
        *("-cpu", f"qemu64,-hypervisor,{_CPU[spec.model.processor_maker]},model_id={_comma(spec.model.processor)}"),
        *("-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-rtc", "base=utc"),
        *("-name", "laptop", "-qmp", f"unix:{folder / 'qmp.sock'},server=on,wait=off"),
        *firmware_parts,
        *_tables(recorded.structures if recorded else smbios.structures(spec.tables), folder),
        *_power(spec, firmware, folder),
        *_screen(spec),
        # More ports than devices: behind the last one a hub would appear.
        *("-device", "qemu-xhci,id=usb,p2=8,p3=8"),
        *_disks(spec, folder),
        *(swtpm.tpm_options(folder) if spec.tpm else ()),
        *_sound(spec, folder),
        *_link(spec, boot, link, folder),
        *_start(spec, boot, folder),
    ]


def _comma(text: str) -> str:
    """A value in one of QEMU's options, in which a comma stands twice."""
    return text.replace(",", ",,")


def _tables(structures: Sequence[bytes], folder: Path) -> list[str]:
    options: list[str] = []
    for number, structure in enumerate(structures):
        path = folder / f"smbios-{number}.bin"
        path.write_bytes(structure)
        options += ["-smbios", f"file={path}"]
    return options


def _power(spec: LaptopSpec, firmware: Firmware, folder: Path) -> list[str]:
    power = spec.power
    if firmware is not Firmware.BIOS and isinstance(power, acpi.HostControlled):
        power = acpi.Drain()
    options = ["-acpitable", f"file={acpi.compile_table(acpi.power_table(spec.battery, power), folder)}"]
    if isinstance(power, acpi.HostControlled) and spec.battery:
        memory = f"memory-backend-file,id=controls,mem-path={folder / 'controls.bin'},size={CONTROLS_BYTES},share=on"
        options += ["-object", memory, "-device", f"ivshmem-plain,memdev=controls,addr=0x{power.slot:x}"]
    if spec.windows_key:
        path = folder / "msdm.bin"
        path.write_bytes(acpi.msdm_body(spec.windows_key))
        options += ["-acpitable", f"sig=MSDM,rev=3,oem_id=STATN,oem_table_id=LAPTOP,data={path}"]
    return options


def _screen(spec: LaptopSpec) -> list[str]:
    return ["-vga", "none", "-device", f"bochs-display,edid=on,xres={spec.model.width_px},yres={spec.model.height_px}"]


def _disks(spec: LaptopSpec, folder: Path) -> list[str]:
    options: list[str] = []
    for number, disk in enumerate(spec.disks):
        path = folder / f"disk-{number}.img"
        disks.make_image(path, disk)
        options += disks.disk_options(number, path, disk)
    return options


def _sound(spec: LaptopSpec, folder: Path) -> list[str]:
    if spec.sound == "none":
        return []
    if spec.sound == "loop":
        return ["-audiodev", "none,id=silence", "-device", "intel-hda", "-device", "hda-duplex,audiodev=silence"]
    # The file takes what is played and cannot be recorded from, which would stop a recording for ever: the microphone
    # is another codec.
    return [
        *("-audiodev", f"wav,id=sound,path={folder / 'sound.wav'}", "-audiodev", "none,id=silence"),
        *("-device", "intel-hda", "-device", "hda-output,audiodev=sound", "-device", "hda-micro,audiodev=silence"),
    ]


def _link(spec: LaptopSpec, boot: Boot, link: LinkKind, folder: Path) -> list[str]:
    options = links.serial_options(folder, link) if link != "network" else []
    if isinstance(boot, PxeBoot):
        files = folder / "pxe"
        folder_with_parts(boot.folder, files, spec)
        served = links.Served(files, boot.first, boot.firmware is not Firmware.BIOS)
        return options + links.network_options(folder, spec.mac, served=served)
    return options + (links.network_options(folder, spec.mac) if link == "network" else [])


def _start(spec: LaptopSpec, boot: Boot, folder: Path) -> list[str]:
    if isinstance(boot, StickBoot):
        image = folder / "stick.img"
        stick_with_parts(boot.image, image, spec, folder)
        stick = f"file={image},if=none,id=stick,format=raw"
        return ["-drive", stick, "-device", "usb-storage,bus=usb.0,drive=stick,bootindex=0"]
    if isinstance(boot, PxeBoot):
        return []
    initrd = folder / "initrd"
    initrd.write_bytes(hung_on(boot.initrd.read_bytes(), spec))
    return ["-kernel", str(boot.kernel), "-initrd", str(initrd), "-append", " ".join(boot.words)]
