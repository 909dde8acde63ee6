import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.evidence.errors import EvidenceError
from hardware.evidence.screens.edid import panel_code, read_edid
from tests.hardware.evidence.support import panel

# Labels' serials of two makers of monitors (LG, Philips) are made by rules that are left to issue 3.
SERIAL_LEFT = {"glpi__lcd.lg-l1960.1.bin", "glpi__lcd.philips-288p6-hdmi.bin"}
# Published by glpi-agent out of the text descriptors, where the other captures expect no product name.
NAME_FROM_TEXTS = {
    "glpi__lcd.dell-inspiron-6400.bin": "XD570",
    "glpi__lcd.lenovo-w500.bin": "LTN154U2-L05",
    "glpi__lcd.presario-R4000.bin": "LGPhilipsLCD LP154W01-A5",
}


def test_every_scored_field_of_every_capture_is_right(entries, same):
    wrong = []
    for name, data, facts in entries("edid"):
        edid = read_edid(data)
        got = {
            "pnp_id": edid.manufacturer,
            "product_code": edid.product_code,
            "week": edid.week,
            "year": edid.year,
            "width_cm": edid.width_cm,
            "height_cm": edid.height_cm,
            "native": edid.native,
            "product_name": edid.name,
            "serial": edid.serial,
            "digital": edid.digital,
            "edid_version": edid.version,
            "checksum_ok": edid.checksum_ok,
        }
        want = dict(facts)
        if name in SERIAL_LEFT:
            assert want.pop("serial") != edid.serial
        if name in NAME_FROM_TEXTS:
            assert want.pop("product_name") == NAME_FROM_TEXTS[name]
            assert NAME_FROM_TEXTS[name] in " ".join(edid.texts)
        if want.get("serial") == "00000000":  # a placeholder: nobody's serial
            want["serial"] = None
        wrong += [(name, key, want[key], got[key]) for key in got if key in want and not same(want[key], got[key])]
    assert wrong == []


def test_a_capture_with_no_size_has_no_diagonal_and_the_others_have_the_expected_one(entries):
    for name, data, facts in entries("edid"):
        diagonal = read_edid(data).diagonal_in
        if facts["width_cm"] is None:
            assert diagonal is None, name
        elif facts.get("diagonal_in_dtd") and facts["diagonal_in_dtd"] > 4:
            assert diagonal == pytest.approx(facts["diagonal_in_dtd"], abs=0.05), name


def test_the_diagonal_comes_from_the_millimetres():
    assert read_edid(panel(mm=(344, 215), cm=(34, 21))).diagonal_in == 16.0
    assert read_edid(panel(mm=(0, 0), cm=(34, 21))).diagonal_in == 15.7


@pytest.mark.parametrize(("mm", "cm"), [((309, 174), (0, 0)), ((16, 9), (16, 9)), ((309, 174), (79, 0))])
def test_a_screen_that_gives_no_size_has_none(mm, cm):
    assert read_edid(panel(mm=mm, cm=cm)).diagonal_in is None


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        ((b"AUO", b"B140XTN07.2"), "B140XTN07.2"),
        ((b"4H6JT\x80NE15QHM",), "NE15QHM"),
        ((b"LG Display",), None),
        ((b"(?N\x01X", b"\x02"), None),
    ],
)
def test_the_panel_code_is_found_among_the_texts(texts, code):
    assert panel_code(read_edid(panel(texts=texts))) == code


@pytest.mark.parametrize("form", [bytes, lambda data: data.hex().encode(), lambda data: data + b"\n"])
def test_bytes_hex_and_a_trailing_newline_are_the_same(form):
    assert read_edid(form(panel())) == read_edid(panel())


def test_hex_text_in_lines_is_read():
    text = panel().hex(" ")
    assert read_edid("\n".join(text[start : start + 48] for start in range(0, len(text), 48)).encode()) == read_edid(
        panel()
    )


def test_a_wrong_checksum_is_told_and_still_read(read):
    data = panel()[:127] + b"\x99"
    reading = read({"edid-eDP-1": data})
    assert reading.facts.display.value[0].width_px.value == 1366
    assert [problem.item for problem in reading.problems] == ["edid-eDP-1"]


@pytest.mark.parametrize("week", [0, 255])
def test_a_week_that_is_none_is_unknown(week):
    assert read_edid(panel(week=week)).week is None


@given(st.binary(max_size=300))
def test_any_bytes_are_an_edid_or_an_evidence_error(data):
    for start in (b"", panel()[:8], panel()[:54]):
        try:
            read_edid(start + data)
        except EvidenceError:
            continue
