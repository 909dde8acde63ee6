"""The bench announced on the network, so that an agent finds it without being told an address (mDNS, DNS-SD)."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import re
from collections.abc import Callable, Sequence
from typing import Final

import ifaddr
from zeroconf import Error, ServiceInfo
from zeroconf.asyncio import AsyncZeroconf

from hardware.laptops import wording
from hardware.laptops.link import LinkError
from specs.text import clean

__all__ = ["SERVICE", "Announcement", "addresses_at", "keep_announced"]

SERVICE: Final = "_intake-bench._tcp.local."
CLOSING_SECONDS: Final = 5.0
AGAIN_SECONDS: Final = 60.0
"""Seconds between two looks at this computer's addresses: a network may be plugged in at any time."""
LONGEST_NAME: Final = 40
"""Characters of the bench's name in a label, which has at most 63 bytes (RFC 6763 section 4.1.1)."""


class Announcement:
    """One bench announced at `port`, on the interfaces with these addresses of this computer and on no other.

    A second bench of the same name on the network is announced as "NAME-2": the agents ask each for its certificate.
    """

    def __init__(self, bench_name: str, addresses: Sequence[str], port: int) -> None:
        self._name = re.sub(r"[^A-Za-z0-9 _-]", "-", clean(bench_name, LONGEST_NAME)) or "bench"
        self._addresses = list(addresses)
        self._port = port
        self._zeroconf: AsyncZeroconf | None = None

    async def start(self) -> None:
        """Begins to announce. Raises `LinkError` where the network does not let it; agents then need the address."""
        try:
            info = ServiceInfo(
                SERVICE,
                f"{self._name}.{SERVICE}",
                port=self._port,
                addresses=[ipaddress.ip_address(address).packed for address in self._addresses],
                server=f"intake-{self._name.replace(' ', '-').replace('_', '-').lower()}.local.",
            )
            self._zeroconf = AsyncZeroconf(interfaces=self._addresses)
            # The name may be another bench's; the records go out a second later, which nobody need wait for.
            await self._zeroconf.async_register_service(info, allow_name_change=True)
        except (OSError, Error, RuntimeError, ValueError) as error:
            await self.close()
            why = clean(getattr(error, "strerror", None) or str(error) or type(error).__name__)
            raise LinkError(wording.CANNOT_ANNOUNCE.format(why=why)) from error

    async def close(self) -> None:
        """Takes the announcement back. Never raises."""
        zeroconf, self._zeroconf = self._zeroconf, None
        if zeroconf is not None:
            with contextlib.suppress(Exception):
                async with asyncio.timeout(CLOSING_SECONDS):
                    await zeroconf.async_unregister_all_services()
            with contextlib.suppress(Exception):
                async with asyncio.timeout(CLOSING_SECONDS):
                    await zeroconf.async_close()


def addresses_at(host: str) -> list[str]:
    """The addresses to announce a bench on that listens at `host`: that one, or all but the loopback's.

    None for a bench that is not on the network at all. Raises `OSError` where the system does not give its addresses.
    """
    listening = ipaddress.ip_address(host)
    if not listening.is_unspecified:
        return [] if listening.is_loopback else [host]
    found = [str(ip.ip) for adapter in ifaddr.get_adapters() for ip in adapter.ips if ip.is_IPv4]
    return sorted(one for one in found if not ipaddress.ip_address(one).is_loopback)


async def keep_announced(
    bench_name: str, addresses: Callable[[], Sequence[str]], port: int, told: Callable[[str], None]
) -> None:
    """Announces the bench for ever, at the addresses that it has by then. Cancelled, it takes the announcement back.

    `told` is given each new reason why it cannot be announced, once: a sentence. It is tried again all the same.
    """
    announced: list[str] = []
    announcement: Announcement | None = None
    last = ""
    try:
        while True:
            try:
                found = await _look(addresses)
                if found != announced:
                    before, announcement, announced = announcement, None, []
                    if before is not None:
                        await before.close()
                    if found:
                        announcement = Announcement(bench_name, found, port)
                        await announcement.start()
                    announced, last = found, ""
            except LinkError as error:
                sentence = wording.sentence(str(error))
                if sentence != last:
                    last = sentence
                    told(sentence)
            await asyncio.sleep(AGAIN_SECONDS)
    finally:
        if announcement is not None:
            await announcement.close()


async def _look(addresses: Callable[[], Sequence[str]]) -> list[str]:
    try:
        return list(await asyncio.to_thread(addresses))
    except OSError as error:
        raise LinkError(wording.CANNOT_ANNOUNCE.format(why=clean(error.strerror or str(error)))) from error
