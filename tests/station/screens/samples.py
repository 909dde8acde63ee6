"""Bench states to paint: one of each kind, with readings of the sort the engine sends."""

from msgspec.structs import replace

from checks.verdict import Verdict
from specs.asking import GENERAL_SYMPTOMS
from station.bench.pages import Page
from station.bench.protocol import (
    Answering,
    BenchBar,
    BenchState,
    CheckLine,
    DeviceLine,
    Guide,
    RecentAttempt,
    SlotState,
    Stage,
    Stop,
    StopKind,
    View,
)
from station.bench.task_words import EXERCISE_WORDS, WHICH_NUMBER, what_is_wrong

P, M, F, I, E = Verdict.PASS, Verdict.MARGINAL, Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.ERROR  # noqa: E741

HOSTILE = (
    "\x1b]0;PWNED\x07\x1b[31mred\x1b[0m [/foo] [@click=app.quit]x[/] [bold]b[/bold] "
    "\u202egnp.exe\u2066 \x9b31m \x1bP1$r\x1b\\ \x00\x08\x7f "
)
LONG = "X" * 10_000


def bar(**changes) -> BenchBar:
    values = {
        "bench": "Bench 3",
        "operator": "Anna Kowalska",
        "profile": "ghwt-2021w-windows-laptop@2021-10-18",
        "profile_title": "Get Help With Technology, winter 2021: Windows laptop",
        "unsent": 12,
        "oldest_unsent_seconds": 312.0,
        "central": "ok",
        "pages_url": "http://bench3:8600/",
        "today": 41,
        "today_passed": 37,
    }
    return BenchBar(**{**values, **changes})


def check(name: str, title: str, verdict: Verdict, measured: str, limit: str = "", remedy: str = "", required=True):
    return CheckLine(name, title, verdict, required, measured, limit, remedy)


PASSES = (
    check("identity.serial", "Serial", P, "PF3K0A5X"),
    check("firmware.mode", "Firmware mode", P, "UEFI", "UEFI"),
    check("processor.model", "Processor", P, "Intel Celeron N4020", "at least 2 cores"),
    check("memory.installed", "Memory", P, "4 GB", "at least 4 GB"),
    check("storage.size", "Storage", P, "64 GB eMMC", "at least 64 GB"),
    check("display.size", "Display", P, "11.6 in", "at least 11 in"),
    check("display.resolution", "Resolution", P, "1366x768", "at least 1366x768"),
    check("wifi.standard", "Wi-Fi", P, "802.11ac, Intel 9461", "802.11ac"),
    check("tpm.version", "TPM", P, "2.0", "2.0"),
    check("os.edition", "Operating system", P, "Windows 10 Pro Education 21H1", "Windows 10 Pro"),
    check("camera.present", "Camera", P, "1", "at least 1", required=False),
)

FAILS = (
    check(
        "battery.health",
        "Battery health",
        F,
        "71 %",
        "at least 95 %",
        "Put the laptop on the REPAIR shelf: the battery must be replaced.",
    ),
    check(
        "firmware.secure_boot",
        "Secure Boot",
        F,
        "off",
        "on",
        "Press F1 at start, Security, Secure Boot: switch it on, then scan again.",
    ),
    check(
        "storage.health",
        "Storage health",
        F,
        "12 reallocated sectors",
        "at most 0",
        "Put the laptop on the REPAIR shelf: the drive must be replaced.",
    ),
    check(
        "memory.installed",
        "Memory",
        F,
        "2 GB in 1 of 2 slots",
        "at least 4 GB",
        "Open the bottom cover and look for a loose module in slot 2.",
    ),
)

UNSURE = (
    check(
        "battery.health",
        "Battery health",
        I,
        "the battery gave no full charge",
        "at least 95 %",
        "Leave it on mains for ten minutes, then scan again.",
    ),
)

BROKEN = (
    check("tpm.version", "TPM", E, "not readable: permission denied", "2.0", "Start the bench as root and scan again."),
)


def slot(number=1, stage=Stage.READY, **changes) -> SlotState:
    values = {"link": "this machine", "checks_expected": 12}
    return SlotState(number=number, stage=stage, **{**values, **changes})


SEEN = {"serial": "PF3K0A5X", "laptop": "Lenovo 300e 2nd Gen (81M9)", "attempt_id": "a1", "seconds": 38.4}

RECENT = (
    RecentAttempt("a9", "PF3K0A4X", "Lenovo 300e 2nd Gen (81M9)", 1, "2021-11-03T13:58:10Z", "completed", P),
    RecentAttempt("a8", "PF3K0A3X", "Lenovo 300e 2nd Gen (81M9)", 1, "2021-11-03T13:52:41Z", "completed", F),
    RecentAttempt("a7", "PF3K0A2X", "Lenovo 300e 2nd Gen (81M9)", 1, "2021-11-03T13:49:02Z", "completed", M),
    RecentAttempt("a6", "PF3K0A1X", "Lenovo 300e 2nd Gen (81M9)", 1, "2021-11-03T13:44:30Z", "interrupted", None),
)


def bench(*slots: SlotState, notices=(), **changes) -> BenchState:
    return BenchState(bar(**changes), slots or (slot(),), RECENT, notices)


READY = bench(notices=("The test of PF3K0A1X was interrupted at 13:44. Scan that laptop again.",))
COLLECTING = bench(
    slot(
        stage=Stage.COLLECTING,
        now="reading smart-nvme0n1",
        done=14,
        expected=34,
        **{**SEEN, "seconds": 12.2},
    )
)
JUDGING = bench(slot(stage=Stage.JUDGING, now="battery health", checks=(*FAILS[:1], *PASSES[:5]), **SEEN))
PASS = bench(slot(stage=Stage.DONE, verdict=P, headline="All 10 checks passed.", checks=PASSES, **SEEN))
MARGINAL = bench(
    slot(
        stage=Stage.DONE,
        verdict=M,
        headline="1 reading is only just within its limit. It ships.",
        checks=(*PASSES, check("battery.health", "Battery health", M, "96 %", "at least 95 %")),
        **SEEN,
    )
)
FAIL = bench(
    slot(
        stage=Stage.DONE,
        verdict=F,
        headline="4 checks failed.",
        checks=(*PASSES[:3], *FAILS, *PASSES[4:]),
        **SEEN,
    )
)
REVIEW = bench(
    slot(
        stage=Stage.DONE,
        verdict=I,
        headline="1 check could not be decided.",
        checks=(*PASSES, *UNSURE),
        **SEEN,
    )
)
ERROR = bench(
    slot(
        stage=Stage.DONE,
        verdict=E,
        headline="The bench could not do 1 check.",
        checks=(*PASSES, *BROKEN),
        **SEEN,
    )
)
ABORTED = bench(
    slot(stage=Stage.ABORTED, headline="The technician stopped it.", checks=PASSES[:2], **{**SEEN, "seconds": 9})
)
FOUR = bench(
    PASS.slots[0],
    slot(
        2,
        Stage.DONE,
        verdict=F,
        headline="4 checks failed.",
        checks=(*PASSES, *FAILS),
        **{**SEEN, "serial": "PF3K0A6X"},
    ),
    slot(
        3,
        Stage.COLLECTING,
        now="reading smart-nvme0n1",
        done=14,
        expected=34,
        **{**SEEN, "serial": "PF3K0A7X"},
    ),
    slot(
        4,
        Stage.DONE,
        verdict=I,
        headline="1 check could not be decided.",
        checks=(*PASSES, *UNSURE),
        **{**SEEN, "serial": "PF3K0A8X"},
    ),
)

# The longest question of the library, and a short one.
HWID = (
    "Hold Esc and Refresh, press Power; at the recovery screen press Tab. The line HWID must begin with the model's "
    "code name. Switch it off with Power, press nothing else."
)
KEYBOARD = "On the keys: £ above the 3, and an Enter key two rows high."

ASKING = bench(
    slot(
        stage=Stage.ASKING,
        now="Waiting for you: answer the question.",
        checks=PASSES[:6],
        question=HWID,
        question_place=2,
        turn=2,
        questions=3,
        **SEEN,
    )
)
ASKED_WHILE_READING = bench(
    slot(
        stage=Stage.COLLECTING,
        now="reading smart-nvme0n1",
        done=14,
        expected=34,
        question=KEYBOARD,
        question_place=1,
        turn=1,
        questions=3,
        **{**SEEN, "seconds": 12.2},
    )
)
_KEYS, _COLOURS = EXERCISE_WORDS["keyboard"], EXERCISE_WORDS["display"]


def asking(question: str, guide: Guide, **changes) -> BenchState:
    """A slot that waits for what that guide helps with."""
    return bench(replace(ASKING.slots[0], question=question, turn=5, guide=guide, **changes))


DOING = asking(_KEYS.look, Guide(Answering.DOING, _KEYS.purpose, _KEYS.steps, "41 of 87 keys", 41, 87))
SHOWING = asking(_COLOURS.look, Guide(Answering.VERDICT, _COLOURS.purpose, _COLOURS.steps, "picture 3 of 7", 3, 7))
LISTED = asking(
    what_is_wrong(_COLOURS.look),
    Guide(Answering.SYMPTOM, choices=tuple(symptom.words for symptom in _COLOURS.symptoms)),
)
LISTED_SHORT = asking(
    what_is_wrong(KEYBOARD),
    Guide(Answering.SYMPTOM, choices=tuple(symptom.words for symptom in GENERAL_SYMPTOMS)),
)
NUMBER = asking(WHICH_NUMBER, Guide(Answering.NUMBER, progress="all of it has been shown"))
HELD = bench(
    slot(stage=Stage.DONE, verdict=P, headline="All 10 checks passed.", checks=PASSES, held=True, **SEEN),
)
HELD_WHILE_READING = bench(replace(COLLECTING.slots[0], held=True))
SCANNER_AWAY = DeviceLine(
    "scanner",
    "serial scanner /dev/ttyACM0",
    "away",
    "The serial scanner at /dev/ttyACM0 was unplugged. Plug it in again; it is found by itself.",
)
CAMERA_BLIND = DeviceLine(
    "scanner",
    "camera 0",
    "blind",
    "A code is there, but out of focus: move it slowly to and fro until it is sharp.",
)
NO_LABELS = DeviceLine(
    "printer", "printer 10.0.0.9", "fault", "The printer is out of labels. Put in a new roll; it goes on by itself."
)
WELL = (
    DeviceLine("scanner", "serial scanner /dev/ttyACM0", "ready"),
    DeviceLine("scanner", "camera 0", "ready"),
    DeviceLine("printer", "printer 10.0.0.9", "ready"),
)
TROUBLED = bench(PASS.slots[0], devices=(SCANNER_AWAY, CAMERA_BLIND, NO_LABELS), labels_waiting=3)
ALL_WELL = bench(PASS.slots[0], devices=WELL, labels_waiting=1)
PROMISED = bench(
    PASS.slots[0],
    slot(
        2,
        Stage.ASKING,
        question=KEYBOARD,
        question_place=3,
        turn=3,
        questions=3,
        checks=PASSES[:6],
        **{**SEEN, "serial": "PF3K0A6X"},
    ),
    slot(3),
    replace(FOUR.slots[0], number=4, serial="PF3K0A8X", held=True),
    next_slot=3,
    focus=3,
)
SIXTEEN = bench(
    *(
        slot(n, Stage.COLLECTING, now=f"reading item {n}", done=n, expected=34, **{**SEEN, "serial": f"PF3K{n:02}"})
        for n in range(1, 17)
    )
)

CROWDED = bench(
    *(
        replace(ASKING.slots[0], number=n, serial=f"PF3K{n:02}") if n in {6, 11} else SIXTEEN.slots[n - 1]
        for n in range(1, 17)
    ),
    devices=TROUBLED.bar.devices,
    labels_waiting=3,
    focus=6,
)
CROWDED_LIST = bench(
    *(
        replace(one, question=LISTED.slots[0].question, guide=LISTED.slots[0].guide) if one.number == 6 else one
        for one in CROWDED.slots
    ),
    focus=6,
)


# What stops a slot, and what a bench of several shifts has besides.

TWO_SERIALS = "The label says PF3K0A6X, the laptop says PF3K0A5X. Scan the right label, or put both aside."
POWER_CUT = "The power went at 13:44 in the middle of this test. Nothing is decided, and 14 of 34 readings are kept."
CONFLICT = bench(
    slot(
        stage=Stage.STOPPED,
        says="PF3K0A5X",
        serial="PF3K0A6X",
        laptop="Lenovo 300e 2nd Gen (81M9)",
        stop=Stop(
            StopKind.CONFLICT,
            TWO_SERIALS,
            "HOLD",
            "puts both serials on hold",
        ),
    )
)
INTERRUPTED = bench(
    slot(
        stage=Stage.STOPPED,
        says="PF3K0A5X",
        **{**SEEN, "seconds": 14.0},
        checks=PASSES[:4],
        stop=Stop(
            StopKind.INTERRUPTED,
            POWER_CUT,
            "GO",
            "goes on from what was read",
        ),
    )
)
WHY_BLOCKED = (
    "The golden laptop PF3K0G1X has not been tested in this slot since 14:00. Put it in and scan it, then the"
    " known-bad PF3K0B1X."
)
BLOCKED_READY = bench(slot(blocked=WHY_BLOCKED, says="PF3K0A5X"))
BLOCKED_DONE = bench(replace(PASS.slots[0], blocked=WHY_BLOCKED))
BENCH_CHECK = bench(replace(COLLECTING.slots[0], serial="PF3K0G1X", bench_check=True, left=41.0))
SAYS = bench(slot(says="PF3K0A5X", laptop="Lenovo 300e 2nd Gen (81M9)"))
REASON = asking(
    "It was tested here at 14:01: FAIL. Why is it tested again?",
    Guide(
        Answering.REASON,
        choices=("It was repaired", "The first test was disturbed", "Another bench wants to know", "Another reason"),
    ),
    stage=Stage.COLLECTING,
    done=14,
    expected=34,
    now="reading smart-nvme0n1",
    left=41.0,
)
_MIXED = (
    PASS.slots[0],
    FOUR.slots[1],
    replace(BENCH_CHECK.slots[0], number=3),
    replace(REVIEW.slots[0], number=4, serial="PF3K0A8X"),
    replace(CONFLICT.slots[0], number=5),
    replace(ASKING.slots[0], number=6, serial="PF3K0B6X"),
    replace(HELD.slots[0], number=7, serial="PF3K0B7X"),
    replace(SAYS.slots[0], number=8, says="PF3K0B8X"),
    replace(BLOCKED_READY.slots[0], number=9, says="PF3K0B9X"),
    replace(BLOCKED_DONE.slots[0], number=10, serial="PF3K0C1X"),
    replace(INTERRUPTED.slots[0], number=11, serial="PF3K0C2X"),
    replace(ERROR.slots[0], number=12, serial="PF3K0C3X"),
    replace(ABORTED.slots[0], number=13, serial="PF3K0C4X"),
    replace(JUDGING.slots[0], number=14, serial="PF3K0C5X", left=3.0),
    slot(15, Stage.EMPTY, headline="No laptop is on cable 15.", link="serial:/dev/ttyUSB7"),
    replace(REASON.slots[0], number=16, serial="PF3K0C7X"),
)
SIGNED_IN = {"role": "supervisor", "shift": "late shift, 14:00 to 22:00"}
MIXED = bench(*_MIXED, devices=WELL, waiting=("PF3K0D1X",), **SIGNED_IN)
MIXED_8 = bench(*_MIXED[:8], devices=WELL, focus=6, **SIGNED_IN)
MIXED_4 = bench(*(replace(one, number=n) for n, one in enumerate(_MIXED[2:6], 1)), focus=3, **SIGNED_IN)
BADGE_WANTED = replace(
    MIXED_4,
    bar=replace(MIXED_4.bar, badge_wanted="a second person, to test PF3K0A6X in slot 3 all the same"),
)
NOBODY = bench(slot(says="PF3K0A5X"), operator="")


def looks_at(state: BenchState, view: View, page: Page | None = None) -> BenchState:
    """The same bench in another view."""
    return replace(state, bar=replace(state.bar, view=view), page=page)


def hostile(text: str, view: View = View.BENCH, page: Page | None = None) -> BenchState:
    """Everything in a bench says `text`; in view SLOT its slot has stopped."""
    lines = tuple(
        check(text, text, verdict, text, text, text, required)
        for verdict, required in (*((verdict, True) for verdict in Verdict), (P, False))
    )
    one = SlotState(
        1,
        Stage.DONE if view is not View.SLOT else Stage.STOPPED,
        text,
        text,
        text,
        text,
        5,
        9,
        3.0,
        lines,
        12,
        Verdict.FAIL,
        text,
        text,
        text,
        10**9,
        -3,
        -1,
        Guide(Answering.DOING, text, (text,), text, -1, 10**9, (text,)),
        held=True,
        says=text,
        left=1e300,
        stop=Stop(StopKind.CONFLICT, text, text, text),
        blocked=text,
        bench_check=True,
    )
    devices = tuple(DeviceLine(text, text, state, text) for state in ("ready", "away", "blind", "fault", text))
    words = BenchBar(text, text, text, text, 5, 9e9, 3, text, text, text, 1, 1, -1, 10**9, devices, 10**9, text)
    words = replace(words, badge_wanted=text, waiting=(text,) * 2, shift=text, view=view)
    return BenchState(words, (one,), (RecentAttempt(text, text, text, 1, text, text, None),), (text,), page)
