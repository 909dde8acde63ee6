"""What each sysfs item holds: functions that fill a tree with the files of one kind of part."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .trees import Tree

_IGNORED_DISKS = ("loop", "ram", "zram")
_DISK_FILES = (
    *("size", "removable", "ro", "wwid", "queue/rotational", "queue/logical_block_size"),
    *("device/model", "device/vendor", "device/serial", "device/rev", "device/type", "device/wwid"),
)
_NVME_FILES = ("model", "serial", "firmware_rev", "transport", "cntlid")
_PCI_FILES = ("class", "vendor", "device", "subsystem_vendor", "subsystem_device", "uevent", "modalias")
_USB_FILES = (
    *("idVendor", "idProduct", "product", "manufacturer", "serial", "bDeviceClass", "bInterfaceClass"),
    *("bInterfaceSubClass", "speed", "maxchild", "removable", "uevent"),
)
_NET_FILES = (
    *("address", "type", "operstate", "carrier", "speed", "uevent", "phy80211/name"),
    *("device/uevent", "device/vendor", "device/device"),
)
# tpm_version_major came with Linux 5.6; before, caps or the description tell a 1.2 from a 2.0.
_TPM_FILES = (
    *("tpm_version_major", "caps", "device/caps", "device/description", "device/uevent"),
    "device/firmware_node/path",
)
# Never the rest: gbind_attribute, ubind_attribute, stable_device_secret and attested ids are the owner's secrets.
_VPD = "/sys/firmware/vpd"
_VPD_FILES = frozenset(
    (
        *("serial_number", "mlb_serial_number", "model_name", "sku_number", "region", "keyboard_layout", "asset_tag"),
        *("ActivateDate", "check_enrollment", "block_devmode"),
    )
)
# ChromeOS's own older kernels have the folder, Linux since 5.19 the devices; one firmware has one or the other id.
_CHROMEOS_ACPI = "/sys/devices/platform/chromeos_acpi"
_PLATFORM = "/sys/bus/platform/devices"
_CHROMEOS_DEVICES = ("GGL0001:", "GOOG0016:")
_CHROMEOS_FILES = ("HWID", "FWID", "FRID", "CHSW", "BINF.3")


def block(tree: Tree) -> None:
    """The disks: size, kind, names."""
    for name in tree.folder("/sys/block"):
        if not name.startswith(_IGNORED_DISKS):
            tree.link(f"/sys/block/{name}")
            tree.files(f"/sys/block/{name}", _DISK_FILES)
    for name in tree.folder("/sys/class/nvme", needed=False):
        tree.files(f"/sys/class/nvme/{name}", _NVME_FILES)


def drm(tree: Tree) -> None:
    """The display connectors."""
    for name in tree.folder("/sys/class/drm"):
        if name.startswith("card") and "-" in name:
            tree.files(f"/sys/class/drm/{name}", ("status", "enabled", "modes", "dpms"))


def battery(tree: Tree) -> None:
    """Every attribute of batteries and chargers."""
    for name in tree.folder("/sys/class/power_supply"):
        tree.attributes(f"/sys/class/power_supply/{name}")


def pci(tree: Tree) -> None:
    """The PCI devices and their drivers."""
    for name in tree.folder("/sys/bus/pci/devices"):
        tree.files(f"/sys/bus/pci/devices/{name}", _PCI_FILES)
        tree.link(f"/sys/bus/pci/devices/{name}/driver")


def usb(tree: Tree) -> None:
    """The USB devices and interfaces, and their drivers."""
    for name in tree.folder("/sys/bus/usb/devices"):
        tree.files(f"/sys/bus/usb/devices/{name}", _USB_FILES)
        tree.link(f"/sys/bus/usb/devices/{name}/driver")


def net(tree: Tree) -> None:
    """The network interfaces and the devices behind them."""
    for name in tree.folder("/sys/class/net"):
        tree.files(f"/sys/class/net/{name}", _NET_FILES)
        tree.links(f"/sys/class/net/{name}", ("device", "device/driver", "device/subsystem", "phy80211"))


def bluetooth(tree: Tree) -> None:
    """The Bluetooth controllers."""
    for name in tree.folder("/sys/class/bluetooth"):
        tree.link(f"/sys/class/bluetooth/{name}")
        tree.files(f"/sys/class/bluetooth/{name}", ("address", "type", "uevent"))


def rfkill(tree: Tree) -> None:
    """The radio switches."""
    for name in tree.folder("/sys/class/rfkill"):
        tree.files(f"/sys/class/rfkill/{name}", ("name", "type", "soft", "hard", "state"))


def tpm(tree: Tree) -> None:
    """The TPM's version."""
    # A kernel without TPM support has no folder, one that found no TPM an empty one: {} is an answer.
    for name in tree.folder("/sys/class/tpm"):
        tree.files(f"/sys/class/tpm/{name}", _TPM_FILES)


def efi(tree: Tree) -> None:
    """How the laptop was started, and the Secure Boot variables."""
    names = tree.folder("/sys/firmware/efi")
    tree.put("/sys/firmware/efi", {"dir": True})  # where the folder is missing, the tree has already said so
    if not names:
        return
    tree.file("/sys/firmware/efi/fw_platform_size")
    for name in tree.folder("/sys/firmware/efi/efivars", needed=False):
        if name.startswith(("SecureBoot-", "SetupMode-")):
            tree.file(f"/sys/firmware/efi/efivars/{name}")


def passwords(tree: Tree) -> None:
    """Whether firmware passwords are set; never a password."""
    base = "/sys/class/firmware-attributes"
    for maker in tree.folder(base):
        for kind in tree.folder(f"{base}/{maker}/authentication", needed=False):
            tree.file(f"{base}/{maker}/authentication/{kind}/is_enabled")


def chromeos(tree: Tree) -> None:
    """A Chromebook's product data and the switches of its firmware; of the product data only what is on the list."""
    devices = [name for name in tree.folder(_PLATFORM, needed=False) if name.startswith(_CHROMEOS_DEVICES)]
    folders = [f"{_PLATFORM}/{name}" for name in devices]
    if tree.folder(_CHROMEOS_ACPI, needed=False):
        folders.append(_CHROMEOS_ACPI)
    for folder in folders:
        tree.files(folder, _CHROMEOS_FILES)
    # Another maker's laptop has none of them, and then the item is absent.
    for half in tree.folder(_VPD, needed=not folders):
        if half in ("ro", "rw"):
            names = tree.folder(f"{_VPD}/{half}", needed=False)
            tree.put(f"{_VPD}/{half}", {"dir": True})  # where it cannot be listed, the tree has already said so
            tree.files(f"{_VPD}/{half}", [name for name in names if name in _VPD_FILES])


def camera(tree: Tree) -> None:
    """The video devices."""
    for name in tree.folder("/sys/class/video4linux"):
        tree.files(f"/sys/class/video4linux/{name}", ("name", "index", "dev"))
        tree.link(f"/sys/class/video4linux/{name}/device")


def sound(tree: Tree) -> None:
    """The sound cards and what they offer."""
    for name in tree.folder("/sys/class/sound"):
        tree.link(f"/sys/class/sound/{name}")
        if name.startswith("card"):
            tree.files(f"/sys/class/sound/{name}", ("id", "number"))
    tree.file("/proc/asound/cards")
