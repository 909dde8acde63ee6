"""The graphics adapters: Win32_VideoController, or the drivers in the registry's display class key.

AdapterRAM has 32 bits: a card of 4 GiB or more says something just below (quirks.md no. 33); what is right is in the
class key. Adapters without hardware (Remote Desktop, indirect displays) are left out. The class key also keeps the
drivers of adapters that are gone; in a laptop, where none can be changed, all that it lists are taken for fitted,
unless it lists two graphics cards.
"""

from __future__ import annotations

from typing import Final

from hardware.evidence.decoding import count_of
from hardware.evidence.leaves import absent, number_fact, text_fact
from hardware.evidence.windows.ids import device_ids, is_real
from hardware.evidence.windows.rows import Row, Rows, number_in, text_in
from specs.facts import Fact, Graphics, Known
from specs.text import clean

__all__ = ["windows_graphics"]

_CLASS_KEY: Final = "\\control\\class\\{4d36e968-e325-11ce-bfc1-08002be10318}\\"
_SATURATED: Final = 0xFFF0_0000
"""What a driver writes in 32 bits for 4 GiB or more (4,293,918,720); seen from 4,293,918,720 up."""
_LARGE: Final = 2**32
"""Memory that a graphics card of its own has, and a processor's graphics does not set aside."""
_MOST_ADAPTERS: Final = 16
_SMALLEST: Final = 2**20


def windows_graphics(rows: Rows, item: str) -> Fact[tuple[Graphics, ...]]:
    """The adapters with hardware behind them."""
    drivers = _drivers(rows)
    if rows.asked("Win32_VideoController"):
        found = [_controller(row, index, drivers, item) for index, row in enumerate(_controllers(rows))]
        return Known(tuple(found), (item,))
    if sum((_memory_of(values) or 0) >= _LARGE for values in drivers) > 1:
        return absent("the registry lists graphics cards of which some may no longer be fitted", item)
    if drivers:
        found = [_from_driver(values, index, item) for index, values in enumerate(drivers[:_MOST_ADAPTERS])]
        return Known(tuple(found), (item,))
    return absent("Windows was not asked for its graphics adapters", item)


def _controllers(rows: Rows) -> list[Row]:
    listed = rows.all("Win32_VideoController")
    # A list that does not give the paths cannot be told apart.
    real = [row for row in listed if text_in(row, "PNPDeviceID") is None or is_real(text_in(row, "PNPDeviceID"))]
    return real[:_MOST_ADAPTERS]


def _drivers(rows: Rows) -> list[dict[str, object]]:
    """The class key's adapters with hardware, each once however often its driver was put in."""
    found: dict[tuple[str, str], dict[str, object]] = {}
    for key, values in sorted(rows.keys(_CLASS_KEY).items()):
        path, name = text_in(values, "matchingdeviceid"), text_in(values, "driverdesc")
        if not key.rpartition("\\")[2].isdigit() or name is None or path is None or not is_real(path):
            continue
        known = found.setdefault((clean(name), clean(path).lower()), values)
        if _memory_of(known) is None and _memory_of(values) is not None:
            found[clean(name), clean(path).lower()] = values
    return list(found.values())


def _memory_of(values: dict[str, object]) -> int | None:
    """The adapter's own memory: 64 bits where the driver writes them, else 32 as a number or four bytes."""
    for name in ("hardwareinformation.qwmemorysize", "hardwareinformation.memorysize"):
        value = values.get(name)
        size = count_of(value)
        if isinstance(value, bytes) and len(value) in (4, 8):
            size = int.from_bytes(value, "little")
        if size is not None and size >= _SMALLEST and (size < _SATURATED or name.endswith("qwmemorysize")):
            return size
    return None


def _from_driver(values: dict[str, object], index: int, item: str) -> Graphics:
    vendor, device = device_ids(text_in(values, "matchingdeviceid"), item)
    return Graphics(
        name=f"Display{index}",
        vendor_id=vendor,
        device_id=device,
        model=text_fact(text_in(values, "driverdesc"), "the adapter's name", item),
        memory_bytes=_fact(_memory_of(values), item),
    )


def _controller(row: Row, index: int, drivers: list[dict[str, object]], item: str) -> Graphics:
    path, model = text_in(row, "PNPDeviceID"), text_in(row, "Name") or text_in(row, "Caption")
    vendor, device = device_ids(path, item)
    same = [
        values
        for values in drivers
        if clean(str(values.get("driverdesc"))) == clean(model or "")
        and (not isinstance(device, Known) or device == device_ids(text_in(values, "matchingdeviceid"), item)[1])
    ]
    memory = _memory_of(same[0]) if same else None
    ram = number_in(row, "AdapterRAM")
    if memory is None and ram is not None and _SMALLEST <= ram < _SATURATED:
        memory = ram
    return Graphics(
        name=clean(text_in(row, "DeviceID") or f"VideoController{index + 1}", 32),
        vendor_id=vendor,
        device_id=device,
        driver=text_fact(_service(row), "the adapter's driver", item),
        model=text_fact(model, "the adapter's name", item),
        memory_bytes=_fact(memory, item),
    )


def _service(row: Row) -> str | None:
    """The driver's first file, without its ending ("igdumd64")."""
    files = text_in(row, "InstalledDisplayDrivers")
    if files is None:
        return None
    return files.split(",")[0].strip().rpartition("\\")[2].rpartition(".")[0] or None


def _fact(memory: int | None, item: str) -> Fact[int]:
    return number_fact(memory, "the adapter's memory", item, at_least=1)
