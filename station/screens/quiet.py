"""A Textual app without what a bench must not have: bindings, palette, selection, and a crash that prints its locals.

Textual renders a fatal error with the value of every local, for two to twelve seconds, and then exits with status 0
unless asked. Locals hold serials and secrets. Here the app ends at once, and the traceback, without locals, is kept
in `crash` for a log.
"""

from __future__ import annotations

import traceback
from typing import ClassVar, Final

from rich.console import RenderableType
from rich.traceback import Traceback
from textual.app import App

__all__ = ["FAULT", "QuietApp"]

FAULT: Final = 3
"""The exit status after a fault of the screen's own."""


class QuietApp(App[None], inherit_bindings=False):
    """The base of the bench's screen. `crash` is None unless it ended by a fault."""

    ENABLE_COMMAND_PALETTE: ClassVar[bool] = False
    ALLOW_SELECT: ClassVar[bool] = False
    AUTO_FOCUS: ClassVar[str | None] = None

    crash: str | None = None

    def _handle_exception(self, error: Exception) -> None:
        self.crash = self.crash or "".join(traceback.format_exception(error))
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self._fatal_error()

    def _fatal_error(self) -> None:
        self._return_code = FAULT
        self.crash = self.crash or "an error without a traceback"
        self._close_messages_no_wait()

    def panic(self, *renderables: RenderableType) -> None:
        """Something outside the app's own loop failed, such as the thread that reads the keys."""
        self.crash = self.crash or "\n".join(_words(renderable) for renderable in renderables)
        self._fatal_error()


def _words(renderable: RenderableType) -> str:
    """What a renderable says: a rich traceback as plain lines, without locals."""
    if not isinstance(renderable, Traceback):
        return str(renderable)
    return "\n".join(
        "\n".join(
            [
                *(f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}' for frame in stack.frames),
                f"{stack.exc_type}: {stack.exc_value}",
            ]
        )
        for stack in renderable.trace.stacks
    )
