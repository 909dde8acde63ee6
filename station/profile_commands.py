"""`station profile ...`: the library of profiles, what each asks for, its faults, and what differs between two."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from station.output import print_json

if TYPE_CHECKING:
    from specs.profile import Fault, Profile
    from specs.profiles import Library

__all__ = ["load_profiles", "profile"]

DONE, WRONG_INPUT = 0, 2

_JSON: Final = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


def load_profiles() -> Library:
    """The library that ships, with the checks that this station knows. Raises `ProfileError` where it is damaged."""
    from checks.catalogue import shapes
    from specs.profiles import load_library

    return load_library(shapes())


@click.group()
def profile() -> None:
    """The profiles: what the department requires, with sources."""


@profile.command("list")
@_JSON
def profile_list(as_json: bool) -> int:
    """Every profile that ships."""
    from station import printing

    library = load_profiles()
    found = [library.resolve(raw) for reference in library.references() if (raw := library.find(reference))]
    if as_json:
        print_json([printing.profile_summary(one) for one in found])
    else:
        printing.print_profiles(found, click.echo)
    return DONE


@profile.command("show")
@click.argument("reference")
@click.option("--origin", is_flag=True, help="Say from which profile each row comes.")
@_JSON
def profile_show(reference: str, origin: bool, as_json: bool) -> int:
    """One profile, row by row."""
    import msgspec

    from station import printing

    shown = _resolved(load_profiles(), reference)
    if as_json:
        print_json(msgspec.to_builtins(shown))
    else:
        printing.print_profile(shown, origin, click.echo)
    return DONE


@profile.command("lint")
@click.argument("references", nargs=-1)
@_JSON
def profile_lint(references: tuple[str, ...], as_json: bool) -> int:
    """Every fault of the profiles named (files or IDs; default: the whole library)."""
    import msgspec

    from specs.profile import ProfileError
    from station import wording

    library = load_profiles()
    faults: list[Fault] = []
    for reference in references or library.references():
        try:
            found = _linted(library, reference)
        except ProfileError as error:
            found = list(error.faults)
        # A fault of a profile that others extend is told once.
        faults += [fault for fault in found if fault not in faults]
    if as_json:
        print_json([msgspec.to_builtins(fault) for fault in faults])
    else:
        for fault in faults:
            click.echo(str(fault))
        click.echo(wording.lint_faults(len(faults)) if faults else wording.LINT_CLEAN)
    return WRONG_INPUT if faults else DONE


@profile.command("diff")
@click.argument("before")
@click.argument("after")
@_JSON
def profile_diff(before: str, after: str, as_json: bool) -> int:
    """What AFTER asks for that BEFORE does not, in sentences. Each is an ID, ID@VERSION or a .toml file."""
    import msgspec

    from specs.differences import differences
    from station import profile_words

    library = load_profiles()
    old, new = _resolved(library, before), _resolved(library, after)
    changes = differences(old, new)
    if as_json:
        print_json({"before": old.reference, "after": new.reference, "changes": msgspec.to_builtins(changes)})
        return DONE
    click.echo(profile_words.diff_heading(old, new))
    for change in changes:
        click.echo(f"  {profile_words.change_words(change)}")
    click.echo(profile_words.ways_words(changes) if changes else profile_words.NO_CHANGES)
    return DONE


@profile.command("schema")
def profile_schema() -> int:
    """The JSON Schema of profile files, for editors."""
    from checks.catalogue import shapes
    from specs.schema import schema_text

    click.echo(schema_text(shapes()), nl=False)
    return DONE


def _linted(library: Library, reference: str) -> list[Fault]:
    """The faults that only this room can see. Raises `ProfileError` with those that the profile has by itself."""
    from specs.profiles import read_profile_file
    from station.profile_exercises import exercise_faults

    raw = library.find(reference)
    if raw is not None:
        return exercise_faults(library.resolve(raw), raw)
    if reference.endswith(".toml") or Path(reference).exists():
        return exercise_faults(library.read(Path(reference)), read_profile_file(Path(reference)))
    library.get(reference)  # which says what there is in its place
    return []


def _resolved(library: Library, reference: str) -> Profile:
    """A profile of the library, also one that is only there to be extended, or that of a file."""
    raw = library.find(reference)
    return library.open(reference) if raw is None else library.resolve(raw)
