import errno
import os

import pytest
from PIL import Image

from hardware.printers.drawing import draw_sheet
from hardware.printers.layout_library import load_layout
from hardware.printers.opening import open_printer
from hardware.printers.page_files import pdf_of
from hardware.printers.printer import PrinterError, PrinterRefused
from tests.hardware.printers.support import FIELDS, a_page, pictures_in_pdf, with_fields

PAGE = a_page()


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("5CG1234XYZ", "5CG1234XYZ.png"),
        ("../../etc/passwd", "etc-passwd.png"),
        ("a\x00b\x1b[31m\u202ec", "a-b-31m-c.png"),
        (".hidden", "hidden.png"),
        ("x" * 500, f"{'x' * 100}.png"),
        ("tab\tand blank", "tab-and-blank.png"),
    ],
)
def test_a_file_is_named_after_its_page_and_stays_in_its_folder(tmp_path, name, file):
    open_printer(f"png:{tmp_path}/out").print(PAGE, name)
    assert [path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*")] == [file]


@pytest.mark.parametrize("name", ["", "...", "\x00", "///", "\u202e"])
def test_a_page_without_a_name_is_refused(tmp_path, name):
    with pytest.raises(PrinterRefused, match="needs a name"):
        open_printer(f"png:{tmp_path}").print(PAGE, name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["png", "pdf"])
def test_a_full_disk_leaves_no_half_file_and_the_old_one_whole(tmp_path, monkeypatch, kind):
    printer = open_printer(f"{kind}:{tmp_path}")
    printer.print(PAGE, "label")
    before = (tmp_path / f"label.{kind}").read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("hardware.printers.file_printers.os.fsync", full)
    with pytest.raises(PrinterError, match=r"is full\. Make room"):
        printer.print(a_page(fields=with_fields(serial="OTHER123")), "label")
    assert [path.name for path in tmp_path.iterdir()] == [f"label.{kind}"]
    assert (tmp_path / f"label.{kind}").read_bytes() == before


def test_a_disk_that_is_full_indeed(tmp_path):
    """The limit on a file's size is the nearest thing to a full disk that a test may have."""
    resource = pytest.importorskip("resource")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))
    try:
        with pytest.raises(PrinterError, match="is full"):
            open_printer(f"png:{tmp_path}").print(PAGE, "label")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_a_file_is_said_to_be_unusable(tmp_path):
    (tmp_path / "file").write_text("x")
    printer = open_printer(f"png:{tmp_path}/file")
    assert not printer.condition().ready
    with pytest.raises(PrinterError, match=r"Choose another folder"):
        printer.print(PAGE, "label")


@pytest.mark.parametrize("kind", ["png", "pdf"])
def test_a_folder_whose_name_is_too_long_is_said_to_be_unusable(tmp_path, kind):
    printer = open_printer(f"{kind}:{tmp_path}/{'x' * 300}")
    condition = printer.condition()
    assert not condition.ready
    assert "could not be written to (File name too long). Choose another folder" in condition.sentence
    with pytest.raises(PrinterError, match="File name too long"):
        printer.print(PAGE, "label")


def test_a_folder_that_may_not_be_looked_into_is_said_to_be_unusable(tmp_path, monkeypatch):
    """As for an account that is not the owner; tests may run as one that may look everywhere."""
    closed, stat = tmp_path / "closed", os.stat

    def refused(path, *rest, **named):
        if str(path).startswith(str(closed)):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return stat(path, *rest, **named)

    monkeypatch.setattr(os, "stat", refused)
    condition = open_printer(f"png:{closed}/labels").condition()
    assert not condition.ready
    assert "may not be written to by this account" in condition.sentence


def test_a_folder_that_leads_to_itself_is_said_to_be_unusable(tmp_path):
    (tmp_path / "round").symlink_to(tmp_path / "round")
    assert not open_printer(f"png:{tmp_path}/round/labels").condition().ready


def test_a_folder_that_is_not_there_yet_is_made(tmp_path):
    printer = open_printer(f"png:{tmp_path}/not/yet")
    assert printer.condition().ready
    printer.print(PAGE, "label")
    assert (tmp_path / "not" / "yet" / "label.png").is_file()


def test_a_png_tells_its_resolution(tmp_path):
    open_printer(f"png:{tmp_path}?dpi=300").print(a_page(dpi=300), "label")
    picture = Image.open(tmp_path / "label.png")
    assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.1)
    assert picture.mode == "1"


def test_several_pages_are_one_pdf_dot_for_dot():
    cells = [(f"SLOT {number}", f"IS1:SLOT-{number}:K7Q2") for number in range(1, 19)]
    pages = draw_sheet(load_layout("commands"), cells, 203)
    made = pictures_in_pdf(pdf_of(pages))
    assert [picture.convert("1").tobytes() for picture in made] == [page.picture.tobytes() for page in pages]


def test_the_same_page_printed_again_replaces_its_file(tmp_path):
    printer = open_printer(f"png:{tmp_path}")
    printer.print(PAGE, FIELDS.serial)
    printer.print(PAGE, FIELDS.serial)
    assert [path.name for path in tmp_path.iterdir()] == ["5CG1234XYZ.png"]
