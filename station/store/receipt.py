"""What came in at the door, as values: deliveries, what was advised of them, receipts, and what they add up to.

    pallet > carton > laptop        what a thing is in was counted in: then it has come too

A list may name any of the three; what it names is `Expected`, and what a person scanned is a `Receipt`.
"""

from __future__ import annotations

from enum import Enum
from typing import Final

from msgspec import Struct

__all__ = [
    "LONGEST_NAME",
    "LONGEST_SUPPLIER",
    "Counted",
    "Delivery",
    "Difference",
    "Expected",
    "Kind",
    "KindTally",
    "Outcome",
    "Receipt",
    "Taken",
    "Tally",
    "Undone",
]

LONGEST_NAME: Final = 80
"""Of a person's name, as everywhere in the store."""
LONGEST_SUPPLIER: Final = 80
"""Letters of a supplier's name: what a line of the screen holds."""


class Kind(Enum):
    """What a code is on."""

    PALLET = "pallet"
    CARTON = "carton"
    LAPTOP = "laptop"


class Outcome(Enum):
    """How it came in. `received`: as advised, or nothing was advised. `extra`: the delivery's list names others of its
    kind, and not this one. `damaged`: it came, on the list or not, and a person saw that it is damaged.
    """

    RECEIVED = "received"
    EXTRA = "extra"
    DAMAGED = "damaged"


class Expected(Struct, frozen=True):
    """One line of what was advised. `parent` is the code of what it is in (empty: nothing that the list names)."""

    code: str
    kind: Kind
    parent: str = ""
    model: str = ""


class Delivery(Struct, frozen=True):
    """One delivery. Times are UTC, RFC 3339, and empty where that has not happened yet."""

    reference: str
    supplier: str
    made_at: str
    made_by: str
    opened_at: str = ""
    opened_by: str = ""
    closed_at: str = ""
    closed_by: str = ""


class Receipt(Struct, frozen=True):
    """One code that was counted in, by whom, and where it was taken back, when and by whom.

    `replaces` is the receipt that this one stands in for: the same code before it was found damaged.
    """

    receipt_id: str
    reference: str
    code: str
    kind: Kind
    outcome: Outcome
    at: str
    by: str
    replaces: str = ""
    undone_at: str = ""
    undone_by: str = ""


class Counted(Struct, frozen=True):
    """A receipt and what the list says of it. `extra`: it is not on the delivery, damaged or not. `model` is empty
    where the list names none. `parent` is what it is in, `parent_came` whether that was counted in; `inside` counts
    what the list says is in it, of `inside_kind`.
    """

    receipt: Receipt
    listed: bool
    extra: bool = False
    model: str = ""
    parent: str = ""
    parent_kind: Kind | None = None
    parent_came: bool = False
    inside: int = 0
    inside_kind: Kind | None = None


class Taken(Struct, frozen=True):
    """What came of counting a code in, or of marking it damaged: how it stands now, and `again` where nothing was done
    because it stood so already.
    """

    counted: Counted
    again: bool


class Undone(Struct, frozen=True):
    """What was taken back. `restored`: it was the damage alone, and the thing itself is still counted in."""

    receipt: Receipt
    restored: bool


class KindTally(Struct, frozen=True):
    """Of one kind of a delivery's list: `expected` = `received` + `missing`. A thing is received where it was scanned,
    or what it is in. `scanned` counts receipts of that kind, on the list or not.
    """

    kind: Kind
    expected: int
    received: int
    missing: int
    scanned: int


class Tally(Struct, frozen=True):
    """What a delivery adds up to. `extra` and `damaged` are of every kind; what is extra and damaged is in both."""

    kinds: tuple[KindTally, ...]
    extra: int
    damaged: int

    @property
    def counts_by(self) -> KindTally:
        """The kind that is counted at the door: cartons where the list names any, else laptops, else what came."""
        of = {tally.kind: tally for tally in self.kinds}
        cartons, laptops = of[Kind.CARTON], of[Kind.LAPTOP]
        if cartons.expected or laptops.expected:
            return cartons if cartons.expected else laptops
        return laptops if laptops.scanned and not cartons.scanned else cartons


class Difference(Struct, frozen=True):
    """What a list changes against the one before it: codes. `new`: the delivery was not known."""

    new: bool
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]
