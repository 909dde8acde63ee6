"""Receiving: a delivery is opened by its reference, and each carton or laptop that is scanned is counted in.

What is open is in the store, so that a restart changes nothing; in memory are only what is asked, and what was scanned
last. The steps are in `receive_steps`, the sentences in `receive_wording`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from msgspec.structs import replace

from hardware.scanners.scanner import Code
from station.bench.command_codes import CommandCode, Verb
from station.bench.keeper import Keeper
from station.bench.pages import ReceivePage
from station.bench.protocol import ScanOutcome
from station.bench.understanding import Understanding
from station.bench.views import receive_steps as steps
from station.bench.views import receive_wording as wording
from station.bench.views.receive_codes import offered
from station.bench.views.receive_page import receive_page
from station.bench.views.receive_steps import Asked, Asking, Step
from station.bench.views.view import Came, Who
from station.clock import Clock
from station.store.receipt_book import ReceiptBook
from station.store.receipt_figures import ReceiptFigures

__all__ = ["ReceiveView"]

T = TypeVar("T")


class ReceiveView:
    """The view of receiving (`station.bench.views.view.BenchView`)."""

    def __init__(self, keeper: Keeper, clock: Clock) -> None:
        self._keeper = keeper
        self._clock = clock
        self._page = ReceivePage(prompt=wording.SCAN_THE_REFERENCE)
        self._asked: Asked | None = None
        self._last: str | None = ""

    @property
    def page(self) -> ReceivePage:
        """What it shows."""
        return self._page

    async def open(self, who: Who) -> None:
        """It comes into view."""
        self._asked, self._last = None, ""
        self._page = await self._ask(receive_page)

    async def refresh(self) -> bool:
        """With a delivery open nobody else changes anything; with none, another one may have been made known."""
        if self._page.reference:
            return False
        asked = self._asked.question if self._asked else ""
        before = self._page
        self._page = await self._ask(lambda book, figures: receive_page(book, figures, asked))
        return self._page != before

    def close(self) -> None:
        """Something else comes into view: what was asked is asked no more."""
        self._asked, self._last = None, ""
        self._page = replace(self._page, asked="")

    async def read(self, codes: Sequence[Code], meaning: Understanding, who: Who) -> Came | None:
        """A reference, a pallet, a carton or a laptop. A scan answers what is asked with no, by carrying on."""
        found = offered(codes, meaning)
        return await self._do(lambda book, figures: steps.scanned(book, figures, found, who.name))

    async def obey(self, command: CommandCode, who: Who) -> Came | None:
        """FAIL: the last is damaged. UNDO: takes the last back, or says no. NEXT: closes. GO: says yes."""
        asked, last = self._asked, self._last
        match command.verb:
            case Verb.GO if asked is not None:
                return await self._do(lambda book, figures: _yes(book, figures, asked, who.name))
            case Verb.UNDO if asked is not None:
                return await self._do(lambda _, __: _no(asked))
            case Verb.UNDO:
                return await self._do(lambda book, _: steps.undo_last(book, who.name))
            case Verb.NEXT if asked is None or asked.what is Asking.CLOSE:
                return await self._do(steps.wants_to_close)
            case Verb.FAIL | Verb.NEXT if asked is not None:
                return Came(ScanOutcome.REFUSED, wording.answer_first(asked.question))
            case Verb.FAIL:
                return await self._do(lambda book, figures: steps.damage_last(book, figures, last, who.name))
        return None

    async def _do(self, step: Callable[[ReceiptBook, ReceiptFigures], Step]) -> Came:
        def done(book: ReceiptBook, figures: ReceiptFigures) -> tuple[Step, ReceivePage]:
            did = step(book, figures)
            return did, receive_page(book, figures, did.asked.question if did.asked else "", did.again)

        did, self._page = await self._ask(done)
        self._asked, self._last = did.asked, did.last
        return did.came

    async def _ask(self, question: Callable[[ReceiptBook, ReceiptFigures], T]) -> T:
        return await self._keeper.ask(lambda store: question(ReceiptBook(store, self._clock), ReceiptFigures(store)))


def _yes(book: ReceiptBook, figures: ReceiptFigures, asked: Asked, who: str) -> Step:
    if asked.what is Asking.BLIND:
        return steps.open_blind(book, figures, asked.reference, who)
    return steps.close_it(book, figures, asked.reference, who)


def _no(asked: Asked) -> Step:
    sentence = wording.NOT_OPENED if asked.what is Asking.BLIND else wording.NOT_CLOSED
    return Step(Came(ScanOutcome.ACCEPTED, sentence))
