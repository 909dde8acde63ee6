"""The text that smartctl prints (-a, -x, -i, -H, -A): ATA, NVMe and SCSI, in the words of versions 5.38 to 7.5.

The report is lines of "Key: value", a table of ATA attributes in one of two layouts (-a has the columns TYPE, UPDATED
and WHEN_FAILED, -x has FAIL; a value that is not used is "---"), and tables of device statistics. Sizes and NVMe's
counters carry the thousands separator of the locale (quirks.md no. 28); it may have been saved in another encoding.
SCSI before version 5.40 runs vendor, product and revision together on one line, "Device:": no model is taken from it.
pySMART runs smartctl itself, reads no stored report, and takes the "Add. Product Id" of a Dell disk for its model.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

from hardware.evidence.decoding import LARGEST_NUMBER, as_hex, decode_text
from hardware.evidence.disks.smart_reading import SmartReading, degrees, hours, hours_of, leading_number, wording
from hardware.evidence.errors import EvidenceError

__all__ = ["read_smart_text"]

# , . ' ’ and every blank; U+FFFD and ÿ are what is left of a blank that was saved in another code page.
_GROUP: Final = "[,.'\u2019\ufffd\u00ff \u00a0\u2009\u202f]"
_COUNT: Final = re.compile(
    rf"(\d{{1,3}}(?:{_GROUP}\d{{3}}){{1,8}}|\d{{1,40}})(?:[%C]| ?%| C| Celsius| bytes)?(?: \[.*)?", re.ASCII
)
_NOT_DIGITS: Final = re.compile(r"\D", re.ASCII)

# Keys are compared in lower case without their blanks: SCSI says "Serial number", ATA "Serial Number".
_KEYS: Final = {
    "device model": "model",
    "model number": "model",
    "product": "product",
    "serial number": "serial",
    "firmware version": "firmware",
    "revision": "revision",
    "user capacity": "capacity",
    "total nvm capacity": "nvm capacity",
    "rotation rate": "rotation",
    "smart overall-health self-assessment test result": "verdict",
    "smart health status": "scsi verdict",
    "critical warning": "warning",
    "temperature": "temperature",
    "current temperature": "sct temperature",
    "current drive temperature": "scsi temperature",
    "available spare": "spare",
    "percentage used": "used",
    "percentage used endurance indicator": "scsi used",
    "ss media used endurance indicator": "scsi used",
    "power cycles": "cycles",
    "power on hours": "hours",
    "media and data integrity errors": "media errors",
    "accumulated power on time, hours:minutes": "scsi hours",
    "transport protocol": "transport",
    "nvme version": "nvme",
    "ata version is": "ata",
    "model family": "ata",
    "sata version is": "ata",
}
_LONGEST_KEY: Final = max(map(len, _KEYS))
_MOST_LINES: Final = 50_000
"""The longest report, -x with every log, has some 2,000."""
_NAMESPACE: Final = re.compile(r"namespace \d{1,10} size(?:/capacity)?", re.ASCII)
_SCSI_HOURS: Final = re.compile(r"\s*number of hours powered up = (\d{1,9})(?:\.\d+)?\s*", re.ASCII)
_ATTRIBUTE: Final = re.compile(
    r"\s*(\d{1,3}|0x[0-9A-Fa-f]{2}) [\w./+-]+ +(?:0x[0-9A-Fa-f]{4}|[A-Z-]{6}[ +]?) +"
    r"(?:0x[0-9A-Fa-f]{2}|\d{1,3}|---) +(?:0x[0-9A-Fa-f]{2}|\d{1,3}|---) +(?:0x[0-9A-Fa-f]{2}|\d{1,3}|---) +"
    r"(?:(?:Pre-fail|Old_age) +(?:Always|Offline) +)?(?:-|NOW|Past|now|past|FAILING_NOW|In_the_past) +(\S.*)",
    re.ASCII,
)
_STATISTIC: Final = re.compile(
    r"\s*(?:0x[0-9A-Fa-f]{2}|\d{1,2}) +(?:0x[0-9A-Fa-f]{3}|\d{1,3}) +\d +(\d{1,19})~?(?: +[VNDC-]{3}| +~)? +"
    r"Percentage Used Endurance Indicator",
    re.ASCII,
)
_MARKS: Final = ("smartctl", "=== start of", "smart overall-health", "smart support is", "raw_value", "smart/health")
"""What only smartctl prints: other tools have a "Serial Number:" too."""
_PASSED: Final = {"passed": True, "failed!": False, "failed": False, "ok": True}


def read_smart_text(data: bytes) -> SmartReading:
    """The reading in smartctl's text.

    Raises `EvidenceError` where it is not that, where smartctl got nothing from the disk, or where the text holds the
    reports of more than one disk.
    """
    text = _decode(data)
    found: dict[str, str] = {}
    attributes: dict[int, str] = {}
    endurance: int | None = None
    for line in text.splitlines()[:_MOST_LINES]:
        key, colon, value = line[: _LONGEST_KEY + 16].partition(":")
        # The one key that holds a colon itself.
        if key.strip().lower() == "accumulated power on time, hours" and colon:
            found.setdefault("scsi hours", line.partition(":minutes")[2].strip(" :"))
            continue
        if colon and (name := _key(key)) is not None:
            value = line[len(key) + 1 :].strip()[:256]
            if name == "serial" and found.get(name, value) != value:
                raise EvidenceError("the text holds smartctl's reports of more than one disk")
            found.setdefault(name, value)
        elif match := _ATTRIBUTE.match(line[:512]):
            number = match.group(1)
            attributes.setdefault(int(number, 0) if "x" in number else int(number), match.group(2))
        elif match := _STATISTIC.match(line[:256]):
            endurance = int(match.group(1))
        elif match := _SCSI_HOURS.fullmatch(line[:128]):
            found.setdefault("scsi hours", match.group(1))
    lower = text.lower()
    if not (found or attributes) or not any(mark in lower for mark in _MARKS):
        raise EvidenceError(_why_nothing(text))
    return _reading(found, attributes, endurance)


def _key(raw: str) -> str | None:
    key = raw.strip().lower()
    return "namespace" if _NAMESPACE.fullmatch(key) else _KEYS.get(key)


def _reading(found: dict[str, str], attributes: dict[int, str], endurance: int | None) -> SmartReading:
    protocol = _protocol(found, attributes)
    rotation = found.get("rotation", "")
    speed = leading_number(rotation)
    rotates: bool | None = None
    if protocol == "NVMe" or rotation.lower() == "solid state device":
        rotates = False
    elif speed is not None and rotation.lower().endswith("rpm"):
        rotates = speed > 0
    return SmartReading(
        model=wording(found.get("model") or found.get("product")),
        serial=wording(found.get("serial")),
        firmware=wording(found.get("firmware") or found.get("revision")),
        bytes=_bytes(found),
        protocol=protocol,
        rotates=rotates,
        passed=_verdict(found),
        power_on_hours=_hours(found, attributes),
        power_cycles=_count(found.get("cycles")) if protocol == "NVMe" else leading_number(attributes.get(12)),
        temperature_c=_temperature(found, attributes),
        percent_used=_first(_count(found.get("used")), _count(found.get("scsi used")), endurance),
        available_spare=_count(found.get("spare")),
        critical_warning=as_hex(found.get("warning")),
        media_errors=_count(found.get("media errors")),
        reallocated=leading_number(attributes.get(5)),
        pending=leading_number(attributes.get(197)),
        uncorrectable=leading_number(attributes.get(198)),
    )


def _protocol(found: dict[str, str], attributes: dict[int, str]) -> str | None:
    if any(key in found for key in ("nvme", "namespace", "warning", "nvm capacity")):
        return "NVMe"
    if attributes or "ata" in found or "firmware" in found:
        return "ATA"
    if any(key in found for key in ("product", "revision", "transport", "scsi verdict", "scsi temperature")):
        return "SCSI"
    return None


def _bytes(found: dict[str, str]) -> int | None:
    # The namespace is the disk that the kernel shows; many an NVMe disk gives its total as 0.
    return next((size for key in ("capacity", "namespace", "nvm capacity") if (size := _count(found.get(key)))), None)


def _verdict(found: dict[str, str]) -> bool | None:
    if "verdict" in found:
        return _PASSED.get(found["verdict"].lower())
    status = found.get("scsi verdict")
    if status is None:
        return None
    # SCSI names the failure that it expects, with its sense codes: "HARDWARE IMPENDING FAILURE [asc=5d, ascq=10]".
    return False if "failure" in status.lower() or "asc=" in status.lower() else _PASSED.get(status.lower())


def _hours(found: dict[str, str], attributes: dict[int, str]) -> int | None:
    return _first(hours(_count(found.get("hours"))), hours_of(found.get("scsi hours")), hours_of(attributes.get(9)))


def _temperature(found: dict[str, str], attributes: dict[int, str]) -> int | None:
    """In smartctl's own order: what the drive says of itself now, else attribute 194, else 190."""
    for key in ("temperature", "scsi temperature", "sct temperature"):
        if (value := _count(found.get(key))) is not None:
            return degrees(value)
    for number in (194, 190):
        # "31.2" is a drive that counts in tenths.
        raw = attributes.get(number, "").split(".")[0]
        if (value := degrees(leading_number(raw))) is not None:
            return value
    return None


def _first(*values: int | None) -> int | None:
    return next((value for value in values if value is not None), None)


def _count(value: str | None) -> int | None:
    """The whole number that is all of `value` but for its unit and the rounded size in brackets."""
    match = _COUNT.fullmatch(value) if value else None
    if match is None:
        return None
    number = int(_NOT_DIGITS.sub("", match.group(1)))
    return number if number <= LARGEST_NUMBER else None


def _decode(data: bytes) -> str:
    """The text: Unicode where it is that, else the code page of Western Windows, whose byte A0 separates thousands."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF8)):
        return decode_text(data)
    if data[1:400:2].count(0) > len(data[1:400:2]) * 3 // 4:
        # Windows' UTF-16 with its mark cut off.
        return decode_text(codecs.BOM_UTF16_LE + data)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return decode_text(data.decode("cp1252", errors="replace").encode("utf-8"))
    return decode_text(data)


def _why_nothing(text: str) -> str:
    start = text[:4096]
    if "smartctl" not in start.lower():
        return "the text is not what smartctl prints"
    if "STANDBY" in start or "SLEEP" in start:
        return "smartctl left the disk asleep and asked it nothing"
    return "smartctl could not open the disk"
