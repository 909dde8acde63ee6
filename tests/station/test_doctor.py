"""What the doctor says of store, clock, disk, profile, central, people and golden laptops, and its child process."""

from __future__ import annotations

import ctypes
import json
import shutil
import socket
import subprocess
import sys
from collections import namedtuple
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from checks.verdict import Finding, Severity, Verdict
from station.bench.doctor_child import said
from station.central.address import tell_address
from station.clock import SYSTEM_CLOCK, Clock, utc_text
from station.doctor import examine
from station.doctor_clock import BACKWARDS_S, examine_clock, kernel_keeps_time
from station.doctor_disk import SHIFT_BYTES, examine_disk
from station.doctor_people import examine_people
from station.doctor_profiles import examine_profiles
from station.doctor_sending import LATE_S, examine_sending
from station.doctor_store import LONGEST_LOOK_S, examine_store
from station.doctor_symptom import Symptom
from station.paths import Paths
from station.records import AttemptKind, AttemptRecord, AttemptStatus
from station.store.bench_store import BenchStore
from station.store.golden_book import GoldenBook
from station.store.outbox import StoreOutbox
from station.store.people_book import PeopleBook
from tests.station.kept import kept_scan

NOW = 1_800_000_000.0


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths.prepare(tmp_path / "data")


def at(seconds: float, monotonic: Callable[[], float] = lambda: 0.0) -> Clock:
    return Clock(lambda: seconds, monotonic, SYSTEM_CLOCK.random_bytes)


def attempted(paths: Paths, seconds: float, verdict: Verdict = Verdict.PASS, serial: str = "PF3K0001") -> AttemptRecord:
    """An attempt that ended then."""
    store = BenchStore(paths.store, at(seconds))
    scan = kept_scan(store, serial)
    attempt_id = store.begin_attempt(
        scan, slot=1, operator="anna", profile="p@1", profile_digest="d", link="l", kind=AttemptKind.PRODUCTION
    )
    finding = Finding("memory.installed", verdict, Severity.BLOCKER, 8 * 2**30, "B", None, "within")
    record = store.finish_attempt(attempt_id, status=AttemptStatus.COMPLETED, verdict=verdict, findings=(finding,))
    store.close()
    return record


def set_to(paths: Paths, name: str, value: str) -> None:
    store = BenchStore(paths.store)
    store.set_setting(name, value)
    store.close()


def only(symptoms: list[Symptom], name: str) -> Symptom:
    [one] = [one for one in symptoms if one.name == name]
    assert one.line.isprintable()
    assert one.line.endswith((".", "`"))
    return one


# ---- the clock -------------------------------------------------------------------------------------------


def test_a_clock_before_the_latest_result_stops_the_bench_and_says_what_to_do(paths: Paths) -> None:
    attempted(paths, NOW)
    one = examine_clock(paths, at(NOW - BACKWARDS_S - 60), lambda: False)
    assert (one.well, one.needed) == (False, True)
    assert "2027-01-15 08:00 UTC" in one.found
    assert "Set this computer's clock" in one.remedy


@pytest.mark.parametrize("keeps_time", [True, False, None])
@pytest.mark.parametrize("behind", [0.0, BACKWARDS_S, -86400.0])
def test_a_clock_that_is_not_behind_is_well_whoever_keeps_it(
    paths: Paths, keeps_time: bool | None, behind: float
) -> None:
    attempted(paths, NOW)
    one = examine_clock(paths, at(NOW - behind), lambda: keeps_time)
    assert (one.well, one.needed) == (True, True)
    assert (", and a time server keeps it right" in one.found) is (keeps_time is True)


def test_a_bench_without_results_has_nothing_to_compare_its_clock_with(paths: Paths) -> None:
    assert examine_clock(paths, at(0.0), lambda: False).well


def test_a_clock_that_a_time_server_keeps_is_believed_before_a_result_of_the_future(paths: Paths) -> None:
    attempted(paths, NOW + 86400 * 365)
    one = examine_clock(paths, at(NOW), lambda: True)
    assert one.well
    assert "which was wrong" in one.found


def test_one_result_under_a_wrong_clock_is_outlived_by_the_next_one(paths: Paths) -> None:
    """Whatever the clock said once, a golden laptop's run brings the bench back."""
    attempted(paths, NOW + 86400 * 365)
    assert not examine_clock(paths, at(NOW), lambda: False).well
    attempted(paths, NOW)
    assert examine_clock(paths, at(NOW), lambda: False).well


def test_a_kernel_that_cannot_be_asked_is_no_fault(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    assert kernel_keeps_time() in (True, False, None)

    class NoLibrary:
        def __init__(self, name: object) -> None:
            raise OSError("no such library")

    monkeypatch.setattr(ctypes, "CDLL", NoLibrary)
    assert kernel_keeps_time() is None
    assert "is not known" in examine_clock(paths, at(NOW)).found


# ---- the disk --------------------------------------------------------------------------------------------

Usage = namedtuple("Usage", "total used free")


@pytest.mark.parametrize(
    ("total", "free", "well", "needed"),
    [
        (10**12, 5 * 10**11, True, False),
        (10**12, 10**12 // 20, False, False),  # 50 GB are enough for a shift, and less than a tenth
        (10**10, SHIFT_BYTES, True, False),
        (10**10, SHIFT_BYTES - 1, False, True),
        (0, 0, False, True),
    ],
)
def test_a_disk_with_no_room_for_a_shift_stops_the_bench_and_a_low_one_is_said(
    paths: Paths, monkeypatch: pytest.MonkeyPatch, total: int, free: int, well: bool, needed: bool
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(total, total - free, free))
    one = examine_disk(paths)
    assert (one.well, one.needed) == (well, needed)
    assert ("500 laptops needs 1 GB" in one.found) is needed


def test_a_disk_that_cannot_be_asked_stops_the_bench(paths: Paths) -> None:
    shutil.rmtree(paths.data)
    one = examine_disk(paths)
    assert (one.well, one.needed) == (False, True)


# ---- the store -------------------------------------------------------------------------------------------


def test_a_store_is_read_through_or_only_opened(paths: Paths) -> None:
    attempted(paths, NOW)
    assert examine_store(paths, SYSTEM_CLOCK, through=True).found.endswith("is whole.")
    assert examine_store(paths, SYSTEM_CLOCK, through=False).found.endswith("can be opened.")


def test_a_store_that_takes_too_long_to_read_through_is_not_called_damaged(paths: Paths) -> None:
    store = BenchStore(paths.store)
    store.database.table("setting").insert_all({"name": f"{number}", "value": "x" * 200} for number in range(5000))
    store.close()
    seconds = iter(range(0, 10**9, int(LONGEST_LOOK_S) + 1))
    one = examine_store(paths, at(NOW, lambda: float(next(seconds))), through=True)
    assert one.well
    assert "too large to be read through in 30 s" in one.found


def test_a_store_that_is_none_stops_the_bench_and_everything_else_is_still_told(paths: Paths) -> None:
    whole = [one.name for one in examine(paths)]
    paths.store.write_bytes(b"no database" * 1000)
    symptoms = examine(paths)
    assert not only(symptoms, "Store").well
    assert [one.name for one in symptoms] == [name for name in whole if name != "Results for central"]


def test_a_damaged_page_is_found(paths: Paths) -> None:
    for number in range(20):
        attempted(paths, NOW + number)
    BenchStore(paths.store).close()
    data = bytearray(paths.store.read_bytes())
    for start in range(4096 * 10, len(data) - 4096, 4096):
        data[start : start + 64] = b"\xff" * 64
    paths.store.write_bytes(data)
    one = examine_store(paths, SYSTEM_CLOCK, through=True)
    assert (one.well, one.needed) == (False, True)


# ---- profile, central, people ----------------------------------------------------------------------------


def test_the_profile_in_use_is_named(paths: Paths) -> None:
    one = only(examine_profiles(paths), "Profile in use")
    assert one.well
    assert one.found.startswith("ghwt-2021w-windows-laptop@")


@pytest.mark.parametrize("named", ["no-such-profile", "/nowhere/x.toml", "\x1b[2J", "x" * 10_000, "ghwt@9"])
def test_a_profile_that_cannot_be_used_stops_the_bench(paths: Paths, named: str) -> None:
    set_to(paths, "profile", named)
    one = only(examine_profiles(paths), "Profile in use")
    assert (one.well, one.needed) == (False, True)
    assert one.remedy == "Choose another with `station bench --profile`."
    assert len(one.line) < 800


def sending(paths: Paths, seconds: float = NOW) -> tuple[Symptom, Symptom]:
    symptoms = examine_sending(paths, at(seconds))
    return only(symptoms, "Central"), only(symptoms, "Results for central")


def test_central_is_asked_at_its_address(paths: Paths) -> None:
    central, _ = sending(paths)
    assert (central.well, central.needed) == (False, False)
    assert "nobody has started it" in central.found
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        tell_address(paths.central, address)
        assert sending(paths)[0].found == f"it answers at {address}."
    central, _ = sending(paths)
    assert (central.well, central.needed) == (False, False)
    assert "does not answer" in central.found


def test_what_is_unsent_is_counted_with_its_age_and_is_late_after_an_hour(paths: Paths) -> None:
    assert sending(paths)[1].found == "all sent."
    attempted(paths, NOW)
    attempted(paths, NOW + 1)
    fresh = sending(paths, NOW + 300)[1]
    assert (fresh.well, fresh.found) == (True, "2 unsent, the oldest for 5 min.")
    late = sending(paths, NOW + LATE_S + 60)[1]
    assert (late.well, late.needed) == (False, False)
    assert "2 unsent, the oldest for 1 h." in late.found


def test_what_central_refused_is_said(paths: Paths) -> None:
    attempted(paths, NOW)
    store = BenchStore(paths.store)
    StoreOutbox(store).dead_letter(1, "no such kind", utc_text(NOW))
    store.close()
    _, results = sending(paths)
    assert (results.well, results.found) == (False, "all sent; 1 refused by central.")
    assert "station sync status" in results.remedy


def people(paths: Paths) -> tuple[Symptom, Symptom]:
    symptoms = examine_people(paths, at(NOW))
    assert not any(one.needed for one in symptoms)
    return only(symptoms, "Operators"), only(symptoms, "Golden laptops")


def test_it_counts_who_is_enrolled_and_says_who_is_missing_for_what_needs_two(paths: Paths) -> None:
    operators, _ = people(paths)
    assert (operators.well, operators.found) == (True, "nobody is enrolled, so nobody signs in.")
    store = BenchStore(paths.store)
    book = PeopleBook(store, at(NOW))
    book.enrol("Anna", "technician", "BADGE-A", "a test")
    assert not people(paths)[0].well
    assert "nobody can let anything through" in people(paths)[0].found
    book.enrol("Sam", "supervisor", "BADGE-S", "a test")
    assert people(paths)[0].found == "1 technician and 1 supervisor enrolled."
    book.end("Anna", "a test")
    assert "a second person is missing" in people(paths)[0].found
    assert "BADGE" not in "".join(one.line for one in examine(paths))
    store.close()


def test_golden_laptops_come_in_two_kinds_and_each_is_missed(paths: Paths) -> None:
    assert "none is registered" in people(paths)[1].found
    good, bad = attempted(paths, NOW), attempted(paths, NOW, Verdict.FAIL, "PF3K0002")
    store = BenchStore(paths.store)
    book = GoldenBook(store, at(NOW))
    book.register("good", good, "a test")
    one = people(paths)[1]
    assert not one.well
    assert "1 golden and 0 known-bad registered: a known-bad one is missing" in one.found
    book.register("bad", bad, "a test")
    assert people(paths)[1].found == "1 golden and 1 known-bad registered."
    store.close()


# ---- the child -------------------------------------------------------------------------------------------


def child(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-P", "-m", "station.bench.doctor_child", *arguments]
    return subprocess.run(command, capture_output=True, timeout=100, check=False)


def test_the_child_says_in_one_array_what_the_doctor_finds(paths: Paths) -> None:
    attempted(paths, SYSTEM_CLOCK.wall())
    done = child(str(paths.data))
    assert (done.returncode, done.stderr) == (0, b"")
    found = json.loads(done.stdout)
    assert [one["name"] for one in found] == [one.name for one in examine(paths, through=False)]
    assert all(set(one) == {"name", "ok", "required", "found", "remedy"} for one in found)
    assert all(one["remedy"] == "" for one in found if one["ok"])
    # Nothing that this fresh bench lacks stops it.
    assert [one["name"] for one in found if one["required"] and not one["ok"]] == []


def test_the_child_reads_beside_a_bench_that_is_writing_and_blocks_it_not(paths: Paths) -> None:
    store = BenchStore(paths.store)
    store.database.execute("BEGIN IMMEDIATE")
    store.database.execute("INSERT INTO setting (name, value) VALUES ('held', 'open')")
    done = child(str(paths.data))
    store.database.execute("COMMIT")
    assert done.returncode == 0
    assert [one["ok"] for one in json.loads(done.stdout) if one["name"] == "Store"] == [True]
    store.close()


def test_a_data_folder_that_cannot_be_used_is_one_sentence_and_status_3(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = child(str(tmp_path / "file" / "data"))
    assert (done.returncode, done.stdout) == (3, b"")
    assert len(done.stderr.decode().strip().splitlines()) == 1
    assert b"Traceback" not in done.stderr


def test_a_symptom_travels_as_the_health_view_reads_it() -> None:
    assert said(Symptom("Clock", False, True, "it is behind.", "Set it.")) == {
        "name": "Clock",
        "ok": False,
        "required": True,
        "found": "it is behind.",
        "remedy": "Set it.",
    }
    assert (
        msgspec.json.decode(msgspec.json.encode(said(Symptom("Disk", True, True, "much.", "Free some."))))["remedy"]
        == ""
    )
