"""Invented good inputs of every form of evidence, small: the hostile tests and the fuzzer mutate them.

A parser is given all of them, so that each sees its own form and every other: at a bench the wrong file is handed in.
"""

from __future__ import annotations

import base64
import json
import struct
from typing import Final

from tests.hardware.evidence.exercises.documents import GOOD, item_bytes
from tests.hardware.evidence.support import panel

__all__ = ["SEEDS", "TREE"]

TREE: Final[dict[str, str | dict[str, str | bool]]] = {
    "/sys/class/dmi/id/sys_vendor": "Example Ltd\n",
    "/sys/class/dmi/id/product_name": "Model 1\n",
    "/sys/class/dmi/id/product_serial": {"error": "EACCES"},
    "/sys/class/dmi/id/chassis_type": "10\n",
    "/sys/class/dmi/id/bios_date": "02/24/2020\n",
    "/sys/class/drm/card0-eDP-1/status": "connected\n",
    "/sys/class/drm/card0-eDP-1/modes": "1920x1080\n",
    "/sys/class/drm/card0-HDMI-A-1/status": "disconnected\n",
    "/sys/block/sda": {"link": "../devices/pci0000:00/0000:00:17.0/ata1/host0/block/sda"},
    "/sys/block/sda/size": "500118192\n",
    "/sys/block/sda/queue/rotational": "0\n",
    "/sys/block/sda/device/model": "EXAMPLE SSD\n",
    "/sys/block/mmcblk0/size": "122142720\n",
    "/sys/block/mmcblk0/device/type": "MMC\n",
    "/sys/block/mmcblk0/device/life_time": "0x01 0x02\n",
    "/sys/block/mmcblk0/device/pre_eol_info": "0x01\n",
    "/sys/class/power_supply/BAT0/type": "Battery\n",
    "/sys/class/power_supply/BAT0/uevent": "POWER_SUPPLY_NAME=BAT0\nPOWER_SUPPLY_ENERGY_FULL_DESIGN=41000000\n",
    "/sys/class/power_supply/BAT0/energy_full": "39000000\n",
    "/sys/class/net/wlp2s0/address": "02:11:22:33:44:55\n",
    "/sys/class/net/wlp2s0/type": "1\n",
    "/sys/class/net/wlp2s0/uevent": "DEVTYPE=wlan\nINTERFACE=wlp2s0\n",
    "/sys/class/net/wlp2s0/phy80211/name": "phy0\n",
    "/sys/class/net/wlp2s0/device/uevent": "DRIVER=iwlwifi\nPCI_ID=8086:2723\n",
    "/sys/class/bluetooth/hci0/address": "02:11:22:33:44:56\n",
    "/sys/class/rfkill/rfkill0/type": "bluetooth\n",
    "/sys/class/rfkill/rfkill0/name": "hci0\n",
    "/sys/class/tpm/tpm0/tpm_version_major": "2\n",
    "/sys/firmware/efi/fw_platform_size": "64\n",
    "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c": {"hex": "0600000001"},
    "/sys/class/firmware-attributes/thinklmi/authentication/Admin/is_enabled": "0\n",
    "/sys/class/video4linux/video0/name": "Example Camera: Example\n",
    "/sys/class/sound/card0/id": "PCH\n",
    "/sys/class/sound/pcmC0D0p/uevent": "MAJOR=116\n",
    "/proc/asound/cards": " 0 [PCH            ]: HDA-Intel - HDA Intel PCH\n",
    "/sys/bus/pci/devices/0000:00:02.0/class": "0x030000\n",
    "/sys/bus/pci/devices/0000:00:02.0/vendor": "0x8086\n",
    "/sys/bus/pci/devices/0000:00:02.0/uevent": "DRIVER=i915\nPCI_CLASS=30000\nPCI_ID=8086:9A49\n",
    "/sys/bus/usb/devices/usb1/maxchild": "12\n",
    "/sys/bus/usb/devices/1-1/product": "Example Camera\n",
}


def _structure(kind: int, body: bytes, *strings: bytes) -> bytes:
    text = b"".join(string + b"\0" for string in strings) or b"\0"
    return struct.pack("<BBH", kind, len(body) + 4, kind) + body + text + b"\0"


def _table() -> bytes:
    memory = bytes(8) + struct.pack("<H", 4096) + bytes((0, 0, 1, 0, 26)) + bytes(2) + struct.pack("<H", 2667)
    memory += bytes((2, 3, 0, 4, 0)) + bytes(6)
    return b"".join(
        (
            _structure(0, bytes((1, 2, 0, 0xE8, 3, 9)) + bytes(14), b"Example", b"1.2", b"02/24/2020"),
            _structure(1, bytes((1, 2, 3, 4)) + bytes(range(16)) + bytes((6, 5, 6)), b"Example", b"M", b"v", b"S1234"),
            _structure(3, bytes((1, 10, 0, 2, 3)) + bytes(8), b"Example", b"CH12345", b"TAG"),
            _structure(
                4, bytes((1, 3, 0, 2)) + bytes(8) + bytes((3, 0)) + bytes(8) + b"\x41", b"CPU", b"Maker", b"CPU 1"
            ),
            _structure(16, bytes((3, 3, 3)) + bytes(6) + bytes((2, 0))),
            _structure(17, memory, b"Slot A", b"Example", b"M1234567", b"PART-1"),
            _structure(22, bytes((1, 2, 0, 0, 3, 2)) + struct.pack("<H", 4400) + bytes(10) + b"\x0a", b"L", b"M"),
            _structure(43, b"INTC" + bytes((2, 0)) + bytes(17)),
            _structure(127, b""),
        )
    )


_SMBIOS: Final = b"_SM3_\0" + bytes((24, 3, 2, 0, 1, 0)) + struct.pack("<IQ", len(_table()), 0x7F000000) + _table()

_DMIDECODE: Final = b"""# dmidecode 3.4
Getting SMBIOS data from sysfs.
SMBIOS 3.2.0 present.

Handle 0x0001, DMI type 1, 27 bytes
System Information
\tManufacturer: Example Ltd
\tProduct Name: Model 1
\tSerial Number: EX12345678
\tUUID: 00112233-4455-6677-8899-aabbccddeeff

Handle 0x0005, DMI type 17, 84 bytes
Memory Device
\tSize: 4 GB
\tType: LPDDR4
\tSpeed: 2667 MT/s

Handle 0x0006, DMI type 22, 26 bytes
Portable Battery
\tDesign Capacity: 44000 mWh
"""

_SMARTCTL: Final = {
    "json_format_version": [1, 0],
    "smartctl": {"exit_status": 0},
    "device": {"name": "/dev/nvme0", "protocol": "NVMe"},
    "model_name": "EXAMPLE SSD 256GB",
    "serial_number": "S512345678",
    "user_capacity": {"bytes": 256060514304},
    "smart_status": {"passed": True},
    "power_on_time": {"hours": 120},
    "nvme_smart_health_information_log": {"percentage_used": 3, "media_errors": 0, "available_spare": 100},
    "ata_smart_attributes": {"table": [{"id": 5, "raw": {"value": 0, "string": "0"}}]},
}

_WINDOWS: Final = {
    "Win32_ComputerSystem": {"Manufacturer": "Example Ltd", "Model": "Model 1", "TotalPhysicalMemory": 4294967296},
    "Win32_BIOS": [{"SerialNumber": "EX12345678", "ReleaseDate": "20200224000000.000000+000"}],
    "Win32_PhysicalMemory": [{"Capacity": "4294967296", "Speed": 2667}],
    "MSFT_PhysicalDisk": [{"DeviceId": "0", "Model": "Example", "BusType": 17, "Size": 256060514304}],
    "Win32_OperatingSystem": {"OperatingSystemSKU": 164, "BuildNumber": "22631"},
    "BatteryStaticData": [{"InstanceName": "ACPI\\PNP0C0A\\1_0", "DesignedCapacity": 41000}],
}

_LSHW: Final = {
    "id": "laptop",
    "class": "system",
    "vendor": "Example Ltd",
    "product": "Model 1",
    "children": [
        {"id": "memory", "class": "memory", "size": 4294967296, "children": [{"id": "bank:0", "size": 4294967296}]},
        {"id": "disk", "class": "disk", "logicalname": "/dev/sda", "product": "EXAMPLE SSD", "size": 256060514304},
    ],
}

_TEXTS: Final = (
    "processor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: Example CPU @ 2.40GHz\ncpu cores\t: 2\nsiblings\t: 4\n\n",
    "MemTotal:        3908712 kB\nMemFree:          100000 kB\n",
    'ID=debian\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\n',
    "Wiphy phy0\n\tBand 1:\n\t\t\tHT20/HT40\n\tBand 2:\n\t\tVHT Capabilities (0x0):\n\t\tBitrates (non-HT):\n",
    'I: Bus=0011 Vendor=0001 Product=0001 Version=ab41\nN: Name="Keyboard"\nP: Phys=isa0060/serio0/input0\n'
    "H: Handlers=sysrq kbd event0\nB: EV=120013\nB: KEY=402000000 3803078f800d001 feffffdfffefffff fffffffffffffffe\n",
    "POWER_SUPPLY_NAME=BAT0\nPOWER_SUPPLY_TYPE=Battery\nPOWER_SUPPLY_STATUS=Full\nPOWER_SUPPLY_CHARGE_FULL=3500000\n"
    "POWER_SUPPLY_CHARGE_FULL_DESIGN=3684000\nPOWER_SUPPLY_VOLTAGE_MIN_DESIGN=11400000\nPOWER_SUPPLY_CYCLE_COUNT=12\n",
    "Device: /org/freedesktop/UPower/devices/battery_BAT0\n  native-path:          BAT0\n  power supply:         yes\n"
    "  battery\n    present:             yes\n    state:               fully-charged\n"
    "    energy-full:         39,5 Wh\n    energy-full-design:  41 Wh\n    percentage:          100%\n",
    "Battery 0: Discharging, 75%, 01:51:25 remaining\n"
    "Battery 0: design capacity 4400 mAh, last full capacity 4000 mAh = 90%\n",
    '<?xml version="1.0" encoding="utf-8"?>\n<BatteryReport xmlns="http://schemas.microsoft.com/battery/2012">\n'
    "<SystemInformation><ComputerName>L</ComputerName></SystemInformation><Batteries><Battery><Id>EX-BAT</Id>"
    "<DesignCapacity>41000</DesignCapacity><FullChargeCapacity>39000</FullChargeCapacity><CycleCount>12</CycleCount>"
    "</Battery></Batteries></BatteryReport>\n",
    "smartctl 7.3 2022-02-28 r5338 [x86_64-linux-6.1.0] (local build)\n\n=== START OF INFORMATION SECTION ===\n"
    "Device Model:     EXAMPLE SSD 256GB\nSerial Number:    S512345678\nFirmware Version: 1.0\n"
    "User Capacity:    256,060,514,304 bytes [256 GB]\nRotation Rate:    Solid State Device\n\n"
    "SMART overall-health self-assessment test result: PASSED\n\n"
    "ID# ATTRIBUTE_NAME          FLAG     VALUE WORST THRESH TYPE      UPDATED  WHEN_FAILED RAW_VALUE\n"
    "  5 Reallocated_Sector_Ct   0x0033   100   100   010    Pre-fail  Always       -       0\n"
    "  9 Power_On_Hours          0x0032   099   099   000    Old_age   Always       -       42565h+42m+49.015s\n",
    "00:02.0 VGA compatible controller [0300]: Example Graphics [8086:9a49] (rev 01)\n\tKernel driver in use: i915\n\n"
    "02:00.0 Network controller [0280]: Example Wi-Fi [8086:2723] (rev 1a)\n",
    "Slot:\t02:00.0\nClass:\tNetwork controller [0280]\nVendor:\tIntel [8086]\nDevice:\tWi-Fi [2723]\n\n"
    '00:02.0 "VGA compatible controller [0300]" "Intel [8086]" "Graphics [9a49]" -r01 "" ""\n',
    "Architecture:        x86_64\nCPU(s):              4\nThread(s) per core:  2\nCore(s) per socket:  2\n"
    "Socket(s):           1\nVendor ID:           GenuineIntel\nModel name:          Example CPU\n",
    "P: /devices/virtual/mem/null\nN: null\nE: DEVNAME=/dev/null\nE: SUBSYSTEM=mem\n\n"
    "P: /devices/pci0000:00/0000:00:17.0/ata1/host0/target0:0:0/0:0:0:0/block/sda\nN: sda\nE: DEVTYPE=disk\n"
    "E: ID_MODEL=EXAMPLE_SSD\nE: ID_SERIAL_SHORT=S512345678\nE: SUBSYSTEM=block\n\n",
    "NAME   SIZE TYPE ROTA TRAN MODEL\nsda  238.5G disk    0 sata EXAMPLE SSD\n`-sda1 238G part    0\n",
    "24: IDE 00.0: 10600 Disk\n  [Created at block.245]\n  Unique ID: 3OOL.abc\n  Hardware Class: disk\n"
    '  Model: "EXAMPLE SSD"\n  Device File: /dev/sda\n  Serial ID: "S512345678"\n'
    "  Capacity: 238 GB (256060514304 bytes)\n",
    "\r\n\r\nManufacturer=Example Ltd\r\nModel=Model 1\r\nTotalPhysicalMemory=4294967296\r\n\r\n\r\n"
    "Model=B &amp; C\r\n",
    "\nManufacturer : Example Ltd\nModel        : Model 1\nChassisTypes : {10, 8, 0...}\n\n",
    "EXT_CSD_DEVICE_LIFE_TIME_EST_TYP_A: 0x01\nEXT_CSD_DEVICE_LIFE_TIME_EST_TYP_B: 0x02\nEXT_CSD_PRE_EOL_INFO: 0x01\n",
    "0x01 0x02\n",
    "phy#0\n\tInterface wlan0\n\t\tifindex 3\n\t\taddr 02:11:22:33:44:55\n\t\ttype managed\n",
)

_SCANS: Final = [
    {
        "text": "SEX12345678",
        "symbology": "]C0",
        "scanner": "camera 1",
        "scanned_at": "2026-11-24T10:40:00.000Z",
        "taken_for": kind,
        "value": "EX12345678",
        "rule": "general",
        "serial": serial,
    }
    for kind, serial in (("serial", ""), ("our own label", "EX12345678"), ("part number", ""))
]

_ANSWERS: Final = [
    {
        "row": row,
        "asked": "On the keys: £ above 3.",
        "answer": answer,
        "by": "Anna",
        "how": "barcode",
        "shown_at": "2026-11-24T10:40:00.000Z",
        "ms": 4200,
    }
    for row, answer in (("keyboard.layout", "pass"), ("firmware.password", "skipped"), ("keyboard.layout", "fail"))
]

_SEALED: Final = {
    "format": "intake-seal/1",
    "item": "sealed-autopilot",
    "key_id": "0123456789abcdef",
    "wrapped_key": base64.b64encode(bytes(384)).decode(),
    "iv": base64.b64encode(bytes(16)).decode(),
    "ciphertext": base64.b64encode(bytes(32)).decode(),
    "mac": base64.b64encode(bytes(32)).decode(),
}

_MSDM: Final = b"MSDM" + struct.pack("<I", 85) + bytes(28) + struct.pack("<5I", 1, 0, 1, 0, 29) + b"X" * 24 + b"AB3DE"

SEEDS: Final[tuple[bytes, ...]] = (
    json.dumps(TREE).encode(),
    json.dumps({path: value for path, value in TREE.items() if "/dmi/" in path or "/drm/" in path}).encode(),
    _SMBIOS,
    _table(),
    _DMIDECODE,
    panel(),
    panel(mm=(0, 0), texts=(b"AUO", b"B140XTN07.2")) + bytes(128),
    panel().hex().encode(),
    json.dumps(_SMARTCTL).encode(),
    json.dumps(_WINDOWS).encode(),
    json.dumps(_LSHW).encode(),
    json.dumps([_LSHW]).encode(),
    json.dumps({"blockdevices": [{"name": "sda", "size": 256060514304, "type": "disk", "rota": False}]}).encode(),
    json.dumps({"lscpu": [{"field": "CPU(s):", "data": "4"}, {"field": "Model name:", "data": "Example"}]}).encode(),
    json.dumps({"scans": [{"text": "EX12345678\r", "serial": "EX12345678", "taken_for": "serial"}]}).encode(),
    json.dumps({"scans": _SCANS}).encode(),
    json.dumps({"answers": _ANSWERS}).encode(),
    json.dumps({"life_time": "0x01 0x02", "pre_eol_info": "0x01", "cid": "15010042"}).encode(),
    *(text.encode() for text in _TEXTS),
    _TEXTS[16].encode("utf-16"),
    json.dumps(_WINDOWS).encode("utf-16"),
    json.dumps(_SEALED, separators=(",", ":")).encode(),
    _MSDM,
    *(item_bytes(name) for name in GOOD),
    b"",
)
