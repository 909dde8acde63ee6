"""Firmware: which BIOS, how old, is it UEFI, is it locked, and does it carry a Windows key?"""

from __future__ import annotations

import datetime
from typing import Annotated, Final

from msgspec import Meta, Struct

from checks.check import Check, Example, Kind, Measured, Reading, absent, every, measured
from checks.disputes import disputed, doubted, undisputed
from specs.facts import Facts, Firmware, Known, Unknown, known
from specs.quantities import Measure

__all__ = ["CHECKS"]


def _version(facts: Facts) -> Reading:
    vendor = facts.firmware.vendor
    return undisputed(facts, "firmware.version", vendor.value if isinstance(vendor, Known) else "")


def _vendor(facts: Facts) -> Reading:
    return undisputed(facts, "firmware.vendor")


class NotOlderArguments(Struct, frozen=True, forbid_unknown_fields=True):
    """How old the firmware may be."""

    than: Annotated[datetime.date, Meta(description="the earliest date that the firmware may carry")]


def _not_older(facts: Facts, arguments: NotOlderArguments) -> Reading:
    date = facts.firmware.date
    if isinstance(date, Unknown):
        return date
    try:
        made = datetime.date.fromisoformat(date.value)
    except ValueError:
        return absent("the firmware does not give its date as a date", date)
    reading = Measured(made >= arguments.than, date.evidence, f"dated {made}")
    return doubted(reading, disputed(facts, "firmware.date"))


def _uefi(facts: Facts) -> Reading:
    return undisputed(facts, "firmware.uefi")


def _admin_password(facts: Facts) -> Reading:
    return measured(facts.firmware.admin_password)


def _power_on_password(facts: Facts) -> Reading:
    return measured(facts.firmware.power_on_password)


def _oem_key_present(facts: Facts) -> Reading:
    return measured(facts.firmware.oem_key_present)


class LockArguments(Struct, frozen=True, forbid_unknown_fields=True):
    """What a firmware that does not report its passwords counts as."""

    silent_passes: Annotated[
        bool,
        Meta(description="a firmware that does not report a password counts as unlocked, not as unknown"),
    ] = False


def _no_lock_found(facts: Facts, arguments: LockArguments) -> Reading:
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
    said = f"the firmware does not report {'every password' if known_ones else 'passwords'}"
    if not arguments.silent_passes:
        return absent(said, *passwords, *seen)
    return Measured(True, every([*known_ones, *seen]), said)


_NOT_REPORTED: Final = Unknown("not reported", problem="absent")
_SILENT: Final = Firmware(version=known("1.2"), admin_password=_NOT_REPORTED, power_on_password=_NOT_REPORTED)
_DATED: Final = Facts(firmware=Firmware(date=known("2021-03-12")))

CHECKS: Final = (
    Check(
        id="firmware.version",
        title="Firmware version",
        kind=Kind.INVENTORY,
        measure=Measure.TEXT,
        looks_at="the version of the BIOS or UEFI firmware",
        needs=("smbios",),
        decides="the profile says which versions are known; two sources that differ pass nothing",
        remedy="Put the laptop on the query shelf: its firmware does not give its version.",
        read=_version,
        examples=(
            Example("a ThinkPad", Facts(firmware=Firmware(version=known("6NET84WW"))), "6NET84WW"),
            Example("the table was not collected", Facts(), None),
        ),
    ),
    Check(
        id="firmware.uefi",
        title="Started by UEFI",
        kind=Kind.SECURITY,
        measure=Measure.YES_NO,
        looks_at="whether the system was started by UEFI or by an old BIOS",
        needs=("efi",),
        decides="the profile says which; two sources that differ pass nothing",
        remedy="Set the firmware to UEFI mode and start the laptop again.",
        read=_uefi,
        examples=(
            Example("started by BIOS", Facts(firmware=Firmware(uefi=known(False))), False),
            Example("nobody looked", Facts(), None),
        ),
    ),
    Check(
        id="firmware.admin_password",
        title="Firmware password",
        kind=Kind.SECURITY,
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
        kind=Kind.SECURITY,
        measure=Measure.YES_NO,
        looks_at="whether anything reports that a firmware password is set",
        needs=("smbios", "firmware-attributes"),
        decides="no where one is reported; yes where the firmware reports that none is set; one that does not report"
        " its passwords is unknown, or yes where the profile says so, and the finding tells it",
        remedy="The firmware is locked. Send the laptop back to the vendor.",
        read=_no_lock_found,
        arguments=LockArguments,
        examples=(
            Example("locked", Facts(firmware=Firmware(admin_password=known(True))), False),
            Example(
                "none is set",
                Facts(firmware=Firmware(admin_password=known(False), power_on_password=known(False))),
                True,
            ),
            Example("a firmware that does not report passwords", Facts(firmware=_SILENT), None),
            Example("the same, where silence counts as good", Facts(firmware=_SILENT), True, {"silent_passes": True}),
            Example("nothing was read", Facts(), None),
        ),
    ),
    Check(
        id="firmware.vendor",
        title="Firmware's maker",
        kind=Kind.INVENTORY,
        measure=Measure.TEXT,
        looks_at="the maker of the BIOS or UEFI firmware",
        needs=("smbios",),
        decides="the profile says which; a placeholder is unknown",
        remedy="The firmware is not the maker's own. Put the laptop on the query shelf.",
        read=_vendor,
        examples=(
            Example("Insyde", Facts(firmware=Firmware(vendor=known("INSYDE Corp."))), "INSYDE Corp."),
            Example("the table was not collected", Facts(), None),
        ),
    ),
    Check(
        id="firmware.not_older",
        title="Firmware's age",
        kind=Kind.SECURITY,
        measure=Measure.YES_NO,
        looks_at="the date that the firmware gives",
        needs=("smbios",),
        decides="yes where it is the day given or a later one; unknown where the firmware gives no date, and two"
        " sources that differ pass nothing",
        remedy="The firmware is out of date. Update it with the maker's tool, then test the laptop again.",
        read=_not_older,
        arguments=NotOlderArguments,
        examples=(
            Example("of that day", _DATED, True, {"than": "2021-03-12"}),
            Example("a day older", _DATED, False, {"than": "2021-03-13"}),
            Example("the firmware gives no date", Facts(firmware=_SILENT), None, {"than": "2020-01-01"}),
        ),
    ),
    Check(
        id="firmware.power_on_password",
        title="Power-on password",
        kind=Kind.SECURITY,
        measure=Measure.YES_NO,
        looks_at="whether the firmware reports a password other than the administrator's",
        needs=("smbios", "firmware-attributes"),
        decides="unknown where the firmware does not report it, which most do not",
        remedy="Remove the password, or send the laptop back to the vendor.",
        read=_power_on_password,
        examples=(
            Example("one is set", Facts(firmware=Firmware(power_on_password=known(True))), True),
            Example("not reported", Facts(firmware=_SILENT), None),
        ),
    ),
    Check(
        id="firmware.oem_key_present",
        title="Windows key in the firmware",
        kind=Kind.SOFTWARE,
        measure=Measure.YES_NO,
        looks_at="whether the firmware carries a Windows product key (ACPI table MSDM); only its end is ever kept",
        needs=("msdm",),
        decides="no where the firmware was read and carries none",
        remedy="Windows cannot activate itself on this laptop. Put it on the query shelf.",
        read=_oem_key_present,
        examples=(
            Example("none", Facts(firmware=Firmware(oem_key_present=known(False))), False),
            Example("nobody could read the table", Facts(), None),
        ),
    ),
)
