"""`station doctor`: what the station needs on this computer, whether it is there, and what to do where it is not."""

from __future__ import annotations

import os
import shutil
import sys

from station.bench.launch import engine_answers
from station.clock import SYSTEM_CLOCK, Clock
from station.doctor_clock import examine_clock
from station.doctor_devices import examine_devices
from station.doctor_disk import examine_disk
from station.doctor_links import examine_links
from station.doctor_people import examine_people
from station.doctor_profiles import examine_profiles
from station.doctor_sending import examine_sending
from station.doctor_store import examine_decisions, examine_store
from station.doctor_symptom import Symptom
from station.paths import Paths
from station.store.database import OLDEST_SQLITE, sqlite_version

__all__ = ["Symptom", "examine"]


def examine(paths: Paths, clock: Clock = SYSTEM_CLOCK, *, through: bool = True) -> list[Symptom]:
    """Every symptom, in the order in which a person would mend them. `through`: the store is read page by page."""
    return [
        _python(),
        _sqlite(),
        examine_store(paths, clock, through=through),
        *examine_decisions(paths),
        examine_disk(paths),
        examine_clock(paths, clock),
        *examine_profiles(paths),
        _rights(),
        _tool("smartctl", "the health of disks", "Install smartmontools."),
        _tool("iw", "the Wi-Fi standards", "Install iw."),
        _sound(),
        *examine_links(paths),
        *examine_devices(paths),
        *examine_sending(paths, clock),
        *examine_people(paths, clock),
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
