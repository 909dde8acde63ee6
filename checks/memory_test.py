"""Memory under test: what was tested, and did every word come back as it was written?"""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Meta, Struct

from checks.check import Check, Example, Kind, Measured, Reading, absent
from checks.disputes import doubted
from checks.exercised import unless_broken_off
from specs.facts import Exercises, Facts, MemoryTest, Unknown, known
from specs.quantities import Measure, render

__all__ = ["CHECKS"]

_NEEDS: Final = ("exercise-memory",)
_MB: Final = 2**20


class MemoryArguments(Struct, frozen=True, forbid_unknown_fields=True):
    """How much must have been tested before memory counts as sound."""

    least_mb: Annotated[
        int, Meta(ge=1, le=1_000_000, description="megabytes (2^20 bytes) that must have been tested, at least")
    ]
    least_percent: Annotated[
        int, Meta(ge=1, le=90, description="per cent of the memory that was free that must have been tested, at least")
    ]


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


def _mismatches(facts: Facts, arguments: MemoryArguments) -> Reading:
    tested = _tested(facts)
    if isinstance(tested, Unknown):
        return tested
    test, size = tested
    words = f"{render(test.tested_bytes, Measure.MEMORY_SIZE)}, passes: {test.passes}"
    return doubted(Measured(test.mismatches, size.evidence, words), _too_little(test, size, arguments))


def _too_little(test: MemoryTest, size: Measured, arguments: MemoryArguments) -> Unknown | None:
    """Why what was tested says nothing of the rest; None where it was enough."""
    enough = test.tested_bytes >= arguments.least_mb * _MB
    if enough and 100 * test.tested_bytes >= arguments.least_percent * test.free_bytes:
        return None
    words = f"too little was tested: {render(test.tested_bytes, Measure.MEMORY_SIZE)} {size.detail}"
    return Unknown(words, size.evidence, "absent")


def _size(facts: Facts) -> Reading:
    tested = _tested(facts)
    return tested if isinstance(tested, Unknown) else tested[1]


def _of(tested: int, passes: int, mismatches: int) -> Facts:
    return Facts(exercises=Exercises(memory=known(MemoryTest(tested, 3 * 2**30, passes, mismatches))))


_LEAST: Final = {"least_mb": 64, "least_percent": 10}

CHECKS: Final = (
    Check(
        id="memory.test",
        title="Memory test",
        kind=Kind.EXERCISE,
        measure=Measure.COUNT,
        looks_at="how many words of the tested memory came back other than they were written",
        needs=_NEEDS,
        decides="sound memory has none; with less tested than the profile asks for, a fault counts and nothing passes",
        remedy="The memory forgets. Put the laptop on the repair shelf.",
        read=unless_broken_off("memory", _mismatches),
        arguments=MemoryArguments,
        examples=(
            Example("all came back", _of(2 * 2**30, 2, 0), 0, _LEAST),
            Example("one bit hangs", _of(2 * 2**30, 2, 4), 4, _LEAST),
            Example("only 8 bytes were tested", _of(8, 5, 0), None, _LEAST),
            Example("the test had no time for a pass", _of(2 * 2**30, 0, 0), None, _LEAST),
            Example("nobody tested", Facts(), None, _LEAST),
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
