"""Windows itself: name, edition, build, whether the firmware's key activated it; and the TPM.

The edition is EditionID, or what OperatingSystemSKU stands for; never the caption, which is translated
(quirks.md no. 37).
"""

from __future__ import annotations

import re
from typing import Final

from hardware.evidence.leaves import absent, text_fact
from hardware.evidence.windows.devices import windows_problems
from hardware.evidence.windows.rows import Row, Rows, enum_in, flag_in, number_in, text_in
from specs.facts import Fact, Known, System, Tpm
from specs.text import clean

__all__ = ["EDITIONS", "windows_system", "windows_tpm"]

EDITIONS: Final = {
    1: "Ultimate", 2: "HomeBasic", 3: "HomePremium", 4: "Enterprise", 6: "Business", 7: "ServerStandard",
    8: "ServerDatacenter", 11: "Starter", 27: "EnterpriseN", 48: "Professional", 49: "ProfessionalN",
    72: "EnterpriseEval", 98: "CoreN", 99: "CoreCountrySpecific", 100: "CoreSingleLanguage", 101: "Core",
    121: "Education", 122: "EducationN", 125: "EnterpriseS", 126: "EnterpriseSN", 161: "ProfessionalWorkstation",
    162: "ProfessionalWorkstationN", 164: "ProfessionalEducation", 165: "ProfessionalEducationN", 175: "ServerRdsh",
    178: "Cloud", 179: "CloudN", 188: "IoTEnterprise", 191: "IoTEnterpriseS", 202: "CloudEditionN",
    203: "CloudEdition",
}  # fmt: skip
"""EditionID of each OperatingSystemSKU (winnt.h, PRODUCT_*) that a laptop may have."""
# Get-ComputerInfo's words for the few that it knows.
_SKU_WORDS: Final = {"ultimateedition": 1, "homebasicedition": 2, "homepremiumedition": 3, "enterpriseedition": 4,
                     "businessedition": 6, "standardserveredition": 7, "datacenterserveredition": 8,
                     "starteredition": 11}  # fmt: skip
_SPEC: Final = re.compile(r"(\d\.\d)(?:,.*)?", re.ASCII)
_THREE_PARTS: Final = re.compile(r"\d{1,3}\.\d{1,3}\.(\d{1,6})", re.ASCII)
_WINDOWS: Final = "55c92734-d682-4d71-983e-d6ec3f16059f"
"""SoftwareLicensingProduct.ApplicationID of Windows; Office has another."""
_CHANNEL: Final = re.compile(r"\b(OEM|RETAIL|VOLUME|OEM[_:]\w{1,16}|VOLUME[_:]\w{1,16}) channel", re.IGNORECASE)


def windows_system(rows: Rows, item: str) -> System:
    """The Windows that runs; all of it unknown where it was not asked about itself."""
    row = rows.first("Win32_OperatingSystem")
    edition, build = _registry_text(rows, "EditionID"), _registry_text(rows, "CurrentBuild")
    problems, activated = windows_problems(rows, item), _oem_activated(rows, item)
    if row is None and edition is None and build is None:
        return System(oem_activated=activated, devices_with_problems=problems)
    sku = enum_in(row, "OperatingSystemSKU", _SKU_WORDS)
    version = text_in(row, "Version")
    match = _THREE_PARTS.fullmatch(version.strip()) if version is not None else None
    number = text_in(row, "BuildNumber") or build or (match.group(1) if match else None)
    return System(
        family=Known("windows", (item,)),
        name=text_fact(text_in(row, "Caption") or _registry_text(rows, "ProductName"), "the name of Windows", item),
        edition=text_fact(edition or EDITIONS.get(sku or 0), "the edition of Windows", item),
        # 0 is "undefined" in Windows' own list.
        sku=Known(sku, (item,)) if sku else absent("Windows does not give its OperatingSystemSKU", item),
        build=text_fact(number, "the build of Windows", item),
        version=text_fact(match.group() if match else _version(rows, build), "the version of Windows", item),
        oem_activated=activated,
        devices_with_problems=problems,
    )


def _registry_text(rows: Rows, name: str) -> str | None:
    return text_in({name: rows.registry(f"Windows NT\\CurrentVersion\\{name}")}, name) or text_in(
        {name: rows.registry(name)}, name
    )


def _version(rows: Rows, build: str | None) -> str | None:
    """The version out of the registry, which has its parts since Windows 10."""
    parts = [rows.registry(name) for name in ("CurrentMajorVersionNumber", "CurrentMinorVersionNumber")]
    if build is None or not all(isinstance(part, int) for part in parts):
        return None
    return f"{parts[0]}.{parts[1]}.{clean(build, 16)}"


def _oem_activated(rows: Rows, item: str) -> Fact[bool]:
    """True where the licence in force is the one of the firmware's key (OEM_DM)."""
    licences = [row for row in rows.all("SoftwareLicensingProduct") if _is_windows(row)]
    states = [number_in(row, "LicenseStatus") for row in licences]
    if not licences or any(state is None for state in states):
        return absent("Windows does not say how it is licensed", item)
    active = [row for row, state in zip(licences, states, strict=True) if state == 1]
    if not active:
        return Known(False, (item,))
    channels = {_channel(row) for row in active}
    if "OEM_DM" in channels:
        return Known(True, (item,))
    if None in channels or any(channel is not None and channel.startswith("OEM") for channel in channels):
        return absent("Windows is licensed by its maker, but not plainly by the firmware's key", item)
    return Known(False, (item,))


def _is_windows(row: Row) -> bool:
    """True for the licences of Windows that have a key: Windows lists some hundred that it could have."""
    application = (text_in(row, "ApplicationID") or _WINDOWS).strip().strip("{}").lower()
    return application == _WINDOWS and text_in(row, "PartialProductKey") is not None


def _channel(row: Row) -> str | None:
    channel = text_in(row, "ProductKeyChannel")
    if channel is None:
        match = _CHANNEL.search((text_in(row, "Description") or "")[:256])
        channel = match.group(1) if match else None
    return channel.strip().upper().replace(":", "_") if channel is not None else None


def windows_tpm(rows: Rows, item: str) -> Tpm:
    """Get-Tpm says whether there is one, Win32_Tpm of which version it is."""
    row, told = rows.first("Win32_Tpm"), rows.first("Get-Tpm")
    present = flag_in(told, "TpmPresent")
    if present is None and row is not None and text_in(row, "SpecVersion"):
        present = True
    if present is None:
        why = absent("Windows says nothing about a TPM", item)
        return Tpm(why, why, why)
    if not present:
        none = absent("there is no TPM", item)
        return Tpm(Known(False, (item,)), none, none)
    match = _SPEC.fullmatch((text_in(row, "SpecVersion") or "").strip())
    maker = text_in(told, "ManufacturerIdTxt") or text_in(row, "ManufacturerIdTxt")
    maker = maker or _letters(number_in(told, "ManufacturerId")) or _letters(number_in(row, "ManufacturerId"))
    return Tpm(
        Known(True, (item,)),
        Known(match.group(1), (item,)) if match else absent("Windows does not give the TPM's version", item),
        text_fact(maker, "the TPM's maker", item),
    )


def _letters(number: int | None) -> str | None:
    """The maker's four letters in a number (1229870147 is INTC)."""
    if not number or number >= 2**32:
        return None
    text = number.to_bytes(4, "big").rstrip(b"\0 ").decode("ascii", errors="replace")
    return text if text.isalnum() and text.isascii() else None
