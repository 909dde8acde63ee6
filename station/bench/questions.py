"""What a person looks at on one laptop, one question after the other, and what was answered. Pure: times are passed in.

The questions are the profile's rows that the technician attests. A row that weighs (a severity other than info) is
waited for; the others may be answered while the test runs. The answers become the evidence item `operator`.
"""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec import Struct

from checks.verdict import Severity
from hardware.evidence.bundle import Item, make_item
from specs.profile import TECHNICIAN, Attested, Profile
from station.clock import utc_text

__all__ = ["OPERATOR_ITEM", "Answer", "Questions"]

OPERATOR_ITEM: Final = "operator"


class Answer(Struct, frozen=True):
    """One answer as evidence: "pass", "fail" or "skipped", who gave it and how, and how long it took (milliseconds)."""

    row: str
    asked: str
    answer: str
    by: str
    how: str
    shown_at: str
    ms: int


class Questions:
    """The questions of one attempt. Times are seconds of the wall clock (`shown`) and of one that only goes forward."""

    def __init__(self, profile: Profile, wall: float, now: float) -> None:
        self._rows = tuple(claim for claim in profile.attested if claim.by == TECHNICIAN)
        self._answers: list[Answer] = []
        self._shown = (wall, now)
        self._closed = False

    @property
    def current(self) -> Attested | None:
        """The question that is asked now; None where all are answered."""
        return None if self._closed or len(self._answers) >= len(self._rows) else self._rows[len(self._answers)]

    @property
    def place(self) -> int:
        """The number of the question that is asked now, from 1."""
        return min(len(self._answers) + 1, len(self._rows))

    @property
    def count(self) -> int:
        """How many questions the profile has for a person."""
        return len(self._rows)

    @property
    def item_id(self) -> str:
        """The evidence item that the answers become."""
        return OPERATOR_ITEM

    @property
    def weighs(self) -> bool:
        """True where some question weighs, answered or not."""
        return any(Severity(row.severity).required for row in self._rows)

    @property
    def waiting(self) -> bool:
        """True while a question that weighs has no answer: the attempt waits for it."""
        return not self._closed and any(Severity(row.severity).required for row in self._rows[len(self._answers) :])

    def answer(self, answer: str, by: str, how: str, wall: float, now: float) -> bool:
        """Takes an answer to the current question; False where nothing is asked."""
        row = self.current
        if row is None:
            return False
        shown_wall, shown_now = self._shown
        took = max(0, round((now - shown_now) * 1000))
        self._answers.append(Answer(row.name, row.look, answer, by, how, utc_text(shown_wall), took))
        self._shown = (wall, now)
        return True

    def undo(self, wall: float, now: float) -> Answer | None:
        """Takes the last answer back, gives it, and asks again; None where there is none, or the attempt has closed."""
        if self._closed or not self._answers:
            return None
        self._shown = (wall, now)
        return self._answers.pop()

    def put_back(self, answer: Answer) -> None:
        """The answer that was taken back stands after all."""
        self._answers.append(answer)

    def item(self) -> Item | None:
        """The answers so far, as evidence; None where there are none."""
        if not self._answers:
            return None
        return make_item(OPERATOR_ITEM, msgspec.json.encode({"answers": self._answers}), source="the technician")

    def close(self) -> Item | None:
        """No more answers: they are evidence now. None where nothing was answered."""
        self._closed = True
        return self.item()
