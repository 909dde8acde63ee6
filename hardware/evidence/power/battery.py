"""The `battery` item in any of its forms: the kernel's power supplies, upower, acpi, /proc/acpi, powercfg.

The probe sends the kernel's; the others come with evidence that somebody copied by hand. SMBIOS's type 22 is not
used: a third of its capacities are wrong (quirks.md section 2). jc parses upower and acpi too, but takes upower's
decimal comma for thousands (quirks.md no. 21: 10,000 times too much energy), so its parsers are not used.
"""

from __future__ import annotations

from hardware.evidence.decoding import decode_text
from hardware.evidence.errors import EvidenceError
from hardware.evidence.power.acpi import acpi_batteries, is_acpi
from hardware.evidence.power.powercfg import powercfg_batteries, powercfg_page_batteries
from hardware.evidence.power.proc_acpi import is_proc_acpi, proc_acpi_batteries
from hardware.evidence.power.supplies import supplies_in_tree, supplies_in_uevents
from hardware.evidence.power.upower import is_upower, upower_batteries
from specs.facts import Battery, Unknown

__all__ = ["read_battery"]


def read_battery(data: bytes, item: str) -> tuple[Battery, ...] | Unknown:
    """The laptop's batteries; an empty tuple is known absence.

    Raises `EvidenceError` where the bytes are none of the forms.
    """
    if data.lstrip()[:1] == b"{":
        return supplies_in_tree(data, item)
    text = decode_text(data)
    start = text.lstrip()[:64].lower()
    if start.startswith("<"):
        page = start.startswith(("<!doctype html", "<html"))
        return powercfg_page_batteries(text, item) if page else powercfg_batteries(text, item)
    if "POWER_SUPPLY_" in text:
        return supplies_in_uevents(text, item)
    if is_upower(text):
        return upower_batteries(text, item)
    if is_acpi(text):
        return acpi_batteries(text, item)
    if is_proc_acpi(text):
        return proc_acpi_batteries(text, item)
    raise EvidenceError("the text is none of uevent, upower, acpi and powercfg")
