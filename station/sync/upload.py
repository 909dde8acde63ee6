"""The upload job: one step at a time, each deciding from central's answer alone what became of a record.

    answer                              what is done
    ------------------------------------------------------------------------------------------------------
    200, our JSON, names the record     stored, duplicate: acknowledged. conflict, rejected: dead letter
    401, 403                            stop: a person must enrol the bench again
    422 unknown_schema                  stop: bench or central must be updated
    413, 5xx, not_a_batch               halve the batch, down to one record
    one record, refused in our JSON     dead letter: it can never be taken
    one record, 5xx                     the others go ahead; where they pass and it fails, three times over:
                                        dead letter
    429, 503                            wait as long as Retry-After says
    no answer, a page, anything else    nothing is acknowledged; wait and send the same again

Waiting grows exponentially with full jitter, at most five minutes, for ever: age never drops a record. The job
takes its clock, its chance, its store and its transport as arguments, and holds no state that matters.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final, TypeAlias

import msgspec
from msgspec import Struct

from specs.text import clean
from station.clock import utc_text
from station.sync.outbox import Outbox, OutboxRow
from station.sync.transport import Reply, Transport, TransportError
from station.sync.wire import ANSWER_SCHEMA, BATCH_SCHEMA, Batch, BatchAnswer, Problem, send_form

__all__ = ["Idle", "Progress", "RetryLater", "Step", "Stopped", "SyncJob"]

MOST_ROWS: Final = 100
"""Records of one batch; more gains nothing (domain/central.md section 2)."""
MOST_BYTES: Final = 4 * 10**6
"""Bytes of one batch before compression, unless its first record alone is larger."""
LONGEST_WAIT: Final = 300.0
FIRST_WAIT: Final = 2.0
_LONGEST_RETRY_AFTER: Final = 3600.0
_STRIKES: Final = 3
_EVIDENCE_A_STEP: Final = 20


class Idle(Struct, frozen=True):
    """Nothing waits to be sent, except evidence that central or the bench does not have (`held_back`)."""

    held_back: int = 0


class Progress(Struct, frozen=True):
    """Something reached central; there may be more to send."""

    stored: int = 0
    duplicates: int = 0
    dead: int = 0
    evidence: int = 0


class RetryLater(Struct, frozen=True):
    """Central cannot be asked now. Wait `seconds`; `sentence` says why. `smaller`: the next try asks for less."""

    seconds: float
    sentence: str
    smaller: bool = False


class Stopped(Struct, frozen=True):
    """Waiting will not help; a person must act. `sentence` says what."""

    sentence: str


Step: TypeAlias = Idle | Progress | RetryLater | Stopped

# Refusals of a batch that blame its contents.
_BAD_BATCH: Final = frozenset({"not_a_batch", "too_large", "too_many"})


@dataclass
class _Suspect:
    """A record on which central failed when it was sent alone."""

    strikes: int = 0
    others_passed: bool = False


class SyncJob:
    """Takes the outbox to central. One job a bench; two at once do no harm, only double work."""

    def __init__(self, outbox: Outbox, transport: Transport, clock: Callable[[], datetime], rng: random.Random) -> None:
        self._outbox = outbox
        self._transport = transport
        self._clock = clock
        self._rng = rng
        self._failures = 0
        self._batch_rows = MOST_ROWS
        self._suspects: dict[int, _Suspect] = {}
        self._held_back: set[str] = set()

    def step(self) -> Step:
        """Send one batch, or, where no record waits, some evidence."""
        try:
            waiting = self._outbox.pending(self._batch_rows + len(self._suspects))
            rows = self._next_rows(waiting)
            step = self._send_rows(rows) if rows else self._send_evidence()
            if isinstance(step, Idle) and waiting:
                step = self._send_rows(waiting[:1])
        except TransportError as error:
            return self._later(f"{_capital(str(error))}.")
        if isinstance(step, (Idle, Progress)):
            self._failures = 0
        return step

    # ---- records -----------------------------------------------------------------------------------------

    def _next_rows(self, waiting: Sequence[OutboxRow]) -> list[OutboxRow]:
        """The next batch: in order, but a record that central failed on lets everything else go first."""
        clear = [row for row in waiting if row.seq not in self._suspects]
        rows: list[OutboxRow] = []
        size = 0
        for row in clear[: self._batch_rows]:
            size += len(row.record)
            if rows and size > MOST_BYTES:
                break
            rows.append(row)
        return rows

    def _send_rows(self, rows: Sequence[OutboxRow]) -> Step:
        batch = Batch(
            schema=BATCH_SCHEMA,
            bench_id=self._outbox.bench_id(),
            sent_at=self._now(),
            records=tuple(send_form(row.seq, row.attempt_id, row.sha256, row.record) for row in rows),
        )
        reply = self._transport.post_batch(msgspec.json.encode(batch))
        if reply.status == 200:
            return self._settle(rows, reply)
        problem = _problem(reply)
        if reply.status in (429, 503):
            return self._later("Central is busy and asks to wait.", reply.retry_after)
        if stop := _stop(reply.status, problem):
            return stop
        if reply.status == 413 or reply.status >= 500 or (problem and problem.error in _BAD_BATCH):
            return self._smaller(rows, reply.status, problem)
        return self._later(f"What answers at central's address is not central (HTTP {reply.status}).")

    def _settle(self, rows: Sequence[OutboxRow], reply: Reply) -> Step:
        """Do what the receipts say. A record that the answer does not name stays in the outbox."""
        try:
            answer = msgspec.json.decode(reply.body, type=BatchAnswer)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            answer = None
        if answer is None or answer.schema != ANSWER_SCHEMA:
            return self._later("What answers at central's address is not central.")
        receipts = {receipt.attempt_id: receipt for receipt in answer.receipts}
        held: list[tuple[int, str]] = []
        dead = 0
        for row in rows:
            receipt = receipts.get(row.attempt_id)
            if receipt is None:
                continue
            if receipt.status in ("stored", "duplicate"):
                held.append((row.seq, receipt.status))
            elif receipt.status in ("conflict", "rejected"):
                self._bury(row, f"{receipt.status}: {receipt.reason}")
                dead += 1
        if held:
            self._outbox.acknowledge([seq for seq, _ in held], [status for _, status in held], self._now())
        if not held and not dead:
            return self._later("Central's answer names none of the records that were sent.")
        self._batch_rows = min(MOST_ROWS, self._batch_rows * 2)
        for seq, _ in held:
            self._suspects.pop(seq, None)
        if held:
            for suspect in self._suspects.values():
                suspect.others_passed = True
        stored = sum(status == "stored" for _, status in held)
        return Progress(stored=stored, duplicates=len(held) - stored, dead=dead)

    def _smaller(self, rows: Sequence[OutboxRow], status: int, problem: Problem | None) -> Step:
        """The batch as a whole was refused: find out which record it is, and do not let it hold up the others."""
        sentence = problem.message if problem else f"Central failed (HTTP {status})."
        if len(rows) > 1:
            self._batch_rows = max(1, len(rows) // 2)
            return Progress() if status < 500 else self._later(sentence, smaller=True)
        row = rows[0]
        if problem is not None and problem.error in _BAD_BATCH:
            self._bury(row, f"{problem.error}: {problem.message}")
            return Progress(dead=1)
        suspect = self._suspects.get(row.seq)
        if suspect is None:
            self._suspects[row.seq] = _Suspect()
            return self._later(sentence, smaller=len(self._suspects) == 1)
        # Without another record that passed, it may just be central that is down.
        if suspect.others_passed:
            suspect.strikes += 1
            suspect.others_passed = False
        if suspect.strikes >= _STRIKES:
            self._bury(row, "central fails on this record every time, while others go through")
            return Progress(dead=1)
        return self._later(sentence)

    def _bury(self, row: OutboxRow, reason: str) -> None:
        self._outbox.dead_letter(row.seq, clean(reason), self._now())
        self._suspects.pop(row.seq, None)

    # ---- evidence ----------------------------------------------------------------------------------------

    def _send_evidence(self) -> Step:
        wanted = self._outbox.wanted_evidence(_EVIDENCE_A_STEP + len(self._held_back))
        hashes = [sha256 for sha256 in wanted if sha256 not in self._held_back][:_EVIDENCE_A_STEP]
        done = 0
        for sha256 in hashes:
            data = self._outbox.evidence_bytes(sha256)
            if data is None:
                self._held_back.add(sha256)
                continue
            try:
                reply = self._transport.put_evidence(sha256, data)
            except TransportError:
                if done:
                    break  # what was sent is counted; the next step meets the same error
                raise
            problem = _problem(reply)
            if reply.status in (201, 204):
                self._outbox.evidence_sent(sha256, self._now())
                done += 1
            elif reply.status in (429, 503):
                return self._later("Central is busy and asks to wait.", reply.retry_after)
            elif stop := _stop(reply.status, problem):
                return stop
            elif reply.status < 500 and problem is not None:
                # Not lost: it stays wanted, and a new start of the job tries again.
                self._held_back.add(sha256)
            else:
                return self._later(f"Central did not take the evidence (HTTP {reply.status}).")
        if done:
            return Progress(evidence=done)
        return Idle(len(self._held_back)) if len(wanted) <= len(self._held_back) else Progress()

    # ---- waiting -----------------------------------------------------------------------------------------

    def _later(self, sentence: str, retry_after: str = "", smaller: bool = False) -> RetryLater:
        self._failures = min(self._failures + 1, 30)
        asked = _retry_after_seconds(retry_after, self._clock())
        if asked is not None:
            # A little jitter on top, so that a hundred benches do not come back in the same second.
            return RetryLater(min(asked, _LONGEST_RETRY_AFTER) + self._rng.uniform(0, FIRST_WAIT), sentence, smaller)
        ceiling = min(LONGEST_WAIT, FIRST_WAIT * 2.0**self._failures)
        return RetryLater(self._rng.uniform(0, ceiling), sentence, smaller)

    def _now(self) -> str:
        return utc_text(self._clock().timestamp())


def _problem(reply: Reply) -> Problem | None:
    """Central's own refusal, or None where somebody else answered."""
    try:
        problem = msgspec.json.decode(reply.body, type=Problem)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return Problem(clean(problem.error), clean(problem.message))


def _stop(status: int, problem: Problem | None) -> Stopped | None:
    if status in (401, 403):
        said = problem.message if problem else "Central refuses this bench; enrol it again."
        return Stopped(said)
    if problem is not None and problem.error == "unknown_schema":
        return Stopped(problem.message)
    return None


def _retry_after_seconds(text: str, now: datetime) -> float | None:
    """The seconds of a Retry-After header, whether a number or a date."""
    text = text.strip()
    if text.isascii() and text.isdecimal():
        return float(text[:9])
    try:
        return max(0.0, (parsedate_to_datetime(text) - now).total_seconds())
    except (TypeError, ValueError):
        return None


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
