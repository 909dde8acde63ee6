"""Printers that make files: PNG and PDF, for a bench with no label printer, for paper sheets and for looking."""

from __future__ import annotations

import errno
import os
import re
import stat
from pathlib import Path
from typing import Final

from hardware.printers.checking import refuse_unfit
from hardware.printers.page import Page
from hardware.printers.page_files import pdf_of, png_of, write_whole
from hardware.printers.printer import PrinterCondition, PrinterError, PrinterRefused
from hardware.printers.wording import FILES
from specs.text import clean

__all__ = ["PdfFolder", "PngFolder"]

_LONGEST_NAME: Final = 100


class _Folder:
    """A folder that gets a file a page, named after the page. The same name again replaces the file: a queue that
    starts again after a crash makes no second one. A file is there whole or not at all."""

    kind: str
    ending: str

    def __init__(self, folder: Path, dpi: int) -> None:
        self._folder, self._dpi = folder, dpi

    @property
    def name(self) -> str:
        return f"{self.kind} files in {clean(str(self._folder), 80)}"

    @property
    def dots_per_inch(self) -> int:
        return self._dpi

    def condition(self) -> PrinterCondition:
        try:
            usable = self._may_be_written()
        except OSError as error:
            return PrinterCondition(False, _sentence(error, self.name))
        return PrinterCondition(usable, "" if usable else FILES["not_allowed"].format(name=self.name))

    def _may_be_written(self) -> bool:
        """True where the folder, or the nearest one above it that is there, is one to write to. Raises `OSError`."""
        whole = self._folder.absolute()
        for place in (whole, *whole.parents):
            # Not exists(): which errors it keeps to itself depends on Python's version.
            try:
                mode = os.stat(place).st_mode
            except (FileNotFoundError, NotADirectoryError):
                continue
            return stat.S_ISDIR(mode) and os.access(place, os.W_OK | os.X_OK)
        return False

    def _write(self, name: str, content: bytes) -> None:
        target = self._folder / f"{_file_name(name)}.{self.ending}"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            write_whole(target, content)
        except OSError as error:
            raise PrinterError(_sentence(error, self.name)) from error


class PngFolder(_Folder):
    """A PNG a page, one dot a pixel, with its resolution written in it."""

    kind, ending = "PNG", "png"

    def print(self, page: Page, name: str) -> None:
        refuse_unfit(page, self.name, self._dpi)
        self._write(name, png_of(page))


class PdfFolder(_Folder):
    """A PDF a page, in the page's own size, dot for dot."""

    kind, ending = "PDF", "pdf"

    def print(self, page: Page, name: str) -> None:
        refuse_unfit(page, self.name, self._dpi)
        self._write(name, pdf_of((page,)))


def _file_name(name: str) -> str:
    """The page's name as a file's: letters, digits, dots, dashes and underscores. Raises `PrinterRefused` for none."""
    plain = re.sub(r"[^0-9A-Za-z._-]+", "-", name[: 4 * _LONGEST_NAME]).strip(".-")[:_LONGEST_NAME].rstrip(".-")
    if not re.search("[0-9A-Za-z]", plain):
        raise PrinterRefused(FILES["no_name"])
    return plain


def _sentence(error: OSError, name: str) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return FILES["full"].format(name=name)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return FILES["not_allowed"].format(name=name)
    return FILES["failed"].format(name=name, reason=clean(error.strerror or "unknown", 80))
