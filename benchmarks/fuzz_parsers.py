"""Coverage-guided fuzzing of the evidence parsers, a family at a time: what hostile evidence can do to the bench.

    .venv/bin/python benchmarks/fuzz_parsers.py FAMILY... [--seconds 600] [--findings FOLDER] [--captures FOLDER]

A family is one process; run two of them to use two processors. The families and their parsers are the table in
tests/hardware/evidence/targets.py. The corpus begins with the invented inputs of tests/hardware/evidence/seeds.py and,
where the captures of real laptops lie beside the project, with theirs; it lives in a temporary folder.

Prints for each family: executions, executions a second, findings, peak memory. A finding is any exception but
`EvidenceError`, a text that came out unclean, a number past its bounds, an input that takes over 2 s or grows the
process by more than 256 MiB. Each is written to the findings folder, input and traceback. Exit status 1 where there
is one. Needs atheris, which has wheels for Linux on x86-64 and Python 3.11 to 3.13.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

SLOWEST_S = 2.0
MOST_GROWTH_KIB = 256 * 1024
HANGS_S = 60
LONGEST_INPUT = 65536
MOST_FINDINGS = 50

# Which folders of the captures are seeds for which family.
CAPTURES = {
    "dmi": ("dmidecode", "smbios-bin"),
    "edid": ("edid",),
    "smart": ("smart",),
    "disks": ("lsblk", "emmc", "lshw", "hwinfo"),
    "power": ("battery", "windows"),
    "buses": ("lspci", "udevadm", "lscpu", "cpuinfo"),
    "devices": ("wifi", "bluetooth", "hwinfo", "udevadm"),
    "firmware": (),
    "windows": ("windows",),
    "sealed": (),
    "listings": ("lshw", "hwinfo", "udevadm"),
    "bundle": ("emmc", "lsblk", "battery", "lspci"),
}


def main() -> int:
    """Runs the families that are asked for, one after the other; 1 where something was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("family", nargs="+", choices=[*CAPTURES, "all"])
    parser.add_argument("--seconds", type=float, default=600.0, help="of each family (default 600)")
    parser.add_argument("--findings", type=Path, default=None, help="where to write inputs that fail")
    parser.add_argument("--captures", type=Path, default=PROJECT.parent / "shared" / "captures")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    findings = given.findings or Path(tempfile.mkdtemp(prefix="fuzz-findings-"))
    findings.mkdir(parents=True, exist_ok=True)
    if given.child:
        fuzz(given.family[0], given.seconds, given.child, findings)
    names = list(CAPTURES) if "all" in given.family else given.family
    print(f"{'family':10} {'executions':>11} {'per s':>8} {'inputs':>7} {'findings':>9} {'peak MiB':>9}", flush=True)
    found = 0
    for name in names:
        with tempfile.TemporaryDirectory(prefix="fuzz-corpus-") as corpus:
            lay_seeds(name, Path(corpus), given.captures)
            found += run(name, given.seconds, Path(corpus), findings)
    if found:
        print(f"{found} findings, in {findings}")
    return 1 if found else 0


def lay_seeds(family: str, corpus: Path, captures: Path) -> None:
    """Fills the corpus with the invented inputs and the captures of the family."""
    from tests.hardware.evidence.seeds import SEEDS
    from tests.hardware.evidence.targets import zip_of

    seeds = list(SEEDS)
    for folder in CAPTURES[family]:
        if (captures / folder).is_dir():
            seeds += [file.read_bytes() for file in sorted((captures / folder).iterdir()) if file.is_file()]
    if family == "bundle":
        seeds.append(b"\n//\n".join(seeds[:32]))
        manifest = {
            "format": "intake-bundle/1",
            "items": [{"id": "os", "file": "items/os.txt", "size": 10}, {"id": "cpu", "error": "EACCES: /proc"}],
        }
        files = {"manifest.json": json.dumps(manifest).encode(), "items/os.txt": b"ID=debian\n"}
        seeds += [zip_of(files), zip_of({"dmidecode.txt": seeds[0], "edid-eDP-1.bin": seeds[5]})]
    for number, seed in enumerate(seeds):
        (corpus / f"seed-{number:04}").write_bytes(seed[:LONGEST_INPUT])


def run(family: str, seconds: float, corpus: Path, findings: Path) -> int:
    """One family in a process of its own; prints its line and gives the number of findings."""
    report = corpus.with_name(corpus.name + ".json")
    command = [sys.executable, __file__, family, f"--seconds={seconds}", f"--findings={findings}", f"--child={report}"]
    try:
        with tempfile.TemporaryFile() as words:
            done = subprocess.run(
                command, cwd=corpus, stdout=words, stderr=words, timeout=seconds + 10 * HANGS_S, check=False
            )
            words.seek(0)
            said = words.read()[-4000:].decode(errors="replace")
        got: dict[str, Any] = json.loads(report.read_bytes()) if report.exists() else {}
    finally:
        report.unlink(missing_ok=True)
    count = len(got.get("findings", ()))
    # The fuzzer itself ends a process that hangs or crashes, and has written the input.
    if done.returncode != 0 or not got.get("finished"):
        count += 1
        print(f"{family}: the process ended by itself (status {done.returncode}); its last words:\n{said}")
    spent = max(got.get("seconds", 0.0), 0.001)
    print(
        f"{family:10} {got.get('executions', 0):11,} {got.get('executions', 0) / spent:8,.0f} {got.get('inputs', 0):7}"
        f" {count:9} {got.get('peak_kib', 0) / 1024:9.0f}",
        flush=True,
    )
    for finding in got.get("findings", ()):
        print(f"  {finding}")
    return count


def fuzz(family: str, seconds: float, report: Path, findings: Path) -> None:
    """Fuzzes in this process until the time is up, then ends it. The working folder is the corpus."""
    atheris = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["hardware", "specs"]):
        from hardware.evidence.errors import EvidenceError
        from tests.hardware.evidence.targets import faults, targets

        chosen = targets(family)
        if family == "bundle":
            import hardware.evidence.facts  # noqa: F401

    begun = time.monotonic()
    kept: dict[str, None] = {}
    executions = saved = 0

    def tell(finished: bool) -> None:
        state = {
            "finished": finished,
            "executions": executions,
            "seconds": time.monotonic() - begun,
            "inputs": sum(1 for _ in Path.cwd().iterdir()),
            "findings": list(kept),
            "peak_kib": _peak(),
        }
        report.write_text(json.dumps(state))

    def note(target: str, what: str, key: str, data: bytes, trace: str = "") -> None:
        title = f"{target}: {what} [{key}]"
        known = any(entry.startswith(f"{target}: ") and entry.endswith(f"[{key}]") for entry in kept)
        if known or len(kept) >= MOST_FINDINGS:
            return
        kept[title] = None
        name = f"{family}-{len(kept):02}"
        (findings / f"{name}.bin").write_bytes(data)
        (findings / f"{name}.txt").write_text(f"{title}\n{trace}", encoding="utf-8", errors="replace")
        tell(False)

    def one(data: bytes) -> None:
        nonlocal executions, saved
        for target in chosen:
            before, started = _peak(), time.perf_counter()
            try:
                result = target.run(data)
            except EvidenceError as error:
                result = str(error)
            except Exception as error:
                frame = traceback.extract_tb(error.__traceback__)[-1]
                where = f"{Path(frame.filename).name}:{frame.lineno}"
                note(target.name, f"{type(error).__name__}: {str(error)[:80]!a}", where, data, traceback.format_exc())
                result = None
            took, grown = time.perf_counter() - started, _peak() - before
            executions += 1
            if took > SLOWEST_S:
                note(target.name, f"took {took:.1f} s for {len(data)} bytes", "slow", data)
            if grown > MOST_GROWTH_KIB:
                note(target.name, f"grew by {grown // 1024} MiB for {len(data)} bytes", "large", data)
            for fault in faults(result)[:3]:
                note(target.name, fault, "unclean" if "clean" in fault else "bounds", data)
        if time.monotonic() - begun > seconds:
            tell(True)
            os._exit(0)
        if time.monotonic() - begun > saved + 5:
            saved += 5
            tell(False)

    arguments = [
        sys.argv[0],
        f"-max_len={LONGEST_INPUT}",
        f"-timeout={HANGS_S}",
        "-rss_limit_mb=0",
        f"-artifact_prefix={findings}/{family}-",
        ".",
    ]
    atheris.Setup(arguments, one)
    atheris.Fuzz()


def _peak() -> int:
    """The most memory that this process has had, in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    sys.exit(main())
