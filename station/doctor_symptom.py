"""One thing that the doctor examined."""

from __future__ import annotations

from msgspec import Struct

__all__ = ["Symptom"]


class Symptom(Struct, frozen=True):
    """One thing examined. `needed`: the bench does not work without it; else something is missing from its evidence."""

    name: str
    well: bool
    needed: bool
    found: str
    remedy: str = ""

    @property
    def line(self) -> str:
        """The symptom as it is printed."""
        mark = "✔" if self.well else ("✖" if self.needed else "?")
        return f"{mark} {self.name}: {self.found}" + (f" {self.remedy}" if not self.well and self.remedy else "")
