"""Every sentence of `station simulate`, in one place."""

from __future__ import annotations

from pathlib import Path

from specs.text import clean

__all__ = [
    "camera_ready",
    "folder_unusable",
    "label_came_out",
    "label_lost",
    "link_taken",
    "link_unusable",
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


def folder_unusable(folder: Path, reason: str) -> str:
    """The printer's folder cannot be made, or takes no files."""
    return f"labels cannot come out in {clean(str(folder), 300)} ({clean(reason, 80)}); name another one with --folder"


def label_lost(path: Path, reason: str) -> str:
    """A label was printed, and its picture is not kept."""
    return f"A label came out that cannot be kept in {clean(str(path), 300)} ({clean(reason, 80)}); look at the disk."


def link_taken(path: Path) -> str:
    """The scanner's path is a file, a device, or somebody's link."""
    return f"{clean(str(path), 300)} is something else already; name another path with --link"


def no_folder(path: Path) -> str:
    """The scanner's path lies nowhere."""
    return f"there is no folder {clean(str(path), 300)}; name a path in another one with --link"


def link_unusable(path: Path, reason: str) -> str:
    """The scanner's path cannot be made."""
    return f"{clean(str(path), 300)} cannot be made ({clean(reason, 80)}); name another path with --link"


def scanner_ready(path: Path) -> str:
    """The scanner is plugged in."""
    return f"A scanner is plugged in: station bench --scanner 1=serial:{clean(str(path), 300)}. Each line is a scan."


def camera_ready(url: str) -> str:
    """The camera shows its pictures."""
    return f"A camera shows the pictures: station bench --scanner 2=camera:{url}. Ctrl-C switches it off."
