"""What the codes on a label mean: values only."""

from __future__ import annotations

from enum import Enum
from typing import Final

from msgspec import Struct

from hardware.scanners.scanner import Code

__all__ = ["GENERAL_RULE", "LabelReading", "Meaning", "TakenFor"]

GENERAL_RULE: Final = "general"
"""The rule of a meaning that rests on the form alone that most serial numbers have: no identifier and no maker's rule
(but a loose one) says that it is one. An order number or a lot number looks the same."""


class TakenFor(Enum):
    """What a code, or a field of one, was taken for."""

    SERIAL = "serial"
    PART_NUMBER = "part number"
    MODEL = "model"
    MAC = "MAC address"
    GTIN = "GTIN"
    SSCC = "SSCC"
    SNID = "SNID"
    ASSET_TAG = "asset tag"
    PRODUCT_KEY = "product key"
    LOT = "lot"
    QUANTITY = "quantity"
    ORDER = "order"
    DATE = "date"
    URL = "web address"
    OUR_LABEL = "our own label"
    COMMAND = "command"
    OTHER = "other"
    UNKNOWN = "unknown"


class Meaning(Struct, frozen=True):
    """One field of one code: what it was taken for, its value (normalised, clean), and why, in a sentence.

    `code` is the place of the code among those that were read (from 0); one code may have several fields. `rule` names
    the rule ("gs1 AI 21", "lenovo.1s", "general"), `maker` the maker whose rule it is.
    """

    code: int
    taken_for: TakenFor
    value: str
    rule: str
    why: str
    maker: str = ""


class LabelReading(Struct, frozen=True):
    """All codes of one label understood together. `serial` is the serial number in the form of
    `specs.identifiers.Serial`, or empty, and then `sentence` says why and what to scan instead.

    `chosen` is the place in `meanings` of the one that gave the serial, or None.
    """

    codes: tuple[Code, ...]
    meanings: tuple[Meaning, ...]
    serial: str = ""
    chosen: int | None = None
    sentence: str = ""

    @property
    def only_by_form(self) -> bool:
        """True where the serial number rests on `GENERAL_RULE` alone: ask whether it is the code marked S/N."""
        return self.chosen is not None and self.meanings[self.chosen].rule == GENERAL_RULE
