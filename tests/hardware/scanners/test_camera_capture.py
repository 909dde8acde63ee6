"""Where pictures come from, through the real OpenCV: recordings, numbered pictures, devices, and streams over HTTP."""

import contextlib
import os
import time

import cv2
import numpy as np
import pytest

from hardware.scanners.camera_capture import source_of
from hardware.scanners.camera_opencv import LARGEST_SIDE, MOST_PIXELS, fitting
from hardware.scanners.camera_source import CameraFault, CameraGone, parse_camera_spec
from hardware.simulated.mjpeg_camera import MjpegCamera, jpeg, write_avi

PATIENCE = 20.0


def gray(level, width=160, height=120):
    return np.full((height, width, 3), level, np.uint8)


def level(picture):
    return round(float(picture.mean()), -1)


@contextlib.contextmanager
def opened(text):
    source = source_of(parse_camera_spec(str(text)))
    source.open()
    try:
        yield source
    finally:
        source.close()


def every(source):
    frames = []
    while (frame := source.next()) is not None:
        frames.append(frame)
    return frames


def exhaust(source):
    for _ in range(200):
        source.next()


# ---- recordings ---------------------------------------------------------------------------------------------


def test_a_recording_gives_every_picture_in_its_own_time_and_ends(tmp_path):
    write_avi([gray(level) for level in (40, 80, 120)], tmp_path / "a.avi", fps=10)
    with opened(tmp_path / "a.avi") as source:
        frames = every(source)
        assert [level(frame.picture) for frame in frames] == [40, 80, 120]
        assert [frame.at for frame in frames] == pytest.approx([0.1, 0.2, 0.3])
        assert source.next() is None


def test_a_recording_that_was_cut_off_is_read_as_far_as_it_goes(tmp_path):
    pictures = [np.random.default_rng(seed).integers(0, 255, (120, 160, 3), np.uint8) for seed in range(8)]
    write_avi(pictures, tmp_path / "a.avi")
    whole = (tmp_path / "a.avi").read_bytes()
    (tmp_path / "a.avi").write_bytes(whole[: len(whole) // 2])
    with opened(tmp_path / "a.avi") as source:
        assert 0 < len(every(source)) < 8


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"RIFF\xff\xff\xff\xffAVI " + bytes(1000), id="a broken one"),
        pytest.param(bytes(range(256)) * 100, id="noise"),
        pytest.param(b"ffconcat version 1.0\nfile secret.avi\n", id="a script"),
        pytest.param(b"#EXTM3U\n#EXTINF:10,\nsecret.avi\n#EXT-X-ENDLIST\n", id="a playlist"),
    ],
)
def test_what_is_no_recording_is_a_fault_even_if_it_names_one(tmp_path, content):
    write_avi([gray(40)] * 3, tmp_path / "secret.avi")
    (tmp_path / "a.avi").write_bytes(content)
    with pytest.raises(CameraFault, match=r"is no recording"), opened(tmp_path / "a.avi"):
        pass


def test_the_list_of_formats_is_what_refuses_a_script_that_names_another_file(tmp_path):
    """Without it, OpenCV plays the other file: the test above would prove nothing if it did not."""
    write_avi([gray(40)] * 3, tmp_path / "secret.avi")
    (tmp_path / "a.avi").write_bytes(b"ffconcat version 1.0\nfile secret.avi\n")
    capture = cv2.VideoCapture(str(tmp_path / "a.avi"), cv2.CAP_FFMPEG)
    assert capture.isOpened()
    capture.release()


def test_a_recording_that_is_not_there_is_looked_for(tmp_path):
    with pytest.raises(CameraGone, match=r"no recording at"), opened(tmp_path / "a.avi"):
        pass


def test_what_was_opened_leaves_no_trace_in_the_environment(tmp_path):
    write_avi([gray(40)], tmp_path / "a.avi")
    before = dict(os.environ)
    with opened(tmp_path / "a.avi"):
        assert dict(os.environ) == before


def test_neither_a_folder_nor_a_pipe_is_opened(tmp_path):
    os.mkfifo(tmp_path / "pipe.avi")
    (tmp_path / "folder.avi").mkdir()
    for name in ("pipe.avi", "folder.avi"):
        with pytest.raises(CameraFault, match="is no file"), opened(tmp_path / name):
            pass


# ---- numbered pictures ----------------------------------------------------------------------------------------


def test_numbered_pictures_come_in_their_order_and_broken_ones_are_passed_over(tmp_path):
    for number in range(4):
        (tmp_path / f"im_{number:04d}.jpg").write_bytes(jpeg(gray(40 * (number + 1))))
    (tmp_path / "im_0002.jpg").write_bytes(b"\xff\xd8 broken")
    (tmp_path / "im_0006.jpg").write_bytes(jpeg(gray(250)))
    with opened(tmp_path / "im_%04d.jpg") as source:
        frames = every(source)
        assert [level(frame.picture) for frame in frames] == [40, 80, 160]
        assert [frame.at for frame in frames] == pytest.approx([0.1, 0.2, 0.4])
        assert source.skipped == 1


def test_they_may_begin_at_one(tmp_path):
    (tmp_path / "im_1.png").write_bytes(cv2.imencode(".png", gray(40))[1].tobytes())
    with opened(tmp_path / "im_%d.png") as source:
        assert len(every(source)) == 1


def test_one_picture_is_one_and_not_the_series_that_it_belongs_to(tmp_path):
    for number in range(3):
        (tmp_path / f"im_{number:04d}.jpg").write_bytes(jpeg(gray(40)))
    with opened(tmp_path / "im_0000.jpg") as source:
        assert len(every(source)) == 1


def test_no_pictures_at_all_are_looked_for(tmp_path):
    with pytest.raises(CameraGone, match="no pictures"), opened(tmp_path / "im_%04d.jpg"):
        pass


# ---- sizes ----------------------------------------------------------------------------------------------------


def test_a_large_picture_is_reduced_in_its_proportions():
    assert fitting(np.zeros((2000, 8192, 3), np.uint8)).shape == (1000, LARGEST_SIDE, 3)
    assert fitting(np.zeros((120, 160), np.uint8)).shape == (120, 160)


def test_a_huge_picture_is_refused_with_its_size():
    with pytest.raises(CameraFault, match="10000 x 10000"):
        fitting(np.broadcast_to(np.uint8(0), (10000, 10000)))


@pytest.mark.slow
def test_a_recording_of_a_hundred_megapixels_is_refused_before_it_is_read(tmp_path):
    assert MOST_PIXELS < 12000 * 9000
    write_avi([gray(40, 12000, 9000)], tmp_path / "a.avi")
    with pytest.raises(CameraFault, match="12000 x 9000"), opened(tmp_path / "a.avi"):
        pass


# ---- devices --------------------------------------------------------------------------------------------------


def test_a_device_that_is_not_there_is_looked_for():
    with pytest.raises(CameraGone, match="no camera at /dev/video63"), opened("63"):
        pass


def test_a_device_that_is_no_camera_gives_no_pictures():
    with pytest.raises(CameraGone, match="/dev/null gives no pictures"), opened("/dev/null"):
        pass


# ---- streams --------------------------------------------------------------------------------------------------


@pytest.fixture
def camera():
    with MjpegCamera([gray(40)], fps=50) as camera:
        yield camera


def until(what):
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_stream_gives_the_newest_picture_however_many_have_passed(camera):
    with opened(camera.url) as source:
        assert level(source.next().picture) == 40
        sent = camera.sent
        # The reader is busy while forty pictures come, of which the last are another's.
        until(lambda: camera.sent >= sent + 20)
        camera.show([gray(200)])
        sent = camera.sent
        until(lambda: camera.sent >= sent + 20)
        assert level(source.next().picture) == 200


def test_a_streams_clock_is_the_machines(camera):
    with opened(camera.url) as source:
        before = source.next().at
        assert before <= source.next().at <= time.monotonic()


def test_a_stream_that_vanishes_is_gone_and_can_be_opened_again(camera):
    source = source_of(parse_camera_spec(camera.url))
    source.open()
    assert source.next() is not None
    camera.vanish()
    with pytest.raises(CameraGone, match="has ended"):
        exhaust(source)
    source.close()
    with pytest.raises(CameraGone, match="sends no MJPEG pictures"):
        source.open()
    camera.come_back()
    source.open()
    assert source.next() is not None
    source.close()
    source.close()


def test_a_stream_of_broken_pictures_among_good_ones_is_read_on(camera):
    broken = jpeg(gray(90))
    camera.show([broken[: len(broken) // 2] + b"\x00" * 40, b"no jpeg", jpeg(gray(200))])
    with opened(camera.url) as source:
        assert 200 in [level(source.next().picture) for _ in range(10)]


@pytest.mark.parametrize(
    "babble",
    [
        pytest.param(b"<html>no camera</html>\n" * 500, id="a page"),
        pytest.param(b"#EXTM3U\n#EXTINF:1,\nfile:///a.avi\n", id="a playlist"),
    ],
)
def test_a_stream_of_something_else_is_no_camera(camera, babble):
    camera.babble(babble)
    with pytest.raises(CameraGone, match="sends no MJPEG pictures"), opened(camera.url):
        pass
