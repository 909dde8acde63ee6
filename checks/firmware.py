"""Firmware: which BIOS, is it UEFI, and is it locked?"""

from __future__ import annotations

from typing import Final

from checks.check import Check, Example, Measured, Reading, every, measured
from specs.facts import Facts, Firmware, Known, Unknown, known
from specs.quantities import Measure

__all__ = ["CHECKS"]


def _version(facts: Facts) -> Reading:
    vendor = facts.firmware.vendor
    return measured(facts.firmware.version, vendor.value if isinstance(vendor, Known) else "")


def _uefi(facts: Facts) -> Reading:
    return measured(facts.firmware.uefi)


def _admin_password(facts: Facts) -> Reading:
    return measured(facts.firmware.admin_password)


def _no_lock_found(facts: Facts) -> Reading:
    passwords = (facts.firmware.admin_password, facts.firmware.power_on_password)
    known_ones = [fact for fact in passwords if isinstance(fact, Known)]
    if any(fact.value for fact in known_ones):
        return Measured(False, every(known_ones))
    # Nobody could look at one of them: that is not the same as a firmware which does not report it.
    for fact in passwords:
        if isinstance(fact, Unknown) and fact.problem != "absent":
            return fact
    if len(known_ones) == len(passwords):
        return Measured(True, every(known_ones))
    seen = [fact for fact in (facts.firmware.vendor, facts.firmware.version) if isinstance(fact, Known)]
    if not seen and not known_ones:
        return measured(passwords[0])
    which = "every password" if known_ones else "passwords"
    return Measured(True, every([*known_ones, *seen]), f"the firmware does not report {which}")


_NOT_REPORTED: Final = Unknown("not reported", problem="absent")
_SILENT: Final = Firmware(version=known("1.2"), admin_password=_NOT_REPORTED, power_on_password=_NOT_REPORTED)

CHECKS: Final = (
    Check(
        id="firmware.version",
        title="Firmware version",
        measure=Measure.TEXT,
        looks_at="the version of the BIOS or UEFI firmware",
        needs=("smbios",),
        decides="the profile says which versions are known",
        remedy="Put the laptop on the query shelf: its firmware does not give its version.",
        read=_version,
        examples=(Example("a ThinkPad", Facts(firmware=Firmware(version=known("6NET84WW"))), "6NET84WW"),),
    ),
    Check(
        id="firmware.uefi",
        title="Started by UEFI",
        measure=Measure.YES_NO,
        looks_at="whether the system was started by UEFI or by an old BIOS",
        needs=("efi",),
        decides="the profile says which",
        remedy="Set the firmware to UEFI mode and start the laptop again.",
        read=_uefi,
        examples=(Example("started by BIOS", Facts(firmware=Firmware(uefi=known(False))), False),),
    ),
    Check(
        id="firmware.admin_password",
        title="Firmware password",
        measure=Measure.YES_NO,
        looks_at="whether the firmware reports an administrator password",
        needs=("smbios", "firmware-attributes"),
        decides="unknown where the firmware does not report it, which most do not",
        remedy="Remove the firmware password, or send the laptop back to the vendor.",
        read=_admin_password,
        examples=(
            Example("none is set", Facts(firmware=Firmware(admin_password=known(False))), False),
            Example("not reported", Facts(), None),
        ),
    ),
    Check(
        id="firmware.no_lock_found",
        title="No firmware lock found",
        measure=Measure.YES_NO,
        looks_at="whether anything reports that a firmware password is set",
        needs=("smbios", "firmware-attributes"),
        decides="no where one is reported; yes where the firmware was read and reports none",
        remedy="The firmware is locked. Send the laptop back to the vendor.",
        read=_no_lock_found,
        examples=(
            Example("locked", Facts(firmware=Firmware(admin_password=known(True))), False),
            Example(
                "a firmware that does not report passwords",
                Facts(firmware=_SILENT),
                True,
            ),
            Example("nothing was read", Facts(), None),
        ),
    ),
)
