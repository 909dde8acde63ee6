import contextlib
import json

import pytest
from hypothesis import given

from hardware.evidence.devices.net import read_net
from hardware.evidence.errors import EvidenceError
from specs.facts import Known
from tests.hardware.evidence.mutations import mutated
from tests.hardware.evidence.support import value_of

ROOT = "/sys/class/net"
IW = "Wiphy phy0\n\tBand 1:\n\t\t\tHT20/HT40\n\tBand 2:\n\t\tVHT Capabilities (0x0):\n"
WIFI = {
    f"{ROOT}/wlp2s0/address": "00:00:5e:00:53:01\n",
    f"{ROOT}/wlp2s0/type": "1\n",
    f"{ROOT}/wlp2s0/uevent": "DEVTYPE=wlan\nINTERFACE=wlp2s0\n",
    f"{ROOT}/wlp2s0/phy80211/name": "phy0\n",
    f"{ROOT}/wlp2s0/device": {"link": "../../../0000:02:00.0"},
    f"{ROOT}/wlp2s0/device/vendor": "0x8086\n",
    f"{ROOT}/wlp2s0/device/device": "0x2723\n",
    f"{ROOT}/wlp2s0/device/driver": {"link": "../../../../bus/pci/drivers/iwlwifi"},
}
WIRED = {
    f"{ROOT}/enp1s0/address": "00:00:5e:00:53:02\n",
    f"{ROOT}/enp1s0/type": "1\n",
    f"{ROOT}/enp1s0/device/uevent": "DRIVER=r8169\nPCI_ID=10EC:8168\n",
}
VIRTUAL = {
    f"{ROOT}/lo/type": "772\n",
    f"{ROOT}/docker0/type": "1\n",
    f"{ROOT}/docker0/uevent": "DEVTYPE=bridge\n",
    f"{ROOT}/wwan0/type": "1\n",
    f"{ROOT}/wwan0/uevent": "DEVTYPE=wwan\n",
    f"{ROOT}/wwan0/device/uevent": "DRIVER=cdc_mbim\n",
}


def test_wifi_and_wired_adapters_are_told_apart_and_virtual_ones_left_out(read):
    network = read({"net": {**WIFI, **WIRED, **VIRTUAL}, "wifi": IW}).facts.network
    (wifi,), (wired,) = value_of(network.wifi), value_of(network.ethernet)
    assert wifi.mac == Known("00:00:5e:00:53:01", ("net",))
    assert (value_of(wifi.vendor_id), value_of(wifi.device_id)) == ("8086", "2723")
    assert value_of(wifi.driver) == "iwlwifi"
    assert wifi.standards == Known(("802.11n", "802.11ac"), ("wifi",))
    assert (wired.name, value_of(wired.driver)) == ("enp1s0", "r8169")


def test_the_ids_of_a_usb_adapter_come_from_its_uevent(read):
    tree = {f"{ROOT}/wlan0/uevent": "DEVTYPE=wlan\n", f"{ROOT}/wlan0/device/uevent": "PRODUCT=bda/8179/0\n"}
    (wifi,) = value_of(read({"net": tree}).facts.network.wifi)
    assert (value_of(wifi.vendor_id), value_of(wifi.device_id)) == ("0bda", "8179")


def test_an_adapter_without_iw_has_unknown_standards_with_the_reason(read):
    (wifi,) = value_of(read({"net": WIFI}, {"wifi": "iw is not installed"}).facts.network.wifi)
    assert wifi.standards.problem == "unreadable"
    assert "not installed" in wifi.standards.reason
    (wifi,) = value_of(read({"net": WIFI}).facts.network.wifi)
    assert wifi.standards.problem == "not_collected"


def test_a_laptop_without_wifi_is_known_to_have_none_and_iw_may_be_silent(read):
    reading = read({"net": WIRED, "wifi": b""})
    assert value_of(reading.facts.network.wifi) == ()
    assert reading.problems == ()


def network(tree, standards=None):
    return read_net(json.dumps(tree).encode(), "net", standards or {})


@pytest.mark.parametrize(
    "address",
    ["00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "02:11:22:33:44:55", "da:a1:19:00:00:01", "01:00:5e:00:00:01", "", "x"],
)
def test_an_address_that_is_not_the_adapters_own_is_unknown(address):
    (wired,) = value_of(network({**WIRED, f"{ROOT}/enp1s0/address": f"{address}\n"}).ethernet)
    assert value_of(wired.mac) is None


@pytest.mark.parametrize(("kind", "known"), [("0", True), ("1", False), ("2", False), ("3", False)])
def test_an_address_that_a_program_has_set_is_unknown(kind, known):
    (wired,) = value_of(network({**WIRED, f"{ROOT}/enp1s0/addr_assign_type": f"{kind}\n"}).ethernet)
    assert (value_of(wired.mac) is not None) is known


def test_a_wired_adapter_has_its_ids():
    (wired,) = value_of(network(WIRED).ethernet)
    assert (value_of(wired.vendor_id), value_of(wired.device_id), value_of(wired.model)) == ("10ec", "8168", None)


def test_a_wired_adapter_on_usb_is_not_taken_for_the_laptops_own():
    dongle = {
        f"{ROOT}/enx0/type": "1\n",
        f"{ROOT}/enx0/device": {"link": "../../../1-4:1.0"},
        f"{ROOT}/enx0/device/uevent": "DRIVER=r8152\n",
    }
    assert [adapter.name for adapter in value_of(network({**WIRED, **dongle}).ethernet)] == ["enp1s0"]
    alone = network(dongle).ethernet
    assert (alone.problem, "wired" in alone.reason) == ("absent", True)
    assert value_of(network(dongle).wifi) == ()


@given(mutated(json.dumps({**WIFI, **WIRED, **VIRTUAL}).encode()))
def test_whatever_the_bytes_are_they_are_read_or_refused(data):
    with contextlib.suppress(EvidenceError):
        read_net(data, "net", {})


STICKS = [
    {"/device": {"link": "../../../1-4:1.0"}},
    {"/device": {"link": "../../devices/pci0000:00/0000:00:14.0/usb1/1-4/1-4:1.0"}},
    {"": {"link": "../../devices/pci0000:00/0000:00:14.0/usb1/1-4/1-4:1.0/net/wlx0"}, "/device": {"dir": True}},
]


@pytest.mark.parametrize("links", STICKS)
def test_a_wifi_adapter_on_usb_is_not_taken_for_the_laptops_own(read, links):
    stick = {f"{ROOT}/wlx0/uevent": "DEVTYPE=wlan\n", **{f"{ROOT}/wlx0{path}": to for path, to in links.items()}}
    both = value_of(read({"net": {**WIFI, **stick}}).facts.network.wifi)
    assert [adapter.name for adapter in both] == ["wlp2s0"]
    alone = read({"net": {**stick, **WIRED}}).facts.network
    assert alone.wifi.problem == "absent"
    assert "USB" in alone.wifi.reason
    assert len(value_of(alone.ethernet)) == 1
