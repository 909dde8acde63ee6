"""The `operator` item: what the technician answered to the questions of the profile. The bench writes it.

    {"answers": [{"row": "firmware.password", "asked": "Enter the firmware's set-up: it must open.", "answer": "pass",
                  "by": "Anna", "how": "barcode", "shown_at": "2026-11-24T10:40:00Z", "ms": 4200, "seen": true},
                 {"row": "display.image", "asked": "Even from edge to edge?", "answer": "fail", "by": "Anna",
                  "how": "key", "shown_at": "2026-11-24T10:40:09Z", "ms": 6100, "seen": true, "symptom": "lines",
                  "symptom_words": "Lines or stripes", "challenge": [{"asked": 4, "given": 7}]}]}

`row` is the name of an attested row, or "exercise.NAME" for an exercise that no row names; `asked` what stood on the
screen, `seen` that it did, `ms` how long the answer took from `shown_at`. A fail has the `symptom` that was chosen and
its words. `challenge` are the numbers on the laptop's screen and those given for them, where they were asked for.

Of several answers for one row the last one counts: it is what the technician settled on. An answer that was taken back
is not in the list. There is one item: the bench writes no "operator+2", and a laptop that sends one answers for nobody.
Before `seen` there were answers without it, without symptoms and challenges, and they read as they always did.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta, Struct

from hardware.evidence.catalogue import base_id
from hardware.evidence.decoding import LARGEST_NUMBER, decode_json
from hardware.evidence.errors import EvidenceError
from specs.asking import SYMPTOM_CODE
from specs.facts import Answer, Facts, Known, Operator
from specs.text import clean

__all__ = ["LONGEST_NAME", "MOST_ANSWERS", "read_operator"]

MOST_ANSWERS: Final = 1000
"""Answers of one attempt, those that were given again included. A profile asks a technician a dozen things at most."""
MOST_TRIES: Final = 100
"""Numbers given for one question; two wrong ones end it, and an UNDO may let a right one be given again."""
LONGEST_NAME: Final = 80
"""Letters of a technician's name that are kept, as in the bench's store."""

# The names that `specs.profile_rows` allows: another one is no row of any profile, and its answer would be lost unseen.
_Row = Annotated[str, Meta(pattern=r"\A[a-z0-9][a-z0-9._-]{0,59}\Z")]


_Number = Annotated[int, Meta(ge=1, le=9)]
_Code = Annotated[str, Meta(pattern=rf"\A({SYMPTOM_CODE})?\Z")]


class _Challenge(Struct, frozen=True, forbid_unknown_fields=True):
    asked: _Number
    given: _Number


class _Answer(Struct, frozen=True, forbid_unknown_fields=True):
    row: _Row
    asked: str
    answer: Literal["pass", "fail", "skipped"]
    by: str
    how: Literal["barcode", "key"]
    shown_at: str
    ms: Annotated[int, Meta(ge=0, le=LARGEST_NUMBER)]
    seen: bool = True
    symptom: _Code = ""
    symptom_words: str = ""
    challenge: Annotated[tuple[_Challenge, ...], Meta(max_length=MOST_TRIES)] = ()


class _Answers(Struct, frozen=True, forbid_unknown_fields=True):
    answers: Annotated[tuple[_Answer, ...], Meta(max_length=MOST_ANSWERS)]


def read_operator(data: bytes, item: str) -> Facts:
    """The last answer for each row, in the order in which they were given.

    Raises `EvidenceError` where the bytes are not the bench's list, or the item is a second one of its kind. One answer
    that cannot be understood spoils the whole: it may be the one that fails the laptop.
    """
    if base_id(item) != item:
        raise EvidenceError("the technician's answers stand in one item, and this is a second one")
    try:
        found = msgspec.convert(decode_json(data), _Answers)
    except msgspec.ValidationError as error:
        raise EvidenceError("the bytes are not a list of answers") from error
    last: dict[str, Answer] = {}
    for one in found.answers:
        by = clean(one.by, LONGEST_NAME)
        if not by:
            raise EvidenceError("an answer does not say who gave it")
        if one.answer != "skipped" and not one.seen:
            raise EvidenceError("an answer was given to a question that nobody had seen")
        if one.symptom and one.answer != "fail":
            raise EvidenceError("an answer names what is wrong, and fails nothing")
        last.pop(one.row, None)
        last[one.row] = Answer(
            row=one.row,
            answer=one.answer,
            by=by,
            ms=one.ms,
            asked=clean(one.asked),
            symptom=one.symptom,
            saw=clean(one.symptom_words),
            challenge=tuple((number.asked, number.given) for number in one.challenge),
        )
    return Facts(operator=Operator(answers=Known(tuple(last.values()), (item,))))
