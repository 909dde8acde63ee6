"""Where a camera's pictures come from: how an operator names it, and the seam that every source stands behind.

Nothing here opens anything or needs OpenCV: the engine names cameras, and only their own processes open them
(`camera_capture`).
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from enum import Enum
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, TypeAlias
from urllib.parse import parse_qsl, urlsplit

from hardware.scanners import camera_wording as wording
from specs.text import clean, is_clean

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "CameraFault",
    "CameraGone",
    "CameraRefused",
    "CameraSpec",
    "CameraStuck",
    "Frame",
    "FrameSource",
    "Picture",
    "SourceKind",
    "parse_camera_spec",
]

_LONGEST_SPEC: Final = 1024
_MOST_DEVICES: Final = 64
"""Device numbers below this are cameras; a longer number is more likely a serial typed into the wrong field."""
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")
_NUMBERED: Final = re.compile(r"%(?:0?[1-9])?d")
_PICTURES: Final = frozenset({".jpg", ".jpeg", ".png", ".bmp"})
_LIMITS: Final = {"width": (160, 4096), "height": (120, 4096), "fps": (1, 120)}
"""Bounds against slips of the finger: 4096 is where pictures are reduced anyway, and a camera takes what it can."""

Picture: TypeAlias = "NDArray[np.uint8]"
"""Rows of pixels: height x width (gray) or height x width x 3 (blue, green, red), 8 bits each."""


class CameraRefused(Exception):
    """What was named can be no camera. The message is a sentence."""


class CameraGone(Exception):
    """The camera is not there, or no longer: it is looked for again. The message is a sentence."""


class CameraFault(Exception):
    """The camera is there, and somebody must mend something first. The message is a sentence."""


class CameraStuck(Exception):
    """A call into the camera's driver does not come back: only the end of the process lets the device go."""


class SourceKind(Enum):
    """The four kinds of sources. Files and images end; devices and streams stall or vanish."""

    DEVICE = "device"
    FILE = "file"
    IMAGES = "images"
    STREAM = "stream"


@dataclass(frozen=True)
class CameraSpec:
    """One camera as it was named. `target` is the device's path, an absolute path or pattern, or the stream's address.

    `width` x `height` pixels and `fps` are asked of a device; `fps` is also the speed of numbered pictures, which have
    no time of their own. `name` can be shown: it holds no password and no query of an address.
    """

    text: str
    kind: SourceKind
    target: str
    name: str
    width: int = 1280
    height: int = 720
    fps: int = 30

    @property
    def finite(self) -> bool:
        """True for recordings, which end and are never played again."""
        return self.kind in (SourceKind.FILE, SourceKind.IMAGES)


class Frame(NamedTuple):
    """One picture, and when it was taken: seconds on the source's own clock, which never runs backwards.

    A live source's clock is the machine's monotonic one; a recording's is its own, so that what is read in it does not
    depend on how fast this machine is.
    """

    picture: Picture
    at: float


class FrameSource(Protocol):
    """One opened place that pictures come from."""

    @property
    def skipped(self) -> int:
        """How many pictures could not be opened and were passed over."""
        ...

    def open(self) -> None:
        """Opens it. Raises `CameraGone` or `CameraFault`; may be called again after `close`."""
        ...

    def next(self) -> Frame | None:
        """The next picture of a recording, or None at its end; of a live source, the newest one, however many have
        passed since. Waits a few seconds at most; raises `CameraGone` or `CameraFault`."""
        ...

    def close(self) -> None:
        """Lets the source go; may be called twice. Raises `CameraStuck` where it cannot be let go."""
        ...


def parse_camera_spec(text: str) -> CameraSpec:
    """The camera that an operator named, or `CameraRefused` with a sentence.

    `0`, `/dev/video0`: a device, with options as in `0?width=1920&height=1080&fps=15`. `http://HOST/PATH`: an MJPEG
    stream. `im_%04d.jpg`, also with `?fps=15`: numbered pictures. Anything else without a scheme: a recording's path.
    """
    if not text or len(text) > _LONGEST_SPEC or text != text.strip() or not is_clean(text, _LONGEST_SPEC):
        raise CameraRefused(wording.UNREADABLE_FORM)
    if scheme := _SCHEME.match(text):
        # FFmpeg opens pipe:, concat:, tcp: and more; a path that begins like one can be written ./like:this.
        if scheme[1].lower() != "http":
            raise CameraRefused(wording.say(wording.REFUSED_SCHEME, scheme=scheme[1]))
        return _stream(text)
    target, mark, query = text.partition("?")
    if target.isascii() and target.isdigit():
        if len(target) > 3 or int(target) >= _MOST_DEVICES:
            raise CameraRefused(wording.UNREADABLE_FORM)
        number = int(target)
        return _device(text, f"/dev/video{number}", f"camera {number}", _options(query, mark, *_LIMITS))
    if target.startswith("/dev/"):
        return _device(text, os.path.normpath(target), f"camera {clean(target, 80)}", _options(query, mark, *_LIMITS))
    return _recording(text, target, query, mark)


def _device(text: str, path: str, name: str, options: dict[str, int]) -> CameraSpec:
    return CameraSpec(text, SourceKind.DEVICE, path, name, **options)


def _recording(text: str, target: str, query: str, mark: str) -> CameraSpec:
    path = PurePosixPath(target)
    if not path.name:
        raise CameraRefused(wording.UNREADABLE_FORM)
    # Absolute: what begins with a slash is never taken for an address.
    absolute = os.path.abspath(target)
    name = f"camera {clean(path.name, 80)}"
    if path.suffix.lower() in _PICTURES:
        if len(_NUMBERED.findall(path.name)) > 1:
            raise CameraRefused(wording.UNREADABLE_FORM)
        return CameraSpec(text, SourceKind.IMAGES, absolute, name, **{"fps": 10} | _options(query, mark, "fps"))
    _options(query, mark)
    return CameraSpec(text, SourceKind.FILE, absolute, name)


def _stream(text: str) -> CameraSpec:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise CameraRefused(wording.REFUSED_ADDRESS) from None
    if not parts.hostname or port == 0 or not text.isascii() or not text.isprintable() or " " in text:
        raise CameraRefused(wording.REFUSED_ADDRESS)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    shown = f"http://{host}{f':{port}' if port else ''}{parts.path}"
    return CameraSpec(text, SourceKind.STREAM, text, f"camera {clean(shown, 80)}")


def _options(query: str, mark: str, *allowed: str) -> dict[str, int]:
    """The options behind the question mark, each once and within its limits."""
    if not mark:
        return {}
    words = ", ".join(f"{name}={_LIMITS[name][0]}...{_LIMITS[name][1]}" for name in allowed) or "none"
    try:
        pairs = parse_qsl(query or "?", keep_blank_values=True, strict_parsing=True, max_num_fields=8)
    except ValueError:
        raise CameraRefused(wording.say(wording.REFUSED_OPTION, option=query, known=words)) from None
    found: dict[str, int] = {}
    for name, value in pairs:
        if name not in allowed or name in found or not (value.isascii() and value.isdigit() and len(value) <= 5):
            raise CameraRefused(wording.say(wording.REFUSED_OPTION, option=f"{name}={value}", known=words))
        lowest, highest = _LIMITS[name]
        if not lowest <= int(value) <= highest:
            raise CameraRefused(wording.say(wording.REFUSED_OPTION, option=f"{name}={value}", known=words))
        found[name] = int(value)
    return found
