"""Proof before printing: a page is sent only where its own picture reads back as exactly what was meant.

Usual libraries change a serial silently (domain/barcodes.md section 0.4). No setting leaves the proof out: every
printer of this room calls it before its first byte.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

import numpy as np
import zxingcpp

from hardware.printers.page import Page
from hardware.printers.printer import PrinterRefused
from hardware.printers.wording import DRAWING
from specs.text import clean

__all__ = ["LabelUnreadable", "prove"]

_FORMATS: Final = zxingcpp.BarcodeFormats(
    [zxingcpp.BarcodeFormat.Code128, zxingcpp.BarcodeFormat.DataMatrix, zxingcpp.BarcodeFormat.QRCode]
)


class LabelUnreadable(PrinterRefused):
    """The page's own picture does not read back as what was meant: it must not be printed. One sentence."""


def prove(page: Page) -> None:
    """Returns where the page's picture reads as every code that was drawn, and as no other.

    Raises `LabelUnreadable` for a code that is missing, changed or of another symbology, for one that nobody drew, and
    for a page with no code at all. The picture is read as it stands: inverted codes do not count, because a scanner
    may not read them.
    """
    wanted = Counter((code.text, code.symbology) for code in page.codes)
    if not wanted:
        raise LabelUnreadable(DRAWING["nothing"])
    grey = np.asarray(page.picture.convert("L"))
    # Not made smaller: a clean Code 128 at half its size reads as another text once in some hundred.
    found = zxingcpp.read_barcodes(
        grey, formats=_FORMATS, try_invert=False, try_downscale=False, text_mode=zxingcpp.TextMode.Plain
    )
    read = Counter((one.text, one.format.name) for one in found)
    for code, times in wanted.items():
        if read[code] < times:
            raise LabelUnreadable(DRAWING["unreadable"].format(value=clean(code[0], 60) or "a code"))
    for text, symbology in read:
        if (text, symbology) not in wanted:
            raise LabelUnreadable(DRAWING["stray"].format(value=clean(text, 60) or "a blank code"))
