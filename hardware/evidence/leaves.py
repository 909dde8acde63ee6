"""Single facts out of raw readings: cleaned, checked against placeholders, or unknown with a plain reason."""

from __future__ import annotations

import re
from typing import Final

from specs.facts import Fact, Known, Unknown
from specs.identifiers import is_placeholder
from specs.text import clean

__all__ = ["absent", "number_fact", "text_fact", "unreadable"]

# Insyde's templates: "Type2 - Board Product Name", "Type1 - TBD by OEM".
_TEMPLATE: Final = re.compile(r"type\d{1,2} - .*", re.IGNORECASE | re.ASCII)


def absent(reason: str, *evidence: str) -> Unknown:
    """Unknown because the evidence was read and does not say."""
    return Unknown(reason, evidence, "absent")


def unreadable(reason: str, *evidence: str) -> Unknown:
    """Unknown because the evidence could not be read or parsed: the bench's problem, not the laptop's."""
    return Unknown(reason, evidence, "unreadable")


def text_fact(raw: str | None, what: str, *evidence: str) -> Fact[str]:
    """The cleaned text as a fact; a missing, blank or placeholder text is unknown. `what` names it in the reason."""
    if raw is None:
        return absent(f"{what} is not given", *evidence)
    text = clean(raw)
    if not text:
        return absent(f"{what} is blank", *evidence)
    if is_placeholder(text) or _TEMPLATE.fullmatch(text):
        return absent(f"{what} is only the placeholder {text!r}", *evidence)
    return Known(text, evidence)


def number_fact(value: int | None, what: str, *evidence: str, at_least: int = 0) -> Fact[int]:
    """The number as a fact; a missing one, or one below `at_least`, is unknown."""
    if value is None or value < at_least:
        return absent(f"{what} is not given", *evidence)
    return Known(value, evidence)
