"""Which conversation has the laptop: one at a time, however many ways lead to a bench.

Who has it keeps it until the line is lost: nobody at another line takes it away, whatever is said there. A bench on the
network has proved who it is; at a serial line is whoever holds the cable.
"""

from __future__ import annotations

import threading


class Hold:
    """Held by the first that takes it, until that one lets go. From any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._holder: object | None = None

    def take(self, holder: object) -> bool:
        """True where `holder` has it now."""
        with self._changed:
            if self._holder is None:
                self._holder = holder
            return self._holder is holder

    def let_go(self, holder: object) -> None:
        """Others may take it, if it was this one's."""
        with self._changed:
            if self._holder is holder:
                self._holder = None
                self._changed.notify_all()

    def held_by(self, holder: object) -> bool:
        """True for who has it."""
        return self._holder is holder

    def is_held(self) -> bool:
        """True where anybody has it."""
        return self._holder is not None

    def wait_until_free(self) -> None:
        """Returns once nobody has it."""
        with self._changed:
            self._changed.wait_for(lambda: self._holder is None)
