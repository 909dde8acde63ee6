import os
from pathlib import Path

import pytest
import serial

from hardware.scanners.serial_ports import PortSeen
from hardware.simulated.pty_scanner import LinkTaken, PtyScanner, scan_lines


def read(port: serial.Serial, size: int) -> bytes:
    port.timeout = 20
    return port.read(size)


@pytest.fixture
def link(tmp_path: Path) -> Path:
    return tmp_path / "usb-scanner"


def test_what_it_scans_can_be_read_at_its_path_and_nothing_comes_back_to_it():
    with PtyScanner() as scanner, serial.Serial(scanner.path) as port:
        scanner.scan("PF1A2B3C")
        scanner.scan("Größe\x1d", end="\r\n")
        assert read(port, 18) == "PF1A2B3C\rGröße\x1d\r".encode()
        assert read(port, 1) == b"\n"


def test_a_program_that_sets_nothing_on_the_line_reads_every_byte_as_it_was_sent():
    with PtyScanner() as scanner:
        reader = os.open(scanner.path, os.O_RDONLY | os.O_NOCTTY)
        scanner.send(b"\x03\x04PF1\r\x7f\n")
        assert os.read(reader, 20) == b"\x03\x04PF1\r\x7f\n"
        os.close(reader)


def test_its_noise_is_the_same_for_the_same_seed():
    with PtyScanner() as scanner, serial.Serial(scanner.path) as port:
        scanner.noise(1000, seed=7)
        first = read(port, 1000)
        scanner.noise(1000, seed=7)
        assert read(port, 1000) == first
        scanner.noise(1000, seed=8)
        assert read(port, 1000) != first


def test_pulled_out_it_hangs_up_and_plugged_in_again_it_is_at_the_same_link(link):
    with PtyScanner(link) as scanner:
        with serial.Serial(scanner.path) as port:
            scanner.unplug()
            with pytest.raises(serial.SerialException):
                read(port, 1)
        assert not os.path.lexists(link)
        scanner.unplug()
        scanner.scan("lost")
        scanner.plug()
        scanner.plug()
        with serial.Serial(str(link)) as port:
            scanner.scan("PF1")
            assert read(port, 4) == b"PF1\r"
    assert not os.path.lexists(link)


def test_a_link_that_a_killed_one_left_behind_is_taken_over(link):
    link.symlink_to("/dev/pts/no-such-port")
    with PtyScanner(link), serial.Serial(str(link)) as port:
        assert port.is_open


@pytest.mark.parametrize("target", ["/etc/hostname", "/dev/ttyACM0", "nothing", "/dev/pts/../null", "/dev/pts"])
def test_a_link_that_somebody_made_is_neither_replaced_nor_removed(link, target):
    link.symlink_to(target)
    with pytest.raises(LinkTaken):
        PtyScanner(link)
    assert os.readlink(link) == target
    assert list(link.parent.iterdir()) == [link]


def test_what_was_put_in_its_place_meanwhile_stays(link):
    scanner = PtyScanner(link)
    link.unlink()
    link.symlink_to("/etc/hostname")
    scanner.unplug()
    assert os.readlink(link) == "/etc/hostname"
    with pytest.raises(LinkTaken):
        scanner.plug()
    assert scanner.seen() == ()
    link.unlink()
    link.write_text("notes")
    with pytest.raises(LinkTaken):
        scanner.plug()
    assert link.read_text() == "notes"


def test_a_file_of_the_name_that_was_once_used_on_the_way_stays(link):
    other = link.with_name(f".{link.name}.new")
    other.write_text("notes")
    with PtyScanner(link):
        assert other.read_text() == "notes"
    assert other.read_text() == "notes"


def test_it_is_listed_only_while_it_is_plugged_in(link):
    with PtyScanner(link, usb=(0x05E0, 0x1701), serial="42") as scanner:
        assert scanner.seen() == (PortSeen(str(link), 0x05E0, 0x1701, "42"),)
        scanner.unplug()
        assert scanner.seen() == ()


def test_lines_are_scanned_one_after_the_other(link):
    got = []

    def lines():
        with serial.Serial(str(link)) as port:
            yield from ["PF1A2B3C\n", "\n", "5CG1234ABC\r\n"]
            got.append(read(port, 20))

    with PtyScanner(link) as scanner:
        scan_lines(lines(), scanner)
    assert got == [b"PF1A2B3C\r5CG1234ABC\r"]
    assert not os.path.lexists(link)
