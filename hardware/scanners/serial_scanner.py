"""Serial scanners: USB ones that are serial ports, and RS-232. One thread reads all of them, looks for them once a
second, and finds them again after they were pulled out, under whatever number they come back.

It waits with `select` on the open ports, which serial ports of Linux can do. Where one scan ends is for
`serial_framing`, what a port is called for `serial_ports`.
"""

from __future__ import annotations

import contextlib
import errno
import os
import select
import socket
import stat
import termios
import threading
import time
import traceback
from typing import Final

import serial

from hardware.scanners import wording
from hardware.scanners.scanner import LONGEST_CODE, Code, Condition, Garbled, Heard, ScannerState, Tell, Told
from hardware.scanners.serial_framing import Flaw, Framed, Framer, Unreadable
from hardware.scanners.serial_ports import (
    AtPath,
    ByUsb,
    OpenPort,
    Ports,
    PortSeen,
    SerialSpec,
    close_port,
    known_scanner,
    open_port,
    seen_ports,
)
from specs.text import clean

__all__ = ["LOOK_EVERY", "MOST_PORTS", "SerialScanner"]

LOOK_EVERY: Final = 1.0
"""Seconds between two looks for ports that are not open."""

MOST_PORTS: Final = 16
"""Scanners that one setting takes at a time; a bench has two or three."""

READ_SIZE: Final = 4096
"""Bytes taken at once: what Linux keeps of a line."""

LONGEST_REASON: Final = 120
"""Characters repeated of what the system says."""


class _Place:
    """One scanner's place: it keeps its name and what was learned about the scanner's ends from port to port."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.port: PortSeen | None = None
        self.line: serial.Serial | None = None
        self.framer = Framer()
        self.condition: Condition | None = None

    @property
    def device(self) -> str:
        return clean(self.port.device) if self.port else ""

    @property
    def what(self) -> str:
        known = known_scanner(self.port) if self.port else None
        return f"{known.maker} scanner" if known else "scanner"

    def fits(self, port: PortSeen) -> int:
        """How much this port looks like the one that was here."""
        if self.port is None:
            return 0
        same = (self.port.vendor, self.port.product, self.port.serial) == (port.vendor, port.product, port.serial)
        return 2 * same + (self.port.device == port.device)


class SerialScanner:
    """The scanners that one setting names, as a `Scanner`. Several may answer to it; each is told under a name of its
    own ("serial scanner", "serial scanner no. 2"), and one that comes back, or its replacement, takes the old name.
    """

    def __init__(
        self,
        spec: SerialSpec,
        ports: Ports = seen_ports,
        opener: OpenPort = open_port,
        look_every: float = LOOK_EVERY,
    ) -> None:
        self._spec = spec
        self._ports = ports
        self._opener = opener
        self._look_every = look_every
        self._thread: _Reading | None = None

    @property
    def name(self) -> str:
        match self._spec.where:
            case AtPath(path=path):
                return f"serial scanner {clean(path)}"
            case ByUsb(vendor=vendor, product=product):
                return f"serial scanner {vendor:04x}:{product:04x}"
            case _:
                return "serial scanner"

    def start(self, tell: Tell) -> None:
        if self._thread is None:
            self._thread = _Reading(self.name, self._spec, self._ports, self._opener, self._look_every, tell)
            self._thread.start()

    def stop(self) -> None:
        """Called from within `tell`, it lets the ports go when `tell` returns; nothing more is told in either case."""
        if self._thread is not None:
            self._thread.end()
            self._thread = None


class _Reading(threading.Thread):
    """The thread from one start to its stop."""

    def __init__(
        self, name: str, spec: SerialSpec, ports: Ports, opener: OpenPort, look_every: float, tell: Tell
    ) -> None:
        super().__init__(name=name, daemon=True)
        self._spec = spec
        self._ports = ports
        self._opener = opener
        self._look_every = look_every
        self._tell = tell
        # There is always a first place, so that there is a name under which to say that nothing was found.
        self._places = [_Place(name)]
        self._ending = threading.Event()
        self._awake, self._waker = socket.socketpair()

    def end(self) -> None:
        """Ends it and waits for it, unless it is told from within this thread to end."""
        self._ending.set()
        with contextlib.suppress(OSError):
            self._waker.send(b"\n")
        if threading.current_thread() is not self:
            self.join()

    def run(self) -> None:
        try:
            look_at = time.monotonic()
            while not self._ending.is_set():
                now = time.monotonic()
                if now >= look_at:
                    self._look()
                    look_at = time.monotonic() + self._look_every
                self._wait(look_at)
        finally:
            for place in self._places:
                if place.line:
                    close_port(place.line)
            self._awake.close()
            self._waker.close()

    def _wait(self, until: float) -> None:
        """Reads what comes next, or lets silence end what it ends."""
        lines: dict[int, _Place] = {place.line.fileno(): place for place in self._places if place.line}
        dues = [place.framer.due for place in lines.values()]
        # Looked at before the ports are: a line that is empty after this moment was silent up to it.
        now = time.monotonic()
        wait = min([until, *(due for due in dues if due is not None)]) - now
        readable, _, _ = select.select([*lines, self._awake.fileno()], [], [], max(0.0, wait))
        for number, place in lines.items():
            if number in readable:
                self._read(place)
            else:
                self._framed(place, place.framer.pass_time(now))
            if place.line and place.framer.settled:
                self._says(place, ScannerState.READY, wording.SERIAL_READY.format(what=place.what, device=place.device))

    def _read(self, place: _Place) -> None:
        assert place.line is not None
        try:
            data = place.line.read(READ_SIZE)
        except (OSError, termios.error):
            self._framed(place, place.framer.hang_up())
            close_port(place.line)
            place.line = None
            self._says(place, ScannerState.AWAY, wording.UNPLUGGED.format(what=place.what, device=place.device))
            return
        self._framed(place, place.framer.feed(data, time.monotonic()))

    def _look(self) -> None:
        """Opens each port that is wanted and there, each at the place where it, or one like it, was before."""
        taken = {place.port.device for place in self._places if place.line and place.port}
        waiting = [port for port in self._wanted() if port.device not in taken]
        free = [place for place in self._places if not place.line]
        for port in waiting:
            if not free and len(self._places) < MOST_PORTS:
                free.append(_Place(f"{self._places[0].name} no. {len(self._places) + 1}"))
                self._places.append(free[0])
            if free:
                place = max(free, key=lambda place: place.fits(port))
                free.remove(place)
                self._open(place, port)
        for place in free:
            self._is_away(place)

    def _wanted(self) -> list[PortSeen]:
        where = self._spec.where
        if isinstance(where, AtPath):
            return [PortSeen(where.path)]
        if isinstance(where, ByUsb):
            ids = (where.vendor, where.product)
            return [
                port
                for port in self._ports()
                if (port.vendor, port.product) == ids and where.serial in ("", port.serial)
            ]
        return [port for port in self._ports() if known_scanner(port)]

    def _open(self, place: _Place, port: PortSeen) -> None:
        place.port = port
        try:
            place.line = self._opener(port.device, self._spec.line)
        except (OSError, termios.error, ValueError) as error:
            self._not_opened(place, error)
            return
        # It is said to be ready when the framer knows where a scan begins, a moment later.
        place.framer.open(time.monotonic())

    def _not_opened(self, place: _Place, error: Exception) -> None:
        device = place.device
        match getattr(error, "errno", None):
            case errno.ENOENT | errno.ENODEV | errno.ENXIO | errno.EIO:
                self._says(place, ScannerState.AWAY, wording.NOT_THERE.format(device=device))
            case errno.EACCES | errno.EPERM:
                self._says(place, ScannerState.FAULT, wording.DENIED.format(device=device))
            case errno.EBUSY | errno.EAGAIN:
                self._says(place, ScannerState.FAULT, wording.BUSY.format(device=device))
            case _ if place.port and not _is_device(place.port.device):
                self._says(place, ScannerState.FAULT, wording.NOT_A_PORT.format(device=device))
            case _:
                why = clean(str(error), LONGEST_REASON)
                self._says(place, ScannerState.FAULT, wording.CANNOT_OPEN.format(device=device, why=why))

    def _is_away(self, place: _Place) -> None:
        where = self._spec.where
        if place.port:
            sentence = wording.UNPLUGGED.format(what=place.what, device=place.device)
        elif isinstance(where, ByUsb):
            sentence = wording.USB_NOT_FOUND.format(ids=f"{where.vendor:04x}:{where.product:04x}")
        else:
            sentence = wording.NONE_FOUND
        self._says(place, ScannerState.AWAY, sentence)

    def _says(self, place: _Place, state: ScannerState, sentence: str) -> None:
        before, now = place.condition, Condition(place.name, state, sentence)
        # What is away stays away, whatever the next look finds in its place.
        if before and (before == now or before.state is state is ScannerState.AWAY):
            return
        place.condition = now
        self._hand_on(now)

    def _framed(self, place: _Place, results: list[Framed]) -> None:
        for result in results:
            match result:
                case Code():
                    self._hand_on(Heard(place.name, (result,)))
                case Unreadable(text=text, flaw=flaw):
                    self._hand_on(Garbled(place.name, text, self._sentence(place, flaw)))

    def _sentence(self, place: _Place, flaw: Flaw) -> str:
        match flaw:
            case Flaw.PART:
                return wording.BROKEN_LINE.format(what=place.what, device=place.device)
            case Flaw.TOO_LONG:
                return wording.TOO_LONG.format(most=LONGEST_CODE)
            case Flaw.NOISE:
                return wording.SERIAL_NOISE.format(what=place.what, device=place.device, line=self._spec.line)

    def _hand_on(self, told: Told) -> None:
        if self._ending.is_set():
            return
        try:
            self._tell(told)
        except Exception:
            traceback.print_exc()  # a defect of whoever is told; the next scan must still be read


def _is_device(path: str) -> bool:
    try:
        return stat.S_ISCHR(os.stat(path).st_mode)
    except OSError:
        return True  # it has just gone; why it could not be opened says more
