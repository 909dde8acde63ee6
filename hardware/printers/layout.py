"""A layout: where everything stands on a page, as values. Read from TOML by `layout_file`, drawn by `drawing`.

All lengths are millimetres, from the page's (or the cell's) left and top edges.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from specs.profile import Fault

__all__ = [
    "CODE_FIELDS",
    "LABEL_FIELDS",
    "SHEET_CELL_FIELDS",
    "SHEET_PAGE_FIELDS",
    "SMALLEST_BAR",
    "SMALLEST_MODULE",
    "Align",
    "Box",
    "CodeElement",
    "Element",
    "Grid",
    "Layout",
    "LayoutError",
    "Otherwise",
    "Place",
    "TextElement",
    "fields_of",
    "fill",
]

LABEL_FIELDS: Final = (
    "serial",
    "verdict_word",
    "profile",
    "attempt_id",
    "laptop",
    "tested_at",
    "bench",
    "operator",
    "note",
    "reason",
    "payload",
)
CODE_FIELDS: Final = ("serial", "verdict_word", "profile", "attempt_id", "payload", "code")
"""Fields that a barcode may hold: those that were checked to be printable ASCII. What a device says is never one."""
SHEET_PAGE_FIELDS: Final = ("page", "pages")
SHEET_CELL_FIELDS: Final = ("caption", "code")

SMALLEST_BAR: Final = 0.19
"""Millimetres of a Code 128's narrowest bar: 7.5 thousandths of an inch: our choice. At 203 dots per inch
that is two dots (0.25 mm), so that no bar hangs on a single dot of the print head."""
SMALLEST_MODULE: Final = 0.25
"""Millimetres of a two-dimensional code's module: two dots at 203 dots per inch, three at 300, six at 600."""

_FIELD: Final = re.compile(r"\{([^{}]*)\}")


Align: TypeAlias = Literal["left", "centre", "right"]
Otherwise: TypeAlias = Literal["", "datamatrix", "qr"]


class LayoutError(Exception):
    """The layout cannot be used. `faults` holds every fault found; the message is the first."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(str(faults[0]))
        self.faults = faults


class Place(Struct, frozen=True):
    """A rectangle in millimetres."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height

    def within(self, width: float, height: float) -> bool:
        """True where it lies whole on a page of this size; a hundredth of a millimetre is forgiven."""
        return self.left >= 0 and self.top >= 0 and self.right <= width + 0.01 and self.bottom <= height + 0.01

    def overlaps(self, other: Place) -> bool:
        """True where both cover some of the same."""
        apart = self.right <= other.left or other.right <= self.left
        return not (apart or self.bottom <= other.top or other.bottom <= self.top)


class TextElement(Struct, frozen=True):
    """Text in a place. It is drawn `size` high (of its letters' em) where it fits, smaller down to `smallest` where
    not, and is cut with "…" where that does not fit either. On one line it stands in the middle of the place's height,
    on several at its top. A serial or a verdict is never cut: the label is refused. `band` is white letters on black.

    `only_with` names a field: where that one is blank, nothing is drawn.
    """

    place: Place
    text: str
    size: float
    smallest: float
    bold: bool = False
    align: Align = "left"
    lines: int = 1
    band: bool = False
    only_with: str = ""


class CodeElement(Struct, frozen=True):
    """A barcode in a place, as large as whole dots allow, in its middle; the place includes the quiet zone.

    `bar` is how wide its narrowest bar (or its module) is at most: it is as many whole dots as fit, never more than
    that. `otherwise` is the symbology in which it is drawn where the first one would need bars that are too thin;
    empty where the label is refused then.
    """

    place: Place
    symbology: Literal["code128", "datamatrix", "qr"]
    text: str
    bar: float
    otherwise: Otherwise = ""


class Box(Struct, frozen=True):
    """A frame whose lines are `thickness` thick, inside its place; `filled` is black all over, as for a line."""

    place: Place
    thickness: float = 0.4
    filled: bool = False


Element: TypeAlias = TextElement | CodeElement | Box


class Grid(Struct, frozen=True):
    """Cells of one size over a list of (caption, code), row by row; what does not fit is on further pages."""

    place: Place
    columns: int
    rows: int
    elements: tuple[Element, ...]

    @property
    def cell_width(self) -> float:
        return self.place.width / self.columns

    @property
    def cell_height(self) -> float:
        return self.place.height / self.rows


class Layout(Struct, frozen=True):
    """One page's design. With a `grid` it is a sheet of codes, else the label of one laptop."""

    name: str
    title: str
    width: float
    height: float
    elements: tuple[Element, ...]
    grid: Grid | None = None


def fields_of(template: str) -> tuple[str, ...]:
    """The names in a template: "Bench {bench}" has one."""
    return tuple(_FIELD.findall(template))


def fill(template: str, values: Mapping[str, str]) -> str:
    """The template with its fields' values, each taken as it is: what stands in a value is never read as a field."""
    return _FIELD.sub(lambda found: values[found[1]], template)
