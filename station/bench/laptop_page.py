"""What the laptop's own screen says while it is on the bench. Pure: from the slot's state to a page.

The technician sees at the laptop itself which slot it is in and what became of it, so that two laptops are not mixed up
between the bench and the label.
"""

from __future__ import annotations

from checks.verdict import MAY_SHIP, Verdict
from hardware.laptops.link import LaptopPage
from station.bench import wording
from station.bench.protocol import SlotState, Stage
from station.findings import HEADLINES

__all__ = ["page_for"]


def page_for(bench: str, state: SlotState) -> LaptopPage:
    """The page of a laptop in that slot."""
    place = wording.laptop_place(state.number, bench)
    who = (state.serial,) if state.serial else ()
    match state.stage:
        case Stage.DONE:
            verdict = state.verdict or Verdict.ERROR
            tone = "hold" if state.held else "pass" if verdict in MAY_SHIP else "fail"
            held = (wording.LAPTOP_HELD,) if state.held else ()
            return LaptopPage(HEADLINES[verdict], (*who, *held, place), tone)
        case Stage.ABORTED:
            return LaptopPage(state.headline or wording.READY, (*who, place), "ready")
        case Stage.READY | Stage.EMPTY:
            return LaptopPage(wording.READY, (place,), "ready")
        case Stage.ASKING:
            return LaptopPage(wording.LAPTOP_ASKING, (*who, state.question, place), "busy")
        case _:
            return LaptopPage(wording.LAPTOP_TESTING, (*who, place), "busy")
