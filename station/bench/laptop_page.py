"""What the laptop's own screen says while it is on the bench: from the slot's state to a page, and the page to it.

The technician sees at the laptop itself which slot it is in and what became of it, so that two laptops are not mixed up
between the bench and the label.
"""

from __future__ import annotations

import asyncio

from checks.verdict import MAY_SHIP, Verdict
from hardware.laptops.link import LaptopPage, Link
from station.bench import wording
from station.bench.protocol import SlotState, Stage
from station.findings import HEADLINES

__all__ = ["LaptopScreen", "page_for"]


def page_for(bench: str, state: SlotState) -> LaptopPage:
    """The page of a laptop in that slot."""
    place = wording.laptop_place(state.number, bench)
    who = (state.serial,) if state.serial else ()
    match state.stage:
        case Stage.DONE:
            if state.bench_check:
                return LaptopPage(wording.LAPTOP_BENCH_CHECK, (*who, place), "ready")
            verdict = state.verdict or Verdict.ERROR
            tone = "hold" if state.held else "pass" if verdict in MAY_SHIP else "fail"
            held = (wording.LAPTOP_HELD,) if state.held else ()
            return LaptopPage(HEADLINES[verdict], (*who, *held, place), tone)
        case Stage.ABORTED:
            return LaptopPage(state.headline or wording.READY, (*who, place), "ready")
        case Stage.READY | Stage.EMPTY:
            return LaptopPage(wording.READY, (place,), "ready")
        case Stage.STOPPED:
            # The label's serial number may be another laptop's.
            return LaptopPage(wording.LAPTOP_STOPPED, (place,), "hold")
        case Stage.ASKING:
            return LaptopPage(wording.LAPTOP_ASKING, (*who, state.question, place), "busy")
        case _:
            return LaptopPage(wording.LAPTOP_TESTING, (*who, place), "busy")


class LaptopScreen:
    """The screen of the laptop that is in a slot: the newest page comes on it, and those between are not missed."""

    def __init__(self) -> None:
        self._wanted: tuple[Link, LaptopPage] | None = None
        self._task: asyncio.Task[None] | None = None

    def show(self, link: Link | None, page: LaptopPage) -> None:
        """Puts the page on that laptop's screen; None: there is none."""
        if link is None:
            self._wanted = None
        elif self._wanted is None or self._wanted[0] is not link or self._wanted[1] != page:
            self._wanted = (link, page)
            if self._task is None or self._task.done():
                self._task = asyncio.create_task(self._keep_up())

    def forget(self) -> None:
        """Whatever it shows, the next page is shown again: the laptop may be another one."""
        self._wanted = None

    async def close(self) -> None:
        """Shows nothing more."""
        task, self._task, self._wanted = self._task, None, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    async def _keep_up(self) -> None:
        shown: tuple[Link, LaptopPage] | None = None
        while self._wanted is not None and self._wanted != shown:
            shown = self._wanted
            await shown[0].show(shown[1])
