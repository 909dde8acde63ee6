"""The contract of a `Scanner`, for the keyboard wedge and for serial scanners named in each of the three ways."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hardware.scanners.scanner import Scanner
from hardware.scanners.serial_ports import parse_serial_spec
from hardware.scanners.serial_scanner import SerialScanner
from hardware.scanners.wedge import WedgeScanner
from hardware.simulated.pty_scanner import PtyScanner
from tests.hardware.scanners.contract import Harness, PluggableContract, ScannerContract


class Keyboard(Harness):
    """A wedge that types 8 ms a key into every program that listens."""

    can_be_unplugged = False

    def __init__(self) -> None:
        self._wedges: list[WedgeScanner] = []
        self._now = 100.0

    def make(self) -> Scanner:
        wedge = WedgeScanner()
        self._wedges.append(wedge)
        return wedge

    def scan(self, text: str) -> None:
        self._now += 1.0
        for character in text:
            self._press(character, character)
        self._press("enter", "\r")

    def _press(self, key: str, character: str) -> None:
        self._now += 0.008
        for wedge in self._wedges:
            assert wedge.press(key, character, self._now) == []


class Pty(Harness):
    """A serial scanner on a pty, named by `spec`."""

    def __init__(self, device: PtyScanner, spec: str) -> None:
        self._device = device
        self._spec = spec

    def make(self) -> Scanner:
        return SerialScanner(parse_serial_spec(self._spec), ports=self._device.seen, look_every=0.02)

    def scan(self, text: str) -> None:
        self._device.scan(text)

    def unplug(self) -> None:
        self._device.unplug()

    def plug(self) -> None:
        self._device.plug()


class TestTheKeyboardWedge(ScannerContract):
    @pytest.fixture
    def harness(self) -> Harness:
        return Keyboard()


class TestASerialScannerAtAPath(PluggableContract):
    @pytest.fixture
    def harness(self, tmp_path: Path) -> Iterator[Harness]:
        with PtyScanner(tmp_path / "usb-Honeywell") as device:
            yield Pty(device, f"{device.path}?baud=115200")


class TestASerialScannerKnownByItsUsbIds(PluggableContract):
    @pytest.fixture(params=["auto", "usb:0c2e:0720:18113B0A2C"])
    def harness(self, request: pytest.FixtureRequest) -> Iterator[Harness]:
        with PtyScanner(serial="18113B0A2C") as device:
            yield Pty(device, request.param)
