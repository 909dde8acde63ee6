import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.evidence.disks.lsblk import read_lsblk
from hardware.evidence.errors import EvidenceError
from specs.facts import Unknown
from tests.hardware.evidence.support import value_of


def test_the_captures_disks_are_found_and_loops_and_boot_areas_are_not(entries):
    found = {name: read_lsblk(data, "lsblk") for name, data, _ in entries("lsblk", ".json")}
    kinds = {name: {disk.name: value_of(disk.kind) for disk in disks} for name, disks in found.items()}
    assert kinds == {
        "checkbox__CRYPTO_FDE.lsblk.json": {"mmcblk0": "emmc", "mmcblk1": None},
        "checkbox__HP_DVDRW_WITH_ISO9660_DISC.lsblk.json": {"sda": None},
        "checkbox__KIOXIA_TransMemory.lsblk.json": {"mmcblk0": None, "sda": None},
    }


@pytest.mark.parametrize(("flag", "size"), [(False, 256060514304), ("0", "256060514304")])
def test_old_and_new_lsblk_say_the_same(read, flag, size):
    row = {"name": "sda", "type": "disk", "size": size, "rm": flag, "rota": flag, "tran": "sata", "model": "EXAMPLE"}
    (disk,) = value_of(read({"lsblk": {"blockdevices": [row]}}).facts.storage)
    assert value_of(disk.bytes) == 256060514304
    assert value_of(disk.kind) == "ssd"
    assert value_of(disk.removable) is False
    assert disk.model.evidence == ("lsblk",)


def test_sysfs_is_believed_before_lsblk(read):
    block = {"/sys/block/sda/size": "1000"}
    lsblk = {"blockdevices": [{"name": "sdz", "type": "disk", "size": 5}]}
    assert [disk.name for disk in value_of(read({"block": block, "lsblk": lsblk}).facts.storage)] == ["sda"]


@pytest.mark.parametrize("data", [b"sda 10G\n", b"", b"{}", b'{"blockdevices": 1}', b"[]", b"[1]"])
def test_what_lsblk_does_not_print_is_refused(data):
    with pytest.raises(EvidenceError):
        read_lsblk(data, "lsblk")


def test_rows_of_other_shapes_are_no_disks():
    rows = b'{"blockdevices": [1, null, [], {"name": 1, "type": "disk"}, {"name": "sda", "type": "disk", "size": {}}]}'
    (disk,) = read_lsblk(rows, "lsblk")
    assert value_of(disk.bytes) is None


def test_a_rounded_size_is_not_known_and_says_so():
    (disk,) = read_lsblk(b'{"blockdevices": [{"name": "sda", "type": "disk", "size": "223.6G"}]}', "lsblk")
    assert value_of(disk.bytes) is None
    assert isinstance(disk.bytes, Unknown)
    assert "-b" in disk.bytes.reason


def names(data):
    return [disk.name for disk in read_lsblk(data, "lsblk")]


def test_what_lies_on_a_disk_and_what_is_none_are_left_out():
    rows = b"""{"blockdevices": [
        {"name": "/dev/sda", "type": "disk", "children": [
            {"name": "sda1", "type": "part", "children": [{"name": "luks-1", "kname": "dm-0", "type": "crypt"}]},
            {"name": "md126", "type": "raid1"}]},
        {"name": "nvme0n1", "type": "disk"}, {"name": "nvme0n2", "type": "disk"}, {"name": "nvme0c0n1", "type": "disk"},
        {"name": "zram0", "type": "disk"}, {"name": "fd0", "type": "disk"}, {"name": "sr0", "type": "rom"},
        {"name": "mmcblk0", "type": "disk"}, {"name": "mmcblk0boot0", "type": "disk"},
        {"name": "mmcblk0rpmb", "type": "disk"}, {"name": "sdb", "type": "disk", "size": "0B"}]}"""
    assert names(rows) == ["mmcblk0", "nvme0n1", "nvme0n2", "sda"]


def test_listed_the_other_way_round_the_disks_are_the_leaves():
    rows = b'{"blockdevices": [{"name": "sda1", "type": "part", "children": [{"name": "sda", "type": "disk"}]}]}'
    assert names(rows) == ["sda"]
    assert names(b"NAME   TYPE\nsda1   part\n`-sda  disk\n") == ["sda"]


TREE = """NAME        MAJ:MIN RM   SIZE RO TYPE MOUNTPOINTS
loop0         7:0    0    55M  1 loop /snap/core/1
sda           8:0    0 238.5G  0 disk
├─sda1        8:1    0   512M  0 part /boot/efi
│                                     /boot
└─sda2        8:2    0   238G  0 part
sdb           8:16   1   7.5G  0 disk
sr0          11:0    1  1024M  0 rom
nvme0n1     259:0    0 476.9G  0 disk
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-8-sig"])
def test_the_default_columns(encoding):
    found = {disk.name: disk for disk in read_lsblk(TREE.encode(encoding), "lsblk")}
    assert list(found) == ["nvme0n1", "sda", "sdb"]
    assert value_of(found["sdb"].removable) is True
    assert value_of(found["nvme0n1"].removable) is False
    # A large disk on USB says 0 as well.
    assert value_of(found["sda"].removable) is None
    assert all(value_of(disk.bytes) is None for disk in found.values())


def test_a_blank_cell_is_not_filled_from_its_neighbour():
    text = b"""NAME   ROTA TRAN   MODEL            SERIAL   REV
sda       0 sata   EXAMPLE DISK 256         EX01
sdb       1        Flash Disk       A1B2    1.00
sdc       1 usb
"""
    first, second, third = read_lsblk(text, "lsblk")
    assert [value_of(fact) for fact in (first.model, first.serial, first.firmware)] == [
        "EXAMPLE DISK 256",
        None,
        "EX01",
    ]
    assert [value_of(fact) for fact in (second.model, second.serial, second.firmware)] == ["Flash Disk", "A1B2", "1.00"]
    assert value_of(first.kind) == "ssd"
    assert value_of(third.kind) is value_of(third.model) is None
    assert value_of(third.removable) is True


def test_pairs_raw_and_bytes():
    pairs = (
        b'NAME="sda" MAJ:MIN="8:0" RM="0" SIZE="256060514304" TYPE="disk" MODEL="EX\\x20AMPLE" TRAN="sata" ROTA="0"\n'
    )
    raw = b"NAME RM SIZE TYPE MODEL TRAN ROTA\nsda 0 256060514304 disk EX\\x20AMPLE sata 0\nsda1 0 5 part   0\n"
    for data in (pairs, raw):
        (disk,) = read_lsblk(data, "lsblk")
        assert value_of(disk.bytes) == 256060514304
        assert value_of(disk.model) == "EX AMPLE"
        assert value_of(disk.kind) == "ssd"
        assert value_of(disk.removable) is False


def test_raw_with_a_blank_last_cell_and_folded_blanks():
    assert names(b"NAME MAJ:MIN RM SIZE RO TYPE MOUNTPOINT\nsda 8:0 0 20G 0 disk \nsda1 8:1 0 20G 0 part /\n") == [
        "sda"
    ]
    folded = b"NAME   MAJ:MIN RM  SIZE RO TYPE MOUNTPOINTS\nsda 8:0 0 20G 0 disk\n|-sda1 8:1 0 20G 0 part /\n"
    assert names(folded) == ["sda"]


def test_a_tree_whose_lines_were_misread_or_lost():
    for drawn in ("├─".encode().decode("cp1252"), "??", "\ufffd\ufffd", "|-"):
        assert names(f"NAME   RM SIZE TYPE\nsda     0 232G disk\n{drawn}sda1  0 200M part\n".encode()) == ["sda"]


def test_columns_that_do_not_stand_under_their_headings_are_refused():
    with pytest.raises(EvidenceError):
        read_lsblk(b"NAME        MODEL      RM TYPE\nsda Flash Disk 1 disk\nsdb X 1 disk\n", "lsblk")


def test_the_disks_of_the_text_captures(entries):
    found = {name: [disk.name for disk in read_lsblk(data, "lsblk")] for name, data, _ in entries("lsblk", ".txt")}
    assert found == {
        "jc__centos-7.7_lsblk-allcols.txt": ["sda"],
        "jc__ubuntu-18.04_lsblk.txt": ["sda"],
        **{
            f"util-linux__simple-nvme-{kind}.txt": ["nvme0n1", "sda", "sdb"]
            for kind in "basic topo vendor state".split()
        },
    }
    kinds = {
        name: [value_of(disk.kind) for disk in read_lsblk(data, "lsblk")] for name, data, _ in entries("lsblk", "e.txt")
    }
    assert kinds == {"util-linux__simple-nvme-state.txt": ["nvme", "ssd", "hdd"]}


SEEDS = [TREE.encode(), b'NAME="sda" SIZE="20" TYPE="disk"\n', b'{"blockdevices": [{"name": "sda", "type": "disk"}]}']


@given(st.sampled_from(SEEDS), st.integers(0, 600), st.integers(0, 40), st.binary(max_size=40))
def test_spoilt_bytes_are_read_or_refused(seed, start, length, noise):
    try:
        found = read_lsblk(seed[:start] + noise + seed[start + length :], "lsblk")
    except EvidenceError:
        return
    assert all(disk.name and (value_of(disk.bytes) or 1) > 0 for disk in found)
