"""The keyboard wedge: a scanner that types what it reads.

The program that owns the keyboard (the bench screen) gives every key; nothing here reads a keyboard, starts a thread
or looks at a clock. To import it costs next to nothing: the first paint of the screen waits for it.
"""

from __future__ import annotations

from typing import Final

from hardware.scanners import wording
from hardware.scanners.aim import code_of
from hardware.scanners.key_runs import LONGEST_SCAN
from hardware.scanners.keys import Broken, Command, Decoded, ScanDecoder, Scanned
from hardware.scanners.scanner import Condition, Garbled, Heard, ScannerState, Tell

__all__ = ["TYPED", "WEDGE", "WedgeScanner"]

TYPED: Final = "keyboard"
"""The name under which serials typed by hand are told, and that of the whole."""

WEDGE: Final = "wedge"
"""The name under which scans are told."""


class WedgeScanner:
    """The keyboard as a `Scanner`: what is scanned or typed is told, and the keys that may act are given back.

    A scan is told as heard from `WEDGE`, a serial typed or pasted by hand as heard from `TYPED`; what has an AIM
    identifier is a scan however slowly it came. Everything is told from within the call that completed it. Whoever owns
    the keys calls `pass_time` at `due`, as `ScanDecoder` asks for.
    """

    def __init__(self) -> None:
        self._decoder = ScanDecoder()
        self._tell: Tell | None = None

    @property
    def name(self) -> str:
        return TYPED

    @property
    def text(self) -> str:
        """What was typed and not yet handed over, raw."""
        return self._decoder.text

    @property
    def due(self) -> float | None:
        """When `pass_time` must be called at the latest; None while nothing waits."""
        return self._decoder.due

    def start(self, tell: Tell) -> None:
        """Tells from now on; a keyboard is always there."""
        if self._tell is None:
            self._tell = tell
            tell(Condition(self.name, ScannerState.READY, wording.KEYBOARD_READY))

    def stop(self) -> None:
        """Tells nothing more. Keys still act."""
        self._tell = None

    def clear(self) -> str:
        """Forgets what was typed, and gives it."""
        return self._decoder.clear()

    def press(self, key: str, character: str | None, at: float) -> list[Command]:
        """One key, as Textual names it. Gives the keys that may act now."""
        return self._hand_on(self._decoder.press(key, character, at))

    def paste(self, text: str, at: float) -> list[Command]:
        """A pasted text. Gives the keys that may act now."""
        return self._hand_on(self._decoder.paste(text, at))

    def pass_time(self, at: float) -> list[Command]:
        """It is `at` now. Gives the keys that may act now."""
        return self._hand_on(self._decoder.pass_time(at))

    def _hand_on(self, results: list[Decoded]) -> list[Command]:
        commands: list[Command] = []
        for result in results:
            match result:
                case Command():
                    commands.append(result)
                case Scanned(text=text, by_hand=by_hand):
                    self._heard(text, by_hand)
                case Broken(text=text):
                    self._broken(text)
        return commands

    def _heard(self, text: str, by_hand: bool) -> None:
        code = code_of(text)
        if code is not None and self._tell is not None:
            self._tell(Heard(TYPED if by_hand and not code.symbology else WEDGE, (code,)))

    def _broken(self, text: str) -> None:
        if self._tell is not None:
            long = len(text) >= LONGEST_SCAN
            sentence = wording.TOO_LONG.format(most=LONGEST_SCAN) if long else wording.BROKEN_SCAN
            self._tell(Garbled(WEDGE, text, sentence))
