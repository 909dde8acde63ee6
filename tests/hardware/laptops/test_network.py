"""Who is let in over the network, and which place a laptop is given."""

import asyncio
import socket
import ssl
from contextlib import suppress

import pytest

from hardware.laptops.dock import Away
from hardware.laptops.keys import BenchKeys
from hardware.laptops.link import LinkError
from hardware.laptops.network import AgentListener, NetworkDock
from tests.hardware.laptops.places import NOW, background, network_bench, waiting_at
from tests.hardware.laptops.stand_in import Hand, StandIn, client_context, dial


async def refusal(bench, context=None, **how):
    hand = Hand(await dial(bench.listener.port, context or bench.context), **how)
    await hand.hello()
    refused = await hand.until("refused")
    await hand.ended()
    assert refused["again_s"] > 0
    return refused["sentence"]


async def test_one_that_names_a_slot_gets_it_and_one_that_names_none_the_lowest_free(tmp_path):
    async with network_bench(tmp_path) as bench, waiting_at(bench.dock(1)) as one, waiting_at(bench.dock(2)) as two:
        named, any_ = StandIn(slot=2), StandIn()
        async with background(named.serve(await bench.plug())):
            assert (await two.link()).identity == named.boot
            async with background(any_.serve(await bench.plug())):
                link = await one.link()
                assert (link.identity, link.name, link.narrow) == (any_.boot, "network, slot 1", False)
                assert [value async for value in link.collect()]
                assert any_.welcomes[0]["slot"] == 1
                assert any_.welcomes[0]["bench"] == "bench 7"
                assert "All places" in await refusal(bench)
                assert "no slot 9" in await refusal(bench, slot=9)


async def test_a_place_that_nobody_waits_at_takes_no_laptop(tmp_path):
    async with network_bench(tmp_path) as bench:
        dock = bench.dock(1)
        assert "All places" in await refusal(bench)
        async with waiting_at(dock), background(StandIn().serve(await bench.plug())):
            pass
        assert "no slot 1" in await refusal(bench, slot=1)


async def test_a_laptop_that_started_anew_gets_its_slot_when_its_old_connection_is_dead(tmp_path):
    async with network_bench(tmp_path) as bench, waiting_at(bench.dock(1)) as coming:
        old = Hand(await bench.plug(), slot=1)
        await old.greet()
        first = await coming.link()
        again = StandIn(slot=1)
        async with background(again.serve(await bench.plug())):
            second = await coming.link()
            assert (first.identity, second.identity) == (old.boot, again.boot)
            with pytest.raises(LinkError, match="started anew"):
                await anext(first.collect())


async def test_a_withdrawn_stick_is_refused_from_then_on(tmp_path):
    async with network_bench(tmp_path) as bench, waiting_at(bench.dock(1)):
        BenchKeys.open(tmp_path / "keys", "bench 7", NOW).revoke("s1")
        assert "was withdrawn" in await refusal(bench)
        other = client_context(bench.keys.issue_stick("s2"), tmp_path / "other")
        await Hand(await dial(bench.listener.port, other), stick="s2").greet()


async def test_a_stick_says_no_other_name_than_its_own(tmp_path):
    async with network_bench(tmp_path) as bench, waiting_at(bench.dock(1)):
        assert "not the one in its certificate" in await refusal(bench, stick="s2")


async def test_a_stick_of_another_version_is_told_so(tmp_path):
    async with network_bench(tmp_path) as bench, waiting_at(bench.dock(1)):
        hand = Hand(await bench.plug())
        await hand.hello(protocol=2, more="fields")
        assert "another version" in (await hand.until("refused"))["sentence"]


def stranger(tmp_path):
    """Keys of another bench, with our bench's authority trusted."""
    other = BenchKeys.open(tmp_path / "others", "bench 8", NOW).issue_stick("s1")
    ours = BenchKeys.open(tmp_path / "keys", "bench 7", NOW).issue_stick("s1")
    return client_context(other._replace(ca_pem=ours.ca_pem), tmp_path / "stranger")


def nobody(tmp_path):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.load_verify_locations(tmp_path / "keys" / "ca.pem")
    return context


def old_tls(tmp_path):
    keys = BenchKeys.open(tmp_path / "keys", "bench 7", NOW).issue_stick("s1")
    context = client_context(keys, tmp_path / "old")
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    return context


@pytest.mark.parametrize("context", [stranger, nobody, old_tls], ids=lambda make: make.__name__)
async def test_who_has_no_keys_of_this_bench_is_not_spoken_with(tmp_path, context):
    async with network_bench(tmp_path) as bench, waiting_at(bench.dock(1)) as coming:
        with suppress(OSError, EOFError):
            hand = Hand(await dial(bench.listener.port, context(tmp_path)))
            await hand.hello()
            assert [frame async for frame in hand.hear()] == []
        # It has no place: the next one gets it.
        agent = StandIn()
        async with background(agent.serve(await bench.plug())):
            assert (await coming.link()).identity == agent.boot


async def test_a_stick_cannot_play_the_bench(tmp_path):
    async with network_bench(tmp_path) as bench:
        server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.load_cert_chain(tmp_path / "stick" / "stick.pem", tmp_path / "stick" / "stick.key")
        false = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0, ssl=server)
        async with false:
            with pytest.raises(ssl.SSLCertVerificationError):
                await dial(false.sockets[0].getsockname()[1], bench.context)


async def test_an_address_that_cannot_be_had_is_told_in_a_sentence(tmp_path):
    keys = BenchKeys.open(tmp_path / "keys", "bench 7", NOW)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(LinkError, match=f"cannot listen at 127.0.0.1 port {port}"):
            await AgentListener("127.0.0.1", port, keys, "bench 7").start()


async def test_a_listener_that_is_closed_lets_its_port_and_its_laptops_go(tmp_path):
    async with network_bench(tmp_path) as bench, waiting_at(bench.dock(1)) as coming:
        async with background(StandIn().serve(await bench.plug())):
            await coming.link()
            port = bench.listener.port
            await bench.listener.close()
            assert "closed" in await coming.away()
        again = AgentListener("127.0.0.1", port, bench.keys, "bench 7")
        await again.start()
        assert again.port == port
        await again.close()


async def test_a_slot_has_one_place(tmp_path):
    async with network_bench(tmp_path) as bench, waiting_at(bench.dock(1)):
        with pytest.raises(RuntimeError):
            await anext(bench.dock(1).comings())
        # The first is still there.
        await Hand(await bench.plug(), slot=1).greet()
    dock = NetworkDock(bench.listener, 1)
    comings = dock.comings()
    assert isinstance(await anext(comings), Away)
    await comings.aclose()
