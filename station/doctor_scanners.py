"""What the doctor finds of the bench's scanners: those of its settings, and those that are plugged in.

Nothing is opened: a port or a camera that the bench reads from would be taken out of its hands.
"""

from __future__ import annotations

import contextlib
import os
import socket
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from hardware.scanners.camera_source import CameraRefused, CameraSpec, SourceKind, parse_camera_spec
from hardware.scanners.decoding.engines import zbar_installed
from hardware.scanners.serial_ports import (
    AnyKnown,
    AtPath,
    ByUsb,
    PortSeen,
    SerialSpec,
    SpecRefused,
    known_scanner,
    parse_serial_spec,
    seen_ports,
)
from specs.text import clean
from station.bench.devices import NONE
from station.bench.scanners import MOST_SCANNERS, USUAL_SCANNERS
from station.doctor_store import ask_store
from station.doctor_symptom import Symptom
from station.paths import Paths
from station.store.bench_store import BenchStore

__all__ = ["examine_scanners"]

STREAM_S: Final = 1.0
"""Seconds that the place a camera's stream comes from has to answer."""
_STREAM_PORT: Final = 80
_PLACES: Final = range(1, MOST_SCANNERS + 1)
_CHOOSE: Final = "Plug it in, or choose another with `station bench --scanner`."


def examine_scanners(paths: Paths) -> list[Symptom]:
    """One symptom for what is plugged in, and one for each place whose scanner or camera is not there."""
    ports = seen_ports()
    places = ask_store(paths, _places, dict(USUAL_SCANNERS))
    faults = [symptom for place, text in places.items() if (symptom := _place(place, text, ports)) is not None]
    return [_second_opinion(), _plugged_in(ports), *faults]


def _places(store: BenchStore) -> dict[int, str]:
    texts = {place: store.setting(f"scanner.{place}", USUAL_SCANNERS.get(place, "")) for place in _PLACES}
    return {place: text for place, text in texts.items() if text and text != NONE}


def _second_opinion() -> Symptom:
    there = zbar_installed()
    found = "libzbar is installed." if there else "no libzbar: cameras and pictures are read by one engine, and less."
    return Symptom("Second opinion on barcodes", there, False, found, "Install libzbar0.")


def _plugged_in(ports: tuple[PortSeen, ...]) -> Symptom:
    names = [clean(f"{known.maker} at {port.device}", 80) for port in ports if (known := known_scanner(port))]
    found = f"{', '.join(names)}." if names else "no serial scanner is plugged in; a keyboard scanner needs no set-up."
    return Symptom("Scanners", True, False, found)


def _place(place: int, text: str, ports: tuple[PortSeen, ...]) -> Symptom | None:
    """How the scanner of one place is; None for a place that takes whatever is plugged in."""
    kind, _, spec = text.partition(":")
    try:
        if kind == "camera":
            return _camera(place, parse_camera_spec(spec))
        if kind == "serial":
            return _serial(place, parse_serial_spec(spec), ports)
    except (CameraRefused, SpecRefused) as error:
        return Symptom(f"Scanner {place}", False, False, clean(str(error)), _CHOOSE)
    return Symptom(f"Scanner {place}", False, False, f"its setting {clean(text, 60)!r} names no scanner.", _CHOOSE)


def _serial(place: int, spec: SerialSpec, ports: tuple[PortSeen, ...]) -> Symptom | None:
    name = f"Scanner {place}"
    match spec.where:
        case AnyKnown():
            return None
        case AtPath(path=path):
            return _device(name, path)
        case ByUsb(vendor=vendor, product=product, serial=serial):
            ids = clean(f"{vendor:04x}:{product:04x}" + (f" with the number {serial}" if serial else ""), 80)
            for port in ports:
                if (port.vendor, port.product) == (vendor, product) and serial in ("", port.serial):
                    return Symptom(name, True, False, f"{ids} is at {clean(port.device, 80)}.")
            return Symptom(name, False, False, f"no scanner with the USB ids {ids} is plugged in.", _CHOOSE)


def _camera(place: int, spec: CameraSpec) -> Symptom:
    name = f"Camera {place}"
    shown = clean(spec.name, 120)
    if spec.kind is SourceKind.DEVICE:
        return _device(name, spec.target)
    if spec.kind is SourceKind.STREAM:
        if _answers(spec.target):
            return Symptom(name, True, False, f"{shown} answers.")
        return Symptom(name, False, False, f"{shown} does not answer.", _CHOOSE)
    there = Path(spec.target).parent if spec.kind is SourceKind.IMAGES else Path(spec.target)
    found = "is a recording, which ends." if there.exists() else "is a recording that is not there."
    return Symptom(name, there.exists(), False, f"{shown} {found}", _CHOOSE)


def _device(name: str, path: str) -> Symptom:
    shown = clean(path, 80)
    if not Path(path).exists():
        return Symptom(name, False, False, f"{shown} is not there.", _CHOOSE)
    if not os.access(path, os.R_OK | os.W_OK):
        group = "video" if path.startswith("/dev/video") else "dialout"
        return Symptom(name, False, False, f"{shown} may not be used by this user.", f"Add the user to {group}.")
    return Symptom(name, True, False, f"{shown} is there.")


def _answers(address: str) -> bool:
    """True where somebody listens at a stream's address, which is one that the supervisor typed."""
    with contextlib.suppress(OSError, ValueError, UnicodeError):
        parts = urlsplit(address)
        socket.create_connection((parts.hostname or "", parts.port or _STREAM_PORT), timeout=STREAM_S).close()
        return True
    return False
