"""The agent runs on the laptop: the standard library and Python 3.7 alone, and little of it is loaded."""

import ast
import subprocess
import sys

import pytest

from tests.hardware.probe.test_this_machine import PROBE

FILES = sorted((PROBE / "agent").glob("*.py"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_the_source_is_python_3_7_of_the_standard_library_alone(file):
    for node in ast.walk(ast.parse(file.read_text(), feature_version=(3, 7))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level <= 2, "nothing outside the probe's folder"
            names = [] if node.level else [node.module or ""]
        else:
            continue
        for name in names:
            assert name.split(".")[0] in sys.stdlib_module_names


def test_a_serial_line_alone_loads_no_tls_and_nothing_of_a_capture():
    script = "import sys; import hardware.probe.agent.main; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-S", "-c", script], capture_output=True, text=True, cwd=PROBE.parents[1])
    loaded = set(done.stdout.split())
    assert not loaded & {"ssl", "socket", "zipfile", "dataclasses", "inspect", "random", "hashlib", "asyncio"}
    assert "hardware.probe.capture" not in loaded
