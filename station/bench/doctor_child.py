"""The doctor as a child of the engine: devices that do not answer take seconds, and no scan waits for them.

    python -P -m station.bench.doctor_child DATA_FOLDER

Prints one JSON array, `[{"name", "ok", "required", "found", "remedy"}]`, and exits 0; 3 with one sentence on standard
error where the data folder cannot be used. It prints nothing on paper, opens no scanner and no camera, and does not
read the store through: with an engine beside it that may take minutes.
"""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

from station.doctor import examine
from station.doctor_symptom import Symptom
from station.paths import Paths, PathsUnusable

__all__ = ["main", "said"]


def said(symptom: Symptom) -> dict[str, str | bool]:
    """A symptom as it travels. `required`: while it is not ok, no laptop is tested. `remedy` is empty where it is."""
    return {
        "name": symptom.name,
        "ok": symptom.well,
        "required": symptom.needed,
        "found": symptom.found,
        "remedy": "" if symptom.well else symptom.remedy,
    }


def main(arguments: list[str]) -> int:
    """Looks once."""
    try:
        paths = Paths.prepare(Path(arguments[0]))
    except PathsUnusable as error:
        print(error, file=sys.stderr)
        return 3
    sys.stdout.buffer.write(msgspec.json.encode([said(one) for one in examine(paths, through=False)]) + b"\n")
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
