"""The bench's book of what comes in at the door: deliveries, what was advised of each, and what was counted in.

A code counts once in a delivery. Taking back is an event of its own, and no receipt is ever deleted: each says who
counted it in, and who took it back. One delivery is open at a time. What the book adds up to: `receipt_figures`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import msgspec

from specs.text import clean
from station.clock import SYSTEM_CLOCK, Clock
from station.store.receipt import (
    LONGEST_NAME,
    LONGEST_SUPPLIER,
    Delivery,
    Difference,
    Expected,
    Kind,
    Outcome,
    Receipt,
    Taken,
    Undone,
)
from station.store.receipt_figures import ReceiptFigures
from station.store.refusing import reading, storing

if TYPE_CHECKING:
    from station.store.bench_store import BenchStore

__all__ = ["ReceiptBook"]

_OPEN: Final = "opened_at IS NOT NULL AND closed_at IS NULL"


class ReceiptBook:
    """The deliveries in one bench's store. Methods raise `StoreRefused`; nothing has happened then."""

    def __init__(self, store: BenchStore, clock: Clock = SYSTEM_CLOCK) -> None:
        self._database = store.database
        self._clock = clock
        self._figures = ReceiptFigures(store)

    # What is to come

    def expect(
        self, reference: str, supplier: str, by: str, expected: Sequence[Expected], *, only_look: bool = False
    ) -> Difference | None:
        """Keeps what was advised of a delivery, in place of what was before; says what that changes.

        Codes are there once, and every parent is itself among them. None, and nothing done, where the delivery has been
        opened: what was counted in stands against the list that was valid then. `only_look` keeps nothing.
        """
        after = {one.code: one for one in expected}
        with storing(self._database):
            known = self.delivery(reference)
            if known is not None and known.opened_at:
                return None
            before = {one.code: one for one in self._expected(reference)}
            if not only_look:
                self._replace(reference, supplier, by, known is None, after)
        return Difference(
            new=known is None,
            added=tuple(code for code in after if code not in before),
            removed=tuple(code for code in before if code not in after),
            changed=tuple(code for code, one in after.items() if code in before and before[code] != one),
        )

    def _replace(self, reference: str, supplier: str, by: str, new: bool, expected: dict[str, Expected]) -> None:
        row = {
            "supplier": clean(supplier, LONGEST_SUPPLIER),
            "made_at": self._clock.now_text(),
            "made_by": clean(by, LONGEST_NAME),
        }
        if new:
            self._database.table("delivery").insert({"reference": reference, **row})
        else:
            self._database.table("delivery").update(reference, row)
            self._database.execute("DELETE FROM delivery_expected WHERE reference = ?", [reference])
        self._database.table("delivery_expected").insert_all(
            {"reference": reference, **msgspec.to_builtins(one), "came": 0} for one in expected.values()
        )

    def _expected(self, reference: str) -> list[Expected]:
        with reading():
            rows = list(
                self._database.query(
                    "SELECT code, kind, parent, model FROM delivery_expected WHERE reference = ? ORDER BY rowid",
                    [reference],
                )
            )
        return [msgspec.convert(row, Expected) for row in rows]

    # Deliveries

    def delivery(self, reference: str) -> Delivery | None:
        """The delivery of that reference."""
        found = self._deliveries("reference = ?", [reference])
        return found[0] if found else None

    def deliveries(self) -> list[Delivery]:
        """Every delivery, in the order in which they were made known."""
        return self._deliveries("1 ORDER BY rowid")

    def unopened(self, most: int) -> list[Delivery]:
        """Deliveries that are still to come, the one that is waited for longest first; at most so many."""
        return self._deliveries("opened_at IS NULL ORDER BY rowid LIMIT ?", [most])

    def current(self) -> Delivery | None:
        """The delivery that is open at the door, or None."""
        found = self._deliveries(_OPEN)
        return found[0] if found else None

    def open(self, reference: str, by: str, *, blind: bool = False) -> Delivery | None:
        """Opens a delivery; gives it as it is then, also where it was open already.

        None where that cannot be: another one is open, it is closed, or it is not known. `blind` makes one known of
        which nothing was advised; one that is known is not opened blind.
        """
        with storing(self._database):
            now = self.current()
            if now is not None:
                return now if now.reference == reference and not blind else None
            if blind:
                if self.delivery(reference) is not None:
                    return None
                self._replace(reference, "", by, True, {})
            changed = self._database.execute(
                "UPDATE delivery SET opened_at = ?, opened_by = ? WHERE reference = ? AND opened_at IS NULL",
                [self._clock.now_text(), clean(by, LONGEST_NAME), reference],
            ).rowcount
            return self.delivery(reference) if changed else None

    def close(self, reference: str, by: str) -> bool:
        """Closes a delivery for good; False where it is not open."""
        with storing(self._database):
            return bool(
                self._database.execute(
                    f"UPDATE delivery SET closed_at = ?, closed_by = ? WHERE reference = ? AND {_OPEN}",
                    [self._clock.now_text(), clean(by, LONGEST_NAME), reference],
                ).rowcount
            )

    def _deliveries(self, rest: str, parameters: Sequence[Any] = ()) -> list[Delivery]:
        with reading():
            rows = list(self._database.query(f"SELECT * FROM delivery WHERE {rest}", list(parameters)))
        return [msgspec.convert({name: value or "" for name, value in row.items()}, Delivery) for row in rows]

    # What comes in

    def receive(self, reference: str, code: str, kind: Kind, by: str) -> Taken | None:
        """Counts a code in, once: a second time it is said how it came in the first time. None where the delivery is
        not open. `kind` is what it looks like; where the list names the code, the list knows better.
        """
        with storing(self._database):
            if not self._is_open(reference):
                return None
            counted = self._figures.counted(reference, code)
            if counted is not None:
                return Taken(counted, again=True)
            listed = self._figures.expected(reference, code)
            outcome = Outcome.RECEIVED
            if listed is None and self._figures.names(reference, kind):
                outcome = Outcome.EXTRA
            self._insert(reference, code, listed.kind if listed else kind, outcome, by)
            self._came_inside(reference, code)
            return self._taken(reference, code)

    def damage(self, reference: str, code: str, by: str) -> Taken | None:
        """Marks what was counted in as damaged. None where it was not, or the delivery is not open."""
        with storing(self._database):
            counted = self._figures.counted(reference, code)
            if counted is None or not self._is_open(reference):
                return None
            before = counted.receipt
            if before.outcome is Outcome.DAMAGED:
                return Taken(counted, again=True)
            self._end(before, by)
            self._insert(reference, code, before.kind, Outcome.DAMAGED, by, before.receipt_id)
            return self._taken(reference, code)

    def undo(self, reference: str, by: str) -> Undone | None:
        """Takes the last back that was done: a damage, or a receipt. None where nothing is left, or it is not open."""
        with storing(self._database):
            last = self._figures.latest(reference, 1)
            if not last or not self._is_open(reference):
                return None
            receipt = last[0].receipt
            self._end(receipt, by)
            if receipt.replaces:
                # That it had been replaced, when and by whom, is what the ended one says.
                self._database.execute(
                    "UPDATE receipt SET undone_at = NULL, undone_by = NULL WHERE receipt_id = ?", [receipt.replaces]
                )
            else:
                self._came_inside(reference, receipt.code)
            return Undone(receipt, restored=bool(receipt.replaces))

    def _is_open(self, reference: str) -> bool:
        now = self.current()
        return now is not None and now.reference == reference

    def _taken(self, reference: str, code: str) -> Taken:
        counted = self._figures.counted(reference, code)
        assert counted is not None  # it has just been written
        return Taken(counted, again=False)

    def _insert(self, reference: str, code: str, kind: Kind, outcome: Outcome, by: str, replaces: str = "") -> None:
        receipt = Receipt(
            receipt_id=self._clock.new_id(),
            reference=reference,
            code=code,
            kind=kind,
            outcome=outcome,
            at=self._clock.now_text(),
            by=clean(by, LONGEST_NAME),
            replaces=replaces,
        )
        self._database.table("receipt").insert({**msgspec.to_builtins(receipt), "undone_at": None, "undone_by": None})

    def _end(self, receipt: Receipt, by: str) -> None:
        self._database.execute(
            "UPDATE receipt SET undone_at = ?, undone_by = ? WHERE receipt_id = ?",
            [self._clock.now_text(), clean(by, LONGEST_NAME), receipt.receipt_id],
        )

    def _came_inside(self, reference: str, code: str) -> None:
        """Says anew, of a code and of what is in it, whether it has come: by itself, or in what it is in."""
        self._database.execute(
            # CROSS: from the few inside to their own, never from the whole list.
            "WITH RECURSIVE inside(code) AS (SELECT :code UNION SELECT e.code FROM inside"
            "  CROSS JOIN delivery_expected AS e ON e.reference = :reference AND e.parent = inside.code)"
            " UPDATE delivery_expected AS one SET came = EXISTS ("
            "  SELECT 1 FROM receipt AS r WHERE r.reference = one.reference AND r.undone_at IS NULL AND r.code IN ("
            "   one.code, one.parent, (SELECT up.parent FROM delivery_expected AS up"
            "    WHERE up.reference = one.reference AND up.code = one.parent)))"
            " WHERE one.reference = :reference AND one.code IN (SELECT code FROM inside)",
            {"reference": reference, "code": code},
        )
