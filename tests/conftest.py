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
