"""Four ways in which the usual libraries change a serial without a word; each is closed here and stays closed."""

import numpy as np
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.label_frames import code_39_bars, code_128_bars, read_back
from hardware.scanners.decoding.engines import LINEAR
from hardware.scanners.decoding.reader import FrameReader

READER = FrameReader()
SERIAL = st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-", min_size=4, max_size=14)
Format = zxingcpp.BarcodeFormat


def sheet(bars: list[int], scale: int = 3) -> np.ndarray:
    """Bars on white paper."""
    row = np.where(np.repeat(bars, scale), 30, 235).astype(np.uint8)
    return np.pad(np.repeat(row[None], 90, 0), 60, constant_values=235)


def read(bars: list[int]) -> set[str]:
    return {symbol.code.text for symbol in READER.read(sheet(bars), None).symbols}


@pytest.mark.parametrize("text", ["SN/A12", "PF+A1B2", "5J2451", "1P%A2$B"])
def test_code_39_is_never_turned_into_full_ascii_or_code_32(text: str):
    assert Format.Code39 not in LINEAR
    assert read(code_39_bars(text)) == {text}
    # The trap is there still: should it go, the notes in `engines` go too.
    tempted = zxingcpp.read_barcodes(sheet(code_39_bars(text)), formats=zxingcpp.BarcodeFormats([Format.Code39]))
    assert [one.text for one in tempted] != [text]


@given(SERIAL.map(lambda text: f"99{text}"))
def test_a_code_128_label_keeps_its_leading_99(text: str):
    assert read_back(code_128_bars(text)) == text


def test_a_serial_with_a_leading_99_is_read_whole():
    assert read(code_128_bars("99F6PKP")) == {"99F6PKP"}


@given(SERIAL)
def test_a_code_39_label_gets_no_check_character(text: str):
    # Start, text and stop: 16 modules each, less the last gap.
    assert len(code_39_bars(text)) == 16 * (len(text) + 2) - 1


def test_a_code_39_serial_is_read_without_a_check_character():
    assert read(code_39_bars("SN12345")) == {"SN12345"}


@pytest.mark.parametrize("name", [Format.Code128, Format.DataMatrix, Format.QRCode])
def test_the_separator_of_gs1_data_is_kept_as_it_is(drawn, name: Format):
    picture = drawn("(01)04006381333931(10)LOT1(21)SN99", name, scale=2, gs1=True)
    (symbol,) = READER.read(picture, None).symbols
    assert symbol.code.text == "010400638133393110LOT1\x1d21SN99"
    assert symbol.code.symbology in ("]C1", "]d2", "]Q3")
