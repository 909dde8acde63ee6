"""Who is at the bench, and whose second badge is waited for.

Where nobody is enrolled nobody signs in, and the records carry the name of this computer's user. Once somebody is, a
badge signs in, and while an override is asked for, the next badge approves it instead.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from msgspec import Struct

from specs.text import clean
from station.bench import wording
from station.bench.keeper import Keeper
from station.bench.protocol import ScanOutcome
from station.bench.views.view import Who
from station.clock import Clock
from station.store.bench_store import BenchStore
from station.store.people_book import Operator, PeopleBook

__all__ = ["Badged", "Override", "People"]

WISH_S: Final = 30.0
"""Seconds in which a second person's badge approves what was asked for."""
LONGEST_NAME: Final = 40


class Override(Struct, frozen=True):
    """What a second person is asked for: its kind, the slot, the laptop's serial (empty: none), and the rule that it
    goes against, in a sentence. `asked_by` is who asks, and `sentence` what the screen says meanwhile.
    """

    kind: str
    slot: int
    serial: str
    reason: str
    asked_by: str
    sentence: str


class Badged(Struct, frozen=True):
    """What a badge did, in one sentence; `override` is what it has approved, in the name of `approved_by`."""

    outcome: ScanOutcome
    sentence: str
    override: Override | None = None
    approved_by: str = ""


class _Known(Struct, frozen=True):
    """What the book says now."""

    anyone: bool = False
    here: Operator | None = None


class People:
    """The people of one bench. `user` is this computer's user; `changed` is called when what the bar shows has."""

    def __init__(self, keeper: Keeper, clock: Clock, user: str, changed: Callable[[], None]) -> None:
        self._keeper = keeper
        self._clock = clock
        self._user = user
        self._changed = changed
        self._known = _Known()
        self._wish: tuple[Override, float] | None = None

    @property
    def enrolled(self) -> bool:
        """True where somebody is: then somebody must be signed in."""
        return self._known.anyone

    @property
    def name(self) -> str:
        """Who is at the bench; empty where somebody should be and nobody is signed in."""
        if self._known.here is not None:
            return self._known.here.name
        return "" if self.enrolled else self._user

    @property
    def role(self) -> str:
        """ "technician" or "supervisor"; empty where nobody is signed in."""
        return self._known.here.role if self._known.here is not None else ""

    @property
    def missing(self) -> bool:
        """True where somebody must sign in before a laptop is tested or a question answered."""
        return self.enrolled and self._known.here is None

    @property
    def who(self) -> Who:
        """Who is at the bench, for a view."""
        return Who(self.name, self._known.here is not None and self._known.here.supervisor)

    @property
    def wanted(self) -> Override | None:
        """What a second person's badge is waited for; None where for nothing, or no longer."""
        if self._wish is None or self._clock.monotonic() - self._wish[1] >= WISH_S:
            return None
        return self._wish[0]

    async def refresh(self) -> None:
        """Looks again: somebody was enrolled, a badge has ended, a shift was too long. Raises `StoreRefused`."""
        known = await self._keeper.ask(self._read)
        gone = self._wish is not None and self.wanted is None
        if gone:
            self._wish = None
        if gone or known != self._known:
            if known.here != self._known.here:
                self._wish = None
            self._known = known
            self._changed()

    def ask_for(self, override: Override) -> None:
        """The next badge of another person approves this."""
        self._wish = (override, self._clock.monotonic())
        self._changed()

    def ask_no_more(self) -> bool:
        """Nothing is asked for any more; False where nothing was."""
        was, self._wish = self.wanted is not None, None
        if was:
            self._changed()
        return was

    async def badge(self, text: str) -> Badged:
        """Somebody has scanned a badge. Raises `StoreRefused`, and then nothing has happened."""
        operator = await self._keeper.ask(lambda store: PeopleBook(store, self._clock).by_badge(text))
        if operator is None:
            return Badged(ScanOutcome.REFUSED, wording.UNKNOWN_BADGE)
        wanted, here = self.wanted, self._known.here
        if wanted is not None and here is not None:
            return self._approve(wanted, here, operator)
        if here is not None and here.operator_id == operator.operator_id:
            return Badged(ScanOutcome.KNOWN, wording.signed_in_already(_shown(operator)))
        await self._keeper.ask(lambda store: PeopleBook(store, self._clock).sign_in(operator.operator_id))
        await self.refresh()
        return Badged(ScanOutcome.ACCEPTED, wording.signed_in(_shown(operator)))

    async def sign_off(self) -> Badged:
        """Whoever is signed in leaves the bench. Raises `StoreRefused`, and then nothing has happened."""
        here = self._known.here
        if here is None:
            return Badged(ScanOutcome.KNOWN, wording.NOBODY_SIGNED_IN if self.enrolled else wording.NOBODY_ENROLLED)
        await self._keeper.ask(lambda store: PeopleBook(store, self._clock).sign_out("signed off"))
        await self.refresh()
        return Badged(ScanOutcome.ACCEPTED, wording.signed_off(_shown(here)))

    def _approve(self, wanted: Override, here: Operator, other: Operator) -> Badged:
        if other.operator_id == here.operator_id:
            return Badged(ScanOutcome.REFUSED, wording.another_person(_shown(here)))
        if not (here.supervisor or other.supervisor):
            return Badged(ScanOutcome.REFUSED, wording.a_supervisor_too(_shown(here), _shown(other)))
        self.ask_no_more()
        return Badged(ScanOutcome.ACCEPTED, "", wanted, other.name)

    def _read(self, store: BenchStore) -> _Known:
        book = PeopleBook(store, self._clock)
        return _Known(book.anyone(), book.signed_in())


def _shown(operator: Operator) -> str:
    return clean(operator.name, LONGEST_NAME)
