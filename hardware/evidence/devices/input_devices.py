"""The `input` item, /proc/bus/input/devices: is there a keyboard, a touchpad, a touchscreen.

Decided by what each device can do, as the kernel's bitmaps say (linux/input-event-codes.h), and by its name only for
touchpads that act as a mouse.
"""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

from hardware.evidence.decoding import decode_text
from hardware.evidence.errors import EvidenceError
from hardware.evidence.leaves import absent
from specs.facts import Fact, Facts, InputDevices, Known

__all__ = ["MOST_DEVICES", "OUTSIDE_BUSES", "TOUCHPAD_NAME", "keyboard_fact", "read_input"]

MOST_DEVICES: Final = 1024
"""A laptop lists about 20."""

_WORD: Final = re.compile(r"[0-9A-Fa-f]{1,16}", re.ASCII)
TOUCHPAD_NAME: Final = re.compile(r"touchpad|trackpad|glidepoint", re.IGNORECASE)
# KEY_ENTER, KEY_A, KEY_SPACE: a keyboard has them; a power button and a headset have not.
_TYPING: Final = (28, 30, 57)
_TOOL_FINGER, _MULTITOUCH_X, _POINTER, _DIRECT = 0x145, 0x35, 0, 1

OUTSIDE_BUSES: Final = {"0003": "USB", "0005": "Bluetooth"}
"""Buses that a keyboard is plugged or paired to (linux/input.h), and what a person calls them."""


class _Device(Struct, frozen=True):
    name: str
    bus: str
    virtual: bool
    properties: int
    keys: int
    axes: int


def read_input(data: bytes, item: str) -> Facts:
    """The input facts. Raises `EvidenceError` where the text is not the kernel's list."""
    text = decode_text(data).replace("\r", "")
    blocks = [block for block in text.split("\n\n") if "I: Bus=" in block]
    if len(blocks) > MOST_DEVICES:
        raise EvidenceError(f"the text lists more than {MOST_DEVICES} input devices")
    devices = [_device(block) for block in blocks]
    if not devices and text.strip():
        raise EvidenceError("the text is not /proc/bus/input/devices")
    return Facts(
        input=InputDevices(
            keyboard=keyboard_fact([device.bus for device in devices if _is_keyboard(device)], item),
            touchpad=Known(any(_is_touchpad(device) for device in devices), (item,)),
            touchscreen=Known(any(_is_touchscreen(device) for device in devices), (item,)),
        )
    )


def keyboard_fact(buses: list[str], item: str) -> Fact[bool]:
    """Whether one is built in, by the bus ("0011") of each: one on USB may be a scanner's, or the laptop's own."""
    if any(bus not in OUTSIDE_BUSES for bus in buses):
        return Known(True, (item,))
    if buses:
        words = " and ".join(sorted({OUTSIDE_BUSES[bus] for bus in buses}, reverse=True))
        return absent(f"only a keyboard on {words} answers; look whether it is built in", item)
    return Known(False, (item,))


def _device(block: str) -> _Device:
    fields: dict[str, str] = {}
    for line in block.splitlines():
        key, equals, value = line[3:].partition("=")
        if equals:
            fields.setdefault(key, value)
    return _Device(
        name=fields.get("Name", ""),
        bus=fields.get("Bus", "")[:4],
        virtual=fields.get("Sysfs", "").startswith("/devices/virtual/"),
        properties=_bitmap(fields.get("PROP")),
        keys=_bitmap(fields.get("KEY")),
        axes=_bitmap(fields.get("ABS")),
    )


def _bitmap(text: str | None) -> int:
    """The kernel prints words in hexadecimal, the highest first: of 64 bits, or of 32 where it is a 32-bit kernel.

    The 768 keys are 12 words of 64 bits; where there are more, or no word is longer than 32 bits, they are short ones.
    """
    words = (text or "")[:512].split()
    if len(words) > 24 or not all(_WORD.fullmatch(word) for word in words):
        return 0
    short = len(words) > 1 and (len(words) > 12 or max(map(len, words)) <= 8)
    number = 0
    for word in words:
        number = number << (32 if short else 64) | int(word, 16)
    return number


def _is_keyboard(device: _Device) -> bool:
    return not device.virtual and all(device.keys >> key & 1 for key in _TYPING)


def _is_touchpad(device: _Device) -> bool:
    finger = device.keys >> _TOOL_FINGER & 1 and not device.properties >> _DIRECT & 1
    return bool(finger) or TOUCHPAD_NAME.search(device.name) is not None


def _is_touchscreen(device: _Device) -> bool:
    return bool(device.properties >> _DIRECT & 1 and device.axes >> _MULTITOUCH_X & 1)
