"""Pages of the views beside the slots, as the engine sends them, and such as nobody should."""

from checks.verdict import Verdict
from station.bench.pages import (
    AttemptShown,
    CountRow,
    DriftLine,
    HealthLine,
    HealthPage,
    HistoryPage,
    HistoryRow,
    HoldRow,
    Page,
    ReceiveLine,
    ReceivePage,
    SlotGate,
    SupervisorPage,
)
from station.bench.protocol import View
from tests.station.screens import samples

_AT = "2021-11-03T13:58:10Z"


def row(number: int, serial: str, verdict: Verdict | None, **changes) -> HistoryRow:
    values = {
        "attempt_id": f"a{number}",
        "laptop": "Lenovo 300e 2nd Gen (81M9)",
        "slot": number,
        "operator": "Anna Kowalska",
        "finished_at": _AT,
        "status": "completed" if verdict else "interrupted",
    }
    return HistoryRow(number=number, serial=serial, verdict=verdict, **{**values, **changes})


ROWS = (
    row(1, "PF3K0A5X", Verdict.PASS),
    row(2, "PF3K0A4X", Verdict.FAIL, retest="It was repaired"),
    row(3, "PF3K0A3X", Verdict.MARGINAL),
    row(4, "PF3K0A2X", Verdict.INCONCLUSIVE, held=True),
    row(5, "PF3K0A1X", None),
    row(6, "PF3K0G1X", Verdict.PASS, kind="bench_check"),
    row(7, "PF3K0A0X", Verdict.ERROR),
    row(8, "PF3K099X", Verdict.WAIVED),
    row(9, "PF3K098X", Verdict.PASS),
)
HISTORY = HistoryPage(rows=ROWS, total=212)
HISTORY_OPENED = HistoryPage(
    query="PF3K0A4X",
    sentence="PF3K0A4X was tested 1 time. Latest: FAIL, at 13:58.",
    rows=ROWS[1:2],
    total=1,
    opened=AttemptShown(
        ROWS[1], 38.4, "ghwt-2021w-windows-laptop@2021-10-18", "", (*samples.FAILS, *samples.PASSES[4:])
    ),
)
RECEIVE = ReceivePage(
    reference="D-1042",
    supplier="Acme Ltd",
    prompt="Scan each carton.",
    expected=24,
    received=19,
    missing=5,
    extra=1,
    damaged=1,
    lines=(
        ReceiveLine("003401234567894471", "carton", "received", "12 laptops, pallet 2", _AT),
        ReceiveLine("003401234567894464", "carton", "again", "Counted already, at 13:57.", _AT),
        ReceiveLine("003409990000000017", "carton", "extra", "It is not on this delivery. Put it aside.", _AT),
        ReceiveLine("003401234567894402", "carton", "damaged", "Damaged, and counted in.", _AT),
    ),
    missing_named=("003401234567894419", "003401234567894426"),
)
RECEIVE_ASKED = ReceivePage(
    reference="D-1042",
    expected=24,
    received=19,
    missing=5,
    missing_named=RECEIVE.missing_named,
    asked="5 cartons are missing. Close the delivery all the same?",
)
SUPERVISOR = SupervisorPage(
    since="since 14:00",
    done=212,
    passed=187,
    failed=14,
    review=11,
    errors=3,
    unfinished=2,
    first=200,
    first_pass=180,
    retests=12,
    slots=(CountRow("slot 1", 50, 45, 3, 2), CountRow("slot 2", 48, 30, 11, 7)),
    models=(CountRow("Lenovo 300e 2nd Gen (81M9)", 200, 180, 10, 10),),
    reasons=(CountRow("Storage health", 0, 0, 6, 0), CountRow("Battery health", 0, 0, 4, 0)),
    holds=(
        HoldRow(1, "PF3K0A2X", _AT, "Anna Kowalska", "put on hold at the bench"),
        HoldRow(2, "PF3K0A6X", _AT, "Ben Ito", "its label said another serial"),
    ),
    overrides=("13:40 slot 3: PF3K0A6X tested all the same; asked by Anna Kowalska, approved by Ben Ito.",),
    drift=(
        DriftLine(
            "PF3K0G1X", "Battery health", "%", (97.0, 97.2, 96.8), 97.0, 95.5, 98.5, "steady", "It reads as it did."
        ),
    ),
)
SUPERVISOR_ASKED = SupervisorPage(
    since="since 14:00",
    holds=SUPERVISOR.holds,
    asked="What is PF3K0A2X released for?",
    choices=("It was repaired", "It was put on hold by mistake", "It is sold as it is"),
)
HEALTH = HealthPage(
    shift="late shift, 14:00 to 22:00",
    looked_at=_AT,
    lines=(
        HealthLine("scanner", True, False, "serial scanner at /dev/ttyACM0"),
        HealthLine("printer", False, False, "no answer at 10.0.0.9", "Switch the printer on, and look at its cable."),
        HealthLine("clock", True, True, "set by the network, 0.01 s off"),
        HealthLine("disk", False, True, "0.2 GB free", "Delete old pictures, or call the supervisor."),
    ),
    gates=(
        SlotGate(1, "open", "PASS at 14:05", "FAIL at 14:09, as it must", ""),
        SlotGate(2, "blocked", "not tested yet", "not tested yet", samples.WHY_BLOCKED),
        SlotGate(3, "waived", "not tested yet", "not tested yet", "Ben Ito lets it test until 22:00."),
        SlotGate(4, "off", "", "", ""),
    ),
)

PAGES: dict[str, tuple[View, Page]] = {
    "history": (View.HISTORY, HISTORY),
    "history_opened": (View.HISTORY, HISTORY_OPENED),
    "receive": (View.RECEIVE, RECEIVE),
    "receive_nothing_open": (View.RECEIVE, ReceivePage(prompt="Scan the delivery note.")),
    "receive_asked": (View.RECEIVE, RECEIVE_ASKED),
    "supervisor": (View.SUPERVISOR, SUPERVISOR),
    "supervisor_asked": (View.SUPERVISOR, SUPERVISOR_ASKED),
    "health": (View.HEALTH, HEALTH),
    "health_still_looking": (View.HEALTH, HealthPage()),
}


def hostile(text: str) -> dict[str, tuple[View, Page]]:
    """A page of each view in which everything says `text`."""
    rows = tuple(
        HistoryRow(number, text, text, text, -1, text, text, text, verdict, text, text, True)
        for number, verdict in enumerate((*Verdict, None), 1)
    )
    counts = (CountRow(text, 10**9, -1, 0, 10**9),) * 20
    drift = (DriftLine(text, text, text, (1e300, -1e300, -1.0), 0.0, 0.0, 0.0, text, text),)
    checks = samples.hostile(text).slots[0].checks
    line = HealthLine(text, False, True, text, text)
    received = ReceiveLine(text, text, text, text, text)
    return {
        "history": (View.HISTORY, HistoryPage(text, text, rows, -5, 10**9)),
        "history_opened": (
            View.HISTORY,
            HistoryPage(text, text, rows, 1, 1, AttemptShown(rows[0], -1.0, text, text, checks)),
        ),
        "receive": (
            View.RECEIVE,
            ReceivePage(text, text, text, text, 10**9, -1, 10**9, 1, 1, (received,) * 30, (text,) * 30, text),
        ),
        "supervisor": (
            View.SUPERVISOR,
            SupervisorPage(
                text,
                10**9,
                slots=counts,
                models=counts,
                reasons=counts,
                holds=(HoldRow(1, text, text, text, text),) * 9,
                overrides=(text,) * 9,
                drift=drift,
                asked=text,
                choices=(text,) * 9,
            ),
        ),
        "health": (
            View.HEALTH,
            HealthPage(text, text, (line,) * 20, tuple(SlotGate(n, text, text, text, text) for n in range(17))),
        ),
    }
