"""One layout file: its TOML, read strictly. Reads no files: texts come in.

title = "Carton label, 4 x 2 inch"
size = [101.6, 50.8]                  # millimetres: width and height
[[element]]
kind = "text"                         # text band code128 datamatrix qr line box
at = [2, 18]                          # left and top, millimetres
size = [70, 9]                        # width and height; a code's includes its quiet zone
text = "{serial}"                     # {field} stands for what is known of the laptop
letters = 8                           # how high, in millimetres; smaller where the text is long
smallest = 3                          # never smaller: then the text is cut with "…"
bold = true
align = "centre"                      # left centre right
lines = 2                             # at most
only_with = "note"                    # drawn only where this field is known
[[element]]
kind = "code128"
at = [2, 36]
size = [97, 12]
text = "{serial}"                     # only fields that are printable ASCII for sure
bar = 0.5                             # the narrowest bar is at most this wide, in whole dots
otherwise = "datamatrix"              # where it is too long for bars that can be read
[[element]]
kind = "box"
at = [1, 1]
size = [99, 48]
thickness = 0.4
[grid]                                # of a sheet: cells over a list of (caption, code)
at = [10, 25]
size = [190, 262]
columns = 2
rows = 8
[[grid.element]]                      # at: from the cell's own corner
"""

from __future__ import annotations

import re
import tomllib
from typing import Any, Final

from hardware.printers.layout import Layout, LayoutError
from hardware.printers.layout_reader import LayoutReader
from specs.profile import Fault
from specs.text import clean
from specs.toml_lines import Path, places, written_twice

__all__ = ["LARGEST_LAYOUT", "parse_layout"]

LARGEST_LAYOUT: Final = 64 * 2**10
"""Bytes of a layout file; ours are under 4 kB."""
_MOST_DOTS: Final = 64


def parse_layout(text: str, file: str, name: str) -> Layout:
    """The layout in a TOML text. Raises `LayoutError` with every fault: file, line, field, and what to do."""
    file = clean(file, 120)
    reader = LayoutReader(file, _lines(text))
    data = _toml(text, file)
    layout = reader.layout(data, name)
    if reader.faults or layout is None:
        raise LayoutError(tuple(reader.faults))
    return layout


def _toml(text: str, file: str) -> dict[str, Any]:
    def fault(line: int, field: str, problem: str, remedy: str) -> LayoutError:
        return LayoutError((Fault(file, line, field, problem, remedy),))

    if len(text) > LARGEST_LAYOUT:
        raise fault(0, "file", "is too large for a layout", "name a layout file")
    for number, line in enumerate(text.split("\n"), 1):
        # tomllib keeps every beginning of a dotted key: see specs.profile_file.
        if line.count(".") > _MOST_DOTS:
            raise fault(number, "file", f"has more than {_MOST_DOTS} dots in a line", "break that line up")
    try:
        text.encode()
        return tomllib.loads(text)
    except UnicodeEncodeError as error:
        raise fault(text[: error.start].count("\n") + 1, "file", "is not UTF-8 text", "save it as UTF-8") from error
    except RecursionError as error:
        raise fault(0, "file", "is nested too deeply", "write it flat") from error
    except ValueError as error:  # tomllib's own, and Python's for a number of too many digits
        twice = written_twice(text) if re.search("twice|overwrite|Duplicate", str(error)) else None
        if twice is not None:
            first, second = twice
            problem = f"is written twice; the first time in line {first.line}"
            raise fault(second.line, clean(str(second.path[-1]), 60), problem, "keep one of the two") from error
        found = re.search(r"\(at line (\d+), column", str(error))
        where = int(found[1]) if found else 0
        raise fault(where, "file", f"is not TOML ({clean(str(error), 120)})", "correct that line") from error


def _lines(text: str) -> dict[Path, int]:
    """The line of every key, and of every [[element]] by its number."""
    index: dict[Path, int] = {}
    counted: dict[Path, int] = {}
    for place in places(text):
        if place.path[-1:] == ("element",):
            counted[place.path] = counted.get(place.path, 0) + 1
            index[(*place.path, counted[place.path])] = place.line
        index.setdefault(place.path, place.line)
    return index
