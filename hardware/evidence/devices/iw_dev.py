"""The text of `iw dev`: the Wi-Fi interfaces with their addresses, by radio. For evidence copied by hand.

It has no ids, no driver and no bus, so that an adapter on USB is told only by the name that udev gives it (wlx and its
address). The probe's own `net` item says more. jc reads `iw dev ... scan` only.
"""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

from hardware.evidence.decoding import decode_text
from hardware.evidence.devices.addresses import own_mac
from hardware.evidence.errors import EvidenceError
from hardware.evidence.leaves import absent
from specs.facts import Facts, Known, Network, Wifi
from specs.text import clean

__all__ = ["IwInterface", "iw_interfaces", "read_iw_dev"]

_MOST_INTERFACES: Final = 64
_RADIO: Final = re.compile(r"phy#(\d{1,4})", re.ASCII)
_INTERFACE: Final = re.compile(r"\s{0,16}Interface (\S{1,32})", re.ASCII)
_UNNAMED: Final = "Unnamed/non-netdev interface"
_VALUE: Final = re.compile(r"\s{0,24}(addr|type) (\S{1,40})", re.ASCII)
_USB_NAME: Final = re.compile(r"wlx[0-9a-f]{12}", re.ASCII)


class IwInterface(Struct, frozen=True):
    """One interface; `name` is "" for one that is no network device (P2P)."""

    radio: str
    name: str
    mac: str | None = None
    type: str | None = None


def read_iw_dev(data: bytes, item: str) -> Facts:
    """A Wi-Fi adapter for each radio, by its first managed interface. Raises `EvidenceError` for other text."""
    interfaces = [interface for interface in iw_interfaces(data) if interface.name]
    adapters: dict[str, IwInterface] = {}
    for interface in sorted(interfaces, key=lambda entry: entry.type != "managed"):
        adapters.setdefault(interface.radio, interface)
    built_in = [entry for entry in adapters.values() if not _USB_NAME.fullmatch(entry.name)]
    if not built_in:
        why = "only a Wi-Fi adapter on USB answers; look whether it is built in" if adapters else "iw lists no adapter"
        return Facts(network=Network(wifi=absent(why, item)))
    nothing = absent("iw dev does not say it", item)
    wifi = tuple(
        Wifi(clean(entry.name, 32), nothing, nothing, nothing, nothing, nothing, own_mac(entry.mac, item))
        for entry in sorted(built_in, key=lambda entry: entry.name)
    )
    return Facts(network=Network(wifi=Known(wifi, (item,))))


def iw_interfaces(data: bytes) -> tuple[IwInterface, ...]:
    """All interfaces, in iw's order. Raises `EvidenceError` where there is text and it names no radio."""
    text = decode_text(data)
    found: list[dict[str, str]] = []
    radio = ""
    for line in text.splitlines():
        if match := _RADIO.match(line):
            radio = f"phy{match.group(1)}"
        elif radio and (match := _INTERFACE.match(line)):
            found.append({"radio": radio, "name": match.group(1)})
        elif radio and line.strip() == _UNNAMED:
            found.append({"radio": radio, "name": ""})
        elif found and (match := _VALUE.match(line)):
            found[-1].setdefault({"addr": "mac"}.get(match.group(1), match.group(1)), match.group(2))
        if len(found) > _MOST_INTERFACES:
            raise EvidenceError(f"the text lists more than {_MOST_INTERFACES} interfaces")
    if not radio:
        raise EvidenceError("the text is not what iw dev prints (it names no phy)")
    return tuple(IwInterface(**values) for values in found)
