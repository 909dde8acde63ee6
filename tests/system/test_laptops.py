"""Laptops of QEMU at a real bench: started from the stick, tested over the real links, to a verdict."""

from __future__ import annotations

import asyncio
import contextlib
import io
import itertools
import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec
import pytest
import serial
from PIL import Image as Picture

from hardware.bootstick.boot_files import GRUB_FAILED
from hardware.evidence.bundle import Item
from hardware.laptops.dock import Away
from hardware.laptops.link import ExerciseOrder, LaptopPage, Link
from hardware.laptops.serial_line import SerialDock
from hardware.simulated.line import Faults
from hardware.simulated.qemu.firmware import Firmware
from hardware.simulated.qemu.laptop import VirtualLaptop
from hardware.simulated.qemu.machine import StickBoot
from hardware.simulated.qemu.sticks import change_file, copy_sparse
from station.bench.command_codes import Verb
from tests.system.laptops_at_a_bench import PATIENCE_S, PROGRAMS, Bench, Image, a_laptop, failed_checks, free_port

pytestmark = [pytest.mark.system, pytest.mark.slow, pytest.mark.timeout(900)]

# linux/input-event-codes.h
KEY_A: Final = 30
KEY_H: Final = 35
KEY_ENTER: Final = 28


@pytest.fixture(scope="session")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    missing = [program for program in PROGRAMS if shutil.which(program) is None]
    if missing:
        pytest.skip(f"NO VIRTUAL LAPTOPS WERE TESTED: {', '.join(missing)} not installed (docs/simulated-laptops.md)")
    return Image(tmp_path_factory.mktemp("virtual"))


def test_a_good_laptop_on_a_serial_line_passes_everything_that_needs_nobody(image: Image, tmp_path: Path) -> None:
    good, port = a_laptop(1), tmp_path / "port"
    with (
        image.laptop(good, "serial", port=port),
        Bench(tmp_path / "data", image, [f"1=serial:{port}"], profile="ghwt-2021w-boot-stick-quick") as bench,
    ):
        bench.wait_for_laptop(1)
        bench.scan(good.label_serial)
        state = bench.wait_for_end(1, good.label_serial)
        assert (state["verdict"], failed_checks(state)) == ("pass", set()), state
        exercised = {line["check"] for line in state["checks"] if line["required"]}
        assert {"memory.test", "storage.read_errors", "processor.load", "audio.loop", "wireless.scan"} <= exercised


def test_a_worn_disk_is_found_over_a_usb_adapter_and_a_bad_cable(image: Image, tmp_path: Path) -> None:
    worn, port = a_laptop(2, "worn-disk"), tmp_path / "port"
    noise = Faults(flip=0.0003, drop=0.0003)
    with (
        image.laptop(worn, "ftdi", port=port, faults=noise),
        Bench(tmp_path / "data", image, [f"1=serial:{port}"]) as bench,
    ):
        bench.wait_for_laptop(1)
        bench.scan(worn.label_serial)
        state = bench.wait_for_end(1, worn.label_serial)
        assert (state["verdict"], failed_checks(state)) == ("fail", {"storage.no_fault_found"}), state


def test_over_the_network_a_good_laptop_passes_and_one_with_another_serial_is_found_out(
    image: Image, tmp_path: Path
) -> None:
    good, swapped = a_laptop(3, model="hp-255"), a_laptop(4, "wrong-serial", model="dell-latitude-5300")
    port = free_port()
    with (
        Bench(tmp_path / "data", image, ["1=network", "2=network"], agents=port) as bench,
        image.laptop(good, "network", bench=port, slot=1),
        image.laptop(swapped, "network", bench=port, slot=2),
    ):
        bench.wait_for_laptop(1)
        bench.scan(good.label_serial)
        state = bench.wait_for_end(1, good.label_serial)
        assert (state["verdict"], failed_checks(state)) == ("pass", set()), state
        bench.wait_for_laptop(2)
        # Its label may be of a laptop that is still to come: SLOT says which is meant, and then it is contradicted.
        bench.command(Verb.SLOT, 2)
        bench.scan(swapped.label_serial)
        state = bench.wait("a conflict in slot 2", lambda slots: slots[2]["stage"] == "stopped" and slots[2])
        assert state["stop"]["verb"] == "HOLD"
        assert state["says"] in state["stop"]["sentence"]
        assert swapped.label_serial in state["stop"]["sentence"]
        bench.command(Verb.HOLD)
        state = bench.wait_for_end(2, swapped.label_serial)
        assert (state["stage"], state["held"]) == ("aborted", True), state


def test_a_laptop_that_dies_in_mid_test_is_aborted_and_the_one_beside_it_goes_on(image: Image, tmp_path: Path) -> None:
    dying, good = a_laptop(5, "dies-in-mid-test"), a_laptop(6, model="hp-250-g7")
    ports = [tmp_path / "port-1", tmp_path / "port-2"]
    with (
        image.laptop(dying, "serial", port=ports[0]) as dies,
        image.laptop(good, "serial", port=ports[1]),
        Bench(tmp_path / "data", image, [f"1=serial:{ports[0]}", f"2=serial:{ports[1]}"]) as bench,
    ):
        bench.wait_for_laptop(1)
        bench.wait_for_laptop(2)
        bench.scan(dying.label_serial)
        bench.wait("the first attempt", lambda slots: slots[1]["stage"] == "collecting")
        bench.scan(good.label_serial)
        state = bench.wait_for_end(1, dying.label_serial)
        assert (state["stage"], state["verdict"]) == ("aborted", None), state
        assert not dies.running
        state = bench.wait_for_end(2, good.label_serial)
        assert (state["verdict"], failed_checks(state)) == ("pass", set()), state


def test_the_stick_starts_a_laptop_whose_secure_boot_is_on(image: Image, tmp_path: Path) -> None:
    laptop, port = a_laptop(7), tmp_path / "port"
    with (
        image.laptop(laptop, "serial", boot="secure", port=port),
        Bench(tmp_path / "data", image, [f"1=serial:{port}"]) as bench,
    ):
        bench.wait_for_laptop(1)
        bench.scan(laptop.label_serial)
        state = bench.wait_for_end(1, laptop.label_serial)
        assert (state["verdict"], failed_checks(state)) == ("pass", set()), state
        [line] = [line for line in state["checks"] if line["check"] == "firmware.secure_boot"]
        assert line["measured"].startswith("yes"), line


def test_a_stick_whose_kernel_was_changed_starts_no_laptop_and_says_so(image: Image, tmp_path: Path) -> None:
    changed, kernel = tmp_path / "usb.img", tmp_path / "vmlinuz"
    copy_sparse(image.folder / "usb.img", changed)
    data = bytearray((image.folder / "direct" / "vmlinuz").read_bytes())
    data[len(data) // 2] ^= 1
    kernel.write_bytes(data)
    change_file(changed, "vmlinuz", kernel)
    with VirtualLaptop(a_laptop(8), StickBoot(changed, Firmware.SECURE), "serial", port=tmp_path / "port") as laptop:
        said = b""
        # What GRUB shows goes to the serial port too.
        with serial.Serial(str(laptop.port), 115_200, timeout=5) as line:
            until = time.monotonic() + PATIENCE_S
            while GRUB_FAILED.encode() not in said and time.monotonic() < until:
                said += line.read(4096)
                laptop.check()
        assert GRUB_FAILED.encode() in said
        assert laptop.running


def test_four_laptops_at_one_bench(image: Image, tmp_path: Path) -> None:
    faults = [(), ("no-tpm",), ("little-memory",), ("no-camera",)]
    specs = [a_laptop(10 + number, *names) for number, names in enumerate(faults)]
    ports = [tmp_path / f"port-{number}" for number in (1, 2, 3, 4)]
    with contextlib.ExitStack() as stack:
        for spec, port in zip(specs, ports, strict=True):
            stack.enter_context(image.laptop(spec, "serial", port=port))
        slots = [f"{number}=serial:{port}" for number, port in enumerate(ports, 1)]
        bench = stack.enter_context(Bench(tmp_path / "data", image, slots))
        for number in (1, 2, 3, 4):
            bench.wait_for_laptop(number)
        for number, spec in enumerate(specs, 1):
            bench.scan(spec.label_serial)
            bench.wait_for_serial(number, spec.label_serial)
        ends = [bench.wait_for_end(number, spec.label_serial) for number, spec in enumerate(specs, 1)]
        assert [(state["verdict"], failed_checks(state)) for state in ends] == [
            ("pass", set()),
            ("fail", {"tpm.version"}),
            ("fail", {"memory.installed"}),
            ("fail", {"camera.present"}),
        ]


async def test_what_a_person_sees_hears_and_presses_is_real(image: Image, tmp_path: Path) -> None:
    spec = msgspec.structs.replace(a_laptop(20, "dead-key"), sound="heard")
    with image.laptop(spec, "serial", port=tmp_path / "port") as laptop:
        async for there in SerialDock(str(laptop.port)).comings():
            if not isinstance(there, Away):
                await _sees_hears_presses(there, laptop)
                break


async def _sees_hears_presses(link: Link, laptop: VirtualLaptop) -> None:
    # The host hears both tones, each from its own loudspeaker.
    await _item(link, ExerciseOrder("sound", {"hertz": [1000, 1500]}, 120.0))
    heard = {(tone.channel, round(tone.hertz, -1)) for tone in laptop.heard() if tone.seconds > 0.5}
    assert {("left", 1000), ("right", 1500)} <= heard

    # Keys that are pressed arrive, down and up; a dead one does not.
    def press() -> None:
        for key in ("a", "h", "ret"):
            laptop.press(key)

    item = await _item(link, ExerciseOrder("keyboard", {"layout": "iso-uk"}, 120.0), press, enough=2)
    keys = {key["code"]: (key["down"], key["up"]) for key in json.loads(item.data)["measured"]["keys"]}
    assert all(keys[code][0] and keys[code][1] for code in (KEY_A, KEY_ENTER)), keys
    assert KEY_H not in keys

    # The lid is seen closing and opening.
    def close_and_open() -> None:
        assert laptop.controls is not None
        laptop.controls.close_lid()
        time.sleep(3)
        laptop.controls.open_lid()
        time.sleep(3)

    item = await _item(link, ExerciseOrder("lid", {}, 90.0), close_and_open, enough=2)
    # It may have begun to listen while the lid was shut already.
    closed = [event["closed"] for event in json.loads(item.data)["measured"]["events"]]
    assert (True, False) in itertools.pairwise(closed), closed

    # The charger is pulled, and the laptop runs on its battery.
    def pull_the_charger() -> None:
        assert laptop.controls is not None
        laptop.controls.charger_out()

    item = await _item(link, ExerciseOrder("battery", {"samples": 3}, 90.0), pull_the_charger)
    assert [sample["mains"] for sample in json.loads(item.data)["measured"]["samples"]][-3:] == [False] * 3

    # A stick that is plugged in is seen at its port.
    plugged_in: list[bool] = []

    def plug_and_pull() -> None:
        stick = f"stick{len(plugged_in) // 2}"
        if len(plugged_in) % 2:
            laptop.pull_out_stick(stick)
        else:
            laptop.plug_in_stick(stick)
        plugged_in.append(True)
        time.sleep(4)

    item = await _item(link, ExerciseOrder("usb", {"wanted": 1}, 120.0), plug_and_pull)
    assert json.loads(item.data)["measured"]["plugged"][0]["speed_mbps"] >= 480

    # Colours and a number fill the screen, and the page is back after them.
    page = laptop.screen()
    async for said in link.exercise(ExerciseOrder("display", {"number": 7}, 180.0)):
        if isinstance(said, Item):
            item = said
        elif said.state == "shown":
            number = laptop.screen()
            link.finish("display")
    measured, restored = json.loads(item.data)["measured"], json.loads(item.data)["restored"]
    assert (measured["number"], restored) == (7, True)
    assert {"red", "green", "blue", "white"} <= {one["colour"] for one in measured["shown"]}
    assert number != page
    assert await _screen_besides(laptop, number) != number

    # The page that the bench shows is on the laptop's screen.
    before = laptop.screen()
    await link.show(LaptopPage("PASS", ("Pack it.",), "pass"))
    with Picture.open(io.BytesIO(await _screen_besides(laptop, before))) as picture:
        assert picture.size == (1366, 768)
        red, green, blue = (sum(band.histogram()[128:]) for band in picture.convert("RGB").split())
        assert green > red
        assert green > blue


async def _screen_besides(laptop: VirtualLaptop, before: bytes) -> bytes:
    """The screen as soon as it shows something else, or at last what it shows."""
    until = time.monotonic() + PATIENCE_S
    while (shown := laptop.screen()) == before and time.monotonic() < until:
        await asyncio.sleep(0.5)
    return shown


async def _item(link: Link, order: ExerciseOrder, do: Callable[[], None] | None = None, enough: int = 0) -> Item:
    """The exercise's item. Once it has started `do` is done on the laptop, over and over, until `enough` parts of the
    exercise are finished: nobody says when the laptop has begun to listen.
    """
    doing: asyncio.Task[None] | None = None
    found: Item | None = None
    over = False

    async def over_and_over() -> None:
        while not over and do:
            await asyncio.to_thread(do)
            await asyncio.sleep(1)

    async for said in link.exercise(order):
        if isinstance(said, Item):
            found = said
        elif doing is None:
            doing = asyncio.create_task(over_and_over())
        elif said.done >= enough > 0:
            over = True
            link.finish(order.name)
    over = True
    if doing:
        await doing
    assert found is not None
    assert found.data, found.meta.error
    return found
