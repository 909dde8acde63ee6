"""The camera's picture: is there anything in it, and is it sharp enough to read a printed code?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final, Literal

from msgspec import Meta, Struct

from checks.check import Check, Example, Kind, Measured, Reading, absent, every
from checks.exercised import unless_broken_off
from checks.several import gravest_of, worst_of
from specs.facts import CameraPicture, Exercises, Fact, Facts, Known, Unknown, known, value_of
from specs.quantities import Measure

__all__ = ["CHECKS"]

_NEEDS: Final = ("exercise-camera",)
_WHITE: Final = 255
_NO_PICTURE: Final = "no camera was there to take a picture with"


class PictureArguments(Struct, frozen=True, forbid_unknown_fields=True):
    """Which of several cameras counts."""

    which: Annotated[
        Literal["worst", "best"],
        Meta(description="which camera counts, where there are several; an infrared one sees nothing without its lamp"),
    ] = "worst"


class FocusArguments(Struct, frozen=True, forbid_unknown_fields=True):
    """What the printed code says."""

    text: Annotated[str, Meta(description="what the printed code must say, where not any will do")] = ""


def _picture(facts: Facts, arguments: PictureArguments) -> Reading:
    cameras = facts.exercises.camera
    if isinstance(cameras, Unknown):
        return cameras
    pick: Callable[..., Any] = min if arguments.which == "worst" else max
    told = [(_words(one), _share(one.span)) for one in cameras.value]
    if arguments.which == "best" and any(isinstance(share, Known) for _, share in told):
        told = [(name, share) for name, share in told if isinstance(share, Known)]
    return worst_of(told, pick) or absent(_NO_PICTURE, cameras)


def _share(span: Fact[float]) -> Fact[float]:
    return Known(100 * span.value / _WHITE, span.evidence) if isinstance(span, Known) else span


def _words(camera: CameraPicture) -> str:
    brightness, sharpness = value_of(camera.brightness), value_of(camera.sharpness)
    if brightness is None or sharpness is None:
        return camera.name
    return f"{camera.name}: brightness {brightness:.0f} of {_WHITE}, sharpness {sharpness:.0f}"


def _focus(facts: Facts, arguments: FocusArguments) -> Reading:
    cameras = facts.exercises.camera
    if isinstance(cameras, Unknown):
        return cameras
    if not cameras.value:
        return absent(_NO_PICTURE, cameras)
    told = [(one.name, one.codes) for one in cameras.value]
    for name, codes in told:
        read = codes.value if isinstance(codes, Known) else ()
        if arguments.text in read or (read and not arguments.text):
            return Measured(True, codes.evidence, f"{name}: {', '.join(read)}")
    # A camera of which there is no picture may be the one that saw it.
    return gravest_of(told) or Measured(False, every(codes for _, codes in told))


def _of(*cameras: CameraPicture) -> Facts:
    return Facts(exercises=Exercises(camera=known(cameras)))


def _seen(name: str, span: float, *codes: str) -> CameraPicture:
    return CameraPicture(name, known(120.0), known(span / 4), known(span), known(900.0), known(codes))


_GOOD: Final = _seen("video0", 204.0, "INTAKE FOCUS")
_BLACK: Final = _seen("video2", 0.0)
_REFUSED: Final = CameraPicture("video4", *[Unknown("the camera gave no picture: EIO", (), "unreadable")] * 5)

CHECKS: Final = (
    Check(
        id="camera.picture",
        title="Camera picture",
        kind=Kind.EXERCISE,
        measure=Measure.PERCENT,
        looks_at="how far the lights of the picture are from its darks, of all that is between black and white",
        needs=_NEEDS,
        decides="0 % is a picture of one colour: a shutter, a lens cap or a dead sensor; unknown without a picture",
        remedy="The camera shows nothing. Open its shutter and try again, then put the laptop on the repair shelf.",
        read=unless_broken_off("camera", _picture),
        arguments=PictureArguments,
        examples=(
            Example("a room", _of(_GOOD), 80.0),
            Example("the second camera is black", _of(_GOOD, _BLACK), 0.0),
            Example("one of them is enough", _of(_GOOD, _BLACK), 80.0, {"which": "best"}),
            Example("a camera gave no picture", _of(_GOOD, _REFUSED), None),
            Example("no camera", _of(), None),
            Example("nobody took one", Facts(), None),
        ),
    ),
    Check(
        id="camera.focus",
        title="Camera focus",
        kind=Kind.EXERCISE,
        measure=Measure.YES_NO,
        looks_at="whether a printed QR code that is held before the camera can be read in its picture",
        needs=_NEEDS,
        decides="yes where one is read, by any camera; no where none is, and then perhaps none was there",
        remedy="Hold the printed code an arm's length before the camera and scan the laptop again. If it still cannot"
        " be read, put the laptop on the repair shelf.",
        read=unless_broken_off("camera", _focus),
        arguments=FocusArguments,
        examples=(
            Example("a code is read", _of(_BLACK, _GOOD), True),
            Example("the code of this bench", _of(_GOOD), True, {"text": "INTAKE FOCUS"}),
            Example("another code", _of(_GOOD), False, {"text": "INTAKE 7"}),
            Example("none is read", _of(_BLACK), False),
            Example("nobody took a picture", Facts(), None),
        ),
    ),
)
