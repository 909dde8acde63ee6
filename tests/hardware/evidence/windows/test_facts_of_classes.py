"""What each class of Windows becomes: disks, screens, batteries, adapters, devices, licences."""

import json
from typing import Any

import pytest

from hardware.evidence.windows.disks import is_eui64, unswapped
from hardware.evidence.windows.item import read_windows
from hardware.evidence.windows.screens import pnp_id
from tests.hardware.evidence.support import panel, value_of

DISPLAY_KEY = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Class\\{4d36e968-e325-11ce-bfc1-08002be10318}"
INSTANCE = "DISPLAY\\AUO1234\\4&1&UID1"


def facts(**classes):
    return read_windows(json.dumps(classes).encode(), "windows")


def codes(text):
    return [*map(ord, text), *[0] * 4]


def test_serials_of_disks():
    swapped = "".join(f"{ord(two[1]):02x}{ord(two[0]):02x}" for two in ("EX", "12", "34", "56", "78"))
    assert unswapped(swapped + "20" * 10) == "EX12345678"
    assert unswapped("00" * 20) == "00" * 20
    assert unswapped("EX12345678") == "EX12345678"
    assert is_eui64("0000_0000_0000_0001_8CE3_8E04_0000_0001.")
    assert not is_eui64("EX_1234")


def test_win32_disk_drive_never_says_what_kind_of_disk():
    rows = [
        {"Index": 0, "Model": "A", "Size": "512105932800", "InterfaceType": "SCSI", "MediaType": "Fixed hard disk",
         "PNPDeviceID": "SCSI\\DISK&VEN_NVME&PROD_A\\5&1"},
        {"Index": 1, "Model": "B", "Size": 500105249280, "InterfaceType": "IDE", "MediaType": "Fixed hard disk media"},
        {"Index": 2, "Model": "C", "Size": 8000000000, "InterfaceType": "USB", "MediaType": "Removable Media"},
        {"Index": 3, "Model": "D", "Size": 9, "PNPDeviceID": "SCSI\\DISK&VEN_MSFT&PROD_VIRTUAL_DISK\\2&1"},
    ]  # fmt: skip
    disks = value_of(facts(Win32_DiskDrive=rows).storage)
    assert [value_of(disk.kind) for disk in disks] == ["nvme", None, None]
    assert [value_of(disk.removable) for disk in disks] == [False, False, True]
    assert [disk.name for disk in disks] == ["PhysicalDisk0", "PhysicalDisk1", "PhysicalDisk2"]


def test_a_wear_of_0_is_not_known_and_counters_go_to_their_disk():
    disks = [{"DeviceId": "0", "Size": 1, "BusType": 17}, {"DeviceId": "1", "Size": 1, "BusType": 12}]
    counters = [
        {"DeviceId": "1", "Wear": 0, "PowerOnHours": 900, "Temperature": 0},
        {"DeviceId": "0", "Wear": 7, "Temperature": 35},
    ]
    first, second = value_of(facts(**{"Get-PhysicalDisk": disks, "Get-StorageReliabilityCounter": counters}).storage)
    assert (value_of(first.health.percent_used), value_of(first.health.temperature_c)) == (7, 35)
    assert (value_of(second.health.percent_used), value_of(second.health.power_on_hours)) == (None, 900)
    assert value_of(second.health.temperature_c) is None
    # Windows says SD of an eMMC too.
    assert value_of(second.removable) is None


@pytest.mark.parametrize(
    ("counts", "errors"),
    [
        ({}, None),
        ({"ReadErrorsUncorrected": 0, "WriteErrorsUncorrected": 0}, None),
        ({"ReadErrorsUncorrected": 2}, 2),
        ({"ReadErrorsUncorrected": 2, "WriteErrorsUncorrected": 3}, 5),
        ({"ReadErrorsUncorrected": 2**63}, None),
    ],
)
def test_errors_that_a_disk_could_not_correct_count_and_that_windows_counts_no_sectors_is_said(counts, errors):
    disks, counters = [{"DeviceId": "0", "Size": 1, "BusType": 17}], [{"DeviceId": "0", **counts}]
    [disk] = value_of(facts(**{"Get-PhysicalDisk": disks, "Get-StorageReliabilityCounter": counters}).storage)
    assert value_of(disk.health.media_errors) == errors
    for uncounted in (disk.health.reallocated, disk.health.pending, disk.health.uncorrectable):
        assert uncounted.problem == "absent"


def test_a_class_that_was_asked_and_is_empty_is_known_absence():
    empty = facts(MSFT_PhysicalDisk=[], Win32_Battery=[], Win32_PnPEntity=[])
    assert value_of(empty.storage) == value_of(empty.battery) == value_of(empty.system.devices_with_problems) == ()
    assert value_of(empty.display) is value_of(empty.graphics) is None


def test_screens_have_names_sizes_and_an_edid_where_the_registry_has_it():
    monitor = {
        "InstanceName": f"{INSTANCE}_0",
        "Active": True,
        "ManufacturerName": codes("AUO"),
        "ProductCodeID": codes("1234"),
        "SerialNumberID": codes("0"),
        "UserFriendlyName": None,
        "WeekOfManufacture": 3,
        "YearOfManufacture": 2021,
    }
    other = {**monitor, "InstanceName": "DISPLAY\\SAM0D2C\\4&2_0", "UserFriendlyName": codes("C24F390")}
    tree = {
        "WmiMonitorID": [other, monitor, {**monitor, "Active": False}],
        "WmiMonitorBasicDisplayParams": {
            "InstanceName": other["InstanceName"], "MaxHorizontalImageSize": 52, "MaxVerticalImageSize": 29,
        },
        "WmiMonitorConnectionParams": [
            {"InstanceName": other["InstanceName"], "VideoOutputTechnology": 5},
            {"InstanceName": monitor["InstanceName"], "VideoOutputTechnology": 2147483648},
        ],
        "registry": {
            f"HKLM\\SYSTEM\\CurrentControlSet\\Enum\\{INSTANCE}\\Device Parameters\\EDID": list(panel()),
        },
    }  # fmt: skip
    internal, external = value_of(facts(**tree).display)
    assert (value_of(internal.internal), value_of(external.internal)) == (True, False)
    assert (value_of(internal.width_px), value_of(internal.width_mm), value_of(internal.product)) == (
        1366, 309, "B140XTN07.2",
    )  # fmt: skip
    assert (value_of(external.width_mm), value_of(external.diagonal_in)) == (520, 23.4)
    assert (value_of(external.product), value_of(external.product_code)) == ("C24F390", 0x1234)
    assert value_of(external.width_px) is None


def test_lists_that_were_cut_after_four_still_tell_maker_and_product():
    text = (
        "__CLASS : WmiMonitorID\nInstanceName : DISPLAY\\SAM0D2C\\4&1_0\nManufacturerName : {83, 65, 77, 0...}\n"
        "ProductCodeID : {48, 68, 50, 67...}\nSerialNumberID : {72, 52, 90, 77...}\n"
        "UserFriendlyName : {67, 50, 52, 70...}\nYearOfManufacture : 2019\n"
    )
    (screen,) = value_of(read_windows(text.encode(), "x").display)
    assert (value_of(screen.manufacturer), value_of(screen.product_code)) == ("SAM", 0x0D2C)
    assert value_of(screen.serial) is value_of(screen.product) is None
    assert value_of(screen.year) == 2019
    assert pnp_id("MONITOR\\BNQ7F58\\x") == ("BNQ", "7F58")
    assert pnp_id("Default Monitor") is None


def test_a_battery_by_the_drivers_own_classes():
    tree: dict[str, Any] = {
        "BatteryStaticData": {
            "InstanceName": "B\\0", "DesignedCapacity": 50000, "DeviceName": "EX-1", "SerialNumber": " 1234 ",
            "Chemistry": 0x4E4F494C, "ManufactureName": "Example",
        },
        "BatteryFullChargedCapacity": [{"InstanceName": "B\\0", "FullChargedCapacity": 48000}],
        "BatteryCycleCount": {"InstanceName": "B\\0", "CycleCount": 0},
        "BatteryStatus": {"InstanceName": "B\\0", "Charging": False, "Discharging": True, "RemainingCapacity": 24000},
        "Win32_PortableBattery": {"DesignCapacity": 1000},
    }  # fmt: skip
    (battery,) = value_of(facts(**tree).battery)
    assert (value_of(battery.design_wh), value_of(battery.full_wh), value_of(battery.health_percent)) == (50, 48, 96)
    assert (value_of(battery.cycles), value_of(battery.status), value_of(battery.charge_percent)) == (
        None, "Discharging", 50,
    )  # fmt: skip
    assert (value_of(battery.chemistry), value_of(battery.serial)) == ("Li-ion", "1234")
    relative = {**tree, "BatteryStaticData": {**tree["BatteryStaticData"], "Capabilities": 0x40000000}}
    assert value_of(value_of(facts(**relative).battery)[0].design_wh) is None


def test_win32_battery_of_a_modern_laptop_gives_its_charge_only():
    row = {"Name": "Primary", "BatteryStatus": 2, "DesignCapacity": None, "EstimatedChargeRemaining": 98}
    (battery,) = value_of(facts(Win32_Battery=row).battery)
    assert value_of(battery.design_wh) is value_of(battery.full_wh) is value_of(battery.status) is None
    assert value_of(battery.charge_percent) == 98


def test_graphics_memory_is_the_registrys_and_adapters_without_hardware_are_left_out():
    card = {"Name": "Example RX", "AdapterRAM": 4293918720, "PNPDeviceID": "PCI\\VEN_1002&DEV_73FF&REV_C1\\6&1"}
    remote = {"Name": "Microsoft Remote Display Adapter", "PNPDeviceID": "SWD\\REMOTEDISPLAYENUM\\1"}
    (found,) = value_of(facts(Win32_VideoController=[card, remote]).graphics)
    assert (value_of(found.vendor_id), value_of(found.memory_bytes)) == ("1002", None)
    registry = {
        f"{DISPLAY_KEY}\\0000\\DriverDesc": "Example RX",
        f"{DISPLAY_KEY}\\0000\\MatchingDeviceId": "PCI\\VEN_1002&DEV_73FF&REV_C1",
        f"{DISPLAY_KEY}\\0000\\HardwareInformation.qwMemorySize": 8573157376,
        f"{DISPLAY_KEY}\\0001\\DriverDesc": "Microsoft Remote Display Adapter",
        f"{DISPLAY_KEY}\\0001\\MatchingDeviceId": "RdpIdd_IndirectDisplay",
    }
    (found,) = value_of(facts(Win32_VideoController=card, registry=registry).graphics)
    assert value_of(found.memory_bytes) == 8573157376
    (alone,) = value_of(facts(registry=registry).graphics)
    assert (value_of(alone.model), value_of(alone.device_id)) == ("Example RX", "73ff")
    gone = {
        f"{DISPLAY_KEY}\\0002\\DriverDesc": "Example GTX",
        f"{DISPLAY_KEY}\\0002\\MatchingDeviceId": "PCI\\VEN_10DE&DEV_1401",
        f"{DISPLAY_KEY}\\0002\\HardwareInformation.qwMemorySize": 2**32,
    }
    assert value_of(facts(registry={**registry, **gone}).graphics) is None


def test_adapters_are_told_apart_by_medium_else_by_name_and_driver():
    modern = [
        {"Name": "Wi-Fi", "NdisPhysicalMedium": 9, "PnPDeviceID": "PCI\\VEN_8086&DEV_2723\\1",
         "PermanentAddress": "AABBCCDDEEFF", "InterfaceDescription": "Example AX200"},
        {"Name": "Ethernet", "NdisPhysicalMedium": 14, "PnPDeviceID": "PCI\\VEN_10EC&DEV_8168\\1"},
        {"Name": "Bluetooth", "NdisPhysicalMedium": 10, "PnPDeviceID": "BTH\\MS_BTHPAN\\1"},
        {"Name": "vEthernet", "NdisPhysicalMedium": 0, "Virtual": True},
    ]  # fmt: skip
    network = facts(MSFT_NetAdapter=modern).network
    (radio,) = value_of(network.wifi)
    assert (value_of(radio.device_id), value_of(radio.mac)) == ("2723", "aa:bb:cc:dd:ee:ff")
    assert len(value_of(network.ethernet)) == 1
    old = [
        {"Name": "Example Centrino Advanced-N 6205", "ServiceName": "NETwNs64",
         "PNPDeviceID": "PCI\\VEN_8086&DEV_0085\\1"},
        {"Name": "Example Gigabit Connection", "PNPDeviceID": "PCI\\VEN_8086&DEV_1502\\1"},
        {"Name": "Example Miniport", "PNPDeviceID": "ROOT\\X\\1"},
    ]  # fmt: skip
    network = facts(Win32_NetworkAdapter=old).network
    assert (len(value_of(network.wifi)), len(value_of(network.ethernet))) == (1, 1)
    unclear = [{"Name": "Example 123", "PNPDeviceID": "PCI\\VEN_8086&DEV_0001\\1"}]
    assert value_of(facts(Win32_NetworkAdapter=unclear).network.wifi) is None
    stick = [{**modern[0], "PnPDeviceID": "USB\\VID_0BDA&PID_8812\\1"}]
    assert value_of(facts(MSFT_NetAdapter=stick).network.wifi) is None


def devices(*more):
    some = [{"PNPClass": "System", "Name": f"Device {number}", "ConfigManagerErrorCode": 0} for number in range(20)]
    return [{"PNPClass": "Processor", "Name": "CPU"}, *some, *more]


def test_devices_of_a_full_listing():
    camera = {"PNPClass": "Camera", "Name": "Integrated Camera", "PNPDeviceID": "USB\\VID_0BDA&PID_5409\\1"}
    radio = {"PNPClass": "Bluetooth", "Name": "Example Radio", "PNPDeviceID": "USB\\VID_8087&PID_0029\\1"}
    mouse = {"PNPClass": "Bluetooth", "Name": "Mouse", "PNPDeviceID": "BTHENUM\\X\\1"}
    broken = {"PNPClass": "Net", "Name": "Example Adapter", "ConfigManagerErrorCode": 28}
    sound = {"PNPClass": "AudioEndpoint", "PNPDeviceID": "SWD\\MMDEVAPI\\{0.0.1.00000000}.{A}"}
    pen = {"PNPClass": "HIDClass", "HardwareID": ["HID\\X", "HID_DEVICE_UP:000D_U:0004"]}
    keyboard = {"PNPClass": "Keyboard", "PNPDeviceID": "ACPI\\PNP0303\\4&1"}
    found = facts(Win32_PnPEntity=devices(camera, radio, mouse, broken, sound, pen, keyboard))
    assert len(value_of(found.camera)) == len(value_of(found.network.bluetooth)) == 1
    assert value_of(found.system.devices_with_problems) == ("Example Adapter (code 28)",)
    assert (value_of(found.audio.playback), value_of(found.audio.capture)) == (0, 1)
    assert (value_of(found.input.keyboard), value_of(found.input.touchscreen)) == (True, True)
    assert value_of(found.input.touchpad) is None
    assert value_of(facts(Win32_PnPEntity=devices()).camera) == ()


def test_usb_controllers_are_counted_by_their_pci_class_in_a_full_listing_only():
    def on_pci(*classes):
        return {
            "PNPClass": "USB",
            "HardwareID": ["PCI\\VEN_8086&DEV_9D2F", *(f"PCI\\VEN_8086&CC_{one}" for one in classes)],
        }

    host, old, device, bridge = on_pci("0C0330", "0C03"), on_pci("0c0320"), on_pci("0C03FE"), on_pci("060400")
    assert value_of(facts(Win32_PnPEntity=devices(host, old, device, bridge)).usb.controllers) == 2
    assert value_of(facts(Win32_PnPEntity=devices(bridge)).usb.controllers) == 0
    assert facts(Win32_PnPEntity=devices()).usb.controllers.problem == "absent"
    assert facts(Win32_PnPEntity=[host]).usb.controllers.problem == "absent"
    assert facts(Win32_PnPEntity=devices(host)).usb.ports.problem == "absent"


def test_a_part_of_the_devices_proves_no_absence():
    part = facts(Win32_PnPEntity=[{"PNPClass": "Camera", "Name": "C", "PNPDeviceID": "USB\\VID_0BDA&PID_5409\\1"}])
    assert value_of(part.camera) is value_of(part.network.bluetooth) is None
    text = b"PNPClass=Net\r\nConfigManagerErrorCode=0\r\nPNPDeviceID=PCI\\VEN_8086&amp;DEV_0001\\1\r\n"
    assert value_of(read_windows(text, "windows-Win32_PnPEntity").system.devices_with_problems) is None


@pytest.mark.parametrize(
    ("maker", "model", "present", "hypervisor"),
    [
        ("Example Ltd", "Model 1", True, None),
        ("Example Ltd", "Model 1", False, False),
        ("Microsoft Corporation", "Virtual Machine", True, True),
        ("Microsoft Corporation", "Surface Laptop", True, None),
        ("QEMU", "Standard PC (Q35 + ICH9, 2009)", False, True),
    ],
)
def test_windows_own_hypervisor_makes_no_laptop_a_virtual_machine(maker, model, present, hypervisor):
    row = {"Manufacturer": maker, "Model": model, "HypervisorPresent": present}
    assert value_of(facts(Win32_ComputerSystem=row).processor.hypervisor) is hypervisor


@pytest.mark.parametrize(
    ("model", "product"),
    [("Latitude 3190", "Latitude 3190"), ("HuronRiver Platform", None), ("Shark Bay Client platform", None)],
)
def test_the_name_of_a_reference_platform_is_no_model(model, product):
    assert value_of(facts(Win32_ComputerSystem={"Manufacturer": "X", "Model": model}).identity.product) == product
    assert value_of(facts(Win32_ComputerSystemProduct={"Vendor": "X", "Name": model}).identity.product) == product


def test_a_virtual_machine_is_known_by_the_product_where_the_system_is_not_listed():
    row = {"Vendor": "innotek GmbH", "Name": "VirtualBox", "UUID": "9c5c1a34-7a0e-4f0a-8c59-0f4f6c4b1d11"}
    assert value_of(facts(Win32_ComputerSystemProduct=row).processor.hypervisor) is True


@pytest.mark.parametrize(("status", "fitted"), [(0, False), (1, True), (2, None), (3, None), ("Disabled", False)])
def test_a_password_is_set_not_set_or_unknown(status, fitted):
    firmware = facts(Win32_ComputerSystem={"AdminPasswordStatus": status, "PowerOnPasswordStatus": status}).firmware
    assert value_of(firmware.admin_password) is value_of(firmware.power_on_password) is fitted


@pytest.mark.parametrize(
    ("key", "present", "last5"),
    [
        ("XXXXX-XXXXX-XXXXX-XXXXX-7EX4M", True, "7EX4M"),
        ("XXXXX-XXXXX-XXXXX-XXXXX-XXXXX", True, None),
        ("", False, None),
        (None, None, None),
    ],
)
def test_of_the_firmwares_key_only_the_end_is_a_fact(key, present, last5):
    firmware = facts(SoftwareLicensingService={"OA3xOriginalProductKey": key}).firmware
    assert (value_of(firmware.oem_key_present), value_of(firmware.oem_key_last5)) == (present, last5)


@pytest.mark.parametrize(
    ("changed", "activated"),
    [
        ({}, True),
        ({"LicenseStatus": 5}, False),
        ({"Description": "Windows(R) Operating System, RETAIL channel"}, False),
        ({"Description": "Windows(R) Operating System, OEM_SLP channel"}, None),
        ({"PartialProductKey": None}, None),
        ({"ApplicationID": "0ff1ce15-a989-479d-af46-f275c6370663"}, None),
    ],
)
def test_activated_by_the_firmwares_key(changed, activated):
    licence = {
        "ApplicationID": "55c92734-d682-4d71-983e-d6ec3f16059f", "LicenseStatus": 1, "PartialProductKey": "7EX4M",
        "Description": "Windows(R) Operating System, OEM_DM channel", **changed,
    }  # fmt: skip
    assert value_of(facts(SoftwareLicensingProduct=[licence]).system.oem_activated) is activated


def test_the_edition_is_never_the_translated_caption():
    row = {"Caption": "Microsoft Windows 10 专业版", "OperatingSystemSKU": "48", "Version": "10.0.18363"}
    system = facts(Win32_OperatingSystem=row).system
    assert (value_of(system.edition), value_of(system.build)) == ("Professional", "18363")
    assert value_of(facts(Win32_OperatingSystem={**row, "OperatingSystemSKU": 0}).system.edition) is None


def test_a_tpms_maker_is_four_letters_in_a_number():
    tpm = facts(**{"Get-Tpm": {"TpmPresent": "True", "ManufacturerId": 1229870147}}).tpm
    assert (value_of(tpm.present), value_of(tpm.manufacturer), value_of(tpm.version)) == (True, "INTC", None)


@pytest.mark.parametrize(
    ("maker", "model"), [("OpenStack Foundation", "OpenStack Nova"), ("Red Hat", "OpenStack Compute")]
)
def test_a_virtual_machine_of_openstack_is_named(maker, model):
    rows = {"Win32_ComputerSystem": {"Manufacturer": maker, "Model": model}}
    assert value_of(read_windows(json.dumps(rows).encode(), "windows").processor.hypervisor) is True
