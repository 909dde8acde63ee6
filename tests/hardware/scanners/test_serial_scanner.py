import errno
import os
import threading
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest
import serial

from hardware.scanners.scanner import Code, Condition, Garbled, Heard, ScannerState
from hardware.scanners.serial_framing import PATIENCE
from hardware.scanners.serial_ports import LineSettings, PortSeen, open_port, parse_serial_spec
from hardware.scanners.serial_scanner import MOST_PORTS, SerialScanner
from hardware.simulated.pty_scanner import PtyScanner
from tests.hardware.scanners.contract import Listener

SOON = 0.02


class Bench:
    """Serial scanners on ptys, and one setting that listens to them."""

    def __init__(self) -> None:
        self.devices: list[PtyScanner] = []
        self.listener = Listener()
        self.scanner: SerialScanner | None = None

    def plug(
        self, link: Path | None = None, *, usb: tuple[int, int] = (0x0C2E, 0x0720), number: str = ""
    ) -> PtyScanner:
        device = PtyScanner(link, usb=usb, serial=number)
        self.devices.append(device)
        return device

    def seen(self) -> list[PortSeen]:
        return list(chain.from_iterable(device.seen() for device in self.devices))

    def listen(self, spec: str) -> Listener:
        self.scanner = SerialScanner(parse_serial_spec(spec), ports=self.seen, look_every=SOON)
        self.scanner.start(self.listener)
        return self.listener

    def says(self, name: str, state: ScannerState) -> str:
        """Waits until this is the last that was said of this scanner, and gives the sentence."""

        def last() -> list[Condition]:
            return [told for told in self.listener.conditions if told.scanner == name][-1:]

        self.listener.wait(lambda: [told.state for told in last()] == [state], f"{name} {state}")
        return last()[0].sentence

    def end(self) -> None:
        if self.scanner:
            self.scanner.stop()
        for thread in reading():  # one that was stopped by what it told ends a little later
            thread.join()
        for device in self.devices:
            device.unplug()


def reading() -> list[threading.Thread]:
    """The threads that read scanners."""
    return [thread for thread in threading.enumerate() if thread.name.startswith("serial scanner")]


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench()
    yield made
    made.end()


# ---- reading -------------------------------------------------------------------------------------------


def test_fifty_scans_in_one_burst_are_all_read(bench):
    device = bench.plug()
    listener = bench.listen("auto")
    bench.says("serial scanner", ScannerState.READY)
    texts = [f"PF{number:06d}" for number in range(50)]
    for text in texts:
        device.scan(text, end="\r\n")
    assert listener.wait_for_texts(50) == texts


def test_what_is_read_is_told_with_its_identifier_under_the_scanners_name(bench):
    device = bench.plug()
    listener = bench.listen("auto")
    bench.says("serial scanner", ScannerState.READY)
    device.scan("]C10109506000134352\x1d21PF1A2B3C")
    listener.wait_for_texts(1)
    assert listener.told[-1] == Heard("serial scanner", (Code("0109506000134352\x1d21PF1A2B3C", "]C1"),))


def test_a_scanner_that_sends_no_end_is_read(bench):
    device = bench.plug()
    listener = bench.listen("auto")
    bench.says("serial scanner", ScannerState.READY)
    for count, text in enumerate(["PF1A2B3C", "5CG1234ABC"], start=1):
        device.scan(text, end="")
        assert listener.wait_for_texts(count)[-1] == text


def test_ten_kilobytes_of_noise_are_told_in_a_sentence_and_the_next_scan_is_read(bench):
    device = bench.plug()
    listener = bench.listen("auto?baud=9600")
    bench.says("serial scanner", ScannerState.READY)
    device.noise(10_000)
    device.send(b"\r")
    device.scan("PF1A2B3C")
    listener.wait(lambda: listener.texts[-1:] == ["PF1A2B3C"], "the scan")
    assert "9600 baud, 8N1" in listener.garbled[0].sentence
    assert "Scan again" in listener.garbled[0].sentence


def test_a_part_of_a_scan_is_told_as_broken_and_is_no_code(bench):
    device = bench.plug()
    listener = bench.listen("auto")
    bench.says("serial scanner", ScannerState.READY)
    device.scan("PF1A2B3C")
    device.scan("5CG12", end="")
    listener.wait(lambda: bool(listener.garbled), f"the part, {PATIENCE} s later")
    assert listener.texts == ["PF1A2B3C"]
    assert listener.garbled[0].text == "5CG12"
    assert "Scan again" in listener.garbled[0].sentence


def test_the_rest_of_a_torn_scan_is_no_code_and_the_next_scan_is(bench):
    device = bench.plug()
    listener = bench.listen("auto")
    bench.says("serial scanner", ScannerState.READY)
    device.send(b"PF1A2B3C\rNXHQ5ED0010")
    listener.wait(lambda: len(listener.garbled) == 1, "the part")
    device.send(b"43001FD3400\r5CG1234ABC\r")
    assert listener.wait_for_texts(2) == ["PF1A2B3C", "5CG1234ABC"]
    assert [told.text for told in listener.garbled] == ["NXHQ5ED0010", "43001FD3400"]


def test_a_scan_under_way_when_the_port_is_opened_is_no_code(bench, tmp_path):
    device = bench.plug(tmp_path / "port")

    def opener(path: str, line: LineSettings) -> serial.Serial:
        opened = open_port(path, line)
        device.send(b"043001FD3400\r")
        return opened

    bench.scanner = SerialScanner(parse_serial_spec(device.path), opener=opener, look_every=SOON)
    bench.scanner.start(bench.listener)
    bench.says(bench.scanner.name, ScannerState.READY)
    device.scan("5CG1234ABC")
    assert bench.listener.wait_for_texts(1) == ["5CG1234ABC"]
    assert [told.text for told in bench.listener.garbled] == ["043001FD3400"]


def test_a_listener_that_fails_once_is_told_the_next_scan(bench, capsys):
    device = bench.plug()
    failed = threading.Event()

    def tell(told):
        if isinstance(told, Heard) and not failed.is_set():
            failed.set()
            raise RuntimeError("the store is full")
        bench.listener(told)

    bench.scanner = SerialScanner(parse_serial_spec("auto"), ports=bench.seen, look_every=SOON)
    bench.scanner.start(tell)
    bench.says("serial scanner", ScannerState.READY)
    device.send(b"PF1A2B3C\r5CG1234ABC\r")
    assert bench.listener.wait_for_texts(1) == ["5CG1234ABC"]
    assert "the store is full" in capsys.readouterr().err


def test_a_scanner_pulled_out_in_the_middle_of_a_scan_tells_no_code(bench):
    device = bench.plug()
    listener = bench.listen("auto")
    bench.says("serial scanner", ScannerState.READY)
    device.send(b"PF1A2B3C\r5CG12")
    listener.wait_for_texts(1)
    device.unplug()
    bench.says("serial scanner", ScannerState.AWAY)
    device.plug()
    bench.says("serial scanner", ScannerState.READY)
    device.scan("5CG1234ABC")
    assert listener.wait_for_texts(2) == ["PF1A2B3C", "5CG1234ABC"]
    assert [told.text for told in listener.garbled] == ["5CG12"]
    assert [type(told) for told in listener.told] == [Condition, Heard, Garbled, Condition, Condition, Heard]


@pytest.mark.parametrize("spec", ["auto", "usb:0c2e:0720", "{path}"])
def test_a_scanner_that_stays_away_is_said_to_be_so_once(bench: Bench, tmp_path: Path, spec: str) -> None:
    device = bench.plug(tmp_path / "port")
    looks: list[int] = []

    def seen() -> list[PortSeen]:
        looks.append(1)
        return list(device.seen())

    def opener(path: str, line: LineSettings) -> serial.Serial:
        looks.append(1)
        return open_port(path, line)

    spec = spec.format(path=device.path)
    bench.scanner = SerialScanner(parse_serial_spec(spec), ports=seen, opener=opener, look_every=SOON)
    bench.scanner.start(bench.listener)
    bench.says(bench.scanner.name, ScannerState.READY)
    device.unplug()
    bench.says(bench.scanner.name, ScannerState.AWAY)
    before = len(looks)
    bench.listener.wait(lambda: len(looks) > before + 3, "another look")
    assert bench.listener.states == [ScannerState.READY, ScannerState.AWAY]


# ---- which ports ---------------------------------------------------------------------------------------


def test_every_known_scanner_at_the_bench_is_read_and_each_has_a_name(bench):
    one, other = bench.plug(number="1"), bench.plug(usb=(0x05E0, 0x1701), number="2")
    listener = bench.listen("auto")
    assert "Honeywell" in bench.says("serial scanner", ScannerState.READY)
    assert "Zebra" in bench.says("serial scanner no. 2", ScannerState.READY)
    one.scan("PF1A2B3C")
    listener.wait_for_texts(1)
    other.scan("5CG1234ABC")
    listener.wait_for_texts(2)
    heard = [told for told in listener.told if isinstance(told, Heard)]
    assert [told.scanner for told in heard] == ["serial scanner", "serial scanner no. 2"]


def test_one_of_two_scanners_pulled_out_leaves_the_other_reading_and_comes_back_under_its_name(bench):
    one, other = bench.plug(number="1"), bench.plug(number="2")
    listener = bench.listen("auto")
    bench.says("serial scanner no. 2", ScannerState.READY)
    one.unplug()
    bench.says("serial scanner", ScannerState.AWAY)
    other.scan("5CG1234ABC")
    listener.wait_for_texts(1)
    one.plug()
    bench.says("serial scanner", ScannerState.READY)
    one.scan("PF1A2B3C")
    listener.wait_for_texts(2)
    heard = [told for told in listener.told if isinstance(told, Heard)]
    assert [told.scanner for told in heard] == ["serial scanner no. 2", "serial scanner"]


def test_a_scanner_that_comes_back_under_another_number_is_found(bench):
    device = bench.plug()
    listener = bench.listen("auto")
    bench.says("serial scanner", ScannerState.READY)
    before = device.path
    device.unplug()
    bench.says("serial scanner", ScannerState.AWAY)
    # The system gives the lowest number that is free: ours is taken by another.
    taken = os.openpty()
    device.plug()
    assert device.path != before
    assert device.path in bench.says("serial scanner", ScannerState.READY)
    device.scan("PF1A2B3C")
    assert listener.wait_for_texts(1) == ["PF1A2B3C"]
    for number in taken:
        os.close(number)


def test_two_scanners_that_come_back_in_the_other_order_keep_their_names(bench):
    one, other = bench.plug(number="1"), bench.plug(number="2")
    bench.listen("auto")
    bench.says("serial scanner no. 2", ScannerState.READY)
    for device in (one, other):
        device.unplug()
    bench.says("serial scanner", ScannerState.AWAY)
    bench.says("serial scanner no. 2", ScannerState.AWAY)
    other.plug()
    assert other.path in bench.says("serial scanner no. 2", ScannerState.READY)
    one.plug()
    assert one.path in bench.says("serial scanner", ScannerState.READY)


def test_a_broken_scanner_is_replaced_by_another_and_nothing_stays_away(bench):
    old = bench.plug(number="1")
    listener = bench.listen("auto")
    bench.says("serial scanner", ScannerState.READY)
    old.unplug()
    bench.says("serial scanner", ScannerState.AWAY)
    new = bench.plug(usb=(0x05F9, 0x4204), number="9")
    assert "Datalogic" in bench.says("serial scanner", ScannerState.READY)
    new.scan("PF1A2B3C")
    assert listener.wait_for_texts(1) == ["PF1A2B3C"]


def test_a_port_that_is_no_known_scanner_is_left_alone(bench):
    bench.plug(usb=(0x0403, 0x6001))
    bench.listen("auto")
    assert "No serial scanner is plugged in" in bench.says("serial scanner", ScannerState.AWAY)
    bench.plug()
    bench.says("serial scanner", ScannerState.READY)
    assert {told.scanner for told in bench.listener.conditions} == {"serial scanner"}


def test_a_scanner_named_by_its_usb_ids_and_number_is_the_only_one_that_is_read(bench):
    wrong, right = bench.plug(usb=(0x0403, 0x6001), number="A"), bench.plug(usb=(0x0403, 0x6001), number="B")
    listener = bench.listen("usb:0403:6001:B")
    bench.says("serial scanner 0403:6001", ScannerState.READY)
    wrong.scan("5CG1234ABC")
    right.scan("PF1A2B3C")
    assert listener.wait_for_texts(1) == ["PF1A2B3C"]
    assert {told.scanner for told in listener.told} == {"serial scanner 0403:6001"}


def test_a_scanner_that_is_missing_is_named_by_its_ids(bench):
    bench.listen("usb:0403:6001")
    assert "0403:6001" in bench.says("serial scanner 0403:6001", ScannerState.AWAY)


def test_no_more_ports_are_opened_than_a_bench_can_have(bench):
    for number in range(MOST_PORTS + 2):
        bench.plug(number=str(number))
    bench.listen("auto")
    bench.says(f"serial scanner no. {MOST_PORTS}", ScannerState.READY)
    bench.devices[0].unplug()
    bench.listener.wait(lambda: ScannerState.AWAY in bench.listener.states, "away")
    bench.says("serial scanner", ScannerState.READY)
    assert len({told.scanner for told in bench.listener.conditions}) == MOST_PORTS


# ---- what somebody must mend ---------------------------------------------------------------------------


def test_a_port_that_another_program_has_open_is_a_fault_until_it_is_let_go(bench, tmp_path):
    device = bench.plug(tmp_path / "port")
    other = open_port(device.path, LineSettings())
    name = f"serial scanner {device.path}"
    listener = bench.listen(device.path)
    assert "Another program" in bench.says(name, ScannerState.FAULT)
    other.close()
    bench.says(name, ScannerState.READY)
    device.scan("PF1A2B3C")
    assert listener.wait_for_texts(1) == ["PF1A2B3C"]
    assert [told.state for told in listener.conditions] == [ScannerState.FAULT, ScannerState.READY]


@pytest.mark.parametrize(
    ("number", "state", "words"),
    [
        (errno.EACCES, ScannerState.FAULT, "dialout"),
        (errno.EBUSY, ScannerState.FAULT, "Another program"),
        (errno.ENODEV, ScannerState.AWAY, "Plug it in"),
        (errno.EMFILE, ScannerState.FAULT, "could not be opened"),
    ],
)
def test_what_keeps_a_port_from_being_opened_is_said_once_with_what_to_do_and_tried_again(
    bench, tmp_path, number, state, words
):
    device = bench.plug(tmp_path / "port")
    mended, tries = threading.Event(), []

    def opener(path, line):
        tries.append(path)
        if not mended.is_set():
            raise serial.SerialException(number, f"could not open port {path}: \x1b[31m{os.strerror(number)}")
        return open_port(path, line)

    bench.scanner = SerialScanner(parse_serial_spec(device.path), opener=opener, look_every=SOON)
    bench.scanner.start(bench.listener)
    sentence = bench.says(bench.scanner.name, state)
    assert words in sentence
    assert sentence.isprintable()
    bench.listener.wait(lambda: len(tries) > 3, "another try")
    assert len(bench.listener.told) == 1
    mended.set()
    bench.says(bench.scanner.name, ScannerState.READY)


def test_a_path_that_is_no_port_is_a_fault(bench, tmp_path):
    (tmp_path / "file").write_text("")
    bench.listen(str(tmp_path / "file"))
    assert "no serial port" in bench.says(f"serial scanner {tmp_path / 'file'}", ScannerState.FAULT)


def test_ports_that_cannot_be_listed_for_a_while_disturb_no_scanner_that_is_read(bench):
    device = bench.plug()
    listing = [bench.seen]
    bench.scanner = SerialScanner(parse_serial_spec("auto"), ports=lambda: listing[0](), look_every=SOON)
    bench.scanner.start(bench.listener)
    bench.says("serial scanner", ScannerState.READY)
    asked: list[int] = []

    def nothing() -> list[PortSeen]:
        asked.append(1)
        return []

    listing[0] = nothing
    bench.listener.wait(lambda: len(asked) > 3, "another look")
    device.scan("PF1A2B3C")
    assert bench.listener.wait_for_texts(1) == ["PF1A2B3C"]
    assert bench.listener.states == [ScannerState.READY]


# ---- the end -------------------------------------------------------------------------------------------


def test_it_may_be_stopped_by_what_it_tells(bench):
    device = bench.plug()
    stopped = threading.Event()

    def tell(told):
        bench.listener(told)
        if isinstance(told, Heard):
            bench.scanner.stop()
            stopped.set()

    bench.scanner = SerialScanner(parse_serial_spec("auto"), ports=bench.seen, look_every=SOON)
    bench.scanner.start(tell)
    bench.says("serial scanner", ScannerState.READY)
    device.send(b"PF1A2B3C\r5CG1234ABC\r")
    assert stopped.wait(20)
    assert bench.listener.texts == ["PF1A2B3C"]


def test_stopped_it_leaves_no_thread_and_nothing_open(bench):
    bench.plug()
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        bench.listen("auto")
        bench.says("serial scanner", ScannerState.READY)
        bench.scanner.stop()
        bench.listener.told.clear()
    assert reading() == []
    assert len(os.listdir("/proc/self/fd")) == before


def test_everything_told_is_told_under_a_name_that_was_told_to_be_ready(bench):
    device = bench.plug()
    listener = bench.listen("auto")
    bench.says("serial scanner", ScannerState.READY)
    device.send(b"\x00" * 6000 + b"\r")
    listener.wait(lambda: any(isinstance(told, Garbled) for told in listener.told), "the noise")
    assert {told.scanner for told in listener.told} == {"serial scanner"}
