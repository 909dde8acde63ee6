import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.evidence.errors import EvidenceError
from hardware.evidence.tree import MOST_ENTRIES, read_tree
from specs.facts import Known, Unknown


def tree(entries):
    return read_tree(json.dumps(entries).encode())


def test_each_kind_of_value_is_kept_apart():
    found = tree(
        {
            "/sys/a/text": " one\n",
            "/sys/a/raw": {"hex": "00ff"},
            "/sys/a/link": {"link": "../../drivers/example"},
            "/sys/a/secret": {"error": "EACCES"},
            "/sys/a/empty": {"dir": True},
        }
    )
    assert found.text("/sys/a/text") == "one"
    assert found.bytes["/sys/a/raw"] == b"\x00\xff"
    assert found.link_name("/sys/a/link") == "example"
    assert found.error("/sys/a/secret") == "EACCES"
    assert found.names("/sys/a") == ("text", "raw", "link", "secret", "empty")
    assert found.has("/sys/a/empty")
    assert not found.has("/sys/a/nothing")


def test_absent_blank_and_not_readable_differ():
    found = tree({"/a/blank": "\n", "/a/serial": {"error": "EACCES"}, "/a/gone": {"error": "ENOENT"}})
    problems = {name: found.fact(f"/a/{name}", "it", "item") for name in ("blank", "serial", "gone", "never")}
    assert {name: fact.problem for name, fact in problems.items() if isinstance(fact, Unknown)} == {
        "blank": "absent",
        "serial": "unreadable",
        "gone": "absent",
        "never": "absent",
    }
    assert "root" in problems["serial"].reason


def test_text_is_cleaned_on_its_way_into_a_fact():
    assert tree({"/a/b": "\x1b[31mred\u202e  one"}).fact("/a/b", "it", "item") == Known("[31mred one", ("item",))


NO_TREES = {
    "nothing": b"",
    "a list": b"[]",
    "a text": b'"text"',
    "cut": b"{",
    "a number": b'{"/a": 1}',
    "another key": b'{"/a": {"what": "x"}}',
    "no hex": b'{"/a": {"hex": "xyz"}}',
    "hex that is true": b'{"/a": {"hex": true}}',
    "a relative path": b'{"relative": "x"}',
    "three levels": b'{"/a": {"b": {"c": "d"}}}',
    "many paths": ("{" + ",".join(f'"/{n}": ""' for n in range(MOST_ENTRIES + 1)) + "}").encode(),
    "a deep path": json.dumps({"/a" * 50: ""}).encode(),
    "a hundred thousand levels": b'{"/a": ' * 100_000,
}


@pytest.mark.parametrize("what", NO_TREES)
def test_anything_but_a_tree_is_refused(what):
    with pytest.raises(EvidenceError):
        read_tree(NO_TREES[what])


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: json.dumps({"/" + text: text}).encode()))
def test_any_bytes_are_a_tree_or_an_evidence_error(data):
    with contextlib.suppress(EvidenceError):
        read_tree(data)
