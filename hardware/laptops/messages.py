"""What an agent and the bench say to each other, as strict structs. hardware/probe/agent lists it and says when."""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta, Struct

from hardware.evidence.bundle import ProbeName
from hardware.laptops.answers import EndFrame, ItemFrame, ProgressFrame, StartFrame
from hardware.laptops.framing import FrameError, framed
from specs.text import clean

__all__ = [
    "MOST_ASKS",
    "PROTOCOL",
    "Ask",
    "AskedEnd",
    "AskedItem",
    "AskedProgress",
    "AskedStart",
    "BenchSays",
    "Collect",
    "Done",
    "ExerciseAsk",
    "Failed",
    "Hello",
    "LaptopSays",
    "Ping",
    "Pong",
    "Refused",
    "Resume",
    "Show",
    "Stop",
    "Welcome",
    "read_laptop",
    "said",
]

PROTOCOL: Final = 1
MOST_ASKS: Final = 2**31 - 1
"""The largest number of an ask: what the agent takes (hardware/probe/agent/messages.py)."""

_Ask = Annotated[int, Meta(ge=1, le=MOST_ASKS)]
_N = Annotated[int, Meta(ge=0, le=2**31)]


# ---- what the laptop says ------------------------------------------------------------------------------


class Hello(Struct, frozen=True, tag_field="frame", tag="hello"):
    """The first frame. Unknown fields are passed over in this one alone: an agent of another protocol is told so."""

    protocol: Annotated[int, Meta(ge=0, le=2**31)]
    agent: ProbeName
    boot: Annotated[str, Meta(pattern="^[0-9a-f]{32}$")]
    slot: Annotated[int, Meta(ge=0, le=999)]
    stick: Annotated[str, Meta(pattern="^[A-Za-z0-9._-]{0,40}$")]
    narrow: bool


class AskedStart(StartFrame, frozen=True, tag="start", kw_only=True):
    """A `StartFrame` of an ask; n counts the frames of the ask from 0 on."""

    ask: _Ask
    n: _N


class AskedItem(ItemFrame, frozen=True, tag="item", kw_only=True):
    """An `ItemFrame` of an ask."""

    ask: _Ask
    n: _N


class AskedProgress(ProgressFrame, frozen=True, tag="progress", kw_only=True):
    """A `ProgressFrame` of an ask."""

    ask: _Ask
    n: _N


class AskedEnd(EndFrame, frozen=True, tag="end", kw_only=True):
    """An `EndFrame` of an ask."""

    ask: _Ask
    n: _N


class Failed(Struct, frozen=True, tag_field="frame", tag="failed", forbid_unknown_fields=True):
    """In place of an end: the ask came to nothing."""

    ask: _Ask
    n: _N
    error: str


class Pong(Struct, frozen=True, tag_field="frame", tag="pong", forbid_unknown_fields=True):
    """The answer to a ping."""

    number: _N


LaptopSays = Hello | AskedStart | AskedItem | AskedProgress | AskedEnd | Failed | Pong

_LAPTOP: Final[msgspec.json.Decoder[LaptopSays]] = msgspec.json.Decoder(LaptopSays)


def read_laptop(header: bytes) -> LaptopSays:
    """What a header says. Raises `FrameError`."""
    try:
        return _LAPTOP.decode(header)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise FrameError(f"a header that cannot be read ({clean(str(error), 120)})") from error


# ---- what the bench says -------------------------------------------------------------------------------


class Welcome(Struct, frozen=True, tag_field="frame", tag="welcome"):
    """The laptop is taken; `fresh`: it is to forget every ask and to end what runs."""

    bench: str
    slot: int
    fresh: bool
    protocol: int = PROTOCOL


class Refused(Struct, frozen=True, tag_field="frame", tag="refused"):
    """The laptop is not taken: why, and after how many seconds it may ask again."""

    sentence: str
    again_s: float


class Collect(Struct, frozen=True, tag_field="what", tag="collect"):
    """What is asked: a capture."""

    fast: bool


class ExerciseAsk(Struct, frozen=True, tag_field="what", tag="exercise"):
    """What is asked: an exercise."""

    name: str
    arguments: dict[str, Any]
    seconds: float


class Ask(Struct, frozen=True):
    """An ask and its number. It is written flat: the fields of `what` stand beside the number."""

    ask: int
    what: Collect | ExerciseAsk


class Resume(Struct, frozen=True, tag_field="frame", tag="resume"):
    """Say the ask's frames again from number n on."""

    ask: int
    n: int


class Done(Struct, frozen=True, tag_field="frame", tag="done"):
    """The ask's end has come."""

    ask: int


class Stop(Struct, frozen=True, tag_field="frame", tag="stop"):
    """End the ask."""

    ask: int


class Show(Struct, frozen=True, tag_field="frame", tag="show"):
    """A page for the laptop's screen."""

    headline: str
    lines: tuple[str, ...]
    tone: str


class Ping(Struct, frozen=True, tag_field="frame", tag="ping"):
    """Answer with this number."""

    number: int


BenchSays = Welcome | Refused | Ask | Resume | Done | Stop | Show | Ping


def said(message: BenchSays) -> bytes:
    """The message as a frame."""
    if isinstance(message, Ask):
        fields = {"frame": "ask", "ask": message.ask, **msgspec.to_builtins(message.what)}
        return framed(msgspec.json.encode(fields))
    return framed(msgspec.json.encode(message))
