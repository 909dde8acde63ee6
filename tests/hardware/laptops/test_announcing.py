"""The bench is found by whoever looks for it on its network, and not after it is gone."""

import asyncio

import pytest
from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf

from hardware.laptops import announcing
from hardware.laptops.announcing import SERVICE, Announcement, addresses_at, keep_announced
from hardware.laptops.link import LinkError
from tests.hardware.laptops.places import background


async def found(name):
    async with AsyncZeroconf(interfaces=["127.0.0.1"]) as looking:
        info = AsyncServiceInfo(SERVICE, f"{name}.{SERVICE}")
        there = await info.async_request(looking.zeroconf, 3000)
        return (info.parsed_addresses(), info.port) if there else None


async def test_a_bench_is_found_with_its_address_and_port():
    bench = Announcement("Bench 7 <Leeds>", ["127.0.0.1"], 8711)
    await bench.start()
    try:
        assert await found("Bench 7 -Leeds-") == (["127.0.0.1"], 8711)
    finally:
        await bench.close()


async def test_two_benches_of_one_name_are_both_found():
    benches = [Announcement("bench", ["127.0.0.1"], port) for port in (1001, 1002)]
    await asyncio.gather(*(bench.start() for bench in benches[:1]))
    await benches[1].start()
    try:
        assert {(await found(name) or ([], 0))[1] for name in ("bench", "bench-2")} == {1001, 1002}
    finally:
        for bench in benches:
            await bench.close()


@pytest.mark.parametrize("address", ["no address", "192.0.2.1"])
async def test_a_network_that_is_not_there_is_told_in_a_sentence(address):
    bench = Announcement("bench", [address], 8711)
    with pytest.raises(LinkError, match="cannot announce itself"):
        await bench.start()
    await bench.close()


class Network:
    """A computer whose network is changed under it."""

    def __init__(self, *addresses):
        self.addresses = addresses
        self.looks = 0
        self.told = []

    def __call__(self):
        self.looks += 1
        if self.addresses == ("broken",):
            raise OSError(5, "Input/output error")
        return self.addresses

    async def looked_at(self, times):
        until = self.looks + times
        while self.looks < until:
            await asyncio.sleep(0)


@pytest.fixture
def soon(monkeypatch):
    monkeypatch.setattr(announcing, "AGAIN_SECONDS", 0.05)


async def test_a_bench_that_gets_a_network_later_is_found_from_then_on_and_not_after_its_end(soon):
    network = Network()
    async with background(keep_announced("late bench", network, 8712, network.told.append)):
        await network.looked_at(2)
        assert not await found("late bench")
        network.addresses = ("127.0.0.1",)
        await network.looked_at(2)
        assert await found("late bench") == (["127.0.0.1"], 8712)
    assert not await found("late bench")
    assert not network.told


async def test_what_is_in_the_way_is_told_once_and_tried_again(soon):
    network = Network("192.0.2.1")
    async with background(keep_announced("hidden bench", network, 8713, network.told.append)):
        await network.looked_at(4)
        (sentence,) = network.told
        assert sentence.startswith("The bench cannot announce itself on the network (")
        assert sentence.endswith(".")
        network.addresses = ("broken",)
        await network.looked_at(4)
        assert len(network.told) == 2
        network.addresses = ("127.0.0.1",)
        await network.looked_at(2)
        assert await found("hidden bench")
    assert len(network.told) == 2


def test_a_bench_is_announced_where_it_listens_and_never_on_the_loopback():
    assert addresses_at("127.0.0.1") == []
    assert addresses_at("192.0.2.7") == ["192.0.2.7"]
    assert "127.0.0.1" not in addresses_at("0.0.0.0")
