"""What `systeminfo` prints, in English only: maker, model, version of Windows, the memory that it can use.

Its keys are translated and their values depend on the region (quirks.md section 5), so that a text in another
language says nothing here. jc's parser was measured and is not used: it fails on a text without its network part,
and gives the numbers back as text.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from typing import Final

from hardware.evidence.windows.rows import Row
from specs.text import clean

__all__ = ["read_systeminfo", "systeminfo_rows"]

_KEYS: Final = (
    "Host Name",
    "OS Name",
    "OS Version",
    "OS Manufacturer",
    "OS Build Type",
    "Original Install Date",
    "System Boot Time",
    "System Manufacturer",
    "System Model",
    "System Type",
    "BIOS Version",
    "Total Physical Memory",
)
_FEWEST: Final = 3
_MEMORY: Final = re.compile(r"(\d{1,3}(?:[,. '\u00a0\u202f\u2019]?\d{3}){0,4}) MB")
_VERSION: Final = re.compile(r"(\d{1,3}\.\d{1,3}\.(\d{1,6}))(?: .*)?", re.ASCII)
_NOT_DIGITS: Final = re.compile(r"\D+")


def read_systeminfo(lines: Sequence[str]) -> dict[str, str] | None:
    """The values of the English keys in `lines` (list or CSV); None where they are no systeminfo."""
    found: dict[str, str] = {}
    first = next((index for index, line in enumerate(lines) if line.strip()), 0)
    if lines and '"OS Name"' in lines[first][:4096]:
        try:
            heading, values = list(csv.reader(list(lines[first : first + 2])))
        except (csv.Error, ValueError):
            return None
        pairs = list(zip(heading, values, strict=False))
    else:
        pairs = [
            (head.strip(), value)
            for head, colon, value in (line.partition(":") for line in lines if line[:1].strip())
            if colon
        ]
    for name, value in pairs:
        if name in _KEYS:
            found.setdefault(name, value.strip()[:512])
    return found if len(found) >= _FEWEST and "OS Name" in found else None


def systeminfo_rows(said: Mapping[str, str]) -> dict[str, list[Row]]:
    """The same as rows of the classes that systeminfo asked."""
    system: dict[str, object] = {}
    for key, name in (("System Manufacturer", "Manufacturer"), ("System Model", "Model")):
        if key in said:
            system[name] = said[key]
    memory = _MEMORY.fullmatch(said.get("Total Physical Memory", ""))
    windows: dict[str, object] = {"Caption": said["OS Name"]}
    if memory is not None:
        # Whole mebibytes of what Windows can use.
        windows["TotalVisibleMemorySize"] = int(_NOT_DIGITS.sub("", memory.group(1))) * 1024
    version = _VERSION.fullmatch(said.get("OS Version", ""))
    if version is not None:
        windows["Version"], windows["BuildNumber"] = version.group(1), version.group(2)
    rows: dict[str, list[Row]] = {"systeminfo": [dict(said)], "Win32_OperatingSystem": [windows]}
    if system:
        rows["Win32_ComputerSystem"] = [system]
    bios = _bios(said.get("BIOS Version", ""), said.get("System Manufacturer", ""))
    if bios:
        rows["Win32_BIOS"] = [bios]
    return rows


def _bios(text: str, maker: str) -> dict[str, object]:
    """ "MAKER VERSION, DATE": the two are told apart only where the maker is the system's."""
    version, comma, date = clean(text).rpartition(", ")
    if not comma:
        return {}
    bios: dict[str, object] = {"ReleaseDate": date}
    maker = clean(maker)
    if maker and version.startswith(f"{maker} "):
        bios["Manufacturer"] = maker
        bios["SMBIOSBIOSVersion"] = version.removeprefix(f"{maker} ")
    return bios
