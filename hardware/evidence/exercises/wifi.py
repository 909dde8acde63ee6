"""The `exercise-wifi` item: what each Wi-Fi adapter sees on the air."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from hardware.evidence.exercises.item import Head, Name, opened, told
from hardware.evidence.items import Noted
from hardware.evidence.leaves import unreadable
from specs.facts import Facts, Known, SeenNetwork, WifiScan
from specs.text import clean

__all__ = ["read_wifi_scan"]


class _Network(Struct, frozen=True):
    bssid: Name
    ssid: Name
    signal_dbm: Annotated[float, Meta(ge=-200, le=100)]
    mhz: Annotated[int, Meta(ge=0, le=1_000_000)]


class _Interface(Struct, frozen=True):
    name: Name
    networks: Annotated[tuple[_Network, ...], Meta(max_length=64)]
    error: Name | None


class _Measured(Struct, frozen=True):
    interfaces: Annotated[tuple[_Interface, ...], Meta(max_length=8)]


class _Item(Head, frozen=True):
    measured: _Measured


def read_wifi_scan(data: bytes, item: str) -> Facts | Noted:
    """The stations that each adapter saw. Raises `EvidenceError` where the item is no such result."""
    found = opened(data, item, "wifi", _Item)
    return told(found, item, wifi=tuple(_scan(one, item) for one in found.measured.interfaces))


def _scan(interface: _Interface, item: str) -> WifiScan:
    name = clean(interface.name, 40)
    if interface.error is not None and not interface.networks:
        reason = clean(interface.error, 120) or "no reason was given"
        return WifiScan(name, unreadable(f"it could not scan: {reason}", item))
    seen = tuple(
        SeenNetwork(clean(one.bssid, 20), clean(one.ssid, 40), one.signal_dbm, one.mhz) for one in interface.networks
    )
    return WifiScan(name, Known(tuple(sorted(seen, key=lambda one: (-one.signal_dbm, one.bssid))), (item,)))
