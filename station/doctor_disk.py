"""What the doctor finds of the disk that everything is kept on."""

from __future__ import annotations

import shutil
from typing import Final

from station.doctor_symptom import Symptom
from station.paths import Paths

__all__ = ["LOW_DISK", "SHIFT_BYTES", "examine_disk"]

LOW_DISK: Final = 0.10
"""Share of free space below which a bench warns (domain/central.md section 1: low-disk warning at 10 %)."""
LAPTOPS_A_SHIFT: Final = 500
"""The largest shift that the station is made for: eight hours at 16 slots."""
ATTEMPT_BYTES: Final = 1_000_000
"""What one laptop leaves on the disk at most, in one place: its evidence has 40 kB compressed on average
(domain/central.md section 0) and stays below half a megabyte as it is kept (the largest real captures: 0.28 MB of
SMBIOS words, 0.15 MB of udev); the rest is for its record, labels and the indices."""
SHIFT_BYTES: Final = LAPTOPS_A_SHIFT * ATTEMPT_BYTES * 2
"""Bytes that a shift needs: at the bench, and again in the central store beside it. 1 GB."""

_NAME: Final = "Disk space"


def examine_disk(paths: Paths) -> Symptom:
    """Whether a shift's results still fit (else no laptop is tested), and whether a tenth is free (else a warning)."""
    try:
        usage = shutil.disk_usage(paths.data)
    except OSError as error:
        return Symptom(_NAME, False, True, f"it cannot be asked: {error.strerror}.", "Call the supervisor.")
    share = usage.free / usage.total if usage.total else 0.0
    found = f"{usage.free / 10**9:.1f} GB free ({share:.0%})"
    if usage.free < SHIFT_BYTES:
        needed = f"{found}; a shift of {LAPTOPS_A_SHIFT} laptops needs {SHIFT_BYTES / 10**9:.0f} GB."
        return Symptom(_NAME, False, True, needed, "Free some space before the next laptop.")
    return Symptom(_NAME, share >= LOW_DISK, False, f"{found}.", "Free some space.")
