from pathlib import Path

import hypothesis
import pytest

# A deadline for each example measures the machine's load, not the code.
hypothesis.settings.register_profile("station", deadline=None)
hypothesis.settings.load_profile("station")


@pytest.fixture(scope="session")
def project() -> Path:
    """The project's folder."""
    return Path(__file__).resolve().parent.parent
