"""`station bootstick`, driven as a person does, with made-up packages."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hardware.laptops.keys import BenchKeys
from hardware.probe.agent.places import kernel_line
from station.bootstick.commands import bootstick
from tests.hardware.bootstick.made_up import MadeUpArchive, everything


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> MadeUpArchive:
    made = MadeUpArchive(tmp_path_factory.mktemp("archive"))
    everything(made)
    return made


@pytest.fixture(autouse=True)
def place(archive: MadeUpArchive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATH", archive.path)
    monkeypatch.setenv("STATION_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: object) -> tuple[int, Result]:
    """The exit status as `station` gives it, and what was said."""
    result = CliRunner().invoke(bootstick, [str(one) for one in arguments], standalone_mode=False)
    if result.exception is not None:
        return 2, result
    return int(result.return_value), result


def test_a_stick_is_built_and_the_next_steps_are_told(place: Path) -> None:
    status, result = run("build", "-o", "stick")
    assert status == 0, result.output
    assert f"dd if={place}/stick/usb.img of=/dev/sdX" in result.stdout
    assert "initrd) nor grub.cfg" in result.stdout
    assert (place / "stick").stat().st_mode & 0o077 == 0


def test_each_stick_has_a_key_that_the_bench_knows_and_can_withdraw(place: Path) -> None:
    status, result = run("build", "-o", "stick", "--json")
    assert status == 0, result.output
    told = json.loads(result.stdout)
    stick = told["stick"]
    assert re.fullmatch("[a-z]{12}", stick)
    assert f"intake.stick={stick}" in told["command_line"]
    assert json.loads((place / "stick" / "manifest.json").read_text())["stick"] == stick
    assert kernel_line(told["command_line"]).stick == stick
    status, again = run("build", "-o", "other", "--json")
    assert json.loads(again.stdout)["stick"] != stick
    status, result = run("withdraw", stick)
    assert status == 0
    keys = BenchKeys.open(place / "data" / "bench" / "link-keys", "bench", datetime.now(UTC))
    assert keys.revoked() == {stick}


def test_what_firmware_is_missing_is_told_at_the_end_with_the_remedy(place: Path) -> None:
    status, result = run("build", "-o", "stick")
    assert status == 0, result.output
    told = result.stdout.splitlines()
    assert "apt knows no package firmware-iwlwifi: Wi-Fi cards of Intel are seen but cannot scan." in told
    assert "add the component non-free-firmware to apt's sources" in told[-1]
    status, result = run("build", "-o", "stick", "--json")
    missing = json.loads(result.stdout)["firmware"]["missing"]
    assert ["firmware-iwlwifi"] in [row["packages"] for row in missing]
    for chosen in (("--firmware", "none"), ("--modules", "virtual")):
        status, result = run("build", "-o", "stick", *chosen)
        assert (status, "devices' firmware" in result.stdout) == (0, False)


def test_firmware_is_taken_from_a_folder(place: Path) -> None:
    (place / "mine").mkdir()
    status, result = run("build", "-o", "stick", "--firmware", "mine")
    assert status == 0, result.output
    assert "0 files of devices' firmware are on it" in result.stdout
    assert "apt knows no package" not in result.stdout
    status, result = run("build", "-o", "stick", "--firmware", "nowhere")
    assert (status, result.stdout) == (2, "")
    assert "there is no folder" in result.stderr


def test_what_was_typed_wrong_is_one_sentence_and_makes_nothing(place: Path) -> None:
    for wrong in (("--bench", "nowhere"), ("--serial", "COM1"), ("--bench", "a:1 init=/bin/sh")):
        status, result = run("build", "-o", "stick", *wrong)
        assert status == 2
        assert result.stderr.startswith("station: ")
        assert result.stderr.count("\n") == 1
        assert result.stdout == ""
    assert not (place / "stick").exists()
    assert not (place / "data").exists()
    (place / "mine").mkdir()
    (place / "mine" / "letter").touch()
    status, result = run("build", "-o", "mine")
    assert (status, result.stdout) == (2, "")
    assert "name a new or empty folder with -o" in result.stderr


def test_what_the_bench_cannot_do_is_exit_status_3(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(place))
    status, result = run("build", "-o", "stick")
    assert status == 3
    assert "no apt" in result.stderr


def test_a_stick_is_verified_and_every_change_is_named(place: Path) -> None:
    run("build", "-o", "stick")
    assert run("verify", "stick")[0] == 0
    assert run("verify", "stick", "--stick", "stick/usb.img")[0] == 0
    copy = bytearray((place / "stick" / "usb.img").read_bytes())
    at = copy.index(b"a kernel")
    copy[at] ^= 1
    (place / "copy.img").write_bytes(copy)
    status, result = run("verify", "stick", "--stick", "copy.img")
    assert status == 1
    assert "vmlinuz: it was changed since it was signed" in result.stdout
    (place / "stick" / "pxe" / "grub" / "grub.cfg").write_text("linux /evil")
    (place / "stick" / "pxe" / "initrd").unlink()
    (place / "stick" / "pxe" / "more").touch()
    status, result = run("verify", "stick", "--json")
    assert status == 1
    assert {row["path"] for row in json.loads(result.stdout)["faults"]} == {
        *("pxe/grub/grub.cfg", "pxe/initrd", "pxe/more")
    }


def test_what_cannot_be_verified_is_one_sentence(place: Path) -> None:
    status, result = run("verify", "nowhere")
    assert (status, result.stdout) == (2, "")
    assert "there is no folder nowhere" in result.stderr
    (place / "stick").mkdir()
    (place / "stick" / "manifest.json").write_text('{"format": 1}')
    assert "build the stick anew" in run("verify", "stick")[1].stderr
    (place / "good").mkdir()
    run("build", "-o", "good")
    status, result = run("verify", "good", "--stick", "no-device")
    assert status == 3
    assert "no-device cannot be read" in result.stderr
    (place / "zeros").write_bytes(bytes(2**21))
    status, result = run("verify", "good", "--stick", "zeros")
    assert status == 1
    assert "cannot be read as a stick" in result.stdout
