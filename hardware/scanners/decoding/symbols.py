"""What decoding gives: the symbols in one picture, and what would help where there were some that could not be read."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from hardware.scanners.scanner import Code

__all__ = ["Advice", "Corners", "FrameReading", "Symbol"]

Corners = tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]
"""Corners in pixels of the whole picture, in the symbol's own order: top left, top right, bottom right, bottom left."""


class Symbol(Struct, frozen=True):
    """One symbol that was read. `format` is its name ("Code128", "DataMatrix", ...), `linear` tells a 1-D code.

    `seen_by` names the engines and stages that read this same text here, the first one first ("zxing region",
    "zbar blurred"): it is for people who ask why, and for the vote.
    """

    code: Code
    format: str
    linear: bool
    corners: Corners
    seen_by: tuple[str, ...] = ()


class Advice(Enum):
    """What the one who holds the label can do where a symbol is there and cannot be read."""

    CLOSER = "closer"
    HOLD_STILL = "hold still"
    MORE_LIGHT = "more light"
    FOCUS = "focus"
    LESS_GLARE = "less glare"


class FrameReading(Struct, frozen=True):
    """One picture read: its symbols, each once; `advice` only where something looks like a code that was not read."""

    symbols: tuple[Symbol, ...]
    advice: Advice | None = None
