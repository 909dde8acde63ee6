"""What a hostile laptop may send: no parser fails, nothing unclean comes out, and 4 MiB of anything stay cheap."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hardware.evidence.errors import EvidenceError
from specs.facts import Known
from tests.hardware.evidence import large_inputs
from tests.hardware.evidence.seeds import SEEDS
from tests.hardware.evidence.targets import FAMILIES, Target, family_of, faults, parsers, targets

SLOWEST_S = 2.0
MOST_KIB = 256 * 1024
BUNDLES = ("a zip", "a file in a folder", "any items")
SLOW = ("bundle", "devices", "windows")

HUGE = (b"9" * 25, b"-1", b"1e999", b"18446744073709551616", b"0x" + b"f" * 40, b"NaN")
NASTY = (
    b"\0",
    b"\x1b[2J\x1b]0;owned\x07",
    "\u202e\u2066".encode(),
    "\u200b\ufeff\x85\u2028".encode(),
    b"\xff\xfe",
    b"\xc3",
    b"=cmd|' /C calc'!A0",
    b"[red]",
    b"{" * 70,
    b"[" * 70,
    b"<!DOCTYPE x [<!ENTITY a 'b'>]>",
)


@st.composite
def mutated(draw: st.DrawFn, seeds: tuple[bytes, ...]) -> bytes:
    """A good input of some form, spoilt in one to four places; or any bytes at all."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.binary(max_size=200))
    data = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        length = draw(st.sampled_from((0, 1, 2, 8, 40)))
        match draw(st.sampled_from("flip cut splice repeat number nasty wide odd".split())):
            case "flip" if at < len(data):
                data = data[:at] + bytes((data[at] ^ draw(st.integers(1, 255)),)) + data[at + 1 :]
            case "cut":
                data = data[:at] + data[at + length :] if draw(st.booleans()) else data[:at]
            case "splice":
                other = draw(st.sampled_from(seeds))
                data = data[:at] + other[draw(st.integers(0, len(other))) :]
            case "repeat":
                data = data[:at] + data[at : at + 60] * draw(st.sampled_from((2, 50))) + data[at:]
            case "number":
                numbers = list(re.finditer(rb"\d+", data))
                if numbers:
                    one = draw(st.sampled_from(numbers))
                    data = data[: one.start()] + draw(st.sampled_from(HUGE)) + data[one.end() :]
            case "nasty":
                data = data[:at] + draw(st.sampled_from(NASTY)) + data[at + length :]
            case "wide":
                data = data.decode("utf-8", "replace").encode("utf-16")
            case "odd":
                data = data[:-1]
    return data[:65536]


def accepted(target: Target) -> tuple[bytes, ...]:
    """The seeds that the parser takes, twice, with all others once."""
    taken = []
    for seed in SEEDS:
        try:
            target.run(seed)
        except EvidenceError:
            continue
        taken.append(seed)
    return (*taken, *taken, *SEEDS)


def target_named(name: str) -> Target:
    family = "bundle" if name in BUNDLES else family_of(name)
    return next(target for target in targets(family) if target.name == name)


@pytest.mark.parametrize("name", [*parsers(), *BUNDLES])
def test_a_parser_raises_only_its_error_and_lets_nothing_unclean_out(name: str):
    target = target_named(name)

    @settings(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(mutated(accepted(target)))
    def hold(data: bytes) -> None:
        try:
            result = target.run(data)
        except EvidenceError as error:
            result = str(error)
        assert faults(result) == []

    hold()


@pytest.mark.parametrize("name", parsers())
def test_a_parser_takes_one_of_the_good_inputs(name: str):
    """So that the spoilt ones are near to what it reads; a parser of a new form needs a seed of it."""
    target = target_named(name)
    assert len(accepted(target)) > len(SEEDS)


@pytest.mark.parametrize(
    "family", [pytest.param(name, marks=pytest.mark.slow) if name in SLOW else name for name in FAMILIES]
)
def test_four_mebibytes_of_anything_take_two_seconds_and_256_mebibytes_at_most(family: str):
    """In a process of its own, beside the bare import: CPU time, and the memory that an input takes at its peak."""
    script = Path(large_inputs.__file__)
    done = subprocess.run(
        [sys.executable, str(script), family], capture_output=True, text=True, timeout=100, env=os.environ, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    rows: list[list[Any]] = json.loads(done.stdout)
    assert len(rows) >= len(targets(family)) * len(large_inputs.plain())
    costly = [row for row in rows if row[2] > SLOWEST_S or row[3] > MOST_KIB or row[4]]
    assert costly == []


def test_a_large_input_is_large_and_of_its_seeds_form():
    seed = next(seed for seed in SEEDS if seed.startswith(b"# dmidecode"))
    for data in (*large_inputs.plain().values(), *large_inputs.grown(seed).values()):
        assert large_inputs.SIZE * 0.9 < len(data) <= large_inputs.SIZE
    many = large_inputs.grown(seed)["said again"]
    assert many.count(b"Handle 0x0001") > 1000


@pytest.mark.parametrize(
    "bad",
    [
        "a\x1b[2J",
        "a\u202eb",
        "a\nb",
        "x" * 1000,
        2**63,
        float("nan"),
        {"\x07": 1},
        (Known("\u200b", ()),),
    ],
)
def test_what_is_unclean_or_out_of_bounds_is_seen(bad: object):
    assert faults((bad,))
    assert faults(Known(bad, ())) if not isinstance(bad, dict) else True


def test_what_is_clean_has_no_faults():
    assert faults(("Example SSD", 2**63 - 1, 1.5, True, None, Known("B140XTN07.2", ("edid-eDP-1",)))) == []


@pytest.mark.slow
def test_the_fuzzer_runs_a_family_and_says_what_it_did(project: Path, tmp_path: Path):
    pytest.importorskip("atheris")
    command = [sys.executable, str(project / "benchmarks" / "fuzz_parsers.py"), "edid", "--seconds=2"]
    done = subprocess.run(
        [*command, f"--findings={tmp_path}", f"--captures={tmp_path}"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    family, executions, *_, findings, peak = done.stdout.splitlines()[-1].split()
    assert (family, findings) == ("edid", "0")
    assert int(executions.replace(",", "")) > 100
    assert 10 < int(peak) < 1000
    assert list(tmp_path.iterdir()) == []
