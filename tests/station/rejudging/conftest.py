from __future__ import annotations

import pytest

from checks.catalogue import shapes
from specs.profile import Profile
from specs.profiles import load_library


@pytest.fixture(scope="session")
def windows() -> Profile:
    """The Windows laptop of winter 2021."""
    return load_library(shapes()).get("ghwt-2021w-windows-laptop")
