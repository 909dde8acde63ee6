"""A badge as a page: the size of a bank card (ISO/IEC 7810 ID-1: 85.6 x 53.98 mm), with a name, a code and a role.

The secret is in the bars and in no letters: who looks over a shoulder reads a name.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from hardware.printers.drawing import draw_sheet
from hardware.printers.layout import Box, CodeElement, Grid, Layout, Place, TextElement
from hardware.printers.page import Page
from station.people import wording
from station.store.people_book import Role

__all__ = ["BadgeCode", "badge_page"]

BadgeCode: TypeAlias = Literal["code128", "qr"]
"""Every scanner reads the first; the second is read at any angle, by those that read it."""

_WIDTH: Final = 85.6
_HEIGHT: Final = 54.0
_HEAD: Final = TextElement(Place(4, 3, 77.6, 5), wording.BADGE_HEAD, 3.6, 2.8)
_PLACES: Final[dict[BadgeCode, tuple[Place, Place]]] = {
    # Where the name stands, and where the code does: 23 letters of Code 128 need 77 mm with bars of 0.25 mm.
    "code128": (Place(4, 9, 77.6, 15), Place(1.8, 25, 82, 18)),
    "qr": (Place(4, 10, 43, 32), Place(48, 8, 35, 36)),
}
_LINES: Final[dict[BadgeCode, int]] = {"code128": 3, "qr": 5}
"""Of a long name, in that place."""


def badge_page(name: str, role: Role, badge: str, badge_end: str, code: BadgeCode, dpi: int) -> Page:
    """The badge of one person. Raises `PrinterRefused` (its `LabelRefused`) where it cannot be drawn at `dpi`."""
    for_name, for_code = _PLACES[code]
    layout = Layout(
        name="badge",
        title="Badge",
        width=_WIDTH,
        height=_HEIGHT,
        elements=(
            Box(Place(0.5, 0.5, _WIDTH - 1, _HEIGHT - 1), 0.3),
            _HEAD,
            TextElement(Place(4, 45, 77.6, 6), wording.badge_foot(role, badge_end), 4.2, 3),
        ),
        grid=Grid(
            Place(0, 0, _WIDTH, _HEIGHT),
            1,
            1,
            (
                TextElement(for_name, "{caption}", 8, 3.2, bold=True, lines=_LINES[code]),
                CodeElement(for_code, code, "{code}", 0.8 if code == "qr" else 0.3),
            ),
        ),
    )
    [page] = draw_sheet(layout, [(name, badge)], dpi)
    return page
