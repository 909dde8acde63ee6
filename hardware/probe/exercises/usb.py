"""USB: a stick is put into one port after another, and the kernel's list of devices tells which port took it."""

from __future__ import annotations

import re
from typing import Any

from . import wording
from .arguments import Rule
from .session import CannotMeasure, Session

ARGUMENTS = {"wanted": Rule(1, 32, 1)}  # different ports; then it is done
SECONDS = 0.2
"""Between two looks."""
MOST_PLUGGED = 64
MOST_PORTS = 256
_BASE = "/sys/bus/usb/devices"
_DEVICE = re.compile(r"\d+-\d+(\.\d+)*")
_HUB = re.compile(r"(usb(\d+)|(\d+-\d+(?:\.\d+)*))")
_PORT = re.compile(r"port(\d+)")
_NOBODYS = ("hardwired", "not used")
"""connect_type of ports that end inside of the laptop."""


def run(session: Session, wanted: int) -> dict[str, Any]:
    """Watches until `wanted` different ports have taken a device, or its time is over."""
    if not session.names(_BASE):
        raise CannotMeasure(wording.NO_USB)
    ports, twins = ports_of(session)
    known = devices(session)
    plugged: list[dict[str, Any]] = []
    while True:
        now = devices(session)
        for gone in known - now:
            for one in plugged:
                if one["port"] == gone and one["gone_at"] is None:
                    one["gone_at"] = session.elapsed()
        for new in sorted(now - known, key=_order):
            about = arrival(session, new)
            if about is None:  # it is gone already, or not yet asked for what it is: it is looked at again
                now = now - {new}
            # What is put into a hub that came during the test is in none of the laptop's own ports.
            elif not any(one["gone_at"] is None and new.startswith(one["port"] + ".") for one in plugged):
                plugged.append(about)
                del plugged[:-MOST_PLUGGED]
        known = now
        done = len({twins.get(one["port"], one["port"]) for one in plugged})
        measured = {"ports": ports, "plugged": plugged, "complete": done >= wanted}
        session.progress("going", min(done, wanted), wanted)
        if done >= wanted or session.over():
            return measured
        session.wait(SECONDS)


def devices(session: Session) -> set[str]:
    """The devices that are there by their ports' paths, without the buses' own and without interfaces."""
    return {name for name in session.names(_BASE) if _DEVICE.fullmatch(name)}


def arrival(session: Session, name: str) -> dict[str, Any] | None:
    """What came; None where it does not yet tell."""
    speed = session.text(f"{_BASE}/{name}/speed")
    vendor, product = session.text(f"{_BASE}/{name}/idVendor"), session.text(f"{_BASE}/{name}/idProduct")
    if speed is None or vendor is None or product is None:
        return None
    try:
        mbps = max(1, int(float(speed[:10])))
    except (ValueError, OverflowError):
        return None
    return {
        "at": session.elapsed(),
        "port": name,
        "speed_mbps": mbps,
        "id": f"{vendor[:8]}:{product[:8]}",
        "gone_at": None,
    }


def ports_of(session: Session) -> tuple[list[str], dict[str, str]]:
    """The ports of the laptop's hubs as its devices' paths would be, and which two are one socket: USB 3 has a bus of
    its own, so that one socket has a port on each.
    """
    found: list[str] = []
    twins: dict[str, str] = {}
    for hub in session.names(_BASE):
        match = _HUB.fullmatch(hub)
        if match is None:
            continue
        for interface in session.names(f"{_BASE}/{hub}"):
            if not interface.endswith(":1.0"):
                continue
            for name in session.names(f"{_BASE}/{hub}/{interface}"):
                path = _path(name)
                base = f"{_BASE}/{hub}/{interface}/{name}"
                if path is None or session.text(f"{base}/connect_type") in _NOBODYS or len(found) >= MOST_PORTS:
                    continue
                found.append(path)
                peer = _path((_link(session, f"{base}/peer") or "").rpartition("/")[2])
                if peer is not None:
                    twins[max(path, peer, key=_order)] = min(path, peer, key=_order)
    return sorted(found, key=_order), twins


def _path(port: str) -> str | None:
    """ "usb1-port2" is where device 1-2 would be, "1-2-port3" where 1-2.3 would."""
    hub, _, last = port.rpartition("-")
    match, number = _HUB.fullmatch(hub), _PORT.fullmatch(last)
    if match is None or number is None:
        return None
    return f"{match.group(2)}-{number.group(1)}" if match.group(2) else f"{match.group(3)}.{number.group(1)}"


def _link(session: Session, path: str) -> str | None:
    try:
        return session.laptop.link(path)
    except OSError:
        return None


def _order(path: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d{1,9}", path)]
