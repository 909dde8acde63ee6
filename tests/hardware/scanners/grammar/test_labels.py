"""Which of the codes on a label is the serial number: by identifier, by maker, by form, and where none is taken."""

from __future__ import annotations

import pytest

from hardware.scanners.grammar.grammar import MOST_CODES, Grammar
from hardware.scanners.grammar.meaning import LabelReading, TakenFor
from hardware.scanners.scanner import Code

LINEAR = "]C0"
MATRIX = "]d1"
GS, RS, EOT = "\x1d", "\x1e", "\x04"


@pytest.fixture(scope="module")
def grammar() -> Grammar:
    return Grammar.load()


def label(grammar: Grammar, *texts: str, symbology: str = LINEAR) -> LabelReading:
    return grammar.read([Code(text, symbology) for text in texts])


def taken(reading: LabelReading, code: int = 0) -> list[TakenFor]:
    return [meaning.taken_for for meaning in reading.meanings if meaning.code == code]


# Makers.


@pytest.mark.parametrize(
    ("text", "serial", "maker"),
    [
        ("SGH327SZYD", "SGH327SZYD", "HP"),
        ("5CG7187AYF", "5CG7187AYF", "HP"),
        ("1S20W0SSEW45PF0NDLLC", "PF0NDLLC", "Lenovo"),
        ("1s81ma000uukpf1abcde", "PF1ABCDE", "Lenovo"),
        ("PFEXUTPM", "PFEXUTPM", "Lenovo"),
        ("NXHQ5ED001043001FD3400", "NXHQ5ED001043001FD3400", "Acer"),
        ("C02X5PPC92B4", "C02X5PPC92B4", "Apple"),
        # What fits several makers' rules, or only those that fit nearly everything, is nobody's.
        ("5RFDP01", "5RFDP01", ""),
        ("FVFABCDE12", "FVFABCDE12", ""),
        ("SN686945827", "SN686945827", ""),
        ("021345191857", "021345191857", ""),
        ("GE114-2110-00123", "GE114-2110-00123", ""),
        ("XY/12.3_4", "XY/12.3_4", ""),
    ],
)
def test_a_lone_code_is_the_serial_number_and_its_maker_is_known_where_one_rule_fits(grammar, text, serial, maker):
    reading = label(grammar, text)
    assert (reading.serial, reading.sentence) == (serial, "")
    assert reading.chosen is not None
    assert reading.meanings[reading.chosen].maker == maker


def test_the_1s_form_tells_the_model_beside_the_serial(grammar):
    reading = label(grammar, "1S20W0SSEW45PF0NDLLC")
    assert [(one.taken_for, one.value) for one in reading.meanings] == [
        (TakenFor.SERIAL, "PF0NDLLC"),
        (TakenFor.MODEL, "20W0SSEW45"),
    ]


def test_the_1s_form_of_a_part_is_no_laptop(grammar):
    reading = label(grammar, "1S5B20N8012388880001")
    assert reading.serial == ""
    assert taken(reading) == [TakenFor.PART_NUMBER]


def test_dells_express_service_code_proves_the_tag_beside_it(grammar):
    # Without the proof the longer code would be as sure: it fits what ASUS and others may print.
    assert label(grammar, "5RFDP01", "M1N0CV12345678A").serial == ""
    reading = label(grammar, "5RFDP01", "12542331601", "M1N0CV12345678A")
    assert reading.serial == "5RFDP01"
    assert taken(reading, 1) == [TakenFor.OTHER]
    assert "express service code of 5RFDP01" in reading.meanings[1].why


def test_acers_snid_belongs_to_the_serial_or_nothing_is_taken(grammar):
    acer = "NXHQ5ED001043001FD3400"
    reading = label(grammar, acer, "04300050934")
    assert reading.serial == acer
    assert taken(reading, 1) == [TakenFor.SNID]
    for other in ("04300051034", "SNID:04300051034"):
        reading = label(grammar, acer, other)
        assert reading.serial == ""
        assert "04300051034" in reading.sentence
        assert acer in reading.sentence


# A leading S.


@pytest.mark.parametrize("text", ["SGH327SZYD", "S5CG7187AYF", "SC02X5PPC92B4", "SPFEXUTPM", "SN686945827", "S1234X"])
def test_a_lone_code_keeps_its_leading_s(grammar, text):
    assert label(grammar, text).serial == text
    assert label(grammar, text, symbology="").serial == text


def test_an_hp_serial_that_begins_with_s_keeps_it_beside_a_part_number(grammar):
    assert label(grammar, "SGH327SZYD", "1PL3Q10AV#ABU").serial == "SGH327SZYD"
    assert label(grammar, "1P81MA000UUK", "SGH327SZYD").serial == "SGH327SZYD"


def test_a_label_of_an_inventory_that_stripped_the_s_does_not_win(grammar):
    assert label(grammar, "SGH327SZYD", "GH327SZYD").serial == "SGH327SZYD"


def test_the_s_goes_where_another_code_holds_the_text_without_it(grammar):
    for texts in (("SPFEXUTPM", "PFEXUTPM"), ("PFEXUTPM;20XXCB1V75;288C2B994EF7", "SPFEXUTPM")):
        reading = label(grammar, *texts)
        assert reading.serial == "PFEXUTPM"


def test_the_s_goes_beside_a_part_number_where_only_the_rest_fits_a_maker(grammar):
    reading = label(grammar, "S5CG7187AYF", "1PL3Q10AV#ABU")
    assert reading.serial == "5CG7187AYF"
    assert "1P" in reading.meanings[0].why
    # Eight characters fit Lenovo's rule with the S, and Dell's without it: nothing is proven.
    assert label(grammar, "SABCDEF1", "1PL3Q10AV#ABU").serial == "SABCDEF1"


# Identifiers.


def test_gs1_is_read_where_the_scanner_says_so(grammar):
    for symbology in ("]C1", "]d2", "]Q3"):
        reading = label(grammar, "010575666697330521G72K7T7", symbology=symbology)
        assert reading.serial == "G72K7T7"
        assert taken(reading) == [TakenFor.GTIN, TakenFor.SERIAL]
    reading = label(grammar, f"{GS}21AB12CD{GS}10LOT7{GS}37100", symbology="]d2")
    assert reading.serial == "AB12CD"
    assert taken(reading) == [TakenFor.SERIAL, TakenFor.LOT, TakenFor.QUANTITY]


def test_a_pallets_number_and_broken_gs1_give_no_serial(grammar):
    assert taken(label(grammar, "00006141411234567890", symbology="]C1")) == [TakenFor.SSCC]
    assert taken(label(grammar, "00006141411234567890", symbology="")) == [TakenFor.SSCC]
    broken = label(grammar, "0199", symbology="]C1")
    assert (broken.serial, taken(broken)) == ("", [TakenFor.OTHER])


@pytest.mark.parametrize("text", ["21ABCDEFG", "10ABC12", "0012345"])
def test_what_only_looks_like_gs1_is_a_serial_number(grammar, text):
    assert label(grammar, text).serial == text
    assert label(grammar, text, symbology="").serial == text


def test_gs1_that_came_without_its_identifier_is_not_taken_for_a_serial(grammar):
    reading = label(grammar, "010575666697330521G72K7T7", symbology="")
    assert reading.serial == ""
    assert "AIM" in reading.sentence


def test_an_ansi_envelope_names_its_serial(grammar):
    text = f"[)>{RS}06{GS}1P20XXCB1V75{GS}S5CG7187AYF{GS}Q1{GS}4LCN{GS}9D20211018{GS}30PX{RS}{EOT}"
    reading = label(grammar, text, symbology=MATRIX)
    assert reading.serial == "5CG7187AYF"
    assert taken(reading) == [
        TakenFor.PART_NUMBER,
        TakenFor.SERIAL,
        TakenFor.QUANTITY,
        TakenFor.OTHER,
        TakenFor.DATE,
        TakenFor.OTHER,
    ]


@pytest.mark.parametrize(
    ("text", "defect"),
    [
        (f"[)>>{RS}06{GS}1PA12345{GS}SGH327SZYD{RS}{EOT}", "too many"),
        (f"[)>{RS}>06{GS}1PA12345{GS}SGH327SZYD{RS}{EOT}", "too many"),
        (f"[)>06{GS}1PA12345{GS}SGH327SZYD{RS}{EOT}", "mark behind its beginning"),
        (f"06{GS}1PA12345{GS}SGH327SZYD{RS}{EOT}", "lacks its beginning"),
        (f"SGH327SZYD{GS}1PA12345", "lacks its beginning"),
        (f"[)>{RS}06{GS}SGH327SZYD{GS}1PA12345", "lacks its end"),
        (f"[)>{RS}06{GS}1PA12345{GS}SGH327SZYD{RS}", "lacks its end"),
        (f"[)>{RS}{GS}1PA12345{GS}SGH327SZYD{RS}{EOT}", "format"),
    ],
)
def test_an_envelope_with_a_known_defect_is_read_and_the_defect_named(grammar, text, defect):
    reading = label(grammar, text, symbology=MATRIX)
    # The S before GH327SZYD is the identifier here, and nothing more of it is stripped.
    assert reading.serial == "GH327SZYD"
    assert any(defect in meaning.why for meaning in reading.meanings)


def test_an_envelope_without_separators_is_not_guessed_at(grammar):
    reading = label(grammar, "[)>061PA12345S5CG7187AYF", symbology=MATRIX)
    assert reading.serial == ""
    assert "control characters" in reading.meanings[0].why


def test_an_envelope_of_gs1_and_a_lone_field_with_gs_in_it(grammar):
    assert label(grammar, f"[)>{RS}05{GS}0105756666973305{GS}21G72K7T7{RS}{EOT}").serial == "G72K7T7"
    assert label(grammar, f"SABC{GS}").serial == ""


def test_two_serials_in_one_envelope_are_none(grammar):
    reading = label(grammar, f"[)>{RS}06{GS}SAAAA1111{GS}SBBBB2222{RS}{EOT}")
    assert reading.serial == ""
    assert "AAAA1111" in reading.sentence
    assert "BBBB2222" in reading.sentence


# Several fields in one code.


@pytest.mark.parametrize("mark", list(";,|\t\n"))
def test_fields_are_classified_one_by_one(grammar, mark):
    reading = label(grammar, mark.join(["WNPCR5G", "CNBJMNEA#ABA", "0133EE831159"]), symbology=MATRIX)
    assert reading.serial == "WNPCR5G"
    assert taken(reading) == [TakenFor.SERIAL, TakenFor.PART_NUMBER, TakenFor.MAC]


@pytest.mark.parametrize(
    ("text", "serial"),
    [
        ("SN:PFPQT458,PN:09F3QQEA#ABD,MAC:D19FB9DBDC0D", "PFPQT458"),
        ("S/N: sgh327szyd | P/N: 81MA000UUK", "SGH327SZYD"),
        ("SN=SN862862754", "SN862862754"),
        ("SN:1S20W0SH7ZATPFFMFXY7,PN:8D6DYLEA#ABF", "PFFMFXY7"),
        ("Serial No: 021345191857;IMEI: 490154203237518", "021345191857"),
        ("https://support.example.com/?sn=PFNZE5V6", "PFNZE5V6"),
        ("https://support.example.com/a?lang=en&serial=SGH327SZYD&x=1#top", "SGH327SZYD"),
        ("HTTPS://EXAMPLE.COM/?SN=1S20XXSTK6FXPF6WVSPB", "PF6WVSPB"),
        ("https://id.gs1.org/01/05756666973305/21/G72K7T7", "G72K7T7"),
    ],
)
def test_a_mark_or_an_address_names_the_serial(grammar, text, serial):
    assert label(grammar, text, symbology="]Q1").serial == serial


@pytest.mark.parametrize(
    "text",
    [
        "https://example.com/",
        "https://example.com/?sn=",
        "https://example.com/?sn=AB%2FCD12",
        "https://example.com/?session=ABCD1234",
        "http://[::1",
        "https://id.gs1.org/01/05756666973306/21/G72K7T7",
    ],
)
def test_an_address_without_a_serial_says_so(grammar, text):
    reading = label(grammar, text, symbology="]Q1")
    assert reading.serial == ""
    assert reading.sentence == "That is a web address without a serial number. Scan the code marked S/N."


@pytest.mark.parametrize("text", ["BEGIN:VCARD\nN:Lovelace\nEND:VCARD", "mailto:a@example.com", '{"sn":"PFEXUTPM"}'])
def test_what_is_for_something_else_gives_no_serial(grammar, text):
    reading = label(grammar, text, symbology="]Q1")
    assert reading.serial == ""
    assert taken(reading) == [TakenFor.OTHER]


# What is no serial number.


@pytest.mark.parametrize(
    ("text", "symbology", "kind", "says"),
    [
        ("288C2B994EF7", LINEAR, TakenFor.MAC, "That is the MAC address. Scan the code marked S/N."),
        ("28:8C:2B:99:4E:F7", "", TakenFor.MAC, "That is the MAC address. Scan the code marked S/N."),
        ("28-8c-2b-99-4e-f7", "", TakenFor.MAC, "That is the MAC address. Scan the code marked S/N."),
        ("288C.2B99.4EF7", "", TakenFor.MAC, "That is the MAC address. Scan the code marked S/N."),
        ("021345191857", "]E0", TakenFor.GTIN, "article"),
        ("96385074", "]E4", TakenFor.GTIN, "article"),
        ("5012345678900", "", TakenFor.GTIN, "article"),
        ("05756666973305", "]I1", TakenFor.GTIN, "article"),
        ("CNBJMNEA#ABA", "", TakenFor.PART_NUMBER, "part number"),
        ("81MA000UUK", LINEAR, TakenFor.PART_NUMBER, "part number"),
        ("NX.HQ5ED.001", "", TakenFor.PART_NUMBER, "part number"),
        ("0EJEPM-A01", "", TakenFor.PART_NUMBER, "part number"),
        ("1PVA2Z12T4", "]A0", TakenFor.PART_NUMBER, "part number"),
        ("ASSET-783405", "]A0", TakenFor.ASSET_TAG, "asset tag"),
        ("490154203237518", "", TakenFor.OTHER, "IMEI"),
        ("4C4C4544-0037-5710-8056-B7C04F513033", "", TakenFor.OTHER, "UUID"),
        ("4c4c45440037571080560b7c04f51303", "", TakenFor.OTHER, "UUID"),
        ("00330-80000-00000-AA123", "", TakenFor.OTHER, "Windows product id"),
        ("IS1:PASS:K7Q2", "", TakenFor.COMMAND, "command"),
        ("is1:slot-3:k7q2", "", TakenFor.COMMAND, "command"),
        ("IS1:LABEL:SGH327SZYD", "", TakenFor.OTHER, "no serial number"),
        ("To be filled", "", TakenFor.UNKNOWN, "characters"),
        ("0000000000", "", TakenFor.UNKNOWN, "placeholder"),
        ("SN:0000000000", "", TakenFor.UNKNOWN, "placeholder"),
        ("A" * 33, "", TakenFor.UNKNOWN, "33 characters"),
        ("abc", "", TakenFor.UNKNOWN, "too short"),
        ("", "", TakenFor.UNKNOWN, "empty"),
        ("[bold]", "", TakenFor.UNKNOWN, "characters"),
    ],
)
def test_a_lone_code_that_is_something_else_says_what(grammar, text, symbology, kind, says):
    reading = label(grammar, text, symbology=symbology)
    assert reading.serial == ""
    assert reading.chosen is None
    assert taken(reading) == [kind]
    assert says in reading.sentence


def test_twelve_digits_are_a_serial_alone_and_a_mac_address_beside_a_surer_code(grammar):
    assert label(grammar, "930867742019").serial == "930867742019"
    reading = label(grammar, "CPHXKRV", "20XX14PWXZ", "930867742019")
    assert reading.serial == "CPHXKRV"
    assert taken(reading, 2) == [TakenFor.MAC]
    # Beside what is no surer, nobody can tell.
    assert label(grammar, "SN402957469", "930867742019").serial == ""


def test_an_apple_serial_of_hexadecimal_letters_is_one_alone(grammar):
    assert label(grammar, "C02DAEB1042E").serial == "C02DAEB1042E"
    assert label(grammar, "C02DAEB1042E", "PFEXUTPM").serial == "PFEXUTPM"


def test_a_part_number_that_also_fits_a_serials_rule_is_a_part_number(grammar):
    assert taken(label(grammar, "20XX14PWXZ")) == [TakenFor.PART_NUMBER]


@pytest.mark.parametrize(
    "key", ["ABCDE-FGHIJ-KLMNO-PQRST-UVWXY", "abcde-fghij-klmno-pqrst-uvwxy", "VK7JG NPHTM C97JM 9MPGT 3V66T"]
)
@pytest.mark.parametrize("around", ["{}", "KEY:{}", "PFEXUTPM;{}", "https://example.com/?k={}", "SN:{}", "SN-{}"])
def test_a_product_key_is_never_shown(grammar, key, around):
    reading = label(grammar, around.format(key))
    assert key.upper() not in reading.serial
    for meaning in reading.meanings:
        assert key[:11].upper() not in meaning.value.upper()
        assert key[:11].upper() not in meaning.why.upper()
    assert key[:11].upper() not in reading.sentence.upper()


def test_a_product_keys_value_is_its_last_five(grammar):
    (meaning,) = label(grammar, "ABCDE-FGHIJ-KLMNO-PQRST-UVWXY").meanings
    assert (meaning.taken_for, meaning.value) == (TakenFor.PRODUCT_KEY, "UVWXY")


# Our own labels.

OURS = "IS1:LABEL:5CG1234XYZ:PASS-MARGINAL:ghwt-2021w-windows-laptop@2021-10-18:0190b3c4-1234-7abc-8def-0123456789ab"


def test_our_own_label_gives_the_serial(grammar):
    reading = label(grammar, OURS)
    assert reading.serial == "5CG1234XYZ"
    assert taken(reading) == [TakenFor.OUR_LABEL]


def test_our_own_label_on_another_laptop_decides_nothing(grammar):
    assert label(grammar, OURS, "5CG1234XYZ").serial == "5CG1234XYZ"
    reading = label(grammar, OURS, "5CG7187AYF")
    assert reading.serial == ""
    assert "5CG1234XYZ" in reading.sentence
    assert "5CG7187AYF" in reading.sentence


def test_our_label_of_a_placeholder_gives_nothing(grammar):
    assert label(grammar, OURS.replace("5CG1234XYZ", "0000000000")).serial == ""


# Deciding.


def test_the_surer_code_decides(grammar):
    # Explicit, then structured, then a maker's plain rule, then the general form.
    assert label(grammar, "SN:AB12CD34EF56", "MP1ABCDE").serial == "AB12CD34EF56"
    assert label(grammar, "MP1ABCDE", "5CG7187AYF").serial == "5CG7187AYF"
    assert label(grammar, "1824", "MP1ABCDE").serial == "MP1ABCDE"


def test_two_of_the_same_rank_are_none_and_both_are_named(grammar):
    reading = label(grammar, "5CG7187AYF", "5CG0353FQL")
    assert reading.serial == ""
    assert reading.chosen is None
    assert reading.sentence == (
        "More than one code could be the serial number: 5CG7187AYF and 5CG0353FQL. Scan only the code marked S/N."
    )


def test_twins_of_o_and_0_are_hinted_at_and_never_corrected(grammar):
    reading = label(grammar, "5CG0353FQO", "5CG0353FQ0")
    assert reading.serial == ""
    assert "O and 0" in reading.sentence


def test_codes_that_agree_are_counted(grammar):
    reading = label(grammar, "WNPCR5G", "WNPCR5G;CNBJMNEA#ABA")
    assert reading.serial == "WNPCR5G"
    assert "2 codes agree" in reading.meanings[0].why


def test_no_code_and_too_many_codes_have_their_sentence(grammar):
    assert label(grammar).sentence == "No code was read. Scan the code marked S/N."
    reading = label(grammar, *["PFEXUTPM"] * (MOST_CODES + 1))
    assert reading.serial == ""
    assert "no label has so many" in reading.sentence


def test_where_none_is_a_serial_the_sentence_lists_what_they_are(grammar):
    reading = label(grammar, "288C2B994EF7", "ASSET-783405")
    assert reading.sentence == (
        "No serial number is among these: the MAC address, an asset tag. Scan the code marked S/N."
    )
