"""What the tests of whole laptops share: the image they start from, laptops of QEMU, and a bench without a screen."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import UTC, datetime
from math import nan
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from hardware.laptops.keys import BenchKeys
from hardware.simulated.line import CLEAN, Faults
from hardware.simulated.qemu.images import BootKind, boot_from, build_image
from hardware.simulated.qemu.laptop import VirtualLaptop
from hardware.simulated.qemu.machine import LinkKind
from hardware.simulated.qemu.models import DEFAULT_MODEL, model_named
from hardware.simulated.qemu.spec import LaptopSpec, laptop_spec, with_faults
from station.bench.command_codes import CommandCode, Verb, command_key, command_text
from station.paths import Paths
from station.store.bench_store import BenchStore

__all__ = ["PATIENCE_S", "PROGRAMS", "Bench", "Image", "a_laptop", "failed_checks", "free_port"]

PROGRAMS: Final = ("qemu-system-x86_64", "iasl", "swtpm", "mcopy")

PATIENCE_S: Final = 400.0
"""A laptop in software needs some 20 s to start and 15 s to a verdict; on a machine that is busy ten times that."""

# What a quick look is for, with one exercise: the others keep an emulated processor busy for minutes.
ONE_EXERCISE: Final = """
id = "one-exercise"
title = "A quick look with one exercise"
version = "2021-10-18"
extends = "ghwt-2021w-boot-stick-quick@2021-10-18"
effective_from = 2021-10-18
"""
WHY: Final = 'source = "a laptop in software would take minutes"\nstanding = "inferred"\n'
DROPPED: Final = (
    *("memory.test", "memory.tested", "storage.read_errors", "storage.read_speed", "processor.load", "processor.heat"),
    *("audio.loop", "wireless.scan", "wireless.signal"),
)


class Image:
    """A boot stick for virtual laptops, with the keys of a bench."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.cache = place / "cache"
        self.keys = place / "link-keys"
        issued = BenchKeys.open(self.keys, "bench", datetime.now(UTC)).issue_stick("abcdefghijkl")
        self._files = {"ca.pem": issued.ca_pem, "stick.pem": issued.certificate_pem, "stick.key": issued.key_pem}
        self._built: dict[LinkKind, Path] = {}
        self.folder = self.built("serial")
        self.profile = place / "one-exercise.toml"
        rows = "".join(f'\n[require."{check}"]\ndrop = true\n{WHY}' for check in DROPPED)
        self.profile.write_text(ONE_EXERCISE + rows)

    def built(self, link: LinkKind) -> Path:
        """The folder of an image whose boot menus have the words for that link."""
        if link not in self._built:
            self._built[link] = self.place / f"image-{link}"
            build_image(self._built[link], self.cache, link, stick="abcdefghijkl", keys=self._files)
        return self._built[link]

    def laptop(
        self,
        spec: LaptopSpec,
        link: LinkKind = "serial",
        *,
        boot: BootKind = "direct",
        port: Path | None = None,
        bench: int = 0,
        slot: int = 0,
        faults: Faults = CLEAN,
    ) -> VirtualLaptop:
        """A laptop that starts from this stick; `bench` is the port on which it is listened for."""
        folder = self.folder if boot == "direct" else self.built(link)
        way = boot_from(folder, boot, link, slot=slot)
        return VirtualLaptop(spec, way, link, port=port, bench=("127.0.0.1", bench), faults=faults)


def a_laptop(number: int, *faults: str, model: str = DEFAULT_MODEL) -> LaptopSpec:
    """The laptop of that number, with these faults."""
    return with_faults(laptop_spec(model_named(model), seed=f"test {number}"), faults)


def free_port() -> int:
    """A port of this machine on which nobody listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Bench:
    """`station bench --headless` in a data folder of its own."""

    def __init__(self, data: Path, image: Image, slots: Iterable[str], *, agents: int = 0, profile: str = "") -> None:
        self.data = data
        self._slots: dict[int, dict[str, Any]] = {}
        self._first: dict[int, float] = {}
        self._changed = threading.Condition()
        self._over = False
        self._engine: int | None = None
        keys = Paths.prepare(data).link_keys
        keys.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(image.keys, keys)
        self._environment = {
            **os.environ,
            "STATION_DATA": str(data),
            "STATION_CENTRAL_PORT": "0",
            "STATION_SOUND": "off",
            "STATION_AGENTS": f"127.0.0.1:{agents or free_port()}",
        }
        options = [word for slot in slots for word in ("--slot", slot)]
        self._errors = (data / "errors.txt").open("wb")
        self._process = subprocess.Popen(
            [*_STATION, "bench", "--headless", *options, "--profile", profile or str(image.profile)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=self._environment,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def scan(self, text: str) -> None:
        """Scans a code."""
        assert self._process.stdin is not None
        self._process.stdin.write(text.encode() + b"\n")
        self._process.stdin.flush()

    def command(self, verb: Verb, number: int = 0) -> None:
        """Scans a command of the bench's own sheet."""
        with closing(BenchStore(Paths(self.data).store)) as store:
            self.scan(command_text(CommandCode(verb, number), command_key(store)))

    def wait(self, what: str, found: Callable[[dict[int, dict[str, Any]]], Any]) -> Any:
        """Waits until `found` finds something in the slots, and gives it."""
        seen: list[Any] = []

        def look() -> bool:
            seen[:] = [found(self._slots)]
            return bool(seen[0]) or self._over

        with self._changed:
            self._changed.wait_for(look, PATIENCE_S)
        assert seen[0], f"waited for {what}: {self._slots}, {(self.data / 'errors.txt').read_text()}"
        return seen[0]

    def wait_for_laptop(self, slot: int) -> None:
        """Waits until the laptop of a slot has been heard."""
        self.wait(f"a laptop in slot {slot}", lambda slots: slots.get(slot, {}).get("stage") == "ready")

    def wait_for_serial(self, slot: int, serial: str) -> None:
        """Waits until a scan has taken the slot."""
        self.wait(f"{serial} in slot {slot}", lambda slots: slots.get(slot, {}).get("serial") == serial)

    def wait_for_end(self, slot: int, serial: str) -> dict[str, Any]:
        """Waits until the laptop of that serial number in the slot has its verdict, or is aborted; the slot's state."""

        def ended(slots: dict[int, dict[str, Any]]) -> dict[str, Any] | None:
            state = slots.get(slot, {})
            return state if state.get("serial") == serial and state["stage"] in ("done", "aborted") else None

        state: dict[str, Any] = self.wait(f"the end of {serial}", ended)
        return state

    def first_evidence_at(self, slot: int) -> float:
        """When the slot's first item of evidence was seen (monotonic seconds); NaN where none has come."""
        with self._changed:
            return self._first.get(slot, nan)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            # The engine was started for it and ends with it.
            self._process.wait(120)
        except subprocess.TimeoutExpired:
            # Nothing may be left, whatever else is wrong; the engine's own children end with it.
            if self._engine:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self._engine, signal.SIGKILL)
            raise
        finally:
            self._process.kill()
            self._process.wait()
            self._reader.join()
            self._errors.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            event = json.loads(line)
            if event["type"] == "hello":
                self._engine = event["pid"]
            slots = event["slots"] if event["type"] == "state" else [event["slot"]] if event["type"] == "slot" else []
            with self._changed:
                for slot in slots:
                    self._slots[slot["number"]] = slot
                    if slot["done"] and slot["number"] not in self._first:
                        self._first[slot["number"]] = time.monotonic()
                self._changed.notify_all()
        with self._changed:
            self._over = True
            self._changed.notify_all()


_STATION: Final = (sys.executable, "-P", "-m", "station")


def failed_checks(state: dict[str, Any]) -> set[str]:
    """The required checks that a slot's laptop failed."""
    return {line["check"] for line in state["checks"] if line["required"] and line["verdict"] == "fail"}
