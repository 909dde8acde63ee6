from specs.facts import Known
from tests.hardware.evidence.support import value_of

ROOT = "/sys/class/bluetooth"


def test_controllers_are_found_and_their_connections_are_not(read):
    tree = {f"{ROOT}/hci0": {"link": "../../devices/usb1/hci0"}, f"{ROOT}/hci0:1": {"link": "../../devices/hci0:1"}}
    (controller,) = value_of(read({"bluetooth": tree}).facts.network.bluetooth)
    assert controller.name == "hci0"
    assert value_of(controller.address) is None


def test_an_empty_class_is_known_absence(read):
    assert value_of(read({"bluetooth": {}}).facts.network.bluetooth) == ()


def test_a_radio_switch_stands_in_where_the_class_could_not_be_read(read):
    switch = {"/sys/class/rfkill/rfkill0/type": "bluetooth\n", "/sys/class/rfkill/rfkill0/name": "hci0\n"}
    bluetooth = read({"rfkill": switch}).facts.network.bluetooth
    assert bluetooth.evidence == ("rfkill",)
    assert [controller.name for controller in value_of(bluetooth)] == ["hci0"]


def test_no_switch_is_no_proof_of_absence(read):
    missing = {ROOT: {"error": "ENOENT"}}
    bluetooth = read(
        {"bluetooth": missing, "rfkill": {"/sys/class/rfkill/rfkill0/type": "wlan"}}
    ).facts.network.bluetooth
    assert bluetooth.problem == "absent"


def test_an_address_is_lower_case(read):
    tree = {f"{ROOT}/hci0/address": "02:AA:BB:CC:DD:EE\n"}
    (controller,) = value_of(read({"bluetooth": tree}).facts.network.bluetooth)
    assert controller.address == Known("02:aa:bb:cc:dd:ee", ("bluetooth",))
