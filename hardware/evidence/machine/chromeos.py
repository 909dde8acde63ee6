"""The `chromeos` item: what a Chromebook says of its own state (department.md section 5.3).

Three forms. A tree: the product data that Linux shows in /sys/firmware/vpd, and the switches of the `chromeos_acpi`
driver, which our own boot stick reads. Text: what `crossystem`, `vpd -l` and /etc/lsb-release print, one after the
other or alone. JSON: `cros-health-tool telem --category=system`, in which numbers are strings.

All three need developer mode or a boot stick. On a Chromebook as it is sold none can be had: the profile says what
the technician looks at instead.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from hardware.evidence.decoding import as_int, decode_json, decode_text
from hardware.evidence.errors import EvidenceError
from hardware.evidence.leaves import absent, text_fact
from hardware.evidence.machine.dmi_facts import serial_fact
from hardware.evidence.tree import Tree, read_tree
from specs.facts import ChromeOs, Fact, Facts, Identity, Known, System

__all__ = ["read_chromeos"]

_LINE: Final = re.compile(r'"?([A-Za-z][A-Za-z0-9_.]{1,63})"?[ \t]{0,80}=[ \t]{0,8}(.{0,400})', re.ASCII)
_MOST_LINES: Final = 20_000
_DEEPEST: Final = 6
_MOST_NODES: Final = 10_000
_VPD: Final = ("/sys/firmware/vpd/ro/", "/sys/firmware/vpd/rw/")
_DEVELOPER_SWITCH: Final = 0x20
_WRITE_PROTECT_OFF: Final = 0x200
_MONTH: Final = re.compile(r"\d{4}-\d{2}(?:-\d{2})?", re.ASCII)
_LAYOUT: Final = re.compile(r"xkb:([a-z]{2,3}(?:-[a-z]+)?):", re.ASCII)

# The names under which the three forms give one thing; the first that is there counts.
_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "serial": ("serial_number", "product_serial_number"),
    "model": ("marketing_name", "model_name", "product_name"),
    "sku": ("sku_number", "product_sku_number"),
    "asset_tag": ("asset_tag",),
    "board_serial": ("mlb_serial_number",),
    "hwid": ("hwid",),
    "activated": ("ActivateDate", "activate_date", "first_power_date"),
    "region": ("region",),
    "keyboard": ("keyboard_layout",),
    "name": ("CHROMEOS_RELEASE_DESCRIPTION",),
    "build": ("CHROMEOS_RELEASE_VERSION", "CHROMEOS_RELEASE_BUILD_NUMBER", "os_version"),
    "milestone": ("CHROMEOS_RELEASE_CHROME_MILESTONE", "release_milestone"),
    "channel": ("CHROMEOS_RELEASE_TRACK", "os_channel", "release_channel"),
    "update_expiry": ("CHROMEOS_AUE_DATE", "auto_update_expiration_date"),
}


def read_chromeos(data: bytes, item: str) -> Facts:
    """The Chromebook's facts. Raises `EvidenceError` where the bytes hold nothing that ChromeOS writes."""
    if data.lstrip()[:1] == b"{":
        values = _from_tree(read_tree(data)) if data.lstrip()[1:40].lstrip()[:2] == b'"/' else _from_json(data)
    else:
        values = _from_text(decode_text(data))
    found = {key: next((values[name] for name in names if name in values), None) for key, names in _NAMES.items()}
    developer, protected = _switches(values)
    if not any(found.values()) and developer is None and protected is None:
        raise EvidenceError("the item holds nothing that ChromeOS says of a laptop")

    def fact(key: str, what: str) -> Fact[str]:
        return text_fact(found[key], what, item)

    return Facts(
        identity=Identity(
            product=fact("model", "the product name"),
            serial=serial_fact(fact("serial", "the serial in the product data"), None, item),
            sku=fact("sku", "the SKU number"),
            asset_tag=fact("asset_tag", "the asset tag"),
            board_serial=fact("board_serial", "the board serial"),
        ),
        system=System(
            family=Known("chromeos", (item,)),
            name=fact("name", "the system's name"),
            edition=fact("channel", "the update channel"),
            build=fact("build", "the system's build"),
            version=fact("milestone", "the Chrome milestone"),
        ),
        chromeos=ChromeOs(
            hwid=fact("hwid", "Google's hardware id"),
            developer_mode=_flag(developer, "the developer switch", item),
            write_protected=_flag(protected, "the firmware's write protection", item),
            enrolment_checked=_enrolment(values, item),
            activated_on=_month(found["activated"], item),
            region=fact("region", "the region in the product data"),
            keyboard=_keyboard(found["keyboard"], item),
            update_expiry=fact("update_expiry", "the date that updates end"),
        ),
    )


def _from_tree(tree: Tree) -> dict[str, str]:
    values: dict[str, str] = {}
    for path, text in tree.texts.items():
        name = path.rpartition("/")[2]
        if path.startswith(_VPD) or name in ("HWID", "CHSW", "BINF.3"):
            values.setdefault("hwid" if name == "HWID" else name, text.strip())
    return values


def _from_text(text: str) -> dict[str, str]:
    values: dict[str, str] = {}
    for line in text.splitlines()[:_MOST_LINES]:
        match = _LINE.fullmatch(line.strip()[:512])
        if match is not None:
            # crossystem explains each value behind a "#".
            values.setdefault(match.group(1), match.group(2).partition(" #")[0].strip().strip('"'))
    return values


def _from_json(data: bytes) -> dict[str, str]:
    """The named values of the document, wherever they stand: cros-health-tool has moved them about."""
    values: dict[str, str] = {}
    level: list[object] = [decode_json(data)]
    seen = 0
    for _ in range(_DEEPEST):
        below: list[object] = []
        for node in level:
            for key, value in node.items() if isinstance(node, dict) else ():
                seen += 1
                if isinstance(value, dict):
                    below.append(value)
                elif isinstance(value, str | int) and not isinstance(value, bool) and len(key) < 64:
                    values.setdefault(key, str(value)[:400])
            if seen > _MOST_NODES:
                return values
        level = below
    return values


def _switches(values: Mapping[str, str]) -> tuple[bool | None, bool | None]:
    """Whether the developer switch is on, and whether the firmware is write protected."""
    bits = as_int(values.get("CHSW"))
    if bits is not None:
        return bool(bits & _DEVELOPER_SWITCH), not bits & _WRITE_PROTECT_OFF
    words = {"0": False, "1": True}
    return words.get(values.get("devsw_boot", "")), words.get(values.get("wpsw_cur", ""))


def _flag(value: bool | None, what: str, item: str) -> Fact[bool]:
    return Known(value, (item,)) if value is not None else absent(f"{what} is not given", item)


def _enrolment(values: Mapping[str, str], item: str) -> Fact[bool]:
    """Whether the device asks if it belongs to a domain. A device that never did has no such entry."""
    state = {"0": False, "1": True}.get(values.get("check_enrollment", ""))
    if state is None and "check_enrollment" not in values and "block_devmode" in values:
        state = False
    return _flag(state, "the enrolment check", item)


def _month(text: str | None, item: str) -> Fact[str]:
    if text is None or _MONTH.fullmatch(text.strip()) is None:
        return absent("the device does not say when it was first used", item)
    return Known(text.strip(), (item,))


def _keyboard(text: str | None, item: str) -> Fact[str]:
    """The layout as two letters: "xkb:gb:extd:eng" is "gb"."""
    match = _LAYOUT.match(text or "")
    return text_fact(match.group(1) if match else text, "the keyboard layout in the product data", item)
