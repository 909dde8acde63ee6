"""A disk that any account calls failing never passes, whichever is read first: from the files to the finding."""

import json
from pathlib import Path
from typing import Any

import pytest

from checks.catalogue import shapes
from checks.judge import judge
from checks.verdict import Verdict
from hardware.evidence.bundle import read_bundle
from hardware.evidence.facts import read_facts
from specs.profiles import load_library


def smart(serial: str = "S1", *, passed: bool = True, reallocated: int = 0) -> dict[str, Any]:
    return {
        "smartctl": {"version": [7, 4]},
        "device": {"name": "/dev/sda", "protocol": "ATA"},
        "model_name": "Example SSD",
        "serial_number": serial,
        "user_capacity": {"bytes": 512_110_190_592},
        "smart_status": {"passed": passed},
        "ata_smart_attributes": {"table": [{"id": 5, "raw": {"value": reallocated}}]},
    }


BLOCK = {"/sys/block/sda/size": "1000215216\n", "/sys/block/sda/queue/rotational": "0\n"}
FAILED = {
    "MSFT_PhysicalDisk": [
        {"DeviceId": "0", "SerialNumber": "S1", "BusType": 11, "Size": 512110190592, "HealthStatus": 2}
    ]
}


def verdict(folder: Path, files: dict[str, Any]) -> Verdict:
    for name, content in files.items():
        (folder / name).write_text(json.dumps(content))
    facts = read_facts(read_bundle(folder)).facts
    findings = judge(facts, load_library(shapes()).open("ghwt-2021w-windows-laptop")).findings
    return next(one.verdict for one in findings if one.check == "storage.no_fault_found")


@pytest.mark.parametrize(
    "files",
    [
        {"smart-sda.json": smart(), "smart-sda.txt": smart(passed=False)},
        {"block.json": BLOCK, "smart-sda.json": smart(), "smart-sda.txt": smart(passed=False)},
        {"block.json": BLOCK, "smart-sda.json": smart(passed=False), "smart-sda.txt": smart()},
        {"disk.json": smart("GOOD1234"), "disk.txt": smart("BAD12345", passed=False)},
        {"smart-sda.json": smart(), "windows.json": FAILED},
        {"block.json": BLOCK, "smart-sda.json": smart(), "windows.json": FAILED},
    ],
)
def test_one_account_of_failure_is_a_fail(tmp_path, files):
    assert verdict(tmp_path, files) is Verdict.FAIL


@pytest.mark.parametrize(
    "files",
    [
        {"block.json": BLOCK, "smart-sda.json": smart(), "smart-sda.txt": smart(reallocated=900)},
        {"block.json": BLOCK, "smart-sda.json": smart("S1111"), "smart-sda.txt": smart("S2222")},
        {"block.json": BLOCK, "smart-sda.json": smart("S1111"), "smart-sda.txt": smart("S2222", passed=False)},
    ],
)
def test_accounts_that_differ_never_pass(tmp_path, files):
    assert verdict(tmp_path, files) in (Verdict.INCONCLUSIVE, Verdict.FAIL)


def test_one_good_account_passes(tmp_path):
    assert verdict(tmp_path, {"block.json": BLOCK, "smart-sda.json": smart()}) is Verdict.PASS
