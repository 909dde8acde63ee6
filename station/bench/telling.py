"""What every screen is told: the bar, the history, the notices, the page that is shown, and what became of scans."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

import msgspec

from specs.text import clean
from station.bench.lines import recent_attempt
from station.bench.pages import Page
from station.bench.protocol import (
    BenchBar,
    BenchChanged,
    BenchState,
    Event,
    Leafed,
    PageChanged,
    RecentAttempt,
    ScanAnswer,
    ScanKept,
    ScanOutcome,
    SlotChanged,
    SlotState,
    View,
)
from station.records import AttemptRecord

__all__ = ["RECENT", "Telling"]

RECENT: Final = 12
"""Ended attempts that the bench's own screen lists."""
MOST_NOTICES: Final = 50
LONGEST_NOTICE: Final = 400


class Telling:
    """What one bench tells. `publish` is called with each event, in order."""

    def __init__(self, publish: Callable[[Event], None], bar: BenchBar) -> None:
        self._publish = publish
        self._recent: list[RecentAttempt] = []
        self._notices: tuple[str, ...] = ()
        self._page: Page | None = None
        self.bar = bar
        """As every screen has it."""

    def state(self, slots: Iterable[SlotState]) -> BenchState:
        """Everything, for a screen that has just come."""
        return BenchState(self.bar, tuple(slots), tuple(self._recent), self._notices, self._page)

    def answer(
        self, outcome: ScanOutcome, text: str, sentence: str, slot: int = 0, scanner: str = "", ref: str = ""
    ) -> None:
        """What became of a scan, or of a setting (without a scanner)."""
        self._publish(ScanAnswer(outcome, text, sentence, slot, scanner, ref))

    def kept(self, ref: str) -> None:
        """A broken scan is in the journal."""
        self._publish(ScanKept(ref))

    def leaf(self, verb: str) -> None:
        """HELP or MORE was scanned."""
        self._publish(Leafed(verb))

    def slot(self, state: SlotState) -> None:
        """A slot is now this."""
        self._publish(SlotChanged(state))

    def show_bar(self, **changes: object) -> None:
        """The bar with some of its fields changed."""
        bar = msgspec.structs.replace(self.bar, **changes)
        if bar != self.bar:
            self.bar = bar
            self.show()

    def show_view(self, view: View, page: Page | None) -> None:
        """What is in view."""
        self.show_bar(view=view)
        if page != self._page:
            self._page = page
            self._publish(PageChanged(page))

    def notice(self, *sentences: str) -> None:
        """Something that whoever looks after the bench should know; told until the bench is started again."""
        new = dict.fromkeys(clean(one, LONGEST_NOTICE) for one in sentences)
        added = tuple(one for one in new if one and one not in self._notices)
        if added:
            self._notices = (self._notices + added)[-MOST_NOTICES:]
            self.show()

    def forget_notice(self, sentence: str) -> None:
        """That is no longer so."""
        gone = clean(sentence, LONGEST_NOTICE)
        self._keep_notices(tuple(one for one in self._notices if one != gone))

    def forget_notices_of(self, serial: str) -> None:
        """Whatever was to be noticed of a laptop has been seen to."""
        self._keep_notices(tuple(one for one in self._notices if not one.startswith(f"{serial}:")))

    def _keep_notices(self, notices: tuple[str, ...]) -> None:
        if notices != self._notices:
            self._notices = notices
            self.show()

    def ended(self, *records: AttemptRecord) -> None:
        """Attempts have ended, the newest first."""
        self._recent = [*(recent_attempt(record) for record in records), *self._recent][:RECENT]

    def show(self) -> None:
        """The bar, the history and the notices."""
        self._publish(BenchChanged(self.bar, tuple(self._recent), self._notices))
