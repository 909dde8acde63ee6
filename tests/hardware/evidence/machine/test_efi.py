import pytest

from specs.facts import Known
from tests.hardware.evidence.support import value_of

ROOT = "/sys/firmware/efi"
GUID = "8be4df61-93ca-11d2-aa0d-00e098032b8c"


def variable(name, value):
    return {f"{ROOT}/efivars/{name}-{GUID}": value}


@pytest.mark.parametrize(("value", "state"), [("0600000001", True), ("0600000000", False)])
def test_the_byte_after_the_attributes_is_the_state(read, value, state):
    tree = {
        ROOT: {"dir": True},
        **variable("SecureBoot", {"hex": value}),
        **variable("SetupMode", {"hex": "0600000000"}),
    }
    firmware = read({"efi": tree}).facts.firmware
    assert firmware.uefi == Known(True, ("efi",))
    assert firmware.secure_boot == Known(state, ("efi",))
    assert firmware.setup_mode == Known(False, ("efi",))


def test_a_bios_start_is_known_to_have_no_secure_boot(read):
    firmware = read({"efi": {ROOT: {"error": "ENOENT"}}}).facts.firmware
    assert firmware.uefi == Known(False, ("efi",))
    assert firmware.secure_boot == Known(False, ("efi",))
    assert value_of(firmware.setup_mode) is None


@pytest.mark.parametrize("value", [{"hex": "01"}, {"hex": "0600000002"}, {"hex": "060000000101"}, "on"])
def test_a_variable_of_another_shape_is_unknown(read, value):
    firmware = read({"efi": {ROOT: {"dir": True}, **variable("SecureBoot", value)}}).facts.firmware
    assert value_of(firmware.uefi) is True
    assert firmware.secure_boot.problem == "unreadable"


def test_a_variable_that_may_not_be_read_is_not_off(read):
    firmware = read({"efi": {ROOT: {"dir": True}, **variable("SecureBoot", {"error": "EACCES"})}}).facts.firmware
    assert firmware.secure_boot.problem == "unreadable"
    firmware = read({"efi": {ROOT: {"dir": True}}}).facts.firmware
    assert firmware.secure_boot.problem == "absent"


def test_a_tree_that_says_nothing_is_not_a_bios_start(read):
    assert value_of(read({"efi": {}}).facts.firmware.uefi) is None
