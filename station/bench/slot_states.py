"""What a slot shows when something begins or ends in it. Pure."""

from __future__ import annotations

from hardware.laptops.dock import Dock
from hardware.laptops.link import Link
from specs.profile import Profile
from station.bench import wording
from station.bench.identifying import Identified
from station.bench.protocol import SlotState, Stage, Stop
from station.records import AttemptKind

__all__ = ["begun", "empty", "ready", "stopped"]


def empty(number: int, dock: Dock | None, fault: str) -> SlotState:
    """No laptop is there; `fault` says what is wrong with the place, if anything is."""
    if dock is None:
        return SlotState(number, headline=fault)
    return SlotState(number, link=dock.name, headline=fault or wording.WAITS_FOR_LAPTOP)


def ready(number: int, link: Link, who: Identified | None) -> SlotState:
    """A laptop is there, and its label can be scanned."""
    return SlotState(number, Stage.READY, link.name, laptop=_model(who), headline=wording.READY)


def begun(
    number: int, link: Link, who: Identified | None, serial: str, profile: Profile, kind: AttemptKind
) -> SlotState:
    """An attempt begins with the label of that serial number."""
    return SlotState(
        number,
        Stage.COLLECTING,
        link.name,
        serial,
        _model(who),
        now=wording.collecting("the laptop"),
        checks_expected=len(profile.requirements) + len(profile.attested),
        bench_check=kind is AttemptKind.BENCH_CHECK,
    )


def stopped(number: int, link: Link, who: Identified | None, serial: str, stop: Stop) -> SlotState:
    """The label of that serial number stops the slot."""
    return SlotState(number, Stage.STOPPED, link.name, serial, _model(who), headline=stop.sentence, stop=stop)


def _model(who: Identified | None) -> str:
    return who.model if who is not None else ""
