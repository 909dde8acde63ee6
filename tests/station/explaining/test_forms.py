"""The forms: whole they say what the item says, any part of them is still valid, and spans are the item's own bytes."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.evidence.errors import EvidenceError
from hardware.evidence.machine.smbios import read_smbios
from hardware.evidence.screens.edid import read_edid
from station.explaining.forms.choosing import form_of
from station.explaining.forms.form import hex_rows
from station.explaining.forms.json_leaves import JsonLeaves
from station.explaining.forms.lines import Lines
from station.explaining.forms.smbios_table import SmbiosTable
from tests.hardware.evidence.machine.test_smbios import END, LAPTOP, layouts, memory, structure
from tests.hardware.evidence.seeds import SEEDS
from tests.hardware.evidence.support import panel

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12) | st.sampled_from(["a\nb\nc\n", "\\n", 'q"\n"']),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


def clean(line: str) -> bool:
    return all(unicodedata.category(one) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") for one in line)


@given(VALUES)
def test_json_with_all_its_leaves_is_the_same_json(value: object) -> None:
    data = json.dumps(value).encode()
    form = JsonLeaves(data)
    assert json.loads(form.rebuilt(form.parts())) == value


@given(VALUES, st.data(), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_json_with_any_of_its_leaves_is_json_and_each_span_is_where_the_leaf_is(
    value: object, data: st.DataObject, encoding: str
) -> None:
    item = json.dumps(value, ensure_ascii=False).encode(encoding, "replace")
    form = JsonLeaves(item)
    kept = sorted(data.draw(st.sets(st.sampled_from(form.parts()))))
    rebuilt = form.rebuilt(kept)
    assert not kept or json.loads(rebuilt) is not NotImplemented
    width = 2 if encoding == "utf-16" else 1
    assert all((span.end - span.start) % width == 0 for span in form.spans(kept))
    assert all(clean(line) for line in form.shown(kept))
    for part in kept:
        [span] = form.spans([part])
        text = item[span.start : span.end].decode("utf-16-le" if width == 2 else "utf-8")
        assert text.encode() in form.rebuilt(form.parts())


def test_a_leaf_is_named_by_its_way_and_a_file_by_its_path() -> None:
    tree = JsonLeaves(b'{"a": {"b c": [1, {"d": "x"}]}, "n": "1\\n2\\n"}')
    assert list(tree.shown(tree.parts())) == ['a."b c"[0] = 1', 'a."b c"[1].d = x', "n, line 1 = 1", "n, line 2 = 2"]
    files = JsonLeaves(b'{"/sys/class/x/uevent": "A=1\\nB=2\\n", "/sys/y": {"link": "../z"}}')
    assert list(files.shown([1, 2])) == ["/sys/class/x/uevent, line 2 = B=2", "/sys/y.link = ../z"]
    assert files.rebuilt([1]) == b'{"/sys/class/x/uevent":"B=2\\n"}'


@pytest.mark.parametrize("layout", layouts(b""))
def test_an_smbios_table_without_any_of_its_structures_is_one_in_every_layout(layout: str) -> None:
    whole = LAPTOP + memory(2048) + memory(4096) + END
    item = layouts(whole)[layout]
    form = SmbiosTable(item)
    assert read_smbios(form.rebuilt(form.parts())) == read_smbios(item)
    second = [part for part in form.parts() if form.spans([part])[0].start >= item.rindex(memory(4096)[:4])]
    left = read_smbios(form.rebuilt([part for part in form.parts() if part not in second]))
    assert [one.size_bytes for one in left.memory] == [2 * 2**30]
    assert left.damage is None
    assert left.system == read_smbios(item).system


def test_a_text_that_is_left_out_of_a_structure_leaves_the_others_their_numbers() -> None:
    item = structure(1, bytes((1, 2, 3, 4)), b"Maker", b"Product", b"v1", b"SERIAL1") + END
    form = SmbiosTable(item)
    serial = [part for part in form.parts() if item[slice(*span(form, part))] in (b"SERIAL1", b"\4")]
    [system] = read_smbios(form.rebuilt(serial)).system
    assert system.serial == "SERIAL1"
    assert system.product in (None, " ")


def span(form: SmbiosTable, part: int) -> tuple[int, int]:
    [found] = form.spans([part])
    return found.start, found.end


def test_a_long_line_is_cut_into_words_and_what_is_left_out_is_marked() -> None:
    data = b"first\nflags: " + b"aaaa " * 60 + b"hypervisor " + b"bbbb " * 60 + b"\n"
    form = Lines(data)
    words = [part for part in form.parts() if span_text(form, data, part).strip() in (b"flags:", b"hypervisor")]
    assert list(form.shown(words)) == ["line 2: flags: … hypervisor"]
    assert form.rebuilt(form.parts()) == data


def span_text(form: Lines, data: bytes, part: int) -> bytes:
    [found] = form.spans([part])
    return data[found.start : found.end]


def test_lines_of_a_wide_text_have_spans_in_its_own_bytes() -> None:
    data = "Größe=1\r\nModel=2\r\n".encode("utf-16")
    form = Lines(data)
    [second] = form.spans([1])
    assert data[second.start : second.end].decode("utf-16-le") == "Model=2\r\n"


def test_an_edid_keeps_its_header_and_its_places() -> None:
    form = form_of("edid-eDP-1", panel())
    width = read_edid(form.rebuilt(range(54 - 8, 72 - 8))).native
    assert width == (1366, 768)
    assert len(form.rebuilt(())) == 128


def test_marked_bytes_stand_in_brackets_and_the_columns_in_line() -> None:
    [row] = hex_rows(bytes(range(0x1B, 0x25)), frozenset({1, 2, 5}))
    assert row == '0000  1b[1c 1d]1e 1f[20]21 22 23 24                    |..... !"#$|'
    assert len(next(hex_rows(bytes(16), frozenset({15})))) == len(next(hex_rows(bytes(16), frozenset({0})))) == 73


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(["smbios", "edid-eDP-1", "battery", "windows", "cpu", "msdm", "nobody-knows"]),
    st.sampled_from(SEEDS) | st.binary(max_size=300),
    st.data(),
)
def test_any_bytes_have_a_form_and_no_line_of_it_holds_an_escape(item: str, seed: bytes, data: st.DataObject) -> None:
    hostile = bytearray(seed)
    for _ in range(data.draw(st.integers(0, 6))):
        place = data.draw(st.integers(0, len(hostile)))
        hostile[place:place] = data.draw(
            st.sampled_from([b"\x1b[31m", b"\x00", b"\xff", b'"', b"\\u202e", b"\xc2\x9b"])
        )
    form = form_of(item, bytes(hostile))
    parts = form.parts()
    kept = sorted(data.draw(st.sets(st.sampled_from(parts), max_size=40))) if len(parts) else []
    assert isinstance(form.rebuilt(kept), bytes)
    assert all(0 <= one.start <= one.end <= len(hostile) for one in form.spans(kept))
    assert all(clean(line) for line in form.shown(kept))
    for part in list(form.doubtful(kept))[:3]:
        assert isinstance(form.spoilt(kept, part), bytes)


@pytest.mark.parametrize(
    "data",
    [b"\n" * 2**22, b"a " * 2**21, b"[" + b"[]," * 2**20 + b"1]", b"[" * 60 + b"1," * 2**20 + b"1" + b"]" * 60],
    ids=["lines", "words", "lists", "numbers"],
)
def test_the_largest_items_are_cut_in_a_bounded_number_of_parts(data: bytes) -> None:
    assert len(form_of("cpu", data[: 2**22]).parts()) <= 200_000


def test_json_with_too_many_leaves_is_no_json_here() -> None:
    with pytest.raises(EvidenceError, match="leaves"):
        JsonLeaves(b"[" + b"1," * 200_000 + b"1]")
