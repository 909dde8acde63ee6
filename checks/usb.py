"""USB: are there controllers and ports? Whether each works is for the exercises."""

from __future__ import annotations

from typing import Final

from checks.check import Check, Example, Kind, Reading, measured
from specs.facts import Facts, Usb, known
from specs.quantities import Measure

__all__ = ["CHECKS"]


def _ports(facts: Facts) -> Reading:
    return measured(facts.usb.ports)


def _controllers(facts: Facts) -> Reading:
    return measured(facts.usb.controllers)


CHECKS: Final = (
    Check(
        id="usb.ports",
        title="USB ports",
        kind=Kind.INVENTORY,
        measure=Measure.COUNT,
        looks_at="how many ports the USB root hubs report, those without a socket included",
        needs=("usb", "pci"),
        decides="the profile gives the least",
        remedy="No USB port answers. Put the laptop on the repair shelf.",
        read=_ports,
        examples=(Example("four", Facts(usb=Usb(ports=known(4))), 4), Example("nobody looked", Facts(), None)),
    ),
    Check(
        id="usb.controllers",
        title="USB controllers",
        kind=Kind.INVENTORY,
        measure=Measure.COUNT,
        looks_at="how many USB host controllers answer; where the processor has them inside they are not on PCI",
        needs=("pci",),
        decides="the profile gives the least; unknown where none is on PCI",
        remedy="A USB controller does not answer. Put the laptop on the repair shelf.",
        read=_controllers,
        examples=(
            Example("two", Facts(usb=Usb(controllers=known(2))), 2),
            Example("nobody looked", Facts(), None),
        ),
    ),
)
