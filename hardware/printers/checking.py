"""What every printer makes sure of before the first byte: the page is for it, and reads back as what was meant."""

from __future__ import annotations

from hardware.printers.page import Page
from hardware.printers.printer import PrinterRefused
from hardware.printers.proving import prove
from hardware.printers.wording import DRAWING

__all__ = ["refuse_unfit"]


def refuse_unfit(page: Page, name: str, dpi: int, width_mm: float | None = None) -> None:
    """Returns where the printer called `name` may print the page.

    Raises `PrinterRefused` for a page that was drawn for another resolution or is wider than the printer, and
    `LabelUnreadable` for one that does not prove.
    """
    if page.dots_per_inch != dpi:
        raise PrinterRefused(DRAWING["resolution"].format(page=page.dots_per_inch, name=name, printer=dpi))
    # A millimetre is forgiven: rolls are not cut closer.
    if width_mm is not None and page.width_mm > width_mm + 1:
        raise PrinterRefused(DRAWING["wide"].format(page=page.width_mm, name=name, printer=width_mm))
    prove(page)
