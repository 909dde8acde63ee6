"""How commands write data: one JSON document on standard output, and nothing else."""

from __future__ import annotations

import sys

__all__ = ["print_json"]


def print_json(document: object) -> None:
    """Writes one JSON document and its newline."""
    import msgspec

    sys.stdout.buffer.write(msgspec.json.encode(document) + b"\n")
    sys.stdout.buffer.flush()
