"""Barcodes as arrays of modules, by zxing-cpp's writer, and their size in whole dots.

python-barcode is not used: its Code 128 drops a leading "99" (version 0.16.1, domain/barcodes.md section 0.4), and its
Code 39 appends a check character. A bar that is no whole number of dots wide is rounded differently at each edge, and a
scanner measures edges: widths are whole dots always.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import zxingcpp
from PIL import Image

from hardware.printers.fields import LabelRefused
from hardware.printers.layout import SMALLEST_BAR, SMALLEST_MODULE
from hardware.printers.wording import DRAWING
from specs.text import clean

__all__ = ["LONGEST_CODE_TEXT", "SYMBOLOGY_NAMES", "code_picture", "dots_at_least", "dots_at_most"]

LONGEST_CODE_TEXT: Final = 256
"""Characters of one code; a label's payload has at most about 200."""

SYMBOLOGY_NAMES: Final = {"code128": "Code128", "datamatrix": "DataMatrix", "qr": "QRCode"}
"""From a layout's kind of code to the name that `DrawnCode` and our decoder use."""

_FORMATS: Final = {
    "code128": zxingcpp.BarcodeFormat.Code128,
    "datamatrix": zxingcpp.BarcodeFormat.DataMatrix,
    "qr": zxingcpp.BarcodeFormat.QRCode,
}
_QUIET: Final = {"code128": 10, "datamatrix": 2, "qr": 4}
"""Modules of white that a code keeps on each side: 10 for Code 128 (ISO/IEC 15417), 4 for QR (ISO/IEC 18004), 1 for
Data Matrix (ISO/IEC 16022), of which we keep 2."""


def code_picture(symbology: str, text: str, width: int, height: int, bar: float, dpi: int) -> Image.Image | None:
    """A picture of exactly `width` x `height` dots, mode "1", with the code in its middle and its quiet zone kept.

    A module is as many whole dots wide as fit, and no more than `bar` millimetres allows (but two-dimensional codes and
    bars are never thinner than can be read). None where it does not fit so. Raises `LabelRefused` for a text that is no
    printable ASCII.
    """
    if not 0 < len(text) <= LONGEST_CODE_TEXT or not text.isascii() or not text.isprintable():
        message = DRAWING["code"].format(value=clean(text, 40) or "A blank text", longest=LONGEST_CODE_TEXT)
        raise LabelRefused(message)
    try:
        modules = _modules(symbology, text)
    except ValueError:
        # More than this kind of code holds, in any size: a Code 128 has at most 102 symbol characters here.
        return None
    quiet = _QUIET[symbology]
    linear = symbology == "code128"
    fits = width // (modules.shape[1] + 2 * quiet)
    if not linear:
        fits = min(fits, height // (modules.shape[0] + 2 * quiet))
    least = dots_at_least(SMALLEST_BAR if linear else SMALLEST_MODULE, dpi)
    dots = min(fits, max(least, dots_at_most(bar, dpi)))
    if dots < least:
        return None
    drawn = modules.repeat(dots, axis=1).repeat(height if linear else dots, axis=0)
    whole = np.full((height, width), True)
    top, left = (height - drawn.shape[0]) // 2, (width - drawn.shape[1]) // 2
    whole[top : top + drawn.shape[0], left : left + drawn.shape[1]] = drawn
    return Image.fromarray(whole)


def dots_at_least(millimetres: float, dpi: int) -> int:
    """The fewest whole dots that are this wide; a hundredth of a dot is forgiven (0.25 mm are 1.998 dots at 203)."""
    return max(1, -int(-(millimetres * dpi / 25.4 - 0.01) // 1))


def dots_at_most(millimetres: float, dpi: int) -> int:
    """The most whole dots that are no wider than this; a hundredth of a dot is forgiven."""
    return int(millimetres * dpi / 25.4 + 0.01)


def _modules(symbology: str, text: str) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """One element a module, True for white, with no quiet zone; a Code 128 is one row."""
    # QR with a quarter of it spare (level M would be 15 %): cartons are scratched. A Data Matrix has its own by its
    # size.
    options = {"ec_level": "Q"} if symbology == "qr" else {"force_square": True} if symbology == "datamatrix" else {}
    barcode = zxingcpp.create_barcode(text, _FORMATS[symbology], **options)
    image = np.array(zxingcpp.write_barcode_to_image(barcode, scale=1, add_quiet_zones=False))
    white = image > 127
    return white[:1] if symbology == "code128" else white
