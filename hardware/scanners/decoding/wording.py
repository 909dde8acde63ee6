"""The decoder's catalogue: what is said of pictures that cannot be read."""

from __future__ import annotations

from typing import Final

from specs.text import clean

__all__ = [
    "CORRUPT",
    "EMPTY",
    "FAR_TOO_MANY_PIXELS",
    "FOLDER",
    "MISSING",
    "NOT_A_PICTURE",
    "TOO_MANY_BYTES",
    "TOO_MANY_PIXELS",
    "UNREADABLE",
    "said",
]

MISSING: Final = "There is no file {file}: check the name and try again."
FOLDER: Final = "{file} is a folder: name the pictures in it."
EMPTY: Final = "{file} is empty: take or copy the picture again."
UNREADABLE: Final = "{file} cannot be opened ({reason}): check who may read it."
TOO_MANY_BYTES: Final = "{file} has {size:,} MB, more than {most:,}: save it as JPEG or PNG in a smaller size."
TOO_MANY_PIXELS: Final = "{file} has {size:,} million pixels, more than {most:,}: save it in a smaller size."
FAR_TOO_MANY_PIXELS: Final = "{file} has far more than {most:,} million pixels: save it in a smaller size."
NOT_A_PICTURE: Final = "{file} is no picture that can be read here: use JPEG, PNG, BMP, TIFF or WebP."
CORRUPT: Final = "{file} is damaged or was cut off: take or copy the picture again."


def said(sentence: str, file: str, **values: object) -> str:
    """A sentence about a file, whose name comes from outside and is cleaned."""
    return sentence.format(file=clean(file, 120) or "The file", **values)
