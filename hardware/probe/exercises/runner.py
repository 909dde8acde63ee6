"""One exercise from its name and arguments to its frames: `main`.

Frames as in ../stream.py: any number of {"frame": "progress", state, done, of}, then exactly one
{"frame": "item", id, source, exit, ms, size, sha256, truncated, error} whose body is the JSON object

    {"exercise": NAME, "version": 1, "arguments": {...}, "seconds": float, "restored": true|false|null,
     "measured": {...}}

or nothing, where nothing was measured; then `error` says why. With `error` and a body, the body is less than was to be
measured. `restored` is null where nothing was changed; where it is false and there is no body, `error` says it.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import math
import re
import time
from typing import TYPE_CHECKING, Any

from ..laptop import Laptop
from ..stream import write_frame
from . import wording
from .arguments import Refused, read_arguments
from .ending import CHANGING
from .supervisor import Deadlines, Outcome, Stopping, supervise
from .worker import Task

if TYPE_CHECKING:
    from typing import BinaryIO

VERSION = 1
"""Of the item's shape."""
NAMES = (
    *("memory", "storage", "cpu", "camera", "sound", "wifi", "battery"),
    *("keyboard", "touchpad", "display", "lid", "usb"),
)
LONGEST = 3600.0
"""Seconds that an exercise may be given."""
LARGEST_BODY = 4 * 2**20
"""Bytes of one item, as everywhere in a bundle."""
_LONGEST_WORDS = 250
_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")


def main(
    name: str,
    arguments: object,
    seconds: float,
    out: BinaryIO,
    root: str = "/",
    tools: str | None = None,
    *,
    boot_stick: bool = False,
) -> int:
    """Does the exercise `name` and writes its frames to `out`; gives 0, or 3 where nobody reads them.

    `arguments` is a JSON object, read strictly. It ends by itself within `seconds`. SIGTERM stops it: it puts back what
    it changed and still gives its item, after `ending.PUT_BACK_SECONDS` at the latest. To be called in the main thread.
    `root`, `tools` and `boot_stick` as for a capture.
    """
    began = time.monotonic()
    teller = _Teller(out)
    with Stopping() as stopping:
        values: dict[str, Any] = {}
        try:
            module, values = _prepared(name, arguments, seconds)
        except Refused as reason:
            outcome = Outcome(None, str(reason), None)
        except Exception as mistake:
            outcome = Outcome(None, wording.our_mistake(type(mistake).__name__, str(mistake)), None)
        else:
            deadlines = Deadlines.within(began, seconds)
            try:
                rescue = module.rescue(Laptop(root), boot_stick) if hasattr(module, "rescue") else None
                task = Task(module.run, values, deadlines.measure, root, tools, boot_stick, rescue)
                outcome = supervise(task, deadlines, stopping, teller.progress)
            except Exception as mistake:
                changed = False if name in CHANGING else None
                outcome = Outcome(None, wording.our_mistake(type(mistake).__name__, str(mistake)), changed)
        return teller.item(name, values, time.monotonic() - began, outcome)


def _prepared(name: str, arguments: object, seconds: float) -> tuple[Any, dict[str, Any]]:
    """The exercise's module and all its arguments. Raises `Refused`."""
    if name not in NAMES:
        raise Refused(wording.unknown_exercise(", ".join(NAMES)))
    module = importlib.import_module("." + name, __package__)
    values = read_arguments(arguments, module.ARGUMENTS)
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not math.isfinite(seconds):
        raise Refused(wording.BAD_SECONDS)
    if not 0 < seconds <= LONGEST:
        raise Refused(wording.BAD_SECONDS)
    return module, values


class _Teller:
    """Writes frames until nobody reads them."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._heard = True

    def progress(self, state: str, done: int, of: int) -> bool:
        """Writes one; False once nobody reads."""
        return self._write({"frame": "progress", "state": state, "done": done, "of": of})

    def item(self, name: str, arguments: dict[str, Any], seconds: float, outcome: Outcome) -> int:
        """Writes the one item; gives the exit status."""
        known = name if isinstance(name, str) and _NAME.fullmatch(name) else "unknown"
        body, error = b"", outcome.error
        if outcome.measured is not None:
            document = {
                "exercise": known,
                "version": VERSION,
                "arguments": arguments,
                "seconds": round(seconds, 3),
                "restored": outcome.restored,
                "measured": outcome.measured,
            }
            body = json.dumps(document, allow_nan=False, separators=(",", ":")).encode("ascii")
            if len(body) > LARGEST_BODY:
                body, error = b"", wording.TOO_LARGE
        elif error is None:
            error = wording.TOO_LITTLE_TIME
        if error is not None:
            error = error.encode("utf-8", "replace").decode()[:_LONGEST_WORDS]
            if not body and outcome.restored is False:
                error = f"{error[: _LONGEST_WORDS - len(wording.NOT_PUT_BACK) - 2]}; {wording.NOT_PUT_BACK}"
        header = {
            "frame": "item",
            "id": f"exercise-{known}",
            "source": f"exercise {known}",
            "exit": None,
            "ms": round(seconds * 1000, 3),
            "size": len(body),
            "sha256": hashlib.sha256(body).hexdigest() if body else "",
            "truncated": error is not None and bool(body),
            "error": error,
        }
        return 0 if self._write(header, body) else 3

    def _write(self, header: dict[str, Any], body: bytes = b"") -> bool:
        if self._heard:
            try:
                write_frame(self._out, header, body)
            except OSError:
                self._heard = False
        return self._heard
