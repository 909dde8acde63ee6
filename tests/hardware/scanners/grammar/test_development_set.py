"""The texts of the development labels that lie beside the project."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from hardware.scanners.grammar.grammar import Grammar
from hardware.scanners.grammar.meaning import LabelReading
from hardware.scanners.scanner import Code

SYMBOLOGY = {"Code128": "]C0", "Code39": "]A0", "DataMatrix": "]d1", "QRCode": "]Q1"}


@pytest.fixture(scope="module")
def labels(project: Path) -> list[list[dict[str, Any]]]:
    """The codes of every label of the set, each label once."""
    manifest = project.parent / "shared" / "labels" / "manifest.json"
    if not manifest.is_file():
        pytest.skip(f"the development labels are not at {manifest.parent}")
    found = {json.dumps(frame["expected"]): frame["expected"] for frame in json.loads(manifest.read_text("utf-8"))}
    return [expected for expected in found.values() if expected]


def codes(expected: list[dict[str, Any]]) -> list[Code]:
    return [Code(one["text"], "]C1" if one["gs1"] else SYMBOLOGY[one["symbology"]]) for one in expected]


def truths(labels: list[list[dict[str, Any]]]) -> Iterator[tuple[list[Code], str]]:
    for expected in labels:
        roles = {one["role"]: one["text"] for one in expected}
        if "S/N" in roles:
            serial = roles["S/N"]
        elif "GTIN/SN" in roles:
            serial = roles["GTIN/SN"][18:]
        elif "DM" in roles or "QR" in roles:
            text = roles.get("DM") or roles["QR"]
            serial = re.split("[;,]", re.sub("^(?:https://.*sn=|SN:)", "", text))[0]
        else:
            continue
        yield codes(expected), serial[-8:] if serial.startswith("1S") else serial


def test_every_label_of_the_set_gives_its_serial(labels):
    grammar = Grammar.load()
    wrong = [
        (serial, reading.serial, reading.sentence)
        for read, serial in truths(labels)
        if (reading := grammar.read(read)).serial != serial
    ]
    assert wrong == []


def test_a_label_that_is_read_in_part_gives_its_serial_or_none(labels):
    grammar = Grammar.load()
    multi = [(read, serial) for read, serial in truths(labels) if len(read) > 1]
    assert multi
    for read, serial in multi:
        for size in range(1, len(read) + 1):
            for some in combinations(read, size):
                assert _right(grammar.read(some), serial)
                assert _right(grammar.read(some[::-1]), serial)


def _right(reading: LabelReading, serial: str) -> bool:
    """True but for a wrong serial number; a MAC address of twelve decimal digits alone looks like Microsoft's."""
    return reading.serial in ("", serial) or (reading.only_by_form and reading.serial.isdecimal())
