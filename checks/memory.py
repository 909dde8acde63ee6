"""Memory: how much is fitted, by what the firmware says of its modules."""

from __future__ import annotations

from typing import Final

from checks.check import Check, Example, Reading, measured
from specs.facts import Facts, Known, Memory, known
from specs.quantities import Measure

__all__ = ["CHECKS"]


def _installed(facts: Facts) -> Reading:
    modules = facts.memory.modules
    count = len(modules.value) if isinstance(modules, Known) else 0
    return measured(facts.memory.installed_bytes, f"{count} module{'s' if count != 1 else ''}" if count else "")


CHECKS: Final = (
    Check(
        id="memory.installed",
        title="Memory",
        measure=Measure.MEMORY_SIZE,
        looks_at="the sum of the memory devices that the firmware lists as fitted, soldered ones included",
        needs=("smbios",),
        decides="never by what the running system sees, which is always less: an honest 4 GB laptop would fail",
        remedy="Too little memory. Put the laptop on the repair shelf; check that every module is seated.",
        read=_installed,
        examples=(
            Example("4 GB fitted", Facts(memory=Memory(installed_bytes=known(4 * 2**30))), 4 * 2**30),
            Example("only the visible memory is known", Facts(memory=Memory(visible_bytes=known(4 * 2**30))), None),
        ),
    ),
)
