"""A page that was drawn: a picture in black and white, and which codes must be readable on it."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image

__all__ = ["DrawnCode", "Page"]


@dataclass(frozen=True, slots=True)
class DrawnCode:
    """A code on a page: its exact text and its symbology ("Code128", "DataMatrix", "QRCode")."""

    text: str
    symbology: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page. `picture` is of mode "1" (white 1, black 0), its size in dots at `dots_per_inch`."""

    picture: Image.Image
    dots_per_inch: int
    codes: tuple[DrawnCode, ...]

    @property
    def width_mm(self) -> float:
        """The width in millimetres."""
        return self.picture.width * 25.4 / self.dots_per_inch

    @property
    def height_mm(self) -> float:
        """The height in millimetres."""
        return self.picture.height * 25.4 / self.dots_per_inch
