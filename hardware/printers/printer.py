"""What every printer does: it takes pages that were drawn and proven, and says in one sentence why it cannot."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from hardware.printers.page import Page

__all__ = ["Printer", "PrinterCondition", "PrinterError", "PrinterHolds", "PrinterRefused"]


class PrinterError(Exception):
    """The page was not printed and may be tried again: no paper, switched off, cable out. One sentence with the
    remedy."""


class PrinterHolds(PrinterError):
    """The printer has, or may have, every byte of the page and did not say that it came out: paper ran out in the
    middle, it fell silent, or the way to it broke after the last byte. Sent again, the page may come out twice; not
    sent again, it may never come out."""


class PrinterRefused(Exception):
    """The page cannot be printed here, now or later: no such kind of printer, a page of another size. One sentence."""


class PrinterCondition(Struct, frozen=True):
    """How a printer is: `ready`, and a sentence where it is not. `asked` is False where the kind cannot be asked."""

    ready: bool
    sentence: str = ""
    asked: bool = True


class Printer(Protocol):
    """One printer. `print` returns when the printer has taken every byte, and nothing was half-sent knowingly."""

    @property
    def name(self) -> str:
        """What a person calls it: "label printer 127.0.0.1:9100", "PNG files in labels/"."""
        ...

    @property
    def dots_per_inch(self) -> int:
        """Resolution in which its pages must be drawn."""
        ...

    def condition(self) -> PrinterCondition:
        """Asks the printer how it is; never raises."""
        ...

    def print(self, page: Page, name: str) -> None:
        """Prints one page; `name` is for printers that make files.

        Raises `PrinterError` where it did not come out, `PrinterHolds` where nobody can tell, and `PrinterRefused`.
        """
        ...
