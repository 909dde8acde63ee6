import contextlib
import json
import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.evidence.errors import EvidenceError
from hardware.evidence.windows.classes import PROPERTIES
from hardware.evidence.windows.item import facts_of, read_windows
from hardware.evidence.windows.reading import read_rows
from hardware.evidence.windows.rows import Rows
from tests.hardware.evidence.support import value_of

MODULE = "Capacity={size}\r\nDeviceLocator=DIMM {slot}\r\nPartNumber=A&amp;B\r\nSMBIOSMemoryType=26\r\n"
WMIC = "\r\n\r\n" + "\r\n\r\n".join(MODULE.format(size=4 * 2**30, slot=slot) for slot in (1, 2)) + "\r\n\r\n"
LIST = """
DeviceId       : 0
Model          : Example NVMe
BusType        : NVMe
MediaType      : SSD
HealthStatus   : Healthy
Size           : 256060514304
SerialNumber   : 0000_0000_0000_0001_8CE3_8E04_0000_0001.
CannotPoolReason : {In a Pool, Not
                   Healthy}
DeviceId       : 1
Model          : Example stick
BusType        : USB
MediaType      : Unspecified
Size           : 8000000000
"""
TABLE = """
Number FriendlyName         SerialNumber MediaType CanPool HealthStatus      Size Usage
------ ------------         ------------ --------- ------- ------------      ---- --
0      Example Disk 512 GB  EX1234567890 SSD       False   Healthy      476.94 GB Au
1      Example Disk That... EX1234567891 HDD       False   Warning        1.82 TB Au
"""
INFO = """
    WindowsEditionId           : Professional
    WindowsProductName         : Windows 10 Pro
    BiosFirmwareType           : Uefi
    BiosReleaseDate            : 6/14/2016 2:00:00 AM
    BiosSeralNumber            : EX12345678
    BiosSMBIOSBIOSVersion      : 1.4.4
    CsAdminPasswordStatus      : Disabled
    CsCurrentTimeZone          : 120
    CsManufacturer             : Example Ltd
    CsModel                    : Model 1
    CsPhyicallyInstalledMemory : 8388608
    CsTotalPhysicalMemory      : 8480333824
    OsName                     : Microsoft Windows 10 Pro
    OsOperatingSystemSKU       : 48
    OsVersion                  : 10.0.19043
    OsBuildNumber              : 19043
"""
SYSTEMINFO = """
Host Name:                 EXAMPLE
OS Name:                   Microsoft Windows 11 Pro
OS Version:                10.0.22631 N/A Build 22631
System Manufacturer:       Example Ltd
System Model:              Model 1
BIOS Version:              Example Ltd 1.16.2, 4/21/2020
Total Physical Memory:     3,998 MB
"""
REGISTRY = """Windows Registry Editor Version 5.00

[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion]
"EditionID"="Education"
"CurrentBuild"="22631"
"CurrentMajorVersionNumber"=dword:0000000a
"CurrentMinorVersionNumber"=dword:00000000
"ProductName"=hex(1):57,00,69,00,\\
  6e,00,31,00,31,00,00,00
"""


def as_table(rows: Rows, name: str) -> list[dict[str, object]]:
    return [dict(row) for row in rows.all(name)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
@pytest.mark.parametrize("ending", ["\r\n", "\n", "\r\r\n", "\n\n"])
def test_wmic_lists_are_read_in_every_encoding(encoding, ending):
    data = WMIC.replace("\r\n", ending).encode(encoding)
    modules = as_table(read_rows(data, "windows-x"), "Win32_PhysicalMemory")
    assert [module["DeviceLocator"] for module in modules] == ["DIMM 1", "DIMM 2"]
    assert modules[0]["PartNumber"] == "A&B"
    memory = read_windows(data, "windows-x").memory
    assert value_of(memory.installed_bytes) == 8 * 2**30
    assert [value_of(module.type) for module in value_of(memory.modules)] == ["DDR4", "DDR4"]


def test_a_name_that_comes_again_begins_the_next_row_and_wrapped_values_go_on():
    rows = read_rows(LIST.encode(), "x")
    assert rows.all("MSFT_PhysicalDisk")[0]["CannotPoolReason"] == "{In a Pool, Not Healthy}"
    nvme, stick = value_of(facts_of(rows, "x").storage)
    assert (value_of(nvme.kind), value_of(nvme.bytes), value_of(nvme.serial)) == ("nvme", 256060514304, None)
    assert value_of(nvme.health.assessment) == "passed"
    assert (value_of(stick.kind), value_of(stick.removable)) == (None, True)


def test_of_a_table_only_what_was_not_cut_is_known():
    rows = as_table(read_rows(TABLE.encode(), "x"), "MSFT_PhysicalDisk")
    assert rows[0]["FriendlyName"] == "Example Disk 512 GB"
    assert rows[0]["Size"] == "476.94 GB"
    assert "FriendlyName" not in rows[1]
    assert "Usage" not in rows[0]
    first, second = value_of(read_windows(TABLE.encode(), "x").storage)
    assert (value_of(first.model), value_of(first.bytes), value_of(second.model)) == ("Example Disk 512 GB", None, None)
    assert [value_of(disk.health.assessment) for disk in (first, second)] == ["passed", "failed"]


def test_cells_that_touch_are_nobodys():
    table = (
        "DeviceId Temperature Wear\n-------- ----------- ----\n01234567          30    5\n1234567890123456789     7\n"
    )
    rows = as_table(read_rows(table.encode(), "x"), "MSFT_StorageReliabilityCounter")
    assert rows[0] == {"DeviceId": "01234567", "Temperature": "30", "Wear": "5"}
    assert rows[1] == {"Wear": "7"}


def test_wmics_own_table_and_csv():
    table = "Capacity    DeviceLocator  PartNumber  \r\n4294967296  DIMM 1         A B         \r\n"
    assert as_table(read_rows(table.encode("utf-16"), "memorychip"), "Win32_PhysicalMemory") == [
        {"Capacity": "4294967296", "DeviceLocator": "DIMM 1", "PartNumber": "A B"}
    ]
    text = "\r\nNode,InterfaceType,Model,Size\r\nPC,IDE,Example,1000\r\nPC,IDE,Exa,mple,1000\r\n"
    assert [row["Model"] for row in as_table(read_rows(text.encode(), "x"), "Win32_DiskDrive")] == ["Example"]
    quoted = '#TYPE Microsoft.CimInstance#root/cimv2/Win32_BIOS\r\n"SerialNumber","Name"\r\n"EX1,2","x"\r\n'
    assert value_of(read_windows(quoted.encode(), "x").identity.serial) == "EX1,2"


@pytest.mark.parametrize("item", ["windows-Win32_BIOS", "bios", "win7-sp1-x64-Win32_BIOS"])
def test_one_property_alone_needs_a_hint(item):
    data = b"SerialNumber=EX12345678\r\n"
    assert value_of(read_windows(data, item).identity.serial) == "EX12345678"
    with pytest.raises(EvidenceError):
        read_rows(data, "note")


def test_a_command_in_a_transcript_is_a_hint_and_a_row_that_says_its_class_is_believed():
    text = (
        "PS C:\\> Get-CimInstance Win32_BIOS | fl SerialNumber\n\nSerialNumber : EX12345678\n\n"
        "PS C:\\> Get-CimInstance Win32_BaseBoard | fl SerialNumber\n\nSerialNumber : BOARD1234\n"
    )
    identity = read_windows(text.encode(), "windows-note").identity
    assert (value_of(identity.serial), value_of(identity.board_serial)) == ("EX12345678", "BOARD1234")
    said = b"__CLASS : Win32_Battery\nName : Primary\n"
    assert read_rows(said, "windows-Win32_BIOS").all("Win32_Battery")


def test_get_computer_info_is_read_under_its_misspelt_names():
    facts = read_windows(INFO.encode(), "x")
    assert value_of(facts.identity.serial) == "EX12345678"
    assert value_of(facts.firmware.version) == "1.4.4"
    assert value_of(facts.firmware.date) == "2016-06-14"
    assert value_of(facts.firmware.uefi) is True
    assert value_of(facts.firmware.admin_password) is False
    assert value_of(facts.memory.installed_bytes) == 8 * 2**30
    assert (value_of(facts.system.edition), value_of(facts.system.build)) == ("Professional", "19043")


def test_systeminfo_is_read_in_english_only():
    facts = read_windows(SYSTEMINFO.encode(), "x")
    assert (value_of(facts.identity.product), value_of(facts.firmware.version)) == ("Model 1", "1.16.2")
    assert (value_of(facts.firmware.date), value_of(facts.system.version)) == ("2020-04-21", "10.0.22631")
    assert value_of(facts.memory.visible_bytes) == 3998 * 2**20
    assert value_of(facts.memory.installed_bytes) is None
    csv = '"Host Name","OS Name","System Model"\r\n"EXAMPLE","Microsoft Windows 11 Pro","Model 1"\r\n'
    assert value_of(read_windows(csv.encode(), "x").identity.product) == "Model 1"
    with pytest.raises(EvidenceError):
        read_rows(SYSTEMINFO.replace("OS Name", "Nom du système").encode(), "x")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8"])
def test_registry_exports(encoding):
    system = read_windows(REGISTRY.replace("\n", "\r\n").encode(encoding), "x").system
    assert value_of(system.edition) == "Education"
    assert value_of(system.version) == "10.0.22631"
    assert value_of(system.name) == "Win11"
    with pytest.raises(EvidenceError):
        read_rows(b"REGEDIT4\r\n\r\n[HKEY_LOCAL_MACHINE\\X]\r\n", "x")


def test_powershells_wrapped_arrays_and_rows_without_a_class():
    wrapped = b'{"Win32_PhysicalMemory": {"value": [{"Capacity": 1073741824}], "Count": 1}}'
    assert value_of(read_windows(wrapped, "windows").memory.installed_bytes) == 2**30
    alone = b'[{"Capacity": 1073741824, "DeviceLocator": "A"}, {"Capacity": 1073741824, "DeviceLocator": "B"}]'
    assert value_of(read_windows(alone, "note").memory.installed_bytes) == 2**31


def test_several_items_together():
    first = read_rows(b"SerialNumber=EX12345678\r\n", "bios")
    second = read_rows(SYSTEMINFO.encode(), "x")
    both = facts_of(Rows.together([first, second]), "windows")
    assert (value_of(both.identity.serial), value_of(both.identity.product)) == ("EX12345678", "Model 1")


def test_every_capture_is_known_from_windows(entries):
    for name, data, _ in entries("windows"):
        rows = read_rows(data, "note")
        assert rows.classes or rows.values, name


SEEDS = [WMIC.encode("utf-16"), LIST.encode(), TABLE.encode(), INFO.encode(), SYSTEMINFO.encode(), REGISTRY.encode()]


VALUES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(["PCI\\VEN_8086&DEV_1\\1", "{1, 2...}", "True", "12", "-1", "DISPLAY\\AUO1234\\1"])
    | st.lists(st.integers() | st.text(max_size=4), max_size=4)
)


@given(st.data())
def test_rows_of_every_class_and_any_types_never_crash(data):
    tree = {}
    for name in data.draw(st.lists(st.sampled_from(sorted(PROPERTIES)), min_size=1, max_size=4)):
        row = st.dictionaries(st.sampled_from(PROPERTIES[name]), VALUES, max_size=8)
        tree[name] = data.draw(st.lists(row, max_size=3))
    read_windows(json.dumps(tree).encode(), "windows")


@given(st.binary(max_size=400))
def test_arbitrary_bytes_raise_only_evidence_errors(data):
    with contextlib.suppress(EvidenceError):
        read_windows(data, "windows-x")


@given(st.sampled_from(SEEDS), st.integers(0, 2000), st.integers(0, 40), st.binary(max_size=12))
def test_mutated_bytes_raise_only_evidence_errors(seed, at, length, inserted):
    with contextlib.suppress(EvidenceError):
        read_windows(seed[:at] + inserted + seed[at + length :], "windows-x")


LARGE = 4 * 2**20
UNITS = [
    b"A : B\n",
    b"Capacity=1\r\n",
    b"Capacity=1\r\n\r\n",
    b"Get-Tpm bios cpu nic words and more words\n",
    b"Capacity  Speed\n",
    b"a  b\n",
    b"Speed\n-----\n1\n\n",
    b'"a"="b"\n',
    b"a,",
    b"  x\n",
    b"{",
    b"[",
    b"\x00",
    b"\n",
    b"\r\r\n",
    b"a:\n",
    b"a=\n",
    b",\n",
    b"x",
    b"[k]\n",
    b'"a"=hex:00,\\\n',
]


@pytest.mark.parametrize("encoding", ["ascii", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("unit", UNITS)
def test_four_mebibytes_take_two_seconds_at_most(unit, encoding):
    for head in (b"", b"Windows Registry Editor Version 5.00\n[HKEY_LOCAL_MACHINE\\X]\n"):
        text = (head + unit * (LARGE // len(unit) + 1))[:LARGE].decode("ascii")
        data = text.encode(encoding)[:LARGE]
        start = time.process_time()
        with contextlib.suppress(EvidenceError):
            read_windows(data, "windows-x")
        assert time.process_time() - start < 2


@pytest.mark.parametrize("unit", [b"\n", b"a:\n", b"a  b\n", b"Capacity=1\n"])
def test_what_is_kept_of_a_text_of_short_lines_is_bounded(unit):
    data = (unit * (LARGE // len(unit) + 1))[:LARGE]
    tracemalloc.start()
    try:
        with contextlib.suppress(EvidenceError):
            read_windows(data, "windows-x")
        assert tracemalloc.get_traced_memory()[1] < 100 * 2**20
    finally:
        tracemalloc.stop()


def test_a_table_below_many_lines_is_still_read():
    text = "\n" * 100_000 + "Capacity    DeviceLocator  \n4294967296  DIMM 1         \n"
    assert as_table(read_rows(text.encode(), "x"), "Win32_PhysicalMemory") == [
        {"Capacity": "4294967296", "DeviceLocator": "DIMM 1"}
    ]


def wide_table(caption: str, blanks: int) -> bytes:
    lines = (
        "Caption         Capacity   DeviceLocator   Speed",
        "-------         --------   -------------   -----",
        f"{caption}{' ' * blanks}8589934592 ChannelA-DIMM0  2667",
        "",
    )
    return "\n".join(lines).encode()


@pytest.mark.parametrize("blanks", [8, 12])
def test_a_table_with_wide_letters_is_read_as_it_was_padded(blanks):
    (module,) = value_of(read_windows(wide_table("物理内存", blanks), "windows-Win32_PhysicalMemory").memory.modules)
    assert value_of(module.size_bytes) == 8_589_934_592
    assert value_of(module.locator) == "ChannelA-DIMM0"
    assert value_of(module.speed_mts) == 2667


@given(st.text("物理内存Aa ", min_size=1, max_size=12), st.integers(0, 24))
def test_a_table_that_is_padded_in_no_known_way_gives_no_half_words(caption, blanks):
    try:
        modules = value_of(read_windows(wide_table(caption, blanks), "windows-Win32_PhysicalMemory").memory.modules)
    except EvidenceError:
        return
    if any(letter in "物理内存" for letter in caption):
        for module in modules or ():
            assert value_of(module.locator) in (None, "ChannelA-DIMM0")
            assert value_of(module.speed_mts) in (None, 2667)
