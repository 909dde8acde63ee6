import pytest

from hardware.evidence.disks.lsblk import read_lsblk
from hardware.evidence.errors import EvidenceError
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


@pytest.mark.parametrize("data", [b"NAME SIZE\nsda 10G\n", b"{}", b'{"blockdevices": 1}', b"[]"])
def test_text_with_rounded_sizes_and_other_json_is_refused(data):
    with pytest.raises(EvidenceError):
        read_lsblk(data, "lsblk")


def test_rows_of_other_shapes_are_no_disks():
    rows = b'{"blockdevices": [1, null, [], {"name": 1, "type": "disk"}, {"name": "sda", "type": "disk", "size": {}}]}'
    (disk,) = read_lsblk(rows, "lsblk")
    assert value_of(disk.bytes) is None
