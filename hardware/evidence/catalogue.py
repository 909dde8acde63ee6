"""The evidence items that exist, and which facts each of them feeds. The list of design.md section 5.

An item's facts here are those that stay unknown, with the item's own reason, when it could not be read.
"""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

__all__ = ["EXACT", "FEEDS", "PREFIXES", "Source", "base_id", "known_item", "source_of"]

_COPY: Final = re.compile(r"\+[2-9][0-9]{0,2}\Z", re.ASCII)


class Source(Struct, frozen=True):
    """One kind of item: `id` is its name, or what its name begins with; `feeds` are paths of facts."""

    id: str
    title: str
    feeds: tuple[str, ...] = ()


_IDENTITY: Final = tuple(
    f"identity.{leaf}"
    for leaf in (
        "manufacturer product version sku serial uuid board_serial asset_tag chassis family board_manufacturer"
        " board_product"
    ).split()
)
_DMI_FIRMWARE: Final = ("firmware.vendor", "firmware.version", "firmware.date")
_TABLE: Final = (
    *_IDENTITY,
    *_DMI_FIRMWARE,
    "firmware.admin_password",
    "firmware.power_on_password",
    "memory.installed_bytes",
    "memory.modules",
    "memory.slots",
)
_PROCESSOR: Final = ("processor.vendor", "processor.model", "processor.cores", "processor.threads")

EXACT: Final = (
    Source("smbios", "the firmware's raw SMBIOS table", (*_TABLE, *_PROCESSOR)),
    Source("dmidecode", "the text that dmidecode prints", (*_TABLE, *_PROCESSOR)),
    Source("dmi", "what the kernel shows of SMBIOS in /sys/class/dmi/id", (*_IDENTITY, *_DMI_FIRMWARE)),
    Source("cpu", "/proc/cpuinfo", ("processor",)),
    Source("memory", "/proc/meminfo", ("memory.visible_bytes",)),
    Source("os", "os-release", ("system",)),
    Source("kernel", "the kernel's log lines that matter"),
    Source("block", "the disks in /sys/block", ("storage",)),
    Source("lsblk", "the disks as lsblk lists them; only -b gives their sizes", ("storage",)),
    Source("drm", "the graphics connectors and what is plugged in", ("display",)),
    Source("battery", "the power supplies in /sys/class/power_supply", ("battery",)),
    Source("pci", "the devices on PCI", ("graphics", "usb.controllers")),
    Source("usb", "the devices on USB", ("usb.ports",)),
    Source("net", "the network interfaces", ("network.wifi", "network.ethernet")),
    Source("wifi", "what each Wi-Fi radio can do, from iw phy"),
    Source("bluetooth", "the Bluetooth controllers", ("network.bluetooth",)),
    Source("rfkill", "the radio switches", ("network.bluetooth",)),
    Source("tpm", "the TPM that the kernel drives", ("tpm",)),
    Source("efi", "how the laptop started, and UEFI's Secure Boot variables",
           ("firmware.uefi", "firmware.secure_boot", "firmware.setup_mode")),
    Source("msdm", "the ACPI table of the OA3 product key, masked by the probe",
           ("firmware.oem_key_present", "firmware.oem_key_last5")),
    Source("firmware-attributes", "the state of the firmware's passwords",
           ("firmware.admin_password", "firmware.power_on_password")),
    Source("camera", "the cameras", ("camera",)),
    Source("sound", "the sound cards", ("audio",)),
    Source("input", "the input devices", ("input",)),
    Source("windows", "CIM classes, registry values and Get-Tpm from Windows",
           (*_IDENTITY, *_DMI_FIRMWARE, "firmware.uefi", "firmware.secure_boot", *_PROCESSOR, "memory", "storage",
            "display", "battery", "network", "camera", "audio", "input", "graphics", "usb", "tpm", "system")),
    Source("image", "the shipped disk as it lies"),
    Source("lscpu", "the text or JSON that lscpu prints", ("processor",)),
    Source("lspci", "the text that lspci prints", ("graphics", "usb.controllers")),
    Source("iw-dev", "the Wi-Fi interfaces, from iw dev"),
    Source("udevadm", "what udevadm info --export-db prints", ("camera", "input", "network")),
    Source("lshw", "the JSON or text that lshw prints", (*_IDENTITY, *_PROCESSOR, "memory.installed_bytes")),
    Source("hwinfo", "the text that hwinfo prints", (*_IDENTITY, "storage")),
    Source("upower", "the text that upower prints", ("battery",)),
    Source("acpi", "the text that acpi -V prints", ("battery",)),
    Source("powercfg", "Windows' battery report, powercfg /batteryreport /xml", ("battery",)),
    Source("chromeos", "what ChromeOS says of itself: crossystem, vpd, lsb-release, cros-health-tool",
           ("chromeos", "identity.serial", "identity.product", "system")),
    Source("operator",
           "the technician's answers to what the profile asks, with what was wrong and the numbers read off the laptop",
           ("operator.answers",)),
    Source("scans", "the codes that were scanned for this laptop", ("identity.label_serial",)),
    Source("exercise-memory", "patterns written to free memory and read back", ("exercises.memory",)),
    Source("exercise-storage", "the built-in disks read in places all over them", ("exercises.storage",)),
    Source("exercise-cpu", "the processor under load: wrong results, temperatures", ("exercises.cpu",)),
    Source("exercise-camera", "one picture of each camera", ("exercises.camera",)),
    Source("exercise-sound", "tones from the loudspeakers as the microphones hear them", ("exercises.sound",)),
    Source("exercise-wifi", "the networks that each Wi-Fi adapter sees", ("exercises.wifi",)),
    Source("exercise-battery", "what the batteries give without the charger", ("exercises.battery",)),
    Source("exercise-keyboard", "the keys that were pressed", ("exercises.keyboard",)),
    Source("exercise-touchpad", "where the touchpad felt a finger, and its clicks", ("exercises.touchpad",)),
    Source("exercise-display", "the colours that were shown on the screen", ("exercises.display",)),
    Source("exercise-lid", "the lid, closed and opened", ("exercises.lid",)),
    Source("exercise-usb", "the USB ports that took a device", ("exercises.usb",)),
)  # fmt: skip

PREFIXES: Final = (
    Source("smart-", "what smartctl says about one disk"),
    Source("emmc-", "what one eMMC says about its wear"),
    Source("edid-", "the EDID of the screen on one connector", ("display",)),
    Source("windows-", "one class, registry key or report of Windows as text", ()),
    Source("sealed-", "a secret of the laptop, encrypted when it was taken", ("identity.hardware_hash",)),
    Source("exercise-", "what another exercise measured; kept, and not read yet"),
)

FEEDS: Final = {source.id: source.feeds for source in (*EXACT, *PREFIXES)}
"""What each kind of item feeds, by its id or its prefix."""
_BY_ID: Final = {source.id: source for source in EXACT}


def base_id(item_id: str) -> str:
    """The id without the number that tells a second copy of an item from the first ("dmidecode+2" is a dmidecode)."""
    return _COPY.sub("", item_id) or item_id


def source_of(item_id: str) -> Source | None:
    """The kind of item that `item_id` is; None for an item that nobody here knows."""
    item_id = base_id(item_id)
    exact = _BY_ID.get(item_id)
    if exact is not None:
        return exact
    return next((kind for kind in PREFIXES if item_id.startswith(kind.id) and item_id != kind.id), None)


def known_item(item_id: str) -> bool:
    """True where some parser, now or later, can make sense of an item of that id."""
    return source_of(item_id) is not None
