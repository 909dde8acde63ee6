"""A badge as a file: proven to read back before it is written, there whole or not at all, and for its owner alone."""

from __future__ import annotations

import contextlib
import errno
import os
from pathlib import Path
from typing import Final

from hardware.printers.page import Page
from hardware.printers.page_files import pdf_of, png_of
from hardware.printers.printer import PrinterRefused
from hardware.printers.proving import prove
from station.deciding.errors import DecisionRefused
from station.people import wording

__all__ = ["check_file", "write_badge"]

ENDINGS: Final = (".png", ".pdf")
_DISKS: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.ENOMEM, errno.EMFILE, errno.ENFILE)
"""The disk's own trouble; all others are the name's."""


def check_file(path: Path) -> None:
    """Raises `DecisionRefused` where no badge can be written there: before anything is drawn."""
    if path.suffix.lower() not in ENDINGS:
        raise DecisionRefused(wording.wrong_ending(str(path)))
    if os.path.lexists(path):
        raise DecisionRefused(wording.is_there(str(path)))


def write_badge(page: Page, path: Path) -> None:
    """Writes a badge into a new file that nobody else can read.

    Raises `DecisionRefused` for a page that does not read back, or where the file is there already or cannot be, and
    `OSError` where the disk refuses; then there is no file.
    """
    check_file(path)
    try:
        prove(page)
    except PrinterRefused as error:
        raise DecisionRefused(wording.not_printable(str(error))) from error
    content = pdf_of([page]) if path.suffix.lower() == ".pdf" else png_of(page)
    try:
        _write_new(path, content)
    except FileExistsError as error:
        raise DecisionRefused(wording.is_there(str(path))) from error
    except FileNotFoundError as error:
        raise DecisionRefused(wording.no_folder(str(path.parent))) from error
    except OSError as error:
        sentence = wording.not_written(str(path), error.strerror or "no reason was given")
        if error.errno in _DISKS:
            raise OSError(sentence) from error
        raise DecisionRefused(sentence) from error


def _write_new(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        with open(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(path)
        raise
