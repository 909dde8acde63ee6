"""What the bench looks like, at both sizes. pytest writes `snapshot_report.html` of what changed.

`--snapshot-update` takes the change.
"""

import asyncio
import os
from pathlib import Path

import pytest

from hardware.scanners.wording import BROKEN_SCAN
from station.bench.protocol import BenchState, View
from station.screens import wording
from station.screens.app import BenchApp
from station.screens.bridge import Connection
from station.screens.cleaning import cleaned_event
from station.screens.shown import Act, Answer, Contact, Question, Seen, Shown
from station.screens.sounds import Sounds
from station.screens.timing import Clock
from tests.station.screens import page_samples, samples

SIZES = [(80, 24), (160, 50)]
LOST = Contact.LOST
ACCEPTED = Answer("accepted", "PF3K0A5X", "Slot 1 has started.", fresh=False)


def shown(state: BenchState | None, **changes) -> Shown:
    return Shown(**{"state": state, "contact": Contact.LIVE, "answer": ACCEPTED, **changes})


CASES = {
    "starting": Shown(),
    "not_starting": Shown(problem=wording.CANNOT_START.format(why="no space left on device")),
    "ready": shown(samples.READY, answer=None),
    "typing": shown(samples.READY, typed="PF3K0"),
    "collecting": shown(samples.COLLECTING),
    "judging": shown(samples.JUDGING),
    "pass": shown(samples.PASS),
    "marginal": shown(samples.MARGINAL),
    "fail": shown(samples.FAIL),
    "fail_page_2": shown(samples.FAIL, page=1, pages=2),
    "review": shown(samples.REVIEW),
    "error": shown(samples.ERROR),
    "aborted": shown(samples.ABORTED),
    "accepted_fresh": shown(samples.COLLECTING, answer=Answer("accepted", "PF3K0A5X", "Slot 1 has started.")),
    "refused": shown(
        samples.FAIL, answer=Answer("refused", "4006381333931", "That is the carton's code. Scan the serial number.")
    ),
    "broken": shown(samples.READY, answer=Answer("broken", "PF3K0", BROKEN_SCAN)),
    "stop_question": shown(
        samples.COLLECTING, question=Question(Act.STOP, wording.ASK_STOP.format(slot=1), 0.0, Seen(1, "a1"))
    ),
    "lost": shown(samples.FAIL, contact=Contact.LOST, kept=("PF3K0A7X", "PF3K0A8X")),
    "hostile": shown(cleaned_event(samples.hostile(samples.HOSTILE)), typed=samples.HOSTILE),
    "long": shown(cleaned_event(samples.hostile(samples.LONG)), typed=samples.LONG),
    "four_slots": shown(samples.FOUR, focus=2),
    "asking": shown(samples.ASKING),
    "asked_while_reading": shown(samples.ASKED_WHILE_READING),
    "doing": shown(samples.DOING),
    "showing": shown(samples.SHOWING),
    "symptoms": shown(samples.LISTED),
    "symptoms_few": shown(samples.LISTED_SHORT),
    "number": shown(samples.NUMBER),
    "sixteen_slots_and_a_list": shown(samples.CROWDED_LIST, focus=6),
    "held": shown(samples.HELD),
    "held_while_reading": shown(samples.HELD_WHILE_READING),
    "hold_question": shown(
        samples.PASS,
        question=Question(Act.HOLD, wording.ASK_HOLD.format(serial="PF3K0A5X", slot=1), 0.0, Seen(1, "a1")),
    ),
    "devices_in_trouble": shown(samples.TROUBLED),
    "devices_well": shown(samples.ALL_WELL),
    "next_slot_promised": shown(samples.PROMISED, focus=3),
    "one_of_four_asks": shown(samples.PROMISED, focus=2),
    "sixteen_slots_a_question_and_trouble": shown(samples.CROWDED, focus=6),
    "kept_while_away": shown(
        samples.FAIL,
        contact=Contact.LOST,
        kept=("PF3K0A7X",),
        answer=Answer("kept", "PF3K0A7X", wording.KEPT_ANSWER),
    ),
    "help": shown(samples.READY, helping=True),
    "help_page_2": shown(samples.READY, helping=True, page=1, pages=9),
    "help_page_3": shown(samples.READY, helping=True, page=2, pages=9),
    "sixteen_slots_in_every_stage": shown(samples.MIXED, focus=5),
    "eight_slots": shown(samples.MIXED_8, focus=8),
    "four_slots_one_stopped": shown(samples.MIXED_4, focus=1),
    "one_slot_of_sixteen": shown(samples.looks_at(samples.MIXED, View.SLOT), focus=3),
    "conflict": shown(samples.CONFLICT),
    "conflict_among_four": shown(samples.MIXED_4, focus=3),
    "interrupted": shown(samples.INTERRUPTED),
    "blocked": shown(samples.BLOCKED_READY),
    "blocked_after_a_pass": shown(samples.BLOCKED_DONE),
    "bench_check": shown(samples.BENCH_CHECK),
    "says_who_it_is": shown(samples.SAYS),
    "why_again": shown(samples.REASON),
    "badge_wanted": shown(samples.BADGE_WANTED, focus=3),
    "nobody_signed_in": shown(samples.NOBODY, answer=None),
    "list_of_screens": shown(samples.MIXED_4, listing=True),
    "help_of_the_list": shown(samples.MIXED_4, listing=True, helping=True),
    **{
        f"help_of_{view.value}": shown(samples.looks_at(samples.MIXED_4, view), helping=True)
        for view in View
        if view is not View.BENCH
    },
    **{
        f"view_{name}": shown(samples.looks_at(samples.MIXED_4, view, content))
        for name, (view, content) in page_samples.PAGES.items()
    },
    "view_engine_lost": shown(samples.looks_at(samples.MIXED_4, View.HISTORY, page_samples.HISTORY), contact=LOST),
    **{
        f"hostile_{name}": shown(cleaned_event(samples.hostile(samples.HOSTILE, view, content)))
        for name, (view, content) in page_samples.hostile(samples.HOSTILE).items()
    },
    "hostile_stop": shown(cleaned_event(samples.hostile(samples.HOSTILE, View.SLOT))),
    "hostile_list": shown(cleaned_event(samples.hostile(samples.HOSTILE)), listing=True),
}


async def nobody() -> Connection:
    await asyncio.Event().wait()
    raise OSError


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "160x50"])
@pytest.mark.parametrize("case", CASES)
def test_the_bench_looks_as_it_did(snap_compare, case, size):
    clock = Clock(time_of_day=lambda: "14:02", now=lambda: 0.0, flash=3600.0)
    silent = Sounds(lambda delay: None, {"STATION_SOUND": "off"})
    assert snap_compare(
        BenchApp(nobody, Path(os.devnull), clock=clock, shown=CASES[case], sounds=silent), terminal_size=size
    )
