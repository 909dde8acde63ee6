"""A camera by the kernel's V4L2 interface: what it is, which formats it gives, and its frames.

Numbers and layouts: linux/videodev2.h, as it is on 64-bit machines.
"""

from __future__ import annotations

import contextlib
import fcntl
import mmap
import os
import struct
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

QUERYCAP = 0x80685600
ENUM_FMT = 0xC0405602
ENUM_SIZES = 0xC02C564A
G_FMT = 0xC0D05604
S_FMT = 0xC0D05605
REQBUFS = 0xC0145608
QUERYBUF = 0xC0585609
QBUF = 0xC058560F
DQBUF = 0xC0585611
STREAMON = 0x40045612
STREAMOFF = 0x40045613
CAPTURE = 1
"""V4L2_BUF_TYPE_VIDEO_CAPTURE, and V4L2_CAP_VIDEO_CAPTURE."""
CAN_READ = 0x01000000
CAN_STREAM = 0x04000000
HAS_DEVICE_CAPS = 0x80000000
IS_BAD = 0x40
"""V4L2_BUF_FLAG_ERROR: the frame came, but damaged."""
BUFFERS = 4
MOST_FORMATS = 64
MOST_SIZES = 64
_DISCRETE = 1
"""V4L2_FRMSIZE_TYPE_DISCRETE"""
LARGEST_FRAME = 32 * 2**20
_FORMAT = struct.Struct("<I4xIIIIIII")
"""type, then of struct v4l2_pix_format: width, height, pixelformat, field, bytesperline, sizeimage, colorspace."""
_FORMAT_SIZE = 208
_BUFFER_SIZE = 88
_BUFFER_HEAD = struct.Struct("<IIII")
"""index, type, bytesused, flags"""
_MEMORY_AT, _OFFSET_AT, _LENGTH_AT = 60, 64, 72

if TYPE_CHECKING:
    Ioctl = Callable[[int, int, bytearray], object]


class Format(NamedTuple):
    """A picture's form: `fourcc` is "YUYV" and the like, `line` the bytes from one line to the next."""

    width: int
    height: int
    fourcc: str
    line: int
    size: int


class Camera:
    """An opened camera. All methods raise `OSError`."""

    def __init__(self, file: int, ioctl: Ioctl = fcntl.ioctl) -> None:
        self._file = file
        self._ioctl = ioctl
        about = bytearray(104)
        ioctl(file, QUERYCAP, about)
        self.card = bytes(about[16:48]).split(b"\0")[0].decode("utf-8", "replace")
        (all_caps,) = struct.unpack_from("<I", about, 84)
        (own_caps,) = struct.unpack_from("<I", about, 88)
        caps = own_caps if all_caps & HAS_DEVICE_CAPS else all_caps
        self.takes_pictures = bool(caps & CAPTURE)
        """False for the second node of a camera, which gives only its frames' descriptions."""
        self.streams = bool(caps & CAN_STREAM)
        self.reads = bool(caps & CAN_READ)

    def fourccs(self) -> list[str]:
        """The formats that it gives, in its order."""
        found: list[str] = []
        for index in range(MOST_FORMATS):
            about = bytearray(64)
            struct.pack_into("<II", about, 0, index, CAPTURE)
            try:
                self._ioctl(self._file, ENUM_FMT, about)
            except OSError:  # EINVAL: there are no more
                break
            found.append(bytes(about[44:48]).decode("ascii", "replace"))
        return found

    def sizes(self, fourcc: str) -> list[tuple[int, int]]:
        """The sizes (width, height) that it names for a format; none where it takes any within limits."""
        found: list[tuple[int, int]] = []
        (code,) = struct.unpack("<I", fourcc.encode("ascii"))
        for index in range(MOST_SIZES):
            about = bytearray(44)
            struct.pack_into("<II", about, 0, index, code)
            try:
                self._ioctl(self._file, ENUM_SIZES, about)
            except OSError:  # EINVAL: there are no more; ENOTTY: it does not tell
                break
            kind, width, height = struct.unpack_from("<III", about, 8)
            if kind != _DISCRETE:
                break
            found.append((width, height))
        return found

    def format(self) -> bytes:
        """Its format now, to be given to `restore`."""
        about = bytearray(_FORMAT_SIZE)
        struct.pack_into("<I", about, 0, CAPTURE)
        self._ioctl(self._file, G_FMT, about)
        return bytes(about)

    def restore(self, format: bytes) -> None:
        """Sets what `format` gave."""
        self._ioctl(self._file, S_FMT, bytearray(format))

    def choose(self, fourcc: str, width: int, height: int) -> Format:
        """Sets a format; gives what the camera made of it, which may be another."""
        about = bytearray(_FORMAT_SIZE)
        (code,) = struct.unpack("<I", fourcc.encode("ascii"))
        _FORMAT.pack_into(about, 0, CAPTURE, width, height, code, 1, 0, 0, 0)
        self._ioctl(self._file, S_FMT, about)
        _, width, height, code, _, line, size, _ = _FORMAT.unpack_from(about)
        return Format(width, height, struct.pack("<I", code).decode("ascii", "replace"), line, size)


class Stream:
    """Frames by buffers that are shared with the kernel. To be used with `with`; raises `OSError`."""

    def __init__(self, file: int, ioctl: Ioctl = fcntl.ioctl) -> None:
        self._file = file
        self._ioctl = ioctl
        self._maps: list[mmap.mmap] = []

    def __enter__(self) -> Stream:
        request = bytearray(20)
        struct.pack_into("<III", request, 0, BUFFERS, CAPTURE, 1)
        self._ioctl(self._file, REQBUFS, request)
        try:
            for index in range(struct.unpack_from("<I", request)[0]):
                about = self._buffer(index)
                self._ioctl(self._file, QUERYBUF, about)
                (offset,) = struct.unpack_from("<I", about, _OFFSET_AT)
                (length,) = struct.unpack_from("<I", about, _LENGTH_AT)
                self._maps.append(mmap.mmap(self._file, min(length, LARGEST_FRAME), offset=offset))
                self._ioctl(self._file, QBUF, about)
            self._ioctl(self._file, STREAMON, bytearray(struct.pack("<I", CAPTURE)))
        except (OSError, ValueError, OverflowError) as error:
            self._end()
            raise error if isinstance(error, OSError) else OSError(str(error)) from error
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def frame(self) -> bytes:
        """The next frame; b"" where it came damaged. It waits, so ask first whether there is one."""
        about = self._buffer(0)
        self._ioctl(self._file, DQBUF, about)
        index, _, used, flags = _BUFFER_HEAD.unpack_from(about)
        if index >= len(self._maps):
            raise OSError("the camera names a buffer that it has not")
        data = b"" if flags & IS_BAD else self._maps[index][:used]
        self._ioctl(self._file, QBUF, self._buffer(index))
        return data

    def _buffer(self, index: int) -> bytearray:
        about = bytearray(_BUFFER_SIZE)
        struct.pack_into("<II", about, 0, index, CAPTURE)
        struct.pack_into("<I", about, _MEMORY_AT, 1)
        return about

    def _end(self) -> None:
        with contextlib.suppress(OSError):  # it is unplugged, or never began
            self._ioctl(self._file, STREAMOFF, bytearray(struct.pack("<I", CAPTURE)))
        while self._maps:
            self._maps.pop().close()
        # The buffers are given back: as long as there are any, the format cannot be changed.
        release = bytearray(20)
        struct.pack_into("<III", release, 0, 0, CAPTURE, 1)
        with contextlib.suppress(OSError):
            self._ioctl(self._file, REQBUFS, release)


class Reads:
    """Frames by plain reading, for cameras that do not stream."""

    def __init__(self, file: int, size: int) -> None:
        self._file = file
        self._size = min(size, LARGEST_FRAME)

    def __enter__(self) -> Reads:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def frame(self) -> bytes:
        """The next frame."""
        return os.read(self._file, self._size)
