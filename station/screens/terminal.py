"""The keyboard's end of the terminal, hardened: what a scanner can type must not be able to end or blind the screen.

A barcode holds any bytes. Textual's own reader ends the app on a byte that is no UTF-8 (a scanner set to Latin-1),
takes `ESC[200~` for a paste that never ends (every later scan vanishes into it), and takes `ESC[48;1;1;1;1t` for a
terminal of one cell. This reader replaces such bytes, ends such pastes, and passes on nothing but keys and pastes.
"""

from __future__ import annotations

import os
import re
import selectors
import time
from codecs import getincrementaldecoder
from typing import Final

from textual import events, messages
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

__all__ = ["BenchDriver", "PasteWatch", "marked"]

PASTE_ENDS: Final = 0.5
"""Seconds of silence after which a paste that did not say its end has ended."""

_BEGIN: Final = "\x1b[200~"
_END: Final = "\x1b[201~"
# What a terminal writes to a program but no key types: colours and, with the mouse off, mouse reports. Inside a code
# the parser would swallow them and leave another serial; as a control character the engine refuses the whole.
_NEVER_TYPED: Final = re.compile(r"\x1b\[(?:[\d;:]*m|<[\d;]*[Mm])")
_MARK: Final = "\x07"
_PASSED: Final = (events.Key, events.Paste, messages.TerminalSupportsSynchronizedOutput)


def marked(text: str) -> str:
    """`text` with each sequence that no key types made one control character, which no scan survives."""
    return _NEVER_TYPED.sub(_MARK, text)


class PasteWatch:
    """Sees whether the terminal is within a paste, and for how long nothing has come of it."""

    def __init__(self) -> None:
        self._open = False
        self._carry = ""
        self._last = 0.0

    def see(self, text: str, now: float) -> None:
        """Some input came."""
        seen = self._carry + text
        begin, end = seen.rfind(_BEGIN), seen.rfind(_END)
        if begin >= 0 or end >= 0:
            self._open = begin > end
        self._carry = seen[1 - len(_BEGIN) :]
        self._last = now

    def overdue(self, now: float) -> bool:
        """True, once, where a paste must be ended for the terminal."""
        if not self._open or now - self._last < PASTE_ENDS:
            return False
        self._open = False
        self._carry = ""
        return True


class BenchDriver(LinuxDriver):
    """Textual's driver with a reader that no input can stop."""

    def run_input_thread(self) -> None:
        """Read keys until the app ends; a terminal that goes away raises `EOFError`."""
        parser = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")("replace").decode
        watch = PasteWatch()
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(0.1):
                    if not (data := os.read(self.fileno, 4096)):
                        raise EOFError("the terminal went away")
                    text = marked(decode(data))
                    watch.see(text, time.monotonic())
                    self._pass_on(parser, text)
                elif watch.overdue(time.monotonic()):
                    self._pass_on(parser, _END)
                else:
                    self._pass_on(parser, None)

    def _pass_on(self, parser: XTermParser, text: str | None) -> None:
        if text:
            for message in parser.feed(text):
                if isinstance(message, _PASSED):
                    self.process_message(message)
        for message in parser.tick():
            if isinstance(message, _PASSED):
                self.process_message(message)
