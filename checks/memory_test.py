"""Memory under test: what was tested, and did every word come back as it was written?"""

from __future__ import annotations

from typing import Final

from checks.check import Check, Example, Kind, Measured, Reading, absent
from checks.exercised import unless_broken_off
from specs.facts import Exercises, Facts, MemoryTest, Unknown, known
from specs.quantities import Measure, render

__all__ = ["CHECKS"]

_NEEDS: Final = ("exercise-memory",)


def _tested(facts: Facts) -> tuple[MemoryTest, Measured] | Unknown:
    """The test, and how much of the memory it saw; unknown where that is nothing."""
    test = facts.exercises.memory
    if isinstance(test, Unknown):
        return test
    found = test.value
    if found.tested_bytes <= 0 or found.passes <= 0:
        return absent("no memory was tested", test)
    free = render(found.free_bytes, Measure.MEMORY_SIZE)
    return found, Measured(found.tested_bytes, test.evidence, f"of {free} that were free")


def _mismatches(facts: Facts) -> Reading:
    tested = _tested(facts)
    if isinstance(tested, Unknown):
        return tested
    test, size = tested
    words = f"{render(test.tested_bytes, Measure.MEMORY_SIZE)}, passes: {test.passes}"
    return Measured(test.mismatches, size.evidence, words)


def _size(facts: Facts) -> Reading:
    tested = _tested(facts)
    return tested if isinstance(tested, Unknown) else tested[1]


def _of(tested: int, passes: int, mismatches: int) -> Facts:
    return Facts(exercises=Exercises(memory=known(MemoryTest(tested, 3 * 2**30, passes, mismatches))))


CHECKS: Final = (
    Check(
        id="memory.test",
        title="Memory test",
        kind=Kind.EXERCISE,
        measure=Measure.COUNT,
        looks_at="how many words of the tested memory came back other than they were written",
        needs=_NEEDS,
        decides="unknown where no memory was tested; sound memory has none",
        remedy="The memory forgets. Put the laptop on the repair shelf.",
        read=unless_broken_off("memory", _mismatches),
        examples=(
            Example("all came back", _of(2 * 2**30, 2, 0), 0),
            Example("one bit hangs", _of(2 * 2**30, 2, 4), 4),
            Example("the test had no time for a pass", _of(2 * 2**30, 0, 0), None),
            Example("nobody tested", Facts(), None),
        ),
    ),
    Check(
        id="memory.tested",
        title="Memory that was tested",
        kind=Kind.EXERCISE,
        measure=Measure.MEMORY_SIZE,
        looks_at="how much memory was free and was tested; what the running system uses cannot be",
        needs=_NEEDS,
        decides="the profile gives the least",
        remedy="Too little memory was tested. Scan the laptop again to test it once more.",
        read=unless_broken_off("memory", _size),
        examples=(
            Example("2 GB", _of(2 * 2**30, 2, 0), 2 * 2**30),
            Example("nothing was free", _of(0, 1, 0), None),
            Example("nobody tested", Facts(), None),
        ),
    ),
)
