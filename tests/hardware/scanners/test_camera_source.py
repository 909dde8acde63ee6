"""How a camera is named, and what is refused."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.scanners.camera_source import CameraRefused, CameraSpec, SourceKind, parse_camera_spec


@pytest.mark.parametrize(
    ("text", "kind", "target", "name"),
    [
        ("0", SourceKind.DEVICE, "/dev/video0", "camera 0"),
        ("/dev/video2", SourceKind.DEVICE, "/dev/video2", "camera /dev/video2"),
        ("/videos/labels.avi", SourceKind.FILE, "/videos/labels.avi", "camera labels.avi"),
        ("/p/im_%04d.jpg", SourceKind.IMAGES, "/p/im_%04d.jpg", "camera im_%04d.jpg"),
        ("/p/one.PNG", SourceKind.IMAGES, "/p/one.PNG", "camera one.PNG"),
        (
            "http://10.0.0.9:8080/video",
            SourceKind.STREAM,
            "http://10.0.0.9:8080/video",
            "camera http://10.0.0.9:8080/video",
        ),
    ],
)
def test_each_form_is_understood(text, kind, target, name):
    spec = parse_camera_spec(text)
    assert (spec.kind, spec.target, spec.name) == (kind, target, name)
    assert spec.finite == (kind in (SourceKind.FILE, SourceKind.IMAGES))


def test_a_device_is_asked_for_what_the_options_say():
    spec = parse_camera_spec("0?width=1920&height=1080&fps=15")
    assert (spec.width, spec.height, spec.fps) == (1920, 1080, 15)
    assert spec.name == "camera 0"


def test_a_device_without_options_gives_1280_by_720():
    assert (parse_camera_spec("1").width, parse_camera_spec("1").height) == (1280, 720)


def test_numbered_pictures_have_the_speed_that_they_are_given():
    assert parse_camera_spec("im_%04d.jpg?fps=3").fps == 3


def test_a_relative_path_becomes_absolute_so_that_nothing_takes_it_for_an_address(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert parse_camera_spec("labels.avi").target == str(tmp_path / "labels.avi")
    assert parse_camera_spec("./pipe:0.avi").target == str(tmp_path / "pipe:0.avi")
    assert parse_camera_spec("subfile,,start,0,end,0,,:/etc/passwd").target.startswith(f"{tmp_path}/subfile,")


@pytest.mark.parametrize(
    "text",
    [
        "pipe:0",
        "concat:a.avi|b.avi",
        "file:///etc/passwd",
        "rtsp://10.0.0.9/video",
        "https://10.0.0.9/video",
        "tcp://10.0.0.9:22",
        "HLS+http://10.0.0.9/video",
        "data:video/avi;base64,AAAA",
    ],
)
def test_no_other_scheme_is_opened(text):
    with pytest.raises(CameraRefused, match="are not opened as a camera"):
        parse_camera_spec(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " 0",
        "0\n",
        "64",
        "0000",
        "0?width=20",
        "0?width=1e3",
        "0?width=640&width=640",
        "0?codec=h264",
        "0?",
        "labels.avi?fps=3",
        "im_%04d_%02d.jpg",
        "http://",
        "http://host:0/",
        "http://host:99999/",
        "http://host/a b",
        "http://höst/",
        "a\x1b[31m.avi",
        "x" * 2000,
        "/",
    ],
)
def test_what_is_wrong_is_refused_in_one_sentence(text):
    with pytest.raises(CameraRefused) as refused:
        parse_camera_spec(text)
    assert str(refused.value).endswith(".")
    assert str(refused.value).isprintable()
    assert len(str(refused.value)) < 500


def test_neither_a_password_nor_a_token_is_in_the_name():
    spec = parse_camera_spec("http://bench:hunter2@10.0.0.9/video?token=5ecret")
    assert spec.target.endswith("hunter2@10.0.0.9/video?token=5ecret")
    assert spec.name == "camera http://10.0.0.9/video"


@given(st.text(max_size=60) | st.from_regex(r"(http://|0\?|/dev/video|im_%04d\.jpg\?)[ -~]{0,30}", fullmatch=True))
def test_whatever_is_typed_is_a_camera_or_is_refused(text):
    try:
        spec = parse_camera_spec(text)
    except CameraRefused:
        return
    assert isinstance(spec, CameraSpec)
    assert spec.name.isprintable()
    assert spec.target.startswith("http://") if spec.kind is SourceKind.STREAM else os.path.isabs(spec.target)
