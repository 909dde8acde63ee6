"""From a layout and what is known of a laptop to pages in black and white, at the printer's own resolution.

Nothing of a laptop becomes a printer's command: every text is cleaned, fitted into its place and drawn as dots.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from PIL import Image, ImageDraw

from hardware.printers.codes import SYMBOLOGY_NAMES, code_picture
from hardware.printers.fields import LabelFields, LabelRefused, payload
from hardware.printers.fonts import Fonts, line_span
from hardware.printers.layout import (
    LABEL_FIELDS,
    Box,
    CodeElement,
    Element,
    Layout,
    Place,
    TextElement,
    fields_of,
    fill,
)
from hardware.printers.page import DrawnCode, Page
from hardware.printers.wording import DRAWING
from specs.text import clean

__all__ = ["MOST_CELLS", "RESOLUTIONS", "draw_label", "draw_sheet"]

RESOLUTIONS: Final = (203, 300, 600)
"""Dots per inch of the label printers that are sold; 203 is 8 dots a millimetre."""
MOST_CELLS: Final = 1000
"""Cells of one sheet. A bench has five commands and at most 99 slots."""
_MOST_DOTS: Final = 40_000_000
"""Dots of one page: A4 at 600 dots per inch has 35 million."""
_MAY_BE_CUT: Final = frozenset(LABEL_FIELDS) - {"serial", "verdict_word"} | {"caption", "page", "pages"}
"""A serial, a verdict or a command that lost its end would be taken for another: the label is refused instead."""


def draw_label(layout: Layout, fields: LabelFields, dpi: int, fonts: Fonts | None = None) -> Page:
    """The label of one laptop. Raises `LabelRefused` where a code does not fit, or where the layout is a sheet's."""
    if layout.grid is not None:
        raise LabelRefused(DRAWING["not_a_label"].format(layout=layout.name))
    values = {name: str(getattr(fields, name)) for name in LabelFields.__struct_fields__}
    values["payload"] = payload(fields)
    canvas = _Canvas(layout, dpi, fonts or Fonts())
    canvas.draw(layout.elements, values)
    return canvas.page()


def draw_sheet(
    layout: Layout, cells: Sequence[tuple[str, str]], dpi: int, fonts: Fonts | None = None
) -> tuple[Page, ...]:
    """A sheet of (caption, code), on as many pages as it takes. Raises `LabelRefused` as `draw_label` does."""
    grid = layout.grid
    if grid is None:
        raise LabelRefused(DRAWING["not_a_sheet"].format(layout=layout.name))
    if not 0 < len(cells) <= MOST_CELLS:
        raise LabelRefused(DRAWING["many_cells" if cells else "no_cells"].format(most=MOST_CELLS))
    fonts = fonts or Fonts()
    a_page = grid.columns * grid.rows
    pages = [cells[start : start + a_page] for start in range(0, len(cells), a_page)]
    drawn = []
    for number, of_page in enumerate(pages, 1):
        canvas = _Canvas(layout, dpi, fonts)
        canvas.draw(layout.elements, {"page": str(number), "pages": str(len(pages))})
        for at, (caption, code) in enumerate(of_page):
            row, column = divmod(at, grid.columns)
            left = grid.place.left + column * grid.cell_width
            top = grid.place.top + row * grid.cell_height
            canvas.draw(grid.elements, {"caption": caption, "code": code}, left, top)
        drawn.append(canvas.page())
    return tuple(drawn)


class _Canvas:
    """One page being drawn."""

    def __init__(self, layout: Layout, dpi: int, fonts: Fonts) -> None:
        if dpi not in RESOLUTIONS:
            raise LabelRefused(DRAWING["dpi"].format(known=", ".join(map(str, RESOLUTIONS))))
        self._layout, self._dpi, self._fonts = layout, dpi, fonts
        size = self._dots(layout.width), self._dots(layout.height)
        if size[0] * size[1] > _MOST_DOTS:
            raise LabelRefused(DRAWING["huge"].format(layout=layout.name, dpi=dpi))
        self._picture = Image.new("1", size, 1)
        self._pen = ImageDraw.Draw(self._picture)
        self._codes: list[DrawnCode] = []

    def page(self) -> Page:
        return Page(self._picture, self._dpi, tuple(self._codes))

    def draw(self, elements: Sequence[Element], values: Mapping[str, str], left: float = 0, top: float = 0) -> None:
        """Draws the elements, moved by `left` and `top` millimetres."""
        for element in elements:
            box = self._box(element.place, left, top)
            if isinstance(element, TextElement):
                self._text(element, values, box)
            elif isinstance(element, CodeElement):
                self._code(element, values, box)
            else:
                self._frame(element, box)

    def _box(self, place: Place, left: float, top: float) -> tuple[int, int, int, int]:
        """Left, top, right, bottom in dots. Edges are rounded, not lengths, so that neighbours still meet."""
        x, y = self._dots(left + place.left), self._dots(top + place.top)
        right = min(self._picture.width, self._dots(left + place.right))
        bottom = min(self._picture.height, self._dots(top + place.bottom))
        return x, y, max(right, x + 1), max(bottom, y + 1)

    def _text(self, element: TextElement, values: Mapping[str, str], box: tuple[int, int, int, int]) -> None:
        cleaned = {name: clean(value) for name, value in values.items()}
        if element.only_with and not cleaned[element.only_with]:
            return
        left, top, right, bottom = box
        if element.band:
            self._pen.rectangle((left, top, right - 1, bottom - 1), fill=0)
        text = clean(fill(element.text, cleaned), 512)
        if not text:
            return
        # White at the band's ends, or its letters would touch its edge.
        inset = (bottom - top) // 6 if element.band else 0
        width, height = right - left - 2 * inset, bottom - top
        largest, smallest = self._dots(element.size), self._dots(element.smallest)
        font, lines, whole = self._fonts.fit(text, width, height, largest, smallest, element.lines, element.bold)
        if not whole and not _MAY_BE_CUT.issuperset(fields_of(element.text)):
            raise self._too_small(text)
        letter_top, step = line_span(font)
        if len(lines) == 1 and height < 2 * step:
            # Capitals in the middle: most of these texts have no letter that hangs below.
            _, capital_top, _, capital_bottom = font.getbbox("H")
            y = top + (height - int(capital_bottom - capital_top)) // 2 - int(capital_top)
        else:
            y = top - letter_top
        # Drawn apart and pasted, so that no letter leaves its place.
        piece = Image.new("1", (right - left, bottom - top), 0)
        pen = ImageDraw.Draw(piece)
        for number, line in enumerate(lines):
            spare = width - font.getlength(line)
            x = inset + int({"left": 0.0, "centre": spare / 2, "right": spare}[element.align])
            pen.text((x, y - top + number * step), line, font=font, fill=1)
        self._pen.bitmap((left, top), piece, fill=1 if element.band else 0)

    def _code(self, element: CodeElement, values: Mapping[str, str], box: tuple[int, int, int, int]) -> None:
        text = fill(element.text, values)
        left, top, right, bottom = box
        for symbology in filter(None, (element.symbology, element.otherwise)):
            picture = code_picture(symbology, text, right - left, bottom - top, element.bar, self._dpi)
            if picture is not None:
                self._picture.paste(picture, (left, top))
                self._codes.append(DrawnCode(text, SYMBOLOGY_NAMES[symbology]))
                return
        raise self._too_small(text)

    def _too_small(self, text: str) -> LabelRefused:
        name = self._layout.name
        return LabelRefused(DRAWING["too_small"].format(value=clean(text, 48), layout=name, dpi=self._dpi))

    def _frame(self, element: Box, box: tuple[int, int, int, int]) -> None:
        left, top, right, bottom = box
        corners = (left, top, right - 1, bottom - 1)
        if element.filled:
            self._pen.rectangle(corners, fill=0)
        else:
            self._pen.rectangle(corners, outline=0, width=max(1, self._dots(element.thickness)))

    def _dots(self, millimetres: float) -> int:
        return round(millimetres * self._dpi / 25.4)
