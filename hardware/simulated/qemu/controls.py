"""The hand on a virtual laptop's charger and lid: a file that QEMU shows the laptop as memory, and its ACPI reads.

The laptop notices within a second (`acpi`). Works with a BIOS only.
"""

from __future__ import annotations

import mmap
import struct
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from hardware.simulated.qemu.acpi import Battery

__all__ = ["CONTROLS_BYTES", "Controls"]

CONTROLS_BYTES: Final = 2**20
"""The least that QEMU shows as memory of a device."""

_FULL, _DISCHARGING, _CHARGING = 0, 1, 2
_WARM_DK: Final = 3102
_FORM: Final = struct.Struct("<8I")


class Controls:
    """At first: the charger is in, the battery as it is, the lid open, 37 degrees. Rates are milliwatts."""

    def __init__(self, path: Path, battery: Battery) -> None:
        self.path = path
        path.write_bytes(b"")
        with path.open("r+b") as file:
            file.truncate(CONTROLS_BYTES)
            self._memory = mmap.mmap(file.fileno(), CONTROLS_BYTES)
        full = battery.now_mwh >= battery.full_mwh
        self._fields = [
            1,
            _FULL if full else _CHARGING,
            0 if full else 15_000,
            battery.now_mwh,
            battery.volts_mv,
            1,
            _WARM_DK,
            0,
        ]
        self._write()

    def charger_in(self, rate_mw: int = 15_000) -> None:
        """Plugs the charger in: it charges at that rate; at 0 the battery counts as full."""
        self._change({0: 1, 1: _CHARGING if rate_mw else _FULL, 2: rate_mw})

    def charger_out(self, rate_mw: int = 6_000) -> None:
        """Pulls the charger out: the battery is drained at that rate."""
        self._change({0: 0, 1: _DISCHARGING, 2: rate_mw})

    def battery_at(self, now_mwh: int) -> None:
        """What is left in the battery."""
        self._change({3: now_mwh})

    def close_lid(self) -> None:
        """Shuts it."""
        self._change({5: 0})

    def open_lid(self) -> None:
        """Opens it."""
        self._change({5: 1})

    def temperature(self, celsius: float) -> None:
        """Degrees in the case. At 100 the laptop switches itself off."""
        self._change({6: round((celsius + 273.2) * 10)})

    def close(self) -> None:
        """Lets the memory go."""
        self._memory.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _change(self, values: dict[int, int]) -> None:
        for field, value in values.items():
            self._fields[field] = value
        # The laptop looks at the last one to see that something is new.
        self._fields[7] += 1
        self._write()

    def _write(self) -> None:
        # The mark last, so that what it marks is there already.
        self._memory[: _FORM.size - 4] = _FORM.pack(*self._fields)[:-4]
        self._memory[_FORM.size - 4 : _FORM.size] = _FORM.pack(*self._fields)[-4:]
