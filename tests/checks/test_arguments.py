"""Arguments in words: what a profile's author reads is what the check's own type says."""

from __future__ import annotations

import datetime

import msgspec
import pytest

from checks.arguments import Argument, arguments_of, written
from checks.catalogue import CATALOGUE


def test_a_check_without_arguments_has_none():
    assert arguments_of(CATALOGUE["memory.installed"]) == ()


def test_each_type_has_its_words_and_a_required_argument_has_no_default():
    said = {one.name: one for check in CATALOGUE.values() for one in arguments_of(check)}
    assert said["of"].type == 'one of "largest", "smallest"'
    assert said["of"].default == '"largest"'
    assert (said["label_required"].type, said["label_required"].default) == ("true or false", "false")
    assert (said["pending"].type, said["pending"].default) == ("whole number", "0")
    assert (said["ignore"].type, said["ignore"].default) == ("list of texts", "[]")
    assert said["than"] == Argument("than", "date", None, "the earliest date that the firmware may carry")


@pytest.mark.parametrize(
    ("value", "words"),
    [(True, "true"), (3, "3"), ("a", '"a"'), (("a", "b"), '["a", "b"]'), (datetime.date(2021, 10, 18), "2021-10-18")],
)
def test_a_value_is_written_as_a_profile_would_write_it(value: object, words: str):
    assert written(value) == words


def test_what_is_written_as_the_default_is_the_default():
    for check in CATALOGUE.values():
        for argument in arguments_of(check):
            assert check.arguments is not None
            field = next(one for one in msgspec.structs.fields(check.arguments) if one.name == argument.name)
            assert field.required if argument.default is None else written(field.default) == argument.default
