"""Why a laptop that has had a verdict is tested again: the reasons there are, and how one is asked for. Pure.

A reason is counted by its code (`AttemptRecord.retest`) and chosen by its words. Most retests that pass say something
about the bench and not about the laptop (domain/test-executives.md section 6), so the bench itself is among them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from specs.asking import Symptom
from specs.text import clean
from station.bench import wording
from station.bench.answers import Answer
from station.bench.tasks import Task
from station.clock import utc_text
from station.local_time import local_minute, local_moment
from station.store.latest import LastVerdict
from station.wording import VERDICT_WORD

__all__ = ["REASONS", "RETEST_ROW", "reason_words", "tested_before", "why_again"]

RETEST_ROW: Final = "retest"
"""Under this row the reason stands among the technician's answers."""

REASONS: Final = (
    Symptom("repaired", "It was repaired, or a part was changed"),
    Symptom("set_up", "It was set up again: a firmware or Windows setting was changed"),
    Symptom("bench_fault", "The bench was at fault: a cable, the network, the power"),
    Symptom("test_fault", "The test was at fault: it was done or answered wrongly"),
    Symptom("disputed", "Somebody disputes the result"),
    Symptom("returned", "It came back from the customer"),
    Symptom("stock_check", "It is taken out of the stock as a sample"),
    Symptom("other", "Another reason"),
)
"""At most nine, one for each of the keys 1 to 9; the last one is always right."""

_WHY: Final = "Why is it tested again?"
_LONGEST_BEFORE: Final = 120


def tested_before(last: LastVerdict, now: float) -> str:
    """What became of a laptop here before, in one sentence; `now` is seconds since 1970 (UTC)."""
    # The day too, where it was another one.
    today, when = local_moment(utc_text(now))[:6], local_moment(last.finished_at)
    moment = f"at {local_minute(last.finished_at)}" if when.startswith(today) else f"on {when}"
    return wording.tested_here(moment, VERDICT_WORD[last.verdict])


def why_again(retest_of: str, earlier: Sequence[Answer] = ()) -> tuple[Task, ...]:
    """The question why a laptop is tested again, where it is: `retest_of` says what became of it before.

    Where `earlier` answers have the reason, it is asked for in the words in which it was.
    """
    before = [one.asked for one in earlier if one.row == RETEST_ROW]
    if not before and not retest_of:
        return ()
    look = before[-1] if before else f"{clean(retest_of, _LONGEST_BEFORE)} {_WHY}".strip()
    return (Task(row=RETEST_ROW, look=look, symptoms=REASONS, weighs=True, gives_reason=True),)


def reason_words(code: str) -> str:
    """A record's reason in words; a code of another version stands for itself."""
    return next((one.words for one in REASONS if one.code == code), clean(code, 40))
