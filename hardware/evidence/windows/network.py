"""The network adapters that are hardware: MSFT_NetAdapter, else Win32_NetworkAdapter.

MSFT_NetAdapter says what the radio or cable is (NdisPhysicalMedium 9 is Wi-Fi). Win32_NetworkAdapter calls Wi-Fi
Ethernet too: there only the maker's name for the adapter and the name of its driver tell, and where one adapter says
neither, nobody knows which list it belongs to.
"""

from __future__ import annotations

import re
from typing import Final

from hardware.evidence.leaves import absent, text_fact
from hardware.evidence.windows.ids import device_ids, is_real, mac_fact
from hardware.evidence.windows.rows import Row, Rows, enum_in, flag_in, text_in
from hardware.evidence.windows.wifi_names import standards_named
from specs.facts import Ethernet, Fact, Known, Network, Unknown, Wifi
from specs.text import clean

__all__ = ["windows_network"]

_MOST_ADAPTERS: Final = 32
_WIRED, _WIFI, _UNSPECIFIED = 14, 9, 0
# NDIS_PHYSICAL_MEDIUM, in the words of Get-NetAdapter's PhysicalMediaType.
_MEDIUM_WORDS: Final = {"native 802.11": 9, "wireless lan": 1, "802.3": 14, "bluetooth": 10, "wireless wan": 8,
                        "unspecified": 0}  # fmt: skip
_WIFI_NAMES: Final = re.compile(r"wi-?fi|wireless|802\.11|wlan|centrino.{0,40}-n\b", re.IGNORECASE)
_WIFI_DRIVERS: Final = ("netw", "athr", "athw", "athur", "bcmwl", "bcm43", "rtwlan", "rtl819", "rtl818", "mtkwl",
                        "mrvlpcie", "qca", "netr", "netathr", "rtl8723", "rtl8821", "rtl88")  # fmt: skip
_WIRED_NAMES: Final = re.compile(
    r"ethernet|gigabit|gbe\b|lan\b|fast ?ethernet|pro/100|82579|i21[0-9]|pcie? fe|netlink|nic\b", re.IGNORECASE
)
_NOT_ADAPTERS: Final = re.compile(r"bluetooth|wan miniport|mobile broadband|\b(?:lte|4g|5g|wwan)\b", re.IGNORECASE)


def windows_network(rows: Rows, item: str) -> Network:
    """The Wi-Fi and wired adapters. A Wi-Fi adapter on USB may be somebody's stick: by itself it proves nothing."""
    if rows.asked("MSFT_NetAdapter"):
        kinds = [(row, _kind(row)) for row in rows.all("MSFT_NetAdapter") if _is_hardware(row)]
    elif rows.asked("Win32_NetworkAdapter"):
        listed = rows.all("Win32_NetworkAdapter")
        kinds = [(row, _kind_by_name(row)) for row in listed if is_real(text_in(row, "PNPDeviceID"))]
        if listed and not any(text_in(row, "PNPDeviceID") for row in listed):
            why = absent("Windows lists network adapters without saying which are hardware", item)
            return Network(wifi=why, ethernet=why)
    else:
        why = absent("Windows was not asked for its network adapters", item)
        return Network(wifi=why, ethernet=why)
    kinds = kinds[:_MOST_ADAPTERS]
    if any(kind is None for _, kind in kinds):
        undecided: Unknown = absent("Windows does not say of an adapter whether it is Wi-Fi or wired", item)
        return Network(wifi=undecided, ethernet=undecided)
    radios = [(row, _wifi(row, item)) for row, kind in kinds if kind == "wifi"]
    inside = tuple(wifi for row, wifi in radios if not _on_usb(row))
    wired = tuple(_ethernet(row, item) for row, kind in kinds if kind == "wired" and not _on_usb(row))
    # Somebody's own question may have been for one adapter; a probe asks for all.
    some: Unknown = absent("the list may hold only some of the adapters", item)
    wifi: Fact[tuple[Wifi, ...]] = Known(inside, (item,)) if inside or rows.whole else some
    if radios and not inside:
        wifi = absent("only a Wi-Fi adapter on USB answers; look whether it is built in", item)
    return Network(wifi=wifi, ethernet=Known(wired, (item,)) if wired or rows.whole else some)


def _on_usb(row: Row) -> bool:
    return (_path(row) or "").upper().startswith("USB\\")


def _path(row: Row) -> str | None:
    return text_in(row, "PnPDeviceID") or text_in(row, "PNPDeviceID") or text_in(row, "ComponentID")


def _name(row: Row) -> str:
    return clean(
        text_in(row, "InterfaceDescription") or text_in(row, "DriverDescription") or text_in(row, "Name") or ""
    )


def _is_hardware(row: Row) -> bool:
    """True for an adapter of a bus; a list without paths says of each whether it is virtual."""
    if flag_in(row, "Virtual") or flag_in(row, "HardwareInterface") is False:
        return False
    path = _path(row)
    if path is not None:
        return is_real(path)
    return (
        flag_in(row, "HardwareInterface") is True or flag_in(row, "Virtual") is False or flag_in(row, "Virtual") is None
    )


def _kind(row: Row) -> str | None:
    medium = enum_in(row, "NdisPhysicalMedium", _MEDIUM_WORDS)
    if medium is None or medium == _UNSPECIFIED:
        medium = enum_in(row, "PhysicalMediaType", _MEDIUM_WORDS)
    if medium in (_WIFI, 1):
        return "wifi"
    if medium == _WIRED:
        return "wired"
    if medium is not None and medium != _UNSPECIFIED:
        return "other"
    return _kind_by_name(row)


def _kind_by_name(row: Row) -> str | None:
    """ "wifi", "wired" or "other" by the name of the adapter and of its driver; None where they do not tell."""
    name, driver = _name(row), (text_in(row, "ServiceName") or "").strip().lower()
    if _NOT_ADAPTERS.search(name):
        return "other"
    if _WIFI_NAMES.search(name) or driver.startswith(_WIFI_DRIVERS):
        return "wifi"
    # Every wired adapter of a virtual machine or a laptop names its speed or its cable.
    return "wired" if _WIRED_NAMES.search(name) else None


def _wifi(row: Row, item: str) -> Wifi:
    vendor, device = device_ids(_path(row), item)
    return Wifi(
        name=_label(row),
        model=text_fact(_name(row) or None, "the adapter's name", item),
        vendor_id=vendor,
        device_id=device,
        driver=text_fact(text_in(row, "ServiceName") or text_in(row, "DriverFileName"), "the adapter's driver", item),
        standards=_standards(row, item),
        mac=_mac(row, item),
    )


def _standards(row: Row, item: str) -> Fact[tuple[str, ...]]:
    """Windows lists the standards of no radio; many a maker writes them in the adapter's name."""
    found = standards_named(_name(row))
    why = "Windows does not list the standards of its radios, and the adapter's name does not say them"
    return Known(found, (item,)) if found else absent(why, item)


def _ethernet(row: Row, item: str) -> Ethernet:
    vendor, device = device_ids(_path(row), item)
    return Ethernet(
        name=_label(row),
        driver=text_fact(text_in(row, "ServiceName") or text_in(row, "DriverFileName"), "the adapter's driver", item),
        mac=_mac(row, item),
        model=text_fact(_name(row) or None, "the adapter's name", item),
        vendor_id=vendor,
        device_id=device,
    )


def _label(row: Row) -> str:
    # Win32_NetworkAdapter's Name is the maker's; the connection's is what Windows calls it.
    return clean(text_in(row, "NetConnectionID") or text_in(row, "InterfaceAlias") or text_in(row, "Name") or "", 32)


def _mac(row: Row, item: str) -> Fact[str]:
    """The address that is burnt in, else the one in use."""
    burnt = (text_in(row, "PermanentAddress") or "").strip()
    if len(burnt) == 12 and burnt.isalnum():
        burnt = ":".join(burnt[at : at + 2] for at in range(0, 12, 2))
    known = mac_fact(burnt, item)
    if isinstance(known, Known):
        return known
    return mac_fact(text_in(row, "MACAddress") or text_in(row, "MacAddress"), item)
