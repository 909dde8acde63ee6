from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
import zxingcpp
from numpy.typing import NDArray

Picture = NDArray[np.uint8]


@pytest.fixture(scope="session")
def labels(project: Path) -> Path:
    """The folder of development frames beside the project; they are read from there and never copied."""
    folder = project.parent / "shared" / "labels"
    if not (folder / "manifest.json").is_file():
        pytest.skip(f"the frames of labels are not at {folder}")
    return folder


@pytest.fixture(scope="session")
def drawn() -> Callable[..., Picture]:
    """Draws a symbol of zxing-cpp's writer on a white sheet of 640x400."""

    def draw(text: str, name: zxingcpp.BarcodeFormat, scale: int = 3, **options: object) -> Picture:
        code = np.array(zxingcpp.create_barcode(text, name, **options).to_image(scale=scale, add_quiet_zones=False))
        code = np.atleast_2d(code)
        if code.shape[0] < 20:
            code = np.repeat(code, 40, 0)
        sheet = np.full((400, 640), 235, np.uint8)
        y, x = (400 - code.shape[0]) // 2, (640 - code.shape[1]) // 2
        sheet[y : y + code.shape[0], x : x + code.shape[1]] = np.where(code < 128, 30, 235)
        return np.asarray(cv2.GaussianBlur(sheet, (0, 0), 0.7), dtype=np.uint8)

    return draw
