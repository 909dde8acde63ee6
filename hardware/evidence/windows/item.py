"""What Windows said, whichever way it was written down, as facts. Numbers and ids, never translated words."""

from __future__ import annotations

import msgspec

from hardware.evidence.windows.devices import (
    windows_audio,
    windows_bluetooth,
    windows_cameras,
    windows_input,
    windows_usb,
)
from hardware.evidence.windows.disks import windows_storage
from hardware.evidence.windows.graphics import windows_graphics
from hardware.evidence.windows.hardware import (
    windows_firmware,
    windows_identity,
    windows_memory,
    windows_processor,
)
from hardware.evidence.windows.network import windows_network
from hardware.evidence.windows.power import windows_batteries
from hardware.evidence.windows.reading import read_rows
from hardware.evidence.windows.rows import Rows
from hardware.evidence.windows.screens import windows_displays
from hardware.evidence.windows.system import windows_system, windows_tpm
from specs.facts import Facts

__all__ = ["facts_of", "read_windows"]


def read_windows(data: bytes, item: str) -> Facts:
    """What Windows says. Raises `EvidenceError` where the bytes hold nothing that is known from Windows."""
    return facts_of(read_rows(data, item), item)


def facts_of(rows: Rows, item: str) -> Facts:
    """The facts in `rows`, read from evidence item `item`."""
    network = windows_network(rows, item)
    return Facts(
        identity=windows_identity(rows, item),
        firmware=windows_firmware(rows, item),
        processor=windows_processor(rows, item),
        memory=windows_memory(rows, item),
        storage=windows_storage(rows, item),
        display=windows_displays(rows, item),
        battery=windows_batteries(rows, item),
        network=msgspec.structs.replace(network, bluetooth=windows_bluetooth(rows, item)),
        camera=windows_cameras(rows, item),
        audio=windows_audio(rows, item),
        input=windows_input(rows, item),
        graphics=windows_graphics(rows, item),
        usb=windows_usb(rows, item),
        tpm=windows_tpm(rows, item),
        system=windows_system(rows, item),
    )
