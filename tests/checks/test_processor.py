"""Processor: each reading is the fact of its name, and nothing is guessed."""

from __future__ import annotations

import pytest

from checks.catalogue import CATALOGUE
from checks.check import Measured
from checks.verdict import Verdict
from specs.facts import Claim, Disagreement, Facts, Processor, Unknown, known
from specs.limits import Equals, Matches
from tests.checks.families import verdict

LEAVES = ("vendor", "model", "cores", "threads", "architecture")


@pytest.mark.parametrize("leaf", LEAVES)
@pytest.mark.parametrize("problem", ["absent", "not_collected", "unreadable"])
def test_what_was_not_read_is_unknown_in_its_own_way(leaf: str, problem: str):
    why = Unknown("for a reason", ("cpu",), problem)
    assert CATALOGUE[f"processor.{leaf}"].reading(Facts(processor=Processor(**{leaf: why}))) is why


def test_the_maker_is_told_with_the_model():
    facts = Facts(processor=Processor(vendor=known("Intel", "cpu"), model=known("N4020", "cpu")))
    assert CATALOGUE["processor.vendor"].reading(facts) == Measured("Intel", ("cpu",), "N4020")


def test_two_accounts_of_the_model_pass_nothing_and_excuse_nothing():
    claims = (Claim("N4020", ("cpu",)), Claim("i5-8250U", ("windows",)))
    one = Facts(processor=Processor(model=known("N4020", "cpu")))
    two = Facts(processor=one.processor, disagreements=known((Disagreement("processor.model", claims),)))
    assert verdict("processor.model", Matches("N4.*"), one) is Verdict.PASS
    assert verdict("processor.model", Matches("N4.*"), two) is Verdict.INCONCLUSIVE
    assert verdict("processor.model", Equals("N5030"), two) is Verdict.FAIL
