"""Where a bench may be, when nobody has typed its address: mDNS on every interface, and the DHCP server's address.

Everything here is a guess that the bench's certificate must confirm.
"""

from __future__ import annotations

import contextlib
import fcntl
import re
import select
import socket
import struct
import time
from typing import TYPE_CHECKING, NamedTuple

from . import mdns
from .messages import DEFAULT_PORT, SERVICE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

DHCP_FILE = "/run/intake/dhcp"
"""What the boot stick's DHCP client writes: lines "server=ADDRESS" and "router=ADDRESS"."""
LARGEST_DHCP_FILE = 4096
LISTEN_SECONDS = 1.5
"""How long answers are waited for. A responder waits 20 to 120 ms (RFC 6762 section 6), a busy one longer."""
MOST_PACKETS = 200
MOST_INTERFACES = 16
MOST_AT_ONCE = 4
MOST_REMEMBERED = 64
_ASK_EVERY = 0.5
_LOOK_SECONDS = 0.2
_GET_ADDRESS = 0x8915
_GET_MASK = 0x891B
"""SIOCGIFADDR and SIOCGIFNETMASK (linux/sockios.h)."""
_DHCP_LINE = re.compile(r"(?:server|router)=([0-9]{1,3}(?:\.[0-9]{1,3}){3})")


class Finder:
    """The places to try, again and again: those that have failed least first, so that nobody who answers for the bench
    and is not it keeps the laptop from it.
    """

    def __init__(self, host: str, port: int, look: Callable[[], list[tuple[str, int]]] | None = None) -> None:
        """An address, or with a blank `host` what `look` finds (by default on the network)."""
        self._look = look or everywhere if not host else lambda: [(host, port)]
        self._failures: dict[tuple[str, int], int] = {}

    def places(self) -> list[tuple[str, int]]:
        """A few places to try now."""
        found = self._look()
        return sorted(found, key=lambda place: self._failures.get(place, 0))[:MOST_AT_ONCE]

    def failed(self, place: tuple[str, int]) -> None:
        """No bench of ours is there."""
        if len(self._failures) > MOST_REMEMBERED:
            self._failures.clear()
        self._failures[place] = self._failures.get(place, 0) + 1


class Interface(NamedTuple):
    """An IPv4 address of this laptop and the mask of its network, as numbers."""

    address: int
    mask: int

    def reaches(self, address: str) -> bool:
        """True where the address is in this network: what is found by mDNS is on the same cable."""
        return (_number(address) ^ self.address) & self.mask == 0


def interfaces() -> list[Interface]:
    """The interfaces that have an IPv4 address."""
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        for _, name in socket.if_nameindex():
            with contextlib.suppress(OSError):  # it has none
                request = struct.pack("256s", name.encode()[:15])
                # The address stands in a sockaddr_in after the name (netdevice(7)).
                numbers = [
                    struct.unpack_from(">I", fcntl.ioctl(asked.fileno(), what, request), 20)[0]
                    for what in (_GET_ADDRESS, _GET_MASK)
                ]
                found.append(Interface(*numbers))
    return found[:MOST_INTERFACES]


def wait_for_address(seconds: float) -> None:
    """Waits so long, or until the laptop's addresses change: a cable was plugged in, or a DHCP server has answered."""
    until = time.monotonic() + seconds
    before = interfaces()
    while time.monotonic() < until and interfaces() == before:
        time.sleep(max(0.0, min(_LOOK_SECONDS, until - time.monotonic())))


def everywhere() -> list[tuple[str, int]]:
    """What both ways find, mDNS first."""
    return list(dict.fromkeys(by_mdns(interfaces) + by_dhcp()))


def by_mdns(
    where: Callable[[], Sequence[Interface]],
    group: tuple[str, int] = (mdns.GROUP, mdns.PORT),
    seconds: float = LISTEN_SECONDS,
) -> list[tuple[str, int]]:
    """Places at which a bench is said to be, those first that were told first; nothing further away than the cable.

    An interface that `where` gives only later is asked from then on.
    """
    asking: dict[int, tuple[socket.socket, Interface, mdns.Finding]] = {}
    places: list[tuple[str, int]] = []
    with contextlib.ExitStack() as stack:
        until = time.monotonic() + seconds
        ask_at = 0.0
        for _ in range(MOST_PACKETS):
            now = time.monotonic()
            if now >= until:
                break
            if now >= ask_at:
                ask_at = now + _ASK_EVERY
                known = [interface for _, interface, _ in asking.values()]
                for interface in where():
                    if interface not in known:
                        with contextlib.suppress(OSError):  # it went away, or cannot multicast
                            opened = stack.enter_context(_open(interface))
                            asking[opened.fileno()] = (opened, interface, mdns.Finding(SERVICE))
                for opened, _, finding in asking.values():
                    _ask(opened, finding, group)
            for fd in select.select(list(asking), [], [], max(0.0, min(until, ask_at) - now))[0]:
                opened, interface, finding = asking[fd]
                before = finding.questions()
                with contextlib.suppress(OSError, mdns.BadAnswer):
                    finding.take(mdns.answers(opened.recv(mdns.LARGEST_MESSAGE + 1)))
                if finding.questions() != before:
                    _ask(opened, finding, group)
                places += [place for place in finding.found() if interface.reaches(place[0])]
            if places:
                # The bench may be among the answers that are on their way; a little is worth waiting for.
                until = min(until, time.monotonic() + 0.2)
    return list(dict.fromkeys(places))[: mdns.MOST_FOUND]


def by_dhcp(file: str = DHCP_FILE, port: int = DEFAULT_PORT) -> list[tuple[str, int]]:
    """The DHCP server and the router: one of them may be the bench."""
    try:
        with open(file, "rb") as opened:
            text = opened.read(LARGEST_DHCP_FILE).decode("ascii", "replace")
    except OSError:
        return []
    lines = (_DHCP_LINE.fullmatch(line.strip()) for line in text.split("\n"))
    found = [(match.group(1), port) for match in lines if match and _is_address(match.group(1))]
    return list(dict.fromkeys(found))[: mdns.MOST_FOUND]


def _open(interface: Interface) -> socket.socket:
    address = struct.pack(">I", interface.address)
    opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        opened.setblocking(False)
        opened.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, address)
        opened.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 255)
        opened.bind((socket.inet_ntoa(address), 0))
    except OSError:
        opened.close()
        raise
    return opened


def _ask(opened: socket.socket, finding: mdns.Finding, group: tuple[str, int]) -> None:
    questions = finding.questions()
    if questions:
        with contextlib.suppress(OSError):
            opened.sendto(mdns.question(questions), group)


def _is_address(text: str) -> bool:
    return all(int(part) <= 255 for part in text.split("."))


def _number(address: str) -> int:
    number: int = struct.unpack(">I", socket.inet_aton(address))[0]
    return number
