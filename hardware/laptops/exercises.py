"""The exercises that the probe can do on a laptop (hardware/probe/exercises), as the bench plans them.

An exercise gives one evidence item, `exercise-NAME`, and nothing else. Kinds and times: domain/test-executives.md
section 5; the deadlines leave four times what a slow laptop was seen to need.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from msgspec import Struct

__all__ = ["EXERCISES", "Exercise", "item_of"]


class Exercise(Struct, frozen=True):
    """What a plan must know. `usual_s` is how long it takes on a good laptop, `deadline_s` when it is killed (seconds).

    Two that share one of `uses` never run at once. `hands_on`: a person must do something, so it is asked like a
    question and its time is no machine time.
    """

    name: str
    title: str
    usual_s: float
    deadline_s: float
    uses: frozenset[str]
    hands_on: bool = False


_ALL: Final = (
    Exercise("memory", "memory test", 20.0, 120.0, frozenset({"processor", "memory"})),
    Exercise("storage", "storage read", 12.0, 90.0, frozenset({"disk"})),
    Exercise("cpu", "processor load", 20.0, 90.0, frozenset({"processor"})),
    Exercise("camera", "camera picture", 4.0, 30.0, frozenset({"camera"})),
    Exercise("sound", "loudspeaker and microphone", 8.0, 40.0, frozenset({"sound"})),
    Exercise("wifi", "Wi-Fi scan", 6.0, 40.0, frozenset({"radio"})),
    Exercise("battery", "battery draw", 15.0, 90.0, frozenset({"power"}), hands_on=True),
    Exercise("keyboard", "keyboard", 30.0, 180.0, frozenset({"keys"}), hands_on=True),
    Exercise("touchpad", "touchpad", 20.0, 120.0, frozenset({"pointer"}), hands_on=True),
    Exercise("display", "display colours", 15.0, 180.0, frozenset({"screen"}), hands_on=True),
    Exercise("lid", "lid", 10.0, 90.0, frozenset({"screen", "lid"}), hands_on=True),
    Exercise("usb", "USB ports", 30.0, 180.0, frozenset({"ports"}), hands_on=True),
)

EXERCISES: Final[Mapping[str, Exercise]] = MappingProxyType({one.name: one for one in _ALL})


def item_of(name: str) -> str:
    """The evidence item that an exercise gives: exercise-NAME."""
    return f"exercise-{name}"
