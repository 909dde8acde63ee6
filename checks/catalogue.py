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
    display,
    firmware,
    identity,
    input,
    memory,
    processor,
    security,
    storage,
    system,
    usb,
    wireless,
)
from checks.check import Check
from specs.profile import Shape

__all__ = ["CATALOGUE", "shapes"]

_ALL: Final = (
    *identity.CHECKS,
    *firmware.CHECKS,
    *processor.CHECKS,
    *memory.CHECKS,
    *storage.CHECKS,
    *display.CHECKS,
    *battery.CHECKS,
    *wireless.CHECKS,
    *camera.CHECKS,
    *audio.CHECKS,
    *input.CHECKS,
    *usb.CHECKS,
    *security.CHECKS,
    *system.CHECKS,
    *chromeos.CHECKS,
)

CATALOGUE: Final[Mapping[str, Check]] = MappingProxyType({check.id: check for check in _ALL})


def shapes() -> dict[str, Shape]:
    """What each check measures and takes, by id: what `specs.resolve` needs to know of the catalogue."""
    return {check.id: Shape(check.measure, check.arguments) for check in _ALL}
