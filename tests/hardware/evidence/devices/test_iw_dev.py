import contextlib

import pytest
from hypothesis import given

from hardware.evidence.devices.iw_dev import iw_interfaces, read_iw_dev
from hardware.evidence.errors import EvidenceError
from tests.hardware.evidence.mutations import mutated
from tests.hardware.evidence.support import value_of

TEXT = """\
phy#1
\tInterface wlx00005e005302
\t\tifindex 5
\t\taddr 00:00:5e:00:53:02
\t\ttype managed
phy#0
\tUnnamed/non-netdev interface
\t\twdev 0x2
\t\taddr 00:00:5e:00:53:03
\t\ttype P2P-device
\tInterface mon0
\t\taddr 00:00:5e:00:53:01
\t\ttype monitor
\tInterface wlp2s0
\t\taddr 00:00:5e:00:53:01
\t\tssid type managed
\t\ttype managed
"""


def wifi(text):
    return read_iw_dev(text.encode(), "iw-dev").network.wifi


def test_a_radio_is_one_adapter_and_its_managed_interface_names_it():
    (adapter,) = value_of(wifi(TEXT))
    assert (adapter.name, value_of(adapter.mac)) == ("wlp2s0", "00:00:5e:00:53:01")
    assert value_of(adapter.driver) is None
    kinds = [(interface.radio, interface.name, interface.type) for interface in iw_interfaces(TEXT.encode())]
    assert kinds == [
        ("phy1", "wlx00005e005302", "managed"),
        ("phy0", "", "P2P-device"),
        ("phy0", "mon0", "monitor"),
        ("phy0", "wlp2s0", "managed"),
    ]


def test_an_address_made_up_by_software_is_unknown():
    (adapter,) = value_of(wifi(TEXT.replace("00:00:5e:00:53:01", "da:a1:19:00:53:01")))
    assert value_of(adapter.mac) is None


def test_only_an_adapter_on_usb_and_no_interface_prove_nothing():
    assert "USB" in wifi(TEXT.partition("phy#0")[0]).reason
    assert wifi("phy#0\n").problem == "absent"


@pytest.mark.parametrize("text", ["", "hello\n", "\tInterface wlan0\n", "Wiphy phy0\n"])
def test_other_text_is_refused(text):
    with pytest.raises(EvidenceError):
        wifi(text)


def test_the_capture_names_its_one_adapter(entries):
    data = next(data for name, data, _ in entries("wifi") if "iw_dev" in name)
    (adapter,) = value_of(read_iw_dev(data, "iw-dev").network.wifi)
    assert adapter.name == "wlp2s0"
    assert value_of(adapter.mac) is not None


@given(mutated(TEXT.encode()))
def test_whatever_the_bytes_are_they_are_read_or_refused(data):
    with contextlib.suppress(EvidenceError):
        read_iw_dev(data, "iw-dev")
