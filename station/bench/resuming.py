"""What an attempt takes over from one that did not end, or whose last answer was taken back.

Kept evidence is evidence of the laptop that gave it, and of no other: it is taken over only where the laptop that is
there is the same, and only for some hours. The verdict is judged anew over all of it; nothing passes by itself.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec
from msgspec import Struct

from hardware.evidence.bundle import Item
from hardware.laptops.exercises import item_of
from specs.text import clean
from station.bench import wording
from station.bench.answers import OPERATOR_ITEM, Answer, answers_in, answers_item
from station.bench.bench_items import OURS
from station.bench.identifying import MARKS, Identified
from station.bench.lines import check_lines
from station.bench.protocol import SlotState, Stage, Stop, StopKind
from station.bench.retesting import tested_before
from station.findings import HEADLINES
from station.records import AttemptKind, AttemptRecord, AttemptStatus
from station.store.bench_store import BenchStore
from station.store.journal import KeptLabel
from station.store.latest import last_verdict
from station.store.print_queue import cancel_inside, latest_out_inside
from station.store.refusing import storing

__all__ = ["OLDEST_KEPT_S", "CannotResume", "Kept", "Restored", "kept_of", "take_back", "too_old"]

OLDEST_KEPT_S: Final = 12 * 3600.0
"""Seconds since its test began in which kept evidence is still gone on with: a power cut in the evening is over by the
morning's shift, and a battery that was full the day before yesterday says nothing of today."""
LONGEST_HEADLINE: Final = 512
MOST_LINKS: Final = 50
"""Attempts that may go on with one another."""


class CannotResume(Exception):
    """What was kept cannot be gone on with. One sentence with the remedy."""


class Kept(Struct, frozen=True):
    """What is taken over from the attempt of that id.

    The scans and the answers are not among the `items`. `kind`, `approved_by` and `retest_of` are as in `Start`.
    `reopened` is the answer that was taken back. `whole`: the attempt had come to its end, so that the laptop is asked
    for nothing again.
    """

    attempt_id: str
    label: KeptLabel
    items: tuple[Item, ...]
    answers: tuple[Answer, ...]
    completed: bool
    kind: AttemptKind = AttemptKind.PRODUCTION
    approved_by: str = ""
    retest_of: str = ""
    reopened: Answer | None = None
    whole: bool = False

    @property
    def taken_over(self) -> tuple[Item, ...]:
        """All of it as evidence. The attempt that goes on has it from its first moment on: another power cut in its
        first second loses nothing of it.
        """
        answers = answers_item(self.answers)
        return (*self.items, answers) if answers is not None else self.items

    @property
    def exercises(self) -> frozenset[str]:
        """The exercises whose measurements are among the items."""
        begins = item_of("")
        return frozenset(one.meta.id.removeprefix(begins) for one in self.items if one.meta.id.startswith(begins))

    @property
    def marks(self) -> dict[str, str]:
        """The SHA-256 of each item that is the same as long as the laptop is."""
        return {one.meta.id: one.meta.sha256 for one in self.items if one.meta.id in MARKS}


def kept_of(store: BenchStore, attempt_id: str, now: float, *, whole: bool = False) -> Kept:
    """What was kept of an ended attempt; what could not be read is left out, unless the attempt was `whole`.

    For the store's thread. Raises `CannotResume`, `StoreRefused`.
    """
    record, label = store.record(attempt_id), store.journal.of_attempt(attempt_id)
    if record is None or label is None:
        raise CannotResume(wording.NOTHING_KEPT)
    first = _first_of(store, record)
    if too_old(first.started_at, now):
        raise CannotResume(wording.KEPT_TOO_LONG)
    before = last_verdict(store, record.scan.serial, before=first.attempt_no)
    evidence = store.evidence(attempt_id)
    if whole and not all(len(one.data) == one.meta.size for one in evidence.items.values()):
        raise CannotResume(wording.NOTHING_KEPT)
    answered = evidence.items.get(OPERATOR_ITEM)
    return Kept(
        attempt_id=attempt_id,
        label=label,
        items=tuple(one for one in evidence.items.values() if one.meta.id not in OURS and (whole or _is_good(one))),
        answers=answers_in(answered.data) if answered is not None else (),
        completed=record.status is AttemptStatus.COMPLETED,
        kind=record.kind,
        approved_by=record.approved_by,
        retest_of=tested_before(before, now) if before and record.kind is AttemptKind.PRODUCTION else "",
        whole=whole,
    )


def take_back(store: BenchStore, attempt_id: str, rows: frozenset[str], now: float) -> Kept | None:
    """Takes back the last answer of a completed attempt, and its label with it, while no label of it is out.

    `rows` are those that can be asked again. None, and nothing has happened, where that cannot be. For the store's
    thread; raises `StoreRefused`.
    """
    try:
        kept = kept_of(store, attempt_id, now, whole=True)
    except CannotResume:
        return None
    if not kept.completed or not kept.answers or kept.answers[-1].row not in rows:
        return None
    with storing(store.database):
        # In one transaction with the child that prints: a label is either called back, or out.
        if latest_out_inside(store.database, attempt_id) is not None:
            return None
        cancel_inside(store.database, store.clock, kept.label.giving.serial, wording.LABEL_OF_ANSWER)
    return msgspec.structs.replace(kept, answers=kept.answers[:-1], reopened=kept.answers[-1])


def too_old(started_at: str, now: float) -> bool:
    """True where what an attempt kept, which began then (UTC, RFC 3339), is too old at this time (seconds since 1970).

    A time in the future is that of a clock that was set back, so that nobody knows how old it is.
    """
    try:
        return abs(now - datetime.fromisoformat(started_at).timestamp()) > OLDEST_KEPT_S
    except ValueError:
        return True


def _first_of(store: BenchStore, record: AttemptRecord) -> AttemptRecord:
    """The attempt whose evidence is oldest, of those that went on with one another."""
    for _ in range(MOST_LINKS):
        before = store.record(record.resumes) if record.resumes else None
        if before is None:
            return record
        record = before
    raise CannotResume(wording.KEPT_TOO_LONG)


def _is_good(item: Item) -> bool:
    """True for what was read whole, and is still there whole. An exercise that broke off has measured something too,
    and is done anew.
    """
    broke_off = item.meta.error is not None or (item.meta.truncated and item.meta.id.startswith(item_of("")))
    return not broke_off and len(item.data) == item.meta.size


class Restored(Struct, frozen=True):
    """What a slot shows after a start: what its last attempt came to. `note` is a sentence on it, where that says more
    than its verdict; `interrupted`: the bench stopped in the middle of it.
    """

    record: AttemptRecord
    note: str
    interrupted: bool
    held: bool = False

    def is_of(self, who: Identified) -> bool:
        """True where this laptop is the one that was tested: its firmware's table is the same, or names the serial
        number of the label.
        """
        marks = {meta.sha256 for meta in self.record.evidence if meta.id in MARKS and meta.error is None}
        if who.mark and who.mark in marks:
            return True
        return bool(who.serial) and who.serial.casefold() == self.record.scan.serial.casefold()

    def with_laptop(self, state: SlotState, who: Identified, link: str, now: float) -> SlotState | None:
        """The slot with a laptop that has said who it is; None where that is another one. `link` is the name of a
        link whose laptop never leaves, and empty for others; `now` is seconds since 1970.
        """
        here = msgspec.structs.replace(state, away=False, now="")
        if self.is_of(who):
            # What became of a conflict is a second person's to say, and not the power cut's.
            agrees = who.serial.casefold() in ("", self.record.scan.serial.casefold()) or self.record.approved_by != ""
            goes_on = self.interrupted and agrees and not too_old(self.record.started_at, now)
            return msgspec.structs.replace(here, stage=Stage.STOPPED, stop=self.stop()) if goes_on else here
        # One that never leaves, and says nothing, is still the same; but nothing shows that its evidence is.
        return here if link == self.record.link and who == Identified() else None

    def state(self, number: int) -> SlotState:
        """The slot while its laptop is not there, or has not said who it is."""
        record = self.record
        if record.verdict is not None and record.kind is AttemptKind.BENCH_CHECK:
            headline = self.note or wording.BENCH_CHECK_DONE
        elif record.verdict is not None:
            headline = f"{HEADLINES[record.verdict]} {record.note}".strip()
        else:
            headline = self.note or record.note
        return SlotState(
            number=number,
            stage=Stage.DONE if record.verdict is not None else Stage.ABORTED,
            link=record.link,
            serial=record.scan.serial,
            laptop=record.device.model,
            seconds=0.0 if self.interrupted else _seconds(record),
            checks=check_lines(record.findings),
            checks_expected=len(record.findings),
            verdict=record.verdict,
            headline=clean(headline, LONGEST_HEADLINE),
            attempt_id=record.attempt_id,
            held=self.held,
            away=True,
            bench_check=record.kind is AttemptKind.BENCH_CHECK,
        )

    def stop(self) -> Stop:
        """What stops the slot while the laptop of an interrupted test is there."""
        sentence = wording.interrupted_here(self.record.scan.serial)
        return Stop(StopKind.INTERRUPTED, sentence, "GO", wording.GO_RESUMES)


def _seconds(record: AttemptRecord) -> float:
    """How long it took. When an interrupted one was over, nobody knows: what is kept is when it was found."""
    try:
        begun, over = datetime.fromisoformat(record.started_at), datetime.fromisoformat(record.finished_at)
        return max(0.0, (over - begun).total_seconds())
    except (TypeError, ValueError):
        return 0.0
