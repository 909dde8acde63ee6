"""The engines of others: asked as they must be, and missed without harm."""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import zxingcpp

from hardware.scanners.decoding import engines
from hardware.scanners.decoding.engines import read_zbar, read_zxing, zbar_installed


def test_no_format_is_asked_for_that_changes_a_text():
    asked = {*engines.LINEAR, *engines.MATRIX}
    formats = zxingcpp.BarcodeFormat
    assert not asked & {formats.Code39, formats.Code39Ext, formats.Code32, formats.PZN, formats.All, formats.AllLinear}


def test_a_missing_library_of_zbar_is_said_and_harms_nothing(project: Path):
    # The library is hidden from a fresh interpreter, as on a machine that does not have it.
    code = """
import ctypes, ctypes.util
real = ctypes.CDLL
def hidden(name, *args, **kwargs):
    if "zbar" in str(name):
        raise OSError("no such library")
    return real(name, *args, **kwargs)
ctypes.CDLL = hidden
ctypes.cdll.LoadLibrary = hidden
ctypes.util.find_library = lambda name: None
import numpy as np
from hardware.scanners.decoding.engines import read_zbar, zbar_installed
from hardware.scanners.decoding.reader import FrameReader
assert not zbar_installed()
assert read_zbar(np.zeros((50, 50), np.uint8), "") == []
assert FrameReader().read(np.zeros((100, 100), np.uint8)).symbols == ()
assert FrameReader(second_opinion=True).read(np.zeros((100, 100), np.uint8)).symbols == ()
print("done")
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=project, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.stdout, done.stderr) == ("done\n", "")


def test_zbar_reads_what_is_printed_where_it_is_installed(drawn):
    if not zbar_installed():
        assert read_zbar(drawn("EXAMPLE-128", zxingcpp.BarcodeFormat.Code128), "here") == []
        return
    (symbol,) = read_zbar(drawn("EXAMPLE-128", zxingcpp.BarcodeFormat.Code128), "here")
    assert symbol.code.text == "EXAMPLE-128"
    assert symbol.seen_by == ("zbar here",)


def test_a_zbar_that_fails_is_as_if_it_had_read_nothing(monkeypatch):
    class Broken:
        class ZBarSymbol:
            CODE128 = CODE39 = None

        @staticmethod
        def decode(*_args, **_kwargs):
            raise ValueError("4294967295 is not a valid ZBarOrientation")

    monkeypatch.setattr(engines, "_zbar", lambda: Broken)
    assert read_zbar(np.zeros((50, 50), np.uint8), "here") == []


def test_a_picture_of_one_pixel_is_not_handed_on():
    assert read_zxing(np.zeros((1, 1), np.uint8), "here") == []
    assert read_zbar(np.zeros((1, 1), np.uint8), "here") == []


@pytest.mark.parametrize(
    ("text", "written", "name"),
    [
        ("036000291452", zxingcpp.BarcodeFormat.UPCA, "UPCA"),
        ("01234565", zxingcpp.BarcodeFormat.UPCE, "UPCE"),
        ("4006381333931", zxingcpp.BarcodeFormat.EAN13, "EAN13"),
    ],
)
def test_a_shop_s_code_is_told_in_the_digits_that_a_hand_scanner_sends(drawn, text: str, written, name: str):
    (symbol,) = read_zxing(drawn(text, written), "here")
    assert (symbol.code.text, symbol.format, symbol.code.symbology) == (text, name, "]E0")


def test_a_code_that_is_too_long_is_left_out_and_not_cut():
    for length, told in ((4000, ["7" * 4000]), (7000, [])):
        code = zxingcpp.create_barcode("7" * length, zxingcpp.BarcodeFormat.QRCode).to_image(scale=4)
        sheet = np.pad(np.array(code), 40, constant_values=255).astype(np.uint8)
        assert zxingcpp.read_barcodes(sheet)[0].text == "7" * length
        assert [one.code.text for one in read_zxing(sheet, "here")] == told


def test_a_text_of_zbar_that_is_too_long_is_left_out(monkeypatch):
    class Talkative:
        class ZBarSymbol:
            CODE128 = CODE39 = None

        @staticmethod
        def decode(*_args, **_kwargs):
            return [SimpleNamespace(type="CODE128", data=b"7" * 4097, rect=(0, 0, 9, 9))]

    monkeypatch.setattr(engines, "_zbar", lambda: Talkative)
    assert read_zbar(np.zeros((50, 50), np.uint8), "here") == []


def test_a_last_character_that_happens_to_fit_is_not_called_a_check_character():
    """ "5CG1234XYZG": the G fits as the check character of the rest, and is part of the serial."""
    picture = np.asarray(zxingcpp.create_barcode("5CG1234XYZG", zxingcpp.BarcodeFormat.Code39).to_image(scale=3))
    [symbol] = read_zxing(np.pad(picture, 40, constant_values=255).astype(np.uint8), "test")
    assert (symbol.code.text, symbol.code.symbology) == ("5CG1234XYZG", "]A0")
