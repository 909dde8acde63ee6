"""The attempt in hand: it takes the evidence item by item, judges what can be judged already, and at last the whole.

Each item is in the spool before anybody reads it. The slot that it runs in shows how far it is.
"""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

import msgspec

from checks.catalogue import CATALOGUE
from checks.confirming import to_confirm
from checks.verdict import Finding, Severity, Verdict
from hardware.evidence.bundle import LARGEST_BUNDLE, MOST_ITEMS, Item, make_item
from hardware.evidence.catalogue import base_id
from hardware.evidence.rounds import MOST_ROUNDS, again_id, is_again
from hardware.laptops.link import CaptureStarted, Link
from specs.profile import Profile
from station.bench import wording
from station.bench.lines import check_line
from station.bench.protocol import Stage
from station.bench.questions import OPERATOR_ITEM
from station.bench.worker import Add, Begin, Judged, JudgeNow
from station.bench.worker_client import WorkerFailed
from station.records import DeviceSeen
from station.store.decision_book import DecisionBook
from station.store.journal import KeptLabel

if TYPE_CHECKING:
    from station.bench.slot import Slot

__all__ = ["QuestionLeft", "RunningAttempt"]

_SCANS: Final = "scans"
_OURS: Final = frozenset({_SCANS, OPERATOR_ITEM})
"""Items that only the bench itself makes."""
_ROOM_FOR_OURS: Final = 256 * 1024
"""Bytes of a bundle that are kept free for the technician's answers: some hundred of them."""


class QuestionLeft(Exception):
    """The bench closes, and a question that weighs has no answer."""


class RunningAttempt:
    """The attempt in hand: which items have come, and which checks can be judged already."""

    def __init__(self, slot: Slot, attempt_id: str, label: KeptLabel, profile: Profile, begun: float) -> None:
        self._slot = slot
        self._id = attempt_id
        self._label = label
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
        await self._take(_scan_item(self._label))
        try:
            async with aclosing(link.collect()) as capture:
                async for arrived in capture:
                    if isinstance(arrived, CaptureStarted):
                        self._expected = frozenset(arrived.expected)
                        slot.update(expected=len(self._expected), seconds=self._seconds())
                    elif not (link.live and (is_again(arrived.meta.id) or base_id(arrived.meta.id) in _OURS)):
                        # Only the bench reads again, scans and asks: a laptop that names items so would confirm itself,
                        # or answer for the technician.
                        if arrived.meta.id == OPERATOR_ITEM:
                            await self._take_recorded_answers(arrived)
                        else:
                            await self._take(arrived)
                        self._judge_early()
            if self._early is not None:
                await asyncio.wait([self._early])
        finally:
            if self._early is not None and not self._early.done():
                self._early.cancel()
                await asyncio.wait([self._early])

    async def _take_recorded_answers(self, item: Item) -> None:
        """Recorded answers stand; what was answered here before they came gives way to them."""
        await self._slot.hands.close()
        await self._slot.keeper.insist(
            lambda store: store.spool_again(self._id, MOST_ITEMS, OPERATOR_ITEM, item),
            lambda: self._slot.update(now=wording.DISK_REFUSES),
        )
        self._arrived[OPERATOR_ITEM] = len(item.data)
        await self._slot.worker.add(Add(item))

    async def take_answers(self) -> None:
        """Waits for the answers that weigh; then all that was answered is evidence. Recorded answers stand.

        Raises `QuestionLeft` where the bench closes first.
        """
        slot, hands = self._slot, self._slot.hands
        while OPERATOR_ITEM not in self._arrived:
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
        """Keeps an item; False where it is one too many, or there already.

        However much a laptop sends, there is a place and room left for the technician's answers.
        """
        size = sum(self._arrived.values()) + len(item.data)
        if item.meta.id in self._arrived or len(self._arrived) >= MOST_ITEMS - 1:
            return False
        if size > LARGEST_BUNDLE - _ROOM_FOR_OURS:
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


def _scan_item(label: KeptLabel) -> Item:
    """The codes of the label as evidence: every code read for this laptop (design.md section 5)."""
    read = [
        {
            "text": scan.raw,
            "symbology": scan.symbology,
            "scanner": scan.scanner,
            "scanned_at": scan.scanned_at,
            "taken_for": scan.taken_for,
            "value": scan.value,
            "rule": scan.rule,
            "serial": scan.serial,
        }
        for scan in label.scans
    ]
    return make_item(_SCANS, msgspec.json.encode({"scans": read}), source="the bench")


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
