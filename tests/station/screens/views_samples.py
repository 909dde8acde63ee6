"""Pages of the history, supervisor and health views, of the sort that the engine sends."""

from msgspec.structs import replace

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
    SlotGate,
    SupervisorPage,
)
from tests.station.screens.samples import FAILS, PASSES

P, M, F, I, E = Verdict.PASS, Verdict.MARGINAL, Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.ERROR  # noqa: E741

_LENOVO = "Lenovo 300e 2nd Gen (81M9)"


def row(number: int, serial: str, verdict: Verdict | None, status: str = "completed", **changes) -> HistoryRow:
    values = {
        "attempt_id": f"a{number}",
        "laptop": _LENOVO,
        "slot": number,
        "operator": "Anna Kowalska",
        "finished_at": f"2021-11-03T13:{50 - number:02}:10.000Z",
    }
    return HistoryRow(**{"number": number, "serial": serial, "verdict": verdict, "status": status, **values, **changes})


ROWS = (
    row(1, "PF3K0A5X", P),
    row(2, "PF3K0A4X", F, held=True, retest="It was repaired, or a part was changed"),
    row(3, "PF3K0A3X", M),
    row(4, "PF3K0A2X", I),
    row(5, "PF3K0A1X", None, "interrupted"),
    row(6, "PF3K0A0X", None, "aborted", laptop=""),
    row(7, "GOLDEN01", F, kind="bench_check"),
    row(8, "5CG0411XYZ", E, slot=16, laptop="HP ProBook x360 11 G5 EE"),
    row(9, "YX00ABCD", P, laptop="Dell Latitude 3190"),
)
NEWEST = HistoryPage(rows=ROWS, first=1, total=1204)
FOUND = HistoryPage(
    "PF3K0A4X", "PF3K0A4X: 3 tests here; last FAIL at 13:48. It is on hold.", (replace(ROWS[1], number=1),), 1, 1
)
NOT_FOUND = HistoryPage(
    "K0Q", "K0Q: no laptop with that in its serial was tested at this bench. Look at another bench."
)
NO_TESTS = HistoryPage(sentence="No test has ended at this bench yet.")
OPENED = replace(
    NEWEST,
    opened=AttemptShown(
        ROWS[1],
        312.0,
        "ghwt-2021w-windows-laptop@2021-10-18",
        "Tested all the same: Ben Achebe approved it.",
        (*FAILS, *PASSES),
    ),
)

_HOLDS = tuple(
    HoldRow(
        number if number <= 9 else 0,
        f"PF3K0B{number:X}X",
        f"2021-11-0{1 + number % 3}T09:1{number % 10}:00.000Z",
        "Anna Kowalska",
        "put on hold at the bench" if number % 4 else "The label says another serial than the laptop itself",
    )
    for number in range(1, 12)
)
_VALUES = (91.2, 91.4, 91.1, 91.3, 91.2, 91.0, 91.4, 91.2, 91.3, 91.1, 91.2, 90.9, 90.8, 90.6, 89.9)
DRIFT = (
    DriftLine(
        "GOLDEN01",
        "Battery health",
        "%",
        _VALUES,
        91.24,
        90.42,
        92.06,
        "drifting",
        "Battery health drifts: 89.9 %, outside 90.4 to 92.1 %. Look at the slot before the next laptop.",
        ("89.9 %", "91.2 %", "90.4 %", "92.1 %"),
    ),
    DriftLine(
        "GOLDEN01",
        "Disk speed",
        "MB/s",
        (410.0, 412.0, 409.0) * 5,
        410.3,
        400.2,
        420.4,
        "steady",
        "Steady.",
        ("409 MB/s", "410 MB/s"),
    ),
    DriftLine(
        "GOLDEN02",
        "Weight",
        "kg",
        (1.31, 1.32),
        0.0,
        0.0,
        0.0,
        "too few",
        "2 of the 8 runs that limits need.",
        ("1.32 kg",),
    ),
)
FIGURES = SupervisorPage(
    since="this shift, 06:00 to 14:00",
    done=212,
    passed=187,
    failed=14,
    review=9,
    errors=2,
    unfinished=3,
    first=201,
    first_pass=179,
    retests=11,
    slots=tuple(CountRow(str(slot), 13 + slot % 3, 12, slot % 3, 1) for slot in range(1, 17)),
    models=(
        CountRow(_LENOVO, 120, 110, 6, 4),
        CountRow("HP ProBook x360 11 G5 EE", 80, 70, 7, 3),
        CountRow("Dell Latitude 3190", 12, 7, 1, 2),
    ),
    reasons=(
        CountRow("Storage health", 6, 0, 6, 0),
        CountRow("Battery health", 4, 0, 4, 0),
        CountRow("TPM", 1, 0, 1, 0),
    ),
    holds=_HOLDS,
    overrides=("13:02  tested against its label, slot 3, PF3K0A1X: Ben for Anna: the label was put on wrongly",),
    drift=DRIFT,
)
ASKED = replace(
    FIGURES,
    asked="Why is PF3K0B1X released?",
    choices=(
        "Looked at: nothing is wrong with it",
        "Repaired, and it may go on",
        "Held by mistake",
        "Goes back to the supplier",
        "Goes to recycling",
        "Label and laptop are sorted out",
    ),
)
NOTHING_DONE = SupervisorPage(since="this shift, 06:00 to 14:00")

WELL_LINES = (
    HealthLine("Python", True, True, "3.11.7."),
    HealthLine("SQLite", True, True, "3.51.3."),
    HealthLine("Store", True, True, "bench.sqlite is whole."),
    HealthLine("Disk space", True, True, "57.1 GB free (61%)."),
    HealthLine("Clock", True, True, "set by the network."),
    HealthLine("Profiles", True, True, "14 in the library, 0 faults."),
)
_GATES_OPEN = tuple(
    SlotGate(slot, "open", "as expected at 06:12", "as expected at 06:20", f"Slot {slot}: both came out as expected.")
    for slot in (1, 2)
)
READY = HealthPage("06:00 to 14:00", "2021-11-03T13:02:00.000Z", WELL_LINES, _GATES_OPEN)
TROUBLED = HealthPage(
    "06:00 to 14:00",
    "2021-11-03T13:02:00.000Z",
    (
        HealthLine("Clock", False, True, "it is 2 hours behind the network's.", "Set it: timedatectl set-ntp true."),
        HealthLine("Printer", False, False, "10.0.0.9 does not answer.", "Switch it on, and look at its cable."),
        *WELL_LINES,
    ),
    (
        *_GATES_OPEN,
        SlotGate(
            3,
            "blocked",
            "not yet in this shift",
            "not yet in this shift",
            "Slot 3: scan the golden laptop (good) GOLDEN01 first; then the known-bad laptop BAD01.",
        ),
        SlotGate(
            4,
            "waived",
            "not yet in this shift",
            "none is registered",
            "Slot 4 works without its golden laptops until 2021-11-03 14:00: Anna, approved by Ben (laptop is away).",
        ),
    ),
)
ALL_OFF = replace(
    READY, gates=tuple(SlotGate(slot, "off", "", "", "No golden laptop is registered.") for slot in range(1, 17))
)
LOOKING = HealthPage("06:00 to 14:00")
