"""The switchboard of views: which one the bench shows, and what scans and commands mean there.

A view beside those of the slots takes the commands for itself, and none of them reaches a slot. A defect in a view is
the view's alone: whoever scanned is answered all the same.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from hardware.scanners.scanner import Code
from station.bench import wording
from station.bench.command_codes import CommandCode, Verb
from station.bench.pages import Page
from station.bench.protocol import ScanOutcome, View
from station.bench.understanding import Understanding
from station.bench.views.view import BenchView, Came, Who
from station.store.bench_store import StoreRefused
from station.store.journal import ScanFate

__all__ = ["FOR_VIEWS", "Viewing"]

FOR_VIEWS: Final = frozenset({Verb.PASS, Verb.FAIL, Verb.NEXT, Verb.UNDO, Verb.HOLD, Verb.GO, Verb.CHOICE})
"""The commands that speak to the view where it is none of slots."""
_TAKES_SCANS: Final = frozenset({View.RECEIVE, View.HISTORY})
_OF_SLOTS: Final = frozenset({View.BENCH, View.SLOT})
_DEFECT: Final = Came(ScanOutcome.REFUSED, wording.VIEW_DEFECT, ScanFate.REFUSED)
_NOT_SAVED: Final = Came(ScanOutcome.REFUSED, wording.NOT_SAVED, ScanFate.REFUSED)


class Viewing:
    """What one bench shows. Its methods are called one after the other: the engine holds its lock around each.

    `changed` is called when another view, or another page of it, is shown.
    """

    def __init__(self, views: Mapping[View, BenchView], changed: Callable[[], None]) -> None:
        self._views = views
        self._changed = changed
        self.view = View.BENCH
        """What is in view."""
        self.page: Page | None = None
        """What that shows; None in the views of slots."""

    @property
    def _current(self) -> BenchView | None:
        return None if self.view in _OF_SLOTS else self._views.get(self.view)

    @property
    def of_slots(self) -> bool:
        """True where the slots are in view, and commands speak to them."""
        return self._current is None

    @property
    def takes_scans(self) -> bool:
        """True where a scan means something else than a laptop to be tested."""
        return self._current is not None and self.view in _TAKES_SCANS

    @property
    def takes_names(self) -> bool:
        """True where what a scan does is done in somebody's name."""
        return self._current is not None and self.view is View.RECEIVE

    def shows(self, view: View) -> bool:
        """True where what a screen showed when a key was pressed is still what the bench shows."""
        return view is self.view or (view in _OF_SLOTS and self.of_slots)

    async def show(self, view: View, who: Who) -> str:
        """Shows another view; a sentence where it cannot be shown, and then the slots are in view."""
        before, self.view = self._current, view
        if before is not None and before is not self._current:
            try:
                before.close()
            except Exception:
                traceback.print_exc()
        why = ""
        if self._current is not None:
            try:
                await self._current.open(who)
            except StoreRefused:
                self.view, why = View.BENCH, wording.NOT_SAVED
            except Exception:
                traceback.print_exc()
                self.view, why = View.BENCH, wording.VIEW_DEFECT
        elif view not in _OF_SLOTS:
            self.view, why = View.BENCH, wording.NO_SUCH_VIEW
        self._look()
        return why

    async def refresh(self) -> None:
        """Once a second, and after each attempt: the view reads again what it shows."""
        if self._current is None:
            return
        try:
            changed = await self._current.refresh()
        except StoreRefused:
            return
        except Exception:
            traceback.print_exc()
            return
        if changed:
            self._look()

    async def read(self, codes: Sequence[Code], meaning: Understanding, who: Who) -> Came | None:
        """Codes that were read together; None where they mean what they mean at the bench."""
        if self._current is None or not self.takes_scans:
            return None
        try:
            came = await self._current.read(codes, meaning, who)
        except StoreRefused:
            came = _NOT_SAVED
        except Exception:
            traceback.print_exc()
            came = _DEFECT
        self._look()
        return came

    async def obey(self, command: CommandCode, who: Who) -> Came:
        """A command, while no slots are in view."""
        came: Came | None = None
        try:
            if self._current is not None:
                came = await self._current.obey(command, who)
        except StoreRefused:
            came = _NOT_SAVED
        except Exception:
            traceback.print_exc()
            came = _DEFECT
        self._look()
        return came or Came(ScanOutcome.REFUSED, wording.nothing_here(command.verb.value))

    def _look(self) -> None:
        """Takes what is shown now from the view."""
        try:
            self.page = self._current.page if self._current is not None else None
        except Exception:
            traceback.print_exc()
        self._changed()
