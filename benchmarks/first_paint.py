"""How long from `./run` to the first painted screen, and to a bench that takes scans, through a real terminal.

    .venv/bin/python benchmarks/first_paint.py [--runs N]

Prints medians in seconds and, so that a slow machine is told from a slow program, their ratio to the time in which
the same Python imports Textual and nothing else. Target (issue 2): the second start paints within 1.5 s.
"""

from __future__ import annotations

import argparse
import os
import pty
import select
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
FIRST_PAINT_S = 1.5
DEADLINE_S = 60.0


def painted(environment: dict[str, str], marks: tuple[bytes, ...]) -> list[float]:
    """Seconds from the start of `./run` until each mark has been written to the terminal; then it is left."""
    begun = time.perf_counter()
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(str(PROJECT / "run"), ["run"], environment)
    seen = b""
    found: list[float] = []
    try:
        while len(found) < len(marks):
            if time.perf_counter() - begun > DEADLINE_S:
                raise SystemExit(f"{marks[len(found)]!r} was not painted within {DEADLINE_S:.0f} s")
            if select.select([terminal], [], [], 0.05)[0]:
                seen += os.read(terminal, 65536)
            while len(found) < len(marks) and marks[len(found)] in seen:
                found.append(time.perf_counter() - begun)
    finally:
        os.kill(pid, 9)
        os.waitpid(pid, 0)
        os.close(terminal)
    return found


def timed(command: list[str]) -> float:
    """Seconds that a command takes."""
    begun = time.perf_counter()
    subprocess.run(command, check=True)
    return time.perf_counter() - begun


def main() -> int:
    """Measures and prints; 1 where the target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    marks = (b"F10", b"unsent")
    cold: list[list[float]] = []
    warm: list[list[float]] = []
    bare: list[float] = []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            environment = {
                **os.environ,
                "TERM": "xterm-256color",
                "STATION_DATA": folder,
                "STATION_SOUND": "off",
                "STATION_CENTRAL_PORT": "0",
                "LINES": "50",
                "COLUMNS": "160",
            }
            cold.append(painted(environment, marks))
            warm.append(painted(environment, marks))
            stop = [str(PROJECT / "run"), "bench", "--stop"]
            subprocess.run(stop, check=True, env=environment, stderr=subprocess.DEVNULL)
        bare.append(timed([sys.executable, "-c", "import textual.app"]))
    base = statistics.median(bare)
    print(f"import textual.app                     {base:6.3f} s")
    for name, rows in (("engine not running", cold), ("engine running", warm)):
        for mark, word in enumerate(("first painted screen", "connected to engine")):
            middle = statistics.median(row[mark] for row in rows)
            print(f"{name:19} {word:20} {middle:6.3f} s, ratio {middle / base:4.1f}")
    return 0 if statistics.median(row[0] for row in cold) <= FIRST_PAINT_S else 1


if __name__ == "__main__":
    sys.exit(main())
