"""What once gave a wrong serial number, and must give the right one or none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.scanners.grammar.grammar import Grammar
from hardware.scanners.grammar.maker_rules import MakerRule
from hardware.scanners.grammar.meaning import GENERAL_RULE, LabelReading, TakenFor
from hardware.scanners.scanner import Code
from specs.identifiers import is_placeholder

GRAMMAR = Grammar.load()
GS, RS, EOT = "\x1d", "\x1e", "\x04"
OURS = "IS1:LABEL:5CG1234XYZ:PASS-MARGINAL:ghwt-2021w-windows-laptop@2021-10-18:0190b3c4-1234-7abc-8def-0123456789ab"


def read(*texts: str, symbology: str = "]C0") -> LabelReading:
    return GRAMMAR.read([Code(text, symbology) for text in texts])


# Order numbers, dates and lots beside the serial.


@pytest.mark.parametrize("serial", ["PF0NDLLC", "5RFDP01", "MP1ABCDE", "GE114-2110-00123"])
@pytest.mark.parametrize("other", ["4500123456", "2110180001", "K4500123456", "9D20211012", "30P1234567", "1T12345678"])
def test_an_order_number_a_date_or_a_lot_never_stands_for_the_serial_beside_it(serial, other):
    reading = read(serial, other)
    assert reading.serial in (serial, "")
    # Where an identifier says what the other is, the serial number is told from it.
    assert (reading.serial == serial) == (serial == "PF0NDLLC" or not other.isdecimal())


@given(st.from_regex("[1-9][0-9]{9}", fullmatch=True).filter(lambda digits: not is_placeholder(digits)))
def test_ten_digits_fit_no_makers_rule(digits):
    assert read(digits).meanings[0].rule == GENERAL_RULE
    assert read("PF0NDLLC", digits).serial == "PF0NDLLC"


@given(st.from_regex(r"(9D[0-9]{8}|10D[0-9]{7}|30P[0-9A-Z]{7}|1T[0-9A-Z]{8})", fullmatch=True))
def test_what_a_data_identifier_may_begin_fits_no_makers_rule(text):
    assert not any(rule.form.value == "structured" and rule.pattern.fullmatch(text) for rule in _serial_rules())


def _serial_rules() -> list[MakerRule]:
    return [rule for rule in GRAMMAR.rules if rule.means is TakenFor.SERIAL]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("1T12345678", TakenFor.LOT),
        ("30P1234567", TakenFor.OTHER),
        ("K4500123456", TakenFor.ORDER),
        ("1KAB12345", TakenFor.ORDER),
        ("Q1000", TakenFor.QUANTITY),
        ("2P0A1", TakenFor.OTHER),
    ],
)
def test_a_bare_data_identifier_marks_its_code_on_a_label_with_others_and_not_alone(text, kind):
    beside = read(text, "28:8C:2B:99:4E:F7")
    assert beside.serial == ""
    assert beside.meanings[0].taken_for is kind
    assert beside.meanings[0].value == text[len(beside.meanings[0].rule.removeprefix("data identifier ")) :]
    alone = read(text, text)
    assert alone.serial == text
    assert alone.only_by_form


@pytest.mark.parametrize("text", ["9D20211012", "9D211012", "16D20211012", "10D2142", "9D202142"])
def test_a_date_with_its_identifier_is_a_date_even_alone(text):
    reading = read(text)
    assert (reading.serial, reading.meanings[0].taken_for) == ("", TakenFor.DATE)


def test_seven_or_eight_characters_of_a_makers_stay_a_serial_whatever_they_begin_with():
    assert read("1TA2B3C", "28:8C:2B:99:4E:F7").serial == "1TA2B3C"


# Different serial numbers of unequal rank.


@pytest.mark.parametrize(
    ("one", "other", "names"),
    [
        ("PF0NDLLC", "5CG7187AYF", ("PF0NDLLC", "5CG7187AYF")),
        ("1S20W0SSEW45PF0NDLLC", "5CG1234XYZ", ("PF0NDLLC", "5CG1234XYZ")),
        ("1S20W0SSEW45PF0NDLLC", "PF0NDLLD", ("PF0NDLLC", "PF0NDLLD")),
        ("1S20W0SSEW45MP0NDLLC", "MP0NDLLD", ("MP0NDLLC", "MP0NDLLD")),
        ("5CG1234XYZ", "NXHQ5ED001043001FD3400", ("5CG1234XYZ", "NXHQ5ED001043001FD3400")),
        (OURS, "PF0NDLLC", ("5CG1234XYZ", "PF0NDLLC")),
        (OURS, "MP0NDLLC", ("5CG1234XYZ", "MP0NDLLC")),
        (OURS, "5RFDP01", ("5CG1234XYZ", "5RFDP01")),
        (OURS, "GE114-2110-00123", ("5CG1234XYZ", "GE114-2110-00123")),
        (OURS, "021345191857", ("5CG1234XYZ", "021345191857")),
        ("SERIAL:BAT1234567", "5CG1234XYZ", ("BAT1234567", "5CG1234XYZ")),
        ("https://example.com/?sn=BAT1234567", "5CG1234XYZ", ("BAT1234567", "5CG1234XYZ")),
    ],
)
def test_two_serials_are_none_and_both_are_named(one, other, names):
    for texts in ((one, other), (other, one)):
        reading = read(*texts)
        assert reading.serial == ""
        assert all(name in reading.sentence for name in names)
        assert reading.sentence.startswith("More than one code")


def test_our_label_with_the_serials_own_code_beside_another_laptop_decides_nothing():
    # The layouts print the serial number as a code of its own too: that proves nothing of the laptop behind it.
    assert read(OURS, "5CG1234XYZ").serial == "5CG1234XYZ"
    assert read(OURS, "5CG1234XYZ", "MP0NDLLC").serial == ""


def test_an_addresss_search_word_is_no_serial():
    assert read("https://geo.com/?s=support").serial == ""
    assert read("https://geo.com/?s=support", "5CG1234XYZ").serial == "5CG1234XYZ"


# Articles, cartons, parts.


@pytest.mark.parametrize("symbology", ["", "]C0", "]d1", "]I1"])
@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("10036000291459", TakenFor.GTIN, "10036000291459"),
        ("0110036000291459", TakenFor.GTIN, "10036000291459"),
        ("0210036000291459", TakenFor.GTIN, "10036000291459"),
        ("106141412345678908", TakenFor.SSCC, "106141412345678908"),
        ("00106141412345678908", TakenFor.SSCC, "106141412345678908"),
        ("4006381333931", TakenFor.GTIN, "4006381333931"),
        ("96385074", TakenFor.GTIN, "96385074"),
    ],
)
def test_a_number_of_an_article_or_a_carton_is_refused_with_its_name(text, kind, value, symbology):
    reading = read(text, symbology=symbology)
    assert reading.serial == ""
    assert (reading.meanings[0].taken_for, reading.meanings[0].value) == (kind, value)
    assert "article" in reading.sentence or "carton" in reading.sentence


@pytest.mark.parametrize("text", ["10036000291458", "0110036000291458", "106141412345678907", "96385075"])
def test_with_a_wrong_check_digit_it_is_only_a_number(text):
    reading = read(text)
    assert reading.serial == text
    assert reading.only_by_form


def test_twelve_digits_that_may_be_a_upc_are_taken_only_where_the_scanner_says_which_bars_it_read():
    reading = read("036000291452", symbology="")
    assert reading.serial == ""
    assert "SN:" in reading.sentence
    assert "AIM" in reading.sentence
    assert read("SN:036000291452", symbology="").serial == "036000291452"
    reading = read("036000291452", symbology="]C0")
    assert reading.serial == "036000291452"
    assert reading.only_by_form
    assert "UPC" in reading.meanings[0].why
    assert read("036000291453", symbology="").serial == "036000291453"


def test_gs1_without_its_identifier_gives_no_serial_whatever_stands_behind_the_article():
    for rest in ("21G72K7T7", "10LOT7", "1721101821AB12"):
        reading = read(f"0105756666973305{rest}", symbology="")
        assert reading.serial == ""
        assert "AIM" in reading.sentence


@pytest.mark.parametrize(
    "text", ["1S20W0SSEW45PF0NDLLCX", "1S20W0SSEW45PF0NDLL", "1S20W0SSEW45", "8SSB20N80123L1HF12345AB", "8S5B20N80123"]
)
@pytest.mark.parametrize("symbology", ["", "]C0", "]A0", "]A1"])
def test_a_lenovo_code_that_is_cut_or_a_parts_is_refused(text, symbology):
    reading = read(text, symbology=symbology)
    assert reading.serial == ""
    assert "Lenovo" in reading.sentence


# Check characters that are sent along.


@pytest.mark.parametrize("symbology", ["]A1", "]A5"])
@pytest.mark.parametrize(("serial", "check"), [("5CG1234XYZ", "G"), ("5CG7187AYF", "T"), ("1S20W0SSEW45PF0NDLLC", "3")])
def test_the_check_character_of_code_39_goes_where_a_makers_rule_tells_it_from_the_serial(serial, check, symbology):
    reading = read(serial + check, symbology=symbology)
    assert reading.serial == serial.removeprefix("1S20W0SSEW45")
    assert reading.chosen is not None
    assert "left out" in reading.meanings[reading.chosen].why
    # Without the scanner's word nothing is taken off.
    assert read(serial + check, symbology="]A0").serial in (serial + check, "")


def test_a_wrong_check_character_is_a_misread_code():
    reading = read("5CG1234XYZH", symbology="]A1")
    assert reading.serial == ""
    assert "misread" in reading.sentence


@pytest.mark.parametrize(
    # zxing says ]A1 and ]I1 of every text that fits by chance: no character of a whole serial number may go.
    ("text", "symbology", "serial"),
    [
        ("5CG0353F0G", "]A1", "5CG0353F0G"),
        ("PF0NDLLW", "]A1", ""),
        ("SN8240181852", "]A1", ""),
        ("1234567895", "]I1", ""),
        # Less their last character they would be a Lenovo's eight.
        ("Z9012346H", "]A1", ""),
        ("1PABCDEFF", "]A1", ""),
        ("ASSET-7834050", "]A1", ""),
    ],
)
def test_where_nobody_knows_whether_it_belongs_to_the_serial_nothing_is_taken_off(text, symbology, serial):
    reading = read(text, symbology=symbology)
    assert reading.serial == serial
    assert "misread" not in reading.sentence


@given(st.text(alphabet="0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-.", min_size=4, max_size=24))
def test_no_text_gives_a_serial_of_only_general_form_where_a_check_character_may_be_in_it(text):
    values = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%"
    checked = text + values[sum(values.index(one) for one in text) % 43]
    assert not read(checked, symbology="]A1").only_by_form


# Envelopes.


@pytest.mark.parametrize("text", [f"[)>{RS}06{GS}1PABC123{GS}SPF0N", f"[)>{RS}06{GS}SPF0N", f"1PABC123{GS}S5CG1234XYZ"])
def test_the_last_field_of_an_envelope_without_its_end_is_no_serial(text):
    reading = read(text, symbology="]d1")
    assert reading.serial == ""
    assert "cut short" in reading.sentence
    assert read(f"{text}{RS}", symbology="]d1").serial in ("PF0N", "5CG1234XYZ")


def test_a_gs1_part_of_an_envelope_without_its_end_is_no_serial():
    text = f"[)>{RS}05{GS}0105756666973305{GS}21G72K"
    assert read(text, symbology="]d1").serial == ""
    assert read(f"{text}{RS}{EOT}", symbology="]d1").serial == "G72K"


def test_1s_in_an_envelope_is_lenovos_form():
    reading = read(f"[)>{RS}06{GS}1S20W0SSEW45PF0NDLLC{GS}Q1{RS}{EOT}", symbology="]d1")
    assert reading.serial == "PF0NDLLC"
    assert [meaning.taken_for for meaning in reading.meanings] == [
        TakenFor.SERIAL,
        TakenFor.MODEL,
        TakenFor.QUANTITY,
    ]
    for other in ("1SABCD123", "1S5B20N8012388880001", "1S20W0SSEW45PF0NDLL"):
        assert read(f"[)>{RS}06{GS}{other}{GS}Q1{RS}{EOT}", symbology="]d1").serial == ""
    assert read(f"[)>{RS}06{GS}Q1{GS}1S20W0SSEW45PF0NDLLC", symbology="]d1").serial == ""


# How sure it is.


@pytest.mark.parametrize(
    ("texts", "only_by_form"),
    [
        (["4500123456"], True),
        (["SN686945827"], True),
        (["1824"], True),
        (["GE114-2110-00123", "28:8C:2B:99:4E:F7"], True),
        (["5RFDP01"], False),
        (["5CG7187AYF"], False),
        (["SN:GE114-2110-00123"], False),
        (["SGE1142110", "GE1142110"], False),
        (["288C2B994EF7"], False),
        ([], False),
    ],
)
def test_a_reading_tells_whether_the_serial_rests_on_its_form_alone(texts, only_by_form):
    assert read(*texts).only_by_form is only_by_form
