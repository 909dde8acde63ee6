"""What a supervisor typed, made into values: names, days, models, serial numbers. Pure.

Every function raises `DecisionRefused` with one sentence. A text is refused where it is too long, never cut: half a
reason is not what its owner wrote.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from difflib import get_close_matches
from typing import Final

from specs.decisions import Subject
from specs.identifiers import BadIdentifier, Serial
from specs.text import LONGEST_TEXT, clean
from station.deciding import wording
from station.deciding.errors import DecisionRefused
from station.store.decision_book import LONGEST_MODEL, LONGEST_NAME

__all__ = ["LONGEST_WAIVER", "last_day", "model_typed", "near", "owner", "subject_typed", "text_typed"]

LONGEST_WAIVER: Final = 366
"""Days. A year covers any delivery; who needs longer wants another requirement, and that is a profile's to say."""

_MOST_NEAR: Final = 3
_ALIKE: Final = 0.75
"""Of difflib's ratio: two letters of ten may be wrong; below it every battery check is like every other."""


def owner(typed: str) -> str:
    """Who decides."""
    return text_typed(typed, "--by", wording.NO_OWNER, LONGEST_NAME)


def text_typed(typed: str, option: str, blank: str, longest: int = LONGEST_TEXT) -> str:
    """A text, cleaned; `blank` is the sentence where it says nothing."""
    # One more than is allowed, so that a cut text is seen.
    text = clean(typed, longest + 1)
    if not text:
        raise DecisionRefused(blank)
    if len(text) > longest or len(typed) > 8 * longest:
        raise DecisionRefused(wording.too_long(option, longest))
    return text


def subject_typed(serial: str, model: str) -> Subject:
    """Which laptops: one serial number, or one model."""
    if bool(serial.strip()) == bool(model.strip()):
        raise DecisionRefused(wording.ONE_SUBJECT)
    if model.strip():
        return Subject(model=model_typed(model))
    try:
        return Subject(serial=Serial.from_scan(serial).text)
    except BadIdentifier as error:
        raise DecisionRefused(wording.no_serial(str(error))) from error


def model_typed(typed: str) -> str:
    """A model's name. One word is refused: "Dell" would be every Dell whose product is not known."""
    text = text_typed(typed, "--model", wording.NO_MODEL, LONGEST_MODEL)
    if " " not in text:
        raise DecisionRefused(wording.half_a_model(text))
    return text


def last_day(typed: str, today: date, longest: int | None = None) -> str:
    """The last day on which a decision holds, at most so many days from today."""
    text = typed.strip()
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        raise DecisionRefused(wording.no_day(typed, today + timedelta(days=30)))
    if day < today:
        raise DecisionRefused(wording.day_is_over(text, today))
    if longest is not None and day > today + timedelta(days=longest):
        raise DecisionRefused(wording.day_too_far(text, longest, today + timedelta(days=longest)))
    return text


def near(typed: str, known: Mapping[str, str]) -> tuple[str, ...]:
    """The ids that may have been meant, best first: `known` gives each id its title."""
    wanted = clean(typed, LONGEST_NAME).casefold()
    titled = tuple(name for name, title in known.items() if title.casefold() == wanted)
    if titled:
        return titled[:_MOST_NEAR]
    by_title = {title.casefold(): name for name, title in known.items()}
    close = get_close_matches(wanted, known, _MOST_NEAR, _ALIKE)
    close_titles = [by_title[title] for title in get_close_matches(wanted, by_title, _MOST_NEAR, _ALIKE)]
    return tuple(dict.fromkeys((*close, *close_titles)))[:_MOST_NEAR]
