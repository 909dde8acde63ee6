"""For checks that read several like parts: any disks, batteries and adapters, and what a row makes of them.

The contracts are the same for all: the order of the parts never matters, another part never turns a row that did not
pass into one that does, and a part that becomes unknown never does so either.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from checks.catalogue import CATALOGUE
from checks.check import Kind, Measured, Reading
from checks.judge import judge_requirement
from checks.verdict import Verdict
from specs.facts import Battery, Disk, DiskHealth, Facts, Known, Unknown
from specs.limits import Limit
from specs.profile import Requirement, Standing

PROBLEMS = ("absent", "not_collected", "unreadable", "differs")


def unknowns() -> st.SearchStrategy[Unknown]:
    """Any of the ways of not knowing."""
    return st.builds(Unknown, st.sampled_from(("why", "and why")), st.just(()), st.sampled_from(PROBLEMS))


def facts_of(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A fact with one of these values, or an unknown one."""
    return st.builds(Known, values, st.just(("item",))) | unknowns()


counts = facts_of(st.integers(0, 3))

healths = st.builds(
    DiskHealth,
    **dict.fromkeys(
        ("percent_used", "power_on_hours", "power_cycles", "media_errors", "life_used", "reallocated", "pending"),
        counts,
    ),
    uncorrectable=counts,
    available_spare=facts_of(st.integers(90, 100)),
    critical_warning=counts,
    assessment=facts_of(st.sampled_from(("passed", "failed"))),
    pre_eol=facts_of(st.sampled_from(("normal", "warning", "urgent", "odd"))),
)
disks = st.builds(
    Disk,
    name=st.sampled_from(("sda", "sdb", "nvme0n1", "mmcblk0")),
    kind=facts_of(st.sampled_from(("ssd", "nvme", "emmc", "hdd"))),
    bytes=facts_of(st.sampled_from((32 * 10**9, 64 * 10**9, 256 * 10**9))),
    model=facts_of(st.sampled_from(("A", "B"))),
    serial=facts_of(st.sampled_from(("S1", "S2"))),
    firmware=facts_of(st.sampled_from(("F1", "F2"))),
    removable=facts_of(st.booleans()),
    health=healths,
)
batteries = st.builds(
    Battery,
    name=st.sampled_from(("BAT0", "BAT1")),
    present=facts_of(st.booleans()),
    design_wh=facts_of(st.sampled_from((20.0, 45.5))),
    health_percent=facts_of(st.sampled_from((60.0, 95.0, 101.0))),
    cycles=counts,
    chemistry=facts_of(st.sampled_from(("Li-ion", "Li-poly"))),
    model=facts_of(st.sampled_from(("L17M3PB0", "45N1741"))),
    serial=facts_of(st.sampled_from(("1032", "877"))),
    charge_percent=facts_of(st.integers(0, 100)),
)


def value(check: str, facts: Facts, **arguments: Any) -> Any:
    """The value that a check reads, None for an unknown one and for one that could only fail."""
    reading = CATALOGUE[check].reading(facts, arguments)
    return reading.value if isinstance(reading, Measured) and reading.unread is None else None


def of_what_is_fitted(component: str) -> list[str]:
    """The checks of a component that read what it is, and not what it did in an exercise."""
    return [
        name
        for name, check in CATALOGUE.items()
        if name.startswith(f"{component}.") and check.kind is not Kind.EXERCISE
    ]


def outcome(reading: Reading) -> tuple[Any, str]:
    """What a row can come to by a reading: its value, and how it may be kept from passing."""
    if isinstance(reading, Unknown):
        return None, reading.problem
    return reading.value, reading.unread.problem if reading.unread else ""


def verdict(check: str, limit: Limit, facts: Facts, **arguments: Any) -> Verdict:
    """What a required row of that check and limit comes to."""
    measure = CATALOGUE[check].measure
    row = Requirement(
        check, limit, measure, "major", "inconclusive", "a test", Standing.INFERRED, "t@1", arguments=arguments
    )
    return judge_requirement(facts, row).verdict
