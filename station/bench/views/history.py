"""The bench's history: the newest attempts, those of a laptop that is looked up, and one of them opened.

A scan or a typed text looks up and starts nothing. CHOICE opens a row, NEXT shows older ones, UNDO goes back step by
step; HOLD and GO speak to the attempt that is open, and to no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hardware.scanners.scanner import Code
from specs.text import clean
from station.bench import wording as bench_wording
from station.bench.command_codes import CommandCode, Verb
from station.bench.keeper import Keeper
from station.bench.labels import PRINTER, put_on_hold, take_off_hold
from station.bench.pages import HistoryPage
from station.bench.protocol import ScanOutcome
from station.bench.understanding import Understanding
from station.bench.views import wording
from station.bench.views.history_look import HistoryLook, look_at_history, row_of
from station.bench.views.view import Came, Who
from station.clock import Clock
from station.store.attempts_found import (
    LONGEST_PART,
    SHORTEST_PART,
    AttemptFound,
    Counted,
    Wanted,
    attempts_mark,
    count_attempts,
)
from station.store.bench_store import BenchStore
from station.store.journal import ScanFate
from station.store.print_queue import PrintQueue

__all__ = ["HistoryView"]

_NEWEST: Final = 2**62
"""A place that no attempt has reached."""
_EVERYTHING: Final = "*"


class _Hold(Struct, frozen=True):
    """A hold that was just made here."""

    hold_id: str
    serial: str
    attempt_id: str


class HistoryView:
    """The view HISTORY. See `station.bench.views.view.BenchView`."""

    def __init__(self, keeper: Keeper, clock: Clock) -> None:
        self._keeper = keeper
        self._clock = clock
        self._wanted = Wanted()
        self._query = ""
        self._places: list[int] = []
        self._opened: AttemptFound | None = None
        self._held: _Hold | None = None
        self._seen: HistoryLook | None = None
        self._page = HistoryPage()

    @property
    def page(self) -> HistoryPage:
        """What it shows."""
        return self._page

    async def open(self, who: Who) -> None:
        """Everything, newest first."""
        self._back_to_everything()
        await self._look()

    async def refresh(self) -> bool:
        """Reads again where an attempt has ended, or a hold has changed."""
        mark = await self._keeper.ask(attempts_mark)
        if self._seen is not None and mark == self._seen.mark:
            return False
        before = self._page
        await self._look()
        return self._page != before

    def close(self) -> None:
        """What was opened and looked for is forgotten: the next person begins with everything."""
        self._back_to_everything()
        self._seen, self._page = None, HistoryPage()

    async def read(self, codes: Sequence[Code], meaning: Understanding, who: Who) -> Came | None:
        """Looks a laptop up."""
        if len(codes) > 1 and not meaning.serial:
            return Came(ScanOutcome.REFUSED, meaning.sentence or wording.SCAN_ALONE, ScanFate.REFUSED)
        part = clean(meaning.serial or codes[0].text, LONGEST_PART + 1)
        if part in ("", _EVERYTHING):
            await self._show(Wanted(), "")
            return Came(ScanOutcome.ACCEPTED, self._page.sentence or wording.ALL_SHOWN, ScanFate.FOUND)
        if meaning.serial and (await self._count(Wanted(serial=meaning.serial))).total:
            await self._show(Wanted(serial=meaning.serial), meaning.serial)
            return Came(ScanOutcome.ACCEPTED, self._page.sentence, ScanFate.FOUND)
        if len(part) < SHORTEST_PART:
            return Came(ScanOutcome.REFUSED, wording.too_short(part, SHORTEST_PART), ScanFate.REFUSED)
        if len(part) > LONGEST_PART:
            return Came(ScanOutcome.REFUSED, wording.too_long(LONGEST_PART), ScanFate.REFUSED)
        await self._show(Wanted(part=part), part)
        outcome = ScanOutcome.ACCEPTED if self._page.total else ScanOutcome.REFUSED
        return Came(outcome, self._page.sentence, ScanFate.FOUND)

    async def obey(self, command: CommandCode, who: Who) -> Came | None:
        """CHOICE, NEXT, UNDO, HOLD and GO."""
        if not who.name and (command.verb in (Verb.HOLD, Verb.GO) or (command.verb is Verb.UNDO and self._held)):
            return Came(ScanOutcome.REFUSED, bench_wording.SIGN_IN)
        held, self._held = self._held, None
        match command.verb:
            case Verb.CHOICE:
                return await self._choose(command.number)
            case Verb.NEXT:
                return await self._older()
            case Verb.UNDO:
                return await self._undo(held, who)
            case Verb.HOLD:
                return await self._hold(who)
            case Verb.GO:
                return await self._print_again(who)
        return None

    # Going about

    async def _choose(self, number: int) -> Came:
        found = self._seen.found if self._seen else ()
        if not 1 <= number <= len(found):
            return Came(ScanOutcome.REFUSED, wording.no_row(number))
        before, self._opened = self._opened, found[number - 1]
        await self._look_or_undo(opened=before)
        one = found[number - 1]
        said = wording.opened(one.serial, one.verdict, one.status, one.finished_at, self._now)
        return Came(ScanOutcome.ACCEPTED, said)

    async def _older(self) -> Came:
        read = self._seen
        if read is None or not read.found or self._page.first + len(read.found) > self._page.total:
            return Came(ScanOutcome.REFUSED, wording.NO_OLDER)
        before, places = self._opened, list(self._places)
        self._places.append(read.found[-1].place - 1)
        self._opened = None
        await self._look_or_undo(opened=before, places=places)
        page = self._page
        return Came(ScanOutcome.ACCEPTED, wording.older_shown(page.first, page.first + len(page.rows) - 1, page.total))

    async def _undo(self, held: _Hold | None, who: Who) -> Came:
        if held is not None:
            ended = await self._keeper.ask(
                lambda store: take_off_hold(store, held.hold_id, held.serial, held.attempt_id, who.name)
            )
            await self._look()
            if not ended:
                return Came(ScanOutcome.KNOWN, bench_wording.released_before(held.serial))
            return Came(ScanOutcome.ACCEPTED, wording.HOLD_TAKEN_BACK.format(serial=held.serial))
        if self._opened is not None:
            before, self._opened = self._opened, None
            await self._look_or_undo(opened=before)
            return Came(ScanOutcome.ACCEPTED, wording.CLOSED)
        if self._places:
            places, self._places = self._places, self._places[:-1]
            await self._look_or_undo(places=places)
            return Came(ScanOutcome.ACCEPTED, wording.NEWER_SHOWN)
        if self._query:
            await self._show(Wanted(), "")
            return Came(ScanOutcome.ACCEPTED, wording.ALL_SHOWN)
        return Came(ScanOutcome.REFUSED, wording.NEWEST_ALREADY)

    # Doing something with the attempt that is open

    async def _hold(self, who: Who) -> Came:
        one = self._opened
        if one is None:
            return Came(ScanOutcome.REFUSED, wording.OPEN_FIRST)
        hold_id, new = await self._keeper.ask(lambda store: put_on_hold(store, one.serial, one.attempt_id, who.name))
        if not new:
            return Came(ScanOutcome.KNOWN, bench_wording.held_already(one.serial))
        self._held = _Hold(hold_id, one.serial, one.attempt_id)
        await self._look()
        return Came(ScanOutcome.ACCEPTED, bench_wording.held(one.serial))

    async def _print_again(self, who: Who) -> Came:
        one = self._opened
        if one is None:
            return Came(ScanOutcome.REFUSED, wording.OPEN_FIRST)

        def queued(store: BenchStore) -> Came:
            if not store.setting(PRINTER):
                return Came(ScanOutcome.REFUSED, wording.NO_PRINTER)
            jobs = PrintQueue(store, store.clock).of_attempt(one.attempt_id)
            if not jobs:
                return Came(ScanOutcome.REFUSED, wording.NO_LABEL)
            # What makes labels is not loaded until one is asked for: the engine starts without it.
            from station.labelling.asking import label_again
            from station.labelling.errors import LabelRefused

            try:
                label_again(store, jobs[-1], who.name, wording.REPRINT_REASON)
            except LabelRefused as error:
                return Came(ScanOutcome.REFUSED, wording.no_label_again(str(error)))
            return Came(ScanOutcome.ACCEPTED, wording.label_again(one.serial))

        return await self._keeper.ask(queued)

    # Reading

    @property
    def _now(self) -> str:
        return self._clock.now_text()

    def _back_to_everything(self) -> None:
        self._wanted, self._query = Wanted(), ""
        self._places, self._opened, self._held = [], None, None

    async def _count(self, wanted: Wanted) -> Counted:
        return await self._keeper.ask(lambda store: count_attempts(store, wanted, _NEWEST))

    async def _show(self, wanted: Wanted, query: str) -> None:
        before = (self._wanted, self._query, self._places, self._opened)
        self._back_to_everything()
        self._wanted, self._query = wanted, query
        try:
            await self._look()
        except BaseException:
            self._wanted, self._query, self._places, self._opened = before
            raise

    async def _look_or_undo(self, *, opened: AttemptFound | None = None, places: list[int] | None = None) -> None:
        """Reads; where the disk refuses, things are as they were, and it raises."""
        try:
            await self._look()
        except BaseException:
            self._opened = opened
            self._places = self._places if places is None else places
            raise

    async def _look(self) -> None:
        wanted, opened = self._wanted, self._opened
        place = self._places[-1] if self._places else _NEWEST
        shown = self._seen.opened if self._seen else None
        read = await self._keeper.ask(lambda store: look_at_history(store, wanted, place, opened, shown))
        self._seen = read
        rows = tuple(row_of(number, one) for number, one in enumerate(read.found, 1))
        self._page = HistoryPage(
            query=clean(self._query, 60),
            sentence=self._sentence(read),
            rows=rows,
            first=read.counted.later + 1,
            total=read.counted.total,
            opened=read.opened,
        )

    def _sentence(self, read: HistoryLook) -> str:
        counted, found = read.counted, read.found
        if not self._query:
            return "" if counted.total else wording.NOTHING_ENDED
        if not counted.total:
            return wording.none_found(self._query)
        if not counted.serial:
            return wording.several_found(self._query, counted.total)
        latest = found[0]
        if counted.later:
            return self._page.sentence
        return wording.serial_found(
            counted.serial, counted.total, latest.verdict, latest.status, latest.finished_at, self._now, latest.held
        )
