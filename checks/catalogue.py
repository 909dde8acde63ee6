"""Every check there is, by id. The one place that knows all of them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from checks import (
    audio,
    battery,
    camera,
    chromeos,
    disagreements,
    display,
    firmware,
    graphics,
    identity,
    identity_believed,
    input,
    memory,
    network,
    processor,
    security,
    storage,
    storage_faults,
    storage_wear,
    system,
    usb,
    wireless,
)
from checks.check import Check
from specs.profile import Shape

__all__ = ["CATALOGUE", "shapes"]

_ALL: Final = (
    *identity.CHECKS,
    *identity_believed.CHECKS,
    *firmware.CHECKS,
    *processor.CHECKS,
    *memory.CHECKS,
    *storage.CHECKS,
    *storage_faults.CHECKS,
    *storage_wear.CHECKS,
    *display.CHECKS,
    *battery.CHECKS,
    *wireless.CHECKS,
    *network.CHECKS,
    *camera.CHECKS,
    *audio.CHECKS,
    *input.CHECKS,
    *graphics.CHECKS,
    *usb.CHECKS,
    *security.CHECKS,
    *system.CHECKS,
    *chromeos.CHECKS,
    *disagreements.CHECKS,
)

CATALOGUE: Final[Mapping[str, Check]] = MappingProxyType({check.id: check for check in _ALL})


def shapes() -> dict[str, Shape]:
    """What each check measures, takes and is called, by id: what `specs` needs to know of the catalogue."""
    return {check.id: Shape(check.measure, check.arguments, check.title, check.decides, check.words) for check in _ALL}
