"""What the probe makes of a made-up laptop."""

import json
import os

from hardware.evidence.facts import read_facts
from specs.facts import Known
from tests.hardware.probe import laptop_tree


def known(fact):
    """The value of a fact that must be known."""
    assert isinstance(fact, Known), fact
    return fact.value


def test_a_laptops_items_come_identity_first_and_slow_ones_last(capture, laptop):
    bundle = capture("--root", laptop)
    ids = list(bundle.items)
    assert ids[:2] == ["smbios", "dmi"]
    assert ids[-2:] == ["smart-nvme0n1", "smart-sda"]
    assert {"emmc-mmcblk0", "edid-eDP-1"} <= set(ids)
    assert "edid-HDMI-A-1" not in ids  # nothing is connected
    assert not any(name.startswith("emmc-mmcblk0boot") for name in ids)


def test_raw_items_are_the_bytes_themselves(capture, laptop):
    items = capture("--root", laptop).items
    assert items["smbios"].data == laptop_tree.ENTRY_POINT + laptop_tree.DMI
    assert items["edid-eDP-1"].data == laptop_tree.EDID
    assert items["cpu"].data == laptop_tree.CPUINFO.encode()
    assert items["input"].meta.source == "/proc/bus/input/devices"
    assert items["os"].meta.error is None


def test_trees_have_the_laptops_own_paths(capture, laptop, tree):
    bundle = capture("--root", laptop)
    block = tree(bundle, "block")
    assert block["/sys/block/sda"] == {"link": "../devices/pci0/ata1/block/sda"}
    assert block["/sys/block/nvme0n1/size"] == "1000215216\n"
    assert block["/sys/class/nvme/nvme0/serial"] == "S123\n"
    assert not any("loop" in path for path in block)
    assert tree(bundle, "emmc-mmcblk0")["/sys/block/mmcblk0/device/life_time"] == "0x01 0x02\n"
    assert tree(bundle, "battery") == {
        "/sys/class/power_supply/AC/online": "1\n",
        "/sys/class/power_supply/BAT0/energy_full": "41000000\n",
        "/sys/class/power_supply/BAT0/type": "Battery\n",
        "/sys/class/power_supply/BAT0/uevent": "POWER_SUPPLY_NAME=BAT0\n",
    }
    assert tree(bundle, "drm").keys() == {
        "/sys/class/drm/card0-eDP-1/status",
        "/sys/class/drm/card0-HDMI-A-1/status",
    }
    assert tree(bundle, "pci")["/sys/bus/pci/devices/0000:00:02.0/driver"] == {
        "link": "../../../../bus/pci/drivers/i915"
    }
    assert tree(bundle, "dmi") == {
        "/sys/class/dmi/id/product_serial": "PF0ABCDE\n",
        "/sys/class/dmi/id/sys_vendor": "Acme\n",
    }
    assert str(laptop).encode() not in laptop_tree.all_bytes(laptop.parent / "capture.zip")


def test_bytes_that_are_no_text_are_hex(capture, laptop, tree):
    serial = laptop / "sys/devices/virtual/dmi/id/product_serial"
    serial.write_bytes(b"\xff\xfe")
    bundle = capture("--root", laptop)
    assert tree(bundle, "dmi")["/sys/class/dmi/id/product_serial"] == {"hex": "fffe"}
    assert tree(bundle, "efi") == {
        "/sys/firmware/efi": {"dir": True},
        "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c": {"hex": "0600000001"},
        "/sys/firmware/efi/efivars/SetupMode-8be4df61-93ca-11d2-aa0d-00e098032b8c": {"hex": "0600000000"},
        "/sys/firmware/efi/fw_platform_size": "64\n",
    }


def test_no_tpm_and_no_support_for_one_differ(capture, laptop, tree):
    (laptop / "sys/class/tpm/tpm0/tpm_version_major").unlink()
    (laptop / "sys/class/tpm/tpm0").rmdir()
    bundle = capture("--root", laptop)
    assert tree(bundle, "tpm") == {}
    assert bundle.items["tpm"].meta.error is None
    (laptop / "sys/class/tpm").rmdir()
    bundle = capture("--root", laptop)
    assert tree(bundle, "tpm") == {"/sys/class/tpm": {"error": "ENOENT"}}
    assert bundle.items["tpm"].meta.error == "ENOENT: /sys/class/tpm does not exist"


def test_a_laptop_with_nothing_at_all_gives_every_item_with_its_reason(capture, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    bundle = capture("--root", empty)
    assert len(bundle.items) > 20
    assert all(item.meta.error for item in bundle.items.values())
    smbios = bundle.items["smbios"].meta.error
    assert smbios is not None
    assert smbios.startswith("ENOENT: /sys/firmware/dmi/tables/smbios_entry_point does not exist")


def test_only_warnings_of_the_kernel_are_kept(capture, laptop):
    assert capture("--root", laptop).items["kernel"].data.decode().splitlines() == [
        "Linux version 4.19.0",
        "<4>[    1.500000] ACPI BIOS Warning",
        "<3>[    2.500000] ata1: failed",
    ]


def test_no_password_leaves_the_laptop(capture, laptop, tree):
    bundle = capture("--root", laptop)
    assert tree(bundle, "firmware-attributes") == {
        "/sys/class/firmware-attributes/acme/authentication/Admin/is_enabled": "0\n"
    }


def test_a_link_out_of_the_root_is_not_followed(capture, laptop, tmp_path):
    (tmp_path / "outside").write_text("outside")
    (laptop / "proc/cpuinfo").unlink()
    (laptop / "proc/cpuinfo").symlink_to(tmp_path / "outside")
    item = capture("--root", laptop).items["cpu"]
    assert item.data == b""
    assert item.meta.error == "EXDEV: /proc/cpuinfo cannot be read"


def test_names_that_are_no_text_do_not_stop_it(capture, laptop, tree):
    os.mkdir(os.fsencode(laptop / "sys/class/net") + b"/\xff\x1b[2J")
    (laptop / "sys/class/net" / os.fsdecode(b"\xff\x1b[2J") / "address").write_text("02\n")
    assert "/sys/class/net/\ufffd\x1b[2J/address" in tree(capture("--root", laptop), "net")


def test_the_tools_are_run_and_their_status_is_kept(capture, laptop, tmp_path):
    tools = laptop_tree.tool(tmp_path / "tools", "smartctl", 'echo "{\\"args\\": \\"$*\\"}"; exit 4')
    items = capture("--root", laptop, "--tools", tools).items
    assert json.loads(items["smart-sda"].data) == {"args": "--json -x /dev/sda"}
    assert items["smart-sda"].meta.exit == 4
    assert items["smart-sda"].meta.error is None
    assert items["wifi"].meta.error == "iw is not installed"
    assert items["wifi"].data == b""


def test_a_tool_that_fails_silently_is_explained_by_what_it_says(capture, laptop, tmp_path):
    tools = laptop_tree.tool(tmp_path / "tools", "iw", "echo 'nl80211 not found.' >&2; exit 1")
    meta = capture("--root", laptop, "--tools", tools).items["wifi"].meta
    assert (meta.exit, meta.error) == (1, "iw ended with status 1: nl80211 not found.")


def test_a_copied_tree_runs_no_command(capture, laptop):
    laptop_tree.tool(laptop / "bin", "iw", "echo hostile")
    assert capture("--root", laptop).items["wifi"].meta.error == "left out: with --root no command is run"


def test_fast_leaves_out_smart_and_says_so(capture, laptop, tmp_path):
    tools = laptop_tree.tool(tmp_path / "tools", "smartctl", "echo {}")
    items = capture("--root", laptop, "--tools", tools, "--fast").items
    assert items["smart-sda"].meta.error == "left out: --fast"
    assert items["smbios"].data


def test_the_parsers_read_what_the_probe_writes(capture, laptop):
    facts = read_facts(capture("--root", laptop)).facts
    assert known(facts.identity.serial) == "PF0ABCDE"
    assert known(facts.firmware.uefi) is True
    assert known(facts.firmware.secure_boot) is True
    assert known(facts.firmware.setup_mode) is False
    assert known(facts.firmware.oem_key_last5) == "C6YG8"
    assert known(facts.tpm.version) == "2.0"
    assert known(facts.memory.visible_bytes) == 3908712 * 1024
    assert [disk.name for disk in known(facts.storage)] == ["mmcblk0", "nvme0n1", "sda"]
    assert [battery.name for battery in known(facts.battery)] == ["BAT0"]
    assert [display.connector for display in known(facts.display)] == ["eDP-1"]
    assert [wifi.name for wifi in known(facts.network.wifi)] == ["wlan0"]
