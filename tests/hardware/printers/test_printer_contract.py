"""The contract of a `Printer`, for every kind: network, serial, device file, PNG and PDF."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from hardware.printers.opening import open_printer
from hardware.printers.page import DrawnCode, Page
from hardware.printers.printer import Printer, PrinterError, PrinterRefused
from hardware.printers.proving import LabelUnreadable
from hardware.simulated.label_printer import SimulatedLabelPrinter, SimulatedSerialLabelPrinter
from tests.hardware.printers.support import CALM, a_page, read_label, render_pdf, texts, with_fields


@dataclass
class Bed:
    """A printer, what came out of it, and the ways to break and mend it."""

    printer: Printer
    came_out: Callable[[], list[Image.Image]]
    break_it: Callable[[], object]
    mend_it: Callable[[], object]


@pytest.fixture(params=["tcp", "serial", "usb", "png", "pdf"])
def bed(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bed]:
    if request.param == "tcp":
        with SimulatedLabelPrinter() as network:
            printer = open_printer(network.address, CALM)
            yield Bed(printer, lambda: list(network.pictures()), network.switch_off, network.switch_on)
    elif request.param in ("serial", "usb"):
        with SimulatedSerialLabelPrinter() as serial:
            printer = open_printer(f"{request.param}:{serial.device}", CALM)
            yield Bed(printer, lambda: list(serial.pictures()), serial.pause, serial.resume)
    else:
        folder = tmp_path / "labels"

        def files() -> list[Image.Image]:
            if request.param == "png":
                return [Image.open(path) for path in sorted(folder.glob("*.png"))]
            return [render_pdf(path.read_bytes(), 203)[0] for path in sorted(folder.glob("*.pdf"))]

        yield Bed(open_printer(f"{request.param}:{folder}"), files, lambda: folder.write_text("x"), folder.unlink)


def test_what_is_printed_comes_out_as_it_was_drawn(bed: Bed):
    page = a_page()
    assert bed.printer.condition().ready
    bed.printer.print(page, "carton 1")
    (picture,) = bed.came_out()
    assert np.array_equal(np.array(picture.convert("1")), np.array(page.picture))
    assert read_label(picture) == texts(page)


def test_pages_come_out_in_order_and_each_once(bed: Bed):
    pages = [a_page(fields=with_fields(serial=f"5CG000{number}")) for number in range(3)]
    for number, page in enumerate(pages):
        bed.printer.print(page, f"label-{number}")
    assert [picture.convert("1").tobytes() for picture in bed.came_out()] == [page.picture.tobytes() for page in pages]


def test_a_page_that_does_not_prove_never_comes_out(bed: Bed):
    good = a_page()
    wrong = Page(good.picture, 203, (DrawnCode("99F6PKP", "Code128"),))
    negative = Page(ImageOps.invert(good.picture.convert("L")).convert("1"), 203, good.codes)
    for page in (wrong, negative):
        with pytest.raises(LabelUnreadable):
            bed.printer.print(page, "label")
    assert bed.came_out() == []


def test_a_page_for_another_resolution_is_refused(bed: Bed):
    with pytest.raises(PrinterRefused, match="300 dots per inch"):
        bed.printer.print(a_page(dpi=300), "label")
    assert bed.came_out() == []


def test_a_printer_that_cannot_print_says_why_and_prints_when_it_can_again(bed: Bed):
    bed.break_it()
    condition = bed.printer.condition()
    assert not condition.ready
    assert condition.sentence.endswith(".")
    with pytest.raises(PrinterError, match=r"\.$"):
        bed.printer.print(a_page(), "label")
    bed.mend_it()
    assert bed.printer.condition().ready
    bed.printer.print(a_page(), "label")
    assert len(bed.came_out()) == 1


def test_a_printer_has_a_name_for_people_and_a_resolution(bed: Bed):
    assert bed.printer.name.isprintable()
    assert bed.printer.dots_per_inch == 203
