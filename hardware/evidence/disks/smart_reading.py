"""What smartctl said of one disk, whichever way it was printed, and the facts that follow from it."""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

from hardware.evidence.decoding import LARGEST_NUMBER
from hardware.evidence.leaves import absent, number_fact, text_fact
from specs.facts import Disk, DiskHealth, Fact, Known
from specs.text import clean

__all__ = ["SmartReading", "degrees", "hours", "hours_of", "leading_number", "wording"]

_MOST_HOURS: Final = 150_000
"""114 years. What is above is another unit (minutes, seconds) or several numbers packed into one."""
_HOTTEST: Final = 150
"""Degrees Celsius. NVMe counts in kelvin and some bridges send 255: what is above is no temperature."""

# A raw attribute value begins with the number that counts: "3", "3 (0 5)", "0/0", "26 (Min/Max 15/50)".
_LEADING: Final = re.compile(r"\s*(\d{1,19})(?![\w.+])", re.ASCII)
# "42565h+42m+49.015s", "9h+21m", "1641:22"; a number on its own counts hours, as the standard has it.
_HOURS: Final = re.compile(r"\s*(\d{1,19})(?:h\b|h\+|:\d{2}\b|(?![\w.+]))", re.ASCII)


class SmartReading(Struct, frozen=True):
    """What one smartctl run said. `rotates` is None where it did not say; `bytes` is the whole disk.

    Times in hours, temperature in degrees Celsius, `percent_used` and `available_spare` in per cent; `protocol` is
    smartctl's word: "ATA", "NVMe" or "SCSI". `exit_status` is a bit mask: 4 says that some log could not be read, 64
    that there were errors once, and many a good disk has both (quirks.md no. 29).
    """

    model: str | None = None
    serial: str | None = None
    firmware: str | None = None
    bytes: int | None = None
    protocol: str | None = None
    rotates: bool | None = None
    passed: bool | None = None
    power_on_hours: int | None = None
    power_cycles: int | None = None
    temperature_c: int | None = None
    percent_used: int | None = None
    available_spare: int | None = None
    critical_warning: int | None = None
    media_errors: int | None = None
    reallocated: int | None = None
    pending: int | None = None
    uncorrectable: int | None = None
    exit_status: int | None = None

    def health(self, item: str) -> DiskHealth:
        """The health facts, read from evidence item `item`."""
        assessment: Fact[str] = absent("the disk gave no SMART verdict of its own", item)
        if self.passed is not None:
            assessment = Known("passed" if self.passed else "failed", (item,))
        return DiskHealth(
            assessment=assessment,
            percent_used=number_fact(self.percent_used, "the share of its rated life that is used", item),
            power_on_hours=number_fact(self.power_on_hours, "the hours it was on", item),
            power_cycles=number_fact(self.power_cycles, "how often it was switched on", item),
            media_errors=number_fact(self.media_errors, "the count of media errors", item),
            critical_warning=number_fact(self.critical_warning, "the NVMe critical warning", item),
            life_used=absent("only an eMMC estimates its life this way", item),
            pre_eol=absent("only an eMMC gives a pre-end-of-life state", item),
            reallocated=number_fact(self.reallocated, "the count of reallocated sectors", item),
            pending=number_fact(self.pending, "the count of pending sectors", item),
            uncorrectable=number_fact(self.uncorrectable, "the count of uncorrectable sectors", item),
            available_spare=number_fact(self.available_spare, "the spare blocks left", item),
            temperature_c=number_fact(self.temperature_c, "the disk's temperature", item),
            life_time_a=absent("only an eMMC estimates its life this way", item),
            life_time_b=absent("only an eMMC estimates its life this way", item),
        )

    def disk(self, name: str, item: str) -> Disk:
        """The disk `name` as far as this reading alone knows it, without its health."""
        return Disk(
            name=name,
            kind=self.kind_fact(item),
            bytes=number_fact(self.bytes, "the disk's size", item, at_least=1),
            model=self.model_fact(item),
            serial=self.serial_fact(item),
            firmware=self.firmware_fact(item),
            removable=absent("smartctl does not say whether the disk is removable", item),
        )

    def model_fact(self, item: str) -> Fact[str]:
        """The model as a fact."""
        return text_fact(self.model, "the disk's model", item)

    def serial_fact(self, item: str) -> Fact[str]:
        """The serial as a fact."""
        return text_fact(self.serial, "the disk's serial", item)

    def firmware_fact(self, item: str) -> Fact[str]:
        """The firmware's version as a fact."""
        return text_fact(self.firmware, "the disk's firmware", item)

    def kind_fact(self, item: str) -> Fact[str]:
        """nvme, ssd or hdd."""
        if self.protocol == "NVMe":
            return Known("nvme", (item,))
        if self.rotates is not None:
            return Known("hdd" if self.rotates else "ssd", (item,))
        return absent("smartctl does not say what kind of disk it is", item)


def wording(raw: str | None) -> str | None:
    """The cleaned text; None for a blank one and one without a letter or digit ("--")."""
    text = clean(raw or "")
    return text if any(character.isalnum() for character in text) else None


def leading_number(text: str | None) -> int | None:
    """The whole number that `text` begins with; None where it goes on as another kind of value ("9h", "0x10")."""
    return _number(_LEADING.match(text)) if text else None


def hours_of(text: str | None) -> int | None:
    """The hours in the raw value of attribute 9 or in SCSI's "1641:22"."""
    return hours(_number(_HOURS.match(text))) if text else None


def hours(count: int | None) -> int | None:
    """`count` where it can be hours."""
    return count if count is not None and count <= _MOST_HOURS else None


def degrees(count: int | None) -> int | None:
    """`count` where it can be a temperature in degrees Celsius. Zero stands: a RAID volume says so."""
    return count if count is not None and count <= _HOTTEST else None


def _number(match: re.Match[str] | None) -> int | None:
    if match is None:
        return None
    number = int(match.group(1))
    return number if number <= LARGEST_NUMBER else None
