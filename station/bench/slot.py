"""One slot: a numbered place with one laptop, one link and one worker, and the attempt that runs in it.

The way of an attempt: open it in the store, collect evidence item by item (each kept in the spool before it is
read), judge each check as soon as the items that it needs are there, judge the whole when the capture is
complete, read again what the profile lets be confirmed, and end the attempt in one transaction.
"""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable

import msgspec

from hardware.laptops.link import Link, LinkError
from specs.profile import Profile
from station.bench import wording
from station.bench.attempt import QuestionLeft, RunningAttempt
from station.bench.hands_on import HandsOn
from station.bench.keeper import Keeper
from station.bench.labels import label_for
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
        self._link: Link | None = None
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

    def connect(self, link: Link | None) -> None:
        """Puts a laptop in the slot, or takes it out. Only while no attempt runs."""
        self._link = link
        self.hands.forget()
        self._show(
            SlotState(
                self.number,
                stage=Stage.READY if link else Stage.EMPTY,
                link=link.name if link else "",
                headline=wording.READY if link else "",
            )
        )

    def begin(self, label: KeptLabel, profile: Profile, operator: str) -> None:
        """Starts an attempt for a label that is already kept."""
        if self._link is None or self.busy:
            raise RuntimeError(f"slot {self.number} is not free")
        self._running, self._stopped = True, False
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
        self.hands.begin(profile)
        attempt = RunningAttempt(self, attempt_id, label, profile, begun)
        try:
            await attempt.collect(link)
            await attempt.take_answers()
            judged = await attempt.confirm(link, await attempt.judge_whole())
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
        self._ended(record)

    def update(self, **changes: object) -> None:
        """Shows the state with some of its fields changed."""
        self._show(msgspec.structs.replace(self.state, **changes))

    def _show(self, state: SlotState) -> None:
        self.state = state
        self._changed(state)
