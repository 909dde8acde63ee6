"""What the agent and the bench say to each other, frame by frame (this package's docstring lists it all).

What the bench says is parsed strictly here: a field too many, too few, of another kind or out of
bounds is `BadMessage`.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from .. import NAME, VERSION

if TYPE_CHECKING:
    from collections.abc import Callable

    from .frames import Frame

PROTOCOL = 1
DEFAULT_PORT = 8711
"""The bench's TCP port for agents, where nothing names another."""
SERVICE = "_intake-bench._tcp.local"
"""The DNS-SD service type under which a bench makes itself known."""

HASH_DIGITS = 16
"""Hexadecimal digits of an item's SHA-256 that are sent, as hardware/laptops/answers.py compares them."""
MOST_ASK = 2**31
LARGEST_SLOT = 999
LONGEST_NAME = 64
LONGEST_SENTENCE = 400
LONGEST_ARGUMENTS = 8 * 1024
"""Bytes of an exercise's arguments as JSON; they travel on a command line."""
MOST_SECONDS = 3600.0
"""The longest that an exercise, or a wait after `refused`, may be told to last."""
MOST_LINES = 12
TONES = ("ready", "busy", "pass", "fail", "hold")

_EXERCISE = re.compile(r"[a-z][a-z0-9-]{0,31}")


class BadMessage(Exception):
    """The bench said something that it must not say. The message is a clause: what it was."""


class Welcome(NamedTuple):
    """The bench takes the laptop: which bench, which slot (0: none yet), and whether all asks are to be forgotten."""

    bench: str
    slot: int
    fresh: bool


class Refused(NamedTuple):
    """The bench does not take the laptop; it may ask again after `again_s` seconds."""

    sentence: str
    again_s: float


class Collect(NamedTuple):
    """Ask for a capture; `fast` leaves out what takes seconds."""

    ask: int
    fast: bool


class Exercise(NamedTuple):
    """Ask for one exercise, which is killed after `seconds`."""

    ask: int
    name: str
    arguments: str
    """A JSON object, not looked into here."""
    seconds: float


class Resume(NamedTuple):
    """Say the frames of an ask again, from number `n` on, and go on."""

    ask: int
    n: int


class Done(NamedTuple):
    """The end of this ask has come at the bench."""

    ask: int


class Stop(NamedTuple):
    """End this ask now; an exercise still gives what it has."""

    ask: int


class Show(NamedTuple):
    """A page for the laptop's screen."""

    headline: str
    lines: tuple[str, ...]
    tone: str


class Ping(NamedTuple):
    """Answer with `pong` and this number."""

    number: int


if TYPE_CHECKING:
    Message = Welcome | Refused | Collect | Exercise | Resume | Done | Stop | Show | Ping


# ---- what the laptop says --------------------------------------------------------------------------------------


def answer(header: dict[str, Any], ask: int, n: int) -> dict[str, Any]:
    """The n-th header of what a child says, as it is said to the bench."""
    if "sha256" in header:
        # The bench computes it anew. The rest of its digits would be a tenth of what goes over a serial line.
        header = {**header, "sha256": header["sha256"][:HASH_DIGITS]}
    return {**header, "ask": ask, "n": n}


def hello(boot: str, slot: int, stick: str, narrow: bool) -> dict[str, Any]:
    """The first frame of a connection."""
    return {
        "frame": "hello",
        "protocol": PROTOCOL,
        "agent": {"name": NAME, "version": VERSION},
        "boot": boot,
        "slot": slot,
        "stick": stick,
        "narrow": narrow,
    }


def pong(number: int) -> dict[str, Any]:
    """The answer to a ping."""
    return {"frame": "pong", "number": number}


def failed(ask: int, n: int, error: str) -> dict[str, Any]:
    """Ends the answer to an ask that came to nothing."""
    return {"frame": "failed", "ask": ask, "n": n, "error": error}


# ---- what the bench says ---------------------------------------------------------------------------------------


def understand(frame: Frame) -> Message:
    """What a frame of the bench means. Raises `BadMessage`."""
    if frame.body:
        raise BadMessage("bytes after a header, which only items have")
    fields = dict(frame.header)
    kind = fields.pop("frame", None)
    read = _READERS.get(kind) if isinstance(kind, str) else None
    if read is None:
        raise BadMessage("a kind of frame that is not known here")
    return read(_Fields(kind, fields))


class _Fields:
    """The fields of one message: each is taken once, and none may be left over."""

    def __init__(self, kind: object, fields: dict[str, Any]) -> None:
        self.kind = kind
        self._fields = fields

    def take(self, name: str, kind: type, good: Callable[[Any], bool] = lambda value: True) -> Any:
        value = self._fields.pop(name, None)
        # True and False are numbers to Python, and 5 is as good a float as 5.0.
        fits = type(value) is kind or (kind is float and type(value) is int)
        if not fits or not good(value):
            raise BadMessage(f"{self.kind} with a wrong or missing {name}")
        return kind(value)

    def number(self, name: str, least: int = 0, most: int = MOST_ASK) -> int:
        value: int = self.take(name, int, lambda value: least <= value <= most)
        return value

    def seconds(self, name: str) -> float:
        value: float = self.take(name, float, lambda value: 0 <= value <= MOST_SECONDS)
        return value

    def words(self, name: str, longest: int) -> str:
        return clean(self.take(name, str), longest)

    def no_more(self) -> None:
        if self._fields:
            raise BadMessage(f"{self.kind} with a field too many")


def _welcome(fields: _Fields) -> Message:
    # Before anything else: another protocol may have other fields.
    if fields.take("protocol", int) != PROTOCOL:
        raise BadMessage("another protocol: make a new boot stick with this bench's own software")
    message = Welcome(
        fields.words("bench", LONGEST_NAME), fields.number("slot", 0, LARGEST_SLOT), fields.take("fresh", bool)
    )
    fields.no_more()
    return message


def _refused(fields: _Fields) -> Message:
    message = Refused(fields.words("sentence", LONGEST_SENTENCE), fields.seconds("again_s"))
    fields.no_more()
    return message


def _ask(fields: _Fields) -> Message:
    ask = fields.number("ask", 1)
    what = fields.take("what", str)
    message: Message
    if what == "collect":
        message = Collect(ask, fields.take("fast", bool))
    elif what == "exercise":
        name = fields.take("name", str, lambda value: _EXERCISE.fullmatch(value) is not None)
        arguments = json.dumps(fields.take("arguments", dict), separators=(",", ":"))
        if len(arguments) > LONGEST_ARGUMENTS:
            raise BadMessage(f"arguments of {len(arguments)} bytes, but they have at most {LONGEST_ARGUMENTS}")
        message = Exercise(ask, name, arguments, fields.seconds("seconds"))
    else:
        raise BadMessage("an ask for something that is not known here")
    fields.no_more()
    return message


def _resume(fields: _Fields) -> Message:
    message = Resume(fields.number("ask", 1), fields.number("n"))
    fields.no_more()
    return message


def _done(fields: _Fields) -> Message:
    message = Done(fields.number("ask", 1))
    fields.no_more()
    return message


def _stop(fields: _Fields) -> Message:
    message = Stop(fields.number("ask", 1))
    fields.no_more()
    return message


def _show(fields: _Fields) -> Message:
    headline = fields.words("headline", LONGEST_NAME)
    lines = fields.take(
        "lines", list, lambda value: len(value) <= MOST_LINES and all(type(line) is str for line in value)
    )
    tone = fields.take("tone", str, lambda value: value in TONES)
    fields.no_more()
    return Show(headline, tuple(clean(line, LONGEST_SENTENCE) for line in lines), tone)


def _ping(fields: _Fields) -> Message:
    message = Ping(fields.number("number"))
    fields.no_more()
    return message


_READERS: dict[str, Callable[[_Fields], Message]] = {
    "welcome": _welcome,
    "refused": _refused,
    "ask": _ask,
    "resume": _resume,
    "done": _done,
    "stop": _stop,
    "show": _show,
    "ping": _ping,
}


def clean(text: str, longest: int) -> str:
    """Words fit for a screen: no control or format characters, blanks folded, and no longer than `longest`."""
    kept = "".join(one if one.isprintable() else " " for one in text[: longest * 8])
    return " ".join(kept.split())[:longest]
