"""The page of receiving, read from the store: counts, the latest lines, and what is still missing."""

from __future__ import annotations

from typing import Final

from station.bench.pages import ReceiveLine, ReceivePage
from station.bench.views import receive_wording as wording
from station.store.receipt import Counted
from station.store.receipt_book import ReceiptBook
from station.store.receipt_figures import ReceiptFigures

__all__ = ["LINES", "NAMED", "receive_page"]

LINES: Final = 30
"""Lines of a page: what a screen of 50 rows has room for."""
NAMED: Final = 40
"""Codes by name of what is missing: two rows of a wide screen hold no more."""


def receive_page(
    book: ReceiptBook, figures: ReceiptFigures, asked: str = "", again: Counted | None = None
) -> ReceivePage:
    """The page as it is now; `again` is what has just been scanned a second time. Raises `StoreRefused`."""
    delivery = book.current()
    if delivery is None:
        waiting = tuple(_told(one.reference, one.supplier) for one in book.unopened(NAMED))
        return ReceivePage(prompt=wording.SCAN_THE_REFERENCE, missing_named=waiting, asked=asked)
    tally = figures.tally(delivery.reference)
    by = tally.counts_by
    lines = [_line(one) for one in figures.latest(delivery.reference, LINES)]
    if again is not None:
        lines.insert(0, _line(again, twice=True))
    return ReceivePage(
        reference=delivery.reference,
        supplier=delivery.supplier,
        prompt=wording.PROMPTS[by.kind],
        counted=by.kind.value,
        expected=by.expected,
        received=by.received if by.expected else by.scanned,
        missing=by.missing,
        extra=tally.extra,
        damaged=tally.damaged,
        lines=tuple(lines[:LINES]),
        missing_named=tuple(one.code for one in figures.missing(delivery.reference, by.kind, NAMED)),
        asked=asked,
    )


def _line(one: Counted, *, twice: bool = False) -> ReceiveLine:
    receipt = one.receipt
    return ReceiveLine(
        code=receipt.code,
        kind=receipt.kind.value,
        outcome="again" if twice else receipt.outcome.value,
        sentence=wording.line(one, twice=twice),
        at=receipt.at,
    )


def _told(reference: str, supplier: str) -> str:
    return f"{reference} ({supplier})" if supplier else reference
