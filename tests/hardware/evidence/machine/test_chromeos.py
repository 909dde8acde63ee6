import contextlib
import json

import pytest
from hypothesis import given

from hardware.evidence.errors import EvidenceError
from hardware.evidence.machine.chromeos import read_chromeos
from specs.facts import Known, Unknown, walk
from tests.hardware.evidence.mutations import mutated
from tests.hardware.evidence.support import value_of

CROSSYSTEM = """\
arch                    = x86                            # [RO/str] Platform architecture
block_devmode           = 0                              # [RW/int] Block all use of developer mode
devsw_boot              = 0                              # [RO/int] Developer switch position at boot
fwid                    = Google_Rover.10000.1.0         # [RO/str] Active firmware ID
hwid                    = ROVER A1B-C2D-E3F              # [RO/str] Hardware ID
mainfw_type             = normal                         # [RO/str] Active main firmware type
phase_enforcement       = (error)                        # [RO/int] Board should have full security settings applied
wpsw_cur                = 1                              # [RO/int] Firmware write protect hardware switch
"""
READ_ONLY = """\
"asset_tag"="GHWT-0001"
"keyboard_layout"="xkb:gb:extd:eng"
"mlb_serial_number"="BRD0000001"
"model_name"="Rover Chromebook #11"
"region"="gb"
"serial_number"="5CD1234ABC"
"sku_number"="1AB23EA"
"""
READ_WRITE = """\
"gbind_attribute"="aaaa"
"ubind_attribute"="bbbb"
"should_send_rlz_ping"="1"
"""
RELEASE = """\
CHROMEOS_RELEASE_CHROME_MILESTONE=94
CHROMEOS_RELEASE_DESCRIPTION=14150.64.0 (Official Build) stable-channel rover
CHROMEOS_RELEASE_TRACK=stable-channel
CHROMEOS_RELEASE_VERSION=14150.64.0
"""
TELEMETRY = {
    "system": {
        "os_info": {
            "marketing_name": "Rover Chromebook 11",
            "os_version": {"build_number": "14150", "release_channel": "stable-channel", "release_milestone": "94"},
        },
        "vpd_info": {
            "activate_date": "2021-41",
            "model_name": "Rover",
            "region": "gb",
            "serial_number": "5CD1234ABC",
            "sku_number": "1AB23EA",
        },
    }
}
VPD = "/sys/firmware/vpd"
ACPI = "/sys/bus/platform/devices/GOOG0016:00"
TREE = {
    f"{ACPI}/BINF.3": "1\n",
    f"{ACPI}/CHSW": "512\n",
    f"{ACPI}/HWID": "ROVER A1B-C2D-E3F\n",
    f"{VPD}/ro": {"dir": True},
    f"{VPD}/ro/keyboard_layout": "xkb:gb:extd:eng",
    f"{VPD}/ro/model_name": "Rover Chromebook 11",
    f"{VPD}/ro/serial_number": {"hex": b"5CD1234ABC\0\0\0\0\0\0".hex()},
    f"{VPD}/rw": {"dir": True},
}


def read(*texts):
    return read_chromeos("".join(texts).encode(), "chromeos")


def of_tree(changes=None, without=()):
    tree = {path: value for path, value in {**TREE, **(changes or {})}.items() if path not in without}
    return read_chromeos(json.dumps(tree).encode(), "chromeos")


def problem(fact):
    """How a fact is unknown."""
    assert isinstance(fact, Unknown), fact
    return fact.problem


def said(facts):
    return {name: value_of(getattr(facts.chromeos, name)) for name in facts.chromeos.__struct_fields__}


def test_crossystem_says_how_the_firmware_stands_and_nothing_of_enrolment_or_first_use():
    facts = read(CROSSYSTEM)
    assert said(facts) == {
        "hwid": "ROVER A1B-C2D-E3F",
        "developer_mode": False,
        "write_protected": True,
        "enrolment_checked": None,
        "activated_on": None,
        "region": None,
        "keyboard": None,
        "update_expiry": None,
    }
    assert facts.chromeos.hwid == Known("ROVER A1B-C2D-E3F", ("chromeos",))
    assert problem(facts.chromeos.activated_on) == "absent"
    assert value_of(facts.system.family) == "chromeos"


def test_what_other_items_say_as_well_stays_uncollected_here():
    facts = read(CROSSYSTEM)
    assert problem(facts.identity.serial) == "not_collected"
    assert problem(facts.system.build) == "not_collected"


def test_the_product_data_says_who_the_laptop_is():
    facts = read(READ_ONLY)
    identity = facts.identity
    assert value_of(identity.serial) == "5CD1234ABC"
    assert value_of(identity.product) == "Rover Chromebook #11"
    assert value_of(identity.sku) == "1AB23EA"
    assert value_of(identity.asset_tag) == "GHWT-0001"
    assert value_of(identity.board_serial) == "BRD0000001"
    assert said(facts)["keyboard"] == "gb"
    assert said(facts)["region"] == "gb"


def test_lsb_release_says_which_system_it_is():
    system = read(RELEASE).system
    assert value_of(system.name) == "14150.64.0 (Official Build) stable-channel rover"
    assert (value_of(system.build), value_of(system.version)) == ("14150.64.0", "94")
    assert value_of(system.edition) == "stable-channel"


@pytest.mark.parametrize(
    ("line", "on"),
    [
        ("devsw_boot = 1 # x", True),
        ("devsw_boot = 0 # x", False),
        ("mainfw_type = developer # x", True),
        ("mainfw_type = normal", False),
        ("mainfw_type = nonchrome", None),
        ("devsw_boot = (error) # x", None),
        ("devsw_boot = 0\nmainfw_type = developer", True),
    ],
)
def test_developer_mode_is_on_where_anything_says_so(line, on):
    assert said(read(line, "\nhwid = ROVER A1B\n"))["developer_mode"] is on


@pytest.mark.parametrize(
    ("lines", "on"),
    [
        ("wpsw_cur = 1\n", True),
        ("wpsw_cur = 0\nwpsw_boot = 1\n", False),
        ("wpsw_cur = (error)\nwpsw_boot = 1\n", True),
        ("wpsw_cur = 2\n", None),
        ("", None),
    ],
)
def test_write_protection_is_the_switch_as_it_stands(lines, on):
    assert said(read(lines, "hwid = ROVER A1B\n"))["write_protected"] is on


def test_a_value_that_crossystem_cannot_read_is_no_value():
    facts = read(CROSSYSTEM.replace("ROVER A1B-C2D-E3F", "(error)"))
    assert said(facts)["hwid"] is None


@pytest.mark.parametrize(
    ("lines", "checked", "activated"),
    [
        ("", False, "never"),
        ('"check_enrollment"="0"\n', False, "never"),
        ('"check_enrollment"="1"\n', True, None),
        ('"check_enrollment"=""\n', None, None),
        ('"ActivateDate"="2021-41"\n', None, "2021-41"),
        ('"ActivateDate"="2021-41"\n"check_enrollment"="0"\n', False, "2021-41"),
        ('"ActivateDate"="2021-41"\n"check_enrollment"="1"\n', True, "2021-41"),
        ('"ActivateDate"="last week"\n', None, None),
        ('"ActivateDate"="2021-99"\n', None, None),
        ('"ActivateDate"="never"\n', None, None),
        ('"ActivateDate"=""\n', None, None),
        ('"block_devmode"="1"\n', False, "never"),
    ],
)
def test_enrolment_and_first_use_by_the_whole_product_data(lines, checked, activated):
    found = said(read(READ_ONLY, READ_WRITE, lines))
    assert (found["enrolment_checked"], found["activated_on"]) == (checked, activated)


@pytest.mark.parametrize(
    "texts", [(READ_ONLY,), (READ_WRITE, CROSSYSTEM), (READ_ONLY, CROSSYSTEM), (READ_ONLY, RELEASE)]
)
def test_half_of_the_product_data_never_says_that_the_laptop_is_new(texts):
    found = said(read(*texts))
    assert (found["enrolment_checked"], found["activated_on"]) == (None, None)


def test_one_file_may_hold_all_of_them():
    facts = read(CROSSYSTEM, READ_ONLY, READ_WRITE, RELEASE)
    assert said(facts) == {
        "hwid": "ROVER A1B-C2D-E3F",
        "developer_mode": False,
        "write_protected": True,
        "enrolment_checked": False,
        "activated_on": "never",
        "region": "gb",
        "keyboard": "gb",
        "update_expiry": None,
    }
    assert value_of(facts.system.build) == "14150.64.0"


def test_telemetry_is_found_wherever_it_stands():
    for document in (TELEMETRY, {"result": {"data": TELEMETRY}}, TELEMETRY["system"]):
        facts = read_chromeos(b"\xef\xbb\xbf" + json.dumps(document).encode(), "chromeos")
        assert value_of(facts.identity.serial) == "5CD1234ABC"
        assert value_of(facts.identity.product) == "Rover Chromebook 11"
        assert (value_of(facts.system.build), value_of(facts.system.version)) == ("14150", "94")
        assert said(facts)["activated_on"] == "2021-41"
        assert said(facts)["region"] == "gb"
        assert said(facts)["developer_mode"] is None


def test_telemetry_without_a_first_use_does_not_say_that_there_was_none():
    document = {"vpd_info": {"serial_number": "5CD1234ABC", "first_power_date": "N/A", "sku_number": 7}}
    facts = read_chromeos(json.dumps(document).encode(), "chromeos")
    assert said(facts)["activated_on"] is None
    assert value_of(facts.identity.sku) == "7"


def test_a_tree_of_the_boot_stick():
    facts = of_tree()
    assert said(facts) == {
        "hwid": "ROVER A1B-C2D-E3F",
        "developer_mode": False,
        "write_protected": None,
        "enrolment_checked": False,
        "activated_on": "never",
        "region": None,
        "keyboard": "gb",
        "update_expiry": None,
    }
    assert value_of(facts.identity.serial) == "5CD1234ABC"
    assert "0x200" in facts.chromeos.write_protected.reason


@pytest.mark.parametrize(
    ("changes", "on"),
    [
        ({f"{ACPI}/CHSW": "32\n"}, True),
        ({f"{ACPI}/CHSW": "544\n", f"{ACPI}/BINF.3": "1\n"}, True),
        ({f"{ACPI}/CHSW": "0\n", f"{ACPI}/BINF.3": "2\n"}, True),
        ({f"{ACPI}/CHSW": "0\n"}, False),
        ({f"{ACPI}/CHSW": "-32\n", f"{ACPI}/BINF.3": "0\n"}, None),
        ({f"{ACPI}/CHSW": {"error": "EACCES"}, f"{ACPI}/BINF.3": "7\n"}, None),
    ],
)
def test_the_developer_switch_in_a_tree(changes, on):
    assert said(of_tree(changes))["developer_mode"] is on


def test_the_older_drivers_folders_are_read_as_well():
    for folder in ("/sys/devices/platform/chromeos_acpi", "/sys/bus/platform/devices/GGL0001:00"):
        facts = read_chromeos(json.dumps({f"{folder}/CHSW": "32\n"}).encode(), "chromeos")
        assert said(facts)["developer_mode"] is True


def test_a_file_of_that_name_elsewhere_is_no_switch():
    facts = of_tree({"/sys/devices/other/CHSW": "32\n"}, without=(f"{ACPI}/CHSW", f"{ACPI}/BINF.3"))
    assert said(facts)["developer_mode"] is None


@pytest.mark.parametrize(
    ("changes", "without"),
    [
        ({}, (f"{VPD}/rw",)),
        ({f"{VPD}/rw": {"error": "EACCES"}}, ()),
        ({f"{VPD}/rw": {"error": "ENOENT"}}, ()),
        ({f"{VPD}/rw/ActivateDate": {"error": "EACCES"}}, ()),
        ({}, (f"{VPD}/ro/serial_number",)),
        ({f"{VPD}/ro/serial_number": ""}, ()),
    ],
)
def test_a_tree_that_was_not_read_in_whole_never_says_that_the_laptop_is_new(changes, without):
    found = said(of_tree(changes, without))
    assert (found["enrolment_checked"], found["activated_on"]) == (None, None)


def test_a_used_and_enrolled_laptop_in_a_tree():
    found = said(of_tree({f"{VPD}/rw/ActivateDate": "2020-50", f"{VPD}/rw/check_enrollment": "1"}))
    assert (found["enrolment_checked"], found["activated_on"]) == (True, "2020-50")


def test_the_read_only_half_counts_before_the_other():
    facts = of_tree({f"{VPD}/rw/serial_number": "FORGED0001"})
    assert value_of(facts.identity.serial) == "5CD1234ABC"


def test_a_laptop_without_such_folders_says_so_and_nothing_else():
    tree = {VPD: {"error": "ENOENT"}, "/sys/devices/platform/chromeos_acpi": {"error": "ENOENT"}}
    facts = read_chromeos(json.dumps(tree).encode(), "chromeos")
    assert all(isinstance(fact, Unknown) for _, fact in walk(facts))
    assert problem(facts.chromeos.developer_mode) == "absent"
    assert problem(facts.identity.serial) == "not_collected"
    assert problem(facts.system.family) == "not_collected"


def test_folders_that_could_not_be_read_are_no_answer():
    with pytest.raises(EvidenceError):
        read_chromeos(json.dumps({VPD: {"error": "EACCES"}}).encode(), "chromeos")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"hello = world\n",
        b"ID=debian\nNAME=Debian\n",
        b"{}",
        b'{"system": {"cpu": 4}}',
        b"[1]",
        b"{",
        b'{"/sys/firmware/vpd/ro": {"dir": true}}',
        b'{"/sys/class/tpm": {"error": "ENOENT"}, "/sys/class/tpm/tpm0/caps": "1"}',
        bytes(range(256)),
        b"hwid = (error) # x\n",
    ],
)
def test_what_is_none_of_the_forms_is_refused(data):
    with pytest.raises(EvidenceError):
        read_chromeos(data, "chromeos")


@given(
    mutated(
        (CROSSYSTEM + READ_ONLY + READ_WRITE + RELEASE).encode(),
        json.dumps(TELEMETRY).encode(),
        json.dumps(TREE).encode(),
    )
)
def test_whatever_the_bytes_are_they_are_read_or_refused(data):
    with contextlib.suppress(EvidenceError):
        read_chromeos(data, "chromeos")
