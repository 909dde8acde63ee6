"""The parsers are right on the captures of real machines, and the benchmark that says so can say otherwise."""

import json
import runpy
import sys
from pathlib import Path

import pytest

from benchmarks.evidence_accuracy import FIELDS, main, parse, same
from tests.hardware.evidence.support import panel


def test_at_least_99_per_cent_of_the_captures_values_are_right(captures: Path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["evidence_accuracy", str(captures)])
    status = main()
    said = capsys.readouterr().out
    assert status == 0, said
    total = next(line for line in said.splitlines() if line.startswith("all "))
    invented = int(total.split()[4])
    assert invented == 0, said


def test_the_captures_own_scorer_agrees(captures: Path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["score.py", str(captures), "benchmarks.evidence_accuracy:parse"])
    runpy.run_path(str(captures / "score.py"), run_name="__main__")
    (total,) = (line for line in capsys.readouterr().out.splitlines() if line.startswith("TOTAL"))
    accuracy = float(total.partition("accuracy ")[2].partition("%")[0])
    assert accuracy >= 99.0, total
    assert "crashes {}" in total, total


def test_a_wrong_set_of_captures_ends_with_status_1(tmp_path: Path, monkeypatch, capsys):
    (tmp_path / "screen.bin").write_bytes(panel())
    facts = {"year": 2021, "week": 2, "serial": None}
    entry = {"kind": "edid", "file": "screen.bin", "facts": facts}
    (tmp_path / "manifest.json").write_text(json.dumps({"entries": [entry]}))
    monkeypatch.setattr(sys, "argv", ["evidence_accuracy", str(tmp_path)])
    assert main() == 1
    said = capsys.readouterr().out
    assert "screen.bin: week: wrong: wanted 2, got 1" in said
    assert "66.67%" in said


def test_no_captures_at_all_is_status_2_in_one_sentence(tmp_path: Path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["evidence_accuracy", str(tmp_path)])
    assert main() == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize("kind", [*FIELDS, "wifi", "nonsense"])
def test_noise_gives_every_field_and_no_value(kind: str):
    found = parse(kind, bytes(range(256)), f"{kind}/noise.bin")
    assert set(found) == set(FIELDS.get(kind, ()))
    assert all(value in (None, [], False) for value in found.values())


def test_capacities_within_half_a_per_cent_are_the_same():
    assert same("design_mwh", 57532, 57530)
    assert not same("design_mwh", 57532, 50000)
    assert same("cpus", ["a", "b"], ["b", "a"])
    assert not same("model", "a", None)
