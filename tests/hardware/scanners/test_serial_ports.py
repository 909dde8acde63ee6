import errno
import fcntl
import os
import struct
import termios
from pathlib import Path

import pytest
import serial
from hypothesis import given
from hypothesis import strategies as st
from serial.tools import list_ports, list_ports_common

from hardware.scanners.serial_ports import (
    AnyKnown,
    AtPath,
    ByUsb,
    LineSettings,
    PortSeen,
    SerialSpec,
    SpecRefused,
    close_port,
    known_scanner,
    open_port,
    parse_serial_spec,
    seen_ports,
)
from hardware.simulated.pty_scanner import PtyScanner

TIOCGEXCL = 0x80045440  # asks whether a terminal is open for one only; the termios module does not name it

# ---- how a scanner is named ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("auto", SerialSpec(AnyKnown())),
        (" auto\n", SerialSpec(AnyKnown())),
        ("usb:0c2e:0720", SerialSpec(ByUsb(0x0C2E, 0x0720))),
        ("usb:0C2E:0B6A", SerialSpec(ByUsb(0x0C2E, 0x0B6A))),
        ("usb:0c2e:0720:181:B0A", SerialSpec(ByUsb(0x0C2E, 0x0720, "181:B0A"))),
        ("/dev/ttyUSB0", SerialSpec(AtPath("/dev/ttyUSB0"))),
        ("/dev/serial/by-id/usb-Honeywell_1-if00", SerialSpec(AtPath("/dev/serial/by-id/usb-Honeywell_1-if00"))),
        ("/dev/ttyS0?baud=115200", SerialSpec(AtPath("/dev/ttyS0"), LineSettings(baud=115200))),
        (
            "auto?baud=1200&bits=7&parity=even&stopbits=2&xonxoff=yes",
            SerialSpec(AnyKnown(), LineSettings(1200, 7, "even", 2, True)),
        ),
        ("auto?xonxoff=no", SerialSpec(AnyKnown())),
        ("auto?", SerialSpec(AnyKnown())),
    ],
)
def test_a_scanner_is_named_in_one_of_three_ways_with_options(text, spec):
    assert parse_serial_spec(text) == spec


@pytest.mark.parametrize(
    ("text", "named", "remedy"),
    [
        ("", "port", "auto"),
        ("ttyUSB0", "ttyUSB0", "/dev/ttyUSB0"),
        ("/", "port", "/dev/ttyUSB0"),
        ("AUTO", "AUTO", "auto"),
        ("usb:", "USB ids", "usb:0c2e:0720"),
        ("usb:c2e:0720", "c2e:0720", "four hexadecimal digits"),
        ("usb:0c2e:0720:", "0c2e:0720:", "serial number"),
        ("socket://10.0.0.1:23", "socket", "/dev/ttyUSB0"),
        ("/dev/tty\x1b[31m", "port", "/dev/ttyUSB0"),
        ("/dev/" + "x" * 600, "port", "/dev/ttyUSB0"),
        ("auto?speed=9600", "speed=9600", "baud"),
        ("auto?baud", "baud", "9600"),
        ("auto?baud=9601", "9601", "9600"),
        ("auto?baud=-9600", "-9600", "9600"),
        ("auto?bits=9", "bits", "7, 8"),
        ("auto?parity=E", "parity", "even"),
        ("auto?stopbits=1.5", "stopbits", "1, 2"),
        ("auto?xonxoff=true", "xonxoff", "yes"),
        ("auto?baud=9600&baud=1200", "baud", "Leave one of them out"),
        ("auto?baud=9600&", "option", "name=value"),
    ],
)
def test_what_names_no_scanner_is_refused_in_one_sentence_with_a_remedy(text, named, remedy):
    with pytest.raises(SpecRefused) as refused:
        parse_serial_spec(text)
    sentence = str(refused.value)
    assert named in sentence
    assert remedy in sentence
    assert sentence.isprintable()
    assert len(sentence) < 300


@given(st.one_of(st.text(), st.from_regex(r"(auto|usb:....:....|/dev/.*)\?.*=.*", fullmatch=True)))
def test_any_text_is_a_setting_or_is_refused(text):
    sentence = ""
    try:
        spec = parse_serial_spec(text)
    except SpecRefused as refused:
        sentence = str(refused)
    assert sentence.isprintable()
    assert sentence or isinstance(spec, SerialSpec)


def test_a_line_is_said_as_people_say_it():
    assert str(LineSettings()) == "9600 baud, 8N1"
    assert str(LineSettings(1200, 7, "even", 2, True)) == "1200 baud, 7E2, XON/XOFF"


# ---- which ports are scanners --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("vendor", "product", "maker"),
    [
        (0x0C2E, 0x0720, "Honeywell"),
        (0x05E0, 0x1701, "Zebra"),
        (0x05F9, 0x4204, "Datalogic"),
        (0x1EAB, 0x1A06, "Newland"),
        (0x1EAB, 0x0006, "Newland"),
        (0x067E, 0x0803, "Intermec"),
        (0x065A, 0x0009, "Opticon"),
    ],
)
def test_a_known_scanner_is_known_by_its_usb_ids(vendor, product, maker):
    known = known_scanner(PortSeen("/dev/ttyACM0", vendor, product))
    assert known is not None
    assert known.maker == maker


@pytest.mark.parametrize(
    ("vendor", "product"),
    [
        (None, None),
        (0x0C2E, None),
        (0x0C2E, 0x0204),
        (0x1EAB, 0x1A03),
        (0x05E0, 0x1200),
        (0x0403, 0x6001),
        (0x0720, 0x0C2E),
    ],
)
def test_any_other_port_is_no_scanner(vendor, product):
    assert known_scanner(PortSeen("/dev/ttyUSB0", vendor, product)) is None


def port(device: str, vendor: int | None = None, product: int | None = None, number: str | None = None):
    found = list_ports_common.ListPortInfo(device)
    found.vid, found.pid, found.serial_number = vendor, product, number
    return found


def test_the_ports_are_listed_with_their_usb_ids(monkeypatch):
    monkeypatch.setattr(
        list_ports, "comports", lambda: [port("/dev/ttyS0"), port("/dev/ttyACM0", 0x0C2E, 0x0720, "18")]
    )
    assert seen_ports() == (PortSeen("/dev/ttyS0"), PortSeen("/dev/ttyACM0", 0x0C2E, 0x0720, "18"))


def test_a_port_that_vanishes_while_they_are_listed_spoils_one_listing_only(monkeypatch):
    tries = []

    def vanishing():
        tries.append(1)
        if len(tries) == 1:
            # What pyserial runs into where a file of the port is gone.
            raise TypeError("int() can't convert non-string with explicit base")
        return [port("/dev/ttyACM0", 0x0C2E, 0x0720)]

    monkeypatch.setattr(list_ports, "comports", vanishing)
    assert seen_ports() == (PortSeen("/dev/ttyACM0", 0x0C2E, 0x0720),)


@pytest.mark.parametrize("error", [TypeError("int() of None"), OSError(errno.EIO, "gone"), ValueError("no number")])
def test_ports_that_cannot_be_listed_are_none(monkeypatch, error):
    def failing():
        raise error

    monkeypatch.setattr(list_ports, "comports", failing)
    assert seen_ports() == ()


def test_this_computer_can_list_its_ports():
    assert all(seen.device.startswith("/dev/") for seen in seen_ports())


# ---- opening -------------------------------------------------------------------------------------------


def test_an_open_port_is_open_for_nobody_else_and_free_again_when_closed():
    with PtyScanner() as device:
        opened = open_port(device.path, LineSettings())
        assert exclusive(opened)
        with pytest.raises(OSError, match="lock") as refused:
            open_port(device.path, LineSettings())
        assert refused.value.errno == errno.EAGAIN
        close_port(opened)
        again = open_port(device.path, LineSettings(baud=115200, bits=7, parity="even", stopbits=2, xonxoff=True))
        assert (again.baudrate, again.bytesize, again.parity, again.stopbits) == (115200, 7, "E", 2)
        close_port(again)
        assert not exclusive(serial.Serial(device.path))


@pytest.mark.parametrize("parity", ["none", "even", "odd", "mark", "space"])
def test_parity_is_checked_where_it_is_asked_for_and_a_wrong_byte_is_never_dropped(parity):
    with PtyScanner() as device:
        before = os.open(device.path, os.O_RDWR | os.O_NOCTTY)
        attributes = termios.tcgetattr(before)
        attributes[0] |= termios.IGNPAR
        termios.tcsetattr(before, termios.TCSANOW, attributes)
        os.close(before)
        opened = open_port(device.path, LineSettings(parity=parity))
        flags = termios.tcgetattr(opened.fileno())[0]
        assert bool(flags & termios.INPCK) == (parity != "none")
        assert parity == "none" or not flags & (termios.IGNPAR | termios.PARMRK)
        close_port(opened)


def exclusive(opened: serial.Serial) -> bool:
    (answer,) = struct.unpack("i", fcntl.ioctl(opened.fileno(), TIOCGEXCL, b"\0" * 4))
    return bool(answer)


def test_a_port_that_is_gone_can_be_closed():
    device = PtyScanner()
    opened = open_port(device.path, LineSettings())
    device.unplug()
    close_port(opened)
    close_port(opened)
    assert not opened.is_open


def test_what_is_no_port_is_not_opened(tmp_path: Path):
    (tmp_path / "file").write_text("")
    before = len(os.listdir("/proc/self/fd"))
    for path in [tmp_path / "nothing", tmp_path / "file", tmp_path]:
        with pytest.raises(OSError, match=r"port|Port"):
            open_port(str(path), LineSettings())
    assert len(os.listdir("/proc/self/fd")) == before
