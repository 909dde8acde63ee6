"""What is on the label of an attempt, made from its record. Pure.

A label says what the record says, in the words of the screens; a laptop on hold says HOLD in place of its verdict.
"""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec import Struct

from checks.verdict import Severity, Verdict
from hardware.printers.fields import LabelFields
from hardware.printers.printer import PrinterRefused
from station.findings import finding_title
from station.labelling import wording
from station.records import AttemptRecord
from station.store.hold_book import Hold
from station.store.print_queue import BY_VERDICT, LabelAsked
from station.wording import VERDICT_WORD

__all__ = ["HOLD_WORD", "LabelWanted", "asked_for", "fields_of", "verdict_word"]

HOLD_WORD: Final = "HOLD"
MOST_REASONS: Final = 3
"""Checks that a label names: more than three lines are not read on a carton."""


class LabelWanted(Struct, frozen=True):
    """The label that a bench prints when an attempt ends: its layout, and what the bench is called."""

    layout: str
    bench: str = ""

    def asked(self, record: AttemptRecord, hold: Hold | None) -> LabelAsked:
        """The job for the queue. It never fails: an attempt is not lost because its label cannot be made."""
        return asked_for(record, hold, layout=self.layout, bench=self.bench, by=record.operator, reason=BY_VERDICT)


def asked_for(
    record: AttemptRecord, hold: Hold | None, *, layout: str, bench: str, by: str, reason: str, copy_of: str = ""
) -> LabelAsked:
    """A label of an attempt as it is queued; one that cannot be made carries its refusal.

    `copy_of` is the job that it prints again.
    """
    fields, refusal = b"{}", ""
    try:
        fields = msgspec.json.encode(fields_of(record, hold, bench=bench))
    except PrinterRefused as error:
        refusal = str(error)
    return LabelAsked(
        attempt_id=record.attempt_id,
        serial=record.scan.serial,
        layout=layout,
        fields=fields.decode(),
        by=by.strip() or wording.NOBODY,
        reason=reason,
        copy_of=copy_of,
        refusal=refusal,
    )


def fields_of(record: AttemptRecord, hold: Hold | None, *, bench: str = "") -> LabelFields:
    """What a label says of an attempt that is completed, with the hold that the laptop is on now.

    Raises `PrinterRefused` where something cannot be on a label, and where the attempt has no verdict.
    """
    if record.verdict is None:
        raise PrinterRefused(wording.no_verdict(record.status.value))
    word, note = verdict_word(record.verdict)
    if hold is not None:
        word, note = HOLD_WORD, ""
    return LabelFields(
        serial=record.scan.serial,
        verdict_word=word,
        profile=record.profile,
        attempt_id=record.attempt_id,
        laptop=record.device.model,
        tested_at=wording.tested_at(record.finished_at),
        bench=bench,
        operator=record.operator,
        note=note,
        reason=wording.held(hold.reason) if hold is not None else _reason(record),
    )


def verdict_word(verdict: Verdict) -> tuple[str, str]:
    """The screens' word as a label has it, and what they say beside it: "PASS", "marginal"."""
    word, _, beside = VERDICT_WORD[verdict].partition(" (")
    return word, beside.rstrip(")")


def _reason(record: AttemptRecord) -> str:
    """The checks that made the verdict, those that block first; empty where it may ship."""
    if record.verdict not in (Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.ERROR):
        return ""
    to_blame = [one for one in record.findings if one.verdict is record.verdict and one.severity.required]
    to_blame.sort(key=lambda one: list(Severity).index(one.severity))
    titles = list(dict.fromkeys(map(finding_title, to_blame)))
    return wording.checks_named(titles[:MOST_REASONS], len(titles) - MOST_REASONS)
