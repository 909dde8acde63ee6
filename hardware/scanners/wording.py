"""Every sentence of the keyboard wedge and of the serial scanner. The camera's stand in `camera_wording`."""

from __future__ import annotations

from typing import Final

__all__ = [
    "BROKEN_LINE",
    "BROKEN_SCAN",
    "BUSY",
    "CANNOT_OPEN",
    "DENIED",
    "KEYBOARD_READY",
    "NONE_FOUND",
    "NOT_A_PORT",
    "NOT_THERE",
    "REFUSED_CHOICE",
    "REFUSED_OPTION",
    "REFUSED_TWICE",
    "REFUSED_USB",
    "REFUSED_WHERE",
    "SERIAL_NOISE",
    "SERIAL_READY",
    "TOO_LONG",
    "UNPLUGGED",
    "USB_NOT_FOUND",
]

BROKEN_SCAN: Final = "Broken scan. Scan again."
TOO_LONG: Final = "That was longer than any code ({most} characters), so nothing was taken. Scan again."

KEYBOARD_READY: Final = "The keyboard is ready for scans and for typed serials."

BROKEN_LINE: Final = "Only a part of a scan came from the {what} at {device}, so nothing was taken. Scan again."
SERIAL_NOISE: Final = (
    "Noise came from the {what} at {device}, and no code. Scan again; if it happens each time, the scanner's baud rate "
    "and parity are not those set here ({line})."
)

SERIAL_READY: Final = "The {what} at {device} is ready."
UNPLUGGED: Final = "The {what} at {device} was unplugged. Plug it in again; it is found by itself."
NONE_FOUND: Final = (
    "No serial scanner is plugged in. Plug one in; it is found by itself. One that is not found must be named in the "
    "settings."
)
USB_NOT_FOUND: Final = "No scanner with the USB ids {ids} is plugged in. Plug it in; it is found by itself."
NOT_THERE: Final = "There is no scanner at {device}. Plug it in; it is found by itself."
BUSY: Final = "Another program has {device} open. Close that program; the bench tries again by itself."
DENIED: Final = "The bench may not open {device}. Add its user to the group dialout, log in again and start the bench."
NOT_A_PORT: Final = "{device} is no serial port. Name the scanner's port in the settings."
CANNOT_OPEN: Final = "{device} could not be opened ({why}). Unplug the scanner and plug it in again."

REFUSED_WHERE: Final = (
    "The port of a serial scanner cannot be “{text}”. Write auto, usb:VENDOR:PRODUCT, or a path like /dev/ttyUSB0."
)
REFUSED_USB: Final = (
    "The USB ids of a serial scanner cannot be “{text}”. Write four hexadecimal digits for each of vendor and product, "
    "like usb:0c2e:0720, and a serial number after another colon to tell two apart."
)
REFUSED_OPTION: Final = "A serial scanner has no option “{text}”. Take of {known}, each as name=value."
REFUSED_TWICE: Final = "The option {option} stands twice. Leave one of them out."
REFUSED_CHOICE: Final = "The option {option} cannot be “{text}”. Take one of {known}."
