"""A `smart-NAME` item: what smartctl says of one disk's wear and errors, as `smartctl --json -x` or as its text.

smartctl's exit status is a bit mask that is not zero on many good disks (quirks.md no. 29): what is believed is the
JSON. The one bit that is a verdict is 8, "the disk is failing", where the JSON gives none. pySMART runs smartctl itself
and reads no stored output, so it is not used.
"""

from __future__ import annotations

import json
from typing import Final

from hardware.evidence.decoding import (
    DEEPEST_JSON,
    count_of,
    decode_json,
    dig,
    flag_of,
    json_depth_at_most,
    text_of,
)
from hardware.evidence.disks.smart_reading import SmartReading, degrees, hours, hours_of, leading_number, wording
from hardware.evidence.disks.smart_text import read_smart_text
from hardware.evidence.errors import EvidenceError

__all__ = ["SmartReading", "read_smart"]

_ENDURANCE: Final = "Percentage Used Endurance Indicator"
_FAILING: Final = 8
_WRAPPERS: Final = 3
"""Levels of a collector's own JSON around smartctl's."""
_MOST_WRAPPED: Final = 256


def read_smart(data: bytes) -> SmartReading:
    """The reading in smartctl's JSON or text.

    Raises `EvidenceError` where it is neither, where smartctl got nothing, or where it holds more than one disk.
    """
    start = data[:64].lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")
    if start[:1] not in (b"{", b"["):
        return read_smart_text(data)
    return _reading(_report(_decode(data)))


def _decode(data: bytes) -> object:
    try:
        return decode_json(data)
    except EvidenceError:
        # Some collectors write what is no number as NaN, which is no JSON; the depth is bounded all the same.
        if not any(word in data for word in (b"NaN", b"Infinity")) or not json_depth_at_most(data, DEEPEST_JSON):
            raise
    try:
        tree: object = json.loads(data.decode("utf-8-sig", errors="replace"), parse_constant=lambda _: None)
    except (ValueError, RecursionError) as error:
        raise EvidenceError("the bytes are not JSON") from error
    return tree


def _report(tree: object) -> object:
    """smartctl's own object in the JSON, which a collector may have put into a list or an object of its own."""
    reports = _reports(tree)
    if not reports:
        raise EvidenceError("the JSON is not what smartctl --json -x prints")
    opened = [report for report in reports if dig(report, "device") is not None]
    if not opened:
        scan = any(dig(report, "devices") is not None for report in reports)
        raise EvidenceError("the JSON is a list of disks, no reading" if scan else "smartctl could not open the disk")
    if len({str(dig(report, "serial_number") or dig(report, "device", "name")) for report in opened}) > 1:
        raise EvidenceError("the JSON holds smartctl's reports of more than one disk")
    return opened[0]


def _reports(tree: object) -> list[object]:
    found: list[object] = []
    level = [tree]
    for _ in range(_WRAPPERS + 1):
        below: list[object] = []
        for node in level:
            if isinstance(node, dict) and ("smartctl" in node or "json_format_version" in node):
                found.append(node)
            else:
                below += node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
        if len(below) > _MOST_WRAPPED:
            break
        level = below
    return found


def _reading(tree: object) -> SmartReading:
    rotation = count_of(dig(tree, "rotation_rate"))
    protocol = wording(text_of(dig(tree, "device", "protocol")))
    attributes = _attributes(tree)
    nvme = dig(tree, "nvme_smart_health_information_log")
    if nvme is None:
        # smartctl 7.5 renames it, and keeps the old name for the time being.
        nvme = dig(tree, "nvme_smart_health_information")
    return SmartReading(
        model=wording(text_of(dig(tree, "model_name")) or text_of(dig(tree, "scsi_model_name"))),
        serial=wording(text_of(dig(tree, "serial_number"))),
        firmware=wording(text_of(dig(tree, "firmware_version"))),
        bytes=_capacity(tree),
        protocol=protocol,
        rotates=False if protocol == "NVMe" else rotation > 0 if rotation is not None else None,
        passed=_passed(tree),
        power_on_hours=_hours(tree),
        power_cycles=count_of(dig(tree, "power_cycle_count")),
        temperature_c=degrees(_temperature(tree, nvme)),
        percent_used=_percent_used(tree, nvme),
        available_spare=count_of(dig(nvme, "available_spare")),
        critical_warning=count_of(dig(nvme, "critical_warning")),
        media_errors=count_of(dig(nvme, "media_errors")),
        reallocated=attributes.get(5),
        pending=attributes.get(197),
        uncorrectable=attributes.get(198),
        exit_status=count_of(dig(tree, "smartctl", "exit_status")),
    )


def _passed(tree: object) -> bool | None:
    passed = flag_of(dig(tree, "smart_status", "passed"))
    status = count_of(dig(tree, "smartctl", "exit_status"))
    if passed is None and status is not None and status & _FAILING:
        return False
    return passed


def _capacity(tree: object) -> int | None:
    # One namespace is what the kernel shows as a disk; the total is all of them together.
    for keys in (("user_capacity", "bytes"), ("nvme_total_capacity",), ("nvme_namespaces", 0, "size", "bytes")):
        size = count_of(dig(tree, *keys))
        if size:
            return size
    # smartctl 6.7 wrote the sizes as numbers and text beside each other.
    return count_of(dig(tree, "user_capacity")) or None


def _hours(tree: object) -> int | None:
    total = count_of(dig(tree, "power_on_time", "hours"))
    if total is not None or dig(tree, "power_on_time") is not None:
        return hours(total)
    # Only the string tells hours from the milliseconds that are packed into the value beside them. Of several numbers,
    # "2725 (151 234 0)", smartctl itself made no hours, so neither does this.
    shown = next((text_of(dig(row, "raw", "string")) for row in _rows(tree) if dig(row, "id") == 9), None)
    return None if shown is None or "(" in shown else hours_of(shown)


def _temperature(tree: object, nvme: object) -> int | None:
    current = count_of(dig(tree, "temperature", "current"))
    return current if current is not None else count_of(dig(nvme, "temperature"))


def _percent_used(tree: object, nvme: object) -> int | None:
    for value in (
        dig(nvme, "percentage_used"),
        dig(tree, "endurance_used", "current_percent"),
        dig(tree, "scsi_percentage_used_endurance_indicator"),
    ):
        used = count_of(value)
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
    """The raw values of the ATA attributes by number.

    Where a value holds several numbers ("3 (0 5)" is 0x000500000003) the count is the first, as the text shows it.
    """
    found: dict[int, int] = {}
    for row in _rows(tree):
        number, raw = count_of(dig(row, "id")), count_of(dig(row, "raw", "value"))
        shown = leading_number(text_of(dig(row, "raw", "string")))
        if number is not None and raw is not None:
            found.setdefault(number, raw if shown is None else shown)
    return found


def _rows(tree: object) -> list[object]:
    rows = dig(tree, "ata_smart_attributes", "table")
    return rows if isinstance(rows, list) else []
