"""A laptop at the end of a serial line: plugged and unplugged, noisy, started anew, and a port that cannot be had."""

import asyncio
import os
import secrets
import threading

import pytest

from hardware.evidence.bundle import Item
from hardware.laptops.asking import Patience
from hardware.laptops.link import ExerciseOrder, LinkError
from hardware.laptops.serial_line import SerialDock
from hardware.scanners.serial_ports import LineSettings, PortSeen, open_port
from tests.hardware.laptops.places import PtyLine, background, waiting_at
from tests.hardware.laptops.stand_in import CAPTURE, Hand, StandIn

ADAPTER = (0x0403, 0x6001)


@pytest.fixture
def line():
    line = PtyLine()
    yield line
    line.close()


async def captured(link):
    return [value.meta.id async for value in link.collect() if isinstance(value, Item)]


@pytest.mark.parametrize("device", ["", "ttyUSB0", "auto", "usb:12:34", "/dev/ttyUSB0?baud=9600"])
def test_what_names_no_port_is_refused_at_once(device):
    with pytest.raises(LinkError, match="cannot be"):
        SerialDock(device)
    with pytest.raises(LinkError, match="cannot have 12345 baud"):
        SerialDock("/dev/ttyUSB0", 12345)


def test_it_has_a_name_for_people():
    assert SerialDock("/dev/ttyUSB0").name == "serial line ttyUSB0"
    assert SerialDock("usb:0403:6001:FT0001").name == "serial line 0403:6001"


async def test_a_port_that_is_not_there_is_told_and_found_when_it_comes(tmp_path, line):
    path = tmp_path / "port"
    async with waiting_at(SerialDock(str(path))) as coming:
        assert "There is no serial line at" in await coming.away()
        path.symlink_to(line.path)
        async with background(StandIn().serve(line.laptop())):
            assert await captured(await coming.link()) == [*CAPTURE]


async def test_a_file_is_no_port(tmp_path):
    (tmp_path / "file").write_text("")
    async with waiting_at(SerialDock(str(tmp_path / "file"))) as coming:
        assert "no serial port" in await coming.away()


async def test_a_port_that_another_program_has_is_told(line):
    taken = open_port(line.path, LineSettings(baud=115200))
    async with waiting_at(SerialDock(line.path)) as coming:
        assert await coming.away()
        taken.close()
        async with background(StandIn().serve(line.laptop())):
            assert await captured(await coming.link()) == [*CAPTURE]


async def test_an_adapter_that_is_pulled_out_is_told_and_found_again_under_another_number():
    first, second = PtyLine(), PtyLine()
    there = [first]

    def ports():
        return [PortSeen(line.path, *ADAPTER) for line in there]

    agent = StandIn()
    async with waiting_at(SerialDock("usb:0403:6001", ports=ports)) as coming:
        async with background(agent.serve(first.laptop())):
            link = await coming.link()
        there.clear()
        first.close()
        assert "was unplugged" in await coming.away()
        there.append(second)
        async with background(agent.serve(second.laptop())):
            again = await coming.link()
            assert again.identity == link.identity
            assert await captured(again) == [*CAPTURE]
    second.close()


async def test_a_capture_goes_on_when_the_adapter_is_back_in_time():
    first, second = PtyLine(), PtyLine()
    there = [first]
    agent = StandIn()
    dock = SerialDock("usb:0403:6001", ports=lambda: [PortSeen(line.path, *ADAPTER) for line in there])
    async with waiting_at(dock) as coming:
        async with background(agent.serve(first.laptop())):
            link = await coming.link()
            exercising = link.exercise(ExerciseOrder("keyboard", {}, 60.0))
            await anext(exercising)
        there.clear()
        first.close()
        there.append(second)
        async with background(agent.serve(second.laptop())):
            link.finish("keyboard")
            values = [value async for value in exercising]
            assert isinstance(values[-1], Item)
            assert agent.begun == [1]
            assert [one["fresh"] for one in agent.welcomes] == [True, False]
    second.close()


async def test_a_laptop_that_started_anew_is_another_one(line):
    async with waiting_at(SerialDock(line.path)) as coming:
        first, second = StandIn(), StandIn()
        async with background(first.serve(line.laptop())):
            assert (await coming.link()).identity == first.boot
        async with background(second.serve(line.laptop())):
            link = await coming.link()
            assert link.identity == second.boot
            assert await captured(link) == [*CAPTURE]


async def test_the_nonsense_of_one_laptop_is_not_told_of_the_next(line):
    async with waiting_at(SerialDock(line.path, patience=Patience(ping_s=0.1, silent_s=1.5))) as coming:
        bad = line.laptop()
        await Hand(bad).say({"frame": "pong", "number": 1})
        assert "something before its hello" in await coming.away()
        bad.close()
        async with background(StandIn().serve(line.laptop())):
            await coming.link()
        assert await coming.away() == ""


async def test_noise_and_a_boot_menu_before_it_hide_no_laptop(line):
    async with waiting_at(SerialDock(line.path)) as coming:
        os.write(line.master, b"\r\nGRUB loading.\x1b[2J\x1b[H\r\n" + secrets.token_bytes(2000))
        agent = StandIn()
        async with background(agent.serve(line.laptop())):
            link = await coming.link()
            for _ in range(3):
                os.write(line.master, secrets.token_bytes(300))
                assert await captured(link) == [*CAPTURE]


async def test_a_dock_that_is_left_lets_the_port_and_its_thread_go(line):
    async with waiting_at(SerialDock(line.path)) as coming, background(StandIn().serve(line.laptop())):
        await coming.link()
    assert not [one for one in threading.enumerate() if one.name.startswith("serial line")]
    open_port(line.path, LineSettings()).close()


async def test_the_bench_says_nothing_to_a_line_on_which_no_laptop_is(line):
    os.set_blocking(line.master, False)
    async with waiting_at(SerialDock(line.path)):
        await asyncio.sleep(0.7)
        with pytest.raises(BlockingIOError):
            os.read(line.master, 100)
