"""The USB ports with a stick in them: which of them work?"""

from __future__ import annotations

from typing import Final

from checks.check import Check, Example, Kind, Measured, Reading, absent
from checks.exercised import unless_broken_off
from specs.facts import Exercises, Facts, Unknown, UsbPort, UsbTried, known
from specs.quantities import Measure

__all__ = ["CHECKS"]


def _work(facts: Facts) -> Reading:
    usb = facts.exercises.usb
    if isinstance(usb, Unknown):
        return usb
    ports = usb.value.ports
    if not ports:
        return absent("no port took a device: nobody put one in, or they are dead", usb)
    slowest = min(ports, key=lambda one: (one.speed_mbps, one.port))
    return Measured(
        len({one.port for one in ports}), usb.evidence, f"slowest: port {slowest.port}, {slowest.speed_mbps} Mbit/s"
    )


def _of(*ports: UsbPort) -> Facts:
    return Facts(exercises=Exercises(usb=known(UsbTried(ports, 4, bool(ports)))))


CHECKS: Final = (
    Check(
        id="usb.ports_work",
        title="USB ports that work",
        kind=Kind.EXERCISE,
        measure=Measure.COUNT,
        looks_at="how many different ports took a device that was put in",
        needs=("exercise-usb",),
        decides="the profile gives the least, by how many the model has; unknown where nothing was put in",
        remedy="A USB port does not work. Try it with another stick, then put the laptop on the repair shelf.",
        read=unless_broken_off("usb", _work),
        examples=(
            Example("two", _of(UsbPort("1-1", 480), UsbPort("2-1", 5000)), 2),
            Example("nobody put one in", _of(), None),
            Example("nobody was asked", Facts(), None),
        ),
    ),
)
