"""Whether a supervisor's own layout can be used: its file's faults, and then a drawing of it that must read back."""

from __future__ import annotations

from typing import Final

from hardware.printers.drawing import draw_label, draw_sheet
from hardware.printers.fields import LabelFields
from hardware.printers.layout import LayoutError
from hardware.printers.layout_library import load_layout
from hardware.printers.printer import PrinterRefused
from hardware.printers.proving import prove
from specs.profile import Fault
from specs.text import clean
from station.labelling import wording

__all__ = ["SAMPLE", "layout_faults"]

SAMPLE: Final = LabelFields(
    # The longest known serial, Acer's 22 characters (domain/department.md section 5.4), and our longest profile's name.
    serial="NXVMSEK001123045672300",
    verdict_word="HOLD",
    profile="ghwt-2021w-windows-laptop@2021-10-18",
    attempt_id="01a3185c-5000-7000-8000-0123456789ab",
    laptop="Acer TravelMate Spin B3",
    tested_at=wording.tested_at("2026-11-24T10:40:00.000Z"),
    bench="bench 7",
    operator="Anna",
    reason="Battery health; Storage health; Camera",
)
"""A label with much on it: a layout that can show it can show the others."""

_CELLS: Final = tuple((f"SLOT {number}", f"IS1:SLOT-{number}:K7Q2") for number in range(1, 17))


def layout_faults(name_or_path: str, dots_per_inch: int) -> tuple[Fault, ...]:
    """Every fault of a layout; none where a sample of it was drawn and read back."""
    try:
        layout = load_layout(name_or_path)
    except LayoutError as error:
        return error.faults
    try:
        if layout.grid is None:
            prove(draw_label(layout, SAMPLE, dots_per_inch))
        else:
            for page in draw_sheet(layout, _CELLS, dots_per_inch):
                prove(page)
    except PrinterRefused as error:
        problem, _, remedy = str(error).rstrip(".").rpartition(". ")
        return (Fault(clean(name_or_path, 120), 0, "layout", problem or remedy, remedy),)
    return ()
