import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.evidence.errors import EvidenceError
from hardware.evidence.windows.item import read_windows
from specs.facts import Known
from tests.hardware.evidence.support import value_of

VERSION_KEY = "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"
LAPTOP: dict[str, Any] = {
    "Win32_OperatingSystem": [
        {
            "Caption": "Microsoft Windows 11 Pro Education",
            "OperatingSystemSKU": 164,
            "BuildNumber": "22631",
            "TotalVisibleMemorySize": 3926012,
        }
    ],
    "Win32_ComputerSystem": {"Manufacturer": "Example Ltd", "Model": "Model 1", "SystemSKUNumber": "SKU-1"},
    "Win32_BIOS": {
        "Manufacturer": "Example",
        "SMBIOSBIOSVersion": "1.2",
        "SerialNumber": "EX12345678",
        "ReleaseDate": "20200224000000.000000+000",
    },
    "Win32_SystemEnclosure": {"ChassisTypes": [10], "SMBIOSAssetTag": ""},
    "Win32_PhysicalMemory": [
        {"Capacity": 4294967296, "SMBIOSMemoryType": 26, "Speed": 2667},
        {"Capacity": "4294967296"},
    ],
    "Win32_Processor": {
        "Name": "Example CPU",
        "Manufacturer": "GenuineIntel",
        "NumberOfCores": 4,
        "NumberOfLogicalProcessors": 8,
    },
    "MSFT_PhysicalDisk": [
        {
            "DeviceId": "0",
            "Model": "Example NVMe",
            "BusType": 17,
            "MediaType": 4,
            "Size": 256060514304,
            "SerialNumber": "0000_0000_0000_0001_8CE3_8E04_0000_0001.",
            "AdapterSerialNumber": "NV12345678",
        },
        {"DeviceId": "1", "BusType": 11, "MediaType": 3, "Size": 500107862016},
        {"DeviceId": "2", "BusType": 7, "MediaType": 0, "Size": 8000000000},
    ],
    "Get-Tpm": {"TpmPresent": True, "ManufacturerIdTxt": "INTC"},
    "Win32_Tpm": {"SpecVersion": "2.0, 0, 1.38"},
    "registry": {f"{VERSION_KEY}\\EditionID": "ProfessionalEducation", "HKLM\\X\\UEFISecureBootEnabled": 1},
}


def test_a_windows_laptop_is_read(read):
    facts = read({"windows": b"\xef\xbb\xbf" + json.dumps(LAPTOP).encode()}).facts
    assert facts.system.family == Known("windows", ("windows",))
    assert value_of(facts.system.sku) == 164
    assert value_of(facts.system.edition) == "ProfessionalEducation"
    assert value_of(facts.identity.serial) == "EX12345678"
    assert value_of(facts.identity.chassis) == "Notebook"
    assert value_of(facts.identity.asset_tag) is None
    assert value_of(facts.firmware.date) == "2020-02-24"
    assert value_of(facts.firmware.secure_boot) is True
    assert value_of(facts.firmware.uefi) is True
    assert value_of(facts.memory.installed_bytes) == 8 * 2**30
    assert value_of(facts.memory.visible_bytes) == 3926012 * 1024
    assert (value_of(facts.processor.vendor), value_of(facts.processor.threads)) == ("Intel", 8)
    assert (value_of(facts.tpm.present), value_of(facts.tpm.version)) == (True, "2.0")
    nvme, sata, stick = value_of(facts.storage)
    assert [value_of(disk.kind) for disk in (nvme, sata, stick)] == ["nvme", "hdd", None]
    assert value_of(nvme.serial) == "NV12345678"
    assert [value_of(disk.removable) for disk in (nvme, sata, stick)] == [False, False, True]


def test_an_eui_64_is_not_a_serial():
    disk = {"MSFT_PhysicalDisk": {"BusType": 17, "Size": 1, "SerialNumber": "0000_0000_0000_0001_8CE3_8E04_0000_0001."}}
    (found,) = value_of(read_windows(json.dumps(disk).encode(), "windows").storage)
    assert value_of(found.serial) is None


@pytest.mark.parametrize(
    ("date", "iso"),
    [
        ("/Date(1582502400000)/", "2020-02-24"),
        ("2020-02-24T00:00:00", "2020-02-24"),
        ("20209999000000.000000+000", None),
        ("24.02.2020", "2020-02-24"),
        ("02.03.2020", "2020-03-02"),
        ("02/03/2020", None),
        (5, None),
    ],
)
def test_a_firmware_date_is_iso_or_unknown(date, iso):
    reading = read_windows(json.dumps({"Win32_BIOS": {"ReleaseDate": date}}).encode(), "windows")
    assert value_of(reading.firmware.date) == iso


def test_memory_is_unknown_where_one_module_does_not_say_its_size():
    rows = {"Win32_PhysicalMemory": [{"Capacity": 4294967296}, {"Capacity": None}]}
    assert value_of(read_windows(json.dumps(rows).encode(), "windows").memory.installed_bytes) is None


@pytest.mark.parametrize(
    ("tree", "present"),
    [({"Get-Tpm": {"TpmPresent": False}}, False), ({}, None), ({"Get-Tpm": {"TpmPresent": "yes"}}, None)],
)
def test_a_tpm_is_there_not_there_or_unknown(tree, present):
    assert value_of(read_windows(json.dumps(tree).encode(), "windows").tpm.present) is present


def test_the_raw_table_is_believed_before_windows(read):
    text = "Handle 0x0001, DMI type 1, 27 bytes\nSystem Information\n\tSerial Number: FROMTABLE1\n"
    serial = read({"windows": LAPTOP, "dmidecode": text}).facts.identity.serial
    assert serial == Known("FROMTABLE1", ("dmidecode",))


@pytest.mark.parametrize("data", [b"", b"[]", b"Caption : Windows", b'{"a":' * 1000])
def test_other_bytes_are_refused(data):
    with pytest.raises(EvidenceError):
        read_windows(data, "windows")


values = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.lists(st.integers())
)


@given(st.data())
def test_rows_of_any_types_never_crash(data):
    first = {name: row[0] if isinstance(row, list) else row for name, row in LAPTOP.items()}
    chosen = data.draw(st.sampled_from(sorted(first)))
    row = data.draw(st.fixed_dictionaries(dict.fromkeys(first[chosen], values)))
    read_windows(json.dumps({**first, chosen: row}).encode(), "windows")
