"""`station doctor`: what the station needs on this computer, whether it is there, and what to do where it is not."""

from __future__ import annotations

import os
import shutil
import sys
from typing import Final

from checks.catalogue import shapes
from specs.profile import ProfileError
from specs.profiles import load_library
from station.bench.launch import engine_answers
from station.doctor_devices import examine_devices
from station.doctor_links import examine_links
from station.doctor_symptom import Symptom
from station.paths import Paths
from station.store.bench_store import BenchStore, StoreRefused
from station.store.database import OLDEST_SQLITE, StoreUnusable, open_database, sqlite_version
from station.store.decision_book import DecisionBook

__all__ = ["Symptom", "examine"]

LOW_DISK: Final = 0.10
"""Share of free space below which a bench warns (domain/central.md section 1: low-disk warning at 10 %)."""


def examine(paths: Paths) -> list[Symptom]:
    """Every symptom, in the order in which a person would mend them."""
    return [
        _python(),
        _sqlite(),
        _store(paths),
        *_decisions(paths),
        _disk(paths),
        _profiles(),
        _rights(),
        _tool("smartctl", "the health of disks", "Install smartmontools."),
        _tool("iw", "the Wi-Fi standards", "Install iw."),
        _sound(),
        *examine_links(paths),
        *examine_devices(paths),
        _engine(paths),
    ]


def _python() -> Symptom:
    version = ".".join(map(str, sys.version_info[:3]))
    return Symptom("Python", sys.version_info >= (3, 11), True, f"{version}.", "Install Python 3.11 or newer.")


def _sqlite() -> Symptom:
    version = ".".join(map(str, sqlite_version()))
    oldest = ".".join(map(str, OLDEST_SQLITE))
    remedy = f"Run ./run again to install {oldest} or newer."
    return Symptom("SQLite", sqlite_version() >= OLDEST_SQLITE, True, f"{version}.", remedy)


def _store(paths: Paths) -> Symptom:
    try:
        database = open_database(paths.store)
        answer = str(database.execute("PRAGMA quick_check").fetchone()[0])
        database.close()
    except StoreUnusable as error:
        return Symptom("Store", False, True, f"{error}.")
    found = f"{paths.store} is whole." if answer == "ok" else f"{paths.store} is damaged ({answer})."
    return Symptom("Store", answer == "ok", True, found, "Keep the file and call the supervisor.")


def _decisions(paths: Paths) -> list[Symptom]:
    """Waivers and approvals that cannot be read any more; nothing where all can."""
    try:
        store = BenchStore(paths.store)
    except StoreUnusable:
        return []  # told already
    try:
        damaged = DecisionBook(store).damaged()
    except StoreRefused:
        return []
    finally:
        store.close()
    if not damaged:
        return []
    named = ", ".join(one[-8:] for one in damaged)
    found = f"{len(damaged)} cannot be read and let nothing through ({named})."
    return [
        Symptom(
            "Decisions", False, False, found, "Record them again: `station waiver grant`, `station approval record`."
        )
    ]


def _disk(paths: Paths) -> Symptom:
    usage = shutil.disk_usage(paths.data)
    share = usage.free / usage.total
    found = f"{usage.free / 10**9:.1f} GB free ({share:.0%})."
    return Symptom("Disk space", share >= LOW_DISK, False, found, "Free some space.")


def _profiles() -> Symptom:
    library = load_library(shapes())
    faults = 0
    for reference in library.references():
        raw = library.find(reference)
        try:
            if raw is not None:
                library.resolve(raw)
        except ProfileError as error:
            faults += len(error.faults)
    found = f"{len(library.references())} in the library, {faults} faults."
    return Symptom("Profiles", not faults, True, found, "Run `station profile lint`.")


def _rights() -> Symptom:
    root = os.geteuid() == 0
    found = "root." if root else "an ordinary user: serial numbers and memory modules of this machine cannot be read."
    return Symptom("Rights", root, False, found, "Start the bench as root to test this machine itself.")


def _tool(name: str, gives: str, remedy: str) -> Symptom:
    there = shutil.which(name) is not None or shutil.which(name, path="/usr/sbin:/sbin") is not None
    return Symptom(name, there, False, "installed." if there else f"missing: {gives} cannot be read.", remedy)


def _sound() -> Symptom:
    there = any(shutil.which(player) for player in ("pw-play", "paplay", "aplay"))
    found = "a player is installed." if there else "no player: the terminal's bell is used."
    return Symptom("Sound", there, False, found, "Install alsa-utils.")


def _engine(paths: Paths) -> Symptom:
    there = engine_answers(paths.engine_socket)
    return Symptom("Bench engine", there, False, "running." if there else "not running.", "Open the bench to start it.")
