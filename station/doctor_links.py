"""What the doctor finds of the ways to laptops: serial ports, bundles, and where laptops on the network dial."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from specs.text import clean
from station.bench.docks import NETWORK, THIS_MACHINE, USUAL_ADDRESS, LaptopRefused, check_laptop, parse_address
from station.bench.places import ADDRESS, MOST_SLOTS
from station.doctor_store import ask_store
from station.doctor_symptom import Symptom
from station.paths import Paths
from station.store.bench_store import BenchStore

__all__ = ["examine_links"]

_SERIAL: Final = "serial:"
_DEVICES: Final = "/dev/"


def examine_links(paths: Paths) -> list[Symptom]:
    """One symptom for each slot that cannot reach its laptops, and one for where laptops dial."""
    nothing: tuple[dict[int, str], str] = ({}, USUAL_ADDRESS)
    slots, address = ask_store(paths, _settings, nothing)
    faults = [symptom for number, laptop in slots.items() if (symptom := _slot(number, laptop)) is not None]
    dialled = [number for number, laptop in slots.items() if laptop == NETWORK]
    if not faults:
        named = (
            f"{len(slots)} {'slot is' if len(slots) == 1 else 'slots are'} set." if slots else "slot 1: this machine."
        )
        faults = [Symptom("Ways to laptops", True, False, named)]
    return [*faults, *([_dialling(dialled, address)] if dialled else [])]


def _settings(store: BenchStore) -> tuple[dict[int, str], str]:
    """What each slot is set to, and where laptops dial."""
    slots = {number: store.setting(f"slot.{number}") for number in range(1, MOST_SLOTS + 1)}
    return {number: laptop for number, laptop in slots.items() if laptop}, store.setting(ADDRESS, USUAL_ADDRESS)


def _slot(number: int, laptop: str) -> Symptom | None:
    """What is wrong with the way of one slot; None where nothing is to be seen."""
    if laptop in (THIS_MACHINE, NETWORK):
        return None
    try:
        check_laptop(laptop)
    except LaptopRefused as error:
        return _fault(number, clean(str(error)))
    device = laptop.removeprefix(_SERIAL).partition("?")[0]
    if laptop.startswith(_SERIAL) and device.startswith(_DEVICES):
        if not Path(device).exists():
            return _fault(number, f"{clean(device, 80)} is not there; plug its adapter in.")
        if not os.access(device, os.R_OK | os.W_OK):
            return _fault(
                number, f"{clean(device, 80)} may not be used by this user; add the user to the group dialout."
            )
    return None


def _fault(number: int, sentence: str) -> Symptom:
    remedy = f"Or choose another way: station bench --slot {number}=network."
    return Symptom(f"Way to slot {number}", False, False, sentence, remedy)


def _dialling(slots: list[int], address: str) -> Symptom:
    named = ", ".join(map(str, slots))
    try:
        parse_address(address)
    except LaptopRefused as error:
        return Symptom(
            "Laptops on the network", False, True, clean(str(error)), "Set another with station bench --agents."
        )
    return Symptom("Laptops on the network", True, True, f"they dial {address} for slot {named}.")
