"""The bench screen as a Textual app: keys and news come in, one immutable `Shown` goes through pure functions, and one
canvas is drawn from it. No widget has the focus and no binding exists: every key goes to the keyboard wedge first.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from textual import events
from textual.app import ComposeResult

from hardware.scanners import scanner
from hardware.scanners.keys import HOLD, Command
from hardware.scanners.wedge import WedgeScanner
from station.bench import protocol
from station.bench.protocol import BrokenScan, Scan, View
from station.screens import wording
from station.screens.acting import Effect, after_act, after_choice, after_screen
from station.screens.bridge import Arrived, Away, Bridge, Connect, Handed, Kept, News
from station.screens.canvas import Canvas
from station.screens.cues import Cue, cue_of
from station.screens.following import after_event, after_time
from station.screens.hiding import hide, hide_torn, hide_typed
from station.screens.keeping import KeptScans
from station.screens.keymap import CHOICES, KEYS, PAGING, Finger
from station.screens.messages import DigitPassed, MarkerPassed, Told
from station.screens.page import paint
from station.screens.question import shows_question
from station.screens.quiet import QuietApp
from station.screens.shown import Act, Answer, Contact, Seen, Shown, chooses
from station.screens.sounds import Sounds
from station.screens.starter import Starter
from station.screens.terminal import BenchDriver
from station.screens.timing import Clock

__all__ = ["BenchApp"]

_HANDED: Final[Mapping[Handed, tuple[str, str, Cue | None]]] = {
    Handed.SENT: ("sent", wording.SENT, None),
    Handed.KEPT: ("kept", wording.KEPT_ANSWER, Cue.ACCEPTED),
    Handed.AWAY: ("refused", wording.COMMAND_AWAY, Cue.REFUSED),
    Handed.DISK_REFUSES: ("refused", wording.DISK_REFUSES, Cue.REFUSED),
    Handed.NO_ROOM: ("refused", wording.NO_ROOM, Cue.REFUSED),
}
"""What is said of a scan that was handed over, and heard; of one that was sent the engine says it."""


TYPING: Final = 0.7
"""Seconds that a digit waits in the history to see whether it stands alone: serials are typed there by hand, and many
begin with a digit.
"""
SAME_MOMENT: Final = 0.5
"""Seconds within which two refusals are heard as one: a scan that stops its slot is a refused one as well."""


class BenchApp(QuietApp, inherit_bindings=False):
    """The screen of one bench. `kept_scans` is the folder of what is scanned while the engine is away."""

    CSS_PATH = "bench.tcss"
    TITLE = "Intake Station"

    def __init__(
        self,
        connect: Connect,
        kept_scans: Path,
        *,
        starter: Starter | None = None,
        clock: Clock | None = None,
        shown: Shown | None = None,
        sounds: Sounds | None = None,
    ) -> None:
        super().__init__(driver_class=BenchDriver)
        self._clock = clock or Clock()
        self._shown = replace(shown or Shown(), clock=self._clock.time_of_day(), now=self._clock.now())
        self._painted = self._shown
        self._pressed: dict[str, Seen] = {}
        self._told_seen = Seen()
        self._bridge = Bridge(connect, self._tell, KeptScans(kept_scans), starter)
        self._sounds = sounds or Sounds(self._ring)
        self._wedge = WedgeScanner()
        self._wedge.start(self._scanned)
        self._finger = Finger()
        self._canvas = Canvas()
        self._painting = False
        self._marker: asyncio.TimerHandle | None = None
        self._refused_at = float("-inf")

    @property
    def shown(self) -> Shown:
        """What the screen shows now."""
        return self._shown

    @property
    def kept(self) -> Kept:
        """The scans that have not reached the engine."""
        return self._bridge.kept

    @property
    def at_risk(self) -> tuple[str, ...]:
        """The scans that end with this screen."""
        return self._bridge.at_risk

    def compose(self) -> ComposeResult:
        yield self._canvas

    def on_mount(self) -> None:
        self.set_interval(1.0, self._tick)
        self._paint()
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        """After the first paint, which waits for nobody."""
        self.run_worker(self._bridge.run(), name="bridge")
        self.run_worker(self._sounds.prepare, name="sounds", thread=True, exit_on_error=False)

    def on_resize(self) -> None:
        self._show(self._shown)

    async def on_event(self, event: events.Event) -> None:
        """Every key and paste of the terminal goes to the wedge; the mouse goes nowhere."""
        if isinstance(event, events.Key) and not event.is_forwarded:
            commands = self._wedge.press(event.key, event.character, event.time)
            self._command_all(commands)  # of keys before this one
            self._finger.press(event.key, event.time)
            if event.key in KEYS or event.key in CHOICES:
                self._pressed[event.key] = self._painted.seen
            if event.key in CHOICES and (self._painted.listing or chooses(self._painted)):
                self._wait_for_more(event.key)
        elif isinstance(event, events.Paste) and not event.is_forwarded:
            self._command_all(self._wedge.paste(event.text, event.time))
        elif not isinstance(event, events.MouseEvent):
            await super().on_event(event)

    def on_marker_passed(self, marker: MarkerPassed) -> None:
        self._command_all(self._wedge.pass_time(marker.time))

    def _wait_for_more(self, digit: str) -> None:
        """A digit chooses only where nothing follows it: it may be the first of a scan, or of a serial by hand."""
        painted = self._painted
        by_hand = painted.view is View.HISTORY and not painted.listing
        passed = DigitPassed(digit, self._clock.now(), listing=painted.listing)
        asyncio.get_running_loop().call_later(TYPING if by_hand else HOLD, self.post_message, passed)

    def on_digit_passed(self, digit: DigitPassed) -> None:
        if self._wedge.text != digit.key:
            return  # it was the beginning of a scan, or of something typed
        self._wedge.clear()
        self._show(replace(self._shown, typed=""))
        if not self._finger.means(digit.key, Act.CHOICE):
            return
        before, number = self._shown, CHOICES[digit.key]
        if digit.listing:
            self._do(before, *after_screen(before, number))
        else:
            seen = self._pressed.get(digit.key, before.seen)
            self._do(before, *after_choice(before, number, digit.at, seen))

    def _command_all(self, commands: list[Command]) -> None:
        last = ""
        for command in commands:
            # Home and End come as often as they were pressed; what pages goes on, anything else bounced.
            if command.key != last or KEYS.get(command.key) in PAGING:
                self._command(command.key)
            last = command.key
        self._show(replace(self._shown, typed=hide_typed(self._wedge.text)))
        if self._marker:
            self._marker.cancel()
            self._marker = None
        if (due := self._wedge.due) is not None:
            wait = max(0.0, due - time.monotonic()) + 0.005
            self._marker = asyncio.get_running_loop().call_later(wait, self._post_marker)

    def _post_marker(self) -> None:
        self.post_message(MarkerPassed())

    def _scanned(self, told: scanner.Told) -> None:
        match told:
            case scanner.Heard(scanner=name, codes=codes):
                for code in codes:
                    self._scan(Scan(code.text, name, code.symbology))
            case scanner.Garbled(scanner=name, text=text, sentence=sentence):
                text = hide_torn(text)
                self._say(Answer("broken", text, sentence), Cue.REFUSED)
                self._bridge.send(BrokenScan(text, name, sentence))

    def _scan(self, scan: Scan) -> None:
        look, sentence, cue = _HANDED[self._bridge.send(scan)]
        self._show(replace(self._shown, listing=False))
        self._say(Answer(look, hide(scan.text), sentence), cue)

    def _command(self, key: str) -> None:
        act = KEYS.get(key)
        if act is None or not self._finger.means(key, act):
            return
        before = self._shown
        # It acts a moment after it was pressed; what it means is what was painted then.
        self._do(before, *after_act(before, act, self._clock.now(), self._pressed.get(key, before.seen)))

    def _do(self, before: Shown, shown: Shown, effect: Effect) -> None:
        """Shows what a key has done, and does what must be done besides."""
        self._show(shown)
        match effect:
            case None:
                pass
            case Act.LEAVE:
                self.exit(return_code=0)
            case Act():
                self._wedge.clear()
            case _ if self._bridge.send(effect) is not Handed.SENT:
                self._show(replace(shown, answer=Answer("refused", "", wording.AWAY)))
        answer = self._shown.answer
        if answer is not None and answer is not before.answer:
            self._flash()
            if answer.look == "refused":
                self._sounds.play(Cue.REFUSED)

    def _tell(self, news: News) -> None:
        self.post_message(Told(news))

    def on_told(self, told: Told) -> None:
        before = self._shown
        match told.news:
            case Arrived(event=event):
                self._show(after_event(before, event, self._clock.now()))
                if cue := cue_of(before, event):
                    self._hear(cue)
            case Away(problem=problem):
                contact = Contact.STARTING if before.contact is Contact.STARTING else Contact.LOST
                self._show(replace(before, contact=contact, problem=problem or before.problem, question=None))
            case Kept(scans=scans, more=more, at_risk=at_risk):
                self._show(replace(before, kept=scans, kept_more=more, kept_at_risk=at_risk))
        if self._shown.answer is not before.answer:
            self._flash()

    def _say(self, answer: Answer, cue: Cue | None = None) -> None:
        self._show(replace(self._shown, answer=answer, question=None))
        self._flash()
        if cue:
            self._sounds.play(cue)

    def _hear(self, cue: Cue) -> None:
        if cue is Cue.REFUSED:
            now, last = self._clock.now(), self._refused_at
            self._refused_at = now
            if now - last < SAME_MOMENT:
                return
        self._sounds.play(cue)

    def _flash(self) -> None:
        answer = self._shown.answer

        def settle() -> None:
            if answer and self._shown.answer is answer:
                self._show(replace(self._shown, answer=replace(answer, fresh=False)))

        self.set_timer(self._clock.flash, settle)

    def _tick(self) -> None:
        self._show(after_time(self._shown, self._clock.now(), self._clock.time_of_day()))

    def _ring(self, delay: float) -> None:
        if delay:
            self.set_timer(delay, self.bell)
        else:
            self.bell()

    def _show(self, shown: Shown) -> None:
        """Show this soon: once for all the keys and news that wait already."""
        self._shown = shown
        if not self._painting and self.is_running:
            self._painting = True
            self.call_later(self._paint)

    def _paint(self) -> None:
        self._painting = False
        lines, pages = paint(self._shown, self.size.width, self.size.height)
        self._shown = replace(self._shown, pages=pages, page=min(self._shown.page, pages - 1))
        self._canvas.draw(lines)
        self._painted = self._shown
        if self._painted.seen.slot and self._painted.seen != self._told_seen and shows_question(lines):
            self.call_after_refresh(self._tell_seen, self._painted.seen)

    def _tell_seen(self, seen: Seen) -> None:
        """The engine hears what stands on the screen now, once it does."""
        if seen == self._painted.seen and seen != self._told_seen:
            told = self._bridge.send(protocol.Seen(seen.slot, seen.attempt_id, seen.turn))
            if told is Handed.SENT:
                self._told_seen = seen
