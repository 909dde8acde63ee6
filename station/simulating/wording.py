"""Every sentence of `station simulate`, in one place."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from specs.text import clean

__all__ = [
    "building",
    "camera_ready",
    "fault_line",
    "folder_unusable",
    "label_came_out",
    "label_lost",
    "laptop_next",
    "laptop_off",
    "laptop_started",
    "link_taken",
    "link_unusable",
    "model_line",
    "no_folder",
    "no_such_bench",
    "no_such_noise",
    "not_ours",
    "one_serial_many_laptops",
    "one_stick_one_slot",
    "printer_ready",
    "scanner_ready",
    "too_many_for_the_bench",
    "unreadable",
]


def printer_ready(address: str) -> str:
    """The printer listens."""
    return f"A label printer listens: station bench --printer {address}. Ctrl-C switches it off."


def label_came_out(path: Path) -> str:
    """A label was printed."""
    return f"A label came out: {clean(str(path), 300)}"


def not_ours(why: str) -> str:
    """A job came in that the station did not make."""
    return f"A label came in that is not the station's own, and is not drawn ({clean(why, 200)})."


def folder_unusable(folder: Path, reason: str) -> str:
    """The printer's folder cannot be made, or takes no files."""
    return f"labels cannot come out in {clean(str(folder), 300)} ({clean(reason, 80)}); name another one with --folder"


def label_lost(path: Path, reason: str) -> str:
    """A label was printed, and its picture is not kept."""
    return f"A label came out that cannot be kept in {clean(str(path), 300)} ({clean(reason, 80)}); look at the disk."


def link_taken(path: Path) -> str:
    """The scanner's path is a file, a device, or somebody's link."""
    return f"{clean(str(path), 300)} is something else already; name another path with --link"


def no_folder(path: Path) -> str:
    """The scanner's path lies nowhere."""
    return f"there is no folder {clean(str(path), 300)}; name a path in another one with --link"


def link_unusable(path: Path, reason: str) -> str:
    """The scanner's path cannot be made."""
    return f"{clean(str(path), 300)} cannot be made ({clean(reason, 80)}); name another path with --link"


def scanner_ready(path: Path) -> str:
    """The scanner is plugged in."""
    return f"A scanner is plugged in: station bench --scanner 1=serial:{clean(str(path), 300)}. Each line is a scan."


def camera_ready(url: str) -> str:
    """The camera shows its pictures."""
    return f"A camera shows the pictures: station bench --scanner 2=camera:{url}. Ctrl-C switches it off."


def building() -> str:
    """An image for the laptops is built first."""
    return "The boot stick for simulated laptops is built (the first time, packages are fetched) ..."


def model_line(name: str, title: str) -> str:
    """One model that can be simulated."""
    return f"model {name}: {clean(title, 60)}"


def fault_line(name: str) -> str:
    """One fault that can be simulated."""
    return f"fault {name}"


def laptop_started(number: int, title: str, serial: str) -> str:
    """A laptop was switched on."""
    return f"Laptop {number} is on: {clean(title, 60)}, serial number {clean(serial, 60)}."


def laptop_next(slot: int, place: str, serial: str) -> str:
    """What to do with it."""
    return f"  station bench --slot {slot}={clean(place, 300)}, then scan {clean(serial, 60)}. Ctrl-C switches it off."


def laptop_off(number: int, serial: str) -> str:
    """A laptop has ended by itself."""
    return f"Laptop {number} ({clean(serial, 60)}) has switched itself off."


def no_such_bench(address: str) -> str:
    """The bench's address is none."""
    return f"{clean(address, 80)} is no address; give one as 127.0.0.1:8711"


def no_such_noise(part: str, known: Iterable[str]) -> str:
    """A fault of a cable was named that there is not, or with a number that it cannot have."""
    return f"{clean(part, 60)} is no fault of a cable; give numbers for {', '.join(known)}, as in flip=0.0005,cuts=1"


def one_serial_many_laptops() -> str:
    """Several laptops were to have one serial number."""
    return "one serial number is for one laptop; leave out --count, or --serial and --recorded"


def one_stick_one_slot() -> str:
    """Several laptops were to start from one stick, which names one slot."""
    return "a stick names one slot, and all of them start from it; leave out --slot or --count, or use --boot direct"


def too_many_for_the_bench(most: int) -> str:
    """The last of the laptops would have a slot that no bench has."""
    return f"a bench has {most} slots at most; name a lower --slot or --count"


def unreadable(path: Path, reason: str) -> str:
    """A file that was named cannot be read."""
    return f"{clean(str(path), 300)} cannot be read ({clean(reason, 80)}); name another one"
