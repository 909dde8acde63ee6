"""Whether a slot may test laptops of deliveries in this shift. Pure: it knows runs, waivers and the time.

A slot is open where in this shift, under the profile in use, one golden (good) and one known-bad laptop came out in it
as expected, each after the last run of its kind that did not. A waiver opens it as well, until its end. What the doctor
says the bench cannot do without blocks every slot, and no waiver helps.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import tzinfo
from typing import Final

from msgspec import Struct

from station.bench import gate_wording
from station.bench.expecting import GoldenKind
from station.bench.pages import SlotGate
from station.doctor_symptom import Symptom
from station.store.golden_book import GateWaiver, Golden, GoldenRun

__all__ = ["KINDS", "GateFacts", "slot_gate"]

KINDS: Final[tuple[GoldenKind, ...]] = ("good", "bad")
"""In the order in which they are scanned."""


class GateFacts(Struct, frozen=True):
    """What a slot's gate is decided by. `profile` is the id of the one in use and `digest` its digest, both empty where
    there is none; `runs` are those of this shift in every slot, oldest first; `shift` is the name of this shift.
    """

    shift: str
    profile: str = ""
    digest: str = ""
    goldens: tuple[Golden, ...] = ()
    runs: tuple[GoldenRun, ...] = ()
    waivers: tuple[GateWaiver, ...] = ()
    symptoms: tuple[Symptom, ...] = ()


def slot_gate(slot: int, facts: GateFacts, now: str, zone: tzinfo | None = None) -> SlotGate:
    """How one slot stands at a moment (UTC, RFC 3339). Times in the sentences are those of `zone`."""
    good, bad = (_Kind.of(kind, slot, facts) for kind in KINDS)
    shown = good.words(zone), bad.words(zone)
    symptom = next((one for one in facts.symptoms if one.needed and not one.well), None)
    if symptom is not None:
        return SlotGate(slot, "blocked", *shown, gate_wording.symptom(symptom))
    if not facts.goldens:
        return SlotGate(slot, "off", *shown, gate_wording.OFF)
    if good.well and bad.well:
        return SlotGate(slot, "open", *shown, gate_wording.slot_open(slot))
    waiver = _waiver(slot, facts.waivers, now)
    if waiver is not None:
        return SlotGate(slot, "waived", *shown, gate_wording.waived(waiver, zone))
    if not facts.profile:
        return SlotGate(slot, "blocked", *shown, gate_wording.no_profile(slot))
    return SlotGate(slot, "blocked", *shown, _sentence(slot, facts.profile, good, bad))


class _Kind(Struct, frozen=True):
    """How one kind of golden laptop stands in one slot: those registered for the profile, and their runs that count."""

    kind: GoldenKind
    goldens: tuple[Golden, ...]
    last: GoldenRun | None
    well: bool

    @classmethod
    def of(cls, kind: GoldenKind, slot: int, facts: GateFacts) -> _Kind:
        last, well = None, False
        for run in facts.runs:
            if (run.kind, run.slot, run.shift, run.profile_digest) == (kind, slot, facts.shift, facts.digest):
                # What a laptop proved that is golden no longer proves nothing; what it put in doubt stays in doubt.
                if not run.well:
                    last, well = run, False
                elif run.registered:
                    last, well = run, True
        goldens = tuple(one for one in facts.goldens if one.kind == kind and one.profile == facts.profile)
        return cls(kind, goldens, last, well)

    def words(self, zone: tzinfo | None) -> str:
        if self.last is not None:
            return gate_wording.came_out(self.last, zone)
        return gate_wording.NOT_YET if self.goldens else gate_wording.NONE_REGISTERED


def _waiver(slot: int, waivers: Iterable[GateWaiver], now: str) -> GateWaiver | None:
    """The waiver of the slot that ends last, of those in force."""
    in_force = [one for one in waivers if one.slot == slot and not one.ended_at and one.until > now]
    return max(in_force, key=lambda one: one.until, default=None)


def _sentence(slot: int, profile: str, good: _Kind, bad: _Kind) -> str:
    """What to do next in a slot that is blocked: first what came out wrong, then what is missing."""
    for one in (good, bad):
        if not one.goldens:
            return gate_wording.none_registered(slot, profile, one.kind)
    failed = next((one.last for one in (good, bad) if one.last is not None and not one.well), None)
    if failed is not None:
        return gate_wording.came_out_otherwise(slot, failed)
    if not good.well:
        return gate_wording.scan_good(slot, good.goldens, () if bad.well else bad.goldens)
    return gate_wording.scan_bad(slot, bad.goldens)
