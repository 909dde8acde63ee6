"""The list of what has left: read whole or refused, with the line that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.rejudging.errors import RejudgeRefused
from station.rejudging.shipped import read_shipped

# The header of the department's asset file of winter 2021 (department.md 1.2).
ASSET_FILE = (
    "URN;SoldToAccountNo;SoldToCustomer;SchoolURN;ShipToAccountNo;ShipToCustomer;ShipToAddress;ShipToTown;"
    "ShipToPostCode;CustomerOrderNumber;DeliveryNumber;OrderNumber;OrderPosition;Persona;PersonaDescription;"
    "MaterialNumber;MaterialDescription;ManufacturerPartNumber;ManufacturerName;PartClassificationDesc;SerialNumber;"
    "CustomerOrderDate;OrderDate;DespatchDate;ReportQuantity\n"
)


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "left.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


@pytest.mark.parametrize(
    "text",
    [
        "PF1A2B3C\nPF9Z9Z9Z\n",
        "serial\npf1a2b3c\r\n\r\nPF9Z9Z9Z",
        '\ufeffserial_number,model\nPF1A2B3C,x\nPF9Z9Z9Z,"a, b"\n',
        "model\tSerialNumber\nx\tPF1A2B3C\n\ny\tPF9Z9Z9Z\n",
        '"SerialNumber"\n"PF1A2B3C"\n"PF9Z9Z9Z"\n',
        ASSET_FILE + ";" * 20 + "PF1A2B3C;;;;1,00\n" + ";" * 20 + "PF9Z9Z9Z;;;;1,00\n",
    ],
)
def test_plain_lists_csv_and_the_departments_asset_file_are_read(tmp_path: Path, text: str) -> None:
    assert read_shipped(written(tmp_path, text)) == {"pf1a2b3c", "pf9z9z9z"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("\n \n", "is empty"),
        ("PF1A2B3C\nno serial!\n", "left.csv:2: That code holds characters that no serial number has; mend that line"),
        ("PF1A2B3C\nTo be filled by O.E.M.\n", "left.csv:2:"),
        ("model,colour\nx,y\n", "left.csv:1: has 0 columns of serial numbers"),
        ("serial,SerialNumber\nPF1A2B3C,PF1A2B3C\n", "has 2 columns"),
        ("serial,model\nPF1A2B3C\n", "left.csv:2: has 1 fields and the header 2"),
        ("serial,model\nPF1A2B3C,x\n,y\n", "left.csv:3: has no serial number"),
        ("serial,model\n", "left.csv holds no serial number under its header"),
        ("SerialNumber\n\n", "left.csv holds no serial number under its header"),
        (b"PF1A2B3C\n\xff\xfe\n", "left.csv:2: is not UTF-8 text"),
    ],
)
def test_a_list_of_which_a_part_is_not_understood_is_refused_at_its_line(
    tmp_path: Path, text: str | bytes, said: str
) -> None:
    with pytest.raises(RejudgeRefused) as refused:
        read_shipped(written(tmp_path, text))
    assert said in str(refused.value)


def test_a_list_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(RejudgeRefused, match=r"none\.csv cannot be read"):
        read_shipped(tmp_path / "none.csv")
    with pytest.raises(RejudgeRefused, match="cannot be read"):
        read_shipped(tmp_path)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_list_or_are_refused_in_one_printable_sentence(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = written(tmp_path_factory.mktemp("list"), data)
    said = ""
    serials: frozenset[str] = frozenset()
    try:
        serials = read_shipped(path)
    except RejudgeRefused as refused:
        said = str(refused)
    assert bool(serials) != bool(said)
    assert said.isprintable()
