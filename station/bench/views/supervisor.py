"""The supervisor's figures of this bench and shift, and the shelf of laptops on hold.

It shows how slots, models and checks come out, and nothing about people: numbers by name would be gamed, and the shelf
would fill. A hold is chosen by its number and let go with a reason, by a supervisor who has signed in.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hardware.scanners.scanner import Code
from specs.text import clean
from station.bench.command_codes import CommandCode, Verb
from station.bench.drift import drift_lines
from station.bench.gate import starts_kept
from station.bench.gate_wording import shift_words
from station.bench.keeper import Keeper
from station.bench.labels import take_off_hold
from station.bench.pages import ROWS, CountRow, DriftLine, HoldRow, SupervisorPage
from station.bench.protocol import ScanOutcome
from station.bench.shifts import Shift, shift_of
from station.bench.understanding import Understanding
from station.bench.views import wording
from station.bench.views.view import Came, Who
from station.clock import Clock, utc_text
from station.findings import check_name
from station.store.attempts_found import latest_completed
from station.store.bench_store import BenchStore
from station.store.hold_book import Hold, HoldBook
from station.store.override_book import OverrideBook
from station.store.people_book import PeopleBook
from station.store.shift_figures import Count, ShiftFigures, figures_mark, shift_figures

__all__ = ["SupervisorView"]

MOST_MODELS: Final = 30
"""Models that are listed one by one; the others are one line."""
MOST_HOLDS: Final = 60
"""Holds that are listed; the others are counted in the last line."""
OVERRIDES: Final = 10


class _Look(Struct, frozen=True):
    """What one look at the store gave."""

    mark: tuple[int, ...]
    shift: Shift
    figures: ShiftFigures
    holds: tuple[Hold, ...]
    overrides: tuple[str, ...]
    drift: tuple[DriftLine, ...]


class SupervisorView:
    """The view SUPERVISOR. See `station.bench.views.view.BenchView`."""

    def __init__(self, keeper: Keeper, clock: Clock) -> None:
        self._keeper = keeper
        self._clock = clock
        self._seen: _Look | None = None
        self._first = 0
        self._asked: Hold | None = None

    @property
    def page(self) -> SupervisorPage:
        """What it shows."""
        if self._seen is None:
            return SupervisorPage()
        return _page(self._seen, self._first, self._asked)

    async def open(self, who: Who) -> None:
        """Reads the figures of the shift that it is now."""
        self._asked, self._first = None, 0
        await self._look()

    async def refresh(self) -> bool:
        """Reads again where something has changed, and where another shift has begun."""
        seen = self._seen
        mark, shift = await self._keeper.ask(lambda store: (figures_mark(store), self._shift(store)))
        if seen is not None and (mark, shift) == (seen.mark, seen.shift):
            return False
        before = self.page
        await self._look()
        return self.page != before

    def close(self) -> None:
        """What was chosen is forgotten: nobody lets a laptop go by a number that somebody else had chosen."""
        self._asked, self._seen = None, None

    async def read(self, codes: Sequence[Code], meaning: Understanding, who: Who) -> Came | None:
        """A scan means here what it means at the bench."""
        return None

    async def obey(self, command: CommandCode, who: Who) -> Came | None:
        """CHOICE, NEXT and UNDO."""
        asked = self._asked
        match command.verb:
            case Verb.CHOICE if asked is not None:
                return await self._release(asked, command.number, who)
            case Verb.CHOICE:
                return await self._choose(command.number, who)
            case Verb.NEXT:
                return self._next()
            case Verb.UNDO if asked is not None:
                self._asked = None
                return Came(ScanOutcome.ACCEPTED, wording.BACK_TO_HOLDS)
        return None

    async def _choose(self, number: int, who: Who) -> Came:
        holds = self._seen.holds if self._seen else ()
        if not holds:
            return Came(ScanOutcome.REFUSED, wording.NO_HOLDS)
        place = self._first + number - 1
        if not 1 <= number <= ROWS or place >= len(holds):
            return Came(ScanOutcome.REFUSED, wording.no_row(number))
        if refusal := await self._refusal(holds[place], who):
            return refusal
        self._asked = holds[place]
        return Came(ScanOutcome.ACCEPTED, wording.why_release(self._asked.serial))

    async def _refusal(self, hold: Hold, who: Who) -> Came | None:
        """What is said to one who may not let it go; None to one who may."""
        if who.supervisor:
            return None
        if await self._keeper.ask(lambda store: PeopleBook(store, self._clock).anyone()):
            return Came(ScanOutcome.REFUSED, wording.NOT_A_SUPERVISOR)
        return Came(ScanOutcome.REFUSED, wording.nobody_enrolled(hold.serial))

    async def _release(self, hold: Hold, number: int, who: Who) -> Came:
        reasons = wording.RELEASE_REASONS
        if not 1 <= number <= len(reasons):
            return Came(ScanOutcome.REFUSED, wording.no_such_reason(len(reasons)))
        # Whoever chose the hold may have signed off since.
        if refusal := await self._refusal(hold, who):
            self._asked = None
            return refusal
        reason = reasons[number - 1]

        def end(store: BenchStore) -> bool:
            attempt_id = latest_completed(store, hold.serial) or hold.attempt_id
            return take_off_hold(store, hold.hold_id, hold.serial, attempt_id, who.name, reason)

        ended = await self._keeper.ask(end)
        self._asked = None
        await self._look()
        if not ended:
            return Came(ScanOutcome.KNOWN, wording.not_held_any_more(hold.serial))
        return Came(ScanOutcome.ACCEPTED, wording.released(hold.serial, reason))

    def _next(self) -> Came:
        count = len(self._seen.holds) if self._seen else 0
        if self._asked is not None or count <= ROWS:
            return Came(ScanOutcome.REFUSED, wording.NO_MORE_HOLDS)
        self._first = self._first + ROWS if self._first + ROWS < min(count, MOST_HOLDS) else 0
        last = min(self._first + ROWS, count, MOST_HOLDS)
        return Came(ScanOutcome.ACCEPTED, wording.holds_shown(self._first + 1, last, count))

    def _shift(self, store: BenchStore) -> Shift:
        return shift_of(starts_kept(store), self._clock.wall())

    async def _look(self) -> None:
        clock = self._clock

        def look(store: BenchStore) -> _Look:
            shift = self._shift(store)
            return _Look(
                mark=figures_mark(store),
                shift=shift,
                figures=shift_figures(store, utc_text(shift.begins)),
                holds=tuple(HoldBook(store, clock).open_holds()),
                overrides=tuple(
                    wording.override_line(one, clock.now_text()) for one in OverrideBook(store, clock).latest(OVERRIDES)
                ),
                drift=drift_lines(store, clock),
            )

        self._seen = await self._keeper.ask(look)
        still = {hold.hold_id for hold in self._seen.holds}
        if self._asked is not None and self._asked.hold_id not in still:
            self._asked = None
        if self._first >= max(1, min(len(still), MOST_HOLDS)):
            self._first = 0


def _page(seen: _Look, first: int, asked: Hold | None) -> SupervisorPage:
    figures = seen.figures
    return SupervisorPage(
        since=wording.shift_since(shift_words(seen.shift)),
        done=figures.all.done,
        passed=figures.all.passed,
        failed=figures.all.failed,
        review=figures.all.review,
        errors=figures.all.errors,
        unfinished=figures.unfinished,
        first=figures.first,
        first_pass=figures.first_pass,
        retests=figures.retests,
        slots=tuple(_row(one) for one in figures.slots),
        models=_models(figures.models),
        reasons=tuple(CountRow(check_name(check), failed, 0, failed, 0) for check, failed in figures.failing),
        holds=_holds(seen.holds, first),
        overrides=seen.overrides,
        drift=seen.drift,
        asked=wording.why_release(asked.serial) if asked else "",
        choices=wording.RELEASE_REASONS if asked else (),
    )


def _row(count: Count, name: str = "") -> CountRow:
    return CountRow(clean(name or count.name, 60), count.done, count.passed, count.failed, count.review)


def _models(models: Sequence[Count]) -> tuple[CountRow, ...]:
    named = [_row(one, "" if one.name else wording.NO_MODEL) for one in models[:MOST_MODELS]]
    if rest := models[MOST_MODELS:]:
        together = Count(
            done=sum(one.done for one in rest),
            passed=sum(one.passed for one in rest),
            failed=sum(one.failed for one in rest),
            review=sum(one.review for one in rest),
        )
        named.append(_row(together, wording.REST_OF_MODELS))
    return tuple(named)


def _holds(holds: Sequence[Hold], first: int) -> tuple[HoldRow, ...]:
    rows = [
        HoldRow(
            number=place - first + 1 if first <= place < first + ROWS else 0,
            serial=clean(hold.serial, 60),
            since=hold.made_at,
            by=clean(hold.made_by, 80),
            reason=clean(hold.reason, 120),
        )
        for place, hold in enumerate(holds[:MOST_HOLDS])
    ]
    if len(holds) > MOST_HOLDS:
        rows.append(HoldRow(0, "", "", "", wording.more_holds(len(holds) - MOST_HOLDS)))
    return tuple(rows)
