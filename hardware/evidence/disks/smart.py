"""A `smart-NAME` item: `smartctl --json -x`, a disk's own account of its wear and errors.

smartctl's exit status is a bit mask that is not zero on many good disks (quirks.md no. 29): what is believed is the
JSON. pySMART runs smartctl itself and reads no stored output, so it is not used.
"""

from __future__ import annotations

from msgspec import Struct

from hardware.evidence.decoding import count_of, decode_json, dig, flag_of, text_of
from hardware.evidence.errors import EvidenceError
from hardware.evidence.leaves import absent, number_fact, text_fact
from specs.facts import DiskHealth, Fact, Known

__all__ = ["SmartReading", "read_smart"]

_ENDURANCE = "Percentage Used Endurance Indicator"


class SmartReading(Struct, frozen=True):
    """What one smartctl run said. `rotates` is None where it did not say; `bytes` is the whole disk."""

    model: str | None
    serial: str | None
    firmware: str | None
    bytes: int | None
    protocol: str | None
    rotates: bool | None
    passed: bool | None
    power_on_hours: int | None
    power_cycles: int | None
    temperature_c: int | None
    percent_used: int | None
    available_spare: int | None
    critical_warning: int | None
    media_errors: int | None
    reallocated: int | None
    pending: int | None
    uncorrectable: int | None

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


def read_smart(data: bytes) -> SmartReading:
    """The reading in smartctl's JSON. Raises `EvidenceError` where it is not that, or where smartctl got nothing."""
    tree = decode_json(data)
    if dig(tree, "smartctl") is None and dig(tree, "json_format_version") is None:
        raise EvidenceError("the JSON is not what smartctl --json -x prints")
    if dig(tree, "device") is None:
        raise EvidenceError("smartctl could not open the disk")
    rotation = count_of(dig(tree, "rotation_rate"))
    protocol = text_of(dig(tree, "device", "protocol"))
    attributes = _attributes(tree)
    nvme = dig(tree, "nvme_smart_health_information_log")
    return SmartReading(
        model=text_of(dig(tree, "model_name")) or text_of(dig(tree, "scsi_model_name")),
        serial=text_of(dig(tree, "serial_number")),
        firmware=text_of(dig(tree, "firmware_version")),
        bytes=_capacity(tree),
        protocol=protocol,
        rotates=False if protocol == "NVMe" else rotation > 0 if rotation is not None else None,
        passed=flag_of(dig(tree, "smart_status", "passed")),
        power_on_hours=count_of(dig(tree, "power_on_time", "hours")),
        power_cycles=count_of(dig(tree, "power_cycle_count")),
        temperature_c=_temperature(tree),
        percent_used=_percent_used(tree),
        available_spare=count_of(dig(nvme, "available_spare")),
        critical_warning=count_of(dig(nvme, "critical_warning")),
        media_errors=count_of(dig(nvme, "media_errors")),
        reallocated=attributes.get(5),
        pending=attributes.get(197),
        uncorrectable=attributes.get(198),
    )


def _capacity(tree: object) -> int | None:
    for keys in (("user_capacity", "bytes"), ("nvme_total_capacity",), ("nvme_namespaces", 0, "size", "bytes")):
        size = count_of(dig(tree, *keys))
        if size:
            return size
    # smartctl 6.7 wrote the sizes as numbers and text beside each other.
    return count_of(dig(tree, "user_capacity")) or None


def _temperature(tree: object) -> int | None:
    current = count_of(dig(tree, "temperature", "current"))
    return current if current is not None else count_of(dig(tree, "nvme_smart_health_information_log", "temperature"))


def _percent_used(tree: object) -> int | None:
    for keys in (
        ("nvme_smart_health_information_log", "percentage_used"),
        ("endurance_used", "current_percent"),
        ("scsi_percentage_used_endurance_indicator",),
    ):
        used = count_of(dig(tree, *keys))
        if used is not None:
            return used
    pages = dig(tree, "ata_device_statistics", "pages")
    for page in pages if isinstance(pages, list) else []:
        rows = dig(page, "table")
        for row in rows if isinstance(rows, list) else []:
            if dig(row, "name") == _ENDURANCE:
                return count_of(dig(row, "value"))
    return None


def _attributes(tree: object) -> dict[int, int]:
    """The raw values of the ATA attributes by number."""
    rows = dig(tree, "ata_smart_attributes", "table")
    found: dict[int, int] = {}
    for row in rows if isinstance(rows, list) else []:
        number, raw = count_of(dig(row, "id")), count_of(dig(row, "raw", "value"))
        if number is not None and raw is not None:
            found.setdefault(number, raw)
    return found
