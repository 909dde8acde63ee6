"""Which carton or laptop the codes that were read together may be. Pure; the delivery's list decides among them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hardware.scanners.grammar.meaning import TakenFor
from hardware.scanners.scanner import Code
from station.bench.understanding import Understanding
from station.receiving.codes import BadCode, carton_code, is_carriers, reference_of, sscc

__all__ = ["Offered", "offered"]

_AS_LONG_AS_AN_SSCC: Final = re.compile(r"(?:\(00\)|00)?[0-9]{18}", re.ASCII)
_MAY_BE_A_REFERENCE: Final = frozenset({"", TakenFor.SERIAL.value, TakenFor.ORDER.value, TakenFor.UNKNOWN.value})


class Offered(Struct, frozen=True):
    """What was read. `numbers` are what a list may name: SSCCs, the serial, and each code as it stands; `ssccs` and
    `serial` are what it is without a list. `misread`: a carton's number has a wrong check digit. `carriers`: the serial
    has the form of a carrier's number. `references` are the codes as references; `reference` is the one that may open
    a delivery nobody knows. `kinds` are words of `TakenFor`.
    """

    numbers: tuple[str, ...]
    ssccs: tuple[str, ...]
    serial: str
    only_by_form: bool
    misread: bool
    carriers: bool
    references: tuple[str, ...]
    reference: str
    kinds: frozenset[str]


def offered(codes: Sequence[Code], meaning: Understanding) -> Offered:
    """What these codes may be."""
    numbers: list[str] = []
    ssccs: list[str] = []
    references: list[str] = []
    kinds: list[str] = []
    misread = False
    for place, code in enumerate(codes):
        understood = meaning.understood[place] if place < len(meaning.understood) else None
        kind = understood.taken_for if understood else ""
        kinds.append(kind)
        is_number = kind == TakenFor.SSCC.value or _AS_LONG_AS_AN_SSCC.fullmatch(code.text.replace(" ", "").strip())
        try:
            if is_number:
                ssccs.append(sscc(understood.value if understood and kind == TakenFor.SSCC.value else code.text))
            else:
                numbers.append(carton_code(code.text))
        except BadCode:
            misread = misread or bool(is_number)
        try:
            references.append(reference_of(code.text))
        except BadCode:
            continue
    serial = "" if _AS_LONG_AS_AN_SSCC.fullmatch(meaning.serial) else meaning.serial
    return Offered(
        numbers=tuple(dict.fromkeys([*ssccs, *([serial] if serial else []), *numbers])),
        ssccs=tuple(dict.fromkeys(ssccs)),
        serial=serial,
        only_by_form=meaning.only_by_form,
        misread=misread,
        carriers=is_carriers(serial) or any(is_carriers(code.text) for code in codes),
        references=tuple(dict.fromkeys(references)),
        reference=references[0] if len(codes) == 1 and references and set(kinds) <= _MAY_BE_A_REFERENCE else "",
        kinds=frozenset(kinds),
    )
