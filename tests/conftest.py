import os
from pathlib import Path

import hypothesis
import pytest

# A deadline for each example measures the machine's load, not the code. CI tries the same examples each time, so
# that a change is judged by what it changed; everywhere else each run looks further.
hypothesis.settings.register_profile("station", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "station")


@pytest.fixture(scope="session")
def project() -> Path:
    """The project's folder."""
    return Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def captures(project: Path) -> Path:
    """The folder of real captures beside the project; they are read from there and never copied."""
    folder = project.parent / "shared" / "captures"
    if not (folder / "manifest.json").is_file():
        pytest.skip(f"the captures of real laptops are not at {folder}")
    return folder
