"""The embedded central store as a child of the engine: enrols this bench without a question, then serves.

    python -m station.bench.central_child CENTRAL_FOLDER BENCH_ID BENCH_NAME PORT

Prints one JSON line when it answers: its address and the file with the bench's token. The port asked for is used
where it is free, any other one where it is not.
"""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

from station.bench.companion_messages import CentralReady
from station.bench.lifeline import hold_on
from station.central.enrol import enrol_local, token_file
from station.central.errors import CentralError, PortTaken
from station.central.serve import serve

__all__ = ["main"]


def main(arguments: list[str]) -> int:
    """Runs until its parent is gone."""
    folder, bench_id, name, port = Path(arguments[0]), arguments[1], arguments[2], int(arguments[3])
    hold_on()

    def ready(address: str) -> None:
        told = CentralReady(address, str(token_file(folder, bench_id)))
        sys.stdout.buffer.write(msgspec.json.encode(told) + b"\n")
        sys.stdout.buffer.flush()

    try:
        enrol_local(folder, bench_id, name)
        try:
            serve(folder, port, ready)
        except PortTaken:
            serve(folder, 0, ready)
    except CentralError as error:
        print(error, file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
