"""The `net` item: the Wi-Fi and wired adapters among the interfaces. Virtual ones have no device behind them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from hardware.evidence.devices.buses import bus_ids, driver_of, properties
from hardware.evidence.leaves import absent
from hardware.evidence.tree import Tree, read_tree
from specs.facts import Ethernet, Fact, Known, Network, Unknown, Wifi
from specs.text import clean

__all__ = ["read_net"]

_ROOT: Final = "/sys/class/net"
_USB_INTERFACE: Final = re.compile(r"\d+-[\d.]+:\d+\.\d+", re.ASCII)
_MAC: Final = re.compile(r"[0-9a-f]{2}(?::[0-9a-f]{2}){5}", re.ASCII)


def read_net(data: bytes, item: str, standards: Mapping[str, tuple[str, ...]] | Unknown) -> Network:
    """The adapters, by interface name. `standards` are those of each phy ("phy0"), or why nobody knows them.

    Raises `EvidenceError` where the item is no tree.
    """
    tree = read_tree(data)
    gone = tree.refused(_ROOT, "the list of network adapters", item)
    if gone is not None:
        return Network(wifi=gone, ethernet=gone)
    wifi: list[Wifi] = []
    plugged: list[Wifi] = []
    ethernet: list[Ethernet] = []
    for name in sorted(tree.names(_ROOT)):
        here = f"{_ROOT}/{name}"
        if not tree.has(f"{here}/device"):
            continue
        kind = properties(tree.text(f"{here}/uevent")).get("DEVTYPE")
        if kind == "wlan" or any(tree.has(f"{here}/{mark}") for mark in ("phy80211", "wireless")):
            (plugged if _on_usb(tree, here) else wifi).append(_wifi(tree, name, here, item, standards))
        elif kind is None and tree.text(f"{here}/type") == "1":
            ethernet.append(Ethernet(clean(name, 32), driver_of(tree, f"{here}/device", item), _mac(tree, here, item)))
    found: Fact[tuple[Wifi, ...]] = Known(tuple(wifi), (item,))
    if plugged and not wifi:
        found = absent("only a Wi-Fi adapter on USB answers; look whether it is built in", item)
    return Network(wifi=found, ethernet=Known(tuple(ethernet), (item,)))


def _on_usb(tree: Tree, here: str) -> bool:
    """True where the adapter is a USB device. The link of its device is often only "../../../1-4:1.0"."""
    links = (tree.link(here) or "", tree.link(f"{here}/device") or "")
    if any("/usb" in link for link in links) or tree.link_name(f"{here}/device/subsystem") == "usb":
        return True
    return _USB_INTERFACE.fullmatch(tree.link_name(f"{here}/device") or "") is not None


def _wifi(tree: Tree, name: str, here: str, item: str, standards: Mapping[str, tuple[str, ...]] | Unknown) -> Wifi:
    vendor, device = bus_ids(tree, f"{here}/device", item)
    phy = tree.text(f"{here}/phy80211/name") or tree.link_name(f"{here}/phy80211")
    return Wifi(
        name=clean(name, 32),
        model=absent("sysfs has the adapter's ids, not its name", item),
        vendor_id=vendor,
        device_id=device,
        driver=driver_of(tree, f"{here}/device", item),
        standards=_standards(phy, standards),
        mac=_mac(tree, here, item),
    )


def _standards(phy: str | None, standards: Mapping[str, tuple[str, ...]] | Unknown) -> Fact[tuple[str, ...]]:
    if isinstance(standards, Unknown):
        return standards
    if phy is None and len(standards) == 1:
        phy = next(iter(standards))
    found = standards.get(phy or "")
    return Known(found, ("wifi",)) if found else absent("iw says nothing about this adapter's radio", "wifi")


def _mac(tree: Tree, here: str, item: str) -> Fact[str]:
    address = (tree.text(f"{here}/address") or "").lower()
    if _MAC.fullmatch(address) is None or not address.strip("0:") or not address.strip("f:"):
        return absent("the adapter has no address of its own", item)
    return Known(address, (item,))
