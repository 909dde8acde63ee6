"""What a label printer does wrong, and the one sentence for each."""

import os
import tty

import pytest

from hardware.printers.opening import open_printer
from hardware.printers.printer import PrinterError, PrinterHolds, PrinterRefused
from hardware.printers.wording import FAULTS
from hardware.printers.zpl import to_zpl
from hardware.printers.zpl_printer import ZplPrinter
from hardware.simulated.label_printer import SimulatedLabelPrinter, SimulatedSerialLabelPrinter
from tests.hardware.printers.support import CALM, QUICK, a_page

PAGE = a_page()


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_each_fault_is_one_sentence_and_nothing_is_sent(fault):
    with SimulatedLabelPrinter() as device:
        printer = open_printer(device.address, CALM)
        device.set(fault)
        assert printer.condition().sentence == FAULTS[fault]
        with pytest.raises(PrinterError) as refused:
            printer.print(PAGE, "label")
        assert str(refused.value) == FAULTS[fault]
        assert not isinstance(refused.value, PrinterHolds)
        assert device.jobs == device.held == ()
        device.clear(fault)
        printer.print(PAGE, "label")
        assert len(device.jobs) == 1


def test_labels_that_run_out_after_the_page_was_sent_say_that_it_is_held_and_it_comes_out_once():
    with SimulatedLabelPrinter() as device:
        printer = open_printer(device.address, CALM)
        device.runs_out_after(1)
        printer.print(PAGE, "one")
        with pytest.raises(PrinterHolds, match=r"no labels left.*already sent comes out then\.$"):
            printer.print(PAGE, "two")
        assert (len(device.jobs), len(device.held)) == (1, 1)
        device.load_paper()
        assert (len(device.jobs), len(device.held)) == (2, 0)


def test_a_printer_that_never_says_how_it_is_prints_all_the_same():
    with SimulatedLabelPrinter() as device:
        device.silent = True
        printer = open_printer(device.address, QUICK)
        condition = printer.condition()
        assert (condition.ready, condition.asked) == (True, False)
        assert "does not say how it is" in condition.sentence
        printer.print(PAGE, "label")
        device.silent = False
        # The next question is answered after the job, on the same mechanism.
        assert open_printer(device.address, CALM).condition().ready
        assert len(device.jobs) == 1


def test_a_printer_that_falls_silent_is_not_sent_anything():
    with SimulatedLabelPrinter() as device:
        printer = open_printer(device.address, QUICK)
        assert printer.condition().asked
        device.silent = True
        assert "answered before and does not now" in printer.condition().sentence
        with pytest.raises(PrinterError, match="answered before"):
            printer.print(PAGE, "label")
        assert device.jobs == ()


def test_a_printer_that_is_switched_off_is_said_to_be_and_prints_when_it_is_on_again():
    with SimulatedLabelPrinter() as device:
        printer = open_printer(device.address, CALM)
        device.switch_off()
        assert "switched on" in printer.condition().sentence
        with pytest.raises(PrinterError, match="takes no connection"):
            printer.print(PAGE, "label")
        device.switch_on()
        printer.print(PAGE, "label")
        assert len(device.jobs) == 1


def test_a_printer_that_hangs_in_the_middle_of_a_label_is_noticed():
    class Hangs(SimulatedLabelPrinter):
        def take(self, data: bytes) -> bytes:
            if b"^XA" in data:
                self.hang()
            return super().take(data)

    with Hangs() as device:
        device.silent = True
        printer = open_printer(f"{device.address}?dpi=600", QUICK)
        with pytest.raises(PrinterError, match="stopped taking data"):
            printer.print(a_page(dpi=600), "label")
        assert device.jobs == ()


def test_a_printer_that_goes_away_in_the_middle_of_a_label_is_noticed():
    class Dies(SimulatedLabelPrinter):
        def take(self, data: bytes) -> bytes:
            if b"^XA" in data:
                self.switch_off()
            return super().take(data)

    with Dies() as device:
        printer = open_printer(f"{device.address}?dpi=600", QUICK)
        with pytest.raises(PrinterError):
            printer.print(a_page(dpi=600), "label")
        assert device.jobs == ()


@pytest.mark.parametrize("silent", [False, True])
def test_half_a_label_that_was_left_in_the_printer_never_mixes_with_the_next(silent):
    with SimulatedLabelPrinter() as device:
        device.take(to_zpl(a_page(dpi=300))[:3000])
        device.silent = silent
        open_printer(device.address, QUICK if silent else CALM).print(PAGE, "label")
        (picture,) = device.pictures()
        assert picture.tobytes() == PAGE.picture.tobytes()


class Answers:
    """A wire to a printer that takes everything and answers, one after the other, what it was told to."""

    def __init__(self, *statuses: dict[str, int]) -> None:
        self.written = b""
        self._statuses = list(statuses)

    def write(self, data: bytes) -> None:
        self.written += data

    def ask(self, question: bytes) -> bytes:
        # What is asked last stays true.
        told = self._statuses.pop(0) if len(self._statuses) > 1 else self._statuses[0]
        paper_out, buffer_full, held = (told.get(name, 0) for name in ("paper_out", "buffer_full", "held"))
        first = f"030,{paper_out},0,0406,{held:03d},{buffer_full},0,0,000,0,0,0"
        return "".join(f"\x02{line}\x03\r\n" for line in (first, "000,0,0,0,0,2,4,0,00000000,1,000", "1234,0")).encode()

    def close(self) -> None:
        pass


def test_a_fault_right_after_the_page_is_no_page_printed_though_nothing_is_held():
    wire = Answers({}, {"paper_out": 1})
    with pytest.raises(PrinterHolds, match=r"no labels left.*Look whether the label that was sent came out\.$"):
        ZplPrinter("Printer", 203, 104, lambda: wire, QUICK).print(PAGE, "label")
    assert b"^XZ" in wire.written


def test_a_memory_that_is_full_of_the_page_itself_is_waited_out():
    wire = Answers({}, {"buffer_full": 1, "held": 1}, {"buffer_full": 1}, {})
    ZplPrinter("Printer", 203, 104, lambda: wire, CALM).print(PAGE, "label")


def test_an_answer_that_is_none_is_said_to_be():
    class Web(SimulatedLabelPrinter):
        def take(self, data: bytes) -> bytes:
            return b"HTTP/1.1 400 Bad Request\r\n\r\n\x03\x03\x03"

    with Web() as device:
        printer = open_printer(device.address, CALM)
        assert "no ZPL printer gives" in printer.condition().sentence
        with pytest.raises(PrinterError):
            printer.print(PAGE, "label")


def test_noise_without_end_is_not_read_for_ever():
    class Noisy(SimulatedLabelPrinter):
        def take(self, data: bytes) -> bytes:
            return b"\x00\xff" * 5000

    with Noisy() as device:
        assert not open_printer(device.address, QUICK).condition().ready


def test_a_page_wider_than_the_printer_is_refused():
    with SimulatedLabelPrinter() as device:
        printer = open_printer(f"{device.address}?width=60", CALM)
        with pytest.raises(PrinterRefused, match=r"102 mm wide and .* takes 60 mm"):
            printer.print(PAGE, "label")
        printer.print(a_page("carton-small"), "label")
        assert len(device.jobs) == 1


@pytest.mark.parametrize("kind", ["serial", "usb"])
def test_a_line_on_which_nothing_is_taken_is_noticed(kind):
    master, slave = os.openpty()
    try:
        tty.setraw(slave)
        printer = open_printer(f"{kind}:{os.ttyname(slave)}?dpi=300", QUICK)
        with pytest.raises(PrinterError, match="stopped taking data"):
            printer.print(a_page(dpi=300), "label")
    finally:
        os.close(slave)
        os.close(master)


def test_a_serial_printer_out_of_labels_says_so():
    with SimulatedSerialLabelPrinter() as device:
        device.paper_out()
        assert open_printer(device.address, CALM).condition().sentence == FAULTS["paper_out"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("usb:/dev/usb/no-such-printer", "is not there"),
        ("serial:/dev/no-such-port", "is not there"),
        ("serial:/dev/null", "is no device"),
        ("usb:/dev/shm", "is no device"),
        ("usb:/dev/full", "went away"),
        ("tcp:no-such-printer.invalid", "(does not know|cannot be reached)"),
    ],
)
def test_a_device_that_cannot_be_used_is_said_to_be(text, says):
    condition = open_printer(text, QUICK).condition()
    assert not condition.ready
    with pytest.raises((PrinterError, PrinterRefused), match=says):
        open_printer(text, QUICK).print(PAGE, "label")


def test_several_pages_are_printed_in_order():
    with SimulatedLabelPrinter() as device:
        for page in (PAGE, a_page("carton-small")):
            open_printer(device.address, CALM).print(page, "label")
        assert [picture.size for picture in device.pictures()] == [PAGE.picture.size, (456, 256)]
