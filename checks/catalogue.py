"""Every check there is, by id. The one place that knows all of them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from checks import (
    audio,
    audio_loop,
    battery,
    battery_draw,
    camera,
    camera_picture,
    chromeos,
    disagreements,
    display,
    display_shown,
    firmware,
    graphics,
    identity,
    identity_believed,
    input,
    keyboard,
    lid,
    memory,
    memory_test,
    network,
    processor,
    processor_load,
    security,
    storage,
    storage_faults,
    storage_reading,
    storage_wear,
    system,
    touchpad,
    usb,
    usb_ports,
    wireless,
    wireless_scan,
)
from checks.check import Check
from specs.profile import Shape

__all__ = ["CATALOGUE", "shapes"]

_ALL: Final = (
    *identity.CHECKS,
    *identity_believed.CHECKS,
    *firmware.CHECKS,
    *processor.CHECKS,
    *processor_load.CHECKS,
    *memory.CHECKS,
    *memory_test.CHECKS,
    *storage.CHECKS,
    *storage_faults.CHECKS,
    *storage_wear.CHECKS,
    *storage_reading.CHECKS,
    *display.CHECKS,
    *display_shown.CHECKS,
    *battery.CHECKS,
    *battery_draw.CHECKS,
    *wireless.CHECKS,
    *wireless_scan.CHECKS,
    *network.CHECKS,
    *camera.CHECKS,
    *camera_picture.CHECKS,
    *audio.CHECKS,
    *audio_loop.CHECKS,
    *input.CHECKS,
    *keyboard.CHECKS,
    *touchpad.CHECKS,
    *lid.CHECKS,
    *graphics.CHECKS,
    *usb.CHECKS,
    *usb_ports.CHECKS,
    *security.CHECKS,
    *system.CHECKS,
    *chromeos.CHECKS,
    *disagreements.CHECKS,
)

CATALOGUE: Final[Mapping[str, Check]] = MappingProxyType({check.id: check for check in _ALL})


def shapes() -> dict[str, Shape]:
    """What each check measures, takes and is called, by id: what `specs` needs to know of the catalogue."""
    return {check.id: Shape(check.measure, check.arguments, check.title, check.decides, check.words) for check in _ALL}
