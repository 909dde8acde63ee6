"""Sound: can the laptop play and record? Whether it is heard is for the exercises."""

from __future__ import annotations

from typing import Final

from checks.check import Check, Example, Reading, measured
from specs.facts import Audio, Facts, known
from specs.quantities import Measure

__all__ = ["CHECKS"]


def _playback(facts: Facts) -> Reading:
    return measured(facts.audio.playback)


def _capture(facts: Facts) -> Reading:
    return measured(facts.audio.capture)


CHECKS: Final = (
    Check(
        id="audio.playback",
        title="Loudspeakers",
        measure=Measure.COUNT,
        looks_at="how many playback devices the sound cards offer",
        needs=("sound",),
        decides="the profile gives the least; 0 means that no sound driver took the card",
        remedy="No sound output. Check the sound driver, then put the laptop on the repair shelf.",
        read=_playback,
        examples=(Example("no driver", Facts(audio=Audio(playback=known(0))), 0),),
    ),
    Check(
        id="audio.capture",
        title="Microphone",
        measure=Measure.COUNT,
        looks_at="how many capture devices the sound cards offer",
        needs=("sound",),
        decides="the profile gives the least",
        remedy="No microphone. Check the sound driver, then put the laptop on the repair shelf.",
        read=_capture,
        examples=(Example("one", Facts(audio=Audio(capture=known(1))), 1),),
    ),
)
