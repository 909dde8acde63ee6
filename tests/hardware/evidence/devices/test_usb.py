from tests.hardware.evidence.support import value_of

ROOT = "/sys/bus/usb/devices"


def test_ports_are_those_of_the_root_hubs(read):
    tree = {
        f"{ROOT}/usb1/maxchild": "12\n",
        f"{ROOT}/usb2/maxchild": "6\n",
        f"{ROOT}/1-2/maxchild": "4\n",
        f"{ROOT}/1-2:1.0/bInterfaceClass": "09",
    }
    assert value_of(read({"usb": tree}).facts.usb.ports) == 18


def test_a_hub_that_does_not_say_makes_the_sum_unknown(read):
    tree = {f"{ROOT}/usb1/maxchild": "12\n", f"{ROOT}/usb2/maxchild": "999999\n"}
    assert value_of(read({"usb": tree}).facts.usb.ports) is None
    assert value_of(read({"usb": {f"{ROOT}/usb1/speed": "480"}}).facts.usb.ports) is None
