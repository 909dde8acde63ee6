"""What building and checking a boot stick says to a person: one sentence each, with what to do next."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from specs.text import clean

__all__ = [
    "BEFORE_PARTITION",
    "BOOT_CODE",
    "BOOT_SECTOR",
    "BROKEN_IMAGE",
    "CUT_OFF",
    "FILE_ADDED",
    "FILE_CHANGED",
    "FILE_MISSING",
    "FILE_SPACE",
    "FILE_TABLE",
    "FIRMWARE_LOST",
    "NOT_SIGNABLE",
    "NO_APT",
    "NO_IMAGE",
    "PARTITION_TABLE",
    "SIGNED_CHANGED",
    "UNSIGNED",
    "WHOLE_STICK",
    "broken_manifest",
    "cache_unusable",
    "cannot_read",
    "download_failed",
    "file_missing",
    "firmware_broken",
    "firmware_unreadable",
    "grub_unknown",
    "library_missing",
    "line_too_long",
    "module_broken",
    "no_firmware_folder",
    "no_manifest",
    "no_module_index",
    "no_such_folder",
    "not_a_program",
    "output_in_use",
    "output_no_folder",
    "output_taken",
    "output_unusable",
    "package_unknown",
    "release_unknown",
    "too_much_firmware",
    "tool_failed",
    "tool_hangs",
    "wrong_architecture",
    "wrong_bench",
    "wrong_key_name",
    "wrong_package",
    "wrong_serial",
    "wrong_slot",
    "wrong_stick",
    "wrong_word",
]

NO_APT: Final = (
    "a boot stick is built from Debian's packages, and this machine has no apt; build it on a Debian or Ubuntu machine"
)


def _path(path: Path) -> str:
    return clean(str(path), 300)


def _reason(error: OSError) -> str:
    return clean(error.strerror or str(error), 120)


def cache_unusable(folder: Path, error: OSError) -> str:
    """The cache cannot be made, read or written."""
    return f"the cache {_path(folder)} cannot be used ({_reason(error)}); make room, or name another one with --cache"


def output_unusable(folder: Path, error: OSError) -> str:
    """What was built cannot be written."""
    return f"{_path(folder)} cannot be written ({_reason(error)}); make room, or name another folder with -o"


def output_taken(folder: Path) -> str:
    """The folder holds things that no build has put there."""
    return (
        f"{_path(folder)} holds other files, which a build would mix with its own; name a new or empty folder with -o"
    )


def output_in_use(folder: Path) -> str:
    """Another build is filling the folder."""
    return f"another build is at work in {_path(folder)}; wait for its end, or name another folder with -o"


def output_no_folder(path: Path) -> str:
    """The output is a file."""
    return f"{_path(path)} is no folder; name a new or empty folder with -o"


def package_unknown(name: str) -> str:
    """apt has no such package, also after it was asked for new lists."""
    return (
        f"apt knows no package {clean(name, 80)}; see that this is Debian or Ubuntu on a 64-bit PC with a network, "
        "run `apt-get update` as root, and build again"
    )


def download_failed(name: str, reason: str) -> str:
    """apt could not download a package."""
    why = clean(reason, 200)
    return f"the package {clean(name, 80)} could not be downloaded ({why}); see to the network and build again"


def wrong_package(name: str) -> str:
    """What came is not what apt's records say."""
    return (
        f"the package {clean(name, 80)} that came is not the one in apt's records; run `apt-get update` as root and "
        "build again, and if it stays so do not trust the server that it came from"
    )


def release_unknown(name: str) -> str:
    """A meta package does not lead where it leads in Debian."""
    return f"the package {clean(name, 80)} is not as Debian and Ubuntu have it; build on one of their releases"


def wrong_architecture(found: str) -> str:
    """The machine's packages are not for the laptops."""
    return f"this machine's packages are for {clean(found, 40)}, the laptops need amd64; build the stick on a 64-bit PC"


def tool_failed(name: str, reason: str) -> str:
    """A tool did not do it."""
    return f"{clean(name, 60)} failed ({clean(reason, 200)}); see that the disk has room, and build again"


def tool_hangs(name: str, seconds: int) -> str:
    """A tool did not end."""
    return f"{clean(name, 60)} did not end in {seconds} s; see to the network and the disk, and build again"


def file_missing(path: str) -> str:
    """No package brings a file."""
    return f"none of the packages brings {clean(path, 200)}; build on another release of Debian or Ubuntu"


def library_missing(name: str, package: str) -> str:
    """A program's library is in none of the packages that its package depends on."""
    return (
        f"the library {clean(name, 80)} of the package {clean(package, 80)} was not found; build on another release of "
        "Debian or Ubuntu"
    )


def not_a_program(name: str) -> str:
    """A program of a package is none."""
    return f"{clean(name, 80)} is no program for a 64-bit PC; remove the cache folder and build again"


def no_module_index(release: str) -> str:
    """The kernel's modules were not indexed."""
    return f"the modules of the kernel {clean(release, 80)} have no index; remove the cache folder and build again"


def module_broken(path: str) -> str:
    """A module cannot be unpacked."""
    return f"the kernel module {clean(path, 200)} is damaged; remove the cache folder and build again"


def no_firmware_folder(folder: Path) -> str:
    """The firmware's folder is none."""
    return (
        f"there is no folder {_path(folder)} for the firmware; name one that lies as /lib/firmware does, or say "
        "--firmware auto or none"
    )


def too_much_firmware(folder: Path, most: int) -> str:
    """More files than all firmware there is."""
    return (
        f"{_path(folder)} holds more than {most} files, which is no firmware; name a folder that lies as /lib/firmware "
        "does with --firmware"
    )


def firmware_unreadable(name: str, error: OSError) -> str:
    """A file of firmware cannot be read."""
    return (
        f"the firmware {clean(name, 200)} cannot be read ({_reason(error)}); see that this account may read it, or "
        "build with --firmware none"
    )


def firmware_broken(name: str) -> str:
    """A file of firmware cannot be unpacked."""
    return (
        f"the firmware {clean(name, 200)} is damaged; replace it, or remove the cache folder where it came from a "
        "package, and build again"
    )


FIRMWARE_LOST: Final = {
    "firmware-iwlwifi": "Wi-Fi cards of Intel are seen but cannot scan",
    "firmware-realtek": "Wi-Fi cards of Realtek are seen but cannot scan",
    "firmware-atheros": "Wi-Fi cards of Qualcomm Atheros are seen but most cannot scan",
    "firmware-brcm80211": "Wi-Fi cards of Broadcom are seen but cannot scan",
    "firmware-mediatek": "Wi-Fi cards of MediaTek are seen but cannot scan",
    "firmware-intel-graphics": "graphics of Intel show a picture but save no power",
    "firmware-amd-graphics": "graphics of AMD show a picture but give no EDID of the panel",
    "firmware-sof-signed": "microphones behind Intel's sound processor are silent",
    "firmware-intel-sound": "laptops with an Intel Atom of 2013 to 2016 have no sound",
    "firmware-linux-free": "some USB adapters for networks and serial lines do not work",
    "wireless-regdb": "Wi-Fi cards scan only the channels that are allowed everywhere",
}
"""By the first name of each package of `firmware_sets.PACKAGES`, what is lost without it."""


def grub_unknown() -> str:
    """The signed GRUB looks for its configuration in an unknown place."""
    return "the signed GRUB of this release is neither Debian's nor Ubuntu's; build on one of their releases"


def wrong_stick(text: str) -> str:
    """No id of a stick."""
    return f"{clean(text, 60)!r} is no id of a stick: it is 12 letters from a to z"


def wrong_bench(text: str) -> str:
    """No address of a bench."""
    return f"{clean(text, 120)!r} is no address of a bench; name it as HOST:PORT, as in --bench bench7.example:8711"


def wrong_slot(slot: int) -> str:
    """No slot."""
    return f"there is no slot {slot}; name the bench's number of the slot, or none for any slot"


def wrong_serial(text: str) -> str:
    """No serial line of a laptop."""
    return f"{clean(text, 60)!r} is no serial line; name it as the laptop has it, as in --serial ttyUSB0@115200"


def wrong_word(text: str) -> str:
    """A word that the kernel's command line cannot take."""
    return f"{clean(text, 120)!r} is no single plain word for the kernel's command line; leave out spaces and quotes"


def line_too_long(length: int, most: int) -> str:
    """The command line is too long."""
    return f"the kernel's command line would have {length} letters, and {most} are safe; name less"


def wrong_key_name(name: str) -> str:
    """No name for a file of keys."""
    return f"{clean(name, 60)!r} is no name for a key file on the stick: small letters, digits, dots and dashes"


def no_manifest(folder: Path) -> str:
    """The folder was not built, or not to its end."""
    return (
        f"{_path(folder)} holds no finished boot stick (no manifest.json); build it with `station bootstick build -o`"
    )


def broken_manifest(folder: Path) -> str:
    """The manifest is none of ours."""
    return f"the manifest in {_path(folder)} is not one that this station writes; build the stick anew"


def no_such_folder(folder: Path) -> str:
    """There is nothing to be checked."""
    return f"there is no folder {_path(folder)}; name the one that `station bootstick build -o` has filled"


def cannot_read(path: Path, error: OSError) -> str:
    """What is to be checked cannot be read."""
    return f"{_path(path)} cannot be read ({_reason(error)}); see that it is there and that this account may read it"


BOOT_CODE: Final = "the boot code"
PARTITION_TABLE: Final = "the partition table"
BEFORE_PARTITION: Final = "the space before the partition"
BOOT_SECTOR: Final = "the boot sector"
FILE_TABLE: Final = "the table of files"
FILE_SPACE: Final = "the folders or the free space"
WHOLE_STICK: Final = "the stick"
CUT_OFF: Final = "it is smaller than the image"
NO_IMAGE: Final = (
    "it is not what was built; which part differs cannot be told, since the folder's own usb.img is missing or changed"
)
FILE_MISSING: Final = "it is missing"
FILE_ADDED: Final = "it is not in the manifest"
FILE_CHANGED: Final = "it is not what was built"
UNSIGNED: Final = "it carries no signature: Secure Boot refuses it"
SIGNED_CHANGED: Final = "it was changed since it was signed: Secure Boot refuses it"
NOT_SIGNABLE: Final = "it is no program for UEFI"
BROKEN_IMAGE: Final = "the image cannot be read as a stick: {why}"
