"""What is wrong with the exercises that a profile names for its technician: only this room knows which there are."""

from __future__ import annotations

from specs.nearest import choose
from specs.profile import Fault, Profile
from specs.profile_file import RawProfile, fault_at
from specs.text import clean
from station.bench.task_words import EXERCISE_WORDS
from station.bench.tasks import SHOWS_NUMBER

__all__ = ["exercise_faults"]


def exercise_faults(profile: Profile, raw: RawProfile) -> list[Fault]:
    """The faults of the rows that stand in this very profile, `raw` as it was read; none of what it inherits."""
    faults = []
    for claim in profile.attested:
        field = f'attest."{clean(claim.name, 60)}"'
        if claim.origin != profile.reference or not claim.exercise:
            continue
        if claim.exercise not in EXERCISE_WORDS:
            problem = "is no exercise that needs a person"
            faults.append(fault_at(raw, f"{field}.exercise", problem, choose(claim.exercise, sorted(EXERCISE_WORDS))))
        elif claim.challenge and claim.exercise not in SHOWS_NUMBER:
            problem = f"needs a number, and the exercise {claim.exercise} shows none"
            remedy = f"remove challenge, or use the exercise {', '.join(sorted(SHOWS_NUMBER))}"
            faults.append(fault_at(raw, f"{field}.challenge", problem, remedy))
    return faults
