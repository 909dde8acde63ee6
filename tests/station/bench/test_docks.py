"""The settings of a slot, and of where laptops dial: which are taken, and what the others are told."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.bench.docks import LaptopRefused, ListenAddress, RealDocks, check_laptop, parse_address


@pytest.mark.parametrize(
    "laptop", ["", "this-machine", "network", "serial:/dev/ttyUSB0", "serial:/dev/ttyS0?baud=9600"]
)
def test_a_setting_that_names_a_way_is_kept_as_it_is(laptop: str) -> None:
    assert check_laptop(laptop) == laptop


def test_a_bundle_is_kept_under_its_whole_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "one.zip").write_bytes(b"")
    monkeypatch.chdir(tmp_path)
    assert check_laptop("one.zip") == str(tmp_path / "one.zip")


@pytest.mark.parametrize("laptop", ["gone.zip", "serial:", "serial:/dev/ttyS0?baud=8", "serial:/dev/ttyS0?parity=even"])
def test_any_other_is_refused_in_one_sentence_with_what_there_is(laptop: str) -> None:
    with pytest.raises(LaptopRefused) as refused:
        check_laptop(laptop)
    assert str(refused.value)
    assert "\n" not in str(refused.value)


@given(st.ip_addresses(), st.integers(0, 65535))
def test_each_address_of_a_computer_can_be_listened_on(address: object, port: int) -> None:
    text = f"[{address}]:{port}" if ":" in str(address) else f"{address}:{port}"
    assert parse_address(text) == ListenAddress(str(address), port)


@given(st.text(max_size=60))
def test_no_text_does_more_than_be_refused(text: str) -> None:
    try:
        found = parse_address(text)
    except LaptopRefused:
        return
    assert 0 <= found.port <= 65535


@pytest.mark.parametrize("text", ["", "bench:8711", "0.0.0.0", "0.0.0.0:", "0.0.0.0:65536", "0.0.0.0:-1", "0.0.0.0:٣"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(LaptopRefused):
        parse_address(text)


def test_a_place_on_the_network_opens_no_port_until_somebody_waits_there(tmp_path: Path) -> None:
    docks = RealDocks(tmp_path / "keys", "bench 7", ListenAddress("127.0.0.1", 0))
    assert docks.dock("network", 1).name == "network"
    assert not (tmp_path / "keys").exists()
