"""Pages to print, and the ways back from what came out to the texts that our own decoder reads."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
import pypdfium2
import zplkit
import zplkit.rendering
from PIL import Image, ImageOps

from hardware.printers.drawing import draw_label, draw_sheet
from hardware.printers.fields import LabelFields
from hardware.printers.layout import Layout
from hardware.printers.layout_library import load_layout
from hardware.printers.page import Page
from hardware.printers.wires import Patience
from hardware.scanners.decoding.reader import FrameReader

FIELDS = LabelFields(
    serial="5CG1234XYZ",
    verdict_word="PASS",
    profile="ghwt-2021w-windows-laptop@2021-10-18",
    attempt_id="0190b3c4-1234-7abc-8def-0123456789ab",
    laptop="HP ProBook 430 G8 Notebook PC",
    tested_at="30 Nov 2026 10:42",
    bench="Bench 7",
    operator="A. Khan",
    note="Charger checked. Box resealed.",
    reason="",
)
CELLS = (
    ("PASS: what is asked is good", "IS1:PASS:K7Q2"),
    ("HOLD: put this laptop aside", "IS1:HOLD:K7Q2"),
    ("SLOT 1", "IS1:SLOT-1:K7Q2"),
    ("SLOT 12", "IS1:SLOT-12:K7Q2"),
)
LABELS = ("carton", "carton-small", "paperwork")
SHIPPED = [
    (name, dpi) for name in (*LABELS, "commands") for dpi in (203, 300, 600) if dpi < 600 or name.startswith("carton")
]
"""A4 and A5 at 600 dots per inch are tens of megapixels: left out, to keep the tests quick."""

QUICK = Patience(connect=2, stall=0.5, answer=0.4, finish=0.5)
"""For printers that shall hang or be silent; those that answer do so at once."""
CALM = Patience(connect=10, stall=10, answer=10, finish=10)
"""For printers that answer, on a machine that is busy."""


def with_fields(**changed: str) -> LabelFields:
    values = {name: getattr(FIELDS, name) for name in LabelFields.__struct_fields__}
    return LabelFields(**{**values, **changed})


def a_page(name: str = "carton", dpi: int = 203, fields: LabelFields = FIELDS) -> Page:
    layout = load_layout(name)
    return draw_sheet(layout, CELLS, dpi)[0] if layout.grid else draw_label(layout, fields, dpi)


def texts(page: Page) -> set[tuple[str, str]]:
    return {(code.text, code.symbology) for code in page.codes}


def read_label(picture: Image.Image) -> set[tuple[str, str]]:
    """What our own decoder reads on a label that lies on something white, as a camera sees it."""
    grey = np.array(ImageOps.expand(picture.convert("L"), 150, 255))
    return {(one.code.text, one.format) for one in FrameReader().read(grey, None).symbols}


def read_page(picture: Image.Image, layout: Layout, dpi: int) -> set[tuple[str, str]]:
    """A label whole; a sheet cell by cell, as it is held before a camera."""
    if layout.grid is None:
        return read_label(picture)
    found: set[tuple[str, str]] = set()
    for number in range(len(CELLS)):
        row, column = divmod(number, layout.grid.columns)
        left = layout.grid.place.left + column * layout.grid.cell_width
        top = layout.grid.place.top + row * layout.grid.cell_height
        box = (left, top, left + layout.grid.cell_width, top + layout.grid.cell_height)
        a, b, c, d = (int(millimetres * dpi / 25.4) for millimetres in box)
        found |= read_label(picture.crop((a, b, c, d)))
    return found


def render_zpl(job: bytes, page: Page) -> Image.Image:
    """The label as zplkit draws it: a reader of ZPL that is not ours."""
    # zplkit 0.3.2 knows no ^PQ; how many copies come out is not its business.
    assert job.count(b"^PQ1") == 1
    options = zplkit.Options(dpi=page.dots_per_inch, width=page.picture.width, height=page.picture.height)
    limits = zplkit.rendering.Limits(graphic_bytes=2**24, input_bytes=2**24)
    document = zplkit.render(job.replace(b"^PQ1", b""), options, limits=limits)
    assert document.warnings == []
    (label,) = document.labels
    return Image.open(io.BytesIO(label.png()))


def render_pdf(content: bytes, dpi: int) -> Sequence[Image.Image]:
    document = pypdfium2.PdfDocument(content)
    return [page.render(scale=dpi / 72).to_pil() for page in document]


def pictures_in_pdf(content: bytes) -> Sequence[Image.Image]:
    """The picture that each page of the PDF holds, dot for dot."""
    found = []
    for page in pypdfium2.PdfDocument(content):
        (held,) = page.get_objects()
        assert isinstance(held, pypdfium2.PdfImage)
        found.append(held.get_bitmap().to_pil())
    return found
