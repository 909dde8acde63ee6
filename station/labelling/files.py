"""Pages as files: PNG, PDF or ZPL by the name's ending, each proven before it is written, there whole or not at all."""

from __future__ import annotations

import errno
import io
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from hardware.printers.page import Page
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
        contents = [_pdf(pages)]
    elif ending == ".zpl":
        contents = [b"".join(map(to_zpl, pages))]
    else:
        contents = [_png(page) for page in pages]
    names = [path]
    if len(contents) > 1:
        names = [path.with_name(f"{path.stem}-{number}{path.suffix}") for number in range(1, len(contents) + 1)]
    for name, content in zip(names, contents, strict=True):
        try:
            _write(name, content)
        except FileNotFoundError as error:
            raise LabelRefused(wording.no_folder(str(name.parent))) from error
        except OSError as error:
            reason = error.strerror or "no reason was given"
            if error.errno in _DISKS:
                raise LabelUnwritten(wording.disk_refused(str(name), reason)) from error
            raise LabelRefused(wording.not_written(str(name), reason)) from error
    return tuple(names)


def _png(page: Page) -> bytes:
    content = io.BytesIO()
    page.picture.save(content, "PNG", dpi=(page.dots_per_inch, page.dots_per_inch))
    return content.getvalue()


def _pdf(pages: Sequence[Page]) -> bytes:
    first, *others = (page.picture for page in pages)
    content = io.BytesIO()
    first.save(content, "PDF", resolution=pages[0].dots_per_inch, save_all=True, append_images=others)
    return content.getvalue()


def _write(path: Path, content: bytes) -> None:
    descriptor, temporary = tempfile.mkstemp(prefix=".label-", dir=path.parent)
    try:
        with open(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        # mkstemp's files are for their owner alone; these are for whoever prints them.
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
