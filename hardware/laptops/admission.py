"""How many may knock at the bench's door, and how fast: a flood of connections costs little and keeps few out.

Places at the door are few, and who holds them has proven nothing. So nobody can hold them against others: where they
are full, the address that holds most loses one to the next address. Some are only for addresses from which a laptop
with a key of this bench has come before.
"""

from __future__ import annotations

import ipaddress
from collections import Counter, OrderedDict
from collections.abc import Callable
from typing import Final

from msgspec import Struct

__all__ = ["Admission", "Knock"]

MOST_AT_ONCE: Final = 64
"""Connections at once that have not said who they are yet. A handshake costs the bench about a millisecond."""
MOST_UNKNOWN: Final = 48
"""Of these from addresses that no laptop has come from before: the rest is more than the laptops of one bench."""
MOST_OF_ONE: Final = 24
"""Of these from one address; laptops behind one router have one address."""
BURST: Final = 48
"""Connections from one address in a row: a bench's laptops that are started together, behind one router, thrice."""
A_SECOND: Final = 4.0
"""Connections from one address each second thereafter."""
MOST_ADDRESSES: Final = 1024
"""Addresses whose pace is remembered; of more, those that knocked longest ago are forgotten."""
MOST_KNOWN: Final = 256
"""Addresses that laptops have come from; of more, those from which one came longest ago are forgotten."""


class Knock(Struct, eq=False):
    """One connection that has not said who it is yet."""

    network: str
    put_out: Callable[[], None]
    spoke: bool = False
    """True once a byte has come: of two that could be put out, it is the one that has said nothing."""


class _Pace(Struct):
    allowed: float = BURST
    since: float = 0.0


class Admission:
    """The connections that have not said who they are yet. Times are seconds of any clock that only goes forward."""

    def __init__(self) -> None:
        self._inside: dict[Knock, None] = {}
        self._paces: OrderedDict[str, _Pace] = OrderedDict()
        self._known: OrderedDict[str, None] = OrderedDict()

    def enter(self, address: str, now: float, put_out: Callable[[], None]) -> Knock | None:
        """One more connection from this address, until `leave`; None where it is not taken.

        `put_out` is called, once at most and within a later `enter`, where the connection has to give its place up.
        """
        network = _network(address)
        pace = self._pace(network, now)
        pace.allowed = min(BURST, pace.allowed + (now - pace.since) * A_SECOND)
        pace.since = now
        if pace.allowed < 1 or not self._has_room(network):
            return None
        pace.allowed -= 1
        knock = Knock(network, put_out)
        self._inside[knock] = None
        return knock

    def leave(self, knock: Knock) -> None:
        """The connection has said who it is, or is gone. May be called again."""
        self._inside.pop(knock, None)

    def know(self, knock: Knock) -> None:
        """The connection was that of a laptop with a key of this bench."""
        self._known[knock.network] = None
        self._known.move_to_end(knock.network)
        if len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)

    def _has_room(self, network: str) -> bool:
        """True where one more of this network can be inside; another may have been put out for it."""
        # One that no laptop has come from puts out none of those that one has.
        rivals = [one for one in self._inside if network in self._known or one.network not in self._known]
        holds = Counter(one.network for one in rivals)
        if holds[network] >= MOST_OF_ONE:
            return False
        if len(self._inside) < MOST_AT_ONCE and (network in self._known or len(rivals) < MOST_UNKNOWN):
            return True
        worst = max(rivals, key=lambda one: (holds[one.network], not one.spoke), default=None)  # of several the oldest
        if worst is None or holds[worst.network] <= holds[network]:
            return False
        self.leave(worst)
        worst.put_out()
        return True

    def _pace(self, network: str, now: float) -> _Pace:
        pace = self._paces.setdefault(network, _Pace(since=now))
        self._paces.move_to_end(network)
        if len(self._paces) > MOST_ADDRESSES:
            self._paces.popitem(last=False)
        return pace


def _network(address: str) -> str:
    """An IPv4 address; of an IPv6 address the network of 64 bits, in which one computer has all addresses it likes."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address):
        return found.packed[:8].hex()
    return str(found)
