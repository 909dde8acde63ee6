"""What was read, as one JSON document: every code, what each field of it was taken for, and the serial number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hardware.scanners.decoding.symbols import Advice, Symbol
from hardware.scanners.grammar.meaning import LabelReading
from hardware.scanners.grammar.shapes import hides_secret, shown, unsecret
from hardware.scanners.scanner import LONGEST_CODE
from specs.text import clean

__all__ = ["label_document", "picture_document"]


def label_document(label: LabelReading) -> dict[str, Any]:
    """The codes of one label, understood."""
    return {
        "serial": label.serial,
        "sentence": label.sentence,
        "codes": [{"text": _raw(code.text), "symbology": code.symbology} for code in label.codes],
        "meanings": [
            {
                "code": one.code,
                "taken_for": one.taken_for.value,
                "value": one.value,
                "rule": one.rule,
                "maker": one.maker,
                "why": one.why,
                "chosen": place == label.chosen,
            }
            for place, one in enumerate(label.meanings)
        ],
    }


def picture_document(
    name: str, symbols: Sequence[Symbol], advice: Advice | None, label: LabelReading
) -> dict[str, Any]:
    """One picture: where each code is (corners in pixels), which engine read it, and what the label means."""
    document = label_document(label)
    for entry, symbol in zip(document["codes"], symbols, strict=True):
        entry["format"] = symbol.format
        entry["corners"] = [list(corner) for corner in symbol.corners]
        entry["seen_by"] = list(symbol.seen_by)
    return {"file": _utf8(name), **document, "advice": advice.value if advice else None}


def _raw(text: str) -> str:
    """The text as the bars hold it, without secrets; cleaned only where a secret hides between control characters."""
    kept = unsecret(text)
    return shown(text, LONGEST_CODE) if hides_secret(clean(kept, LONGEST_CODE)) else _utf8(kept)


def _utf8(text: str) -> str:
    """What JSON can hold: a file's name need not be UTF-8, and Python then keeps its bytes as lone surrogates."""
    return text.encode("utf-8", "replace").decode()
