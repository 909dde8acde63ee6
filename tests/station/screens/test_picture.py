import os
import re

import pytest

from station.screens.picture import bench_picture
from station.screens.shown import Answer
from tests.station.screens import samples


@pytest.mark.parametrize("size", [(80, 24), (160, 50)])
def test_a_picture_is_standalone_and_the_same_each_time(tmp_path, size):
    for name in ("one.svg", "two.svg"):
        bench_picture(samples.FAIL, size, tmp_path / name, answer=Answer("accepted", "PF3K0A5X", "Slot 1.", False))
    svg = (tmp_path / "one.svg").read_text()
    assert svg == (tmp_path / "two.svg").read_text()
    assert re.findall(r"https?://[^\s\"'<)]*", svg) == ["http://www.w3.org/2000/svg"]
    assert "@font-face" not in svg
    assert "DejaVu Sans Mono" in svg
    assert not re.search(r"url\((?!#)", svg)


def test_a_picture_has_its_colours_whatever_this_terminal_wants(tmp_path, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    bench_picture(samples.FAIL, (80, 24), tmp_path / "bench.svg")
    assert "#d55e00" in (tmp_path / "bench.svg").read_text().lower()
    assert os.environ["NO_COLOR"] == "1"


def test_a_picture_as_png(tmp_path):
    bench_picture(samples.PASS, (80, 24), tmp_path / "bench.png")
    assert (tmp_path / "bench.png").read_bytes().startswith(b"\x89PNG")


def test_text_that_is_no_svg_stays_text(tmp_path):
    bench_picture(samples.bench(bench="<script>&]]>"), (80, 24), tmp_path / "bench.svg")
    assert "<script>" not in (tmp_path / "bench.svg").read_text()
