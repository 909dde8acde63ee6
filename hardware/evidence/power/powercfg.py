"""The battery report of Windows: `powercfg /batteryreport`, as XML (`/xml`) or as the page it writes without.

The XML is read by expat, with every DOCTYPE and entity refused and the depth bounded: defusedxml does the same on
the same expat and builds a tree beside, of which one element in a thousand is wanted here. The page's table is found
by its words, which are English in every Windows; capacities are whole mWh with the locale's mark between thousands.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Final
from xml.parsers import expat

from hardware.evidence.decoding import as_int
from hardware.evidence.errors import EvidenceError
from hardware.evidence.power.record import MOST_BATTERIES, BatteryRecord
from specs.facts import Battery

__all__ = ["powercfg_batteries", "powercfg_page_batteries"]

_DEEPEST: Final = 16
_LONGEST: Final = 512
_FIELDS: Final = frozenset(
    (
        "Id|Manufacturer|SerialNumber|Chemistry|LongTerm|RelativeCapacity|DesignCapacity|FullChargeCapacity|CycleCount"
    ).split("|")
)
_BATTERY: Final = ("BatteryReport", "Batteries", "Battery")
# ACPI and the battery driver say "unknown" with all ones.
_NO_CAPACITY: Final = (0, 2**31 - 1, 2**32 - 1)

_TAG: Final = re.compile(r"<[^<>]{0,2000}>")
_PAGE_LABELS: Final = {
    "NAME": "Id",
    "MANUFACTURER": "Manufacturer",
    "SERIAL NUMBER": "SerialNumber",
    "CHEMISTRY": "Chemistry",
    "DESIGN CAPACITY": "DesignCapacity",
    "FULL CHARGE CAPACITY": "FullChargeCapacity",
    "CYCLE COUNT": "CycleCount",
}
_PAGE_MARK: Final = "Installed batteries"
_LONGEST_TABLE: Final = 65536
_MILLIWATT_HOURS: Final = re.compile(r"(\d{1,3}(?:\D?\d{3}){0,3}|\d{1,9})\s?mWh", re.ASCII)

_Values = Mapping[str, str]


class _Report:
    """The batteries among the elements of the report, as expat calls them out."""

    def __init__(self) -> None:
        self.batteries: list[dict[str, str]] = []
        self.is_report = False
        self.lists_batteries = False
        self._path: list[str] = []
        self._text: list[str] = []
        self._length = 0

    def start(self, tag: str, _: Mapping[str, str]) -> None:
        if len(self._path) >= _DEEPEST:
            raise EvidenceError(f"the XML is nested deeper than {_DEEPEST} levels")
        # With a namespace expat says "http://... Name".
        self._path.append(tag.rpartition(" ")[2])
        self._text.clear()
        self._length = 0
        path = tuple(self._path)
        if len(path) == 1:
            self.is_report = path[0] == _BATTERY[0]
        elif path == _BATTERY[:2]:
            self.lists_batteries = True
        elif path == _BATTERY and len(self.batteries) < MOST_BATTERIES:
            self.batteries.append({})

    def text(self, text: str) -> None:
        if len(self._path) == 4 and self._length < _LONGEST:
            self._text.append(text)
            self._length += len(text)

    def end(self, _: str) -> None:
        name = self._path[-1]
        if tuple(self._path[:3]) == _BATTERY and len(self._path) == 4 and name in _FIELDS and self.batteries:
            self.batteries[-1].setdefault(name, "".join(self._text).strip())
        self._text.clear()
        self._path.pop()

    def refuse(self, *_: object) -> None:
        raise EvidenceError("the XML declares a document type or an entity, which no battery report does")


def powercfg_batteries(text: str, item: str) -> tuple[Battery, ...]:
    """The batteries in the XML, in its order; none is known absence.

    Raises `EvidenceError` for XML that is broken, hostile or no battery report.
    """
    report = _Report()
    # The text is decoded already: whatever encoding its first line names, these bytes are UTF-8.
    parser = expat.ParserCreate(encoding="utf-8", namespace_separator=" ")
    parser.StartElementHandler = report.start
    parser.EndElementHandler = report.end
    parser.CharacterDataHandler = report.text
    parser.StartDoctypeDeclHandler = report.refuse
    parser.EntityDeclHandler = report.refuse
    try:
        parser.Parse(text.strip().encode("utf-8", errors="replace"), True)
    except expat.ExpatError as error:
        raise EvidenceError("the XML of the battery report is broken or cut short") from error
    if not report.is_report or not report.lists_batteries:
        raise EvidenceError("the XML is not a powercfg battery report")
    return _batteries(report.batteries, item)


def powercfg_page_batteries(text: str, item: str) -> tuple[Battery, ...]:
    """The batteries in the page's table "Installed batteries", a column each.

    Raises `EvidenceError` where there is no such table: of no table this cannot tell whether there is no battery.
    """
    _, mark, rest = text.partition(_PAGE_MARK)
    table = rest[:_LONGEST_TABLE].partition("</table>")[0]
    columns: list[dict[str, str]] = []
    for row in table.split("</tr>"):
        cells = [html.unescape(_TAG.sub("", cell)).strip() for cell in row.split("</td>")]
        field = _PAGE_LABELS.get(cells[0].upper())
        # The last is what comes after the last cell.
        for number, cell in enumerate(cells[1:-1][:MOST_BATTERIES] if field else ()):
            if number >= len(columns):
                columns.append({})
            columns[number].setdefault(field or "", cell)
    if not mark or not columns:
        raise EvidenceError("the page has no table of batteries; powercfg /batteryreport /xml writes the one to send")
    return _batteries([_from_page(values) for values in columns], item)


def _from_page(values: _Values) -> dict[str, str]:
    """The page's values as the XML has them. A capacity in another unit than mWh is left out."""
    found = dict(values)
    for field in ("DesignCapacity", "FullChargeCapacity"):
        match = _MILLIWATT_HOURS.fullmatch(found.pop(field, "")[:40])
        if match:
            found[field] = "".join(character for character in match.group(1) if character in "0123456789")
    return found


def _batteries(found: list[dict[str, str]], item: str) -> tuple[Battery, ...]:
    return tuple(_record(values, number).battery(item) for number, values in enumerate(found) if not _is_ups(values))


def _is_ups(values: _Values) -> bool:
    """A UPS on USB is a short-term battery that counts in per cent."""
    return values.get("LongTerm") == "0" and values.get("RelativeCapacity") == "1"


def _record(values: _Values, number: int) -> BatteryRecord:
    design, full = (_capacity(values, field) for field in ("DesignCapacity", "FullChargeCapacity"))
    return BatteryRecord(
        name=values.get("Id") or f"Battery {number}",
        present=True,
        design_wh=design,
        full_wh=full,
        cycles=as_int(values.get("CycleCount")),
        chemistry=values.get("Chemistry"),
        model=values.get("Id"),
        serial=values.get("SerialNumber"),
        manufacturer=values.get("Manufacturer"),
    )


def _capacity(values: _Values, field: str) -> float | None:
    """Watt-hours; None where the battery counts in units of its own (RelativeCapacity)."""
    number = as_int(values.get(field))
    if number is None or number in _NO_CAPACITY or values.get("RelativeCapacity", "0") != "0":
        return None
    return number / 1000
