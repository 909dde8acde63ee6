"""The `chromeos` item: what a Chromebook says of its own state (department.md section 5.3).

Three forms. A tree: the product data that Linux shows in /sys/firmware/vpd, and the switches of the `chromeos_acpi`
driver, which our own boot stick reads. Text: what `crossystem`, `vpd -l` and /etc/lsb-release print, one after the
other or alone. JSON: `cros-health-tool telem --category=system`, in which numbers are strings.

All three need developer mode or a boot stick. On a Chromebook as it is sold none can be had: the profile says what
the technician looks at instead.

Two things that are not said are answers all the same, as in Chromium's own test for a device fresh from the factory:
where the serial can be read and the read-write product data has no `ActivateDate`, it was never used (`activated_on` is
then "never"), and without `check_enrollment` it asks nobody whether it is enrolled. That holds only where the whole
read-write product data was listed; `vpd -l` alone lists the other half.

Bit 0x200 of CHSW is no answer: Linux's documentation calls it "write protection disabled", while the firmware that
sets it (depthcharge, U-Boot) and `crossystem`, which reads it, mean "enabled". No library on PyPI reads these forms.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from hardware.evidence.decoding import as_int, decode_json, decode_text
from hardware.evidence.errors import EvidenceError
from hardware.evidence.leaves import absent, text_fact
from hardware.evidence.merge import spread
from hardware.evidence.tree import Tree, read_tree
from specs.facts import NOT_COLLECTED, ChromeOs, Fact, Facts, Identity, Known, System

__all__ = ["read_chromeos"]

_LINE: Final = re.compile(r'"?([A-Za-z][A-Za-z0-9_.]{1,63})"?[ \t]{0,80}=[ \t]{0,8}(.{0,400})', re.ASCII)
_MOST_LINES: Final = 20_000
_DEEPEST: Final = 6
_MOST_NODES: Final = 10_000
_VPD: Final = "/sys/firmware/vpd"
_READ_WRITE: Final = f"{_VPD}/rw"
_ACPI_FOLDER: Final = re.compile(r"/(?:chromeos_acpi|GGL0001:[0-9a-f]{2}|GOOG0016:[0-9a-f]{2})\Z", re.ASCII)
_ACPI_FILES: Final = ("HWID", "CHSW", "BINF.3")
_DEVELOPER_SWITCH: Final = 0x20
# The factory writes both into the read-write product data of every Chromebook, so a list with one is of that half.
_FACTORY_KEYS: Final = ("gbind_attribute", "ubind_attribute")
_ERROR: Final = "(error)"
"""What crossystem prints for a value that it cannot read."""
_NEVER: Final = "never"
# A week of a year, as ChromeOS writes it, or a date.
_FIRST_USE: Final = re.compile(r"\d{4}-(?:0[1-9]|[1-4]\d|5[0-3])(?:-\d{2})?", re.ASCII)
_LAYOUT: Final = re.compile(r"xkb:([a-z]{2,3}(?:-[a-z]{1,16})?):", re.ASCII)

# The names under which the forms give one thing; the first that is there counts.
_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "serial": ("serial_number", "product_serial_number"),
    "model": ("marketing_name", "model_name", "product_name"),
    "sku": ("sku_number", "product_sku_number"),
    "asset_tag": ("asset_tag",),
    "board_serial": ("mlb_serial_number",),
    "hwid": ("hwid", "HWID"),
    "activated": ("ActivateDate", "activate_date", "first_power_date"),
    "region": ("region",),
    "keyboard": ("keyboard_layout",),
    "name": ("CHROMEOS_RELEASE_DESCRIPTION",),
    "build": ("CHROMEOS_RELEASE_VERSION", "os_version", "CHROMEOS_RELEASE_BUILD_NUMBER", "build_number"),
    "milestone": ("CHROMEOS_RELEASE_CHROME_MILESTONE", "release_milestone"),
    "channel": ("CHROMEOS_RELEASE_TRACK", "os_channel", "release_channel"),
    "update_expiry": ("CHROMEOS_AUE_DATE", "auto_update_expiration_date"),
}


class _Said(Struct, frozen=True):
    """The item's values by name; `whole` where it lists all of the read-write product data."""

    values: Mapping[str, str]
    whole: bool = False


def read_chromeos(data: bytes, item: str) -> Facts:
    """The Chromebook's facts. Raises `EvidenceError` where the bytes hold nothing that ChromeOS writes.

    A tree that says that there is no such folder is of another laptop: its ChromeOS facts are absent, and nothing
    else is said of it.
    """
    said = _said(data)
    if said is None:
        return spread(("chromeos",), absent("the firmware has no ChromeOS product data", item))
    values = said.values
    found = {key: next((values[name] for name in names if name in values), None) for key, names in _NAMES.items()}
    developer, protected = _developer(values), _protected(values)
    if not any(found.values()) and developer is None and protected is None:
        raise EvidenceError("the item holds nothing that ChromeOS says of a laptop")

    def fact(key: str, what: str) -> Fact[str]:
        return text_fact(found[key], what, item)

    def optional(key: str, what: str) -> Fact[str]:
        """Of what other items say as well: silence here must not hide that one of them could not be read."""
        return NOT_COLLECTED if found[key] is None else fact(key, what)

    return Facts(
        identity=Identity(
            product=optional("model", "the product name"),
            serial=optional("serial", "the serial in the product data"),
            sku=optional("sku", "the SKU number"),
            asset_tag=optional("asset_tag", "the asset tag"),
            board_serial=optional("board_serial", "the board serial"),
        ),
        system=System(
            family=Known("chromeos", (item,)),
            name=optional("name", "the system's name"),
            edition=optional("channel", "the update channel"),
            build=optional("build", "the system's build"),
            version=optional("milestone", "the Chrome milestone"),
        ),
        chromeos=ChromeOs(
            hwid=fact("hwid", "Google's hardware id"),
            developer_mode=_flag(developer, "the developer switch", item),
            write_protected=_write_protected(protected, values, item),
            enrolment_checked=_enrolment(said, item),
            activated_on=_first_use(said, found["activated"], item),
            region=fact("region", "the region in the product data"),
            keyboard=_keyboard(found["keyboard"], item),
            update_expiry=fact("update_expiry", "the date that updates end"),
        ),
    )


def _said(data: bytes) -> _Said | None:
    """What the bytes say; None where they say that this laptop has none of ChromeOS's folders."""
    start = data.removeprefix(codecs.BOM_UTF8)[:4096].lstrip()
    if start[:1] != b"{":
        return _from_text(decode_text(data))
    if start[1:].lstrip()[:2] != b'"/':
        return _Said(_from_json(data))
    tree = read_tree(data.removeprefix(codecs.BOM_UTF8))
    said = _from_tree(tree)
    gone = not said.values and not tree.children and set(tree.errors.values()) == {"ENOENT"}
    return None if gone else said


def _from_tree(tree: Tree) -> _Said:
    # The factory may have padded a value with zeros: such a file comes as bytes.
    padded = {path: raw.partition(b"\0")[0].decode("utf-8", errors="replace") for path, raw in tree.bytes.items()}
    values: dict[str, str] = {}
    for path, text in sorted({**padded, **tree.texts}.items()):  # what is read-only comes first, and counts
        folder, _, name = path.rpartition("/")
        if folder in (f"{_VPD}/ro", _READ_WRITE) or (name in _ACPI_FILES and _ACPI_FOLDER.search(folder)):
            values.setdefault(name, text.strip())
    refused = any(path == _READ_WRITE or path.startswith(f"{_READ_WRITE}/") for path in tree.errors)
    return _Said(values, tree.has(_READ_WRITE) and not refused)


def _from_text(text: str) -> _Said:
    values: dict[str, str] = {}
    whole = False
    for line in text.splitlines()[:_MOST_LINES]:
        line = line.strip()[:512]
        match = _LINE.fullmatch(line)
        if match is None:
            continue
        name, value = match.group(1), match.group(2)
        if line.startswith('"'):
            whole = whole or name in _FACTORY_KEYS
        else:  # crossystem explains each value behind a "#"
            value = value.partition(" #")[0]
        value = value.strip().strip('"')
        if value != _ERROR:
            values.setdefault(name, value)
    return _Said(values, whole)


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


_ON_OFF: Final = {"0": False, "1": True}


def _developer(values: Mapping[str, str]) -> bool | None:
    """Whether the laptop runs in developer mode: on where anything says so."""
    switches = as_int(values.get("CHSW"))
    said = (
        _ON_OFF.get(values.get("devsw_boot", "")),
        {"normal": False, "developer": True}.get(values.get("mainfw_type", "")),
        None if switches is None else bool(switches & _DEVELOPER_SWITCH),
        {"1": False, "2": True}.get(values.get("BINF.3", "")),
    )
    return True if True in said else False if False in said else None


def _protected(values: Mapping[str, str]) -> bool | None:
    """Whether the firmware is write protected: the switch as it stands, else as it stood at the start."""
    now = _ON_OFF.get(values.get("wpsw_cur", ""))
    return now if now is not None else _ON_OFF.get(values.get("wpsw_boot", ""))


def _write_protected(protected: bool | None, values: Mapping[str, str], item: str) -> Fact[bool]:
    if protected is None and "CHSW" in values:
        return absent("the firmware's write protection is not given: bit 0x200 of CHSW is read in two ways", item)
    return _flag(protected, "the firmware's write protection", item)


def _flag(value: bool | None, what: str, item: str) -> Fact[bool]:
    return Known(value, (item,)) if value is not None else absent(f"{what} is not given", item)


def _never_used(said: _Said) -> bool:
    """True where the serial can be read and the read-write product data, all of it, knows of no first use."""
    values = said.values
    known = said.whole and bool(values.get("serial_number"))
    return known and "ActivateDate" not in values and values.get("check_enrollment") in (None, "0")


def _enrolment(said: _Said, item: str) -> Fact[bool]:
    """Whether the device asks if it belongs to a domain. One that was used and has no such entry may or may not."""
    state = _ON_OFF.get(said.values.get("check_enrollment", ""))
    return _flag(False if _never_used(said) else state, "the enrolment check", item)


def _first_use(said: _Said, text: str | None, item: str) -> Fact[str]:
    if _never_used(said):
        return Known(_NEVER, (item,))
    if text is None or _FIRST_USE.fullmatch(text.strip()) is None:
        return absent("the device does not say when it was first used", item)
    return Known(text.strip(), (item,))


def _keyboard(text: str | None, item: str) -> Fact[str]:
    """The layout as two letters: "xkb:gb:extd:eng" is "gb"."""
    match = _LAYOUT.match(text or "")
    return text_fact(match.group(1) if match else text, "the keyboard layout in the product data", item)
