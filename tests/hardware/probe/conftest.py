import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hardware.evidence.bundle import Bundle, read_bundle
from tests.hardware.probe import laptop_tree


@pytest.fixture
def laptop(tmp_path: Path) -> Path:
    """A made-up laptop's files, to be changed at will."""
    return laptop_tree.build(tmp_path / "laptop")


@pytest.fixture
def run_probe(project: Path, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """Runs the probe as a folder."""

    def run(*arguments: object, **more: Any) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-I", "-B", str(project / "hardware" / "probe"), *map(str, arguments)]
        return subprocess.run(command, capture_output=True, timeout=60, **more)

    return run


@pytest.fixture
def capture(run_probe: Callable[..., subprocess.CompletedProcess[bytes]], tmp_path: Path) -> Callable[..., Bundle]:
    """The bundle that the probe makes of these arguments."""

    def make(*arguments: object) -> Bundle:
        file = tmp_path / "capture.zip"
        done = run_probe("-o", file, *arguments)
        assert done.returncode == 0, done.stderr
        return read_bundle(file)

    return make


@pytest.fixture
def tree() -> Callable[[Bundle, str], dict[str, Any]]:
    """A tree item's entries."""

    def entries(bundle: Bundle, item_id: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(bundle.items[item_id].data)
        assert list(found) == sorted(found)
        return found

    return entries
