"""What benchmarks of the screen share: a terminal with a program in it, how busy the machine is, a process's figures.

A terminal is a pty of ours: what is written to it is what a keyboard types, and what is read from it is what a display
would show. `tmux` puts tmux between it and the program, as a client attached to that pty: then every byte goes through
tmux's reading of keys and through its painting.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import shlex
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple, Self

__all__ = ["PROJECT", "Load", "Terminal", "load", "processor_seconds", "resident_kb", "screen_text", "slowdown", "spin"]

PROJECT: Final = Path(__file__).resolve().parent.parent
DEADLINE_S: Final = 30.0
_CONFIG: Final = "set -g status off\nset -s escape-time 10\nset -g default-terminal tmux-256color\n"
_COLOURS: Final = re.compile(rb"\x1b\[[0-9;:]*m|\x1b\([AB0]|[\x0e\x0f]")
_MOVES: Final = re.compile(rb"\x1b(?:\[[0-9;?<>=]*[ -/]*[@-~]|[=>78])")


def screen_text(output: bytes) -> bytes:
    """The text of what was written to a terminal, with a newline for each move of the cursor."""
    return _MOVES.sub(b"\n", _COLOURS.sub(b"", output))


class Terminal:
    """A pty with a program in it, directly or by way of tmux."""

    def __init__(
        self,
        program: Sequence[str],
        size: tuple[int, int],
        environment: dict[str, str],
        *,
        tmux: Path | None = None,
    ) -> None:
        """`tmux` is a folder of this terminal's own, in which its tmux server has its socket and settings."""
        self._tmux = tmux
        if tmux is not None:
            (tmux / "tmux.conf").write_text(_CONFIG)
            command = " ".join(map(shlex.quote, program))
            program = [*self._server, "-f", str(tmux / "tmux.conf"), "new-session", f"exec {command}"]
        self.started = time.perf_counter()
        self._child, self.master = pty.fork()
        if self._child == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
            os.chdir(PROJECT)
            without = {name: value for name, value in os.environ.items() if name not in ("TMUX", "NO_COLOR")}
            os.execvpe(program[0], list(program), {**without, "TERM": "xterm-256color", **environment})
        self.output = b""

    @property
    def _server(self) -> list[str]:
        return ["tmux", "-S", f"{self._tmux}/tmux"]

    @property
    def pid(self) -> int:
        """The program's process."""
        if self._tmux is None:
            return self._child
        told = subprocess.run(
            [*self._server, "display-message", "-p", "#{pane_pid}"], capture_output=True, text=True, check=True
        )
        return int(told.stdout)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        if self._tmux is not None:
            subprocess.run([*self._server, "kill-server"], capture_output=True, check=False)
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._child, signal.SIGKILL)
        os.waitpid(self._child, 0)
        os.close(self.master)

    def read(self, seconds: float) -> bool:
        """Takes what the terminal has to show, waiting at most so long for it. True where there was something."""
        if not select.select([self.master], [], [], max(0.0, seconds))[0]:
            return False
        self.output += os.read(self.master, 65536)
        return True

    def rest(self, seconds: float) -> None:
        """Reads for so long and forgets it."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            self.read(left)
        self.output = b""

    def writes(self, keys: bytes, seconds: float = 0.0) -> float:
        """Types the keys, the last one after so many seconds; gives when that one was written (`perf_counter`)."""
        begun = time.perf_counter()
        for number, byte in enumerate(keys):
            due = begun + seconds * number / max(1, len(keys) - 1)
            while (left := due - time.perf_counter()) > 0:
                self.read(left)
            if number == len(keys) - 1:
                self.output = b""
            at = time.perf_counter()
            os.write(self.master, bytes([byte]))
        return at

    def press(self, sequence: bytes) -> None:
        """One key that the terminal sends as several bytes."""
        os.write(self.master, sequence)

    def waits_for(self, shown: re.Pattern[bytes], seconds: float = DEADLINE_S) -> float:
        """Reads until the text on the screen has it; gives when it came (`perf_counter`)."""
        end = time.perf_counter() + seconds
        while not shown.search(screen_text(self.output)):
            left = end - time.perf_counter()
            if left <= 0:
                raise TimeoutError(f"{shown.pattern!r} was not shown: {screen_text(self.output)[-2000:]!r}")
            self.read(left)
        return time.perf_counter()


def spin() -> tuple[float, float]:
    """A fixed piece of work for one processor: its seconds of wall clock, and of processor time. The best of five."""
    best = (float("inf"), float("inf"))
    for _ in range(5):
        wall, own = time.perf_counter(), time.process_time()
        sum(number * number for number in range(200_000))
        best = min(best, (time.perf_counter() - wall, time.process_time() - own), key=lambda one: one[1])
    return best


def slowdown(seconds: float = 0.4) -> float:
    """How much longer work takes on this machine now than its processor time: 1.0 where nobody else works."""
    wall, own = time.perf_counter(), time.process_time()
    while time.perf_counter() - wall < seconds:
        sum(number * number for number in range(20_000))
    return (time.perf_counter() - wall) / (time.process_time() - own)


class Load(NamedTuple):
    """How busy the machine is: the load of the last minute, and `slowdown`."""

    average: float
    slowdown: float

    def __str__(self) -> str:
        return f"load {self.average:.1f}, slowed {self.slowdown:.2f} times"


def load() -> Load:
    """How busy the machine is now."""
    return Load(os.getloadavg()[0], slowdown())


def processor_seconds(pid: int) -> float:
    """Processor time that a process has used, in seconds, all its threads together."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_kb(pid: int) -> int:
    """Memory of a process that is in RAM, in kB."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024
