"""The profile by which the bench judges, and choosing another while it runs."""

from __future__ import annotations

from typing import Final

from specs.profile import Profile, ProfileError
from specs.profiles import Library
from specs.text import clean
from station.bench import wording

__all__ = ["DEFAULT_PROFILE", "ProfileInUse"]

DEFAULT_PROFILE: Final = "ghwt-2021w-windows-laptop"


class ProfileInUse:
    """One bench's profile; where it cannot be used, a sentence that says why nothing is tested."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._chosen = ""
        self.profile: Profile | None = None
        """None where the one that was chosen cannot be used."""
        self.fault = ""
        """Why not."""

    def open(self, chosen: str) -> None:
        """The profile of the setting."""
        self._chosen = chosen
        try:
            self.profile = self._library.open(chosen)
        except ProfileError as error:
            # Judging by another profile instead could let through what this one refuses, so nothing is tested.
            self.fault = wording.profile_faulty(chosen, str(error))

    def other(self, chosen: str) -> Profile:
        """Another profile, which is not in use yet. Raises `ProfileError`."""
        return self._library.open(chosen)

    def use(self, profile: Profile) -> None:
        """Judges by this profile from now on."""
        self.profile = profile
        self.fault = ""

    @property
    def judged_by(self) -> Profile | str:
        """The profile, or the sentence that says why nothing is tested."""
        return self.profile or self.fault

    @property
    def reference(self) -> str:
        """What names the profile in records and on screens."""
        return self.profile.reference if self.profile else clean(self._chosen, 120)

    @property
    def digest(self) -> str:
        """The profile's digest; empty where it cannot be used."""
        return self.profile.digest if self.profile else ""

    @property
    def title(self) -> str:
        """What a person calls it."""
        return self.profile.title if self.profile else wording.NO_PROFILE
