"""What each way to a printer tells: whether the printer can have the whole of what was sent, or surely has not."""

import contextlib
import os
import socket
import struct
import termios
import threading
import time
import tty
from collections.abc import Iterator

import pytest
import serial

from hardware.printers.opening import open_printer
from hardware.printers.printer import PrinterError, PrinterHolds
from hardware.printers.wires import DeviceWire, SerialWire, TcpWire
from hardware.printers.zpl_printer import ZplPrinter
from hardware.simulated.label_printer import SimulatedLabelPrinter
from tests.hardware.printers.support import CALM, QUICK, a_page

_WRITE = os.write


@pytest.fixture
def handed_over(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Set once the system has taken the end of a label."""
    event = threading.Event()

    def watched(descriptor: int, data: bytes) -> int:
        taken = _WRITE(descriptor, data)
        if b"^XZ" in bytes(data[:taken]):
            event.set()
        return taken

    monkeypatch.setattr("hardware.printers.wires.os.write", watched)
    return event


@pytest.fixture
def pty() -> Iterator[tuple[int, str]]:
    """The printer's end of a line, at which nobody reads, and the path of the computer's."""
    master, slave = os.openpty()
    tty.setraw(slave)
    yield master, os.ttyname(slave)
    for descriptor in (slave, master):
        with contextlib.suppress(OSError):
            os.close(descriptor)


def fill(path: str) -> None:
    """Writes to a line until it takes no more."""
    descriptor = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY)
    refused = 0
    while refused < 20:
        try:
            _WRITE(descriptor, b"x" * 4096)
            refused = 0
        except BlockingIOError:
            # The system moves what it holds from one of its buffers to the next in its own time.
            refused += 1
            time.sleep(0.01)
    os.close(descriptor)


def test_a_connection_that_is_reset_after_the_last_byte_may_have_printed_the_label(handed_over):
    class Resets(SimulatedLabelPrinter):
        def take(self, data: bytes) -> bytes:
            if b"^XA" in data:
                # It leaves most of the label unread, so that closing is a reset.
                assert handed_over.wait(20)
                self.switch_off()
            return b""

    with Resets() as device:
        device.silent = True
        printer = open_printer(f"{device.address}?dpi=300", QUICK)
        with pytest.raises(PrinterHolds, match="Look whether it came out"):
            printer.print(a_page(dpi=300), "label")


def test_a_printer_that_hangs_with_the_whole_label_on_its_way_may_print_it_yet():
    class Hangs(SimulatedLabelPrinter):
        def take(self, data: bytes) -> bytes:
            if b"^XA" in data:
                self.hang()
            return super().take(data)

    with Hangs() as device:
        device.silent = True
        printer = open_printer(f"{device.address}?dpi=300", QUICK)
        with pytest.raises(PrinterHolds, match="Look whether it came out"):
            printer.print(a_page(dpi=300), "label")
        # That is why: it goes on, and the label comes out.
        device.go_on()
        until = time.monotonic() + 20
        while not device.jobs and time.monotonic() < until:
            time.sleep(0.01)
        assert len(device.jobs) == 1


def test_a_label_of_which_the_end_was_never_handed_over_is_no_doubt():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        wire = TcpWire("Printer", "127.0.0.1", listener.getsockname()[1], QUICK)
        connection, _ = listener.accept()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
        with pytest.raises(PrinterError, match="went away") as lost:
            wire.write(b"x" * 100)
        assert not isinstance(lost.value, PrinterHolds)
        wire.close()


def test_a_serial_line_that_stalls_within_its_last_piece_may_have_sent_it(pty):
    _, path = pty
    fill(path)
    wire = SerialWire("Printer", path, 9600, QUICK)
    with pytest.raises(PrinterHolds):
        wire.write(b"x" * 100)
    with pytest.raises(PrinterError) as stalled:
        wire.write(b"x" * 1000)
    assert not isinstance(stalled.value, PrinterHolds)
    wire.close()


def test_a_device_that_stalls_before_the_end_is_no_doubt(pty):
    _, path = pty
    fill(path)
    wire = DeviceWire("Printer", path, QUICK)
    with pytest.raises(PrinterError, match="stopped taking data") as stalled:
        wire.write(b"x" * 100)
    assert not isinstance(stalled.value, PrinterHolds)
    wire.close()


def test_a_device_is_not_let_go_before_it_has_taken_the_last_piece(pty, monkeypatch):
    """A driver drops what is still on its way when its device file is closed."""
    _, path = pty

    def write_to_a_busy_printer(descriptor: int, data: bytes) -> int:
        taken = _WRITE(descriptor, data)
        fill(path)
        return taken

    monkeypatch.setattr("hardware.printers.wires.os.write", write_to_a_busy_printer)
    wire = DeviceWire("Printer", path, QUICK)
    with pytest.raises(PrinterHolds):
        wire.write(b"x" * 100)
    wire.close()


@pytest.mark.parametrize("kind", ["serial", "usb"])
def test_a_line_that_is_pulled_out_is_told_in_a_sentence_and_never_as_an_error_of_the_system(kind):
    master, slave = os.openpty()
    tty.setraw(slave)
    path = os.ttyname(slave)
    wire = SerialWire("Printer", path, 9600, QUICK) if kind == "serial" else DeviceWire("Printer", path, QUICK)
    printer = ZplPrinter("Printer", 203, 104, lambda: wire, QUICK)
    os.close(slave)
    os.close(master)
    condition = printer.condition()
    assert not condition.ready
    assert "went away" in condition.sentence


def test_a_broken_serial_line_is_closed_all_the_same(pty):
    master, path = pty
    fill(path)
    before = len(os.listdir("/proc/self/fd"))
    wire = SerialWire("Printer", path, 9600, QUICK)
    with pytest.raises(PrinterError):
        wire.write(b"x" * 1000)
    os.close(master)
    wire.close()
    assert len(os.listdir("/proc/self/fd")) == before - 1


def test_a_port_that_cannot_be_set_up_is_told_in_a_sentence(monkeypatch):
    def pulled(*_: object, **__: object) -> None:
        raise termios.error(5, "Input/output error")

    monkeypatch.setattr(serial, "Serial", pulled)
    with pytest.raises(PrinterError, match="is not there"):
        SerialWire("Printer", "/dev/ttyUSB0", 9600, CALM)
