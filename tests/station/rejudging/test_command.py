"""`station rejudge` as a supervisor uses it: a preview, then publishing with a name and a reason."""

from __future__ import annotations

import json
import shlex
import subprocess
from pathlib import Path

import pytest

from specs.decisions import Subject, Waiver
from station.cli import run
from station.clock import SYSTEM_CLOCK, Clock
from station.records import AttemptKind
from station.rejudging.bench_archive import BenchArchive
from station.store.bench_store import BenchStore
from station.store.decision_book import DecisionBook
from tests.station.rejudging.floor import OLD, STRICT, finish, items, profile_of


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with three laptops, two of them with a small disk."""
    folder = tmp_path / "data"
    for number, size in enumerate((64, 256, 64)):
        finish(folder / "bench" / "bench.sqlite", f"AAAA{number}", items(size), profile_of(OLD))
    (tmp_path / "strict.toml").write_text(STRICT)
    return folder


def station(data: Path, *more: str) -> int:
    """The exit status of one call."""
    profile = str(data.parent / "strict.toml")
    return run(["rejudge", "--profile", profile, "--data", str(data), "--processes", "1", *more])


def test_a_preview_says_how_many_which_way_by_which_check_and_what_has_shipped(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    left = tmp_path / "left.txt"
    left.write_text("aaaa2\nBBBB1\n")
    assert station(data, "--shipped", str(left)) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Of 3 verdicts 2 change: 2 may ship no longer."
    assert lines[1] == "  PASS -> FAIL: 2"
    assert "  Storage (storage.capacity): 2 may ship no longer" in lines
    assert "Laptops, by their latest attempt: 2 may ship no longer, 0 may ship now." in lines
    assert "Of those that may ship no longer 1 has shipped (of 2 on the list):" in lines
    assert any(line.startswith("  AAAA2: PASS -> FAIL by storage.capacity (attempt ") for line in lines)
    assert "This is a preview: nothing has changed." in lines


def test_bench_checks_and_verdicts_that_were_taken_back_are_left_out_and_it_is_said(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = data / "bench" / "bench.sqlite"
    finish(store, "GOLD0", items(64), profile_of(OLD), kind=AttemptKind.BENCH_CHECK)
    slip = finish(store, "AAAA3", items(64), profile_of(OLD))
    finish(store, "AAAA3", items(256), profile_of(OLD), resumes=slip)
    assert station(data) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Of 4 verdicts 2 change: 2 may ship no longer."
    assert "2 are left out: bench checks, and verdicts that were taken back before the label came out." in lines
    assert station(data, "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["attempts"], document["left_out"]) == (4, 2)
    assert [device["serial"] for device in document["devices"]] == ["AAAA0", "AAAA2"]


def test_without_a_list_it_says_that_nobody_knows_what_has_shipped(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert station(data) == 0
    assert "is not known here: give the list of what has left with --shipped FILE." in capsys.readouterr().out


def test_publishing_comes_after_a_preview_and_with_a_name_and_a_reason(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    who = ("--publish", "--operator", "Supervisor 4", "--reason", "the department asks for 128 GB")
    assert station(data, "--publish") == 2
    assert station(data, *who[:3]) == 2
    assert station(data, "--operator", "Supervisor 4") == 2
    assert station(data, *who) == 2
    said = capsys.readouterr().err.splitlines()
    assert said[-1].startswith("station: there is no complete preview")
    assert station(data) == 0
    assert station(data, *who) == 0
    out = capsys.readouterr().out
    assert "by Supervisor 4: the department asks for 128 GB. The old findings are kept beside the new ones." in out
    # Once it is in force, publishing the same again needs a preview again, and that finds nothing to change.
    assert station(data, *who) == 2
    assert station(data) == 0
    assert "Of 3 verdicts none changes." in capsys.readouterr().out


def test_as_json_it_prints_one_document(data: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert station(data, "--json") == 0
    document = json.loads(capsysbinary.readouterr().out)
    assert (document["attempts"], document["changed"], document["worse"], document["better"]) == (3, 2, 2, 0)
    assert [device["serial"] for device in document["devices"]] == ["AAAA0", "AAAA2"]
    assert document["run"]["complete"] is True
    assert document["shipped_worse"] == []


def test_a_list_or_a_profile_that_is_wrong_is_one_sentence_and_nothing_is_judged(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    left = tmp_path / "left.txt"
    left.write_text("AAAA2\n<script>\n")
    assert station(data, "--shipped", str(left)) == 2
    assert capsys.readouterr().err.splitlines()[-1].startswith("station: left.txt:2:")
    (tmp_path / "strict.toml").write_text(STRICT.replace('"128 GB"', '"128 kg"'))
    assert station(data) == 2
    assert "strict.toml:5" in capsys.readouterr().err
    assert not list(BenchStore(data / "bench" / "bench.sqlite").database.query("SELECT * FROM rejudging"))


def test_an_empty_bench_has_nothing_to_judge(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "strict.toml").write_text(STRICT)
    BenchStore(tmp_path / "data" / "bench" / "bench.sqlite").close()
    assert station(tmp_path / "data") == 0
    assert "There are no finished attempts here" in capsys.readouterr().out


def test_a_mistyped_data_folder_makes_no_store(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "strict.toml").write_text(STRICT)
    assert station(tmp_path / "data") == 2
    assert "no bench has worked in" in capsys.readouterr().err
    assert not (tmp_path / "data" / "bench" / "bench.sqlite").exists()


@pytest.mark.parametrize(
    ("operator", "reason"),
    [("\x1b\x07", "why"), ("Anna", "\u200b\u202e"), (" ", "why"), ("A" * 10_000, "why"), ("Anna", "w" * 10_000)],
)
def test_nobody_publishes_without_a_name_and_a_reason_that_can_be_read(
    data: Path, capsys: pytest.CaptureFixture[str], operator: str, reason: str
) -> None:
    assert station(data) == 0
    assert station(data, "--publish", "--operator", operator, "--reason", reason) == 2
    assert BenchArchive.at(data / "bench" / "bench.sqlite").published() == []
    assert "\x1b" not in capsys.readouterr().err


def test_what_is_published_is_what_was_previewed_and_no_attempt_more(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert station(data) == 0
    finish(data / "bench" / "bench.sqlite", "AAAA9", items(64), profile_of(OLD))
    capsys.readouterr()
    assert station(data, "--publish", "--operator", "Anna", "--reason", "why") == 0
    out = capsys.readouterr().out
    assert "1 attempt has come since the preview and keeps its verdict" in out
    kept = list(BenchArchive.at(data / "bench" / "bench.sqlite").kept(1, 9))
    assert [one.verdict.value for one in kept] == ["fail", "pass", "fail", "pass"]


def test_the_command_to_publish_names_the_same_store_and_the_same_list(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    left = tmp_path / "what has left.txt"
    left.write_text("AAAA2\n")
    assert station(data, "--shipped", str(left)) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert shlex.split(last.partition("station rejudge ")[2])[:6] == [
        "--profile",
        str(tmp_path / "strict.toml"),
        "--shipped",
        str(left),
        "--data",
        str(data),
    ]


@pytest.mark.parametrize("changed", ["checks", "the day"])
def test_a_preview_of_other_checks_or_of_decisions_that_ran_out_is_not_published(
    data: Path, monkeypatch: pytest.MonkeyPatch, changed: str
) -> None:
    store = BenchStore(data / "bench" / "bench.sqlite")
    DecisionBook(store).record(
        Waiver(
            id="",
            by="Anna",
            made_at="",
            until="2999-12-31",
            subject=Subject(serial="AAAA0"),
            check="battery.health",
            reason="a test",
        )
    )
    store.close()
    assert station(data) == 0
    if changed == "checks":
        monkeypatch.setattr("station.rejudging.running.judge_version", lambda: "other checks")
    else:
        later = Clock(lambda: 33_000_000_000.0, SYSTEM_CLOCK.monotonic, SYSTEM_CLOCK.random_bytes)
        monkeypatch.setattr("station.clock.SYSTEM_CLOCK", later)
    assert station(data, "--publish", "--operator", "Anna", "--reason", "why") == 2


@pytest.mark.system
def test_a_computer_that_cannot_start_the_processes_says_so_and_blames_no_laptop(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    popen = subprocess.Popen

    def dies(command: list[str], **more: object) -> object:
        return popen([command[0], "-c", "raise SystemExit(1)"], **more)  # type: ignore[call-overload]

    with monkeypatch.context() as patched:
        patched.setattr("station.rejudging.running.subprocess.Popen", dies)
        assert station(data) == 3
    assert "the processes that judge cannot be started" in capsys.readouterr().err
    assert station(data) == 0
    assert "Of 3 verdicts 2 change: 2 may ship no longer." in capsys.readouterr().out


def test_explain_says_what_is_in_force_since_and_shows_the_old_findings_all_the_same(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert station(data) == 0
    assert station(data, "--publish", "--operator", "Supervisor 4", "--reason", "128 GB from now on") == 0
    capsys.readouterr()
    assert run(["explain", "AAAA0", "storage.capacity", "--data", str(data)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("Judged again by disks@2: FAIL. In force since ")
    assert lines[0].endswith("by Supervisor 4: 128 GB from now on")
    assert lines[1] == "  This check says there: FAIL, 64 GB (sda); asked: at least 128 GB"
    assert any("PASS  Storage (storage.capacity)" in line for line in lines)
    assert run(["explain", "AAAA0", "battery.health", "--data", str(data)]) == 0
    assert capsys.readouterr().out.splitlines()[1] == "  This check says the same there as below."
    assert run(["explain", "AAAA0", "--json", "--data", str(data)]) == 0
    [since] = json.loads(capsys.readouterr().out)["judged_again"]
    assert (since["was"], since["verdict"], since["operator"]) == ("pass", "fail", "Supervisor 4")
