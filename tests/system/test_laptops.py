"""Laptops of QEMU at a real bench: started from the stick, tested over the real links, to a verdict."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.system.laptops_at_a_bench import PROGRAMS, Bench, Image, a_laptop, failed_checks

pytestmark = [pytest.mark.system, pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="session")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    missing = [program for program in PROGRAMS if shutil.which(program) is None]
    if missing:
        pytest.skip(f"NO VIRTUAL LAPTOPS WERE TESTED: {', '.join(missing)} not installed (docs/simulated-laptops.md)")
    return Image(tmp_path_factory.mktemp("virtual"))


def test_a_good_and_a_worn_laptop_over_serial_lines_each_get_their_verdict(image: Image, tmp_path: Path) -> None:
    good, worn = a_laptop(1), a_laptop(2, "worn-disk")
    ports = [tmp_path / "port-1", tmp_path / "port-2"]
    with (
        image.laptop(good, "serial", port=ports[0]),
        image.laptop(worn, "ftdi", port=ports[1]),
        Bench(tmp_path / "data", image, [f"1=serial:{ports[0]}", f"2=serial:{ports[1]}"]) as bench,
    ):
        bench.wait_for_laptop(1)
        bench.scan(good.label_serial)
        state = bench.wait_for_end(1, good.label_serial)
        assert (state["verdict"], failed_checks(state)) == ("pass", set()), state
        bench.wait_for_laptop(2)
        bench.scan(worn.label_serial)
        state = bench.wait_for_end(2, worn.label_serial)
        assert (state["verdict"], failed_checks(state)) == ("fail", {"storage.no_fault_found"}), state
