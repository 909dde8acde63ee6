"""How long a bundle takes to become facts, and how long 10,000 stored ones take on two processors.

    .venv/bin/python benchmarks/evidence_speed.py [--bundles N] [--captures FOLDER]

The bundle has what the probe collects on a laptop, in the sizes of quirks.md section 5: where the captures of real
machines lie beside the project, their SMBIOS table, processor, panel, battery, SMART data and radio; else invented
ones; and trees of 25 PCI devices, 16 USB devices and the rest. For the stored ones each gets its own serial, so that
nothing is read twice, and is a zip on the disk: opened, checked against its digests and parsed in two processes.

Prints milliseconds (median and 95th percentile), and their ratio to the time in which the same Python decodes the
bundle's SMART report with its own JSON reader, so that a slow machine is told from slow parsers. Targets (issue 3):
under 15 ms, and 10,000 in under 180 s. Exit status 1 where one is missed.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from hardware.evidence.bundle import Bundle, Item, make_item, read_bundle, write_bundle  # noqa: E402
from hardware.evidence.facts import read_facts  # noqa: E402
from specs.facts import value_of  # noqa: E402

ONE_BUNDLE_MS = 15.0
STORED = 10_000
STORED_S = 180.0
PROCESSORS = 2

# What of the captures stands for which item, and what is read where they are not there.
REAL = {
    "smbios": "smbios-bin/uroot__Lenovo-ThinkPad-W510.bin",
    "dmidecode": "dmidecode/Dell__Latitude_5490__53E0F5B91486.txt",
    "cpu": "cpuinfo/glpi__toshiba-r630-2-core.txt",
    "edid-eDP-1": "edid/AU_Optronics__AUO723C__CF33E72541E7.bin",
    "smart-nvme0n1": "smart/smartctl_exporter__KXG60ZNV512G_TOSHIBA_2.json",
    "smart-sda": "smart/scrutiny__smart-ata.json",
    "wifi": "wifi/checkbox__RTL8821CE_AC.log",
}
INVENTED_CPU = b"".join(
    b"processor\t: %d\nvendor_id\t: GenuineIntel\nmodel name\t: Example(R) CPU @ 1.60GHz\n"
    b"physical id\t: 0\ncore id\t\t: %d\ncpu cores\t: 4\nsiblings\t: 8\nflags\t\t: %b\n\n"
    % (number, number // 2, b" ".join(b"flag%d" % flag for flag in range(110)))
    for number in range(8)
)


def items(captures: Path) -> Iterator[Item]:
    """The items of a typical laptop."""
    for item_id, file in REAL.items():
        place = captures / file
        if place.is_file():
            yield make_item(item_id, place.read_bytes(), source=file)
    if not (captures / REAL["cpu"]).is_file():
        yield make_item("cpu", INVENTED_CPU)
        smart = {"smartctl": {"version": [7, 4]}, "device": {"name": "/dev/nvme0n1", "protocol": "NVMe"}}
        table = [{"id": number, "raw": {"value": number}, "name": f"Attribute_{number}"} for number in range(200)]
        yield make_item("smart-nvme0n1", _json({**smart, "ata_smart_attributes": {"table": table}}))
    yield make_item("os", b'ID=debian\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\n')
    yield make_item("memory", b"MemTotal:        7935208 kB\n" + b"Entry:                 0 kB\n" * 50)
    for item_id, tree in trees().items():
        yield make_item(item_id, _json(tree))
    yield make_item("input", b"".join(_input(number) for number in range(14)))
    yield make_item("kernel", b"[    0.000000] Linux version 6.1.0\n" * 400)


def trees() -> dict[str, dict[str, Any]]:
    """The parts of sysfs that the probe records."""
    pci: dict[str, Any] = {}
    for number in range(25):
        here = f"/sys/bus/pci/devices/0000:00:{number:02x}.0"
        pci |= {f"{here}/class": f"0x{(0x030000, 0x028000, 0x0C0330, 0x060400)[number % 4]:06x}\n"}
        pci |= {f"{here}/{name}": "0x8086\n" for name in ("vendor", "device", "subsystem_vendor", "subsystem_device")}
        pci |= {f"{here}/uevent": "DRIVER=example\nPCI_CLASS=30000\nPCI_ID=8086:5917\nPCI_SUBSYS_ID=1028:0816\n" * 2}
        pci |= {f"{here}/driver": {"link": "../../../bus/pci/drivers/example"}}
    usb: dict[str, Any] = {}
    for number in range(16):
        here = f"/sys/bus/usb/devices/1-{number + 1}"
        usb |= {f"{here}/{name}": "00\n" for name in ("idVendor", "idProduct", "bDeviceClass", "speed", "maxchild")}
        usb |= {f"{here}/product": "Example device\n", f"{here}/manufacturer": "Example\n"}
    battery = "\n".join(
        f"POWER_SUPPLY_{line}"
        for line in (
            "NAME=BAT0",
            "TYPE=Battery",
            "PRESENT=1",
            "TECHNOLOGY=Li-ion",
            "ENERGY_FULL_DESIGN=51000000",
            "ENERGY_FULL=50300000",
            "CYCLE_COUNT=3",
        )
    )
    block = "/sys/block/nvme0n1"
    net = "/sys/class/net/wlp1s0"
    return {
        "pci": pci,
        "usb": usb,
        "battery": {
            "/sys/class/power_supply/BAT0/type": "Battery\n",
            "/sys/class/power_supply/BAT0/uevent": battery,
            "/sys/class/power_supply/AC/type": "Mains\n",
        },
        "block": {
            f"{block}/size": "1000215216\n",
            f"{block}/queue/rotational": "0\n",
            f"{block}/removable": "0\n",
            f"{block}/device/model": "KXG60ZNV512G TOSHIBA\n",
            block: {"link": "../devices/pci0000:00/0000:00:1d.0/0000:01:00.0/nvme/nvme0/nvme0n1"},
        },
        "drm": {
            "/sys/class/drm/card0-eDP-1/status": "connected\n",
            "/sys/class/drm/card0-eDP-1/modes": "1366x768\n",
            "/sys/class/drm/card0-HDMI-A-1/status": "disconnected\n",
        },
        "net": {
            f"{net}/address": "8c:16:45:00:00:01\n",
            f"{net}/type": "1\n",
            f"{net}/uevent": "DEVTYPE=wlan\nINTERFACE=wlp1s0\n",
            f"{net}/device": {"link": "../../../0000:01:00.0"},
            f"{net}/phy80211/name": "phy0\n",
        },
        "bluetooth": {"/sys/class/bluetooth/hci0/address": "8c:16:45:00:00:02\n"},
        "tpm": {"/sys/class/tpm/tpm0/tpm_version_major": "2\n"},
        "camera": {"/sys/class/video4linux/video0/name": "Integrated Webcam\n"},
        "sound": {"/sys/class/sound/card0/id": "PCH\n", "/proc/asound/cards": " 0 [PCH ]: HDA-Intel - HDA Intel PCH\n"},
        "efi": {"/sys/firmware/efi": {"dir": True}, "/sys/firmware/efi/fw_platform_size": "64\n"},
    }


def _input(number: int) -> bytes:
    return (
        b'I: Bus=0011 Vendor=0001 Product=0001 Version=ab41\nN: Name="Example input %d"\n'
        b"P: Phys=isa0060/serio0/input0\n"
        b"H: Handlers=sysrq kbd event%d leds\nB: EV=120013\nB: KEY=402000000 3803078f800d001 feffffdfffefffff\n\n"
        % (number, number)
    )


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


def one(bundle: Bundle, runs: int) -> tuple[float, float]:
    """Milliseconds of `read_facts`: median and 95th percentile."""
    taken = []
    for _ in range(runs):
        begun = time.perf_counter()
        read_facts(bundle)
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken), statistics.quantiles(taken, n=20)[-1]


def yardstick(bundle: Bundle, runs: int) -> float:
    """Milliseconds in which Python's own JSON reader decodes the bundle's SMART report (median)."""
    data = next(item.data for item_id, item in bundle.items.items() if item_id.startswith("smart-"))
    taken = []
    for _ in range(runs):
        begun = time.perf_counter()
        json.loads(data)
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken)


def reparse(path: str) -> bool:
    """Opens one stored bundle and reads its facts; true where it is the laptop that was stored."""
    facts = read_facts(read_bundle(Path(path))).facts
    return value_of(facts.identity.label_serial) == Path(path).stem


def store(folder: Path, bundle: Bundle, count: int) -> list[str]:
    """`count` bundles on the disk, each with a label of its own."""
    paths = []
    for number in range(count):
        serial = f"EX{number:08}"
        scans = _json({"scans": [{"text": serial, "serial": serial, "taken_for": "serial"}]})
        path = folder / f"{serial}.zip"
        write_bundle(path, Bundle.of([*bundle.items.values(), make_item("scans", scans)], bundle_id=serial))
        paths.append(str(path))
    return paths


def main() -> int:
    """Measures both, prints the figures, and says whether the targets hold."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--bundles", type=int, default=STORED, help=f"how many to store (default {STORED})")
    parser.add_argument("--captures", type=Path, default=PROJECT.parent / "shared" / "captures")
    chosen = parser.parse_args()
    bundle = Bundle.of(items(chosen.captures))
    size = sum(item.meta.size for item in bundle.items.values())
    median, worst = one(bundle, 200)
    unit = yardstick(bundle, 200)
    print(f"one bundle: {len(bundle.items)} items, {size / 1024:.0f} KiB: median {median:.1f} ms, p95 {worst:.1f} ms,")
    print(f"  {median / unit:.0f} times json.loads of its SMART report; target under {ONE_BUNDLE_MS:.0f} ms")
    with tempfile.TemporaryDirectory(prefix="stored-bundles-") as folder:
        paths = store(Path(folder), bundle, chosen.bundles)
        begun = time.perf_counter()
        with multiprocessing.get_context("spawn").Pool(PROCESSORS) as pool:
            right = sum(pool.imap_unordered(reparse, paths, chunksize=50))
        seconds = time.perf_counter() - begun
    allowed = STORED_S * chosen.bundles / STORED
    print(f"{right} of {chosen.bundles} stored bundles re-parsed in {seconds:.1f} s on {PROCESSORS} processors;")
    print(f"  {seconds / chosen.bundles * 1000:.1f} ms each; target under {allowed:.0f} s")
    return 0 if median < ONE_BUNDLE_MS and seconds < allowed and right == chosen.bundles else 1


if __name__ == "__main__":
    raise SystemExit(main())
