"""The table of evidence items on Linux (design.md section 5): what each is, and where it is read.

Identity comes first, then what is cheap, and what is slow (SMART) last, so that the bench can begin to judge
while disks are still being asked.
"""

from __future__ import annotations

import errno
import re
from typing import TYPE_CHECKING, NamedTuple

from . import sysfs
from .msdm import mask
from .trees import Tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .laptop import Laptop
    from .tools import Tools

LARGEST_TABLE = 2**20
"""Bytes of one firmware table. An SMBIOS 2 table is at most 64 kB, real ones are 2 to 30 kB."""
MOST_OF_A_KIND = 64
"""Disks, or connectors, of one laptop that become items of their own."""
SMART_SECONDS = 20.0
IW_SECONDS = 5.0

NOT_ITS_OWN = "not the laptop's own system: it runs the boot stick"

DMI = "/sys/firmware/dmi/tables/DMI"
ENTRY_POINT = "/sys/firmware/dmi/tables/smbios_entry_point"
PASSWORDS = "/sys/class/firmware-attributes/*/authentication/*/is_enabled"
MSDM = "/sys/firmware/acpi/tables/MSDM"
_SMART_DISK = re.compile(r"sd[a-z]{1,3}|nvme[0-9]{1,3}n[0-9]{1,3}")
_EMMC = re.compile(r"mmcblk[0-9]{1,3}")
_CONNECTOR = re.compile(r"card[0-9]+-([A-Za-z0-9][A-Za-z0-9_.+-]{0,59})")


class Raw(NamedTuple):
    """What a collector gives: bytes, and what is to be said about them."""

    data: bytes = b""
    error: str | None = None
    exit: int | None = None
    cut: bool = False


class Place(NamedTuple):
    """What collectors work on; `room` is how many bytes the item may have."""

    laptop: Laptop
    tools: Tools | None
    room: int


class Entry(NamedTuple):
    """One item of the table. A `slow` one is left out of a fast capture; `seconds` is its deadline."""

    id: str
    source: str
    collect: Callable[[Place], Raw]
    slow: bool = False
    seconds: float = 10.0


def table(laptop: Laptop, boot_stick: bool = False) -> list[Entry]:
    """The items that this laptop can have, in the order in which they are collected.

    Where the running system is a `boot_stick`, it says nothing about the laptop's own.
    """
    return [
        Entry("smbios", f"{ENTRY_POINT} + {DMI}", _smbios),
        _tree("dmi", "/sys/class/dmi/id/*", lambda tree: tree.attributes("/sys/class/dmi/id")),
        _os(boot_stick),
        _file("cpu", "/proc/cpuinfo"),
        _file("memory", "/proc/meminfo"),
        _tree("block", "/sys/block/*", sysfs.block),
        *(_emmc(name) for name in _disks(laptop, _EMMC)),
        _tree("battery", "/sys/class/power_supply/*/*", sysfs.battery),
        _tree("drm", "/sys/class/drm/card*-*/*", sysfs.drm),
        *_edids(laptop),
        _tree("net", "/sys/class/net/*/*", sysfs.net),
        Entry("wifi", "iw phy", _wifi),
        _tree("bluetooth", "/sys/class/bluetooth/*", sysfs.bluetooth),
        _tree("rfkill", "/sys/class/rfkill/*", sysfs.rfkill),
        _tree("tpm", "/sys/class/tpm/tpm*", sysfs.tpm),
        _tree("efi", "/sys/firmware/efi", sysfs.efi),
        Entry("msdm", MSDM, _msdm),
        _tree("firmware-attributes", PASSWORDS, sysfs.passwords),
        _tree("chromeos", "/sys/firmware/vpd/{ro,rw} + chromeos_acpi", sysfs.chromeos),
        _tree("pci", "/sys/bus/pci/devices/*", sysfs.pci),
        _tree("usb", "/sys/bus/usb/devices/*", sysfs.usb),
        _tree("camera", "/sys/class/video4linux/*", sysfs.camera),
        _tree("sound", "/sys/class/sound/*", sysfs.sound),
        _file("input", "/proc/bus/input/devices"),
        Entry("kernel", "/proc/version + /dev/kmsg", _kernel),
        *(_smart(name) for name in _disks(laptop, _SMART_DISK)),
    ]


def explain(error: OSError, path: str) -> str:
    """Why a path could not be read: absent, not readable or something else."""
    if isinstance(error, FileNotFoundError):
        return f"ENOENT: {path} does not exist"
    if isinstance(error, PermissionError):
        return f"EACCES: {path} needs root"
    if isinstance(error, TimeoutError):
        return f"timed out: {path} did not answer"
    return f"{errno.errorcode.get(error.errno or 0, 'EIO')}: {path} cannot be read"


# ---- the shapes of items -------------------------------------------------------------------------------


def _file(item_id: str, path: str) -> Entry:
    return Entry(item_id, path, lambda place: _content(place, path, place.room))


def _tree(item_id: str, source: str, fill: Callable[[Tree], None]) -> Entry:
    def collect(place: Place) -> Raw:
        tree = Tree(place.laptop, place.room)
        fill(tree)
        return Raw(tree.encode(), tree.reason, cut=tree.cut)

    return Entry(item_id, source, collect)


def _content(place: Place, path: str, limit: int) -> Raw:
    try:
        content = place.laptop.read(path, min(limit, place.room))
    except OSError as error:
        return Raw(error=explain(error, path))
    return Raw(content.data, cut=content.cut)


def _command(place: Place, command: list[str], seconds: float) -> Raw:
    if place.tools is None:
        return Raw(error="left out: with --root no command is run")
    output = place.tools.run(command, seconds, place.room)
    return Raw(output.data, output.error, output.exit, output.cut)


def _known(laptop: Laptop, folder: str) -> list[str]:
    try:
        return laptop.names(folder)
    except OSError:  # the item of that folder says why
        return []


# ---- identity ------------------------------------------------------------------------------------------


def _os(boot_stick: bool) -> Entry:
    if boot_stick:
        return Entry("os", "/etc/os-release", lambda place: Raw(error=NOT_ITS_OWN))
    return _file("os", "/etc/os-release")


def _smbios(place: Place) -> Raw:
    parts = [_content(place, path, LARGEST_TABLE) for path in (ENTRY_POINT, DMI)]
    errors = [part.error for part in parts if part.error is not None]
    # Half of it has no known shape: the entry point says how the table is to be read.
    data = b"" if errors else b"".join(part.data for part in parts)
    return Raw(data, "; ".join(errors) or None, cut=any(part.cut for part in parts))


def _msdm(place: Place) -> Raw:
    raw = _content(place, MSDM, LARGEST_TABLE)
    if raw.error is not None:
        return raw
    masked = mask(raw.data)
    if masked is None:
        return Raw(error=f"not shipped: {MSDM} has not the known shape, so the key in it cannot be masked")
    return Raw(masked)


# ---- storage -------------------------------------------------------------------------------------------

_EMMC_FILES = (
    *("type", "name", "manfid", "oemid", "serial", "date", "fwrev", "hwrev"),
    *("life_time", "pre_eol_info", "cid", "csd"),
)


def _disks(laptop: Laptop, kind: re.Pattern[str]) -> list[str]:
    return [name for name in _known(laptop, "/sys/block") if kind.fullmatch(name)][:MOST_OF_A_KIND]


def _emmc(name: str) -> Entry:
    folder = f"/sys/block/{name}/device"
    return _tree(f"emmc-{name}", f"{folder}/*", lambda tree: tree.files(folder, _EMMC_FILES))


def _smart(name: str) -> Entry:
    device = f"/dev/{name}"
    command = ["smartctl", "--json", "-x", device]

    def collect(place: Place) -> Raw:
        raw = _command(place, command, SMART_SECONDS)
        try:
            refused = raw.exit not in (None, 0) and not place.laptop.may_read(device)
        except OSError:
            return raw
        return raw._replace(error=f"EACCES: {device} needs root") if refused else raw

    return Entry(f"smart-{name}", " ".join(command), collect, slow=True, seconds=SMART_SECONDS)


# ---- display and battery -------------------------------------------------------------------------------


def _edids(laptop: Laptop) -> Iterator[Entry]:
    seen: set[str] = set()
    for name in _known(laptop, "/sys/class/drm"):
        match = _CONNECTOR.fullmatch(name)
        if match is None or match.group(1) in seen or len(seen) >= MOST_OF_A_KIND:
            continue
        path = f"/sys/class/drm/{name}/edid"
        try:
            if not laptop.read(path, 1).data:
                continue
        except FileNotFoundError:
            continue
        except OSError:  # the item says why
            pass
        seen.add(match.group(1))
        yield _file(f"edid-{match.group(1)}", path)


def _wifi(place: Place) -> Raw:
    return _command(place, ["iw", "phy"], IW_SECONDS)


def _kernel(place: Place) -> Raw:
    version = _content(place, "/proc/version", LARGEST_TABLE)
    errors = [version.error] if version.error else []
    log, cut = b"", False
    try:
        log, cut = place.laptop.kernel_log()
    except OSError as error:
        errors.append(explain(error, "/dev/kmsg"))
    return Raw((version.data + log)[: place.room], "; ".join(errors) or None, cut=cut)
