import contextlib
import json

import pytest
from hypothesis import given

from hardware.evidence.devices.bluetooth import read_bluetooth
from hardware.evidence.errors import EvidenceError
from specs.facts import Known, Unknown
from tests.hardware.evidence.mutations import mutated
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


HCICONFIG = """\
hci1:\tType: Primary  Bus: USB
\tBD Address: 00:00:00:00:00:00  ACL MTU: 0:0  SCO MTU: 0:0
\tDOWN
hci0:\tType: BR/EDR  Bus: USB
\tBD Address: 00:00:5E:00:53:03  ACL MTU: 1021:4  SCO MTU: 96:6
\tUP RUNNING PSCAN
\tName: 'example'
"""
SHOW = "Controller 00:00:5E:00:53:04 (public)\n\tName: example\n\tUUID: PnP Information  (00001200-0000)\n"


def test_hciconfig_names_controllers_and_their_addresses():
    first, second = value_of(read_bluetooth(HCICONFIG.encode(), "bluetooth"))
    assert (first.name, value_of(first.address)) == ("hci0", "00:00:5e:00:53:03")
    assert (second.name, value_of(second.address)) == ("hci1", None)


@pytest.mark.parametrize(
    "text",
    [
        SHOW,
        "Controller 00:00:5E:00:53:04 example [default]\nDevice 00:00:5E:00:53:99 Headset\n",
        "[\x1b[0;92mNEW\x1b[0m] Controller 00:00:5E:00:53:04 example [default]\n",
    ],
)
def test_bluetoothctl_gives_the_address_and_no_name(text):
    (controller,) = value_of(read_bluetooth(text.encode(), "bluetooth"))
    assert (controller.name, value_of(controller.address)) == ("00:00:5e:00:53:04", "00:00:5e:00:53:04")


def test_a_service_that_knows_no_controller_proves_nothing():
    fact = read_bluetooth(b"No default controller available\n", "bluetooth")
    assert isinstance(fact, Unknown)
    assert fact.problem == "absent"


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"Device 00:00:5E:00:53:99 Headset\n", b"\tBD Address: 00:00:5E:00:53:03\n"]
)
def test_other_text_is_refused(data):
    with pytest.raises(EvidenceError):
        read_bluetooth(data, "bluetooth")


def test_the_capture_of_bluetoothctl_has_one_controller(entries):
    ((_, data, _),) = entries("bluetooth")
    (controller,) = value_of(read_bluetooth(data, "bluetooth"))
    assert data.decode().split()[1].lower() == value_of(controller.address)


@given(mutated(HCICONFIG.encode(), SHOW.encode(), json.dumps({f"{ROOT}/hci0/address": "02:AA:BB:CC:DD:EE"}).encode()))
def test_whatever_the_bytes_are_they_are_read_or_refused(data):
    with contextlib.suppress(EvidenceError):
        read_bluetooth(data, "bluetooth")
