"""Judging a bench's attempts again: preview and publish, resumed after a kill, nothing that was found is changed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from checks.verdict import Verdict
from hardware.evidence.bundle import make_item
from specs.decisions import Subject, Waiver
from specs.profile import Profile
from station.kept_facts import unpack_facts
from station.records import AttemptStatus
from station.rejudging import running
from station.rejudging.archive import Rejudged
from station.rejudging.bench_archive import BenchArchive
from station.rejudging.places import BENCH, Place
from station.rejudging.running import make_plan, run_over
from station.store.bench_store import BenchStore
from station.store.decision_book import DecisionBook
from tests.station.rejudging.floor import OLD, STRICT, finish, items, profile_of

NOW = "2026-11-24T12:00:00.000Z"


def rejudge(path: Path, profile: Profile, *, publish: bool = False, processes: int = 1) -> list[Rejudged]:
    """One run to its end; its results."""
    archive = BenchArchive.at(path)
    try:
        plan = make_plan(archive, profile, NOW)
        run = run_over(archive, Place(BENCH, str(path)), plan, lambda count: None, processes)
        assert run.complete
        if publish:
            archive.publish(run, "Supervisor 4", "the department asks for more")
        return list(archive.results(run))
    finally:
        archive.close()


def test_a_stricter_profile_turns_the_small_disks_and_nothing_else_and_changes_no_record(tmp_path: Path) -> None:
    path = tmp_path / "bench.sqlite"
    small, large = (finish(path, f"AAAA{size}", items(size), profile_of(OLD)) for size in (64, 256))
    before = [msgspec.json.encode(BenchStore(path).record(attempt)) for attempt in (small, large)]
    results = rejudge(path, profile_of(STRICT))
    assert [(one.attempt_id, one.was, one.verdict) for one in results] == [
        (small, Verdict.PASS, Verdict.FAIL),
        (large, Verdict.PASS, Verdict.PASS),
    ]
    [change] = [one for one in results[0].changes if one.check == "storage.capacity"]
    assert change.was is Verdict.PASS
    assert change.finding is not None
    assert (change.finding.verdict, change.finding.limits) == (
        Verdict.FAIL,
        {"op": "at_least", "value": 128e9, "measure": "storage_size"},
    )
    assert [msgspec.json.encode(BenchStore(path).record(attempt)) for attempt in (small, large)] == before


def test_a_published_verdict_is_what_the_next_run_starts_from(tmp_path: Path) -> None:
    path = tmp_path / "bench.sqlite"
    finish(path, "AAAA1", items(64), profile_of(OLD))
    rejudge(path, profile_of(STRICT))
    assert [one.was for one in rejudge(path, profile_of(STRICT))] == [Verdict.PASS]  # a preview puts nothing in force
    rejudge(path, profile_of(STRICT), publish=True)
    [again] = rejudge(path, profile_of(OLD))
    assert (again.was, again.verdict) == (Verdict.FAIL, Verdict.PASS)
    [kept] = BenchArchive.at(path).kept(1, 1)
    assert {finding.check: finding.verdict for finding in kept.findings}["storage.capacity"] is Verdict.FAIL
    [run] = BenchArchive.at(path).published()
    assert (run.operator, run.reason) == ("Supervisor 4", "the department asks for more")


def test_attempts_without_a_verdict_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "bench.sqlite"
    finish(path, "AAAA1", items(64), profile_of(OLD), status=AttemptStatus.ABORTED)
    finish(path, "AAAA2", items(64), profile_of(OLD))
    assert [one.number for one in rejudge(path, profile_of(STRICT))] == [2]


def test_facts_of_other_parsers_are_read_again_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "bench.sqlite"
    finish(path, "AAAA1", items(64), profile_of(OLD), keep_facts=False)
    finish(path, "AAAA2", items(256), profile_of(OLD))
    database = BenchStore(path).database
    database.execute("UPDATE attempt_facts SET reader = 'older parsers'")
    database.conn.commit()
    assert [one.verdict for one in rejudge(path, profile_of(STRICT))] == [Verdict.FAIL, Verdict.PASS]
    kept = [one.facts for one in BenchArchive.at(path).kept(1, 2)]
    assert all(facts is not None and unpack_facts(facts) is not None for facts in kept)


def test_damaged_facts_are_read_again_from_the_evidence(tmp_path: Path) -> None:
    path = tmp_path / "bench.sqlite"
    finish(path, "AAAA1", items(64), profile_of(OLD))
    database = BenchStore(path).database
    database.execute("UPDATE attempt_facts SET data = x'00010203'")
    database.conn.commit()
    assert [one.verdict for one in rejudge(path, profile_of(STRICT))] == [Verdict.FAIL]


@pytest.mark.parametrize("damage", ["UPDATE evidence SET data = x'00'", "UPDATE evidence SET data = x''"])
def test_evidence_that_is_not_what_was_judged_leaves_the_verdict_as_it_is_and_says_so(
    tmp_path: Path, damage: str
) -> None:
    path = tmp_path / "bench.sqlite"
    finish(path, "AAAA1", items(64), profile_of(OLD), keep_facts=False)
    database = BenchStore(path).database
    database.execute(damage)
    database.conn.commit()
    [one] = rejudge(path, profile_of(STRICT), publish=True)
    assert one.verdict is None
    assert "the evidence b" in one.problem
    [kept] = BenchArchive.at(path).kept(1, 1)
    assert kept.verdict is Verdict.PASS


def test_a_run_that_was_broken_off_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "RANGE", 2)
    path = tmp_path / "bench.sqlite"
    for number in range(7):
        finish(path, f"AAAA{number}", items(64), profile_of(OLD))

    class Broken(Exception):
        pass

    done: list[int] = []

    def stop_after_two_ranges(count: int) -> None:
        done.append(count)
        if len(done) == 2:
            raise Broken

    archive = BenchArchive.at(path)
    place = Place(BENCH, str(path))
    with pytest.raises(Broken):
        run_over(archive, place, make_plan(archive, profile_of(STRICT), NOW), stop_after_two_ranges, 1)
    later = make_plan(archive, profile_of(STRICT), "2026-11-25T08:00:00.000Z")
    begun = archive.find_run(later.key)
    assert begun is not None
    assert (begun.done_to, begun.complete) == (4, False)
    counts: list[int] = []
    run = run_over(archive, place, later, counts.append, 1)
    assert sum(counts) == 3
    assert (run.run_id, run.complete, run.moment) == (begun.run_id, True, NOW)
    assert [one.number for one in archive.results(run)] == [1, 2, 3, 4, 5, 6, 7]
    archive.close()


def test_what_came_after_a_preview_is_judged_by_the_same_run(tmp_path: Path) -> None:
    path = tmp_path / "bench.sqlite"
    finish(path, "AAAA1", items(64), profile_of(OLD))
    rejudge(path, profile_of(STRICT))
    finish(path, "AAAA2", items(64), profile_of(OLD))
    assert [one.serial for one in rejudge(path, profile_of(STRICT))] == ["AAAA1", "AAAA2"]


def test_a_new_decision_makes_a_new_run(tmp_path: Path) -> None:
    path = tmp_path / "bench.sqlite"
    finish(path, "AAAA1", items(64), profile_of(OLD))
    assert [one.verdict for one in rejudge(path, profile_of(STRICT))] == [Verdict.FAIL]
    waiver = Waiver(
        id="",
        by="Supervisor 4",
        made_at="",
        until="2999-12-31",
        subject=Subject(serial="AAAA1"),
        check="storage.capacity",
        reason="the school takes it",
    )
    # The serial is the label's: nothing in this evidence says it, so the waiver covers nobody it does not name.
    store = BenchStore(path)
    DecisionBook(store).record(waiver)
    store.close()
    archive = BenchArchive.at(path)
    keys = {run["run_key"] for run in archive._database.query("SELECT run_key FROM rejudging")}
    assert make_plan(archive, profile_of(STRICT), NOW).key not in keys
    archive.close()


def test_several_processes_give_what_one_gives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "RANGE", 3)
    path = tmp_path / "bench.sqlite"
    for number in range(20):
        finish(path, f"AAAA{number}", items(64 if number % 3 else 256), profile_of(OLD), keep_facts=number % 2 == 0)
    database = BenchStore(path).database
    one = rejudge(path, profile_of(STRICT), processes=1)
    for table in ("rejudged", "rejudging"):
        database.execute(f"DELETE FROM {table}")
    database.conn.commit()
    assert rejudge(path, profile_of(STRICT), processes=3) == one


def test_evidence_that_kills_its_process_leaves_only_that_attempt_without_a_new_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stand-in for a parser that runs for ever: the worker of this test stops at one laptop."""
    path = tmp_path / "bench.sqlite"
    for number in range(4):
        finish(path, f"AAAA{number}", [*items(64), make_item("kernel", b"%d" % number)], profile_of(OLD))
    script = tmp_path / "station_worker.py"
    script.write_text(
        "import time\n"
        "from station.rejudging import comparing, worker\n"
        "real = worker.judge_again\n"
        "def slow(archive, kept, *more):\n"
        "    if kept.serial == 'AAAA2': time.sleep(600)\n"
        "    return real(archive, kept, *more)\n"
        "worker.judge_again = slow\n"
        "worker.main()\n"
    )
    popen = subprocess.Popen

    def start(command: list[str], **more: object) -> object:
        return popen([command[0], "-P", str(script)], **more)  # type: ignore[call-overload]

    monkeypatch.setattr("station.rejudging.running.subprocess.Popen", start)
    monkeypatch.setattr(running, "SECONDS_FOR_A_RANGE", 8.0)
    monkeypatch.setattr(running, "SECONDS_FOR_ONE", 8.0)
    results = rejudge(path, profile_of(STRICT))
    assert [(one.serial, one.verdict) for one in results] == [
        ("AAAA0", Verdict.FAIL),
        ("AAAA1", Verdict.FAIL),
        ("AAAA2", None),
        ("AAAA3", Verdict.FAIL),
    ]
    assert "could not be read in time" in results[2].problem


@pytest.mark.system
@pytest.mark.slow
def test_a_killed_rejudge_goes_on_and_comes_to_the_same_end(tmp_path: Path) -> None:
    data = tmp_path / "data"
    path = data / "bench" / "bench.sqlite"
    for number in range(450):
        finish(path, f"AAAA{number}", items(64), profile_of(OLD), keep_facts=False)
    profile = tmp_path / "strict.toml"
    profile.write_text(STRICT)
    command = [sys.executable, "-m", "station", "rejudge", "--profile", str(profile), "--data", str(data)]
    process = subprocess.Popen([*command, "--processes", "1"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    archive = BenchArchive.at(path)
    key = make_plan(archive, profile_of(STRICT), NOW).key
    while (run := archive.find_run(key)) is None or not run.done_to:
        assert process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait()
    archive.close()
    done = subprocess.run(command, capture_output=True, env=os.environ, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    assert b"were done before" in done.stderr
    assert b"Of 450 verdicts 450 change: 450 may ship no longer." in done.stdout
