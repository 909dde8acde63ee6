"""The attempt in hand: it takes the evidence item by item, judges what can be judged already, and at last the whole.

Each item is in the spool before anybody reads it. The slot that it runs in shows how far it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Final

from checks.catalogue import CATALOGUE
from checks.confirming import to_confirm
from checks.needing import exercises_of
from checks.verdict import Finding
from hardware.evidence.bundle import LARGEST_BUNDLE, MOST_ITEMS, Item, make_item
from hardware.evidence.rounds import MOST_ROUNDS, is_again
from hardware.laptops.exercises import EXERCISES, item_of
from hardware.laptops.link import CaptureStarted, Link, Progress
from specs.profile import Profile
from station.bench import wording
from station.bench.answers import OPERATOR_ITEM
from station.bench.bench_items import OURS, SCANS_ITEM, not_for_a_laptop, read_again, round_of, scan_item
from station.bench.exercising import Exercising
from station.bench.laptop_part import Running, Runs
from station.bench.lines import check_line
from station.bench.plan import machine_seconds
from station.bench.protocol import Stage
from station.bench.resuming import CannotResume, Kept
from station.bench.worker import Add, Begin, Judged, JudgeNow
from station.bench.worker_client import WorkerFailed, not_judged
from station.store.decision_book import DecisionBook
from station.store.journal import KeptLabel

if TYPE_CHECKING:
    from station.bench.slot import Slot

__all__ = ["QuestionLeft", "RunningAttempt"]

_ROOM_FOROURS: Final = 256 * 1024
"""Bytes of a bundle that are kept free for the technician's answers: some hundred of them."""


class QuestionLeft(Exception):
    """The bench closes, and a question that weighs has no answer."""


class RunningAttempt:
    """The attempt in hand: which items have come, and which checks can be judged already.

    With `kept` it goes on with another one: what that one has read is taken over, and only the rest is collected.
    """

    def __init__(
        self,
        slot: Slot,
        attempt_id: str,
        label: KeptLabel,
        profile: Profile,
        begun: float,
        link: Link,
        kept: Kept | None = None,
    ) -> None:
        self._slot = slot
        self._link = link
        self._id = attempt_id
        self._label = label
        self._profile = profile
        self._begun = begun
        self._kept = kept
        self._unproven = kept.marks if kept is not None and not kept.whole else {}
        self._arrived: dict[str, int] = {}
        self._expected: frozenset[str] = frozenset()
        self._open = {row.check for row in profile.requirements}
        self._early: asyncio.Task[Judged] | None = None
        # Recorded evidence has its exercises in it, as they were done then.
        self._exercises = exercises_of(profile) if link.live else ()
        self._exercising = Exercising(link, self._take_exercise, self._exercises_changed, slot.clock.random_bytes)

    @property
    def runs(self) -> Runs | None:
        """What starts the exercises that need a person; None where the laptop is not here to do any."""
        return self if self._link.live else None

    def start(self, name: str, arguments: dict[str, Any], told: Callable[[Progress | None], None]) -> Running:
        """Starts an exercise that needs a person."""
        return self._exercising.start(name, arguments, told)

    async def close(self) -> None:
        """Ends whatever still runs on the laptop."""
        await self._exercising.close()

    async def open(self) -> None:
        """Tells the worker what it judges by, and keeps the scan itself as evidence."""
        slot = self._slot
        decisions = await slot.keeper.insist(
            lambda store: DecisionBook(store, slot.clock).in_force(),
            lambda: slot.update(now=wording.DISK_REFUSES),
        )
        await slot.worker.begin(Begin(self._profile, decisions))
        await self._take(scan_item(self._label))
        for item in self._kept.items if self._kept is not None else ():
            await self._take(item)

    async def collect(self) -> None:
        """Takes every item that the link gives, then what the exercises measure that need nobody; not what was kept.

        Raises `CannotResume` where the laptop is not the one of which something was kept.
        """
        if self._kept is not None and self._kept.whole:
            self._slot.expect(0.0)
            return
        try:
            missing = [name for name in self._exercises if item_of(name) not in self._arrived]
            machine = machine_seconds(missing)
            self._slot.expect(self._slot.usual.capture + machine)
            await self._capture()
            self._slot.expect(machine)
            await self._exercising.run(missing)
            self._slot.expect(0.0)
            if self._early is not None:
                await asyncio.wait([self._early])
        finally:
            if self._early is not None and not self._early.done():
                self._early.cancel()
                await asyncio.wait([self._early])

    async def _capture(self) -> None:
        slot, live = self._slot, self._link.live
        began = slot.clock.monotonic()
        async with aclosing(self._link.collect()) as capture:
            async for arrived in capture:
                if isinstance(arrived, CaptureStarted):
                    self._expected = frozenset((*arrived.expected, *map(item_of, self._exercises)))
                    counted = self._expected | {one for one in self._arrived if one != SCANS_ITEM}
                    slot.update(expected=len(counted), seconds=self._seconds())
                elif not (live and not_for_a_laptop(arrived.meta.id)):
                    self._prove(arrived)
                    if arrived.meta.id == OPERATOR_ITEM:
                        await self._take_recorded_answers(arrived)
                    else:
                        await self._take(arrived)
                    self._judge_early()

        if self._unproven:
            raise CannotResume(wording.ANOTHER_FIRMWARE)
        slot.usual.captured(slot.clock.monotonic() - began)

    def _prove(self, item: Item) -> None:
        """Compares what is the same as long as the laptop is. Raises `CannotResume` where it is another one."""
        kept = self._unproven.get(item.meta.id)
        if kept is None or (item.meta.error is not None and not item.data):
            return
        if item.meta.sha256 != kept:
            raise CannotResume(wording.ANOTHER_FIRMWARE)
        del self._unproven[item.meta.id]

    async def _take_exercise(self, item: Item) -> None:
        if item.meta.id in self._arrived:
            await self._take_anew(item)  # what the technician has had done once more
        else:
            await self._take(item)
        self._judge_early()

    def _exercises_changed(self) -> None:
        """Says what the laptop is made to do now; and where it has left, whoever waits for a person looks again."""
        slot = self._slot
        if slot.state.stage is Stage.COLLECTING and self._exercising.titles:
            slot.update(now=wording.exercising(self._exercising.titles), seconds=self._seconds())
        if self._exercising.failure is not None:
            slot.hands.look_again()

    async def _take_recorded_answers(self, item: Item) -> None:
        """Recorded answers stand; what was answered here before they came gives way to them."""
        await self._slot.hands.give_way()
        await self._take_anew(item)

    async def _take_anew(self, item: Item) -> None:
        """Keeps an item in the place of an earlier one."""
        item = self._within_bounds(item)
        await self._slot.keeper.insist(
            lambda store: store.spool_again(self._id, MOST_ITEMS, item.meta.id, item),
            lambda: self._slot.update(now=wording.DISK_REFUSES),
        )
        self._arrived[item.meta.id] = len(item.data)
        await self._slot.worker.add(Add(item))

    async def take_answers(self) -> None:
        """Waits for the answers that weigh; then all that was answered is evidence. Recorded answers stand.

        Raises `QuestionLeft` where the bench closes first.
        """
        slot, hands = self._slot, self._slot.hands
        while OPERATOR_ITEM not in self._arrived or hands.waited_for:
            if self._exercising.failure is not None:
                raise self._exercising.failure
            if hands.waited_for and slot.closing:
                raise QuestionLeft
            if hands.waited_for:
                slot.update(stage=Stage.ASKING, now=wording.ASKING, seconds=self._seconds())
            elif slot.state.stage is Stage.ASKING:
                slot.update(stage=Stage.COLLECTING, now=wording.SETTLING, seconds=self._seconds())
            if await hands.answers():
                break
        item = await hands.close()
        if item is not None and item.meta.id not in self._arrived:
            self._arrived[item.meta.id] = len(item.data)
            await slot.worker.add(Add(item))

    async def judge_whole(self) -> Judged:
        """The verdict by everything that arrived; where the evidence kills the worker, the bench's error."""
        slot = self._slot
        slot.update(stage=Stage.JUDGING, now=wording.judging(), seconds=self._seconds())
        try:
            return await slot.worker.judge(JudgeNow(whole=True))
        except WorkerFailed as error:
            return not_judged(self._profile, str(error))

    async def confirm(self, judged: Judged) -> Judged:
        """Reads again what failed and may be confirmed, until the profile's rule is settled; the verdict after that.

        Recorded evidence says the same each time, so it is not asked twice.
        """
        number = max(map(round_of, self._arrived), default=1)
        while self._link.live and (checks := to_confirm(self._profile, judged.findings)) and number < MOST_ROUNDS:
            number += 1
            rules = [str(row.confirm) for row in self._profile.requirements if row.check == checks[0]]
            titles = [CATALOGUE[check].title for check in checks if check in CATALOGUE]
            now = wording.confirming(titles, number, rules[0])
            self._slot.update(stage=Stage.COLLECTING, now=now, seconds=self._seconds())
            if not await self._collect_again(checks, judged.findings, number):
                break
            judged = await self.judge_whole()
        return judged

    async def _collect_again(self, checks: tuple[str, ...], findings: tuple[Finding, ...], number: int) -> bool:
        """Takes the items behind these checks once more, beside the first ones. False where none of them came."""
        wanted = {need for check in checks if check in CATALOGUE for need in CATALOGUE[check].needs}
        wanted |= {item for finding in findings if finding.check in checks for item in finding.evidence}
        taken = False

        async def take(item: Item) -> None:
            nonlocal taken
            taken = await self._take(read_again(item, number)) or taken

        exercises = [name for name in self._exercises if item_of(name) in wanted and not EXERCISES[name].hands_on]
        captures = any(not need.startswith(item_of("")) for need in wanted)
        self._slot.expect(machine_seconds(exercises) + (self._slot.usual.capture if captures else 0.0))
        if captures:
            async with aclosing(self._link.collect()) as capture:
                async for arrived in capture:
                    if not isinstance(arrived, Item) or not_for_a_laptop(arrived.meta.id):
                        continue
                    if any(fnmatchcase(arrived.meta.id, pattern) for pattern in wanted):
                        await take(arrived)
        again = Exercising(self._link, take, self._exercises_changed, self._slot.clock.random_bytes)
        try:
            await again.run(exercises)
        finally:
            await again.close()
        return taken

    async def _take(self, item: Item) -> bool:
        """Keeps an item; False where it is one too many, or there already.

        However much a laptop sends, there is a place and room left for the technician's answers.
        """
        if item.meta.id in self._arrived or len(self._arrived) >= MOST_ITEMS - 1:
            return False
        item = self._within_bounds(item)
        slot, position = self._slot, len(self._arrived)
        self._arrived[item.meta.id] = len(item.data)
        await slot.keeper.insist(
            lambda store: store.spool_item(self._id, position, item),
            lambda: slot.update(now=wording.DISK_REFUSES),
        )
        await slot.worker.add(Add(item))
        if item.meta.id != SCANS_ITEM and not is_again(item.meta.id):
            slot.update(done=slot.state.done + 1, now=wording.collecting(item.meta.id), seconds=self._seconds())
        return True

    def _within_bounds(self, item: Item) -> Item:
        """The item, or only its name where the bundle is full."""
        others = sum(size for name, size in self._arrived.items() if name != item.meta.id)
        if item.meta.id not in OURS and others + len(item.data) > LARGEST_BUNDLE - _ROOM_FOROURS:
            return make_item(item.meta.id, b"", source=item.meta.source, error="left out: the bundle is full")
        return item

    def _judge_early(self) -> None:
        """Judges the checks whose evidence is complete, one batch at a time, while the rest still arrives."""
        if self._early is not None and not self._early.done():
            return
        waiting = self._expected - self._arrived.keys()
        ready = tuple(sorted(check for check in self._open if not _needs_any(check, waiting)))
        if ready and self._expected:
            self._open.difference_update(ready)
            self._early = asyncio.create_task(self._slot.worker.judge(JudgeNow(ready)))
            self._early.add_done_callback(self._show_early)

    def _show_early(self, task: asyncio.Task[Judged]) -> None:
        # A worker that failed is told of again, and for good, when the whole is judged.
        if task.cancelled() or task.exception() is not None or self._slot.state.attempt_id != self._id:
            return
        if self._slot.state.stage is not Stage.COLLECTING:
            return
        lines = (*self._slot.state.checks, *(check_line(finding) for finding in task.result().findings))
        laptop = task.result().device.model
        self._slot.update(checks=lines, laptop=laptop or self._slot.state.laptop)

    def _seconds(self) -> float:
        return self._slot.clock.monotonic() - self._begun


def _needs_any(check: str, waiting: frozenset[str] | set[str]) -> bool:
    """True where `check` reads one of the items that have not come yet."""
    definition = CATALOGUE.get(check)
    needs = definition.needs if definition else ()
    return any(fnmatchcase(item, pattern) for pattern in needs for item in waiting)
