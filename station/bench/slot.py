"""One slot: a numbered place with one dock, the laptop that is in it, one worker, and the attempt that runs.

The way of an attempt: open it in the store, collect evidence item by item (each kept in the spool before it is
read), judge each check as soon as the items that it needs are there, judge the whole when the capture is
complete, read again what the profile lets be confirmed, and end the attempt in one transaction.
"""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable
from contextlib import aclosing
from typing import Final

import msgspec

from hardware.laptops.dock import Away, Dock
from hardware.laptops.link import LaptopPage, Link, LinkError, LinkLost
from specs.profile import Profile
from station.bench import wording
from station.bench.attempt import QuestionLeft, RunningAttempt
from station.bench.hands_on import HandsOn
from station.bench.keeper import Keeper
from station.bench.labels import label_for
from station.bench.laptop_page import page_for
from station.bench.lines import check_lines
from station.bench.protocol import SlotState, Stage
from station.bench.worker import Judged
from station.bench.worker_client import WorkerClient
from station.clock import Clock
from station.findings import HEADLINES
from station.records import AttemptRecord, AttemptStatus
from station.store.hold_book import HoldBook
from station.store.journal import KeptLabel

__all__ = ["Slot"]

DOCK_AGAIN_S: Final = 5.0
"""Seconds until a dock that failed by a mistake of ours is tried again."""


class Slot:
    """A place on the bench. `changed` is called with each new state; `ended` with each record that was kept."""

    def __init__(
        self,
        number: int,
        keeper: Keeper,
        clock: Clock,
        changed: Callable[[SlotState], None],
        ended: Callable[[AttemptRecord], None],
    ) -> None:
        self.number = number
        self.worker = WorkerClient()
        self.keeper = keeper
        self.clock = clock
        self._changed = changed
        self._ended = ended
        self.closing = False
        self.bench = ""
        """What the laptop's own screen calls this bench."""
        self._dock: Dock | None = None
        self._watching: asyncio.Task[None] | None = None
        self._there: Link | Away = Away()
        self._link: Link | None = None
        """The laptop in the slot; while an attempt runs, the one that is tested."""
        self._tested = ""
        """Which laptop the last attempt was for (`Link.identity`)."""
        self._page: LaptopPage | None = None
        self._showing: asyncio.Task[None] | None = None
        self._task: asyncio.Task[None] | None = None
        self._running = False
        self._stopped = False
        self.hands = HandsOn(self)
        """What the technician does here."""
        self.state = SlotState(number)
        self.finished = float("-inf")
        """When the last attempt ended, by the monotonic clock."""

    @property
    def busy(self) -> bool:
        """True while an attempt runs: from its scan until its record is kept."""
        return self._running

    @property
    def free(self) -> bool:
        """True where a scan can start an attempt."""
        return self._link is not None and not self.busy

    @property
    def stopping(self) -> bool:
        """True from the moment at which the attempt was stopped, or began to be ended."""
        return self._stopped

    async def use(self, dock: Dock | None) -> None:
        """Takes another place for laptops, or none. Only while no attempt runs."""
        await self._leave_dock()
        self._dock, self._link, self._there, self._tested = dock, None, Away(), ""
        self._empty("")
        if dock is not None:
            self._watching = asyncio.create_task(self._watch(dock))
            # A laptop that never leaves is there at once.
            await asyncio.sleep(0)

    async def close(self) -> None:
        """Lets the dock go, and the worker."""
        await self._leave_dock()
        await self.worker.stop()

    async def _leave_dock(self) -> None:
        for task in (self._watching, self._showing):
            if task is not None:
                task.cancel()
                await asyncio.wait([task])
        self._watching = self._showing = None

    async def _watch(self, dock: Dock) -> None:
        """Follows who comes and goes."""
        while True:
            try:
                async with aclosing(dock.comings()) as comings:
                    async for there in comings:
                        self._put(there)
                return
            except Exception:
                # A defect of ours in one dock: the others run on, and this one is tried again.
                traceback.print_exc()
                self._put(Away(wording.DEFECT))
                await asyncio.sleep(DOCK_AGAIN_S)

    def _put(self, there: Link | Away) -> None:
        """A laptop has come, or left. What an attempt shows stays until it has ended."""
        self._there = there
        if not self.busy:
            self._settle()

    def _settle(self) -> None:
        """Shows who is there, now that no attempt runs."""
        there = self._there
        self._link = None if isinstance(there, Away) else there
        self._page = None
        if isinstance(there, Away):
            if self.state.attempt_id:
                self.update(away=True, now=there.sentence)  # the verdict stays until the next laptop comes
            else:
                self._empty(there.sentence)
        elif self.state.attempt_id and there.identity == self._tested:
            self.update(away=False, now="")  # it only lost its cable: what became of it stays in view
        else:
            self.hands.forget()
            self._show(SlotState(self.number, stage=Stage.READY, link=there.name, headline=wording.READY))

    def _empty(self, fault: str) -> None:
        self.hands.forget()
        name = self._dock.name if self._dock is not None else ""
        headline = fault or (wording.WAITS_FOR_LAPTOP if self._dock is not None else "")
        self._show(SlotState(self.number, link=name, headline=headline))

    def begin(self, label: KeptLabel, profile: Profile, operator: str) -> None:
        """Starts an attempt for a label that is already kept."""
        if self._link is None or self.busy:
            raise RuntimeError(f"slot {self.number} is not free")
        self._running, self._stopped = True, False
        self._tested = self._link.identity
        self.hands.forget()
        # At once: what asks for this laptop, or for the one before, must not meet the old state.
        self._show(
            SlotState(
                self.number,
                stage=Stage.COLLECTING,
                link=self._link.name,
                serial=label.giving.serial,
                now=wording.collecting("the laptop"),
                checks_expected=len(profile.requirements) + len(profile.attested),
            )
        )
        self._task = asyncio.create_task(self._run(self._link, label, profile, operator))

    def stop(self) -> None:
        """Aborts the attempt that runs."""
        stoppable = self.state.stage in (Stage.COLLECTING, Stage.ASKING, Stage.JUDGING) and not self._stopped
        if self._task is not None and self.busy and stoppable:
            self._stopped = True
            # Before its attempt is open there is nothing to end: it is aborted as soon as it is.
            if self.state.attempt_id:
                self._task.cancel()

    async def wait(self) -> None:
        """Until no attempt runs. The bench closes, so that one which waits for a person is aborted."""
        self.closing = True
        self.hands.look_again()
        if self._task is not None:
            await asyncio.wait([self._task])

    async def abandon(self) -> None:
        """Drops the attempt without ending it: it stays open in the store, and the next start finds it."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _run(self, link: Link, label: KeptLabel, profile: Profile, operator: str) -> None:
        """One attempt; whatever goes wrong in it, the slot is free afterwards and the others have run on."""
        try:
            await self._attempt(link, label, profile, operator)
        except Exception:
            # A defect of ours. The attempt is still open in the store, and the next start lists it.
            traceback.print_exc()
            self._running, self.finished = False, self.clock.monotonic()
            self.update(stage=Stage.ABORTED, now="", headline=wording.DEFECT)

    async def _attempt(self, link: Link, label: KeptLabel, profile: Profile, operator: str) -> None:
        begun = self.clock.monotonic()
        scan = label.giving
        attempt_id = await self.keeper.insist(
            lambda store: store.begin_attempt(
                scan,
                slot=self.number,
                operator=operator,
                profile=profile.reference,
                profile_digest=profile.digest,
                link=link.name,
                judged_by=profile,
            ),
            lambda: self.update(now=wording.DISK_REFUSES),
        )
        held = await self.keeper.insist(
            lambda store: HoldBook(store, self.clock).open(scan.serial) is not None,
            lambda: self.update(now=wording.DISK_REFUSES),
        )
        self.update(attempt_id=attempt_id, held=held, now=wording.collecting("the laptop"))
        if self.stopping:
            await self._abort(attempt_id, wording.ABORTED_BY_OPERATOR, begun)
            return
        attempt = RunningAttempt(self, attempt_id, label, profile, begun, link)
        try:
            try:
                judged = await self._test(attempt, link, profile)
            finally:
                # Before the slot is free: the next attempt must not meet exercises of this one.
                await attempt.close()
        except LinkError as error:
            await self._abort(attempt_id, wording.link_gone(str(error)), begun)
        except QuestionLeft:
            await self._abort(attempt_id, wording.QUESTION_LEFT, begun)
        except asyncio.CancelledError:
            if not self._stopped:
                raise
            await self._abort(attempt_id, wording.ABORTED_BY_OPERATOR, begun)
        except Exception:
            traceback.print_exc()
            await self._abort(attempt_id, wording.DEFECT, begun)
        else:
            await self._finish(attempt_id, judged, begun)

    async def _test(self, attempt: RunningAttempt, link: Link, profile: Profile) -> Judged:
        """Evidence, answers, verdict.

        Raises `LinkLost` as soon as the laptop is away for good, also while only a person is waited for: what was begun
        on one laptop cannot be finished on the next.
        """
        link.busy(True)
        asked = asyncio.create_task(self._ask_all(attempt, profile))
        lost = asyncio.create_task(link.lost())
        try:
            await asyncio.wait([asked, lost], return_when=asyncio.FIRST_COMPLETED)
            if not asked.done():
                raise LinkLost(lost.result())
            asked.result()
            return await attempt.confirm(await attempt.judge_whole())
        finally:
            for task in (asked, lost):
                task.cancel()
            await asyncio.gather(asked, lost, return_exceptions=True)
            link.busy(False)

    async def _ask_all(self, attempt: RunningAttempt, profile: Profile) -> None:
        await attempt.open()
        self.hands.begin(profile, attempt.runs)
        await attempt.collect()
        await attempt.take_answers()

    async def _abort(self, attempt_id: str, note: str, begun: float) -> None:
        # From here on there is nothing left to stop; a second `stop` must not break the ending off.
        self._stopped = True
        await self.hands.close()
        record = await self.keeper.insist(
            lambda store: store.finish_attempt(attempt_id, status=AttemptStatus.ABORTED, verdict=None, note=note),
            lambda: self.update(now=wording.DISK_REFUSES),
        )
        self._running, self.finished = False, self.clock.monotonic()
        self.update(stage=Stage.ABORTED, now="", headline=note, seconds=self.clock.monotonic() - begun)
        self._settle_after()
        self._ended(record)

    async def _finish(self, attempt_id: str, judged: Judged, begun: float) -> None:
        lines = check_lines(judged.findings)
        self.update(stage=Stage.SAVING, now=wording.SAVING, checks=lines, seconds=self.clock.monotonic() - begun)
        record = await self.keeper.insist(
            lambda store: store.finish_attempt(
                attempt_id,
                status=AttemptStatus.COMPLETED,
                verdict=judged.verdict,
                findings=judged.findings,
                device=judged.device,
                note=" ".join(judged.problems),
                facts=judged.facts,
                label=label_for(store),
            ),
            lambda: self.update(now=wording.DISK_REFUSES),
        )
        assert judged.verdict is not None
        self._running, self.finished = False, self.clock.monotonic()
        # The verdict is shown only after it is on the disk.
        self.update(
            stage=Stage.DONE,
            now="",
            laptop=judged.device.model,
            verdict=judged.verdict,
            headline=" ".join((HEADLINES[judged.verdict], *judged.problems[:1])),
            seconds=self.clock.monotonic() - begun,
        )
        self._settle_after()
        self._ended(record)

    def _settle_after(self) -> None:
        """Who came or left while the attempt ran is shown now."""
        if self._there is not self._link:
            self._settle()

    def update(self, **changes: object) -> None:
        """Shows the state with some of its fields changed."""
        self._show(msgspec.structs.replace(self.state, **changes))

    def _show(self, state: SlotState) -> None:
        self.state = state
        self._changed(state)
        link, page = self._link, page_for(self.bench, state)
        if link is not None and page != self._page:
            self._page = page
            if self._showing is None or self._showing.done():
                self._showing = asyncio.create_task(self._show_pages())

    async def _show_pages(self) -> None:
        """The newest page on the screen of the laptop that is there; those between are not missed."""
        shown: tuple[Link, LaptopPage] | None = None
        while self._link is not None and self._page is not None:
            newest = (self._link, self._page)
            if shown is not None and newest[0] is shown[0] and newest[1] == shown[1]:
                return
            shown = newest
            await newest[0].show(newest[1])
