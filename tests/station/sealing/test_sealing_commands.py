"""`station seal` and `station windows-probe`, driven as a person does, the passphrase typed."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from click import Command
from click.testing import CliRunner, Result

from hardware.evidence.bundle import Bundle, make_item, write_bundle
from hardware.evidence.sealing import read_public_xml, seal
from station.cli import run as station
from station.sealing.commands import seal as seal_group
from station.sealing.commands import windows_probe
from station.sealing.files import PROBE_FILES, write_new

WORDS = "a few good words"
HASH = b"T0Fxexample" * 300


def run(command: Command, *arguments: object, typed: str = "") -> tuple[int, Result]:
    """The exit status as `station.cli.run` would give it, and what was said."""
    result = CliRunner().invoke(command, [str(one) for one in arguments], input=typed, standalone_mode=False)
    if result.exception is not None:
        return 2, result
    return int(result.return_value), result


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    folder = tmp_path / "keys"
    folder.mkdir()
    status, result = run(seal_group, "key", "--out", folder, typed=f"{WORDS}\n{WORDS}\n")
    assert status == 0, result.output
    return folder


@pytest.fixture
def bundle(tmp_path: Path, keys: Path) -> Path:
    path = tmp_path / "laptop.zip"
    envelope = seal(HASH, read_public_xml((keys / "seal.xml").read_bytes()))
    write_bundle(path, Bundle.of([make_item("sealed-autopilot", envelope)], bundle_id="0190-x"))
    return path


def opening(
    bundle: Path, keys: Path, output: Path, *, reason: str = "Autopilot of order 17", typed: str = WORDS
) -> tuple[int, Result]:
    arguments = ("open", bundle, "--key", keys / "seal-key.pem", "--reason", reason, "-o", output)
    return run(seal_group, *arguments, typed=f"{typed}\n")


def test_a_key_is_made_once_private_and_with_a_passphrase(keys: Path) -> None:
    private = keys / "seal-key.pem"
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    assert b"BEGIN ENCRYPTED PRIVATE KEY" in private.read_bytes()
    before = private.read_bytes()
    status, result = run(seal_group, "key", "--out", keys, typed=f"{WORDS}\n{WORDS}\n")
    assert status == 2
    assert "not overwritten" in result.stderr
    assert private.read_bytes() == before


@pytest.mark.parametrize("typed", ["short\nshort\n", f"{WORDS}\nother words here\n", ""])
def test_without_a_good_passphrase_no_key_is_made(tmp_path: Path, typed: str) -> None:
    status, _ = run(seal_group, "key", "--out", tmp_path, typed=typed)
    assert status == 2
    assert list(tmp_path.iterdir()) == []


def test_the_hash_is_opened_into_a_file_and_written_down(tmp_path: Path, bundle: Path, keys: Path) -> None:
    output = tmp_path / "hash.txt"
    status, result = opening(bundle, keys, output)
    assert status == 0, result.output
    assert output.read_bytes() == HASH
    assert stat.S_IMODE(output.stat().st_mode) == 0o600
    assert HASH[:8].decode() not in result.output
    assert WORDS not in result.output
    log = keys / "seal-readings.jsonl"
    (line,) = log.read_text().splitlines()
    event = json.loads(line)
    assert (event["reason"], event["bundle"], event["bundle_id"]) == ("Autopilot of order 17", "laptop.zip", "0190-x")
    assert event["who"]
    assert event["at"].endswith("Z")
    assert HASH[:8].decode() not in line
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert opening(bundle, keys, tmp_path / "again.txt")[0] == 0
    assert log.read_text().splitlines()[0] == line
    assert len(log.read_text().splitlines()) == 2


@pytest.mark.parametrize("reason", ["", "   ", "x", "\x1b[2J"])
def test_without_a_reason_nothing_is_opened(tmp_path: Path, bundle: Path, keys: Path, reason: str) -> None:
    status, result = opening(bundle, keys, tmp_path / "hash.txt", reason=reason)
    assert status == 2
    assert "reason" in result.stderr
    assert not (tmp_path / "hash.txt").exists()
    assert not (keys / "seal-readings.jsonl").exists()


def test_a_reason_must_be_given(bundle: Path, keys: Path, tmp_path: Path) -> None:
    assert run(seal_group, "open", bundle, "--key", keys / "seal-key.pem", "-o", tmp_path / "x")[0] == 2


@pytest.mark.parametrize("output", ["-", "/dev/stdout", "/dev/null"])
def test_the_hash_never_goes_to_the_screen(bundle: Path, keys: Path, output: str) -> None:
    status, result = opening(bundle, keys, Path(output))
    assert status == 2
    assert HASH[:8].decode() not in result.output
    assert not (keys / "seal-readings.jsonl").exists()


def test_a_file_that_is_there_is_not_overwritten(tmp_path: Path, bundle: Path, keys: Path) -> None:
    output = tmp_path / "hash.txt"
    output.write_text("mine")
    assert opening(bundle, keys, output)[0] == 2
    assert output.read_text() == "mine"
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "nowhere")
    assert opening(bundle, keys, link)[0] == 2


def test_what_cannot_be_written_down_is_not_opened(tmp_path: Path, bundle: Path, keys: Path) -> None:
    (keys / "seal-readings.jsonl").mkdir()
    output = tmp_path / "hash.txt"
    status, _ = opening(bundle, keys, output)
    assert status == 3
    assert not output.exists()


def test_a_wrong_passphrase_and_a_changed_bundle_are_one_sentence(tmp_path: Path, bundle: Path, keys: Path) -> None:
    status, result = opening(bundle, keys, tmp_path / "h", typed="another one here")
    assert status == 2
    assert "passphrase" in result.stderr.splitlines()[-1]
    changed = tmp_path / "changed.zip"
    write_bundle(changed, Bundle.of([make_item("sealed-autopilot", b'{"format":"intake-seal/1"}')]))
    status, result = opening(changed, keys, tmp_path / "h")
    assert status == 2
    assert "envelope" in result.stderr.splitlines()[-1]
    assert not (tmp_path / "h").exists()
    assert not (keys / "seal-readings.jsonl").exists()


def test_a_bundle_without_a_hash_says_why(tmp_path: Path, keys: Path) -> None:
    path = tmp_path / "b.zip"
    write_bundle(path, Bundle.of([make_item("sealed-autopilot", b"", error="EACCES: no administrator")]))
    status, result = opening(path, keys, tmp_path / "h")
    assert status == 2
    assert "EACCES: no administrator" in result.stderr
    write_bundle(path, Bundle.of([make_item("windows", b"{}")]))
    assert "stick" in opening(path, keys, tmp_path / "h")[1].stderr
    assert opening(tmp_path / "gone.zip", keys, tmp_path / "h")[0] == 2


def test_a_stick_carries_the_probe_and_the_public_key_only(tmp_path: Path, keys: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    status, result = run(windows_probe, stick, "--seal", keys / "seal.xml")
    assert status == 0
    assert {path.name for path in stick.iterdir()} == {*PROBE_FILES, "seal.xml"}
    source = Path(__file__).parents[3] / "hardware" / "probe" / "windows"
    for name in PROBE_FILES:
        assert (stick / name).read_bytes() == (source / name).read_bytes()
    assert (stick / "seal.xml").read_bytes() == (keys / "seal.xml").read_bytes()
    assert "D:\\probe" in result.stderr


def test_a_stick_made_again_without_a_key_loses_the_old_one(tmp_path: Path, keys: Path) -> None:
    (tmp_path / "seal.xml").write_text("a stranger's key")
    status, result = run(windows_probe, tmp_path)
    assert status == 0
    assert not (tmp_path / "seal.xml").exists()
    assert "removed" in result.stderr


def test_a_wrong_key_or_folder_leaves_the_stick_as_it_was(tmp_path: Path, keys: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    assert run(windows_probe, stick, "--seal", keys / "seal-key.pem")[0] == 2
    assert run(windows_probe, stick, "--seal", tmp_path / "gone.xml")[0] == 2
    assert run(windows_probe, tmp_path / "nowhere")[0] == 2
    assert list(stick.iterdir()) == []


def test_a_stick_that_cannot_take_it_all_gets_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    calls = []

    def full(handle: int) -> None:
        calls.append(handle)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    status, result = run(windows_probe, tmp_path)
    assert status == 3
    assert "no room left" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_new_files_are_all_made_or_none(tmp_path: Path) -> None:
    (tmp_path / "b").write_text("mine")
    with pytest.raises(FileExistsError):
        write_new({tmp_path / "a": (b"1", 0o600), tmp_path / "b": (b"2", 0o600)})
    assert not (tmp_path / "a").exists()
    assert (tmp_path / "b").read_text() == "mine"


@pytest.mark.slow
def test_the_wheel_carries_the_probe(tmp_path: Path, project: Path) -> None:
    import subprocess
    import sys
    import zipfile

    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=project, check=True, capture_output=True, timeout=100)
    (wheel,) = tmp_path.glob("*.whl")
    assert {f"hardware/probe/windows/{name}" for name in PROBE_FILES} <= set(zipfile.ZipFile(wheel).namelist())


@pytest.mark.parametrize("words", [("windows-probe",), ("seal", "key", "--out")])
def test_a_folder_that_is_not_there_is_named_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    assert station([*words, str(tmp_path / "no stick")]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "no stick: there is no such folder" in line


def test_the_folder_of_the_private_key_is_no_stick(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "seal-key.pem").write_text("private")
    (tmp_path / "seal.xml").write_text("the only public key")
    assert station(["windows-probe", str(tmp_path)]) == 2
    assert "private key" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["seal-key.pem", "seal.xml"]
    assert (tmp_path / "seal.xml").read_text() == "the only public key"


def test_a_key_file_that_is_not_there_is_wrong_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert station(["windows-probe", str(tmp_path), "--seal", str(tmp_path / "nosuch.xml")]) == 2
    assert "nosuch.xml: there is no such file" in capsys.readouterr().err
