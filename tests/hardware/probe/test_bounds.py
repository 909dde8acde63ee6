"""What a broken or hostile laptop cannot do to the probe."""

import os
import time

import pytest

from hardware.probe.items_linux import Entry, Raw, table
from hardware.probe.laptop import MOST_NAMES, Laptop
from hardware.probe.tools import Tools
from tests.hardware.probe import laptop_tree


def fifo(path):
    path.unlink(missing_ok=True)
    os.mkfifo(path)


def test_a_file_that_never_answers_costs_only_itself(capture, laptop, tree):
    fifo(laptop / "sys/class/power_supply/BAT0/energy_full")
    began = time.monotonic()
    bundle = capture("--root", laptop)
    assert time.monotonic() - began < 10
    battery = tree(bundle, "battery")
    assert battery["/sys/class/power_supply/BAT0/energy_full"] == {"error": "ETIMEDOUT"}
    assert battery["/sys/class/power_supply/BAT0/type"] == "Battery\n"
    assert bundle.items["battery"].meta.error == ("timed out: /sys/class/power_supply/BAT0/energy_full did not answer")
    assert bundle.items["usb"].meta.error is None


@pytest.mark.slow
def test_an_item_of_which_nothing_answers_ends_after_its_deadline(capture, laptop, tree):
    for number in range(20):
        fifo(laptop / f"sys/class/power_supply/BAT0/attribute{number}")
    began = time.monotonic()
    bundle = capture("--root", laptop)
    assert time.monotonic() - began < 20
    meta = bundle.items["battery"].meta
    assert meta.error is not None
    assert meta.error.startswith("timed out after 10 s")
    assert meta.truncated
    assert bundle.items["smbios"].data
    assert bundle.items["usb"].meta.error is None


def test_a_pipe_in_place_of_smbios_is_a_reason(capture, laptop):
    fifo(laptop / "sys/firmware/dmi/tables/DMI")
    meta = capture("--root", laptop).items["smbios"].meta
    assert meta.error == "timed out: /sys/firmware/dmi/tables/DMI did not answer"


def test_a_giant_file_is_cut_and_marked(capture, laptop):
    (laptop / "proc/cpuinfo").write_bytes(b"x" * (5 * 2**20))
    (laptop / "sys/class/power_supply/BAT0/type").write_bytes(b"y" * 100_000)
    items = capture("--root", laptop).items
    assert items["cpu"].meta.size == 4 * 2**20
    assert items["cpu"].meta.truncated
    assert items["battery"].meta.truncated
    assert b"y" * 65536 in items["battery"].data
    assert b"y" * 65537 not in items["battery"].data


def test_an_endless_file_is_cut(capture, laptop):
    (laptop / "proc/meminfo").unlink()
    (laptop / "proc/meminfo").symlink_to("../dev/zero")
    if not laptop_tree.is_root():
        pytest.skip("needs root to make a device file")
    os.mknod(laptop / "dev/zero", 0o20666, os.makedev(1, 5))
    meta = capture("--root", laptop).items["memory"].meta
    assert (meta.size, meta.truncated) == (4 * 2**20, True)


def test_a_bundle_is_full_at_16_mib_and_the_rest_is_listed(capture, laptop):
    noise = os.urandom(5 * 2**20)
    for number in range(6):
        folder = laptop / f"sys/class/drm/card0-DP-{number}"
        folder.mkdir()
        (folder / "edid").write_bytes(noise)
    items = capture("--root", laptop).items
    assert sum(item.meta.size for item in items.values()) <= 16 * 2**20
    assert items["edid-DP-5"].meta.error == "left out: the bundle is full (16 MiB)"
    assert items["smart-sda"].meta.error


def test_a_tree_that_is_too_large_is_still_json(capture, laptop, tree):
    for number in range(300):
        (laptop / f"sys/class/power_supply/BAT0/noise{number}").write_bytes(b"z" * 60_000)
    bundle = capture("--root", laptop)
    assert len(tree(bundle, "battery")) > 50
    assert bundle.items["battery"].meta.truncated
    assert bundle.items["battery"].meta.size <= 4 * 2**20


def test_a_folder_of_very_many_names_is_cut(tmp_path):
    for number in range(MOST_NAMES + 10):
        (tmp_path / str(number)).touch()
    assert len(Laptop(str(tmp_path)).names("/")) == MOST_NAMES


def test_names_are_in_the_order_of_their_numbers(tmp_path):
    for name in ("eth10", "eth2", "lo", "eth1"):
        (tmp_path / name).touch()
    assert Laptop(str(tmp_path)).names("/") == ["eth1", "eth2", "eth10", "lo"]


def test_noise_in_every_file_stops_nothing(capture, laptop):
    for file in sorted(laptop.rglob("*")):
        if file.is_file() and not file.is_symlink():
            file.write_bytes(os.urandom(300))
    items = capture("--root", laptop).items
    assert len(items) > 20
    assert (items["msdm"].meta.error or "").startswith("not shipped: ")


def test_a_command_that_hangs_is_killed_with_its_children(tmp_path):
    tools = laptop_tree.tool(tmp_path / "tools", "iw", "echo begun; sleep 300 & echo $!; sleep 300")
    began = time.monotonic()
    output = Tools(str(tools)).run(["iw", "phy"], 0.5, 1000)
    assert time.monotonic() - began < 5
    assert output.error == "timed out after 0 s" or output.error == "timed out after 1 s"
    first, child = output.data.split()
    assert first == b"begun"
    # It has been killed; the kernel may take a moment to bury it.
    until = time.monotonic() + 20
    while laptop_tree.alive(int(child)) and time.monotonic() < until:
        time.sleep(0.01)
    assert not laptop_tree.alive(int(child))


def test_a_command_that_never_stops_talking_is_cut(tmp_path):
    tools = laptop_tree.tool(tmp_path / "tools", "iw", "yes")
    output = Tools(str(tools)).run(["iw", "phy"], 10, 5000)
    assert (len(output.data), output.cut, output.exit) == (5000, True, None)
    assert output.error == "iw wrote more than 5000 bytes"


def test_a_command_that_floods_stderr_does_not_block(tmp_path):
    tools = laptop_tree.tool(tmp_path / "tools", "iw", "yes | head -c 1000000 >&2; echo done")
    assert Tools(str(tools)).run(["iw"], 10, 5000).data == b"done\n"


def test_a_command_sees_no_locale_and_no_secret_of_the_bench(tmp_path, monkeypatch):
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    monkeypatch.setenv("STATION_KEY", "secret")
    tools = laptop_tree.tool(tmp_path / "tools", "iw", "env")
    seen = Tools(str(tools)).run(["iw"], 10, 5000).data.decode()
    assert "LC_ALL=C\n" in seen
    assert "LANG=" not in seen
    assert "STATION_KEY" not in seen


def test_a_mistake_in_one_collector_does_not_cost_the_others(monkeypatch, laptop):
    from hardware.probe import capture as module

    def broken(_place: object) -> Raw:
        raise ValueError("a mistake")

    def with_mistake(of: Laptop, boot_stick: bool) -> list[Entry]:
        return [Entry("broken", "", broken), *table(of, boot_stick)]

    monkeypatch.setattr(module, "table", with_mistake)
    metas = [meta for meta, _ in module.Capture(Laptop(str(laptop)), None).items()]
    assert metas[0].error == "the probe failed: ValueError: a mistake"
    assert metas[1].id == "smbios"
    assert metas[1].error is None
