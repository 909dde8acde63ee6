"""Every sentence that a virtual laptop says to a person, in one place."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from specs.text import clean

__all__ = [
    "died",
    "missing_file",
    "missing_program",
    "no_guest_memory",
    "no_image",
    "no_such_fault",
    "no_such_model",
    "no_such_serial",
    "no_table",
    "program_failed",
    "qmp_closed",
    "qmp_refused",
    "qmp_silent",
    "table_too_large",
]


def no_such_model(name: str, known: Iterable[str]) -> str:
    """A model was named that is not in the list."""
    return f"there is no model {clean(name, 60)}; there are {', '.join(known)}"


def no_such_fault(name: str, known: Iterable[str]) -> str:
    """A fault was named that is not in the list."""
    return f"there is no fault {clean(name, 60)}; there are {', '.join(known)}"


def no_such_serial(text: str) -> str:
    """A serial number was given that no firmware holds."""
    return f"{clean(text, 80)} cannot be a serial number; give 1 to 60 printable characters"


def no_guest_memory(least: int) -> str:
    """The virtual machine would have too little memory to start."""
    return f"a virtual laptop needs at least {least} MiB to start the stick; give it more"


def no_image(folder: Path) -> str:
    """A folder was named that holds no boot stick for virtual laptops."""
    return f"{clean(str(folder), 300)} holds no boot stick for simulated laptops; leave --image out, and one is built"


def no_table() -> str:
    """A file was given as a recorded SMBIOS table, and is none."""
    return "the file is no SMBIOS table of a computer; give a file of dmidecode --dump-bin, or the firmware's own table"


def table_too_large(limit: int) -> str:
    """A recorded table is larger than any laptop's."""
    return f"the SMBIOS table is larger than {limit // 1024} kB, which no laptop's is; give another one"


def missing_program(program: str, package: str) -> str:
    """A program that makes a part of the laptop is not installed."""
    return f"{program} is not installed; install Debian's package {package}"


def missing_file(path: str, package: str) -> str:
    """A file of the firmware is not installed."""
    return f"there is no {path}; install Debian's package {package}"


def program_failed(program: str, said: str) -> str:
    """A program that makes a part of the laptop did not make it."""
    return f"{program} failed ({clean(said, 300) or 'it said nothing'}); look at the disk's space"


def died(said: str) -> str:
    """QEMU ended by itself."""
    return f"the virtual laptop ended by itself; QEMU said: {clean(said, 1500) or 'nothing'}"


def qmp_refused(command: str, why: str) -> str:
    """QEMU would not do it."""
    return f"QEMU refused {command} ({clean(why, 300)})"


def qmp_silent(command: str, seconds: float) -> str:
    """QEMU did not answer."""
    return f"QEMU did not answer {command} within {seconds:g} s"


def qmp_closed(command: str) -> str:
    """QEMU's monitor went away."""
    return f"QEMU ended before it answered {command}"
