"""What the views of the bench beside the slots show: history, receiving, the supervisor's figures, the bench's health.

Immutable, and cleaned like everything that the engine sends (`station.bench.protocol`). A page has at most nine rows
from which something can be chosen: the numbers of the keys, and of the CHOICE barcodes.
"""

from __future__ import annotations

from typing import Final, TypeAlias

from msgspec import Struct

from checks.verdict import Verdict

__all__ = [
    "ROWS",
    "AttemptShown",
    "CheckLine",
    "CountRow",
    "DriftLine",
    "HealthLine",
    "HealthPage",
    "HistoryPage",
    "HistoryRow",
    "HoldRow",
    "Page",
    "ReceiveLine",
    "ReceivePage",
    "SlotGate",
    "SupervisorPage",
]

ROWS: Final = 9
"""Rows of a page from which one is chosen by its number."""


class CheckLine(Struct, frozen=True):
    """One check as the screen shows it. `measured`, `limit` and `remedy` are words; `remedy` is empty on a pass."""

    check: str
    title: str
    verdict: Verdict
    required: bool
    measured: str
    limit: str
    remedy: str = ""


class HistoryRow(Struct, frozen=True):
    """One ended attempt. `number` is 1 to 9; `kind` "production" or "bench_check"; `status` as in `AttemptRecord`.
    `retest` is why it was tested again, in words (empty: it was not). `finished_at` is UTC, RFC 3339.
    """

    number: int
    attempt_id: str
    serial: str
    laptop: str
    slot: int
    operator: str
    finished_at: str
    status: str
    verdict: Verdict | None
    kind: str = "production"
    retest: str = ""
    held: bool = False


class AttemptShown(Struct, frozen=True):
    """One attempt, opened: the row it was opened by, how long it took (seconds), its profile, note and checks."""

    row: HistoryRow
    seconds: float
    profile: str
    note: str
    checks: tuple[CheckLine, ...]


class HistoryPage(Struct, frozen=True, tag="history"):
    """What was looked for (empty: everything), what was found in words, nine rows of it, newest first, and the one that
    is open. `first` is the place of the first row among `total`, from 1.
    """

    query: str = ""
    sentence: str = ""
    rows: tuple[HistoryRow, ...] = ()
    first: int = 1
    total: int = 0
    opened: AttemptShown | None = None


class ReceiveLine(Struct, frozen=True):
    """One code that was counted in, newest first. `kind` is "pallet", "carton" or "laptop"; `outcome` "received",
    "again" (counted once), "extra" (not on the delivery) or "damaged"; `at` is UTC, RFC 3339.
    """

    code: str
    kind: str
    outcome: str
    sentence: str
    at: str


class ReceivePage(Struct, frozen=True, tag="receive"):
    """One delivery at the door. `reference` is empty where none is open; `expected` is 0 where no list of it is here.

    `expected`, `received` and `missing` are of `counted` ("carton" or "laptop"), `extra` and `damaged` of everything.
    `missing_named` are some of those still missing; where no delivery is open, deliveries that are still to come.
    `asked` is a question that GO answers with yes and UNDO with no (empty: none).
    """

    reference: str = ""
    supplier: str = ""
    prompt: str = ""
    counted: str = "carton"
    expected: int = 0
    received: int = 0
    missing: int = 0
    extra: int = 0
    damaged: int = 0
    lines: tuple[ReceiveLine, ...] = ()
    missing_named: tuple[str, ...] = ()
    asked: str = ""


class CountRow(Struct, frozen=True):
    """Attempts of one slot, model or check: how many there were, and of them shippable, failing and undecided."""

    name: str
    done: int
    passed: int
    failed: int
    review: int


class HoldRow(Struct, frozen=True):
    """One laptop on hold; `number` is 1 to 9, and 0 past them. `since` is UTC, RFC 3339."""

    number: int
    serial: str
    since: str
    by: str
    reason: str


class DriftLine(Struct, frozen=True):
    """One reading of one golden laptop over its runs, oldest first; centre and limits of its individuals chart (all
    0.0 until there are enough). `state` is "steady", "drifting" or "too few"; `sentence` says it in words. `said` are
    the newest value, the centre, the lower and the upper limit in words ("4.1 GB"), as far as there are any.
    """

    serial: str
    title: str
    unit: str
    values: tuple[float, ...]
    centre: float
    low: float
    high: float
    state: str
    sentence: str
    said: tuple[str, ...] = ()


class SupervisorPage(Struct, frozen=True, tag="supervisor"):
    """This bench since a moment (`since`, in words), laptops of deliveries only. `first_pass` of `first` serials passed
    at their first completed attempt. `reasons` counts failing checks. `asked` and `choices`: what a chosen hold is
    released for (empty: nothing is asked). `overrides` are the latest, in words.
    """

    since: str = ""
    done: int = 0
    passed: int = 0
    failed: int = 0
    review: int = 0
    errors: int = 0
    unfinished: int = 0
    first: int = 0
    first_pass: int = 0
    retests: int = 0
    slots: tuple[CountRow, ...] = ()
    models: tuple[CountRow, ...] = ()
    reasons: tuple[CountRow, ...] = ()
    holds: tuple[HoldRow, ...] = ()
    overrides: tuple[str, ...] = ()
    drift: tuple[DriftLine, ...] = ()
    asked: str = ""
    choices: tuple[str, ...] = ()


class HealthLine(Struct, frozen=True):
    """One thing that the bench needs. `must`: without it no laptop is tested. `remedy` is empty where all is well."""

    name: str
    well: bool
    must: bool
    found: str
    remedy: str = ""


class SlotGate(Struct, frozen=True):
    """How one slot stands this shift: `state` is "open", "blocked", "waived" or "off" (no golden laptop is registered).
    `good` and `bad` say how the golden and the known-bad laptop came out here; `sentence` what to do.
    """

    slot: int
    state: str
    good: str
    bad: str
    sentence: str


class HealthPage(Struct, frozen=True, tag="health"):
    """What the doctor found, and when (UTC, RFC 3339; empty: it is still looking), and how each slot stands."""

    shift: str = ""
    looked_at: str = ""
    lines: tuple[HealthLine, ...] = ()
    gates: tuple[SlotGate, ...] = ()


Page: TypeAlias = HistoryPage | ReceivePage | SupervisorPage | HealthPage
