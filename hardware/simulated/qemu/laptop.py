"""A virtual laptop that runs: started, handled as a person would, and stopped with nothing left behind."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from hardware.simulated.line import CLEAN, Faults
from hardware.simulated.qemu import wording
from hardware.simulated.qemu.acpi import HostControlled
from hardware.simulated.qemu.controls import Controls
from hardware.simulated.qemu.errors import LaptopDied, LaptopRefused, QmpError, SimulationError
from hardware.simulated.qemu.firmware import Firmware
from hardware.simulated.qemu.hearing import Tone, tones_heard
from hardware.simulated.qemu.links import CountedLine, Meter, SerialLine, network_line
from hardware.simulated.qemu.machine import QEMU, Boot, DirectBoot, LinkKind, qemu_command
from hardware.simulated.qemu.qmp import Qmp
from hardware.simulated.qemu.spec import LaptopSpec
from hardware.simulated.qemu.swtpm import swtpm_command

__all__ = ["VirtualLaptop"]

START_SECONDS: Final = 60.0
"""Until QEMU's monitor listens; on a machine with eight others starting it takes some seconds."""

_STOP_SECONDS: Final = 10.0


class VirtualLaptop:
    """One laptop, switched on for as long as the `with` lasts.

    link: how it reaches the bench. port: over a serial link, the path that the bench is to open; baud, faults and seed:
    how good the cable is (`hardware.simulated.line`). bench: over the network, where the bench listens.

    Entering it raises `LaptopRefused` where a program or a file for it is missing, `LaptopDied` where QEMU ends at
    once, and `OSError` where there can be no port at that path.
    """

    def __init__(
        self,
        spec: LaptopSpec,
        boot: Boot,
        link: LinkKind,
        *,
        port: Path | None = None,
        bench: tuple[str, int] | None = None,
        baud: int = 115_200,
        faults: Faults = CLEAN,
        seed: int = 0,
    ) -> None:
        self.spec = spec
        self.boot = boot
        self.link: LinkKind = link
        self.controls: Controls | None = None
        self.meter = Meter(spec.dies_after, self.pull_the_plug)
        self._bench = bench
        self._cable = (baud, faults, seed)
        self._folder = Path(tempfile.mkdtemp(prefix="laptop-"))
        self.port = port or self._folder / "port"
        self._keeper: subprocess.Popen[bytes] | None = None
        self._line: SerialLine | CountedLine | None = None
        self._monitor: Qmp | None = None
        self._using_monitor = threading.Lock()

    # ---- on and off ------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def running(self) -> bool:
        """True until QEMU has ended."""
        return self._keeper is not None and self._keeper.poll() is None

    def wait(self, seconds: float) -> bool:
        """Waits for the laptop to end by itself; False where it still runs then."""
        if self._keeper is None:
            return True
        try:
            self._keeper.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def check(self) -> None:
        """Raises `LaptopDied` with what QEMU said where it has ended."""
        if not self.running:
            raise LaptopDied(wording.died(self._said()))

    def pull_the_plug(self) -> None:
        """Switches it off as a power cut does: at once, and nothing is said. May be called from any thread."""
        keeper = self._keeper
        if keeper is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(keeper.pid, signal.SIGKILL)

    def stop(self) -> None:
        """Switches it off, and removes what it had."""
        self.pull_the_plug()
        if self._keeper is not None:
            self._keeper.wait(_STOP_SECONDS)
            if self._keeper.stdin:
                self._keeper.stdin.close()
        if self._line is not None:
            self._line.close()
            self._line = None
        if self._monitor is not None:
            self._monitor.close()
            self._monitor = None
        if self.controls is not None:
            self.controls.close()
            self.controls = None
        shutil.rmtree(self._folder, ignore_errors=True)

    def _start(self) -> None:
        for program, package in ((QEMU, "qemu-system-x86"), *([("swtpm", "swtpm")] if self.spec.tpm else [])):
            if shutil.which(program) is None:
                raise LaptopRefused(wording.missing_program(program, package))
        folder = self._folder
        bios = isinstance(self.boot, DirectBoot) or self.boot.firmware is Firmware.BIOS
        if bios and self.spec.battery and isinstance(self.spec.power, HostControlled):
            self.controls = Controls(folder / "controls.bin", self.spec.battery)
        command = qemu_command(self.spec, self.boot, self.link, folder)
        helpers = [{"command": swtpm_command(folder), "ready": str(folder / "tpm.sock")}] if self.spec.tpm else []
        (folder / "processes.json").write_text(json.dumps({"helpers": helpers, "main": command}))
        if self.link == "network" and self._bench:
            self._line = network_line(folder, self._bench, self.meter)
        keeper = Path(__file__).with_name("keeper.py")
        self._keeper = subprocess.Popen(
            [sys.executable, "-I", "-S", str(keeper), str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._monitor = self._wait_for_monitor()
        for number, disk in enumerate(self.spec.disks):
            if disk.kind == "nvme" and disk.warning:
                self.wear_disk_out(number, disk.warning)
        if self.link != "network":
            baud, faults, seed = self._cable
            self._line = SerialLine(folder, self.port, self.meter, baud=baud, faults=faults, seed=seed)

    def _wait_for_monitor(self) -> Qmp:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            self.check()
            try:
                return Qmp(self._folder / "qmp.sock")
            except QmpError:
                time.sleep(0.05)
        raise LaptopDied(wording.died(self._said()))

    def _said(self) -> str:
        try:
            return (self._folder / "said.txt").read_bytes()[-2000:].decode(errors="replace").strip()
        except OSError:
            return ""

    # ---- what a person does with it --------------------------------------------------------------------

    def qmp(self, command: str, **arguments: object) -> Any:
        """One command to QEMU's monitor. Raises `QmpError`; `LaptopDied` where the laptop is off."""
        with self._using_monitor:
            if self._monitor is None:
                raise LaptopDied(wording.died(self._said()))
            return self._monitor.execute(command, arguments)

    def press(self, *keys: str) -> None:
        """Presses keys (QEMU's names: "a", "ret", "shift") down in this order, and lets them up in the other one.

        A dead key does nothing.
        """
        alive = [key for key in keys if key not in self.spec.dead_keys]
        for down, order in ((True, alive), (False, alive[::-1])):
            for key in order:
                event = {"type": "key", "data": {"down": down, "key": {"type": "qcode", "data": key}}}
                self.qmp("input-send-event", events=[event])

    def screen(self) -> bytes:
        """What its screen shows, as a PNG."""
        path = self._folder / "screen.png"
        self.qmp("screendump", filename=str(path), format="png")
        return path.read_bytes()

    def heard(self) -> Sequence[Tone]:
        """The tones that its loudspeakers have played so far."""
        return tones_heard(self._folder / "sound.wav")

    def plug_in_stick(self, name: str = "plugged", megabytes: int = 64) -> None:
        """Plugs a USB stick in."""
        path = self._folder / f"{name}.img"
        with path.open("wb") as image:
            image.truncate(megabytes * 2**20)
        node = f"{name}-image"
        self.qmp("blockdev-add", **{"node-name": node, "driver": "file", "filename": str(path)})
        self.qmp("device_add", driver="usb-storage", id=name, bus="usb.0", drive=node, serial=name.upper())

    def pull_out_stick(self, name: str = "plugged") -> None:
        """Pulls it out again."""
        self.qmp("device_del", id=name)
        node = f"{name}-image"
        for _ in range(100):
            with contextlib.suppress(QmpError):
                self.qmp("blockdev-del", **{"node-name": node})
                return
            time.sleep(0.05)
        raise SimulationError(wording.program_failed("device_del", name))

    def pull_cable(self) -> None:
        """Pulls the cable to the bench out."""
        if isinstance(self._line, SerialLine):
            self._line.cut()
        else:
            self.qmp("set_link", name="net", up=False)

    def plug_cable(self) -> None:
        """Plugs it in again."""
        if isinstance(self._line, SerialLine):
            self._line.mend()
        else:
            self.qmp("set_link", name="net", up=True)

    def wear_disk_out(self, number: int = 0, warning: int = 4) -> None:
        """From now on that disk, an NVMe one, warns: 4 is "no longer reliable"."""
        self.qmp("qom-set", path=f"/machine/peripheral/nvme{number}", property="smart_critical_warning", value=warning)
