"""Graphics: every adapter must have its driver, and one that says nothing is not known."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from checks.catalogue import CATALOGUE
from checks.verdict import MAY_SHIP
from specs.facts import Facts, Graphics, Unknown, known
from specs.limits import Equals, Matches
from tests.checks.families import facts_of, outcome, unknowns, value, verdict

CHECKS = ("graphics.count", "graphics.driver", "graphics.model")
adapters = st.builds(
    Graphics,
    name=st.sampled_from(("0000:00:02.0", "0000:01:00.0")),
    driver=facts_of(st.sampled_from(("i915", "nouveau"))),
    model=facts_of(st.sampled_from(("UHD 600", "MX150"))),
)


def of(*found: Graphics) -> Facts:
    return Facts(graphics=known(found, "pci"))


def test_no_adapter_is_known_absence_whatever_is_asked_of_it():
    assert value("graphics.count", of()) == 0
    assert value("graphics.driver", of()) is False
    assert value("graphics.model", of()) == "no graphics adapter"


@given(st.lists(adapters, max_size=3), st.sampled_from(CHECKS), st.randoms())
def test_the_order_of_adapters_never_matters(found: list[Graphics], check: str, random):
    first = CATALOGUE[check].reading(of(*found))
    random.shuffle(found)
    assert outcome(CATALOGUE[check].reading(of(*found))) == outcome(first)


@given(st.lists(adapters, max_size=2), unknowns())
def test_a_silent_adapter_passes_nothing_that_each_of_them_must_say(found: list[Graphics], why: Unknown):
    silent = Graphics("0000:02:00.0", driver=why, model=why)
    assert verdict("graphics.driver", Equals(True), of(*found, silent)) not in MAY_SHIP
    assert verdict("graphics.model", Matches(".*"), of(*found, silent)) not in MAY_SHIP


@given(unknowns(), st.sampled_from(CHECKS))
def test_where_nobody_could_list_the_adapters_everything_is_unknown_in_that_way(why: Unknown, check: str):
    assert CATALOGUE[check].reading(Facts(graphics=why)) is why
