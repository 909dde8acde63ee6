"""Writes the schema that editors read: `.venv/bin/python -m tests.specs.published_schema docs/profile.schema.json`."""

from __future__ import annotations

import sys
from pathlib import Path

from checks.catalogue import shapes
from specs.schema import schema_text

if __name__ == "__main__":
    Path(sys.argv[1]).write_text(schema_text(shapes()), "utf-8")
