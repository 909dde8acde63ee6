"""Which serial ports there are, which of them are scanners, and how one is named in the settings.

A scanner is named in one of three ways, each with options behind a question mark:

    auto                        every port whose USB ids are in `KNOWN_SCANNERS`
    usb:0c2e:0720:18113B0A2C    by its USB ids, and by its serial number where two are alike
    /dev/ttyUSB0?baud=115200    by its path; the paths under /dev/serial/by-id stay the same wherever it is plugged in

Numbers such as ttyACM0 go by the order of plugging in; the USB ids do not.
"""

from __future__ import annotations

import contextlib
import fcntl
import re
import termios
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

import serial
from msgspec import Struct
from serial.tools import list_ports

from hardware.scanners import wording
from specs.text import clean

__all__ = [
    "KNOWN_SCANNERS",
    "AnyKnown",
    "AtPath",
    "ByUsb",
    "KnownScanner",
    "LineSettings",
    "OpenPort",
    "PortSeen",
    "Ports",
    "SerialSpec",
    "SpecRefused",
    "close_port",
    "known_scanner",
    "open_port",
    "parse_serial_spec",
    "seen_ports",
]


class SpecRefused(ValueError):
    """The text names no serial scanner. One sentence with what to write instead."""


class PortSeen(Struct, frozen=True):
    """A serial port that is there now. The USB ids are None for a port that is none of USB; the serial is raw."""

    device: str
    vendor: int | None = None
    product: int | None = None
    serial: str = ""


class KnownScanner(Struct, frozen=True):
    """A kind of scanner that is a serial port: the vendor's id, and the product ids under a mask."""

    maker: str
    vendor: int
    product: int
    mask: int = 0xFFFF


# barcodes.md 5.1, from usb.ids. Only ports are looked at: an id that some models have in keyboard mode as well takes no
# keyboard for a scanner.
KNOWN_SCANNERS: Final = (
    KnownScanner("Newland", 0x1EAB, 0x0006, mask=0x00FF),
    KnownScanner("Zebra", 0x05E0, 0x1701),
    KnownScanner("Datalogic", 0x05F9, 0x4204),
    KnownScanner("Honeywell", 0x0C2E, 0x0720),
    KnownScanner("Honeywell", 0x0C2E, 0x0B6A),
    KnownScanner("Honeywell", 0x0C2E, 0x0B81),
    KnownScanner("Intermec", 0x067E, 0x0803),
    KnownScanner("Opticon", 0x065A, 0x0009),
)


class LineSettings(Struct, frozen=True):
    """A serial line. 9600 8N1 is what RS-232 scanners come with; over USB the baud rate means nothing."""

    baud: int = 9600
    bits: int = 8
    parity: str = "none"
    stopbits: int = 1
    xonxoff: bool = False

    def __str__(self) -> str:
        flow = ", XON/XOFF" if self.xonxoff else ""
        return f"{self.baud} baud, {self.bits}{self.parity[0].upper()}{self.stopbits}{flow}"


class AnyKnown(Struct, frozen=True, tag="auto"):
    """Every port that is a scanner of `KNOWN_SCANNERS`."""


class ByUsb(Struct, frozen=True, tag="usb"):
    """Every port with these USB ids, and with this serial number unless it is empty."""

    vendor: int
    product: int
    serial: str = ""


class AtPath(Struct, frozen=True, tag="path"):
    """The port at this path."""

    path: str


class SerialSpec(Struct, frozen=True):
    """One setting: where the scanner is, and how its line is set."""

    where: AnyKnown | ByUsb | AtPath
    line: LineSettings = LineSettings()


Ports: TypeAlias = Callable[[], Sequence[PortSeen]]
OpenPort: TypeAlias = Callable[[str, LineSettings], serial.Serial]

LONGEST_SPEC: Final = 512
"""Characters of a setting. A path under /dev/serial/by-id has about a hundred."""
LISTINGS: Final = 3
"""Tries to list the ports: one that is being pulled out spoils a listing, and is gone at the next."""

_USB: Final = re.compile(r"([0-9a-fA-F]{4}):([0-9a-fA-F]{4})(?::(.+))?")
_CHOICES: Final = {
    "baud": (
        "300",
        "600",
        "1200",
        "2400",
        "4800",
        "9600",
        "19200",
        "38400",
        "57600",
        "115200",
        "230400",
        "460800",
        "921600",
    ),
    "bits": ("7", "8"),
    "parity": ("none", "even", "odd", "mark", "space"),
    "stopbits": ("1", "2"),
    "xonxoff": ("no", "yes"),
}


def parse_serial_spec(text: str) -> SerialSpec:
    """The setting that a text names. Raises `SpecRefused`."""
    text = text.strip()
    where, _, options = text.partition("?")
    if len(text) > LONGEST_SPEC or not text.isprintable():
        raise SpecRefused(wording.REFUSED_WHERE.format(text=clean(text, 40)))
    return SerialSpec(_parse_where(where), _parse_line(options))


def known_scanner(port: PortSeen) -> KnownScanner | None:
    """The kind of scanner that a port is; None for any other port."""
    for known in KNOWN_SCANNERS:
        if port.vendor == known.vendor and port.product is not None and port.product & known.mask == known.product:
            return known
    return None


def seen_ports() -> tuple[PortSeen, ...]:
    """The serial ports that are there now. Nothing, where they could not be listed this time."""
    for _ in range(LISTINGS):
        try:
            found = list_ports.comports()
        except (OSError, TypeError, ValueError):
            # pyserial finds a port's name first and then reads its files: one that vanishes between the two gives None
            # where a number is expected.
            continue
        return tuple(PortSeen(port.device, port.vid, port.pid, port.serial_number or "") for port in found)
    return ()


def open_port(device: str, line: LineSettings) -> serial.Serial:
    """Opens a port for reading without waiting, for nobody else meanwhile. Raises `OSError` or `termios.error`.

    DTR and RTS are raised by pyserial, which passes over ports that have none (a pty).
    """
    port = serial.Serial(
        device,
        baudrate=line.baud,
        bytesize=line.bits,
        parity=line.parity[0].upper(),
        stopbits=line.stopbits,
        xonxoff=line.xonxoff,
        timeout=0,
        exclusive=True,
    )
    # pyserial's lock keeps out only those who ask for it; one who does not would take bytes out of the middle of scans.
    try:
        _check_parity(port.fileno(), wanted=line.parity != "none")
        fcntl.ioctl(port.fileno(), termios.TIOCEXCL)
    except (OSError, termios.error):
        port.close()
        raise
    return port


def close_port(port: serial.Serial) -> None:
    """Closes a port, which may be gone, and lets others open it."""
    with contextlib.suppress(OSError):
        fcntl.ioctl(port.fileno(), termios.TIOCNXCL)
    with contextlib.suppress(OSError):
        port.close()


def _check_parity(number: int, *, wanted: bool) -> None:
    """Has the system check the parity of what comes, which pyserial switches off. A byte whose parity is wrong is then
    read as NUL, and a code with a NUL in it is no serial; unchecked it would be a letter, and dropped a missing one."""
    if not wanted:
        return
    attributes = termios.tcgetattr(number)
    attributes[0] = (attributes[0] | termios.INPCK) & ~(termios.IGNPAR | termios.PARMRK)
    termios.tcsetattr(number, termios.TCSANOW, attributes)


def _parse_where(text: str) -> AnyKnown | ByUsb | AtPath:
    if text == "auto":
        return AnyKnown()
    if text.startswith("/") and len(text) > 1:
        return AtPath(text)
    kind, _, ids = text.partition(":")
    if kind != "usb":
        raise SpecRefused(wording.REFUSED_WHERE.format(text=clean(text, 40)))
    if found := _USB.fullmatch(ids):
        return ByUsb(int(found[1], 16), int(found[2], 16), found[3] or "")
    raise SpecRefused(wording.REFUSED_USB.format(text=clean(ids, 40)))


def _parse_line(text: str) -> LineSettings:
    chosen: dict[str, str] = {}
    for option in text.split("&") if text else ():
        name, _, value = option.partition("=")
        if name not in _CHOICES:
            raise SpecRefused(wording.REFUSED_OPTION.format(text=clean(option, 40), known=", ".join(_CHOICES)))
        if name in chosen:
            raise SpecRefused(wording.REFUSED_TWICE.format(option=name))
        if value not in _CHOICES[name]:
            known = ", ".join(_CHOICES[name])
            raise SpecRefused(wording.REFUSED_CHOICE.format(option=name, text=clean(value, 40), known=known))
        chosen[name] = value
    usual = LineSettings()
    return LineSettings(
        baud=int(chosen.get("baud", usual.baud)),
        bits=int(chosen.get("bits", usual.bits)),
        parity=chosen.get("parity", usual.parity),
        stopbits=int(chosen.get("stopbits", usual.stopbits)),
        xonxoff=chosen.get("xonxoff") == "yes",
    )
