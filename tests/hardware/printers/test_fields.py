import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.printers.fields import LabelRefused, payload
from hardware.scanners.grammar.meaning import TakenFor
from hardware.scanners.grammar.structure import fields_of
from specs.identifiers import BadIdentifier, Serial
from tests.hardware.printers.support import FIELDS, with_fields


def test_the_payload_says_serial_verdict_profile_and_attempt():
    assert payload(FIELDS) == (
        "IS1:LABEL:5CG1234XYZ:PASS:ghwt-2021w-windows-laptop@2021-10-18:0190b3c4-1234-7abc-8def-0123456789ab"
    )


@pytest.mark.parametrize("word", ["PASS", "PASS (marginal)", "NO TEST"])
def test_a_scan_of_the_payload_is_taken_for_our_own_label_and_gives_the_serial(word):
    (field,) = fields_of(payload(with_fields(verdict_word=word, serial="A./_-9")), "]d1")
    assert (field.text, field.marked) == ("A./_-9", TakenFor.OUR_LABEL)


@pytest.mark.parametrize(
    ("word", "in_payload"),
    [("PASS (marginal)", "PASS-MARGINAL"), ("NO TEST", "NO-TEST"), ("REVIEW", "REVIEW"), ("Fail", "FAIL")],
)
def test_a_verdict_word_is_capitals_and_dashes_in_the_payload(word, in_payload):
    assert payload(with_fields(verdict_word=word)).split(":")[3] == in_payload


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("serial", ""),
        ("serial", "abc:def"),
        ("serial", "To be filled by O.E.M."),
        ("serial", "5CG12\x1b[31m34"),
        ("serial", "A" * 33),
        ("verdict_word", ""),
        ("verdict_word", "PASS:FAIL"),
        ("verdict_word", "PASS\n"),
        ("verdict_word", "ПАСС"),
        ("verdict_word", "P" * 21),
        ("profile", "ghwt"),
        ("profile", "ghwt@1@2"),
        ("profile", "ghwt:x@1"),
        ("attempt_id", ""),
        ("attempt_id", "attempt-12"),
        ("attempt_id", "a:b"),
        ("attempt_id", "f" * 37),
    ],
)
def test_what_cannot_stand_in_a_code_is_refused_in_one_sentence(field, value):
    with pytest.raises(LabelRefused) as refused:
        with_fields(**{field: value})
    message = str(refused.value)
    assert message.isprintable()
    assert message.endswith(".")
    assert len(message) < 160


@given(st.text(st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ./_-"), min_size=4, max_size=32))
def test_every_payload_has_six_parts_that_a_keyboard_can_type(text):
    try:
        Serial(text)
    except BadIdentifier:
        return
    made = payload(with_fields(serial=text))
    assert re.fullmatch(r"[!-~]+", made)
    assert made.split(":")[:3] == ["IS1", "LABEL", text]
    assert len(made.split(":")) == 6
