"""What can be seen in one picture: how bright, how rich, how sharp, and which QR codes.

numpy, OpenCV and zxing-cpp are imported only where there is a picture: they take a third of a second, and most bundles
have none. The picture is hostile: its size is known before anything decodes it, and a JPEG that a camera does not
make (progressive, or with scan after scan, which costs minutes) is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from hardware.evidence.errors import EvidenceError
from specs.text import clean

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["MOST_PIXELS", "Picture", "picture_of"]

MOST_PIXELS: Final = 2**22
"""Pixels of the largest picture that is decoded, as of those that the probe takes."""
MOST_CODES: Final = 8
MOST_SCANS: Final = 3
"""Scans of a JPEG: a camera's has one, and a baseline one never more than its three colours."""

_LEAST_SIDE: Final = 2
_JPEG_BEGINS: Final = b"\xff\xd8\xff"
_SCAN: Final = b"\xff\xda"
_BASELINE: Final = (0xC0, 0xC1)
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers that begin a frame: C0 to CF but for tables (C4, CC) and what is reserved (C8). ITU-T T.81, table B.1."""


class Picture(Struct, frozen=True):
    """What `specs.exercises.CameraPicture` has, as plain numbers."""

    brightness: float
    contrast: float
    span: float
    sharpness: float
    codes: tuple[str, ...]


def picture_of(raw: bytes, width: int, height: int, form: str) -> Picture:
    """What is seen in `raw`: one byte a pixel where `form` is "GREY", a baseline JPEG where it is "MJPG".

    Raises `EvidenceError` where it is no picture of that size, which is at most `MOST_PIXELS`.
    """
    if min(width, height) < _LEAST_SIDE or width * height > MOST_PIXELS:
        raise EvidenceError("it is no size that a picture has")
    if form == "GREY":
        if len(raw) != width * height:
            raise EvidenceError("it has another number of bytes than of pixels")
        return _seen_in(_grey(raw, width, height))
    if _jpeg_size(raw) != (width, height):
        raise EvidenceError("it is no baseline JPEG of the size that it says")
    return _seen_in(_decoded(raw, width, height))


def _grey(raw: bytes, width: int, height: int) -> NDArray[np.uint8]:
    import numpy as np

    return np.frombuffer(raw, dtype=np.uint8).reshape(height, width)


def _decoded(raw: bytes, width: int, height: int) -> NDArray[np.uint8]:
    import cv2
    import numpy as np

    try:
        grey = cv2.imdecode(np.frombuffer(raw, dtype=np.uint8), cv2.IMREAD_GRAYSCALE | cv2.IMREAD_IGNORE_ORIENTATION)
    except cv2.error as error:
        raise EvidenceError("it cannot be decoded") from error
    # OpenCV gives None for what it cannot decode, whatever its types say.
    if not isinstance(grey, np.ndarray) or grey.shape != (height, width):
        raise EvidenceError("it cannot be decoded")
    return np.asarray(grey, dtype=np.uint8)


def _seen_in(grey: NDArray[np.uint8]) -> Picture:
    import cv2
    import numpy as np

    counted = np.bincount(grey.ravel(), minlength=256)
    up_to = np.cumsum(counted) / grey.size
    dark, light = (int(np.searchsorted(up_to, share)) for share in (0.01, 0.99))
    mean, deviation = (float(one[0][0]) for one in cv2.meanStdDev(grey))
    _, edges = cv2.meanStdDev(cv2.Laplacian(grey, cv2.CV_32F))
    sharpness = float(edges[0][0]) ** 2
    return Picture(round(mean, 2), round(deviation, 2), float(light - dark), round(sharpness, 2), _codes(grey))


def _codes(grey: NDArray[np.uint8]) -> tuple[str, ...]:
    import zxingcpp

    found = zxingcpp.read_barcodes(
        grey,
        formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode]),
        text_mode=zxingcpp.TextMode.Plain,
    )
    texts = dict.fromkeys(clean(one.text) for one in found if one.valid)
    return tuple(text for text in texts if text)[:MOST_CODES]


def _jpeg_size(raw: bytes) -> tuple[int, int] | None:
    """Width and height as the first frame header of a baseline JPEG says; None for any other bytes.

    Segments are walked from the beginning: two bytes of marker, two of length (with themselves), and the rest.
    """
    if not raw.startswith(_JPEG_BEGINS) or not 1 <= raw.count(_SCAN) <= MOST_SCANS:
        return None
    at, size = 2, None
    while at + 4 <= len(raw) and raw[at] == 0xFF:
        marker, length = raw[at + 1], int.from_bytes(raw[at + 2 : at + 4], "big")
        if marker == _SCAN[1]:
            return size
        if marker in _FRAMES:
            if marker not in _BASELINE or size is not None or length < 8:
                return None
            size = (int.from_bytes(raw[at + 7 : at + 9], "big"), int.from_bytes(raw[at + 5 : at + 7], "big"))
        at += 2 + max(length, 2)
    return None
