import pytest

from tests.hardware.evidence.support import value_of

ROOT = "/sys/class/firmware-attributes"


@pytest.mark.parametrize(
    ("tree", "fitted"),
    [
        ({"thinklmi/authentication/Admin/is_enabled": "1\n"}, True),
        ({"dell-wmi-sysman/authentication/Admin/is_enabled": "0\n"}, False),
        ({"hp-bioscfg/authentication/Setup Password/is_enabled": "1"}, True),
        ({"x/authentication/Y/is_enabled": "1", "x/authentication/Y/role": "bios-admin"}, True),
        ({"thinklmi/authentication/System/is_enabled": "1\n"}, None),
        ({"x/authentication/Admin/is_enabled": "1", "x/authentication/Admin/role": "power-on"}, None),
        ({}, None),
    ],
)
def test_only_an_administrators_password_counts(read, tree, fitted):
    facts = read({"firmware-attributes": {f"{ROOT}/{path}": value for path, value in tree.items()}}).facts
    assert value_of(facts.firmware.admin_password) is fitted


@pytest.mark.parametrize(
    ("tree", "fitted"),
    [
        ({"thinklmi/authentication/System/is_enabled": "1\n"}, True),
        ({"dell-wmi-sysman/authentication/System/is_enabled": "0\n"}, False),
        ({"hp-bioscfg/authentication/Power-on Password/is_enabled": "1"}, True),
        ({"x/authentication/Admin/is_enabled": "1", "x/authentication/Admin/role": "power-on"}, True),
        ({"x/authentication/System/is_enabled": "0", "x/authentication/HDD1/is_enabled": "1"}, True),
        ({"hp-bioscfg/authentication/Setup Password/is_enabled": "1"}, None),
        ({}, None),
    ],
)
def test_any_other_password_is_a_power_on_password(read, tree, fitted):
    facts = read({"firmware-attributes": {f"{ROOT}/{path}": value for path, value in tree.items()}}).facts
    assert value_of(facts.firmware.power_on_password) is fitted


def test_a_state_that_could_not_be_read_is_not_taken_for_no_password(read):
    tree = {
        f"{ROOT}/x/authentication/System/is_enabled": {"error": "EACCES"},
        f"{ROOT}/x/authentication/HDD1/is_enabled": "0",
    }
    assert read({"firmware-attributes": tree}).facts.firmware.power_on_password.problem == "unreadable"


def test_an_ordinary_user_who_could_not_look_for_a_password_is_told_so(read):
    errors = {"firmware-attributes": f"ENOENT: {ROOT} does not exist", "smbios": "EACCES: the table needs root"}
    firmware = read({}, errors).facts.firmware
    for fact in (firmware.admin_password, firmware.power_on_password):
        assert (fact.problem, fact.evidence) == ("unreadable", ("smbios",))
