"""Camera: none is a fault, and one without a name is not known."""

from __future__ import annotations

import pytest

from checks.catalogue import CATALOGUE
from checks.check import Measured
from checks.verdict import Verdict
from specs.facts import Camera, Facts, Unknown, known
from specs.limits import Equals, Matches
from tests.checks.families import value, verdict

WEBCAM = Camera("video0", model=known("Integrated Camera"))
NAMELESS = Camera("video2", model=Unknown("blank", ("camera",), "absent"))


def of(*cameras: Camera) -> Facts:
    return Facts(camera=known(cameras, "camera"))


def test_no_camera_is_known_absence():
    assert value("camera.present", of()) is False
    assert value("camera.count", of()) == 0
    assert value("camera.model", of()) == "no camera"


def test_cameras_are_counted_and_named_in_any_order():
    both = (WEBCAM, Camera("video2", model=known("IR Camera")))
    for cameras in (both, both[::-1]):
        assert CATALOGUE["camera.count"].reading(of(*cameras)) == Measured(2, ("camera",), "video0, video2")
        assert value("camera.model", of(*cameras)) == ("IR Camera", "Integrated Camera")


def test_a_camera_without_a_name_passes_nothing_and_excuses_nothing():
    assert verdict("camera.model", Matches("Integrated.*"), of(WEBCAM)) is Verdict.PASS
    assert verdict("camera.model", Matches("Integrated.*"), of(WEBCAM, NAMELESS)) is Verdict.INCONCLUSIVE
    assert verdict("camera.model", Equals("Other"), of(WEBCAM, NAMELESS)) is Verdict.FAIL


@pytest.mark.parametrize("check", ["camera.present", "camera.count", "camera.model"])
@pytest.mark.parametrize("problem", ["absent", "not_collected", "unreadable"])
def test_where_nobody_could_look_it_is_unknown_in_that_way(check: str, problem: str):
    why = Unknown("for a reason", ("camera",), problem)
    assert CATALOGUE[check].reading(Facts(camera=why)) is why
