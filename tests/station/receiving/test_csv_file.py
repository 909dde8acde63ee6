"""A supplier's list is taken whole or not at all, and every fault is named with its row."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.scanners.grammar.shapes import gtin_fits
from station.receiving.csv_file import MOST_ROWS, parse_list
from station.receiving.errors import DeliveryRefused
from station.store.receipt import Expected, Kind

ONE, TWO = "106141412345678908", "006141411234567890"
"""Numbers with right check digits (domain/department.md section 6.1)."""


def parsed(text: str, name: str = "list.csv") -> tuple[Expected, ...]:
    return parse_list(text.encode(), name)


def refused(data: str | bytes) -> str:
    with pytest.raises(DeliveryRefused) as caught:
        parse_list(data.encode() if isinstance(data, str) else data, "list.csv")
    sentence = str(caught.value)
    assert sentence.startswith("list.csv ")
    assert all(line.isprintable() for line in sentence.splitlines())
    return sentence


def test_a_list_says_what_is_in_what() -> None:
    assert parsed(f"pallet,carton,serial,model\n{TWO},{ONE},pf1a2b3c,ThinkPad L13\n{TWO},{ONE},PF1A2B3D,\n") == (
        Expected(TWO, Kind.PALLET),
        Expected(ONE, Kind.CARTON, TWO),
        Expected("PF1A2B3C", Kind.LAPTOP, ONE, "ThinkPad L13"),
        Expected("PF1A2B3D", Kind.LAPTOP, ONE),
    )


@pytest.mark.parametrize("written", [ONE, f"00{ONE}", f"(00){ONE}", f" (00) {ONE} ", "1 0614141 234567890 8"])
def test_a_cartons_number_is_the_same_with_and_without_its_identifier(written: str) -> None:
    assert parsed(f"carton\n{written}\n") == (Expected(ONE, Kind.CARTON),)


def test_cartons_may_have_numbers_of_the_suppliers_own() -> None:
    assert parsed("carton,model\nctn-000123,GeoBook 3\n") == (Expected("CTN-000123", Kind.CARTON, "", "GeoBook 3"),)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_what_spreadsheets_export_is_read(separator: str, end: str, mark: bytes) -> None:
    rows = [["Serial", "Model"], ["PF1A2B3C", 'Latitude "3140"'], ["", ""], ["PF1A2B3D", "a, b; c"]]
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator=end).writerows(rows)
    found = parse_list(mark + text.getvalue().encode(), "list.csv")
    assert [one.code for one in found] == ["PF1A2B3C", "PF1A2B3D"]
    assert found[1].model == "a, b; c"


@pytest.mark.parametrize(
    ("rows", "row", "said"),
    [
        (["106141412345678907,"], 2, "check digit"),
        (["(00)106141412345678907,"], 2, "check digit"),
        (["6141411234567890,"], 2, "zeros in front"),
        (["3.40123E+17,"], 2, "rounded"),
        ([",7.1E+10"], 2, "rounded"),
        (["05901234123457,"], 2, "14 digits"),
        (["(00)12,"], 2, "2 digits"),
        ([f"{ONE},", f"{ONE},"], 3, f"carton {ONE} stands in row 2 already"),
        ([f"{ONE},PF1A2B3C", f"{ONE},"], 3, "stands in row 2 already"),
        ([f"{ONE},", f"00{ONE},PF1A2B3C"], 3, "stands in row 2 already"),
        ([",PF1A2B3C", ",pf1a2b3c"], 3, "serial PF1A2B3C stands in row 2 already"),
        ([",", "CTN-1,CTN-1"], 3, "two columns"),
        (["CTN-1,PF1A2B3C", "PF1A2B3C,PF1A2B3D"], 3, "is the number of a laptop in row 2"),
        (["CTN-1,PF1A2B3C", "CTN-2,CTN-1"], 3, "is the number of a carton in row 2"),
        ([",abc"], 2, "too short"),
        ([",Default string"], 2, "no serial number"),
        ([",0000000"], 2, "placeholder"),
        ([",PF1A\x1b[31m"], 2, "control characters"),
        ([",SN\u202e12345"], 2, "no serial number"),
        ([",=HYPERLINK(1)"], 2, "no serial number"),
        (["," + "9" * 5000], 2, "characters"),
        (["CTN-1"], 2, "1 field, and the header has 2"),
        (["CTN-1,PF1A2B3C,more"], 2, "3 fields, and the header has 2"),
    ],
)
def test_a_fault_is_named_with_its_row(rows: list[str], row: int, said: str) -> None:
    sentence = refused("\n".join(["carton,serial", *rows, ""]))
    assert f"row {row}: " in sentence
    assert said in sentence


def test_a_carton_is_on_one_pallet() -> None:
    sentence = refused(f"pallet,carton,serial\nPAL-1,{ONE},PF1A2B3C\nPAL-2,{ONE},PF1A2B3D\n")
    assert "row 3: " in sentence
    assert "is on pallet PAL-1 in row 2" in sentence


def test_every_fault_is_named_and_of_very_many_the_first() -> None:
    sentence = refused("serial\n" + "".join(f"a{number}\n" for number in range(30)))
    assert "30 faults" in sentence
    assert "row 2: " in sentence
    assert "row 21: " in sentence
    assert "row 22: " not in sentence
    assert "and 10 more" in sentence


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b" \r\n \n", "empty"),
        (b"serial\n", "no rows"),
        (b"PF1A2B3C\nPF1A2B3D\n", "no column carton and no column serial"),
        (b"carton,serail\nCTN-1,PF1A2B3C\n", "not known here: serail"),
        (b"carton,Carton\nCTN-1,CTN-2\n", "columns twice: carton"),
        ("serial\nPF1A2B3C\n".encode("utf-16"), "UTF-16"),
        (b"serial\nPF\xff\n", "UTF-8"),
        (b'serial\n"PF1A2B3C\n', "well-formed"),
        (b'serial\n"PF1A"2B3C\n', "well-formed"),
        (b"serial\n" + b"9" * 200_000 + b"\n", "well-formed"),
        (b"PK\x03\x04\x00\x00", "UTF-8"),
    ],
)
def test_a_file_that_is_no_such_list_is_refused_as_a_whole(data: bytes, said: str) -> None:
    assert said in refused(data)


def test_a_list_has_an_end() -> None:
    rows = "".join(f"SN{number:06}\n" for number in range(MOST_ROWS))
    assert len(parsed("serial\n" + rows)) == MOST_ROWS
    assert "more than 50,000 rows" in refused("serial\n" + rows + "SN999999\n")


@given(st.one_of(st.binary(max_size=300), st.text(max_size=300).map(lambda text: f"carton,serial\n{text}".encode())))
def test_whatever_the_bytes_they_are_a_sound_list_or_refused(data: bytes) -> None:
    found, why = tried(data)
    codes = [one.code for one in found]
    assert bool(found) != bool(why)
    assert all(line.isprintable() for line in why.split("\n"))
    assert len(set(codes)) == len(codes)
    assert all(one.parent in {"", *codes} for one in found)
    assert all(code.isascii() and code.isprintable() and code == code.upper() for code in codes)


def tried(data: bytes) -> tuple[tuple[Expected, ...], str]:
    try:
        return parse_list(data, "list.csv"), ""
    except DeliveryRefused as refusal:
        return (), str(refusal)


SERIALS = st.from_regex(r"[A-Z]{2}[0-9A-Z]{6}", fullmatch=True).filter(lambda text: not text.startswith("MB"))


@given(st.dictionaries(SERIALS, st.integers(0, 4), min_size=1, max_size=30), st.randoms())
def test_the_order_of_columns_and_rows_changes_nothing_of_what_is_advised(laptops, chance) -> None:
    cartons = [f"{digits}{check}" for digits, check in map(checked, range(5))]
    rows = [{"serial": serial, "carton": cartons[carton], "model": "L13"} for serial, carton in laptops.items()]
    chance.shuffle(rows)
    columns = ["serial", "carton", "model"]
    chance.shuffle(columns)
    text = io.StringIO()
    writer = csv.DictWriter(text, columns)
    writer.writeheader()
    writer.writerows(rows)
    found = parse_list(text.getvalue().encode(), "list.csv")
    assert {one.code: one.parent for one in found if one.kind is Kind.LAPTOP} == {
        serial: cartons[carton] for serial, carton in laptops.items()
    }
    assert {one.code for one in found if one.kind is Kind.CARTON} == {cartons[carton] for carton in laptops.values()}


def checked(number: int) -> tuple[str, int]:
    digits = f"34012345{number:09}"
    return digits, next(check for check in range(10) if gtin_fits(f"{digits}{check}"))
