"""Camera, sound, keyboard and USB: are they there? Whether they work is for the exercises and the technician."""

from __future__ import annotations

from typing import Final

from checks.check import Check, Example, Measured, Reading, measured
from specs.facts import Audio, Camera, Facts, InputDevices, Unknown, Usb, known
from specs.quantities import Measure

__all__ = ["CHECKS"]


def _camera(facts: Facts) -> Reading:
    cameras = facts.camera
    if isinstance(cameras, Unknown):
        return cameras
    return Measured(bool(cameras.value), cameras.evidence)


def _playback(facts: Facts) -> Reading:
    return measured(facts.audio.playback)


def _capture(facts: Facts) -> Reading:
    return measured(facts.audio.capture)


def _keyboard(facts: Facts) -> Reading:
    return measured(facts.input.keyboard)


def _ports(facts: Facts) -> Reading:
    return measured(facts.usb.ports)


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
    Check(
        id="input.keyboard",
        title="Keyboard",
        measure=Measure.YES_NO,
        looks_at="whether a keyboard answers; its layout is for the technician's eyes",
        needs=("input",),
        decides="yes where one does",
        remedy="The keyboard does not answer. Put the laptop on the repair shelf.",
        read=_keyboard,
        examples=(Example("fitted", Facts(input=InputDevices(keyboard=known(True))), True),),
    ),
    Check(
        id="usb.ports",
        title="USB ports",
        measure=Measure.COUNT,
        looks_at="how many ports the USB root hubs report, those without a socket included",
        needs=("usb", "pci"),
        decides="the profile gives the least",
        remedy="No USB port answers. Put the laptop on the repair shelf.",
        read=_ports,
        examples=(Example("four", Facts(usb=Usb(ports=known(4))), 4),),
    ),
)
