"""One laptop with an agent, over one connection after the other: what goes on, what is lost, and what is said then."""

import asyncio
from contextlib import aclosing, suppress

import pytest

from hardware.evidence.bundle import Item
from hardware.laptops.asking import Patience
from hardware.laptops.link import ExerciseOrder, LaptopPage, LinkError, LinkLost, Progress
from tests.hardware.laptops.places import background, pair_bench
from tests.hardware.laptops.stand_in import CAPTURE, Hand, StandIn, item, start

SHORT = Patience(ping_s=0.1, silent_s=1.0, grace_s=0.4, capture_s=30.0, quiet_s=0.5, exercise_more_s=0.2, reader_s=0.3)


async def gather(link):
    return [value async for value in link.collect()]


async def exhaust(values):
    async for _ in values:
        pass


def order(name="memory", seconds=30.0):
    return ExerciseOrder(name, {}, seconds)


class Gate:
    """Holds a stand-in before one frame of an answer, once."""

    def __init__(self, n):
        self._n = n
        self.reached = asyncio.Event()
        self.opened = asyncio.Event()

    async def __call__(self, n):
        if n == self._n:
            self.reached.set()
            await self.opened.wait()


# ---- coming and going ----------------------------------------------------------------------------------


async def test_a_laptop_that_goes_while_nothing_is_asked_is_away_at_once():
    async with pair_bench() as (bench, coming):
        laptop = await bench.plug()
        async with background(StandIn().serve(laptop)):
            await coming.link()
        assert await coming.away() == ""


async def test_a_laptop_whose_cable_breaks_goes_on_where_it_was():
    agent = StandIn()
    gate = agent.pause_before = Gate(2)
    async with pair_bench() as (bench, coming):
        async with background(agent.serve(await bench.plug())):
            link = await coming.link()
            capturing = asyncio.create_task(gather(link))
            await gate.reached.wait()
        gate.opened.set()
        async with background(agent.serve(await bench.plug())):
            values = await capturing
            assert [value.meta.id for value in values[1:]] == [*CAPTURE]
            assert agent.begun == [1]
            assert [one["fresh"] for one in agent.welcomes] == [True, False]
            # Nothing was told at the dock: it is the same laptop.
            assert len(await gather(link)) == len(values)
        assert await coming.away() == ""


async def test_the_line_may_break_at_every_frame():
    agent = StandIn()
    async with pair_bench() as (bench, coming):
        laptop = background(agent.serve(await bench.plug()))
        async with laptop:
            link = await coming.link()
            gate = agent.pause_before = Gate(0)
            capturing = asyncio.create_task(gather(link))
            await gate.reached.wait()
        for n in range(1, len(CAPTURE) + 2):
            before, gate = gate, Gate(n)
            agent.pause_before = gate
            before.opened.set()
            async with background(agent.serve(await bench.plug())):
                await gate.reached.wait()
        gate.opened.set()
        async with background(agent.serve(await bench.plug())):
            assert [value.meta.id for value in (await capturing)[1:]] == [*CAPTURE]


async def test_a_laptop_that_stays_away_is_lost():
    agent = StandIn()
    gate = agent.pause_before = Gate(1)
    async with pair_bench(SHORT) as (bench, coming):
        async with background(agent.serve(await bench.plug())):
            link = await coming.link()
            capturing = asyncio.create_task(gather(link))
            await gate.reached.wait()
        with pytest.raises(LinkLost, match="went away and was not back within"):
            await capturing
        assert "went away" in await coming.away()
        with pytest.raises(LinkError, match="scan it"):
            await gather(link)


async def in_an_attempt(bench, coming):
    """A laptop whose cable is out while nothing is asked of it."""
    hand = Hand(await bench.plug())
    await hand.greet()
    link = await coming.link()
    link.busy(True)
    hand.carrier.close()
    await bench.noticed()
    return link


async def test_a_laptop_in_an_attempt_has_time_to_come_back_also_between_two_asks():
    async with pair_bench() as (bench, coming):
        link = await in_an_attempt(bench, coming)
        capturing = asyncio.create_task(gather(link))
        agent = StandIn()
        agent.boot = link.identity
        async with background(agent.serve(await bench.plug())):
            assert [value.meta.id for value in (await capturing)[1:]] == [*CAPTURE]
            assert [one["fresh"] for one in agent.welcomes] == [False]
            link.busy(False)
        # The first thing that the dock tells since: it was one laptop all the time.
        assert await coming.away() == ""


async def test_a_laptop_in_an_attempt_that_stays_away_is_lost_though_nothing_was_asked():
    async with pair_bench(SHORT) as (bench, coming):
        link = await in_an_attempt(bench, coming)
        why = await link.lost()
        assert "went away and was not back within" in why
        assert "went away" in await coming.away()
        link.busy(False)
        assert await link.lost() == why


async def test_a_laptop_whose_attempt_ends_while_it_is_away_is_away_at_once():
    async with pair_bench() as (bench, coming):
        link = await in_an_attempt(bench, coming)
        link.busy(False)
        assert await coming.away() == ""
        assert "not there any more" in await link.lost()


async def test_what_is_asked_of_a_laptop_that_is_away_keeps_its_time_beyond_the_attempt():
    async with pair_bench() as (bench, coming):
        link = await in_an_attempt(bench, coming)
        capturing = asyncio.create_task(gather(link))
        await asyncio.sleep(0)
        link.busy(False)
        agent = StandIn()
        agent.boot = link.identity
        async with background(agent.serve(await bench.plug())):
            assert [value.meta.id for value in (await capturing)[1:]] == [*CAPTURE]


async def test_a_laptop_that_started_anew_is_another_one_and_the_capture_is_lost():
    agent = StandIn()
    gate = agent.pause_before = Gate(1)
    async with pair_bench() as (bench, coming), background(agent.serve(await bench.plug())):
        link = await coming.link()
        capturing = asyncio.create_task(gather(link))
        await gate.reached.wait()
        again = StandIn()
        async with background(again.serve(await bench.plug())):
            with pytest.raises(LinkLost, match="started anew"):
                await capturing
            other = await coming.link()
            assert other.identity == again.boot != link.identity
            assert len(await gather(other)) == 1 + len(CAPTURE)


async def test_a_laptop_that_says_nothing_any_more_is_away():
    async with pair_bench(SHORT) as (bench, coming):
        hand = Hand(await bench.plug())
        await hand.greet()
        await coming.link()
        assert await coming.away() == ""


async def test_a_laptop_that_has_nothing_to_say_but_answers_pings_stays():
    async with pair_bench(SHORT) as (bench, coming):
        hand = Hand(await bench.plug())
        await hand.greet()
        link = await coming.link()
        for _ in range(12):
            ping = await hand.until("ping")
            await hand.say({"frame": "pong", "number": ping["number"]})
        capturing = asyncio.create_task(gather(link))
        assert (await hand.until("ask"))["what"] == "collect"
        capturing.cancel()


async def test_a_second_connection_of_the_same_start_takes_the_place_of_the_first():
    agent = StandIn()
    async with pair_bench() as (bench, coming):
        first, second = await bench.plug(), await bench.plug()
        async with background(agent.serve(first)) as before:
            link = await coming.link()
            hand = Hand(second, boot=agent.boot)
            assert (await hand.greet())["fresh"] is False
            await before
            capturing = asyncio.create_task(gather(link))
            assert (await hand.until("ask"))["ask"] == 1
            capturing.cancel()


async def test_a_place_that_is_closed_loses_its_laptop():
    agent = StandIn()
    agent.pause_before = Gate(1)
    async with pair_bench() as (bench, coming), background(agent.serve(await bench.plug())):
        link = await coming.link()
        values = link.collect()
        await anext(values)
        await coming.close()
        with pytest.raises(LinkLost, match="closed"):
            await anext(values)


# ---- what is asked -------------------------------------------------------------------------------------


async def test_a_capture_that_is_left_early_is_stopped_on_the_laptop_and_another_can_follow():
    agent = StandIn()
    gate = agent.pause_before = Gate(2)
    async with pair_bench() as (bench, coming), background(agent.serve(await bench.plug())):
        link = await coming.link()
        async with aclosing(link.collect()) as values:
            await anext(values)
            await gate.reached.wait()
        gate.opened.set()
        assert len(await gather(link)) == 1 + len(CAPTURE)
        assert agent.stopped == [1]
        assert agent.begun == [1, 2]


async def test_the_laptop_may_forget_what_the_bench_has():
    agent = StandIn()
    async with pair_bench() as (bench, coming), background(agent.serve(await bench.plug())):
        link = await coming.link()
        await gather(link)
        await link.show(LaptopPage("done"))
        while not agent.pages:
            await asyncio.sleep(0)
        assert agent.asks == {}


async def test_an_exercise_that_is_finished_early_still_gives_its_item():
    agent = StandIn()
    async with pair_bench() as (bench, coming), background(agent.serve(await bench.plug())):
        link = await coming.link()
        values = []
        async for value in link.exercise(order("keyboard")):
            values.append(value)
            link.finish("keyboard")
        assert isinstance(values[-1], Item)
        assert agent.stopped


async def test_an_exercise_that_was_finished_while_the_line_was_broken_is_finished_after_it():
    agent = StandIn()
    async with pair_bench() as (bench, coming):
        async with background(agent.serve(await bench.plug())):
            link = await coming.link()
            values = link.exercise(order("keyboard"))
            assert isinstance(await anext(values), Progress)
        link.finish("keyboard")
        async with background(agent.serve(await bench.plug())):
            assert isinstance([value async for value in values][-1], Item)


async def test_an_exercise_that_failed_or_is_not_answered_gives_its_item_with_the_reason():
    async with pair_bench(SHORT) as (bench, coming):
        hand = Hand(await bench.plug())
        await hand.greet()
        link = await coming.link()
        values = link.exercise(order())
        taking = asyncio.create_task(anext(values))
        ask = await hand.until("ask")
        await hand.say({"frame": "failed", "ask": ask["ask"], "n": 0, "error": "no\x1b[2J memory"})
        given = await taking
        assert isinstance(given, Item)
        assert (given.meta.error, given.data) == ("no[2J memory", b"")
        with pytest.raises(StopAsyncIteration):
            await anext(values)
        async with background(hand.until("nothing")):
            late = [value async for value in link.exercise(order(seconds=0.2))]
        assert isinstance(late[0], Item)
        assert "said nothing of it" in str(late[0].meta.error)


async def test_a_capture_that_cannot_be_made_says_why():
    async with pair_bench() as (bench, coming):
        hand = Hand(await bench.plug())
        await hand.greet()
        capturing = asyncio.create_task(gather(await coming.link()))
        ask = await hand.until("ask")
        await hand.say({"frame": "failed", "ask": ask["ask"], "n": 0, "error": "the probe is gone"})
        with pytest.raises(LinkError, match=r"could not be asked \(the probe is gone\)") as caught:
            await capturing
        assert not isinstance(caught.value, LinkLost)
        assert coming.last is not None
        capturing = asyncio.create_task(gather(coming.last))
        ask = await hand.until("ask")
        await hand.say(
            start(ask["ask"]), {"frame": "failed", "ask": ask["ask"], "n": 1, "error": "the probe was killed"}
        )
        with pytest.raises(LinkLost, match="the probe was killed"):
            await capturing


@pytest.mark.parametrize(("begun", "words"), [(False, "did not answer"), (True, "in the middle of the capture")])
async def test_a_capture_in_which_nothing_comes_is_given_up(begun, words):
    async with pair_bench(SHORT) as (bench, coming):
        hand = Hand(await bench.plug())
        await hand.greet()
        capturing = asyncio.create_task(gather(await coming.link()))
        ask = await hand.until("ask")
        if begun:
            await hand.say(start(ask["ask"]))
        async with background(hand.until("stop")) as stopped:
            with pytest.raises(LinkError, match=words):
                await capturing
            assert (await stopped)["ask"] == ask["ask"]


async def test_a_capture_has_an_end_however_slowly_it_drips():
    slow = Patience(capture_s=0.6, quiet_s=0.5)
    async with pair_bench(slow) as (bench, coming):
        hand = Hand(await bench.plug())
        await hand.greet()
        capturing = asyncio.create_task(gather(await coming.link()))
        ask = (await hand.until("ask"))["ask"]
        await hand.say(start(ask))

        async def drip():
            with suppress(OSError):
                for n in range(1, 500):
                    await hand.say((item(ask, n, f"item{n}", b"x"), b"x"))
                    await asyncio.sleep(0.02)

        async with background(drip()):
            with pytest.raises(LinkLost, match="not whole after"):
                await capturing


async def test_a_reader_that_takes_nothing_loses_its_own_ask_and_no_other():
    big = {f"big{n}": bytes(3 * 2**20) for n in range(4)}
    agent = StandIn(big)
    async with pair_bench(SHORT) as (bench, coming), background(agent.serve(await bench.plug())):
        link = await coming.link()
        lazy = link.collect()
        await anext(lazy)
        exercised = [value async for value in link.exercise(order())]
        assert isinstance(exercised[-1], Item)
        with pytest.raises(LinkError, match="did not take"):
            await exhaust(lazy)
        assert len([value async for value in link.exercise(order())])


async def test_a_slow_reader_gets_everything_and_the_laptops_silence_meanwhile_is_not_counted():
    agent = StandIn({f"big{n}": bytes(3 * 2**20) for n in range(4)})
    patience = Patience(ping_s=0.1, silent_s=0.3, reader_s=60.0)
    async with pair_bench(patience) as (bench, coming), background(agent.serve(await bench.plug())):
        link = await coming.link()
        values = []
        async for value in link.collect():
            values.append(value)
            await asyncio.sleep(0.5)
        assert len(values) == 5


async def test_too_much_asked_at_once_is_refused_in_a_sentence():
    async with pair_bench() as (bench, coming):
        hand = Hand(await bench.plug())
        await hand.greet()
        link = await coming.link()
        many = [asyncio.create_task(gather(link)) for _ in range(24)]
        await asyncio.sleep(0)
        with pytest.raises(LinkError, match="24 things are being asked"):
            await gather(link)
        for one in many:
            one.cancel()


async def test_the_page_is_shown_again_after_the_line_broke_and_fits_the_laptop():
    agent = StandIn()
    async with pair_bench() as (bench, coming):
        async with background(agent.serve(await bench.plug())):
            link = await coming.link()
            holding = link.exercise(order("keyboard"))
            await anext(holding)
            await link.show(LaptopPage("x" * 999, ("y" * 999,) * 99, "hold"))
            while not agent.pages:
                await asyncio.sleep(0)
        async with background(agent.serve(await bench.plug())):
            while len(agent.pages) < 2:
                await asyncio.sleep(0)
        assert agent.pages[0] == agent.pages[1]
        assert len(agent.pages[0]["headline"]) <= 64
        assert len(agent.pages[0]["lines"]) <= 12
