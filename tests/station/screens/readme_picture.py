"""The README's picture, drawn by the bench itself from a judgement that the checks themselves made.

    .venv/bin/python -m tests.station.screens.readme_picture docs/bench.svg

The laptop is made up: a good one with half its memory and a worn battery.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from checks.catalogue import shapes
from checks.judge import judge
from specs.facts import Battery, Facts, Identity, Known, Memory, known
from specs.profiles import load_library
from station.bench.lines import check_lines
from station.bench.protocol import BenchBar, BenchState, SlotState, Stage
from station.findings import HEADLINES
from station.screens.picture import bench_picture
from station.screens.shown import Answer
from tests.checks.strategies import GOOD

SERIAL: Final = "PF3K0A5X"


def laptop() -> Facts:
    """A laptop that fails twice."""
    assert isinstance(GOOD.battery, Known)
    worn: Battery = replace(GOOD.battery.value[0], health_percent=known(71.3, "battery"))
    identity: Identity = replace(GOOD.identity, serial=known(SERIAL, "smbios"), label_serial=known(SERIAL, "scans"))
    memory: Memory = replace(GOOD.memory, installed_bytes=known(2 * 2**30, "smbios"))
    return replace(GOOD, identity=identity, memory=memory, battery=known((worn,), "battery"))


def state() -> BenchState:
    """The bench with that laptop's verdict on it."""
    profile = load_library(shapes()).get("ghwt-2021w-windows-laptop")
    judgement = judge(laptop(), profile)
    bar = BenchBar(
        bench="bench 3",
        operator="anna",
        profile=profile.reference,
        profile_title=profile.title,
        central="ok",
        pages_url="http://127.0.0.1:8710",
        today=41,
        today_passed=37,
    )
    slot = SlotState(
        1,
        stage=Stage.DONE,
        link="this machine",
        serial=SERIAL,
        laptop="Lenovo 300e 2nd Gen",
        seconds=6.4,
        checks=check_lines(judgement.findings),
        verdict=judgement.verdict,
        headline=HEADLINES[judgement.verdict],
    )
    return BenchState(bar, (slot,), ())


def draw(path: Path) -> None:
    """Writes the picture."""
    answer = Answer("accepted", SERIAL, f"{SERIAL}: slot 1 started.", False)
    bench_picture(state(), (100, 36), path, answer=answer)


if __name__ == "__main__":
    draw(Path(sys.argv[1]))
