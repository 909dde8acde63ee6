"""Hardware addresses: the one an adapter was made with, and those that are nobody's."""

from __future__ import annotations

import re
from typing import Final

from hardware.evidence.leaves import absent
from specs.facts import Fact, Known

__all__ = ["bluetooth_address", "own_mac"]

_MAC: Final = re.compile(r"[0-9a-f]{2}(?::[0-9a-f]{2}){5}", re.ASCII)
_LOCAL: Final = 2
_GROUP: Final = 1


def own_mac(raw: str | None, item: str) -> Fact[str]:
    """A network adapter's own address, in lower case with colons.

    Unknown where it is all zeros or ones, a group's, or one that software has made up: NetworkManager and Windows hide
    the real one behind a random one, which says so in its second lowest bit (IEEE 802).
    """
    address = (raw or "").strip()[:32].lower().replace("-", ":")
    if _MAC.fullmatch(address) is None or not address.strip("0:") or not address.strip("f:"):
        return absent("the adapter has no address of its own", item)
    first = int(address[:2], 16)
    if first & _GROUP:
        return absent("the adapter's address is a group's, not its own", item)
    if first & _LOCAL:
        return absent("the adapter's address is one that software has made up, not its own", item)
    return Known(address, (item,))


def bluetooth_address(raw: str | None, item: str) -> Fact[str]:
    """A controller's address, in lower case with colons; all zeros, as an unloaded firmware has it, is unknown."""
    address = (raw or "").strip()[:32].lower()
    if _MAC.fullmatch(address) is None or not address.strip("0:") or not address.strip("f:"):
        return absent("the controller shows no address", item)
    return Known(address, (item,))
