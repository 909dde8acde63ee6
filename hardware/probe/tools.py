"""Commands of others (smartctl, iw), run without a shell and within bounds of time and size."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

PLACES = ("/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/sbin", "/usr/local/bin")
"""Where tools are looked for, before PATH: an ordinary user's PATH lacks the sbin folders."""
LARGEST_ERROR = 4096


class Output(NamedTuple):
    """What a command wrote on stdout; `exit` is None where it was ended before it ended by itself."""

    data: bytes
    cut: bool
    exit: int | None
    error: str | None


class Tools:
    """The commands of this machine, or of the folder `only`."""

    def __init__(self, only: str | None = None) -> None:
        path = os.environ.get("PATH", "").split(os.pathsep)
        self._places = (only,) if only else (*PLACES, *(place for place in path if os.path.isabs(place)))

    def run(self, command: Sequence[str], seconds: float, limit: int) -> Output:
        """The output of `command`, at most `limit` bytes, after at most `seconds`. Never raises `OSError`."""
        name = command[0]
        program = self.find(name)
        if program is None:
            return Output(b"", False, None, f"{name} is not installed")
        try:
            process = subprocess.Popen(
                [program, *command[1:]],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={"LC_ALL": "C", "PATH": os.pathsep.join(PLACES)},
                cwd="/",
                # A group of its own to be killed whole, in the probe's session so that the bench, which kills
                # the session, finds it too. Popen(process_group=0) came with Python 3.11.
                preexec_fn=os.setpgrp,
            )
        except OSError as error:
            return Output(b"", False, None, f"{name} could not be started: {os.strerror(error.errno or 0)}")
        try:
            data, complaint, ended = _read_both(process, time.monotonic() + seconds, limit)
            if ended:
                status = process.returncode
                return Output(data, False, status, _words(name, status, data, complaint))
            if len(data) > limit:
                return Output(data[:limit], True, None, f"{name} wrote more than {limit} bytes")
            return Output(data, True, None, f"timed out after {seconds:.0f} s")
        finally:
            _end(process)

    def find(self, name: str) -> str | None:
        """The program's path; None where it is not installed."""
        for place in self._places:
            program = os.path.join(place, name)
            if os.path.isfile(program) and os.access(program, os.X_OK):
                return program
        return None


def _words(name: str, status: int, data: bytes, complaint: bytes) -> str | None:
    # smartctl's status is a bit mask and its JSON says the rest; only silence needs an explanation.
    if status == 0 or data:
        return None
    lines = complaint.decode("utf-8", "replace").split("\n")
    return f"{name} ended with status {status}: {lines[0][:200]}"


def _read_both(process: subprocess.Popen[bytes], until: float, limit: int) -> tuple[bytes, bytes, bool]:
    """stdout (up to one byte more than `limit`), the start of stderr, and whether the command has ended."""
    data, complaint = bytearray(), bytearray()
    assert process.stdout is not None
    assert process.stderr is not None
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ, data)
        selector.register(process.stderr, selectors.EVENT_READ, complaint)
        while selector.get_map():
            left = until - time.monotonic()
            if left <= 0 or len(data) > limit:
                return bytes(data[: limit + 1]), bytes(complaint), False
            for key, _ in selector.select(left):
                part = os.read(key.fd, 64 * 1024)
                if not part:
                    selector.unregister(key.fileobj)
                elif key.data is data:
                    data += part
                elif len(complaint) < LARGEST_ERROR:
                    complaint += part
    try:
        process.wait(max(0.0, until - time.monotonic()))
    except subprocess.TimeoutExpired:
        return bytes(data), bytes(complaint), False
    return bytes(data), bytes(complaint), len(data) <= limit


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kills what is left of the command and its children, and closes the pipes."""
    with contextlib.suppress(OSError):  # nobody is left
        os.killpg(process.pid, signal.SIGKILL)
    # A command that waits in the kernel for a disk dies when the disk answers.
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(1.0)
    for pipe in (process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()
