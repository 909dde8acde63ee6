"""USB: are there ports? Whether each works is for the exercises."""

from __future__ import annotations

from typing import Final

from checks.check import Check, Example, Reading, measured
from specs.facts import Facts, Usb, known
from specs.quantities import Measure

__all__ = ["CHECKS"]


def _ports(facts: Facts) -> Reading:
    return measured(facts.usb.ports)


CHECKS: Final = (
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
