import contextlib
import json

from hypothesis import given

from hardware.evidence.devices.pci import read_pci
from hardware.evidence.errors import EvidenceError
from specs.facts import Known
from tests.hardware.evidence.mutations import mutated
from tests.hardware.evidence.support import value_of

ROOT = "/sys/bus/pci/devices"


def device(name, number, vendor="0x8086", product="0x46a6", driver=None):
    tree = {f"{ROOT}/{name}/class": f"0x{number}\n", f"{ROOT}/{name}/vendor": vendor, f"{ROOT}/{name}/device": product}
    if driver:
        tree[f"{ROOT}/{name}/driver"] = {"link": f"../../../bus/pci/drivers/{driver}"}
    return tree


def test_graphics_and_usb_controllers_are_told_by_their_class(read):
    tree = {
        **device("0000:00:02.0", "030000", driver="i915"),
        **device("0000:01:00.0", "030200", "0x10de", "0x25a2"),
        **device("0000:00:14.0", "0c0330"),
        **device("0000:00:1f.3", "040100"),
    }
    facts = read({"pci": tree}).facts
    first, second = value_of(facts.graphics)
    assert first.driver == Known("i915", ("pci",))
    assert (value_of(first.vendor_id), value_of(first.device_id)) == ("8086", "46a6")
    assert (value_of(second.vendor_id), value_of(second.driver)) == ("10de", None)
    assert value_of(facts.usb.controllers) == 1


def test_a_list_without_classes_is_not_a_laptop_without_graphics(read):
    facts = read({"pci": {f"{ROOT}/0000:00:02.0/vendor": "0x8086"}}).facts
    assert facts.graphics.problem == "unreadable"


def test_a_missing_list_is_unknown(read):
    assert read({"pci": {ROOT: {"error": "ENOENT"}}}).facts.graphics.problem == "absent"
    assert read({}, {"pci": "EACCES: no"}).facts.usb.controllers.problem == "unreadable"


def facts(tree):
    return read_pci(json.dumps(tree).encode(), "pci")


def test_a_usb4_router_and_a_devices_own_end_are_no_usb_controllers():
    tree = {
        **device("0000:00:0d.2", "0c0340"),
        **device("0000:00:14.0", "0c0330"),
        **device("0000:00:14.1", "0c03fe"),
        **device("0000:00:1d.0", "0c0320"),
    }
    assert value_of(facts(tree).usb.controllers) == 2


def test_what_is_not_on_pci_is_not_known_to_be_missing():
    found = facts(device("0000:00:00.0", "060400"))
    assert (found.graphics.problem, found.usb.controllers.problem) == ("absent", "absent")


@given(mutated(json.dumps(device("0000:00:02.0", "030000", driver="i915")).encode()))
def test_whatever_the_bytes_are_they_are_read_or_refused(data):
    with contextlib.suppress(EvidenceError):
        read_pci(data, "pci")
