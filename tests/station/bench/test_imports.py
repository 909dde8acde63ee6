"""The engine starts fast and stays small: it loads no web server, no HTTP client, and never anything that draws."""

from __future__ import annotations

import subprocess
import sys


def test_the_engine_loads_only_what_it_works_with() -> None:
    code = "import sys, station.bench.__main__; print(*(name for name in sys.modules if '.' not in name))"
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, check=True, text=True)
    assert not {"sqlalchemy", "alembic", "litestar", "uvicorn", "httpx", "textual", "jinja2"} & set(done.stdout.split())
