"""A finding in words: what was measured, what was asked for, and what to do. The one place that says it.

Used by the bench, the command line and the supervisors' pages, so that a laptop is described alike everywhere.
"""

from __future__ import annotations

from typing import Final

from checks.catalogue import CATALOGUE
from checks.verdict import ATTESTED_ROW, MAY_SHIP, Finding, Verdict
from specs.limits import limit_words, value_words
from specs.text import clean

__all__ = [
    "HEADLINES",
    "check_name",
    "finding_limit",
    "finding_measured",
    "finding_reading",
    "finding_remedy",
    "finding_title",
    "is_attested",
]

HEADLINES: Final = {
    Verdict.PASS: "Meets the profile. Take it off and pack it.",
    Verdict.MARGINAL: "Meets the profile, near a limit. Take it off and pack it.",
    Verdict.WAIVED: "Let through by a supervisor. Take it off and pack it.",
    Verdict.FAIL: "Does not meet the profile.",
    Verdict.INCONCLUSIVE: "The evidence is not enough. Query shelf.",
    Verdict.ERROR: "The bench could not test it. Not the laptop's fault.",
}
"""What a verdict means for the person who holds the laptop."""

_BY_REASON: Final = {
    "not_collected": "The bench has not collected this. Check the connection and scan again.",
    "unreadable": "The bench could not read this. Start the probe as root and scan again.",
    "no_such_check": "This station does not know the check. Update the station.",
    "judge_failed": "The station could not work on this evidence. Scan again, or call the supervisor.",
    "unknown": "The laptop does not say. Look at it, and put it on the query shelf.",
    "sources_differ": "Two sources say different things of this laptop. Put it on the query shelf.",
}

_BY_REASON_ATTESTED: Final = {
    "technician_looks": "Nobody has looked at this. Scan the laptop again, look, and answer pass or fail.",
    "technician_saw_fault": "The technician has seen that this is not so. Put it on the query shelf.",
    "technician_asked_otherwise": "The technician was asked something else. Scan the laptop again, look, and answer.",
    "challenge_not_met": "The number on the laptop's screen was not given. Scan the laptop again, look, and answer.",
    "answers_unreadable": "The technician's answers cannot be read. Scan the laptop again and answer once more.",
}
"""What to do where a person was asked and the row decides. What is attested on paper no bench can settle."""

_ATTESTED: Final = {
    "audio.socket": "Headphone socket",
    "battery.hours": "Battery hours",
    "chassis.class": "Build",
    "display.colours": "Display colours",
    "encryption.at_rest": "Encryption",
    "encryption.bitlocker": "BitLocker",
    "exercise.answers": "What was seen at the bench",
    "exercise.battery": "Battery, seen at the bench",
    "exercise.display": "Display, seen at the bench",
    "exercise.keyboard": "Keyboard, seen at the bench",
    "exercise.lid": "Lid, seen at the bench",
    "exercise.touchpad": "Touchpad, seen at the bench",
    "exercise.usb": "USB sockets, seen at the bench",
    "firmware.password": "No firmware password",
    "firmware.write_protection": "Firmware write protection",
    "keyboard.layout": "Keyboard layout",
    "management.enrolable": "Central management",
    "management.enrolment": "Not in device management",
    "memory.and_storage": "Memory and storage",
    "processor.windows11": "Processor for Windows 11",
    "protection.malware": "Anti-malware",
    "psu.plug": "Power supply",
    "recovery.hwid": "Hardware ID",
    "security.chip": "Security chip",
    "start.not_enrolled": "Not enrolled",
    "start.verified": "Verified start",
    "support.months": "Manufacturer's support",
    "system.supported": "Supported Windows",
    "usb.version": "USB version",
    "video.out": "Video output",
    "warranty.months": "Warranty",
    "weight.kilograms": "Weight",
    "wifi.generation": "Wi-Fi generation",
}


def is_attested(finding: Finding) -> bool:
    """True for a row that no bench measures."""
    return finding.check.startswith(ATTESTED_ROW)


def finding_title(finding: Finding) -> str:
    """What the check is called."""
    return check_name(finding.check)


def check_name(check_id: str) -> str:
    """What a check, or an attested row, is called; its id where nobody knows it here."""
    if check_id.startswith(ATTESTED_ROW):
        name = check_id.removeprefix(ATTESTED_ROW)
        return _ATTESTED.get(name, name)
    check = CATALOGUE.get(check_id)
    return check.title if check else clean(check_id)


def finding_measured(finding: Finding) -> str:
    """The reading in words: "3.5 GB (1 module)"; for an unknown one, why it is not known.

    Beside it how many of several readings were good, and who let a fault through until when.
    """
    said = [finding_reading(finding)]
    if finding.readings:
        good = sum(reading.verdict in MAY_SHIP for reading in finding.readings)
        said.append(f"{good} of {len(finding.readings)} readings good")
    if finding.verdict is Verdict.WAIVED and finding.decision is not None:
        waiver = finding.decision
        said.append(clean(f"let through by {waiver.by} until {waiver.until}: {waiver.reason}"))
    return "; ".join(said)


def finding_reading(finding: Finding) -> str:
    """The reading alone in words; for an unknown one, why it is not known."""
    if finding.value is None:
        return clean(finding.detail) or "unknown"
    if isinstance(finding.value, (list, tuple)):
        words = ", ".join(str(item) for item in finding.value)
    elif isinstance(finding.value, (bool, int, float, str)):
        words = value_words(finding.value, finding.limits)
    else:
        words = str(finding.value)
    detail = finding.detail if finding.detail and finding.detail != words else ""
    return clean(f"{words} ({detail})" if detail else words)


def finding_limit(finding: Finding) -> str:
    """What the profile asks for, in words."""
    return clean(limit_words(finding.limits))


def finding_remedy(finding: Finding) -> str:
    """What to do about it; empty where there is nothing to do."""
    if finding.verdict in (Verdict.PASS, Verdict.WAIVED, Verdict.MARGINAL):
        return ""
    if is_attested(finding):
        return _BY_REASON_ATTESTED.get(finding.reason, "") if finding.severity.required else ""
    if finding.reason in _BY_REASON:
        return _BY_REASON[finding.reason]
    check = CATALOGUE.get(finding.check)
    return check.remedy if check else ""
