import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.evidence.decoding import as_hex, as_int, count_of, decode_json, decode_text, dig, json_depth_at_most
from hardware.evidence.errors import EvidenceError


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_and_json_are_read_in_the_encodings_that_windows_writes(encoding):
    assert decode_text("Größe: 1".encode(encoding)) == "Größe: 1"
    assert decode_json('{"Größe": 1}'.encode(encoding)) == {"Größe": 1}


@pytest.mark.parametrize("data", [bytes(range(256)), b"\0" * 100, b"\xff\xfe" + b"\0\xd8" * 50])
def test_noise_is_not_text(data):
    with pytest.raises(EvidenceError):
        decode_text(data)


def test_a_bracket_in_a_string_is_no_level():
    assert json_depth_at_most(b'["[[[[[\\"[[["]', 1)
    assert not json_depth_at_most(b"[[]]", 1)
    assert json_depth_at_most(b"[" * 64 + b"]" * 64, 64)
    assert not json_depth_at_most(b"[" * 65 + b"]" * 65, 64)


@pytest.mark.parametrize(
    "data",
    [b"[" * 2**22, b'{"a":' * 2**19, b'"\\' * 2**21, b'"' * 2**22, b"[]," * 2**20, b'["\\"' * 2**20, b" " * 2**22],
    ids=["open", "objects", "escapes", "quotes", "pairs", "mixed", "blanks"],
)
def test_four_mebibytes_of_hostile_json_take_less_than_two_seconds(data):
    start = time.process_time()
    with pytest.raises(EvidenceError):
        decode_json(data)
    assert time.process_time() - start < 2


@pytest.mark.parametrize("data", [b'{"a": 1e999}', b'{"a": ' + b"1" * 5000 + b"}", b"NaN", b'"\\ud800"'])
def test_numbers_and_characters_that_are_none_are_refused_or_never_counted(data):
    with contextlib.suppress(EvidenceError):
        assert count_of(dig(decode_json(data), "a")) is None


@given(st.binary(max_size=200))
def test_any_bytes_are_json_or_an_evidence_error(data):
    for decode in (decode_json, decode_text):
        try:
            decode(data)
        except EvidenceError:
            continue


@pytest.mark.parametrize("text", ["", "-1", "+1", "1.5", "١", "1_0", "9" * 19, "1" * 5000, "0x1", None])
def test_what_is_no_plain_number_is_none(text):
    assert as_int(text) is None


def test_numbers_are_read_with_blanks_around():
    assert as_int(" 42\n") == 42
    assert as_hex("0x0B") == 11
    assert as_hex("030000") == 0x30000
    assert as_hex("0xzz") is None


def test_true_is_no_count():
    assert count_of(True) is None
    assert count_of("7") is None
    assert count_of(-1) is None
    assert count_of(7) == 7
