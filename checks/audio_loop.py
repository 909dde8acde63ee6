"""Sound from the loudspeakers to the microphone: is each loudspeaker heard?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from checks.check import Check, Example, Kind, Measured, Reading, absent
from checks.exercised import unless_broken_off
from checks.several import gravest, worst_of
from specs.facts import Exercises, Fact, Facts, SoundLoop, Unknown, known
from specs.quantities import Measure

__all__ = ["CHECKS"]

_CHANNELS: Final = ("left", "right")


def _loop(facts: Facts) -> Reading:
    loops = facts.exercises.sound
    if isinstance(loops, Unknown):
        return loops
    pairs: dict[tuple[str, str], list[SoundLoop]] = {}
    for loop in loops.value:
        pairs.setdefault((loop.playback, loop.capture), []).append(loop)
    readings = [_pair(pair) for pair in pairs.values()]
    heard = [one for one in readings if isinstance(one, Measured)]
    whole = [one for one in heard if one.unread is None]
    # A laptop has inputs and outputs with nothing behind them: the pair that hears best is its own.
    best = max(whole or heard, key=_level, default=None)
    if best is not None:
        return best
    return gravest(one for one in readings if isinstance(one, Unknown)) or absent("no sound was played", loops)


def _level(reading: Measured) -> tuple[float, str]:
    return reading.value if isinstance(reading.value, int | float) else 0.0, reading.detail


def _pair(loops: Sequence[SoundLoop]) -> Reading:
    """The worse of the two loudspeakers by one microphone; one that was never tried is unknown."""
    where = f"{loops[0].playback} to {loops[0].capture}"
    told: list[tuple[str, Fact[float]]] = [(f"{loop.channel}, {where}", loop.over_noise_db) for loop in loops]
    for channel in _CHANNELS:
        if all(loop.channel != channel for loop in loops):
            evidence = loops[0].over_noise_db.evidence
            told.append((f"{channel}, {where}", Unknown("it was never tried", evidence, "absent")))
    return worst_of(told, min) or absent("no sound was played")


def _of(*loops: tuple[str, str, float]) -> Facts:
    heard = tuple(SoundLoop("hw:0,0", capture, channel, 1200, known(db)) for capture, channel, db in loops)
    return Facts(exercises=Exercises(sound=known(heard)))


_LINE_IN: Final = (("hw:0,2", "left", 0.4), ("hw:0,2", "right", 0.1))

CHECKS: Final = (
    Check(
        id="audio.loop",
        title="Loudspeakers heard",
        kind=Kind.EXERCISE,
        measure=Measure.LEVEL_DB,
        looks_at="how far a tone from each loudspeaker stands over the noise, as the microphone hears it",
        needs=("exercise-sound",),
        decides="the quieter loudspeaker counts, with the microphone that hears the two best",
        remedy="A loudspeaker or the microphone is not heard. Try again in a quiet moment, then put the laptop on the"
        " repair shelf.",
        read=unless_broken_off("sound", _loop),
        examples=(
            Example("both are heard", _of(("hw:0,0", "left", 31.5), ("hw:0,0", "right", 28.0), *_LINE_IN), 28.0),
            Example("the right one is silent", _of(("hw:0,0", "left", 31.5), ("hw:0,0", "right", 0.3)), 0.3),
            Example("only the left one was tried", _of(("hw:0,0", "left", 31.5)), None),
            Example("no sound card", _of(), None),
            Example("nobody tried", Facts(), None),
        ),
    ),
)
