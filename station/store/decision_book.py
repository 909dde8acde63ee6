"""The bench's book of decisions: approvals and waivers, recorded and ended, never edited."""

from __future__ import annotations

from typing import Any, Final, TypeVar

import msgspec
from msgspec import Struct

from specs.decisions import Approval, Decisions, Subject, Waiver
from specs.text import LONGEST_TEXT, clean
from station.clock import SYSTEM_CLOCK, Clock
from station.store.bench_store import BenchStore, reading, storing

__all__ = ["LONGEST_MODEL", "LONGEST_NAME", "DecisionBook", "Entry"]

LONGEST_NAME: Final = 80
"""Of a person's name, as everywhere in the store."""
LONGEST_MODEL: Final = 2 * LONGEST_TEXT + 1
"""A maker and a product, each as long as a field may be."""

D = TypeVar("D", Approval, Waiver)


class Entry(Struct, frozen=True):
    """A decision as the book has it, and how it was ended where it was."""

    decision: Approval | Waiver
    ended_by: str = ""
    ended_reason: str = ""


class DecisionBook:
    """The decisions in one bench's store. Methods raise `StoreRefused` where the disk refuses."""

    def __init__(self, store: BenchStore, clock: Clock = SYSTEM_CLOCK) -> None:
        self._database = store.database
        self._clock = clock

    def record(self, decision: D) -> D:
        """Keeps a decision under an id and a time of its own, its texts cleaned; gives back what was kept."""
        made = msgspec.structs.replace(_clean(decision), id=self._clock.new_id(), made_at=self._clock.now_text())
        data = msgspec.json.encode(made, order="sorted").decode()
        kind = "approval" if isinstance(made, Approval) else "waiver"
        with storing(self._database):
            self._database.table("decision").insert(
                {"id": made.id, "kind": kind, "made_at": made.made_at, "data": data, "ended_at": None}
            )
        return made

    def end(self, decision_id: str, by: str, reason: str) -> bool:
        """Ends a decision from now on. False where there is none of that id, or where it has been ended already."""
        with storing(self._database):
            changed = self._database.execute(
                "UPDATE decision SET ended_at = ?, ended_by = ?, ended_reason = ? WHERE id = ? AND ended_at IS NULL",
                [self._clock.now_text(), clean(by, LONGEST_NAME), clean(reason), decision_id],
            ).rowcount
        return bool(changed)

    def entries(self) -> tuple[Entry, ...]:
        """Every decision ever made, oldest first. One whose row is damaged is left out: it lets nothing through."""
        return tuple(entry for row in self._rows() if (entry := _entry(row)) is not None)

    def damaged(self) -> tuple[str, ...]:
        """The ids of decisions that cannot be read any more."""
        return tuple(str(row["id"]) for row in self._rows() if _entry(row) is None)

    def _rows(self) -> list[dict[str, Any]]:
        with reading():
            return list(self._database.query("SELECT * FROM decision ORDER BY id"))

    def all(self) -> Decisions:
        """Every decision, those that have ended included: whoever judges asks which were in force when."""
        made = [entry.decision for entry in self.entries()]
        return Decisions(
            tuple(one for one in made if isinstance(one, Approval)),
            tuple(one for one in made if isinstance(one, Waiver)),
        )

    def in_force(self) -> Decisions:
        """The decisions in force now."""
        return self.all().in_force(self._clock.now_text())


def _clean(decision: D) -> D:
    """The decision with the texts in it that people or laptops wrote made safe to show."""
    by = clean(decision.by, LONGEST_NAME)
    if isinstance(decision, Approval):
        claims = {clean(name): clean(claim) for name, claim in decision.claims.items()}
        model, document = clean(decision.model, LONGEST_MODEL), clean(decision.document)
        return msgspec.structs.replace(decision, by=by, claims=claims, model=model, document=document)
    about = decision.subject
    subject = Subject(clean(about.serial), clean(about.model, LONGEST_MODEL))
    check, profile, reason = clean(decision.check), clean(decision.profile), clean(decision.reason)
    return msgspec.structs.replace(decision, by=by, subject=subject, check=check, profile=profile, reason=reason)


_DECISIONS: msgspec.json.Decoder[Approval | Waiver] = msgspec.json.Decoder(Approval | Waiver)


def _entry(row: dict[str, Any]) -> Entry | None:
    try:
        decision = _DECISIONS.decode(row["data"])
    except msgspec.DecodeError:
        return None
    if row["ended_at"]:
        decision = msgspec.structs.replace(decision, ended_at=row["ended_at"])
    return Entry(decision, row["ended_by"] or "", row["ended_reason"] or "")
