"""A child process's hold on its parent: standard input. When it ends, the parent is gone, and so goes the child.

A signal cannot do this: an engine that is killed outright sends none. Each line that comes is a call to wake up.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable

__all__ = ["hold_on"]


def hold_on(wake: Callable[[], object] = lambda: None) -> None:
    """Watches standard input in a thread: `wake` for each line, SIGTERM to this process at its end."""

    def watch() -> None:
        # The descriptor itself: a thread inside the buffered file would abort Python when it ends.
        while os.read(0, 4096):
            wake()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="lifeline", daemon=True).start()
