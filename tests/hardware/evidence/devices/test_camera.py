from specs.facts import Known
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
