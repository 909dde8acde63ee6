"""Repeated readings: each round is the whole laptop, the first is never replaced, findings name their own item."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.evidence.bundle import Bundle, Item, is_item_id, make_item
from hardware.evidence.facts import read_facts
from hardware.evidence.rounds import MOST_ROUNDS, again_id, is_again, split_rounds
from specs.facts import value_of

ids = st.sampled_from(["battery", "camera", "smart-sda", "edid-eDP-1", "windows-Win32_Battery", "x"])
numbers = st.integers(2, MOST_ROUNDS)


def battery(full: int) -> bytes:
    root = "/sys/class/power_supply/BAT0"
    uevent = f"POWER_SUPPLY_PRESENT=1\nPOWER_SUPPLY_ENERGY_FULL_DESIGN=50000000\nPOWER_SUPPLY_ENERGY_FULL={full}\n"
    return json.dumps({f"{root}/type": "Battery\n", f"{root}/uevent": uevent}).encode()


@given(ids, numbers)
def test_an_id_of_a_later_round_is_one_that_a_bundle_may_hold(item: str, number: int) -> None:
    assert is_item_id(again_id(item, number))
    assert is_again(again_id(item, number))
    assert not is_again(item)


@pytest.mark.parametrize("number", [-1, 0, 1, MOST_ROUNDS + 1])
def test_there_is_no_other_round(number: int) -> None:
    with pytest.raises(ValueError, match="no round"):
        again_id("battery", number)


def test_a_bundle_read_once_is_its_only_round() -> None:
    bundle = Bundle.of([make_item("memory", b"MemTotal: 1 kB\n")])
    [only] = split_rounds(bundle)
    assert only.bundle is bundle
    assert read_facts(bundle).again == ()


def test_each_round_is_the_whole_laptop_with_what_was_read_again() -> None:
    bundle = Bundle.of(
        [
            make_item("memory", b"MemTotal: 4000000 kB\n"),
            make_item("battery", battery(30_000_000)),
            make_item("battery.again2", battery(49_000_000)),
            make_item("battery.again3", battery(48_000_000)),
        ]
    )
    reading = read_facts(bundle)
    rounds = (reading.facts, *reading.again)
    health = [(value_of(facts.battery) or ())[0].health_percent for facts in rounds]
    assert [value_of(one) for one in health] == [60.0, 98.0, 96.0]
    assert [one.evidence for one in health] == [("battery",), ("battery.again2",), ("battery.again3",)]
    assert [facts.memory.visible_bytes.evidence for facts in rounds] == [("memory",)] * 3


def test_a_disk_report_that_was_read_again_is_no_second_disk() -> None:
    report = {
        "smartctl": {"exit_status": 0},
        "device": {"name": "/dev/sda", "protocol": "ATA"},
        "serial_number": "S512345678",
        "smart_status": {"passed": True},
    }
    smart = json.dumps(report).encode()
    bundle = Bundle.of([make_item("smart-sda", smart), make_item("smart-sda.again2", smart)])
    reading = read_facts(bundle)
    assert [disk.name for disk in value_of(reading.facts.storage) or ()] == ["sda"]
    assert [disk.name for disk in value_of(reading.again[0].storage) or ()] == ["sda"]


@given(st.lists(st.tuples(ids, st.none() | numbers, st.binary(max_size=8)), max_size=8))
def test_no_byte_is_lost_and_none_is_in_a_round_that_it_was_not_read_in(
    drawn: list[tuple[str, int | None, bytes]],
) -> None:
    items: dict[str, Item] = {}
    for item, number, data in drawn:
        kept_as = item if number is None else again_id(item, number)
        items.setdefault(kept_as, make_item(kept_as, data))
    rounds = split_rounds(Bundle.of(items.values()))
    first = {item for item, number, _ in drawn if number is None}
    # What was never read before is no second reading of anything.
    later = sorted({number for item, number, _ in drawn if number is not None and item in first})
    assert len(rounds) == 1 + len(later)
    for number, one in zip((1, *later), rounds, strict=True):
        for item_id, read in one.bundle.items.items():
            kept_as = one.kept_as.get(item_id, item_id)
            assert read.data == items[kept_as].data
            assert (number > 1 and kept_as == again_id(item_id, number)) or kept_as == item_id
