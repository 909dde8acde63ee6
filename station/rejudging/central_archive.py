"""Central's database as an archive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import msgspec
from sqlalchemy import URL, Connection, Engine, RowMapping, and_, delete, func, select, update
from sqlalchemy.exc import DatabaseError

from checks.verdict import Verdict
from hardware.evidence.bundle import Bundle, ItemMeta
from specs.decisions import NO_DECISIONS, Decisions
from specs.text import clean
from station.central.database import migrate, open_database, read, url_in, write
from station.central.errors import DatabaseRefused
from station.central.schema import (
    APART,
    THAT_COUNT,
    attempt,
    attempt_evidence,
    attempt_facts,
    evidence,
    rejudged,
    rejudging,
)
from station.clock import SYSTEM_CLOCK, Clock
from station.kept_facts import KeptFacts
from station.rejudging import wording
from station.rejudging.archive import Kept, Plan, Rejudged, Run
from station.rejudging.errors import RejudgeRefused
from station.rejudging.packing import checked_item, kept_of, pack_changes, run_of, unpack_changes

__all__ = ["CentralArchive"]

ATTEMPTS_AT_ONCE: Final = 200
"""Records that are read in one transaction: some 4 MB with their facts."""
RESULTS_AT_ONCE: Final = 1000
SERIALS_AT_ONCE: Final = 5000
"""Well under the 32,766 parameters that a statement of SQLite's may have."""

# An aborted or interrupted attempt has no verdict, and there is nothing to judge again.
_WITH_VERDICT: Final = attempt.c.outcome.in_([verdict.value for verdict in Verdict])
_FINISHED: Final = and_(THAT_COUNT, _WITH_VERDICT)
_PUBLISHED: Final = rejudging.c.published_at.is_not(None)
_PUBLISHED_RUNS: Final = (
    select(rejudging.c.run_id).where(_PUBLISHED).order_by(rejudging.c.published_at, rejudging.c.run_id)
)

_META: Final = msgspec.json.Decoder(ItemMeta)


class CentralArchive:
    """The finished attempts of central, by their `sequence`. Methods raise `DatabaseRefused` where the disk refuses.

    Central may serve meanwhile: nothing is read or written in a transaction that outlasts one batch, so that its log
    can be written back and no bench waits for its turn.
    """

    def __init__(self, engine: Engine, clock: Clock = SYSTEM_CLOCK) -> None:
        self._engine = engine
        self._clock = clock

    @classmethod
    def at(cls, where: str) -> CentralArchive:
        """The archive in a folder's embedded database, or at a SQLite file's URL, brought to this version's schema.

        Raises `DatabaseRefused`, also where there is no database: judging again makes none.
        """
        url: str | URL = where if "://" in where else url_in(Path(where))
        engine = open_database(url)
        place = Path(engine.url.database or "")
        if not place.is_file():
            raise DatabaseRefused(
                f"There is no central store at {clean(str(place))}; name its data folder with --data,"
                " or leave out --central for this bench's own attempts."
            )
        migrate(engine)
        return cls(engine)

    def close(self) -> None:
        """Lets go of the database."""
        self._engine.dispose()

    def count(self, beyond: int = 0) -> int:
        """How many finished attempts have a number beyond this one."""
        with self._reading() as connection:
            return connection.scalar(select(func.count()).where(_FINISHED, attempt.c.sequence > beyond)) or 0

    def left_out(self) -> int:
        """How many bench checks and verdicts that were taken back there are."""
        with self._reading() as connection:
            return connection.scalar(select(func.count()).where(APART, _WITH_VERDICT)) or 0

    def numbers(self, beyond: int, count: int) -> Sequence[int]:
        """The numbers of the next finished attempts, ascending."""
        statement = (
            select(attempt.c.sequence)
            .where(_FINISHED, attempt.c.sequence > beyond)
            .order_by(attempt.c.sequence)
            .limit(count)
        )
        with self._reading() as connection:
            return connection.scalars(statement).all()

    def kept(self, first: int, last: int) -> Iterator[Kept]:
        """The finished attempts from one number to another, ascending, with the verdict in force."""
        done_to = first - 1
        while True:
            with self._reading() as connection:
                rows = _kept_rows(connection, done_to, last)
                superseded = _superseded(connection, rows[0]["sequence"], rows[-1]["sequence"]) if rows else {}
            if not rows:
                return
            for row in rows:
                yield _kept(row, superseded.get(row["sequence"], ()))
            done_to = rows[-1]["sequence"]

    def evidence(self, attempt_id: str) -> Bundle:
        """The evidence of an attempt, each item checked against its digest. Raises `EvidenceGone`."""
        statement = (
            select(attempt_evidence.c.meta, evidence.c.data)
            .select_from(attempt_evidence)
            .join(attempt, attempt.c.sequence == attempt_evidence.c.sequence)
            .outerjoin(evidence, evidence.c.sha256 == attempt_evidence.c.sha256)
            .where(attempt.c.attempt_id == attempt_id)
            .order_by(attempt_evidence.c.position)
        )
        with self._reading() as connection:
            rows = connection.execute(statement).all()
        return Bundle.of(checked_item(_META.decode(row.meta), row.data, wording.NOT_COME) for row in rows)

    def decisions(self) -> Decisions:
        """None: central keeps no book. What a bench decided stands in its records, and counts from there."""
        return NO_DECISIONS

    def published(self) -> Sequence[Run]:
        """The runs whose verdicts were put in force, oldest first."""
        statement = select(rejudging).where(_PUBLISHED).order_by(rejudging.c.published_at, rejudging.c.run_id)
        with self._reading() as connection:
            return [run_of(row) for row in connection.execute(statement).mappings()]

    def find_run(self, key: str) -> Run | None:
        """The unpublished run of a key; None where there is none."""
        with self._reading() as connection:
            return _unpublished(connection, key)

    def open_run(self, plan: Plan) -> Run:
        """The unpublished run of that plan's key, begun where there is none."""
        with self._writing() as connection:
            found = _unpublished(connection, plan.key)
            if found is not None:
                return found
            _forget_previews(connection, clean(plan.profile))
            run_id = self._clock.new_id()
            row = {
                "run_id": run_id,
                "run_key": plan.key,
                "profile": clean(plan.profile),
                "profile_digest": plan.profile_digest,
                "profile_data": plan.profile_data,
                "moment": plan.moment,
                "done_to": 0,
                "follows": _last_published(connection),
            }
            connection.execute(rejudging.insert(), row)
            return _run_of(connection, run_id)

    def keep(self, run: Run, judged: Sequence[Rejudged], done_to: int, *, complete: bool) -> Run:
        """Keeps results, the facts that were read, and how far the run has come, in one transaction."""
        results = [_row(run, one) for one in judged]
        facts = [
            {"sequence": one.number, "reader": one.facts.reader, "data": one.facts.data}
            for one in judged
            if one.facts is not None
        ]
        finished = self._clock.now_text() if complete else None
        with self._writing() as connection:
            _refuse_unless_unpublished(connection, run.run_id)
            # Deleted and written again, because a range that was broken off is judged a second time.
            if results:
                numbers = [row["sequence"] for row in results]
                connection.execute(
                    delete(rejudged).where(rejudged.c.run_id == run.run_id, rejudged.c.sequence.in_(numbers))
                )
                connection.execute(rejudged.insert(), results)
            if facts:
                numbers = [row["sequence"] for row in facts]
                connection.execute(delete(attempt_facts).where(attempt_facts.c.sequence.in_(numbers)))
                connection.execute(attempt_facts.insert(), facts)
            connection.execute(
                update(rejudging).where(rejudging.c.run_id == run.run_id).values(done_to=done_to, finished_at=finished)
            )
        return msgspec.structs.replace(run, done_to=done_to, complete=complete)

    def results(self, run: Run) -> Iterator[Rejudged]:
        """Every result of a run, ascending, without facts."""
        done_to = 0
        while True:
            statement = (
                select(rejudged, attempt.c.attempt_id, attempt.c.scan_serial, attempt.c.serial)
                .join(attempt, attempt.c.sequence == rejudged.c.sequence)
                .where(rejudged.c.run_id == run.run_id, rejudged.c.sequence > done_to)
                .order_by(rejudged.c.sequence)
                .limit(RESULTS_AT_ONCE)
            )
            with self._reading() as connection:
                rows = connection.execute(statement).all()
            if not rows:
                return
            for row in rows:
                yield Rejudged(
                    number=row.sequence,
                    attempt_id=row.attempt_id,
                    serial=row.scan_serial or row.serial,
                    was=Verdict(row.was),
                    verdict=Verdict(row.verdict) if row.verdict else None,
                    changes=unpack_changes(row.changes),
                    problem=row.problem or "",
                )
            done_to = rows[-1].sequence

    def latest(self, serials: Iterable[str]) -> dict[str, int]:
        """For each serial number the number of its latest finished attempt."""
        wanted = sorted(set(serials))
        found: dict[str, int] = {}
        for start in range(0, len(wanted), SERIALS_AT_ONCE):
            chunk = wanted[start : start + SERIALS_AT_ONCE]
            with self._reading() as connection:
                for named in (
                    select(attempt.c.scan_serial, func.max(attempt.c.sequence))
                    .where(_FINISHED, attempt.c.scan_serial.in_(chunk))
                    .group_by(attempt.c.scan_serial),
                    # As on the pages: what was scanned without a serial number goes by its firmware's.
                    select(attempt.c.serial, func.max(attempt.c.sequence))
                    .where(_FINISHED, and_(attempt.c.scan_serial == "", attempt.c.serial.in_(chunk)))
                    .group_by(attempt.c.serial),
                ):
                    for serial, number in connection.execute(named):
                        found[serial] = max(number, found.get(serial, 0))
        return found

    def publish(self, run: Run, operator: str, reason: str) -> Run:
        """Puts the run's verdicts in force, in one transaction. The old findings stay where they are."""
        with self._writing() as connection:
            follows = _refuse_unless_unpublished(connection, run.run_id)
            if follows != _last_published(connection):
                raise RejudgeRefused(wording.OVERTAKEN)
            connection.execute(
                update(rejudging)
                .where(rejudging.c.run_id == run.run_id)
                .values(published_at=self._clock.now_text(), operator=clean(operator, 80), reason=clean(reason))
            )
            return _run_of(connection, run.run_id)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._refusing(), read(self._engine) as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._refusing(), write(self._engine) as connection:
            yield connection

    @contextmanager
    def _refusing(self) -> Iterator[None]:
        try:
            yield
        except DatabaseError as error:
            raise DatabaseRefused(
                f"The database {self._engine.url.database} cannot be used ({error.orig}); check the disk and the file."
            ) from error


def _kept_rows(connection: Connection, beyond: int, last: int) -> Sequence[RowMapping]:
    statement = (
        select(
            attempt.c.sequence,
            attempt.c.attempt_id,
            attempt.c.outcome,
            attempt.c.scan_serial,
            attempt.c.serial,
            attempt.c.record,
            attempt_facts.c.reader,
            attempt_facts.c.data,
        )
        .select_from(attempt.outerjoin(attempt_facts, attempt_facts.c.sequence == attempt.c.sequence))
        .where(_FINISHED, attempt.c.sequence > beyond, attempt.c.sequence <= last)
        .order_by(attempt.c.sequence)
        .limit(ATTEMPTS_AT_ONCE)
    )
    return connection.execute(statement).mappings().all()


def _superseded(connection: Connection, first: int, last: int) -> dict[int, list[tuple[str, bytes | None]]]:
    """For each attempt the verdicts that were published since, oldest first, and what each changed."""
    order = {run_id: place for place, run_id in enumerate(connection.scalars(_PUBLISHED_RUNS))}
    # The runs by name: joined, SQLite would look through the results of every run, previews too, for each range.
    statement = select(rejudged.c.run_id, rejudged.c.sequence, rejudged.c.verdict, rejudged.c.changes).where(
        rejudged.c.run_id.in_(order), rejudged.c.sequence.between(first, last), rejudged.c.verdict.is_not(None)
    )
    rows = connection.execute(statement).all() if order else []
    found: dict[int, list[tuple[str, bytes | None]]] = {}
    for row in sorted(rows, key=lambda row: order[row.run_id]):
        found.setdefault(row.sequence, []).append((row.verdict, row.changes))
    return found


def _kept(row: RowMapping, since: Iterable[tuple[str, bytes | None]]) -> Kept:
    return kept_of(
        number=row["sequence"],
        attempt_id=row["attempt_id"],
        serial=row["scan_serial"] or row["serial"],
        verdict=row["outcome"],
        record=row["record"],
        facts=KeptFacts(row["reader"], row["data"]) if row["reader"] is not None else None,
        since=since,
    )


def _refuse_unless_unpublished(connection: Connection, run_id: str) -> str:
    """Which publication the run follows. Raises `RejudgeRefused` where it is gone or published itself."""
    statement = select(rejudging.c.follows).where(rejudging.c.run_id == run_id, rejudging.c.published_at.is_(None))
    follows: str | None = connection.scalar(statement)
    if follows is None:
        raise RejudgeRefused(wording.RUN_GONE)
    return follows


def _last_published(connection: Connection) -> str:
    statement = (
        select(rejudging.c.run_id)
        .where(_PUBLISHED)
        .order_by(rejudging.c.published_at.desc(), rejudging.c.run_id.desc())
        .limit(1)
    )
    return connection.scalar(statement) or ""


def _forget_previews(connection: Connection, profile: str) -> None:
    """Deletes what can never be published: older previews by this profile, of other decisions or parsers."""
    stale = (rejudging.c.profile == profile, rejudging.c.published_at.is_(None))
    connection.execute(delete(rejudged).where(rejudged.c.run_id.in_(select(rejudging.c.run_id).where(*stale))))
    connection.execute(delete(rejudging).where(*stale))


def _unpublished(connection: Connection, key: str) -> Run | None:
    statement = (
        select(rejudging)
        .where(rejudging.c.run_key == key, rejudging.c.published_at.is_(None))
        .order_by(rejudging.c.run_id)
        .limit(1)
    )
    row = connection.execute(statement).mappings().one_or_none()
    return run_of(row) if row is not None else None


def _run_of(connection: Connection, run_id: str) -> Run:
    return run_of(connection.execute(select(rejudging).where(rejudging.c.run_id == run_id)).mappings().one())


def _row(run: Run, one: Rejudged) -> dict[str, Any]:
    return {
        "run_id": run.run_id,
        "sequence": one.number,
        "was": one.was.value,
        "verdict": one.verdict.value if one.verdict else None,
        "problem": clean(one.problem) or None,
        "changes": pack_changes(one.changes),
    }
