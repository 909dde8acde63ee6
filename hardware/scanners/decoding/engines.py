"""The two decoders of others, asked so that they change nothing: zxing-cpp, and zbar through pyzbar where it is there.

- Code 39 is asked for as `Code39Std`. zxing-cpp's `Code39` turns `SN/A12` into `SN!12`, and one six-character serial in
  twelve into a Code 32 number.
- Text mode `Plain`: the default shows GS as a picture and GS1 data with brackets.
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
        if not one.valid or not one.text:
            continue
        place = one.position
        corners = [(p.x, p.y) for p in (place.top_left, place.top_right, place.bottom_right, place.bottom_left)]
        symbols.append(
            Symbol(
                code=Code(one.text[:LONGEST_CODE], one.symbology_identifier),
                format=_NAMES.get(one.format, one.format.name),
                linear=one.format not in MATRIX,
                corners=mapped(corners, to_frame),
                seen_by=(f"zxing {stage}",),
            )
        )
    return symbols


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
        if not text or "\ufffd" in text:
            continue
        x, y, w, h = one.rect
        corners = mapped([(x, y), (x + w, y), (x + w, y + h), (x, y + h)], to_frame)
        symbols.append(Symbol(Code(text[:LONGEST_CODE], symbology), name, True, corners, (f"zbar {stage}",)))
    return symbols
