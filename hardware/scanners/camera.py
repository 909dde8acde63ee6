"""The camera as a scanner: a process of its own takes the pictures and reads them (`camera_child`); this starts it,
listens to it, starts it again when it ends, and ends it.

No picture comes into the engine's process, so that neither a slow decoder nor a hung driver can hold up the screen.
"""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Sequence
from typing import Final

from hardware.scanners import camera_wording as wording
from hardware.scanners.camera_lines import LONGEST_LINE, BadLine, Exit, told_in
from hardware.scanners.camera_source import CameraSpec, parse_camera_spec
from hardware.scanners.scanner import Condition, ScannerState, Tell, Told

__all__ = ["CameraScanner", "watch"]

_FIRST_PAUSE_S: Final = 0.25
_LONGEST_PAUSE_S: Final = 10.0
"""Pauses before the process is started again, doubled each time: starting it costs half a second of one core."""
_STEADY_S: Final = 30.0
"""Seconds that a process must have lived for its end to count as the first again."""
_GRACE_S: Final = 0.5
"""Seconds from closing its standard input, on which the process ends by itself, until it is killed."""
_KILLED_S: Final = 2.0
"""Seconds that a killed process may take to be gone: one that hangs in the kernel is left to it."""
_TELLING_S: Final = 2.0
"""Seconds that `stop` waits for a `tell` that is under way."""
_PIECE: Final = 64 * 1024


class CameraScanner:
    """The `Scanner` for one camera: a device, a recording, numbered pictures or an MJPEG stream.

    `spec` is a `CameraSpec` or what `parse_camera_spec` takes (which raises `CameraRefused`). `command` is the process
    to run, to which `-` is added; by default this Python with `camera_child`.
    """

    def __init__(self, spec: CameraSpec | str, command: Sequence[str] | None = None) -> None:
        self._spec = parse_camera_spec(spec) if isinstance(spec, str) else spec
        self._command = tuple(command or (sys.executable, "-P", "-m", "hardware.scanners.camera_child"))
        self._lock = threading.Lock()
        self._run: _Run | None = None

    @property
    def name(self) -> str:
        """ "camera 0", "camera labels.avi", "camera http://host/stream"."""
        return self._spec.name

    @property
    def finished(self) -> bool:
        """True once a recording has been told to its end."""
        run = self._run
        return run is not None and run.finished.is_set()

    def start(self, tell: Tell) -> None:
        """Begins to watch. A second start while it watches changes nothing."""
        with self._lock:
            if self._run is None:
                self._run = _Run(self._spec, self._command, tell)
                self._run.begin()

    def stop(self) -> None:
        """Ends the process; comes back within a few seconds, whatever the camera's driver does."""
        with self._lock:
            run, self._run = self._run, None
        if run is not None:
            run.end()


def watch(spec: CameraSpec | str, seconds: float | None = None) -> Generator[Told]:
    """What a camera tells, for a command line: ends after `seconds`, or with the recording, or when it is closed (then
    the camera is let go at once). Raises `CameraRefused` before the first value."""
    heard: queue.SimpleQueue[Told] = queue.SimpleQueue()
    scanner = CameraScanner(spec)
    deadline = None if seconds is None else time.monotonic() + seconds
    scanner.start(heard.put)
    try:
        while deadline is None or time.monotonic() < deadline:
            # Asked before the queue is: what was told before the end is still in it.
            finished = scanner.finished
            try:
                yield heard.get(timeout=0.1)
            except queue.Empty:
                if finished:
                    return
    finally:
        scanner.stop()


class _Run:
    """From one start to its stop: a thread, and one process after another."""

    def __init__(self, spec: CameraSpec, command: tuple[str, ...], tell: Tell) -> None:
        self._spec = spec
        self._command = command
        self._tell = tell
        self._stopping = threading.Event()
        self._telling = threading.RLock()
        self._spawning = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._condition: Condition | None = None
        self._over = False
        self._thread = threading.Thread(target=self._keep_watching, name=spec.name, daemon=True)
        self.finished = threading.Event()

    def begin(self) -> None:
        self._thread.start()

    def end(self) -> None:
        self._stopping.set()
        # One that is being told is waited for; after it nothing is told. In a `tell` that stops, it is this thread's.
        if self._telling.acquire(timeout=_TELLING_S):
            self._telling.release()
        with self._spawning:
            process = self._process
        if process is not None:
            _end(process)
        if self._thread is not threading.current_thread():
            self._thread.join(_KILLED_S)

    def _keep_watching(self) -> None:
        pause = _FIRST_PAUSE_S
        while not self._stopping.is_set():
            began = time.monotonic()
            condition = self._watch_once()
            if condition is not None:
                self._say(condition)
            if self._over:
                self.finished.set()
                return
            if time.monotonic() - began > _STEADY_S:
                pause = _FIRST_PAUSE_S
            self._stopping.wait(pause)
            pause = min(_LONGEST_PAUSE_S, pause * 2)

    def _watch_once(self) -> Condition | None:
        """One process from its start to its end: why it ended, where it has not told that itself."""
        try:
            process = self._spawn()
        except OSError as error:
            return self._away(wording.say(wording.CANNOT_START, how=error.strerror or error))
        if process is None:
            return None
        assert process.stdout is not None
        good = True
        try:
            self._listen(process.stdout.fileno())
        except BadLine:
            good = False
        finally:
            _end(process, at_once=not good)
            process.stdout.close()
        status = process.returncode
        how = f"signal {-status}" if status is not None and status < 0 else f"status {status}"
        # Played again, a recording would tell its codes twice.
        self._over = self._spec.finite
        if good and (status == Exit.TOLD or (self._spec.finite and status == Exit.ENDED)):
            return None
        if self._spec.finite:
            sentence = wording.say(wording.READING_BROKE_OFF, how=how)
            return Condition(self._spec.name, ScannerState.FAULT, sentence)
        return self._away(wording.say(wording.READER_ENDED, how=how) if good else wording.BAD_LINES)

    def _away(self, sentence: str) -> Condition:
        return Condition(self._spec.name, ScannerState.AWAY, sentence)

    def _spawn(self) -> subprocess.Popen[bytes] | None:
        """The process, told its camera; None where it is not wanted any more."""
        with self._spawning:
            if self._stopping.is_set():
                return None
            process = subprocess.Popen(
                [*self._command, "-"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                bufsize=0,
            )
            self._process = process
        assert process.stdin is not None
        with contextlib.suppress(OSError):
            process.stdin.write(self._spec.text.encode() + b"\n")
        return process

    def _listen(self, stdout: int) -> None:
        """Tells what the process says until it closes its output. Raises `BadLine`."""
        rest = bytearray()
        while piece := os.read(stdout, _PIECE):
            rest += piece
            *lines, last = rest.split(b"\n")
            rest = last
            for line in lines:
                self._say(told_in(bytes(line), self._spec.name))
            if len(rest) > LONGEST_LINE:
                raise BadLine(f"{len(rest)} bytes without an end")

    def _say(self, told: Told) -> None:
        with self._telling:
            if self._stopping.is_set():
                return
            if isinstance(told, Condition):
                if told == self._condition:
                    return
                self._condition = told
            self._tell(told)


def _end(process: subprocess.Popen[bytes], *, at_once: bool = False) -> None:
    """Ends the process with all of its group, kindly first; its status is taken if it goes at all."""
    if process.stdin is not None:
        with contextlib.suppress(OSError):
            process.stdin.close()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(0 if at_once else _GRACE_S)
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_KILLED_S)
