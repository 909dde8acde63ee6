"""The two sets of kernel modules: for real laptops, and for the laptops that QEMU plays.

Each is a list of patterns for `modules.ModuleTree.choose`. Left out on purpose: file systems of disks, RAID, LVM and
encryption (nothing of a laptop's disk is ever opened as a file system), watchdogs (a started one would reset the
laptop), and what would keep a crash in the firmware's variables (efi_pstore).
"""

from __future__ import annotations

from typing import Final, Literal

__all__ = ["MODULE_SETS", "PRELOADED", "ModuleSet"]

ModuleSet = Literal["laptop", "virtual"]

_ANY_MACHINE: Final = """
    efivarfs battery ac button video thermal fan evdev psmouse rtc_cmos
    sd_mod sr_mod sg ahci ata_piix ata_generic nvme sdhci sdhci_pci mmc_block usb_storage uas
    xhci_pci ehci_pci ohci_pci uhci_hcd usbhid hid hid_generic hid_multitouch i2c_hid_acpi
    ftdi_sio pl2303 ch341 cp210x cdc_acm
    e1000 e1000e virtio_net virtio_pci virtio_blk virtio_scsi virtio_console virtio_gpu virtio_input bochs
    snd_hda_intel snd_hda_codec_generic snd_hda_codec_hdmi snd_usb_audio uvcvideo
    tpm_crb tpm_tis af_packet unix
""".split()

_VIRTUAL: Final = [
    *_ANY_MACHINE,
    # Stand-ins for what QEMU has not: a camera, a Wi-Fi card, a Bluetooth adapter, a sound loop.
    *"vivid mac80211_hwsim hci_vhci snd_aloop btusb".split(),
]

_LAPTOP: Final = [
    *_ANY_MACHINE,
    # power, temperature, the maker's own keys and switches
    *("drivers/acpi/*", "drivers/platform/x86/*", "drivers/platform/chrome/*", "drivers/platform/surface/*"),
    *("drivers/thermal/*", "drivers/powercap/*", "drivers/power/*", "coretemp", "k10temp", "drivers/leds/*"),
    *("drivers/misc/mei/*", "drivers/misc/cardreader/*", "drivers/char/tpm/*"),
    # disks
    *("drivers/ata/*", "drivers/nvme/host/*", "drivers/mmc/*", "drivers/ufs/*"),
    # buses
    *(
        "drivers/usb/host/*",
        "drivers/usb/storage/*",
        "drivers/usb/serial/*",
        "drivers/usb/typec/*",
        "drivers/usb/roles/*",
    ),
    *("drivers/i2c/*", "drivers/mfd/*", "drivers/pinctrl/*", "drivers/gpio/*", "drivers/dma/*", "drivers/spi/*"),
    *("drivers/thunderbolt/*", "drivers/extcon/*", "drivers/bus/*", "drivers/hid/*", "drivers/input/*"),
    # the panel
    *("drivers/gpu/*", "drivers/video/backlight/*"),
    # the network
    *("drivers/net/ethernet/intel/*", "drivers/net/ethernet/realtek/*", "drivers/net/ethernet/atheros/*"),
    *("drivers/net/ethernet/broadcom/*", "drivers/net/ethernet/marvell/*", "drivers/net/ethernet/jme*"),
    *("drivers/net/phy/*", "drivers/net/mdio/*", "drivers/net/usb/*", "drivers/net/wireless/*", "net/wireless/*"),
    *("net/mac80211/*", "net/rfkill/*", "net/qrtr/*", "net/bluetooth/*", "drivers/bluetooth/*"),
    *("drivers/staging/rtl8723bs/*", "drivers/staging/r8188eu/*", "arch/x86/crypto/*", "crypto/*"),
    # sound and pictures
    *("sound/core/*", "sound/hda/*", "sound/pci/hda/*", "sound/soc/*", "sound/usb/*", "sound/soundwire/*"),
    *("drivers/soundwire/*", "drivers/media/usb/uvc/*", "drivers/media/v4l2-core/*"),
]

MODULE_SETS: Final[dict[ModuleSet, list[str]]] = {"laptop": _LAPTOP, "virtual": _VIRTUAL}

PRELOADED: Final = "usb_storage uas sd_mod usbhid hid_generic evdev battery ac button".split()
"""Loaded before anything is looked for: the devices that they are for appear late, and there is no udev to notice."""
