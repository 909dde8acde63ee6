"""Lid: its switch tells when it is closed and when it is opened."""

from __future__ import annotations

from typing import Any

from . import input_events, wording
from .arguments import Rule
from .input_events import EV_SW, EV_SYN, SWITCHES, SYN_DROPPED, Event, Source
from .session import CannotMeasure, Session

ARGUMENTS: dict[str, Rule] = {}
SW_LID = 0
MOST_EVENTS = 64


def run(session: Session) -> dict[str, Any]:
    """Listens until the lid was closed and opened again, or its time is over."""
    wanted = [found for found in input_events.devices(session) if SW_LID in found.switches]
    with input_events.opened(session, wanted) as (sources, reason):
        if not sources:
            raise CannotMeasure(reason or wording.NO_LID)
        names = [source.found.name for source in sources]
        events: list[dict[str, Any]] = []
        closed = {source.file: SW_LID in input_events.bits_told(source.file, SWITCHES, 8) for source in sources}

        def measured() -> dict[str, Any]:
            return {"switches": names, "events": events, "complete": complete(events)}

        def take(source: Source, event: Event) -> None:
            if event.kind == EV_SYN and event.code == SYN_DROPPED:
                now = SW_LID in input_events.bits_told(source.file, SWITCHES, 8)
            elif event.kind == EV_SW and event.code == SW_LID:
                now = bool(event.value)
            else:
                return
            if now != closed[source.file]:
                closed[source.file] = now
                if len(events) < MOST_EVENTS:
                    events.append({"at": session.elapsed(), "closed": now})
                session.progress("going", 2 if complete(events) else int(any(one["closed"] for one in events)), 2)
                session.note(measured(), "listening to the lid")

        input_events.listen(session, sources, take, lambda: complete(events))
        return measured()


def complete(events: list[dict[str, Any]]) -> bool:
    """True where it was closed, and opened after that."""
    first = next((index for index, one in enumerate(events) if one["closed"]), len(events))
    return any(not one["closed"] for one in events[first:])
