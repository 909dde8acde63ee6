"""The plug and play devices (Win32_PnPEntity, Get-PnpDevice): camera, Bluetooth, sound, input, and what has a problem.

Absence is only believed of a full listing: somebody may have asked for one class of devices, or for those with a
problem. Names are the user's language; classes and ids are not.
"""

from __future__ import annotations

import re
from typing import Final

from hardware.evidence.leaves import absent, text_fact
from hardware.evidence.windows.ids import is_real
from hardware.evidence.windows.rows import Row, Rows, flag_in, items_in, number_in, text_in
from specs.facts import Audio, Bluetooth, Camera, Fact, InputDevices, Known, Unknown, Usb
from specs.text import clean

__all__ = ["windows_audio", "windows_bluetooth", "windows_cameras", "windows_input", "windows_problems", "windows_usb"]

_FEWEST: Final = 20
_MOST_DEVICES: Final = 32
_MOST_PROBLEMS: Final = 64
_NOT_CONNECTED: Final = 45
# Codes of Get-PnpDevice's Problem that a laptop can have; the rest is told by its number or its own word.
_PROBLEMS: Final = {"CM_PROB_NONE": 0, "CM_PROB_NOT_CONFIGURED": 1, "CM_PROB_FAILED_START": 10,
                    "CM_PROB_DISABLED": 22, "CM_PROB_FAILED_INSTALL": 28, "CM_PROB_FAILED_ADD": 31,
                    "CM_PROB_DRIVER_FAILED_LOAD": 39, "CM_PROB_FAILED_POST_START": 43,
                    "CM_PROB_PHANTOM": 45}  # fmt: skip
_RADIO: Final = re.compile(r"(?:USB|PCI|ACPI|SD)\\", re.IGNORECASE)
# The flow of an audio endpoint is in its id: 0 is played, 1 is recorded.
_ENDPOINT: Final = re.compile(r"SWD\\MMDEVAPI\\\{0\.0\.([01])\.", re.IGNORECASE | re.ASCII)
_TOUCH_SCREEN: Final = "HID_DEVICE_UP:000D_U:0004"
# PCI class and programming interface in a hardware id; 40 and FE are USB's own devices, not hosts (as in devices.pci).
_PCI_CLASS: Final = re.compile(r"&CC_([0-9A-F]{6})\Z", re.IGNORECASE | re.ASCII)
_USB_HOST: Final = "0C03"
_NOT_A_HOST: Final = ("0C0340", "0C03FE")
_TOUCHPAD: Final = "HID_DEVICE_UP:000D_U:0005"


def windows_cameras(rows: Rows, item: str) -> Fact[tuple[Camera, ...]]:
    """The devices of the classes Camera and Image (which scanners are in too, never one inside a laptop)."""
    why = _not_full(rows, item)
    if why is not None:
        return why
    found = [row for row in _present(rows) if _class(row) in ("camera", "image") and is_real(_id(row))]
    # The infrared camera for the face is a second device of the same lid.
    return Known(
        tuple(
            Camera(f"Camera{index}", text_fact(_label(row), "the camera's name", item))
            for index, row in enumerate(found[:_MOST_DEVICES])
        ),
        (item,),
    )


def windows_bluetooth(rows: Rows, item: str) -> Fact[tuple[Bluetooth, ...]]:
    """The radios; what is paired with them is on a bus of its own."""
    why = _not_full(rows, item)
    if why is not None:
        return why
    found = [row for row in _present(rows) if _class(row) == "bluetooth" and _RADIO.match(_id(row))]
    unknown = absent("Windows does not list the addresses of its radios", item)
    return Known(
        tuple(Bluetooth(clean(_label(row) or f"Bluetooth{index}", 64), unknown) for index, row in
              enumerate(found[:_MOST_DEVICES])),
        (item,),
    )  # fmt: skip


def windows_audio(rows: Rows, item: str) -> Audio:
    """The sound devices, and how many endpoints play and record."""
    why = _not_full(rows, item)
    if why is not None:
        return Audio(why, why, why)
    present = _present(rows)
    cards = [clean(_label(row) or "", 64) for row in present if _class(row) == "media"]
    flows = [match.group(1) for row in present if (match := _ENDPOINT.match(_id(row)))]
    if not flows:
        none = absent("Windows lists no audio endpoints", item)
        return Audio(Known(tuple(card for card in cards if card)[:_MOST_DEVICES], (item,)), none, none)
    return Audio(
        Known(tuple(card for card in cards if card)[:_MOST_DEVICES], (item,)),
        Known(flows.count("0"), (item,)),
        Known(flows.count("1"), (item,)),
    )


def windows_input(rows: Rows, item: str) -> InputDevices:
    """What can be told without names: a keyboard on the board's own bus, and what HID calls its devices."""
    why = _not_full(rows, item)
    if why is not None:
        return InputDevices(why, why, why)
    present = _present(rows)
    keyboard: Fact[bool] = absent("Windows does not say whether a keyboard is the laptop's own", item)
    if any(_class(row) == "keyboard" and _id(row).upper().startswith("ACPI\\") for row in present):
        keyboard = Known(True, (item,))
    usages = {str(usage).strip().upper() for row in present for usage in items_in(row, "HardwareID")[0][:16]}
    touchpad: Fact[bool] = absent("Windows does not say whether a mouse is a touchpad", item)
    if _TOUCHPAD in usages:
        touchpad = Known(True, (item,))
    touchscreen: Fact[bool] = absent("Windows does not list what its HID devices are for", item)
    if any(usage.startswith("HID_DEVICE_UP:") for usage in usages):
        touchscreen = Known(_TOUCH_SCREEN in usages, (item,))
    return InputDevices(keyboard, touchpad, touchscreen)


def windows_usb(rows: Rows, item: str) -> Usb:
    """The USB host controllers, by the PCI class in their hardware ids; Windows counts no ports."""
    ports: Fact[int] = absent("Windows does not count the ports of its USB controllers", item)
    why = _not_full(rows, item)
    if why is not None:
        return Usb(why, ports)
    kinds = [
        {
            found.group(1).upper()
            for usage in items_in(row, "HardwareID")[0][:16]
            if (found := _PCI_CLASS.search(str(usage)))
        }
        for row in _present(rows)
    ]
    if not any(kinds):
        return Usb(absent("Windows does not list the PCI classes of its devices", item), ports)
    hosts = sum(any(kind.startswith(_USB_HOST) and kind not in _NOT_A_HOST for kind in found) for found in kinds)
    return Usb(Known(hosts, (item,)), ports)


def windows_problems(rows: Rows, item: str) -> Fact[tuple[str, ...]]:
    """The devices that do not work, each with Windows' code for why; one that is unplugged is no problem.

    A probe asks for these alone; of what somebody else kept, only a full listing says that there are none.
    """
    if not rows.asked("Win32_PnPEntity"):
        return absent("Windows was not asked for devices with problems", item)
    found: list[str] = []
    told = False
    for row in rows.all("Win32_PnPEntity"):
        code = _code(row)
        told = told or code is not None
        if code and code != _NOT_CONNECTED:
            label = clean(_label(row) or "", 96) or clean(_id(row), 96) or "a device without a name"
            found.append(f"{label} (code {code})")
    if found:
        return Known(tuple(found[:_MOST_PROBLEMS]), (item,))
    if (rows.whole and not rows.all("Win32_PnPEntity")) or (told and (rows.whole or _not_full(rows, item) is None)):
        return Known((), (item,))
    return absent("Windows' list of devices does not say which of them have problems", item)


def _pci_classes(row: Row) -> set[str]:
    """The PCI classes in a device's hardware ids, six hexadecimal digits each."""
    found = (_PCI_CLASS.search(str(usage)) for usage in items_in(row, "HardwareID")[0][:16])
    return {match.group(1).upper() for match in found if match}


def _code(row: Row) -> int | None:
    for name in ("ConfigManagerErrorCode", "Problem"):
        code = number_in(row, name)
        if code is None:
            code = _PROBLEMS.get((text_in(row, name) or "").strip().upper())
        if code is not None and code < 2**16:
            return code
    return None


def _not_full(rows: Rows, item: str) -> Unknown | None:
    """Why the list of devices may hold only some; every Windows has system devices and a processor."""
    listed = rows.all("Win32_PnPEntity")
    classes = {_class(row) for row in listed}
    if len(listed) >= _FEWEST and {"system", "processor"} <= classes:
        return None
    return absent("Windows was not asked for all its devices", item)


def _present(rows: Rows) -> list[Row]:
    """The devices that are there: Get-PnpDevice lists what was once plugged in too, with the status Unknown."""
    return [
        row
        for row in rows.all("Win32_PnPEntity")
        if flag_in(row, "Present") is not False
        and (text_in(row, "Status") or "").strip().lower() != "unknown"
        and _code(row) != _NOT_CONNECTED
    ]


def _class(row: Row) -> str:
    return (text_in(row, "PNPClass") or text_in(row, "Class") or "").strip().lower()


def _id(row: Row) -> str:
    for name in ("PNPDeviceID", "InstanceId", "DeviceID"):
        text = text_in(row, name)
        if text is not None:
            return text.strip()
    return ""


def _label(row: Row) -> str | None:
    return text_in(row, "FriendlyName") or text_in(row, "Name") or text_in(row, "Caption")
