"""Hostile inputs of 4 MiB, and what each parser of a family costs on them, measured in a process of its own.

python large_inputs.py FAMILY        prints a JSON list of [parser, input, CPU seconds, grown KiB, what went wrong]
"""

from __future__ import annotations

import gc
import json
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from hardware.evidence.errors import EvidenceError
from tests.hardware.evidence.seeds import SEEDS
from tests.hardware.evidence.targets import Target, faults, targets, zip_of

__all__ = ["SIZE", "grown", "plain"]

SIZE: Final = 4 * 2**20
"""Bytes of the largest item (design.md section 5)."""
_SEEDS_EACH: Final = 5
_DEVICE: Final = re.compile(r"^(/(?:[^/]+/){2,3})([A-Za-z][A-Za-z-]*)(\d*)")


def plain() -> dict[str, bytes]:
    """Large inputs of no form."""
    return {
        "one character": b"a" * SIZE,
        "a line each": b"a:\n" * (SIZE // 3),
        "opening brackets": b"[" * SIZE,
        "one long value": b"A: " + b"9" * (SIZE - 3),
        "zeros": bytes(SIZE),
    }


def grown(seed: bytes) -> dict[str, bytes]:
    """Large inputs of the seed's form: said over and over, with long values, with many members."""
    try:
        value = json.loads(seed)
    except (UnicodeDecodeError, ValueError):
        lines = seed.splitlines(keepends=True)
        made = {"said again": seed * (SIZE // len(seed) + 1)}
        if len(lines) > 1:
            made["the last line again"] = seed + lines[-1] * (SIZE // len(lines[-1]))
            made["a long line in it"] = seed[: seed.rindex(lines[-1])] + lines[-1].rstrip() + b"1 " * (SIZE // 2)
        return {name: data[:SIZE] for name, data in made.items()}
    many = _many(value, len(seed))
    return {"many members": json.dumps(many).encode(), "one long text": json.dumps(_long(value)).encode()[:SIZE]}


def _many(value: Any, size: int) -> Any:
    """The value with its lists and maps repeated under numbered names until it is about 4 MiB."""
    times = SIZE * 9 // 10 // max(size, 1)
    if isinstance(value, list):
        return value * times
    if not isinstance(value, dict):
        return value
    lists = {key: part * times for key, part in value.items() if isinstance(part, list)}
    if lists:
        return {**value, **lists}
    # A tree holds at most 50,000 paths; each device of it becomes many.
    wide = {}
    for number in range(min(times, 45_000 // max(len(value), 1))):
        for key, part in value.items():
            wide[_DEVICE.sub(rf"\g<1>\g<2>{number}", key, count=1)] = part
    return {**value, **wide}


def _long(value: Any) -> Any:
    """The value with its first text made megabytes long."""
    for key, part in value.items() if isinstance(value, dict) else ():
        if isinstance(part, str):
            return {**value, key: part + "1 " * (SIZE // 2 - 4096)}
    return value


def _inputs(target: Target) -> Iterator[tuple[str, bytes]]:
    yield from plain().items()
    accepted = 0
    most = 1 if target.name.startswith("a") else _SEEDS_EACH
    for number, seed in enumerate(SEEDS):
        if accepted >= most or not seed:
            continue
        try:
            target.run(seed)
        except EvidenceError:
            continue
        accepted += 1
        for name, data in grown(seed).items():
            yield f"seed {number}, {name}", data
    if target.name == "a zip":
        yield "a zip that swells", zip_of({"manifest.json": b'{"items":[]}', "dmidecode.txt": bytes(2 * SIZE)})


def _memory(word: str) -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(word):
            return int(line.split()[1])
    raise OSError(f"{word} is not in /proc/self/status")


def _measure(target: Target) -> Iterator[tuple[str, str, float, int, str]]:
    base = _memory("VmRSS:")
    for name, data in _inputs(target):
        gc.collect()
        # Sets the high-water mark back to what the process has now.
        Path("/proc/self/clear_refs").write_text("5")
        begun = time.process_time()
        wrong = ""
        try:
            found = faults(target.run(data))
            wrong = found[0] if found else ""
        except EvidenceError as error:
            wrong = next(iter(faults(str(error))), "")
        except Exception as error:
            wrong = f"{type(error).__name__}: {str(error)[:80]!a}"
        yield target.name, name, time.process_time() - begun, _memory("VmHWM:") - base, wrong


if __name__ == "__main__":
    print(json.dumps([row for target in targets(sys.argv[1]) for row in _measure(target)]))
