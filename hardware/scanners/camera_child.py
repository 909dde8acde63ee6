"""A camera's own process: `python -m hardware.scanners.camera_child SPEC` takes pictures, reads the codes in them and
prints one JSON line for each value told.

It ends when its standard input closes (the engine is gone), so it is never left behind. It works at a lower priority
than the screen, on one thread of OpenCV, in bounded memory; a picture whose decoding does not end ends the process.
`-` as SPEC reads it from the first line of standard input: an address may hold a password, and arguments are public.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import resource
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Final, Protocol

from hardware.scanners import camera_wording as wording
from hardware.scanners.camera_label import LabelGatherer
from hardware.scanners.camera_lines import Exit, lines_of
from hardware.scanners.camera_sight import Sight
from hardware.scanners.camera_source import (
    CameraFault,
    CameraGone,
    CameraRefused,
    CameraSpec,
    CameraStuck,
    Frame,
    FrameSource,
    Picture,
    SourceKind,
    parse_camera_spec,
)
from hardware.scanners.decoding.symbols import FrameReading, Symbol
from hardware.scanners.scanner import Condition, Heard, ScannerState, Tell, Told

__all__ = ["Eyes", "ReadsFrames", "Votes", "main", "play"]

_NICER: Final = 5
_MOST_MEMORY: Final = 3 * 2**29
"""Bytes of address space, 1.6 GB. A recording of 48 megapixels took 0.92 GB, one of 1280x720 0.65 GB (measured)."""
_MOST_MEMORY_STREAM: Final = 2**30
"""The same for a stream, which may send a picture without end. One of 1280x720 took 0.64 GB, of 3840x2160 0.78 GB, of
4096x4096 0.88 GB (measured)."""
_LONGEST_READING_S: Final = 20.0
"""Seconds for one picture. The decoder has a budget of well under one; only a hang takes so long."""
_LIVE_MS: Final = 30.0
"""Milliseconds of processor time for one picture of a live camera: at 30 a second one core keeps up."""
_RECORDED_MS: Final = 250.0
"""The same for a recording: nobody waits, and what is read must not depend on how fast this machine is."""
_FIRST_PAUSE_S: Final = 0.25
_LONGEST_PAUSE_S: Final = 2.0
_IDLE_AFTER_S: Final = 3.0
"""Seconds without anything new or unread in view after which a live camera is looked at less often: a label that lies
there all day must not cost a core."""
_IDLE_PERIOD_S: Final = 0.1


class ReadsFrames(Protocol):
    """What reads one picture: `decoding.reader.FrameReader`."""

    def read(self, frame: Picture, budget_ms: float | None) -> FrameReading:
        """Its symbols, found in about so many milliseconds of processor time."""
        ...


class Votes(Protocol):
    """What confirms symbols over several pictures: `decoding.voting.Vote`."""

    def see(self, reading: FrameReading, at: float) -> tuple[Symbol, ...]:
        """The symbols that this picture has confirmed, each once until it has left the view."""
        ...


class Eyes:
    """From pictures to what is told: reads, votes, gathers labels and notices blindness."""

    def __init__(self, spec: CameraSpec, reader: ReadsFrames, vote: Votes) -> None:
        self._scanner = spec.name
        self._budget_ms = _RECORDED_MS if spec.finite else _LIVE_MS
        self._reader = reader
        self._vote = vote
        self._gatherer = LabelGatherer()
        self._sight = Sight()
        self._condition: Condition | None = None
        self.active_at = 0.0
        """When something new was last read, or something was in view that could not be, on the source's clock."""

    def look(self, frame: Frame) -> Iterator[Told]:
        """What is to be told after this picture, in order."""
        # Told in C, without Python's lock: a hang in a library cannot hold it up.
        faulthandler.dump_traceback_later(_LONGEST_READING_S, exit=True)
        try:
            reading = self._reader.read(frame.picture, self._budget_ms)
        finally:
            faulthandler.cancel_dump_traceback_later()
        confirmed = self._vote.see(reading, frame.at)
        if confirmed or reading.advice is not None:
            self.active_at = frame.at
        advice = self._sight.see(reading, frame.at)
        if advice is None:
            yield from self.say(ScannerState.READY, wording.READY)
        for codes in self._gatherer.see(reading, confirmed, frame.at):
            yield Heard(self._scanner, codes)
        if advice is not None:
            yield from self.say(ScannerState.BLIND, wording.ADVICE[advice])

    def rest(self) -> Iterator[Told]:
        """What is still to be told when no more pictures come."""
        self._sight.forget()
        for codes in self._gatherer.rest():
            yield Heard(self._scanner, codes)

    def say(self, state: ScannerState, sentence: str) -> Iterator[Condition]:
        """The condition, if it is another than the last."""
        condition = Condition(self._scanner, state, sentence)
        if condition != self._condition:
            self._condition = condition
            yield condition


def play(spec: CameraSpec, source: FrameSource, eyes: Eyes, tell: Tell, sleep: Callable[[float], None]) -> None:
    """Shows `source` to `eyes` until a recording has ended, opening it again and again where it is not there; a live
    source is played for ever. Raises `CameraStuck`."""
    pause = _FIRST_PAUSE_S
    seen = ended = False
    while True:
        try:
            source.open()
            while (frame := source.next()) is not None:
                seen = True
                pause = _FIRST_PAUSE_S
                for told in eyes.look(frame):
                    tell(told)
                if not spec.finite and frame.at - eyes.active_at > _IDLE_AFTER_S:
                    sleep(_IDLE_PERIOD_S)
            ended = spec.finite
            state, sentence = ScannerState.AWAY, wording.ENDED
            if not seen and source.skipped:
                state, sentence = ScannerState.FAULT, wording.NOTHING_READ
        except CameraGone as gone:
            state, sentence = ScannerState.AWAY, str(gone)
        except CameraFault as fault:
            ended = spec.finite
            state, sentence = ScannerState.FAULT, str(fault)
        for told in (*eyes.rest(), *eyes.say(state, sentence)):
            tell(told)
        source.close()
        if ended:
            return
        sleep(pause)
        pause = min(_LONGEST_PAUSE_S, pause * 2)


def main(arguments: Sequence[str]) -> int:
    """The process. Returns an `Exit`; whatever else it ends with is a crash."""
    if len(arguments) != 1:
        print("usage: python -m hardware.scanners.camera_child SPEC", file=sys.stderr)
        return Exit.REFUSED
    text = sys.stdin.readline().rstrip("\n") if arguments[0] == "-" else arguments[0]
    try:
        spec = parse_camera_spec(text)
    except CameraRefused as refused:
        print(refused, file=sys.stderr)
        return Exit.REFUSED
    _be_modest(_MOST_MEMORY_STREAM if spec.kind is SourceKind.STREAM else _MOST_MEMORY)
    threading.Thread(target=_end_with_the_parent, name="parent", daemon=True).start()
    try:
        return _watch(spec)
    except ImportError as error:
        _print(Condition(spec.name, ScannerState.FAULT, wording.say(wording.NO_LIBRARY, how=error)))
    except CameraStuck as stuck:
        _print(Condition(spec.name, ScannerState.AWAY, str(stuck)))
    except Exception as error:
        how = f"{type(error).__name__}: {error}"
        if spec.finite:
            _print(Condition(spec.name, ScannerState.FAULT, wording.say(wording.READING_BROKE_OFF, how=how)))
        else:
            _print(Condition(spec.name, ScannerState.AWAY, wording.say(wording.UNFORESEEN, how=how)))
    return Exit.TOLD


def _watch(spec: CameraSpec) -> int:
    # Only now: OpenCV reads its environment when it is loaded.
    import cv2

    from hardware.scanners.camera_capture import source_of
    from hardware.scanners.decoding.reader import FrameReader
    from hardware.scanners.decoding.voting import Vote

    cv2.setNumThreads(1)
    play(spec, source_of(spec), Eyes(spec, FrameReader(), Vote()), _print, time.sleep)
    return Exit.ENDED


def _be_modest(most_memory: int) -> None:
    """Quiet, one thread, behind the screen, and never all of the bench's memory."""
    os.environ |= {
        "OPENCV_LOG_LEVEL": "OFF",
        "OPENCV_FFMPEG_LOGLEVEL": "-8",
        "OPENCV_FFMPEG_DEBUG": "0",
        "OPENCV_IO_MAX_IMAGE_PIXELS": "50000000",
        "OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT": "4",
        "OMP_NUM_THREADS": "1",
        # NumPy's linear algebra takes address space for every core, and nothing here uses it.
        "OPENBLAS_NUM_THREADS": "1",
    }
    # FFmpeg would ask a proxy for the camera, which stands beside the bench.
    os.environ.pop("http_proxy", None)
    with contextlib.suppress(OSError):
        os.nice(_NICER)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (most_memory, most_memory))
    with contextlib.suppress(OSError, ValueError):
        # A crash of a decoder would leave the pictures of a person's desk on the disk.
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _end_with_the_parent() -> None:
    with contextlib.suppress(OSError):
        while os.read(0, 4096):
            pass
    # At once, whatever a driver is doing: there is nothing to save.
    os._exit(Exit.ENDED)


def _print(told: Told) -> None:
    left = memoryview(lines_of(told))
    try:
        while left:
            left = left[os.write(1, left) :]
    except OSError:
        os._exit(Exit.ENDED)


if __name__ == "__main__":
    # Without the interpreter's tidying up: a thread that hangs in a driver would keep it waiting.
    status = main(sys.argv[1:])
    sys.stderr.flush()
    os._exit(status)
