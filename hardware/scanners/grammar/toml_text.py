"""A makers' file as TOML, and the error that says what is wrong with it. The values are for `maker_file`."""

from __future__ import annotations

import re
import tomllib
from typing import Any, Final

from hardware.scanners.grammar import maker_wording as wording
from specs.profile import Fault
from specs.text import clean
from specs.toml_lines import written_twice

__all__ = ["LARGEST_FILE", "MOST_DOTS", "GrammarError", "parse_toml"]

LARGEST_FILE: Final = 256 * 2**10
"""Bytes of a makers' file. The shipped one has 7 kB."""
MOST_DOTS: Final = 64
"""Dots in one line: `tomllib` keeps every beginning of a dotted key, and one of 64,000 parts would take gigabytes."""


class GrammarError(Exception):
    """The makers' file cannot be used. `faults` holds every fault found; the message is the first."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(str(faults[0]) if faults else wording.UNUSABLE)
        self.faults = faults


def parse_toml(text: str, file: str) -> dict[str, Any]:
    """The values of a TOML text. Raises `GrammarError` where it is none, or none that is meant."""

    def refused(line: int, problem: str, remedy: str, field: str = "file") -> GrammarError:
        return GrammarError((Fault(file, line, field, problem, remedy),))

    if len(text) > LARGEST_FILE:
        raise refused(0, wording.TOO_LARGE, wording.NAME_A_FILE)
    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") > MOST_DOTS:
            raise refused(number, wording.TOO_MANY_DOTS, wording.BREAK_LINE)
    try:
        text.encode()
        return tomllib.loads(text)
    except UnicodeEncodeError as error:
        raise refused(text[: error.start].count("\n") + 1, wording.NOT_UTF8, wording.SAVE_UTF8) from error
    except RecursionError as error:
        raise refused(0, wording.TOO_DEEP, wording.WRITE_FLAT) from error
    except ValueError as error:  # tomllib's own, and Python's for a number of too many digits
        if re.search("twice|overwrite|Duplicate", str(error)) and (twice := written_twice(text)) is not None:
            field = clean(".".join(str(part) for part in twice[1].path), 120)
            problem = wording.written_twice(twice[0].line)
            raise refused(twice[1].line, problem, wording.KEEP_ONE, field) from error
        at = re.search(r"\(at line (\d+),", str(error))
        problem = wording.not_toml(clean(str(error), 120))
        raise refused(int(at[1]) if at else 0, problem, wording.CORRECT_LINE) from error
