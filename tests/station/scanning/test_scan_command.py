"""`station scan`: what it reads, what it prints, and with which exit status it ends."""

from __future__ import annotations

import json
import os
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from hardware.printers.drawing import draw_label
from hardware.printers.fields import LabelFields, payload
from hardware.printers.layout_library import layouts, load_layout
from hardware.scanners.decoding.symbols import Advice
from hardware.simulated.mjpeg_camera import MjpegCamera, write_avi
from hardware.simulated.pty_scanner import PtyScanner
from station.cli import run
from station.scanning import wording
from tests.station.scanning.pictures import KEY, a_label, a_picture

KEY_PARTS = KEY.split("-")[:-1]
HOSTILE = {
    "escape": "\x1b[2J\x1b]0;owned\x07PF1A2B3C",
    "markup": "[bold red]PF1[/] <script>alert(1)</script>",
    "right to left": "PF1\u202eC3B2A1\u2066",
    "NUL": "PF1A\x002B3C",
    "newlines": "PF1A2B3C\nserial number FAKE1234\r\n",
    "separators": "[)>\x1e06\x1dSPF1A2B3C\x1e\x04",
}

Scan = Callable[..., "Done"]


class Done:
    """One run: its status, and what it wrote."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err

    @property
    def document(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def scan(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Scan:
    """Runs `station scan` in this process, with a data folder of its own."""
    monkeypatch.setenv("STATION_DATA", str(tmp_path / "data"))

    def done(*words: str | Path) -> Done:
        status = run(["scan", *map(str, words)])
        written = capfdbinary.readouterr()
        return Done(status, written.out.decode(), written.err.decode())

    return done


# Pictures


def test_several_pictures_are_read_at_once_and_each_names_its_serial(scan: Scan, tmp_path: Path) -> None:
    one = a_picture(tmp_path / "one.png", ("SN: PF1A2B3C", "QRCode"))
    two = a_picture(tmp_path / "two.png", ("5CD1234XYZ", "Code128"))
    done = scan(one, two)
    assert (done.status, done.err) == (0, "")
    assert f"{one}: serial number PF1A2B3C" in done.out
    assert f"{two}: serial number 5CD1234XYZ" in done.out


def test_one_bad_picture_is_named_and_the_others_are_still_read(scan: Scan, tmp_path: Path) -> None:
    good = a_picture(tmp_path / "good.png", ("PF1A2B3C", "QRCode"))
    cut = tmp_path / "cut.png"
    cut.write_bytes(good.read_bytes()[: good.stat().st_size // 2])
    last = a_picture(tmp_path / "last.png", ("5CD1234XYZ", "QRCode"))
    done = scan(good, cut, last)
    assert done.status == 2
    assert "PF1A2B3C" in done.out
    assert "5CD1234XYZ" in done.out
    assert "cut.png" not in done.out
    [sentence] = done.err.splitlines()
    assert sentence.startswith(f"station: {cut} is damaged or was cut off")


def test_a_bad_picture_leaves_one_document_of_the_others(scan: Scan, tmp_path: Path) -> None:
    cut = tmp_path / "cut.png"
    cut.write_bytes(b"\x89PNG\r\n\x1a\n")
    good = a_picture(tmp_path / "good.png", ("PF1A2B3C", "QRCode"))
    done = scan(cut, good, "--json")
    assert done.status == 2
    assert [one["file"] for one in done.document["images"]] == [str(good)]


def test_a_picture_without_a_code_is_status_1_and_says_so(scan: Scan, tmp_path: Path) -> None:
    blank = a_picture(tmp_path / "blank.png", ("PF1A2B3C", "QRCode"))
    paper = a_label(("PF1A2B3C", "QRCode"))
    paper[:] = 255
    cv2.imwrite(str(blank), paper)
    done = scan(blank)
    assert done.status == 1
    assert f"{blank}: no code in this picture." in done.out
    assert scan(blank, "--json").document["images"][0]["codes"] == []


def test_one_picture_without_a_code_among_others_is_status_1(scan: Scan, tmp_path: Path) -> None:
    blank = tmp_path / "blank.png"
    cv2.imwrite(str(blank), a_label(("PF1A2B3C", "QRCode"))[400:, 600:])
    assert scan(a_picture(tmp_path / "good.png", ("PF1A2B3C", "QRCode")), blank).status == 1


def test_codes_without_a_serial_number_are_read_all_the_same(scan: Scan, tmp_path: Path) -> None:
    done = scan(a_picture(tmp_path / "mac.png", ("00:1A:2B:3C:4D:5E", "QRCode")))
    assert done.status == 0
    assert "serial number" not in done.out.splitlines()[0].split(": ", 1)[1][:14]
    assert "00:1A:2B:3C:4D:5E" in done.out
    assert "MAC address" in done.out


def test_a_picture_of_100_megapixels_is_refused_by_its_header(scan: Scan, tmp_path: Path) -> None:
    """The file has a few hundred bytes: were it decoded, there would be nothing to decode."""
    huge = tmp_path / "huge.png"
    huge.write_bytes(_png_header(10_000, 10_000))
    done = scan(huge)
    assert (done.status, done.out) == (2, "")
    [sentence] = done.err.splitlines()
    assert str(huge) in sentence
    assert "million pixels" in sentence


def test_what_is_no_picture_is_named_in_one_sentence_each(scan: Scan, tmp_path: Path) -> None:
    empty = tmp_path / "empty.png"
    empty.write_bytes(b"")
    text = tmp_path / "notes.png"
    text.write_text("PF1A2B3C")
    pipe = tmp_path / "pipe.png"
    os.mkfifo(pipe)
    gone = tmp_path / "gone.png"
    for path, words in ((empty, "empty"), (text, "no picture"), (tmp_path, "folder"), (gone, "no file"), (pipe, "no ")):
        done = scan(path)
        assert (done.status, done.out) == (2, ""), path
        assert len(done.err.splitlines()) == 1, done.err
        assert str(path) in done.err
        assert words in done.err


def test_a_file_name_that_is_not_utf8_costs_no_result(scan: Scan, tmp_path: Path) -> None:
    path = a_picture(tmp_path / "good.png", ("PF1A2B3C", "QRCode"))
    strange = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe.png"))
    path.rename(strange)
    assert scan(strange).status == 0
    done = scan(strange, "--json")
    assert done.status == 0
    assert done.document["images"][0]["serial"] == "PF1A2B3C"


@pytest.mark.parametrize("dpi", [203, 300])
@pytest.mark.parametrize("name", [name for name in layouts() if load_layout(name).grid is None])
def test_every_code_of_a_printed_label_is_read_though_the_picture_has_no_margin(
    name: str, dpi: int, scan: Scan, tmp_path: Path
) -> None:
    fields = LabelFields(
        "PF1A2B3C", "PASS (marginal)", "ghwt-2021w-windows-laptop@2021-10-18", "0192a0b0-0000-7000-8abc"
    )
    page = draw_label(load_layout(name), fields, dpi)
    path = tmp_path / "label.png"
    page.picture.save(path)
    [label] = scan(path, "--json").document["images"]
    assert label["serial"] == "PF1A2B3C"
    assert sorted(one["text"] for one in label["codes"]) == sorted(one.text for one in page.codes)
    assert payload(fields) in [one["text"] for one in label["codes"]]


# What is printed


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("mode", [[], ["--explain"]], ids=["short", "explained"])
def test_a_hostile_code_prints_nothing_but_clean_lines(text: str, mode: list[str], scan: Scan, tmp_path: Path) -> None:
    done = scan(a_picture(tmp_path / "hostile.png", (text, "QRCode")), *mode)
    assert done.status == 0
    for line in done.out.split("\n"):
        assert line.isprintable(), line
    # No line is made by the code itself.
    assert not any(line.startswith("serial number") for line in done.out.splitlines())


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_code_is_one_json_document_with_its_raw_text(text: str, scan: Scan, tmp_path: Path) -> None:
    done = scan(a_picture(tmp_path / "hostile.png", (text, "QRCode")), "--json")
    assert done.out.count("\n") == 1
    assert "\x1b" not in done.out
    assert "\x00" not in done.out
    [code] = done.document["images"][0]["codes"]
    assert code["text"] == text


def test_json_is_one_document_and_tells_where_each_code_is(scan: Scan, tmp_path: Path) -> None:
    one = a_picture(tmp_path / "one.png", ("1PLENOVO-PART", "Code128"), ("SN: PF1A2B3C", "QRCode"))
    done = scan(one, "--json")
    assert (done.status, done.err) == (0, "")
    assert done.out.count("\n") == 1
    [label] = done.document["images"]
    assert label["file"] == str(one)
    assert label["serial"] == "PF1A2B3C"
    assert {code["format"] for code in label["codes"]} == {"Code128", "QRCode"}
    for code in label["codes"]:
        assert code["seen_by"]
        assert len(code["corners"]) == 4
        assert all(-10 <= x <= 1290 and -10 <= y <= 730 for x, y in code["corners"])
    [chosen] = [meaning for meaning in label["meanings"] if meaning["chosen"]]
    assert chosen["value"] == "PF1A2B3C"
    assert label["codes"][chosen["code"]]["text"] == "SN: PF1A2B3C"


def test_explain_names_every_code_and_why(scan: Scan, tmp_path: Path) -> None:
    texts = ("5CD1234XYZ", "00:1A:2B:3C:4D:5E", KEY, "https://example.org/support")
    done = scan(a_picture(tmp_path / "label.png", *((text, "QRCode") for text in texts)), "--explain")
    assert done.status == 0
    lines = done.out.splitlines()
    assert len([line for line in lines if line.strip().startswith("Code ")]) == len(texts)
    for words in ("5CD1234XYZ", "00:1A:2B:3C:4D:5E", "product key", "https://example.org/support"):
        assert words in done.out
    assert "The serial number is 5CD1234XYZ" in lines[-1]


@pytest.mark.parametrize("mode", [[], ["--explain"], ["--json"]], ids=["short", "explained", "json"])
@pytest.mark.parametrize(
    "text",
    [
        KEY,
        KEY.replace("-", " "),
        KEY.replace("-", ""),
        f"Product Key: {KEY}",
        KEY.replace("-", "\x00-"),
        KEY.replace("J", "J\u200b"),
        KEY.replace("-", "-\x1b"),
        "WIFI:T:WPA;S:school;P:VK7JGNPHTM;;",
    ],
    ids=["dashes", "blanks", "bare", "words", "NUL", "no width", "escape", "network"],
)
def test_a_secret_is_shown_in_no_way_of_printing(text: str, mode: list[str], scan: Scan, tmp_path: Path) -> None:
    done = scan(a_picture(tmp_path / "key.png", (text, "QRCode")), *mode)
    assert done.status == 0
    for part in KEY_PARTS:
        assert part not in done.out
        assert part not in done.err


@pytest.mark.parametrize("mode", [[], ["--explain"], ["--json"]], ids=["short", "explained", "json"])
def test_a_badge_is_shown_by_its_end_alone(mode: list[str], scan: Scan, tmp_path: Path) -> None:
    done = scan(a_picture(tmp_path / "badge.png", ("IS1:ID:K7Q2ABCDEFGHJKLM", "QRCode")), *mode)
    assert done.status == 0
    assert "…JKLM" in done.out
    assert "K7Q2" not in done.out + done.err
    assert "ABCDEF" not in done.out + done.err


def test_every_advice_has_its_sentence() -> None:
    assert set(wording.ADVICE) == set(Advice)


# Rules


def test_own_rules_of_the_data_folder_are_asked_and_named_ones_in_their_place(scan: Scan, tmp_path: Path) -> None:
    picture = a_picture(tmp_path / "one.png", ("ST-1234", "QRCode"))
    own = '[other."stock tag"]\npattern = "ST-[0-9]{4}"\nmeans = "MEANS"\nexamples = ["ST-1234"]\n'
    own += 'source = "our own"\nstanding = "published"\n'
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "grammar.toml").write_text(own.replace("MEANS", "asset tag"))
    [first] = scan(picture, "--json").document["images"]
    assert first["meanings"][0]["taken_for"] == "asset tag"
    (tmp_path / "mine.toml").write_text(own.replace("MEANS", "lot"))
    [second] = scan(picture, "--json", "--grammar", tmp_path / "mine.toml").document["images"]
    assert second["meanings"][0]["taken_for"] == "lot"


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ("[maker.geo", "mine.toml"),
        (
            '[other."x"]\npattern = "(a+)+"\nmeans = "lot"\nexamples = ["a"]\nsource = "x"\nstanding = "inferred"\n',
            "mine",
        ),
        ("\x00\xff", "mine.toml"),
    ],
    ids=["no TOML", "for ever", "noise"],
)
def test_rules_with_a_fault_are_refused_in_one_sentence(rules: str, words: str, scan: Scan, tmp_path: Path) -> None:
    picture = a_picture(tmp_path / "one.png", ("PF1A2B3C", "QRCode"))
    for place, option in ((tmp_path / "mine.toml", True), (tmp_path / "data" / "grammar.toml", False)):
        place.parent.mkdir(exist_ok=True)
        place.write_text(rules, "latin-1")
        done = scan(picture, *(["--grammar", place] if option else []))
        assert (done.status, done.out) == (2, "")
        assert len(done.err.splitlines()) == 1
        assert place.name in done.err


def test_rules_that_are_not_there_are_refused(scan: Scan, tmp_path: Path) -> None:
    done = scan(a_picture(tmp_path / "one.png", ("PF1A2B3C", "QRCode")), "--grammar", tmp_path / "none.toml")
    assert (done.status, done.out) == (2, "")
    assert "none.toml are not there" in done.err
    assert scan(tmp_path / "one.png", "--grammar", tmp_path).status == 2


# Usage


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--json"],
        ["a.png", "--camera", "0"],
        ["--camera", "0", "--serial", "auto"],
        ["--serial", "nonsense"],
        ["--serial", ""],
        ["--serial", "auto?baud=7"],
        ["--camera", ""],
        ["--camera", "rtsp://127.0.0.1/x"],
        ["--camera", "0?width=1"],
        ["--serial", "auto", "--seconds", "0"],
        ["--serial", "auto", "--seconds", "soon"],
        ["--fly"],
    ],
)
def test_wrong_usage_is_status_2_and_prints_nothing_on_standard_output(words: list[str], scan: Scan) -> None:
    done = scan(*words)
    assert (done.status, done.out) == (2, "")
    assert done.err.strip()
    assert "Traceback" not in done.err


# Devices


@contextmanager
def scanning_by_and_by(scanner: PtyScanner, *texts: str) -> Iterator[None]:
    """Scans the texts over and over until the reader has had enough: nobody knows when it will listen."""
    over = threading.Event()

    def work() -> None:
        while not over.is_set():
            for text in texts:
                scanner.scan(text)
            time.sleep(0.2)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(20)


@pytest.fixture
def scanner(tmp_path: Path) -> Iterator[PtyScanner]:
    with PtyScanner(tmp_path / "ttyScanner") as plugged:
        yield plugged


def test_once_ends_with_the_first_scan(scan: Scan, scanner: PtyScanner) -> None:
    with scanning_by_and_by(scanner, "PF1A2B3C"):
        done = scan("--serial", scanner.path, "--once")
    assert done.status == 0
    assert "serial number PF1A2B3C" in done.out
    assert len(done.out.splitlines()) == 2
    assert done.err.splitlines()[0] == "Listening. Ctrl-C ends it."


def test_with_json_a_device_gives_one_line_a_label_and_nothing_else(scan: Scan, scanner: PtyScanner) -> None:
    with scanning_by_and_by(scanner, "PF1A2B3C", f"\x1b[2J{KEY}"):
        done = scan("--serial", scanner.path, "--seconds", "1.5", "--json")
    assert done.status == 0
    lines = [json.loads(line) for line in done.out.splitlines()]
    assert len(lines) >= 2
    assert {"scanner", "serial", "sentence", "codes", "meanings"} == set(lines[0])
    assert {line["serial"] for line in lines} == {"PF1A2B3C", ""}
    for part in KEY_PARTS:
        assert part not in done.out + done.err


def test_nothing_read_in_the_seconds_is_status_1(scan: Scan, scanner: PtyScanner) -> None:
    done = scan("--serial", scanner.path, "--seconds", "0.3")
    assert (done.status, done.out) == (1, "")
    assert done.err.splitlines()[-1] == "Nothing was read."


def test_noise_is_said_and_is_no_reading(scan: Scan, scanner: PtyScanner) -> None:
    scanner.noise(10_000, seed=4)
    done = scan("--serial", scanner.path, "--seconds", "1")
    assert (done.status, done.out) == (1, "")
    for line in done.err.split("\n"):
        assert line.isprintable(), line


def test_a_device_that_somebody_must_mend_is_status_3(scan: Scan) -> None:
    done = scan("--serial", "/dev/null", "--seconds", "0.5")
    assert (done.status, done.out) == (3, "")
    assert "fault" in done.err


@pytest.mark.slow
def test_a_recording_is_read_to_its_end_and_no_longer(scan: Scan, tmp_path: Path) -> None:
    """Without --seconds: it ends by itself."""
    frame = np.repeat(a_label(("SN: PF1A2B3C", "QRCode"))[:, :, np.newaxis], 3, axis=2)
    write_avi([frame] * 12, tmp_path / "labels.avi")
    done = scan("--camera", tmp_path / "labels.avi")
    assert done.status == 0
    assert "serial number PF1A2B3C" in done.out


@pytest.mark.slow
def test_a_camera_is_read_until_its_first_label(scan: Scan) -> None:
    with MjpegCamera([a_label(("SN: PF1A2B3C", "QRCode"))], fps=15) as camera:
        done = scan("--camera", camera.url, "--once", "--json", "--seconds", "30")
    assert done.status == 0
    assert done.document["serial"] == "PF1A2B3C"


def _png_header(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")
