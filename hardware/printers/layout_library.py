"""The layouts by name: those that ship (`hardware/printers/layouts/*.toml`), and a supervisor's own file.

The only module of this room that reads layout files.
"""

from __future__ import annotations

import codecs
from importlib import resources
from pathlib import Path

from hardware.printers.layout import Layout, LayoutError
from hardware.printers.layout_file import LARGEST_LAYOUT, parse_layout
from specs.files import FileRefused, read_small_file
from specs.nearest import choose
from specs.profile import Fault
from specs.text import clean

__all__ = ["layouts", "load_layout"]

_PACKAGE = "hardware.printers.layouts"


def layouts() -> tuple[str, ...]:
    """The names of the layouts that ship, sorted."""
    found = resources.files(_PACKAGE).iterdir()
    return tuple(sorted(one.name.removesuffix(".toml") for one in found if one.name.endswith(".toml")))


def load_layout(name_or_path: str) -> Layout:
    """The layout that ships under this name, else the one in this file (whose name ends in .toml).

    Raises `LayoutError`: no such layout, a file that cannot be read, or one with faults.
    """
    if name_or_path in layouts():
        text = resources.files(_PACKAGE).joinpath(f"{name_or_path}.toml").read_text("utf-8")
        return parse_layout(text, f"{name_or_path}.toml", name_or_path)
    shown = clean(name_or_path, 120) or "a blank name"
    if not name_or_path.endswith(".toml"):
        remedy = f"{choose(clean(name_or_path, 60), layouts())}, or name a .toml file"
        raise LayoutError((Fault(shown, 0, "layout", "is no layout that ships", remedy),))
    return parse_layout(_text_of(name_or_path, shown), shown, clean(Path(name_or_path).stem, 60))


def _text_of(path: str, shown: str) -> str:
    try:
        raw = read_small_file(path, LARGEST_LAYOUT)
    except FileRefused as error:
        raise LayoutError((Fault(shown, 0, "file", str(error), "name a layout file"),)) from error
    try:
        return raw.removeprefix(codecs.BOM_UTF8).decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise LayoutError((Fault(shown, line, "file", "is not UTF-8 text", "save it as UTF-8"),)) from error
