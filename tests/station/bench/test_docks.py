"""The settings of a slot, and of where laptops dial: which are taken, and what the others are told."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.laptops.announcing import Announcement
from hardware.laptops.link import LinkError
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


async def test_laptops_may_dial_while_the_bench_still_announces_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = asyncio.Event()

    async def never(_: Announcement) -> None:
        begun.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(Announcement, "start", never)
    monkeypatch.setattr("station.bench.docks.addresses_at", lambda host: ["192.0.2.1"])
    docks = RealDocks(tmp_path / "keys", "bench 7", ListenAddress("127.0.0.1", 0))
    listener = await docks.listener()
    await begun.wait()
    _, writer = await asyncio.open_connection("127.0.0.1", listener.port)
    writer.close()
    await docks.close()


async def test_a_bench_that_cannot_announce_itself_says_so_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(_: Announcement) -> None:
        raise LinkError("the network is not there; plug it in")

    told: asyncio.Queue[str] = asyncio.Queue()
    monkeypatch.setattr(Announcement, "start", fails)
    monkeypatch.setattr("station.bench.docks.addresses_at", lambda host: ["192.0.2.1"])
    monkeypatch.setattr("hardware.laptops.announcing.AGAIN_SECONDS", 0.0)
    docks = RealDocks(tmp_path / "keys", "bench 7", ListenAddress("127.0.0.1", 0), told.put_nowait)
    await docks.listener()
    assert await told.get() == "The network is not there; plug it in."
    await docks.listen_on(ListenAddress("127.0.0.1", 0))
    assert told.empty()
    await docks.listener()
    assert await told.get() == "The network is not there; plug it in."
    await docks.close()
