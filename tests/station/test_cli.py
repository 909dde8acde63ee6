"""The command line's contracts: what is printed, where, and with which exit status."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from hardware.evidence.bundle import Bundle, make_item, write_bundle

CPU = b"processor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: Celeron\nphysical id\t: 0\ncore id\t: 0\n"


class Result:
    def __init__(self, done: subprocess.CompletedProcess[bytes]) -> None:
        self.status = done.returncode
        self.out = done.stdout.decode()
        self.err = done.stderr.decode()

    @property
    def document(self) -> Any:
        return json.loads(self.out)


def station(*words: str, data: Path | None = None) -> Result:
    environment = {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "HOME": "/nonexistent", "LANG": "C.UTF-8"}
    if data is not None:
        environment["STATION_DATA"] = str(data)
    command = [sys.executable, "-P", "-m", "station", *words]
    return Result(subprocess.run(command, capture_output=True, env=environment, timeout=60, check=False))


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    path = tmp_path / "laptop.zip"
    write_bundle(path, Bundle.of([make_item("cpu", CPU), make_item("memory", b"MemTotal: 3893412 kB\n")]))
    return path


def one_sentence(result: Result, *words: str) -> None:
    """The errors' contract: status 2, one line that names what is wrong, no traceback, nothing on stdout."""
    assert result.status == 2, result.err
    assert result.out == ""
    assert len(result.err.strip().splitlines()) == 1, result.err
    assert "Traceback" not in result.err
    for word in words:
        assert word in result.err


def test_facts_prints_one_document_with_the_contracts_names(bundle: Path) -> None:
    result = station("facts", str(bundle), "--json")
    assert result.status == 0
    assert result.document["processor"]["vendor"] == "Intel"
    assert result.document["memory"]["visible_bytes"] == 3893412 * 1024
    assert result.document["memory"]["installed_bytes"] is None
    assert result.document["unknown"]["memory.installed_bytes"]
    assert result.document["evidence"]["processor.vendor"] == ["cpu"]


def test_judge_prints_the_verdict_and_each_finding_as_data(bundle: Path) -> None:
    result = station("judge", str(bundle), "--profile", "ghwt-2021w-windows-laptop", "--json")
    assert result.status == 3
    assert result.document["verdict"] == "error"
    assert result.document["profile"] == "ghwt-2021w-windows-laptop@2021-10-18"
    [vendor] = [one for one in result.document["findings"] if one["check"] == "processor.vendor"]
    assert {name: vendor[name] for name in ("verdict", "value", "unit", "limits", "reason", "evidence")} == {
        "verdict": "pass",
        "value": "Intel",
        "unit": "",
        "limits": {"op": "one_of", "values": ["Intel", "AMD"], "measure": "text"},
        "reason": "within",
        "evidence": ["cpu"],
    }


def test_a_fault_gives_status_1_whatever_else_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "b.zip"
    write_bundle(path, Bundle.of([make_item("cpu", CPU.replace(b"GenuineIntel", b"CentaurHauls"))]))
    result = station("judge", str(path), "--profile", "ghwt-2021w-windows-laptop")
    assert result.status == 1
    assert result.out.startswith("✖ FAIL")
    assert "wanted: one of Intel, AMD" in result.out


@pytest.mark.parametrize("command", [["facts"], ["judge", "--profile", "ghwt-2021w-windows-laptop"]])
def test_what_is_no_bundle_is_named_in_one_sentence(command: list[str], bundle: Path, tmp_path: Path) -> None:
    text = tmp_path / "notes.zip"
    text.write_bytes(b"just text")
    cut = tmp_path / "cut.zip"
    cut.write_bytes(bundle.read_bytes()[:-60])
    empty = tmp_path / "empty"
    empty.mkdir()
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("hello.txt", "hello")
    strange = tmp_path / "strange"
    strange.mkdir()
    (strange / "holiday.jpg").write_bytes(b"\xff\xd8")
    one_sentence(station(*command, str(text)), "notes.zip", "cut short")
    one_sentence(station(*command, str(cut)), "cut.zip", "cut short")
    one_sentence(station(*command, str(empty)), "empty")
    one_sentence(station(*command, str(other)), "other.zip", "manifest.json")
    one_sentence(station(*command, str(strange)), "strange", "no evidence")
    one_sentence(station(*command, str(tmp_path / "gone.zip")), "gone.zip", "no such file")


@pytest.mark.parametrize("item", ["dmidecode.txt", "smbios.bin", "edid-eDP-1.bin", "lsblk.json", "windows.json"])
def test_an_item_that_is_noise_is_named_and_the_rest_is_read(item: str, tmp_path: Path) -> None:
    folder = tmp_path / "noisy"
    folder.mkdir()
    (folder / item).write_bytes(bytes(range(256)) * 8)
    (folder / "cpu.txt").write_bytes(CPU)
    result = station("facts", str(folder), "--json")
    assert result.status == 2
    assert result.document["processor"]["vendor"] == "Intel"
    assert len(result.err.strip().splitlines()) == 1
    assert item.split(".")[0] in result.err
    assert "Traceback" not in result.err


def test_an_unknown_profile_names_those_that_there_are(bundle: Path) -> None:
    one_sentence(station("judge", str(bundle), "--profile", "nope"), "nope", "ghwt-2021w-chromebook")
    one_sentence(station("judge", str(bundle), "--profile", "ghwt-windows"), "only there to be extended")


def test_a_profile_with_an_unknown_check_names_file_line_field_and_remedy(bundle: Path, tmp_path: Path) -> None:
    profile = tmp_path / "mine.toml"
    profile.write_text(
        'id = "mine"\nversion = "1"\n\n[require."memory.colour"]\nequals = "red"\nsource = "x"\nstanding = "inferred"\n'
    )
    result = station("judge", str(bundle), "--profile", str(profile))
    one_sentence(result, 'mine.toml:4: require."memory.colour"', "no check of that name", "station checks")
    lint = station("profile", "lint", str(profile))
    assert lint.status == 2
    assert "mine.toml:4" in lint.out
    assert station("profile", "lint", str(profile), "--json").document[0]["line"] == 4


def test_the_library_is_listed_shown_and_free_of_faults() -> None:
    listed = station("profile", "list", "--json").document
    assert {"ghwt-2021w-windows-laptop", "ghwt-2021w-chromebook"} <= {one["id"] for one in listed}
    shown = station("profile", "show", "ghwt-2021w-windows-laptop", "--json").document
    assert all(row["source"] and row["standing"] for row in shown["requirements"])
    origins = station("profile", "show", "ghwt-2021w-windows-laptop", "--origin").out
    assert "from ghwt-laptop@2020-08-28" in origins
    assert station("profile", "lint").status == 0


def test_probe_writes_a_bundle_that_facts_can_read(tmp_path: Path) -> None:
    path = tmp_path / "me.zip"
    assert station("probe", "-o", str(path)).status == 0
    assert station("facts", str(path), "--json").document["processor"]["threads"] >= 1


def test_probe_that_cannot_write_leaves_nothing(tmp_path: Path) -> None:
    result = station("probe", "-o", str(tmp_path / "no" / "such" / "folder.zip"))
    assert result.status == 3
    assert "Traceback" not in result.err
    assert list(tmp_path.iterdir()) == []


def test_sync_without_a_central_store_says_how_to_start_one(tmp_path: Path) -> None:
    result = station("sync", data=tmp_path / "data")
    assert result.status == 3
    assert "station central serve" in result.err
    status = station("sync", "status", "--json", data=tmp_path / "data").document
    assert (status["unsent"], status["dead_letters"]) == (0, [])


def test_doctor_says_what_is_well(tmp_path: Path) -> None:
    result = station("doctor", "--json", data=tmp_path / "data")
    assert result.status == 0
    assert {one["name"] for one in result.document if one["well"]} >= {"Python", "SQLite", "Store", "Profiles"}


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = station("doctor", data=tmp_path / "file" / "data")
    assert result.status == 3
    assert len(result.err.strip().splitlines()) == 1


@pytest.mark.parametrize("words", [["fly"], ["judge"], ["judge", "x"], ["bench", "--slot", "17=x", "--headless"]])
def test_wrong_usage_is_status_2(words: list[str], tmp_path: Path) -> None:
    result = station(*words, data=tmp_path / "data")
    assert result.status == 2
    assert "Traceback" not in result.err


def test_no_screen_without_a_terminal(tmp_path: Path) -> None:
    result = station(data=tmp_path / "data")
    assert result.status == 2
    assert "--headless" in result.err


def test_a_reader_that_goes_away_is_no_failing_laptop() -> None:
    command = [sys.executable, "-P", "-m", "station", "checks"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.wait(60) == 3
        assert process.stderr is not None
        assert b"Traceback" not in process.stderr.read()
