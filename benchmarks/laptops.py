"""From power-on to the verdict: laptops of QEMU at a bench, over serial lines of every quality and the network.

Run by hand, from the project's folder: `.venv/bin/python -m benchmarks.laptops [FOLDER]` (FOLDER keeps the packages).
Each line: seconds until the bench hears the laptop, then from the scan to the first evidence and to the verdict, and
the bytes on the wire; with the ratio to the first line. All is emulated in software: compare lines, not machines.
"""

from __future__ import annotations

import contextlib
import sys
import tempfile
import time
from pathlib import Path
from typing import Final, NamedTuple

from hardware.simulated.line import CLEAN, Faults
from hardware.simulated.qemu.laptop import VirtualLaptop
from hardware.simulated.qemu.machine import LinkKind
from tests.system.laptops_at_a_bench import Bench, Image, a_laptop, free_port

MOST_AT_ONCE: Final = 8


class Case(NamedTuple):
    """One line of the table."""

    title: str
    link: LinkKind
    faults: Faults = CLEAN


CASES: Final = (
    Case("serial, 115200 baud", "serial"),
    Case("serial, USB adapter", "ftdi"),
    Case("serial, noise", "serial", Faults(flip=0.0005, drop=0.0005, insert=0.0005)),
    Case("serial, stalls", "serial", Faults(stalls=6)),
    Case("serial, pulled out", "serial", Faults(cuts=4, cut_s=3)),
    Case("network", "network"),
)


class Took(NamedTuple):
    """What one laptop took, in seconds and bytes."""

    heard: float
    first: float
    verdict: float
    wire: int


def main() -> int:
    """Prints the table."""
    with tempfile.TemporaryDirectory(prefix="laptops-") as folder:
        place = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        image = Image(place)
        base: Took | None = None
        print(f"{'':24}{'heard':>14}{'first evidence':>18}{'verdict':>14}{'wire':>18}", flush=True)
        for case in CASES:
            with tempfile.TemporaryDirectory(prefix="bench-") as data:
                took = _one(image, case, Path(data))
            base = base or took
            _tell(case.title, took, base)
        with tempfile.TemporaryDirectory(prefix="bench-") as data:
            all_of_them = _at_once(image, Path(data), MOST_AT_ONCE)
        assert base is not None
        _tell(f"{MOST_AT_ONCE} at once, the first", min(all_of_them, key=lambda took: took.verdict), base)
        _tell(f"{MOST_AT_ONCE} at once, the last", max(all_of_them, key=lambda took: took.verdict), base)
    return 0


def _one(image: Image, case: Case, data: Path) -> Took:
    port, agents, spec = data / "port", free_port(), a_laptop(1)
    slot = "1=network" if case.link == "network" else f"1=serial:{port}"
    laptop = image.laptop(spec, case.link, port=port, bench=agents, slot=1, faults=case.faults)
    began = time.monotonic()
    with laptop, Bench(data / "data", image, [slot], agents=agents) as bench:
        bench.wait_for_laptop(1)
        heard = time.monotonic() - began
        return _tested(bench, laptop, 1, heard)


def _at_once(image: Image, data: Path, count: int) -> list[Took]:
    specs = [a_laptop(number) for number in range(count)]
    ports = [data / f"port-{number}" for number in range(count)]
    with contextlib.ExitStack() as stack:
        began = time.monotonic()
        laptops = [
            stack.enter_context(image.laptop(spec, "serial", port=port))
            for spec, port in zip(specs, ports, strict=True)
        ]
        slots = [f"{number}=serial:{port}" for number, port in enumerate(ports, 1)]
        bench = stack.enter_context(Bench(data / "data", image, slots))
        for number in range(1, count + 1):
            bench.wait_for_laptop(number)
        heard = time.monotonic() - began
        scanned = time.monotonic()
        for number, spec in enumerate(specs, 1):
            bench.scan(spec.label_serial)
            bench.wait_for_serial(number, spec.label_serial)
        took = []
        for number, laptop in enumerate(laptops, 1):
            state = bench.wait_for_end(number, laptop.spec.label_serial)
            if state["verdict"] is None:
                print(f"laptop {number}: {state['headline']}", flush=True)
                continue
            took.append(Took(heard, bench.first_evidence_at(number) - scanned, state["seconds"], _wire(laptop)))
    return took


def _tested(bench: Bench, laptop: VirtualLaptop, slot: int, heard: float) -> Took:
    serial = laptop.spec.label_serial
    scanned = time.monotonic()
    bench.scan(serial)
    state = bench.wait_for_end(slot, serial)
    return Took(heard, bench.first_evidence_at(slot) - scanned, state["seconds"], _wire(laptop))


def _wire(laptop: VirtualLaptop) -> int:
    return laptop.meter.from_laptop + laptop.meter.to_laptop


def _tell(title: str, took: Took, base: Took) -> None:
    def figure(value: float, of: float, form: str) -> str:
        return f"{value:{form}} ({value / of if of else 0:.1f}x)"

    print(
        f"{title:24}{figure(took.heard, base.heard, '.1f'):>14}{figure(took.first, base.first, '.1f'):>18}"
        f"{figure(took.verdict, base.verdict, '.1f'):>14}{figure(took.wire, base.wire, ',d'):>18}",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
