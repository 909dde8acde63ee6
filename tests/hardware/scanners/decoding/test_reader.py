"""The reader reads what labels have, in any position, and nothing where nothing is."""

import json
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
import zxingcpp

from benchmarks.label_frames import KINDS, NEGATIVES, frame_of, negative_of
from hardware.scanners.decoding.images import load_image
from hardware.scanners.decoding.reader import FrameReader
from hardware.scanners.decoding.symbols import Advice, FrameReading

READER = FrameReader()
Format = zxingcpp.BarcodeFormat


def texts(reading: FrameReading) -> set[str]:
    return {symbol.code.text for symbol in reading.symbols}


def frame(kind: str, degradation: str = "clean", severity: int = 0, seed: int = 5):
    image, expected = frame_of(np.random.default_rng(seed), kind, degradation, severity)
    return image, {one["text"] for one in expected}


@pytest.mark.parametrize("kind", KINDS)
def test_every_code_of_a_good_frame_is_read(kind: str):
    image, expected = frame(kind)
    assert texts(READER.read(image, None)) == expected


@pytest.mark.parametrize("kind", ["Code128", "Code39", "GS1-128", "DataMatrix"])
@pytest.mark.parametrize(
    ("degradation", "severity"),
    [("noise", 3), ("lowlight", 2), ("perspective", 2), ("rotation", 3), ("jpeg", 3), ("lowres", 1)],
)
def test_a_frame_that_is_bad_but_readable_is_read(kind: str, degradation: str, severity: int):
    image, expected = frame(kind, degradation, severity, seed=21)
    assert texts(READER.read(image, None)) == expected


@pytest.mark.parametrize("kind", ["Code128", "DataMatrix", "QRCode"])
def test_light_bars_on_a_dark_label_are_read(kind: str):
    image, expected = frame(kind, seed=8)
    assert texts(READER.read(255 - image, None)) == expected


@pytest.mark.parametrize("budget", [30.0, None], ids=["in its time", "without hurry"])
@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("PF0NDLLC", Format.Code128),
        ("9912345678", Format.Code128),
        ("PF+A1B2", Format.Code39Std),
        ("4006381333931", Format.EAN13),
        ("96385074", Format.EAN8),
        ("123456", Format.ITF),
    ],
)
def test_light_bars_on_dark_are_read_in_an_easy_frame(drawn, text: str, name: Format, budget: float | None):
    (symbol,) = READER.read(255 - drawn(text, name), budget).symbols
    assert symbol.code.text == text


@pytest.mark.parametrize("quarter", [cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_180, cv2.ROTATE_90_COUNTERCLOCKWISE])
def test_a_picture_that_lies_on_its_side_is_read(quarter: int):
    image, expected = frame("Multi", seed=3)
    assert texts(READER.read(np.asarray(cv2.rotate(image, quarter)), None)) == expected


@pytest.mark.parametrize(
    ("text", "name", "symbology"),
    [
        ("4006381333931", Format.EAN13, "]E0"),
        ("00012345678905", Format.ITF, "]I"),
        ("1234567890", Format.ITF, "]I"),
        ("123456", Format.ITF, "]I"),
        ("96385074", Format.EAN8, "]E4"),
        ("01234565", Format.UPCE, "]E0"),
        ("036000291452", Format.UPCA, "]E0"),
        ("SN/A12", Format.Code39Std, "]A0"),
        ("EXAMPLE-128", Format.Code128, "]C0"),
        ("https://example.com/?sn=abc;d#e+f", Format.QRCode, "]Q1"),
        ("PF0CN4F8,933LRWEA#ABU", Format.DataMatrix, "]d1"),
    ],
)
def test_each_symbology_is_read_with_its_identifier(drawn, text: str, name: Format, symbology: str):
    (symbol,) = READER.read(drawn(text, name), None).symbols
    assert symbol.code.text == text
    assert symbol.code.symbology.startswith(symbology)
    assert symbol.linear is (name not in (Format.QRCode, Format.DataMatrix))
    assert symbol.seen_by


def test_the_corners_of_a_symbol_are_where_it_lies(drawn):
    for name in (Format.Code128, Format.QRCode):
        (symbol,) = READER.read(drawn("EXAMPLE-128", name), None).symbols
        x, y = (sum(corner[axis] for corner in symbol.corners) / 4 for axis in (0, 1))
        assert abs(x - 320) < 12
        assert abs(y - 200) < 12


@pytest.mark.parametrize("kind", NEGATIVES)
def test_nothing_is_read_where_no_code_is(kind: str):
    for seed in (1, 2):
        assert READER.read(negative_of(np.random.default_rng(seed), kind)).symbols == ()


@pytest.mark.parametrize(
    "frame",
    [
        np.zeros((0, 0), np.uint8),
        np.zeros((1, 1), np.uint8),
        np.zeros((1, 5000), np.uint8),
        np.zeros((5000, 1), np.uint8),
        np.zeros((720, 1280), np.uint8),
        np.full((720, 1280), 255, np.uint8),
        np.full((30, 30, 3), 128, np.uint8),
        np.zeros((100, 100), np.float32),
        np.zeros((100, 100, 4), np.uint8),
        np.zeros((2, 3, 4, 5), np.uint8),
        np.zeros((0, 10, 3), np.uint8),
        np.random.default_rng(1).integers(0, 256, (300, 500), dtype=np.uint8),
        np.eye(400, dtype=np.uint8) * 255,
        None,
        "no picture",
    ],
    ids=lambda frame: str(getattr(frame, "shape", frame)),
)
def test_what_is_no_picture_of_a_code_gives_nothing_and_no_error(frame):
    assert READER.read(frame) == FrameReading(())


def test_a_grey_picture_and_the_same_in_colours_read_alike():
    image, expected = frame("Code39")
    gray = np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY))
    assert texts(READER.read(gray, None)) == texts(READER.read(image, None)) == expected


def test_a_picture_of_a_telephone_is_reduced_and_its_corners_are_its_own():
    image, expected = frame("DataMatrix")
    large = np.asarray(cv2.resize(image, None, fx=3, fy=3))
    small_read, large_read = READER.read(image, None), READER.read(large, None)
    assert texts(large_read) == expected
    (x, y), (u, v) = small_read.symbols[0].corners[0], large_read.symbols[0].corners[0]
    assert abs(u - 3 * x) < 15
    assert abs(v - 3 * y) < 15


def test_without_zbar_the_frames_are_read_as_well():
    image, expected = frame("Multi")
    assert texts(FrameReader(second_opinion=False).read(image, None)) == expected


def test_a_budget_of_nothing_reads_nothing_and_one_without_end_reads_all():
    image, expected = frame("Code128")
    assert READER.read(image, 0.0).symbols == ()
    assert texts(READER.read(image, None)) == expected


def test_a_new_reader_has_worked_out_what_is_worked_out_once(project: Path):
    # In a fresh interpreter, where nothing was read before: the first frame must not pay for it.
    code = """
from hardware.scanners.decoding.bar_blur import BLURS, blur_of
from hardware.scanners.decoding.bar_patterns import CODE_128
from hardware.scanners.decoding.reader import FrameReader
FrameReader()
assert blur_of.cache_info().currsize >= 1
before = blur_of.cache_info().misses
blur_of(*BLURS[0], CODE_128)
assert blur_of.cache_info().misses == before
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=project, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_no_engine_writes_on_the_terminal(capfd):
    for kind in NEGATIVES:
        READER.read(negative_of(np.random.default_rng(4), kind), None)
    said = capfd.readouterr()
    assert said.out == said.err == ""


def test_a_dark_code_asks_for_light_and_a_frame_without_a_code_for_nothing():
    image, _ = frame("QRCode", seed=12)
    dark = (image * 0.05).astype(np.uint8)
    reading = READER.read(dark, None)
    assert reading.symbols or reading.advice is Advice.MORE_LIGHT
    assert READER.read(negative_of(np.random.default_rng(1), "noise")).advice is None


def test_a_code_out_of_focus_is_advised_upon():
    image, expected = frame("Code128", seed=30)
    reading = READER.read(np.asarray(cv2.GaussianBlur(image, (0, 0), 2.9)), None)
    assert texts(reading) in (set(), expected)
    assert reading.symbols or reading.advice in (Advice.FOCUS, Advice.CLOSER)


@pytest.mark.slow
def test_the_development_frames_are_read_without_a_wrong_text(labels: Path):
    read = total = 0
    wrong = []
    for entry in json.loads((labels / "manifest.json").read_text()):
        # Without the clock: the counts must not depend on how busy the machine is.
        found = texts(READER.read(load_image(labels / entry["file"]), None))
        expected = {one["text"] for one in entry["expected"]}
        read, total = read + len(found & expected), total + len(expected)
        wrong += [(entry["file"], text) for text in found - expected]
    assert wrong == []
    assert read >= 0.82 * total
