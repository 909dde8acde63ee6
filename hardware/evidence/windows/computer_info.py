"""Get-ComputerInfo: one object out of several classes, some names misspelt, many values words (quirks.md no. 38)."""

from __future__ import annotations

from typing import Final

from hardware.evidence.windows.rows import Row, number_in, text_in

__all__ = ["from_computer_info"]

_PREFIXES: Final = {"Bios": "Win32_BIOS", "Cs": "Win32_ComputerSystem", "Os": "Win32_OperatingSystem"}
# Where the name behind the prefix is not the class's own.
_NAMES: Final = {
    "BiosSeralNumber": "SerialNumber",
    "BiosBIOSVersion": "BIOSVersion",
    "OsName": "Caption",
    "OsArchitecture": "OSArchitecture",
    "OsLastBootUpTime": "LastBootUpTime",
}
_REGISTRY: Final = {
    "WindowsEditionId": "editionid",
    "WindowsProductName": "productname",
    "WindowsUBR": "ubr",
    "WindowsInstallationType": "installationtype",
}
_KEY: Final = "hklm\\software\\microsoft\\windows nt\\currentversion"


def from_computer_info(told: Row) -> tuple[dict[str, list[Row]], dict[str, object]]:
    """Rows by class, and registry values, that `told` is made of. A class of which nothing is told is not there."""
    rows: dict[str, dict[str, object]] = {}
    for name, value in told.items():
        for prefix, cim in _PREFIXES.items():
            if name.startswith(prefix) and name[len(prefix) : len(prefix) + 1].isupper() and value not in (None, ""):
                rows.setdefault(cim, {})[_NAMES.get(name, name.removeprefix(prefix))] = value
    hypervisor = told.get("HyperVisorPresent")
    if hypervisor is not None and "Win32_ComputerSystem" in rows:
        rows["Win32_ComputerSystem"].setdefault("HypervisorPresent", hypervisor)
    processors = told.get("CsProcessors")
    if isinstance(processors, list) and all(isinstance(row, dict) for row in processors):
        # ConvertTo-Json keeps them as objects; a list shows their names only, which may be cut.
        classes: dict[str, list[Row]] = {"Win32_Processor": list(processors)}
    else:
        classes = {}
    values: dict[str, object] = {
        f"{_KEY}\\{name}": told[key] for key, name in _REGISTRY.items() if text_in(told, key) or number_in(told, key)
    }
    return {**{cim: [row] for cim, row in rows.items()}, **classes}, values
