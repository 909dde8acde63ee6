"""Operating system: the one that the laptop ships with."""

from __future__ import annotations

from typing import Final

from checks.check import Check, Example, Measured, Reading, measured
from specs.facts import Facts, Known, System, Unknown, known
from specs.quantities import Measure

__all__ = ["CHECKS"]


def _family(facts: Facts) -> Reading:
    name = facts.system.name
    return measured(facts.system.family, name.value if isinstance(name, Known) else "")


def _sku(facts: Facts) -> Reading:
    family, sku, name = facts.system.family, facts.system.sku, facts.system.name
    detail = name.value if isinstance(name, Known) else ""
    if isinstance(sku, Unknown) and isinstance(family, Known) and family.value != "windows":
        return Measured(0, family.evidence, f"not Windows: {detail or family.value}")
    return measured(sku, detail)


CHECKS: Final = (
    Check(
        id="system.family",
        title="Operating system",
        measure=Measure.TEXT,
        looks_at="which kind of operating system is on the laptop: windows, chromeos or linux",
        needs=("os", "windows"),
        decides="the profile says which",
        remedy="Wrong operating system. Put the laptop on the re-image shelf.",
        read=_family,
        examples=(Example("Windows", Facts(system=System(family=known("windows"))), "windows"),),
    ),
    Check(
        id="system.sku",
        title="Windows edition",
        measure=Measure.COUNT,
        looks_at="Windows' own edition number (OperatingSystemSKU), which no language changes",
        needs=("os", "windows"),
        decides="the profile lists the numbers; another operating system counts as 0",
        remedy="Wrong edition of Windows. Put the laptop on the re-image shelf.",
        read=_sku,
        examples=(
            Example("Pro Education", Facts(system=System(family=known("windows"), sku=known(164))), 164),
            Example("a Linux laptop", Facts(system=System(family=known("linux"))), 0),
        ),
    ),
)
