"""The files of real laptops for the probe to read, made of the captures that lie beside the project.

A udev database names every device of a laptop with what the kernel says of it; the rest (SMBIOS table, processor,
panel, battery, SMART report, radio) is another machine's, as large as one laptop's is, and the use of memory is this
machine's.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

UDEV = "udevadm"
"""The folder of captures whose files are udev databases: one laptop each."""
SMBIOS = "smbios-bin/uroot__Lenovo-ThinkPad-W510.bin"
CPU = "cpuinfo/glpi__toshiba-r630-2-core.txt"
PANEL = "edid/AU_Optronics__AUO723C__CF33E72541E7.bin"
BATTERY = "battery/tr__lenovo-l14m4p23-uevent.txt"
RADIO = "wifi/checkbox__RTL8821CE_AC.log"
SMART = "smart/smartctl_exporter__KXG60ZNV512G_TOSHIBA_2.json"

_OF_THE_KERNEL = re.compile(
    r"(MAJOR|MINOR|DEVNAME|DEVTYPE|DRIVER|PCI_\w+|MODALIAS|PRODUCT|TYPE|INTERFACE|IFINDEX|BUSNUM|DEVNUM|POWER_SUPPLY_\w+)="
)
_BUSES = ("pci", "usb")
_USB = {"idVendor": "ID_VENDOR_ID", "idProduct": "ID_MODEL_ID", "product": "ID_MODEL", "manufacturer": "ID_VENDOR"}
_CLASSES = ("block", "drm", "net", "bluetooth", "rfkill", "video4linux", "sound", "power_supply", "tpm")
_DMI = {
    "bios_date": "09/24/2014",
    "bios_release": "1.48",
    "bios_vendor": "LENOVO",
    "bios_version": "83ET78WW (1.48 )",
    "board_asset_tag": "Not Available",
    "board_name": "4236WQX",
    "board_serial": "1ZK0123456Z",
    "board_vendor": "LENOVO",
    "board_version": "Not Available",
    "chassis_asset_tag": "No Asset Information",
    "chassis_serial": "R8ABCDE",
    "chassis_type": "10",
    "chassis_vendor": "LENOVO",
    "chassis_version": "Not Available",
    "product_family": "ThinkPad T420",
    "product_name": "4236WQX",
    "product_serial": "R8ABCDE",
    "product_sku": "LENOVO_MT_4236",
    "product_uuid": "5a1c0c81-523b-11cb-9e6b-d7e1b4a9c3f2",
    "product_version": "ThinkPad T420",
    "sys_vendor": "LENOVO",
}
_WARNINGS = """
0.118437|ACPI BIOS Error (bug): Could not resolve symbol [\\_SB.PCI0.XHC.HS09], AE_NOT_FOUND (20200925/dswload2-162)
0.118449|ACPI Error: AE_NOT_FOUND, During name lookup/catalog (20200925/psobject-220)
0.214011|MDS CPU bug present and SMT on, data leak possible. See https://www.kernel.org/doc/html/latest/admin-guide/hw-vuln/mds.html
1.022345|pci 0000:00:1f.2: [Firmware Bug]: reg 0x10: invalid BAR (can't size)
1.402187|i8042: Warning: Keylock active
2.113900|ata1.00: supports DRM functions and may not be fully accessible
2.771102|usb: port power management may be unreliable
3.091551|nvme nvme0: missing or invalid SUBNQN field.
5.402876|iwlwifi 0000:03:00.0: Direct firmware load for iwlwifi-7265D-29.ucode failed with error -2
6.017733|thermal thermal_zone5: failed to read out thermal zone (-61)
"""


def captured(captures: Path) -> list[Path]:
    """The udev databases: a laptop each."""
    return sorted((captures / UDEV).glob("*.txt"))


def write_laptop(root: Path, captures: Path, database: Path) -> None:
    """Writes the laptop's files under `root`."""
    inputs: list[str] = []
    for path, subsystem, lines in _devices(database):
        _write_device(root, path, subsystem, lines)
        known = _known(lines)
        if subsystem == "input" and "NAME" in known:
            inputs.append(_input(path, known, len(inputs)))
    if not (root / "sys/class/power_supply/BAT0").exists():
        uevent = (captures / BATTERY).read_text().splitlines()
        _write_device(root, "/devices/platform/battery/power_supply/BAT0", "power_supply", uevent)
    for panel in (root / "sys/class/drm").glob("card*-[eL]*"):
        (panel / "edid").write_bytes((captures / PANEL).read_bytes())
        (panel / "modes").write_text("1366x768\n")
    smbios = (captures / SMBIOS).read_bytes()
    kernel = (line.partition("|") for line in _WARNINGS.strip().splitlines())
    files = {
        "sys/firmware/dmi/tables/smbios_entry_point": smbios[:32],
        "sys/firmware/dmi/tables/DMI": smbios[32:],
        "sys/firmware/efi/fw_platform_size": b"64\n",
        "sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c": b"\6\0\0\0\1",
        "sys/firmware/efi/efivars/SetupMode-8be4df61-93ca-11d2-aa0d-00e098032b8c": b"\6\0\0\0\0",
        "etc/os-release": b'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"\n',
        "proc/version": b"Linux version 6.1.0-18-amd64 (debian-kernel@lists.debian.org) #1 SMP PREEMPT_DYNAMIC\n",
        "proc/cpuinfo": (captures / CPU).read_bytes() * 2,
        "proc/meminfo": Path("/proc/meminfo").read_bytes(),
        "proc/bus/input/devices": "".join(inputs).encode(),
        **{f"sys/class/dmi/id/{name}": f"{value}\n".encode() for name, value in _DMI.items()},
        "dev/kmsg": "".join(f"4,7,{float(at) * 1e6:.0f},-;{text}\n" for at, _, text in kernel).encode(),
    }
    for name, content in files.items():
        place = root / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)


def write_tools(folder: Path, captures: Path) -> None:
    """Commands `smartctl` and `iw` that say what they said on a real laptop."""
    folder.mkdir()
    for name, file in (("smartctl", SMART), ("iw", RADIO)):
        shutil.copy(captures / file, folder / f"{name}.txt")
        (folder / name).write_text(f'#!/bin/sh\nexec cat "{folder}/{name}.txt"\n')
        (folder / name).chmod(0o755)


def _devices(database: Path) -> Iterator[tuple[str, str, list[str]]]:
    for block in database.read_text(errors="replace").split("\n\n"):
        path = re.search(r"^P: (.+)$", block, re.M)
        subsystem = re.search(r"^E: SUBSYSTEM=(.+)$", block, re.M)
        if path and subsystem:
            yield path[1], subsystem[1], re.findall(r"^E: (.+)$", block, re.M)


def _write_device(root: Path, path: str, subsystem: str, lines: list[str]) -> None:
    if subsystem not in (*_BUSES, *_CLASSES) or "/virtual/" in path:
        return
    device = root / "sys" / path.lstrip("/")
    device.mkdir(parents=True, exist_ok=True)
    known = _known(lines)
    uevent = [line for line in lines if _OF_THE_KERNEL.match(line)]
    files = {"uevent": "\n".join(uevent)}
    if subsystem == "pci":
        files |= _pci_files(known)
    elif subsystem == "usb" and known.get("DEVTYPE") == "usb_device":
        files |= {name: known[key] for name, key in _USB.items() if key in known}
        files |= {"speed": "480", "maxchild": "0", "bDeviceClass": "00", "removable": "fixed"}
    elif subsystem == "power_supply":
        names = (line.removeprefix("POWER_SUPPLY_").split("=", 1) for line in uevent)
        files |= {name.lower(): value for name, value in names if name != "NAME"}
    elif subsystem == "drm":
        files |= {"status": "disconnected", "enabled": "disabled", "dpms": "Off", "modes": ""}
    elif subsystem == "net":
        files |= {"address": "8c:16:45:00:00:01", "type": "1", "operstate": "down", "carrier": "0"}
    for name, content in files.items():
        (device / name).write_text(f"{content}\n")
    if "MODALIAS" in known:
        (device / "modalias").write_text(f"{known['MODALIAS']}\n")
    if "DRIVER" in known and not (device / "driver").is_symlink():
        (device / "driver").symlink_to(f"../../../bus/{subsystem}/drivers/{known['DRIVER']}")
    if subsystem == "block":
        place = root / "sys/block" / device.name
    else:
        place = (
            root / (f"sys/bus/{subsystem}/devices" if subsystem in _BUSES else f"sys/class/{subsystem}") / device.name
        )
    disk_part = known.get("DEVTYPE") == "partition"
    if not disk_part and not place.is_symlink():
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(Path(*[".."] * len(place.parent.relative_to(root / "sys").parts)) / path.lstrip("/"))


def _known(lines: list[str]) -> dict[str, str]:
    return dict(line.split("=", 1) for line in lines if "=" in line)


def _input(path: str, known: dict[str, str], number: int) -> str:
    bus, vendor, product, version = (f"{int(part, 16):04x}" for part in known["PRODUCT"].split("/"))
    bits = (
        f"B: {name}={known[name]}\n"
        for name in ("PROP", "EV", "KEY", "REL", "ABS", "MSC", "LED", "SW")
        if name in known
    )
    return (
        f"I: Bus={bus} Vendor={vendor} Product={product} Version={version}\nN: Name={known['NAME']}\n"
        f"P: Phys={known.get('PHYS', '').strip(chr(34))}\nS: Sysfs={path}\nU: Uniq=\n"
        f"H: Handlers=event{number} \n{''.join(bits)}\n"
    )


def _pci_files(known: dict[str, str]) -> dict[str, str]:
    vendor, device = known.get("PCI_ID", "0:0").lower().split(":")
    of_vendor, of_device = known.get("PCI_SUBSYS_ID", "0:0").lower().split(":")
    return {
        "class": f"0x{known.get('PCI_CLASS', '0').lower():0>6}",
        "vendor": f"0x{vendor}",
        "device": f"0x{device}",
        "subsystem_vendor": f"0x{of_vendor}",
        "subsystem_device": f"0x{of_device}",
    }
