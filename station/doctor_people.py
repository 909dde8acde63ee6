"""What the doctor finds of the people who sign in and of the golden laptops. A bench works without either."""

from __future__ import annotations

from station.clock import Clock
from station.doctor_store import ask_store
from station.doctor_symptom import Symptom
from station.paths import Paths
from station.store.golden_book import Golden, GoldenBook
from station.store.people_book import Operator, PeopleBook

__all__ = ["examine_people"]


def examine_people(paths: Paths, clock: Clock) -> list[Symptom]:
    """Who is enrolled, and whether they can approve what one of them asks for; which laptops prove the bench."""
    nobody: list[Operator] = []
    nothing: list[Golden] = []
    people = ask_store(paths, lambda store: PeopleBook(store, clock).operators(), nobody)
    goldens = ask_store(paths, lambda store: GoldenBook(store, clock).goldens(), nothing)
    return [_operators(people), _goldens(goldens)]


def _operators(people: list[Operator]) -> Symptom:
    name = "Operators"
    if not people:
        return Symptom(name, True, False, "nobody is enrolled, so nobody signs in.")
    supervisors = sum(one.supervisor for one in people)
    found = f"{_many(len(people) - supervisors, 'technician')} and {_many(supervisors, 'supervisor')} enrolled"
    remedy = "Enrol one: `station operator add`."
    if not supervisors:
        return Symptom(name, False, False, f"{found}: nobody can let anything through.", remedy)
    if len(people) == 1:
        return Symptom(name, False, False, f"{found}: a second person is missing for what needs two.", remedy)
    return Symptom(name, True, False, f"{found}.")


def _goldens(goldens: list[Golden]) -> Symptom:
    name = "Golden laptops"
    good = sum(one.kind == "good" for one in goldens)
    found = f"{good} golden and {len(goldens) - good} known-bad registered"
    remedy = "Test one and register it: `station golden add`."
    if not goldens:
        return Symptom(
            name, False, False, "none is registered, so nothing proves the bench at the start of a shift.", remedy
        )
    if good in (0, len(goldens)):
        missing = "a golden" if not good else "a known-bad"
        return Symptom(name, False, False, f"{found}: {missing} one is missing, and each slot needs both.", remedy)
    return Symptom(name, True, False, f"{found}.")


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
