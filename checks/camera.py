"""Camera: is one there, and which? Whether its picture is good is for the exercises."""

from __future__ import annotations

from typing import Final

from checks.check import Check, Example, Kind, Measured, Reading
from checks.several import count_of, texts_of
from specs.facts import Camera, Facts, Unknown, known
from specs.quantities import Measure

__all__ = ["CHECKS"]


def _camera(facts: Facts) -> Reading:
    cameras = facts.camera
    if isinstance(cameras, Unknown):
        return cameras
    return Measured(bool(cameras.value), cameras.evidence)


def _count(facts: Facts) -> Reading:
    return count_of(facts.camera, lambda camera: camera.name)


def _model(facts: Facts) -> Reading:
    cameras = facts.camera
    if isinstance(cameras, Unknown):
        return cameras
    return texts_of(((camera.name, camera.model) for camera in cameras.value), Measured("no camera", cameras.evidence))


_WEBCAM: Final = Facts(camera=known((Camera("video0", model=known("Integrated Camera")),)))
_NONE: Final = Facts(camera=known(()))

CHECKS: Final = (
    Check(
        id="camera.present",
        title="Camera",
        kind=Kind.INVENTORY,
        measure=Measure.YES_NO,
        looks_at="whether a camera answers",
        needs=("camera",),
        decides="yes where at least one does",
        remedy="No camera answers. Check the camera switch, then put the laptop on the repair shelf.",
        read=_camera,
        examples=(
            Example("a webcam", _WEBCAM, True),
            Example("none", _NONE, False),
            Example("nobody looked", Facts(), None),
        ),
    ),
    Check(
        id="camera.count",
        title="Number of cameras",
        kind=Kind.INVENTORY,
        measure=Measure.COUNT,
        looks_at="how many cameras answer; an infrared one beside the webcam is a second",
        needs=("camera",),
        decides="the profile says how many",
        remedy="A camera does not answer. Check the camera switch, then put the laptop on the repair shelf.",
        read=_count,
        examples=(
            Example("a webcam", _WEBCAM, 1),
            Example("none", _NONE, 0),
            Example("nobody looked", Facts(), None),
        ),
    ),
    Check(
        id="camera.model",
        title="Camera model",
        kind=Kind.INVENTORY,
        measure=Measure.TEXT,
        looks_at="the names of the cameras",
        needs=("camera",),
        decides="within where each of them is allowed and each camera has a name; no camera at all is a fault",
        remedy="Another camera than ordered. Put the laptop on the query shelf.",
        read=_model,
        examples=(
            Example("a webcam", _WEBCAM, ("Integrated Camera",)),
            Example("none", _NONE, "no camera"),
            Example("one without a name", Facts(camera=known((Camera("video0"),))), None),
        ),
    ),
)
