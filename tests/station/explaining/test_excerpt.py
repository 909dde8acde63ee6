"""The excerpts: by real parsers, from real forms; and alone they give the reading."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.evidence.bundle import Bundle, Item, make_item
from station.explaining.excerpt import MOST_LINES, Excerpt, Narrowed, narrowed
from station.explaining.reduction import MOST_QUESTIONS
from station.explaining.rereading import outcome_of, reread, row_of
from tests.hardware.evidence.machine.test_smbios import memory
from tests.hardware.evidence.seeds import SEEDS
from tests.station.explaining.samples import DMIDECODE, as_json, finding_of, laptop_items, table


def narrow(items: tuple[Item, ...], check: str) -> Narrowed:
    """The excerpts of that check's reading, having asserted that they alone give it."""
    finding = finding_of(items, check)
    row = row_of(finding)
    assert row is not None
    assert finding.value is not None, finding
    found = narrowed(Bundle.of(items), row, outcome_of(finding), finding.evidence, time.monotonic)
    assert outcome_of(reread(found.bundle, row)) == outcome_of(finding)
    return found


def excerpt(items: tuple[Item, ...], check: str) -> Excerpt:
    [only] = narrow(items, check).excerpts
    return only


def test_memory_is_read_from_the_size_fields_of_the_fitted_modules() -> None:
    found = excerpt(laptop_items(), "memory.installed")
    data = laptop_items()[0].data
    assert found.form == "structures"
    assert found.finished
    sizes = [data.index(memory(2048)) + 12, data.rindex(memory(2048)) + 12]
    assert [(piece.start, piece.end, piece.hex) for piece in found.pieces] == [
        (place, place + 2, "0008") for place in sizes
    ]
    assert sum(line.startswith("Memory Device, type 17, handle 0x0011") for line in found.lines) == 2
    assert any("[00 08]" in line for line in found.lines)


def test_health_is_read_from_two_lines_of_one_file_in_the_tree() -> None:
    found = excerpt(laptop_items(), "battery.health")
    assert found.lines == (
        "/sys/class/power_supply/BAT0/uevent, line 4 = POWER_SUPPLY_ENERGY_FULL_DESIGN=51000000",
        "/sys/class/power_supply/BAT0/uevent, line 5 = POWER_SUPPLY_ENERGY_FULL=50300000",
    )


def test_wear_is_read_from_one_member_of_smartctls_json() -> None:
    found = excerpt(laptop_items(), "storage.percent_used")
    assert "nvme_smart_health_information_log.percentage_used = 1" in found.lines
    assert len(found.lines) <= 4
    assert not any("serial" in line or "capacity" in line for line in found.lines)


def test_the_width_is_read_from_bytes_of_the_first_timing() -> None:
    found = excerpt(laptop_items(), "display.width")
    places = {place for piece in found.pieces for place in range(piece.start, piece.end)}
    assert {56, 58} <= places <= set(range(54, 72))


def test_a_serial_is_read_from_a_line_and_what_makes_it_one() -> None:
    found = excerpt((make_item("dmidecode", DMIDECODE.encode()),), "identity.serial")
    assert found.lines == ("line 2: Handle 0x0001, DMI type 1, 27 bytes", "line 6: Serial Number: EX12345678")


def test_a_zero_that_is_part_of_the_number_is_marked_with_it() -> None:
    # 4096 MB is 0x1000: its low byte is a zero, and a zeroed byte looks just so.
    found = excerpt((make_item("smbios", table(memory(4096))),), "memory.installed")
    assert [piece.hex for piece in found.pieces] == ["0010"]


def test_a_reading_that_comes_from_another_item_instead_is_not_the_same() -> None:
    items = (*laptop_items(), make_item("dmidecode", DMIDECODE.encode()))
    found = narrow(items, "memory.installed")
    assert [one.item for one in found.excerpts] == ["smbios"]
    assert found.excerpts[0].size == 4


def test_the_rest_of_the_bundle_stays_as_it_was() -> None:
    found = narrow(laptop_items(), "memory.installed")
    assert {one.meta.id: one.data for one in laptop_items() if one.meta.id != "smbios"} == {
        item_id: item.data for item_id, item in found.bundle.items.items() if item_id != "smbios"
    }


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from([0, 1024, 2048, 4096, 8192, 0x8400]), min_size=1, max_size=6))
def test_the_excerpt_alone_gives_the_reading_whatever_is_fitted(sizes: list[int]) -> None:
    items = (make_item("smbios", table(*map(memory, sizes))), *laptop_items()[1:])
    if finding_of(items, "memory.installed").value is not None:
        narrow(items, "memory.installed")


@settings(max_examples=25, deadline=None)
@given(
    full=st.integers(1_000_000, 60_000_000),
    others=st.dictionaries(st.text("abcdef", min_size=1, max_size=6), st.text(max_size=20), max_size=20),
)
def test_the_excerpt_alone_gives_the_health_whatever_else_the_tree_holds(full: int, others: dict[str, str]) -> None:
    here = "/sys/class/power_supply"
    tree = {f"{here}/AC/{name}": text for name, text in others.items()} | {f"{here}/BAT0/type": "Battery\n"}
    tree |= {f"{here}/BAT0/energy_full": f"{full}\n", f"{here}/BAT0/energy_full_design": "50000000\n"}
    items = (make_item("battery", as_json(tree)),)
    if finding_of(items, "battery.health").value is not None:
        found = excerpt(items, "battery.health")
        assert {line.partition(" = ")[0] for line in found.lines} >= {f"{here}/BAT0/energy_full"}


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(SEEDS), st.sampled_from(["smbios", "dmidecode", "battery", "edid-eDP-1", "windows", "cpu"]))
def test_hostile_bytes_never_raise_and_their_readings_are_bounded(seed: bytes, item_id: str) -> None:
    items = (make_item(item_id, seed[: len(seed) * 3 // 4] + b"\x1b[2J" + seed), *laptop_items()[4:5])
    for check in ("memory.installed", "battery.health", "display.width", "identity.serial"):
        finding = finding_of(items, check)
        row = row_of(finding)
        assert row is not None
        if finding.value is None:
            continue
        found = narrowed(Bundle.of(items), row, outcome_of(finding), finding.evidence, time.monotonic)
        for one in found.excerpts:
            assert one.asked <= MOST_QUESTIONS
            assert len(one.lines) <= MOST_LINES
            assert not any("\x1b" in line or "\x9b" in line for line in one.lines)


def test_a_search_that_is_ended_says_so_and_still_gives_the_reading() -> None:
    calls = iter(range(10**9))
    items = laptop_items()
    finding = finding_of(items, "memory.installed")
    row = row_of(finding)
    assert row is not None
    # A clock that moves a tenth of a second whenever it is looked at: 20 looks an item.
    found = narrowed(Bundle.of(items), row, outcome_of(finding), finding.evidence, lambda: next(calls) / 10)
    [only] = found.excerpts
    assert not only.finished
    assert only.asked <= 20
    assert outcome_of(reread(found.bundle, row)) == outcome_of(finding)


def test_a_large_item_takes_seconds_at_most() -> None:
    tree = {f"/sys/class/power_supply/AC/attribute{number}": "1\n" for number in range(40_000)}
    tree |= json.loads(laptop_items()[2].data)
    items = (make_item("battery", as_json(tree)),)
    begun = time.monotonic()
    found = narrow(items, "battery.health")
    assert time.monotonic() - begun < 15
    assert found.excerpts[0].asked <= MOST_QUESTIONS


def test_two_items_are_narrowed_down_together() -> None:
    scans = {"scans": [{"text": "EX12345678\r", "serial": "EX12345678", "taken_for": "serial"}]}
    items = (*laptop_items(), make_item("scans", as_json(scans)))
    from checks.judge import judge_requirement
    from hardware.evidence.facts import read_facts
    from specs.limits import Equals
    from specs.profile import Requirement, Standing
    from specs.quantities import Measure

    row = Requirement(
        "identity.agrees", Equals(True), Measure.YES_NO, "blocker", "inconclusive", "x", Standing.INFERRED, "x"
    )
    finding = judge_requirement(read_facts(Bundle.of(items)).facts, row)
    assert set(finding.evidence) == {"smbios", "scans"}
    found = narrowed(Bundle.of(items), row, outcome_of(finding), finding.evidence, time.monotonic)
    assert outcome_of(reread(found.bundle, row)) == outcome_of(finding)
    said = {one.item: one for one in found.excerpts}
    assert bytes.fromhex(said["smbios"].pieces[-1].hex) == b"EX12345678"
    assert "scans[0].serial = EX12345678" in said["scans"].lines


@pytest.mark.parametrize(
    ("item_id", "file", "check"),
    [
        ("smbios", "smbios-bin/uroot__Lenovo-ThinkPad-W510.bin", "memory.installed"),
        ("smbios", "smbios-bin/uroot__Lenovo-ThinkPad-W510.bin", "identity.serial"),
        ("dmidecode", "dmidecode/Dell__Latitude_5490__53E0F5B91486.txt", "memory.installed"),
        ("smart-nvme0n1", "smart/smartctl_exporter__KXG60ZNV512G_TOSHIBA_2.json", "storage.percent_used"),
        ("battery", "battery/tr__lenovo-l14m4p23-uevent.txt", "battery.health"),
        ("edid-eDP-1", "edid/AU_Optronics__AUO723C__CF33E72541E7.bin", "display.width"),
    ],
)
def test_the_excerpt_of_a_real_capture_is_a_small_part_of_it(
    captures: Path, item_id: str, file: str, check: str
) -> None:
    place = captures / file
    if not place.is_file():
        pytest.skip(f"the capture {file} is not there")
    drm = make_item("drm", as_json({"/sys/class/drm/card0-eDP-1/status": "connected\n"}))
    data = place.read_bytes()
    found = excerpt((make_item(item_id, data), drm), check)
    assert found.finished
    assert 0 < found.size <= max(len(data) // 4, 200)
