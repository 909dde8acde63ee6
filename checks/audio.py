"""Sound: can the laptop play and record? Whether it is heard is for the exercises."""

from __future__ import annotations

from typing import Final

from checks.check import Check, Example, Kind, Measured, Reading, measured
from specs.facts import Audio, Facts, Unknown, known
from specs.quantities import Measure

__all__ = ["CHECKS"]


def _playback(facts: Facts) -> Reading:
    return measured(facts.audio.playback)


def _capture(facts: Facts) -> Reading:
    return measured(facts.audio.capture)


def _cards(facts: Facts) -> Reading:
    cards = facts.audio.cards
    if isinstance(cards, Unknown):
        return cards
    return Measured(tuple(sorted(cards.value)) or "no sound card", cards.evidence, all_must=True)


CHECKS: Final = (
    Check(
        id="audio.playback",
        title="Loudspeakers",
        kind=Kind.INVENTORY,
        measure=Measure.COUNT,
        looks_at="how many playback devices the sound cards offer",
        needs=("sound",),
        decides="the profile gives the least; 0 means that no sound driver took the card",
        remedy="No sound output. Check the sound driver, then put the laptop on the repair shelf.",
        read=_playback,
        examples=(
            Example("no driver", Facts(audio=Audio(playback=known(0))), 0),
            Example("nobody looked", Facts(), None),
        ),
    ),
    Check(
        id="audio.capture",
        title="Microphone",
        kind=Kind.INVENTORY,
        measure=Measure.COUNT,
        looks_at="how many capture devices the sound cards offer",
        needs=("sound",),
        decides="the profile gives the least",
        remedy="No microphone. Check the sound driver, then put the laptop on the repair shelf.",
        read=_capture,
        examples=(
            Example("one", Facts(audio=Audio(capture=known(1))), 1),
            Example("nobody looked", Facts(), None),
        ),
    ),
    Check(
        id="audio.cards",
        title="Sound cards",
        kind=Kind.INVENTORY,
        measure=Measure.TEXT,
        looks_at="the names of the sound cards",
        needs=("sound",),
        decides="within where each of them is allowed; no sound card at all is a fault, not an unknown",
        remedy="Another sound card than ordered, or none. Check the sound driver, then put the laptop on the query"
        " shelf.",
        read=_cards,
        examples=(
            Example("one", Facts(audio=Audio(cards=known(("HDA Intel PCH",)))), ("HDA Intel PCH",)),
            Example("none", Facts(audio=Audio(cards=known(()))), "no sound card"),
            Example("nobody looked", Facts(), None),
        ),
    ),
)
