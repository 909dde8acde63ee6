from hardware.evidence.disks.smart_reading import SmartReading
from hardware.evidence.disks.storage import storage
from specs.facts import Disk, DiskHealth, Known, Unknown, known
from tests.hardware.evidence.support import value_of

GONE = Unknown("nobody looked")


def test_only_a_namespace_takes_the_reading_of_another_name():
    smart = {"nvme0": SmartReading(percent_used=4), "sda": SmartReading(percent_used=9)}
    found = value_of(storage({"block": (Disk("nvme0n1"), Disk("sdan"), Disk("nvme1n1"))}, smart, {}))
    assert [value_of(disk.health.percent_used) for disk in found] == [4, None, None]


def test_a_reading_makes_a_disk_where_nobody_listed_them():
    reading = SmartReading(model="EXAMPLE", serial="S1234567", firmware="1", bytes=512, protocol="NVMe", passed=True)
    (disk,) = value_of(storage({"block": GONE}, {"nvme0": reading}, {}))
    assert [value_of(fact) for fact in (disk.kind, disk.bytes, disk.model, disk.serial, disk.firmware)] == [
        "nvme", 512, "EXAMPLE", "S1234567", "1",
    ]  # fmt: skip
    assert value_of(disk.health.assessment) == "passed"


def test_where_the_list_could_not_be_read_a_reading_is_not_the_whole_of_it():
    broken = Unknown("block cannot be read", ("block",), "unreadable")
    assert storage({"block": broken}, {"sda": SmartReading()}, {}) == broken


def test_the_wear_of_an_emmc_reaches_its_disk():
    wear = DiskHealth(life_used=known(20), pre_eol=known("normal"), life_time_a=known(1), life_time_b=known(2))
    (disk,) = value_of(storage({"block": (Disk("mmcblk0", kind=Known("emmc")),)}, {}, {"mmcblk0": wear}))
    assert (value_of(disk.health.life_time_a), value_of(disk.health.life_time_b)) == (1, 2)
    assert disk.health.assessment.problem == "absent"
    (disk,) = value_of(storage({"block": (Disk("mmcblk0"),)}, {}, {"mmcblk0": Unknown("broken", (), "unreadable")}))
    assert disk.health.life_time_a.problem == disk.health.life_used.problem == "unreadable"
