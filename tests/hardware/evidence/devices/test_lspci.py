import contextlib
import time

import pytest
from hypothesis import given

from hardware.evidence.devices.lspci import lspci_reading, read_lspci
from hardware.evidence.errors import EvidenceError
from tests.hardware.evidence.mutations import mutated
from tests.hardware.evidence.support import value_of

VERBOSE = """\
00:00.0 Host bridge [0600]: Example Corporation Bridge [8086:9a14] (rev 01)
\tSubsystem: Other Inc. Device [1043:1a52]
\tKernel driver in use: host_bridge

00:02.0 VGA compatible controller [0300]: Example Corporation Iris [Big [x]] [8086:9A49] (rev 01) (prog-if 00 [VGA])
\tFlags: bus master
\tKernel driver in use: i915
\tKernel modules: i915

00:0d.0 USB controller [0c03]: Example Corporation USB [8086:9a13] (prog-if 30 [XHCI])

00:0d.2 USB controller [0c03]: Example Corporation Router [8086:9a1b] (prog-if 40 [USB4 Host Interface])

00:14.3 Network controller [0280]: Example Corporation Device [8086:a0f0] (rev 20)
\tKernel driver in use: iwlwifi

00:1f.3 Audio device [0403]: Example Corporation Sound [8086:a0c8]

01:00.0 3D controller [0302]: NVIDIA Corporation EX107 [GeForce] [10de:1f9d] (rev a1)

02:00.0 Ethernet controller [0200]: Example Semiconductor Gigabit [10ec:8168] (rev 15)
\tKernel driver in use: r8169

03:00.0 Wireless controller [0d40]: Example LTE modem [8086:7360]
"""
PLAIN = """\
00:02.0 VGA compatible controller: Example Corporation Iris [Big]
00:0d.2 USB controller: Example Corporation Thunderbolt NHI #0
00:14.0 USB Controller: Example Corporation xHCI (rev 20)
00:14.3 Network controller: Example Corporation Wi-Fi 6 (rev 20)
01:00.0 Display controller: Example Corporation Device 1f9d (rev a1)
02:00.0 Ethernet controller: Old Atheros Wireless Network Adapter
03:00.0 Network controller: Example InfiniBand FPGA
"""
NUMBERS = "00:02.0 0300: 8086:9a49 (rev 01)\n00:14.3 0280: 8086:a0f0\n02:00.0 0200: 10ec:8168 (rev 15)\n"
OLD_NUMBERS = NUMBERS.replace("0300:", "Class 0300:").replace("0280:", "Class 0280:").replace("0200:", "Class 0200:")
QUOTED = """\
00:02.0 "VGA compatible controller" "Example Corporation" "Iris \\"Big\\"" -r01 -p00 "Other Inc." "Device 1a52"
00:14.3 "Network controller" "Example Corporation" "Wi-Fi 6" -r20 "" ""
02:00.0 "Ethernet controller" "Example" "Gigabit" "" ""
"""
QUOTED_BOTH = """\
00:02.0 "VGA compatible controller [0300]" "Example [8086]" "Iris [Big] [9a49]" -r01 "Other [1043]" "Device [1a52]"
00:14.3 "Network controller [0280]" "Example [8086]" "Wi-Fi 6 [a0f0]"
02:00.0 "Ethernet controller [0200]" "Example [10ec]" "Gigabit [8168]"
"""
QUOTED_NUMBERS = (
    '00:02.0 "0300" "8086" "9a49" -r01 "1043" "1a52"\n00:14.3 "0280" "8086" "a0f0"\n02:00.0 "0200" "10ec" "8168"\n'
)
TAGGED = """\
Slot:\t0000:00:02.0
Class:\tVGA compatible controller [0300]
Vendor:\tExample Corporation [8086]
Device:\tIris [Big] [9a49]
SVendor:\tOther Inc. [1043]
SDevice:\tDevice [1a52]
Rev:\t01
Driver:\ti915
Module:\ti915

Slot:\t0000:00:14.3
Class:\tNetwork controller [0280]
Vendor:\tExample Corporation [8086]
Device:\tWi-Fi 6 [a0f0]

Slot:\t0000:02:00.0
Class:\tEthernet controller [0200]
Vendor:\tExample [10ec]
Device:\tGigabit [8168]
"""
TAGGED_NUMBERS = "\n".join(
    f"Slot:\t{slot}\nClass:\t{kind}\nVendor:\t{vendor}\nDevice:\t{device}\n"
    for slot, kind, vendor, device in (
        ("00:02.0", "0300", "8086", "9a49"),
        ("00:14.3", "0280", "8086", "a0f0"),
        ("02:00.0", "0200", "10ec", "8168"),
    )
)
OLD_TAGGED = TAGGED_NUMBERS.replace("Slot:", "Device:")


def reading(text):
    return lspci_reading(text.encode())


def facts(text):
    return read_lspci(text.encode(), "lspci")


@pytest.mark.parametrize(
    "text", [NUMBERS, OLD_NUMBERS, QUOTED_BOTH, QUOTED_NUMBERS, TAGGED, TAGGED_NUMBERS, OLD_TAGGED, TAGGED.strip()]
)
def test_every_form_with_ids_says_the_same(text):
    found = reading(text)
    assert found.gpu_ids == ("8086:9a49",)
    assert found.network_ids == ("8086:a0f0", "10ec:8168")
    assert [device.address for device in found.devices] == ["0000:00:02.0", "0000:00:14.3", "0000:02:00.0"]
    (card,), (wifi,), (wired,) = (
        value_of(fact) for fact in (facts(text).graphics, facts(text).network.wifi, facts(text).network.ethernet)
    )
    assert (value_of(card.vendor_id), value_of(card.device_id)) == ("8086", "9a49")
    assert (value_of(wifi.vendor_id), value_of(wired.device_id)) == ("8086", "8168")


def test_both_adapters_of_a_hybrid_laptop_are_listed_with_their_drivers():
    first, second = value_of(facts(VERBOSE).graphics)
    assert (value_of(first.model), value_of(first.driver)) == ("Example Corporation Iris [Big [x]]", "i915")
    assert (value_of(second.model), value_of(second.driver)) == ("NVIDIA Corporation EX107 [GeForce]", None)
    assert reading(VERBOSE).gpu_ids == ("8086:9a49", "10de:1f9d")
    assert len(reading(VERBOSE).devices) == 9


def test_network_adapters_are_told_apart_and_a_modem_is_none():
    network = facts(VERBOSE).network
    (wifi,), (wired,) = value_of(network.wifi), value_of(network.ethernet)
    assert (wifi.name, value_of(wifi.driver), value_of(wifi.model)) == ("0000:00:14.3", "iwlwifi", None)
    assert (value_of(wired.model), value_of(wired.driver)) == ("Example Semiconductor Gigabit", "r8169")
    assert reading(VERBOSE).network_ids == ("8086:a0f0", "10ec:8168")


def test_a_usb4_router_is_no_usb_controller():
    assert value_of(facts(VERBOSE).usb.controllers) == 1
    assert value_of(facts(PLAIN).usb.controllers) == 1


def test_sound_cards_are_named():
    assert value_of(facts(VERBOSE).audio.cards) == ("Example Corporation Sound",)


def test_without_ids_classes_are_told_by_their_names():
    found = facts(PLAIN)
    assert reading(PLAIN).gpu_ids is None
    assert [value_of(card.model) for card in value_of(found.graphics)] == ["Example Corporation Iris [Big]", None]
    models = [value_of(adapter.model) for adapter in value_of(found.network.wifi)]
    assert models == ["Example Corporation Wi-Fi 6", "Old Atheros Wireless Network Adapter"]
    assert found.network.ethernet.problem == "absent"
    assert value_of(value_of(found.graphics)[0].vendor_id) is None


def test_quotes_inside_a_name_are_undone():
    (card,) = value_of(facts(QUOTED).graphics)
    assert value_of(card.model) == 'Example Corporation Iris "Big"'


def test_two_runs_in_one_text_describe_each_device_once():
    both = "00:02.0 VGA compatible controller: Example Iris\n\n0000:00:02.0 0300: 8086:9a49\n"
    (device,) = reading(both).devices
    assert (device.name, device.ids, device.class_id) == ("Example Iris", "8086:9a49", "0300")


def test_domains_are_kept_apart():
    text = "0000:00:02.0 0300: 8086:9a49\n10000:00:02.0 0108: 8086:f1aa\n"
    assert [device.slot for device in reading(text).devices] == ["0000:00:02.0", "10000:00:02.0"]


def test_what_is_not_on_pci_is_not_known_to_be_missing():
    found = facts("00:00.0 0600: 8086:9a14\n00:14.0 0c03: 8086:9a13\n")
    for fact in (found.graphics, found.network.wifi, found.network.ethernet, found.audio.cards):
        assert fact.problem == "absent"
    assert value_of(found.usb.controllers) == 1


@pytest.mark.parametrize(
    "text", ["", "hello\n", "00:02.0\n", "-[0000:00]-+-00.0\n", "00: 86 80 49 9a\n", "Slot:\n", '00:02.0 "a"\n']
)
def test_other_text_is_refused(text):
    with pytest.raises(EvidenceError):
        facts(text)


def test_a_list_without_end_is_refused():
    text = "".join(
        f"{bus:02x}:{slot:02x}.{part} 0600: 8086:9a14\n" for bus in range(8) for slot in range(32) for part in range(8)
    )
    with pytest.raises(EvidenceError):
        reading(text)


def test_every_scored_field_of_every_capture_is_right(entries):
    for name, data, wanted in entries("lspci"):
        found = lspci_reading(data)
        for field, value in (("gpu_ids", found.gpu_ids), ("wifi_or_net_ids", found.network_ids)):
            if field in wanted:
                assert list(value or ()) == wanted[field], name
        count = wanted.get("device_count", wanted.get("count", len(wanted.get("devices", ()))))
        assert len(found.devices) == count, name
        for device, row in zip(found.devices, wanted.get("devices", ()), strict=False):
            assert (device.slot, device.class_id, device.ids, device.name) == tuple(
                row[key] for key in ("slot", "class", "id", "name")
            )


def test_other_peoples_expectations_of_the_tagged_captures_hold(entries):
    for name, data, wanted in entries("lspci"):
        devices = {device.slot: device for device in lspci_reading(data).devices}
        for row in wanted.get("published_expectation", ()):
            device = devices[row["slot"]]
            if "class_id" in row:
                assert (device.class_id, device.ids) == (row["class_id"], f"{row['vendor_id']}:{row['device_id']}"), (
                    name
                )
            else:
                assert (device.class_name, device.name) == (row["class"], f"{row['vendor']} {row['device']}"), name


@given(mutated(*(text.encode() for text in (VERBOSE, PLAIN, NUMBERS, QUOTED, QUOTED_BOTH, TAGGED, OLD_TAGGED))))
def test_whatever_the_bytes_are_they_are_read_or_refused(data):
    with contextlib.suppress(EvidenceError):
        read_lspci(data, "lspci")


LARGE = {
    "quotes": b'00:02.0 "' + b'\\"' * 2_000_000,
    "devices": b"00:02.0 0300: 8086:9a49\n" * 170_000,
    "brackets": b"00:02.0 VGA compatible controller: " + b"[8086:" * 600_000,
    "tags": b"Slot:\t00:02.0\n" + b"Class:\t0300\n" * 350_000,
}


@pytest.mark.parametrize("name", LARGE)
def test_a_large_item_is_read_in_time_proportional_to_its_size(name):
    begin = time.perf_counter()
    with contextlib.suppress(EvidenceError):
        read_lspci(LARGE[name], "lspci")
    assert time.perf_counter() - begin < 5
