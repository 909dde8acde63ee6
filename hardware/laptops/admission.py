"""How many may knock at the bench's door, and how fast: a flood of connections costs little and keeps few out."""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from typing import Final

from msgspec import Struct

__all__ = ["Admission"]

MOST_AT_ONCE: Final = 64
"""Connections at once that have not said who they are yet. A handshake costs the bench about a millisecond."""
MOST_OF_ONE: Final = 24
"""Of these from one address; laptops behind one router have one address."""
BURST: Final = 48
"""Connections from one address in a row: a bench's laptops that are started together, behind one router, thrice."""
A_SECOND: Final = 4.0
"""Connections from one address each second thereafter."""
MOST_ADDRESSES: Final = 1024
"""Addresses that are remembered; of more, those that knocked longest ago are forgotten."""


class _Caller(Struct):
    at_once: int = 0
    allowed: float = BURST
    since: float = 0.0


class Admission:
    """The connections that have not said who they are yet. Times are seconds of any clock that only goes forward."""

    def __init__(self) -> None:
        self._at_once = 0
        self._callers: OrderedDict[str, _Caller] = OrderedDict()

    def enter(self, address: str, now: float) -> bool:
        """True where one more connection from this address is taken; `leave` is then called for it once."""
        caller = self._caller(_network(address), now)
        caller.allowed = min(BURST, caller.allowed + (now - caller.since) * A_SECOND)
        caller.since = now
        if self._at_once >= MOST_AT_ONCE or caller.at_once >= MOST_OF_ONE or caller.allowed < 1:
            return False
        caller.allowed -= 1
        caller.at_once += 1
        self._at_once += 1
        return True

    def leave(self, address: str) -> None:
        """The connection has said who it is, or is gone."""
        self._at_once -= 1
        caller = self._callers.get(_network(address))
        if caller is not None:
            caller.at_once -= 1

    def _caller(self, network: str, now: float) -> _Caller:
        caller = self._callers.setdefault(network, _Caller(since=now))
        self._callers.move_to_end(network)
        if len(self._callers) > MOST_ADDRESSES:
            idle = next((name for name, one in self._callers.items() if not one.at_once), None)
            if idle is not None:
                del self._callers[idle]
        return caller


def _network(address: str) -> str:
    """An IPv4 address; of an IPv6 address the network of 64 bits, in which one computer has all addresses it likes."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address):
        return found.packed[:8].hex()
    return str(found)
