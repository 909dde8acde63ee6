"""Facts kept beside an attempt: the same when unpacked, and never believed where other parsers read them."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from hardware.evidence.facts import Reading
from specs.facts import Facts
from station.kept_facts import KeptFacts, ReadFacts, pack_facts, unpack_facts
from tests.checks.strategies import GOOD, plain_facts


@given(plain_facts(), st.lists(plain_facts(), max_size=2))
@settings(max_examples=40)
def test_facts_come_back_as_they_were(facts: Facts, again: list[Facts]) -> None:
    assert unpack_facts(pack_facts(Reading(facts, (), tuple(again)))) == ReadFacts(facts, tuple(again))


def test_facts_of_other_parsers_are_not_believed() -> None:
    kept = pack_facts(Reading(GOOD, ()))
    assert unpack_facts(replace(kept, reader="older")) is None


@given(st.binary(max_size=200))
def test_damaged_facts_are_not_believed(data: bytes) -> None:
    kept = pack_facts(Reading(GOOD, ()))
    assert unpack_facts(KeptFacts(kept.reader, data)) is None
    assert unpack_facts(KeptFacts(kept.reader, kept.data[: len(kept.data) // 2])) is None
