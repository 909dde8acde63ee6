"""Every key, table and member of a list is found in its line, and nothing makes the search fail or take long."""

from __future__ import annotations

import time
import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specs.toml_lines import Path, places, written_twice

TEXT = """\
# a comment with [brackets] and a = sign
id = "a # no comment"   # one
"quoted key" = '[' # two

[require."memory.installed"]
at_least = "4 GB"
note = \"\"\"
several = "lines"
[not.a.table]
\"\"\"
[require . 'identity.model']
one_of = [
  "a]", # "b"
  'c,',

  [ "d" ],
]
arguments = { until = 2024-06-01, ignore = [
  "x", "y" ] }
[attest]
w.claim = 2021-10-18 08:00:00
w.by = '''
x'''
last = 1
"""


def lines(text: str) -> dict[Path, int]:
    found: dict[Path, int] = {}
    for place in places(text):
        found.setdefault(place.path, place.line)
    return found


def test_every_place_is_found_in_its_line():
    tomllib.loads(TEXT)
    model, memory = ("require", "identity.model"), ("require", "memory.installed")
    assert lines(TEXT) == {
        ("id",): 2,
        ("quoted key",): 3,
        ("require",): 5,
        memory: 5,
        (*memory, "at_least"): 6,
        (*memory, "note"): 7,
        model: 11,
        (*model, "one_of"): 12,
        (*model, "one_of", 1): 13,
        (*model, "one_of", 2): 14,
        (*model, "one_of", 3): 16,
        (*model, "one_of", 3, 1): 16,
        (*model, "arguments"): 18,
        (*model, "arguments", "until"): 18,
        (*model, "arguments", "ignore"): 18,
        (*model, "arguments", "ignore", 1): 19,
        (*model, "arguments", "ignore", 2): 19,
        ("attest",): 20,
        ("attest", "w"): 21,
        ("attest", "w", "claim"): 21,
        ("attest", "w", "by"): 22,
        ("attest", "last"): 24,
    }


@pytest.mark.parametrize(
    ("text", "path", "first", "second"),
    [
        ("a = 1\na = 2", ("a",), 1, 2),
        ("[t]\na = 1\nb = 2\na = 3\n", ("t", "a"), 2, 4),
        ("[t]\n[u]\n[t]\n", ("t",), 1, 3),
        ('[require."x"]\na = """\n\n"""\na = 1\n', ("require", "x", "a"), 2, 5),
        ("a = { b = 1, b = 2 }", ("a", "b"), 1, 1),
        ("a = [\n1,\n2]\na = [\n3\n]", ("a",), 1, 4),
        ("a.b = 1\na.c = 2\na.b = 3", ("a", "b"), 1, 3),
    ],
)
def test_a_key_that_is_written_twice_is_found_both_times(text: str, path: Path, first: int, second: int):
    with pytest.raises(tomllib.TOMLDecodeError):
        tomllib.loads(text)
    found = written_twice(text)
    assert found is not None
    assert (found[0].path, found[0].line, found[1].line) == (path, first, second)


def test_tables_that_may_repeat_are_not_written_twice():
    text = "[[a]]\nx = 1\n[[a]]\nx = 2\n"
    assert tomllib.loads(text)
    assert written_twice(text) is None
    assert lines(text)["a", 2, "x"] == 4


keys = st.text("ab-_.'#[ ", min_size=1, max_size=4)
scalars = (
    st.booleans() | st.integers() | st.floats() | st.dates() | st.datetimes() | st.text("a\"'\\#[]{},=\n", max_size=6)
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3), max_leaves=6
)


def written(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + "".join(f"\\u{ord(letter):04x}" if letter in '"\\\n' else letter for letter in value) + '"'
    if isinstance(value, list):
        return "[" + ",".join(f"\n{written(item)}" for item in value) + "\n]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{written(key)} = {written(part)}" for key, part in value.items()) + "}"
    return value.isoformat() if hasattr(value, "isoformat") else repr(value)


def paths_of(value: Any, path: Path) -> list[Path]:
    parts: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        parts = list(value.items())
    elif isinstance(value, list):
        parts = list(enumerate(value, 1))
    return [path] * bool(path) + [deeper for key, part in parts for deeper in paths_of(part, (*path, key))]


@given(st.dictionaries(keys, values, max_size=4))
@settings(max_examples=300)
def test_every_key_that_toml_reads_has_a_line(document: dict[str, Any]):
    text = "".join(f"{written(key)} = {written(value)}\n" for key, value in document.items())
    read = tomllib.loads(text)
    found = lines(text)
    assert set(found) == set(paths_of(read, ()))
    assert all(text.split("\n")[line - 1] for line in found.values())
    assert written_twice(text) is None


@given(st.text("ab=.\"'[]{},#\n\\ 1", max_size=60) | st.text(max_size=40))
@settings(max_examples=500)
def test_any_text_is_searched_and_no_line_is_outside_it(text: str):
    assert all(1 <= place.line <= text.count("\n") + 1 for place in places(text))
    written_twice(text)


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 200_000,
        "[a]\nb = 1\n[a.b]\nc = " + "[" * 200_000,
        "a = " + "{b=" * 60_000,
        '"""' * 60_000,
        "a = '''\n" * 20_000,
        "[" * 200_000,
        "x = 1\n" * 40_000,
        'a = "' + "\\" * 200_000,
        "#" * 200_000,
        " " * 200_000,
        "a = [" + "1," * 100_000,
    ],
    ids=range(11),
)
def test_a_hostile_text_is_searched_in_a_moment(text: str):
    started = time.perf_counter()
    written_twice(text)
    assert time.perf_counter() - started < 5
