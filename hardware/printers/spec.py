"""How a printer is written in a setting or on the command line: read strictly, opened by `opening`.

tcp:192.168.1.50             tcp:printer-3:9100?dpi=300&width=104
serial:/dev/ttyUSB0?baud=9600
usb:/dev/usb/lp0
png:labels?dpi=300           pdf:labels
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from typing import Final

from msgspec import Struct

from hardware.printers.drawing import RESOLUTIONS
from hardware.printers.printer import PrinterRefused
from hardware.printers.wording import SPEC
from specs.text import clean

__all__ = ["PrinterSpec", "PrinterSpecRefused", "parse_printer"]

_LONGEST: Final = 512
_BAUDS: Final = (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200)
_EXAMPLES: Final = {
    "tcp": "tcp:192.168.1.50",
    "serial": "serial:/dev/ttyUSB0",
    "usb": "usb:/dev/usb/lp0",
    "png": "png:labels",
    "pdf": "pdf:labels",
}
_OPTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "tcp": ("dpi", "width"),
    "serial": ("dpi", "width", "baud"),
    "usb": ("dpi", "width"),
    "png": ("dpi",),
    "pdf": ("dpi",),
}
_HOST: Final = re.compile(r"(?=.{1,253}\Z)[0-9A-Za-z](?:[0-9A-Za-z-]{0,62}\.?)*", re.ASCII)


class PrinterSpecRefused(PrinterRefused):
    """The text names no printer. One sentence."""


class PrinterSpec(Struct, frozen=True):
    """Which printer: `where` is a host, a device or a folder. `width` is in millimetres: 104 (4.1 inches) is the head
    of the common four-inch label printer."""

    kind: str
    where: str
    port: int = 9100
    dpi: int = 203
    width: float = 104.0
    baud: int = 9600


def parse_printer(text: str) -> PrinterSpec:
    """The printer in a text. Raises `PrinterSpecRefused` with one sentence."""
    if len(text) > _LONGEST:
        raise PrinterSpecRefused(SPEC["long"])
    text = text.strip(" \t\r\n")
    if not text:
        raise PrinterSpecRefused(SPEC["empty"])
    if not text.isprintable():
        raise PrinterSpecRefused(SPEC["characters"])
    kind, _, rest = text.partition(":")
    if kind not in _OPTIONS:
        raise _refused("kind", value=kind)
    where, asked, options = rest.partition("?")
    if not where:
        raise _refused("where", value=text, example=_EXAMPLES[kind])
    settings = _settings(kind, options) if asked else {}
    if kind == "tcp":
        host, port = _address(where)
        return PrinterSpec(kind, host, port, **settings)  # type: ignore[arg-type]
    if kind in ("serial", "usb") and (re.fullmatch(r"/dev/[0-9A-Za-z/._:-]+", where) is None or "/.." in where):
        raise _refused("device", value=where, example=_EXAMPLES[kind])
    return PrinterSpec(kind, where, **settings)  # type: ignore[arg-type]


def _address(where: str) -> tuple[str, int]:
    bracketed = re.fullmatch(r"\[([0-9A-Fa-f:.]{2,45})\](?::(.*))?", where)
    host, port = (bracketed[1], bracketed[2]) if bracketed else (where, None)
    if bracketed is None and where.count(":") == 1:
        host, _, port = where.partition(":")
    if bracketed is not None:
        try:
            ipaddress.IPv6Address(host)
        except ValueError as error:
            raise _refused("host", value=where) from error
    elif _HOST.fullmatch(host) is None:
        raise _refused("host", value=where)
    if port is None:
        return host, 9100
    if re.fullmatch(r"[0-9]{1,5}", port, re.ASCII) is None or not 0 < int(port) < 2**16:
        raise _refused("port", value=port)
    return host, int(port)


def _settings(kind: str, options: str) -> dict[str, float]:
    settings: dict[str, float] = {}
    for option in options.split("&"):
        name, _, value = option.partition("=")
        if name not in _OPTIONS[kind]:
            raise _refused("option", kind=kind, value=name, known=", ".join(_OPTIONS[kind]))
        if name in settings:
            raise _refused("twice", value=name)
        read, known = _VALUES[name]
        settings[name] = read(value) if re.fullmatch(r"[0-9]{1,6}", value, re.ASCII) else 0
        if not settings[name]:
            raise _refused("value", name=name, value=value, known=known)
    return settings


def _one_of(known: tuple[int, ...]) -> tuple[Callable[[str], float], str]:
    return (lambda value: int(value) if int(value) in known else 0), f"one of {', '.join(map(str, known))}"


_VALUES: Final[Mapping[str, tuple[Callable[[str], float], str]]] = {
    "dpi": _one_of(RESOLUTIONS),
    "baud": _one_of(_BAUDS),
    "width": ((lambda value: int(value) if 20 <= int(value) <= 220 else 0), "from 20 to 220 millimetres"),
}


def _refused(which: str, **parts: str) -> PrinterSpecRefused:
    cleaned = {name: clean(part, 60) or "(blank)" for name, part in parts.items() if name != "known"}
    return PrinterSpecRefused(SPEC[which].format(**cleaned, known=parts.get("known", "")))
