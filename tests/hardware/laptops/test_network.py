"""Who is let in over the network, and which place a laptop is given."""

import asyncio
import socket
import ssl
from contextlib import suppress

import pytest

from hardware.laptops.asking import Patience
from hardware.laptops.dock import Away
from hardware.laptops.keys import BenchKeys
from hardware.laptops.link import LinkError, LinkLost
from hardware.laptops.network import AgentListener, NetworkDock
from hardware.laptops.session import MOST_UNREAD
from tests.hardware.laptops.places import NOW, background, network_bench, waiting_at
from tests.hardware.laptops.stand_in import Hand, StandIn, client_context, dial, item, start


async def gather(link):
    return [value async for value in link.collect()]


async def refusal(bench, context=None, **how):
    hand = Hand(await dial(bench.listener.port, context or bench.context), **how)
    await hand.hello()
    refused = await hand.until("refused")
    await hand.ended()
    assert refused["again_s"] > 0
    return refused["sentence"]


async def test_one_that_names_a_slot_gets_it_and_one_that_names_none_a_free_one(tmp_path):
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


async def capturing_from(coming, hand):
    """A capture that has begun: the task, and the number of its ask."""
    capturing = asyncio.create_task(gather(await coming.link()))
    ask = (await hand.until("ask"))["ask"]
    await hand.say(start(ask, expected=["dmi"]))
    return capturing, ask


async def finish(hand, ask, capturing):
    """What is still missing of the capture is said and read."""
    await hand.say((item(ask, 1, "dmi", b"x"), b"x"), {"frame": "end", "ask": ask, "n": 2, "items": 1})
    assert [value.meta.id for value in (await capturing)[1:]] == ["dmi"]


async def test_a_laptop_that_has_time_to_come_back_keeps_its_slot_from_one_that_names_it(tmp_path):
    async with network_bench(tmp_path) as bench, waiting_at(bench.dock(3)) as coming:
        hand = Hand(await bench.plug(), slot=3)
        await hand.greet()
        capturing, ask = await capturing_from(coming, hand)
        hand.carrier.close()
        assert "Slot 3 has a laptop already" in await refusal(bench, slot=3)
        back = Hand(await bench.plug(), slot=3, boot=hand.boot)
        assert (await back.greet())["fresh"] is False
        await back.until("resume")
        await finish(back, ask, capturing)


async def test_a_laptop_that_is_not_heard_in_its_attempt_gets_its_time_and_then_gives_its_slot_up(tmp_path):
    patience = Patience(grace_s=0.5)
    async with network_bench(tmp_path, patience) as bench, waiting_at(bench.dock(3)) as coming:
        hand = Hand(await bench.plug(), slot=3)
        await hand.greet()
        capturing, _ = await capturing_from(coming, hand)  # and from now on it answers no ping
        assert "Slot 3 has a laptop already" in await refusal(bench, slot=3)
        with pytest.raises(LinkLost, match="went away and was not back"):
            await capturing
        assert (await Hand(await bench.plug(), slot=3).greet())["slot"] == 3


async def test_a_laptop_that_waits_for_the_bench_to_read_is_there(tmp_path):
    async with network_bench(tmp_path) as bench, waiting_at(bench.dock(3)) as coming:
        agent = StandIn({f"big{n}": bytes(3 * 2**20) for n in range(4)}, slot=3)
        async with background(agent.serve(await bench.plug())):
            link = await coming.link()
            values = link.collect()
            await anext(values)  # and then the disk is slow
            (berth,) = bench.listener.places.all()
            assert berth.session is not None
            while berth.session._unread <= MOST_UNREAD:
                await asyncio.sleep(0)
            assert "Slot 3 has a laptop already" in await refusal(bench, slot=3)
            assert len([value async for value in values]) == 4


async def test_a_network_that_blinks_shuffles_no_laptops(tmp_path):
    async with network_bench(tmp_path) as bench, waiting_at(bench.dock(1)) as one, waiting_at(bench.dock(2)) as two:
        hands = [Hand(await bench.plug()) for _ in range(2)]
        assert [(await hand.greet())["slot"] for hand in hands] == [1, 2]
        for hand, coming in zip(hands, (one, two), strict=True):
            await coming.link()
            hand.carrier.close()
            await coming.away()
        again = [Hand(await bench.plug(), boot=hand.boot) for hand in reversed(hands)]
        assert [(await hand.greet())["slot"] for hand in again] == [2, 1]


async def test_the_next_laptop_gets_the_slot_whose_verdict_has_stood_the_longest(tmp_path):
    async with (
        network_bench(tmp_path) as bench,
        waiting_at(bench.dock(1)) as one,
        waiting_at(bench.dock(2)) as two,
        waiting_at(bench.dock(3)),
    ):
        comings = {1: one, 2: two}
        for slot in (1, 2, 1):
            hand = Hand(await bench.plug(), slot=slot)
            await hand.greet()
            await comings[slot].link()
            hand.carrier.close()
            await comings[slot].away()
        hands = [Hand(await bench.plug()) for _ in range(3)]
        assert [(await hand.greet())["slot"] for hand in hands] == [3, 2, 1]


async def test_one_start_of_a_laptop_has_one_place_however_often_it_calls_at_once(tmp_path):
    async with network_bench(tmp_path) as bench, waiting_at(bench.dock(1)), waiting_at(bench.dock(2)) as two:
        silent = Hand(await bench.plug(), slot=2)
        await silent.greet()
        await two.link()
        named = Hand(await bench.plug(), slot=2)
        await named.hello()  # it waits until the silent one has not answered
        await anext(silent.hear())  # the ping
        other = Hand(await bench.plug(), boot=named.boot)
        assert (await other.greet())["slot"] == 1
        assert (await named.until("welcome"))["slot"] == 1
        assert [one.session is not None for one in bench.listener.places.all()] == [True, False]


async def test_a_stick_that_is_withdrawn_lets_its_laptop_go_and_no_other(tmp_path):
    other = client_context(BenchKeys.open(tmp_path / "keys", "bench 7", NOW).issue_stick("s2"), tmp_path / "other")
    async with network_bench(tmp_path) as bench, waiting_at(bench.dock(1)) as one, waiting_at(bench.dock(2)) as two:
        agents = StandIn(slot=1), StandIn(slot=2, stick="s2")
        carriers = await bench.plug(), await dial(bench.listener.port, other)
        async with background(agents[0].serve(carriers[0])), background(agents[1].serve(carriers[1])):
            lost, kept = await one.link(), await two.link()
            BenchKeys.open(tmp_path / "keys", "bench 7", NOW).revoke("s1")
            assert "boot stick was withdrawn; start the laptop from another one" in await one.away()
            assert "withdrawn" in await lost.lost()
            assert await gather(kept)


async def test_callers_without_a_key_shut_no_laptop_out_however_many_lines_they_hold(tmp_path):
    async with network_bench(tmp_path) as bench, waiting_at(bench.dock(1)) as coming:
        held = []
        try:
            for address in ("127.0.0.2", "127.0.0.3", "127.0.0.4"):
                for _ in range(24):
                    held.append(
                        await asyncio.open_connection("127.0.0.1", bench.listener.port, local_addr=(address, 0))
                    )
            agent = StandIn()
            async with background(agent.serve(await bench.plug())):
                assert (await coming.link()).identity == agent.boot
        finally:
            for _, writer in held:
                writer.close()


async def test_a_caller_that_says_nothing_is_cut_off_and_one_that_is_slow_is_not(tmp_path):
    async with network_bench(tmp_path, Patience(first_s=0.3)) as bench, waiting_at(bench.dock(1)):
        silent, _ = await asyncio.open_connection("127.0.0.1", bench.listener.port)
        slow = Hand(await bench.plug())
        with suppress(ConnectionError):
            assert await silent.read() == b""
        assert (await slow.greet())["slot"] == 1


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
