"""What a label says: its fields, checked, and the text of its two-dimensional code.

    IS1:LABEL:5CG1234XYZ:PASS:ghwt-2021w-windows-laptop@2021-10-18:0190b3c4-1234-7abc-8def-0123456789ab

`payload` is printable ASCII with no blanks, so that a scanner which works as a keyboard types it whole. "IS1:" is the
station's namespace; no serial number holds a colon, so that the label's code is never taken for one.
"""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

from hardware.printers.printer import PrinterRefused
from hardware.printers.wording import DRAWING
from specs.identifiers import BadIdentifier, Serial
from specs.profile_file import ID_PATTERN, VERSION_PATTERN
from specs.text import clean

__all__ = ["LONGEST_VERDICT", "LabelFields", "LabelRefused", "payload"]

LONGEST_VERDICT: Final = 20
"""Letters of the verdict's word: the longest of ours, "PASS (marginal)", has 15."""

_VERDICT: Final = re.compile(rf"[A-Za-z][A-Za-z ()-]{{0,{LONGEST_VERDICT - 1}}}", re.ASCII)
_PROFILE: Final = re.compile(rf"{ID_PATTERN}@{VERSION_PATTERN}", re.ASCII)
_ATTEMPT: Final = re.compile(r"[0-9A-Fa-f-]{8,36}", re.ASCII)


class LabelRefused(PrinterRefused):
    """What the label should say cannot be on one, or does not fit on it. One sentence."""


class LabelFields(Struct, frozen=True):
    """What is known of one laptop for its label. The first four go into codes and are checked when made; the others are
    for people, come from devices and may hold anything: drawing cleans them.

    Raises `LabelRefused` with one sentence. `tested_at` is written as it shall be read.
    """

    serial: str
    verdict_word: str
    profile: str
    attempt_id: str
    laptop: str = ""
    tested_at: str = ""
    bench: str = ""
    operator: str = ""
    note: str = ""
    reason: str = ""

    def __post_init__(self) -> None:
        try:
            Serial(self.serial)
        except BadIdentifier as error:
            raise _refused("serial", self.serial) from error
        if _VERDICT.fullmatch(self.verdict_word) is None:
            raise _refused("verdict", self.verdict_word)
        if _PROFILE.fullmatch(self.profile) is None:
            raise _refused("profile", self.profile)
        if _ATTEMPT.fullmatch(self.attempt_id) is None:
            raise _refused("attempt", self.attempt_id)


def payload(fields: LabelFields) -> str:
    """`IS1:LABEL:SERIAL:VERDICT:PROFILE@VERSION:ATTEMPT`; the verdict in capitals and dashes: PASS-MARGINAL."""
    verdict = "-".join(re.findall("[A-Z]+", fields.verdict_word.upper()))
    return f"IS1:LABEL:{fields.serial}:{verdict}:{fields.profile}:{fields.attempt_id}"


def _refused(which: str, value: str) -> LabelRefused:
    return LabelRefused(DRAWING[which].format(value=clean(value, 40) or "A blank", longest=LONGEST_VERDICT))
