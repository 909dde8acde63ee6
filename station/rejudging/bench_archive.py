"""A bench's own store as an archive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from checks.verdict import Verdict
from hardware.evidence.bundle import Bundle
from specs.decisions import Decisions
from specs.text import clean
from station.clock import SYSTEM_CLOCK, Clock
from station.kept_facts import KeptFacts
from station.rejudging import wording
from station.rejudging.archive import Kept, Plan, Rejudged, Run
from station.rejudging.errors import RejudgeRefused
from station.rejudging.packing import checked_item, kept_of, pack_changes, run_of, unpack_changes
from station.store.bench_store import BenchStore, reading, storing
from station.store.decision_book import DecisionBook
from station.store.standing import that_count

__all__ = ["BenchArchive"]


_FINISHED: Final = f"a.verdict IS NOT NULL AND {that_count('a')}"
"""True for an attempt `a` that is finished (`archive`)."""


class BenchArchive:
    """The finished attempts of one bench, by their `seq`. Methods raise `StoreRefused` where the disk refuses."""

    def __init__(self, store: BenchStore, clock: Clock = SYSTEM_CLOCK) -> None:
        self._store = store
        self._database = store.database
        self._clock = clock

    @classmethod
    def at(cls, path: Path) -> BenchArchive:
        """The archive in a bench's file. Raises `StoreUnusable`."""
        return cls(BenchStore(path))

    def close(self) -> None:
        """Closes the file."""
        self._store.close()

    def count(self, beyond: int = 0) -> int:
        """How many finished attempts have a number beyond this one."""
        [row] = self._all(f"SELECT count(*) AS n FROM attempt a WHERE {_FINISHED} AND a.seq > ?", beyond)
        return int(row["n"])

    def left_out(self) -> int:
        """How many bench checks and verdicts that were taken back there are."""
        [row] = self._all(f"SELECT count(*) AS n FROM attempt a WHERE a.verdict IS NOT NULL AND NOT ({_FINISHED})")
        return int(row["n"])

    def numbers(self, beyond: int, count: int) -> Sequence[int]:
        """The numbers of the next finished attempts, ascending."""
        rows = self._all(
            f"SELECT a.seq FROM attempt a WHERE {_FINISHED} AND a.seq > ? ORDER BY a.seq LIMIT ?", beyond, count
        )
        return [row["seq"] for row in rows]

    def kept(self, first: int, last: int) -> Iterator[Kept]:
        """The finished attempts from one number to another, ascending, with the verdict in force."""
        superseded = self._superseded(first, last)
        rows = self._all(
            "SELECT a.seq, a.attempt_id, a.serial, a.verdict, a.record, f.reader, f.data FROM attempt a"
            " LEFT JOIN attempt_facts f ON f.attempt_id = a.attempt_id"
            f" WHERE {_FINISHED} AND a.seq BETWEEN ? AND ? ORDER BY a.seq",
            first,
            last,
        )
        for row in rows:
            yield kept_of(
                number=row["seq"],
                attempt_id=row["attempt_id"],
                serial=row["serial"],
                verdict=row["verdict"],
                record=row["record"],
                facts=KeptFacts(row["reader"], row["data"]) if row["reader"] is not None else None,
                since=superseded.get(row["seq"], ()),
            )

    def evidence(self, attempt_id: str) -> Bundle:
        """The evidence of an attempt, each item checked against its digest. Raises `EvidenceGone`."""
        bundle = self._store.evidence(attempt_id)
        return Bundle.of(checked_item(item.meta, item.data, wording.NOT_HERE) for item in bundle.items.values())

    def decisions(self) -> Decisions:
        """Every decision ever made at this bench."""
        return DecisionBook(self._store, self._clock).all()

    def published(self) -> Sequence[Run]:
        """The runs whose verdicts were put in force, oldest first."""
        rows = self._all("SELECT * FROM rejudging WHERE published_at IS NOT NULL ORDER BY published_at, run_id")
        return [run_of(row) for row in rows]

    def find_run(self, key: str) -> Run | None:
        """The unpublished run of a key; None where there is none."""
        with reading():
            found = self._unpublished(key)
        return run_of(found[0]) if found else None

    def open_run(self, plan: Plan) -> Run:
        """The unpublished run of that plan's key, begun where there is none."""
        with storing(self._database):
            if not self._unpublished(plan.key):
                self._forget_previews(plan.profile)
                self._database.table("rejudging").insert(
                    {
                        "run_id": self._clock.new_id(),
                        "run_key": plan.key,
                        "profile": plan.profile,
                        "profile_digest": plan.profile_digest,
                        "profile_data": plan.profile_data,
                        "moment": plan.moment,
                        "done_to": 0,
                        "follows": self._last_published(),
                    }
                )
            [row] = self._unpublished(plan.key)
        return run_of(row)

    def keep(self, run: Run, judged: Sequence[Rejudged], done_to: int, *, complete: bool) -> Run:
        """Keeps results, the facts that were read, and how far the run has come, in one transaction."""
        done = msgspec.structs.replace(run, done_to=done_to, complete=complete)
        finished = self._clock.now_text() if complete else None
        with storing(self._database):
            self._refuse_unless_unpublished(run.run_id)
            self._database.table("rejudged").insert_all(
                ({"run_id": run.run_id, **_row(one)} for one in judged), replace=True
            )
            self._database.table("attempt_facts").insert_all(
                (
                    {"attempt_id": one.attempt_id, "reader": one.facts.reader, "data": one.facts.data}
                    for one in judged
                    if one.facts is not None
                ),
                replace=True,
            )
            self._database.execute(
                "UPDATE rejudging SET done_to = ?, finished_at = ? WHERE run_id = ?", [done_to, finished, run.run_id]
            )
        return done

    def results(self, run: Run) -> Iterator[Rejudged]:
        """Every result of a run, ascending, without facts."""
        rows = self._all(
            "SELECT r.*, a.serial FROM rejudged r JOIN attempt a ON a.attempt_id = r.attempt_id"
            " WHERE r.run_id = ? ORDER BY r.seq",
            run.run_id,
        )
        for row in rows:
            yield _result(row)

    def latest(self, serials: Iterable[str]) -> dict[str, int]:
        """For each serial number the number of its latest finished attempt."""
        wanted = set(serials)
        rows = self._all(f"SELECT a.serial, max(a.seq) AS seq FROM attempt a WHERE {_FINISHED} GROUP BY a.serial")
        return {row["serial"]: row["seq"] for row in rows if row["serial"] in wanted}

    def publish(self, run: Run, operator: str, reason: str) -> Run:
        """Puts the run's verdicts in force, in one transaction. The old findings stay where they are."""
        with storing(self._database):
            follows = self._refuse_unless_unpublished(run.run_id)
            if follows != self._last_published():
                raise RejudgeRefused(wording.OVERTAKEN)
            self._database.execute(
                "UPDATE rejudging SET published_at = ?, operator = ?, reason = ? WHERE run_id = ?",
                [self._clock.now_text(), clean(operator, 80), clean(reason), run.run_id],
            )
            [row] = self._database.query("SELECT * FROM rejudging WHERE run_id = ?", [run.run_id])
        return run_of(row)

    def published_of(self, attempt_id: str) -> list[tuple[Run, Rejudged]]:
        """The published judgements of one attempt, oldest first; the last one is in force."""
        rows = self._all(
            "SELECT j.*, r.seq, r.attempt_id, r.was, r.verdict, r.problem, r.changes, a.serial FROM rejudged r"
            " JOIN rejudging j ON j.run_id = r.run_id JOIN attempt a ON a.attempt_id = r.attempt_id"
            " WHERE j.published_at IS NOT NULL AND r.verdict IS NOT NULL AND r.attempt_id = ?"
            " ORDER BY j.published_at, j.run_id",
            attempt_id,
        )
        return [(run_of(row), _result(row)) for row in rows]

    def _superseded(self, first: int, last: int) -> dict[int, list[tuple[str, bytes | None]]]:
        """For each attempt the verdicts that were published since, oldest first, and what each changed."""
        found: dict[int, list[tuple[str, bytes | None]]] = {}
        # Run by run: joined, SQLite would look through the results of every run, previews too, for each range.
        for run in self.published():
            rows = self._all(
                "SELECT seq, verdict, changes FROM rejudged WHERE run_id = ? AND seq BETWEEN ? AND ?"
                " AND verdict IS NOT NULL",
                run.run_id,
                first,
                last,
            )
            for row in rows:
                found.setdefault(row["seq"], []).append((row["verdict"], row["changes"]))
        return found

    def _refuse_unless_unpublished(self, run_id: str) -> str:
        """Which publication the run follows. Raises `RejudgeRefused` where it is gone or published itself."""
        rows = list(
            self._database.query("SELECT follows FROM rejudging WHERE run_id = ? AND published_at IS NULL", [run_id])
        )
        if not rows:
            raise RejudgeRefused(wording.RUN_GONE)
        return str(rows[0]["follows"])

    def _last_published(self) -> str:
        rows = self._database.query(
            "SELECT run_id FROM rejudging WHERE published_at IS NOT NULL"
            " ORDER BY published_at DESC, run_id DESC LIMIT 1"
        )
        return next((str(row["run_id"]) for row in rows), "")

    def _forget_previews(self, profile: str) -> None:
        """Deletes what can never be published: older previews by this profile, of other decisions or parsers."""
        stale = "SELECT run_id FROM rejudging WHERE profile = ? AND published_at IS NULL"
        self._database.execute(f"DELETE FROM rejudged WHERE run_id IN ({stale})", [profile])
        self._database.execute("DELETE FROM rejudging WHERE profile = ? AND published_at IS NULL", [profile])

    def _unpublished(self, key: str) -> list[dict[str, Any]]:
        return list(
            self._database.query(
                "SELECT * FROM rejudging WHERE run_key = ? AND published_at IS NULL ORDER BY run_id LIMIT 1", [key]
            )
        )

    def _all(self, sql: str, *parameters: Any) -> list[dict[str, Any]]:
        with reading():
            return list(self._database.query(sql, list(parameters)))


def _row(one: Rejudged) -> dict[str, Any]:
    return {
        "seq": one.number,
        "attempt_id": one.attempt_id,
        "was": one.was.value,
        "verdict": one.verdict.value if one.verdict else None,
        "problem": one.problem or None,
        "changes": pack_changes(one.changes),
    }


def _result(row: dict[str, Any]) -> Rejudged:
    return Rejudged(
        number=row["seq"],
        attempt_id=row["attempt_id"],
        serial=row["serial"],
        was=Verdict(row["was"]),
        verdict=Verdict(row["verdict"]) if row["verdict"] else None,
        changes=unpack_changes(row["changes"]),
        problem=row["problem"] or "",
    )
