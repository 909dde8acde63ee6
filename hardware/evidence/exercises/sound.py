"""The `exercise-sound` item: tones from the loudspeakers, heard by the microphones.

The bench names the two tones, one a channel, anew each time: a recording that is played back has others.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypedDict

from msgspec import Meta, Struct

from hardware.evidence.exercises.item import Decibel, Head, Name, opened, told
from hardware.evidence.items import Noted
from hardware.evidence.leaves import unreadable
from specs.facts import Facts, Known, SoundLoop
from specs.text import clean

__all__ = ["read_sound_loops"]

_Hertz = Annotated[int, Meta(ge=1, le=96_000)]


class _Loop(Struct, frozen=True):
    playback: Name
    capture: Name
    channel: Literal["left", "right"]
    hertz: _Hertz
    tone_db: Decibel
    noise_db: Decibel
    rms: Annotated[float, Meta(ge=0, le=2)]
    error: Name | None


class _Arguments(TypedDict):
    hertz: tuple[_Hertz, _Hertz]


class _Measured(Struct, frozen=True):
    loops: Annotated[tuple[_Loop, ...], Meta(max_length=32)]


class _Item(Head, frozen=True):
    arguments: _Arguments
    measured: _Measured


def read_sound_loops(data: bytes, item: str) -> Facts | Noted:
    """How far each tone stood over the noise. Raises `EvidenceError` where the item is no such result."""
    found = opened(data, item, "sound", _Item)
    return told(found, item, sound=tuple(_loop(one, found.arguments, item) for one in found.measured.loops))


def _loop(loop: _Loop, asked: _Arguments, item: str) -> SoundLoop:
    playback, capture = clean(loop.playback, 40), clean(loop.capture, 40)
    wanted = asked["hertz"][0 if loop.channel == "left" else 1]
    if loop.error is not None:
        why = unreadable(f"it could not be played or heard: {clean(loop.error, 120) or 'no reason was given'}", item)
    elif loop.hertz != wanted:
        why = unreadable(f"a tone of {loop.hertz} Hz was measured, and {wanted} Hz was asked for", item)
    else:
        over = round(loop.tone_db - loop.noise_db, 3)
        return SoundLoop(playback, capture, loop.channel, loop.hertz, Known(over, (item,)), Known(loop.rms, (item,)))
    return SoundLoop(playback, capture, loop.channel, loop.hertz, why, why)
