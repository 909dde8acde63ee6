"""Pages as the bytes of PNG and PDF files, and a file that is there whole or not at all."""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from hardware.printers.page import Page

__all__ = ["pdf_of", "png_of", "write_whole"]


def png_of(page: Page) -> bytes:
    """A PNG, one dot a pixel, with its resolution written in it."""
    content = io.BytesIO()
    page.picture.save(content, "PNG", dpi=(page.dots_per_inch, page.dots_per_inch))
    return content.getvalue()


def pdf_of(pages: Sequence[Page]) -> bytes:
    """One PDF of all pages (at least one), in the first one's resolution, dot for dot."""
    first, *others = (page.picture for page in pages)
    content = io.BytesIO()
    first.save(content, "PDF", resolution=pages[0].dots_per_inch, save_all=True, append_images=others)
    return content.getvalue()


def write_whole(path: Path, content: bytes) -> None:
    """Writes a file, or replaces it, in a folder that is there. Raises `OSError`, and then nothing has changed."""
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
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
