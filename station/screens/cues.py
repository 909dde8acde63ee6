"""What is to be heard, and when. A scan ends in one of three sounds, a test in one of four."""

from __future__ import annotations

from enum import Enum

from checks.verdict import MAY_SHIP, Verdict
from station.bench.protocol import Event, ScanAnswer, SlotChanged, SlotState, Stage
from station.screens.shown import Shown

__all__ = ["Cue", "cue_of"]


class Cue(Enum):
    """A moment that is heard as well as seen. The first three are what became of a scan."""

    ACCEPTED = "accepted"
    KNOWN = "known"
    REFUSED = "refused"
    PASS = "pass"
    FAIL = "fail"
    REVIEW = "review"
    ABORTED = "aborted"


def cue_of(before: Shown, event: Event) -> Cue | None:
    """What is to be heard for an event, if anything. A whole state is never heard: it is old news."""
    match event:
        case ScanAnswer(outcome=outcome):
            return Cue(outcome.value)
        case SlotChanged(slot=slot):
            was = next((old.stage for old in before.slots if old.number == slot.number), None)
            if was is slot.stage or was is None:
                return None
            if slot.stage is Stage.STOPPED:
                return Cue.REFUSED
            if slot.stage is Stage.ABORTED:
                return Cue.ABORTED
            if slot.stage is Stage.DONE and slot.verdict is not None:
                return _verdict_cue(slot, slot.verdict)
    return None


def _verdict_cue(slot: SlotState, verdict: Verdict) -> Cue:
    """The rising sound sends a laptop off, so what is held never has it."""
    if verdict in MAY_SHIP and not slot.held:
        return Cue.PASS
    return Cue.FAIL if verdict is Verdict.FAIL else Cue.REVIEW
