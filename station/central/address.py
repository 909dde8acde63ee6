"""Where a central store that runs on this machine answers: one line in its folder, for the upload job beside it."""

from __future__ import annotations

import contextlib
import os
import socket
from pathlib import Path
from typing import Final

__all__ = ["another_answers", "forget_address", "read_address", "tell_address"]

_FILE: Final = "address"
_LONGEST: Final = 200


def tell_address(folder: Path, address: str) -> None:
    """Writes the address, whole or not at all."""
    draft = folder / f".{_FILE}.{os.getpid()}"
    draft.write_text(f"{address}\n", "utf-8")
    draft.replace(folder / _FILE)


def read_address(folder: Path) -> str | None:
    """The address, or None where no central store says that it runs."""
    try:
        with (folder / _FILE).open(encoding="utf-8") as file:
            return file.read(_LONGEST).strip() or None
    except (OSError, UnicodeDecodeError):
        return None


def forget_address(folder: Path, address: str) -> None:
    """Takes the address away, unless another central store has written its own since."""
    if read_address(folder) == address:
        with contextlib.suppress(OSError):
            (folder / _FILE).unlink()


def another_answers(folder: Path) -> bool:
    """True where the address that is written down is one that somebody listens on."""
    host, _, port = (read_address(folder) or "").removeprefix("http://").partition(":")
    if not port.isdecimal():
        return False
    try:
        socket.create_connection((host, int(port)), timeout=1).close()
    except (OSError, OverflowError):
        return False
    return True
