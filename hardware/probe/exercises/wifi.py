"""Wi-Fi: which networks each adapter hears. Nothing is joined; a radio that was off, and an interface that was down,
are so again afterwards.
"""

from __future__ import annotations

import fcntl
import os
import re
import socket
import struct
import time
from typing import TYPE_CHECKING, Any

from . import wording
from .arguments import Rule
from .session import CannotMeasure, Session

if TYPE_CHECKING:
    from ..tools import Output, Tools

ARGUMENTS: dict[str, Rule] = {}
MOST_INTERFACES = 8
MOST_NETWORKS = 64
SCAN_SECONDS = 12.0
"""One scan of both bands takes 3 to 6 s."""
TRIES = 3
"""A scan that another program began answers "busy"."""
TRIES_EMPTY = 2
"""The first scan after switching on often sees nothing."""
PAUSE_SECONDS = 1.0
_LIMIT = 2**20
_GET_FLAGS, _SET_FLAGS = 0x8913, 0x8914
"""SIOCGIFFLAGS and SIOCSIFFLAGS: linux/sockios.h. struct ifreq: a name of 16 bytes, then the flags."""
_REQUEST = struct.Struct("16sh22x")
_UP = 1
_BSS = re.compile(r"BSS ([0-9a-fA-F]{2}(?::[0-9a-fA-F]{2}){5})")
_SIGNAL = re.compile(r"\s+signal: (-?\d{1,3}(?:\.\d{1,4})?) dBm")
_FREQUENCY = re.compile(r"\s+freq: (\d{3,6})(?:\.\d{1,3})?\s*$")
_SSID = re.compile(r"\tSSID: ?(.*)")
_ESCAPE = re.compile(rb"\\x([0-9a-fA-F]{2})|\\(\\)")


def run(session: Session) -> dict[str, Any]:
    """One scan by each adapter."""
    tools = session.tools
    if tools is None or tools.find("iw") is None:
        raise CannotMeasure(wording.tool_missing("iw"))
    listed = tools.run(["iw", "dev"], 5.0, _LIMIT)
    interfaces = interfaces_of(listed.data.decode("utf-8", "replace"))[:MOST_INTERFACES]
    if not interfaces:
        raise CannotMeasure(_iw_error(listed) if listed.error else wording.NO_WIFI)
    found: list[dict[str, Any]] = []
    session.note({"interfaces": found}, "switching Wi-Fi on")
    blocked = _switch_on(session)
    scanned = 0
    for number, (name, kind) in enumerate(interfaces):
        session.note({"interfaces": found}, f"scanning with {name}")
        networks: list[dict[str, Any]] = []
        error = blocked
        if kind not in ("managed", "unknown"):
            error = wording.wrong_kind(kind)
        elif session.over():
            error = wording.NO_TIME_TO_SCAN
        elif error is None:
            # Each has its part of the time, so that one that hangs leaves some to the others.
            networks, error = _scan(session, tools, name, session.left() / (len(interfaces) - number))
        found.append({"name": name, "networks": networks, "error": error})
        scanned += not session.over()
        session.progress("going", number + 1, len(interfaces))
    if scanned < len(interfaces):
        session.fell_short(wording.stopped_at(scanned, len(interfaces), "adapters"))
    return {"interfaces": found}


# ---- scanning --------------------------------------------------------------------------------------------------


def interfaces_of(text: str) -> list[tuple[str, str]]:
    """Name and kind of each interface that `iw dev` lists."""
    found: list[tuple[str, str]] = []
    for line in text.split("\n"):
        words = line.split()
        if len(words) == 2 and words[0] == "Interface" and len(words[1]) < 16:
            found.append((words[1], "unknown"))
        elif len(words) >= 2 and words[0] == "type" and found and found[-1][1] == "unknown":
            found[-1] = (found[-1][0], words[1])
        elif words[:1] == ["Unnamed/non-netdev"]:
            found.append(("", ""))
    return [one for one in found if one[0]]


def networks_of(text: str) -> list[dict[str, Any]]:
    """The networks that `iw dev NAME scan` lists, strongest first; those without a signal or frequency are left out."""
    found: list[dict[str, Any]] = []
    for line in text.split("\n"):
        station = _BSS.match(line)
        if station:
            found.append({"bssid": station.group(1).lower(), "ssid": ""})
            continue
        if not found:
            continue
        for pattern, key, read in ((_SIGNAL, "signal_dbm", float), (_FREQUENCY, "mhz", int), (_SSID, "ssid", _ssid)):
            value = pattern.match(line)
            if value and (key == "ssid" or key not in found[-1]):
                found[-1][key] = read(value.group(1))
    whole = [one for one in found if "signal_dbm" in one and "mhz" in one]
    return sorted(whole, key=lambda one: (-one["signal_dbm"], one["bssid"]))[:MOST_NETWORKS]


def _ssid(text: str) -> str:
    # iw writes what is no printable ASCII as \xNN, and a backslash as two.
    raw = _ESCAPE.sub(lambda one: bytes([int(one.group(1), 16)]) if one.group(1) else b"\\", text.encode("utf-8"))
    return raw.decode("utf-8", "replace")[:64]


def _scan(session: Session, tools: Tools, name: str, seconds: float) -> tuple[list[dict[str, Any]], str | None]:
    try:
        _bring_up(session, name)
    except OSError as error:
        return [], wording.os_error(error)
    until = session.limit(seconds)
    networks: list[dict[str, Any]] = []
    reason: str | None = wording.NO_TIME_TO_SCAN
    empty = 0
    for attempt in range(TRIES):
        if attempt:
            session.wait(PAUSE_SECONDS)
        left = until - time.monotonic()
        if session.over() or left <= 0:
            break
        output = tools.run(["iw", "dev", name, "scan"], min(SCAN_SECONDS, left), _LIMIT)
        networks = networks_of(output.data.decode("utf-8", "replace"))
        if networks:
            return networks, None
        reason = _iw_error(output)
        empty += reason is None
        if empty >= TRIES_EMPTY:
            break
    return networks, reason


def _iw_error(output: Output) -> str | None:
    if output.error is None:
        return None
    refused = re.search(r"\((-\d{1,3})\)", output.error)  # iw writes "(-1)" for EPERM, "(-16)" for EBUSY
    return output.error + wording.needs_root(-int(refused.group(1)) if refused else None)


# ---- switching on ----------------------------------------------------------------------------------------------


def _switch_on(session: Session) -> str | None:
    """Lifts the software's blocks of Wi-Fi; the reason where that cannot help."""
    base = "/sys/class/rfkill"
    for name in session.names(base):
        if session.text(f"{base}/{name}/type") != "wlan":
            continue
        if session.number(f"{base}/{name}/hard") == 1:
            return wording.HARD_BLOCKED
        if session.number(f"{base}/{name}/soft") == 1:
            place = f"{base}/{name}/soft"
            session.to_put_back(lambda place=place: _write(session, place, b"1"))  # type: ignore[misc]
            try:
                _write(session, place, b"0")
            except OSError as error:
                return wording.os_error(error)
    return None


def _write(session: Session, path: str, data: bytes) -> None:
    file = session.open(path, os.O_WRONLY)
    try:
        os.write(file, data)
    finally:
        os.close(file)


def _bring_up(session: Session, name: str) -> None:
    """An interface must be up to scan. Raises `OSError`."""
    if not session.laptop.is_this_machine:
        return  # a copied tree: its interfaces are not this machine's
    flags = _flags(name)
    if not flags & _UP:
        session.to_put_back(lambda: _set_flags(name, _flags(name) & ~_UP))
        _set_flags(name, flags | _UP)


def _flags(name: str) -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as some:
        answer = fcntl.ioctl(some, _GET_FLAGS, _REQUEST.pack(name.encode("ascii", "replace"), 0))
    return int(_REQUEST.unpack(answer)[1])


def _set_flags(name: str, flags: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as some:
        fcntl.ioctl(some, _SET_FLAGS, _REQUEST.pack(name.encode("ascii", "replace"), flags))
