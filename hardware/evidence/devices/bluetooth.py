"""The Bluetooth controllers: the `bluetooth` item, or the text of `hciconfig -a` or `bluetoothctl show` and `list`.

bluetoothctl does not name the kernel's device: there the address is the name. jc reads both (the capture in 1.3 ms)
but finds no controller in a line of bluetoothctl's prompt, "[NEW] Controller ...", so it is not used.
"""

from __future__ import annotations

import re
from typing import Final

from hardware.evidence.decoding import decode_text
from hardware.evidence.devices.addresses import bluetooth_address
from hardware.evidence.errors import EvidenceError
from hardware.evidence.leaves import absent
from hardware.evidence.tree import Tree, read_tree
from specs.facts import Bluetooth, Fact, Known

__all__ = ["read_bluetooth"]

_ROOT: Final = "/sys/class/bluetooth"
_MOST_CONTROLLERS: Final = 16
_MOST_LINES: Final = 50_000
"""Lines that are looked at; hciconfig prints some ten for each controller."""
_CONTROLLER: Final = re.compile(r"hci\d{1,3}", re.ASCII)
_HCICONFIG: Final = re.compile(r"(hci\d{1,3}):\s{1,8}Type: ", re.ASCII)
_HCI_ADDRESS: Final = re.compile(r"\s{1,16}BD Address: ([0-9A-Fa-f:]{17})", re.ASCII)
_LISTED: Final = re.compile(r"(?:\[(?:NEW|CHG)\] )?Controller ([0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5})\b", re.ASCII)
_ESCAPE: Final = re.compile(r"\x1b\[[0-9;]{0,16}[A-Za-z]|[\x01\x02]", re.ASCII)
_NONE: Final = "No default controller available"


def read_bluetooth(data: bytes, item: str) -> Fact[tuple[Bluetooth, ...]]:
    """The controllers (connections and paired devices are not). Raises `EvidenceError` for none of the forms."""
    if data.lstrip()[:1] == b"{":
        return _from_tree(read_tree(data), item)
    text = decode_text(data)
    found: dict[str, Fact[str]] = {}
    name = ""
    for line in text.splitlines()[:_MOST_LINES]:
        line = _ESCAPE.sub("", line[:512])
        if match := _HCICONFIG.match(line):
            name = match.group(1)
            found.setdefault(name, absent("the controller shows no address", item))
        elif name and (match := _HCI_ADDRESS.match(line)):
            found[name] = bluetooth_address(match.group(1), item)
        elif match := _LISTED.match(line):
            address = match.group(1).lower()
            found.setdefault(address, bluetooth_address(address, item))
        if len(found) > _MOST_CONTROLLERS:
            raise EvidenceError(f"the text lists more than {_MOST_CONTROLLERS} Bluetooth controllers")
    if found:
        return Known(tuple(Bluetooth(name, found[name]) for name in sorted(found)), (item,))
    if _NONE in text:
        # It says so too where its service has not started yet.
        return absent("bluetoothctl knows no controller", item)
    raise EvidenceError("the text is neither hciconfig's nor bluetoothctl's (it names no controller)")


def _from_tree(tree: Tree, item: str) -> Fact[tuple[Bluetooth, ...]]:
    gone = tree.refused(_ROOT, "the list of Bluetooth controllers", item)
    if gone is not None:
        return gone
    names = [name for name in sorted(tree.names(_ROOT)) if _CONTROLLER.fullmatch(name)]
    controllers = (Bluetooth(name, bluetooth_address(tree.text(f"{_ROOT}/{name}/address"), item)) for name in names)
    return Known(tuple(controllers)[:_MOST_CONTROLLERS], (item,))
