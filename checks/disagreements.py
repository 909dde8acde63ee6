"""Disagreements: do the sources in the evidence say the same of this laptop?

Many differences at once are the sign of two laptops' evidence in one bundle; a single one is most often a firmware
that was filled in carelessly.
"""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Meta, Struct

from checks.check import Check, Example, Kind, Measured, Reading
from specs.facts import Claim, Disagreement, Facts, Identity, Known, Unknown, known, walk
from specs.quantities import Measure

__all__ = ["CHECKS"]

Beginning = Annotated[str, Meta(min_length=1)]


class CountArguments(Struct, frozen=True, forbid_unknown_fields=True):
    """Facts about which sources are known to differ."""

    ignore: Annotated[
        tuple[Beginning, ...],
        Meta(
            description="beginnings of the facts that do not count, by whole parts: storage, or memory.installed_bytes"
        ),
    ] = ()


def _count(facts: Facts, arguments: CountArguments) -> Reading:
    found = facts.disagreements
    if isinstance(found, Unknown):
        return _nothing_compared(facts, found)
    left = [one.fact for one in found.value if not any(_begins(one.fact, path) for path in arguments.ignore)]
    return Measured(len(left), found.evidence, ", ".join(left))


def _begins(fact: str, beginning: str) -> bool:
    """True for the fact itself and all below it: "storage.sda" is no beginning of "storage.sdab.bytes"."""
    return f"{fact}.".startswith(f"{beginning.rstrip('.')}.")


def _nothing_compared(facts: Facts, why: Unknown) -> Unknown:
    """One source alone has nothing to differ from: the evidence does not say, and nobody failed to collect any.

    What a technician answered is no source.
    """
    collected = any(isinstance(fact, Known) for path, fact in walk(facts) if not path.startswith("operator."))
    if why.problem == "not_collected" and collected:
        return Unknown(why.reason, why.evidence, "absent")
    return why


_TWO: Final = Facts(
    disagreements=known(
        (
            Disagreement("identity.product", (Claim("20L8", ("smbios",)), Claim("20L7", ("dmi",)))),
            Disagreement("memory.installed_bytes", (Claim("4294967296", ("smbios",)), Claim("0", ("windows",)))),
        )
    )
)
_ONE_SOURCE: Final = Facts(
    identity=Identity(serial=known("PF1A2B3C", "dmidecode")),
    disagreements=Unknown("fewer than two items say anything, so there is nothing to compare"),
)

CHECKS: Final = (
    Check(
        id="disagreements.count",
        title="Sources that differ",
        kind=Kind.IDENTITY,
        measure=Measure.COUNT,
        looks_at="how many facts two or more sources in the evidence say different things about; it names them",
        needs=("smbios", "windows", "dmidecode", "dmi", "block", "smart-*"),
        decides="the profile gives the most, 0 as a rule; unknown where only one source says anything, so that there is"
        " nothing to compare",
        remedy="Run the probe again on this laptop alone. If its sources still differ, put it on the query shelf.",
        read=_count,
        arguments=CountArguments,
        examples=(
            Example("two", _TWO, 2),
            Example("one of them is known and accepted", _TWO, 1, {"ignore": ["memory"]}),
            Example("all agree", Facts(disagreements=known(())), 0),
            Example("only one source", _ONE_SOURCE, None),
            Example("nothing was collected", Facts(), None),
        ),
    ),
)
