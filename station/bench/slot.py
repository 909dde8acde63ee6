"""One slot: a numbered place with one dock, the laptop that is in it, one worker, and the attempt that runs.

    no laptop --comes--> ready --label--> an attempt runs --> verdict, or aborted --> ready again with the next label
                           |  \\--a label of another serial--> stopped (conflict)
                           \\--interrupted before, and still there--> stopped (interrupted) --GO--> it goes on

Its parts have modules of their own: who comes (`coming`) and who that is (`identifying`), an attempt from label to
record (`conducting`), what it goes on with (`resuming`), the technician's hands (`hands_on`), a conflict (`stopping`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

import msgspec

from hardware.laptops.dock import Away, Dock
from hardware.laptops.link import Link
from specs.profile import Profile
from station.bench import slot_states, wording
from station.bench.coming import Coming
from station.bench.conducting import Conductor, Opening, Opens, given, going_on
from station.bench.hands_on import HandsOn
from station.bench.identifying import Identified, Identifying
from station.bench.keeper import Keeper
from station.bench.laptop_page import LaptopScreen, page_for
from station.bench.protocol import SlotState, Stage, StopKind
from station.bench.resuming import Restored
from station.bench.start import Start
from station.bench.stopping import Conflict
from station.bench.usual_time import UsualTime
from station.bench.worker_client import WorkerClient
from station.clock import Clock
from station.records import AttemptKind, AttemptRecord
from station.store.journal import KeptLabel

__all__ = ["Slot"]

T = TypeVar("T")


class Slot:
    """A place on the bench. `changed` is called with each new state; `ended` with each record that was kept; `known`
    whenever who is there has changed, or that it is free.
    """

    def __init__(
        self,
        number: int,
        keeper: Keeper,
        clock: Clock,
        changed: Callable[[SlotState], None],
        ended: Callable[[AttemptRecord], None],
        known: Callable[[Slot], None] = lambda slot: None,
    ) -> None:
        self.number = number
        self.worker = WorkerClient()
        self.keeper = keeper
        self.clock = clock
        self._changed = changed
        self._ended = ended
        self._known = known
        self.closing = False
        self.bench = ""
        """What the laptop's own screen calls this bench."""
        self.usual = UsualTime()
        self._coming = Coming(self._put)
        self.asking = Identifying(self.worker, self._has_said)
        """Who the laptop says it is."""
        self._screen = LaptopScreen()
        self._conductor = Conductor(self)
        self._link: Link | None = None
        """The laptop in the slot; while an attempt runs, the one that is tested."""
        self._tested = ""
        """Which laptop the attempt in view was for (`Link.identity`)."""
        self._restored: Restored | None = None
        """The attempt in view, where it is of an earlier start of the bench."""
        self._conflict: Conflict | None = None
        self._blocked = ""
        self._task: asyncio.Task[None] | None = None
        self._running = False
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
        """True where an attempt can begin; also where the slot is stopped."""
        return self._link is not None and not self.busy

    @property
    def who(self) -> Identified | None:
        """What the laptop says of itself; None while it is being asked, and where none is there."""
        return self.asking.who

    @property
    def waits(self) -> bool:
        """True where no laptop is there, and one may come."""
        return self._coming.dock is not None and self._link is None

    @property
    def fixed(self) -> bool:
        """True where the laptop never leaves: this machine, a recorded bundle."""
        return self._coming.fixed

    @property
    def stopped_label(self) -> KeptLabel | None:
        """The label of a conflict, until somebody takes it: by `clear_stop` also once its laptop has left."""
        return self._conflict.label if self._conflict is not None else None

    @property
    def resumable(self) -> bool:
        """True where an interrupted attempt can be gone on with."""
        stop = self.state.stop
        return self.free and stop is not None and stop.kind is StopKind.INTERRUPTED

    async def use(self, dock: Dock | None, *, again: bool = False) -> None:
        """Takes another place for laptops, or none. Only while no attempt runs. `again`: it is the same place, named
        once more, so that an attempt of before the start can still be gone on with.
        """
        await self._leave_dock()
        self._link, self._tested, self._restored = None, "", self._restored if again else None
        self.asking.forget()
        self._coming.dock = dock
        if self._restored is not None:
            self._gone("")
        else:
            self._empty("")
        await self._coming.follow(dock)
        self._known(self)

    async def close(self) -> None:
        """Lets the dock go, and the worker."""
        await self._leave_dock()
        self.asking.left()
        await self.asking.ended()
        await self.worker.stop()

    async def _leave_dock(self) -> None:
        await self._coming.leave()
        await self._screen.close()

    # ---- who is there

    def _put(self) -> None:
        """A laptop has come, or left. What an attempt shows stays until it has ended."""
        if not self.busy:
            self._settle()

    def _settle(self) -> None:
        """Shows who is there, now that no attempt runs."""
        there = self._coming.there
        self._link = None if isinstance(there, Away) else there
        self._screen.forget()
        if isinstance(there, Away):
            self.asking.left()
            self._gone(there.sentence)
        else:
            self.asking.came(there)
            self._came(there)
        self._known(self)

    def _gone(self, sentence: str) -> None:
        if self._restored is not None:
            self._show(msgspec.structs.replace(self._restored.state(self.number), held=self.state.held, now=sentence))
        elif self.state.attempt_id:
            self.update(away=True, now=sentence)  # the verdict stays until the next laptop comes
        else:
            self._empty(sentence)

    def _came(self, link: Link) -> None:
        if self._restored is not None:
            self._recognise()
        elif link.identity == self._tested and (self.state.attempt_id or self.state.stop is not None):
            self.update(away=False, now="")  # it only lost its cable: what became of it stays in view
        else:
            self._ready(link)

    def _ready(self, link: Link) -> None:
        self.hands.forget()
        self._restored = None
        self._show(slot_states.ready(self.number, link, self.who))

    def _empty(self, fault: str) -> None:
        self.hands.forget()
        self._show(slot_states.empty(self.number, self._coming.dock, fault))

    def _has_said(self) -> None:
        """The laptop has said who it is, or never will."""
        if self._restored is not None and not self.busy:
            self._recognise()
        elif self.state.stage is Stage.READY and self._link is not None:
            self._show(slot_states.ready(self.number, self._link, self.who))
        else:
            self.update()
        self._known(self)

    # ---- what became of the last attempt before the bench was started

    def restore(self, record: AttemptRecord, note: str, interrupted: bool, held: bool = False) -> None:
        """At the start, after `use`: shows what became of the slot's last attempt, as of a laptop that is away until
        the same one is there again. `note` is a sentence on one without a verdict, or on what a golden laptop proved.
        """
        self.hands.forget()
        self._restored = Restored(record, note, interrupted, held)
        self._show(self._restored.state(self.number))
        self._recognise()

    def _recognise(self) -> None:
        """Whether the laptop that is there is the one whose restored attempt is in view."""
        restored, link, who = self._restored, self._link, self.who
        if restored is None or link is None or who is None:
            return
        away = msgspec.structs.replace(restored.state(self.number), held=self.state.held)
        here = restored.with_laptop(away, who, link.name if self.fixed else "", self.clock.wall())
        if here is None:
            self._ready(link)
        else:
            self._tested = link.identity
            self._show(here)

    def resume(self, profile: Profile, operator: str) -> None:
        """Goes on with the interrupted attempt: a new one with its label, from the evidence kept."""
        restored = self._restored
        if restored is None or not self.resumable:
            raise RuntimeError(f"slot {self.number} has nothing to go on with")
        record = restored.record
        opening = partial(self._conductor.resuming, record.attempt_id, profile, operator)
        self._take_up(record.scan.serial, profile, record.kind, opening)

    async def take_back(self, profile: Profile, operator: str) -> bool:
        """Takes the last answer of the attempt in view back, while its label is not out: the label is called back, and
        a new attempt asks for that answer again. False where that cannot be. Raises `StoreRefused`.
        """
        link, state = self._link, self.state
        here = self.free and link is not None and link.identity == self._tested and not state.away
        if link is None or not here or state.stage is not Stage.DONE or not (link.live or self.hands.can_reopen):
            return False
        kept = await self._alone(self._conductor.taking_back(state.attempt_id, profile, link))
        if kept is None:
            self._settle_after()
            return False
        self._take_up(state.serial, profile, kept.kind, partial(going_on, kept, profile, operator))
        return True

    # ---- an attempt

    def begin(self, label: KeptLabel, profile: Profile, operator: str, start: Start = Start()) -> None:  # noqa: B008
        """Starts an attempt for a label that is already kept. In a stopped slot it takes the place of what stopped."""
        opening = partial(given, Opening(label, profile, operator, start))
        self._take_up(label.giving.serial, profile, start.kind, opening)

    def _take_up(self, serial: str, profile: Profile, kind: AttemptKind, opening: Opens) -> None:
        if self._link is None or self.busy:
            raise RuntimeError(f"slot {self.number} is not free")
        # At once: what asks for this laptop, or for the one before, must not meet the old state.
        state = slot_states.begun(self.number, self._link, self.who, serial, profile, kind)
        self.asking.give_way()
        self._running = True
        self._conductor.begins()
        self._tested, self._restored, self._conflict = self._link.identity, None, None
        self.hands.forget()
        self.expect(self.usual.capture)
        self._show(state)
        self._task = asyncio.create_task(self._conductor.run(self._link, opening))

    def expect(self, seconds: float) -> None:
        """The machine's part of the test usually takes so long from now on."""
        self.usual.expect(seconds, self.clock.monotonic())

    def stop(self) -> None:
        """Aborts the attempt that runs."""
        stoppable = (
            self.state.stage in (Stage.COLLECTING, Stage.ASKING, Stage.JUDGING) and not self._conductor.stopped()
        )
        if self._task is not None and self.busy and stoppable:
            self._conductor.stop()
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

    def over(self, record: AttemptRecord | None, **shown: object) -> None:
        """The attempt has ended with that record; None where none was kept. `shown` is what the slot shows of it."""
        self._running, self.finished = False, self.clock.monotonic()
        self.update(**shown)
        self._settle_after()
        if record is not None:
            self._ended(record)

    def _settle_after(self) -> None:
        """Who came or left while the attempt ran is shown now."""
        if self._coming.there is not self._link:
            self._settle()
            return
        if self._link is not None:
            self.asking.came(self._link)  # the attempt may have broken that off
        self._known(self)

    async def _alone(self, asked: Awaitable[T]) -> T:
        """What the store is asked while nothing else may begin, or be shown, in this slot."""
        self._running = True
        try:
            return await asked
        except BaseException:
            self._running = False
            self._settle_after()
            raise
        finally:
            self._running = False

    # ---- what stops it

    def conflict(self, label: KeptLabel, sentence: str) -> None:
        """Stops a free slot: the label can only be for this laptop, and names another serial number than it says."""
        if self._link is None or self.busy:
            raise RuntimeError(f"slot {self.number} is not free")
        self.hands.forget()
        self._conflict, self._restored = Conflict(label, sentence), None
        self._tested = self._link.identity
        serial = label.giving.serial
        self._show(slot_states.stopped(self.number, self._link, self.who, serial, self._conflict.stop))

    def clear_stop(self) -> KeptLabel | None:
        """Ends what stops the slot, and gives the label of a conflict, which the caller settles."""
        label, self._conflict = self.stopped_label, None
        if self.state.stage is Stage.STOPPED and not self.busy:
            if self._link is not None:
                self._ready(self._link)
            self._known(self)
        return label

    async def hold_conflict(self, profile: Profile, operator: str) -> AttemptRecord:
        """Puts both serial numbers of a conflict on hold, and ends it with an attempt that holds its evidence.

        Raises `StoreRefused` where the disk refuses: the slot is still stopped then, and it can be asked again.
        """
        conflict, link = self._conflict, self._link
        if conflict is None or link is None or self.busy or self.state.stage is not Stage.STOPPED:
            raise RuntimeError(f"slot {self.number} is not stopped by a conflict")
        record = await self._alone(self._conductor.hold(conflict, link, profile, operator))
        self._conflict = None
        self.over(
            record,
            stage=Stage.ABORTED,
            headline=wording.held_both(record.scan.serial, record.device.serial),
            attempt_id=record.attempt_id,
            held=True,
            stop=None,
        )
        return record

    def block(self, sentence: str) -> None:
        """Says why no laptop of a delivery is tested here; empty: they are. It stays so in every state."""
        if sentence != self._blocked:
            self._blocked = sentence
            self.update()

    # ---- showing

    def update(self, **changes: object) -> None:
        """Shows the state with some of its fields changed."""
        self._show(msgspec.structs.replace(self.state, **changes))

    def _show(self, state: SlotState) -> None:
        says = self.who.serial if self.who is not None else ""
        left = self.usual.left(state.stage, self.clock.monotonic())
        self.state = msgspec.structs.replace(state, says=says, left=left, blocked=self._blocked)
        self._changed(self.state)
        self._screen.show(self._link, page_for(self.bench, self.state))
