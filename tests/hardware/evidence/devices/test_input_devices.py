import pytest

from hardware.evidence.devices.input_devices import read_input
from hardware.evidence.errors import EvidenceError
from specs.facts import Unknown
from tests.hardware.evidence.support import value_of


def device(name, **bits):
    lines = ["I: Bus=0011 Vendor=0001 Product=0001 Version=ab41", f'N: Name="{name}"', "H: Handlers=kbd event3"]
    return "\n".join([*lines, *(f"B: {key}={value}" for key, value in bits.items())]) + "\n\n"


KEYBOARD = device("AT Translated Set 2 keyboard", KEY="402000000 3803078f800d001 feffffdfffefffff fffffffffffffffe")
POWER_BUTTON = device("Power Button", KEY="10000000000000 0")
TOUCHPAD = device("SYNA0001:00 06CB:0001 Touchpad", PROP="5", KEY="e520 10000 0 0 0 0", ABS="2e0800000000003")
TOUCHSCREEN = device("ELAN0001:00 04F3:0001", PROP="2", KEY="400 0 0 0 0 0", ABS="3273800000000003")
PEN = device("Wacom Pen", PROP="2", KEY="c01 0 0 0 0 0", ABS="d000003")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (KEYBOARD + TOUCHPAD + TOUCHSCREEN, (True, True, True)),
        (KEYBOARD + TOUCHPAD + POWER_BUTTON, (True, True, False)),
        (POWER_BUTTON + PEN, (False, False, False)),
        ("", (False, False, False)),
    ],
)
def test_devices_are_told_by_what_they_can_do(text, found):
    devices = read_input(text.encode(), "input").input
    assert tuple(value_of(fact) for fact in (devices.keyboard, devices.touchpad, devices.touchscreen)) == found


def test_other_text_is_refused():
    with pytest.raises(EvidenceError):
        read_input(b"keyboard, mouse\n", "input")


def test_a_keyboard_on_usb_alone_is_not_taken_for_the_laptops_own():
    scanner = KEYBOARD.replace("Bus=0011", "Bus=0003")
    fact = read_input((scanner + TOUCHPAD).encode(), "input").input.keyboard
    assert isinstance(fact, Unknown)
    assert fact.problem == "absent"
    assert fact.reason == "only a keyboard on USB answers; look whether it is built in"
    for bus in ("0011", "0018", "001C", "0019"):
        own = KEYBOARD.replace("Bus=0011", f"Bus={bus}")
        assert value_of(read_input((scanner + own).encode(), "input").input.keyboard) is True


def test_a_keyboard_that_a_program_made_up_does_not_count():
    virtual = KEYBOARD.replace("H: ", "S: Sysfs=/devices/virtual/input/input20\nH: ")
    assert value_of(read_input(virtual.encode(), "input").input.keyboard) is False
