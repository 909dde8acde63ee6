"""Pages as files: PNG, PDF or ZPL by the name's ending, each proven before it is written, there whole or not at all."""

from __future__ import annotations

import errno
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from hardware.printers.page import Page
from hardware.printers.page_files import pdf_of, png_of, write_whole
from hardware.printers.proving import prove
from hardware.printers.zpl import to_zpl
from station.labelling import wording
from station.labelling.errors import LabelRefused, LabelUnwritten

__all__ = ["ENDINGS", "ending_of", "write_pages"]

ENDINGS: Final = (".png", ".pdf", ".zpl")
_DISKS: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.ENOMEM, errno.EMFILE, errno.ENFILE)
"""The bench's own trouble; all others are the name's: a folder, a part of it that is none, one that may not be written.
"""


def ending_of(path: Path, endings: Sequence[str] = ENDINGS) -> str:
    """The ending of a label file's name, in small letters. Raises `LabelRefused` for any other."""
    ending = path.suffix.lower()
    if ending not in endings:
        raise LabelRefused(wording.wrong_ending(str(path), endings))
    return ending


def write_pages(pages: Sequence[Page], path: Path) -> tuple[Path, ...]:
    """Writes pages and gives the files: a PDF and a ZPL file hold all of them, PNG files one each (NAME-1.png).

    Raises `LabelUnreadable` for a page that does not read back, before anything is written; `LabelRefused` where no
    file can be there, `LabelUnwritten` where the disk refuses.
    """
    ending = ending_of(path)
    for page in pages:
        prove(page)
    if ending == ".pdf":
        contents = [pdf_of(pages)]
    elif ending == ".zpl":
        contents = [b"".join(map(to_zpl, pages))]
    else:
        contents = [png_of(page) for page in pages]
    names = [path]
    if len(contents) > 1:
        names = [path.with_name(f"{path.stem}-{number}{path.suffix}") for number in range(1, len(contents) + 1)]
    for name, content in zip(names, contents, strict=True):
        try:
            write_whole(name, content)
        except FileNotFoundError as error:
            raise LabelRefused(wording.no_folder(str(name.parent))) from error
        except OSError as error:
            reason = error.strerror or "no reason was given"
            if error.errno in _DISKS:
                raise LabelUnwritten(wording.disk_refused(str(name), reason)) from error
            raise LabelRefused(wording.not_written(str(name), reason)) from error
    return tuple(names)
