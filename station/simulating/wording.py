"""Every sentence of `station simulate`, in one place."""

from __future__ import annotations

from pathlib import Path

from specs.text import clean

__all__ = [
    "camera_ready",
    "label_came_out",
    "link_taken",
    "no_folder",
    "not_ours",
    "printer_ready",
    "scanner_ready",
]


def printer_ready(address: str) -> str:
    """The printer listens."""
    return f"A label printer listens: station bench --printer {address}. Ctrl-C switches it off."


def label_came_out(path: Path) -> str:
    """A label was printed."""
    return f"A label came out: {clean(str(path), 300)}"


def not_ours(why: str) -> str:
    """A job came in that the station did not make."""
    return f"A label came in that is not the station's own, and is not drawn ({clean(why, 200)})."


def link_taken(path: Path) -> str:
    """The scanner's path is a file, or a device."""
    return f"{clean(str(path), 300)} is something else already; name another path with --link"


def no_folder(path: Path) -> str:
    """The scanner's path lies nowhere."""
    return f"there is no folder {clean(str(path), 300)}; name a path in another one with --link"


def scanner_ready(path: Path) -> str:
    """The scanner is plugged in."""
    return f"A scanner is plugged in: station bench --scanner 1=serial:{clean(str(path), 300)}. Each line is a scan."


def camera_ready(url: str) -> str:
    """The camera shows its pictures."""
    return f"A camera shows the pictures: station bench --scanner 2=camera:{url}. Ctrl-C switches it off."
