"""Which of the codes on a label is the serial number, and what the others are.

    grammar = Grammar.load()
    reading = grammar.read(codes)          # reading.serial, or reading.sentence

Identifiers decide first (our own label, GS1, ANSI data identifiers, a maker's template, a web address), then the
makers' rules, then the form that any serial number has. Of two different ones that are equally sure none is taken.
"""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Final

from hardware.scanners.grammar import maker_wording, wording
from hardware.scanners.grammar.classifying import see
from hardware.scanners.grammar.maker_file import parse_makers
from hardware.scanners.grammar.maker_rules import MakerRule, RuleBook
from hardware.scanners.grammar.meaning import LabelReading
from hardware.scanners.grammar.settling import settle
from hardware.scanners.grammar.structure import fields_of
from hardware.scanners.grammar.toml_text import LARGEST_FILE, GrammarError
from hardware.scanners.scanner import Code
from specs.files import FileRefused, read_small_file
from specs.profile import Fault
from specs.text import clean

__all__ = ["MOST_CODES", "Grammar", "GrammarError"]

MOST_CODES: Final = 32
"""Codes of one label. A laptop's has seven or eight; more are a pallet, or noise, and none of them is read."""
_SHIPPED: Final = "makers.toml"


class Grammar:
    """The rules by which labels are read. Immutable; may be used from several threads."""

    def __init__(self, rules: Sequence[MakerRule]) -> None:
        self._book = RuleBook(rules)

    @classmethod
    def load(cls, extra: Path | None = None) -> Grammar:
        """The rules that ship, and a supervisor's own from a file, which are asked first.

        Raises `GrammarError` with every fault of the file.
        """
        data = resources.files("hardware.scanners.grammar").joinpath(_SHIPPED).read_bytes()
        shipped = parse_makers(_decoded(data, _SHIPPED), _SHIPPED)
        if extra is None:
            return cls(shipped)
        name = clean(str(extra), 120)
        return cls(parse_makers(_decoded(_read(extra, name), name), name, shipped))

    @property
    def rules(self) -> tuple[MakerRule, ...]:
        """Every rule, a supervisor's own first."""
        return self._book.rules

    def read(self, codes: Sequence[Code]) -> LabelReading:
        """What the codes of one label mean together.

        Pure, and never raises, whatever the texts hold. Depends on the set of codes, not on their order, but for
        `chosen`: that is the first of those that gave the serial.
        """
        kept = tuple(codes)
        if not kept:
            return LabelReading(kept, (), sentence=wording.NO_CODES)
        if len(kept) > MOST_CODES:
            return LabelReading(kept, (), sentence=wording.too_many_codes(len(kept)))
        seen = [
            one
            for place, code in enumerate(kept)
            for field in fields_of(code.text, code.symbology)
            for one in see(place, code.symbology, field, self._book)
        ]
        settled = settle(seen, self._book)
        if settled.chosen is None:
            return LabelReading(kept, settled.meanings, sentence=settled.sentence)
        serial = settled.meanings[settled.chosen].value
        return LabelReading(kept, settled.meanings, serial, settled.chosen)


def _read(path: Path, name: str) -> bytes:
    try:
        return read_small_file(path, LARGEST_FILE)
    except FileRefused as error:
        raise GrammarError((Fault(name, 0, "file", str(error), maker_wording.NAME_A_FILE),)) from error


def _decoded(data: bytes, name: str) -> str:
    try:
        return data.removeprefix(codecs.BOM_UTF8).decode("utf-8")  # some editors of Windows put the mark there
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise GrammarError((Fault(name, line, "file", maker_wording.NOT_UTF8, maker_wording.SAVE_UTF8),)) from error
