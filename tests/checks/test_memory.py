"""Memory: what is fitted by the firmware's list, and what the running system does not see of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.catalogue import CATALOGUE
from checks.check import Measured
from checks.verdict import MAY_SHIP, Verdict
from specs.facts import Claim, Disagreement, Facts, Memory, MemoryModule, Unknown, known
from specs.limits import AtLeast, AtMost, Limit, Matches
from tests.checks.families import facts_of, of_what_is_fitted, outcome, unknowns, value, verdict

GIB = 2**30
modules = st.builds(
    MemoryModule,
    locator=facts_of(st.sampled_from(("DIMM A", "DIMM B"))),
    type=facts_of(st.sampled_from(("DDR3", "DDR4"))),
)


def fitted(*found: MemoryModule) -> Facts:
    return Facts(memory=Memory(modules=known(found, "smbios")))


def sizes(installed: int, visible: int, differ: str = "") -> Facts:
    claims = (Claim(str(installed), ("smbios",)), Claim("1", ("windows",)))
    return Facts(
        memory=Memory(installed_bytes=known(installed, "smbios"), visible_bytes=known(visible, "memory")),
        disagreements=known((Disagreement(differ, claims),) if differ else ()),
    )


def test_memory_that_is_not_fitted_is_none():
    assert value("memory.modules", fitted()) == 0
    assert value("memory.type", fitted()) == "no memory module"


def test_a_module_that_hides_its_type_is_never_a_pass():
    named, silent = MemoryModule(type=known("DDR4")), MemoryModule(type=Unknown("blank", (), "absent"))
    assert verdict("memory.type", Matches("DDR4"), fitted(named)) is Verdict.PASS
    assert verdict("memory.type", Matches("DDR4"), fitted(named, silent)) is Verdict.INCONCLUSIVE
    assert verdict("memory.type", Matches("DDR5"), fitted(named, silent)) is Verdict.FAIL


def test_the_share_out_of_sight_is_of_what_is_fitted_and_both_are_told():
    reading = CATALOGUE["memory.unaccounted"].reading(sizes(4 * GIB, 3 * GIB))
    assert reading == Measured(25.0, ("smbios", "memory"), "4 GB fitted, 3 GB seen")


@pytest.mark.parametrize(("installed", "visible"), [(4 * GIB, 5 * GIB), (0, 0), (-1, -1), (4, -4), (0, 4 * GIB)])
def test_sizes_that_do_not_belong_together_are_unknown_and_never_little(installed: int, visible: int):
    reading = CATALOGUE["memory.unaccounted"].reading(sizes(installed, visible))
    assert isinstance(reading, Unknown)
    assert reading.problem == "absent"
    assert reading.evidence == ("smbios", "memory")


@pytest.mark.parametrize(
    ("check", "within", "outside"),
    [("memory.installed", AtLeast(GIB), AtLeast(8 * GIB)), ("memory.unaccounted", AtMost(30), AtMost(20))],
)
def test_two_sources_that_differ_about_what_is_fitted_pass_nothing(check: str, within: Limit, outside: Limit):
    assert verdict(check, within, sizes(4 * GIB, 3 * GIB)) is Verdict.PASS
    assert verdict(check, within, sizes(4 * GIB, 3 * GIB, "memory.installed_bytes")) is Verdict.INCONCLUSIVE
    assert verdict(check, outside, sizes(4 * GIB, 3 * GIB, "memory.installed_bytes")) is Verdict.FAIL


@given(st.integers(1, 2**50), st.integers(0, 2**50), st.integers(0, 2**50))
def test_memory_that_falls_out_of_sight_never_improves_the_share(installed: int, one: int, other: int):
    less, more = sorted((one % (installed + 1), other % (installed + 1)))
    assert value("memory.unaccounted", sizes(installed, less)) >= value("memory.unaccounted", sizes(installed, more))
    assert 0 <= value("memory.unaccounted", sizes(installed, less)) <= 100


@given(st.lists(modules, max_size=4), st.sampled_from(("memory.modules", "memory.type")), st.randoms())
def test_the_order_of_modules_never_matters(found: list[MemoryModule], check: str, random):
    first = CATALOGUE[check].reading(fitted(*found))
    random.shuffle(found)
    assert outcome(CATALOGUE[check].reading(fitted(*found))) == outcome(first)


@given(unknowns())
def test_what_was_not_read_is_unknown_in_its_own_way(why: Unknown):
    facts = Facts(memory=Memory(installed_bytes=why, visible_bytes=known(1), modules=why, slots=why))
    for check in of_what_is_fitted("memory"):
        assert CATALOGUE[check].reading(facts) is why
        assert verdict(check, Matches(".*") if check == "memory.type" else AtLeast(0), facts) not in MAY_SHIP
