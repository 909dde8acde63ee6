"""The benchmark of the serial line sends what the probe gives, over every line, and can say that a target is missed."""

import json
import sys
from pathlib import Path

import pytest

from benchmarks import serial_line
from benchmarks.real_laptops import captured, write_laptop, write_tools
from hardware.probe.capture import Capture
from hardware.probe.laptop import Laptop
from hardware.probe.tools import Tools
from hardware.simulated.line import CLEAN
from tests.hardware.probe import laptop_tree


def test_evidence_is_about_as_many_bytes_on_a_clean_line_as_it_is_packed(tmp_path: Path):
    answer = serial_line.frames(str(laptop_tree.build(tmp_path)), None, fast=True)
    sent = serial_line.send(answer, CLEAN, baud=115_200, seed=1)
    assert sent.frames == len(answer)
    assert sent.packed < sent.said < 1.07 * sent.packed
    assert sent.seconds < 1


@pytest.mark.parametrize("line", serial_line.LINES)
def test_evidence_comes_whole_over_every_line_of_the_benchmark(tmp_path: Path, line: str):
    answer = serial_line.frames(str(laptop_tree.build(tmp_path)), None, fast=True)
    assert serial_line.send(answer, serial_line.LINES[line], baud=115_200, seed=3).frames == len(answer)


@pytest.mark.parametrize(("target", "status", "words"), [(10**9, 0, "targets met"), (10, 1, "a target is missed")])
def test_it_says_whether_the_targets_hold(monkeypatch, capsys, tmp_path, target: int, status: int, words: str):
    monkeypatch.setattr(sys, "argv", ["serial_line", "--captures", str(tmp_path), "--runs", "1"])
    monkeypatch.setattr(serial_line, "TARGETS", {"core evidence": target})
    monkeypatch.setattr(serial_line, "LINES", {"clean": CLEAN})
    assert serial_line.main() == status
    assert words in capsys.readouterr().out


def test_the_probe_reads_a_captured_laptop_as_it_reads_a_real_one(project: Path, tmp_path: Path):
    captures = project.parent / "shared" / "captures"
    laptops = captured(captures)
    if not laptops:
        pytest.skip(f"there are no captures in {captures}")
    write_laptop(tmp_path / "laptop", captures, laptops[0])
    write_tools(tmp_path / "tools", captures)
    capture = Capture(Laptop(str(tmp_path / "laptop")), Tools(str(tmp_path / "tools")))
    items = {meta.id: (meta, data) for meta, data in capture.items()}
    whole = {name for name, (meta, _) in items.items() if meta.error is None}
    assert whole >= {"smbios", "dmi", "cpu", "block", "battery", "drm", "net", "wifi", "pci", "usb", "input", "kernel"}
    pci = json.loads(items["pci"][1])
    assert sum(path.endswith("/vendor") for path in pci) > 10
    assert any(path.endswith("/driver") for path in pci)
