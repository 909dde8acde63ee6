"""What the tree items (../../trees.py) say of the parts of a laptop, in the order of ../../sysfs.py, the last first."""

from __future__ import annotations


def _tree(folder: str, values: str) -> str:
    """Entries of a tree item: each line of `values` is a name, a blank, and the value. The folder stands only in the
    first, because after it the item has it itself.
    """
    lines = (line.partition(" ") for line in values.split("\n"))
    entries = (f'/{name}": ' + (value if value[:1] == "{" else f'"{value}\\n"') + ",\n" for name, _, value in lines)
    return f'"{folder}' + "".join(entries)


_SUPPLY = "POWER_SUPPLY_"
_UEVENT = "\\n".join(
    _SUPPLY + line
    for line in """
NAME=BAT0 TYPE=Battery STATUS=Discharging PRESENT=1 TECHNOLOGY=Li-ion CYCLE_COUNT=0 VOLTAGE_MIN_DESIGN=11400000
VOLTAGE_NOW=12000000 CURRENT_NOW=0 CHARGE_FULL_DESIGN= CHARGE_FULL= CHARGE_NOW= POWER_NOW=0 ENERGY_FULL_DESIGN=
ENERGY_FULL= ENERGY_NOW= CAPACITY=100 CAPACITY_LEVEL=Normal MODEL_NAME= MANUFACTURER= SERIAL_NUMBER=
""".split()
)
TREES = "".join(
    (
        _tree("/sys/class/sound", "card0/id PCH\ncard0/number 0"),
        '"/sys/class/sound/controlC0": {"link": "../../devices/pci0000:00/0000:00:1f.3/sound/card0/controlC0"},\n'
        '"/sys/class/sound/hwC0D0": {"link": "../../devices/pci0000:00/0000:00:1f.3/sound/card0/hwC0D0"},\n'
        '"/sys/class/sound/pcmC0D0c": {"link": "../../devices/pci0000:00/0000:00:1f.3/sound/card0/pcmC0D0c"},\n'
        '"/sys/class/sound/pcmC0D0p": {"link": "../../devices/pci0000:00/0000:00:1f.3/sound/card0/pcmC0D0p"},\n'
        '"/sys/class/sound/timer": {"link": "../../devices/virtual/sound/timer"}}\n'
        '"/proc/asound/cards": " 0 [PCH            ]: HDA-Intel - HDA Intel PCH\\n                      '
        'HDA Intel PCH at 0x irq 137\\n",\n',
        _tree("/sys/class/video4linux/video0", "dev 81:0\nindex 0\nname Integrated Camera: Integrated C"),
        '"/sys/class/video4linux/video0/device": {"link": "../../../1-8:1.0"},\n',
        _tree("/sys/class/tpm/tpm0", "device/description TPM 2.0 Device\ntpm_version_major 2"),
        '"/sys/class/tpm/tpm0/device/uevent": "DRIVER=tpm_tis\\nMODALIAS=acpi:MSFT0101:\\n",\n',
        '"/sys/class/tpm/tpm0/device/firmware_node/path": "\\\\_SB_.PCI0.LPCB.TPM_\\n",\n',
        '{"/sys/firmware/efi": {"dir": true},\n',
        '"/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c": {"hex": "0600000001"},\n',
        '"/sys/firmware/efi/efivars/SetupMode-8be4df61-93ca-11d2-aa0d-00e098032b8c": {"hex": "0600000000"},\n',
        '"/sys/firmware/efi/fw_platform_size": "64\\n"}',
        _tree("/sys/class/rfkill/rfkill0", "hard 0\nname phy0\nsoft 0\nstate 1\ntype wlan"),
        _tree("/sys/class/rfkill/rfkill1", "name hci0\nname tpacpi_bluetooth_sw\nsoft 0\nstate 1\ntype bluetooth"),
        '"/sys/class/bluetooth/hci0": {"link": "../../devices/pci0000:00/0000:00:14.0/usb1/1-7/1-7:1.0/'
        'bluetooth/hci0"},\n'
        '"/sys/class/bluetooth/hci0/uevent": "DEVTYPE=host\\n",\n',
        _tree("/sys/class/net/wlan0", "address \noperstate down\ntype 1\nphy80211/name phy0\ndevice/vendor 0x8086"),
        '"/sys/class/net/wlan0/device": {"link": "../../../0000:02:00.0"},\n'
        '"/sys/class/net/wlan0/device/driver": {"link": "../../../../bus/pci/drivers/iwlwifi"},\n'
        '"/sys/class/net/wlan0/device/subsystem": {"link": "../../../../bus/pci"},\n'
        '"/sys/class/net/wlan0/phy80211": {"link": "../../ieee80211/phy0"},\n'
        '"/sys/class/net/wlan0/uevent": "DEVTYPE=wlan\\nINTERFACE=wlan0\\nIFINDEX=3\\n"',
        _tree("/sys/class/net/eth0", "address \ncarrier 1\noperstate up\nspeed 1000\ntype 1"),
        _tree("/sys/class/net/lo", "address 00:00:00:00:00:00\ncarrier 1\noperstate unknown\ntype 772"),
        '"/sys/class/net/lo/uevent": "INTERFACE=lo\\nIFINDEX=1\\n"',
        _tree("/sys/class/drm/card0-HDMI-A-1", "dpms Off\nenabled disabled\nmodes \nstatus disconnected"),
        _tree("/sys/class/drm/card0-DP-1", "dpms Off\nenabled disabled\nmodes \nstatus disconnected"),
        _tree("/sys/class/drm/card0-eDP-1", "dpms On\nenabled enabled\nmodes 1920x1080\\n1366x768\nstatus connected"),
        _tree(
            "/sys/class/power_supply/BAT0",
            "alarm 0\ncapacity 100\ncapacity_level Normal\ncharge_full 0\ncharge_full_design 0\ncharge_now 0\n"
            "charge_control_end_threshold 100\ncharge_control_start_threshold 0\ncurrent_now 0\ncycle_count 0\n"
            "energy_full 0\nenergy_full_design 0\nenergy_now 0\nmanufacturer \nmodel_name \npower_now 0\npresent 1\n"
            "serial_number \nstatus Discharging\ntechnology Li-ion\ntype Battery\n"
            f"uevent {_UEVENT}\nvoltage_min_design 11400000\nvoltage_now 12000000",
        ),
        _tree(
            "/sys/class/power_supply/AC",
            f"online 1\ntype Mains\nuevent {_SUPPLY}NAME=AC\\n{_SUPPLY}TYPE=Mains\\n{_SUPPLY}ONLINE=1",
        ),
        _tree(
            "/sys/block/sda",
            "device/model \ndevice/rev \ndevice/type 0\ndevice/vendor ATA     \ndevice/wwid naa.\n"
            "queue/logical_block_size 512\nqueue/rotational 0\nremovable 0\nro 0\nsize 500118192",
        ),
        '"/sys/block/sda": {"link": "../devices/pci0000:00/0000:00:17.0/ata1/host0/target0:0:0/0:0:0:0/block/sda"},\n',
        '"/sys/block/nvme0n1": {"link": "../devices/pci0000:00/0000:00:1d.0/0000:01:00.0/nvme/nvme0/nvme0n1"},\n',
        _tree("/sys/block/nvme0n1", "device/model \ndevice/serial \nsize 1000215216\nwwid eui."),
        _tree("/sys/class/nvme/nvme0", "cntlid 1\nfirmware_rev \nmodel \nserial \ntransport pcie"),
        _tree("/sys/block/mmcblk0", "size 122142720\ndevice/serial 0x\ndevice/type MMC\nremovable 0"),
        _tree("/sys/block/mmcblk0/device", "cid \ncsd \nlife_time 0x01 0x01\npre_eol_info 0x01\nmanfid 0x000015"),
        _tree(
            "/sys/class/dmi/id",
            "bios_date 01/01/2020\nbios_release 1.0\nbios_vendor \nbios_version \nboard_asset_tag \nboard_name \n"
            "board_serial \nboard_vendor \nboard_version \nchassis_asset_tag \nchassis_serial \nchassis_type 10\n"
            "chassis_vendor \nchassis_version \nec_firmware_release \nmodalias dmi:bvn:bvr:bd:br:svn:pn:pvr:rvn:rn:rvr:"
            "cvn:ct10:cvr:sku:\nproduct_family \nproduct_name \nproduct_serial \nproduct_sku \nproduct_uuid \n"
            "product_version \nsys_vendor \nuevent MODALIAS=dmi:bvn",
        ),
        '"/sys/bus/usb/devices/1-1:1.0/driver": {"link": "../../../../../../bus/usb/drivers/usbhid"},\n',
        _tree(
            "/sys/bus/usb/devices/1-8:1.0",
            "bInterfaceClass 0e\nbInterfaceSubClass 01\nuevent DEVTYPE=usb_interface\\nDRIVER=uvcvideo\\nPRODUCT=13d3/"
            "\\nTYPE=239/2/1\\nINTERFACE=14/1/0\\nMODALIAS=usb:v13D3p5666d0001dcEFdsc02dp01ic0Eisc01ip00in00",
        ),
        _tree(
            "/sys/bus/usb/devices/1-7",
            "bDeviceClass e0\nidProduct \nidVendor 8087\nmaxchild 0\nremovable fixed\nspeed 12\nuevent MAJOR=189\\n"
            "MINOR=2\\nDEVNAME=bus/usb/001/003\\nDEVTYPE=usb_device\\nDRIVER=usb\\nPRODUCT=8087/aa7/1\\nTYPE=224/1/1\\n"
            "BUSNUM=001\\nDEVNUM=003",
        ),
        _tree(
            "/sys/bus/usb/devices/usb1",
            "bDeviceClass 09\nidProduct 0002\nidVendor 1d6b\nmanufacturer Linux 6.1.0-amd64 xhci-hcd\nmaxchild 12\n"
            "product xHCI Host Controller\nremovable unknown\nserial 0000:00:14.0\nspeed 480",
        ),
        '"/sys/bus/usb/devices/1-0:1.0/driver": {"link": "../../../../../bus/usb/drivers/hub"},\n'
        '"/sys/bus/usb/devices/1-0:1.0/uevent": "DEVTYPE=usb_interface\\nDRIVER=hub\\nPRODUCT=1d6b/2/601\\n'
        'TYPE=9/0/1\\nINTERFACE=9/0/0\\nMODALIAS=usb:v1D6Bp0002d0601dc09dsc00dp01ic09isc00ip00in00\\n",\n',
        *(
            f'"/sys/bus/pci/devices/0000:00:1f.{n}/driver": {{"link": "../../../bus/pci/drivers/{driver}"}},\n'
            for n, driver in enumerate("xhci_hcd ahci nvme i915 iwlwifi pcieport i801_smbus mei_me intel_lpss".split())
        ),
        _tree(
            "/sys/bus/pci/devices/0000:00:1f.3",
            "class 0x040300\ndevice 0x9d71\ndriver "
            '{"link": "../../../bus/pci/drivers/snd_hda_intel"}\n'
            "modalias pci:v00008086d00009D71sv000017AAsd00002258bc04sc03i00\nsubsystem_device 0x\n"
            "subsystem_vendor 0x17aa\n"
            "uevent DRIVER=snd_hda_intel\\nPCI_CLASS=40300\\nPCI_ID=8086:9D71\\nPCI_SUBSYS_ID=17AA:2258\\n"
            "PCI_SLOT_NAME=0000:00:1f.3\\nMODALIAS=pci:v00008086d00009D71sv000017AAsd00002258bc04sc03i00\n"
            "vendor 0x8086",
        ),
    )
)
