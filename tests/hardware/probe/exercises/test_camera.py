"""A camera's picture: settled, grey, as small as is asked, and from a camera that behaves as it likes."""

import base64
import errno
import os
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.probe.exercises import camera, video
from hardware.probe.exercises.camera import luminance, picture, reduced
from hardware.probe.exercises.video import Camera, Format

ROOM = 8 * 4096
"""Bytes of one buffer: whole pages."""


class Device:
    """A camera as the kernel answers for it, its buffers in a file. `frames` are given one after another, the last one
    for ever.
    """

    def __init__(
        self,
        file,
        frames,
        fourccs=("MJPG", "YUYV"),
        caps=video.CAPTURE | video.CAN_STREAM,
        size=(8, 4),
        sizes=(),
        kind=1,
    ):
        self.sizes = sizes
        self.kind = kind
        self.frames = list(frames)
        self.fourccs = fourccs
        self.caps = caps
        self.size = size
        self.file = os.open(file, os.O_RDWR | os.O_CREAT)
        os.ftruncate(self.file, 64 * ROOM)
        self.format = ("MJPG", 1280, 720)
        self.streaming = False
        self.queue: list[int] = []
        self.calls: list[int] = []

    def ioctl(self, file, request, data):
        assert file == self.file
        self.calls.append(request)
        if request == video.QUERYCAP:
            data[16:20] = b"Cam\0"
            struct.pack_into("<II", data, 84, video.HAS_DEVICE_CAPS | 0xFF, self.caps)
        elif request == video.ENUM_FMT:
            (index,) = struct.unpack_from("<I", data)
            if index >= len(self.fourccs):
                raise OSError(errno.EINVAL, "no more")
            data[44:48] = self.fourccs[index].encode()
        elif request == video.ENUM_SIZES:
            index, code = struct.unpack_from("<I4s", data)
            if code != b"MJPG" or index >= len(self.sizes):
                raise OSError(errno.EINVAL, "no more")
            struct.pack_into("<III", data, 8, self.kind, *self.sizes[index])
        elif request == video.G_FMT:
            kind, width, height = self.format
            struct.pack_into("<II4s", data, 8, width, height, kind.encode())
        elif request == video.S_FMT:
            kind = bytes(data[16:20]).decode()
            width, height = self.size
            self.format = (kind, *struct.unpack_from("<II", data, 8))
            struct.pack_into("<II4sIII", data, 8, width, height, kind.encode(), 1, width * 2, width * height * 2)
        elif request == video.REQBUFS:
            self.queue.clear()
        elif request == video.QUERYBUF:
            (index,) = struct.unpack_from("<I", data)
            struct.pack_into("<I", data, 64, index * ROOM)
            struct.pack_into("<I", data, 72, ROOM)
        elif request == video.QBUF:
            self.queue.append(struct.unpack_from("<I", data)[0])
        elif request in (video.STREAMON, video.STREAMOFF):
            self.streaming = request == video.STREAMON
        elif request == video.DQBUF:
            assert self.streaming
            index = self.queue.pop(0)
            frame = self.frames.pop(0) if len(self.frames) > 1 else self.frames[0]
            if isinstance(frame, OSError):
                raise frame
            flags = 0
            if isinstance(frame, tuple):
                frame, flags = frame
            os.pwrite(self.file, frame, index * ROOM)
            struct.pack_into("<IIII", data, 0, index, video.CAPTURE, len(frame), flags)


def yuyv(level, size=(8, 4)):
    return bytes((level, 128)) * (size[0] * size[1])


def taken(session_of, device, width=0, seconds=20.0):
    return picture(session_of(seconds=seconds), Camera(device.file, device.ioctl), device.file, width, device.ioctl)


def grey_of(frame):
    return zlib.decompress(base64.b64decode(frame["zlib"]))


@pytest.fixture
def node(tmp_path):
    return tmp_path / "video0"


def test_the_picture_is_grey_and_taken_once_the_exposure_has_settled(session_of, node):
    device = Device(node, [yuyv(level) for level in (0, 0, 10, 30, 60, 90, 110, 118, 119, 120, 120, 120, 120, 121)])
    frame, error = taken(session_of, device)
    assert error is None
    assert (frame["width"], frame["height"], frame["format"]) == (8, 4, "GREY")
    (level,) = set(grey_of(frame))
    assert level >= 119
    assert not device.streaming
    assert device.calls[-1] == video.REQBUFS, "the buffers are given back"


def test_damaged_and_short_frames_are_not_used(session_of, node):
    frames = [(yuyv(7), video.IS_BAD), yuyv(7)[:10], b"", BlockingIOError(), *[yuyv(50)] * 12]
    frame, _ = taken(session_of, Device(node, frames))
    assert set(grey_of(frame)) == {50}


def test_a_picture_is_made_small_for_a_narrow_line(session_of, node):
    frame, _ = taken(session_of, Device(node, [yuyv(200)] * 12), width=3)
    assert (frame["width"], frame["height"]) == (2, 1)
    assert grey_of(frame) == b"\xc8\xc8"


def test_a_camera_with_jpeg_alone_sends_it_where_there_is_room(session_of, node):
    jpeg = b"\xff\xd8\xff" + bytes(50)
    frame, error = taken(session_of, Device(node, [jpeg], fourccs=["MJPG"]))
    assert error is None
    assert frame["format"] == "MJPG"
    assert grey_of(frame) == jpeg


SIZES = ((1280, 720), (320, 180), (160, 120), (80, 60), (640, 480))


@pytest.mark.parametrize(
    ("sizes", "width", "asked"),
    [(SIZES, 160, (160, 120)), (SIZES, 200, (320, 180)), (((80, 60), (96, 64)), 160, (96, 64)), ((), 160, (160, 120))],
)
def test_for_a_narrow_line_a_camera_with_jpeg_alone_gives_its_smallest_picture(session_of, node, sizes, width, asked):
    jpeg = b"\xff\xd8\xff" + os.urandom(23_000)
    device = Device(node, [jpeg], fourccs=["MJPG"], sizes=sizes, size=asked)
    frame, error = taken(session_of, device, width=width)
    assert error is None
    assert device.format == ("MJPG", *asked)
    assert (frame["width"], frame["height"], frame["format"]) == (*asked, "MJPG")
    assert grey_of(frame) == jpeg


def test_a_jpeg_that_is_too_large_for_a_narrow_line_is_not_sent(session_of, node):
    jpeg = b"\xff\xd8\xff" + os.urandom(24_000)
    assert taken(session_of, Device(node, [jpeg], fourccs=["MJPG"]), width=160) == (
        None,
        "it gives only MJPG, and its smallest picture is too large for a narrow line",
    )


def test_a_camera_that_names_sizes_for_ever_or_none_at_all_is_asked_no_further(node):
    endless = Device(node, [b""], fourccs=["MJPG"], sizes=[(16, 16)] * 10_000)
    assert len(Camera(endless.file, endless.ioctl).sizes("MJPG")) == video.MOST_SIZES
    stepwise = Device(node, [b""], fourccs=["MJPG"], sizes=[(16, 16)], kind=3)
    assert Camera(stepwise.file, stepwise.ioctl).sizes("MJPG") == []


def test_cameras_that_give_nothing_are_reasons(session_of, node):
    assert taken(session_of, Device(node, [b""]), seconds=0.3)[1] == "it gave no whole picture in its time"
    assert taken(session_of, Device(node, [b""], fourccs=["RGB3"]))[1].startswith("it gives no picture format")
    assert taken(session_of, Device(node, [b""], caps=video.CAPTURE))[1] == "it can neither be read nor streamed"
    with pytest.raises(OSError, match="gone"):
        taken(session_of, Device(node, [OSError(errno.ENODEV, "gone")]))


def test_a_camera_that_names_odd_buffers_or_sizes_does_no_harm(session_of, node):
    device = Device(node, [yuyv(9)])

    def odd(file, request, data):
        device.ioctl(file, request, data)
        if request == video.DQBUF:
            struct.pack_into("<I", data, 0, 77)

    with pytest.raises(OSError, match="a buffer that it has not"):
        picture(session_of(), Camera(device.file, odd), device.file, 0, odd)
    assert taken(session_of, Device(node, [yuyv(9)], size=(30000, 30000)))[1].startswith("it gives no picture format")


def test_a_camera_that_can_only_be_read_is_read(session_of, node):
    device = Device(node, [b""], caps=video.CAPTURE | video.CAN_READ)
    os.pwrite(device.file, yuyv(33) * 100, 0)
    frame, _ = taken(session_of, device)
    assert set(grey_of(frame)) == {33}


@given(
    st.sampled_from(["YUYV", "UYVY", "GREY", "NV12", "YU12"]), st.integers(1, 9), st.integers(1, 9), st.integers(0, 5)
)
def test_the_luminance_of_every_format_is_found_whatever_the_lines_carry_behind(fourcc, width, height, behind):
    grey = bytes((x * 7 + y * 31) % 256 for y in range(height) for x in range(width))
    step = 2 if fourcc in ("YUYV", "UYVY") else 1
    lines = []
    for y in range(height):
        line = grey[y * width : (y + 1) * width]
        if step == 2:
            line = b"".join(bytes((one, 99) if fourcc == "YUYV" else (99, one)) for one in line)
        lines.append(line + b"\xee" * behind)
    data = b"".join(lines)
    form = Format(width, height, fourcc, width * step + behind, len(data))
    assert luminance(data, form) == grey
    assert luminance(data[: len(data) - behind - 1], form) == b""


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 50), st.integers(0, 255))
def test_a_reduced_picture_has_the_sizes_and_the_grey_that_it_must(width, height, widest, level):
    small_width, small_height, data = reduced(bytes([level]) * (width * height), width, height, widest)
    assert len(data) == small_width * small_height > 0
    assert set(data) == {level}
    if 0 < widest <= height:
        assert small_width <= max(widest, -(-width // height))


def test_reducing_takes_the_mean_of_each_square():
    assert reduced(bytes([0, 10, 20, 30, 40, 50, 60, 70]), 4, 2, 2) == (2, 1, bytes([25, 45]))


def test_a_node_that_is_no_device_and_a_laptop_without_a_camera_are_reasons(do, files):
    assert do("camera", {}, root=files({})).error == "the laptop shows no camera"
    root = files({"sys/class/video4linux/video0/name": "HD Webcam\n", "dev/video0": b""})
    (one,) = do("camera", {}, root=root).measured["cameras"]
    assert one == {"name": "video0", "card": "HD Webcam", "frame": None, "error": "Inappropriate ioctl for device"}


def test_the_cameras_own_format_is_put_back_and_its_second_node_is_no_camera(session_of, files, node, monkeypatch):
    device = Device(node, [yuyv(90)] * 12)

    def ioctl(_file, request, data):
        device.ioctl(device.file, request, data)

    root = files({f"sys/class/video4linux/video{at}/name": "Cam\n" for at in (0, 1)})
    session = session_of(root)
    asked = []

    def opened(path, _flags):
        asked.append(path)
        device.caps = video.CAPTURE | video.CAN_STREAM if path == "/dev/video0" else 0
        return os.dup(device.file)

    monkeypatch.setattr(session, "open", opened)
    monkeypatch.setattr(camera, "Camera", lambda file: Camera(file, ioctl))
    monkeypatch.setattr(camera, "Stream", lambda file, _ioctl: video.Stream(file, ioctl))
    measured = camera.run(session, 0)
    assert [one["name"] for one in measured["cameras"]] == ["video0"]
    assert measured["cameras"][0]["card"] == "Cam"
    assert device.format == ("YUYV", 640, 480)
    assert session.put_back() is True
    assert device.format == ("MJPG", 1280, 720)
