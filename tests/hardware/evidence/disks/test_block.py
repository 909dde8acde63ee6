import pytest

from tests.hardware.evidence.support import value_of


def disk(name, size=500_118_192, link="../devices/pci0000:00/0000:00:17.0/ata1/host0/block/sda", **files):
    tree = {f"/sys/block/{name}": {"link": link}, f"/sys/block/{name}/size": f"{size}\n"}
    for file, value in files.items():
        tree[f"/sys/block/{name}/" + file.replace("__", "/")] = value
    return tree


def disks(read, *trees):
    return value_of(read({"block": {path: value for tree in trees for path, value in tree.items()}}).facts.storage)


def test_sizes_are_counted_in_512_bytes_whatever_the_sectors_are(read):
    (found,) = disks(read, disk("sda", queue__logical_block_size="4096", queue__rotational="0", removable="0"))
    assert value_of(found.bytes) == 500_118_192 * 512
    assert value_of(found.kind) == "ssd"
    assert value_of(found.removable) is False


def test_what_is_no_disk_is_left_out(read):
    names = "loop0 ram0 zram0 dm-0 md0 sr0 fd0 nbd0 mmcblk0boot0 mmcblk0boot1 mmcblk0rpmb nvme0c0n1".split()
    assert disks(read, *(disk(name) for name in names), disk("sdb", size=0), disk("sda"))[0].name == "sda"
    assert len(disks(read, *(disk(name) for name in names), disk("sdb", size=0), disk("sda"))) == 1


def test_nvme_takes_its_names_from_its_controller(read):
    controller = {
        "/sys/class/nvme/nvme0/model": "Example NVMe   \n",
        "/sys/class/nvme/nvme0/serial": "NV12345678\n",
        "/sys/class/nvme/nvme0/firmware_rev": "1.0\n",
    }
    first, second = disks(read, disk("nvme0n1"), disk("nvme0n2"), controller)
    assert value_of(first.kind) == "nvme"
    assert value_of(first.model) == value_of(second.model) == "Example NVMe"
    assert value_of(first.serial) == "NV12345678"
    assert value_of(first.firmware) == "1.0"


@pytest.mark.parametrize(("kind", "expected"), [("MMC", "emmc"), ("SD", None)])
def test_an_emmc_is_no_memory_card(read, kind, expected):
    (found,) = disks(read, disk("mmcblk0", removable="0", device__type=kind, device__name="EX032"))
    assert value_of(found.kind) == expected
    assert value_of(found.removable) is (kind == "SD")
    assert value_of(found.model) == "EX032"


def test_a_disk_on_usb_is_removable_and_of_no_certain_kind(read):
    link = "../devices/pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0/host6/target6:0:0/6:0:0:0/block/sdb"
    (found,) = disks(read, disk("sdb", link=link, removable="0", queue__rotational="1"))
    assert value_of(found.removable) is True
    assert value_of(found.kind) is None


def test_a_virtual_disk_does_not_become_a_hard_disk(read):
    (found,) = disks(read, disk("vda", queue__rotational="1", device__vendor="0x1af4"))
    assert value_of(found.kind) is None
    (found,) = disks(read, disk("sda", queue__rotational="1"))
    assert value_of(found.kind) == "hdd"


def test_the_word_that_every_sata_disk_has_for_a_maker_is_left_out(read):
    first, second = disks(
        read,
        disk("sda", device__vendor="ATA     ", device__model="EXAMPLE SSD"),
        disk("sdb", device__vendor="Maker", device__model="Stick"),
    )
    assert value_of(first.model) == "EXAMPLE SSD"
    assert value_of(second.model) == "Maker Stick"


def test_a_size_that_is_no_number_is_unknown(read):
    for size in ("-1", "many", "9" * 18):
        (found,) = disks(read, disk("sda", size=size))
        assert value_of(found.bytes) is None


def test_an_empty_list_is_no_disk_and_a_missing_one_is_unknown(read):
    assert disks(read, {}) == ()
    assert read({"block": {"/sys/block": {"error": "ENOENT"}}}).facts.storage.problem == "absent"
    assert read({}).facts.storage.problem == "not_collected"


NVME = "../devices/pci0000:00/0000:00:1d.0/0000:01:00.0/nvme/nvme1/nvme0n1"


def test_a_fixed_disk_of_size_0_is_a_broken_disk(read):
    (found,) = disks(read, disk("sda", size=0, removable="0"), disk("sdb", size=0, removable="1"))
    assert found.name == "sda"
    assert value_of(found.bytes) is None
    usb = "../devices/pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0/host6/target6:0:0/6:0:0:0/block/sdc"
    assert disks(read, disk("sdc", size=0, removable="0", link=usb)) == ()


def test_an_nvme_disk_follows_its_link_to_its_controller(read):
    models = {f"/sys/class/nvme/nvme{number}/model": f"Model {number}" for number in (0, 1)}
    (found,) = disks(read, disk("nvme0n1", link=NVME), models)
    assert value_of(found.model) == "Model 1"
    (found,) = disks(read, disk("nvme0n1", link="../devices/virtual/nvme-subsystem/nvme-subsys0/nvme0n1"), models)
    assert value_of(found.model) == "Model 0"


def test_what_may_be_a_memory_card_is_not_called_fixed(read):
    (found,) = disks(read, disk("mmcblk0", removable="0"))
    assert value_of(found.removable) is None
    found = disks(read, disk("mmcblk0", removable="0"), disk("mmcblk0boot0", size=8192), disk("mmcblk0gp0", size=8192))
    assert [(one.name, value_of(one.kind), value_of(one.removable)) for one in found] == [("mmcblk0", "emmc", False)]
    (found,) = disks(read, disk("mspblk0", removable="0"))
    assert value_of(found.removable) is True
    assert value_of(found.kind) is None


def test_the_boot_units_of_a_ufs_disk_are_no_disks(read):
    def unit(name, size):
        return disk(name, size, f"../devices/platform/soc/1d84000.ufshc/host0/target0:0:0/block/{name}", removable="0")

    (found,) = disks(read, unit("sda", 250_000_000), unit("sdb", 8192), unit("sdc", 8192))
    assert found.name == "sda"


def test_the_members_of_an_array_are_the_disks(read):
    behind_vmd = "../devices/pci0000:00/0000:00:0e.0/pci10000:e0/10000:e0:1d.0/10000:e1:00.0/nvme/nvme0/nvme0n1"
    found = disks(read, disk("sda", removable="0"), disk("nvme0n1", link=behind_vmd), disk("md126"), disk("dm-0"))
    assert [one.name for one in found] == ["nvme0n1", "sda"]
