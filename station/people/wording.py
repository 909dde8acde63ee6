"""What `station operator` and a badge say to a person: every sentence of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from specs.text import clean
from station.local_time import local_moment
from station.store.people_book import Operator, Role

__all__ = [
    "BADGE_HEAD",
    "FIRST",
    "NOBODY",
    "NO_BY",
    "NO_NAME",
    "NO_SUPERVISOR",
    "ROLES",
    "badge_foot",
    "badge_made",
    "ended",
    "enrolled",
    "is_there",
    "name_taken",
    "no_folder",
    "no_store",
    "not_here",
    "not_printable",
    "not_written",
    "operator_lines",
    "renewed",
    "wrong_ending",
]

ROLES: Final[dict[Role, str]] = {"technician": "Technician", "supervisor": "Supervisor"}

BADGE_HEAD: Final = "Intake Station"
NOBODY: Final = "Nobody is enrolled, so nobody signs in at this bench."
NO_NAME: Final = "an operator needs a name, as colleagues know it"
NO_BY: Final = "this needs an owner: give your name with --by"
FIRST: Final = "From now on this bench tests laptops only while somebody is signed in: scan the badge there."
NO_SUPERVISOR: Final = (
    "No supervisor is enrolled, so nobody can approve what goes against a rule. Enrol one:"
    " station operator add NAME --role supervisor."
)
_SHOWN: Final = 80


def badge_foot(role: Role, badge_end: str) -> str:
    """What a badge says under its code: the role, and by which end people tell badges apart."""
    return f"{ROLES[role]}   …{badge_end}"


def enrolled(operator: Operator) -> str:
    """Somebody was taken on."""
    return f"Enrolled: {operator.name}, {operator.role}."


def renewed(was: Operator) -> str:
    """Somebody has another badge."""
    return f"A new badge for {was.name}, {was.role}. The old one …{was.badge_end} counts no more."


def badge_made(operator: Operator, path: str) -> str:
    """The badge is in a file, and nowhere else."""
    return (
        f"The badge …{operator.badge_end} is in {clean(path)} and nowhere else. Print it, then delete the file: whoever"
        f" has it can sign in as {operator.name}."
    )


def ended(operator: Operator) -> str:
    """Somebody works here no longer."""
    return f"Ended: {operator.name}, {operator.role}. The badge …{operator.badge_end} counts no more."


def operator_lines(operator: Operator) -> tuple[str, ...]:
    """Somebody in the list."""
    since = local_moment(operator.made_at)
    line = f"{operator.name}  {operator.role}, badge …{operator.badge_end}, since {since}, by {operator.made_by}"
    if not operator.ended_at:
        return (line,)
    return (line, f"    ended {local_moment(operator.ended_at)} by {operator.ended_by}")


def no_store(folder: str) -> str:
    """There is no bench store in the data folder."""
    return f"no bench has worked in {clean(folder)} yet; name its data folder with --data"


def name_taken(name: str) -> str:
    """Somebody has that name."""
    return f"{clean(name, _SHOWN)} is enrolled already; add what tells the two apart, or make a new badge for the one"


def not_here(name: str, known: Sequence[str]) -> str:
    """Nobody has that name."""
    here = f"enrolled are {', '.join(known)}" if known else "nobody is"
    return f"nobody called {clean(name, _SHOWN)!r} is enrolled at this bench; {here}"


def wrong_ending(path: str) -> str:
    """Nothing is known to write into such a file."""
    return f"{clean(path, _SHOWN)!r} ends in no kind of badge file; name a .png or .pdf file with -o"


def is_there(path: str) -> str:
    """A badge would replace what may be somebody else's."""
    return f"{clean(path)} is there already, and may be somebody's badge; name another file with -o"


def no_folder(folder: str) -> str:
    """A file is to be written into a folder that there is not."""
    return f"there is no folder {clean(folder)}; make it, or name a file in another one with -o"


def not_written(path: str, reason: str) -> str:
    """The badge could not be written; nobody was enrolled."""
    return f"{clean(path)} cannot be written ({clean(reason, _SHOWN)}); name another file with -o"


def not_printable(why: str) -> str:
    """The badge could not be drawn so that it reads back; nobody was enrolled."""
    return f"the badge cannot be made: {clean(why)}"
