"""From a scanner's wire to a label on paper, through the real doors: the engine as a process, a serial scanner, a
camera and a label printer that speak their real interfaces.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import zxingcpp
from numpy.typing import NDArray

from hardware.scanners.decoding.reader import FrameReader
from hardware.simulated.label_printer import SimulatedLabelPrinter
from hardware.simulated.mjpeg_camera import MjpegCamera
from hardware.simulated.pty_scanner import PtyScanner
from station.bench.command_codes import CommandCode, Verb, command_key, command_text
from station.store.hold_book import HoldBook
from station.store.print_queue import JobState, PrintQueue
from tests.system.test_bench_process import STATION, Screen, start_engine, store_of
from tests.system.test_bench_process import bundle as bundle
from tests.system.test_bench_process import data as data

pytestmark = [pytest.mark.system, pytest.mark.slow]

Picture = NDArray[np.uint8]


def label_in_view(*texts: str) -> Picture:
    """A frame of 1280x720: a label with Code 128 symbols, a little turned, on a grey table."""
    frame = np.full((720, 1280), 110, np.uint8)
    label = np.full((60 + 150 * len(texts), 720), 255, np.uint8)
    for number, text in enumerate(texts):
        code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.Code128)
        row = np.array(code.to_image(scale=1), np.uint8)[:1]
        bars = np.repeat(np.repeat(row, 3, axis=1), 90, axis=0)
        label[40 + 150 * number : 130 + 150 * number, 40 : 40 + bars.shape[1]] = bars
    frame[200 : 200 + label.shape[0], 250 : 250 + label.shape[1]] = label
    turn = cv2.getRotationMatrix2D((640, 360), 7, 1)
    return np.asarray(cv2.warpAffine(frame, turn, (1280, 720), borderValue=110), np.uint8)


def bench(*options: str) -> str:
    done = subprocess.run(
        [*STATION, "bench", "--headless", *options], input=b"", capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stderr.decode()


def until(screen: Screen, wanted: Callable[[dict[str, Any]], bool], seconds: float = 45) -> dict[str, Any]:
    """The first event of this kind."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        event = screen.read()
        if wanted(event):
            return event
    raise AssertionError("the event did not come")


def answer(event: dict[str, Any]) -> bool:
    return bool(event["type"] == "scan")


def device(event: dict[str, Any], name: str, state: str) -> bool:
    devices = event.get("bar", {}).get("devices", [])
    return any(name in one["name"] and one["state"] == state for one in devices)


def done(event: dict[str, Any]) -> bool:
    return bool(event["type"] == "slot" and event["slot"]["stage"] == "done")


@pytest.fixture
def engine(data: Path) -> Iterator[subprocess.Popen[bytes]]:
    process = start_engine(data)
    yield process
    subprocess.run([*STATION, "bench", "--stop"], check=False, capture_output=True, timeout=60)
    process.wait(30)


def test_a_serial_scanner_is_read_unplugged_and_read_again_in_mid_shift(
    data: Path, bundle: Path, tmp_path: Path, engine: subprocess.Popen[bytes]
) -> None:
    link = tmp_path / "scanner"
    with PtyScanner(link) as scanner:
        screen = Screen(data)
        bench("--slot", f"1={bundle}", "--scanner", f"1=serial:{link}?baud=9600")
        until(screen, lambda event: device(event, "serial scanner", "ready"))
        scanner.scan("PF1A2B3C")
        assert until(screen, answer)["outcome"] == "accepted"
        until(screen, done)
        scanner.unplug()
        until(screen, lambda event: device(event, "serial scanner", "away"))
        scanner.plug()
        until(screen, lambda event: device(event, "serial scanner", "ready"))
        scanner.noise(10_000)
        assert until(screen, answer)["outcome"] == "refused"
        time.sleep(0.3)  # the silence after which the line is clean again
        scanner.scan("PF9Z9Z9Z")
        until(screen, lambda event: answer(event) and event["outcome"] == "accepted")
        until(screen, done)
    assert [record.scan.serial for record in store_of(data).recent(5)] == ["PF9Z9Z9Z", "PF1A2B3C"]
    assert store_of(data).recent(1)[0].scan.scanner.startswith("serial scanner")


def test_a_camera_sees_a_label_and_the_serial_among_its_codes_starts_the_laptop_once(
    data: Path, bundle: Path, engine: subprocess.Popen[bytes]
) -> None:
    empty = np.full((720, 1280), 110, np.uint8)
    with MjpegCamera([empty], fps=15) as camera:
        screen = Screen(data)
        bench("--slot", f"1={bundle}", "--scanner", f"2=camera:{camera.url}")
        until(screen, lambda event: device(event, "camera", "ready"))
        camera.show([label_in_view("288C2B994EF7", "PF1A2B3C")])
        accepted = until(screen, answer)
        assert accepted["outcome"] == "accepted", accepted
        until(screen, done)
        time.sleep(1.5)  # the label stays in view, and is no second laptop
        camera.vanish()
        until(screen, lambda event: device(event, "camera", "away"))
        camera.come_back()
        camera.show([empty])
        until(screen, lambda event: device(event, "camera", "ready"))
    [record] = store_of(data).recent(5)
    assert record.scan.serial == "PF1A2B3C"
    scans = store_of(data).evidence(record.attempt_id).items["scans"].data
    assert b"288C2B994EF7" in scans
    assert scans.count(b'"text"') == 2


def test_every_verdict_has_its_label_and_a_printer_out_of_paper_loses_none(
    data: Path, bundle: Path, engine: subprocess.Popen[bytes]
) -> None:
    with SimulatedLabelPrinter() as printer:
        screen = Screen(data)
        bench("--slot", f"1={bundle}", "--printer", printer.address, "--scanner", "1=")
        screen.scan("PF1A2B3C")
        until(screen, done)
        deadline = time.monotonic() + 30
        while not printer.pictures() and time.monotonic() < deadline:
            time.sleep(0.05)
        [picture] = printer.pictures()
        texts = {symbol.code.text for symbol in FrameReader().read(np.asarray(picture.convert("L"))).symbols}
        [record] = store_of(data).recent(1)
        assert "PF1A2B3C" in texts
        assert any(text.startswith("IS1:LABEL:PF1A2B3C:") and record.attempt_id in text for text in texts)

        printer.paper_out()
        screen.scan("PF9Z9Z9Z")
        until(screen, done)
        told = until(screen, lambda event: device(event, printer.address.removeprefix("tcp:"), "fault"))
        [line] = [one for one in told["bar"]["devices"] if one["kind"] == "printer"]
        assert "labels" in line["sentence"]
        printer.load_paper()
        until(screen, lambda event: device(event, printer.address.removeprefix("tcp:"), "ready"))
        while len(printer.pictures()) < 2 and time.monotonic() < deadline + 60:
            time.sleep(0.05)
        assert len(printer.pictures()) == 2
    jobs = PrintQueue(store_of(data)).jobs()
    assert [(job.serial, job.state) for job in jobs] == [
        ("PF1A2B3C", JobState.PRINTED),
        ("PF9Z9Z9Z", JobState.PRINTED),
    ]


def test_a_command_of_the_printed_sheet_puts_a_laptop_on_hold(
    data: Path, bundle: Path, tmp_path: Path, engine: subprocess.Popen[bytes]
) -> None:
    screen = Screen(data)
    sheet = tmp_path / "sheet.png"
    printed = subprocess.run(
        [*STATION, "label", "commands", "-o", str(sheet), "--slots", "2"], capture_output=True, timeout=60, check=False
    )
    assert printed.returncode == 0, printed.stderr.decode()
    pages = [cv2.imread(os.fspath(page), cv2.IMREAD_GRAYSCALE) for page in sorted(tmp_path.glob("sheet*.png"))]
    assert pages
    # One command at a time, as a camera is shown them: the sheet is two across.
    bands = [
        half
        for page in pages
        if page is not None
        for band in np.array_split(page, 9)
        for half in np.array_split(band, 2, axis=1)
    ]
    read = [FrameReader().read(np.asarray(band, np.uint8), budget_ms=5_000).symbols for band in bands]
    texts = [symbol.code.text for symbols in read for symbol in symbols]
    hold = command_text(CommandCode(Verb.HOLD), command_key(store_of(data)))
    assert hold in texts
    bench("--slot", f"1={bundle}")
    screen.scan("PF1A2B3C")
    until(screen, done)
    screen.scan(hold)
    assert until(screen, answer)["outcome"] == "accepted"
    assert HoldBook(store_of(data)).open("PF1A2B3C") is not None
