"""What holds of every label, whatever its texts: properties, and a fuzz of the texts that scanners may send."""

from __future__ import annotations

import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hardware.scanners.grammar.explaining import explain
from hardware.scanners.grammar.grammar import Grammar
from hardware.scanners.grammar.meaning import TakenFor
from hardware.scanners.scanner import LONGEST_CODE, Code
from specs.identifiers import BadIdentifier, Serial
from specs.text import is_clean

GRAMMAR = Grammar.load()

KEY = "ABCDE-FGHIJ-KLMNO-PQRST-UVWXY"
HIDDEN = KEY[: 3 * 6]

SYMBOLOGIES = st.sampled_from(
    ["", "]C0", "]C1", "]A0", "]A1", "]A5", "]E0", "]I1", "]d1", "]d2", "]Q1", "]Q3", "]e0", "]X0", "x\x1b["]
)
SERIALS = st.sampled_from(
    [
        "5RFDP01",
        "SGH327SZYD",
        "PFEXUTPM",
        "1S20W0SSEW45PF0NDLLC",
        "NXHQ5ED001043001FD3400",
        "C02X5PPC92B4",
        "SN686945827",
    ]
)
PARTS = st.sampled_from(
    [
        *"S 1P 1S 21 01 SN: IS1: IS1:LABEL: [)> > 06 05 ; , | https:// ?sn= & WIFI: % %2F { #ABA".split(),
        *"0133EE831159 05756666973305 20XXCB1V75".split(),
        *"\x1e\x1d\x04\t\n\x00\u202e\u0663\xdf\xe9\ud800",
        KEY,
    ]
)
TEXTS = st.one_of(
    st.text(max_size=40),
    st.lists(st.one_of(PARTS, SERIALS, st.text(max_size=6)), max_size=12).map("".join),
    st.text(alphabet=string.ascii_letters + string.digits + "./_-", min_size=3, max_size=34),
    st.text(alphabet="0123456789", min_size=4, max_size=32),
    st.text(alphabet="0123456789ABCDEF", min_size=12, max_size=12),
    SERIALS,
)
CODES = st.builds(Code, text=TEXTS, symbology=SYMBOLOGIES)
LABELS = st.lists(CODES, max_size=6)
# What is no serial number on any label.
OTHERS = st.sampled_from(
    [
        Code("28:8C:2B:99:4E:F7", "]C0"),
        Code("288C2B994EF7", "]C0"),
        Code("ASSET-783405", "]A0"),
        Code("CNBJMNEA#ABA", "]C0"),
        Code("81MA000UUK", "]C0"),
        Code("NX.HQ5ED.001", "]C0"),
        Code("5012345678900", "]E0"),
        Code("00006141411234567890", "]C1"),
        Code("https://example.com/", "]Q1"),
        Code("WIFI:S:a;P:b;;", "]Q1"),
        Code(KEY, "]C0"),
        Code("4C4C4544-0037-5710-8056-B7C04F513033", "]d1"),
    ]
)


@given(LABELS)
def test_a_reading_never_raises_and_is_whole(codes):
    reading = GRAMMAR.read(codes)
    assert reading.codes == tuple(codes)
    assert {meaning.code for meaning in reading.meanings} == set(range(len(codes)))
    assert bool(reading.serial) == (reading.chosen is not None)
    assert bool(reading.serial) != bool(reading.sentence)


@given(LABELS)
def test_a_serial_that_is_given_is_one_and_stands_in_the_code_that_gave_it(codes):
    reading = GRAMMAR.read(codes)
    if reading.chosen is None:
        return
    assert Serial(reading.serial).text == reading.serial
    chosen = reading.meanings[reading.chosen]
    assert chosen.value == reading.serial
    assert chosen.taken_for in (TakenFor.SERIAL, TakenFor.OUR_LABEL)
    assert reading.serial in codes[chosen.code].text.upper()


@given(LABELS, st.randoms(use_true_random=False))
def test_the_order_of_the_codes_decides_nothing(codes, random):
    serial = GRAMMAR.read(codes).serial
    random.shuffle(codes)
    assert GRAMMAR.read(codes).serial == serial


@given(LABELS)
def test_a_code_that_is_read_twice_changes_nothing(codes):
    assert GRAMMAR.read([*codes, *codes]).serial == GRAMMAR.read(codes).serial


@given(SERIALS, st.lists(OTHERS, max_size=5), SYMBOLOGIES.filter(lambda one: one in ("", "]C0", "]A0", "]d1", "]Q1")))
def test_what_is_no_serial_beside_it_changes_nothing(text, others, symbology):
    code = Code(text, symbology)
    assert GRAMMAR.read([*others, code]).serial == GRAMMAR.read([code]).serial != ""


@given(TEXTS, st.sampled_from(["", "]C0", "]A0"]))
@example("SGH327SZYD", "]C0")
@example("S5CG7187AYF", "]A0")
@example("930867742019", "")
def test_a_lone_code_is_its_serial_unless_it_is_known_for_something_else(text, symbology):
    reading = GRAMMAR.read([Code(text, symbology)])
    try:
        serial = Serial.from_scan(text).text
    except BadIdentifier:
        return
    if reading.serial:
        # A template alone takes something away: the 1S form.
        assert reading.serial == serial or serial.startswith("1S")
    else:
        assert reading.meanings[0].taken_for not in (TakenFor.SERIAL, TakenFor.UNKNOWN)


@given(st.from_regex(r"S[0-9A-Z]{3,31}", fullmatch=True), st.sampled_from(["", "]C0", "]A0", "]d1"]))
def test_no_leading_s_is_stripped_of_a_lone_code(text, symbology):
    assert GRAMMAR.read([Code(text, symbology)]).serial in (text, "")


@given(LABELS)
def test_what_is_shown_is_clean_and_hides_product_keys(codes):
    reading = GRAMMAR.read(codes)
    shown = [*explain(reading), reading.sentence, *(meaning.value for meaning in reading.meanings)]
    for line in shown:
        # Lines are indented; what they show is not folded twice.
        assert is_clean(line.strip(), 600)
        assert HIDDEN not in line.upper()


@pytest.mark.parametrize(
    "text",
    [
        "A" * LONGEST_CODE,
        ";" * LONGEST_CODE,
        "A;" * (LONGEST_CODE // 2),
        "\x1d" * LONGEST_CODE,
        "[)>" + "\x1e" * LONGEST_CODE,
        "[)>\x1e06" + "\x1dSABCD" * 800,
        "SN:" + " " * LONGEST_CODE + "x",
        "https://" + "?" * LONGEST_CODE,
        "https://a/?" + "sn=ABCD1&" * 400,
        "ABCDE-" * 680,
        "\x00" * LONGEST_CODE,
        "\u202e" * LONGEST_CODE,
    ],
    ids=lambda text: ascii(text[:12]),
)
@pytest.mark.parametrize("symbology", ["", "]C1"], ids=["plain", "gs1"])
@pytest.mark.timeout(20)
def test_a_hostile_text_of_the_longest_length_is_read(text, symbology):
    reading = GRAMMAR.read([Code(text, symbology)] * 32)
    assert len(reading.meanings) <= 32 * 33
    assert explain(reading)


ENVELOPES = st.lists(
    st.one_of(
        st.sampled_from(
            ["[)>", ">", "\x1e", "\x1d", "\x04", "06", "05", "12", "S", "1P", "Q", "30P", "SAAAA1111", "1PABC", "Q5"]
        ),
        st.text(max_size=5),
    ),
    max_size=20,
).map("".join)


@given(ENVELOPES)
def test_no_envelope_raises_or_gives_what_does_not_stand_in_it(text):
    reading = GRAMMAR.read([Code(text, "]d1")])
    assert reading.serial in text.upper()
    assert all(meaning.why or meaning.taken_for is TakenFor.UNKNOWN for meaning in reading.meanings)
