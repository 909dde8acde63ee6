"""What receiving says to a person at the bench: every sentence of it. Codes in it have been checked, names cleaned."""

from __future__ import annotations

from collections.abc import Set
from typing import Final

from hardware.scanners.grammar.meaning import TakenFor
from station.receiving.wording import many
from station.store.receipt import Counted, Delivery, Kind, KindTally, Outcome, Receipt, Tally

__all__ = [
    "CARRIERS",
    "MISREAD",
    "NOTHING_OPEN",
    "NOTHING_TO_CLOSE",
    "NOTHING_TO_MARK",
    "NOTHING_TO_UNDO",
    "NOT_CLOSED",
    "NOT_OPENED",
    "PROMPTS",
    "REFERENCE_ALONE",
    "SCAN_THE_REFERENCE",
    "SEVERAL",
    "again",
    "answer_first",
    "ask_blind",
    "ask_close",
    "closed",
    "closed_already",
    "damaged",
    "extra",
    "first_the_delivery",
    "first_this_one",
    "how_to_answer",
    "instead",
    "is_open",
    "line",
    "marked_already",
    "opened",
    "received",
    "undone",
]

SCAN_THE_REFERENCE: Final = "SCAN OR TYPE THE DELIVERY'S REFERENCE"
PROMPTS: Final = {Kind.CARTON: "SCAN A CARTON", Kind.LAPTOP: "SCAN A LAPTOP", Kind.PALLET: "SCAN A CARTON"}

NOTHING_OPEN: Final = "No delivery is open. Scan or type its reference first: it is on the delivery note."
NOTHING_TO_CLOSE: Final = "No delivery is open, so there is none to close."
NOTHING_TO_MARK: Final = "Scan the label of the damaged one first, then press FAIL."
NOTHING_TO_UNDO: Final = "Nothing is left to take back."
NOT_CLOSED: Final = "The delivery stays open. Scan on."
NOT_OPENED: Final = "No delivery was opened. Scan or type the reference on the delivery note."
REFERENCE_ALONE: Final = "Several codes were read at once. Scan the delivery's reference alone, or type it."
SEVERAL: Final = "Several cartons or laptops were read at once. Scan one label at a time."
MISREAD: Final = "The number of a carton was misread: its check digit is wrong. Scan it again."
CARRIERS: Final = (
    "That is the carrier's label: it names the parcel, not what is in it. Scan the carton's own label (SSCC), or S/N."
)

_INSTEAD: Final = {
    TakenFor.GTIN: "That is the article's number, the same on every carton of its kind.",
    TakenFor.PART_NUMBER: "That is a part number, the same on every carton of its kind.",
    TakenFor.MODEL: "That is a model's number, the same on every carton of its kind.",
    TakenFor.ORDER: "That is an order's number.",
    TakenFor.LOT: "That is a lot's number.",
    TakenFor.QUANTITY: "That is a quantity.",
    TakenFor.DATE: "That is a date.",
    TakenFor.MAC: "That is a MAC address.",
    TakenFor.URL: "That is a web address.",
    TakenFor.PRODUCT_KEY: "That is a product key.",
    TakenFor.SNID: "That is an SNID.",
    TakenFor.ASSET_TAG: "That is an asset tag.",
}
_KINDS: Final = {kind.value: kind for kind in TakenFor}


def instead(kinds: Set[str], by: Kind) -> str:
    """What was read is no carton's number and no laptop's: what it is, and what to scan."""
    known = {_KINDS[kind] for kind in kinds if kind in _KINDS}
    said = _INSTEAD.get(next(iter(known)), "") if len(known) == 1 else ""
    return f"{said or 'That is no number of a carton or a laptop.'} {_scan(by)}"


def _scan(by: Kind) -> str:
    if by is Kind.LAPTOP:
        return "Scan the code marked S/N."
    return "Scan the carton's own label (SSCC: 18 digits, (00) before them), or a laptop's S/N."


def opened(delivery: Delivery, tally: Tally) -> str:
    """A delivery came to the door."""
    by = tally.counts_by
    supplier = f" from {delivery.supplier}" if delivery.supplier else ""
    if not by.expected:
        return f"{delivery.reference} is open, with no list. Scan each carton, or each laptop."
    return f"{delivery.reference}{supplier} is open: {many(by.expected, by.kind.value)} expected. Scan them."


def is_open(delivery: Delivery) -> str:
    """Its own reference was scanned again."""
    return f"{delivery.reference} is open already. Scan what comes in."


def first_this_one(now: Delivery, other: str) -> str:
    """The reference of another delivery was scanned."""
    return f"{now.reference} is open. Close it first (NEXT), then scan {other} again."


def first_the_delivery(code: str, reference: str) -> str:
    """A carton or laptop was scanned with nothing open, and a list names it."""
    return f"{code} is on the list of {reference}. Open that first: scan or type {reference}."


def closed_already(delivery: Delivery) -> str:
    """The reference is that of a closed delivery."""
    return (
        f"{delivery.reference} was closed by {delivery.closed_by}. What came later has a reference of its own, such as"
        f" {delivery.reference}-2."
    )


def ask_blind(reference: str, like_a_serial: bool) -> str:
    """May a delivery be opened of which nothing was advised?"""
    doubt = " It reads like a laptop's serial number." if like_a_serial else ""
    return f"{reference} is not known here.{doubt} Open it as a delivery without a list?"


def ask_close(delivery: Delivery, tally: Tally) -> str:
    """May the delivery be closed?"""
    by = tally.counts_by
    if not by.expected:
        return f"Close {delivery.reference}? {many(by.scanned, by.kind.value)} came."
    if not by.missing:
        return f"Close {delivery.reference}? Nothing is missing."
    are = "is" if by.missing == 1 else "are"
    return f"Close {delivery.reference}? {by.missing:,} of {many(by.expected, by.kind.value)} {are} missing."


def how_to_answer(question: str) -> str:
    """The question as the answer to a scan or a key."""
    return f"{question} GO: yes. UNDO: no."


def answer_first(question: str) -> str:
    """Another key was pressed while something is asked."""
    return how_to_answer(f"Answer first: {question}")


def closed(delivery: Delivery, tally: Tally) -> str:
    """It is closed."""
    by = tally.counts_by
    came = by.received if by.expected else by.scanned
    missing = f", {by.missing:,} missing" if by.expected else ""
    return (
        f"{delivery.reference} is closed: {many(came, by.kind.value)} received{missing}, {tally.extra:,} extra,"
        f" {tally.damaged:,} damaged."
    )


def received(one: Counted, by: KindTally) -> str:
    """Counted in."""
    parts = [f"{_named(one.receipt)}: received{_with(one)}."]
    if one.receipt.kind is Kind.LAPTOP and one.parent_kind is Kind.CARTON and not one.parent_came:
        parts.append(f"Its carton {one.parent} was not scanned.")
    if by.expected:
        unlisted = "" if one.listed else f" The list names no {one.receipt.kind.value}s."
        parts.append(f"{by.received:,} of {many(by.expected, by.kind.value)}, {by.missing:,} missing.{unlisted}")
    else:
        parts.append(f"{many(by.scanned, by.kind.value)} so far.")
    return " ".join(parts)


def again(one: Counted) -> str:
    """Scanned once more."""
    parts = [f"{_named(one.receipt)} was scanned already, by {one.receipt.by}: counted once."]
    if one.receipt.outcome is Outcome.DAMAGED:
        parts.append("It is marked as damaged.")
    if one.extra:
        parts.append("It is not on this delivery: query shelf.")
    return " ".join(parts)


def extra(one: Counted, elsewhere: str, pallets_listed: bool) -> str:
    """Not on the delivery."""
    receipt = one.receipt
    parts = [f"NOT ON {receipt.reference}: {receipt.kind.value} {receipt.code}. Put it aside on the query shelf."]
    if elsewhere:
        parts.append(f"It is on the list of {elsewhere}.")
    elif receipt.kind is Kind.CARTON and not pallets_listed:
        parts.append("A whole pallet's label? UNDO, and scan its cartons.")
    return " ".join(parts)


def damaged(one: Counted) -> str:
    """Marked as damaged."""
    return f"{_named(one.receipt)}: damaged. Put it aside, take a photo. UNDO takes that back."


def marked_already(one: Counted) -> str:
    """FAIL a second time."""
    return f"{_named(one.receipt)} is marked as damaged already, by {one.receipt.by}."


def undone(receipt: Receipt, restored: bool) -> str:
    """The last was taken back."""
    if restored:
        return f"Taken back: {receipt.kind.value} {receipt.code} is not damaged. It is still counted in."
    return f"Taken back: {receipt.kind.value} {receipt.code} is not counted in any more."


def line(one: Counted, *, twice: bool = False) -> str:
    """Beside the code on its line: its model, what is in it, what it is in, and what is odd about it."""
    if twice:
        return "scanned already: counted once"
    parts = [one.model] if one.model else []
    if one.inside and one.inside_kind is not None:
        parts.append(many(one.inside, one.inside_kind.value))
    if one.extra:
        parts.append("not on this delivery: query shelf")
    elif one.parent and one.parent_kind is not None:
        parts.append(f"{one.parent_kind.value} {one.parent}")
        if one.receipt.kind is Kind.LAPTOP and one.parent_kind is Kind.CARTON and not one.parent_came:
            parts[-1] += " not scanned"
    return ", ".join(parts)


def _named(receipt: Receipt) -> str:
    return f"{receipt.kind.value.capitalize()} {receipt.code}"


def _with(one: Counted) -> str:
    if one.receipt.kind is Kind.PALLET and one.inside and one.inside_kind is not None:
        return f", and {many(one.inside, one.inside_kind.value)} with it"
    return ""
