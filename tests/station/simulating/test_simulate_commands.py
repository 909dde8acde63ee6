"""The stand-ins as processes of their own, at the address that they print, with the station's own clients."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image

from hardware.printers.drawing import draw_label
from hardware.printers.fields import LabelFields
from hardware.printers.layout_library import load_layout
from hardware.printers.opening import open_printer
from hardware.printers.wires import Patience, TcpWire
from hardware.scanners.camera import watch
from hardware.scanners.scanner import Heard, ScannerState
from station.bench.scanners import scanner_for
from station.cli import run
from tests.hardware.scanners.contract import Listener
from tests.station.scanning.pictures import a_picture

system = [pytest.mark.system, pytest.mark.slow]


class Running:
    """A stand-in that runs."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def line(self) -> str:
        """Its next line; empty where it has ended."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().rstrip("\n")

    def say(self, text: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(text)
        self.process.stdin.flush()


@contextmanager
def simulate(*words: str | Path) -> Iterator[Running]:
    command = [sys.executable, "-P", "-m", "station", "simulate", *map(str, words)]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="surrogateescape",
    ) as process:
        # Where it says nothing the test ends all the same.
        watchdog = threading.Timer(60, process.kill)
        watchdog.start()
        try:
            yield Running(process)
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(20)
            finally:
                watchdog.cancel()
                process.kill()


def ended(running: Running) -> tuple[int, str]:
    """Ctrl-C, as a person ends it: the exit status, and what it said on standard error."""
    running.process.send_signal(signal.SIGINT)
    status = running.process.wait(20)
    assert running.process.stderr is not None
    # click ends the line that the terminal shows ^C in.
    return status, running.process.stderr.read().strip()


def address(sentence: str, option: str) -> str:
    found = re.search(rf"station bench {option} (?:\d=)?(\S+?)\.(?: |$)", sentence)
    assert found is not None, sentence
    return found[1]


class TestPrinter:
    pytestmark = system

    def test_labels_come_out_at_its_address_as_pictures(self, tmp_path: Path) -> None:
        label = LabelFields("PF1A2B3C", "PASS", "ghwt-2021w-windows-laptop@2021-10-18", "0192a0b0-0000-7000-8abc")
        page = draw_label(load_layout("carton"), label, 203)
        folder = tmp_path / "new" / "labels"
        with simulate("printer", "--folder", folder) as running:
            printer = open_printer(address(running.line(), "--printer"))
            assert printer.condition().ready
            for number in (1, 2):
                printer.print(page, f"label {number}")
                path = folder / f"label-{number:04d}.png"
                assert running.line() == f"A label came out: {path}"
                with Image.open(path) as came_out:
                    assert came_out.convert("1").tobytes() == page.picture.tobytes()
            assert ended(running) == (130, "")

    def test_a_label_that_is_not_ours_is_said_and_the_next_one_comes_out(self, tmp_path: Path) -> None:
        label = LabelFields("PF1A2B3C", "PASS", "ghwt-2021w-windows-laptop@2021-10-18", "0192a0b0-0000-7000-8abc")
        (tmp_path / "label-0001.png").write_bytes(b"of another day")
        with simulate("printer", "--folder", tmp_path) as running:
            spec = address(running.line(), "--printer")
            wire = TcpWire("other program", "127.0.0.1", int(spec.rpartition(":")[2]), Patience())
            wire.write(b"^XA^FO10,10^A0N,30,30^FDHello^FS^XZ")
            wire.close()
            open_printer(spec).print(draw_label(load_layout("carton"), label, 203), "label")
            assert running.line() == f"A label came out: {tmp_path / 'label-0002.png'}"
            status, said = ended(running)
        assert status == 130
        assert "not the station's own" in said
        assert "Traceback" not in said
        assert (tmp_path / "label-0001.png").read_bytes() == b"of another day"

    def test_a_label_that_cannot_be_kept_is_said_and_the_next_one_comes_out(self, tmp_path: Path) -> None:
        label = LabelFields("PF1A2B3C", "PASS", "ghwt-2021w-windows-laptop@2021-10-18", "0192a0b0-0000-7000-8abc")
        page = draw_label(load_layout("carton"), label, 203)
        folder = tmp_path / "labels"
        with simulate("printer", "--folder", folder) as running:
            printer = open_printer(address(running.line(), "--printer"))
            folder.rmdir()
            printer.print(page, "label 1")
            assert running.process.stderr is not None
            said = running.process.stderr.readline()
            assert said.startswith(f"A label came out that cannot be kept in {folder / 'label-0001.png'} (")
            folder.mkdir()
            printer.print(page, "label 2")
            assert running.line() == f"A label came out: {folder / 'label-0002.png'}"
            assert ended(running) == (130, "")


class TestScanner:
    pytestmark = system

    def test_each_line_is_scanned_at_its_path(self, tmp_path: Path) -> None:
        link = tmp_path / "ttyScanner"
        listener = Listener()
        with simulate("scanner", "--link", link) as running:
            spec = address(running.line(), "--scanner")
            assert spec == f"serial:{link}"
            scanner = scanner_for(spec)
            scanner.start(listener)
            try:
                listener.wait_for_state(ScannerState.READY)
                running.say("PF1A2B3C\n\nSN: Ünï\n")
                assert listener.wait_for_texts(2) == ["PF1A2B3C", "SN: Ünï"]
                # Not UTF-8: one character is lost, and the scanner goes on.
                running.say("\udcff5CD1234XYZ\nLAST\n")
                assert listener.wait_for_texts(4)[2:] == ["\ufffd5CD1234XYZ", "LAST"]
                assert running.process.stdin is not None
                running.process.stdin.close()
                listener.wait_for_state(ScannerState.AWAY)
            finally:
                scanner.stop()
            assert running.process.wait(20) == 0
        assert not os.path.lexists(link)

    def test_it_is_plugged_in_when_it_says_so(self, tmp_path: Path) -> None:
        """Its first line is not followed by a wait: the port is there."""
        link = tmp_path / "ttyScanner"
        with simulate("scanner", "--link", link) as running:
            running.line()
            assert link.is_symlink()
            assert link.exists()
            assert ended(running)[0] == 130
        assert not os.path.lexists(link)


class TestCamera:
    pytestmark = system

    def test_its_pictures_are_read_at_its_address(self, tmp_path: Path) -> None:
        first = a_picture(tmp_path / "one.png", ("SN: PF1A2B3C", "QRCode"))
        second = a_picture(tmp_path / "two.png", ("5CD1234XYZ", "QRCode"))
        with simulate("camera", first, second, "--seconds", "0.6") as running:
            spec = address(running.line(), "--scanner")
            assert spec.startswith("camera:http://127.0.0.1:")
            heard: set[str] = set()
            told = watch(spec.removeprefix("camera:"), 40)
            for one in told:
                if isinstance(one, Heard):
                    heard |= {code.text for code in one.codes}
                if heard == {"SN: PF1A2B3C", "5CD1234XYZ"}:
                    break
            told.close()
            assert heard == {"SN: PF1A2B3C", "5CD1234XYZ"}
            assert ended(running) == (130, "")


@pytest.mark.parametrize(
    "words", [[], ["printer"], ["scanner"], ["camera"], ["kettle"], ["camera", "a", "--seconds", "0"]]
)
def test_wrong_usage_is_status_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["simulate", *words]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_a_picture_that_is_none_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "notes.png").write_text("none")
    for name in ("notes.png", "gone.png", "."):
        assert run(["simulate", "camera", str(tmp_path / name)]) == 2
        written = capsys.readouterr()
        assert written.out == ""
        assert len(written.err.splitlines()) == 1
        assert str(tmp_path) in written.err


def test_a_scanner_takes_the_place_of_no_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("kept")
    for place in (notes, tmp_path, tmp_path / "none" / "ttyScanner"):
        assert run(["simulate", "scanner", "--link", str(place)]) == 2
        written = capsys.readouterr()
        assert written.out == ""
        assert len(written.err.splitlines()) == 1
        assert str(tmp_path) in written.err
    assert notes.read_text() == "kept"


@pytest.mark.parametrize("target", ["/etc/hostname", "gone"])
def test_a_scanner_takes_the_place_of_no_link_of_somebody(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], target: str
) -> None:
    link = tmp_path / "usb-scanner"
    link.symlink_to(target)
    assert run(["simulate", "scanner", "--link", str(link)]) == 2
    assert "--link" in one_sentence(capsys, link)
    assert os.readlink(link) == target


@pytest.mark.parametrize("folder", ["/proc/labels", "{}/file", "{}/file/labels"])
def test_a_folder_in_which_no_label_can_come_out_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], folder: str
) -> None:
    (tmp_path / "file").write_text("")
    place = folder.format(tmp_path)
    assert run(["simulate", "printer", "--folder", place]) == 2
    assert "--folder" in one_sentence(capsys, place)


def one_sentence(capsys: pytest.CaptureFixture[str], place: Path | str) -> str:
    written = capsys.readouterr()
    assert (written.out, "Errno" in written.err) == ("", False)
    [line] = [line for line in written.err.splitlines() if line.startswith("station: ") or "Error" in line]
    assert str(place) in line
    return line
