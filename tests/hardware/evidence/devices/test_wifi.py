import contextlib

import pytest
from hypothesis import given

from hardware.evidence.devices.wifi import read_wifi
from hardware.evidence.errors import EvidenceError
from tests.hardware.evidence.mutations import mutated


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


MODERN = b"""Wiphy phy0
\twiphy index: 0
\tBand 4:
\t\tHE Iftypes: managed
\t\t\tHE MAC Capabilities (0x780112a):
\t\tEHT Iftypes: managed
\t\t\tEHT PHY Capabilities: (0xe2ff):
\tBand 1:
\t\tCapabilities: 0x19ef
\t\t\tHT20/HT40
\t\tVHT Capabilities (0x0):
\t\tBitrates (non-HT):
\tSupported commands:
\t\t * new_interface
\tHT Capability overrides:
\t\t * MCS: ff ff
"""


def test_a_radio_of_today_has_the_newest_standards_whatever_the_order_of_its_bands():
    assert read_wifi(MODERN) == {"phy0": ("802.11bg", "802.11n", "802.11ax", "802.11be")}


def test_what_stands_below_the_bands_is_no_capability():
    text = b"Wiphy phy0\n\tBand 2:\n\t\tBitrates (non-HT):\n\tSupported extended features:\n\t\tVHT Capabilities\n"
    assert read_wifi(text) == {"phy0": ("802.11a",)}


def test_old_words_and_a_radio_of_60_ghz():
    assert read_wifi(b"Wiphy phy0\n\tBand 1:\n\t\tHT capabilities: 0x104e\n") == {"phy0": ("802.11n",)}
    assert read_wifi(b"Wiphy phy1\n\tBand 3:\n\t\tFrequencies:\n") == {"phy1": ("802.11ad",)}


def test_text_that_lost_its_indentation_is_still_read():
    assert read_wifi(b"Wiphy phy0\nBand 2:\nHT20/HT40\nVHT Capabilities (0x1):\n") == {"phy0": ("802.11n", "802.11ac")}


@given(mutated(MODERN))
def test_whatever_the_bytes_are_they_are_read_or_refused(data):
    with contextlib.suppress(EvidenceError):
        read_wifi(data)


def test_a_radio_is_named_by_letters_that_a_screen_may_show():
    text = b"Wiphy phy0\x0e\tBand 1:\t\tH\t\nT20/HT40\nWiphy phy1\n\tBand 1:\n\t\tCapabilities: 0x1\n\t\t\tHT20/HT40\n"
    assert list(read_wifi(text)) == ["phy1"]
