"""One delivery in full, as it stands: for `station delivery show`."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from station.store.bench_store import BenchStore
from station.store.receipt import Counted, Delivery, Expected, Kind, Outcome, Receipt, Tally
from station.store.receipt_book import ReceiptBook
from station.store.receipt_figures import ReceiptFigures

__all__ = ["DeliveryReport", "report_of"]


class DeliveryReport(Struct, frozen=True):
    """A delivery and all its codes. `standing` is what was counted in, newest first; `within` came in something that
    was; `missing` are cartons and laptops: a pallet is no thing to miss. `taken_back` are receipts that do not stand.
    """

    delivery: Delivery
    tally: Tally
    standing: tuple[Counted, ...]
    within: tuple[Expected, ...]
    missing: tuple[Expected, ...]
    taken_back: tuple[Receipt, ...]

    def gaps(self) -> tuple[Expected, ...]:
        """What is missing, without what is in something that is missing itself."""
        codes = {one.code for one in self.missing}
        return tuple(one for one in self.missing if one.parent not in codes)

    def document(self) -> dict[str, Any]:
        """It as one JSON document."""
        by_outcome = {
            outcome: [msgspec.to_builtins(one.receipt) for one in self.standing if one.receipt.outcome is outcome]
            for outcome in Outcome
        }
        return {
            **msgspec.to_builtins(self.delivery),
            "tally": msgspec.to_builtins(self.tally),
            "received": by_outcome[Outcome.RECEIVED],
            "came_within": msgspec.to_builtins(self.within),
            "missing": msgspec.to_builtins(self.missing),
            "extra": by_outcome[Outcome.EXTRA],
            "damaged": by_outcome[Outcome.DAMAGED],
            "taken_back": msgspec.to_builtins(self.taken_back),
        }


def report_of(store: BenchStore, reference: str) -> DeliveryReport | None:
    """The report of one delivery; None where it is not known."""
    delivery = ReceiptBook(store).delivery(reference)
    if delivery is None:
        return None
    figures = ReceiptFigures(store)
    missing = [one for kind in (Kind.CARTON, Kind.LAPTOP) for one in figures.missing(reference, kind)]
    return DeliveryReport(
        delivery,
        figures.tally(reference),
        tuple(figures.latest(reference)),
        tuple(figures.within(reference)),
        tuple(missing),
        tuple(figures.taken_back(reference)),
    )
