"""Every sentence that a camera says to the technician: what happened and what to do next."""

from __future__ import annotations

from typing import Final

from hardware.scanners.decoding.symbols import Advice
from specs.text import clean

__all__ = [
    "ADVICE",
    "BAD_LINES",
    "CANNOT_START",
    "DEVICE_GONE",
    "DEVICE_SHUT",
    "DEVICE_SILENT",
    "ENDED",
    "FILE_MISSING",
    "FILE_SHUT",
    "FILE_STRANGE",
    "LOOKING",
    "NOTHING_READ",
    "NOT_A_FILE",
    "NO_LIBRARY",
    "PICTURES_MISSING",
    "READER_ENDED",
    "READING_BROKE_OFF",
    "READY",
    "REFUSED_ADDRESS",
    "REFUSED_OPTION",
    "REFUSED_SCHEME",
    "STALLED",
    "STREAM_ENDED",
    "STREAM_SILENT",
    "STUCK",
    "TOO_LARGE",
    "TOO_LONG",
    "UNFORESEEN",
    "UNREADABLE_FORM",
    "say",
]

_SHOWN: Final = 120
"""Characters of a path or an address in a sentence; a longer one would fill the screen."""

READY: Final = "The camera is ready: hold a label in front of it."
LOOKING: Final = "The camera is looked for."
ENDED: Final = "The recording has ended; nothing more is read from it."
NOTHING_READ: Final = (
    "None of the pictures could be opened: record them again as JPEG or PNG of at most 50 million pixels."
)
STREAM_ENDED: Final = "The camera's stream has ended; it is looked for again."
STUCK: Final = "The camera stopped answering and is opened anew; if this comes again, pull it out and plug it in."
NO_LIBRARY: Final = "Cameras cannot be read here ({how}). Run `station doctor`, which says what is missing."
BAD_LINES: Final = "The camera's reader sent something that is no reading; it is started again."
TOO_LONG: Final = "The camera saw a code that no label has (too long, or no text), so it was not taken."
UNREADABLE_FORM: Final = (
    "A camera is named by its number (0), its device (/dev/video0), a recording (labels.avi), "
    "pictures (im_%04d.jpg) or the address of an MJPEG stream (http://...)."
)

ADVICE: Final[dict[Advice, str]] = {
    Advice.CLOSER: "A code is there, but too small to be read: hold it closer to the camera.",
    Advice.HOLD_STILL: "A code is there, but blurred by movement: hold it still for a moment.",
    Advice.MORE_LIGHT: "A code is there, but too dark to be read: give it more light.",
    Advice.FOCUS: "A code is there, but out of focus: move it slowly to and fro until it is sharp.",
    Advice.LESS_GLARE: "A code is there, but light is reflected on it: tilt it a little.",
}

REFUSED_SCHEME: Final = (
    "Addresses that begin with {scheme}: are not opened as a camera. Give an MJPEG stream (http://...), a device or "
    "the path of a recording."
)
REFUSED_ADDRESS: Final = "The address of the stream is not whole. Write it as http://HOST/PATH, with no blanks."
REFUSED_OPTION: Final = "The option “{option}” of the camera is not understood here. There are: {known}."
DEVICE_GONE: Final = "There is no camera at {where}. Plug it in; it is found by itself."
DEVICE_SHUT: Final = (
    "The bench may not open {where}. Add its user to the group video and start the bench again after logging in anew."
)
DEVICE_SILENT: Final = (
    "{where} gives no pictures: another program has it open, or it is no camera. It is tried again by itself."
)
STREAM_SILENT: Final = "{where} sends no MJPEG pictures. Check the camera and its address; it is tried again by itself."
STALLED: Final = "The camera has sent no picture for {seconds} seconds. Check its cable; it is opened anew by itself."
FILE_MISSING: Final = "There is no recording at {where}. Check the path; it is looked for."
NOT_A_FILE: Final = "{where} is no file. Give the path of a recording."
FILE_SHUT: Final = "{where} may not be read by this user. Change its permissions."
FILE_STRANGE: Final = "{where} is no recording that can be read here. Make it an MJPEG .avi, .mkv or .mp4."
PICTURES_MISSING: Final = "There are no pictures {where} numbered from 0 or 1. Check the path; they are looked for."
TOO_LARGE: Final = (
    "The pictures of {width} x {height} pixels are too large to be read. Set the camera to 4096 x 4096 at most."
)
READER_ENDED: Final = "The camera's reader ended unexpectedly ({how}). It is started again by itself."
READING_BROKE_OFF: Final = "Reading the recording broke off ({how}). It is not read again by itself."
CANNOT_START: Final = "The camera's reader could not be started ({how}). It is tried again by itself."
UNFORESEEN: Final = "The camera's reader failed ({how}). It is started again by itself; please report this."


def say(template: str, **values: object) -> str:
    """The sentence with its places filled, each value cleaned and cut: paths and errors come from outside."""
    return template.format(**{name: clean(str(value), _SHOWN) for name, value in values.items()})
