"""A camera's picture: what can be seen in it, and that a hostile one costs next to nothing."""

from __future__ import annotations

import base64
import subprocess
import sys
import zlib
from typing import Any

import cv2
import numpy as np
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from hardware.evidence.errors import EvidenceError
from hardware.evidence.exercises.picture import MOST_PIXELS, MOST_SCANS, picture_of
from specs.facts import CameraPicture, Known, Unknown
from tests.hardware.evidence.exercises.documents import GREY, JPEG, frame, item_bytes
from tests.hardware.evidence.exercises.reading import exercises_in, value


def one(shot: dict[str, Any] | None, error: str | None = None, **more: Any) -> CameraPicture:
    """The picture of a laptop with one camera."""
    [found] = value("camera", cameras=[{"name": "video0", "card": "Webcam", "frame": shot, "error": error, **more}])
    assert isinstance(found, CameraPicture)
    return found


def room(code: str = "", blurred: float = 0.0) -> NDArray[np.uint8]:
    """A picture of 160 x 120 with lights and darks, and a printed code in it."""
    ramp = np.tile(np.linspace(60, 200, 160, dtype=np.uint8), (120, 1))
    if code:
        printed = np.array(zxingcpp.create_barcode(code, zxingcpp.BarcodeFormat.QRCode).to_image(scale=3))
        ramp[16 : 16 + printed.shape[0], 40 : 40 + printed.shape[1]] = printed
    return np.asarray(cv2.GaussianBlur(ramp, (0, 0), blurred), dtype=np.uint8) if blurred else ramp


def shot(picture: NDArray[np.uint8]) -> dict[str, Any]:
    return frame(picture.tobytes(), picture.shape[1], picture.shape[0])


def test_a_ramp_reads_as_it_is_as_grey_values_and_as_a_jpeg():
    grey, jpeg = value("camera")
    assert (grey.name, jpeg.name) == ("Integrated Camera (video0)", "Second Camera (video2)")
    for found in (grey, jpeg):
        assert found.brightness.value == pytest.approx(sum(GREY) / len(GREY), abs=2)
        assert found.contrast.value == pytest.approx(float(np.std(list(GREY))), abs=2)
        assert 150 < found.span.value <= 255
        assert found.codes.value == ()


@pytest.mark.parametrize("level", [0, 3, 128, 255])
def test_a_picture_of_one_colour_has_no_span_and_no_contrast(level: int):
    found = one(frame(bytes([level]) * 256))
    assert (found.span, found.contrast) == (Known(0.0, ("exercise-camera",)), Known(0.0, ("exercise-camera",)))
    assert found.brightness == Known(float(level), ("exercise-camera",))


def test_a_few_hot_pixels_behind_a_shutter_are_no_picture():
    dark = np.zeros((120, 160), np.uint8)
    dark[::40, ::40] = 255
    assert one(shot(dark)).span == Known(0.0, ("exercise-camera",))


def test_a_printed_code_is_read_in_a_sharp_picture_and_not_in_a_blurred_one():
    sharp, blurred = one(shot(room("INTAKE FOCUS"))), one(shot(room("INTAKE FOCUS", blurred=6)))
    assert sharp.codes == Known(("INTAKE FOCUS",), ("exercise-camera",))
    assert blurred.codes == Known((), ("exercise-camera",))
    assert isinstance(sharp.sharpness, Known)
    assert isinstance(blurred.sharpness, Known)
    assert sharp.sharpness.value > 10 * blurred.sharpness.value


def test_a_code_that_would_write_on_the_screen_is_cleaned():
    found = one(shot(room("\x1b[31mRED\u202e")))
    assert found.codes == Known(("[31mRED",), ("exercise-camera",))


def test_a_camera_that_gave_no_picture_is_unknown_and_the_others_stay():
    bad, good = value(
        "camera",
        cameras=[
            {"name": "video0", "card": "", "frame": None, "error": "it gave no whole picture\x1b in its time"},
            {"name": "video2", "card": "Webcam", "frame": frame(GREY), "error": None},
        ],
    )
    assert bad.name == "video0"
    assert isinstance(bad.span, Unknown)
    assert bad.span.problem == "unreadable"
    assert "it gave no whole picture in its time" in bad.span.reason
    assert isinstance(good.span, Known)


def bomb(size: int) -> str:
    return base64.b64encode(zlib.compress(bytes(size), 9)).decode()


def scans(times: int) -> bytes:
    """The good JPEG with its scan said over and over: what costs a decoder minutes."""
    at = JPEG.index(b"\xff\xda")
    return JPEG[:at] + JPEG[at : len(JPEG) - 2] * times + JPEG[-2:]


def progressive() -> bytes:
    done, data = cv2.imencode(".jpg", room(), [cv2.IMWRITE_JPEG_PROGRESSIVE, 1])
    assert done
    return data.tobytes()


HOSTILE: dict[str, dict[str, Any]] = {
    "fewer bytes than pixels": frame(GREY[:-1]),
    "more bytes than pixels": frame(GREY + b"\0"),
    "an unpacking bomb": {**frame(GREY), "zlib": bomb(200 * 2**20)},
    "an unpacking bomb of a large picture": {**frame(GREY, 2048, 2048), "zlib": bomb(200 * 2**20)},
    "packed and cut": {**frame(GREY), "zlib": frame(GREY)["zlib"][:40]},
    "not packed": {**frame(GREY), "zlib": base64.b64encode(GREY).decode()},
    "no base64": {**frame(GREY), "zlib": "\u2028" * 40},
    "empty": {**frame(GREY), "zlib": ""},
    "more pixels than any camera": frame(b"", 4096, 4096),
    "one pixel wide": frame(bytes(16), 1, 16),
    "a JPEG of another size": frame(JPEG, 17, 16, "MJPG"),
    "a JPEG of one scan too many": frame(scans(MOST_SCANS + 1), 16, 16, "MJPG"),
    "a JPEG that would be decoded for hours": frame(scans(50_000), 2048, 2048, "MJPG"),
    "a progressive JPEG": frame(progressive(), 160, 120, "MJPG"),
    "a JPEG cut in its header": frame(JPEG[:100], 16, 16, "MJPG"),
    "a JPEG with its size said twice": frame(
        JPEG[:2] + JPEG[JPEG.index(b"\xff\xc0") :][:13] + JPEG[2:], 16, 16, "MJPG"
    ),
    "another picture than a JPEG": frame(b"\x89PNG\r\n\x1a\n" + bytes(200), 16, 16, "MJPG"),
    "grey values as a JPEG": frame(GREY, 16, 16, "MJPG"),
}


@pytest.mark.parametrize("spoilt", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_is_no_picture_of_its_size_is_unknown(spoilt: dict[str, Any]):
    found = one(spoilt)
    assert isinstance(found.span, Unknown)
    assert found.span.problem == "unreadable"


@pytest.mark.parametrize("width", [0, -1, 4097, 2**40, 1.5, "16", None])
def test_a_side_that_no_camera_has_spoils_the_item(width: Any):
    cameras = [{"name": "video0", "card": "", "frame": {**frame(GREY), "width": width}, "error": None}]
    assert isinstance(exercises_in("camera", item_bytes("camera", cameras=cameras)).camera, Unknown)


def test_the_largest_picture_is_read():
    assert picture_of(bytes(MOST_PIXELS), 2048, 2048, "GREY").span == 0


@given(st.binary(max_size=200), st.integers(0, len(JPEG)), st.integers(0, 40))
@settings(max_examples=200, deadline=None)
def test_a_spoilt_jpeg_is_a_picture_of_its_size_or_the_documented_error(noise: bytes, at: int, gone: int):
    try:
        found = picture_of(JPEG[:at] + noise + JPEG[at + gone :], 16, 16, "MJPG")
    except EvidenceError:
        return
    assert 0 <= found.span <= 255
    assert 0 <= found.brightness <= 255


def test_numpy_and_opencv_are_there_only_where_there_is_a_picture():
    code = "import sys, hardware.evidence.facts; print({'numpy', 'cv2', 'zxingcpp'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "set()"
