"""What the agent is told: which ways lead to the bench, which slot and stick it is.

Read strictly, from options and from the kernel's command line.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from . import wording
from .messages import LARGEST_SLOT, clean
from .serial_line import BAUDS, DEFAULT_BAUD

LARGEST_KERNEL_LINE = 4096
"""Bytes of /proc/cmdline: COMMAND_LINE_SIZE is 2048 on x86 and 4096 at most (linux/include/asm-generic/setup.h)."""
MOST_PORTS = 8

_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})*")
_NUMBER = re.compile(r"[0-9]{1,7}")
_DEVICE = re.compile(r"/dev/[A-Za-z0-9._:-]{1,64}(?:/[A-Za-z0-9._:-]{1,64}){0,3}")
_PORT_NAME = re.compile(r"tty[A-Z]{1,4}[0-9]{1,3}")
_STICK = re.compile(r"[A-Za-z0-9._-]{0,40}")


class Serial(NamedTuple):
    """One serial port; `device` is "" for every port that there is and that appears."""

    device: str = ""
    baud: int = DEFAULT_BAUD


class Network(NamedTuple):
    """One address; `host` is "" where the bench is to be found."""

    host: str = ""
    port: int = 0


class Told(NamedTuple):
    """All that the agent is told, and what of it could not be read."""

    serial: tuple[Serial, ...] = ()
    network: Network | None = None
    slot: int = 0
    stick: str = ""
    complaints: tuple[str, ...] = ()


def reach(text: str) -> Serial | Network:
    """serial:/dev/ttyS0[,115200], serial:auto, net:HOST:PORT or net:auto. Raises `ValueError`."""
    kind, _, where = text.partition(":")
    if kind == "serial":
        return Serial() if where == "auto" else _serial(where)
    if kind == "net":
        return Network() if where == "auto" else _network(where)
    raise ValueError(text)


def slot(text: str) -> int:
    """A slot's number, 0 for any. Raises `ValueError`."""
    return _number(text, 0, LARGEST_SLOT)


def stick(text: str) -> str:
    """A stick's id. Raises `ValueError`."""
    if _STICK.fullmatch(text) is None:
        raise ValueError(text)
    return text


def kernel_line(line: str) -> Told:
    """What the words intake.bench, intake.slot, intake.serial and intake.stick say; the last of each counts.

    Where there is no bench in it, or none that can be read, it is to be found; where no serial port, all are used.
    """
    told = Told(serial=(Serial(),), network=Network())
    complaints = []
    for word in line[:LARGEST_KERNEL_LINE].split():
        name, _, value = word.partition("=")
        try:
            if name == "intake.bench":
                told = told._replace(network=_network(value))
            elif name == "intake.slot":
                told = told._replace(slot=slot(value))
            elif name == "intake.serial":
                told = told._replace(serial=_ports(value))
            elif name == "intake.stick":
                told = told._replace(stick=stick(value))
        except ValueError:
            complaints.append(wording.bad_word(clean(word, 60)))
    return told._replace(complaints=tuple(complaints[:4]))


def _network(text: str) -> Network:
    host, _, port = text.rpartition(":")
    if _HOST.fullmatch(host) is None:
        raise ValueError(text)
    return Network(host, _number(port, 1, 65535))


def _serial(text: str) -> Serial:
    device, comma, baud = text.partition(",")
    if _DEVICE.fullmatch(device) is None or "/.." in device:
        raise ValueError(text)
    return Serial(device, _baud(baud) if comma else DEFAULT_BAUD)


def _ports(text: str) -> tuple[Serial, ...]:
    names, at, baud = text.partition("@")
    speed = _baud(baud) if at else DEFAULT_BAUD
    ports = list(dict.fromkeys(names.split(",")))
    if len(ports) > MOST_PORTS or not all(_PORT_NAME.fullmatch(name) for name in ports):
        raise ValueError(text)
    return tuple(Serial(f"/dev/{name}", speed) for name in ports)


def _baud(text: str) -> int:
    baud = _number(text, 1, 10**7)
    if baud not in BAUDS:
        raise ValueError(text)
    return baud


def _number(text: str, low: int, high: int) -> int:
    if _NUMBER.fullmatch(text) is None or not low <= int(text) <= high:
        raise ValueError(text)
    return int(text)
