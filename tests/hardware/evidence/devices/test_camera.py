import contextlib
import json

import pytest
from hypothesis import given

from hardware.evidence.devices.camera import read_camera
from hardware.evidence.errors import EvidenceError
from specs.facts import Known
from tests.hardware.evidence.mutations import mutated
from tests.hardware.evidence.support import value_of

ROOT = "/sys/class/video4linux"


def node(name, device, title="Example HD Camera\n"):
    return {f"{ROOT}/{name}/name": title, f"{ROOT}/{name}/device": {"link": f"../../../{device}"}}


def test_cameras_are_counted_and_not_their_nodes(read):
    tree = {
        **node("video10", "1-6:1.2", "Example IR Camera"),
        **node("video0", "1-6:1.0"),
        **node("video1", "1-6:1.0"),
        **node("v4l-subdev0", "1-6:1.0"),
    }
    first, second = value_of(read({"camera": tree}).facts.camera)
    assert (first.name, first.model) == ("video0", Known("Example HD Camera", ("camera",)))
    assert value_of(second.model) == "Example IR Camera"


def test_no_camera_is_known_absence(read):
    assert value_of(read({"camera": {}}).facts.camera) == ()
    assert read({"camera": {ROOT: {"error": "ENOENT"}}}).facts.camera.problem == "absent"


@pytest.mark.parametrize(
    "title",
    [
        "Dummy video device (0x0000)",
        "OBS Virtual Camera",
        "qcom-venus-decoder",
        "hantro-vpu-enc",
        "mtk-vcodec-dec",
        "mtk-jpeg-dec",
    ],
)
def test_nodes_without_a_camera_are_left_out(title):
    tree = {**node("video0", "soc", title), **node("video1", "1-6:1.0")}
    found = read_camera(json.dumps(tree).encode(), "camera")
    assert [value_of(camera.model) for camera in value_of(found)] == ["Example HD Camera"]


def test_a_node_that_a_program_made_up_is_no_camera():
    made_up = {
        f"{ROOT}/video9/name": "My camera",
        f"{ROOT}/video9": {"link": "../../devices/virtual/video4linux/video9"},
    }
    assert value_of(read_camera(json.dumps(made_up).encode(), "camera")) == ()


@given(mutated(json.dumps(node("video0", "1-6:1.0")).encode()))
def test_whatever_the_bytes_are_they_are_read_or_refused(data):
    with contextlib.suppress(EvidenceError):
        read_camera(data, "camera")
