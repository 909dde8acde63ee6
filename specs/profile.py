"""Profiles: what the department requires, as data, with the source and the dates of every number.

The values only. `specs.profile_file` reads a file, `specs.resolve` puts a profile together with what it inherits,
`specs.profiles` is the library that ships.
"""

from __future__ import annotations

from enum import Enum
from typing import Any, Final

from msgspec import Struct

from specs.asking import Symptom
from specs.limits import Limit, limit_data
from specs.quantities import Measure

__all__ = [
    "BY",
    "MODEL",
    "SEVERITIES",
    "TECHNICIAN",
    "USUAL_UNKNOWN",
    "WHEN_UNKNOWN",
    "Attested",
    "Confirm",
    "ConfirmError",
    "Dropped",
    "Fault",
    "Profile",
    "ProfileError",
    "Requirement",
    "Shape",
    "Standing",
]

SEVERITIES: Final = ("blocker", "major", "minor", "info")
WHEN_UNKNOWN: Final = ("inconclusive", "error", "fail")
USUAL_UNKNOWN: Final = WHEN_UNKNOWN[0]
"""What an unknown reading means where a row does not say."""
MODEL: Final = "model"
TECHNICIAN: Final = "technician"
BY: Final = (MODEL, TECHNICIAN)
"""Who attests a row: once per model on paper, or the technician on every laptop."""


class Standing(Enum):
    """How sure a number is. `unverified` must be shown as such (department.md section 9)."""

    PUBLISHED = "published"
    SECONDARY = "secondary"
    INFERRED = "inferred"
    UNVERIFIED = "unverified"


class Fault(Struct, frozen=True):
    """One thing wrong with a profile: the file, the line (0 where none can be named), the field, and the remedy."""

    file: str
    line: int
    field: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.field}: {self.problem}; {self.remedy}"


class ProfileError(Exception):
    """The profile cannot be used. `faults` holds every fault found; the message is the first."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(str(faults[0]) if faults else "the profile cannot be used")
        self.faults = faults


class Shape(Struct, frozen=True):
    """What a profile must know of a check: what it measures, and the type of its arguments (None: it takes none).

    `title` and `decides` are for people: an editor shows them beside the row. `words` are all that a check of text can
    read, where that is a closed list.
    """

    measure: Measure
    arguments: type[Struct] | None = None
    title: str = ""
    decides: str = ""
    words: tuple[str, ...] = ()


class ConfirmError(ValueError):
    """The rule of confirmation cannot be one; the message says why."""


MOST_READINGS: Final = 9


class Confirm(Struct, frozen=True):
    """A failing reading is taken again: the row holds where `passes` of `of` readings are within the limit.

    A row that holds by this rule is marginal and flaky, never a clean pass (design.md section 8). More than half of
    the readings must hold, or a laptop that mostly fails would ship; and not all of them, because the failing reading
    counts too: "3 of 3" could never hold once a reading has failed, and reads as a stricter rule than it is.
    """

    passes: int
    of: int

    def __post_init__(self) -> None:
        if not 1 <= self.of <= MOST_READINGS:
            raise ConfirmError(f"takes more than {MOST_READINGS} readings, or none")
        if self.passes * 2 <= self.of:
            raise ConfirmError("lets a laptop ship that fails as often as it passes, or more")
        if self.passes >= self.of:
            raise ConfirmError("could never hold: the failing reading is one of them")

    def __str__(self) -> str:
        return f"{self.passes} of {self.of}"


class Requirement(Struct, frozen=True):
    """One row: a check, its limit, how much it weighs, where the number is from, and in which profile it stands.

    `says` puts a limit that is a list or a pattern in words; a limit that is a number always speaks for itself.
    `arguments` are those of the check, as plain values; `confirm` says how a failing reading may be confirmed.
    `effective_from` and `effective_to` are the row's own dates (ISO 8601), else those of the profile it stands in;
    `replaces` names the profile whose row it overrides.
    """

    check: str
    limit: Limit
    measure: Measure
    severity: str
    when_unknown: str
    source: str
    standing: Standing
    origin: str
    note: str = ""
    says: str = ""
    confirm: Confirm | None = None
    arguments: dict[str, Any] = {}
    effective_from: str = ""
    effective_to: str = ""
    replaces: str = ""

    def limits(self) -> dict[str, Any]:
        """The limit as data, as findings store it: with its words, the check's arguments and the rule of confirmation
        where the row has any.
        """
        data = limit_data(self.limit, self.measure)
        if self.says:
            data["words"] = self.says
        if self.arguments:
            data["arguments"] = self.arguments
        if self.confirm is not None:
            data["confirm"] = str(self.confirm)
        return data


class Attested(Struct, frozen=True):
    """One row that no bench can measure. Recorded with each judgement.

    `by` says who attests it: "model", once per model on paper, with the `document` where there is one; "technician",
    by looking at every laptop, and `look` says where to look and what must be seen. `severity` is "info" unless the
    profile says otherwise: then an open row is recorded and does not decide; a technician's fail always does.

    How the technician is asked: `purpose` in a sentence, `steps` one after the other, the `symptoms` of which a fail
    names one (none: the general ones), the `exercise` that the laptop does meanwhile. With `challenge` a pass needs the
    number that the exercise shows.
    """

    name: str
    claim: str
    source: str
    standing: Standing
    origin: str
    document: str = ""
    by: str = MODEL
    look: str = ""
    severity: str = "info"
    replaces: str = ""
    effective_from: str = ""
    effective_to: str = ""
    purpose: str = ""
    steps: tuple[str, ...] = ()
    symptoms: tuple[Symptom, ...] = ()
    exercise: str = ""
    challenge: bool = False


class Dropped(Struct, frozen=True):
    """An inherited row that a profile leaves out, and why: `origin` is the profile that drops it, `replaces` the one
    whose row it was. `name` is a check's id, or the name of a claim where `attested` is true.
    """

    name: str
    origin: str
    replaces: str
    source: str
    standing: Standing
    attested: bool = False


class Profile(Struct, frozen=True):
    """A resolved profile: every row with its origin. `digest` is the SHA-256 of all that decides a verdict.

    `dropped` are the inherited rows that are left out: they decide nothing, and are told. `lineage_dates` are the first
    and the last day of each profile of `lineage`, in its order. `note` is for those who keep the profile: it decides
    nothing, and is not inherited.
    """

    id: str
    version: str
    title: str
    lineage: tuple[str, ...]
    effective_from: str
    effective_to: str
    abstract: bool
    requirements: tuple[Requirement, ...]
    attested: tuple[Attested, ...]
    digest: str
    dropped: tuple[Dropped, ...] = ()
    lineage_dates: tuple[tuple[str, str], ...] = ()
    note: str = ""

    @property
    def reference(self) -> str:
        """ID@VERSION, as findings name it."""
        return f"{self.id}@{self.version}"

    def has_own_dates(self, row: Requirement | Attested) -> bool:
        """True for a row of this profile whose dates are not simply those of the profile in which it stands."""
        dates = dict(zip(self.lineage, self.lineage_dates, strict=False))
        return dates.get(row.origin) != (row.effective_from, row.effective_to)
