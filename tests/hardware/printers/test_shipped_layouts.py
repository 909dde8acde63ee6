"""Every layout that ships, at every resolution, through every output, back to the texts that were meant."""

import numpy as np
import pytest
from PIL import Image

from hardware.printers.fields import payload
from hardware.printers.layout_library import layouts, load_layout
from hardware.printers.opening import open_printer
from hardware.printers.proving import prove
from hardware.printers.zpl import to_zpl
from tests.hardware.printers.support import (
    CELLS,
    FIELDS,
    SHIPPED,
    a_page,
    read_page,
    render_pdf,
    render_zpl,
    texts,
)


def test_the_tests_know_every_layout_that_ships():
    assert {name for name, _ in SHIPPED} == set(layouts())


@pytest.mark.parametrize(("name", "dpi"), SHIPPED)
def test_what_a_printer_makes_is_read_back_exactly(tmp_path, name, dpi):
    page = a_page(name, dpi)
    layout = load_layout(name)
    prove(page)
    open_printer(f"png:{tmp_path}?dpi={dpi}").print(page, "page")
    open_printer(f"pdf:{tmp_path}?dpi={dpi}").print(page, "page")
    png = Image.open(tmp_path / "page.png")
    (pdf,) = render_pdf((tmp_path / "page.pdf").read_bytes(), dpi)
    outputs = {"png": png, "pdf": pdf, "zpl": render_zpl(to_zpl(page), page)}
    for kind, picture in outputs.items():
        assert read_page(picture, layout, dpi) == texts(page), kind


@pytest.mark.parametrize("name", ["carton", "carton-small", "paperwork"])
def test_a_label_holds_the_serial_and_the_whole_payload(name):
    assert texts(a_page(name)) == {(FIELDS.serial, "Code128"), (payload(FIELDS), "DataMatrix")}


def test_a_sheet_holds_each_code_for_scanners_of_both_kinds():
    assert texts(a_page("commands")) == {(code, kind) for _, code in CELLS for kind in ("Code128", "QRCode")}


@pytest.mark.parametrize(("name", "dpi"), SHIPPED)
def test_a_page_has_the_size_of_its_layout_and_two_colours(name, dpi):
    page, layout = a_page(name, dpi), load_layout(name)
    assert page.picture.mode == "1"
    assert page.width_mm == pytest.approx(layout.width, abs=0.1)
    assert page.height_mm == pytest.approx(layout.height, abs=0.1)


def test_zpl_prints_the_very_dots_that_were_proven():
    page = a_page("carton", 300)
    assert np.array_equal(np.array(render_zpl(to_zpl(page), page).convert("1")), np.array(page.picture))
