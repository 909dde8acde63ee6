"""One attempt in one slot, from its label to its record.

It is opened in the store, its evidence is collected item by item (each kept in the spool before it is read), each check
is judged as soon as the items that it needs are there, the whole when the capture is complete; what the profile lets be
confirmed is read again, and the attempt is ended in one transaction.
"""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from hardware.laptops.link import Link, LinkError, LinkLost
from specs.profile import Profile
from station.bench import wording
from station.bench.attempt import QuestionLeft, RunningAttempt
from station.bench.identifying import Identified
from station.bench.labels import label_for
from station.bench.lines import check_lines
from station.bench.protocol import Stage
from station.bench.resuming import CannotResume, Kept, kept_of, take_back
from station.bench.retesting import RETEST_ROW
from station.bench.start import Start
from station.bench.stopping import Conflict, Here
from station.bench.tasks import tasks_of
from station.bench.worker import Judged
from station.findings import HEADLINES
from station.records import AttemptKind, AttemptRecord, AttemptStatus
from station.store.hold_book import HoldBook
from station.store.journal import KeptLabel

if TYPE_CHECKING:
    from station.bench.slot import Slot

__all__ = ["Conductor", "Opening", "Opens", "given", "going_on"]


class Opening(Struct, frozen=True):
    """All that an attempt begins with. `kept` is what it takes over from another."""

    label: KeptLabel
    profile: Profile
    operator: str
    start: Start
    kept: Kept | None = None


Opens: TypeAlias = Callable[[], Awaitable[Opening]]


async def given(opening: Opening) -> Opening:
    """An attempt of which everything is known."""
    return opening


async def going_on(kept: Kept, profile: Profile, operator: str) -> Opening:
    """An attempt that goes on with what was kept: of the same kind, and behind it the same second person."""
    return Opening(kept.label, profile, operator, Start(kept.kind, kept.retest_of, kept.approved_by), kept)


class Conductor:
    """Runs the attempts of one slot, one after the other; the slot shows how far each is."""

    def __init__(self, slot: Slot) -> None:
        self._slot = slot
        self._stopped = False

    def begins(self) -> None:
        """Another attempt begins, which nobody has stopped yet."""
        self._stopped = False

    def stop(self) -> None:
        """The attempt is to end, or has begun to."""
        self._stopped = True

    def stopped(self) -> bool:
        """True from the moment at which the attempt was stopped, or began to be ended."""
        return self._stopped

    async def resuming(self, attempt_id: str, profile: Profile, operator: str) -> Opening:
        """An attempt that goes on with an interrupted one. Raises `CannotResume`."""
        slot = self._slot
        kept = await slot.keeper.insist(lambda store: kept_of(store, attempt_id, slot.clock.wall()), self._disk_refuses)
        return await going_on(kept, profile, operator)

    async def taking_back(self, attempt_id: str, profile: Profile, link: Link) -> Kept | None:
        """What a completed attempt leaves when its last answer is taken back, and its label called back with it; None
        where that cannot be. Raises `StoreRefused`, and then nothing has happened.
        """
        keeper, now = self._slot.keeper, self._slot.clock.wall()
        rows = frozenset((RETEST_ROW, *(task.row for task in tasks_of(profile, live=link.live))))
        return await keeper.ask(lambda store: take_back(store, attempt_id, rows, now))

    async def hold(self, conflict: Conflict, link: Link, profile: Profile, operator: str) -> AttemptRecord:
        """Puts both serial numbers of a conflict on hold. Raises `StoreRefused`; asked again, it goes on there."""
        slot = self._slot
        here = Here(slot.number, link.name, slot.who or Identified(), slot.asking.table)
        return await slot.keeper.ask(lambda store: conflict.hold(store, here, profile, operator))

    async def run(self, link: Link, opens: Opens) -> None:
        """One attempt; whatever goes wrong in it, the slot is free afterwards and the others have run on."""
        try:
            opening = await opens()
            await self._slot.asking.ended()  # a test has the laptop for itself
            await self._attempt(link, opening)
        except CannotResume as error:
            # Before anything was opened: there is no attempt to end.
            self._slot.over(None, stage=Stage.ABORTED, now="", headline=str(error))
        except Exception:
            # A defect of ours. The attempt is still open in the store, and the next start lists it.
            traceback.print_exc()
            self._slot.over(None, stage=Stage.ABORTED, now="", headline=wording.DEFECT)

    async def _attempt(self, link: Link, opening: Opening) -> None:
        slot, profile, start, kept = self._slot, opening.profile, opening.start, opening.kept
        begun = slot.clock.monotonic()
        scan = opening.label.giving
        attempt_id = await slot.keeper.insist(
            lambda store: store.begin_attempt(
                scan,
                slot=slot.number,
                operator=opening.operator,
                profile=profile.reference,
                profile_digest=profile.digest,
                link=link.name,
                judged_by=profile,
                kind=start.kind,
                resumes=kept.attempt_id if kept is not None else "",
                approved_by=start.approved_by,
                taken_over=kept.taken_over if kept is not None else (),
            ),
            self._disk_refuses,
        )
        held = await slot.keeper.insist(
            lambda store: HoldBook(store, slot.clock).open(scan.serial) is not None, self._disk_refuses
        )
        slot.update(attempt_id=attempt_id, held=held, now=wording.collecting("the laptop"))
        if self.stopped():
            await self._abort(attempt_id, wording.ABORTED_BY_OPERATOR, begun)
            return
        attempt = RunningAttempt(slot, attempt_id, opening.label, profile, begun, link, kept)
        try:
            try:
                judged = await self._test(attempt, link, opening)
            finally:
                # Before the slot is free: the next attempt must not meet exercises of this one.
                await attempt.close()
        except LinkError as error:
            await self._abort(attempt_id, wording.link_gone(str(error)), begun)
        except QuestionLeft:
            await self._abort(attempt_id, wording.QUESTION_LEFT, begun)
        except CannotResume as error:
            await self._abort(attempt_id, str(error), begun)
        except asyncio.CancelledError:
            if not self.stopped():
                raise
            await self._abort(attempt_id, wording.ABORTED_BY_OPERATOR, begun)
        except Exception:
            traceback.print_exc()
            await self._abort(attempt_id, wording.DEFECT, begun)
        else:
            await self._finish(attempt_id, judged, begun, start.kind)

    async def _test(self, attempt: RunningAttempt, link: Link, opening: Opening) -> Judged:
        """Evidence, answers, verdict.

        Raises `LinkLost` as soon as the laptop is away for good, also while only a person is waited for: what was begun
        on one laptop cannot be finished on the next.
        """
        link.busy(True)
        asked = asyncio.create_task(self._ask_all(attempt, opening))
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

    async def _ask_all(self, attempt: RunningAttempt, opening: Opening) -> None:
        await attempt.open()
        hands = self._slot.hands
        await hands.begin(opening.profile, attempt.runs, retest_of=opening.start.retest_of, kept=opening.kept)
        await attempt.collect()
        await attempt.take_answers()

    async def _abort(self, attempt_id: str, note: str, begun: float) -> None:
        # From here on there is nothing left to stop; a second `stop` must not break the ending off.
        self.stop()
        slot = self._slot
        await slot.hands.close()
        reason = slot.hands.reason
        record = await slot.keeper.insist(
            lambda store: store.finish_attempt(
                attempt_id, status=AttemptStatus.ABORTED, verdict=None, note=note, retest=reason
            ),
            self._disk_refuses,
        )
        seconds = slot.clock.monotonic() - begun
        slot.over(record, stage=Stage.ABORTED, now="", headline=note, seconds=seconds)

    async def _finish(self, attempt_id: str, judged: Judged, begun: float, kind: AttemptKind) -> None:
        slot = self._slot
        reason = slot.hands.reason
        lines = check_lines(judged.findings)
        slot.update(stage=Stage.SAVING, now=wording.SAVING, checks=lines, seconds=slot.clock.monotonic() - begun)
        record = await slot.keeper.insist(
            lambda store: store.finish_attempt(
                attempt_id,
                status=AttemptStatus.COMPLETED,
                verdict=judged.verdict,
                findings=judged.findings,
                device=judged.device,
                note=" ".join(judged.problems),
                facts=judged.facts,
                # A golden laptop goes back to its shelf, and into no carton.
                label=label_for(store) if kind is AttemptKind.PRODUCTION else None,
                retest=reason,
            ),
            self._disk_refuses,
        )
        assert judged.verdict is not None
        # The verdict is shown only after it is on the disk.
        slot.over(
            record,
            stage=Stage.DONE,
            now="",
            laptop=judged.device.model,
            verdict=judged.verdict,
            headline=(
                wording.BENCH_CHECK_DONE
                if kind is AttemptKind.BENCH_CHECK
                else " ".join((HEADLINES[judged.verdict], *judged.problems[:1]))
            ),
            seconds=slot.clock.monotonic() - begun,
        )

    def _disk_refuses(self) -> None:
        self._slot.update(now=wording.DISK_REFUSES)
