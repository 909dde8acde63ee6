import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hardware.printers.drawing import draw_label, draw_sheet
from hardware.printers.fields import LabelRefused, payload
from hardware.printers.fonts import Fonts
from hardware.printers.layout_file import parse_layout
from hardware.printers.layout_library import load_layout
from hardware.printers.proving import prove
from specs.identifiers import BadIdentifier, Serial
from tests.hardware.printers.support import CELLS, FIELDS, LABELS, read_label, texts, with_fields

CARTON = load_layout("carton")
SMALL = load_layout("carton-small")

HOSTILE = [
    "\x1b[31mred\x1b[0m\x07",
    "\u202egnp.exe\u2066",
    "[b]bold[/b] <b>html</b> ^XZ^XA^FO0,0 ~JR ${x} {serial} %s",
    "\x00\x01\x02",
    "W" * 10_000,
    "word " * 2_000,
    "笔记本电脑 ноутбук 💻 \U0010ffff",
    "a\u0300" * 500,
    "=cmd|' /C calc'!A0",
]


@given(st.from_regex(r"[0-9A-Z][0-9A-Z./_-]{2,30}[0-9A-Z]", fullmatch=True), st.sampled_from([203, 300]))
@example("W" * 32, 203)
@example("9" * 32, 203)
@example("99F6PKP", 203)
@example("NXVGREK00712345678901A", 203)
@settings(max_examples=40)
def test_every_serial_fits_the_carton_label_and_reads_back(text, dpi):
    try:
        Serial(text)
    except BadIdentifier:
        return
    fields = with_fields(serial=text)
    for layout in (CARTON, SMALL):
        page = draw_label(layout, fields, dpi)
        prove(page)
        assert {code for code, _ in texts(page)} == {text, payload(fields)}


@pytest.mark.parametrize("dpi", [203, 300, 600])
def test_the_longest_serial_known_still_has_bars_on_the_carton_label(dpi):
    acer = "NXVGREK00712345678901A"
    assert (acer, "Code128") in texts(draw_label(CARTON, with_fields(serial=acer), dpi))


@pytest.mark.parametrize("dpi", [203, 300, 600])
def test_a_serial_of_32_characters_is_a_data_matrix_on_the_small_label_and_our_decoder_reads_it(dpi):
    serial = "ABCDEFGHJKLMNPQRSTUVWXYZ12345678"
    page = draw_label(SMALL, with_fields(serial=serial), dpi)
    assert (serial, "DataMatrix") in texts(page)
    assert read_label(page.picture) == texts(page)


@pytest.mark.parametrize("field", ["serial", "verdict_word", "code"])
def test_a_serial_a_verdict_or_a_command_is_never_printed_with_its_end_cut_off(field):
    kind, code = ("[grid.element]", "{code}") if field == "code" else ("[element]", "{serial}")
    narrow = f"""
    [{kind}]
    kind = "text"
    at = [30, 1]
    size = [5, 3]
    text = "{{{field}}}"
    [{kind}]
    kind = "qr"
    at = [1, 1]
    size = [25, 25]
    text = "{code}"
    """
    grid = "[grid]\nat = [0, 0]\nsize = [57, 32]\ncolumns = 1\nrows = 1" if field == "code" else ""
    layout = parse_layout(f'title = "narrow"\nsize = [57, 32]\n{grid}\n{narrow}', "narrow.toml", "narrow")
    long, cells = with_fields(serial="W" * 12, verdict_word="INCONCLUSIVE"), [("caption", "IS1:HOLD:K7Q2")]
    with pytest.raises(LabelRefused, match="does not fit on the layout narrow"):
        draw_sheet(layout, cells, 203) if field == "code" else draw_label(layout, long, 203)


def test_the_longest_payload_there_can_be_fits_every_label():
    fields = with_fields(serial="W" * 32, verdict_word="W" * 20, profile=f"{'w' * 64}@{'9' * 32}", attempt_id="f" * 36)
    for name in LABELS:
        prove(draw_label(load_layout(name), fields, 203))


def test_a_label_with_no_other_code_for_a_long_serial_is_refused_in_a_sentence():
    text = """
    title = "bars alone"
    size = [57, 32]
    [[element]]
    kind = "code128"
    at = [1, 1]
    size = [55, 10]
    text = "{serial}"
    """
    layout = parse_layout(text, "mine.toml", "mine")
    assert draw_label(layout, FIELDS, 203).codes
    with pytest.raises(LabelRefused, match=r"does not fit on the layout mine at 203 dots per inch"):
        draw_label(layout, with_fields(serial="W" * 32), 203)


@pytest.mark.parametrize("otherwise", ["", 'otherwise = "datamatrix"'])
def test_bars_that_cannot_hold_a_payload_are_refused_or_drawn_as_squares(otherwise):
    text = f"""
    title = "bars of everything"
    size = [300, 40]
    [[element]]
    kind = "code128"
    at = [1, 1]
    size = [298, 38]
    text = "{{payload}}"
    {otherwise}
    """
    layout = parse_layout(text, "mine.toml", "mine")
    fields = with_fields(profile=f"{'w' * 64}@{'9' * 32}")
    if otherwise:
        assert texts(draw_label(layout, fields, 203)) == {(payload(fields), "DataMatrix")}
    else:
        with pytest.raises(LabelRefused, match="does not fit on the layout mine"):
            draw_label(layout, fields, 203)


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("name", LABELS)
def test_hostile_texts_are_cut_to_their_place_and_never_touch_a_code(name, hostile):
    fields = with_fields(
        laptop=hostile, tested_at=hostile, bench=hostile, operator=hostile, note=hostile, reason=hostile
    )
    page = draw_label(load_layout(name), fields, 203)
    prove(page)
    assert texts(page) == {(FIELDS.serial, "Code128"), (payload(FIELDS), "DataMatrix")}


@given(st.text(max_size=60))
@settings(max_examples=25)
def test_no_text_makes_drawing_fail(text):
    draw_label(SMALL, with_fields(laptop=text), 203)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_machine_without_fonts_prints_too(tmp_path, hostile):
    page = draw_label(CARTON, with_fields(laptop=hostile), 203, Fonts(tmp_path))
    prove(page)
    plain = draw_label(CARTON, with_fields(laptop=""), 203, Fonts(tmp_path))
    assert texts(page) == texts(plain)


def test_text_keeps_to_its_place_on_the_label():
    """What a laptop calls itself changes dots within its own line and nowhere else."""
    empty = np.array(draw_label(CARTON, with_fields(laptop=""), 203).picture)
    full = np.array(draw_label(CARTON, with_fields(laptop="W" * 250), 203).picture)
    rows, columns = np.nonzero(empty != full)
    element = next(one for one in CARTON.elements if getattr(one, "text", "") == "{laptop}").place
    dot = 203 / 25.4
    assert rows.min() >= element.top * dot - 1
    assert rows.max() <= element.bottom * dot + 1
    assert columns.min() >= element.left * dot - 1
    assert columns.max() <= element.right * dot + 1
    assert columns.max() > element.right * dot - 60


def test_a_value_is_never_read_as_a_field():
    one = draw_label(CARTON, with_fields(laptop="{attempt_id}"), 203)
    two = draw_label(CARTON, with_fields(laptop=FIELDS.attempt_id), 203)
    assert one.picture.tobytes() != two.picture.tobytes()


def test_a_verdict_that_changes_changes_the_band_and_the_code():
    passed, failed = (draw_label(CARTON, with_fields(verdict_word=word), 203) for word in ("PASS", "FAIL"))
    assert payload(with_fields(verdict_word="FAIL")) in {code.text for code in failed.codes}
    assert passed.picture.tobytes() != failed.picture.tobytes()


def test_a_reason_is_drawn_only_where_there_is_one():
    without = np.array(draw_label(CARTON, FIELDS, 203).picture)
    with_one = np.array(draw_label(CARTON, with_fields(reason="battery below 95 %"), 203).picture)
    assert (without != with_one).any()
    place = next(one for one in CARTON.elements if getattr(one, "text", "") == "{reason}").place
    dot = 203 / 25.4
    part = without[int(place.top * dot) : int(place.bottom * dot), int(place.left * dot) : int(place.right * dot)]
    assert part.all()


def test_a_sheet_goes_on_with_further_pages():
    layout = load_layout("commands")
    cells = [(f"SLOT {number}", f"IS1:SLOT-{number}:K7Q2") for number in range(1, 41)]
    pages = draw_sheet(layout, cells, 203)
    assert [len(page.codes) for page in pages] == [36, 36, 8]
    assert {code.text for page in pages for code in page.codes} == {code for _, code in cells}
    prove(pages[-1])


@pytest.mark.parametrize(
    ("draw", "sentence"),
    [
        (lambda: draw_sheet(CARTON, CELLS, 203), "for one laptop"),
        (lambda: draw_label(load_layout("commands"), FIELDS, 203), "sheet of codes"),
        (lambda: draw_sheet(load_layout("commands"), (), 203), "at least one"),
        (lambda: draw_sheet(load_layout("commands"), CELLS * 1000, 203), "at most"),
        (lambda: draw_sheet(load_layout("commands"), (("x", "\x1b"),), 203), "printable ASCII"),
        (lambda: draw_label(CARTON, FIELDS, 72), "203, 300, 600"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_a_sentence(draw, sentence):
    with pytest.raises(LabelRefused, match=sentence):
        draw()
