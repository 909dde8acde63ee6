import contextlib
import re
import time

import pytest
from hypothesis import given

from hardware.evidence.devices.udevadm import read_udevadm, udev_database
from hardware.evidence.errors import EvidenceError
from tests.hardware.evidence.mutations import mutated
from tests.hardware.evidence.support import value_of

PCI = "/devices/pci0000:00"
USB = f"{PCI}/0000:00:14.0/usb1"


def record(path, extra="", **properties):
    lines = [f"P: {path}", *extra.splitlines(), f"E: DEVPATH={path}"]
    return "\n".join([*lines, *(f"E: {key}={value}" for key, value in properties.items())]) + "\n\n"


NULL = record("/devices/virtual/mem/null", SUBSYSTEM="mem", DEVNAME="/dev/null")
DMI = record(
    "/devices/virtual/dmi/id",
    SUBSYSTEM="dmi",
    MODALIAS="dmi:bvnEXAMPLE:bvr1.23:bd03/31/2021:br1.23:svnExampleLtd:pnModel1:ct10:cvrNone:",
)
GPU = record(
    f"{PCI}/0000:00:02.0",
    SUBSYSTEM="pci",
    PCI_CLASS="30000",
    PCI_ID="8086:9A49",
    DRIVER="i915",
    ID_VENDOR_FROM_DATABASE="Example Corporation",
    ID_MODEL_FROM_DATABASE="Iris",
)
GPU2 = record(f"{PCI}/0000:00:1c.0/0000:01:00.0", SUBSYSTEM="pci", PCI_CLASS="30200", PCI_ID="10DE:1F9D")
HOSTS = "".join(
    record(f"{PCI}/0000:00:{slot}", SUBSYSTEM="pci", PCI_CLASS=number)
    for slot, number in (("14.0", "C0330"), ("0d.2", "C0340"), ("1f.0", "60100"))
)
RADIO = record(f"{PCI}/0000:00:14.3", SUBSYSTEM="pci", PCI_CLASS="28000", PCI_ID="8086:A0F0", DRIVER="bridge")
RADIO += record(f"{PCI}/0000:00:14.3/bcma0:0", SUBSYSTEM="bcma", DRIVER="brcmsmac")
WIFI = RADIO + record(
    f"{PCI}/0000:00:14.3/bcma0:0/net/wlan0",
    SUBSYSTEM="net",
    DEVTYPE="wlan",
    INTERFACE="wlan0",
    ID_NET_NAME_MAC="wlx00005e005301",
    ID_MODEL_FROM_DATABASE="Wi-Fi 6",
)
WIRED = record(f"{PCI}/0000:00:1f.6", SUBSYSTEM="pci", PCI_CLASS="20000", PCI_ID="8086:15FB") + record(
    f"{PCI}/0000:00:1f.6/net/eth0", SUBSYSTEM="net", INTERFACE="eth0", ID_NET_DRIVER="e1000e"
)
VIRTUAL = record("/devices/virtual/net/lo", SUBSYSTEM="net", INTERFACE="lo") + record(
    "/devices/virtual/net/docker0", SUBSYSTEM="net", DEVTYPE="bridge"
)
MODEM = record(f"{PCI}/0000:00:1d.0/wwan0/net/wwan0", SUBSYSTEM="net", DEVTYPE="wwan", INTERFACE="wwan0")
STICK = record(f"{USB}/1-4/1-4:1.0/net/wlx1", SUBSYSTEM="net", DEVTYPE="wlan", INTERFACE="wlx1")
DONGLE = record(f"{USB}/1-5/1-5:1.0/net/enx1", SUBSYSTEM="net", INTERFACE="enx1")
CONTROLLER = record(f"{USB}/1-7/1-7:1.0/bluetooth/hci0", SUBSYSTEM="bluetooth", DEVTYPE="host")
CONTROLLER += record(f"{USB}/1-7/1-7:1.0/bluetooth/hci0/hci0:1", SUBSYSTEM="bluetooth", DEVTYPE="link")
CAMERA = "".join(
    record(
        f"{USB}/1-6/1-6:1.0/video4linux/video{number}",
        SUBSYSTEM="video4linux",
        ID_V4L_CAPABILITIES=capabilities,
        ID_V4L_PRODUCT="Example HD Camera",
    )
    for number, capabilities in ((1, ":"), (0, ":capture:"))
)
CAMERA += record("/devices/virtual/video4linux/video9", SUBSYSTEM="video4linux", ID_V4L_CAPABILITIES=":capture:")
CARD = f"{PCI}/0000:00:1f.3/sound/card0"
SOUND = record(CARD, SUBSYSTEM="sound", ID_VENDOR_FROM_DATABASE="Example", ID_MODEL_FROM_DATABASE="HD Audio")
SOUND += "".join(
    record(f"{CARD}/{name}", SUBSYSTEM="sound") for name in ("pcmC0D0p", "pcmC0D3p", "pcmC0D0c", "controlC0")
)
KEYS = record(
    "/devices/platform/i8042/serio0/input/input3",
    SUBSYSTEM="input",
    NAME='"AT keyboard"',
    PRODUCT="11/1/1/ab41",
    ID_INPUT_KEYBOARD="1",
)
SCANNER = record(
    f"{USB}/1-9/1-9:1.0/input/input8", SUBSYSTEM="input", NAME='"Scanner"', PRODUCT="3/1/1/1", ID_INPUT_KEYBOARD="1"
)
PAD = record("/devices/platform/i2c/input/input5", SUBSYSTEM="input", NAME='"Pad"', ID_INPUT_TOUCHPAD="1")
SCREEN = record("/devices/platform/i2c/input/input6", SUBSYSTEM="input", NAME='"S"', ID_INPUT_TOUCHSCREEN="1")
MADE_UP = record("/devices/virtual/input/input11", SUBSYSTEM="input", NAME='"x"', ID_INPUT_KEYBOARD="1")


def disk(path, name, extra="", **properties):
    return record(f"{path}/block/{name}", extra, SUBSYSTEM="block", DEVTYPE="disk", **properties)


SDA = disk(
    f"{PCI}/0000:00:17.0/ata1",
    "sda",
    ID_BUS="ata",
    ID_TYPE="disk",
    ID_MODEL="EXAMPLE_SSD",
    ID_MODEL_ENC="EXAMPLE\\x20SSD\\x20\\x20",
    ID_SERIAL_SHORT="S1234567",
    ID_REVISION="1.0",
    ID_ATA_ROTATION_RATE_RPM="0",
)
DISKS = (
    SDA
    + disk(f"{PCI}/0000:00:17.0/ata2", "sr0", ID_CDROM="1", ID_TYPE="cd")
    + disk(f"{PCI}/0000:01:00.0/nvme/nvme0", "nvme0n1", ID_MODEL="EXAMPLE NVME", ID_SERIAL_SHORT="N1234567")
    + disk("/devices/platform/mmc0", "mmcblk0", ID_NAME="EX32G", ID_SERIAL="0x12345678")
    + disk("/devices/platform/mmc0/block/mmcblk0", "mmcblk0boot0")
    + disk(f"{USB}/1-8/1-8:1.0/host6", "sdb", ID_BUS="usb", ID_MODEL="Stick")
    + disk("/devices/virtual/nvme-subsystem/nvme-subsys1", "nvme1n1")
    + disk("/devices/virtual", "loop0")
    + record(f"{PCI}/0000:00:17.0/ata1/block/sda/sda1", SUBSYSTEM="block", DEVTYPE="partition")
)
ALL = NULL + DMI + GPU + GPU2 + HOSTS + WIFI + WIRED + VIRTUAL + MODEM + CONTROLLER + CAMERA + SOUND + KEYS + DISKS


def facts(text):
    return read_udevadm(text.encode(), "udevadm")


def test_both_graphics_adapters_and_the_usb_controllers_are_told_by_their_class():
    found = facts(ALL)
    first, second = value_of(found.graphics)
    assert (first.name, value_of(first.model), value_of(first.driver)) == (
        "0000:00:02.0",
        "Example Corporation Iris",
        "i915",
    )
    assert (value_of(second.vendor_id), value_of(second.device_id), value_of(second.model)) == ("10de", "1f9d", None)
    assert value_of(found.usb.controllers) == 1


def test_adapters_are_told_apart_and_virtual_ones_and_modems_left_out():
    network = facts(ALL).network
    (wifi,), (wired,) = value_of(network.wifi), value_of(network.ethernet)
    assert (wifi.name, value_of(wifi.driver), value_of(wifi.mac)) == ("wlan0", "brcmsmac", "00:00:5e:00:53:01")
    assert (value_of(wifi.vendor_id), value_of(wifi.device_id), value_of(wifi.model)) == ("8086", "a0f0", "Wi-Fi 6")
    assert (wired.name, value_of(wired.driver), value_of(wired.mac)) == ("eth0", "e1000e", None)
    assert [controller.name for controller in value_of(network.bluetooth)] == ["hci0"]


def test_a_radio_of_an_old_kernel_is_known_by_its_phy():
    text = NULL + record(f"{PCI}/0000:02:00.0/net/ath0", SUBSYSTEM="net", INTERFACE="ath0")
    assert len(value_of(facts(text).network.ethernet)) == 1
    text += record(f"{PCI}/0000:02:00.0/ieee80211/phy0", SUBSYSTEM="ieee80211")
    assert [adapter.name for adapter in value_of(facts(text).network.wifi)] == ["ath0"]


def test_adapters_on_usb_are_not_taken_for_the_laptops_own():
    network = facts(ALL + STICK + DONGLE).network
    assert [adapter.name for adapter in value_of(network.wifi)] == ["wlan0"]
    assert [adapter.name for adapter in value_of(network.ethernet)] == ["eth0"]
    network = facts(NULL + STICK + DONGLE).network
    assert "Wi-Fi adapter on USB" in network.wifi.reason
    assert "wired adapter on USB" in network.ethernet.reason


def test_cameras_are_counted_and_not_their_nodes():
    (camera,) = value_of(facts(ALL).camera)
    assert (camera.name, value_of(camera.model)) == ("video0", "Example HD Camera")


def test_cards_are_named_and_what_they_offer_is_counted():
    audio = facts(ALL).audio
    assert value_of(audio.cards) == ("Example HD Audio",)
    assert (value_of(audio.playback), value_of(audio.capture)) == (2, 1)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (KEYS + PAD + SCREEN, (True, True, True)),
        (SCANNER + PAD, (None, True, False)),
        (SCANNER + KEYS, (True, False, False)),
        (MADE_UP, (False, False, False)),
        (KEYS.replace("AT keyboard", "Virtual GlidePoint"), (True, True, False)),
    ],
)
def test_input_devices_are_told_by_udevs_words(text, found):
    devices = facts(NULL + text).input
    assert tuple(value_of(fact) for fact in (devices.keyboard, devices.touchpad, devices.touchscreen)) == found


def test_disks_are_told_from_sticks_optical_drives_partitions_and_boot_areas():
    disks = {disk.name: disk for disk in value_of(facts(ALL).storage)}
    kinds = {name: value_of(disk.kind) for name, disk in disks.items()}
    assert kinds == {"mmcblk0": "emmc", "nvme0n1": "nvme", "nvme1n1": "nvme", "sda": "ssd", "sdb": None}
    assert value_of(disks["sdb"].removable) is True
    sda = disks["sda"]
    assert (value_of(sda.model), value_of(sda.serial), value_of(sda.firmware)) == ("EXAMPLE SSD", "S1234567", "1.0")
    assert value_of(sda.bytes) is None
    assert value_of(disks["mmcblk0"].model) == "EX32G"
    spinning = NULL + SDA.replace("RPM=0", "RPM=5400")
    assert value_of(value_of(facts(spinning).storage)[0].kind) == "hdd"


def test_dmi_gives_only_what_is_sure():
    found = facts(ALL)
    assert (value_of(found.identity.chassis), value_of(found.firmware.date)) == ("Notebook", "2021-03-31")
    assert value_of(found.identity.product) is None
    assert facts(NULL).identity.chassis.problem == "absent"


def test_the_line_kinds_of_newer_versions_change_nothing():
    def newer(match):
        name = match.group(1).rpartition("/")[2]
        lines = (
            "M: {name}",
            "R: 0",
            "J: c4:64",
            "U: tty",
            "T: x",
            "D: c 4:64",
            "N: tty",
            "L: 0",
            "S: a/b",
            "Q: 1",
            "V: 2",
        )
        return "\n".join((match.group(), *lines)).format(name=name)

    assert facts(re.sub(r"^P: (\S+)$", newer, ALL, flags=re.MULTILINE)) == facts(ALL)
    assert facts(ALL.replace("\n", "\r\n")) == facts(ALL)


@pytest.mark.parametrize("text", ["", "hello\n", "E: SUBSYSTEM=net\n", ALL.removeprefix(NULL), GPU, "P: \n"])
def test_other_text_and_a_part_of_the_database_are_refused(text):
    with pytest.raises(EvidenceError):
        facts(text)


COUNTS = {
    "VIDEO": lambda found: len(value_of(found.graphics)),
    "CAPTURE": lambda found: len(value_of(found.camera)),
    "BLUETOOTH": lambda found: len(value_of(found.network.bluetooth)),
    "NETWORK": lambda found: len(value_of(found.network.ethernet)),
    "WIRELESS": lambda found: len(value_of(found.network.wifi)),
    "DISK": lambda found: sum(not value_of(disk.removable) for disk in value_of(found.storage)),
    "TOUCHPAD": lambda found: int(value_of(found.input.touchpad)),
    "TOUCHSCREEN": lambda found: int(value_of(found.input.touchscreen)),
}


def test_other_peoples_counts_of_the_captures_hold(entries):
    seen = 0
    for name, data, wanted in entries("udevadm"):
        found = read_udevadm(data, "udevadm")
        for text in wanted["published_assertions"]:
            match = re.fullmatch(r'self\.count\(devices, "([A-Z]+)"\), (\d+)', text)
            if match and match.group(1) in COUNTS:
                assert COUNTS[match.group(1)](found) == int(match.group(2)), (name, text)
                seen += 1
        assert value_of(found.input.keyboard) is True, name
        assert value_of(found.identity.chassis) in ("Notebook", "Laptop", "Portable"), name
        assert value_of(value_of(found.storage)[0].kind) == "hdd", name
    assert seen > 25


@given(mutated(ALL.encode(), (NULL + GPU).encode()))
def test_whatever_the_bytes_are_they_are_read_or_refused(data):
    with contextlib.suppress(EvidenceError):
        read_udevadm(data, "udevadm")


LARGE = {
    "records": b"".join(b"P: /d/%d\n" % number for number in range(300_000)),
    "one path again and again": b"P: /devices/virtual/mem/null\n" * 140_000,
    "deep paths": NULL.encode()
    + b"".join(b"P: " + b"/a" * 500 + b"/%d\nE: SUBSYSTEM=net\n" % number for number in range(3_900)),
    "properties": NULL.encode() + b"E: A=B\n" * 500_000,
    "a long value": NULL.encode() + b"E: ID_MODEL_ENC=" + b"\\x20" * 1_000_000,
}


@pytest.mark.parametrize("name", LARGE)
def test_a_large_item_is_read_in_time_proportional_to_its_size(name):
    begin = time.perf_counter()
    with contextlib.suppress(EvidenceError):
        read_udevadm(LARGE[name], "udevadm")
    assert time.perf_counter() - begin < 5


def test_a_list_without_end_is_refused():
    with pytest.raises(EvidenceError):
        udev_database(LARGE["records"])
