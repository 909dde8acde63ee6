"""2-D codes that are out of focus or were moved are read without their blur, and never as another text."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest
import zxingcpp
from numpy.typing import NDArray

from benchmarks.label_frames import MATRIX_KINDS, frame_of
from hardware.scanners.decoding.deblurring import attempts
from hardware.scanners.decoding.reader import FrameReader
from hardware.scanners.decoding.sharpness import Box, sharpness_of

READER = FrameReader()
Picture = NDArray[np.uint8]
CODE, BOX = slice(120, 280), Box(265, 145, 375, 255)


def out_of_focus(sheet: Picture) -> Picture:
    return np.asarray(cv2.GaussianBlur(sheet, (0, 0), 3.4))


def swept(sheet: Picture) -> Picture:
    return np.asarray(cv2.filter2D(sheet, -1, np.full((1, 11), 1 / 11, np.float32)))


def likeness(one: Picture, other: Picture) -> float:
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


@pytest.mark.parametrize("blur", [out_of_focus, swept])
def test_a_picture_without_its_blur_is_more_like_the_sharp_one(drawn, blur: Callable[[Picture], Picture]):
    sheet = drawn("EXAMPLE-12", zxingcpp.BarcodeFormat.QRCode, scale=5)
    blurred = blur(sheet)
    seen = sharpness_of(blurred, BOX)
    assert seen is not None
    cut, sharp = blurred[CODE, 240:400], sheet[CODE, 240:400]
    first = next(attempts(cut, seen))
    assert first.image.shape == cut.shape
    assert likeness(first.image, sharp) > likeness(cut, sharp) + 0.05


def test_what_is_sharp_is_left_alone(drawn):
    sheet = drawn("EXAMPLE-12", zxingcpp.BarcodeFormat.QRCode, scale=5)
    seen = sharpness_of(sheet, BOX)
    assert seen is not None
    assert list(attempts(sheet[CODE, 240:400], seen)) == []


@pytest.mark.slow
@pytest.mark.parametrize(("degradation", "severity"), [("defocus", 2), ("motion", 3)])
def test_blurred_codes_are_read_and_none_is_read_wrong(degradation: str, severity: int):
    read, by_deblurring, wrong = 0, 0, []
    for nth in range(10):
        kind = MATRIX_KINDS[nth % 2]
        image, expected = frame_of(np.random.default_rng([61, nth]), kind, degradation, severity)
        for symbol in READER.read(image, None).symbols:
            if symbol.code.text == expected[0]["text"]:
                read += 1
                by_deblurring += "zxing patch deblurred" in symbol.seen_by
            else:
                wrong.append(symbol.code.text)
    assert wrong == []
    assert read >= 4
    assert by_deblurring >= 3
