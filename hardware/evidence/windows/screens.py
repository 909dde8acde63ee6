"""The screens: WmiMonitorID with its companions, and the EDID that the registry keeps of each.

A list of numbers that Format-List cut after four still holds a maker's three letters and a product's four digits
(quirks.md no. 35). The registry keeps the EDID of every screen that was ever connected, so that it lists nothing.
"""

from __future__ import annotations

import math
import re
from typing import Final

import msgspec

from hardware.evidence.errors import EvidenceError
from hardware.evidence.leaves import absent, number_fact, text_fact
from hardware.evidence.screens.edid import Edid, panel_code, read_edid
from hardware.evidence.windows.rows import Row, Rows, flag_in, items_in, number_in, signed_in, text_in
from specs.facts import Display, Fact, Known
from specs.text import clean

__all__ = ["pnp_id", "registry_edids", "windows_displays"]

_MOST_SCREENS: Final = 16
_MOST_EDIDS: Final = 64
_PATH: Final = re.compile(
    r"(?:MONITOR|DISPLAY)\\([A-Z]{3})([0-9A-F]{4})(?:\\([^\\]{1,128}))?.*", re.IGNORECASE | re.ASCII
)
_EDID_KEY: Final = re.compile(r".*\\enum\\display\\([^\\]{1,64}\\[^\\]{1,128})\\device parameters\\?(?:edid_override)?")
# D3DKMDT_VIDEO_OUTPUT_TECHNOLOGY: built-in ones, and those that say nothing or are no screen.
_INTERNAL: Final = frozenset((6, 11, 13, 0x8000_0000, -0x8000_0000))
_NOT_SAID: Final = frozenset((-1, -2, 0xFFFF_FFFF, 0xFFFF_FFFE))
_NO_SCREEN: Final = frozenset((15, 16, 17))


def windows_displays(rows: Rows, item: str) -> Fact[tuple[Display, ...]]:
    """The screens that are connected, internal ones first."""
    if not rows.asked("WmiMonitorID"):
        return _desktop_monitors(rows, item)
    edids = registry_edids(rows)
    found = []
    for row in rows.all("WmiMonitorID")[:_MOST_SCREENS]:
        technology = _same(rows, "WmiMonitorConnectionParams", row)
        if flag_in(row, "Active") is not False and signed_in(technology, "VideoOutputTechnology") not in _NO_SCREEN:
            found.append(_display(rows, row, technology, edids, item))
    found.sort(key=lambda display: not (isinstance(display.internal, Known) and display.internal.value))
    return Known(tuple(found), (item,))


def pnp_id(path: str | None) -> tuple[str, str] | None:
    """Maker and product of a screen's path (DISPLAY\\AUO38ED\\...): three letters, four hexadecimal digits."""
    match = _PATH.fullmatch((path or "").strip()[:512])
    return (match.group(1).upper(), match.group(2).upper()) if match else None


def registry_edids(rows: Rows) -> dict[str, Edid]:
    """The EDID of each screen that the registry knows, by the lower-case end of its path; an override counts first."""
    found: dict[str, Edid] = {}
    for key, values in rows.keys("\\enum\\display\\").items():
        match = _EDID_KEY.fullmatch(key)
        override = key.endswith("edid_override")
        raw = values.get("0" if override else "edid")
        if match is None or len(found) >= _MOST_EDIDS or (match.group(1) in found and not override):
            continue
        try:
            if isinstance(raw, list) and all(isinstance(byte, int) and 0 <= byte < 256 for byte in raw[:1024]):
                raw = bytes(raw[:1024])
            if isinstance(raw, str):
                raw = raw[:4096].encode("ascii", errors="replace")
            if isinstance(raw, bytes):
                found[match.group(1)] = read_edid(raw)
        except EvidenceError:
            continue
    return found


def _same(rows: Rows, cim: str, row: Row) -> Row | None:
    name = text_in(row, "InstanceName")
    others = rows.all(cim)
    if name is None:
        return others[0] if len(others) == len(rows.all("WmiMonitorID")) == 1 else None
    return next((other for other in others if text_in(other, "InstanceName") == name), None)


def _letters(row: Row, name: str) -> tuple[str, bool]:
    """The text in a list of character codes, and whether it is whole: it ends at a zero or with the list."""
    items, whole = items_in(row, name)
    characters: list[str] = []
    for item in items[:256]:
        code = number_in({"code": item}, "code")
        if code is None or code >= 0x250:
            return "", False
        if code == 0:
            return "".join(characters), True
        characters.append(chr(code))
    return "".join(characters), whole and bool(items)


def _display(rows: Rows, row: Row, technology: Row | None, edids: dict[str, Edid], item: str) -> Display:
    path = text_in(row, "InstanceName")
    instance = (path or "").strip().lower().removeprefix("display\\")
    edid = edids.get(instance.removesuffix("_0")) or edids.get(instance)
    known = pnp_id(path)
    maker, product = _letters(row, "ManufacturerName")[0][:3], _letters(row, "ProductCodeID")[0][:4]
    if known is not None and (len(maker) < 3 or len(product) < 4):
        maker, product = known
    size = _same(rows, "WmiMonitorBasicDisplayParams", row)
    width, height = number_in(size, "MaxHorizontalImageSize"), number_in(size, "MaxVerticalImageSize")
    cm = (width, height) if width and height and width < 256 and height < 256 else None
    display = Display(
        connector=clean(path or "DISPLAY", 64),
        internal=_internal(technology, item),
        width_px=absent("Windows gives the mode in use, not the screen's own", item),
        height_px=absent("Windows gives the mode in use, not the screen's own", item),
        width_mm=number_fact(cm[0] * 10 if cm else None, "the screen's width", item, at_least=1),
        height_mm=number_fact(cm[1] * 10 if cm else None, "the screen's height", item, at_least=1),
        diagonal_in=Known(round(math.hypot(*cm) / 2.54, 1), (item,)) if cm else absent("Windows gives no size", item),
        manufacturer=text_fact(maker if len(maker) == 3 else None, "the screen's maker", item),
        product=text_fact(_whole(row, "UserFriendlyName"), "the screen's name", item),
        serial=text_fact(_whole(row, "SerialNumberID"), "the screen's serial", item),
        year=_year(row, item),
        week=_week(row, item),
        product_code=_code(product, item),
    )
    return _with_edid(display, edid, item) if edid is not None else display


def _whole(row: Row, name: str) -> str | None:
    text, whole = _letters(row, name)
    return text if whole else None


def _code(product: str, item: str) -> Fact[int]:
    if re.fullmatch(r"[0-9A-Fa-f]{4}", product):
        return Known(int(product, 16), (item,))
    return absent("Windows does not give the screen's product code", item)


def _year(row: Row, item: str) -> Fact[int]:
    year = number_in(row, "YearOfManufacture")
    if year is not None and 1990 < year <= 2245:
        return Known(year, (item,))
    return absent("Windows gives no year of the screen", item)


def _week(row: Row, item: str) -> Fact[int]:
    week = number_in(row, "WeekOfManufacture")
    # 0 is "not said", 255 says that the year is the model's.
    if week is not None and 1 <= week <= 54:
        return Known(week, (item,))
    return absent("Windows gives no week of the screen", item)


def _internal(technology: Row | None, item: str) -> Fact[bool]:
    number = signed_in(technology, "VideoOutputTechnology")
    if number is None or number in _NOT_SAID:
        return absent("Windows does not say how the screen is connected", item)
    return Known(number in _INTERNAL, (item,))


def _with_edid(display: Display, edid: Edid, item: str) -> Display:
    """What the EDID says exactly that Windows rounds or leaves out."""
    changed: dict[str, object] = {
        "digital": Known(edid.digital, (item,)),
        "edid_version": Known(edid.version, (item,)),
        "edid_sound": Known(edid.checksum_ok, (item,)),
        "product_code": Known(edid.product_code, (item,)),
    }
    if edid.native is not None:
        changed["width_px"], changed["height_px"] = Known(edid.native[0], (item,)), Known(edid.native[1], (item,))
    if edid.size_mm is not None and edid.diagonal_in:
        changed["width_mm"], changed["height_mm"] = Known(edid.size_mm[0], (item,)), Known(edid.size_mm[1], (item,))
        changed["diagonal_in"] = Known(edid.diagonal_in, (item,))
    texts = {"manufacturer": edid.manufacturer, "product": panel_code(edid), "serial": edid.serial}
    for name, text in texts.items():
        fact = text_fact(text, f"the screen's {name}", item)
        if isinstance(fact, Known):
            changed[name] = fact
    return msgspec.structs.replace(display, **changed)


def _desktop_monitors(rows: Rows, item: str) -> Fact[tuple[Display, ...]]:
    """Win32_DesktopMonitor: of use only where it gives the path, in which the screen's ids are."""
    found = []
    for row in rows.all("Win32_DesktopMonitor")[:_MOST_SCREENS]:
        path = text_in(row, "PNPDeviceID")
        known = pnp_id(path)
        if known is not None:
            found.append(
                Display(
                    connector=clean(path or "", 64),
                    manufacturer=Known(known[0], (item,)),
                    product_code=_code(known[1], item),
                )
            )
    if found:
        return Known(tuple(found), (item,))
    return absent("Windows was not asked for its screens", item)
