import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.printers.opening import open_printer
from hardware.printers.printer import PrinterRefused
from hardware.printers.spec import PrinterSpec, PrinterSpecRefused, parse_printer

BY_ID = "/dev/serial/by-id/usb-Zebra_Technologies_1-if00"


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("tcp:192.168.1.50", PrinterSpec("tcp", "192.168.1.50")),
        (" tcp:printer-3.bench.local:6101?dpi=300\n", PrinterSpec("tcp", "printer-3.bench.local", 6101, 300)),
        ("tcp:[fe80::1]:9100", PrinterSpec("tcp", "fe80::1")),
        ("tcp:[::1]?width=60", PrinterSpec("tcp", "::1", width=60)),
        ("serial:/dev/ttyUSB0", PrinterSpec("serial", "/dev/ttyUSB0")),
        (f"serial:{BY_ID}?baud=115200&dpi=600", PrinterSpec("serial", BY_ID, dpi=600, baud=115200)),
        ("usb:/dev/usb/lp0", PrinterSpec("usb", "/dev/usb/lp0")),
        ("png:labels", PrinterSpec("png", "labels")),
        ("pdf:/srv/with blank/labels?dpi=300", PrinterSpec("pdf", "/srv/with blank/labels", dpi=300)),
    ],
)
def test_a_printer_is_named_in_one_text(text, spec):
    assert parse_printer(text) == spec


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "No printer is named"),
        ("lpr:office", "no kind of printer called lpr"),
        ("192.168.1.50", "no kind of printer"),
        ("tcp:", "has no place"),
        ("tcp:a b", "address"),
        ("tcp:-x", "address"),
        ("tcp:x" + "a" * 300, "address"),
        ("tcp:[::zz]", "address"),
        ("tcp:[1.2.3.4]", "address"),
        ("tcp:host:0", "port"),
        ("tcp:host:65536", "port"),
        ("tcp:host:٣", "port"),
        ("tcp:host:9100:1", "address"),
        ("tcp:host?dpi=200", "dpi cannot be 200. It is one of 203, 300, 600"),
        ("tcp:host?dpi=203&dpi=300", "written twice"),
        ("tcp:host?baud=9600", "no setting called baud"),
        ("tcp:host?", "no setting called"),
        ("tcp:host?width=1000", "from 20 to 220"),
        ("serial:COM3", "device"),
        ("serial:/dev/../etc/passwd", "device"),
        ("serial:/dev/ttyUSB0?baud=1", "baud cannot be 1"),
        ("usb:/etc/passwd", "device"),
        ("png:\x00", "control characters"),
        ("png:\x1b[31m", "control characters"),
        ("png:" + "x" * 600, "too long"),
    ],
)
def test_what_names_no_printer_is_refused_in_one_sentence(text, says):
    with pytest.raises(PrinterSpecRefused, match=says) as refused:
        open_printer(text)
    assert str(refused.value).isprintable()
    assert len(str(refused.value)) < 250


def test_a_text_that_names_no_printer_is_never_tried_again():
    assert issubclass(PrinterSpecRefused, PrinterRefused)


@given(st.sampled_from(["", "tcp:", "serial:/dev/", "usb:/dev/", "png:", "tcp:host?", "tcp:["]), st.text(max_size=40))
def test_no_text_makes_the_reader_fail_otherwise(start, rest):
    try:
        spec = parse_printer(start + rest)
    except PrinterSpecRefused:
        return
    assert spec.kind in ("tcp", "serial", "usb", "png", "pdf")
    assert spec.dpi in (203, 300, 600)


def test_nothing_is_connected_by_naming_a_printer():
    printer = open_printer("tcp:127.0.0.1:9?dpi=300")
    assert (printer.name, printer.dots_per_inch) == ("Label printer 127.0.0.1:9", 300)
