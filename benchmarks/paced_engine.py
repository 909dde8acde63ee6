"""A stand-in for the bench engine that is busier than any: 16 slots, each changing ten times a second, for ever.

    python -m benchmarks.paced_engine SOCKET SCANS

It speaks the real protocol through the real server. Every scan that reaches it is written to the file SCANS, a line
each, as it came. Slots read, judge, ask, get their verdicts and begin again; views have pages that change each second.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO, Final

import msgspec

from checks.verdict import Verdict
from station.bench.pages import (
    AttemptShown,
    CheckLine,
    CountRow,
    HealthLine,
    HealthPage,
    HistoryPage,
    HistoryRow,
    Page,
    ReceiveLine,
    ReceivePage,
    SlotGate,
    SupervisorPage,
)
from station.bench.protocol import (
    Answering,
    BenchBar,
    BenchChanged,
    BenchState,
    BrokenScan,
    Command,
    DeviceLine,
    FocusSlot,
    Goodbye,
    Guide,
    PageChanged,
    Press,
    RecentAttempt,
    Scan,
    ScanAnswer,
    ScanKept,
    ScanOutcome,
    Show,
    SlotChanged,
    SlotState,
    Stage,
    View,
)
from station.bench.server import Server

__all__ = ["SLOTS"]

SLOTS: Final = 16
A_SECOND: Final = 10
ITEMS: Final = 34
ROUND: Final = 300
"""Changes of one slot from laptop to laptop: 30 s."""

_CHECKS: Final = tuple(
    CheckLine(f"check.{number}", title, verdict, True, measured, limit, remedy)
    for number, (title, verdict, measured, limit, remedy) in enumerate(
        (
            ("Serial", Verdict.PASS, "PF3K0A5X", "", ""),
            ("Firmware mode", Verdict.PASS, "UEFI", "UEFI", ""),
            ("Processor", Verdict.PASS, "Intel Celeron N4020", "at least 2 cores", ""),
            ("Memory", Verdict.PASS, "4 GB", "at least 4 GB", ""),
            ("Storage", Verdict.PASS, "64 GB eMMC", "at least 64 GB", ""),
            ("Battery health", Verdict.FAIL, "71 %", "at least 95 %", "Put the laptop on the REPAIR shelf."),
            ("Resolution", Verdict.PASS, "1366x768", "at least 1366x768", ""),
            ("Wi-Fi", Verdict.PASS, "802.11ac, Intel 9461", "802.11ac", ""),
            ("TPM", Verdict.INCONCLUSIVE, "not measured", "2.0", "Start it again, then scan it."),
            ("Operating system", Verdict.PASS, "Windows 10 Pro Education 21H1", "Windows 10 Pro", ""),
        )
    )
)
_RECENT: Final = tuple(
    RecentAttempt(f"a{number}", f"PF3K0A{number}X", "Lenovo 300e", 1, "2021-11-03T13:58:10Z", "completed", Verdict.PASS)
    for number in range(12)
)


def _slot(number: int, tick: int) -> SlotState:
    """What a slot shows at its `tick`-th change; slots are at different places of their rounds."""
    turn, at = divmod(tick + number * 17, ROUND)
    state = SlotState(
        number,
        Stage.COLLECTING,
        link="network",
        serial=f"PF{number:02}{turn % 10_000:04}X",
        laptop="Lenovo 300e 2nd Gen (81M9)",
        now=f"reading smart-nvme{tick % 97}n1, block {tick % 1009}",
        done=at * ITEMS // 200,
        expected=ITEMS,
        seconds=at / A_SECOND,
        checks=_CHECKS[: at // 25],
        checks_expected=len(_CHECKS),
        attempt_id=f"{number}-{turn}",
        left=float(max(0, 250 - at) // A_SECOND),
    )
    if at >= 280:
        verdict = Verdict.FAIL if number % 3 else Verdict.PASS
        # The verdict stands while its label is made and sent: that is told too.
        headline = f"1 check failed. Label {at - 280} of 20 is being printed."
        return msgspec.structs.replace(state, stage=Stage.DONE, verdict=verdict, headline=headline, checks=_CHECKS)
    if at >= 230:
        return msgspec.structs.replace(state, stage=Stage.JUDGING, now=f"judging, step {at}")
    if at >= 150 and number % 4 == 2:
        guide = Guide(Answering.DOING, "Each key must be there.", ("Press each key once.",), f"{at} of 230", at, 230)
        asked = "Press every key of the keyboard once."
        return msgspec.structs.replace(
            state, stage=Stage.ASKING, question=asked, question_place=1, questions=2, turn=1, guide=guide
        )
    return state


def _page(view: View, tick: int) -> Page | None:
    """The page of a view, a little different each second."""
    serial = f"PF{tick:06}X"
    row = HistoryRow(1, "a1", serial, "Lenovo 300e", 3, "Anna", "2021-11-03T13:58:10Z", "completed", Verdict.FAIL)
    rows = tuple(msgspec.structs.replace(row, number=number) for number in range(1, 10))
    match view:
        case View.HISTORY:
            return HistoryPage("", f"{tick} tests", rows, 1, tick + 9, AttemptShown(row, 38.0, "winter", "", _CHECKS))
        case View.RECEIVE:
            line = ReceiveLine(serial, "carton", "received", f"Carton {tick} was counted.", "2021-11-03T13:58:10Z")
            return ReceivePage("D-1042", "Acme", "Scan a carton.", "carton", 9_999, tick, 5, 1, 0, (line,) * 9)
        case View.SUPERVISOR:
            counts = tuple(CountRow(f"slot {number}", tick, tick, 0, 0) for number in range(1, SLOTS + 1))
            return SupervisorPage("since 06:00", tick, tick, slots=counts, models=counts[:3], reasons=counts[:4])
        case View.HEALTH:
            well = tuple(HealthLine(f"thing {number}", True, True, f"looked at {tick}") for number in range(9))
            gates = tuple(SlotGate(number, "open", "as expected", "as expected", "") for number in range(1, SLOTS + 1))
            return HealthPage("early", "2021-11-03T13:58:10Z", well, gates)
        case _:
            return None


class _Engine:
    def __init__(self, server: Server, scans: IO[bytes]) -> None:
        self._server = server
        self._scans = scans
        self._ticks = 0
        devices = (DeviceLine("scanner", "serial scanner", "ready"), DeviceLine("printer", "printer", "ready"))
        self._bar = BenchBar(
            "Bench 3",
            "Anna Kowalska",
            "ghwt@1",
            "Winter 2021: Windows laptop",
            unsent=12,
            oldest_unsent_seconds=312.0,
            central="ok",
            today=41,
            today_passed=37,
            devices=devices,
        )
        self._slots = {number: _slot(number, 0) for number in range(1, SLOTS + 1)}

    def state(self) -> BenchState:
        slots = tuple(self._slots.values())
        return BenchState(self._bar, slots, _RECENT, page=_page(self._bar.view, self._ticks // A_SECOND))

    async def handle(self, command: Command) -> None:
        match command:
            case Scan(text=text, scanner=scanner, ref=ref):
                self._scans.write(text.encode() + b"\n")
                sentence = f"Slot {self._bar.focus} tests {text}."
                self._server.publish(ScanAnswer(ScanOutcome.ACCEPTED, text, sentence, self._bar.focus, scanner, ref))
            case BrokenScan(text=text, ref=ref):
                self._scans.write(b"broken " + text.encode() + b"\n")
                self._server.publish(ScanKept(ref))
            case FocusSlot(slot=slot):
                self._show(focus=slot)
            case Show(view=view):
                self._show(view=view)
                self._server.publish(PageChanged(_page(view, self._ticks // A_SECOND)))
            case Press(verb=verb):
                self._server.publish(ScanAnswer(ScanOutcome.REFUSED, verb, "Nothing can come of it.", scanner="key"))

    def _show(self, **changes: object) -> None:
        self._bar = msgspec.structs.replace(self._bar, **changes)
        self._server.publish(BenchChanged(self._bar, _RECENT))

    async def run(self) -> None:
        """Each slot has its own moment within the tenth of a second, as slots of their own have."""
        loop = asyncio.get_running_loop()
        begun, steps = loop.time(), 0
        while True:
            self._ticks, place = divmod(steps, SLOTS)
            number = place + 1
            self._slots[number] = _slot(number, self._ticks)
            self._server.publish(SlotChanged(self._slots[number]))
            if number == SLOTS and self._ticks % A_SECOND == 0:
                self._show(unsent=12 + self._ticks // A_SECOND, oldest_unsent_seconds=float(self._ticks // A_SECOND))
                if (page := _page(self._bar.view, self._ticks // A_SECOND)) is not None:
                    self._server.publish(PageChanged(page))
            steps += 1
            await asyncio.sleep(begun + steps / (SLOTS * A_SECOND) - loop.time())


async def _serve(socket: Path, scans: IO[bytes], stopped: Callable[[asyncio.Event], None]) -> None:
    server = Server(socket, "stand-in")
    engine = _Engine(server, scans)
    await server.start(engine.state, engine.handle)
    end = asyncio.Event()
    stopped(end)
    running = asyncio.create_task(engine.run())
    await end.wait()
    running.cancel()
    await server.stop(Goodbye("The stand-in ends."))


def main() -> int:
    """Runs until it is told to end."""
    with Path(sys.argv[2]).open("ab", buffering=0) as scans:

        def stopped(end: asyncio.Event) -> None:
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, end.set)

        asyncio.run(_serve(Path(sys.argv[1]), scans, stopped))
    return 0


if __name__ == "__main__":
    sys.exit(main())
