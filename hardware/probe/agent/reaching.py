"""The ways to a bench, each in a thread of its own that tries for ever. One conversation at a time has the laptop."""

from __future__ import annotations

import os
import threading
import time
from functools import partial
from typing import TYPE_CHECKING

from . import wording
from .carrier import Gone, Lost
from .hold import Hold
from .messages import hello
from .serial_line import SerialCarrier, ports
from .session import RefusedByBench, Session

if TYPE_CHECKING:
    from collections.abc import Callable

    from .asks import Asks
    from .carrier import Carrier
    from .places import Network, Serial
    from .status import Status

LEAST_PAUSE, MOST_PAUSE = 0.5, 1.0
"""Seconds between two tries: doubled each time, each varied by a quarter: many laptops do not try at once. Only one
that was refused waits longer, because a laptop is to show in its slot within 2 s of being there (issue 6).
"""
LOOK_SECONDS = 1.0
"""How often it is looked for new serial ports: USB adapters appear when they are plugged in."""


class Reaching:
    """All threads of one agent. They end with the process."""

    def __init__(self, asks: Asks, status: Status, slot: int, stick: str) -> None:
        self._asks = asks
        self._status = status
        self._hold = Hold()
        self._slot = slot
        self._stick = stick
        # New for each start of the agent: the bench tells by it whether its asks are still known here.
        self._boot = os.urandom(16).hex()

    def by_serial(self, serial: Serial) -> None:
        """Begins to reach over one port, or over every port that there is and that appears."""
        if serial.device:
            self._begin(lambda: self._keep_at_port(serial.device, serial.baud))
        else:
            self._begin(lambda: self._watch_ports(serial.baud))

    def by_network(self, network: Network, keys: str) -> None:
        """Begins to reach over the network: an address, or wherever a bench is found."""
        self._begin(lambda: self._keep_dialling(network, keys))

    def _begin(self, work: Callable[[], None]) -> threading.Thread:
        thread = threading.Thread(target=self._do, args=(work,), daemon=True)
        thread.start()
        return thread

    def _do(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as mistake:
            # A mistake of ours must not cost one way for ever: the agent ends, and is started again.
            self._status.broken(mistake)

    # ---- serial ----------------------------------------------------------------------------------------------------

    def _keep_at_port(self, device: str, baud: int, *, for_ever: bool = True) -> None:
        name = wording.serial_line(os.path.basename(device))
        self._keep(name, wording.WAITING, lambda: SerialCarrier(device, baud), time.sleep, for_ever=for_ever)

    def _watch_ports(self, baud: int) -> None:
        threads: dict[str, threading.Thread] = {}
        while True:
            for device in ports():
                if device not in threads or not threads[device].is_alive():
                    threads[device] = self._begin(partial(self._keep_at_port, device, baud, for_ever=False))
            time.sleep(LOOK_SECONDS)

    # ---- network ---------------------------------------------------------------------------------------------------

    def _keep_dialling(self, network: Network, keys: str) -> None:
        # TLS alone takes 0.2 s to load on a slow laptop, and a serial line needs none of it.
        from .finding import Finder, wait_for_address
        from .network import dial, trust

        finder = Finder(network.host, network.port)
        doing = wording.calling(network.host, network.port) if network.host else wording.LOOKING
        self._keep(wording.NETWORK, doing, lambda: dial(finder, trust(keys)), wait_for_address, for_ever=True)

    # ---- both ------------------------------------------------------------------------------------------------------

    def _keep(
        self,
        name: str,
        doing: str,
        connect: Callable[[], Carrier],
        wait: Callable[[float], object],
        *,
        for_ever: bool,
    ) -> None:
        """Connects and talks, again and again; ends only where the port is gone and it is not for ever."""
        pause = LEAST_PAUSE
        self._status.way(name, doing)
        while True:
            self._hold.wait_until_free()
            session = None
            try:
                carrier = connect()
                try:
                    session = self._session(carrier)
                    session.run()
                finally:
                    carrier.close()
            except RefusedByBench as refusal:
                self._status.way(name, str(refusal), refused=True)
                time.sleep(max(LEAST_PAUSE, refusal.again_s))
            except Lost as loss:
                if isinstance(loss, Gone) and not for_ever:
                    self._status.no_way(name)
                    return
                self._status.way(name, str(loss))
                pause = LEAST_PAUSE if session is not None and session.welcomed else pause
                wait(pause * (0.75 + os.urandom(1)[0] / 512))
                pause = min(MOST_PAUSE, 2 * pause)

    def _session(self, carrier: Carrier) -> Session:
        words = hello(self._boot, self._slot, self._stick, carrier.narrow)
        return Session(carrier, words, self._asks, self._hold, self._status)
