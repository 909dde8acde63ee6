import json

import pytest

from hardware.evidence.disks.smart import read_smart
from hardware.evidence.errors import EvidenceError
from specs.facts import Known
from tests.hardware.evidence.support import value_of

# smartctl got no data from this disk (exit status 2).
NO_DATA = "scrutiny__smart-fail.json"


def test_every_scored_field_of_every_json_capture_is_right(entries, same):
    wrong = []
    for name, data, facts in entries("smart", ".json"):
        if name == NO_DATA:
            assert not any(value for key, value in facts.items() if key != "smartctl_exit_status")
            with pytest.raises(EvidenceError):
                read_smart(data)
            continue
        reading = read_smart(data)
        nvme = reading.protocol == "NVMe"
        got = {
            "model": reading.model,
            "serial": reading.serial,
            "firmware": reading.firmware,
            "capacity_bytes": reading.bytes,
            "smart_passed": reading.passed,
            "power_on_hours": reading.power_on_hours,
            "power_cycles": reading.power_cycles,
            "temperature_c": reading.temperature_c,
            "is_ssd": None if reading.rotates is None else not reading.rotates,
            "reallocated": reading.reallocated,
            "pending": reading.pending,
            "uncorrectable": reading.uncorrectable,
            "nvme_percentage_used": reading.percent_used if nvme else None,
            "nvme_available_spare": reading.available_spare,
            "nvme_critical_warning": reading.critical_warning,
            "nvme_media_errors": reading.media_errors,
        }
        wrong += [(name, key, facts[key], got[key]) for key in got if key in facts and not same(facts[key], got[key])]
    assert wrong == []


def smartctl(**more):
    return {
        "json_format_version": [1, 0],
        "smartctl": {"exit_status": 64},
        "device": {"name": "/dev/sda", "protocol": "ATA"},
        "model_name": "EXAMPLE SSD 256GB",
        "serial_number": "S512345678",
        "rotation_rate": 0,
        "user_capacity": {"bytes": 256060514304},
        "smart_status": {"passed": True},
        "power_on_time": {"hours": 12},
        "ata_smart_attributes": {"table": [{"id": 5, "raw": {"value": 3}}]},
        **more,
    }


def test_smart_fills_what_the_kernel_cuts_short(read):
    block = {
        "/sys/block/sda/size": "500118192",
        "/sys/block/sda/queue/rotational": "0",
        "/sys/block/sda/device/model": "EXAMPLE SSD 256G",
    }
    (disk,) = value_of(read({"block": block, "smart-sda": smartctl()}).facts.storage)
    assert disk.model == Known("EXAMPLE SSD 256GB", ("smart-sda",))
    assert disk.serial == Known("S512345678", ("smart-sda",))
    assert disk.kind == Known("ssd", ("block",))
    assert disk.health.assessment == Known("passed", ("smart-sda",))
    assert disk.health.reallocated == Known(3, ("smart-sda",))
    assert value_of(disk.health.critical_warning) is None


def test_a_failed_disk_says_failed(read):
    (disk,) = value_of(read({"smart-sda": smartctl(smart_status={"passed": False})}).facts.storage)
    assert value_of(disk.health.assessment) == "failed"


def test_a_namespace_takes_the_health_of_its_controller(read):
    log = {"critical_warning": 0, "percentage_used": 4, "media_errors": 0}
    data = smartctl(device={"name": "/dev/nvme0", "protocol": "NVMe"}, nvme_smart_health_information_log=log)
    block = {"/sys/block/nvme0n1/size": "500118192"}
    (disk,) = value_of(read({"block": block, "smart-nvme0": data}).facts.storage)
    assert value_of(disk.health.percent_used) == 4


def test_a_disk_without_smart_has_unknown_health_with_its_reason(read):
    block = {"/sys/block/sda/size": "500118192"}
    (disk,) = value_of(read({"block": block}, {"smart-sda": "EACCES: /dev/sda needs root"}).facts.storage)
    assert disk.health.assessment.problem == "unreadable"
    assert "root" in disk.health.assessment.reason
    (disk,) = value_of(read({"block": block}).facts.storage)
    assert disk.health.assessment.problem == "not_collected"


def test_numbers_of_other_types_are_not_there(read):
    odd = smartctl(power_on_time={"hours": "12"}, user_capacity={"bytes": -5}, rotation_rate="7200", smart_status=[])
    (disk,) = value_of(read({"smart-sda": odd}).facts.storage)
    assert value_of(disk.health.power_on_hours) is None
    assert value_of(disk.bytes) is None
    assert value_of(disk.kind) is None


@pytest.mark.parametrize("data", [b"smartctl 7.3\n=== START OF INFORMATION SECTION ===\n", b"{}", b"[1]", b"{"])
def test_what_holds_no_reading_is_refused(data):
    with pytest.raises(EvidenceError):
        read_smart(data)


def of(tree):
    return read_smart(json.dumps(tree).encode())


@pytest.mark.parametrize("wrap", [lambda one: [one], lambda one: {"data": {"smart": one}}, lambda one: [[one, one]]])
def test_a_collectors_own_json_around_it_is_looked_through(wrap):
    assert of(wrap(smartctl())).serial == "S512345678"


def test_two_disks_and_a_list_of_disks_are_no_reading():
    with pytest.raises(EvidenceError, match="more than one disk"):
        of([smartctl(), smartctl(serial_number="S999")])
    with pytest.raises(EvidenceError, match="list of disks"):
        of({"json_format_version": [1, 0], "smartctl": {}, "devices": [{"name": "/dev/sda"}]})


def test_numbers_that_are_none_and_doubled_keys_do_not_stop_it():
    data = json.dumps(smartctl(temperature={"current": float("nan")})).encode()
    assert b"NaN" in data
    assert read_smart(data).temperature_c is None
    assert read_smart(data).bytes == 256060514304
    doubled = data.replace(b'"model_name"', b'"model_name": "X", "model_name"')
    assert read_smart(doubled).model == "EXAMPLE SSD 256GB"


@pytest.mark.parametrize(
    ("more", "passed"),
    [
        ({"smart_status": None, "smartctl": {"exit_status": 8}}, False),
        ({"smart_status": None, "smartctl": {"exit_status": 68}}, None),
        ({"smart_status": {"passed": True}, "smartctl": {"exit_status": 76}}, True),
    ],
)
def test_of_the_exit_status_only_failing_is_a_verdict(more, passed):
    assert of(smartctl(**more)).passed is passed


@pytest.mark.parametrize(
    ("shown", "hours"),
    [("42565h+42m+49.015s", 42565), ("1234", 1234), ("2725 (151 234 0)", None), ("9999999", None), ("0x10", None)],
)
def test_the_hours_of_attribute_9_where_smartctl_gives_none(shown, hours):
    table = {"table": [{"id": 9, "raw": {"value": 167031278144165, "string": shown}}]}
    tree = {key: value for key, value in smartctl(ata_smart_attributes=table).items() if key != "power_on_time"}
    assert of(tree).power_on_hours == hours


def test_of_several_numbers_in_a_raw_value_the_first_counts():
    row = {"id": 5, "raw": {"value": 0x000500000003, "string": "3 (0 5)"}}
    assert of(smartctl(ata_smart_attributes={"table": [row]})).reallocated == 3


@pytest.mark.parametrize(("current", "expected"), [(0, 0), (41, 41), (-5, None), (255, None), (True, None)])
def test_a_temperature_is_one(current, expected):
    assert of(smartctl(temperature={"current": current})).temperature_c == expected


def test_one_namespace_counts_before_the_total_and_a_total_of_nothing_not_at_all():
    space = {"nvme_namespaces": [{"id": 1, "size": {"bytes": 512}}]}
    assert of(smartctl(nvme_total_capacity=1024, **space)).bytes == 256060514304
    assert of(smartctl(user_capacity=None, nvme_total_capacity=1024, **space)).bytes == 1024
    assert of(smartctl(user_capacity=None, nvme_total_capacity=0, **space)).bytes == 512


def test_a_disk_of_a_reading_alone():
    found = of(smartctl()).disk("sda", "smart-sda")
    assert found.model == Known("EXAMPLE SSD 256GB", ("smart-sda",))
    assert value_of(found.bytes) == 256060514304
    assert value_of(found.kind) == "ssd"
    assert found.removable.problem == "absent"
