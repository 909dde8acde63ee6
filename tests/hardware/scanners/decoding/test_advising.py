"""The advice names what is wrong with the picture, and is silent where nothing there is a code."""

from collections import Counter

import cv2
import numpy as np
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.decoding import CAUSES
from benchmarks.label_frames import KINDS, NEGATIVES, frame_of, negative_of
from hardware.scanners.decoding.advising import advice_for
from hardware.scanners.decoding.reader import FrameReader
from hardware.scanners.decoding.regions import Patch
from hardware.scanners.decoding.sharpness import Box, sharpness_of
from hardware.scanners.decoding.symbols import Advice

READER = FrameReader()
Format = zxingcpp.BarcodeFormat


def advised(degradation: str, frames: int) -> Counter[str]:
    """What is advised on frames of severity 3 that nothing was read in."""
    told: Counter[str] = Counter()
    for nth in range(frames):
        image, _ = frame_of(np.random.default_rng([29, nth]), KINDS[nth % len(KINDS)], degradation, 3)
        reading = READER.read(image, None)
        if not reading.symbols:
            told[reading.advice.value if reading.advice else "none"] += 1
    return told


@pytest.mark.slow
@pytest.mark.parametrize("degradation", ["defocus", "motion", "glare", "mixed"])
def test_most_that_is_advised_is_what_is_wrong(degradation: str):
    told = advised(degradation, 18)
    right = sum(told[advice.value] for advice in CAUSES[degradation])
    given_ = told.total() - told["none"]
    assert told.total() >= 4
    assert given_ >= 0.6 * told.total()
    assert right >= 0.75 * given_


@pytest.mark.slow
def test_frames_without_a_code_bring_no_advice():
    frames = [negative_of(np.random.default_rng([53, nth]), kind) for nth, kind in enumerate(NEGATIVES * 3)]
    told = [advice for frame in frames if (advice := READER.read(frame, None).advice)]
    assert len(told) <= 1


def moved(sheet: np.ndarray, pixels: int) -> np.ndarray:
    return np.asarray(cv2.filter2D(sheet, -1, np.full((1, pixels), 1 / pixels, np.float32)))


@pytest.mark.parametrize("name", [Format.Code128, Format.Code39Std])
def test_bars_that_moved_ask_to_be_held_still(drawn, name: Format):
    reading = READER.read(moved(drawn("EXAMPLE-12345"[:10], name), 11), None)
    assert reading.symbols == ()
    assert reading.advice is Advice.HOLD_STILL


@pytest.mark.parametrize("name", [Format.Code128, Format.Code39Std, Format.DataMatrix, Format.QRCode])
def test_a_picture_out_of_focus_asks_for_focus(drawn, name: Format):
    reading = READER.read(np.asarray(cv2.GaussianBlur(drawn("EXAMPLE-12", name), (0, 0), 4)), None)
    assert reading.symbols == ()
    assert reading.advice is Advice.FOCUS


def test_an_overexposed_label_out_of_focus_is_no_reflection(drawn):
    sheet = np.clip(drawn("EXAMPLE-12", Format.QRCode).astype(np.float32) * 1.3 - 10, 0, 255).astype(np.uint8)
    assert READER.read(np.asarray(cv2.GaussianBlur(sheet, (0, 0), 4)), None).advice is Advice.FOCUS


def test_a_reflection_on_the_bars_asks_for_less_glare(drawn):
    sheet = drawn("EXAMPLE-12", Format.Code128).astype(np.float32) * 0.85
    y, x = np.mgrid[: sheet.shape[0], : sheet.shape[1]]
    spot = 500 * np.exp(-(((x - 320) / 70) ** 2) - ((y - 200) / 70) ** 2)
    reading = READER.read(np.clip(sheet + spot, 0, 255).astype(np.uint8), None)
    assert reading.symbols == ()
    assert reading.advice is Advice.LESS_GLARE


def test_what_is_sharp_light_and_large_brings_no_advice(drawn):
    sheet = drawn("EXAMPLE-12", Format.QRCode, scale=5)
    code = sheet[140:260, 260:380].copy()
    np.random.default_rng(3).shuffle(code.reshape(24, 5, 120))
    sheet[140:260, 260:380] = code
    reading = READER.read(sheet, None)
    assert reading.symbols == ()
    assert reading.advice is None


def test_slopes_tell_focus_and_movement_apart(drawn):
    sheet, box = drawn("EXAMPLE-12", Format.QRCode, scale=5), Box(250, 130, 390, 270)
    sharp = sharpness_of(sheet, box)
    soft = sharpness_of(np.asarray(cv2.GaussianBlur(sheet, (0, 0), 3)), box)
    swept = sharpness_of(moved(sheet, 9), box)
    assert sharp is not None
    assert soft is not None
    assert swept is not None
    assert sharp.slopes.max() > 0.25 > 0.16 > soft.slopes.max()
    assert soft.one_way < 1.3
    assert swept.one_way > 1.6
    assert abs(np.sin(swept.flattest)) < 0.3


@settings(max_examples=60, deadline=None)
@given(
    st.integers(24, 90),
    st.integers(24, 90),
    st.integers(0, 2**32 - 1),
    st.integers(0, 255),
    st.tuples(*[st.integers(-60, 160)] * 4),
)
def test_no_picture_and_no_box_is_an_error(height: int, width: int, seed: int, most: int, at: tuple[int, ...]):
    gray = np.random.default_rng(seed).integers(0, most + 1, (height, width), dtype=np.uint8)
    seen = sharpness_of(gray, Box(*at))
    assert seen is None or (np.isfinite(seen.slopes).all() and seen.noise >= 0 <= seen.washed_out <= 1)
    patch = Patch(0, 0, width // 8 * 8, height // 8 * 8, 1.0)
    assert advice_for(gray, [], [patch], read=False) in {None, *Advice}
