"""One slot: a numbered place with one laptop, one link and one worker, and the attempt that runs in it.

The way of an attempt: open it in the store, collect evidence item by item (each kept in the spool before it is
read), judge each check as soon as the items that it needs are there, judge the whole when the capture is
complete, read again what the profile lets be confirmed, and end the attempt in one transaction.
"""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable
from contextlib import aclosing
from fnmatch import fnmatchcase
from typing import Final

import msgspec

from checks.catalogue import CATALOGUE
from checks.confirming import to_confirm
from checks.verdict import Finding, Severity, Verdict
from hardware.evidence.bundle import LARGEST_BUNDLE, MOST_ITEMS, Item, make_item
from hardware.evidence.rounds import MOST_ROUNDS, again_id, is_again
from hardware.laptops.link import CaptureStarted, Link, LinkError
from specs.profile import Profile
from station.bench import wording
from station.bench.keeper import Keeper
from station.bench.lines import check_line, check_lines
from station.bench.protocol import SlotState, Stage
from station.bench.worker import Add, Begin, Judged, JudgeNow
from station.bench.worker_client import WorkerClient, WorkerFailed
from station.clock import Clock
from station.findings import HEADLINES
from station.records import AttemptRecord, AttemptStatus, DeviceSeen
from station.store.bench_store import KeptScan
from station.store.decision_book import DecisionBook

__all__ = ["Slot"]

_SCANS: Final = "scans"


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
        self._link: Link | None = None
        self._task: asyncio.Task[None] | None = None
        self._running = False
        self._stopped = False
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

    def connect(self, link: Link | None) -> None:
        """Puts a laptop in the slot, or takes it out. Only while no attempt runs."""
        self._link = link
        self._show(
            SlotState(
                self.number,
                stage=Stage.READY if link else Stage.EMPTY,
                link=link.name if link else "",
                headline=wording.READY if link else "",
            )
        )

    def begin(self, scan: KeptScan, profile: Profile, operator: str) -> None:
        """Starts an attempt for a scan that is already kept."""
        if self._link is None or self.busy:
            raise RuntimeError(f"slot {self.number} is not free")
        self._running, self._stopped = True, False
        self._task = asyncio.create_task(self._run(self._link, scan, profile, operator))

    def stop(self) -> None:
        """Aborts the attempt that runs."""
        stoppable = self.state.stage in (Stage.COLLECTING, Stage.JUDGING) and not self._stopped
        if self._task is not None and self.busy and stoppable:
            self._stopped = True
            self._task.cancel()

    async def wait(self) -> None:
        """Until no attempt runs."""
        if self._task is not None:
            await asyncio.wait([self._task])

    async def abandon(self) -> None:
        """Drops the attempt without ending it: it stays open in the store, and the next start finds it."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _run(self, link: Link, scan: KeptScan, profile: Profile, operator: str) -> None:
        """One attempt; whatever goes wrong in it, the slot is free afterwards and the others have run on."""
        try:
            await self._attempt(link, scan, profile, operator)
        except Exception:
            # A defect of ours. The attempt is still open in the store, and the next start lists it.
            traceback.print_exc()
            self._running, self.finished = False, self.clock.monotonic()
            self.update(stage=Stage.ABORTED, now="", headline=wording.DEFECT)

    async def _attempt(self, link: Link, scan: KeptScan, profile: Profile, operator: str) -> None:
        begun = self.clock.monotonic()
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
        self._show(
            SlotState(
                self.number,
                stage=Stage.COLLECTING,
                link=link.name,
                serial=scan.serial,
                now=wording.collecting("the laptop"),
                checks_expected=sum(1 for row in profile.requirements) + len(profile.attested),
                attempt_id=attempt_id,
            )
        )
        attempt = _Attempt(self, attempt_id, scan, profile, begun)
        try:
            await attempt.collect(link)
            judged = await attempt.confirm(link, await attempt.judge_whole())
        except LinkError as error:
            await self._abort(attempt_id, wording.link_gone(str(error)), begun)
        except asyncio.CancelledError:
            if not self._stopped:
                raise
            await self._abort(attempt_id, wording.ABORTED_BY_OPERATOR, begun)
        except Exception:
            traceback.print_exc()
            await self._abort(attempt_id, wording.DEFECT, begun)
        else:
            await self._finish(attempt_id, judged, begun)

    async def _abort(self, attempt_id: str, note: str, begun: float) -> None:
        # From here on there is nothing left to stop; a second `stop` must not break the ending off.
        self._stopped = True
        record = await self.keeper.insist(
            lambda store: store.finish_attempt(attempt_id, status=AttemptStatus.ABORTED, verdict=None, note=note),
            lambda: self.update(now=wording.DISK_REFUSES),
        )
        self._running, self.finished = False, self.clock.monotonic()
        self.update(stage=Stage.ABORTED, now="", headline=note, seconds=self.clock.monotonic() - begun)
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
        self._ended(record)

    def update(self, **changes: object) -> None:
        """Shows the state with some of its fields changed."""
        self._show(msgspec.structs.replace(self.state, **changes))

    def _show(self, state: SlotState) -> None:
        self.state = state
        self._changed(state)


class _Attempt:
    """The attempt in hand: which items have come, and which checks can be judged already."""

    def __init__(self, slot: Slot, attempt_id: str, scan: KeptScan, profile: Profile, begun: float) -> None:
        self._slot = slot
        self._id = attempt_id
        self._scan = scan
        self._profile = profile
        self._begun = begun
        self._arrived: dict[str, int] = {}
        self._expected: frozenset[str] = frozenset()
        self._open = {row.check for row in profile.requirements}
        self._early: asyncio.Task[Judged] | None = None

    async def collect(self, link: Link) -> None:
        """Takes every item that the link gives, and the scan itself as one more."""
        slot = self._slot
        decisions = await slot.keeper.insist(
            lambda store: DecisionBook(store, slot.clock).in_force(),
            lambda: slot.update(now=wording.DISK_REFUSES),
        )
        await slot.worker.begin(Begin(self._profile, decisions))
        await self._take(_scan_item(self._scan))
        try:
            async with aclosing(link.collect()) as capture:
                async for arrived in capture:
                    if isinstance(arrived, CaptureStarted):
                        self._expected = frozenset(arrived.expected)
                        slot.update(expected=len(self._expected), seconds=self._seconds())
                    elif not (link.live and is_again(arrived.meta.id)):
                        # Only the bench reads again: a laptop that names items so would confirm itself.
                        await self._take(arrived)
                        self._judge_early()
            if self._early is not None:
                await asyncio.wait([self._early])
        finally:
            if self._early is not None and not self._early.done():
                self._early.cancel()
                await asyncio.wait([self._early])

    async def judge_whole(self) -> Judged:
        """The verdict by everything that arrived; where the evidence kills the worker, the bench's error."""
        slot = self._slot
        slot.update(stage=Stage.JUDGING, now=wording.judging(), seconds=self._seconds())
        try:
            return await slot.worker.judge(JudgeNow(whole=True))
        except WorkerFailed as error:
            return _not_judged(self._profile, str(error))

    async def confirm(self, link: Link, judged: Judged) -> Judged:
        """Reads again what failed and may be confirmed, until the profile's rule is settled; the verdict after that.

        Recorded evidence says the same each time, so it is not asked twice.
        """
        number = 1
        while link.live and (checks := to_confirm(self._profile, judged.findings)) and number < MOST_ROUNDS:
            number += 1
            rules = [str(row.confirm) for row in self._profile.requirements if row.check == checks[0]]
            titles = [CATALOGUE[check].title for check in checks if check in CATALOGUE]
            now = wording.confirming(titles, number, rules[0])
            self._slot.update(stage=Stage.COLLECTING, now=now, seconds=self._seconds())
            if not await self._collect_again(link, checks, judged.findings, number):
                break
            judged = await self.judge_whole()
        return judged

    async def _collect_again(
        self, link: Link, checks: tuple[str, ...], findings: tuple[Finding, ...], number: int
    ) -> bool:
        """Takes the items behind these checks once more, beside the first ones. False where none of them came."""
        wanted = {need for check in checks if check in CATALOGUE for need in CATALOGUE[check].needs}
        wanted |= {item for finding in findings if finding.check in checks for item in finding.evidence}
        taken = False
        async with aclosing(link.collect()) as capture:
            async for arrived in capture:
                if isinstance(arrived, Item) and any(fnmatchcase(arrived.meta.id, pattern) for pattern in wanted):
                    taken = await self._take(_read_again(arrived, number)) or taken
        return taken

    async def _take(self, item: Item) -> bool:
        """Keeps an item; False where it is one too many, or there already."""
        size = sum(self._arrived.values()) + len(item.data)
        if item.meta.id in self._arrived or len(self._arrived) >= MOST_ITEMS:
            return False
        if size > LARGEST_BUNDLE:
            item = make_item(item.meta.id, b"", source=item.meta.source, error="left out: the bundle is full")
        slot, position = self._slot, len(self._arrived)
        self._arrived[item.meta.id] = len(item.data)
        await slot.keeper.insist(
            lambda store: store.spool_item(self._id, position, item),
            lambda: slot.update(now=wording.DISK_REFUSES),
        )
        await slot.worker.add(Add(item))
        if item.meta.id != _SCANS and not is_again(item.meta.id):
            slot.update(done=slot.state.done + 1, now=wording.collecting(item.meta.id), seconds=self._seconds())
        return True

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


def _read_again(item: Item, number: int) -> Item:
    """An item of a later reading, under an id of its own."""
    kept_as = again_id(item.meta.id, number)
    file = f"items/{kept_as}" if item.meta.file else ""
    return Item(msgspec.structs.replace(item.meta, id=kept_as, file=file), item.data)


def _scan_item(scan: KeptScan) -> Item:
    """The scan as evidence: every code read for this laptop (design.md section 5)."""
    read = {
        "text": scan.raw,
        "serial": scan.serial,
        "scanned_at": scan.scanned_at,
        "scanner": scan.scanner,
        "taken_for": "serial",
    }
    return make_item(_SCANS, msgspec.json.encode({"scans": [read]}), source="the bench")


def _not_judged(profile: Profile, reason: str) -> Judged:
    findings = tuple(
        Finding(
            check=row.check,
            verdict=Verdict.ERROR,
            severity=Severity(row.severity),
            value=None,
            unit=row.measure.unit,
            limits=row.limits(),
            reason="judge_failed",
            detail=reason,
        )
        for row in profile.requirements
    )
    return Judged(findings, Verdict.ERROR, DeviceSeen(), (reason,))
