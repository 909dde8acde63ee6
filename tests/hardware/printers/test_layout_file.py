import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.printers.layout import LayoutError
from hardware.printers.layout_file import LARGEST_LAYOUT, parse_layout
from hardware.printers.layout_library import layouts, load_layout

GOOD = """title = "mine"
size = [60, 30]

[[element]]
kind = "text"
at = [1, 1]
size = [30, 6]
text = "{serial}"

[[element]]
kind = "code128"
at = [1, 10]
size = [58, 8]
text = "{serial}"
"""
SHEET = """title = "sheet"
size = [100, 100]
[grid]
at = [0, 20]
size = [100, 80]
columns = 1
rows = 2
[[grid.element]]
kind = "qr"
at = [5, 5]
size = [30, 30]
text = "{code}"
"""


def told(error: LayoutError) -> None:
    assert error.faults
    assert all(str(one).isprintable() for one in error.faults)


def faults(text: str) -> list[str]:
    with pytest.raises(LayoutError) as refused:
        parse_layout(text, "mine.toml", "mine")
    return [str(fault) for fault in refused.value.faults]


def test_a_layout_of_a_supervisor_is_read():
    layout = parse_layout(GOOD, "mine.toml", "mine")
    assert (layout.name, layout.title, layout.width, layout.height) == ("mine", "mine", 60, 30)
    assert len(layout.elements) == 2
    assert parse_layout(SHEET, "sheet.toml", "sheet").grid is not None


@pytest.mark.parametrize(
    ("before", "after", "line", "says"),
    [
        ('title = "mine"\n', "", 0, "title: is missing"),
        ("size = [60, 30]", "size = [60]", 2, "size: is missing or not two numbers"),
        ("size = [60, 30]", "size = [600, 30]", 2, "size: is no page"),
        ("size = [60, 30]", "size = [nan, 30]", 2, "size: is missing or not two numbers"),
        ("size = [60, 30]", "size = [60, true]", 2, "size: is missing or not two numbers"),
        ("size = [60, 30]", "size = [60, 30]\ncolour = 1", 3, "colour: is not known here"),
        ('kind = "text"', 'kind = "txt"', 5, "element 1.kind: is missing or is no kind of element; use text"),
        ('kind = "text"', 'kind = "text"\nbould = true', 6, "element 1.bould: is not known here; use bold"),
        ('kind = "text"', 'kind = "text"\nbold = 1', 6, "element 1.bold: is not true or false"),
        ('kind = "text"', 'kind = "text"\nalign = "center"', 6, "element 1.align: is none of those"),
        (
            'kind = "text"',
            'kind = "text"\nlines = 9',
            6,
            "lines: 9 lines of 1 mm letters do not stand",
        ),
        ('kind = "text"', 'kind = "text"\nlines = 0', 6, "element 1.lines: is missing or no such number"),
        ('kind = "text"', 'kind = "text"\nletters = 40', 6, "element 1.letters: is no length"),
        ('kind = "text"', 'kind = "text"\nonly_with = "nose"', 6, "element 1.only_with: is no field; use note"),
        (
            'text = "{serial}"',
            'text = "{serail}"',
            8,
            "element 1.text: has a field {serail} that is none here; use serial",
        ),
        ('text = "{serial}"', 'text = "{serial"', 8, "element 1.text: has a bracket that is not closed"),
        ('text = "{serial}"', 'text = ""', 8, "element 1.text: is missing, blank or no text"),
        ("at = [1, 1]", "at = [40, 1]", 6, "element 1.at: lies outside the page"),
        ("at = [1, 1]", "at = [-1, 1]", 6, "element 1.at: lies outside the page"),
        ("at = [1, 1]", "at = [1, 8]", 4, "element 1: lies on the code of element 2"),
        ("size = [58, 8]", "size = [58, 4]", 13, "element 2.size: is too low for bars"),
        ("size = [58, 8]", "size = [58, 8]\nbar = 0.1", 14, "element 2.bar: is no length that can be used; write"),
        (
            'text = "{serial}"\n\n',
            'text = "{serial}"\ntext = "x"\n\n',
            9,
            "text: is written twice; the first time in line 8",
        ),
        ("size = [60, 30]", "size = [60, 30", 0, "file: is not TOML"),
        ("size = [60, 30]", "size = [" + "9" * 5000 + ", 3]", 0, "file: is not TOML"),
        ("size = [60, 30]", "a" + ".a" * 100 + " = 1", 2, "file: has more than 64 dots"),
    ],
)
def test_a_fault_names_the_file_the_line_the_field_and_the_remedy(before, after, line, says):
    assert before in GOOD
    told = faults(GOOD.replace(before, after, 1))
    place = f"mine.toml:{line}: " if line else "mine.toml"
    assert any(one.startswith(place) and says in one for one in told), told
    assert all("; " in one and one.isprintable() for one in told)


@pytest.mark.parametrize("field", ["laptop", "note", "operator", "tested_at", "bench", "reason"])
def test_what_a_device_or_a_person_says_is_never_a_barcode(field):
    told = faults(GOOD.replace('size = [58, 8]\ntext = "{serial}"', f'size = [58, 8]\ntext = "{{{field}}}"'))
    assert f"has a field {{{field}}} that is none here" in told[0]


def test_a_layout_with_no_code_is_refused():
    assert "has no code in it" in faults(GOOD.split('[[element]]\nkind = "code128"')[0])[0]


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("columns = 1", "columns = 300", "grid.columns"),
        ("rows = 2", "rows = 2\nturns = 1", "grid.turns: is not known here"),
        ("at = [5, 5]", "at = [5, 35]", "grid.element 1.at: lies outside the cell"),
        ('text = "{code}"', 'text = "{serial}"', "has a field {serial} that is none here"),
        ("[grid]", '[[element]]\nkind = "line"\nat = [1, 30]\nsize = [9, 1]\n[grid]', "element 1: lies on the grid"),
        (
            "[grid]",
            '[[element]]\nkind = "qr"\nat = [1, 1]\nsize = [9, 9]\ntext = "x"\n[grid]',
            "outside the grid of a sheet",
        ),
    ],
)
def test_a_fault_in_a_sheet_is_told(before, after, says):
    assert any(says in one for one in faults(SHEET.replace(before, after, 1)))


def test_every_fault_is_told_at_once():
    assert (
        len(faults(GOOD.replace("at = [1, 1]", "at = [99, 1]").replace("bold", "x").replace("[58, 8]", "[58, 4]"))) == 2
    )


def test_a_layout_is_found_by_name_or_by_file(tmp_path):
    assert layouts() == ("carton", "carton-small", "commands", "paperwork")
    (tmp_path / "mine.toml").write_text(GOOD)
    assert load_layout(str(tmp_path / "mine.toml")).name == "mine"


def test_a_layout_that_is_not_there_or_not_text_is_refused_with_its_remedy(tmp_path):
    (tmp_path / "bytes.toml").write_bytes(b'title = "\xff"')
    (tmp_path / "large.toml").write_bytes(b"#" * (LARGEST_LAYOUT + 2))
    for name, says in (
        ("cartno", "use carton"),
        ("", "is no layout that ships"),
        ("\x1b[31m", "is no layout that ships"),
        (str(tmp_path / "none.toml"), "is not there"),
        (str(tmp_path / "bytes.toml"), "is not UTF-8 text"),
        (str(tmp_path / "large.toml"), "too large"),
        ("\x00.toml", "cannot be read"),
    ):
        with pytest.raises(LayoutError, match=says) as refused:
            load_layout(name)
        assert str(refused.value).isprintable()


@pytest.mark.timeout(60)
def test_a_pipe_or_a_device_is_no_layout_and_waited_for_by_nobody(tmp_path):
    os.mkfifo(tmp_path / "pipe.toml")
    (tmp_path / "device.toml").symlink_to("/dev/zero")
    for name in ("pipe.toml", "device.toml"):
        with pytest.raises(LayoutError, match="pipe or a device"):
            load_layout(str(tmp_path / name))


@given(st.text(max_size=300))
def test_no_text_makes_the_reader_fail_otherwise(text):
    for whole in (text, GOOD + text, GOOD.replace("60, 30", text)):
        try:
            parse_layout(whole, "x.toml", "x")
        except LayoutError as error:
            told(error)


@given(st.data())
@settings(max_examples=60)
def test_a_layout_with_some_letters_lost_is_read_or_refused(data):
    start = data.draw(st.integers(0, len(GOOD)))
    length = data.draw(st.integers(0, 12))
    put = data.draw(st.sampled_from(["", "[", "]", '"', "{", "=", "1e999", "-1", "[[element]]"]))
    try:
        parse_layout(GOOD[:start] + put + GOOD[start + length :], "x.toml", "x")
    except LayoutError as error:
        told(error)
