"""What the bench says of the exercises that need hands: what for, what to do, what may be wrong, and how far it is.

What is done on the laptop, and what is wrong with a part, is by domain/test-executives.md section 5.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from hardware.laptops.link import Progress
from specs.asking import Symptom

__all__ = ["EXERCISE_WORDS", "WHICH_NUMBER", "ExerciseWords", "progress_words", "what_is_wrong"]

WHICH_NUMBER: Final = "Which number is on the laptop's screen?"

_STARTS: Final = "it starts in a moment"
_UNDER_WAY: Final = "under way"
_SHOWN: Final = "all of it has been shown"
_ENDED: Final = "ended"
_COULD_NOT_SHOW: Final = "the laptop could not show it: PASS tries again, FAIL says what is wrong"

_OTHER: Final = Symptom("something_else", "Something else")


class ExerciseWords(Struct, frozen=True):
    """One exercise in words. `counted` says how far it is, with {done} and {of}."""

    purpose: str
    steps: tuple[str, ...]
    look: str
    symptoms: tuple[Symptom, ...]
    counted: str


_WORDS: Final = {
    "battery": ExerciseWords(
        purpose="Shows that the laptop runs on its battery, and what it draws.",
        steps=(
            "Pull the charger out of the laptop.",
            "Wait until this question has gone.",
            "Plug the charger in again.",
        ),
        look="The laptop must stay on without its charger.",
        symptoms=(
            Symptom("goes_off", "It goes off without the charger"),
            Symptom("does_not_charge", "It does not charge"),
            Symptom("socket_loose", "The charger's socket is loose or broken"),
            _OTHER,
        ),
        counted="{done} of {of} readings",
    ),
    "keyboard": ExerciseWords(
        purpose="Shows that every key goes down and comes up again.",
        steps=("Press each key once, row by row; the power key is left out.", "Let each one come up again."),
        look="Every key must be there, and spring back.",
        symptoms=(
            Symptom("key_missing", "A key is missing"),
            Symptom("key_dead", "A key does nothing"),
            Symptom("key_sticks", "A key stays down"),
            Symptom("wrong_letters", "A key is marked with another letter than it types"),
            Symptom("liquid", "Something was spilt on it"),
            _OTHER,
        ),
        counted="{done} of {of} keys",
    ),
    "touchpad": ExerciseWords(
        purpose="Shows that the touchpad feels a finger everywhere, and clicks.",
        steps=(
            "Keep your hands off it for a second.",
            "Stroke all of it with one finger, edges and corners too.",
            "Click left, then right. Then put two fingers on it.",
        ),
        look="The touchpad must be whole, and click.",
        symptoms=(
            Symptom("dead_area", "A part of it feels nothing"),
            Symptom("no_click", "It does not click"),
            Symptom("jumps", "The pointer jumps, or moves by itself"),
            Symptom("surface", "Its surface is damaged"),
            _OTHER,
        ),
        counted="{done} of {of} parts",
    ),
    "display": ExerciseWords(
        purpose="Shows that every dot of the display works, in every colour.",
        steps=(
            "Look at the laptop's screen: it fills with one colour after the other.",
            "Look at each from edge to edge.",
            "A number comes last: remember it.",
        ),
        look="Each colour must fill the whole screen evenly.",
        symptoms=(
            Symptom("dark", "It stays dark, or too dark"),
            Symptom("pixels", "Dots that never change"),
            Symptom("lines", "Lines or stripes"),
            Symptom("spots", "Spots, stains or pressure marks"),
            Symptom("uneven", "Colour or light is uneven"),
            Symptom("flickers", "It flickers"),
            Symptom("cracked", "It is cracked or scratched"),
            _OTHER,
        ),
        counted="picture {done} of {of}",
    ),
    "lid": ExerciseWords(
        purpose="Shows that the laptop knows when its lid is shut.",
        steps=("Shut the lid.", "Wait two seconds.", "Open it again."),
        look="The hinges must hold the lid, and shut it whole.",
        symptoms=(
            Symptom("not_noticed", "The laptop does not notice the lid"),
            Symptom("hinge", "A hinge is loose, stiff or broken"),
            Symptom("does_not_shut", "The lid does not shut"),
            Symptom("does_not_wake", "The screen stays dark when it is opened"),
            _OTHER,
        ),
        counted="{done} of {of} movements",
    ),
    "usb": ExerciseWords(
        purpose="Shows that every USB socket works.",
        steps=(
            "Plug the bench's USB stick into each socket in turn.",
            "Leave the boot stick where it is.",
            "Wait at each until one more is counted here.",
        ),
        look="The stick must sit firmly in each socket.",
        symptoms=(
            Symptom("port_dead", "A socket does nothing"),
            Symptom("port_loose", "A socket is loose or bent"),
            Symptom("port_blocked", "Something is stuck in a socket"),
            _OTHER,
        ),
        counted="{done} of {of} sockets",
    ),
}

EXERCISE_WORDS: Final[Mapping[str, ExerciseWords]] = MappingProxyType(_WORDS)
"""The exercises that need hands, by name."""


def what_is_wrong(look: str) -> str:
    """The question of the list of symptoms, about what was asked before."""
    return f"What is wrong? {look}"


def progress_words(name: str, progress: Progress | None, *, ended: bool, shown: bool, shows: bool) -> str:
    """How far an exercise is: "41 of 87 keys". `progress` is the last there was; None: none yet. `shows`: there is
    something to look at on the laptop's screen.
    """
    if shown:
        return _SHOWN
    if ended:
        return _COULD_NOT_SHOW if shows else _ENDED
    words = EXERCISE_WORDS.get(name)
    if words is not None and progress is not None and progress.of > 0:
        return words.counted.format(done=min(progress.done, progress.of), of=progress.of)
    return _STARTS if progress is None or progress.state == "started" else _UNDER_WAY
