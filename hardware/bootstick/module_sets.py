"""The two sets of kernel modules: for real laptops, and for the laptops that QEMU plays.

Each is a list of patterns for `modules.ModuleTree.choose`. Left out on purpose: file systems of disks, RAID, LVM and
encryption (nothing of a laptop's disk is ever opened as a file system), watchdogs (a started one would reset the
laptop), what would keep a crash in the firmware's variables (efi_pstore), and the drivers of modems: the agent must
not talk to one as to a serial line, nor may the laptop go out by a mobile network. What modems share with adapters
(cdc_acm, cdc_ether) is there.
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
    tpm_crb tpm_tis af_packet unix vpd_sysfs
""".split()

_VIRTUAL: Final = [
    *_ANY_MACHINE,
    # Stand-ins for what QEMU has not: a camera, a Wi-Fi card, a Bluetooth adapter, a sound loop.
    *"vivid mac80211_hwsim hci_vhci snd_aloop btusb".split(),
]

_SERIAL_ADAPTERS: Final = """
    ark3116 belkin_sa ch341 cp210x cypress_m8 digi_acceleport f81232 f81534 ftdi_sio io_edgeport io_ti keyspan
    keyspan_pda kl5kusb105 mct_u232 mos7720 mos7840 mxuport oti6858 pl2303 quatech2 spcp8x5 ssu100 ti_usb_3410_5052
    upd78f0730 whiteheat xr_serial
""".split()
"""Of drivers/usb/serial, without modems (option, qcserial, sierra, ipw ...), telephones, scanners and card readers."""

_NETWORK_ADAPTERS: Final = """
    aqc111 asix ax88179_178a catc cdc_eem cdc_ether cdc_ncm cdc_subset ch9200 cx82310_eth dm9601 kaweth lan78xx mcs7830
    pegasus r8152 r8153_ecm rndis_host rtl8150 smsc75xx smsc95xx sr9700 sr9800
""".split()
"""Of drivers/net/usb, without modems (qmi_wwan, cdc_mbim, hso ...) and telephones."""

_LAPTOP: Final = [
    *_ANY_MACHINE,
    # power, temperature, the maker's own keys and switches
    *("drivers/acpi/*", "drivers/platform/x86/*", "drivers/platform/chrome/*", "drivers/platform/surface/*"),
    *("drivers/thermal/*", "drivers/powercap/*", "drivers/power/*", "coretemp", "k10temp", "drivers/leds/*"),
    # the processor's speed; what the batteries of small Atom laptops are measured by, and what dims their panels
    *("acpi_cpufreq", "axp288_adc", "drivers/pwm/pwm-lpss*"),
    *("drivers/misc/mei/*", "drivers/misc/cardreader/*", "drivers/char/tpm/*"),
    # disks; vmd is Intel's "RST" or "VMD" mode, in which firmware hides the NVMe disks behind it
    *("drivers/pci/controller/vmd*", "drivers/ata/*", "drivers/nvme/host/*", "drivers/mmc/*", "drivers/ufs/*"),
    # buses
    *(
        "drivers/usb/host/*",
        "drivers/usb/storage/*",
        "drivers/usb/typec/*",
        "drivers/usb/roles/*",
        "drivers/tty/serial/8250/8250_*",
    ),
    *_SERIAL_ADAPTERS,
    *("drivers/i2c/*", "drivers/mfd/*", "drivers/pinctrl/*", "drivers/gpio/*", "drivers/dma/*", "drivers/spi/*"),
    *("drivers/thunderbolt/*", "drivers/extcon/*", "drivers/hid/*", "drivers/input/*"),
    # the panel
    *("drivers/gpu/*", "drivers/video/backlight/*"),
    # the network
    *("drivers/net/ethernet/intel/*", "drivers/net/ethernet/realtek/*", "drivers/net/ethernet/atheros/*"),
    *("drivers/net/ethernet/broadcom/*", "drivers/net/ethernet/marvell/*", "drivers/net/ethernet/jme*"),
    *("drivers/net/ethernet/aquantia/*", *_NETWORK_ADAPTERS),
    *("drivers/net/phy/*", "drivers/net/mdio/*", "drivers/net/wireless/*", "net/wireless/*"),
    *("net/mac80211/*", "net/rfkill/*", "net/qrtr/*", "net/bluetooth/*", "drivers/bluetooth/*"),
    *("drivers/staging/rtl8723bs/*", "drivers/staging/r8188eu/*", "arch/x86/crypto/*", "crypto/*"),
    # sound and pictures
    *("sound/core/*", "sound/hda/*", "sound/pci/hda/*", "sound/soc/*", "sound/usb/*"),
    *("drivers/soundwire/*", "drivers/media/usb/uvc/*", "drivers/media/v4l2-core/*"),
]

MODULE_SETS: Final[dict[ModuleSet, list[str]]] = {"laptop": _LAPTOP, "virtual": _VIRTUAL}

PRELOADED: Final = "usb_storage uas sd_mod usbhid hid_generic evdev battery ac button vpd_sysfs".split()
"""Loaded before anything is looked for: the devices that they are for appear late, and there is no udev to notice; or
no device asks for them, as for what a Chromebook's firmware knows of its serial number (vpd_sysfs).
"""
