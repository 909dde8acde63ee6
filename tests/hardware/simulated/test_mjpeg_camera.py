"""The stand-in for a network camera speaks as one does, and does what its hands say."""

import contextlib
import http.client
import time
from urllib.parse import urlsplit

import cv2
import numpy as np
import pytest

from hardware.simulated.mjpeg_camera import MjpegCamera, jpeg, write_avi

PATIENCE = 10.0


def gray(level):
    return np.full((48, 64, 3), level, np.uint8)


@pytest.fixture
def camera():
    with MjpegCamera([gray(40)], fps=50) as camera:
        yield camera


@contextlib.contextmanager
def watching(camera):
    """A connection to it, as a file, behind the answer's head."""
    parts = urlsplit(camera.url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=PATIENCE)
    connection.request("GET", parts.path)
    response = connection.getresponse()
    assert response.status == 200
    assert (response.getheader("Content-Type") or "").startswith("multipart/x-mixed-replace; boundary=")
    try:
        yield response
    finally:
        response.close()
        connection.close()


def next_picture(response):
    """One part, read as the standard says; None at the end."""
    head: list[str] = []
    while True:
        line = response.readline()
        if not line:
            return None
        if line == b"\r\n" and head:
            break
        if line != b"\r\n":
            head.append(line.decode().strip())
    assert head[0].startswith("--")
    length = next(int(line.split(":")[1]) for line in head if line.lower().startswith("content-length"))
    data = response.read(length)
    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)


def level(picture):
    return round(float(picture.mean()), -1)


def test_it_sends_its_pictures_over_and_over(camera):
    camera.show([gray(40), gray(200)])
    with watching(camera) as response:
        assert [level(next_picture(response)) for _ in range(4)] == [40, 200, 40, 200]


def test_it_shows_what_it_is_told_to(camera):
    with watching(camera) as response:
        assert level(next_picture(response)) == 40
        camera.show([gray(200)])
        assert 200 in [level(next_picture(response)) for _ in range(3)]


def test_files_and_jpeg_bytes_are_shown_as_they_are(camera, tmp_path):
    file = tmp_path / "one.jpg"
    file.write_bytes(jpeg(gray(120)))
    camera.show([file, jpeg(gray(200))])
    with watching(camera) as response:
        assert [level(next_picture(response)) for _ in range(2)] == [120, 200]


def test_it_serves_several_at_once(camera):
    with watching(camera) as one, watching(camera) as other:
        assert next_picture(one) is not None
        assert next_picture(other) is not None


def test_stalled_it_keeps_the_connection_and_sends_nothing_until_it_goes_on(camera):
    with watching(camera) as response:
        next_picture(response)
        camera.stall()
        sent = camera.sent
        time.sleep(0.2)
        # One picture may have been under way.
        assert camera.sent <= sent + 1
        camera.show([gray(200)])
        assert 200 in [level(next_picture(response)) for _ in range(3)]


def test_vanished_it_breaks_the_connection_and_answers_nobody_until_it_is_back(camera):
    url = camera.url
    with watching(camera) as response:
        next_picture(response)
        camera.vanish()
        camera.vanish()
        with contextlib.suppress(ConnectionError, http.client.IncompleteRead):
            while next_picture(response) is not None:
                pass
    with pytest.raises(ConnectionError), watching(camera):
        pass
    camera.come_back()
    camera.come_back()
    assert camera.url == url
    with watching(camera) as response:
        assert next_picture(response) is not None


def test_it_can_babble(camera):
    camera.babble(b"no picture at all")
    with watching(camera) as response:
        assert response.read(17) == b"no picture at all"


def test_it_listens_on_this_machine_only(camera):
    assert urlsplit(camera.url).hostname == "127.0.0.1"


def test_a_camera_always_shows_something(camera):
    with pytest.raises(ValueError, match="always shows"):
        camera.show([])


def test_a_written_recording_has_its_pictures_and_its_speed(tmp_path):
    write_avi([gray(level) for level in (40, 80, 120)], tmp_path / "a.avi", fps=20)
    capture = cv2.VideoCapture(str(tmp_path / "a.avi"), cv2.CAP_FFMPEG)
    assert capture.get(cv2.CAP_PROP_FPS) == 20
    assert [level(capture.read()[1]) for _ in range(3)] == [40, 80, 120]
    assert capture.read()[0] is False
    capture.release()
