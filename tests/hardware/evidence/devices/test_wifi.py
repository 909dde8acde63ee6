import pytest

from hardware.evidence.devices.wifi import read_wifi
from hardware.evidence.errors import EvidenceError


def test_the_capture_of_an_ac_adapter_is_read(entries):
    texts = {name: data for name, data, _ in entries("wifi")}
    assert read_wifi(texts["checkbox__RTL8821CE_AC.log"]) == {"phy0": ("802.11a", "802.11bg", "802.11n", "802.11ac")}
    with pytest.raises(EvidenceError):
        read_wifi(texts["checkbox__iw_dev.log"])


def test_each_radio_has_the_standards_of_all_its_bands():
    text = (
        b"Wiphy phy1\n\tBand 1:\n\t\t\tHT20/HT40\n\t\tHE Iftypes: managed\n\t\tBitrates (non-HT):\n"
        b"\tBand 2:\n\t\tVHT Capabilities (0x1):\n\t\tBitrates (non-HT):\n"
        b"Wiphy phy0\n\tBand 1:\n\t\tBitrates (non-HT):\n"
    )
    assert read_wifi(text) == {
        "phy1": ("802.11a", "802.11bg", "802.11n", "802.11ac", "802.11ax"),
        "phy0": ("802.11bg",),
    }


def test_silence_is_no_radio():
    assert read_wifi(b"") == {}
