import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.evidence.bundle import read_bundle
from hardware.evidence.catalogue import known_item
from hardware.evidence.recognise import recognised_id
from tests.hardware.evidence.support import panel

MARKS = {
    "dmidecode": b"# dmidecode 3.4\nHandle 0x0001, DMI type 1, 27 bytes\n",
    "edid-": panel(),
    "lsblk": b'{"blockdevices": []}',
    "smart-": b'{"json_format_version": [1, 0], "smartctl": {}}',
    "lscpu": b"Architecture:        x86_64\nCPU(s):              4\n",
    "cpu": b"processor\t: 0\nmodel name\t: Example\n",
    "memory": b"MemTotal:        3908712 kB\nMemFree: 1 kB\n",
    "battery": b"POWER_SUPPLY_NAME=BAT0\nPOWER_SUPPLY_STATUS=Full\n",
    "upower": b"Device: /org/freedesktop/UPower/devices/battery_BAT0\n  native-path:          BAT0\n",
    "acpi": b"Battery 0: Discharging, 98%, 01:43:14 remaining\n",
    "powercfg": b'<?xml version="1.0"?><BatteryReport xmlns="x"></BatteryReport>',
    "udevadm": b"P: /devices/LNXSYSTM:00\nE: POWER_SUPPLY_NAME=AC\n",
    "lspci": b"00:02.0 VGA compatible controller: Example\n",
    "wifi": b"Wiphy phy0\n\tBand 1:\n",
    "iw-dev": b"phy#0\n\tInterface wlan0\n",
    "bluetooth": b"Controller 00:11:22:33:44:55 (public)\n",
    "input": b'I: Bus=0011 Vendor=0001 Product=0001 Version=ab41\nN: Name="x"\n',
    "os": b'ID=debian\nPRETTY_NAME="Debian"\n',
    "chromeos": b"devsw_boot              = 0    # [RO/int] Developer switch position at boot\n",
    "windows": b"Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\X]\r\n",
    "block": json.dumps({"/sys/block/sda/size": "8\n"}).encode(),
    "drm": json.dumps({"/sys/class/drm/card0-eDP-1/status": "connected\n"}).encode(),
    "lshw": b'{"id": "laptop", "class": "system"}',
}


@pytest.mark.parametrize("kind", MARKS)
def test_a_file_is_told_by_its_content(kind):
    expected = f"{kind}what-i-saved" if kind.endswith("-") else kind
    assert recognised_id("what-i-saved", MARKS[kind]) == expected
    assert known_item(expected)


@pytest.mark.parametrize("kind", ["dmidecode", "acpi", "windows"])
def test_windows_encodings_and_line_ends_hide_nothing(kind):
    text = MARKS[kind].decode().replace("\r\n", "\n").replace("\n", "\r\n")
    assert recognised_id("saved", text.encode("utf-16")) == kind
    assert recognised_id("saved", b"\xef\xbb\xbf" + text.encode()) == kind


def test_the_name_counts_before_the_content():
    assert recognised_id("smart-sda", MARKS["dmidecode"]) == "smart-sda"
    assert recognised_id("dmidecode+2", MARKS["lspci"]) == "dmidecode+2"


OTHERS_JSON = (b'{"system": {"theme": "dark"}}', b'[{"class": "button", "text": "OK"}]')


@pytest.mark.parametrize(
    "data", [b"", b"hello\n", b"\x89PNG\r\n", b"{}", b"[]", b'{"a": 1}', b"key=value\n", *OTHERS_JSON]
)
def test_what_carries_no_mark_keeps_its_name(data):
    assert recognised_id("holiday", data) == "holiday"


@given(st.text("abcXYZ0-_", min_size=1, max_size=80), st.binary(max_size=200))
def test_any_bytes_give_an_id(stem, data):
    assert 1 <= len(recognised_id(stem, data)) <= 80


def test_one_file_alone_is_a_bundle(tmp_path):
    (tmp_path / "From my (old) laptop.txt").write_bytes(MARKS["lspci"])
    bundle = read_bundle(tmp_path / "From my (old) laptop.txt")
    assert list(bundle.items) == ["lspci"]
    assert bundle.items["lspci"].meta.source == "From my (old) laptop.txt"


def test_every_capture_is_recognised(captures):
    unknown = []
    for path in sorted(captures.glob("*/*")):
        if not any(known_item(item) for item in read_bundle(path).items):
            unknown.append(path.name)
    assert unknown == []


@pytest.mark.parametrize("unit", [b"\n", b" ", b"\t", b" \n", b"\r\n", b"0", b"a\n", b"Handle ", b"[", b"{"])
def test_four_mebibytes_of_anything_are_recognised_in_less_than_two_seconds(unit):
    data = (unit * (2**22 // len(unit) + 1))[: 2**22]
    start = time.process_time()
    recognised_id("holiday", data)
    assert time.process_time() - start < 2
