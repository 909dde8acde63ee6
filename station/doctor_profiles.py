"""What the doctor finds of profiles: the library, and the one that this bench judges by."""

from __future__ import annotations

from checks.catalogue import shapes
from specs.profile import ProfileError
from specs.profiles import Library, load_library
from specs.text import clean
from station.bench.profile_in_use import DEFAULT_PROFILE
from station.doctor_store import ask_store
from station.doctor_symptom import Symptom
from station.paths import Paths

__all__ = ["examine_profiles"]


def examine_profiles(paths: Paths) -> list[Symptom]:
    """Whether every profile of the library can be used, and the one that the bench is set to. Without it no test."""
    library = load_library(shapes())
    return [_library(library), _in_use(library, paths)]


def _library(library: Library) -> Symptom:
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


def _in_use(library: Library, paths: Paths) -> Symptom:
    named = ask_store(paths, lambda store: store.setting("profile", DEFAULT_PROFILE), DEFAULT_PROFILE)
    try:
        profile = library.open(named)
    except ProfileError as error:
        found = f"{clean(named, 120)} cannot be used: {clean(str(error))}"
        found = found if found.endswith(".") else f"{found}."
        return Symptom("Profile in use", False, True, found, "Choose another with `station bench --profile`.")
    return Symptom("Profile in use", True, True, f"{clean(profile.reference, 120)}, {clean(profile.title, 120)}.")
