"""How long a test will still take: by what was seen here, and unknown while a person is waited for."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.bench.protocol import Answering, SlotChanged, Stage
from station.bench.usual_time import FIRST_CAPTURE_S, REMEMBERED, UNKNOWN, UsualTime
from station.clock import SYSTEM_CLOCK, Clock
from tests.station.bench.floor import HeldLaptop, open_floor
from tests.station.bench.test_coming_and_going import LOOKED_AT

SECONDS = st.floats(0, 1e4)


def test_a_capture_takes_what_the_last_ones_took_and_one_slow_laptop_changes_nothing() -> None:
    usual = UsualTime()
    assert usual.capture == FIRST_CAPTURE_S
    for seconds in (4.0, 5.0, 90.0):
        usual.captured(seconds)
    assert usual.capture == 5.0
    for _ in range(REMEMBERED):
        usual.captured(2.0)
    assert usual.capture == 2.0


@given(SECONDS, SECONDS, SECONDS, st.sampled_from(Stage))
def test_what_is_left_is_never_negative_and_no_guess_while_a_person_is_waited_for(
    seconds: float, now: float, passed: float, stage: Stage
) -> None:
    usual = UsualTime()
    usual.expect(seconds, now)
    left = usual.left(stage, now + passed)
    if stage in (Stage.COLLECTING, Stage.JUDGING, Stage.SAVING):
        assert 0 <= left <= seconds + 0.1
    else:
        assert left == UNKNOWN


async def test_a_slot_says_how_long_the_machine_still_takes_and_nothing_once_a_person_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("station.bench.hands_on.ANSWER_SETTLES_S", 0.05)
    now = [1_000.0]
    clock = Clock(SYSTEM_CLOCK.wall, lambda: now[0], SYSTEM_CLOCK.random_bytes)
    (tmp_path / "looked-at.toml").write_text(LOOKED_AT)
    laptop = HeldLaptop()
    here = {"slot.1": "one", "profile": str(tmp_path / "looked-at.toml")}
    async with open_floor(tmp_path, {"one": laptop}, here, clock) as floor:
        assert floor.slot().left == UNKNOWN
        await floor.begin("PF1A2B3C")
        await floor.until(lambda: floor.slot().done == 1)
        assert floor.slot().left == FIRST_CAPTURE_S
        now[0] += 4.0
        laptop.gate.set()
        await floor.until_stage(Stage.ASKING)
        assert floor.slot().left == UNKNOWN
        assert min(event.slot.left for event in floor.of(SlotChanged) if event.slot.stage is Stage.COLLECTING) == 0
        await floor.until_asks(Answering.VERDICT)
        await floor.press("PASS")
        await floor.until_stage(Stage.DONE)
        # The next one is expected to take as long.
        assert floor.engine.slots[1].usual.capture == 4.0
