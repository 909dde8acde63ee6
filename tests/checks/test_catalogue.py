"""The catalogue: every check explains itself, and its examples are true."""

from __future__ import annotations

import unicodedata

import pytest

from checks import (
    audio,
    battery,
    camera,
    chromeos,
    display,
    firmware,
    identity,
    input,
    memory,
    processor,
    security,
    storage,
    system,
    usb,
    wireless,
)
from checks.catalogue import CATALOGUE, shapes
from checks.check import Check, Example, Measured
from specs.facts import COMPONENTS, Unknown
from specs.quantities import Measure

MODULES = (
    *(identity, firmware, processor, memory, storage, display, battery, wireless),
    *(camera, audio, input, usb, security, system, chromeos),
)
EXAMPLES = [
    pytest.param(check, example, id=f"{check.id}: {example.says}")
    for check in CATALOGUE.values()
    for example in check.examples
]


@pytest.mark.parametrize(("check", "example"), EXAMPLES)
def test_every_example_holds(check: Check, example: Example):
    reading = check.read(example.facts)
    if example.value is None:
        assert isinstance(reading, Unknown)
    else:
        assert isinstance(reading, Measured)
        assert reading.value == example.value


@pytest.mark.parametrize("check", CATALOGUE.values(), ids=lambda check: check.id)
class TestEveryCheck:
    def test_is_named_after_a_component_of_the_facts(self, check: Check):
        component, _, name = check.id.partition(".")
        assert component in COMPONENTS
        assert name
        assert check.id == check.id.lower()

    def test_says_what_it_is_in_plain_words(self, check: Check):
        for words in (check.title, check.looks_at, check.decides, check.remedy, *(e.says for e in check.examples)):
            assert words.strip() == words != ""
            assert not set(words) & set("[]<>{}*`\\\n")
            assert all(unicodedata.category(character)[0] != "C" for character in words)

    def test_gives_a_whole_sentence_as_its_remedy(self, check: Check):
        assert check.remedy[0].isupper()
        assert check.remedy.endswith(".")

    def test_names_the_evidence_that_it_needs(self, check: Check):
        assert check.needs
        assert all(need == need.strip() != "" for need in check.needs)

    def test_has_an_example(self, check: Check):
        assert check.examples

    def test_measures_what_its_examples_read(self, check: Check):
        for example in check.examples:
            if example.value is None:
                continue
            if check.measure is Measure.YES_NO:
                assert isinstance(example.value, bool)
            elif check.measure is Measure.TEXT:
                assert isinstance(example.value, (str, tuple))
            else:
                assert isinstance(example.value, (int, float))
                assert not isinstance(example.value, bool)


def test_no_two_checks_share_an_id():
    every = [check.id for module in MODULES for check in module.CHECKS]
    assert len(every) == len(set(every))
    assert set(every) == set(CATALOGUE) == set(shapes())


def test_no_two_checks_share_a_title():
    titles = [check.title for check in CATALOGUE.values()]
    assert len(titles) == len(set(titles))


def test_the_catalogue_cannot_be_changed():
    with pytest.raises(TypeError):
        CATALOGUE["x"] = CATALOGUE["memory.installed"]  # type: ignore[index]


def test_all_that_the_first_road_needs_is_judged():
    needed = "identity firmware processor memory storage display battery network tpm system".split()
    assert {check.partition(".")[0] for check in CATALOGUE} >= set(needed)
    assert "firmware.secure_boot" in CATALOGUE
