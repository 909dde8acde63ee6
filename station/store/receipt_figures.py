"""What the book of receipts adds up to: counts, what is missing, and single codes, by SQL alone.

A scan costs the same whether ten codes are expected or fifty thousand: counts come from indexes, and lists have ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import msgspec

from station.store.receipt import Counted, Expected, Kind, KindTally, Receipt, Tally
from station.store.refusing import reading

if TYPE_CHECKING:
    from station.store.bench_store import BenchStore

__all__ = ["ReceiptFigures"]

_COUNTED: Final = (
    "SELECT r.*, e.code IS NOT NULL AS listed, e.model AS model, e.parent AS parent,"
    " up.kind AS parent_kind, up.came AS parent_came,"
    " (SELECT count(*) FROM delivery_expected AS i WHERE i.reference = r.reference AND i.parent = r.code) AS inside,"
    " (SELECT i.kind FROM delivery_expected AS i WHERE i.reference = r.reference AND i.parent = r.code LIMIT 1)"
    "  AS inside_kind,"
    " 'extra' IN (r.outcome, (SELECT o.outcome FROM receipt AS o WHERE o.receipt_id = r.replaces)) AS extra"
    " FROM receipt AS r"
    " LEFT JOIN delivery_expected AS e ON e.reference = r.reference AND e.code = r.code"
    " LEFT JOIN delivery_expected AS up ON up.reference = e.reference AND up.code = e.parent"
    " WHERE r.reference = ? AND r.undone_at IS NULL"
)


class ReceiptFigures:
    """The figures of one bench's book. Methods raise `StoreRefused`; they may be asked inside a transaction."""

    def __init__(self, store: BenchStore) -> None:
        self._database = store.database

    def tally(self, reference: str) -> Tally:
        """What a delivery adds up to."""
        expected = self._pairs(
            "SELECT kind, came, count(*) FROM delivery_expected WHERE reference = ? GROUP BY kind, came", reference
        )
        scanned = self._pairs(
            "SELECT kind, outcome, count(*) FROM receipt WHERE reference = ? AND undone_at IS NULL"
            " GROUP BY outcome, kind",
            reference,
        )
        [[both]] = self._rows(
            "SELECT count(*) FROM receipt AS r JOIN receipt AS o ON o.receipt_id = r.replaces"
            " WHERE r.reference = ? AND r.undone_at IS NULL AND r.outcome = 'damaged' AND o.outcome = 'extra'",
            reference,
        )
        kinds = tuple(
            KindTally(
                kind,
                expected=expected.get((kind.value, 0), 0) + expected.get((kind.value, 1), 0),
                received=expected.get((kind.value, 1), 0),
                missing=expected.get((kind.value, 0), 0),
                scanned=sum(count for (name, _), count in scanned.items() if name == kind.value),
            )
            for kind in Kind
        )
        return Tally(
            kinds,
            extra=sum(count for (_, outcome), count in scanned.items() if outcome == "extra") + both,
            damaged=sum(count for (_, outcome), count in scanned.items() if outcome == "damaged"),
        )

    def missing(self, reference: str, kind: Kind, most: int = -1) -> list[Expected]:
        """What of one kind has not come, in the order of the codes; at most so many."""
        rows = self._named(
            "SELECT code, kind, parent, model FROM delivery_expected"
            " WHERE reference = ? AND kind = ? AND came = 0 ORDER BY code LIMIT ?",
            reference,
            kind.value,
            most,
        )
        return [msgspec.convert(row, Expected) for row in rows]

    def within(self, reference: str) -> list[Expected]:
        """What has come only in something else that was counted in: not scanned itself."""
        rows = self._named(
            "SELECT code, kind, parent, model FROM delivery_expected AS e WHERE e.reference = ? AND e.came = 1"
            " AND NOT EXISTS (SELECT 1 FROM receipt AS r"
            "  WHERE r.reference = e.reference AND r.code = e.code AND r.undone_at IS NULL) ORDER BY e.rowid",
            reference,
        )
        return [msgspec.convert(row, Expected) for row in rows]

    def latest(self, reference: str, most: int = -1) -> list[Counted]:
        """What was counted in and not taken back, newest first; at most so many."""
        return [_counted(row) for row in self._named(f"{_COUNTED} ORDER BY r.rowid DESC LIMIT ?", reference, most)]

    def taken_back(self, reference: str) -> list[Receipt]:
        """What was counted in, or marked, and does not stand any more, oldest first."""
        rows = self._named(
            "SELECT * FROM receipt WHERE reference = ? AND undone_at IS NOT NULL ORDER BY rowid", reference
        )
        return [msgspec.convert(_filled(row), Receipt) for row in rows]

    def counted(self, reference: str, code: str) -> Counted | None:
        """How a code was counted in; None where it was not, or was taken back."""
        rows = self._named(f"{_COUNTED} AND r.code = ?", reference, code)
        return _counted(rows[0]) if rows else None

    def expected(self, reference: str, code: str) -> Expected | None:
        """What the list says of a code; None where it does not name it."""
        rows = self._named(
            "SELECT code, kind, parent, model FROM delivery_expected WHERE reference = ? AND code = ?", reference, code
        )
        return msgspec.convert(rows[0], Expected) if rows else None

    def names(self, reference: str, kind: Kind) -> bool:
        """True where a delivery's list names codes of that kind."""
        return bool(
            self._rows(
                "SELECT 1 FROM delivery_expected WHERE reference = ? AND kind = ? LIMIT 1", reference, kind.value
            )
        )

    def advised_in(self, code: str, but: str = "") -> str:
        """The reference of a delivery, not closed yet, whose list names this code; empty where there is none."""
        rows = self._rows(
            "SELECT e.reference FROM delivery_expected AS e JOIN delivery AS d ON d.reference = e.reference"
            " WHERE e.code = ? AND e.reference <> ? AND d.closed_at IS NULL ORDER BY d.rowid LIMIT 1",
            code,
            but,
        )
        return str(rows[0][0]) if rows else ""

    def _pairs(self, sql: str, reference: str) -> dict[tuple[str, Any], int]:
        return {(kind, which): int(count) for kind, which, count in self._rows(sql, reference)}

    def _rows(self, sql: str, *parameters: Any) -> list[Sequence[Any]]:
        with reading():
            return list(self._database.execute(sql, list(parameters)).fetchall())

    def _named(self, sql: str, *parameters: Any) -> list[dict[str, Any]]:
        with reading():
            return list(self._database.query(sql, list(parameters)))


def _counted(row: dict[str, Any]) -> Counted:
    return Counted(
        receipt=msgspec.convert({name: row[name] or "" for name in Receipt.__struct_fields__}, Receipt),
        listed=bool(row["listed"]),
        extra=bool(row["extra"]),
        model=row["model"] or "",
        parent=row["parent"] or "",
        parent_kind=Kind(row["parent_kind"]) if row["parent_kind"] else None,
        parent_came=bool(row["parent_came"]),
        inside=int(row["inside"]),
        inside_kind=Kind(row["inside_kind"]) if row["inside_kind"] else None,
    )


def _filled(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value or "" for name, value in row.items()}
