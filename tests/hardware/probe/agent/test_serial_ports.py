"""Which ports a laptop is reached over, and how a port that is no port is told."""

import os
import pty
import termios

import pytest

from hardware.probe.agent.carrier import Gone, Lost, Wake
from hardware.probe.agent.serial_line import BAUDS, SerialCarrier, ports


def test_real_uarts_and_usb_adapters_are_found_and_empty_places_are_not(tmp_path):
    for name, kind in {"ttyS0": "4\n", "ttyS1": "0\n", "ttyS2": "", "ttyS10": "2"}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "type").write_text(kind)
    for name in ("ttyS3", "ttyUSB0", "ttyACM1", "tty1", "console", "ptmx", "ttyprintk"):
        (tmp_path / name).mkdir()
    found = ports(str(tmp_path))
    assert found == ["/dev/ttyACM1", "/dev/ttyS0", "/dev/ttyS10", "/dev/ttyUSB0"]
    assert ports(str(tmp_path / "nowhere")) == []


@pytest.mark.parametrize(
    ("removable", "subclass", "net", "taken"),
    [
        ("removable", "02", False, True),  # an adapter, or a board with one
        ("fixed", "02", False, False),  # built in
        ("removable", "0e", False, False),  # mobile broadband
        ("removable", "06", True, False),  # carries a network
    ],
)
def test_nothing_is_said_to_the_modem_of_a_laptop(tmp_path, removable, subclass, net, taken):
    device, ttys = tmp_path / "1-4", tmp_path / "tty"
    for number, kind in enumerate(("02", subclass)):
        interface = device / f"1-4:1.{number}"
        interface.mkdir(parents=True)
        (interface / "bInterfaceClass").write_text("02\n")
        (interface / "bInterfaceSubClass").write_text(f"{kind}\n")
    if net:
        (device / "1-4:1.1" / "net" / "wwan0").mkdir(parents=True)
    (device / "removable").write_text(f"{removable}\n")
    (ttys / "ttyACM0").mkdir(parents=True)
    (ttys / "ttyACM0" / "device").symlink_to(device / "1-4:1.0")
    assert ports(str(ttys)) == (["/dev/ttyACM0"] if taken else [])


def test_a_port_that_is_not_there_is_gone_and_one_that_is_none_is_lost(tmp_path):
    with pytest.raises(Gone, match="ttyX cannot be used \\(No such file or directory\\)"):
        SerialCarrier(str(tmp_path / "ttyX"), 115200)
    (tmp_path / "file").write_text("")
    before = len(os.listdir("/proc/self/fd"))
    with pytest.raises(Lost, match="file cannot be used"):
        SerialCarrier(str(tmp_path / "file"), 115200)
    assert len(os.listdir("/proc/self/fd")) == before


@pytest.mark.parametrize("baud", BAUDS)
def test_a_port_is_set_raw_at_its_speed(baud):
    master, slave = pty.openpty()
    carrier = SerialCarrier(os.ttyname(slave), baud)
    iflag, oflag, cflag, lflag, ispeed, ospeed, _ = termios.tcgetattr(slave)
    assert (iflag, oflag, lflag, ispeed, ospeed) == (0, 0, 0, BAUDS[baud], BAUDS[baud])
    assert cflag & (termios.CSIZE | termios.PARENB | termios.CSTOPB) == termios.CS8
    carrier.close()
    os.close(slave)
    os.close(master)


def test_an_adapter_that_is_pulled_out_is_lost_at_once():
    master, slave = pty.openpty()
    carrier = SerialCarrier(os.ttyname(slave), 115200)
    os.close(slave)
    os.close(master)
    wake = Wake()
    with pytest.raises(Lost):
        carrier.turn(60.0, wake.fd)
    carrier.close()
    wake.close()
