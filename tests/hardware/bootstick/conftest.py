from __future__ import annotations

from pathlib import Path

import pytest

from tests.hardware.bootstick.made_up import MadeUpArchive, everything


@pytest.fixture(scope="session")
def full_archive(tmp_path_factory: pytest.TempPathFactory) -> MadeUpArchive:
    """All packages of a boot stick, made up; not to be changed by a test."""
    archive = MadeUpArchive(tmp_path_factory.mktemp("archive"))
    everything(archive)
    return archive


@pytest.fixture
def apt(full_archive: MadeUpArchive, monkeypatch: pytest.MonkeyPatch) -> MadeUpArchive:
    """The made-up packages, with their apt before the real one."""
    monkeypatch.setenv("PATH", full_archive.path)
    return full_archive


@pytest.fixture
def own_apt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MadeUpArchive:
    """An archive of the test's own, empty."""
    archive = MadeUpArchive(tmp_path / "archive")
    monkeypatch.setenv("PATH", archive.path)
    return archive
