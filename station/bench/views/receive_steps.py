"""What one scan or one verb does to the delivery at the door: a step for the store's thread.

Each function works on the book and gives what came of it and what is asked now. They raise `StoreRefused`.
"""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from station.bench.protocol import ScanOutcome
from station.bench.views import receive_wording as wording
from station.bench.views.receive_codes import Offered
from station.bench.views.view import Came
from station.store.journal import ScanFate
from station.store.receipt import Counted, Delivery, Expected, Kind, Outcome
from station.store.receipt_book import ReceiptBook
from station.store.receipt_figures import ReceiptFigures

__all__ = ["Asked", "Asking", "Step", "close_it", "damage_last", "open_blind", "scanned", "undo_last", "wants_to_close"]


class Asking(Enum):
    """What is asked: whether to open a delivery of which nothing is known, or to close the one that is open."""

    BLIND = "blind"
    CLOSE = "close"


class Asked(Struct, frozen=True):
    """A question, of which delivery."""

    what: Asking
    reference: str
    question: str


class Step(Struct, frozen=True):
    """What came of it. `asked` is what is asked from now on. `last` is the code that FAIL speaks of: empty for the one
    that was counted last, None where nothing may be marked, since the last scan was no carton or laptop of this
    delivery. `again` is what was scanned a second time.
    """

    came: Came
    asked: Asked | None = None
    last: str | None = ""
    again: Counted | None = None


def scanned(book: ReceiptBook, figures: ReceiptFigures, found: Offered, who: str) -> Step:
    """Codes that were read together."""
    now = book.current()
    if now is None:
        return _to_open(book, figures, found, who)
    listed = [one for one in (figures.expected(now.reference, code) for code in found.numbers) if one]
    if len({one.code for one in _outermost(listed)}) > 1:
        return _refused(wording.SEVERAL)
    if listed:
        one = _outermost(listed)[0]
        return _count(book, figures, now, one.code, one.kind, who)
    if (other := _known(book, found)) is not None:
        if other.reference == now.reference:
            return Step(Came(ScanOutcome.KNOWN, wording.is_open(now), ScanFate.KNOWN))
        return _refused(wording.first_this_one(now, other.reference))
    return _unlisted(book, figures, now, found, who)


def _outermost(listed: list[Expected]) -> list[Expected]:
    """Of a carton and the laptops whose numbers stand on its label: the carton."""
    return [one for one in listed if one.kind is not Kind.LAPTOP] or listed


def _unlisted(book: ReceiptBook, figures: ReceiptFigures, now: Delivery, found: Offered, who: str) -> Step:
    """Nothing that the list names."""
    counted = [one for one in (figures.counted(now.reference, code) for code in found.numbers) if one]
    if counted:
        return _count(book, figures, now, counted[0].receipt.code, counted[0].receipt.kind, who)
    by = figures.tally(now.reference).counts_by
    if len(found.ssccs) > 1:
        return _refused(wording.SEVERAL)
    if found.ssccs:
        return _count(book, figures, now, found.ssccs[0], Kind.CARTON, who)
    if found.misread:
        return _refused(wording.MISREAD)
    # By its form alone it may be anything; and where cartons alone are counted, it is not what is looked for.
    unsure = found.only_by_form and by.kind is Kind.CARTON and by.expected > 0
    if found.only_by_form and found.carriers:
        return _refused(wording.CARRIERS)
    if not found.serial or (unsure and not figures.names(now.reference, Kind.LAPTOP)):
        return _refused(wording.instead(found.kinds, by.kind))
    return _count(book, figures, now, found.serial, Kind.LAPTOP, who)


def _count(book: ReceiptBook, figures: ReceiptFigures, now: Delivery, code: str, kind: Kind, who: str) -> Step:
    taken = book.receive(now.reference, code, kind, who)
    if taken is None:
        return _refused(wording.NOTHING_OPEN)
    one = taken.counted
    if taken.again:
        return Step(Came(ScanOutcome.KNOWN, wording.again(one), ScanFate.KNOWN), last=code, again=one)
    if one.receipt.outcome is Outcome.EXTRA:
        elsewhere = figures.advised_in(code, now.reference)
        sentence = wording.extra(one, elsewhere, figures.names(now.reference, Kind.PALLET))
        return Step(Came(ScanOutcome.REFUSED, sentence, ScanFate.RECEIVED), last=code)
    sentence = wording.received(one, figures.tally(now.reference).counts_by)
    return Step(Came(ScanOutcome.ACCEPTED, sentence, ScanFate.RECEIVED), last=code)


def _to_open(book: ReceiptBook, figures: ReceiptFigures, found: Offered, who: str) -> Step:
    """No delivery is open: only a reference does something."""
    known = _known(book, found)
    if known is not None:
        if known.closed_at:
            return _refused(wording.closed_already(known))
        return _opened(book.open(known.reference, who), figures)
    for code in found.numbers:
        if reference := figures.advised_in(code):
            return _refused(wording.first_the_delivery(code, reference))
    if found.ssccs or found.misread or found.carriers:
        return _refused(wording.NOTHING_OPEN)
    if not found.reference:
        return _refused(wording.REFERENCE_ALONE if len(found.references) > 1 else wording.NOTHING_OPEN)
    question = wording.ask_blind(found.reference, bool(found.serial) and not found.only_by_form)
    asked = Asked(Asking.BLIND, found.reference, question)
    return Step(Came(ScanOutcome.ACCEPTED, wording.how_to_answer(question)), asked=asked)


def _known(book: ReceiptBook, found: Offered) -> Delivery | None:
    """The delivery whose reference is among the codes."""
    deliveries = (book.delivery(reference) for reference in found.references)
    return next((one for one in deliveries if one is not None), None)


def open_blind(book: ReceiptBook, figures: ReceiptFigures, reference: str, who: str) -> Step:
    """Yes: a delivery without a list."""
    # Somebody may have made it known meanwhile.
    delivery = book.open(reference, who, blind=True) or book.open(reference, who)
    return _opened(delivery, figures)


def _opened(delivery: Delivery | None, figures: ReceiptFigures) -> Step:
    if delivery is None:
        return _refused(wording.NOT_OPENED)
    return Step(Came(ScanOutcome.ACCEPTED, wording.opened(delivery, figures.tally(delivery.reference))))


def damage_last(book: ReceiptBook, figures: ReceiptFigures, last: str | None, who: str) -> Step:
    """FAIL: the last one is damaged."""
    now = book.current()
    if now is None:
        return _refused(wording.NOTHING_OPEN)
    latest = figures.latest(now.reference, 1)
    code = last or (latest[0].receipt.code if latest and last is not None else "")
    taken = book.damage(now.reference, code, who)
    if taken is None:
        return _refused(wording.NOTHING_TO_MARK)
    if taken.again:
        return Step(Came(ScanOutcome.KNOWN, wording.marked_already(taken.counted)), last=code)
    return Step(Came(ScanOutcome.ACCEPTED, wording.damaged(taken.counted)), last=code)


def undo_last(book: ReceiptBook, who: str) -> Step:
    """UNDO: the last one is taken back."""
    now = book.current()
    if now is None:
        return _refused(wording.NOTHING_OPEN)
    undone = book.undo(now.reference, who)
    if undone is None:
        return _refused(wording.NOTHING_TO_UNDO)
    return Step(Came(ScanOutcome.ACCEPTED, wording.undone(undone.receipt, undone.restored)))


def wants_to_close(book: ReceiptBook, figures: ReceiptFigures) -> Step:
    """NEXT: asks whether the delivery is to be closed."""
    now = book.current()
    if now is None:
        return _refused(wording.NOTHING_TO_CLOSE)
    question = wording.ask_close(now, figures.tally(now.reference))
    asked = Asked(Asking.CLOSE, now.reference, question)
    return Step(Came(ScanOutcome.ACCEPTED, wording.how_to_answer(question)), asked=asked)


def close_it(book: ReceiptBook, figures: ReceiptFigures, reference: str, who: str) -> Step:
    """Yes: it is closed."""
    if not book.close(reference, who):
        return _refused(wording.NOTHING_TO_CLOSE)
    delivery = book.delivery(reference)
    assert delivery is not None  # it has just been closed
    return Step(Came(ScanOutcome.ACCEPTED, wording.closed(delivery, figures.tally(reference))))


def _refused(sentence: str) -> Step:
    return Step(Came(ScanOutcome.REFUSED, sentence, ScanFate.REFUSED), last=None)
