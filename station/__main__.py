"""`station` and `python -m station`."""

from __future__ import annotations

import sys


def main() -> None:
    """Runs the command line; leaves with its exit status."""
    # Opening the bench with no words is the main job: it must not wait for what the other commands need.
    from station.cli import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
