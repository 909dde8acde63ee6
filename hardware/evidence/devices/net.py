"""The `net` item: the Wi-Fi and wired adapters among the interfaces. Virtual ones have no device behind them.

An adapter on USB may be the bench's own: it is left out, and where there is no other the list is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from hardware.evidence.devices.addresses import own_mac
from hardware.evidence.devices.buses import bus_ids, driver_of, properties
from hardware.evidence.leaves import absent
from hardware.evidence.tree import Tree, read_tree
from specs.facts import Ethernet, Fact, Known, Network, Unknown, Wifi
from specs.text import clean

__all__ = ["read_net"]

_ROOT: Final = "/sys/class/net"
_USB_INTERFACE: Final = re.compile(r"\d+-[\d.]+:\d+\.\d+", re.ASCII)
_MOST_ADAPTERS: Final = 64
# The kernel's addr_assign_type: 0 is the adapter's own; 1 random, 2 another device's, 3 set by a program.
_OWN: Final = "0"


def read_net(data: bytes, item: str, standards: Mapping[str, tuple[str, ...]] | Unknown) -> Network:
    """The adapters, by interface name. `standards` are those of each phy ("phy0"), or why nobody knows them.

    Raises `EvidenceError` where the item is no tree.
    """
    tree = read_tree(data)
    gone = tree.refused(_ROOT, "the list of network adapters", item)
    if gone is not None:
        return Network(wifi=gone, ethernet=gone)
    wifi: list[Wifi] = []
    ethernet: list[Ethernet] = []
    plugged = {"Wi-Fi": False, "wired": False}
    for name in sorted(tree.names(_ROOT)):
        here = f"{_ROOT}/{name}"
        if not tree.has(f"{here}/device"):
            continue
        kind = properties(tree.text(f"{here}/uevent")).get("DEVTYPE")
        if kind == "wlan" or any(tree.has(f"{here}/{mark}") for mark in ("phy80211", "wireless")):
            if _on_usb(tree, here):
                plugged["Wi-Fi"] = True
            else:
                wifi.append(_wifi(tree, name, here, item, standards))
        elif kind is None and tree.text(f"{here}/type") == "1":
            if _on_usb(tree, here):
                plugged["wired"] = True
            else:
                ethernet.append(_ethernet(tree, name, here, item))
    outside = {
        word: absent(f"only a {word} adapter on USB answers; look whether it is built in", item)
        for word, found in plugged.items()
        if found
    }
    return Network(
        wifi=outside["Wi-Fi"] if plugged["Wi-Fi"] and not wifi else Known(tuple(wifi[:_MOST_ADAPTERS]), (item,)),
        ethernet=outside["wired"]
        if plugged["wired"] and not ethernet
        else Known(tuple(ethernet[:_MOST_ADAPTERS]), (item,)),
    )


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


def _ethernet(tree: Tree, name: str, here: str, item: str) -> Ethernet:
    vendor, device = bus_ids(tree, f"{here}/device", item)
    return Ethernet(
        name=clean(name, 32),
        driver=driver_of(tree, f"{here}/device", item),
        mac=_mac(tree, here, item),
        model=absent("sysfs has the adapter's ids, not its name", item),
        vendor_id=vendor,
        device_id=device,
    )


def _standards(phy: str | None, standards: Mapping[str, tuple[str, ...]] | Unknown) -> Fact[tuple[str, ...]]:
    if isinstance(standards, Unknown):
        return standards
    if phy is None and len(standards) == 1:
        phy = next(iter(standards))
    found = standards.get(phy or "")
    return Known(found, ("wifi",)) if found else absent("iw says nothing about this adapter's radio", "wifi")


def _mac(tree: Tree, here: str, item: str) -> Fact[str]:
    if (tree.text(f"{here}/addr_assign_type") or _OWN) != _OWN:
        return absent("the adapter's address is one that software has set, not its own", item)
    return own_mac(tree.text(f"{here}/address"), item)
