"""The catalogue: every check explains itself, and its examples are true."""

from __future__ import annotations

import importlib
import pkgutil
import unicodedata

import msgspec
import pytest
from hypothesis import given, settings

import checks
from checks.arguments import arguments_of
from checks.catalogue import CATALOGUE, shapes
from checks.check import Check, Example, Kind, Measured
from hardware.evidence.devices import wifi
from hardware.evidence.disks import worst_health
from hardware.evidence.windows import wifi_names
from specs.facts import COMPONENTS, Facts, Unknown
from specs.quantities import Measure
from tests.checks.strategies import any_facts

MODULES = [importlib.import_module(f"checks.{found.name}") for found in pkgutil.iter_modules(checks.__path__)]
EVERY = [check for module in MODULES for check in getattr(module, "CHECKS", ())]
EXAMPLES = [
    pytest.param(check, example, id=f"{check.id}: {example.says}")
    for check in CATALOGUE.values()
    for example in check.examples
]
WORKING = (*COMPONENTS, "wireless", "keyboard", "touchpad", "lid")
"""What a check of an exercise may be named after: the facts' components, and the parts that only work tells of."""
TAKES_ARGUMENTS = [check for check in CATALOGUE.values() if check.arguments is not None]


@pytest.mark.parametrize(("check", "example"), EXAMPLES)
def test_every_example_holds(check: Check, example: Example):
    reading = check.reading(example.facts, example.arguments)
    if example.value is None:
        assert isinstance(reading, Unknown) or reading.unread is not None
        assert "arguments" not in getattr(reading, "reason", "")
    else:
        assert isinstance(reading, Measured)
        assert reading.unread is None
        assert reading.value == example.value


@pytest.mark.parametrize("check", CATALOGUE.values(), ids=lambda check: check.id)
class TestEveryCheck:
    def test_is_named_after_a_component_of_the_facts(self, check: Check):
        component, _, name = check.id.partition(".")
        assert component in (WORKING if check.kind is Kind.EXERCISE else COMPONENTS)
        assert name
        assert check.id == check.id.lower()

    def test_says_what_it_is_in_plain_words(self, check: Check):
        meanings = [argument.meaning for argument in arguments_of(check)]
        said = (check.title, check.looks_at, check.decides, check.remedy, *(e.says for e in check.examples), *meanings)
        for words in said:
            assert words.strip() == words != ""
            assert not set(words) & set("[]<>{}*`|\\\n")
            assert all(unicodedata.category(character)[0] != "C" for character in words)

    def test_gives_a_whole_sentence_as_its_remedy(self, check: Check):
        assert check.remedy[0].isupper()
        assert check.remedy.endswith(".")

    def test_names_the_evidence_that_it_needs(self, check: Check):
        assert check.needs
        assert all(need == need.strip() != "" for need in check.needs)

    def test_has_an_example_that_reads_and_one_that_is_unknown(self, check: Check):
        assert any(example.value is not None for example in check.examples)
        assert any(example.value is None for example in check.examples)

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

    def test_knows_nothing_of_a_laptop_of_which_nothing_was_collected(self, check: Check):
        reading = check.reading(Facts(), check.examples[0].arguments)
        assert isinstance(reading, Unknown)
        assert reading.problem == "not_collected"


CLOSED = [check for check in CATALOGUE.values() if check.words]


@pytest.mark.parametrize("check", CLOSED, ids=lambda check: check.id)
def test_a_closed_list_of_words_has_all_that_the_check_reads_each_once(check: Check):
    assert check.measure is Measure.TEXT
    assert len(set(check.words)) == len(check.words)
    read = [example.value for example in check.examples if example.value is not None]
    words = {word for value in read for word in (value if isinstance(value, tuple) else (str(value),))}
    assert words <= set(check.words)


def test_only_what_the_facts_have_a_closed_list_of_has_one():
    assert {check.id for check in CLOSED} == {
        "network.wifi_standard",
        "storage.kind",
        "storage.pre_eol",
        "system.family",
    }


def test_the_closed_lists_have_the_words_of_the_parsers():
    standards, states = CATALOGUE["network.wifi_standard"].words, CATALOGUE["storage.pre_eol"].words
    assert set(wifi._ORDER) <= set(standards)
    assert {f"802.11{letters}" for letters in wifi_names._KNOWN} <= set(standards)
    assert set(wifi_names._GENERATIONS.values()) <= set(standards)
    assert set(worst_health._PRE_EOL) == set(states)


@pytest.mark.parametrize("check", TAKES_ARGUMENTS, ids=lambda check: check.id)
class TestEveryCheckWithArguments:
    def test_says_what_each_argument_means_in_a_frozen_struct_that_knows_no_others(self, check: Check):
        assert check.arguments is not None
        assert check.arguments.__doc__
        assert check.arguments.__struct_config__.frozen
        assert check.arguments.__struct_config__.forbid_unknown_fields
        for argument in arguments_of(check):
            assert argument.meaning
            assert argument.type

    def test_has_an_example_with_arguments_of_its_own(self, check: Check):
        assert check.arguments is not None
        given = [msgspec.convert(e.arguments, check.arguments) for e in check.examples if e.arguments]
        fields = msgspec.structs.fields(check.arguments)
        assert any(getattr(one, field.name) != field.default for one in given for field in fields)

    def test_blames_the_bench_for_arguments_that_do_not_fit(self, check: Check):
        example = check.examples[0]
        reading = check.reading(example.facts, {**example.arguments, "no such argument": 1})
        assert isinstance(reading, Unknown)
        assert reading.problem == "unreadable"


@given(any_facts())
@settings(max_examples=100)
def test_every_check_reads_any_facts_with_any_of_its_arguments_without_raising(facts: Facts):
    for check in CATALOGUE.values():
        for example in check.examples if check.arguments is not None else check.examples[:1]:
            assert isinstance(check.reading(facts, example.arguments), (Measured, Unknown))


def test_no_two_checks_share_an_id_and_none_is_left_out():
    ids = [check.id for check in EVERY]
    assert len(ids) == len(set(ids))
    assert set(ids) == set(CATALOGUE) == set(shapes())


def test_no_two_checks_share_a_title():
    titles = [check.title for check in CATALOGUE.values()]
    assert len(titles) == len(set(titles))


def test_the_catalogue_cannot_be_changed():
    with pytest.raises(TypeError):
        CATALOGUE["x"] = CATALOGUE["memory.installed"]  # type: ignore[index]


def test_every_component_of_the_facts_is_judged_and_there_are_checks_of_every_kind():
    # What a technician answered is judged by the rows that ask for it, and an exercise by the part that was exercised.
    assert {check.partition(".")[0] for check in CATALOGUE} == {*WORKING} - {"operator", "exercises"}
    assert {check.kind for check in CATALOGUE.values()} == set(Kind)


def test_nobody_waives_who_a_laptop_is():
    fixed = {check.id for check in CATALOGUE.values() if not check.waivable}
    assert fixed == {"identity.serial", "identity.agrees", "identity.physical"}


def test_a_shape_says_what_a_check_is_called_and_takes():
    for check, shape in shapes().items():
        assert shape.title == CATALOGUE[check].title
        assert shape.decides == CATALOGUE[check].decides
        assert shape.arguments is CATALOGUE[check].arguments
