"""Camera: is one there? Whether its picture is good is for the exercises."""

from __future__ import annotations

from typing import Final

from checks.check import Check, Example, Measured, Reading
from specs.facts import Camera, Facts, Unknown, known
from specs.quantities import Measure

__all__ = ["CHECKS"]


def _camera(facts: Facts) -> Reading:
    cameras = facts.camera
    if isinstance(cameras, Unknown):
        return cameras
    return Measured(bool(cameras.value), cameras.evidence)


CHECKS: Final = (
    Check(
        id="camera.present",
        title="Camera",
        measure=Measure.YES_NO,
        looks_at="whether a camera answers",
        needs=("camera",),
        decides="yes where at least one does",
        remedy="No camera answers. Check the camera switch, then put the laptop on the repair shelf.",
        read=_camera,
        examples=(
            Example("a webcam", Facts(camera=known((Camera("video0"),))), True),
            Example("none", Facts(camera=known(())), False),
        ),
    ),
)
