"""The bench's health: what the doctor finds here, and how each slot stands in this shift.

The doctor is a child process: devices that do not answer take it seconds, and no scan waits for them. What it found is
told to the gate, which takes no laptop in while something is missing that the bench cannot do without.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable, Sequence
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from hardware.scanners.scanner import Code
from specs.text import clean
from station.bench.command_codes import CommandCode, Verb
from station.bench.gate import Gate
from station.bench.gate_wording import shift_words
from station.bench.keeper import Keeper
from station.bench.pages import HealthLine, HealthPage, SlotGate
from station.bench.protocol import ScanOutcome
from station.bench.understanding import Understanding
from station.bench.views import wording
from station.bench.views.view import Came, Who
from station.clock import Clock
from station.doctor_symptom import Symptom
from station.paths import Paths

__all__ = ["LOOK_AGAIN_S", "PATIENCE_S", "HealthView"]

PATIENCE_S: Final = 30.0
"""Seconds that the doctor may take: a printer and a central that do not answer are given some seconds each."""
LOOK_AGAIN_S: Final = 300.0
"""Seconds after which the doctor looks again while the view is shown."""
_LONGEST_ANSWER: Final = 256 * 1024
_MOST: Final = 100


class _Said(Struct, frozen=True, forbid_unknown_fields=True):
    """A symptom as the child says it."""

    name: str
    ok: bool
    required: bool
    found: str
    remedy: str


_ANSWER: Final[msgspec.json.Decoder[list[_Said]]] = msgspec.json.Decoder(
    Annotated[list[_Said], Meta(min_length=1, max_length=_MOST)]
)


class _NoAnswer(Exception):
    """The doctor gave nothing. The message says so in words."""


class HealthView:
    """The view HEALTH. See `station.bench.views.view.BenchView`.

    `slots` gives the numbers of the slots. `told` is called when the doctor has found something out, in view or not.
    """

    def __init__(
        self,
        keeper: Keeper,
        clock: Clock,
        paths: Paths,
        gate: Gate,
        slots: Callable[[], Sequence[int]] = tuple,
        told: Callable[[], None] = lambda: None,
        command: Sequence[str] = ("station.bench.doctor_child",),
    ) -> None:
        self._clock = clock
        self._paths = paths
        self._gate = gate
        self._slots = slots
        self._told = told
        self._command = command
        self._task: asyncio.Task[None] | None = None
        self._lines: tuple[HealthLine, ...] = ()
        self._trouble: HealthLine | None = None
        self._looked_at = ""
        self._last = float("-inf")
        self._shown = HealthPage()

    @property
    def page(self) -> HealthPage:
        """What it shows."""
        self._shown = self._now()
        return self._shown

    def look(self) -> asyncio.Task[None]:
        """Lets the doctor look, unless it does so already; the task ends when it has. Nobody has to wait for it."""
        if self._task is None or self._task.done():
            self._last = self._clock.monotonic()
            self._task = asyncio.create_task(self._ask())
        return self._task

    async def stop(self) -> None:
        """The bench closes: the doctor looks no longer."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def open(self, who: Who) -> None:
        """The doctor looks; what it found before is shown meanwhile."""
        self.look()

    async def refresh(self) -> bool:
        """Every five minutes the doctor looks again."""
        if self._clock.monotonic() - self._last >= LOOK_AGAIN_S:
            self.look()
        return self._now() != self._shown

    def close(self) -> None:
        """Something else comes into view. A doctor who looks goes on: the gate waits for what is found."""

    async def read(self, codes: Sequence[Code], meaning: Understanding, who: Who) -> Came | None:
        """A scan means here what it means at the bench."""
        return None

    async def obey(self, command: CommandCode, who: Who) -> Came | None:
        """NEXT: the doctor looks again."""
        if command.verb is not Verb.NEXT:
            return None
        self.look()
        return Came(ScanOutcome.ACCEPTED, wording.LOOKING)

    def _now(self) -> HealthPage:
        looking = self._task is not None and not self._task.done()
        return HealthPage(
            shift=shift_words(self._gate.shift),
            looked_at="" if looking else self._looked_at,
            lines=(*((self._trouble,) if self._trouble else ()), *self._lines),
            gates=tuple(_clean_gate(one) for one in self._gate.gates(self._slots())),
        )

    async def _ask(self) -> None:
        try:
            found = await _examine(self._command, self._paths)
        except (_NoAnswer, OSError) as error:
            # What was found before still holds: a doctor who falls silent opens no slot and closes none.
            why = str(error) if isinstance(error, _NoAnswer) else wording.DOCTOR_BROKEN
            self._trouble = HealthLine(wording.DOCTOR_NAME, False, False, why, wording.DOCTOR_REMEDY)
        else:
            self._trouble = None
            self._lines = tuple(_line(one) for one in found)
            self._gate.symptoms(found)
        self._looked_at = self._clock.now_text()
        self._told()


async def _examine(command: Sequence[str], paths: Paths) -> list[Symptom]:
    """What the doctor finds, in a process of its own that is gone when this returns. Raises `_NoAnswer`, `OSError`."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        "-m",
        *command,
        str(paths.data),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=None,
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(PATIENCE_S):
            answer = await _bounded(process.stdout)
            status = await process.wait()
    except TimeoutError as error:
        raise _NoAnswer(wording.DOCTOR_SLOW.format(seconds=PATIENCE_S)) from error
    finally:
        if process.returncode is None:
            # Its own session: what it has started ends with it.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await asyncio.shield(process.wait())
    try:
        said = _ANSWER.decode(answer)
    except msgspec.DecodeError as error:
        raise _NoAnswer(wording.DOCTOR_BROKEN) from error
    if status != 0:
        raise _NoAnswer(wording.DOCTOR_BROKEN)
    return [Symptom(clean(one.name, 60), one.ok, one.required, clean(one.found), clean(one.remedy)) for one in said]


async def _bounded(stream: asyncio.StreamReader) -> bytes:
    """All of a stream, or what is too long to be an answer."""
    answer = bytearray()
    while len(answer) <= _LONGEST_ANSWER and (chunk := await stream.read(64 * 1024)):
        answer += chunk
    if len(answer) > _LONGEST_ANSWER:
        raise _NoAnswer(wording.DOCTOR_BROKEN)
    return bytes(answer)


def _line(found: Symptom) -> HealthLine:
    return HealthLine(found.name, found.well, found.needed, found.found, "" if found.well else found.remedy)


def _clean_gate(gate: SlotGate) -> SlotGate:
    return SlotGate(gate.slot, gate.state, clean(gate.good), clean(gate.bad), clean(gate.sentence, 512))
