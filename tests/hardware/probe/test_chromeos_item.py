"""What the probe takes of a Chromebook, and what it never takes."""

import json

import pytest

from hardware.evidence.facts import read_facts
from specs.facts import Unknown, value_of
from tests.hardware.probe import laptop_tree

PRODUCT_DATA = {
    "ro/serial_number": "5CD1234ABC",
    "ro/model_name": "Rover Chromebook 11",
    "ro/region": "gb",
    "ro/stable_device_secret_DO_NOT_SHARE": "SECRET",
    "ro/attested_device_id": "SECRET",
    "rw/gbind_attribute": "SECRET",
    "rw/ubind_attribute": "SECRET",
}
SWITCHES = {
    "HWID": "ROVER A1B\n",
    "FWID": "Google_Rover.1\n",
    "FRID": "Google_Rover.1\n",
    "CHSW": "32\n",
    "BINF.3": "2\n",
}


FOLDERS = (
    "bus/platform/devices/GOOG0016:00",
    "bus/platform/devices/GGL0001:00",
    "devices/platform/chromeos_acpi",
)


@pytest.fixture(params=FOLDERS)
def switches(request):
    """The folder in which one or another kernel shows the firmware's switches."""
    return request.param


@pytest.fixture
def chromebook(laptop, switches):
    """The made-up laptop as a Chromebook."""
    contents = {f"firmware/vpd/{name}": text for name, text in PRODUCT_DATA.items()}
    contents |= {f"{switches}/{name}": text for name, text in SWITCHES.items()}
    contents |= {f"{switches}/VBNV.0": "SECRET", "firmware/vpd/ro_raw": "SECRET"}
    for name, text in contents.items():
        file = laptop / "sys" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return laptop


def test_what_is_on_the_list_is_taken_and_no_secret_is(capture, chromebook, switches, tree):
    bundle = capture("--root", chromebook)
    found = tree(bundle, "chromeos")
    assert {path: value for path, value in found.items() if "error" not in json.dumps(value)} == {
        **{f"/sys/{switches}/{name}": text for name, text in SWITCHES.items()},
        "/sys/firmware/vpd/ro": {"dir": True},
        "/sys/firmware/vpd/ro/model_name": "Rover Chromebook 11",
        "/sys/firmware/vpd/ro/region": "gb",
        "/sys/firmware/vpd/ro/serial_number": "5CD1234ABC",
        "/sys/firmware/vpd/rw": {"dir": True},
    }
    assert bundle.items["chromeos"].meta.error is None
    assert b"SECRET" not in laptop_tree.all_bytes(chromebook.parent / "capture.zip")


def test_the_parser_reads_what_the_probe_writes(capture, chromebook):
    facts = read_facts(capture("--root", chromebook)).facts
    assert value_of(facts.chromeos.hwid) == "ROVER A1B"
    assert value_of(facts.chromeos.developer_mode) is True
    assert value_of(facts.chromeos.activated_on) == "never"
    assert value_of(facts.chromeos.enrolment_checked) is False
    assert value_of(facts.system.family) == "chromeos"


def test_a_used_and_enrolled_one_is_seen(capture, chromebook):
    (chromebook / "sys/firmware/vpd/rw/ActivateDate").write_text("2020-50")
    (chromebook / "sys/firmware/vpd/rw/check_enrollment").write_text("1")
    facts = read_facts(capture("--root", chromebook)).facts
    assert value_of(facts.chromeos.activated_on) == "2020-50"
    assert value_of(facts.chromeos.enrolment_checked) is True


def test_switches_without_product_data_are_no_missing_item(capture, chromebook):
    for path in sorted((chromebook / "sys/firmware/vpd").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    (chromebook / "sys/firmware/vpd").rmdir()
    bundle = capture("--root", chromebook)
    assert bundle.items["chromeos"].meta.error is None
    facts = read_facts(bundle).facts
    assert value_of(facts.chromeos.developer_mode) is True
    assert value_of(facts.chromeos.activated_on) is None


def test_another_makers_laptop_lists_the_item_as_absent(capture, laptop, tree):
    bundle = capture("--root", laptop)
    item = bundle.items["chromeos"]
    assert item.meta.error == "ENOENT: /sys/firmware/vpd does not exist"
    assert set(tree(bundle, "chromeos")) <= {
        "/sys/bus/platform/devices",
        "/sys/devices/platform/chromeos_acpi",
        "/sys/firmware/vpd",
    }
    reading = read_facts(bundle)
    mode = reading.facts.chromeos.developer_mode
    assert isinstance(mode, Unknown)
    assert mode.problem == "absent"
    assert not [problem for problem in reading.problems if problem.item == "chromeos"]
    assert value_of(reading.facts.identity.serial) == "PF0ABCDE"
    assert value_of(reading.facts.system.family) == "linux"


def test_a_half_that_cannot_be_listed_is_never_taken_for_an_empty_one(capture, chromebook, tree):
    for file in (chromebook / "sys/firmware/vpd/rw").iterdir():
        file.unlink()
    (chromebook / "sys/firmware/vpd/rw").rmdir()
    (chromebook / "sys/firmware/vpd/rw").write_text("no folder")
    bundle = capture("--root", chromebook)
    assert tree(bundle, "chromeos")["/sys/firmware/vpd/rw"] == {"error": "ENOTDIR"}
    assert value_of(read_facts(bundle).facts.chromeos.activated_on) is None
