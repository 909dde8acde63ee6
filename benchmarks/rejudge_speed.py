"""How long `station rejudge` takes over 40,000 stored attempts, by their kept facts and by their evidence alone.

    .venv/bin/python benchmarks/rejudge_speed.py [--attempts N] [--cold N] [--captures FOLDER] [--keep FOLDER]

The attempts are made through the bench's own store: the evidence of a typical laptop (benchmarks/evidence_speed.py), a
serial and a scan for each, judged by the Windows profile of winter 2021. Then the command itself runs on two
processors: over all of them with the facts that the bench kept (what it finds on every day but the one after an
upgrade of the parsers), and over some of them with no facts kept, so that each attempt's evidence is read again.

Prints seconds, attempts a second, and the ratio to the time in which the same Python only reads and decodes the same
records and facts, so that a slow machine is told from slow judging. Target (issue 4): 40,000 in under 60 s. Exit status
1 where it is missed.
"""

from __future__ import annotations

import argparse
import contextlib
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from benchmarks.evidence_speed import items  # noqa: E402
from checks.catalogue import shapes  # noqa: E402
from checks.judge import judge  # noqa: E402
from hardware.evidence.bundle import Bundle, make_item  # noqa: E402
from hardware.evidence.facts import read_facts  # noqa: E402
from hardware.scanners.scanner import Code  # noqa: E402
from specs.profile import Profile  # noqa: E402
from specs.profiles import load_library  # noqa: E402
from station.bench.worker import device_seen  # noqa: E402
from station.kept_facts import pack_facts, unpack_facts  # noqa: E402
from station.paths import Paths  # noqa: E402
from station.records import AttemptStatus  # noqa: E402
from station.rejudging.bench_archive import BenchArchive  # noqa: E402
from station.store.bench_store import BenchStore  # noqa: E402
from station.store.journal import ScanFate  # noqa: E402

ATTEMPTS, COLD = 40_000, 2_000
SECONDS = 60.0
PROCESSORS = 2
PROFILE = "ghwt-2021w-windows-laptop"
STRICTER = f"""
id = "rejudge-speed"
version = "1"
extends = "{PROFILE}"
[require."memory.installed"]
override = true
at_least = "16 GB"
source = "benchmarks/rejudge_speed.py"
standing = "inferred"
"""


def main() -> int:
    """Makes the stores, runs the command over each, and says what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--attempts", type=int, default=ATTEMPTS)
    parser.add_argument("--cold", type=int, default=COLD)
    parser.add_argument("--captures", type=Path, default=PROJECT.parent / "shared" / "captures")
    parser.add_argument("--keep", type=Path, help="Use this folder, and leave the stores in it.")
    options = parser.parse_args()
    with contextlib.ExitStack() as stack:
        folder = options.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        profile = folder / "stricter.toml"
        folder.mkdir(parents=True, exist_ok=True)
        profile.write_text(STRICTER)
        warm = _run(folder / "warm", options.attempts, options.captures, profile, keep_facts=True)
        cold = _run(folder / "cold", options.cold, options.captures, profile, keep_facts=False)
    print(f"cold / warm, for each attempt: {cold / warm:.1f}")
    whole = warm * ATTEMPTS
    print(f"{ATTEMPTS:,} attempts by kept facts: {whole:.1f} s (target {SECONDS:.0f} s)")
    return 0 if whole < SECONDS else 1


def _run(data: Path, attempts: int, captures: Path, profile: Path, *, keep_facts: bool) -> float:
    """Seconds for each attempt."""
    paths = Paths.prepare(data)
    by = load_library(shapes()).get(PROFILE)
    _fill(paths.store, attempts, captures, by, keep_facts=keep_facts)
    decoding = _decoding(paths.store)
    command = [sys.executable, "-m", "station", "rejudge", "--profile", str(profile), "--data", str(data)]
    started = time.perf_counter()
    done = subprocess.run([*command, "--processes", str(PROCESSORS)], capture_output=True, text=True, check=True)
    seconds = time.perf_counter() - started
    print(f"{'kept facts' if keep_facts else 'evidence'}: {attempts:,} attempts in {seconds:.1f} s", end="")
    print(f" ({attempts / seconds:,.0f} a second), {seconds / decoding:.1f} times reading and decoding them")
    print("    " + done.stdout.splitlines()[0])
    return seconds / attempts


def _fill(path: Path, attempts: int, captures: Path, profile: Profile, *, keep_facts: bool) -> None:
    store = BenchStore(path)
    # Only filling is hurried; the command that is measured opens the store anew.
    store.database.execute("PRAGMA synchronous=OFF")
    laptop = list(items(captures))
    reading = read_facts(Bundle.of(laptop))
    judged, device, facts = judge(reading.facts, profile), device_seen(reading.facts), pack_facts(reading)
    have = store.count_since("")
    for number in range(have.completed, attempts):
        serial = f"PF{number:06d}"
        label = store.journal.keep((Code(serial),), "keyboard")
        scan = store.journal.settle(label, ScanFate.KEPT, serial=serial).giving
        attempt = store.begin_attempt(
            scan,
            slot=1,
            operator="benchmark",
            profile=profile.reference,
            profile_digest=profile.digest,
            link="a benchmark",
        )
        scanned = b'{"scans":[{"text":"%b","serial":"%b","taken_for":"serial"}]}' % ((serial.encode(),) * 2)
        for position, item in enumerate([*laptop, make_item("scans", scanned)]):
            store.spool_item(attempt, position, item)
        store.finish_attempt(
            attempt,
            status=AttemptStatus.COMPLETED,
            verdict=judged.verdict,
            findings=judged.findings,
            device=device,
            facts=facts if keep_facts else None,
        )
    store.close()


def _decoding(path: Path) -> float:
    """Seconds in which one process reads and decodes every record, and every attempt's facts."""
    archive = BenchArchive.at(path)
    started = time.perf_counter()
    numbers = archive.numbers(0, 10**9)
    for first in range(0, len(numbers), 200):
        for kept in archive.kept(numbers[first], numbers[min(first + 199, len(numbers) - 1)]):
            if kept.facts is not None:
                unpack_facts(kept.facts)
    seconds = time.perf_counter() - started
    archive.close()
    return seconds


if __name__ == "__main__":
    sys.exit(main())
