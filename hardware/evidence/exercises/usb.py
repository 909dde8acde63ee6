"""The `exercise-usb` item: a stick put into one port after another."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from hardware.evidence.exercises.item import Count, Head, Name, opened, told
from hardware.evidence.items import Noted
from specs.facts import Facts, UsbPort, UsbTried
from specs.text import clean

__all__ = ["read_usb_ports"]


class _Plugged(Struct, frozen=True):
    port: Name
    speed_mbps: Count


class _Measured(Struct, frozen=True):
    ports: Annotated[tuple[Name, ...], Meta(max_length=256)]
    plugged: Annotated[tuple[_Plugged, ...], Meta(max_length=64)]
    complete: bool


class _Item(Head, frozen=True):
    measured: _Measured


def read_usb_ports(data: bytes, item: str) -> Facts | Noted:
    """The different ports that took a device. Raises `EvidenceError` where the item is no such result."""
    found = opened(data, item, "usb", _Item)
    fastest: dict[str, int] = {}
    for one in found.measured.plugged:
        port = clean(one.port, 40)
        if port:
            fastest[port] = max(fastest.get(port, 0), one.speed_mbps)
    ports = tuple(UsbPort(port, speed) for port, speed in sorted(fastest.items()))
    return told(found, item, usb=UsbTried(ports, len(set(found.measured.ports)), found.measured.complete))
