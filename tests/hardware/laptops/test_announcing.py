"""The bench is found by whoever looks for it on its network, and not after it is gone."""

import asyncio

import pytest
from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf

from hardware.laptops.announcing import SERVICE, Announcement
from hardware.laptops.link import LinkError


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
