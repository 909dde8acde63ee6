"""The digest of the parsers covers every module that can change what is read."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from hardware.evidence.version import reader_version


def version_of(copy: Path) -> str:
    code = "from hardware.evidence.version import reader_version; print(reader_version())"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=copy, capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout.strip()


@pytest.mark.parametrize(
    "changed", ["hardware/evidence/disks/smart.py", "hardware/evidence/facts.py", "specs/facts.py", "specs/text.py"]
)
def test_a_changed_parser_is_another_reader(project: Path, tmp_path: Path, changed: str) -> None:
    for source in (*(project / "hardware").rglob("*.py"), *(project / "specs").rglob("*.py")):
        copied = tmp_path / source.relative_to(project)
        copied.parent.mkdir(parents=True, exist_ok=True)
        copied.write_bytes(source.read_bytes())
    assert version_of(tmp_path) == reader_version()
    (tmp_path / changed).write_text((tmp_path / changed).read_text("utf-8") + "\n# changed\n", "utf-8")
    assert version_of(tmp_path) != reader_version()
