"""Whole laptops by what their own systems say: a good one passes its profile, and each fault of the story fails it."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from checks.catalogue import shapes
from checks.judge import judge
from checks.verdict import MAY_SHIP, Judgement, Verdict
from hardware.evidence.bundle import Bundle, make_item
from hardware.evidence.facts import read_facts
from specs.profiles import load_library
from tests.hardware.evidence.support import panel

LIBRARY = load_library(shapes())
SERIAL = "EX12345678"
PANEL = "DISPLAY\\AUO1234\\4&1&UID1"
MONITOR = f"{PANEL}_0"


def _device(kind: str, name: str, place: str, *ids: str) -> dict[str, Any]:
    return {"PNPClass": kind, "Name": name, "PNPDeviceID": place, "HardwareID": list(ids), "ConfigManagerErrorCode": 0}


WINDOWS: dict[str, Any] = {
    "Win32_OperatingSystem": {"Caption": "Microsoft Windows 10 Pro Education", "OperatingSystemSKU": 164,
                              "BuildNumber": "19042", "TotalVisibleMemorySize": 4050000},
    "Win32_ComputerSystem": {"Manufacturer": "Example Ltd", "Model": "Model 1", "HypervisorPresent": False},
    "Win32_BIOS": {"Manufacturer": "Example", "SMBIOSBIOSVersion": "1.2", "SerialNumber": SERIAL},
    "Win32_SystemEnclosure": {"ChassisTypes": [10]},
    "Win32_PhysicalMemory": [{"Capacity": 4 * 2**30, "SMBIOSMemoryType": 26, "DeviceLocator": "DIMM0"}],
    "Win32_Processor": {"Name": "Example CPU", "Manufacturer": "GenuineIntel", "NumberOfCores": 2,
                        "NumberOfLogicalProcessors": 2},
    "MSFT_PhysicalDisk": [{"DeviceId": "0", "FriendlyName": "Example eMMC", "Model": "Example eMMC", "BusType": 13,
                           "MediaType": 4, "Size": 62_537_072_640, "SerialNumber": "0x1234abcd", "HealthStatus": 0}],
    "MSFT_StorageReliabilityCounter": [{"DeviceId": "0"}],
    "WmiMonitorID": {"InstanceName": MONITOR, "Active": True},
    "WmiMonitorConnectionParams": {"InstanceName": MONITOR, "VideoOutputTechnology": 2147483648},
    "BatteryStaticData": {"InstanceName": "B\\0", "DesignedCapacity": 38000, "DeviceName": "EX-1"},
    "BatteryFullChargedCapacity": {"InstanceName": "B\\0", "FullChargedCapacity": 37800},
    "MSFT_NetAdapter": [{"Name": "Wi-Fi", "InterfaceDescription": "Example RTL8821CE 802.11ac PCIe Adapter",
                         "NdisPhysicalMedium": 9, "PnPDeviceID": "PCI\\VEN_10EC&DEV_C821\\1",
                         "PermanentAddress": "00155D012345", "DriverFileName": "rtwlane.sys"}],
    "Win32_PnPEntity": [
        _device("Processor", "CPU", "ACPI\\GENUINEINTEL\\1"),
        *(_device("System", f"System device {number}", f"ACPI\\PNP{number:04}\\1") for number in range(20)),
        _device("USB", "USB host controller", "PCI\\VEN_8086&DEV_5AA8\\1",
                "PCI\\VEN_8086&DEV_5AA8&REV_0B", "PCI\\VEN_8086&DEV_5AA8&CC_0C0330"),
        _device("Camera", "Integrated Camera", "USB\\VID_0BDA&PID_5409\\1"),
        _device("Bluetooth", "Example Radio", "USB\\VID_0BDA&PID_C024\\1"),
        _device("Media", "Example Audio", "HDAUDIO\\FUNC_01\\1"),
        _device("AudioEndpoint", "Speakers", "SWD\\MMDEVAPI\\{0.0.0.00000000}.{A}"),
        _device("AudioEndpoint", "Microphone", "SWD\\MMDEVAPI\\{0.0.1.00000000}.{B}"),
        _device("Keyboard", "Keyboard", "ACPI\\PNP0303\\4&1"),
    ],
    "Get-Tpm": {"TpmPresent": True, "ManufacturerIdTxt": "INTC"},
    "Win32_Tpm": {"SpecVersion": "2.0, 0, 1.38"},
    "registry": {f"HKLM\\SYSTEM\\CurrentControlSet\\Enum\\{PANEL}\\Device Parameters\\EDID": list(panel())},
}  # fmt: skip


def judged(windows: dict[str, Any], label: str = SERIAL) -> Judgement:
    """A capture by the Windows probe, and the label that was scanned, judged by the profile of this contract."""
    scan = {"scans": [{"text": label, "serial": label, "taken_for": "serial"}]}
    bundle = Bundle.of(
        [make_item("windows", json.dumps(windows).encode()), make_item("scans", json.dumps(scan).encode())]
    )
    reading = read_facts(bundle)
    assert reading.problems == ()
    return judge(reading.facts, LIBRARY.get("ghwt-2021w-windows-laptop"))


def test_a_good_windows_laptop_passes_on_what_the_windows_probe_collects() -> None:
    judgement = judged(WINDOWS)
    held_back = {
        one.check: (one.verdict.value, one.detail)
        for one in judgement.findings
        if one.severity.required and one.verdict not in MAY_SHIP
    }
    assert held_back == {}
    assert judgement.verdict is Verdict.PASS


def _without_sound(windows: dict[str, Any]) -> None:
    devices = [one for one in windows["Win32_PnPEntity"] if one["PNPClass"] != "AudioEndpoint"]
    sound = next(one for one in devices if one["PNPClass"] == "Media")
    sound["ConfigManagerErrorCode"] = 28
    windows["Win32_PnPEntity"] = devices


FAULTS: dict[str, tuple[Callable[[dict[str, Any]], None], str]] = {
    "no driver for the sound": (_without_sound, "system.devices_with_problems"),
    "half of the memory": (
        lambda windows: windows["Win32_PhysicalMemory"][0].update(Capacity=2 * 2**30),
        "memory.installed",
    ),
    "a small disk": (lambda windows: windows["MSFT_PhysicalDisk"][0].update(Size=31_000_000_000), "storage.capacity"),
    "a failing disk": (
        lambda windows: windows["MSFT_PhysicalDisk"][0].update(HealthStatus=2),
        "storage.no_fault_found",
    ),
    "errors that the disk could not correct": (
        lambda windows: windows["MSFT_StorageReliabilityCounter"][0].update(ReadErrorsUncorrected=4),
        "storage.no_bad_sectors_found",
    ),
    "a worn battery": (
        lambda windows: windows["BatteryFullChargedCapacity"].update(FullChargedCapacity=30000),
        "battery.health",
    ),
    "a locked firmware": (
        lambda windows: windows["Win32_ComputerSystem"].update(AdminPasswordStatus=1),
        "firmware.no_lock_found",
    ),
    "no TPM": (lambda windows: windows.update({"Get-Tpm": {"TpmPresent": False}, "Win32_Tpm": []}), "tpm.version"),
    "Windows Home": (lambda windows: windows["Win32_OperatingSystem"].update(OperatingSystemSKU=101), "system.sku"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_fails_it_by_its_own_check(fault: str) -> None:
    spoil, check = FAULTS[fault]
    windows = copy.deepcopy(WINDOWS)
    spoil(windows)
    judgement = judged(windows)
    assert judgement.verdict is Verdict.FAIL
    assert check in {one.check for one in judgement.findings if one.verdict is Verdict.FAIL and one.severity.required}


def test_another_laptops_label_fails_it() -> None:
    judgement = judged(WINDOWS, label="EX99999999")
    assert [one.check for one in judgement.findings if one.verdict is Verdict.FAIL and one.severity.required] == [
        "identity.agrees"
    ]


def test_an_adapter_whose_name_does_not_say_its_standard_is_looked_at_and_never_passed() -> None:
    windows = copy.deepcopy(WINDOWS)
    windows["MSFT_NetAdapter"][0]["InterfaceDescription"] = "Example Wireless Network Adapter"
    judgement = judged(windows)
    assert judgement.verdict is Verdict.INCONCLUSIVE
