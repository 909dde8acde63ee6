"""`station simulate laptop`: what it lists, and what it refuses before anything is built or started."""

from __future__ import annotations

from pathlib import Path

import pytest

from hardware.simulated.qemu.models import models
from hardware.simulated.qemu.spec import FAULTS
from station.simulating.commands import SimulateRefused
from station.simulating.laptop import laptop


def test_it_lists_every_model_and_every_fault(capsys: pytest.CaptureFixture[str]) -> None:
    assert laptop.main(["--list"], standalone_mode=False) == 0
    said = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in said] == [
        *(f"model {name}" for name in sorted(models())),
        *(f"fault {name}" for name in FAULTS),
    ]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--model", "nothing"], "hp-250-g7"),
        (["--fault", "nothing"], "no-tpm"),
        (["--serial", "a\x1b[31m"], "serial number"),
        (["--serial", "PF1A2B3C", "--count", "2"], "--count"),
        (["--bench", "127.0.0.1"], "127.0.0.1:8711"),
        (["--bench", "127.0.0.1:65536"], "127.0.0.1:8711"),
        (["--noise", "flip=2"], "flip"),
        (["--noise", "cuts=often"], "cuts"),
        (["--noise", "loudness=1"], "stalls"),
        (["--recorded", "nothing.bin"], "nothing.bin"),
        (["--slot", "3", "--count", "4", "--boot", "secure"], "--boot direct"),
        (["--slot", "14", "--count", "4"], "16 slots"),
    ],
)
def test_what_is_wrong_is_refused_in_one_sentence(words: list[str], says: str) -> None:
    with pytest.raises(SimulateRefused, match=says) as refused:
        laptop.main(words, standalone_mode=False)
    assert "\x1b" not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_recording_that_is_no_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "table.bin").write_bytes(b"no table")
    with pytest.raises(SimulateRefused, match="dmidecode --dump-bin"):
        laptop.main(["--recorded", str(tmp_path / "table.bin")], standalone_mode=False)
