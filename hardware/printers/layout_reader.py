"""From the values of a layout's TOML to the layout: every key known, everything on the page, every code readable."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any, Final, cast

from hardware.printers.layout import (
    CODE_FIELDS,
    LABEL_FIELDS,
    SHEET_CELL_FIELDS,
    SHEET_PAGE_FIELDS,
    SMALLEST_BAR,
    SMALLEST_MODULE,
    Align,
    Box,
    CodeElement,
    Element,
    Grid,
    Layout,
    Otherwise,
    Place,
    TextElement,
    fields_of,
)
from specs.nearest import choose
from specs.profile import Fault
from specs.text import clean
from specs.toml_lines import Path

__all__ = ["LayoutReader"]

LARGEST_PAGE: Final = 420.0
"""Millimetres: the longer side of A3."""
SMALLEST_PAGE: Final = 15.0
MOST_ELEMENTS: Final = 100
MOST_CELLS: Final = 200
_THINNEST_LINE: Final = 0.125
"""One dot at 203 dots per inch."""
_SHORTEST_BARS: Final = 5.0
"""Millimetres of height: a hand-held scanner's line must cross all bars of a code that is held askew."""

_TOP_KEYS: Final = ("title", "size", "element", "grid")
_GRID_KEYS: Final = ("at", "size", "columns", "rows", "element")
_SHARED: Final = ("kind", "at", "size")
_TEXT_KEYS: Final = (*_SHARED, "text", "letters", "smallest", "bold", "align", "lines", "only_with")
_CODE_KEYS: Final = (*_SHARED, "text", "bar")
_CODES: Final = ("code128", "datamatrix", "qr")
_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "text": _TEXT_KEYS,
    "band": _TEXT_KEYS,
    "code128": (*_CODE_KEYS, "otherwise"),
    "datamatrix": _CODE_KEYS,
    "qr": _CODE_KEYS,
    "line": _SHARED,
    "box": (*_SHARED, "thickness"),
}


class LayoutReader:
    """One layout being read; `faults` grows. Each method gives None where what it reads cannot be used."""

    def __init__(self, file: str, lines: Mapping[Path, int]) -> None:
        self.file, self.lines = file, lines
        self.faults: list[Fault] = []

    def layout(self, data: dict[str, Any], name: str) -> Layout | None:
        self._known(data, _TOP_KEYS, ())
        title = self._text(data, "title", ())
        size = self._pair(data, "size", (), "size = [101.6, 50.8]")
        if size is not None and not all(SMALLEST_PAGE <= side <= LARGEST_PAGE for side in size):
            span = f"from {SMALLEST_PAGE:g} to {LARGEST_PAGE:g} mm"
            self._fault(("size",), "is no page", f"give two sides {span}, as in size = [101.6, 50.8]")
            size = None
        # Without a size, nothing can be said of what stands on the page.
        if size is None:
            return None
        sheet = "grid" in data
        fields = SHEET_PAGE_FIELDS if sheet else LABEL_FIELDS
        elements = self._elements(data, (), size, fields)
        grid = self._grid(data["grid"], size) if sheet else None
        if not sheet and not _has_code(data):
            self._fault(("element",), "has no code in it", 'add one, as in kind = "code128" with text = "{serial}"')
        for number, element in enumerate(elements, 1):
            if grid is not None and element.place.overlaps(grid.place):
                self._fault(("element", number), "lies on the grid", "move it, or make the grid smaller")
        if self.faults:
            return None
        return Layout(name, title, *size, elements, grid)

    def _grid(self, data: object, page: tuple[float, float]) -> Grid | None:
        if not isinstance(data, dict):
            self._fault(("grid",), "is not a table", "write it under [grid]")
            return None
        self._known(data, _GRID_KEYS, ("grid",))
        place = self._place(data, ("grid",), page)
        columns, rows = (self._whole(data, key, ("grid",), 1, MOST_CELLS) for key in ("columns", "rows"))
        if place is None or not columns or not rows:
            return None
        if columns * rows > MOST_CELLS:
            self._fault(("grid",), f"has more than {MOST_CELLS} cells", "give it fewer columns or rows")
            return None
        cell = place.width / columns, place.height / rows
        elements = self._elements(data, ("grid",), cell, SHEET_CELL_FIELDS)
        if not _has_code(data):
            self._fault(("grid", "element"), "has no code in it", 'add one with text = "{code}"')
        return Grid(place, columns, rows, elements)

    def _elements(
        self, data: dict[str, Any], path: Path, page: tuple[float, float], fields: tuple[str, ...]
    ) -> tuple[Element, ...]:
        rows = data.get("element", [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            self._fault((*path, "element"), "is not a list of elements", "write each under [[element]]")
            return ()
        if len(rows) > MOST_ELEMENTS:
            self._fault((*path, "element"), f"has more than {MOST_ELEMENTS} elements", "leave some out")
            return ()
        read = [self._element(row, (*path, "element", number), page, fields) for number, row in enumerate(rows, 1)]
        for number, one in enumerate(read, 1):
            for other_number, other in enumerate(read, 1):
                # A frame may go round a code; everything else on it makes it unreadable.
                if number == other_number or not isinstance(one, CodeElement) or other is None:
                    continue
                if (not isinstance(other, Box) or other.filled) and one.place.overlaps(other.place):
                    here = (*path, "element", other_number)
                    self._fault(here, f"lies on the code of element {number}", "move one of the two")
        return tuple(one for one in read if one is not None)

    def _element(
        self, row: dict[str, Any], path: Path, page: tuple[float, float], fields: tuple[str, ...]
    ) -> Element | None:
        kind = row.get("kind")
        if not isinstance(kind, str) or kind not in _KEYS:
            remedy = choose(clean(kind, 60) if isinstance(kind, str) else "", _KEYS)
            self._fault((*path, "kind"), "is missing or is no kind of element", remedy)
            return None
        before = len(self.faults)
        self._known(row, _KEYS[kind], path)
        place = self._place(row, path, page)
        element: Element | None = None
        if place is not None:
            if kind in ("text", "band"):
                element = self._text_element(row, path, place, fields)
            elif kind in ("line", "box"):
                element = self._box(row, path, place)
            else:
                element = self._code(row, path, place, fields)
        return element if len(self.faults) == before else None

    def _text_element(
        self, row: dict[str, Any], path: Path, place: Place, fields: tuple[str, ...]
    ) -> TextElement | None:
        text = self._text(row, "text", path)
        self._fields(text, fields, (*path, "text"))
        lines = self._whole(row, "lines", path, 1, 50) if "lines" in row else 1
        size = place.height / (lines or 1)
        if "letters" in row:
            size = self._length(row, "letters", path, 1.0, place.height)
        least = max(1.0, min(1.6, size))
        if "smallest" in row:
            least = self._length(row, "smallest", path, 1.0, size or place.height)
        align = self._choice(row, "align", path, ("left", "centre", "right")) if "align" in row else "left"
        bold = row.get("bold", False)
        if not isinstance(bold, bool):
            self._fault((*path, "bold"), "is not true or false", "write bold = true, or leave it out")
        only_with = row.get("only_with", "")
        if only_with and only_with not in fields:
            self._fault((*path, "only_with"), "is no field", choose(clean(str(only_with), 60), fields))
        if not size or not least or not lines or least * lines > place.height + 0.01:
            problem = f"{lines} lines of {least:g} mm letters do not stand in {place.height:g} mm"
            self._fault((*path, "lines"), problem, "make them smaller, or the element higher")
            return None
        band = row["kind"] == "band"
        return TextElement(place, text, size, least, bold is True, cast(Align, align), lines, band, str(only_with))

    def _code(self, row: dict[str, Any], path: Path, place: Place, fields: tuple[str, ...]) -> CodeElement | None:
        text = self._text(row, "text", path)
        allowed = tuple(name for name in fields if name in CODE_FIELDS)
        if not allowed:
            self._fault(path, "is a code outside the grid of a sheet", "put it into [[grid.element]]")
            return None
        self._fields(text, allowed, (*path, "text"))
        if not text.isascii() or not text.isprintable():
            self._fault((*path, "text"), "is not printable ASCII", "keyboards and scanners have no other letters")
        linear = row["kind"] == "code128"
        least = SMALLEST_BAR if linear else SMALLEST_MODULE
        bar = self._length(row, "bar", path, least, 3.0) if "bar" in row else (0.5 if linear else 1.0)
        otherwise = self._choice(row, "otherwise", path, ("datamatrix", "qr")) if "otherwise" in row else ""
        if linear and place.height < _SHORTEST_BARS:
            self._fault((*path, "size"), "is too low for bars", f"make it {_SHORTEST_BARS:g} mm high or higher")
        return CodeElement(place, row["kind"], text, bar, cast(Otherwise, otherwise))

    def _box(self, row: dict[str, Any], path: Path, place: Place) -> Box | None:
        if min(place.width, place.height) < _THINNEST_LINE:
            self._fault((*path, "size"), "is thinner than a dot", f"make it {_THINNEST_LINE:g} mm or more")
        thickness = row.get("thickness", 0.4)
        if "thickness" in row:
            thickness = self._length(row, "thickness", path, _THINNEST_LINE, min(place.width, place.height) / 2)
        return Box(place, thickness, row["kind"] == "line")

    def _place(self, row: dict[str, Any], path: Path, page: tuple[float, float]) -> Place | None:
        at = self._pair(row, "at", path, "at = [2, 18]")
        size = self._pair(row, "size", path, "size = [70, 9]")
        if at is None or size is None:
            return None
        place = Place(*at, *size)
        if min(size) <= 0 or not place.within(*page):
            what = "cell" if path[:1] == ("grid",) and len(path) > 1 else "page"
            remedy = f"keep at and size within its {page[0]:g} x {page[1]:g} mm"
            self._fault((*path, "at"), f"lies outside the {what}", remedy)
            return None
        return place

    def _fields(self, text: str, fields: tuple[str, ...], path: Path) -> None:
        for name in fields_of(text):
            if name not in fields:
                self._fault(
                    path, f"has a field {{{clean(name, 40)}}} that is none here", choose(clean(name, 60), fields)
                )
        if re.search(r"[{}]", re.sub(r"\{[^{}]*\}", "", text)):
            self._fault(path, "has a bracket that is not closed", "write a field as in {serial}")

    def _known(self, row: dict[str, Any], keys: tuple[str, ...], path: Path) -> None:
        for key in row:
            if key not in keys:
                self._fault((*path, clean(key, 60)), "is not known here", choose(clean(key, 60), keys))

    def _text(self, row: dict[str, Any], key: str, path: Path) -> str:
        value = row.get(key)
        if isinstance(value, str) and clean(value) and len(value) <= 500:
            return value
        self._fault((*path, key), "is missing, blank or no text", f'write it as in {key} = "..."')
        return ""

    def _choice(self, row: dict[str, Any], key: str, path: Path, known: tuple[str, ...]) -> str:
        value = row.get(key)
        if isinstance(value, str) and value in known:
            return value
        self._fault((*path, key), "is none of those that there are", choose(clean(str(value), 60), known))
        return known[0]

    def _length(self, row: dict[str, Any], key: str, path: Path, least: float, most: float) -> float:
        value = _number(row.get(key))
        if value is not None and least <= value <= most + 0.01:
            return value
        self._fault((*path, key), "is no length that can be used", f"write millimetres from {least:g} to {most:g}")
        return 0.0

    def _whole(self, row: dict[str, Any], key: str, path: Path, least: int, most: int) -> int:
        value = row.get(key)
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        self._fault((*path, key), "is missing or no such number", f"write a whole number from {least} to {most}")
        return 0

    def _pair(self, row: dict[str, Any], key: str, path: Path, example: str) -> tuple[float, float] | None:
        value = row.get(key)
        numbers = [_number(one) for one in value] if isinstance(value, list) else []
        first, second = numbers if len(numbers) == 2 else (None, None)
        if first is None or second is None:
            self._fault((*path, key), "is missing or not two numbers", f"write millimetres as in {example}")
            return None
        return first, second

    def _fault(self, path: Path, problem: str, remedy: str) -> None:
        line, upper = 0, path
        while upper and not line:
            line, upper = self.lines.get(upper, 0), upper[:-1]
        field = "".join(f" {part}" if isinstance(part, int) else f".{part}" for part in path).lstrip(".") or "layout"
        self.faults.append(Fault(self.file, line, field, problem, remedy))


def _has_code(data: dict[str, Any]) -> bool:
    """True where one element is meant to be a code, with faults or without."""
    rows = data.get("element")
    return isinstance(rows, list) and any(isinstance(row, dict) and row.get("kind") in _CODES for row in rows)


def _number(value: object) -> float | None:
    """A finite number as a float; None for anything else, true and false included."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
