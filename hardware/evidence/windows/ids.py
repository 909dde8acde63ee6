"""The ids in a plug and play path: `PCI\\VEN_8086&DEV_2723&...`, `USB\\VID_0BDA&PID_5409\\...`."""

from __future__ import annotations

import re
from typing import Final

from hardware.evidence.leaves import absent
from specs.facts import Fact, Known

__all__ = ["device_ids", "is_real", "mac_fact"]

_IDS: Final = re.compile(r"(?:VEN|VID)_([0-9A-F]{4})&(?:DEV|PID)_([0-9A-F]{4})", re.IGNORECASE | re.ASCII)
_MAC: Final = re.compile(r"[0-9a-f]{2}(?::[0-9a-f]{2}){5}", re.ASCII)
# The buses that hold hardware; ROOT and SWD are software, {...} Windows' own.
_BUSES: Final = ("PCI\\", "USB\\", "SD\\", "ACPI\\", "PCMCIA\\", "VMBUS\\")


def device_ids(path: str | None, item: str) -> tuple[Fact[str], Fact[str]]:
    """Vendor and device as four hex digits each, in lower case."""
    match = _IDS.search((path or "")[:1024])
    if match is None:
        why = absent("Windows does not give the device's ids", item)
        return why, why
    return Known(match.group(1).lower(), (item,)), Known(match.group(2).lower(), (item,))


def is_real(path: str | None) -> bool:
    """True where the path is of a piece of hardware."""
    return path is not None and path.strip().upper().startswith(_BUSES)


def mac_fact(raw: str | None, item: str) -> Fact[str]:
    """The address as the kernel writes it: lower case, colons; an all-zero one is none."""
    mac = (raw or "").strip().lower().replace("-", ":")
    if _MAC.fullmatch(mac) is None or set(mac) <= {"0", ":"}:
        return absent("Windows does not give the adapter's address", item)
    return Known(mac, (item,))
