"""What an exercise is given: its time, its laptop, a way to say how far it is, and to have put back what it changes."""

from __future__ import annotations

import contextlib
import os
import select
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..laptop import Laptop
    from ..tools import Tools

PROGRESS_STEPS = 100
"""Progress is said in so many steps at most: a serial line carries it too."""


class CannotMeasure(Exception):
    """There is nothing to measure, or it may not be measured. The message is the item's reason (see wording)."""


class Session:
    """One run of one exercise, in the worker's process.

    `deadline` is a time of `time.monotonic`. `send` takes messages for the supervisor and never raises.
    """

    def __init__(
        self,
        laptop: Laptop,
        tools: Tools | None,
        deadline: float,
        send: Callable[[dict[str, Any]], None],
        boot_stick: bool = False,
    ) -> None:
        self.laptop = laptop
        self.tools = tools
        self.boot_stick = boot_stick
        """True where the running system is not the laptop's own, so that nobody else uses its screen."""
        self.shortfall: str | None = None
        """Why what was measured is not the whole; None where it is."""
        self._deadline = deadline
        self._send = send
        self._began = time.monotonic()
        self._stopping = False
        self._said = ("", 0, 0)
        self._undo: list[Callable[[], object]] = []
        self._restored: bool | None = None
        self._woken, self._wake = os.pipe()
        for end in (self._woken, self._wake):
            os.set_blocking(end, False)

    # ---- time --------------------------------------------------------------------------------------------------

    def elapsed(self) -> float:
        """Seconds since the exercise began, to the millisecond."""
        return round(time.monotonic() - self._began, 3)

    def left(self) -> float:
        """Seconds that are left; 0 once it is to stop."""
        return 0.0 if self._stopping else max(0.0, self._deadline - time.monotonic())

    def over(self) -> bool:
        """True once it must end and give what there is."""
        return self.left() <= 0

    @property
    def stopping(self) -> bool:
        """True where it was told to stop, whatever time is left."""
        return self._stopping

    def stop(self) -> None:
        """Makes it over, now. For signal handlers too."""
        self._stopping = True
        with contextlib.suppress(OSError):  # full: it will wake up anyway
            os.write(self._wake, b"x")

    def limit(self, seconds: float) -> float:
        """When (`time.monotonic`) a part ends that may take `seconds`: not after the session does."""
        return min(time.monotonic() + seconds, self._deadline)

    def wait(self, seconds: float, files: Sequence[int] = ()) -> list[int]:
        """Waits until one of `files` can be read, and gives those that can; none after `seconds` or once it is over."""
        poll = select.poll()
        for file in (self._woken, *files):
            poll.register(file, select.POLLIN)
        milliseconds = int(max(0.0, min(seconds, self.left())) * 1000) + 1
        ready = [file for file, _ in poll.poll(milliseconds)]
        return [] if self._stopping else [file for file in ready if file != self._woken]

    # ---- what it says ------------------------------------------------------------------------------------------

    def progress(self, state: str, done: int = 0, of: int = 0) -> None:
        """Says how far it is; see hardware/laptops/link.py. What differs too little from what was said is left out."""
        before, done_before, of_before = self._said
        if (state, of) != (before, of_before) or abs(done - done_before) > of // PROGRESS_STEPS:
            self._said = (state, done, of)
            self._send({"progress": [state, done, of]})

    def note(self, measured: dict[str, Any], doing: str = "") -> None:
        """What is measured so far and what comes now, in case it hangs there and must be killed."""
        self._send({"note": measured, "doing": doing})

    def fell_short(self, reason: str) -> None:
        """What is measured is less than was to be: the item keeps it, and is marked with the first such reason."""
        self.shortfall = self.shortfall or reason

    # ---- what it changes ---------------------------------------------------------------------------------------

    def to_put_back(self, undo: Callable[[], object]) -> None:
        """`undo` will be called when the exercise ends, however it ends, the last one first. Told before the change."""
        if not self._undo:
            self._restored = False
            self._send({"changed": True})
        self._undo.append(undo)

    def put_back(self) -> bool | None:
        """Puts everything back; True where all of it succeeded, None where nothing was changed."""
        well = True
        while self._undo:
            try:
                self._undo.pop()()
            except Exception:
                well = False
        if self._restored is not None:
            self._restored = well
        return self._restored

    # ---- the laptop's files ------------------------------------------------------------------------------------

    def open(self, path: str, flags: int) -> int:
        """A device of the laptop, opened; never made, cut or inherited. Raises `OSError`."""
        return os.open(self.laptop.place(path), flags | os.O_CLOEXEC | os.O_NOCTTY)

    def text(self, path: str) -> str | None:
        """A short file of the laptop without its line end; None where it cannot be read."""
        try:
            return self.laptop.read(path, 4096).data.decode("utf-8", "replace").strip()
        except OSError:
            return None

    def number(self, path: str) -> int | None:
        """The whole number that a file of the laptop holds; None where there is none."""
        text = self.text(path)
        if text is None or len(text) > 20:
            return None
        try:
            return int(text)
        except ValueError:
            return None

    def names(self, folder: str) -> list[str]:
        """The names in a folder of the laptop; none where there is no such folder."""
        try:
            return self.laptop.names(folder)
        except OSError:
            return []
