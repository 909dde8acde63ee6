"""`station` and `python -m station`."""

from __future__ import annotations

import sys


def main() -> None:
    """Runs the command line; leaves with its exit status."""
    # Opening the bench with no words is the main job: it must not wait for what the other commands need.
    try:
        from station.cli import run

        status = run(sys.argv[1:])
    except KeyboardInterrupt:
        # Before the command had begun: it would have said so itself.
        status = 130
    sys.exit(status)


if __name__ == "__main__":
    main()
