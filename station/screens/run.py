"""Starts the bench screen and ends with an exit status: 0 left, 2 no terminal, 3 a fault of the screen's own."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from station.screens import wording
from station.screens.bridge import unix_connection
from station.screens.starter import Starter

if TYPE_CHECKING:
    from station.screens.app import BenchApp

__all__ = ["run_screen"]

_FAULT: Final = 3


def run_screen(
    socket_path: Path,
    start_engine: Callable[[], None] | None,
    log_dir: Path | None = None,
    kept_scans: Path | None = None,
) -> int:
    """Show the bench until the technician leaves; gives the exit status.

    `start_engine` is called (in a thread) where no engine answers, and again if one dies; it should return at
    once. Leaving does not stop the engine. A fault's traceback goes to `screen.log` in `log_dir` (by default the
    socket's folder), and one sentence to stderr. What is scanned while the engine is away is kept in the folder
    `kept_scans` (by default one in the socket's folder), for the next screen too.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        print(wording.NO_TERMINAL, file=sys.stderr)
        return 2
    starter = Starter(start_engine)
    if not socket_path.exists():
        starter.ask()  # it comes up while Textual is imported
    # The kitty keyboard protocol takes three times the parsing, and `ESC[97:65;2;65u` in a code kills its parser.
    os.environ["TEXTUAL_DISABLE_KITTY_KEY"] = "1"
    # Where a shell has exported them, they outrank the terminal's own word: a window made larger would change nothing.
    for name in ("COLUMNS", "LINES"):
        os.environ.pop(name, None)
    log = (log_dir or socket_path.parent) / "screen.log"
    app: BenchApp | None = None
    try:
        from station.screens.app import BenchApp

        app = BenchApp(unix_connection(socket_path), kept_scans or socket_path.parent / "kept-scans", starter=starter)
        app.run(mouse=False)
        crash = app.crash
    except Exception:
        import traceback

        crash = traceback.format_exc()
    if app:
        _say_what_is_left(app)
    if crash is not None:
        _write(log, crash)
        print(wording.CRASHED.format(log=log), file=sys.stderr)
        return _FAULT
    return (app.return_code or 0) if app else _FAULT


def _say_what_is_left(app: BenchApp) -> None:
    """Which scans wait for the next screen, and which end with this one."""
    kept, at_risk = app.kept, app.at_risk
    if waits := len(kept.scans) + kept.more - kept.at_risk:
        print(wording.LEFT_KEPT.format(count=wording.scans_are(waits)), file=sys.stderr)
    if at_risk:
        print(wording.LEFT_AT_RISK.format(scans=", ".join(map(ascii, at_risk))), file=sys.stderr)


def _write(log: Path, crash: str) -> None:
    with contextlib.suppress(OSError), log.open("a", encoding="utf-8") as file:
        file.write(f"{datetime.now(UTC).isoformat()}\n{crash}\n")
