import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.evidence.errors import EvidenceError
from hardware.evidence.listings.hwinfo import read_hwinfo
from tests.hardware.evidence.support import value_of

BIOS = """01: None 00.0: 10105 BIOS
  [Created at bios.186]
  Unique ID: rdCR.lZF+r4EgHp4
  Hardware Class: bios
  SMBIOS Version: 2.8
  BIOS Info: #0
    Vendor: "Example BIOS"
    Version: "1.02"
    Date: "04/21/2014"
    Features: 0x0d03001100013f8b9880
      PCI supported
  System Info: #1
    Manufacturer: "Example Ltd"
    Product: "Model 1"
    Version: "To be filled by O.E.M."
    Serial: "EX123456"
    UUID: 01020304-0506-0708-090a-0b0c0d0e0f10
  Board Info: #2
    Manufacturer: "Example Boards"
    Product: "B1"
    Serial: "BS123456"
  Chassis Info: #3
    Manufacturer: "Example Ltd"
    Type: 0x8c (Docking Station)
  Chassis Info: #9
    Type: 0x1f (Other)
    Asset Tag: "A-1"
  Hardware Security: #12
    Power-on Password: 0x00 (Disabled)
    Admin Password: 0x01 (Enabled)
  Memory Device: #19
    Location: "DIMM 0"
    Manufacturer: "Samsung"
    Form Factor: 0x0d (SODIMM)
    Type: 0x1a (Other)
    Size: 4 GB
    Speed: 2400 MHz
  Memory Device: #20
    Location: "DIMM 1"
    Type: 0x02 (Unknown)
    Size: No Memory Installed
  Memory Device: #21
    Location: "SYSTEM ROM"
    Type: 0x09 (Other)
    Size: 4 MB
  Config Status: cfg=new, avail=yes, need=no, active=unknown

"""


def disk(name, size=1000, link="/devices/pci0000:00/0000:00:17.0/ata1/host0/target0:0:0/0:0:0:0", **fields):
    lines = [
        "31: SCSI 100.0: 10600 Disk",
        "  [Created at block.245]",
        f"  SysFS ID: /class/block/{name}",
        f"  SysFS Device Link: {link}",
        "  Hardware Class: disk",
        *(f'  {key.replace("_", " ")}: "{value}"' for key, value in fields.items()),
        f"  Device File: /dev/{name} (/dev/sg1)",
    ]
    if size is not None:
        lines += [f"  Size: {size} sectors a 512 bytes", f"  Capacity: 0 GB ({size * 512} bytes)"]
    return "\n".join(lines) + "\n\n"


def read(text):
    return read_hwinfo(text.encode(), "hwinfo")


def test_who_the_machine_is():
    found = read(BIOS)
    one = found.identity
    assert [value_of(fact) for fact in (one.manufacturer, one.product, one.version, one.serial)] == [
        "Example Ltd", "Model 1", None, "EX123456",
    ]  # fmt: skip
    assert value_of(one.uuid) == "01020304-0506-0708-090a-0b0c0d0e0f10"
    assert (value_of(one.board_manufacturer), value_of(one.board_product)) == ("Example Boards", "B1")
    assert value_of(one.board_serial) == "BS123456"
    # The docking station comes first; hwinfo has no word for the convertible.
    assert (value_of(one.chassis), value_of(one.asset_tag)) == ("Convertible", "A-1")
    firmware = found.firmware
    assert [value_of(fact) for fact in (firmware.vendor, firmware.version, firmware.date)] == [
        "Example BIOS", "1.02", "2014-04-21",
    ]  # fmt: skip
    assert (value_of(firmware.admin_password), value_of(firmware.power_on_password)) == (True, False)


def test_memory_is_that_of_the_modules_without_the_firmwares_flash():
    memory = read(BIOS).memory
    assert (value_of(memory.installed_bytes), value_of(memory.slots)) == (4 * 2**30, 2)
    (module,) = value_of(memory.modules)
    assert (value_of(module.type), value_of(module.speed_mts), value_of(module.manufacturer)) == (
        "DDR4",
        2400,
        "Samsung",
    )
    assert value_of(read(BIOS.replace("4 GB", "1 GB + 512 MB")).memory.installed_bytes) == 3 * 2**29
    assert value_of(read(BIOS.replace("4 GB", "some")).memory.installed_bytes) is None


def test_the_disks_without_boot_areas_and_with_what_is_removable():
    usb = "/devices/pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0/host0/target0:0:0/0:0:0:0"
    found = value_of(
        read(
            disk("mmcblk0rpmb", 8192) + disk("mmcblk0boot0", 8192) + disk("mmcblk0", 61071360, Model="Disk")
            + disk("sda", 500118192, Model="EXAMPLE SSD", Serial_ID="S1", Revision="1") + disk("nvme0n1")
            + disk("sdb", link=usb) + disk("sdc", None, link=usb) + disk("sdd", None) + disk("fd0") + disk("mmcblk1")
        ).storage
    )  # fmt: skip
    assert [(one.name, value_of(one.kind), value_of(one.removable)) for one in found] == [
        ("mmcblk0", "emmc", False),
        ("mmcblk1", None, None),
        ("nvme0n1", "nvme", False),
        ("sda", None, False),
        ("sdb", None, True),
        ("sdd", None, False),
    ]
    assert (value_of(found[0].bytes), value_of(found[0].model)) == (61071360 * 512, None)
    sata = found[3]
    assert [value_of(fact) for fact in (sata.bytes, sata.model, sata.serial, sata.firmware)] == [
        500118192 * 512, "EXAMPLE SSD", "S1", "1",
    ]  # fmt: skip
    # One that could not be opened has no size, but is there.
    assert value_of(found[5].bytes) is None


def test_a_listing_without_disks_says_nothing_of_them():
    assert read(BIOS).storage.problem == "absent"


@pytest.mark.parametrize("data", [b"", b"disk:\n  /dev/sda  EXAMPLE\n", b"\x00" * 40, b"{}"])
def test_other_bytes_are_refused(data):
    with pytest.raises(EvidenceError):
        read_hwinfo(data, "hwinfo")


def test_the_captures(entries):
    for name, data, facts in entries("hwinfo"):
        found = read_hwinfo(data, "hwinfo")
        if "model" in facts:
            assert value_of(found.identity.product) == facts["model"], name
        if "disks" in facts:
            fixed = [one for one in value_of(found.storage) if not value_of(one.removable)]
            assert [(one.name, value_of(one.bytes), value_of(one.kind)) for one in fixed] == [
                (disk["name"], disk["bytes"], disk["kind"].lower()) for disk in facts["disks"]
            ], name
            assert not {one.name for one in fixed} & set(facts["usb_or_pseudo"])


@given(st.sampled_from([BIOS, disk("sda")]), st.integers(0, 2000), st.integers(0, 60), st.binary(max_size=60))
def test_spoilt_bytes_are_read_or_refused(seed, start, length, noise):
    spoilt = seed.encode()[:start] + noise + seed.encode()[start + length :]
    try:
        found = read_hwinfo(spoilt, "hwinfo")
    except EvidenceError:
        return
    total = value_of(found.memory.installed_bytes)
    assert total is None or 0 < total < 2**63
