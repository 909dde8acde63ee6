"""The doctor names each slot that cannot reach its laptops, and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from station.doctor_links import examine_links
from station.paths import Paths
from station.store.bench_store import BenchStore


def _bench(folder: Path, **settings: str) -> Paths:
    paths = Paths.prepare(folder)
    store = BenchStore(paths.store)
    for name, value in settings.items():
        store.set_setting(name.replace("_", "."), value)
    store.close()
    return paths


def test_a_new_bench_tests_this_machine(tmp_path: Path) -> None:
    [symptom] = examine_links(_bench(tmp_path))
    assert symptom.well
    assert "this machine" in symptom.line


@pytest.mark.parametrize("laptop", ["serial:/dev/ttyNOTHERE7", "gone.zip", "serial:/dev/ttyS0?baud=7"])
def test_a_slot_that_cannot_reach_its_laptop_is_named_with_the_remedy(tmp_path: Path, laptop: str) -> None:
    found = examine_links(_bench(tmp_path, slot_3=laptop, slot_4="this-machine"))
    [fault] = [symptom for symptom in found if not symptom.well]
    assert "slot 3" in fault.line
    assert "station bench --slot 3=" in fault.line


def test_where_laptops_dial_is_told(tmp_path: Path) -> None:
    found = examine_links(_bench(tmp_path, slot_1="network", slot_2="network", agents="127.0.0.1:9999"))
    assert any("127.0.0.1:9999 for slot 1, 2" in symptom.line and symptom.well for symptom in found)


def test_an_address_that_is_none_is_a_fault_that_stops_the_bench(tmp_path: Path) -> None:
    found = examine_links(_bench(tmp_path, slot_1="network", agents="everywhere"))
    assert any(symptom.needed and not symptom.well and "--agents" in symptom.line for symptom in found)
