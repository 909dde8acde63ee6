"""Profiles for the tests: a small one, a child of it, and the ways to load or refuse a text."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import date, datetime
from datetime import time as clock_time
from typing import Annotated, Any, Literal

import pytest
from msgspec import Meta, Struct

from checks.catalogue import shapes
from specs.profile import Fault, Profile, ProfileError, Shape
from specs.profile_file import RawProfile, parse_profile
from specs.quantities import Measure
from specs.resolve import resolve

SHAPES = shapes()


class Optional(Struct, frozen=True):
    """Of every type that a check uses; none is required."""

    of: Literal["largest", "smallest"] = "largest"
    ignore: tuple[str, ...] = ()
    allowed: Annotated[int, Meta(ge=0)] = 0
    share: float = 0.5
    label_required: bool = False
    named: str = "x"
    since: date = date(2020, 1, 1)


class Needed(Struct, frozen=True):
    """One that a profile must give, and two that must fit together."""

    until: date
    low: int = 0
    high: int = 9

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError("low is above high")


KNOWN = {
    **SHAPES,
    "demo.optional": Shape(Measure.YES_NO, Optional),
    "demo.needed": Shape(Measure.YES_NO, Needed),
    "demo.none": Shape(Measure.YES_NO),
    "demo.kind": Shape(Measure.TEXT, words=("NVMe", "eMMC", "ssd (SATA)")),
}
"""The checks there are, three that take arguments of every type, some that must be given, and none, and one that can
read three words.
"""

BASE = """\
id = "demo"
title = "A demonstration"
version = "2021-10-18"
effective_from = 2021-10-18

[require."memory.installed"]
at_least = "4 GB"
severity = "blocker"
source = "a test"
standing = "published"

[require."identity.model"]
matches = ".{2,256}"
source = "a test"
standing = "inferred"

[attest."warranty.months"]
claim = "at least 12 months"
source = "a test"
standing = "published"
"""
PARENT = BASE.replace('"demo"', '"parent"')
CHILD = """\
id = "child"
version = "1"
extends = "parent"

[require."memory.installed"]
override = true
at_least = "8 GB"
source = "a test"
standing = "inferred"
"""


def load(text: str, *others: str, known: Mapping[str, Shape] = SHAPES) -> Profile:
    raws = [parse_profile(other, f"{number}.toml") for number, other in enumerate(others)]
    own = parse_profile(text, "demo.toml")

    def find(reference: str) -> RawProfile | None:
        name, _, version = reference.partition("@")
        return next((raw for raw in [own, *raws] if raw.id == name and version in ("", raw.version)), None)

    return resolve(own, find, known)


def faults_of(text: str, *others: str, known: Mapping[str, Shape] = SHAPES) -> tuple[Fault, ...]:
    with pytest.raises(ProfileError) as refused:
        load(text, *others, known=known)
    faults = refused.value.faults
    assert str(refused.value) == str(faults[0])
    for fault in faults:
        assert fault.problem
        assert fault.remedy
        assert fault.file.endswith(".toml")
        assert fault.file in str(fault)
        assert str(fault).isprintable()
    return faults


def toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, float):
        return (
            "nan"
            if math.isnan(value)
            else "inf"
            if value == math.inf
            else "-inf"
            if value == -math.inf
            else repr(value)
        )
    if isinstance(value, (datetime, date, clock_time)):
        return value.isoformat()
    if isinstance(value, list):
        return f"[{', '.join(map(toml, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{toml(key)} = {toml(part)}' for key, part in value.items())}}}"
    return str(value)
