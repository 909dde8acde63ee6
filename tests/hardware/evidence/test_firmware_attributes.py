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
