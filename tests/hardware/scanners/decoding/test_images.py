"""Pictures from files: read, reduced, or refused in one sentence that names the file and says what to do."""

import os
import struct
import time
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from hardware.scanners.decoding.images import (
    MOST_BYTES,
    MOST_PIXELS_KEPT,
    ImageRefused,
    decode_picture,
    load_image,
)

GRADIENT = np.tile(np.arange(200, dtype=np.uint8), (100, 1))


def packed(kind: str, image: np.ndarray = GRADIENT) -> bytes:
    done, data = cv2.imencode(kind, image)
    assert done
    return bytes(data)


def refused(path: Path) -> str:
    with pytest.raises(ImageRefused) as caught:
        load_image(path)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert path.name[:20] in sentence
    return sentence


def png_header(width: int, height: int) -> bytes:
    """A PNG that says how large it is and has next to nothing in it."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    about = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", about) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("kind", [".png", ".jpg", ".bmp", ".tiff", ".webp"])
def test_the_usual_formats_are_read(tmp_path: Path, kind: str):
    path = tmp_path / f"label{kind}"
    path.write_bytes(packed(kind))
    image = load_image(path)
    assert image.dtype == np.uint8
    assert image.shape == GRADIENT.shape
    assert np.abs(image.astype(int) - GRADIENT).max() < 12


def test_colours_become_grey_and_what_is_transparent_white(tmp_path: Path):
    path = tmp_path / "label.png"
    Image.new("RGBA", (40, 30), (0, 0, 0, 0)).save(path)
    assert (load_image(path) == 255).all()
    Image.new("RGB", (40, 30), (255, 0, 0)).save(path)
    assert 60 < load_image(path).mean() < 90
    Image.fromarray(np.full((30, 40), 30_000, np.uint16)).save(path)
    assert 100 < load_image(path).mean() < 130


def test_a_large_picture_is_reduced(tmp_path: Path):
    path = tmp_path / "large.jpg"
    path.write_bytes(packed(".jpg", np.full((4000, 6000), 90, np.uint8)))
    image = load_image(path)
    assert image.size <= MOST_PIXELS_KEPT
    assert abs(image.shape[1] / image.shape[0] - 1.5) < 0.01


def test_a_missing_file_and_a_folder_are_said(tmp_path: Path):
    assert "no file" in refused(tmp_path / "nowhere.png")
    folder = tmp_path / "folder.png"
    folder.mkdir()
    assert "is a folder" in refused(folder)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"no picture at all", "is no picture"),
        (b"\x89PNG\r\n\x1a\n", "is no picture"),
        (packed(".png")[:-60], "is damaged"),
        (packed(".jpg")[:-400], "is damaged"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "is no picture"),
    ],
    ids=["empty", "text", "a head only", "a cut PNG", "a cut JPEG", "SVG"],
)
def test_what_cannot_be_read_is_said(tmp_path: Path, data: bytes, said: str):
    path = tmp_path / "label.png"
    path.write_bytes(data)
    assert said in refused(path)


@pytest.mark.parametrize(
    ("width", "height"), [(10_000, 10_000), (30_000, 30_000), (2**31 - 1, 2**31 - 1), (8000, 6000)]
)
def test_a_picture_of_too_many_pixels_costs_nothing(tmp_path: Path, width: int, height: int, recwarn):
    path = tmp_path / "bomb.png"
    path.write_bytes(png_header(width, height))
    begun = time.process_time()
    sentence = refused(path)
    assert "million pixels" in sentence or "no picture" in sentence
    # Decoding a hundred megapixels takes seconds; this is to tell that it was not tried.
    assert time.process_time() - begun < 1.0
    assert not recwarn.list


def test_a_file_of_too_many_bytes_is_not_read(tmp_path: Path):
    path = tmp_path / "huge.jpg"
    with path.open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    assert "smaller size" in refused(path)


def test_a_pipe_does_not_hold_the_program(tmp_path: Path):
    path = tmp_path / "pipe.png"
    os.mkfifo(path)
    assert "is no picture" in refused(path)


def test_a_hostile_name_is_cleaned(tmp_path: Path):
    with pytest.raises(ImageRefused) as caught:
        load_image(tmp_path / "a\x1b[31m\u202eb.png")
    assert "\x1b" not in str(caught.value)
    assert "\u202e" not in str(caught.value)
    with pytest.raises(ImageRefused):
        load_image(Path("a\0b"))


@settings(max_examples=60)
@given(st.sampled_from([".png", ".jpg", ".bmp", ".webp"]), st.data())
def test_a_damaged_picture_is_read_or_refused_and_nothing_else(kind: str, data: st.DataObject):
    whole = bytearray(packed(kind))
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        image = decode_picture(bytes(whole[: data.draw(st.integers(0, len(whole)))]))
    except ImageRefused:
        return
    assert image.dtype == np.uint8
    assert image.ndim == 2
    assert image.size <= MOST_PIXELS_KEPT


def test_a_picture_from_a_camera_is_called_so():
    with pytest.raises(ImageRefused, match="the camera's picture"):
        decode_picture(b"nothing")


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("most", [200.0, 60_000.0])
def test_a_value_that_is_no_number_is_paper_and_nothing_is_said(tmp_path: Path, capfd, most: float):
    values = np.full((30, 40), most, np.float32)
    values[0, :3] = np.nan, np.inf, -np.inf
    values[1] = 0
    Image.fromarray(values).save(tmp_path / "label.tiff")
    image = load_image(tmp_path / "label.tiff")
    assert image[0, :3].tolist() == [255, 255, 255]
    assert image[1].max() == 0
    assert image[2].min() == image[2].max() == int(most * 255 / (255 if most < 256 else 65535))
    assert capfd.readouterr().err == ""


def test_a_picture_of_nothing_but_no_numbers_is_a_blank_sheet(tmp_path: Path):
    Image.fromarray(np.full((30, 40), np.nan, np.float32)).save(tmp_path / "label.tiff")
    assert load_image(tmp_path / "label.tiff").min() == 255
