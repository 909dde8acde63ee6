"""The bench's book of people: who works here, in which role, and who has signed in. Nothing in it is ever deleted.

A badge is a secret: of it the book keeps the SHA-256 and the last four characters (`station.bench.badges`). Who gets a
new badge gets a new line, and the old line ends: whoever was signed in by the old one no longer is.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, get_args

import msgspec
from msgspec import Struct
from sqlite_utils import Database

from specs.text import clean
from station.bench.badges import badge_end, badge_hash
from station.clock import SYSTEM_CLOCK, Clock, utc_text
from station.store.refusing import reading, storing

if TYPE_CHECKING:
    from station.store.bench_store import BenchStore

__all__ = [
    "LONGEST_NAME",
    "LONGEST_SHIFT_S",
    "ROLES",
    "NameTaken",
    "Operator",
    "PeopleBook",
    "Role",
    "same_name",
]

LONGEST_NAME: Final = 80
"""Of a person's name, as everywhere in the store."""
LONGEST_SHIFT_S: Final = 12 * 3600
"""Seconds after which a sign-in no longer counts: nobody works longer, and who went home had forgotten it."""

Role: TypeAlias = Literal["technician", "supervisor"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)


class NameTaken(Exception):
    """Somebody of that name works here already. The message is the name as it is in the book."""


class Operator(Struct, frozen=True):
    """One person with one badge. Times are UTC, RFC 3339; the ending is empty where the badge still counts."""

    operator_id: str
    name: str
    role: Role
    badge_end: str
    made_at: str
    made_by: str
    ended_at: str = ""
    ended_by: str = ""

    @property
    def supervisor(self) -> bool:
        """True for one who may approve what others ask for."""
        return self.role == "supervisor"


class PeopleBook:
    """The people in one bench's store. Methods raise `StoreRefused`; then nothing has happened."""

    def __init__(self, store: BenchStore, clock: Clock = SYSTEM_CLOCK) -> None:
        self._database: Database = store.database
        self._clock = clock

    def enrol(self, name: str, role: Role, badge: str, by: str) -> Operator:
        """Takes somebody on. Raises `NameTaken`, also for a name that differs in its capitals alone."""
        with storing(self._database):
            taken = self._named(name)
            if taken is not None:
                raise NameTaken(taken.name)
            return self._written(clean(name, LONGEST_NAME), role, badge, by)

    def new_badge(self, name: str, badge: str, by: str) -> Operator | None:
        """Another badge for somebody who works here; the old one no longer counts. None where nobody has that name."""
        with storing(self._database):
            known = self._named(name)
            if known is None:
                return None
            self._end(known, by)
            return self._written(known.name, known.role, badge, by)

    def end(self, name: str, by: str) -> bool:
        """Somebody works here no longer. False where nobody has that name."""
        with storing(self._database):
            known = self._named(name)
            if known is not None:
                self._end(known, by)
            return known is not None

    def operators(self, everything: bool = False) -> list[Operator]:
        """Who works here, in the order in which they were taken on; with `everything` those who did before as well."""
        return self._operators("1" if everything else "ended_at IS NULL")

    def anyone(self) -> bool:
        """True where somebody is enrolled: then laptops are taken in only while somebody is signed in."""
        return bool(self._rows("SELECT 1 FROM operator WHERE ended_at IS NULL LIMIT 1"))

    def named(self, name: str) -> Operator | None:
        """Who works here under that name, whatever its capitals."""
        return self._named(name)

    def by_badge(self, badge: str) -> Operator | None:
        """Whose badge that is; None for one that nobody has, or that no longer counts."""
        found = self._operators("badge_hash = ? AND ended_at IS NULL", badge_hash(badge))
        return found[0] if found else None

    def sign_in(self, operator_id: str) -> None:
        """That person is at the bench from now on; whoever was there before no longer is."""
        with storing(self._database):
            self._sign_out("another signed in")
            self._database.table("sign_in").insert(
                {
                    "sign_in_id": self._clock.new_id(),
                    "operator_id": operator_id,
                    "at": self._clock.now_text(),
                    "ended_at": None,
                    "ended_why": None,
                }
            )

    def sign_out(self, why: str) -> None:
        """Nobody is at the bench from now on. `why` is kept: "signed off", or what else ended it."""
        with storing(self._database):
            self._sign_out(why)

    def signed_in(self) -> Operator | None:
        """Who is at the bench; None where nobody signed in within `LONGEST_SHIFT_S`, or whose badge has ended since."""
        now = self._clock.wall()
        # A sign-in from the future is none either: it was made while the clock was wrong.
        found = self._operators(
            "ended_at IS NULL AND operator_id = (SELECT operator_id FROM sign_in WHERE ended_at IS NULL"
            " AND at BETWEEN ? AND ? ORDER BY rowid DESC LIMIT 1)",
            utc_text(max(0.0, now - LONGEST_SHIFT_S)),
            utc_text(now + LONGEST_SHIFT_S),
        )
        return found[0] if found else None

    def _named(self, name: str) -> Operator | None:
        return next((one for one in self.operators() if same_name(one.name, name)), None)

    def _written(self, name: str, role: Role, badge: str, by: str) -> Operator:
        made = Operator(
            operator_id=self._clock.new_id(),
            name=name,
            role=role,
            badge_end=badge_end(badge),
            made_at=self._clock.now_text(),
            made_by=clean(by, LONGEST_NAME),
        )
        row = {**msgspec.to_builtins(made), "badge_hash": badge_hash(badge), "ended_at": None, "ended_by": None}
        self._database.table("operator").insert(row)
        return made

    def _end(self, operator: Operator, by: str) -> None:
        self._database.execute(
            "UPDATE operator SET ended_at = ?, ended_by = ? WHERE operator_id = ? AND ended_at IS NULL",
            [self._clock.now_text(), clean(by, LONGEST_NAME), operator.operator_id],
        )

    def _sign_out(self, why: str) -> None:
        self._database.execute(
            "UPDATE sign_in SET ended_at = ?, ended_why = ? WHERE ended_at IS NULL",
            [self._clock.now_text(), clean(why)],
        )

    def _operators(self, condition: str, *parameters: str) -> list[Operator]:
        rows = self._rows(
            "SELECT operator_id, name, role, badge_end, made_at, made_by, coalesce(ended_at, '') AS ended_at,"
            f" coalesce(ended_by, '') AS ended_by FROM operator WHERE {condition} ORDER BY rowid",
            *parameters,
        )
        return [msgspec.convert(row, Operator) for row in rows]

    def _rows(self, sql: str, *parameters: str) -> list[dict[str, Any]]:
        with reading():
            return list(self._database.query(sql, parameters))


def same_name(one: str, other: str) -> bool:
    """True where two texts name the same person: capitals, blanks and what cannot be seen make no difference."""
    return _folded(one) == _folded(other)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", clean(name, LONGEST_NAME).casefold()).casefold()
