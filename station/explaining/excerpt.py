"""The bytes that a reading was read from: the smallest part of each named item with which it is still read the same.

The items are narrowed down one after the other, so that what is left of all of them together gives the reading. The
rest of the bundle stays as it was; that the reading comes from another item instead does not count as the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from typing import Final

import msgspec
from msgspec import Struct

from hardware.evidence.bundle import Bundle, Item
from specs.profile import Requirement
from station.explaining.forms.choosing import form_of
from station.explaining.forms.form import Form, Run
from station.explaining.reduction import Budget, reduced
from station.explaining.rereading import Outcome, outcome_of, reread

__all__ = ["MOST_COUNTED", "MOST_ITEMS_NARROWED", "MOST_LINES", "Excerpt", "Narrowed", "Piece", "narrowed"]

MOST_LINES: Final = 12
"""Lines of one item that are shown; a screen has 24."""
MOST_COUNTED: Final = 1000
"""Lines past those that are counted."""
MOST_PIECES: Final = 256
"""Runs of bytes of one item that are told as data."""
MOST_BYTES: Final = 2**16
"""Bytes of one item that are told as data."""
MOST_ITEMS_NARROWED: Final = 4
"""Items of one reading that are narrowed down: more do not fit on a screen, and each may take seconds."""

Clock = Callable[[], float]


class Piece(Struct, frozen=True):
    """Some bytes of an item: from `start` to `end` (behind the last), in hexadecimal."""

    start: int
    end: int
    hex: str


class Excerpt(Struct, frozen=True):
    """What of one item the reading was read from. `size` counts its bytes, `lines` shows them; `more` lines are not
    shown (counted up to `MOST_COUNTED`).

    `finished` is false where the search was ended by its bounds: then less may be enough. `asked` counts readings.
    """

    item: str
    form: str
    size: int
    pieces: tuple[Piece, ...]
    lines: tuple[str, ...]
    more: int
    finished: bool
    asked: int


class Narrowed(Struct, frozen=True):
    """The excerpts, in the order of the items, and the bundle in which only they are left of those items."""

    excerpts: tuple[Excerpt, ...]
    bundle: Bundle


def narrowed(bundle: Bundle, row: Requirement, target: Outcome, items: Sequence[str], clock: Clock) -> Narrowed:
    """The excerpts of `items`, of which the bundle has bytes, for a reading that is known to come to `target`.

    Items that the reading does not need are left out of the readings meanwhile, for speed; where they turn out to
    matter after all, it is done again with all of them.
    """
    beside = _beside(bundle, row, target, items, clock)
    found = _excerpts(bundle, beside, row, target, items, clock)
    if len(beside) < len(bundle.items) and not _same(found.bundle, row, target):
        found = _excerpts(bundle, tuple(bundle.items), row, target, items, clock)
    return found


def _excerpts(
    bundle: Bundle, beside: Sequence[str], row: Requirement, target: Outcome, items: Sequence[str], clock: Clock
) -> Narrowed:
    """The excerpts, read in the company of `beside` only; the bundle is whole again."""
    small = _only(bundle, beside)
    excerpts: list[Excerpt] = []
    for item_id in items:
        excerpt, data = _narrowed(small, item_id, row, target, clock)
        excerpts.append(excerpt)
        small, bundle = _with(small, item_id, data), _with(bundle, item_id, data)
    return Narrowed(tuple(excerpts), bundle)


def _beside(bundle: Bundle, row: Requirement, target: Outcome, items: Iterable[str], clock: Clock) -> tuple[str, ...]:
    """The items without which the reading is another, the named ones among them, in the bundle's order."""
    named = {*items, *target.evidence}
    others = [item_id for item_id in bundle.items if item_id not in named]
    wanted = [item_id for item_id in bundle.items if item_id in named]
    budget = Budget(clock, questions=100, seconds=1.0)

    def same(kept: Sequence[int]) -> bool:
        budget.count()
        return _same(_only(bundle, [*wanted, *(others[number] for number in kept)]), row, target)

    kept: Sequence[int] = () if same(()) else reduced(range(len(others)), same, budget).kept
    left = {*wanted, *(others[number] for number in kept)}
    return tuple(item_id for item_id in bundle.items if item_id in left)


def _narrowed(bundle: Bundle, item_id: str, row: Requirement, target: Outcome, clock: Clock) -> tuple[Excerpt, bytes]:
    """The excerpt of one item, and what its bytes are without all the rest."""
    original = bundle.items[item_id].data
    budget = Budget(clock)
    form = form_of(item_id, original)
    last: bytes | None = None

    def reads_same(data: bytes) -> bool:
        nonlocal last
        if data == last:
            return True
        budget.count()
        if _same(_with(bundle, item_id, data), row, target):
            last = data
            return True
        return False

    parts = form.parts()
    if not reads_same(form.rebuilt(parts)):
        # Its form cannot be put together again as the parser wants it, so it is shown from its beginning.
        return _excerpt(item_id, form, parts, original, budget, finished=False), original
    result = reduced(parts, lambda kept: reads_same(form.rebuilt(kept)), budget)
    kept = list(result.kept)
    for part in form.doubtful(kept):
        if budget.spent:
            break
        budget.count()
        if not _same(_with(bundle, item_id, form.spoilt(kept, part)), row, target):
            kept.append(part)
    kept.sort()
    return _excerpt(item_id, form, kept, original, budget, finished=result.finished), form.rebuilt(kept)


def _excerpt(item_id: str, form: Form, kept: Sequence[int], data: bytes, budget: Budget, *, finished: bool) -> Excerpt:
    spans = form.spans(kept)
    shown = list(islice(form.shown(kept), MOST_LINES + MOST_COUNTED))
    return Excerpt(
        item=item_id,
        form=form.name,
        size=sum(span.end - span.start for span in spans),
        pieces=_pieces(data, spans),
        lines=tuple(shown[:MOST_LINES]),
        more=max(len(shown) - MOST_LINES, 0),
        finished=finished,
        asked=budget.asked,
    )


def _pieces(data: bytes, spans: Sequence[Run]) -> tuple[Piece, ...]:
    found: list[Piece] = []
    room = MOST_BYTES
    for span in spans[:MOST_PIECES]:
        if room <= 0:
            break
        end = min(span.end, span.start + room)
        room -= end - span.start
        found.append(Piece(span.start, end, data[span.start : end].hex()))
    return tuple(found)


def _same(bundle: Bundle, row: Requirement, target: Outcome) -> bool:
    return outcome_of(reread(bundle, row)) == target


def _only(bundle: Bundle, items: Sequence[str]) -> Bundle:
    return _of(bundle, {item_id: bundle.items[item_id] for item_id in items})


def _with(bundle: Bundle, item_id: str, data: bytes) -> Bundle:
    changed = msgspec.structs.replace(bundle.items[item_id], data=data)
    return _of(bundle, {**bundle.items, item_id: changed})


def _of(bundle: Bundle, items: Mapping[str, Item]) -> Bundle:
    return Bundle(bundle.manifest, items)
