"""A small made-up laptop as a folder: what the probe reads with --root."""

import os
import struct
import zipfile
from pathlib import Path

KEY = "QN3RT-7XVB2-KD9PW-M4HJF-C6YG8"
ENTRY_POINT = b"_SM3_" + bytes(19)
DMI = bytes([1, 27, 1, 0]) + bytes(23) + b"Acme\0Rover 11\0\0"
EDID = bytes.fromhex("00ffffffffffff00") + bytes(range(120))

CPUINFO = "processor\t: 0\nmodel name\t: Acme 1\n"

FILES: dict[str, bytes | str] = {
    "sys/firmware/dmi/tables/smbios_entry_point": ENTRY_POINT,
    "sys/firmware/dmi/tables/DMI": DMI,
    "sys/devices/virtual/dmi/id/sys_vendor": "Acme\n",
    "sys/devices/virtual/dmi/id/product_serial": "PF0ABCDE\n",
    "sys/devices/virtual/dmi/id/power/control": "auto\n",
    "etc/os-release": "ID=debian\n",
    "proc/cpuinfo": CPUINFO,
    "proc/meminfo": "MemTotal:        3908712 kB\n",
    "proc/version": "Linux version 4.19.0\n",
    "proc/bus/input/devices": 'N: Name="AT Translated Set 2 keyboard"\n',
    "proc/asound/cards": " 0 [PCH            ]: HDA-Intel\n",
    "dev/kmsg": (
        "6,1,100,-;information\n"
        "4,2,1500000,-;ACPI BIOS Warning\n SUBSYSTEM=acpi\n"
        "12,3,1600000,-;user space warning\n"
        "3,4,2500000,-;ata1: failed\n"
    ),
    "sys/devices/pci0/nvme/nvme0/nvme0n1/size": "1000215216\n",
    "sys/devices/pci0/nvme/nvme0/nvme0n1/queue/rotational": "0\n",
    "sys/devices/pci0/nvme/nvme0/nvme0n1/device/model": "ACME SSD 512",
    "sys/devices/pci0/ata1/block/sda/size": "976773168\n",
    "sys/devices/pci0/ata1/block/sda/device/vendor": "ATA     \n",
    "sys/devices/mmc0/block/mmcblk0/size": "122142720\n",
    "sys/devices/mmc0/block/mmcblk0/device/type": "MMC\n",
    "sys/devices/mmc0/block/mmcblk0/device/life_time": "0x01 0x02\n",
    "sys/devices/mmc0/block/mmcblk0boot0/size": "8192\n",
    "sys/devices/virtual/block/loop0/size": "0\n",
    "sys/class/nvme/nvme0/model": "ACME SSD 512                            \n",
    "sys/class/nvme/nvme0/serial": "S123\n",
    "sys/class/power_supply/BAT0/type": "Battery\n",
    "sys/class/power_supply/BAT0/energy_full": "41000000\n",
    "sys/class/power_supply/BAT0/uevent": "POWER_SUPPLY_NAME=BAT0\n",
    "sys/class/power_supply/AC/online": "1\n",
    "sys/class/drm/card0-eDP-1/status": "connected\n",
    "sys/class/drm/card0-eDP-1/edid": EDID,
    "sys/class/drm/card0-HDMI-A-1/status": "disconnected\n",
    "sys/class/drm/card0-HDMI-A-1/edid": "",
    "sys/class/drm/version": "drm 1.1.0\n",
    "sys/class/net/wlan0/address": "02:00:00:00:00:01\n",
    "sys/class/net/wlan0/phy80211/name": "phy0\n",
    "sys/class/rfkill/rfkill0/type": "wlan\n",
    "sys/class/tpm/tpm0/tpm_version_major": "2\n",
    "sys/firmware/efi/fw_platform_size": "64\n",
    "sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c": b"\x06\0\0\0\x01",
    "sys/firmware/efi/efivars/SetupMode-8be4df61-93ca-11d2-aa0d-00e098032b8c": b"\x06\0\0\0\0",
    "sys/firmware/efi/efivars/Boot0000-8be4df61-93ca-11d2-aa0d-00e098032b8c": b"\x07\0\0\0\x01",
    "sys/class/firmware-attributes/acme/authentication/Admin/is_enabled": "0\n",
    "sys/class/firmware-attributes/acme/authentication/Admin/current_password": "secret\n",
    "sys/bus/pci/devices/0000:00:02.0/vendor": "0x8086\n",
    "sys/bus/usb/devices/1-1/idVendor": "13d3\n",
    "sys/class/video4linux/video0/name": "Integrated Camera\n",
    "sys/class/sound/card0/id": "PCH\n",
}
LINKS = {
    "sys/class/dmi/id": "../../devices/virtual/dmi/id",
    "sys/block/nvme0n1": "../devices/pci0/nvme/nvme0/nvme0n1",
    "sys/block/sda": "../devices/pci0/ata1/block/sda",
    "sys/block/mmcblk0": "../devices/mmc0/block/mmcblk0",
    "sys/block/mmcblk0boot0": "../devices/mmc0/block/mmcblk0boot0",
    "sys/block/loop0": "../devices/virtual/block/loop0",
    "sys/bus/pci/devices/0000:00:02.0/driver": "../../../../bus/pci/drivers/i915",
    "sys/class/net/wlan0/device": "../../../0000:02:00.0",
}


def msdm(key: bytes = KEY.encode(), extra: bytes = b"") -> bytes:
    """An MSDM table as firmware has it."""
    fields = struct.pack("<5I", 1, 0, 1, 0, len(key))
    length = 36 + len(fields) + len(key) + len(extra)
    header = b"MSDM" + struct.pack("<IBB", length, 3, 0) + b"ACME  " + b"ROVER11 " + bytes(12)
    return header + fields + key + extra


def build(root: Path) -> Path:
    """The laptop's files under `root`."""
    for name, content in {**FILES, "sys/firmware/acpi/tables/MSDM": msdm()}.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    for name, target in LINKS.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).symlink_to(target)
    return root


def tool(folder: Path, name: str, script: str) -> Path:
    """A command of that name in `folder`, for --tools."""
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return folder


def all_bytes(bundle: Path) -> bytes:
    """Everything that a bundle says, unpacked."""
    with zipfile.ZipFile(bundle) as archive:
        return b"\0".join(archive.read(name) for name in archive.namelist())


def alive(pid: int) -> bool:
    """True where the process runs; one that is only waiting to be reaped does not."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return file.read().rpartition(b")")[2].split()[0] != b"Z"
    except OSError:
        return False


def is_root() -> bool:
    """True where the test may become somebody else."""
    return os.geteuid() == 0
