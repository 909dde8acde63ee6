"""The two decoders of others, asked so that they change nothing: zxing-cpp, and zbar through pyzbar where it is there.

- Code 39 is asked for as `Code39Std`. zxing-cpp's `Code39` turns `SN/A12` into `SN!12`, and one six-character serial in
  twelve into a Code 32 number.
- Text mode `Plain`: the default shows GS as a picture and GS1 data with brackets.
- UPC-A and UPC-E are told as they are printed and as hand scanners send them, in 12 and 8 digits: zxing-cpp makes
  13 digits of both, as of an EAN-13.
- A text longer than `LONGEST_CODE` is left out whole: its beginning would be another code.
- zbar is asked for Code 128 and Code 39 only: with others it prints to stderr from C, invents I25 numbers in noise and
  guesses character sets wrongly.
"""

from __future__ import annotations

import ctypes
import importlib
import importlib.util
import sys
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

import numpy as np
import zxingcpp
from zxingcpp import BarcodeFormat as Format

from hardware.scanners.decoding.regions import Gray, Matrix
from hardware.scanners.decoding.symbols import Corners, Symbol
from hardware.scanners.scanner import LONGEST_CODE, Code

__all__ = ["IDENTITY", "LINEAR", "MATRIX", "mapped", "read_zbar", "read_zxing", "zbar_installed"]

LINEAR: Final = (Format.Code128, Format.Code39Std, Format.ITF, Format.EAN13, Format.EAN8, Format.UPCA, Format.UPCE)
MATRIX: Final = (Format.DataMatrix, Format.QRCode)
IDENTITY: Final = np.eye(3)

_NAMES: Final = {Format.Code39Std: "Code39"}
_ZBAR: Final = {"CODE128": ("Code128", "]C0"), "CODE39": ("Code39", "]A0")}


# zxing-cpp says "with a check character" of every Code 39 and ITF text whose last character happens to fit: 1 in 43.
# Whether one was printed the bars do not tell, so it is read as what it is: all that was printed.
_AS_PRINTED: Final = {"]A1": "]A0", "]I1": "]I0"}


def read_zxing(
    image: Gray,
    stage: str,
    formats: Sequence[Format] = (*LINEAR, *MATRIX),
    to_frame: Matrix = IDENTITY,
    *,
    any_direction: bool = True,
    smaller_too: bool = True,
    inverted_too: bool = False,
    one_threshold: bool = False,
) -> list[Symbol]:
    """What zxing-cpp reads in `image`. `to_frame` (3x3) takes its pixels to those of the whole picture."""
    if min(image.shape) < 2:
        return []
    found = zxingcpp.read_barcodes(
        image,
        formats=zxingcpp.BarcodeFormats(list(formats)),
        text_mode=zxingcpp.TextMode.Plain,
        try_rotate=any_direction,
        try_downscale=smaller_too,
        try_invert=inverted_too,
        binarizer=zxingcpp.Binarizer.GlobalHistogram if one_threshold else zxingcpp.Binarizer.LocalAverage,
    )
    symbols = []
    for one in found:
        if not one.valid:
            continue
        text, name = _as_printed(one)
        if not 0 < len(text) <= LONGEST_CODE:
            continue
        place = one.position
        corners = [(p.x, p.y) for p in (place.top_left, place.top_right, place.bottom_right, place.bottom_left)]
        symbols.append(
            Symbol(
                code=Code(text, _AS_PRINTED.get(one.symbology_identifier, one.symbology_identifier)),
                format=name,
                linear=one.format not in MATRIX,
                corners=mapped(corners, to_frame),
                seen_by=(f"zxing {stage}",),
            )
        )
    return symbols


def _as_printed(one: zxingcpp.Barcode) -> tuple[str, str]:
    """The text that the bars hold, and the name of the symbology."""
    name = _NAMES.get(one.format, one.format.name)
    if name == "UPCE":
        return (str(one.extra.get("UPCE", "")) if isinstance(one.extra, dict) else ""), name
    # An EAN-13 that begins with 0 is a UPC-A: the bars are the same.
    if name in ("EAN13", "UPCA") and len(one.text) == 13 and one.text.startswith("0"):
        return one.text[1:], "UPCA"
    return one.text, name


def mapped(points: Sequence[tuple[float, float]], to_frame: Matrix) -> Corners:
    """Four points through a 3x3 matrix."""
    places = np.column_stack([np.array(points, dtype=float), np.ones(len(points))]) @ np.asarray(to_frame).T
    flat = places[:, :2] / np.where(np.abs(places[:, 2:]) < 1e-9, 1e-9, places[:, 2:])
    a, b, c, d = ((float(x), float(y)) for x, y in flat)
    return a, b, c, d


@lru_cache(maxsize=1)
def zbar_installed() -> bool:
    """Whether zbar can be asked: pyzbar is there and finds its library. A fraction of a millisecond on Linux."""
    if importlib.util.find_spec("pyzbar") is None:
        return False
    if sys.platform == "linux":
        # pyzbar looks for the library through a process of its own, and longer where there is none.
        try:
            ctypes.CDLL("libzbar.so.0")
        except OSError:
            return False
    return _zbar() is not None


@lru_cache(maxsize=1)
def _zbar() -> Any:
    try:
        return importlib.import_module("pyzbar.pyzbar")
    except Exception:  # It raises ImportError, OSError or FileNotFoundError, as the platform has it.
        return None


def read_zbar(image: Gray, stage: str, to_frame: Matrix = IDENTITY) -> list[Symbol]:
    """What zbar reads in `image`; nothing where it is not installed, or fails."""
    zbar = _zbar()
    if zbar is None or min(image.shape) < 2:
        return []
    try:
        found = zbar.decode(image, symbols=[zbar.ZBarSymbol.CODE128, zbar.ZBarSymbol.CODE39])
    except Exception:  # It raises ValueError and others on what it did not expect; the other engine has read already.
        return []
    symbols = []
    for one in found:
        if one.type not in _ZBAR:
            continue
        name, symbology = _ZBAR[one.type]
        # zbar gives bytes, and drops FNC 1: of these two symbologies only ASCII is honest.
        text = one.data.decode("ascii", errors="replace")
        if not 0 < len(text) <= LONGEST_CODE or "\ufffd" in text:
            continue
        x, y, w, h = one.rect
        corners = mapped([(x, y), (x + w, y), (x + w, y + h), (x, y + h)], to_frame)
        symbols.append(Symbol(Code(text, symbology), name, True, corners, (f"zbar {stage}",)))
    return symbols
