"""The firmware that a virtual laptop starts with: a BIOS, or UEFI with Secure Boot on or off.

UEFI's variables are a file of the laptop's own, copied for each start, so that nothing is left from another one.
"""

from __future__ import annotations

import shutil
from enum import Enum
from pathlib import Path
from typing import Final

from hardware.simulated.qemu import wording
from hardware.simulated.qemu.errors import LaptopRefused

__all__ = ["Firmware", "firmware_options"]

_OVMF: Final = Path("/usr/share/OVMF")
"""Where Debian's package ovmf puts it."""


class Firmware(Enum):
    """`uefi` has no keys, so Secure Boot is off; `secure` has Microsoft's, so it is on."""

    BIOS = "bios"
    UEFI = "uefi"
    SECURE = "secure"


def firmware_options(firmware: Firmware, folder: Path) -> tuple[str, list[str]]:
    """What comes behind the machine's name, and QEMU's further options; the variables go into the folder.

    Raises `LaptopRefused` where the firmware is not installed.
    """
    if firmware is Firmware.BIOS:
        return "", []
    secure = firmware is Firmware.SECURE
    code = _OVMF / ("OVMF_CODE_4M.secboot.fd" if secure else "OVMF_CODE_4M.fd")
    fresh = _OVMF / ("OVMF_VARS_4M.ms.fd" if secure else "OVMF_VARS_4M.fd")
    for path in (code, fresh):
        if not path.is_file():
            raise LaptopRefused(wording.missing_file(str(path), "ovmf"))
    variables = folder / "variables.fd"
    shutil.copyfile(fresh, variables)
    options = [
        *("-drive", f"if=pflash,format=raw,unit=0,readonly=on,file={code}"),
        *("-drive", f"if=pflash,format=raw,unit=1,file={variables}"),
    ]
    if secure:
        # Only code in system management mode may write the variables; it cannot with S3.
        options += ["-global", "driver=cfi.pflash01,property=secure,value=on", "-global", "ICH9-LPC.disable_s3=1"]
    return (",smm=on" if secure else ""), options
