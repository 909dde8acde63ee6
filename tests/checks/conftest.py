import pytest

from checks.catalogue import shapes
from specs.profile import Profile
from specs.profiles import Library, load_library


@pytest.fixture(scope="session")
def library() -> Library:
    return load_library(shapes())


@pytest.fixture(scope="session")
def windows(library: Library) -> Profile:
    return library.get("ghwt-2021w-windows-laptop")


@pytest.fixture(scope="session")
def chromebook(library: Library) -> Profile:
    return library.get("ghwt-2021w-chromebook")
