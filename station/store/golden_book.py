"""The bench's book of golden laptops: what each is expected to say, how it came out in which slot and shift, what it
read, and the waivers that open a slot without it. Nothing is ever deleted.

Golden (kind "good") laptops must pass, known-bad ones (kind "bad") must fail as they always do: both prove the bench,
and count in no yield.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import Struct

from checks.catalogue import CATALOGUE
from checks.verdict import ATTESTED_ROW
from specs.text import clean
from station.bench.expecting import Expected, GoldenKind, Problem, expected_of, profile_id
from station.clock import SYSTEM_CLOCK, Clock
from station.records import AttemptKind, AttemptRecord
from station.store.override_book import GATE_WAIVER, record_inside
from station.store.refusing import reading, storing

if TYPE_CHECKING:
    from station.store.bench_store import BenchStore

__all__ = [
    "FIRST_RUNS",
    "LATEST_RUNS",
    "GateWaiver",
    "Golden",
    "GoldenBook",
    "GoldenKnown",
    "GoldenRun",
    "Readings",
]

LONGEST_NAME: Final = 80
FIRST_RUNS: Final = 20
"""Runs from which the limits of a chart may come (`station.bench.drift`)."""
LATEST_RUNS: Final = 60
"""Runs of which a chart shows the readings. One golden laptop makes up to 48 a day: three shifts of sixteen slots."""
_LARGEST: Final = 1e300
"""Of a reading that can be charted: nothing that a laptop has is near it, and its square can still be told."""


class GoldenKnown(Exception):
    """The laptop is registered already. The message is its kind."""


class Golden(Struct, frozen=True):
    """One laptop that proves the bench. Times are UTC, RFC 3339; the ending is empty where it is still registered.

    `profile` is the profile's id, whatever its version. `expected` gives by check the verdicts of which any is right.
    `attempt_id` is the attempt from which it was registered.
    """

    golden_id: str
    serial: str
    kind: GoldenKind
    model: str
    profile: str
    expected: Expected
    attempt_id: str
    made_at: str
    made_by: str
    ended_at: str = ""
    ended_by: str = ""


class GoldenRun(Struct, frozen=True):
    """One run of a golden laptop: in which slot and shift, under the profile of which digest, and how it came out.

    `registered` is false where the laptop has been ended since. `at` is UTC, RFC 3339.
    """

    attempt_id: str
    serial: str
    kind: GoldenKind
    slot: int
    shift: str
    profile_digest: str
    well: bool
    problems: tuple[Problem, ...]
    at: str
    registered: bool = True


class GateWaiver(Struct, frozen=True):
    """A slot that works without its golden laptops from `made_at` until `until`, both UTC, RFC 3339."""

    waiver_id: str
    slot: int
    made_at: str
    until: str
    asked_by: str
    approved_by: str
    reason: str
    ended_at: str = ""
    ended_by: str = ""


class Readings(Struct, frozen=True):
    """What one check read of one golden laptop, oldest first, in `unit`: its first runs, and its latest ones.

    The two overlap, and are the same, for as long as there are few.
    """

    check: str
    title: str
    unit: str
    first: tuple[float, ...]
    values: tuple[float, ...]


class GoldenBook:
    """The golden laptops in one bench's store. Methods raise `StoreRefused`; then nothing has happened."""

    def __init__(self, store: BenchStore, clock: Clock = SYSTEM_CLOCK) -> None:
        self._database = store.database
        self._clock = clock

    # Laptops

    def register(self, kind: GoldenKind, record: AttemptRecord, by: str) -> Golden:
        """A laptop proves the bench from now on, by what it said in a completed attempt, which is no run of its own.

        Raises `NotGolden` where that attempt shows no such laptop, `GoldenKnown` where it is registered already.
        """
        made = Golden(
            golden_id=self._clock.new_id(),
            serial=record.scan.serial,
            kind=kind,
            model=clean(record.device.model),
            profile=profile_id(record.profile),
            expected=expected_of(kind, record.findings),
            attempt_id=record.attempt_id,
            made_at=self._clock.now_text(),
            made_by=clean(by, LONGEST_NAME),
        )
        with storing(self._database):
            known = self.golden(made.serial)
            if known is not None:
                raise GoldenKnown(known.kind)
            row = msgspec.to_builtins(made) | {"expected": _text(made.expected), "ended_at": None, "ended_by": None}
            self._database.table("golden").insert(row)
        return made

    def end(self, serial: str, by: str) -> bool:
        """A laptop proves the bench no longer. False where it is not registered."""
        return self._end("golden", "serial = ?", serial, by=by)

    def goldens(self, everything: bool = False) -> list[Golden]:
        """The laptops that are registered, oldest first; with `everything` those that were as well."""
        return self._goldens("1" if everything else "ended_at IS NULL")

    def golden(self, serial: str) -> Golden | None:
        """The golden laptop with that serial number; None where it is not one now."""
        found = self._goldens("ended_at IS NULL AND serial = ?", serial)
        return found[0] if found else None

    def latest_attempt(self, serial: str) -> str | None:
        """The latest completed attempt on that serial, from which a golden laptop may be registered."""
        found = self._rows(
            "SELECT attempt_id FROM attempt WHERE serial = ? AND status = 'completed' ORDER BY seq DESC LIMIT 1", serial
        )
        return str(found[0]["attempt_id"]) if found else None

    # Runs

    def keep_run(self, record: AttemptRecord, golden: Golden, shift: str, problems: Sequence[Problem]) -> None:
        """Keeps how a golden laptop came out. A second time for the same attempt changes nothing."""
        with storing(self._database):
            self._database.table("golden_run").insert(
                {
                    "attempt_id": record.attempt_id,
                    "golden_id": golden.golden_id,
                    "slot": record.slot,
                    "shift": shift,
                    "profile_digest": record.profile_digest,
                    "well": not problems,
                    "problems": _text(problems),
                    "at": record.finished_at,
                },
                ignore=True,
            )

    def runs(self, shift: str) -> list[GoldenRun]:
        """The runs of one shift in every slot, oldest first."""
        rows = self._rows(
            "SELECT r.attempt_id, g.serial, g.kind, r.slot, r.shift, r.profile_digest, r.well, r.problems, r.at,"
            " g.ended_at IS NULL AS registered FROM golden_run r JOIN golden g USING (golden_id)"
            " WHERE r.shift = ? ORDER BY r.rowid",
            shift,
        )
        read = [row | {"problems": msgspec.json.decode(row["problems"])} for row in rows]
        # Of SQLite true is 1: not strict, so that it becomes true again.
        return [msgspec.convert(row, GoldenRun, strict=False) for row in read]

    def readings(self, golden_id: str) -> tuple[Readings, ...]:
        """The numbers that each check read of one golden laptop, by title; of its attempts as a golden one only."""
        first = self._numbers(golden_id, "ASC", FIRST_RUNS)
        latest = self._numbers(golden_id, "DESC", LATEST_RUNS)
        found = []
        for check, (unit, values) in latest.items():
            known = CATALOGUE.get(check)
            _, begun = first.get(check, (unit, []))
            title = known.title if known else clean(check)
            found.append(Readings(check, title, unit, tuple(begun), tuple(reversed(values))))
        return tuple(sorted(found, key=lambda one: (one.title, one.check)))

    # Waivers

    def waive(self, slot: int, until: str, asked_by: str, approved_by: str, reason: str) -> str:
        """A slot works without its golden laptops until then (UTC, RFC 3339); gives the waiver's id.

        It is kept as an override too, in the same transaction.
        """
        made = GateWaiver(
            waiver_id=self._clock.new_id(),
            slot=slot,
            made_at=self._clock.now_text(),
            until=until,
            asked_by=clean(asked_by, LONGEST_NAME),
            approved_by=clean(approved_by, LONGEST_NAME),
            reason=clean(reason),
        )
        with storing(self._database):
            row = msgspec.to_builtins(made) | {"ended_at": None, "ended_by": None}
            self._database.table("gate_waiver").insert(row)
            record_inside(self._database, self._clock, GATE_WAIVER, slot, "", "", asked_by, approved_by, reason)
        return made.waiver_id

    def end_waiver(self, slot: int, by: str) -> bool:
        """The waivers of a slot end now. False where none is in force."""
        return self._end("gate_waiver", "slot = ? AND until > ?", slot, self._clock.now_text(), by=by)

    def waivers(self, now: str) -> list[GateWaiver]:
        """The waivers in force at a moment (UTC, RFC 3339), oldest first."""
        rows = self._rows(
            "SELECT waiver_id, slot, made_at, until, asked_by, approved_by, reason FROM gate_waiver"
            " WHERE ended_at IS NULL AND until > ? ORDER BY rowid",
            now,
        )
        return [msgspec.convert(row, GateWaiver) for row in rows]

    def _end(self, table: str, which: str, *parameters: str | int, by: str) -> bool:
        with storing(self._database):
            changed = self._database.execute(
                f"UPDATE {table} SET ended_at = ?, ended_by = ? WHERE ended_at IS NULL AND {which}",
                [self._clock.now_text(), clean(by, LONGEST_NAME), *parameters],
            ).rowcount
        return bool(changed)

    def _goldens(self, condition: str, *parameters: str) -> list[Golden]:
        rows = self._rows(
            "SELECT golden_id, serial, kind, model, profile, expected, attempt_id, made_at, made_by,"
            " coalesce(ended_at, '') AS ended_at, coalesce(ended_by, '') AS ended_by"
            f" FROM golden WHERE {condition} ORDER BY rowid",
            *parameters,
        )
        return [msgspec.convert(row | {"expected": msgspec.json.decode(row["expected"])}, Golden) for row in rows]

    def _numbers(self, golden_id: str, order: str, runs: int) -> dict[str, tuple[str, list[float]]]:
        """By check: the unit of its first number in that order, and its numbers in that unit."""
        rows = self._rows(
            "SELECT f.check_id, f.value, coalesce(f.unit, '') AS unit FROM"
            f" (SELECT rowid AS place, attempt_id FROM golden_run WHERE golden_id = ? ORDER BY rowid {order} LIMIT ?) r"
            " JOIN attempt a USING (attempt_id) JOIN finding f USING (attempt_id)"
            f" WHERE a.kind = ? ORDER BY r.place {order}, f.check_id",
            golden_id,
            runs,
            AttemptKind.BENCH_CHECK.value,
        )
        found: dict[str, tuple[str, list[float]]] = {}
        for row in rows:
            value = msgspec.json.decode(row["value"])
            number = isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < _LARGEST
            if number and not row["check_id"].startswith(ATTESTED_ROW):
                unit, values = found.setdefault(row["check_id"], (row["unit"], []))
                if unit == row["unit"]:
                    values.append(float(value))
        return found

    def _rows(self, sql: str, *parameters: str | int) -> list[dict[str, Any]]:
        with reading():
            return list(self._database.query(sql, parameters))


def _text(value: object) -> str:
    return msgspec.json.encode(value, order="sorted").decode()
