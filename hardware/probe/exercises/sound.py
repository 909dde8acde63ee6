"""Sound: a tone from each loudspeaker, heard by each microphone. The bench names the tones anew each time."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import threading
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from ..tools import PLACES
from . import tone, wording
from .arguments import Rule
from .mixer import loud
from .processes import dying_with_parent
from .session import CannotMeasure, Session

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..tools import Tools

ARGUMENTS = {"hertz": Rule(200, 10_000, many=2)}  # of the left and of the right channel
MOST_DEVICES = 4
"""Of each kind."""
TONE_SECONDS = 1.6
LEAD_SECONDS = 0.3
"""The microphones are open before the tone begins: many a codec clicks when it wakes up."""
LONGEST_LEAD, MORE_LEAD = 3.0, 1.0
"""The longest that the first microphone is waited for, and then the others."""
LONGEST_SECONDS = 6.0
"""One tone, with the time that a slow laptop takes to begin."""
CHANNELS = ("left", "right")
_LARGEST_RECORDING = int(tone.RATE * 2 * (LONGEST_LEAD + MORE_LEAD + LONGEST_SECONDS))
_LONGEST_HEARD = int(tone.RATE * 2 * LONGEST_SECONDS)
_LONGEST_COMPLAINT = 200
_LINE = re.compile(r"(\d{2})-(\d{2}): ([^:]*):([^:]*):(.*)")


class Devices(NamedTuple):
    """The sound devices as (card, device)."""

    playback: list[tuple[int, int]]
    capture: list[tuple[int, int]]


def run(session: Session, hertz: Sequence[int]) -> dict[str, Any]:
    """Each loudspeaker and channel in turn, heard by all microphones at once."""
    tools = session.tools
    for name in ("aplay", "arecord"):
        if tools is None or tools.find(name) is None:
            raise CannotMeasure(wording.tool_missing(name))
    assert tools is not None
    devices = devices_of(session.text("/proc/asound/pcm") or "")
    if not devices.playback:
        raise CannotMeasure(wording.NO_PLAYBACK)
    if not devices.capture:
        raise CannotMeasure(wording.NO_CAPTURE)
    session.note({"loops": []}, "turning the mixer up")
    for card in sorted({card for card, _ in devices.playback + devices.capture}):
        loud(session, tools, card)
    loops: list[dict[str, Any]] = []
    turns = [(device, channel) for device in devices.playback for channel in (0, 1)]
    done = 0
    for device, channel in turns:
        if session.over():
            break
        session.note({"loops": loops}, f"playing on hw:{device[0]},{device[1]}")
        heard = _turn(session, tools, device, channel, hertz[channel], devices.capture)
        loops += heard
        done += bool(heard)
        session.progress("going", done, len(turns))
    if not loops:
        raise CannotMeasure(wording.TOO_LITTLE_TIME)
    if done < len(turns):
        session.fell_short(wording.stopped_at(done, len(turns), "tones"))
    return {"loops": loops}


def devices_of(text: str) -> Devices:
    """The devices in /proc/asound/pcm; HDMI has no loudspeaker of the laptop's behind it."""
    devices = Devices([], [])
    for line in text.split("\n"):
        found = _LINE.match(line)
        if found is None:
            continue
        card, device, kind, name, ways = found.groups()
        place = (int(card), int(device))
        hdmi = any(word in f"{kind} {name}".lower() for word in ("hdmi", "displayport", "display port"))
        if "playback" in ways and not hdmi:
            devices.playback.append(place)
        if "capture" in ways:
            devices.capture.append(place)
    return Devices(devices.playback[:MOST_DEVICES], devices.capture[:MOST_DEVICES])


def _turn(
    session: Session, tools: Tools, device: tuple[int, int], channel: int, hertz: int, captures: list[tuple[int, int]]
) -> list[dict[str, Any]]:
    recorders: list[_Recorder] = []
    player: _Player | None = None
    try:
        recorders = [_Recorder(tools, capture) for capture in captures]
        wav = tone.wav(hertz, channel, TONE_SECONDS)
        _wait(session, LONGEST_LEAD, lambda: any(one.ready() for one in recorders))
        # A microphone that gives nothing at all must not take the time of the others.
        _wait(session, MORE_LEAD, lambda: all(one.ready() for one in recorders))
        for recorder in recorders:
            recorder.begin()
        player = _Player(tools, device, wav)
        _wait(session, LONGEST_SECONDS, player.ended)
    finally:
        for process in (player, *recorders):
            if process is not None:
                process.end()
    if session.over():
        return []  # broken off in the middle, and what is left of the time is for putting back
    assert player is not None
    loops = []
    for capture, recorder in zip(captures, recorders):  # noqa: B905  # strict= came with Python 3.10
        heard = tone.heard(recorder.data(), hertz)
        error = player.error() or (recorder.error() or wording.NOTHING_RECORDED if heard is None else None)
        levels = heard or tone.Heard(tone.SILENCE_DB, tone.SILENCE_DB, 0.0)
        loops.append(
            {
                "playback": f"hw:{device[0]},{device[1]}",
                "capture": f"hw:{capture[0]},{capture[1]}",
                "channel": CHANNELS[channel],
                "hertz": hertz,
                "tone_db": levels.tone_db,
                "noise_db": levels.noise_db,
                "rms": levels.rms,
                "error": error,
            }
        )
    return loops


def _wait(session: Session, seconds: float, done: Callable[[], bool]) -> None:
    until = session.limit(seconds)
    while not done() and time.monotonic() < until and not session.over():
        session.wait(0.02)


class _Running:
    """A command of ALSA's, with one thread at its pipe, dead at the latest after `end`."""

    def __init__(self, tools: Tools, name: str, device: tuple[int, int], more: Sequence[str]) -> None:
        self.name = name
        self._complaint = b""
        self._killed = False
        program = tools.find(name) or name
        dying = dying_with_parent(signal.SIGKILL)

        def prepare() -> None:
            os.setpgrp()
            dying()

        self._process = subprocess.Popen(
            [program, "-q", "-D", f"plughw:{device[0]},{device[1]}", *more],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={"LC_ALL": "C", "PATH": os.pathsep.join(PLACES)},
            cwd="/",
            # A group of its own, to be killed with its children, in the exercise's session.
            preexec_fn=prepare,
        )
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._work, self._listen)]
        for thread in self._threads:
            thread.start()

    def _work(self) -> None:
        raise NotImplementedError

    def _listen(self) -> None:
        assert self._process.stderr is not None
        with contextlib.suppress(OSError, ValueError):
            while True:
                piece = os.read(self._process.stderr.fileno(), 4096)
                if not piece:
                    return
                self._complaint = (self._complaint + piece)[:_LONGEST_COMPLAINT]

    def ended(self) -> bool:
        """True once it ended by itself."""
        return self._process.poll() is not None

    def error(self) -> str | None:
        """What it said, where it failed by itself."""
        if self._killed or self._process.returncode == 0:
            return None
        return wording.tool_failed(self.name, self._complaint.decode("utf-8", "replace").strip().split("\n")[0])

    def end(self) -> None:
        """Kills it and what it started."""
        self._killed = self._process.poll() is None
        with contextlib.suppress(OSError):
            os.killpg(self._process.pid, signal.SIGKILL)
        with contextlib.suppress(subprocess.TimeoutExpired):  # it hangs in the kernel
            self._process.wait(1.0)
        for thread in self._threads:
            thread.join(0.5)
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


class _Player(_Running):
    def __init__(self, tools: Tools, device: tuple[int, int], wav: bytes) -> None:
        self._wav = wav
        super().__init__(tools, "aplay", device, ["-t", "wav", "-"])

    def _work(self) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(OSError, ValueError):
            self._process.stdin.write(self._wav)
            self._process.stdin.close()

    def error(self) -> str | None:
        """As of any; and one that had to be killed did not play to its end."""
        return wording.tool_failed(self.name, wording.NOT_PLAYED) if self._killed else super().error()


class _Recorder(_Running):
    def __init__(self, tools: Tools, device: tuple[int, int]) -> None:
        self._data = bytearray()
        self._begin = 0
        super().__init__(tools, "arecord", device, ["-t", "raw", "-f", "S16_LE", "-c", "1", "-r", str(tone.RATE)])

    def _work(self) -> None:
        assert self._process.stdout is not None
        with contextlib.suppress(OSError, ValueError):
            while len(self._data) < _LARGEST_RECORDING:
                piece = os.read(self._process.stdout.fileno(), 16 * 1024)
                if not piece:
                    return
                self._data += piece

    def ready(self) -> bool:
        """True once it records, or will not any more."""
        return len(self._data) >= LEAD_SECONDS * 2 * tone.RATE or self.ended()

    def begin(self) -> None:
        """What was recorded until now is forgotten."""
        self._begin = len(self._data)

    def data(self) -> bytes:
        """What was recorded since `begin`."""
        return bytes(self._data[self._begin :][:_LONGEST_HEARD])
